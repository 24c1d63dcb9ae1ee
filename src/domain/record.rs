//! One log event and its place in an answer.

use super::{Level, PatternId, Timestamp};
use serde::{Deserialize, Serialize};

/// Identity of a record that survives re-reading its source: `source:line` for files, the event id for an index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordId(pub String);

/// One log event; it may span several physical lines (a stack trace is one record).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Record {
    /// Identity across runs.
    pub id: RecordId,
    /// Event time, if the source states one.
    pub ts: Option<Timestamp>,
    /// Severity, if the source states one.
    pub level: Option<Level>,
    /// Service, as decided in the product's rules (explicit field, pod, program, file stem).
    pub service: Option<String>,
    /// What the event says, without the header; further lines of a stack trace are included.
    pub message: String,
    /// The bytes of the source, line breaks included, without the last one. Untrusted.
    #[serde(serialize_with = "lossy")]
    pub raw: Vec<u8>,
    /// File name or index the record was read from. Untrusted.
    pub source: String,
    /// Physical line of the record's first byte in its source, 1-based.
    pub line: u64,
    /// Pattern of the message's first line.
    pub pattern: PatternId,
    /// Parsed fields in source order (header columns, JSON members, `key=value` pairs).
    pub fields: Vec<Field>,
}

/// A named value of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Dotted path for nested values (`request.user.id`).
    pub name: String,
    /// The value as text.
    pub value: String,
}

/// Why a hit ranked where it did; absent parts were not used for this query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Score {
    /// BM25 score of the text query.
    pub text: Option<f64>,
    /// Similarity of the vector query.
    pub vector: Option<f64>,
    /// Score the ranking used.
    pub fused: Option<f64>,
}

/// A record found for a question.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// 1-based rank, the number a citation `[n]` uses.
    pub n: usize,
    /// The record itself.
    #[serde(flatten)]
    pub record: Record,
    /// Why it ranked here.
    pub score: Score,
}

fn lossy<S: serde::Serializer>(raw: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(raw))
}
