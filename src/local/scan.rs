//! Finding bytes: only the blocks that may hold the words are read, one after the other.

use super::chunk::PREFIX;
use super::filter::{certain_words, is_whole_word};
use super::part::Part;
use super::record::{ReadError, RecordNo, trimmed};
use super::segment::Segment;
use super::store::Store;
use super::summary::RecordRow;
use super::view::View;
use crate::compute::CorpusError;
use regex::bytes::{Regex, RegexBuilder};
use std::ops::{ControlFlow, Range};

/// Bytes of a record's beginning that a scan looks at.
const LOOKED_AT: u64 = 16 * PREFIX as u64;
/// Bytes of block text kept while records are visited in time order.
const KEPT: usize = 32 << 20;

/// Bytes a record must contain, letter case (of ASCII) ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needle {
    /// As whole words: `8812` is in `req-8812` and `8812ms`, not in `18812`. Blocks without the words are skipped.
    Words(String),
    /// Anywhere, also inside words.
    Text(String),
    /// One of these anywhere, in this letter case.
    Any(Vec<String>),
}

/// Needles, ready to be looked for.
pub(super) struct Needles {
    searchers: Vec<(Regex, bool)>,
    words: Vec<u64>,
    /// A text too long to be in any record that is looked at.
    impossible: bool,
}

impl Needles {
    pub(super) fn new(needles: &[Needle]) -> Self {
        let mut compiled = Self { searchers: Vec::new(), words: Vec::new(), impossible: false };
        let mut sorted: Vec<_> = needles
            .iter()
            .filter_map(|needle| match needle {
                Needle::Words(text) => Some((text, true)),
                Needle::Text(text) => Some((text, false)),
                Needle::Any(_) => None,
            })
            .filter(|(text, _)| !text.is_empty())
            .collect();
        // The longest is the rarest, as a rule.
        sorted.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        for (text, whole) in sorted {
            compiled.words.extend(certain_words(text.as_bytes(), whole));
            // A literal in any case becomes a vector search for its spellings, several times faster than an
            // automaton that folds case.
            let built = RegexBuilder::new(&regex::escape(text))
                .case_insensitive(true)
                .unicode(!text.is_ascii())
                .size_limit(64 << 20)
                .build();
            match built {
                Ok(searcher) => compiled.searchers.push((searcher, whole)),
                Err(_) => compiled.impossible = true,
            }
        }
        for needle in needles {
            if let Needle::Any(texts) = needle {
                let each: Vec<String> = texts.iter().map(|text| regex::escape(text)).collect();
                match Regex::new(&each.join("|")) {
                    Ok(searcher) => compiled.searchers.push((searcher, false)),
                    Err(_) => compiled.impossible = true,
                }
            }
        }
        compiled
    }

    pub(super) fn is_empty(&self) -> bool {
        self.searchers.is_empty() && !self.impossible
    }

    fn may_be_in(&self, segment: &Segment) -> bool {
        !self.impossible
            && segment
                .filter
                .as_ref()
                .is_none_or(|filter| self.words.iter().all(|&word| filter.may_hold(word)))
    }

    /// Whether a record contains all but the rarest, which is known to be there.
    fn others_in(&self, record: &[u8]) -> bool {
        let others = self.searchers.iter().skip(1);
        others.into_iter().all(|(searcher, whole)| found(searcher, *whole, record, 0).is_some())
    }

    /// Whether a range of a part contains them all; read in steps that overlap by what a needle may span.
    fn all_in_range(&self, part: &Part, from: u64, to: u64) -> bool {
        let mut missing: Vec<_> = self.searchers.iter().collect();
        let mut at = from;
        while at < to && !missing.is_empty() {
            // A range that cannot be read any more holds nothing.
            let step = part.read_range(at, to.min(at + LOOKED_AT)).unwrap_or_default();
            missing.retain(|(searcher, whole)| found(searcher, *whole, &step, 0).is_none());
            if step.len() < PREFIX {
                break;
            }
            at += (step.len() - PREFIX / 2) as u64;
        }
        missing.is_empty()
    }

    /// The first place at or after `from` where the rarest needle is.
    fn next_in(&self, text: &[u8], from: usize) -> Option<Range<usize>> {
        let (searcher, whole) = self.searchers.first()?;
        found(searcher, *whole, text, from)
    }
}

fn found(searcher: &Regex, whole: bool, text: &[u8], from: usize) -> Option<Range<usize>> {
    let mut at = from;
    loop {
        let hit = searcher.find_at(text, at)?;
        if !whole || is_whole_word(text, hit.start(), hit.end()) {
            return Some(hit.range());
        }
        at = hit.start() + 1;
    }
}

/// The text of one segment, as far as scans look at it.
pub(super) struct SegmentText {
    from: u64,
    bytes: Vec<u8>,
}

