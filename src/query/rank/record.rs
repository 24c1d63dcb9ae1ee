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
        let mut best = 0.0_f64;
        record.any_slot(&mut |slot| {
            if term.finder.is_in(slot.value) {
                let whole = trimmed(slot.value).eq_ignore_ascii_case(term.lower.as_bytes());
                let label = term.before.iter().any(|word| slot.label.eq_ignore_ascii_case(word));
                let share = match term.kind {
                    _ if whole => 1.0,
                    TermKind::Word => PART_OF_VALUE,
                    _ => PART,
                };
                let bonus = if label { LABEL * self.max_idf } else { 0.0 };
                best = best.max(share * full + bonus);
            }
            false
        });
        let place = if best > 0.0 { Place::Value } else { Place::Record };
        if place == Place::Record {
            let in_body = term.finder.is_in(record.body());
            best = full * if in_body { PART } else { ELSEWHERE };
        }
        Some(Why { term: term.text.clone(), via: None, place, points: best })
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

/// A slot value without the punctuation around it.
fn trimmed(value: &[u8]) -> &[u8] {
    let from = value.iter().position(|b| is_word_byte(*b) || *b == b'-').unwrap_or(value.len());
    let to = value.iter().rposition(|b| is_word_byte(*b)).map_or(from, |at| at + 1);
    value.get(from..to).unwrap_or_default()
}
