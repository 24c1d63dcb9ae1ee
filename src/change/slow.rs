//! Slower: pauses between two consecutive records that became long.
//!
//! A pause belongs to the services at both of its ends. A slow service makes every pause around it long, its callers
//! only those they share with it; so blame is handed out greedily: the service that explains most takes all its pauses,
//! the next is judged by what is left.

use super::episode::Episodes;
use super::judge::{Finding, SCANS, SEGMENTS};
use super::stat::Table;
use super::tally::{BLOCKS, Places, block};
use super::{Event, Kind, Section, Side, Unit};
use rustc_hash::FxHashMap;

/// A shift below this is never called slow, ns.
const FLOOR: i64 = 50_000_000;
/// Steps of one request follow each other within this, ns.
const NEAR: i64 = 100_000_000;
/// An edge with fewer baseline pauses borrows the threshold of its class.
const FEW: usize = 10;
/// Baseline pauses at the overall slow rate added to each edge.
const SMOOTH: f64 = 10.0;

/// A pause between two consecutive records of one request (or of the whole stream, where there are no ids).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pause {
    /// `place << 32 | place`.
    edge: u64,
    /// The unit it was observed in.
    unit: u32,
    nanos: i64,
    block: u8,
}

/// Pauses of one side.
pub(super) fn pauses(side: &Side<'_>, keys: &[u32], episodes: &Episodes, places: &mut Places) -> Vec<Pause> {
    let mut out = Vec::new();
    let requests = &episodes.list[..episodes.requests];
    for (unit, episode) in requests.iter().enumerate() {
        walk(side, keys, &episodes.order[episode.steps.clone()], places, |_| unit as u32, &mut out);
    }
    let mut rest: Vec<u32> = episodes.list[episodes.requests..]
        .iter()
        .flat_map(|e| &episodes.order[e.steps.clone()])
        .copied()
        .collect();
    rest.sort_unstable_by_key(|&index| (side.events[index as usize].time, index));
    walk(side, keys, &rest, places, |at| (requests.len() + at) as u32, &mut out);
    out.sort_unstable();
    out
}

fn walk(
    side: &Side<'_>,
    keys: &[u32],
    events: &[u32],
    places: &mut Places,
    unit: impl Fn(usize) -> u32,
    out: &mut Vec<Pause>,
) {
    let mut last: Option<(&Event, u32)> = None;
    for (at, &index) in events.iter().enumerate() {
        let event = &side.events[index as usize];
        let here = places.id(event.service, keys[index as usize]);
        if let Some((before, from)) = last {
            out.push(Pause {
                edge: u64::from(from) << 32 | u64::from(here),
                unit: unit(at),
                nanos: event.time.saturating_sub(before.time),
                block: block(side, event.time) as u8,
            });
        }
        last = Some((event, here));
    }
}

/// Sums closer than this are a tie, which the deeper service wins.
const TIE: f64 = 0.02;

/// A pause that is slow more often than before.
#[derive(Clone, Debug)]
pub(super) struct Slow {
    /// Service and key before the pause.
    pub(super) from: (u32, u32),
    /// Service and key after it.
    pub(super) to: (u32, u32),
    pub(super) table: Table,
    pub(super) segments: (usize, usize),
    pub(super) p: f64,
    pub(super) score: f64,
    /// What counts as slow here, ns.
    pub(super) limit: i64,
}

impl Slow {
    fn finding(&self, service: u32, explained: f64) -> Finding {
        Finding {
            service,
            key: self.to.1,
            after: Some(self.from.1),
            kind: Kind::Slow,
            section: Section::Slower,
            table: self.table,
            segments: self.segments,
            p: self.p,
            score: self.score,
            unit: Unit::Pauses,
            order: explained,
            slow_over_ns: Some(self.limit),
        }
    }
}

/// Thresholds of edges with too small a baseline.
struct Classes {
    /// 98th percentile of pauses inside a service and between services, ns.
    p98: [i64; 2],
    /// Limits of pauses between two services, by their numbers.
    pairs: FxHashMap<u64, i64>,
}

fn crosses(edge: u64, places: &Places) -> bool {
    places.list[(edge >> 32) as usize].service != places.list[edge as u32 as usize].service
}

fn quantile(sorted: &[i64], q: f64) -> i64 {
    let at = (sorted.len() as f64 * q) as usize;
    sorted.get(at.min(sorted.len().saturating_sub(1))).copied().unwrap_or(0)
}

impl Classes {
    fn of(base: &[Pause], places: &Places) -> Self {
        let mut pools = [Vec::new(), Vec::new()];
        let mut pairs: FxHashMap<u64, Vec<i64>> = FxHashMap::default();
        for pause in base {
            pools[usize::from(crosses(pause.edge, places))].push(pause.nanos);
            pairs.entry(pair(pause.edge, places)).or_default().push(pause.nanos);
        }
        let p98 = pools.map(|mut pool| {
            pool.sort_unstable();
            quantile(&pool, 0.98)
        });
        let limits = pairs.into_iter().filter_map(|(pair, mut pool)| Some((pair, far_above(&mut pool)?)));
        Self { p98, pairs: limits.collect() }
    }

    /// What is slow on an edge, by its own pauses, those between its two services, or those of its class.
    fn limit(&self, base: &[Pause], edge: u64, places: &Places) -> i64 {
        let mut nanos: Vec<i64> = base.iter().map(|p| p.nanos).collect();
        if let Some(limit) = far_above(&mut nanos) {
            return limit;
        }
        let class = || self.p98[usize::from(crosses(edge, places))].max(FLOOR);
        let borrowed = self.pairs.get(&pair(edge, places)).copied().unwrap_or_else(class);
        borrowed.max(nanos.last().copied().unwrap_or(0))
    }
}

