//! From candidates to the page: repeats of a pattern make room, then every hit says why it is there.

use super::collect::{Candidate, Collector};
use super::reading::Reading;
use super::{SearchHit, SearchOptions, SortBy};
use crate::compute::CorpusError;
use crate::domain::Score;
use crate::local::chunk::PREFIX;
use crate::local::view::View;
use crate::query::Ranker;
use rustc_hash::FxHashMap;

/// Share of the best score that every further record of the same pattern loses: the tenth repeat of a flood ranks below a
/// first record that matches hardly at all.
const REPEAT: f64 = 0.1;

/// Chooses and explains the hits of a page.
///
/// # Errors
/// When a file cannot be read any more.
pub(super) fn arrange(
    view: &View,
    ranker: &Ranker<'_>,
    collector: Collector<'_, '_>,
    options: &SearchOptions,
) -> Result<Vec<SearchHit>, CorpusError> {
    let mut candidates = collector.into_sorted();
    if options.sort == SortBy::Rank {
        candidates = spread(candidates);
    }
    candidates.truncate(options.limit);
    let mut hits = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let mut hit = SearchHit { no: candidate.no, score: Score::default(), why: Vec::new() };
        let raw = view.store.raw_upto(candidate.no, PREFIX as u64)?;
        let row = view.store.row(candidate.no);
        if let Some(reading) = row.and_then(|row| Reading::new(&view.store, row, &raw)) {
            let ranked = ranker.record(&ranker.pattern(candidate.pattern), &reading);
            hit.score = ranked.score();
            hit.why = ranked.why;
        }
        hits.push(hit);
    }
    Ok(hits)
}

/// Lowers each repeat of a pattern and sorts again.
fn spread(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let step = REPEAT * candidates.first().map_or(1.0, |best| best.points.max(1.0));
    let mut repeats: FxHashMap<usize, f64> = FxHashMap::default();
    let mut lowered: Vec<(f64, Candidate)> = candidates
        .into_iter()
        .map(|candidate| {
            let times = repeats.entry(candidate.pattern).or_default();
            let points = candidate.points - *times * step;
            *times += 1.0;
            (points, candidate)
        })
        .collect();
    lowered.sort_by(|a, b| b.0.total_cmp(&a.0));
    lowered.into_iter().map(|(_, candidate)| candidate).collect()
}
