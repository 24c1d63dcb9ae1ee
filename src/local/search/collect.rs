//! The best or earliest records seen so far, a bounded number per pattern.

use super::reading::Reading;
use super::{SearchOptions, SortBy};
use crate::domain::Timestamp;
use crate::local::record::RecordNo;
use crate::local::summary::RecordRow;
use crate::local::view::View;
use crate::query::{PatternScore, Ranker};
use rustc_hash::FxHashMap;

/// A record that matched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Candidate {
    pub(super) no: RecordNo,
    pub(super) pattern: usize,
    pub(super) at: Timestamp,
    pub(super) points: f64,
}

/// Records of one pattern that are scored at most; further matches are counted only.
const SCORED: usize = 4096;
/// Records that are read as samples at least.
const SAMPLES: usize = 200;

/// Gathers candidates; one per thread, joined at the end.
pub(super) struct Collector<'q, 'v> {
    ranker: &'q Ranker<'v>,
    limit: usize,
    sort: SortBy,
    /// Whether only records that hold a term count as matches.
    question: bool,
    scores: FxHashMap<usize, PatternScore>,
    seen: Vec<usize>,
    pub(super) kept: Vec<Vec<Candidate>>,
    pub(super) total: usize,
}

impl<'q, 'v> Collector<'q, 'v> {
    pub(super) fn new(
        options: &SearchOptions,
        ranker: &'q Ranker<'v>,
        patterns: usize,
        question: bool,
    ) -> Self {
        Self {
            ranker,
            limit: options.limit,
            sort: options.sort,
            question,
            scores: FxHashMap::default(),
            seen: vec![0; patterns],
            kept: vec![Vec::new(); patterns],
            total: 0,
        }
    }

    /// An empty collector with the same aims, for another thread.
    pub(super) fn fork(&self) -> Self {
        let patterns = self.kept.len();
        Self {
            scores: FxHashMap::default(),
            seen: vec![0; patterns],
            kept: vec![Vec::new(); patterns],
            total: 0,
            ..*self
        }
    }

    /// How many records are read as samples.
    pub(super) fn sample_budget(&self) -> usize {
        if self.limit == 0 { 0 } else { self.limit.saturating_mul(3).max(SAMPLES) }
    }

    /// Whether a pattern has a page of its own.
    pub(super) fn is_full(&self, pattern: usize) -> bool {
        self.kept.get(pattern).is_none_or(|kept| kept.len() >= self.limit)
    }

    /// Scores a record that satisfies the condition and keeps it if it is among the best; whether it is a match.
    pub(super) fn score(&mut self, view: &View, row: RecordRow, raw: &[u8]) -> bool {
        let Some(pattern) = view.pattern_of(row.template) else { return false };
        let Some(seen) = self.seen.get_mut(pattern) else { return false };
        *seen += 1;
        let scored = self.question || self.sort == SortBy::Rank;
        if !self.question && (self.limit == 0 || (*seen > SCORED && scored)) {
            return true;
        }
        let mut points = 0.0;
        if scored {
            let base = self.scores.entry(pattern).or_insert_with(|| self.ranker.pattern(pattern));
            let Some(reading) = Reading::new(&view.store, row, raw) else { return false };
            let ranked = self.ranker.record(base, &reading);
            if self.question && ranked.why.is_empty() {
                return false;
            }
            points = ranked.points;
        }
        let at = row.ts.unwrap_or_else(|| view.store.time_at(row.no));
        self.keep(Candidate { no: row.no, pattern, at, points });
        true
    }

    fn keep(&mut self, candidate: Candidate) {
        let (limit, sort) = (self.limit, self.sort);
        let Some(kept) = self.kept.get_mut(candidate.pattern) else { return };
        kept.push(candidate);
        self.total += 1;
        if kept.len() >= limit.saturating_mul(4).max(64) {
            prune(kept, limit, sort);
        }
    }

    /// Takes over what another thread found.
    pub(super) fn absorb(&mut self, other: Self) {
        self.total += other.total;
        for (mine, theirs) in self.kept.iter_mut().zip(other.kept) {
            mine.extend(theirs);
        }
    }

    /// All candidates, at most a page per pattern, in order.
    pub(super) fn into_sorted(mut self) -> Vec<Candidate> {
        for kept in &mut self.kept {
            prune(kept, self.limit, self.sort);
        }
        let mut all: Vec<Candidate> = self.kept.into_iter().flatten().collect();
        sort_candidates(&mut all, self.sort);
        all
    }
}

/// Keeps the first `limit` candidates of one pattern, each once.
fn prune(kept: &mut Vec<Candidate>, limit: usize, sort: SortBy) {
    sort_candidates(kept, sort);
    kept.dedup_by_key(|candidate| candidate.no);
    kept.truncate(limit);
}

/// Best or earliest first; ties by time, then by place.
pub(super) fn sort_candidates(candidates: &mut [Candidate], sort: SortBy) {
    let by_time = |a: &Candidate, b: &Candidate| a.at.cmp(&b.at).then(a.no.cmp(&b.no));
    match sort {
        SortBy::Time => candidates.sort_by(by_time),
        SortBy::Rank => candidates.sort_by(|a, b| b.points.total_cmp(&a.points).then_with(|| by_time(a, b))),
    }
}
