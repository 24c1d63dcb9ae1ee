//! Cause candidates, first sign, who was hit and what it was not, for the draft of a report: the saved story with its
//! rows looked up and its records numbered.

use super::appendix::{Appendix, one_line};
use super::draft::{Impact, impact_of};
use super::entry::{Broke, SavedChange};
use super::story::{SavedAffected, SavedCandidate, SavedRuledOut, SavedStory};
use crate::change::Reason;
use crate::domain::Timestamp;
use serde::Serialize;

/// Candidates shown with their rows.
const SHOWN: usize = 3;

/// The story of a comparison; "because" is never said: a candidate is a candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Story {
    /// Time of the first tested sign of trouble.
    pub since: Option<Timestamp>,
    /// Whether anything is beyond chance.
    pub found: bool,
    /// The likeliest origins, in order.
    pub candidates: Vec<Suspect>,
    /// Names of the candidates after them.
    pub further: Vec<String>,
    /// The earliest record of a pattern that changed.
    pub first_sign: Option<Sign>,
    /// Services with more errors than before, most first.
    pub affected: Vec<SavedAffected>,
    /// Last record of the leading candidate's patterns.
    pub last: Option<Timestamp>,
    /// Whether that is close to the end of the window.
    pub still: bool,
    /// Notable patterns that do not fit the change.
    pub ruled_out: Vec<Cleared>,
}

/// A candidate for the cause.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suspect {
    /// The service.
    pub service: String,
    /// Its most telling rows.
    pub rows: Vec<Impact>,
    /// A rare record shortly before the change that fits it; not tested.
    pub trigger: Option<Sign>,
    /// Services whose new errors name it.
    pub named_by: Vec<String>,
}

/// A record of interest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sign {
    /// When it was written.
    pub at: Timestamp,
    /// The service.
    pub service: String,
    /// What it says, one line.
    pub text: String,
    /// The line of the appendix that shows it.
    pub line: Option<usize>,
}

/// What it was not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cleared {
    /// The pattern.
    pub what: String,
    /// Why.
    pub reason: Reason,
    /// Records per minute before.
    pub before: f64,
    /// Records per minute in the window.
    pub now: f64,
    /// Its last record before the change.
    pub last: Option<Timestamp>,
    /// The line of the appendix that shows it.
    pub line: Option<usize>,
}

/// Draws the story of a comparison up, if one was saved with it.
pub(super) fn story(broke: &Broke, appendix: &mut Appendix) -> Option<Story> {
    let saved = broke.story.as_ref()?;
    let names = |candidates: &[SavedCandidate]| candidates.iter().map(|c| one_line(&c.service)).collect();
    let shown = saved.candidates.iter().take(SHOWN);
    Some(Story {
        since: saved.since,
        found: broke.found,
        candidates: shown.map(|candidate| suspect(candidate, broke, appendix)).collect(),
        further: names(saved.candidates.get(SHOWN..).unwrap_or_default()),
        first_sign: first_sign(saved, broke, appendix),
        affected: saved.affected.iter().map(affected).collect(),
        last: saved.last,
        still: saved.still,
        ruled_out: saved.ruled_out.iter().map(|out| cleared(out, appendix)).collect(),
    })
}

fn suspect(candidate: &SavedCandidate, broke: &Broke, appendix: &mut Appendix) -> Suspect {
    let rows = candidate.rows.iter().filter_map(|&row| broke.rows.get(row));
    let rows = rows.map(|row| impact_of(row, appendix)).collect();
    let trigger = candidate.trigger.and_then(|row| broke.rows.get(row));
    Suspect {
        service: one_line(&candidate.service),
        rows,
        trigger: trigger.map(|row| sign(row, appendix)),
        named_by: candidate.named_by.iter().map(|name| one_line(name)).collect(),
    }
}

/// The record that shows a row, in its own words.
fn sign(row: &SavedChange, appendix: &mut Appendix) -> Sign {
    let example = row.example.as_ref();
    let words = example.map(|hit| hit.message.lines().next().unwrap_or_default());
    Sign {
        at: example.and_then(|hit| hit.ts).unwrap_or_else(|| row.span.start()),
        service: one_line(&row.service),
        text: one_line(words.or(row.template.as_deref()).unwrap_or_default()),
        line: example.map(|hit| appendix.record(hit)),
    }
}

/// The record itself was not kept, a later one of its pattern was: the pattern is what is said.
fn first_sign(saved: &SavedStory, broke: &Broke, appendix: &mut Appendix) -> Option<Sign> {
    let first = saved.first_sign?;
    let row = broke.rows.get(first.of)?;
    let shown = sign(row, appendix);
    if shown.at == first.at {
        return Some(shown);
    }
    Some(Sign { at: first.at, text: one_line(row.template.as_deref().unwrap_or_default()), ..shown })
}

fn affected(hit: &SavedAffected) -> SavedAffected {
    SavedAffected { service: one_line(&hit.service), ..hit.clone() }
}

fn cleared(out: &SavedRuledOut, appendix: &mut Appendix) -> Cleared {
    Cleared {
        what: one_line(&out.template),
        reason: out.reason_not,
        before: out.before,
        now: out.now,
        last: out.last,
        line: out.example.as_ref().map(|hit| appendix.record(hit)),
    }
}
