//! The values of a question as conditions on records, and which of them hold together.

use super::corpus::{CorpusError, Scan};
use super::plan::{Filter, passes};
use super::planner::Planner;
use super::resolve::SAME;
use super::score::{self, Candidate};
use std::ops::ControlFlow;

/// Likeness from which the words of a pattern stand for a value it does not hold.
const WORDED: f64 = 0.6;
/// Candidates whose slots are looked at.
pub(super) const CANDIDATES: usize = 24;

impl Planner<'_> {
    pub(super) fn filters(&self, ranked: &[Candidate]) -> Vec<Filter> {
        let mut filters = Vec::new();
        for term in self.terms.iter().filter(|term| !term.hits.is_empty()) {
            let mut places = Vec::new();
            for candidate in ranked {
                let p = candidate.pattern;
                let by_word = !term.hard && term.quality[p] >= SAME;
                let alike = !term.hard && term.quality[p] >= WORDED && !term.value_in(p);
                if by_word || alike || (term.hard && term.quality[p] >= 0.9 && !term.value_in(p)) {
                    continue;
                }
                places.push((p, score::filter_places(self.ask, term, self.index, p)));
            }
            if places.iter().any(|(_, places)| !places.is_empty()) {
                filters.push(Filter { places, ..Filter::of(term) });
            }
        }
        filters
    }

    /// Keeps the filters that some record passes together: soft ones go first, then the most common hard one.
    pub(super) fn feasible(
        &self,
        mut filters: Vec<Filter>,
        ranked: &[Candidate],
    ) -> Result<(Vec<Filter>, Option<Vec<usize>>), CorpusError> {
        // Records with a value are quickly found; without one every record of the patterns is looked at.
        let reach = if filters.iter().any(|f| f.needle().is_some()) { usize::MAX } else { 4 * CANDIDATES };
        let patterns: Vec<usize> = ranked.iter().take(reach).map(|c| c.pattern).collect();
        if filters.is_empty() {
            return Ok((filters, None));
        }
        loop {
            let counts = self.probe(&filters, &patterns)?;
            if !counts.is_empty() {
                return Ok((filters, Some(counts)));
            }
            let droppable = filters.iter().position(|filter| !filter.hard);
            match droppable.or_else(|| (filters.len() > 1).then(|| filters.len() - 1)) {
                Some(at) => drop(filters.remove(at)),
                None => return Ok((filters, None)),
            }
        }
    }

    /// Patterns with at least one record that passes every filter.
    pub(super) fn probe(&self, filters: &[Filter], patterns: &[usize]) -> Result<Vec<usize>, CorpusError> {
        let mut found = Vec::new();
        let scan = Scan {
            patterns: patterns.to_vec(),
            containing: filters.iter().filter_map(Filter::needle).collect(),
            fields: true,
            ..Scan::default()
        };
        let mut open: Vec<usize> = patterns.to_vec();
        self.corpus.scan(&scan, &mut |row| {
            if open.contains(&row.pattern) && passes(row, filters) {
                found.push(row.pattern);
                open.retain(|p| *p != row.pattern);
            }
            if open.is_empty() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        Ok(found)
    }
}
