//! Runs a query over a view: which records match, how many, and which are worth reading first.
//!
//! ```text
//! templates --foresee--> all / none / must be read
//! all       counted from the pattern table, a few records of each pattern are scored
//! must be   only blocks whose word filter may hold the query's values are read, from match to match; what is likely
//!  read     comes first. Once the page is full and patience is over, the total becomes "at least"
//! ```
//!
//! An exact count reads on to the end. A question is searched by its values first, then by samples of the patterns that
//! its words describe. The query language, matching and scoring live in `query`; this file only decides what is read.

mod clue;
mod collect;
mod foresight;
mod page;
mod reading;
mod sweep;
mod walk;

use super::record::{ReadError, RecordNo};
use super::view::View;
use crate::compute::{Corpus, CorpusError};
use crate::domain::{Hit, Score};
use crate::query::{Expansion, Matcher, Query, Ranker, Vocabulary, Why};
use clue::Clues;
use collect::Collector;
use foresight::Foresight;
pub(super) use reading::each_slot;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use sweep::{Aim, Sweep, Swept};
pub(super) use walk::Walk;

/// Order of the hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    /// Best first; repeats of a pattern make room for others.
    #[default]
    Rank,
    /// Earliest first.
    Time,
}

/// What the caller wants to have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SearchOptions {
    /// Most hits; 0 for a count alone.
    pub limit: usize,
    /// Their order.
    pub sort: SortBy,
    /// Read on until the total is exact, however long it takes.
    pub exact: bool,
    /// How long to go on counting once the page is full.
    pub patience: Duration,
    /// Reading threads; at least one is used.
    pub threads: usize,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self { limit: 20, sort: SortBy::Rank, exact: false, patience: Duration::from_millis(8), threads: 2 }
    }
}

/// How many records match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// Records found.
    pub records: u64,
    /// Whether that is all of them; otherwise there are at least so many.
    pub exact: bool,
}

/// A record on the page.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchHit {
    /// Which record.
    pub no: RecordNo,
    /// Its score.
    pub score: Score,
    /// Why it ranked where it did, strongest reason first.
    pub why: Vec<Why>,
}

/// The result of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchResult {
    /// How many records match.
    pub total: Total,
    /// The page.
    pub hits: Vec<SearchHit>,
    /// What was looked for besides the words typed.
    pub expansions: Vec<Expansion>,
    /// What the result does not cover, in sentences.
    pub degraded: Vec<String>,
    /// Bytes of text read.
    pub read_bytes: u64,
    /// How long it took.
    pub took: Duration,
}

/// Records up to which a question is answered by reading all of them.
const FEW: u64 = 50_000;

/// A view ready to be searched; knows the words of its patterns. Make it once per view.
///
/// Cheap to clone.
#[derive(Clone, Debug)]
pub struct Searcher {
    view: View,
    vocabulary: Arc<Vocabulary>,
}

impl Searcher {
    /// Reads the words of the view's patterns.
    #[must_use]
    pub fn new(view: View) -> Self {
        let patterns = view.patterns().iter().map(|info| {
            let level = info.levels.iter().map(|(level, _)| *level).max();
            (&*info.template, info.count, level)
        });
        Self { vocabulary: Arc::new(Vocabulary::new(patterns)), view }
    }

    /// The same searcher, whose searches stop when the flag is set.
    #[must_use]
    pub fn with_cancel(mut self, cancel: Arc<AtomicBool>) -> Self {
        self.view = self.view.with_cancel(cancel);
        self
    }

    /// The view that is searched.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Finds the records of the view that match, and the best or earliest of them.
    ///
    /// When no record holds all plain words of a query, the records that hold any of them are ranked instead, and the
    /// result says so; an exact search never does this.
    ///
    /// # Errors
    /// When a file cannot be read any more or the view's cancel flag is set.
    pub fn search(&self, query: &Query, options: &SearchOptions) -> Result<SearchResult, CorpusError> {
        let started = Instant::now();
        let mut result = self.search_once(query, options, started)?;
        // Only a search that read everything knows that no record holds all words.
        let none = result.total == Total { records: 0, exact: true } && options.limit > 0 && !options.exact;
        let relaxed = query.relaxed().filter(|_| none);
        if let Some(relaxed) = relaxed {
            result = self.search_once(&relaxed, options, started)?;
            if result.total.records > 0 {
                result.degraded.push("no record holds all words: these hold some of them".to_owned());
            }
        }
        result.took = started.elapsed();
        Ok(result)
    }