/// Far above the median and far above the tail of enough pauses, ns.
fn far_above(nanos: &mut [i64]) -> Option<i64> {
    nanos.sort_unstable();
    let (median, p90) = (quantile(nanos, 0.5), quantile(nanos, 0.9));
    let limit = median.saturating_mul(5).max(median.saturating_add(FLOOR)).max(p90.saturating_mul(2));
    (nanos.len() >= FEW).then_some(limit)
}

fn pair(edge: u64, places: &Places) -> u64 {
    let service = |id: usize| u64::from(places.list[id].service);
    service((edge >> 32) as usize) << 32 | service(edge as u32 as usize)
}

fn edge_slice(pauses: &[Pause], edge: u64) -> &[Pause] {
    let start = pauses.partition_point(|p| p.edge < edge);
    let len = pauses[start..].partition_point(|p| p.edge == edge);
    &pauses[start..start + len]
}

/// Per block: weight of slow pauses, and of all; a unit weighs one however often it passes.
fn weigh(pauses: &[Pause], limit: i64) -> ([f64; BLOCKS], [f64; BLOCKS]) {
    let (mut slow, mut all) = ([0.0; BLOCKS], [0.0; BLOCKS]);
    for unit in pauses.chunk_by(|a, b| a.unit == b.unit) {
        let at = usize::from(unit[0].block).min(BLOCKS - 1);
        let over = unit.iter().filter(|p| p.nanos > limit).count();
        slow[at] += over as f64 / unit.len() as f64;
        all[at] += 1.0;
    }
    (slow, all)
}

/// Without ids only steps that used to follow each other at once are of one request.
fn is_tight(base: &[Pause]) -> bool {
    let near = base.iter().filter(|p| p.nanos <= NEAR).count();
    base.len() >= 2 && near * 2 > base.len()
}

/// Tests every edge of the window.
pub(super) fn slower(now: &[Pause], base: &[Pause], places: &Places, with_ids: bool) -> Vec<Slow> {
    let classes = Classes::of(base, places);
    let mut edges = Vec::new();
    let (mut slow_base, mut all_base) = (0.0, 0.0);
    for pauses in now.chunk_by(|a, b| a.edge == b.edge) {
        let before = edge_slice(base, pauses[0].edge);
        if !with_ids && !is_tight(before) {
            continue;
        }
        let limit = classes.limit(before, pauses[0].edge, places);
        let (slow, all) = weigh(before, limit);
        let (y, m): (f64, f64) = (slow.iter().sum(), all.iter().sum());
        slow_base += y;
        all_base += m;
        edges.push((pauses, limit, y, m));
    }
    let rate = if all_base > 0.0 { slow_base / all_base } else { 0.0 };
    let test = |&(pauses, limit, y, m): &(&[Pause], i64, f64, f64)| {
        test_edge(pauses, limit, (y + SMOOTH * rate, m + SMOOTH), places)
    };
    edges.iter().filter_map(test).collect()
}

fn test_edge(pauses: &[Pause], limit: i64, (y, m): (f64, f64), places: &Places) -> Option<Slow> {
    let (slow, all) = weigh(pauses, limit);
    let sum = |counts: &[f64; BLOCKS], (from, to): (usize, usize)| -> f64 {
        let per = BLOCKS / SEGMENTS;
        counts[from * per..(to + 1) * per].iter().sum()
    };
    let mut best: Option<(Table, (usize, usize), f64)> = None;
    for segments in (0..SEGMENTS).flat_map(|from| (from..SEGMENTS).map(move |to| (from, to))) {
        let table = Table { a: sum(&slow, segments), n: sum(&all, segments), y, m };
        let score = table.g() * table.effect();
        if table.n > 0.0 && score > best.map_or(0.0, |b| b.2) {
            best = Some((table, segments, score));
        }
    }
    let (table, segments, score) = best?;
    let place = |id: usize| (places.list[id].service, places.list[id].key);
    Some(Slow {
        from: place((pauses[0].edge >> 32) as usize),
        to: place(pauses[0].edge as u32 as usize),
        table,
        segments,
        p: (table.p() * SCANS).min(1.0),
        score,
        limit,
    })
}

/// One finding per service, ordered by what its pauses explain.
///
/// An edge already claimed at its other end counts half: the callers of a slow service come after it, yet a second
/// slow service that only ever talks to the first is still seen.
pub(super) fn blame(slow: &[Slow], depth: &[f64]) -> Vec<Finding> {
    let mut edges: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    for (at, one) in slow.iter().enumerate() {
        edges.entry(one.from.0).or_default().push(at);
        if one.to.0 != one.from.0 {
            edges.entry(one.to.0).or_default().push(at);
        }
    }
    let deep = |service: u32| depth.get(service as usize).copied().unwrap_or(0.0);
    let mut share = vec![1.0; slow.len()];
    let mut out = Vec::new();
    while !edges.is_empty() {
        let sum = |list: &[usize]| -> f64 { list.iter().map(|&at| slow[at].score * share[at]).sum() };
        let sums = edges.iter().map(|(&service, list)| (service, sum(list)));
        let best = sums.max_by(|a, b| {
            let tie = (a.1 - b.1).abs() <= TIE * a.1.max(b.1);
            let order = if tie { deep(a.0).total_cmp(&deep(b.0)) } else { a.1.total_cmp(&b.1) };
            order.then(b.0.cmp(&a.0))
        });
        let Some((service, explained)) = best else { break };
        let mut mine = edges.remove(&service).unwrap_or_default();
        mine.sort_by(|&a, &b| slow[b].score.total_cmp(&slow[a].score).then(a.cmp(&b)));
        out.extend(mine.first().map(|&at| slow[at].finding(service, explained)));
        mine.iter().for_each(|&at| share[at] = 0.5);
    }
    out
}