impl SegmentText {
    /// The bytes that were read.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many there are.
    pub(super) fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Offset in the part of a place in the bytes.
    pub(super) fn offset_of(&self, place: usize) -> u64 {
        self.from + place as u64
    }

    /// The inverse of [`SegmentText::offset_of`], at most the end of the bytes.
    pub(super) fn place_of(&self, offset: u64) -> usize {
        usize::try_from(offset.saturating_sub(self.from)).unwrap_or(usize::MAX).min(self.bytes.len())
    }
}

impl Store {
    pub(super) fn segment_text(&self, segment: &Segment) -> Result<SegmentText, ReadError> {
        let Some(part) = self.parts.get(segment.part as usize) else {
            return Ok(SegmentText { from: 0, bytes: Vec::new() });
        };
        let from = segment.start_of(0);
        let last = segment.start_of(segment.len().saturating_sub(1));
        let read = part.read_range(from, segment.end.min(last + LOOKED_AT));
        Ok(SegmentText { from, bytes: read.map_err(|error| part.read_error(&error))? })
    }

    /// A record's bytes inside its segment's text, without trailing blank lines.
    pub(super) fn record_in<'t>(&self, text: &'t SegmentText, segment: &Segment, i: usize) -> &'t [u8] {
        let place = |at: u64| usize::try_from(at.saturating_sub(text.from)).unwrap_or(usize::MAX);
        let (from, to) = (place(segment.start_of(i)), place(self.end_without_headings(segment, i)));
        trimmed(text.bytes.get(from..to.min(text.bytes.len())).unwrap_or_default())
    }
}

/// A block under search: its text, what is looked for in it, and which templates are wanted.
struct Block<'b> {
    segment: &'b Segment,
    text: &'b SegmentText,
    needles: &'b Needles,
    mask: &'b [bool],
}

/// Takes a record that was found and its bytes.
type Visit<'v> = &'v mut dyn FnMut(RecordRow, &[u8]) -> ControlFlow<()>;

