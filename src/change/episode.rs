//! Cuts a side into episodes: the independent units every rate is counted in.
//!
//! With request ids an episode is a request. Without, each service's own stream (or each thread's, where the log names
//! one) is cut where it falls idle; a stream that never does is cut into cells of a second, so that one busy minute
//! is not one single witness. START and END of a cell cut out of a busy stream are not real and are not counted.

use super::Side;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Longest silence inside an idle-cut episode, ns.
const IDLE: i64 = 100_000_000;
/// Longest pause before the step that belongs to the one before, ns.
const WAIT: i64 = 10_000_000_000;
/// An idle-cut episode longer than this is cut into cells, ns.
const LONG: i64 = 5_000_000_000;
/// Length of such a cell, ns.
const CELL: i64 = 1_000_000_000;

/// A run of steps of one request, or of one stream between two silences.
#[derive(Clone, Debug)]
pub(super) struct Episode {
    /// Range of [`Episodes::order`].
    pub(super) steps: Range<usize>,
    /// Whether the first record is known to be a beginning.
    pub(super) begins: bool,
    /// Whether the last record is known to be an end.
    pub(super) ends: bool,
}

/// All episodes of one side.
#[derive(Debug, Default)]
pub(super) struct Episodes {
    /// Event indices, episode after episode, by time inside each.
    pub(super) order: Vec<u32>,
    pub(super) list: Vec<Episode>,
    /// How many of them are requests with an id.
    pub(super) requests: usize,
}

/// The events of a side in time order, by request and by stream: `(request or stream, time, event index)`.
#[derive(Debug, Default)]
pub(super) struct Runs {
    requests: Vec<(u32, i64, u32)>,
    streams: Vec<(u32, i64, u32)>,
    /// Longest silence inside an episode, ns.
    idle: i64,
}

/// Steps that follow a step at once more often than not; a pause between the two is slowness, not an end.
pub(super) type Glue = FxHashMap<u64, u32>;

/// Sorts the events of a side into runs.
pub(super) fn runs(side: &Side<'_>) -> Runs {
    let (mut with_id, mut streams) = (Vec::new(), Vec::new());
    let mut request_of: FxHashMap<u64, u32> = FxHashMap::default();
    let mut stream_of: FxHashMap<(u32, u64), u32> = FxHashMap::default();
    for (index, event) in side.events.iter().enumerate() {
        let index = index as u32;
        if event.request != 0 {
            let next = request_of.len() as u32;
            with_id.push((*request_of.entry(event.request).or_insert(next), event.time, index));
        } else {
            let next = stream_of.len() as u32;
            let stream = *stream_of.entry((event.service, event.span)).or_insert(next);
            streams.push((stream, event.time, index));
        }
    }
    with_id.sort_unstable();
    streams.sort_unstable();
    let idle = IDLE.max(resolution(&streams));
    Runs { requests: with_id, streams, idle }
}

fn step(side: &Side<'_>, keys: &[u32], index: u32) -> u64 {
    u64::from(side.events[index as usize].service) << 32 | u64::from(keys[index as usize])
}

impl Runs {
    /// Learns which steps belong together from a healthy side.
    pub(super) fn glue(&self, side: &Side<'_>, keys: &[u32]) -> Glue {
        let mut next: FxHashMap<(u64, u32), u32> = FxHashMap::default();
        let mut total: FxHashMap<u64, u32> = FxHashMap::default();
        for pair in self.streams.windows(2) {
            let from = step(side, keys, pair[0].2);
            *total.entry(from).or_default() += 1;
            if pair[0].0 == pair[1].0 && pair[1].1.saturating_sub(pair[0].1) <= self.idle {
                *next.entry((from, keys[pair[1].2 as usize])).or_default() += 1;
            }
        }
        let mostly = next.into_iter().filter(|&((from, _), count)| count >= 2 && count * 2 > total[&from]);
        mostly.map(|((from, to), _)| (from, to)).collect()
    }

    /// Cuts the runs into episodes.
    pub(super) fn episodes(&self, side: &Side<'_>, keys: &[u32], glue: &Glue) -> Episodes {
        let mut out = Episodes::default();
        for request in self.requests.chunk_by(|a, b| a.0 == b.0) {
            out.push(request, true, true);
        }
        out.requests = out.list.len();
        let joined = |a: &(u32, i64, u32), b: &(u32, i64, u32)| {
            let pause = b.1.saturating_sub(a.1);
            pause <= self.idle
                || pause <= WAIT && glue.get(&step(side, keys, a.2)) == Some(&keys[b.2 as usize])
        };
        for run in self.streams.chunk_by(|a, b| a.0 == b.0 && joined(a, b)) {
            out.cut(run);
        }
        out
    }
}

impl Episodes {
    /// Groups that may cross services: requests, else bursts of the whole stream between silences.
    pub(super) fn groups<'a>(&'a self, side: &Side<'_>, merged: &'a mut Vec<u32>) -> Vec<&'a [u32]> {
        let requests = self.list[..self.requests].iter().map(|request| &self.order[request.steps.clone()]);
        let mut out: Vec<&[u32]> = requests.collect();
        merged.extend(self.list[self.requests..].iter().flat_map(|e| &self.order[e.steps.clone()]));
        merged.sort_unstable_by_key(|&index| (side.events[index as usize].time, index));
        let time = |index: u32| side.events[index as usize].time;
        out.extend(merged.chunk_by(|&a, &b| time(b).saturating_sub(time(a)) <= IDLE));
        out
    }

    fn push(&mut self, steps: &[(u32, i64, u32)], begins: bool, ends: bool) {
        let start = self.order.len();
        self.order.extend(steps.iter().map(|&(_, _, index)| index));
        self.list.push(Episode { steps: start..self.order.len(), begins, ends });
    }

    fn cut(&mut self, run: &[(u32, i64, u32)]) {
        let Some((first, last)) = run.first().zip(run.last()) else { return };
        if last.1.saturating_sub(first.1) <= LONG {
            return self.push(run, true, true);
        }
        let cell_of = |time: i64| time.saturating_sub(first.1) / CELL;
        for cell in run.chunk_by(|a, b| cell_of(a.1) == cell_of(b.1)) {
            self.push(cell, cell[0].2 == first.2, cell[cell.len() - 1].2 == last.2);
        }
    }
}

/// The step of the clock the log was written with: a second, a millisecond, or finer, ns.
fn resolution(streams: &[(u32, i64, u32)]) -> i64 {
    let coarse = |unit: i64| streams.iter().take(1_000).all(|s| s.1 % unit == 0);
    if coarse(1_000_000_000) { 1_000_000_000 } else { 1 }
}
