//! What a pass over the columns of a view counts: per pattern, and per slice of time.

use super::record::{RecordNo, level_index};
use super::segment::Segment;
use crate::domain::{Level, TimeWindow, Timestamp};
pub use crate::port::Bucket;

/// The columns of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordRow {
    /// Which record.
    pub no: RecordNo,
    /// Its time.
    pub ts: Option<Timestamp>,
    /// Its level.
    pub level: Option<Level>,
    /// Index into [`Store::services`](super::Store::services).
    pub service: u16,
    /// Index into [`Store::templates`](super::Store::templates).
    pub template: u32,
    /// Whether it holds a line that the layout does not explain.
    pub unparsed: bool,
}

/// Most record numbers remembered per pattern, for examples and slot statistics.
const SAMPLED: usize = 512;

/// Counts of one pattern, and an even sample of its records.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tally {
    pub(super) count: u64,
    pub(super) span: Option<(Timestamp, Timestamp)>,
    pub(super) levels: [u64; 8],
    pub(super) services: Vec<(u16, u64)>,
    /// Every `2^halvings`-th record; thinned out whenever it is full.
    pub(super) sample: Vec<u32>,
    halvings: u32,
    pub(super) last: u32,
}

impl Tally {
    pub(super) fn add(&mut self, row: &RecordRow) {
        if self.count & ((1 << self.halvings) - 1) == 0 {
            if self.sample.len() == SAMPLED {
                thin(&mut self.sample);
                self.halvings += 1;
            }
            if self.count & ((1 << self.halvings) - 1) == 0 {
                self.sample.push(row.no.0);
            }
        }
        self.count += 1;
        self.last = row.no.0;
        if let Some(ts) = row.ts {
            let (first, last) = self.span.unwrap_or((ts, ts));
            self.span = Some((first.min(ts), last.max(ts)));
        }
        if let Some(count) = self.levels.get_mut(level_index(row.level)) {
            *count += 1;
        }
        match self.services.iter().position(|&(id, _)| id == row.service) {
            // Frequent services move to the front, so that the search stays short.
            Some(at) => {
                if let Some(entry) = self.services.get_mut(at) {
                    entry.1 += 1;
                }
                if at > 0 {
                    self.services.swap(at, at - 1);
                }
            }
            None => self.services.push((row.service, 1)),
        }
    }

    /// Adds the counts of records that come after all of these.
    pub(super) fn absorb(&mut self, later: &Self) {
        if later.count == 0 {
            return;
        }
        self.count += later.count;
        self.last = later.last;
        self.span = match (self.span, later.span) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
        self.levels.iter_mut().zip(later.levels).for_each(|(mine, theirs)| *mine += theirs);
        for &(id, count) in &later.services {
            match self.services.iter_mut().find(|(known, _)| *known == id) {
                Some(entry) => entry.1 += count,
                None => self.services.push((id, count)),
            }
        }
        let mut theirs = later.sample.clone();
        (self.halvings..later.halvings).for_each(|_| thin(&mut self.sample));
        (later.halvings..self.halvings).for_each(|_| thin(&mut theirs));
        self.halvings = self.halvings.max(later.halvings);
        self.sample.extend(theirs);
        while self.sample.len() > SAMPLED {
            thin(&mut self.sample);
            self.halvings += 1;
        }
    }

    /// Records per stated level, most severe first.
    pub(super) fn level_counts(&self) -> Vec<(Level, u64)> {
        let counted = |level: Level| {
            let count = self.levels.get(level_index(Some(level))).copied().unwrap_or(0);
            (count > 0).then_some((level, count))
        };
        Level::ALL.into_iter().rev().filter_map(counted).collect()
    }
}

/// Drops every other number.
fn thin(sample: &mut Vec<u32>) {
    let mut keep = false;
    sample.retain(|_| {
        keep = !keep;
        keep
    });
}

