//! Ranks records for a query: BM25-like, with the patterns as its statistics.
//!
//! ```text
//! score = sum over terms of weight * idf * quality of the best place   (constant text, slot value, header)
//!       + neighbours in order + slot named by the word before a value + a slot of the type asked for
//!       - a little per word of the template that nobody asked about
//! ```
//!
//! The constant part of a score is the same for all records of a pattern and is computed once; a record adds what its
//! values give. Document frequency counts a pattern as `log2(1 + records)`, so that the words of a flood are common
//! but not worthless. Ids, addresses and numbers of the query outweigh any word.

mod forms;
mod record;
mod terms;
mod vocabulary;

use super::{Query, TermKind};
use crate::domain::{Level, Score};
use crate::pattern::SlotKind;
use serde::Serialize;
use terms::RankTerm;
pub use vocabulary::Vocabulary;

/// Where a term was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// In the constant text of the pattern.
    Text,
    /// In a value of the pattern.
    Value,
    /// Elsewhere in the record: header, field, further line.
    Record,
}

/// One reason for a score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Why {
    /// The term as typed.
    pub term: String,
    /// What stood for it, when that was not the term itself (another form, a thesaurus entry).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// Where it was found.
    pub place: Place,
    /// What it added to the score.
    pub points: f64,
}

/// How well a record answers a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// Higher is better; comparable within one query only.
    pub points: f64,
    /// Terms found, strongest first.
    pub why: Vec<Why>,
}

impl Ranked {
    /// The score as results carry it.
    #[must_use]
    pub fn score(&self) -> Score {
        Score { text: Some(self.points), vector: None, fused: Some(self.points) }
    }
}

/// What one pattern's constant text gives to a query.
#[derive(Clone, Debug)]
pub struct PatternScore {
    /// Score of a record of this pattern before its values are looked at.
    pub points: f64,
    /// Per term of the query, what the constant text gives it.
    found: Vec<Option<Found>>,
    /// Everything that does not depend on terms.
    rest: f64,
}

#[derive(Clone, Debug)]
struct Found {
    points: f64,
    via: Option<String>,
}

/// A query ready to score patterns and records.
#[derive(Debug)]
pub struct Ranker<'v> {
    vocabulary: &'v Vocabulary,
    terms: Vec<RankTerm>,
    kinds: Vec<SlotKind>,
    noun: Option<String>,
    about_failure: bool,
    max_idf: f64,
}

/// Added when the pattern has a slot of the type asked for.
const KIND_BONUS: f64 = 0.8;
/// Taken per unit of idf of a template word the query does not mention.
const UNCOVERED: f64 = 0.06;
/// Share of the smaller idf added when two neighbours of the query are neighbours in the template.
const NEIGHBOURS: f64 = 0.2;
/// Share kept when a word is only a part of an identifier.
const PART_OF_NAME: f64 = 0.92;
/// Added per severity above `info` when the question is about trouble: a tie-break.
const SEVERITY: f64 = 0.05;

impl<'v> Ranker<'v> {
    /// Prepares a query for the patterns of a vocabulary.
    #[must_use]
    pub fn new(query: &Query, vocabulary: &'v Vocabulary) -> Self {
        let terms = terms::compile(query, vocabulary);
        let asked = query.asked.clone().unwrap_or_default();
        Self {
            vocabulary,
            terms,
            kinds: asked.kinds,
            noun: asked.noun,
            about_failure: asked.about_failure,
            max_idf: vocabulary.idf(1.0),
        }
    }

    /// What of the query is worth looking for in the text of records, lower case: its values, and words that no template
    /// holds.
    pub fn evidence(&self) -> impl Iterator<Item = &str> {
        let unknown = |term: &RankTerm| {
            term.kind == TermKind::Word
                && term.lower.len() > 2
                && term.forms.iter().all(|form| form.stems.iter().any(|stem| !self.vocabulary.knows(stem)))
        };
        self.terms.iter().filter(move |term| term.is_hard() || unknown(term)).map(|term| term.lower.as_str())
    }

    /// Whether every record of a scored pattern holds a term of the query.
    #[must_use]
    pub fn is_described(&self, pattern: &PatternScore) -> bool {
        pattern.found.iter().any(Option::is_some)
    }

    /// Scores the constant text of a pattern of the vocabulary.
    #[must_use]
    pub fn pattern(&self, pattern: usize) -> PatternScore {
        let found: Vec<Option<Found>> = self.terms.iter().map(|term| self.in_text(pattern, term)).collect();
        let rest = self.neighbours(pattern, &found) + self.kind_bonus(pattern) - self.uncovered(pattern)
            + self.severity(self.vocabulary.level(pattern));
        let points = rest + found.iter().flatten().map(|f| f.points).sum::<f64>();
        PatternScore { points, found, rest }
    }

    fn in_text(&self, pattern: usize, term: &RankTerm) -> Option<Found> {
        if term.is_hard() && !term.is_spelled() {
            return None;
        }
        let mut best: Option<Found> = None;
        let written = self.vocabulary.holds_written(pattern, &term.lower);
        for (at, form) in term.forms.iter().enumerate() {
            if !(self.vocabulary.holds(pattern, &form.stems) || (at == 0 && written)) {
                continue;
            }
            let quality = if at == 0 && written { 1.0 } else { form.quality };
            let whole = written || self.vocabulary.holds_whole(pattern, &form.stems);
            let share = if whole { 1.0 } else { PART_OF_NAME };
            let points = term.weight * quality * share * form.idf.min(term.idf);
            if best.as_ref().is_none_or(|b| b.points < points) {
                best = Some(Found { points, via: form.via.clone() });
            }
        }
        best
    }

    /// Terms next to each other in the query that are next to each other in the template, in order.
    fn neighbours(&self, pattern: usize, found: &[Option<Found>]) -> f64 {
        let pairs = self.terms.iter().zip(found).zip(self.terms.iter().zip(found).skip(1));
        pairs
            .filter_map(|((a, in_a), (b, in_b))| {
                let (in_a, in_b) = (in_a.as_ref()?, in_b.as_ref()?);
                let near = self.vocabulary.are_near(pattern, &a.forms, &b.forms);
                near.then(|| NEIGHBOURS * in_a.points.min(in_b.points))
            })
            .sum()
    }

    fn kind_bonus(&self, pattern: usize) -> f64 {
        let has = self.kinds.iter().any(|kind| self.vocabulary.kinds(pattern).contains(kind));
        if has { KIND_BONUS } else { 0.0 }
    }

    fn uncovered(&self, pattern: usize) -> f64 {
        let covered =
            |stem: &str| self.terms.iter().any(|t| t.forms.iter().any(|f| f.stems.iter().any(|s| s == stem)));
        let idf =
            self.vocabulary.words(pattern).filter(|stem| !covered(stem)).map(|s| self.vocabulary.idf_of(s));
        UNCOVERED * idf.sum::<f64>()
    }

    fn severity(&self, level: Option<Level>) -> f64 {
        let above = level.map_or(0, |level| level.as_u8().saturating_sub(Level::Info.as_u8()));
        if self.about_failure { SEVERITY * f64::from(above) } else { 0.0 }
    }
}

#[cfg(test)]
mod tests;
