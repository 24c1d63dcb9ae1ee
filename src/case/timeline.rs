//! The order of events of a report: times from cited lines, changes, pins and notes, merged, each with its line.

use super::appendix::Line;
use super::entry::{Noted, SavedChange};
use crate::domain::{Level, TimeWindow, Timestamp};
use serde::Serialize;

/// Where an event of the timeline comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A line an answer cites.
    Cited,
    /// A tested difference between the window and its baseline.
    Change,
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
pub(super) fn merge<'a>(
    lines: &[Line],
    changes: &[(usize, &SavedChange)],
    notes: Vec<Remark<'a>>,
    window: Option<TimeWindow>,
) -> (Vec<Moment>, Vec<Remark<'a>>) {
    let mut moments: Vec<Moment> = lines.iter().filter_map(of_line).collect();
    for (number, change) in changes {
        let shown = lines.iter().find(|line| line.n == *number);
        if let Some(moment) = moments.iter_mut().find(|moment| moment.line == Some(*number)) {
            moment.origin = Origin::Change;
        } else if let Some(line) = shown {
            moments.push(Moment {
                at: line.at.unwrap_or_else(|| change.span.start()),
                origin: Origin::Change,
                ..of_text(line)
            });
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
            moments.push(Moment { at, origin: Origin::Note, service, level, text, line: remark.line });
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
    Some(Moment { at: line.at?, origin, ..of_text(line) })
}

fn of_text(line: &Line) -> Moment {
    Moment {
        at: line.at.unwrap_or(Timestamp::MIN),
        origin: Origin::Cited,
        service: line.service.clone(),
        level: line.level,
        text: line.text.lines().next().unwrap_or_default().to_owned(),
        line: Some(line.n),
    }
}
