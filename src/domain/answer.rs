//! A question, its answer, and what the answer points at.

use super::TimeWindow;
use serde::{Deserialize, Serialize};

/// What was asked, with everything that decides the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The words as typed.
    pub text: String,
    /// The one absolute window the question is about; `None` when the source has no times at all.
    pub window: Option<TimeWindow>,
}

/// A pointer from an answer to a piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// Number of the evidence row, as sent in this request.
    pub n: usize,
    /// The quoted words.
    pub quote: String,
    /// Whether `n` was sent in this request and its text contains `quote`.
    pub verified: bool,
}

/// What one request consumed; all zero for the analyst.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// Tokens read by the model, without cache reads and writes.
    pub input_tokens: u64,
    /// Tokens written by the model.
    pub output_tokens: u64,
    /// Tokens read from the provider's prompt cache.
    pub cache_read_tokens: u64,
    /// Tokens written to the provider's prompt cache.
    pub cache_write_tokens: u64,
}

/// A checked answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// Markdown text; struck-through where a citation failed.
    pub text: String,
    /// Every citation in order of appearance.
    pub citations: Vec<Citation>,
    /// Whether the model said it was done (a stopped or cut answer is `false`).
    pub complete: bool,
}
