//! The columns of the records that start in about one MiB of text: what the index is made of.

use super::chunk::ODD;
use super::column::{Column, Times};
use super::filter::WordFilter;
use crate::domain::{Level, Timestamp};

/// Columns of the records that start in about one MiB of a part.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Segment {
    pub(super) part: u32,
    /// Number of its first record.
    pub(super) first: u32,
    /// Offset in the part that `starts` count from.
    pub(super) base: u64,
    /// Physical lines of the part before the first that starts here.
    pub(super) line: u64,
    pub(super) starts: Box<[u32]>,
    pub(super) lines: Option<Box<[u32]>>,
    /// Offset in the part where the last record ends.
    pub(super) end: u64,
    pub(super) times: Times,
    pub(super) span: Option<(Timestamp, Timestamp)>,
    pub(super) sorted: bool,
    pub(super) levels: Column<u8>,
    pub(super) services: Column<u16>,
    pub(super) shapes: Box<[u32]>,
    pub(super) filter: Option<WordFilter>,
}

impl Segment {
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    pub(super) fn start_of(&self, i: usize) -> u64 {
        self.base + self.starts.get(i).map_or(0, |&start| u64::from(start))
    }

    pub(super) fn end_of(&self, i: usize) -> u64 {
        self.starts.get(i + 1).map_or(self.end, |&next| self.base + u64::from(next))
    }

    /// 1-based physical line of a record's first byte.
    pub(super) fn line_of(&self, i: usize) -> u64 {
        let within = match &self.lines {
            Some(lines) => lines.get(i).map_or(0, |&line| u64::from(line)),
            None => i as u64,
        };
        self.line + within + 1
    }

    pub(super) fn level_of(&self, i: usize) -> Option<Level> {
        Level::from_u8(self.levels.at(i) & !ODD)
    }

    /// Whether a record holds a line that the layout does not explain.
    pub(super) fn is_odd(&self, i: usize) -> bool {
        self.levels.at(i) & ODD != 0
    }

    /// The segment without its last record, which may not have been whole; `None` if nothing is left.
    pub(super) fn without_last(&self) -> Option<Self> {
        let kept = self.len().checked_sub(2)? + 1;
        let times = self.times.upto(kept);
        let stated = || (0..kept).filter_map(|i| times.at(i));
        Some(Self {
            starts: self.starts.get(..kept)?.into(),
            lines: self.lines.as_ref().and_then(|lines| lines.get(..kept)).map(Into::into),
            end: self.start_of(kept),
            span: stated().min().zip(stated().max()),
            sorted: stated().is_sorted(),
            levels: self.levels.upto(kept),
            services: self.services.upto(kept),
            shapes: self.shapes.get(..kept)?.into(),
            filter: self.filter.clone(),
            times,
            ..*self
        })
    }

    /// Whether the columns have one length and offsets rise; for segments that were read from a file.
    pub(super) fn is_consistent(&self) -> bool {
        let count = self.starts.len();
        count > 0
            && self.starts.is_sorted()
            && self.start_of(count - 1) <= self.end
            && self.lines.as_ref().is_none_or(|lines| lines.len() == count && lines.is_sorted())
            && self.times.fits(count)
            && self.levels.fits(count)
            && self.services.fits(count)
            && self.shapes.len() == count
    }

    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.starts.len() * 4
            + self.lines.as_ref().map_or(0, |lines| lines.len() * 4)
            + self.times.bytes()
            + self.levels.bytes()
            + self.services.bytes()
            + self.shapes.len() * 4
            + self.filter.as_ref().map_or(0, WordFilter::bytes)
    }
}
