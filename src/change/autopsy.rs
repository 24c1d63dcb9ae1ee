//! Where each troubled request went wrong first.
//!
//! An error travels up: the service that failed logs it, then every caller does. Per request the first step that the
//! baseline makes unlikely is looked for; if another service's sequence broke off before it, that service is blamed,
//! else the one that took the step; a request that only breaks off is blamed on the last sequence to do so. The share of
//! blamed requests, now against before, raises the score of a service. Alone it would blame whatever a background
//! outage hits first, so it only weighs.

use super::Side;
use super::key::Keys;
use super::stat::Table;
use super::tally::{END, Places, START, Tally, total};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// A step less likely than this is a deviation.
const UNLIKELY: f64 = 0.03;
/// Evidence (G) below which blame hardly counts.
const LITTLE: f64 = 15.0;
/// Contexts with less baseline than this say nothing.
const FEWEST: f64 = 4.0;

/// Blamed groups per service on one side.
#[derive(Debug, Default)]
pub(super) struct Blame {
    blamed: Vec<f64>,
    groups: f64,
}

/// The baseline's likelihood of steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usual<'a> {
    pub(super) keys: &'a Keys,
    pub(super) places: &'a Places,
    pub(super) base: &'a Tally,
    /// Services that no longer answer, by the place of the step before.
    pub(super) missed: &'a FxHashMap<u32, u32>,
    /// 1 when the baseline itself is looked at: a group must not vouch for its own steps.
    pub(super) own: f64,
}

impl Usual<'_> {
    fn is_unlikely(&self, context: u32, next: u32) -> bool {
        let seen = self.base.context.get(context as usize).map_or(0.0, total);
        if seen < FEWEST {
            return false;
        }
        let taken = self.base.next.get(&(u64::from(context) << 32 | u64::from(next))).map_or(0.0, total);
        taken - self.own < UNLIKELY * seen
    }

    /// The missed service that `context` should have reached before the deviation.
    fn unanswered(&self, side: &Side<'_>, group: &[u32], (context, at): (u32, usize)) -> Option<u32> {
        let service = *self.missed.get(&context)?;
        let next = group.get(at + 1).map(|&index| side.events[index as usize].service);
        (next != Some(service)).then_some(service)
    }

    fn is_new_trouble(&self, place: u32, key: u32) -> bool {
        let severe = self.keys.list.get(key as usize).is_some_and(|key| key.severity > 0);
        severe && self.base.has.get(place as usize).map_or(0.0, total) <= self.own
    }
}

/// Blames one service per troubled group.
pub(super) fn blame(
    side: &Side<'_>,
    event_keys: &[u32],
    groups: &[&[u32]],
    usual: &Usual<'_>,
    services: usize,
) -> Blame {
    let mut out = Blame { blamed: vec![0.0; services], groups: groups.len() as f64 };
    let mut lanes = Lanes::default();
    for group in groups {
        lanes.clear();
        let service = culprit(side, event_keys, group, usual, &mut lanes);
        if let Some(count) = service.and_then(|service| out.blamed.get_mut(service as usize)) {
            *count += 1.0;
        }
    }
    out
}

/// One sequence of a service: its last place, and the positions of its first and last record in the group.
struct Lane {
    place: u32,
    began: usize,
    last: usize,
}

type Lanes = FxHashMap<(u32, u64), Lane>;

/// The first unlikely step: whose, where, and where its sequence began.
struct First {
    service: u32,
    at: usize,
    began: usize,
    /// The missed service that should have answered before.
    unanswered: Option<u32>,
}

/// The service that deviates first; `lanes` is work space.
fn culprit(
    side: &Side<'_>,
    event_keys: &[u32],
    group: &[u32],
    usual: &Usual<'_>,
    lanes: &mut Lanes,
) -> Option<u32> {
    let first = deviation(side, event_keys, group, usual, lanes)?;
    if let Some(service) = first.as_ref().and_then(|first| first.unanswered) {
        return Some(service);
    }
    let broken = lanes.iter().filter(|((service, _), lane)| {
        // What began inside the deviating sequence and broke off before it is its callee; what began earlier waits.
        let callee =
            |first: &First| lane.began > first.began && lane.last < first.at && *service != first.service;
        first.as_ref().is_none_or(callee) && usual.is_unlikely(lane.place, END)
    });
    let latest = broken.max_by_key(|(id, lane)| (lane.last, **id)).map(|((service, _), _)| *service);
    latest.or(first.map(|first| first.service))
}

/// The first unlikely step of a group, if one; `None` when a place was never numbered.
fn deviation(
    side: &Side<'_>,
    event_keys: &[u32],
    group: &[u32],
    usual: &Usual<'_>,
    lanes: &mut Lanes,
) -> Option<Option<First>> {
    let mut first: Option<First> = None;
    for (at, &index) in group.iter().enumerate() {
        let (event, key) = (&side.events[index as usize], event_keys[index as usize]);
        let here = usual.places.find(event.service, key)?;
        let lane = lanes.entry((event.service, event.span));
        let mut asked = None;
        let (context, began) = match lane {
            Entry::Occupied(mut lane) => {
                let before = lane.get().place;
                asked = Some((before, lane.get().last));
                lane.get_mut().place = here;
                lane.get_mut().last = at;
                (Some(before), lane.get().began)
            }
            Entry::Vacant(lane) => {
                lane.insert(Lane { place: here, began: at, last: at });
                (usual.places.find(event.service, START), at)
            }
        };
        let odd = || context.is_some_and(|context| usual.is_unlikely(context, key));
        if first.is_none() && (odd() || usual.is_new_trouble(here, key)) {
            let unanswered = asked.and_then(|asked| usual.unanswered(side, group, asked));
            first = Some(First { service: event.service, at, began, unanswered });
        }
    }
    Some(first)
}

/// How much more often each service is blamed now than before: 0 to 1, 1 for the one with most evidence.
pub(super) fn shares(now: &Blame, base: &Blame) -> Vec<f64> {
    let evidence = |service: usize| {
        let table = Table { a: now.blamed[service], n: now.groups, y: base.blamed[service], m: base.groups };
        if table.effect() > 0.0 { table.g() } else { 0.0 }
    };
    let all: Vec<f64> = (0..now.blamed.len()).map(evidence).collect();
    let most = all.iter().copied().fold(0.0, f64::max);
    all.into_iter().map(|g| g / (most + LITTLE)).collect()
}
