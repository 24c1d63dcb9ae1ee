//! From columns back to bytes: reads records, whole or their beginning.

use super::chunk::PREFIX;
use super::part::Part;
use super::segment::Segment;
use super::store::Store;
use crate::compute::CorpusError;
use crate::domain::{Level, PatternId, Record, RecordId};
use thiserror::Error;

/// Number of a record in its store: sources in the order they were named, records in file order, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordNo(pub u32);

/// A record that could not be read again.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("cannot read {source_name}: {reason}")]
pub struct ReadError {
    /// The file.
    pub source_name: String,
    /// What the system said.
    pub reason: String,
}

impl From<ReadError> for CorpusError {
    fn from(error: ReadError) -> Self {
        Self::Unreadable { source_name: error.source_name, reason: error.reason }
    }
}

/// Where a record is.
#[derive(Clone, Copy)]
pub(super) struct Place<'s> {
    pub(super) segment: &'s Segment,
    pub(super) part: &'s Part,
    /// Position in the segment.
    pub(super) i: usize,
}

impl Store {
    /// Where a record is; `None` for a number that is not of this store.
    pub(super) fn place(&self, no: RecordNo) -> Option<Place<'_>> {
        let at = self.segment_of(no)?;
        let segment = self.index.segments.get(at)?;
        let i = (no.0 - segment.first) as usize;
        let part = self.parts.get(segment.part as usize)?;
        (i < segment.len()).then_some(Place { segment, part, i })
    }

    /// Number of the segment a record is in.
    pub(super) fn segment_of(&self, no: RecordNo) -> Option<usize> {
        self.index.segments.partition_point(|s| s.first <= no.0).checked_sub(1)
    }

    /// Number of the source a record is in.
    pub(super) fn source_of(&self, no: RecordNo) -> u32 {
        self.place(no).map_or(0, |at| at.part.source)
    }

    /// Name of the part a record is in.
    pub(super) fn part_name(&self, no: RecordNo) -> Option<&str> {
        self.place(no).map(|at| at.part.name.as_str())
    }

    /// Bytes of a record in its source, trailing line breaks included.
    #[must_use]
    pub fn raw_len(&self, no: RecordNo) -> u64 {
        self.place(no).map_or(0, |at| at.segment.end_of(at.i) - at.segment.start_of(at.i))
    }

    /// All bytes of a record as in the source, without the last line break and blank lines after it.
    ///
    /// # Errors
    /// When the file cannot be read any more.
    pub fn raw(&self, no: RecordNo) -> Result<Vec<u8>, ReadError> {
        self.raw_upto(no, u64::MAX)
    }

    /// Like [`Store::raw`], of a long record only the first `most` bytes.
    ///
    /// # Errors
    /// When the file cannot be read any more.
    pub fn raw_upto(&self, no: RecordNo, most: u64) -> Result<Vec<u8>, ReadError> {
        let Some(Place { segment, part, i }) = self.place(no) else { return Ok(Vec::new()) };
        let (from, to) = (segment.start_of(i), self.end_without_headings(segment, i));
        let read = part.read_range(from, to.min(from.saturating_add(most)));
        let mut bytes = read.map_err(|error| part.read_error(&error))?;
        bytes.truncate(trimmed(&bytes).len());
        Ok(bytes)
    }

    /// A record with its message and fields; of a long one the first 64 KiB.
    ///
    /// # Errors
    /// When the file cannot be read any more.
    pub fn record(&self, no: RecordNo) -> Result<Record, ReadError> {
        let raw = self.raw_upto(no, PREFIX as u64)?;
        let Some(Place { segment, part, i }) = self.place(no) else {
            let reason = format!("it has no record {}", no.0);
            return Err(ReadError { source_name: "the index".to_owned(), reason });
        };
        let line = segment.line_of(i);
        let message = String::from_utf8_lossy(&part.layout.message(&raw)).into_owned();
        let fields = part.layout.fields(&raw);
        Ok(Record {
            id: RecordId(format!("{}:{line}", part.name)),
            ts: segment.times.at(i),
            level: segment.level_of(i),
            service: self.service_name(segment.services.at(i)).map(str::to_owned),
            message,
            raw,
            source: part.name.clone(),
            line,
            pattern: self.pattern_of(segment, i),
            fields,
        })
    }

    /// The id a record is cited by: `file:line`.
    #[must_use]
    pub fn record_id(&self, no: RecordNo) -> Option<RecordId> {
        self.place(no).map(|at| RecordId(format!("{}:{}", at.part.name, at.segment.line_of(at.i))))
    }

    /// The inverse of [`Store::record_id`]: the record that holds the line.
    #[must_use]
    pub fn find_id(&self, id: &RecordId) -> Option<RecordNo> {
        let (name, line) = id.0.rsplit_once(':')?;
        let line: u64 = line.parse().ok()?;
        let part = self.parts.iter().position(|part| part.name == name)?;
        let at = self
            .index
            .segments
            .partition_point(|s| (s.part as usize, s.line_of(0)) <= (part, line))
            .checked_sub(1)?;
        let segment = self.index.segments.get(at).filter(|s| s.part as usize == part)?;
        let within = line - segment.line;
        let after = match &segment.lines {
            Some(lines) => lines.partition_point(|&start| u64::from(start) < within),
            None => usize::try_from(within).unwrap_or(usize::MAX).min(segment.len()),
        };
        Some(RecordNo(segment.first + u32::try_from(after.checked_sub(1)?).ok()?))
    }

    /// Up to `before` records before and `after` records after one in the same source, without itself.
    #[must_use]
    pub fn context(&self, no: RecordNo, before: usize, after: usize) -> (Vec<RecordNo>, Vec<RecordNo>) {
        let source = |no: u32| self.place(RecordNo(no)).map(|at| at.part.source);
        let Some(own) = source(no.0) else { return (Vec::new(), Vec::new()) };
        let same = |no: &u32| source(*no) == Some(own);
        let mut earlier: Vec<_> = (0..no.0).rev().take(before).take_while(same).map(RecordNo).collect();
        earlier.reverse();
        let later = (no.0.saturating_add(1)..self.index.records).take(after).take_while(same);
        (earlier, later.map(RecordNo).collect())
    }

    pub(super) fn pattern_of(&self, segment: &Segment, i: usize) -> PatternId {
        let template = self.template_of(segment.shapes.get(i).copied().unwrap_or(u32::MAX));
        self.templates.get(template as usize).map_or(PatternId::from_u64(0), |t| t.id)
    }

    /// Where a record ends, or the first line in it that belongs to no record.
    pub(super) fn end_without_headings(&self, segment: &Segment, i: usize) -> u64 {
        let (from, to) = (segment.start_of(i), segment.end_of(i));
        let headings = &self.index.headings;
        if headings.is_empty() {
            return to;
        }
        let next = headings.partition_point(|&(part, at)| (part, at) <= (segment.part, from));
        match headings.get(next) {
            Some(&(part, at)) if part == segment.part && at < to => at,
            _ => to,
        }
    }
}

