//! Rare records shortly before things went wrong: a deploy, a reload, a changed setting. Not tested, and says so.

use super::key::Keys;
use super::{Change, Confidence, Event, Input, Kind, Rate, Section, Unit};
use crate::domain::{TimeWindow, Timestamp};

/// How long before the change a record is still of interest, ns.
const BEFORE: i64 = 120_000_000_000;
/// How long after it: clocks differ, and a cause may be written late, ns.
const AFTER: i64 = 1_000_000_000;
/// A key seen more often than this on both sides together is not rare.
const RARE: u32 = 2;
/// Rows reported.
const REPORTED: usize = 6;
/// Beginnings of words that operators' tools use when something is changed on purpose.
const CHANGED: [&str; 20] = [
    "deploy", "rollout", "rolled", "rolling", "release", "version", "upgrad", "downgrad", "config",
    "setting", "chang", "reload", "restart", "migrat", "flag", "enabl", "disabl", "scal", "replac", "promot",
];

/// Whether a text tells of something that was changed on purpose.
pub(super) fn tells_of_change(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphabetic());
    text.contains("->") || words.any(|word| CHANGED.iter().any(|stem| word.starts_with(stem)))
}

/// Lists rare records around the change: those that tell of a change first, then the latest.
pub(super) fn rare(input: &Input<'_>, keys: &Keys, change: Timestamp, told: &[Change]) -> Vec<Change> {
    let mut counts = vec![0u32; keys.list.len()];
    for &key in keys.now.iter().chain(&keys.base) {
        counts[key as usize] += 1;
    }
    let from = change.plus_nanos(-BEFORE).as_nanos();
    let until = change.plus_nanos(AFTER).as_nanos();
    let sides = input.window.events.iter().zip(&keys.now).chain(input.baseline.events.iter().zip(&keys.base));
    let rare = |&(event, key): &(&Event, &u32)| {
        (from..=until).contains(&event.time) && counts[*key as usize] <= RARE
    };
    let shown =
        |event: &Event| told.iter().any(|c| c.examples.contains(&event.record) && c.kind == Kind::New);
    let mut found: Vec<(&Event, &u32)> = sides.filter(rare).filter(|(event, _)| !shown(event)).collect();
    let told_on_purpose = |event: &Event| {
        input.templates.get(event.template as usize).is_some_and(|(_, text)| tells_of_change(text))
    };
    found.sort_by_key(|(event, key)| (!told_on_purpose(event), std::cmp::Reverse(event.time), **key));
    found.truncate(REPORTED);
    found.into_iter().map(|(event, &key)| row(input, keys, event, key, counts[key as usize])).collect()
}

fn row(input: &Input<'_>, keys: &Keys, event: &Event, key: u32, count: u32) -> Change {
    let about = input.templates.get(keys.list[key as usize].template as usize);
    let at = Timestamp::from_nanos(event.time);
    let base = keys.base.iter().filter(|&&k| k == key).count() as f64;
    Change {
        section: Section::Worse,
        kind: Kind::First,
        service: input.services.get(event.service as usize).cloned().unwrap_or_default(),
        pattern: about.map(|(id, _)| *id),
        template: about.map(|(_, text)| text.clone()),
        after: None,
        now: Rate { n: f64::from(count) - base, of: input.window.events.len() as f64 },
        base: Rate { n: base, of: input.baseline.events.len() as f64 },
        unit: Unit::Records,
        span: TimeWindow::spanning(at, at),
        score: 0.0,
        q: 1.0,
        confidence: Confidence::Weak,
        examples: vec![event.record],
        before: Vec::new(),
        slow_over_ns: None,
        field: None,
        value: None,
        folded: Vec::new(),
    }
}
