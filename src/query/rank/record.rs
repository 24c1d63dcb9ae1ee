//! What the values of one record add to the score of its pattern.

use super::terms::RankTerm;
use super::{Found, PatternScore, Place, Ranked, Ranker, Why};
use crate::query::matcher::RecordView;
use crate::query::{TermKind, is_word_byte};

/// Share of the largest idf that a hard value is worth.
const HARD_VALUE: f64 = 1.5;
/// The same for a short number, which may be a coincidence.
const SHORT_VALUE: f64 = 0.7;
/// Share kept when the value is only a part of a slot's value.
const PART: f64 = 0.85;
/// Share kept when a plain word is only a part of a value.
const PART_OF_VALUE: f64 = 0.5;
/// Share kept outside the message (header, field).
const ELSEWHERE: f64 = 0.5;
/// Share of the largest idf added when the word before the value labels the slot.
const LABEL: f64 = 0.3;

/// Added when the record gives a value for the noun asked for (`user=mia`).
const NAMED: f64 = 0.5;

impl Ranker<'_> {
    /// Scores a record of a scored pattern.
    #[must_use]
    pub fn record(&self, pattern: &PatternScore, record: &dyn RecordView) -> Ranked {
        let mut points = pattern.rest;
        let mut why = Vec::new();
        for (term, found) in self.terms.iter().zip(&pattern.found) {
            let in_values = self.in_values(term, found.as_ref(), record);
            let chosen = match (found, in_values) {
                (Some(text), Some(value)) if value.points <= text.points => self.because(term, text),
                (_, Some(value)) => value,
                (Some(text), None) => self.because(term, text),
                (None, None) => continue,
            };
            points += chosen.points;
            why.push(chosen);
        }
        if self.noun.as_ref().is_some_and(|noun| is_labelled(record.body(), noun.as_bytes())) {
            points += NAMED;
        }
        why.sort_by(|a, b| b.points.total_cmp(&a.points));
        Ranked { points, why }
    }

    fn because(&self, term: &RankTerm, found: &Found) -> Why {
        Why { term: term.text.clone(), via: found.via.clone(), place: Place::Text, points: found.points }
    }

    /// The term outside the constant text; words that the constant text holds as typed are not looked for.
    fn in_values(&self, term: &RankTerm, found: Option<&Found>, record: &dyn RecordView) -> Option<Why> {
        let settled = found.is_some_and(|f| f.via.is_none()) && term.kind == TermKind::Word;
        if settled || !(term.finder.is_in(record.raw()) || term.finder.is_in(record.body())) {
            return None;
        }
        let full = self.value_points(term);
        let body = record.body();
        let mut best = 0.0_f64;
        term.finder.each_start(body, |at| {
            let share = match (is_whole(body, at, term.lower.len()), term.kind) {
                (true, _) => 1.0,
                (false, TermKind::Word) => PART_OF_VALUE,
                (false, _) => PART,
            };
            let label = word_before(body, at);
            let labelled = term.before.iter().any(|word| label.eq_ignore_ascii_case(word.as_bytes()));
            best = best.max(share * full + if labelled { LABEL * self.max_idf } else { 0.0 });
        });
        let place = if best > 0.0 { Place::Value } else { Place::Record };
        let points = if best > 0.0 { best } else { full * ELSEWHERE };
        Some(Why { term: term.text.clone(), via: None, place, points })
    }

    fn value_points(&self, term: &RankTerm) -> f64 {
        let share = match term.kind {
            TermKind::Value if term.is_hard() => HARD_VALUE,
            TermKind::Value => SHORT_VALUE,
            TermKind::Phrase => HARD_VALUE,
            TermKind::Word => return term.weight * term.forms.first().map_or(term.idf, |form| form.idf),
        };
        term.weight * share * self.max_idf
    }
}

/// Whether the body holds `noun=value`.
fn is_labelled(body: &[u8], noun: &[u8]) -> bool {
    body.windows(noun.len() + 2).enumerate().any(|(at, window)| {
        let (word, after) = window.split_at(noun.len());
        word.eq_ignore_ascii_case(noun)
            && (at == 0 || !is_word_byte(body[at - 1]))
            && matches!(after, [b'=', next] if is_word_byte(*next) || *next == b'"')
    })
}

/// Whether what stands here is no part of a longer name.
fn is_whole(text: &[u8], at: usize, length: usize) -> bool {
    let joins = |b: u8| is_word_byte(b) || b == b'_' || b == b'-';
    let after = text.get(at + length..).unwrap_or_default();
    let goes_on = match after {
        [b'.', next, ..] => is_word_byte(*next),
        [next, ..] => joins(*next),
        [] => false,
    };
    !goes_on && !at.checked_sub(1).and_then(|i| text.get(i)).is_some_and(|b| joins(*b))
}

/// The word before a place: `to` for `to /10.0.0.7`, `port` for `port=22`, `block` for `block blk_7` at the `7`.
fn word_before(text: &[u8], at: usize) -> &[u8] {
    let joins = |b: &u8| is_word_byte(*b) || *b == b'_';
    let before = text.get(..at).unwrap_or_default();
    let own = before.iter().rposition(|b| !joins(b)).map_or(0, |i| i + 1);
    let before = before.get(..own).unwrap_or_default();
    let Some(end) = before.iter().rposition(joins) else { return &[] };
    let start = before.get(..end).unwrap_or_default().iter().rposition(|b| !joins(b)).map_or(0, |i| i + 1);
    before.get(start..=end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("sent to /10.0.0.7:80", 9, "to")]
    #[case("port=22", 5, "port")]
    #[case("block blk_7", 10, "block")]
    #[case("22", 0, "")]
    fn the_word_before_a_value_labels_it(#[case] text: &str, #[case] at: usize, #[case] label: &str) {
        assert_eq!(word_before(text.as_bytes(), at), label.as_bytes());
    }

    #[rstest]
    #[case("job_7 done", 0, 5, true)]
    #[case("job_7_3", 0, 5, false)]
    #[case("10.0.0.7.", 0, 8, true)]
    #[case("10.0.0.7:80", 0, 8, true)]
    #[case("10.0.0.7.9", 0, 8, false)]
    fn a_whole_value_is_no_part_of_a_name(
        #[case] text: &str,
        #[case] at: usize,
        #[case] length: usize,
        #[case] whole: bool,
    ) {
        assert_eq!(is_whole(text.as_bytes(), at, length), whole);
    }
}
