//! How well every pattern answers to the words of a question, and which patterns are read together.

use super::corpus::{Place, ValueHit, ValueMatch};
use super::index::{Index, Shape};
use super::intent::Intent;
use super::labels::Label;
use super::matcher::Matcher;
use super::question::Ask;
use super::resolve::{SAME, Term};
use super::target::Wanted;
use super::words::TokenKind;

/// A pattern with its score before and after the choice of a slot.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) pattern: usize,
    pub(super) score: f64,
    /// Quality per term.
    pub(super) covered: Vec<f64>,
}

/// Lets the value places of a pattern that the question means decide: those named by the words in front of the
/// value, else the closest matches.
pub(super) fn filter_places(ask: &Ask, term: &Term, index: &Index, pattern: usize) -> Vec<Place> {
    let here: Vec<&ValueHit> = term.hits.iter().filter(|hit| hit.pattern == pattern).collect();
    let Some(best) = here.iter().map(|hit| hit.kind).min() else { return Vec::new() };
    let named = named_places(ask, term, &index.shapes[pattern], &here);
    if !named.is_empty() {
        return named;
    }
    let closest = here.iter().filter(|hit| {
        hit.kind == best
            || (hit.kind < ValueMatch::Constant && best == ValueMatch::Exact && hit.kind == ValueMatch::Exact)
    });
    closest.map(|hit| hit.place.clone()).collect()
}

fn named_places(ask: &Ask, term: &Term, shape: &Shape, here: &[&ValueHit]) -> Vec<Place> {
    let words = words_before(ask, term.token);
    let fit = |place: &Place| place_fit(&words, shape, place);
    let scores: Vec<f64> = here.iter().map(|hit| fit(&hit.place)).collect();
    let top = scores.iter().copied().fold(0.0, f64::max);
    if top < 0.45 {
        return Vec::new();
    }
    let keep = here.iter().zip(&scores).filter(|(_, score)| **score >= top - 0.05);
    keep.map(|(hit, _)| hit.place.clone()).collect()
}

/// The words in front of a value that may name its position, the nearest counting most; and the one behind it.
fn words_before(ask: &Ask, token: usize) -> Vec<(Matcher, f64)> {
    let mut words = Vec::new();
    let mut weight = 1.0;
    for at in (token.saturating_sub(3)..token).rev() {
        if ask.tokens[at].kind != TokenKind::Word {
            break;
        }
        let word = &ask.tokens[at].lower;
        words.push((Matcher::new(word, Vec::new()), weight));
        words.extend(direction(word).map(|side| (Matcher::new(side, Vec::new()), 0.5)));
        weight *= 0.6;
    }
    if let Some(next) = ask.tokens.get(token + 1).filter(|next| next.kind == TokenKind::Word) {
        words.push((Matcher::new(&next.lower, Vec::new()), 0.3));
    }
    words
}

/// The preposition a verb of motion stands for ("ENDED at floor 12" is "to floor 12").
fn direction(word: &str) -> Option<&'static str> {
    match super::words::stem(word).as_str() {
        "end" | "arriv" | "finish" | "reach" | "stop" => Some("to"),
        "start" | "begin" | "depart" | "leav" => Some("from"),
        _ => None,
    }
}

/// Scores every pattern; those that lack a value that another pattern has are left out. Best first.
pub(super) fn candidates(ask: &Ask, terms: &[Term], index: &Index) -> Vec<Candidate> {
    let hard: Vec<&Term> = terms.iter().filter(|term| term.hard && !term.hits.is_empty()).collect();
    let holds_all = |p: usize| hard.iter().all(|term| term.value_in(p));
    let strict = (0..index.shapes.len()).any(holds_all);
    let idfs = vocabulary_idf(index);
    let mut all: Vec<Candidate> = (0..index.shapes.len())
        .filter(|&p| !strict || holds_all(p))
        .map(|pattern| score(ask, terms, index, pattern, &idfs))
        .collect();
    all.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.pattern.cmp(&b.pattern)));
    all
}

