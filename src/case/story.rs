//! What a comparison tells, as a case keeps it: candidates for the cause, the first sign, who was hit, what it was not.
//!
//! Rows are named by their place in [`Broke::rows`](super::Broke::rows), which holds every row named here as long as
//! there are not more of them than rows are kept.

use super::entry::SavedHit;
use crate::change::{Incident, Reason};
use crate::domain::Timestamp;
use serde::{Deserialize, Serialize};

/// Candidates kept.
const MAX_CANDIDATES: usize = 10;
/// Rows kept per candidate.
const MAX_CANDIDATE_ROWS: usize = 3;

/// The arranged rows of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SavedStory {
    /// Time of the first tested sign of trouble.
    #[serde(default)]
    pub since: Option<Timestamp>,
    /// Candidates for the origin, likeliest first.
    #[serde(default)]
    pub candidates: Vec<SavedCandidate>,
    /// The earliest record of a row's pattern.
    #[serde(default)]
    pub first_sign: Option<SavedSign>,
    /// Services with more errors than before, most first.
    #[serde(default)]
    pub affected: Vec<SavedAffected>,
    /// Notable patterns that do not fit the change.
    #[serde(default)]
    pub ruled_out: Vec<SavedRuledOut>,
    /// Last record of the leading candidate's patterns.
    #[serde(default)]
    pub last: Option<Timestamp>,
    /// Whether that is close to the end of the window.
    #[serde(default)]
    pub still: bool,
}

/// A candidate for the origin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedCandidate {
    /// The service.
    pub service: String,
    /// Its most telling rows.
    #[serde(default)]
    pub rows: Vec<usize>,
    /// The row of a rare record shortly before the change that fits it.
    #[serde(default)]
    pub trigger: Option<usize>,
    /// Services whose new errors name it.
    #[serde(default)]
    pub named_by: Vec<String>,
}

/// A row with the time of its earliest record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedSign {
    /// The row.
    pub of: usize,
    /// When.
    pub at: Timestamp,
}

/// Errors of one service on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedAffected {
    /// The service.
    pub service: String,
    /// Records of level error or above in the window.
    pub errors: u64,
    /// The same in the baseline.
    pub before: u64,
}

/// A notable pattern that does not fit the change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedRuledOut {
    /// Its text.
    pub template: String,
    /// Why it is out.
    pub reason_not: Reason,
    /// Records per minute in the baseline.
    pub before: f64,
    /// Records per minute in the window.
    pub now: f64,
    /// Its last record in the baseline.
    #[serde(default)]
    pub last: Option<Timestamp>,
    /// A record that shows it.
    #[serde(default)]
    pub example: Option<SavedHit>,
}

/// The rows a story stands on, in the order they matter; indices into the rows of the comparison.
pub(super) fn told_rows(incident: &Incident) -> Vec<usize> {
    let candidates = || incident.candidates.iter().take(MAX_CANDIDATES);
    let triggers = candidates().filter_map(|candidate| candidate.trigger);
    let sign = incident.first_sign.iter().map(|&(row, _)| row);
    let own = candidates().flat_map(|candidate| candidate.changes.iter().copied().take(MAX_CANDIDATE_ROWS));
    triggers.chain(sign).chain(own).collect()
}

impl SavedStory {
    /// Keeps a story; `kept` are the rows of the comparison that are kept.
    pub(super) fn of(incident: &Incident, kept: &[usize]) -> Self {
        let place = |row: usize| kept.binary_search(&row).ok();
        let candidates = incident.candidates.iter().take(MAX_CANDIDATES).map(|candidate| SavedCandidate {
            service: candidate.service.clone(),
            rows: candidate.changes.iter().take(MAX_CANDIDATE_ROWS).filter_map(|&row| place(row)).collect(),
            trigger: candidate.trigger.and_then(place),
            named_by: candidate.named_by.clone(),
        });
        let affected = incident.affected.iter().map(|hit| SavedAffected {
            service: hit.service.clone(),
            errors: hit.errors,
            before: hit.before,
        });
        let ruled_out = incident.ruled_out.iter().map(|out| SavedRuledOut {
            template: out.pattern.template.clone(),
            reason_not: out.reason,
            before: finite(out.per_minute.0),
            now: finite(out.per_minute.1),
            last: out.pattern.last,
            example: out.pattern.examples.first().map(SavedHit::of),
        });
        Self {
            since: incident.onset,
            candidates: candidates.collect(),
            first_sign: incident.first_sign.and_then(|(row, at)| Some(SavedSign { of: place(row)?, at })),
            affected: affected.collect(),
            ruled_out: ruled_out.collect(),
            last: incident.last_seen.map(|(last, _)| last),
            still: incident.last_seen.is_some_and(|(_, still)| still),
        }
    }
}

/// JSON has no infinity.
const fn finite(number: f64) -> f64 {
    if number.is_finite() { number } else { 0.0 }
}