/// Cuts a window into equal slices; the last one may be shorter by less than a nanosecond per slice.
pub(super) fn empty_buckets(window: TimeWindow, wanted: usize) -> Vec<Bucket> {
    let wanted = i128::try_from(wanted.max(1)).unwrap_or(1).min(i128::from(window.nanos()));
    let edge = |i: i128| {
        let nanos = i128::from(window.nanos()) * i / wanted;
        window.start().plus_nanos(i64::try_from(nanos).unwrap_or(i64::MAX))
    };
    (0..wanted).map(|i| Bucket { start: edge(i), end: edge(i + 1), total: 0, levels: [0; 8] }).collect()
}

/// Counts records in the bucket of their time.
pub(super) struct Counter {
    pub(super) buckets: Vec<Bucket>,
    window: TimeWindow,
    per_nano: f64,
}

impl Counter {
    pub(super) fn new(window: TimeWindow, wanted: usize) -> Self {
        let buckets = empty_buckets(window, wanted);
        let per_nano = buckets.len() as f64 / window.nanos() as f64;
        Self { buckets, window, per_nano }
    }

    pub(super) fn add(&mut self, ts: Timestamp, level: usize) {
        if !self.window.contains(ts) {
            return;
        }
        let guess = ts.since(self.window.start()) as f64 * self.per_nano;
        let mut at = (guess as usize).min(self.buckets.len().saturating_sub(1));
        // Edges and the guess are rounded, so it can be one off.
        while at > 0 && self.buckets.get(at).is_some_and(|bucket| ts < bucket.start) {
            at -= 1;
        }
        while self.buckets.get(at).is_some_and(|bucket| bucket.end <= ts) {
            at += 1;
        }
        if let Some(bucket) = self.buckets.get_mut(at) {
            bucket.total += 1;
            if let Some(count) = bucket.levels.get_mut(level) {
                *count += 1;
            }
        }
    }

    /// Adds the counts of another counter over the same window.
    pub(super) fn absorb(&mut self, other: &Self) {
        for (mine, theirs) in self.buckets.iter_mut().zip(&other.buckets) {
            mine.total += theirs.total;
            mine.levels.iter_mut().zip(theirs.levels).for_each(|(mine, theirs)| *mine += theirs);
        }
    }
}

/// Counts the first and the second half on a thread each, where that is worth starting one.
pub(super) fn in_halves<T: Send>(
    segments: &[&Segment],
    count: impl Fn(&[&Segment]) -> T + Sync,
    join: impl FnOnce(&mut T, T),
) -> T {
    if segments.len() < 32 {
        return count(segments);
    }
    let (first, second) = segments.split_at(segments.len() / 2);
    std::thread::scope(|scope| {
        let later = scope.spawn(|| count(second));
        let mut counted = count(first);
        join(&mut counted, later.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        counted
    })
}

/// First, last, then from the middle outwards, each once.
pub(super) fn spread(sample: &[u32]) -> Vec<u32> {
    let mut order = Vec::new();
    let mut sorted = sample.to_vec();
    sorted.dedup();
    let mut take = |at: usize| {
        if let Some(no) = sorted.get(at).filter(|no| !order.contains(*no)) {
            order.push(*no);
        }
    };
    let end = sorted.len().saturating_sub(1);
    take(0);
    take(end);
    for step in [2, 4, 8, 16, 32] {
        (1..step).for_each(|i| take(end * i / step));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_time_inside_the_window_is_in_exactly_its_bucket(
            start in -1_000_000i64..1_000_000, length in 1i64..100_000, wanted in 1usize..50, at in 0i64..100_000,
        ) {
            let window = TimeWindow::new(Timestamp::from_nanos(start), Timestamp::from_nanos(start + length)).unwrap();
            let ts = Timestamp::from_nanos(start + at);
            let mut counter = Counter::new(window, wanted);
            counter.add(ts, level_index(Some(Level::Error)));
            let buckets = counter.buckets;
            let hits: Vec<_> = buckets.iter().filter(|b| b.total > 0).collect();
            prop_assert_eq!(hits.len(), usize::from(window.contains(ts)));
            prop_assert!(hits.iter().all(|b| b.start <= ts && ts < b.end && b.levels[6] == 1));
            prop_assert_eq!(buckets.first().unwrap().start, window.start());
            prop_assert_eq!(buckets.last().unwrap().end, window.end());
        }
    }
}
