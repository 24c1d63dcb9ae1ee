//! Reading records page by page: what a screen of records needs from the log side.
//!
//! A [`Slice`] names the records, an [`Anchor`] a place among them. Records are in time order over all sources; those
//! without a time follow the one before them in their source, equal times keep the order of sources. The order is one
//! and the same for every slice, so a record can be found again after the filter was changed.

use super::Scope;
use crate::domain::{PatternId, Record, RecordId, Timestamp};
use crate::failure::Failure;
use crate::query::Query;
use async_trait::async_trait;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Which records are read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slice {
    /// Window, service and level.
    pub scope: Scope,
    /// Only records that satisfy this query, decided exactly; of a plain question only its filters count.
    pub filter: Option<Arc<Query>>,
    /// Only records of this pattern.
    pub pattern: Option<PatternId>,
    /// Only records of this source, by its name in [`Overview::sources`](super::Overview::sources). An older file of a
    /// rotated set can be named alone ([`Record::source`]); the newest bears the name of the set and stands for all.
    pub source: Option<String>,
}

/// A place between two records of a slice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Anchor {
    /// Before the first record.
    #[default]
    Start,
    /// After the last record.
    End,
    /// Before this record, whether or not it is in the slice.
    Before(RecordId),
    /// After this record, whether or not it is in the slice.
    After(RecordId),
    /// Before the first record at or after this time.
    Time(Timestamp),
    /// After this many records of the slice.
    Nth(u64),
}

/// Which way to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// The records after the anchor.
    #[default]
    Forward,
    /// The records before the anchor.
    Backward,
}

/// A page of records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageRequest {
    /// Which records.
    pub slice: Slice,
    /// Where the page begins (forward) or ends (backward).
    pub anchor: Anchor,
    /// Which way it goes from there.
    pub direction: Direction,
    /// Most records returned.
    pub limit: usize,
}

/// Records in order, whichever way they were read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The records, oldest first.
    pub records: Vec<Record>,
    /// Whether no record of the slice lies beyond the page in the direction of reading.
    pub is_last: bool,
}

/// A slice of time with its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bucket {
    /// First instant inside.
    pub start: Timestamp,
    /// First instant after.
    pub end: Timestamp,
    /// Records inside.
    pub total: u64,
    /// Records per level; index 0 without a level, then [`Level::as_u8`](crate::domain::Level::as_u8).
    pub levels: [u64; 8],
}

/// A physical line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawLine {
    /// Number of the line, 1-based.
    pub number: u64,
    /// Its bytes without the line break, at most 64 KiB. Untrusted.
    pub bytes: Vec<u8>,
    /// Whether the line is longer.
    pub is_cut: bool,
}

/// Physical lines of a file and what they are a part of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawLines {
    /// The lines, in file order.
    pub lines: Vec<RawLine>,
    /// Lines in the whole file; unpacked where it was compressed.
    pub total: u64,
}

/// A text looked for in the physical lines of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineSearch {
    /// The file ([`Record::source`]).
    pub file: String,
    /// The text, taken literally; case does not matter.
    pub text: String,
    /// Forward: the first line looked at; backward: the first line not looked at. 1-based.
    pub from: u64,
    /// Which way.
    pub direction: Direction,
}

/// What one call of a search through lines found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineFound {
    /// The nearest line with the text.
    pub line: Option<u64>,
    /// The search of what was not looked at yet; `None` where a line was found or all were looked at.
    pub rest: Option<LineSearch>,
    /// Lines in the whole file.
    pub total: u64,
}

/// Some of some records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Those that are meant.
    pub n: u32,
    /// Those that were looked at.
    pub of: u32,
}

/// How common a value is, by even samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Common {
    /// Among the records of the same pattern.
    pub pattern: Part,
    /// Among all records of the scope.
    pub all: Part,
}

/// How a record stands among the others of a scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Its pattern.
    pub template: String,
    /// Records of that pattern.
    pub count: u64,
    /// Time of the first of them that has one.
    pub first: Option<Timestamp>,
    /// How common its values are, field by field.
    pub fields: Vec<Common>,
}

/// Reads around a record and page by page.
///
/// Calls may run side by side. A page of a slice without a filter reads only its own records; a filter reads the blocks
/// that may hold a match, from the anchor on, until the page is full.
#[async_trait]
pub trait Browse: Send + Sync {
    /// Up to `before` and `after` records around `id` in the same source, in order, `id` included.
    ///
    /// # Errors
    /// When the record cannot be found or read.
    async fn context(&self, id: &RecordId, before: usize, after: usize) -> Result<Vec<Record>, Failure>;

    /// Up to [`PageRequest::limit`] records of a slice before or after an anchor.
    ///
    /// # Errors
    /// When the anchor or the source is not known, a record cannot be read, or the call is cancelled.
    async fn page(&self, request: PageRequest, cancel: CancellationToken) -> Result<Page, Failure>;

    /// How many records of the slice lie before the anchor; all of them before [`Anchor::End`].
    ///
    /// # Errors
    /// Like [`Browse::page`].
    async fn count(&self, slice: Slice, upto: Anchor, cancel: CancellationToken) -> Result<u64, Failure>;

    /// Records of the slice per slice of time and level, in at most `buckets` equal buckets over the scope's window, else
    /// over the time the scope's records span; empty when nothing has a time.
    ///
    /// # Errors
    /// Like [`Browse::page`].
    async fn histogram(
        &self,
        slice: Slice,
        buckets: usize,
        cancel: CancellationToken,
    ) -> Result<Vec<Bucket>, Failure>;

    /// When the records of every pattern of a scope were: counts in `buckets` equal slices of the scope's window, else of
    /// the time its records span. Patterns without a timed record are missing.
    ///
    /// # Errors
    /// Like [`Browse::page`].
    async fn sparks(
        &self,
        scope: Scope,
        buckets: usize,
        cancel: CancellationToken,
    ) -> Result<BTreeMap<PatternId, Vec<u32>>, Failure>;

    /// How a record stands among those of a scope; `None` where the scope has none of its pattern. The work is bounded:
    /// values are counted in samples.
    ///
    /// # Errors
    /// When the record is not known, or one cannot be read.
    async fn standing(
        &self,
        id: &RecordId,
        scope: Scope,
        cancel: CancellationToken,
    ) -> Result<Option<Standing>, Failure>;

    /// Up to `count` physical lines of a file ([`Record::source`]) from line `from` (1-based) on, as they stand there.
    ///
    /// # Errors
    /// When there is no such file or it cannot be read.
    async fn lines(&self, file: &str, from: u64, count: usize) -> Result<RawLines, Failure>;

    /// The next line with a text. One call does a bounded amount of work and says what is left to be looked at.
    ///
    /// # Errors
    /// When there is no such file, it cannot be read, or the call is cancelled.
    async fn find_line(&self, search: LineSearch, cancel: CancellationToken) -> Result<LineFound, Failure>;
}
