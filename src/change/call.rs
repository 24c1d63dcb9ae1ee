//! Which service answers after a step, and which one no longer does.
//!
//! A service that dies says nothing itself. Its callers complain, and what it used to call falls silent as well; but only
//! the dead one is missing right after the steps that used to reach it. A caller that fails by itself misses one of
//! its calls, a dead service is missed by all who call it, so one place alone that misses it proves nothing.

use super::Side;
use super::judge::{Finding, SEGMENTS, between, segment_sums};
use super::stat::Table;
use super::tally::{Counts, Places, START, block, total};
use super::{Kind, Section, Unit};
use rustc_hash::{FxHashMap, FxHashSet};

/// Share of the times a step is taken that have to reach a service for it to be expected there.
const EXPECTED: f64 = 0.3;
/// A step needs this many times in the baseline.
const FEWEST: f64 = 4.0;
/// Places that have to miss a service.
const CALLERS: usize = 2;
/// Share of the places that expect a service that have to miss it.
const AGREED: f64 = 0.75;

/// What follows a step next, over all services.
#[derive(Debug, Default)]
pub(super) struct Calls {
    /// Times a step was taken, by place.
    taken: FxHashMap<u32, Counts>,
    /// Times the next record was the first of another service's sequence, by place and service.
    reached: FxHashMap<(u32, u32), Counts>,
    /// Times the next record went on with a sequence of another service: says nothing about a call.
    unclear: FxHashMap<u32, Counts>,
}

impl Calls {
    /// Counts one side.
    pub(super) fn of(side: &Side<'_>, event_keys: &[u32], groups: &[&[u32]], places: &Places) -> Self {
        let mut calls = Self::default();
        let mut open: FxHashSet<(u32, u64)> = FxHashSet::default();
        for group in groups {
            open.clear();
            for (at, &index) in group.iter().enumerate() {
                let event = &side.events[index as usize];
                open.insert((event.service, event.span));
                let Some(place) = places.find(event.service, event_keys[index as usize]) else { continue };
                let block = block(side, event.time);
                calls.taken.entry(place).or_default()[block] += 1.0;
                let next = group.get(at + 1).map(|&next| &side.events[next as usize]);
                let Some(next) = next.filter(|next| next.service != event.service) else { continue };
                let counts = if open.contains(&(next.service, next.span)) {
                    calls.unclear.entry(place).or_default()
                } else {
                    calls.reached.entry((place, next.service)).or_default()
                };
                counts[block] += 1.0;
            }
        }
        calls
    }

    /// Times a step was taken after which a call would be seen.
    fn chances(&self, place: u32) -> Counts {
        let taken = self.taken.get(&place).copied().unwrap_or_default();
        let unclear = self.unclear.get(&place).copied().unwrap_or_default();
        std::array::from_fn(|block| taken[block] - unclear[block])
    }
}

/// Services that are missed.
#[derive(Debug, Default)]
pub(super) struct Missed {
    pub(super) findings: Vec<Finding>,
    /// The missed service by the place of a step that used to reach it.
    pub(super) after: FxHashMap<u32, u32>,
}

/// A step that used to reach a service, on both sides.
#[derive(Clone, Copy, Debug)]
struct Caller {
    place: u32,
    /// Key of the step.
    step: u32,
    reached: [f64; SEGMENTS],
    chances: [f64; SEGMENTS],
    before: (f64, f64),
}

impl Caller {
    fn table(&self, segments: (usize, usize)) -> Table {
        let (a, n) = (between(&self.reached, segments), between(&self.chances, segments));
        Table { a, n, y: self.before.0, m: self.before.1 }
    }
}

/// Services that are missed wherever they were expected.
pub(super) fn missed(now: &Calls, base: &Calls, places: &Places, unit: Unit) -> Missed {
    let mut callers: FxHashMap<u32, Vec<Caller>> = FxHashMap::default();
    let mut expected: Vec<(&(u32, u32), &Counts)> = base.reached.iter().collect();
    expected.sort_unstable_by_key(|(pair, _)| **pair);
    for (&(place, service), reached) in expected {
        let (y, m) = (total(reached), total(&base.chances(place)));
        if m < FEWEST || y < EXPECTED * m {
            continue;
        }
        let counts = now.reached.get(&(place, service)).copied().unwrap_or_default();
        callers.entry(service).or_default().push(Caller {
            place,
            step: places.list[place as usize].key,
            reached: segment_sums(&counts),
            chances: segment_sums(&now.chances(place)),
            before: (y, m),
        });
    }
    let mut services: Vec<(u32, Vec<Caller>)> = callers.into_iter().collect();
    services.sort_unstable_by_key(|(service, _)| *service);
    let mut missed = Missed::default();
    for (service, callers) in &services {
        if let Some(finding) = gone(*service, callers, unit) {
            missed.findings.push(finding);
            missed.after.extend(callers.iter().map(|caller| (caller.place, *service)));
        }
    }
    missed
}

/// The sub-window in which the callers agree best that a service is gone.
fn gone(service: u32, callers: &[Caller], unit: Unit) -> Option<Finding> {
    let scans = (0..SEGMENTS).flat_map(|from| (from..SEGMENTS).map(move |to| (from, to)));
    let best = scans
        .filter_map(|segments| Some((segments, pooled(callers, segments)?)))
        .max_by(|a, b| score(&a.1).total_cmp(&score(&b.1)));
    let (segments, table) = best?;
    Some(Finding {
        service,
        key: START,
        // The step that reached it most often stands for all.
        after: callers.iter().max_by(|a, b| a.before.0.total_cmp(&b.before.0)).map(|caller| caller.step),
        kind: Kind::Lost,
        section: Section::Worse,
        table,
        segments,
        p: (table.p() * super::judge::SCANS).min(1.0),
        score: score(&table),
        unit,
        order: score(&table),
        slow_over_ns: None,
    })
}

fn score(table: &Table) -> f64 {
    table.g() * (1.0 - table.now() / table.before().max(f64::MIN_POSITIVE))
}

/// All callers together, if most of them miss the service.
fn pooled(callers: &[Caller], segments: (usize, usize)) -> Option<Table> {
    let mut sum = Table::default();
    for table in callers.iter().map(|caller| caller.table(segments)).filter(|table| table.n > 0.0) {
        sum = Table { a: sum.a + table.a, n: sum.n + table.n, y: sum.y + table.y, m: sum.m + table.m };
    }
    let asked: Vec<Table> =
        callers.iter().map(|caller| caller.table(segments)).filter(|table| table.n >= 1.0).collect();
    let misses = asked.iter().filter(|table| table.effect() <= 0.5 * sum.effect()).count();
    let agreed = misses >= CALLERS && misses as f64 >= AGREED * asked.len() as f64;
    (sum.effect() < 0.0 && agreed).then_some(sum)
}
