//! Plain questions: recognised, and reduced to the words that find lines.
//!
//! Question words and fillers are dropped, words that name a kind of value (`address`, `how long`) become what is
//! asked for, the rest are weighted terms. Conditions of the written grammar keep working inside a question.

mod lexicon;

use super::expand::kind_of;
use super::expr::{Expr, Filter};
use super::thesaurus::{Expansion, Strength, others};
use super::{Query, QueryError, Term, TermKind, grammar};
use crate::pattern::SlotKind;
use lexicon::{FAINT, FILLERS, KINDS, OPENERS, PREPOSITIONS, REQUESTS, TROUBLE, VERBS};

/// What a plain question asks for, as far as its words say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// Types of value that would answer it.
    pub kinds: Vec<SlotKind>,
    /// The noun asked for, lower case (`which block` -> `block`), if there is one.
    pub noun: Option<String>,
    /// Whether it asks about trouble (`why`, `fail`, `broke`): more severe lines then break ties.
    pub about_failure: bool,
}

/// Whether a text is a plain question rather than a written query.
#[must_use]
pub fn is_question(text: &str) -> bool {
    let text = text.trim();
    let mut words = text.split_whitespace().map(bare);
    let Some(first) = words.next() else { return false };
    let rest: Vec<String> = words.collect();
    let written = text.starts_with(['/', '"', '(', '-']) || rest.iter().any(|w| w == "AND" || w == "OR");
    if written || !first.bytes().all(|b| b.is_ascii_alphabetic() || b == b'\'') {
        return false;
    }
    let first = first.to_ascii_lowercase();
    if text.ends_with('?') && !rest.is_empty() {
        return true;
    }
    // "from which address .."
    let second = rest.first().map(|w| w.to_ascii_lowercase()).unwrap_or_default();
    let turned =
        PREPOSITIONS.contains(&first.as_str()) && OPENERS.contains(&second.as_str()) && rest.len() >= 3;
    let filler = |w: &String| FILLERS.contains(&w.to_ascii_lowercase().as_str());
    turned
        || (OPENERS.contains(&first.as_str()) && rest.len() >= 2)
        || (VERBS.contains(&first.as_str()) && rest.len() >= 2)
        || (REQUESTS.contains(&first.as_str()) && rest.len() >= 2 && rest.iter().take(2).any(filler))
}

/// A word without the punctuation around it and without a possessive ending.
fn bare(word: &str) -> String {
    let word = word.trim_start_matches(['(', '\'', '"', '`', '<', '[', '“', '‘', ',']);
    let word = word.trim_end_matches(['?', '!', ',', ';', ':', ')', '\'', '"', '`', '>', ']', '”', '’', '.']);
    word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word).to_owned()
}

/// Reads a plain question.
// size: one flat pass from tokens to terms
pub(super) fn plan(text: &str) -> Result<Query, QueryError> {
    let mut asked = Asked::default();
    let mut terms: Vec<Term> = Vec::new();
    let mut filters = Vec::new();
    let mut before: Option<String> = None;
    for piece in pieces(text) {
        let word = match piece {
            Piece::Quoted(quoted) => {
                terms.push(quoted_term(quoted, before.take()));
                continue;
            }
            Piece::Plain(word) => word,
        };
        if let Some(filter) = known_filter(word)? {
            filters.push(filter);
            continue;
        }
        let word = bare(word);
        if word.is_empty() {
            continue;
        }
        let lower = word.to_ascii_lowercase();
        note_asked(&mut asked, &lower);
        if let Some(joined) = particle_verb(before.as_deref(), &lower) {
            terms.push(implied(joined, 1.0));
        }
        if lower == "why" {
            terms.push(implied("because", 0.3));
        }
        if let Some(term) = term(&word, &lower, before.as_deref()) {
            terms.push(term);
        }
        before = Some(lower);
    }
    asked.noun = asked_noun(text);
    let expansions = widenings(&terms);
    let expr = match filters.len() {
        0 => Expr::All,
        1 => filters.remove(0),
        _ => Expr::And(filters),
    };
    Ok(Query { text: text.to_owned(), expr, terms, expansions, asked: Some(asked), literal: false })
}

fn quoted_term(quoted: &str, before: Option<String>) -> Term {
    let kind = if quoted.contains(' ') { TermKind::Phrase } else { TermKind::Value };
    Term { text: quoted.to_owned(), kind, weight: 1.5, before }
}

