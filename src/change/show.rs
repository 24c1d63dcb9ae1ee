//! Records to hold beside a row: a few of the window that show it, a few of the baseline that show how it was.

use super::key::Keys;
use super::rank::{Row, span};
use super::tally::END;
use super::{Change, Input, Kind, Side};
use crate::domain::TimeWindow;
use rustc_hash::FxHashMap;

/// Records named per row and side.
const EXAMPLES: usize = 3;

/// Which records show a row on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Wanted {
    /// Records of a key.
    Key(u32),
    /// Errors of a service.
    Errors,
    /// Any record of a service.
    Any,
}

fn wanted(row: &Row, window: bool) -> Wanted {
    let finding = &row.finding;
    match finding.kind {
        Kind::Rate => Wanted::Errors,
        Kind::Lost | Kind::Fewer if window => finding.after.map_or(Wanted::Any, Wanted::Key),
        _ if finding.key == END => finding.after.map_or(Wanted::Any, Wanted::Key),
        _ => Wanted::Key(finding.key),
    }
}

/// Fills `examples` and `before` of the rows.
pub(super) fn examples(input: &Input<'_>, keys: &Keys, rows: &[Row], changes: &mut [Change]) {
    let spans: Vec<TimeWindow> = rows.iter().map(|r| span(input.window.span, r.finding.segments)).collect();
    let found = collect(&input.window, keys, &keys.now, rows, |at, time| spans[at].contains(time), true);
    let before = collect(&input.baseline, keys, &keys.base, rows, |_, _| true, false);
    for (change, (now, then)) in changes.iter_mut().zip(found.into_iter().zip(before)) {
        change.examples = now;
        change.before = then;
        if change.kind == Kind::Quiet {
            change.before = last_words(input, change);
        }
    }
}

/// The last record of a service that fell silent.
fn last_words(input: &Input<'_>, change: &Change) -> Vec<u32> {
    let of_service = |event: &&super::Event| {
        input.services.get(event.service as usize).is_some_and(|name| *name == change.service)
    };
    let events = input.baseline.events.iter().chain(input.window.events);
    events.filter(of_service).max_by_key(|event| event.time).map(|event| event.record).into_iter().collect()
}

fn collect(
    side: &Side<'_>,
    keys: &Keys,
    event_keys: &[u32],
    rows: &[Row],
    inside: impl Fn(usize, crate::domain::Timestamp) -> bool,
    window: bool,
) -> Vec<Vec<u32>> {
    let mut by_want: FxHashMap<(u32, Wanted), Vec<usize>> = FxHashMap::default();
    for (at, row) in rows.iter().enumerate() {
        by_want.entry((row.finding.service, wanted(row, window))).or_default().push(at);
    }
    let mut out = vec![Vec::new(); rows.len()];
    for (event, &key) in side.events.iter().zip(event_keys) {
        let is_error = keys.list[key as usize].severity == 2;
        let wants = [Some(Wanted::Key(key)), is_error.then_some(Wanted::Errors), Some(Wanted::Any)];
        for want in wants.into_iter().flatten() {
            for &at in by_want.get(&(event.service, want)).into_iter().flatten() {
                let time = crate::domain::Timestamp::from_nanos(event.time);
                if out[at].len() < EXAMPLES && inside(at, time) {
                    out[at].push(event.record);
                }
            }
        }
    }
    out
}
