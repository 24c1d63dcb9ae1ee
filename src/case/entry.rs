//! What a case remembers, entry by entry: the vocabulary of the file.
//!
//! The fields are a contract: they are added, never renamed, and whatever is not essential may be missing. Times are
//! given by the caller. Nothing here is masked yet; that happens once, where an entry is [sealed](super::seal()).

use super::story::SavedStory;
use crate::change::{Confidence, Kind, Rate, Section, Unit};
use crate::domain::{Citation, Level, PatternId, RecordId, TimeWindow, Timestamp, Usage};
use crate::evidence::RowKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Short name of a case: four to six hexadecimal digits, unique in its directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CaseId(pub(super) String);

impl CaseId {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The first line of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Name and version of the format: [`SCHEMA`](super::SCHEMA).
    pub schema: String,
    /// Name of the case.
    pub id: CaseId,
    /// When the first question, pin or note was made.
    pub created: Timestamp,
    /// Version of the program that made it.
    #[serde(default)]
    pub program: String,
    /// Names of the sources, a bounded number.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Label of the zone times were shown in.
    #[serde(default)]
    pub zone: String,
}

/// One line of a case after the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Wall clock when it happened.
    pub at: Timestamp,
    /// Secret values masked while it was stored; beyond what was masked in the evidence of an answer.
    #[serde(default)]
    pub masked: usize,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
}

impl Entry {
    /// Something that happened at a time.
    #[must_use]
    pub const fn new(at: Timestamp, what: What) -> Self {
        Self { at, masked: 0, what }
    }
}

/// What can happen in an investigation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum What {
    /// Sources were opened.
    Opened(Opened),
    /// A question was sent.
    Asked(Asked),
    /// It was answered.
    Answered(Box<Answered>),
    /// It was stopped, or failed, before there was a checked answer.
    Stopped(Stopped),
    /// A window was compared with its baseline.
    Broke(Broke),
    /// A record was pinned.
    Pinned(Pinned),
    /// A pin was taken back.
    Unpinned {
        /// The record.
        record: RecordId,
    },
    /// A note was written.
    Noted(Noted),
    /// The window changed.
    Window {
        /// The window from here on; `None`: everything.
        window: Option<TimeWindow>,
    },
    /// The investigation was ended by its owner.
    Closed,
}

impl What {
    /// The word in the file.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::Asked(_) => "asked",
            Self::Answered(_) => "answered",
            Self::Stopped(_) => "stopped",
            Self::Broke(_) => "broke",
            Self::Pinned(_) => "pinned",
            Self::Unpinned { .. } => "unpinned",
            Self::Noted(_) => "noted",
            Self::Window { .. } => "window",
            Self::Closed => "closed",
        }
    }

    /// Whether the file may hold entries of this kind in this version.
    pub(super) fn knows(kind: &str) -> bool {
        const KINDS: [&str; 10] = [
            "opened", "asked", "answered", "stopped", "broke", "pinned", "unpinned", "noted", "window",
            "closed",
        ];
        KINDS.contains(&kind)
    }
}

/// Sources and what they hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// Names of the sources.
    #[serde(default)]
    pub sources: Vec<String>,
    /// The window in force.
    #[serde(default)]
    pub window: Option<TimeWindow>,
    /// Records in the sources.
    #[serde(default)]
    pub records: u64,
}

/// A question as it was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// Number of the turn, from 1.
    pub turn: u32,
    /// The words as typed.
    pub text: String,
    /// The window it was asked about.
    #[serde(default)]
    pub window: Option<TimeWindow>,
}

/// A checked answer with everything needed to show it again without the logs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    /// Number of the turn.
    pub turn: u32,
    /// The question as understood; a follow-up is rewritten.
    pub question: String,
    /// The window of the answer.
    #[serde(default)]
    pub window: Option<TimeWindow>,
    /// Who answered.
    #[serde(default)]
    pub model: String,
    /// Markdown with control characters made visible; struck where a citation failed.
    pub answer: String,
    /// Whether the answerer said it was done.
    #[serde(default)]
    pub complete: bool,
    /// Whether the logs held an answer.
    #[serde(default)]
    pub found: bool,
    /// Citations in order of appearance.
    #[serde(default)]
    pub citations: Vec<Citation>,
    /// The rows as sent.
    #[serde(default)]
    pub evidence: Vec<SavedRow>,
    /// What was not sent and why.
    #[serde(default)]
    pub left_out: Vec<String>,
    /// The best hits, at most [`MAX_HITS`](super::MAX_HITS).
    #[serde(default)]
    pub hits: Vec<SavedHit>,
    /// Records that match.
    #[serde(default)]
    pub total: u64,
    /// Whether `total` is a lower bound.
    #[serde(default)]
    pub total_at_least: bool,
    /// Tokens.
    #[serde(default)]
    pub usage: Usage,
    /// Millionths of a US dollar.
    #[serde(default)]
    pub cost_micro_usd: u64,
    /// Values masked in the evidence.
    #[serde(default)]
    pub evidence_masked: usize,
    /// What was not covered, as sentences.
    #[serde(default)]
    pub degraded: Vec<String>,
    /// Milliseconds per stage.
    #[serde(default)]
    pub timings_ms: BTreeMap<String, f64>,
}

