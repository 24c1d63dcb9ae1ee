//! Plain questions: recognised, and reduced to the words that find lines.
//!
//! Question words and fillers are dropped, words that name a kind of value (`address`, `how long`) become what is
//! asked for, the rest are weighted terms. Conditions of the written grammar keep working inside a question.

use super::expand::kind_of;
use super::expr::{Expr, Filter};
use super::thesaurus::{Expansion, Strength, others};
use super::{Query, QueryError, Term, TermKind, grammar};
use crate::pattern::SlotKind;

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

/// Words that open a question on their own.
const OPENERS: &[&str] = &["why", "what", "what's", "which", "who", "whose", "whom", "when", "where", "how"];
/// Verbs that open a question when at least two words follow.
const VERBS: &[&str] = &[
    "is", "are", "was", "were", "did", "do", "does", "has", "have", "had", "can", "could", "should", "will",
    "would",
];
/// Words that may stand before a question word.
const PREPOSITIONS: &[&str] = &[
    "after", "at", "before", "by", "during", "for", "from", "in", "into", "of", "on", "over", "since",
    "through", "to", "under", "until", "with",
];
/// Requests that open a question when a filler follows.
const REQUESTS: &[&str] = &["show", "list", "find", "give", "tell", "count", "name", "get"];

/// Words that say nothing about which line is meant.
const FILLERS: &[&str] = &[
    "a",
    "all",
    "am",
    "an",
    "and",
    "any",
    "are",
    "as",
    "at",
    "be",
    "been",
    "being",
    "but",
    "by",
    "can",
    "could",
    "did",
    "do",
    "does",
    "doing",
    "during",
    "each",
    "every",
    "exactly",
    "exist",
    "find",
    "for",
    "from",
    "get",
    "give",
    "had",
    "happen",
    "happened",
    "happens",
    "has",
    "have",
    "having",
    "here",
    "how",
    "i",
    "if",
    "in",
    "into",
    "is",
    "it",
    "its",
    "just",
    "list",
    "many",
    "me",
    "mentioned",
    "much",
    "my",
    "of",
    "often",
    "on",
    "or",
    "our",
    "please",
    "recorded",
    "see",
    "seen",
    "should",
    "show",
    "so",
    "some",
    "tell",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "to",
    "us",
    "was",
    "we",
    "were",
    "what",
    "what's",
    "when",
    "where",
    "which",
    "who",
    "whom",
    "whose",
    "why",
    "will",
    "with",
    "would",
    "you",
    "your",
    "specified",
    "shown",
    "associated",
    "corresponding",
    "given",
    "according",
    "appear",
    "appears",
    "appeared",
    "occur",
    "occurred",
    "occurs",
    "log",
    "logs",
    "line",
    "lines",
    "entry",
    "message",
    "messages",
    "record",
    "records",
];

/// Words that say little: they name the kind of answer or how it is counted.
const FAINT: &[(&str, f64)] = &[
    ("name", 0.35),
    ("number", 0.35),
    ("total", 0.35),
    ("amount", 0.35),
    ("value", 0.35),
    ("count", 0.35),
    ("id", 0.5),
    ("type", 0.4),
    ("kind", 0.3),
    ("time", 0.4),
    ("times", 0.2),
    ("address", 0.5),
    ("ip", 0.6),
    ("long", 0.3),
    ("first", 0.3),
    ("last", 0.3),
    ("most", 0.2),
    ("largest", 0.2),
    ("smallest", 0.2),
    ("highest", 0.2),
    ("lowest", 0.2),
    ("longest", 0.2),
    ("average", 0.2),
    ("maximum", 0.4),
    ("minimum", 0.4),
    ("after", 0.25),
    ("before", 0.25),
    ("between", 0.25),
    ("system", 0.6),
    ("reason", 0.5),
    ("cause", 0.5),
    ("caused", 0.5),
    ("specific", 0.2),
    ("new", 0.6),
    ("used", 0.5),
    ("using", 0.5),
    ("use", 0.5),
];

/// Words that name a type of value.
const KINDS: &[(&str, &[SlotKind])] = &[
    ("ip", &[SlotKind::Ip]),
    ("address", &[SlotKind::Ip, SlotKind::Host]),
    ("host", &[SlotKind::Host, SlotKind::Ip]),
    ("hostname", &[SlotKind::Host]),
    ("port", &[SlotKind::Number, SlotKind::Ip, SlotKind::Host]),
    ("user", &[SlotKind::User]),
    ("username", &[SlotKind::User]),
    ("file", &[SlotKind::Path]),
    ("path", &[SlotKind::Path]),
    ("directory", &[SlotKind::Path]),
    ("folder", &[SlotKind::Path]),
    ("url", &[SlotKind::Url]),
    ("size", &[SlotKind::Size, SlotKind::Number]),
    ("bytes", &[SlotKind::Size, SlotKind::Number]),
    ("memory", &[SlotKind::Size, SlotKind::Number]),
    ("big", &[SlotKind::Size, SlotKind::Number]),
    ("large", &[SlotKind::Size, SlotKind::Number]),
    ("long", &[SlotKind::Duration, SlotKind::Number, SlotKind::Time]),
    ("duration", &[SlotKind::Duration, SlotKind::Number]),
    ("latency", &[SlotKind::Duration, SlotKind::Number]),
    ("many", &[SlotKind::Number]),
    ("much", &[SlotKind::Number, SlotKind::Size]),
    ("number", &[SlotKind::Number]),
    ("count", &[SlotKind::Number]),
    ("pid", &[SlotKind::Number]),
    ("time", &[SlotKind::Time, SlotKind::Duration]),
    ("version", &[SlotKind::Number, SlotKind::Any]),
];

/// Words that make a question one about trouble.
const TROUBLE: &[&str] = &[
    "why", "fail", "failed", "failing", "failure", "failures", "broke", "broken", "break", "wrong", "error",
    "errors", "crash", "crashed",
];

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
pub(super) fn plan(text: &str) -> Result<Query, QueryError> {
    let mut asked = Asked::default();
    let mut terms: Vec<Term> = Vec::new();
    let mut filters = Vec::new();
    let mut before: Option<String> = None;
    for piece in pieces(text) {
        let word = match piece {
            Piece::Quoted(quoted) => {
                let kind = if quoted.contains(' ') { TermKind::Phrase } else { TermKind::Value };
                terms.push(Term { text: quoted.to_owned(), kind, weight: 1.5, before: before.take() });
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
            terms.push(Term { text: joined.to_owned(), kind: TermKind::Word, weight: 1.0, before: None });
        }
        if lower == "why" {
            terms.push(Term { text: "because".to_owned(), kind: TermKind::Word, weight: 0.3, before: None });
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
    Ok(Query { text: text.to_owned(), expr, terms, expansions, asked: Some(asked) })
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
