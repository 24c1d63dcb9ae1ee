//! What counts as "the same step": the call site where the log states one, else the mined template.
//!
//! A call site (`OrderService#342`, `pool.go:88`) never splits by values and never merges two steps that share a
//! wording. Where one site stands for many templates (a logging wrapper) it says nothing, and the template is used.

use super::tone::Tone;
use super::{Event, Input};
use crate::domain::Level;
use rustc_hash::{FxHashMap, FxHashSet};

/// A key: one step of the program at one severity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    /// Severity class: 0 normal, 1 warning, 2 error.
    pub(super) severity: u8,
    /// Whether its words tell of a failure, whatever its level.
    pub(super) fails: bool,
    /// The template that stands for it in the report.
    pub(super) template: u32,
    /// Whether a call site names it.
    pub(super) is_site: bool,
}

/// The keys of both sides.
#[derive(Debug, Default)]
pub(super) struct Keys {
    pub(super) list: Vec<Key>,
    /// Key per event of the window.
    pub(super) now: Vec<u32>,
    /// Key per event of the baseline.
    pub(super) base: Vec<u32>,
}

/// Severity class of a level byte.
pub(super) fn severity(level: u8) -> u8 {
    if level >= Level::Error.as_u8() { 2 } else { u8::from(level == Level::Warn.as_u8()) }
}

impl Keys {
    /// Gives every event its key.
    pub(super) fn of(input: &Input<'_>, labelled: &FxHashSet<u32>) -> Self {
        let wrappers = wrappers(input);
        let tones: Vec<Tone> = input.templates.iter().map(|(_, text)| Tone::of(text)).collect();
        let mut seen: FxHashMap<(u32, u32, u8), u32> = FxHashMap::default();
        let mut keys = Self::default();
        let mut assign = |list: &mut Vec<Key>, event: &Event| {
            let tone = tones.get(event.template as usize).copied().unwrap_or_default();
            let severity = tone.severity(event.level);
            let site = if wrappers.contains(&event.site) { 0 } else { event.site };
            let is_label = event.request == 0 && labelled.contains(&event.service);
            let label = if is_label { (event.span ^ event.span >> 32) as u32 } else { 0 };
            let identity =
                if site == 0 { (event.template, label, severity) } else { (u32::MAX, site, severity) };
            *seen.entry(identity).or_insert_with(|| {
                list.push(Key { severity, fails: tone.fails, template: event.template, is_site: site != 0 });
                list.len() as u32 - 1
            })
        };
        keys.now = input.window.events.iter().map(|e| assign(&mut keys.list, e)).collect();
        keys.base = input.baseline.events.iter().map(|e| assign(&mut keys.list, e)).collect();
        keys
    }
}

/// Sites that stand for too many templates to be steps: more than 4 and over a quarter of all.
fn wrappers(input: &Input<'_>) -> FxHashSet<u32> {
    let mut pairs: FxHashSet<(u32, u32)> = FxHashSet::default();
    let mut templates: FxHashSet<u32> = FxHashSet::default();
    for event in input.window.events.iter().chain(input.baseline.events) {
        templates.insert(event.template);
        if event.site != 0 {
            pairs.insert((event.site, event.template));
        }
    }
    let mut per_site: FxHashMap<u32, usize> = FxHashMap::default();
    for (site, _) in pairs {
        *per_site.entry(site).or_default() += 1;
    }
    let limit = (templates.len() / 4).max(4);
    per_site.into_iter().filter(|&(_, count)| count > limit).map(|(site, _)| site).collect()
}