/// Penalty weight of every pattern's words: the sum of their rarities times a small factor.
#[expect(clippy::cast_precision_loss, reason = "counts of patterns")]
fn vocabulary_idf(index: &Index) -> Vec<Vec<(usize, f64)>> {
    let total = index.shapes.len().max(8) as f64;
    let mut by_pattern = vec![Vec::new(); index.shapes.len()];
    for (at, word) in index.vocab.iter().enumerate().filter(|(_, word)| !word.part) {
        let idf = (1.0 + total / word.patterns.len() as f64).ln();
        word.patterns.iter().for_each(|&p| by_pattern[p].push((at, idf)));
    }
    by_pattern
}

fn score(ask: &Ask, terms: &[Term], index: &Index, pattern: usize, idfs: &[Vec<(usize, f64)>]) -> Candidate {
    let shape = &index.shapes[pattern];
    let mut total = 0.0;
    let mut covered = Vec::with_capacity(terms.len());
    for term in terms {
        let word = term.quality[pattern];
        let value = term.value_in(pattern);
        let quality = if term.hard {
            f64::from(u8::from(value)).max(word)
        } else if value && word < SAME {
            1.0
        } else {
            word
        };
        covered.push(quality);
        total += if term.hard {
            if value {
                3.0 + kind_bonus(term, pattern) + place_bonus(ask, term, shape, pattern)
            } else {
                3.0 * word - 4.5
            }
        } else if value && word < SAME {
            (term.idf + 0.8) * term.weight
        } else {
            quality * term.idf * term.weight
        };
    }
    let missed = idfs[pattern].iter().filter(|(word, _)| !asked_for(terms, index, *word));
    total -= 0.06 * missed.map(|(_, idf)| *idf).sum::<f64>();
    total -= negation_mismatch(ask, shape);
    total -= if super::polarity::contradicts(ask, shape) { 1.5 } else { 0.0 };
    #[expect(clippy::cast_precision_loss, reason = "a logarithm of a count")]
    let lines = shape.count as f64;
    total += 0.1 * lines.max(1.0).log10();
    Candidate { pattern, score: total, covered }
}

/// A whole value says more than a part of one.
fn kind_bonus(term: &Term, pattern: usize) -> f64 {
    let best = term.hits.iter().filter(|hit| hit.pattern == pattern).map(|hit| hit.kind).min();
    match best {
        Some(ValueMatch::Exact | ValueMatch::Constant) => 0.5,
        Some(ValueMatch::Prefix) => 0.2,
        _ => 0.0,
    }
}

/// The words in front of a value name its position here ("FROM FLOOR 12").
fn place_bonus(ask: &Ask, term: &Term, shape: &Shape, pattern: usize) -> f64 {
    let words = words_before(ask, term.token);
    let here = term.hits.iter().filter(|hit| hit.pattern == pattern);
    let fit = |hit: &ValueHit| place_fit(&words, shape, &hit.place);
    here.map(fit).fold(0.0, f64::max).min(1.6) * 0.6
}

fn place_fit(words: &[(Matcher, f64)], shape: &Shape, place: &Place) -> f64 {
    let Some(slot) = shape.slots.iter().find(|slot| slot.place == *place) else { return 0.0 };
    let best = |matcher: &Matcher| slot.labels.iter().map(|l: &Label| matcher.label(l)).fold(0.0, f64::max);
    words.iter().map(|(matcher, weight)| best(matcher) * weight).sum()
}

fn asked_for(terms: &[Term], index: &Index, word: usize) -> bool {
    let known = &index.vocab[word];
    terms.iter().any(|term| term.text == known.text || super::words::root(&term.text) == known.root)
}

fn negation_mismatch(ask: &Ask, shape: &Shape) -> f64 {
    let negated = super::polarity::negated(shape);
    match (ask.negated, negated) {
        (true, false) => 1.0,
        (false, true) => 0.5,
        _ => 0.0,
    }
}

