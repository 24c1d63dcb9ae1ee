//! Counts what follows what (`Next`) and what occurs at all (`Has`), per service and per sixth of the side.
//!
//! Inside one episode every context weighs 1, however often it is passed: a retry loop or a batch of a thousand rows
//! is one witness, not a thousand. (Raw counts raised a finding in 6 of 10 quiet pairs, weights in none.)

use super::{Event, Side, episode::Episodes};
use rustc_hash::FxHashMap;

/// Blocks per side: three segments of two for the time scan, six for the dispersion.
pub(super) const BLOCKS: usize = 6;
/// Counts per block.
pub(super) type Counts = [f32; BLOCKS];

/// The key that stands for the end of an episode.
pub(super) const END: u32 = u32::MAX;
/// The key that stands for its start.
pub(super) const START: u32 = u32::MAX - 1;

/// A step of a service, numbered across both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) service: u32,
    /// A key, or [`START`].
    pub(super) key: u32,
}

/// Numbers places on first sight.
#[derive(Debug, Default)]
pub(super) struct Places {
    ids: FxHashMap<u64, u32>,
    pub(super) list: Vec<Place>,
}

impl Places {
    pub(super) fn id(&mut self, service: u32, key: u32) -> u32 {
        *self.ids.entry(u64::from(service) << 32 | u64::from(key)).or_insert_with(|| {
            self.list.push(Place { service, key });
            self.list.len() as u32 - 1
        })
    }
}

impl Places {
    /// The number of a place already seen.
    pub(super) fn find(&self, service: u32, key: u32) -> Option<u32> {
        self.ids.get(&(u64::from(service) << 32 | u64::from(key))).copied()
    }
}

/// All blocks together.
pub(super) fn total(counts: &Counts) -> f64 {
    counts.iter().map(|&c| f64::from(c)).sum()
}

/// What was counted on one side.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Weight of each transition, by `place << 32 | next key`.
    pub(super) next: FxHashMap<u64, Counts>,
    /// Weight of each place as a context.
    pub(super) context: Vec<Counts>,
    /// Episodes a place occurs in.
    pub(super) has: Vec<Counts>,
    /// Episodes a service occurs in.
    pub(super) service: Vec<Counts>,
    /// First record of each place, for examples.
    pub(super) example: Vec<u32>,
}

/// The block a time falls in.
pub(super) fn block(side: &Side<'_>, time: i64) -> usize {
    let offset = i128::from(time.saturating_sub(side.span.start().as_nanos()).max(0));
    ((offset * BLOCKS as i128 / i128::from(side.span.nanos().max(1))) as usize).min(BLOCKS - 1)
}

fn at(list: &mut Vec<Counts>, index: u32) -> &mut Counts {
    let index = index as usize;
    if list.len() <= index {
        list.resize(index + 1, [0.0; BLOCKS]);
    }
    &mut list[index]
}

/// Work space for one episode, reused.
#[derive(Default)]
struct Scratch {
    /// Last place per lane.
    lanes: FxHashMap<(u32, u64), u32>,
    /// (place, next key) of every step taken.
    steps: Vec<(u32, u32)>,
    services: Vec<u32>,
    seen: Vec<u32>,
}

impl Tally {
    /// Counts one side. `keys` gives the key of each event.
    pub(super) fn of(side: &Side<'_>, keys: &[u32], episodes: &Episodes, places: &mut Places) -> Self {
        let mut tally = Self::default();
        let mut scratch = Scratch::default();
        for episode in &episodes.list {
            let events = &episodes.order[episode.steps.clone()];
            let Some(&first) = events.first() else { continue };
            let block = block(side, side.events[first as usize].time);
            scratch.read(side.events, keys, events, places, episode.begins);
            if episode.ends {
                scratch.steps.extend(scratch.lanes.values().map(|&last| (last, END)));
            }
            tally.take(&mut scratch, block);
        }
        tally.examples(side.events, keys, places);
        tally
    }

    fn take(&mut self, scratch: &mut Scratch, block: usize) {
        scratch.steps.sort_unstable();
        for context in scratch.steps.chunk_by(|a, b| a.0 == b.0) {
            let share = 1.0 / context.len() as f32;
            at(&mut self.context, context[0].0)[block] += 1.0;
            for next in context.chunk_by(|a, b| a.1 == b.1) {
                let edge = u64::from(next[0].0) << 32 | u64::from(next[0].1);
                self.next.entry(edge).or_default()[block] += share * next.len() as f32;
            }
        }
        scratch.seen.sort_unstable();
        scratch.seen.dedup();
        for &place in &scratch.seen {
            at(&mut self.has, place)[block] += 1.0;
        }
        scratch.services.sort_unstable();
        scratch.services.dedup();
        for &service in &scratch.services {
            at(&mut self.service, service)[block] += 1.0;
        }
    }

    fn examples(&mut self, events: &[Event], keys: &[u32], places: &mut Places) {
        self.example = vec![u32::MAX; places.list.len()];
        for (index, (event, &key)) in events.iter().zip(keys).enumerate() {
            let slot = &mut self.example[places.id(event.service, key) as usize];
            *slot = (*slot).min(index as u32);
        }
    }
}

impl Scratch {
    fn read(&mut self, all: &[Event], keys: &[u32], events: &[u32], places: &mut Places, begins: bool) {
        self.lanes.clear();
        self.steps.clear();
        self.services.clear();
        self.seen.clear();
        for &index in events {
            let (event, key) = (&all[index as usize], keys[index as usize]);
            let here = places.id(event.service, key);
            match self.lanes.insert((event.service, event.span), here) {
                Some(before) => self.steps.push((before, key)),
                None if begins => {
                    let start = places.id(event.service, START);
                    self.steps.push((start, key));
                }
                None => {}
            }
            self.services.push(event.service);
            self.seen.push(here);
        }
    }
}
