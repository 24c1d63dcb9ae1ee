//! Tells the first time of a step from the times after it, inside one sequence.
//!
//! Two call sites that share one wording are one template. Where the code passes both, "the second time is missing" is
//! the only sign of a fault between them, and a self-transition of the template would dilute it.

use super::Side;
use super::episode::Episodes;
use super::key::Key;
use rustc_hash::{FxHashMap, FxHashSet};

/// The key of a repeat, by the key of its first time.
#[derive(Debug, Default)]
pub(super) struct Again(FxHashMap<u32, u32>);

impl Again {
    /// Gives repeated steps of a side their own keys; call sites need none.
    pub(super) fn mark(
        &mut self,
        side: &Side<'_>,
        keys: &mut [u32],
        episodes: &Episodes,
        list: &mut Vec<Key>,
    ) {
        let mut seen: FxHashSet<(u32, u64, u32)> = FxHashSet::default();
        for episode in &episodes.list {
            seen.clear();
            for &index in &episodes.order[episode.steps.clone()] {
                let event = &side.events[index as usize];
                let key = keys[index as usize];
                if list[key as usize].is_site || seen.insert((event.service, event.span, key)) {
                    continue;
                }
                keys[index as usize] = *self.0.entry(key).or_insert_with(|| {
                    list.push(list[key as usize]);
                    list.len() as u32 - 1
                });
            }
        }
    }
}