/// A word that was not typed but stands in lines that answer.
fn implied(word: &str, weight: f64) -> Term {
    Term { text: word.to_owned(), kind: TermKind::Word, weight, before: None }
}

/// `log in` and `log out` are one word in logs.
fn particle_verb(before: Option<&str>, word: &str) -> Option<&'static str> {
    let logs =
        matches!(before?, "log" | "logs" | "logged" | "logging" | "sign" | "signs" | "signed" | "signing");
    match word {
        "in" | "into" | "on" if logs => Some("login"),
        "out" | "off" if logs => Some("logout"),
        _ => None,
    }
}

enum Piece<'q> {
    Plain(&'q str),
    Quoted(&'q str),
}

/// White-space separated words, and texts in double quotes.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    for (i, part) in text.split('"').enumerate() {
        let closed = text.matches('"').count() >= 2 * i.div_ceil(2);
        if i % 2 == 1 && closed && !part.trim().is_empty() {
            out.push(Piece::Quoted(part.trim()));
        } else {
            out.extend(part.split_whitespace().map(Piece::Plain));
        }
    }
    out
}

/// `level:error`, `service:api` and the other fixed names keep their meaning inside a question.
fn known_filter(word: &str) -> Result<Option<Expr>, QueryError> {
    const NAMES: [&str; 5] = ["level:", "service:", "source:", "pattern:", "trace:"];
    let trimmed = word.trim_end_matches(['?', ',', ';', '!']);
    if !NAMES.iter().any(|name| trimmed.starts_with(name) && trimmed.len() > name.len()) {
        return Ok(None);
    }
    let expr = grammar::parse(trimmed)?;
    Ok(matches!(
        expr,
        Expr::Filter(
            Filter::Level(..)
                | Filter::Service(_)
                | Filter::Source(_)
                | Filter::Pattern(_)
                | Filter::Trace(_)
        )
    )
    .then_some(expr))
}

fn note_asked(asked: &mut Asked, lower: &str) {
    for (name, kinds) in KINDS {
        if *name == lower || lower.strip_suffix('s') == Some(name) {
            asked
                .kinds
                .extend(kinds.iter().filter(|kind| !asked.kinds.contains(kind)).copied().collect::<Vec<_>>());
        }
    }
    asked.about_failure |= TROUBLE.contains(&lower);
}

fn term(word: &str, lower: &str, before: Option<&str>) -> Option<Term> {
    let kind = kind_of(word);
    if kind == TermKind::Word && FILLERS.contains(&lower) {
        return None;
    }
    let faint = FAINT.iter().find(|(name, _)| *name == lower).map(|(_, weight)| *weight);
    Some(Term {
        text: word.to_owned(),
        kind,
        weight: faint.unwrap_or(1.0),
        before: before.map(str::to_owned),
    })
}

/// The words between `which`/`what` (`is the`) and a verb or preposition: the last of them is the noun asked for.
fn asked_noun(text: &str) -> Option<String> {
    let words: Vec<String> = text.split_whitespace().map(|w| bare(w).to_ascii_lowercase()).collect();
    let opener = words.iter().position(|w| matches!(w.as_str(), "which" | "what" | "whose" | "what's"))?;
    let mut rest = words[opener + 1..].iter().peekable();
    while rest.next_if(|w| matches!(w.as_str(), "is" | "are" | "was" | "were" | "the" | "a" | "an")).is_some()
    {
    }
    let noun_phrase: Vec<&String> = rest
        .take_while(|w| !FILLERS.contains(&w.as_str()) && w.bytes().all(|b| b.is_ascii_alphabetic()))
        .take(3)
        .collect();
    match noun_phrase.as_slice() {
        [] => None,
        [first, ..] if words.get(opener + 1) == Some(*first) => Some((*first).clone()),
        several => several.last().map(|w| (*w).clone()),
    }
}

/// What the thesaurus adds to the terms.
fn widenings(terms: &[Term]) -> Vec<Expansion> {
    let mut notes = Vec::new();
    for at in 0..terms.len() {
        let run = terms[at..].iter().take_while(|t| t.kind == TermKind::Word);
        let run: Vec<&str> = run.map(|t| t.text.as_str()).collect();
        if let Some((length, also)) = others(&run, Strength::Same) {
            let to = also.into_iter().map(str::to_owned).collect();
            notes.push(Expansion { from: run[..length].join(" "), to });
        }
    }
    notes
}