    fn search_once(
        &self,
        query: &Query,
        options: &SearchOptions,
        started: Instant,
    ) -> Result<SearchResult, CorpusError> {
        let matcher = Matcher::new(&query.expr);
        let ranker = Ranker::new(query, &self.vocabulary);
        let clues = Clues::of_condition(&matcher);
        let mut foresight = Foresight::new(&self.view, &matcher);
        if !options.exact
            && clues.is_empty()
            && self.view.records() > FEW
            && let Some(possible) = matcher.of_any_value()
        {
            foresight.leave_out_unlike(&possible)?;
        }
        let question = query.asked.is_some();
        let mut collector = Collector::new(options, &ranker, self.vocabulary.len(), question);
        let sweep = Sweep { view: &self.view, matcher: &matcher, options, started };
        let (sure, swept) = self.gather(query, &clues, &ranker, &sweep, &mut foresight, &mut collector)?;
        let hits = page::arrange(&self.view, &ranker, collector, options)?;
        // Records found by a question's values may be of patterns that nothing was counted for.
        let records = (sure + swept.matched).max(hits.len() as u64);
        let total = Total { records, exact: swept.complete && !foresight.guessed };
        let unsaid = !total.exact && !question;
        let degraded: Vec<String> = unsaid.then(|| not_covered(total.records)).into_iter().collect();
        let expansions = query.expansions.clone();
        let (read_bytes, took) = (swept.bytes, started.elapsed());
        Ok(SearchResult { total, hits, expansions, degraded, read_bytes, took })
    }

    /// Reads what a query needs; records that match without being read, and what the reading found.
    fn gather<'q, 'v>(
        &self,
        query: &Query,
        clues: &Clues,
        ranker: &'q Ranker<'v>,
        sweep: &Sweep<'_>,
        foresight: &mut Foresight<'_>,
        collector: &mut Collector<'q, 'v>,
    ) -> Result<(u64, Swept), CorpusError> {
        let question = query.asked.is_some();
        if question && self.view.records() > FEW {
            let sure = foresight.count_described(ranker);
            self.read_samples(ranker, foresight, collector)?;
            return Ok((sure, sweep.run(&Clues::of_values(ranker), Aim::Evidence, foresight, collector)?));
        }
        if question || sweep.options.sort == SortBy::Time {
            return Ok((0, sweep.run(clues, Aim::Everything, foresight, collector)?));
        }
        let sure = foresight.count_sure();
        self.read_samples(ranker, foresight, collector)?;
        Ok((sure, sweep.run(clues, Aim::Unsure, foresight, collector)?))
    }

    /// The hits with their records, numbered from 1.
    ///
    /// # Errors
    /// When a file cannot be read any more.
    pub fn hits(&self, result: &SearchResult) -> Result<Vec<Hit>, ReadError> {
        let numbered = result.hits.iter().zip(1usize..);
        numbered
            .map(|(hit, n)| Ok(Hit { n, record: self.view.store().record(hit.no)?, score: hit.score }))
            .collect()
    }

    /// Scores a few records of every pattern that certainly matches, best patterns first.
    fn read_samples(
        &self,
        ranker: &Ranker<'_>,
        foresight: &mut Foresight<'_>,
        collector: &mut Collector<'_, '_>,
    ) -> Result<(), CorpusError> {
        let mut order: Vec<(usize, f64)> =
            (0..self.vocabulary.len()).map(|p| (p, ranker.pattern(p).points)).collect();
        order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut left = collector.sample_budget();
        for (pattern, _) in order {
            if left == 0 {
                break;
            }
            for &no in self.view.counted.samples.get(pattern).map_or(&[][..], Vec::as_slice) {
                let Some(row) = self.view.store.row(RecordNo(no)) else { continue };
                if left == 0 || collector.is_full(pattern) {
                    break;
                }
                if foresight.of(&row) == Some(true) {
                    let raw = self.view.store.raw_upto(RecordNo(no), super::chunk::PREFIX as u64)?;
                    collector.score(&self.view, row, &raw);
                    left -= 1;
                }
            }
        }
        Ok(())
    }
}

fn not_covered(found: u64) -> String {
    match found {
        0 => "nothing found in the part that was read: an exact count reads the rest".to_owned(),
        found => format!("stopped at {found} matches: an exact count covers all"),
    }
}

#[cfg(test)]
mod tests;
