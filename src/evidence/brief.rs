//! The structured side of the evidence: what an answerer without a model words.
//!
//! Holds no text that is shown unchecked: whatever is worded from it cites rows of the evidence.

use crate::change::{Incident, Report};
use crate::compute::{Decline, Finding};

/// What was looked through for an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Searched {
    /// Records in the window.
    pub records: u64,
    /// Patterns in the window.
    pub patterns: usize,
    /// Sources read.
    pub sources: usize,
}

/// A comparison and its arrangement.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The tested rows.
    pub report: Report,
    /// Candidates, sequence, who was hit, what it was not.
    pub incident: Incident,
}

/// Everything known for one question, as structures.
#[derive(Clone, Debug, Default)]
pub struct Brief {
    /// What was looked through.
    pub searched: Searched,
    /// A computed or extracted answer.
    pub finding: Option<Finding>,
    /// Why nothing was computed, when the question asked for something these logs do not hold.
    pub declined: Option<Decline>,
    /// What the declined question finds without the words these logs do not know.
    pub nearer: Option<Finding>,
    /// What broke, when the question is about that.
    pub comparison: Option<Comparison>,
}