impl View {
    /// Visits the records that contain all needles, in file order, with their bytes (of long ones the first MiB).
    ///
    /// `patterns` limits the scan to some patterns of this view; empty: all.
    ///
    /// # Errors
    /// When a file cannot be read any more or the view's cancel flag is set.
    pub fn find(
        &self,
        needles: &[Needle],
        patterns: &[usize],
        visit: &mut dyn FnMut(RecordRow, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), CorpusError> {
        self.find_with(&Needles::new(needles), &self.mask(patterns), visit)
    }

    /// Per template whether it is wanted; empty: all are.
    pub(super) fn mask(&self, patterns: &[usize]) -> Vec<bool> {
        if patterns.is_empty() {
            return Vec::new();
        }
        let mut mask = vec![false; self.store.templates.len()];
        for template in patterns.iter().filter_map(|&pattern| self.template_of(pattern)) {
            if let Some(wanted) = mask.get_mut(template as usize) {
                *wanted = true;
            }
        }
        mask
    }

    pub(super) fn find_with(
        &self,
        needles: &Needles,
        mask: &[bool],
        visit: &mut dyn FnMut(RecordRow, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), CorpusError> {
        for (_, segment) in self.segments() {
            if self.is_cancelled() {
                return Err(CorpusError::Cancelled);
            }
            if !needles.may_be_in(segment) || !self.any_wanted(segment, mask) {
                continue;
            }
            let block = Block { segment, text: &self.store.segment_text(segment)?, needles, mask };
            let flow = if needles.is_empty() {
                self.visit_all(&block, visit)
            } else {
                self.visit_hits(&block, visit)
            };
            if flow.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn any_wanted(&self, segment: &Segment, mask: &[bool]) -> bool {
        mask.is_empty() || (0..segment.len()).any(|i| self.wanted_row(segment, i, mask).is_some())
    }

    fn wanted_row(&self, segment: &Segment, i: usize, mask: &[bool]) -> Option<RecordRow> {
        let row = self.row_if_meant(segment, i)?;
        (mask.is_empty() || mask.get(row.template as usize) == Some(&true)).then_some(row)
    }

    fn visit_all(&self, block: &Block<'_>, visit: Visit<'_>) -> ControlFlow<()> {
        let Block { segment, text, mask, .. } = *block;
        for i in 0..segment.len() {
            if let Some(row) = self.wanted_row(segment, i, mask) {
                visit(row, self.store.record_in(text, segment, i))?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Jumps from match to match instead of from record to record.
    fn visit_hits(&self, block: &Block<'_>, visit: Visit<'_>) -> ControlFlow<()> {
        let Block { segment, text, needles, mask } = *block;
        let mut at = 0;
        while let Some(hit) = needles.next_in(&text.bytes, at) {
            let start = u32::try_from(text.from + hit.start as u64 - segment.base).unwrap_or(u32::MAX);
            let i = segment.starts.partition_point(|&s| s <= start).saturating_sub(1);
            let next = usize::try_from(segment.end_of(i).saturating_sub(text.from)).unwrap_or(usize::MAX);
            at = hit.start + 1;
            if let Some(row) = self.wanted_row(segment, i, mask) {
                let record = self.store.record_in(text, segment, i);
                let from = usize::try_from(segment.start_of(i) - text.from).unwrap_or(usize::MAX);
                if hit.end - from > record.len() {
                    // Runs into the next record: this one may still hold it further on, but not before.
                    continue;
                }
                if needles.others_in(record) {
                    visit(row, record)?;
                }
            }
            at = at.max(next);
            if at >= text.bytes.len() {
                return ControlFlow::Continue(());
            }
        }
        self.visit_long(block, visit)
    }

    /// The last record of a segment may go on behind what was read of it; the needles may be there.
    fn visit_long(&self, block: &Block<'_>, visit: Visit<'_>) -> ControlFlow<()> {
        let Block { segment, text, needles, mask } = *block;
        let last = segment.len().saturating_sub(1);
        let behind = text.from + text.bytes.len() as u64;
        let row = (behind < segment.end).then(|| self.wanted_row(segment, last, mask)).flatten();
        let (Some(row), Some(part)) = (row, self.store.parts.get(segment.part as usize)) else {
            return ControlFlow::Continue(());
        };
        if needles.all_in_range(part, segment.start_of(last), segment.end) {
            visit(row, self.store.record_in(text, segment, last))?;
        }
        ControlFlow::Continue(())
    }

    /// Like [`View::find_with`], in time order: records without a time follow the one before them in their source.
    pub(super) fn find_by_time(
        &self,
        needles: &Needles,
        mask: &[bool],
        visit: &mut dyn FnMut(RecordRow, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), CorpusError> {
        if self.store.in_time_order {
            return self.find_with(needles, mask, visit);
        }
        let mut order = self.matches_by_time(needles, mask)?;
        order.sort();
        let mut texts = Texts::default();
        for (_, no) in order {
            if self.is_cancelled() {
                return Err(CorpusError::Cancelled);
            }
            let Some(place) = self.store.place(RecordNo(no)) else { continue };
            let text = texts.of(&self.store, RecordNo(no))?;
            let row = self.store.row_at(place.segment, place.i);
            if visit(row, self.store.record_in(text, place.segment, place.i)).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn matches_by_time(
        &self,
        needles: &Needles,
        mask: &[bool],
    ) -> Result<Vec<(crate::domain::Timestamp, u32)>, CorpusError> {
        let keyed = || {
            let wanted = |row: &RecordRow| mask.is_empty() || mask.get(row.template as usize) == Some(&true);
            self.keyed_rows().filter(move |(_, row)| wanted(row)).map(|(key, row)| (key, row.no.0))
        };
        if needles.is_empty() {
            return Ok(keyed().collect());
        }
        let mut found = Vec::new();
        self.find_with(needles, mask, &mut |row, _| {
            found.push(row.no.0);
            ControlFlow::Continue(())
        })?;
        Ok(found.into_iter().map(|no| (self.store.time_at(RecordNo(no)), no)).collect())
    }
}

impl Store {
    /// The time a record sorts by: its own, else that of the record before it in its source.
    pub(super) fn time_at(&self, no: RecordNo) -> crate::domain::Timestamp {
        let Some(place) = self.place(no) else { return crate::domain::Timestamp::MIN };
        let own = (0..=place.i).rev().find_map(|i| place.segment.times.at(i));
        own.unwrap_or_else(|| self.time_before(self.segment_of(no).unwrap_or(0)))
    }
}

/// The texts read last, oldest first.
#[derive(Default)]
pub(super) struct Texts {
    kept: Vec<(usize, SegmentText)>,
    bytes: usize,
}

impl Texts {
    pub(super) fn of(&mut self, store: &Store, no: RecordNo) -> Result<&SegmentText, ReadError> {
        let at = store.segment_of(no).unwrap_or(0);
        if let Some(known) = self.kept.iter().position(|(segment, _)| *segment == at) {
            self.kept.get_mut(known..).unwrap_or_default().rotate_left(1);
        } else if let Some(segment) = store.index.segments.get(at) {
            let text = store.segment_text(segment)?;
            self.bytes += text.bytes.len();
            self.kept.push((at, text));
            while self.bytes > KEPT && self.kept.len() > 1 {
                self.bytes -= self.kept.remove(0).1.bytes.len();
            }
        }
        static EMPTY: SegmentText = SegmentText { from: 0, bytes: Vec::new() };
        Ok(self.kept.last().map_or(&EMPTY, |(_, text)| text))
    }
}
