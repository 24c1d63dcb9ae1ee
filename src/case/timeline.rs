//! The order of events of a report: times from cited lines, changes, pins and notes, merged, each with its line.

use super::appendix::Line;
use super::entry::Noted;
use crate::change::Kind;
use crate::domain::{Level, TimeWindow, Timestamp};
use serde::Serialize;
use std::collections::BTreeSet;

/// Where an event of the timeline comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A line an answer cites.
    Cited,
    /// A tested difference between the window and its baseline.
    Change,
    /// The earliest record of a pattern that changed.
    Sign,
    /// A rare record shortly before the change that fits a candidate; not tested.
    Cause,
    /// A record the investigator pinned.
    Pin,
    /// Words of the investigator.
    Note,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moment {
    /// When it happened; for a note on no record: when it was written.
    pub at: Timestamp,
    /// Where it comes from.
    pub origin: Origin,
    /// The service.
    pub service: Option<String>,
    /// The severity.
    pub level: Option<Level>,
    /// What happened, one line, control characters visible.
    pub text: String,
    /// What kind of difference it is, for one the comparison found.
    pub change: Option<Kind>,
    /// The line of the appendix that shows it.
    pub line: Option<usize>,
}

/// What a note is about, as far as the appendix shows it.
pub(super) struct Remark<'a> {
    pub(super) at: Timestamp,
    pub(super) note: &'a Noted,
    pub(super) line: Option<usize>,
}

/// Merges everything that has a time, oldest first. Notes that fit no time of the incident come back.
///
/// `cleared` are lines that show what it was not: they are no events unless they were pinned.
pub(super) fn merge<'a>(
    lines: &[Line],
    cleared: &BTreeSet<usize>,
    events: Vec<Moment>,
    notes: Vec<Remark<'a>>,
    window: Option<TimeWindow>,
) -> (Vec<Moment>, Vec<Remark<'a>>) {
    let told = lines.iter().filter(|line| line.pinned || !cleared.contains(&line.n)).filter_map(of_line);
    let mut moments: Vec<Moment> = Vec::new();
    for moment in told.chain(events) {
        match moments.iter_mut().find(|known| known.is_same_event(&moment)) {
            None => moments.push(moment),
            // The strongest rows come first: a further row about the same record says no more.
            Some(known) if moment.origin > known.origin => {
                let (line, change) = (known.line.or(moment.line), moment.change.or(known.change));
                *known = Moment { line, change, ..moment };
            }
            Some(_) => {}
        }
    }
    let span = moments.iter().map(|moment| moment.at).min().zip(moments.iter().map(|m| m.at).max());
    let inside = |at: Timestamp| {
        window.is_some_and(|window| window.contains(at))
            || span.is_some_and(|(first, last)| (first..=last).contains(&at))
    };
    let mut outside = Vec::new();
    for remark in notes {
        let at = remark.note.ts.unwrap_or(remark.at);
        if remark.note.ts.is_some() || inside(at) {
            let text = super::appendix::one_line(&remark.note.text);
            let (service, level) = (None, None);
            let line = remark.line;
            moments.push(Moment { at, origin: Origin::Note, service, level, text, change: None, line });
        } else {
            outside.push(remark);
        }
    }
    moments.sort_by_key(|moment| (moment.at, moment.origin));
    (moments, outside)
}

fn of_line(line: &Line) -> Option<Moment> {
    let origin = if line.cited {
        Origin::Cited
    } else if line.pinned {
        Origin::Pin
    } else {
        return None;
    };
    Some(Moment {
        at: line.at?,
        origin,
        service: line.service.clone(),
        level: line.level,
        text: line.body().lines().next().unwrap_or_default().to_owned(),
        change: None,
        line: Some(line.n),
    })
}

impl Moment {
    /// Whether both tell the same: one record, or a row of evidence and the change it words.
    fn is_same_event(&self, other: &Self) -> bool {
        let one_line = self.line.is_some() && self.line == other.line;
        let one_record = self.at == other.at && self.service == other.service;
        (one_record && (one_line || self.text == other.text)) || (one_line && self.origin == Origin::Cited)
    }
}
