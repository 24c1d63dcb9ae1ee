//! What the engine needs from a body of records; every log adapter implements it.
//!
//! Synchronous on purpose: callers run it on a blocking pool. Implementations scan lines on demand, so a corpus of
//! ten million records costs no value index.

use crate::domain::{Level, RecordId, TimeWindow, Timestamp};
use crate::pattern::{Capture, Template};
use std::ops::ControlFlow;
use std::sync::Arc;
use thiserror::Error;

/// A scan that could not be finished.
#[derive(Clone, Debug, Error)]
pub enum CorpusError {
    /// The turn was cancelled.
    #[error("stopped")]
    Cancelled,
    /// A source could not be read.
    #[error("cannot read {source_name}: {reason}")]
    Unreadable {
        /// The file or index.
        source_name: String,
        /// What the system said.
        reason: String,
    },
}

/// A pattern with what is known about it inside the corpus' window.
#[derive(Clone, Debug)]
pub struct PatternInfo {
    /// The mined template.
    pub template: Arc<Template>,
    /// Records in the window.
    pub count: u64,
    /// Earliest record with a time.
    pub first: Option<Timestamp>,
    /// Latest record with a time.
    pub last: Option<Timestamp>,
    /// Records per level.
    pub levels: Vec<(Level, u64)>,
    /// Records per service, most first.
    pub services: Vec<(String, u64)>,
}

/// What a sample of a slot's values looks like.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SlotStats {
    /// Values looked at.
    pub sampled: usize,
    /// Distinct values among them, most frequent first, at most 64.
    pub top: Vec<(String, usize)>,
    /// Distinct values among them.
    pub distinct: usize,
}

/// How a value of the question was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueMatch {
    /// The whole slot value, or a typed part of it (the address of `ip:port`).
    Exact,
    /// A path segment, a number without its unit.
    Part,
    /// An id cut at `_ - : /` (`job_7` finds `job_7_3`).
    Prefix,
    /// Constant text of the template holds it.
    Constant,
}

/// A place where a value of the question occurs.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueHit {
    /// Index into [`Corpus::patterns`].
    pub pattern: usize,
    /// Slot of that pattern; `None` for constant text.
    pub slot: Option<usize>,
    /// How it matched.
    pub kind: ValueMatch,
    /// Records that hold it there.
    pub lines: u64,
}

/// Which records to visit.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// Indices into [`Corpus::patterns`]; empty: all.
    pub patterns: Vec<usize>,
    /// Only records whose bytes contain all of these, letter case ignored.
    pub containing: Vec<String>,
}

/// One record during a scan; borrowed, in source order.
#[derive(Debug)]
pub struct Row<'r> {
    /// Identity, for citing.
    pub id: &'r RecordId,
    /// Index into [`Corpus::patterns`].
    pub pattern: usize,
    /// Event time.
    pub ts: Option<Timestamp>,
    /// Severity.
    pub level: Option<Level>,
    /// Service.
    pub service: &'r str,
    /// The message's first line.
    pub body: &'r [u8],
    /// The whole record as in the source.
    pub raw: &'r [u8],
    /// Slot values as ranges of `body`, in slot order.
    pub captures: &'r [Capture],
}

/// A body of records inside one window.
pub trait Corpus {
    /// The window all numbers are about; `None` if nothing has a time.
    fn window(&self) -> Option<TimeWindow>;

    /// The patterns with at least one record in the window.
    fn patterns(&self) -> &[PatternInfo];

    /// Statistics of one slot from a bounded sample of the pattern's records.
    ///
    /// # Errors
    /// When lines cannot be read.
    fn slot_stats(&self, pattern: usize, slot: usize) -> Result<SlotStats, CorpusError>;

    /// All places that hold a value, letter case ignored; empty means the value is in no line of the window.
    ///
    /// # Errors
    /// When lines cannot be read or the turn was cancelled.
    fn find_value(&self, value: &str) -> Result<Vec<ValueHit>, CorpusError>;

    /// Visits the records of a scan in time order (source order where there are no times) until the visitor breaks.
    ///
    /// # Errors
    /// When lines cannot be read or the turn was cancelled.
    fn scan(
        &self,
        scan: &Scan,
        visit: &mut dyn FnMut(&Row<'_>) -> ControlFlow<()>,
    ) -> Result<(), CorpusError>;
}