/// A row of evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedRow {
    /// Number a citation uses.
    pub n: usize,
    /// What the row states.
    pub row: RowKind,
    /// The text as sent, control characters visible.
    pub text: String,
    /// Our own words in front of it (time, service, counts); what follows is the log's.
    #[serde(default)]
    pub lead: String,
    /// Records behind it, the one to open first; a bounded number.
    #[serde(default)]
    pub records: Vec<RecordId>,
    /// All records behind it.
    #[serde(default)]
    pub records_total: usize,
    /// Time of the first record.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// Service it is about.
    #[serde(default)]
    pub service: Option<String>,
    /// Severity.
    #[serde(default)]
    pub level: Option<Level>,
}

/// A hit without its parsed fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedHit {
    /// Identity of the record.
    pub id: RecordId,
    /// Event time.
    #[serde(default)]
    pub ts: Option<Timestamp>,
    /// Severity.
    #[serde(default)]
    pub level: Option<Level>,
    /// Service.
    #[serde(default)]
    pub service: Option<String>,
    /// What it says, clipped. Untrusted, as in the source.
    pub message: String,
    /// File or index.
    #[serde(default)]
    pub source: String,
    /// Line in it, from 1.
    #[serde(default)]
    pub line: u64,
    /// Its pattern.
    #[serde(default)]
    pub pattern: Option<PatternId>,
}

/// A question that ended without a checked answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stopped {
    /// Number of the turn.
    pub turn: u32,
    /// The answer so far, unchecked.
    #[serde(default)]
    pub text: String,
    /// Why: stopped by the user, or what failed.
    #[serde(default)]
    pub reason: String,
    /// Tokens known to be consumed.
    #[serde(default)]
    pub usage: Usage,
    /// Millionths of a US dollar known to be spent.
    #[serde(default)]
    pub cost_micro_usd: u64,
}

/// A window against its baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Broke {
    /// The window compared.
    pub window: TimeWindow,
    /// What it was compared with.
    pub baseline: TimeWindow,
    /// Whether a row is more than a weak hint.
    #[serde(default)]
    pub found: bool,
    /// The most telling rows of each section, at most [`MAX_ROWS`](super::MAX_ROWS) in all.
    #[serde(default)]
    pub rows: Vec<SavedChange>,
    /// Rows there were.
    #[serde(default)]
    pub total: usize,
    /// Services, likeliest origin first.
    #[serde(default)]
    pub services: Vec<String>,
    /// Sentences the reader needs to judge the rows, and what was not covered.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The rows as a story; cases of an earlier program have none.
    #[serde(default)]
    pub story: Option<SavedStory>,
}

/// One difference between a window and its baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedChange {
    /// Where the row belongs.
    pub section: Section,
    /// What happened.
    pub change: Kind,
    /// The service.
    pub service: String,
    /// The pattern.
    #[serde(default)]
    pub pattern: Option<PatternId>,
    /// Its text.
    #[serde(default)]
    pub template: Option<String>,
    /// The step before it.
    #[serde(default)]
    pub after: Option<String>,
    /// Name of the field, for a value.
    #[serde(default)]
    pub field: Option<String>,
    /// The value.
    #[serde(default)]
    pub value: Option<String>,
    /// Rate in the window.
    pub now: Rate,
    /// Rate in the baseline.
    pub base: Rate,
    /// What both count.
    pub unit: Unit,
    /// What counts as slow, nanoseconds.
    #[serde(default)]
    pub slow_over_ns: Option<i64>,
    /// The part of the window it is about.
    pub span: TimeWindow,
    /// How sure it is.
    pub confidence: Confidence,
    /// A record that shows it.
    #[serde(default)]
    pub example: Option<SavedHit>,
}

/// A pinned record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pinned {
    /// The record; its `id` takes the pin back.
    pub record: SavedHit,
}

/// A note, on a record or on the case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Noted {
    /// The record it is about.
    #[serde(default)]
    pub record: Option<RecordId>,
    /// Event time of that record.
    #[serde(default)]
    pub ts: Option<Timestamp>,
    /// The words.
    pub text: String,
}