impl Part {
    pub(super) fn read_error(&self, error: &std::io::Error) -> ReadError {
        ReadError { source_name: self.name.clone(), reason: error.to_string() }
    }
}

/// A record's first line without its break, at most as much as is parsed, and what follows it.
pub(super) fn split_first_line(raw: &[u8]) -> (&[u8], Option<&[u8]>) {
    let end = memchr::memchr(b'\n', raw).unwrap_or(raw.len());
    let line = raw.get(..end.min(PREFIX)).unwrap_or_default();
    (line.strip_suffix(b"\r").unwrap_or(line), raw.get(end + 1..))
}

/// Takes the last line break and blank lines before it off a record.
pub(super) fn trimmed(mut bytes: &[u8]) -> &[u8] {
    loop {
        let end = memchr::memrchr(b'\n', bytes);
        let last = bytes.get(end.map_or(0, |at| at + 1)..).unwrap_or_default();
        match end {
            Some(at) if last.iter().all(u8::is_ascii_whitespace) => {
                bytes = bytes.get(..at).unwrap_or_default();
            }
            _ => return bytes.strip_suffix(b"\r").unwrap_or(bytes),
        }
    }
}

/// Level as a column byte without its flag, for arrays over levels.
pub(super) fn level_index(level: Option<Level>) -> usize {
    level.map_or(0, |level| usize::from(level.as_u8()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(b"one\n", b"one")]
    #[case(b"one\r\n", b"one")]
    #[case(b"one\n  at two\n\n \n", b"one\n  at two")]
    #[case(b"one  ", b"one  ")]
    #[case(b"one\n\ntwo\n", b"one\n\ntwo")]
    #[case(b"", b"")]
    fn a_record_ends_at_its_last_line_that_says_something(#[case] raw: &[u8], #[case] kept: &[u8]) {
        assert_eq!(trimmed(raw), kept);
    }
}
