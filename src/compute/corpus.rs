//! What the engine needs from a body of records; every log adapter implements it.
//!
//! Synchronous on purpose: callers run it on a blocking pool. Implementations scan lines on demand, so a corpus of
//! ten million records costs no value index.

use super::locate;
use crate::domain::{Field, Level, RecordId, TimeWindow, Timestamp, Zone};
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
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

/// Where in a record a value stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A slot of the template, by index.
    Slot(usize),
    /// A named field (header column, JSON member, `key=value` pair).
    Field(String),
    /// Constant text of the template.
    Constant,
    /// A constant word that differs between otherwise equal templates (a name the miner kept apart); holds the word.
    Frozen(String),
    /// The service column.
    Service,
    /// The level column.
    Level,
    /// Elsewhere in the record: its header or a further line.
    Elsewhere,
}

/// A place where a value of the question occurs.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueHit {
    /// Index into [`Corpus::patterns`].
    pub pattern: usize,
    /// Where in the records of that pattern.
    pub place: Place,
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
    /// Only records whose bytes contain one of these, written exactly so; empty: all. An implementation may ignore it.
    pub any: Vec<String>,
    /// Only records with a time inside this window; `None`: the whole corpus. Callers check the time of a row again,
    /// so an implementation may ignore it.
    pub window: Option<TimeWindow>,
    /// Whether [`Row::fields`] is wanted (it costs a second look at the record).
    pub fields: bool,
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
    /// Named values of the record; empty unless the scan asked for them.
    pub fields: &'r [Field],
}

/// A body of records inside one window.
pub trait Corpus {
    /// The window all numbers are about; `None` if nothing has a time.
    fn window(&self) -> Option<TimeWindow>;

    /// The zone clock times of a question are read in and times of an answer are shown in.
    fn zone(&self) -> Zone {
        Zone::utc()
    }

    /// The time of a record without one: that of the record before it in its source, where that is known.
    fn time_near(&self, _id: &RecordId) -> Option<Timestamp> {
        None
    }

    /// The patterns with at least one record in the window.
    fn patterns(&self) -> &[PatternInfo];

    /// Visits the records of a scan in time order (source order where there are no times) until the visitor breaks.
    ///
    /// # Errors
    /// When lines cannot be read or the turn was cancelled.
    fn scan(
        &self,
        scan: &Scan,
        visit: &mut dyn FnMut(&Row<'_>) -> ControlFlow<()>,
    ) -> Result<(), CorpusError>;

    /// Visits at most `limit` records of one pattern, best spread over the window; the default takes the first ones.
    ///
    /// # Errors
    /// When lines cannot be read or the turn was cancelled.
    fn sample(
        &self,
        pattern: usize,
        limit: usize,
        visit: &mut dyn FnMut(&Row<'_>),
    ) -> Result<(), CorpusError> {
        let scan = Scan { patterns: vec![pattern], fields: true, ..Scan::default() };
        let mut seen = 0;
        self.scan(&scan, &mut |row| {
            visit(row);
            seen += 1;
            if seen < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })
    }

    /// Statistics of one slot from a bounded sample of the pattern's records.
    ///
    /// # Errors
    /// When lines cannot be read.
    fn slot_stats(&self, pattern: usize, slot: usize) -> Result<SlotStats, CorpusError> {
        let mut values = Vec::new();
        self.sample(pattern, SLOT_SAMPLE, &mut |row| {
            let captured = row.captures.iter().find(|capture| capture.slot == slot);
            if let Some(bytes) = captured.and_then(|capture| row.body.get(capture.range.clone())) {
                values.push(String::from_utf8_lossy(bytes).into_owned());
            }
        })?;
        Ok(SlotStats::of(values))
    }

    /// All places that hold a value, letter case ignored; empty means the value is in no line of the window. The
    /// default scans the records that contain the text.
    ///
    /// # Errors
    /// When lines cannot be read or the turn was cancelled.
    fn find_value(&self, value: &str) -> Result<Vec<ValueHit>, CorpusError> {
        let scan = Scan { containing: vec![value.to_owned()], fields: true, ..Scan::default() };
        let mut found = locate::Tally::new(value);
        self.scan(&scan, &mut |row| {
            found.add(row);
            ControlFlow::Continue(())
        })?;
        Ok(found.into_hits())
    }
}

/// Records looked at for the statistics of a slot.
const SLOT_SAMPLE: usize = 256;

impl SlotStats {
    fn of(mut values: Vec<String>) -> Self {
        let sampled = values.len();
        values.sort_unstable();
        let mut top: Vec<(String, usize)> = Vec::new();
        for value in values {
            match top.last_mut() {
                Some((last, count)) if *last == value => *count += 1,
                _ => top.push((value, 1)),
            }
        }
        let distinct = top.len();
        top.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        top.truncate(64);
        Self { sampled, top, distinct }
    }
}