/// How much of what the question says the pattern answers to, 0 to 1. Words about logging count only where they
/// match; the asked noun is often not in the line ("which STATION"), so that it is missed by half.
pub(super) fn confidence(ask: &Ask, terms: &[Term], candidate: &Candidate) -> f64 {
    let names = Wanted::of(ask.intent).is_some_and(|wanted| wanted != Wanted::Number);
    let bare = is_bare(ask, terms, candidate);
    let mut covered = 0.0;
    let mut asked = 0.0;
    for (at, (term, &quality)) in terms.iter().zip(&candidate.covered).enumerate() {
        let noun = ask.noun.contains(&term.token) && !ask.measure.contains(&term.token);
        let missed = quality < 0.4;
        let weight =
            match (term.hard, term.weight < 1.0) {
                (true, _) if is_small_number(&term.text) => 1.0,
                (true, _) => 2.0,
                (false, true) if missed && bare && is_subject(&term.text) => {
                    if term.text.starts_with("message") { 0.45 } else { 1.0 }
                }
                (false, true) if missed => continue,
                (false, true) => 0.3,
                (false, false) if missed && noun => {
                    if names {
                        0.5
                    } else {
                        0.8
                    }
                }
                (false, false) if term.unknown() => 1.1,
                (false, false) => (term.idf / 2.0).clamp(0.85, 2.0),
            };
        asked += weight;
        let stranded = term.hard && is_small_number(&term.text) && misses_name(terms, candidate, at);
        covered += match quality {
            _ if stranded => 0.0,
            q if q < 0.4 => 0.0,
            q if q >= SAME => weight,
            q => weight * q,
        };
    }
    if asked > 0.0 { covered / asked } else { 1.0 }
}

/// Whether nothing but the asked noun itself ("REASON", "SIZE") answers: any log has a size or a reason, so that the
/// weak words must answer too.
fn is_bare(ask: &Ask, terms: &[Term], candidate: &Candidate) -> bool {
    let ranks = matches!(
        ask.intent,
        Intent::Max | Intent::Min | Intent::Top | Intent::Rarest | Intent::Mean | Intent::Percentile(_)
    );
    let typed = |term: &Term| !super::thesaurus::types_of(&term.text).is_empty();
    let answers = |(term, quality): (&Term, &f64)| term.weight >= 1.0 && *quality >= 0.6 && !typed(term);
    ranks && !terms.iter().zip(&candidate.covered).any(answers)
}

/// A word about logging that can as well be what a question is about ("message size", "reason for reports").
pub(super) fn is_subject(word: &str) -> bool {
    matches!(
        super::words::stem(word).as_str(),
        "report" | "messag" | "record" | "period" | "fil" | "system" | "data"
    )
}

/// Short numbers are everywhere; they say little about which lines are meant.
fn is_small_number(text: &str) -> bool {
    text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether the word straight before a value ("CHUTE 17") is not of this pattern.
fn misses_name(terms: &[Term], candidate: &Candidate, at: usize) -> bool {
    let token = terms[at].token;
    let before = terms.iter().zip(&candidate.covered).find(|(term, _)| term.token + 1 == token);
    before.is_some_and(|(term, quality)| term.weight >= 1.0 && *quality < 0.4)
}

/// The candidates that say the same as the best one: same words covered, alike in score.
pub(super) fn union(best: &Candidate, ranked: &[Candidate], counts_lines: bool) -> Vec<usize> {
    // Lines are counted wherever they say all that was asked; a value is read from the closest ones only.
    let reach = if counts_lines { 6.0 } else { 1.2 };
    let same = |other: &&Candidate| alike(&best.covered, &other.covered) && best.score - other.score <= reach;
    ranked.iter().filter(same).map(|candidate| candidate.pattern).collect()
}

/// Whether two patterns answer to the same words; forms of one word ("failure", "failures") say the same.
pub(super) fn alike(a: &[f64], b: &[f64]) -> bool {
    let coarse = |quality: f64| if quality >= SAME { 1.0 } else { quality };
    a.iter().zip(b).all(|(a, b)| (coarse(*a) - coarse(*b)).abs() <= 0.06)
}
