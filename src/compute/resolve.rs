//! Every word of a question to what it stands for in this corpus: template words, values, names of positions.

use super::corpus::{Corpus, CorpusError, Place, Scan, ValueHit, ValueMatch};
use super::index::{Index, Shape};
use super::intent::Intent;
use super::matcher::{Matcher, join_particle};
use super::profile::Slot;
use super::question::{Ask, Role};
use super::status::{self, Codes};
use super::thesaurus::{Type, synonyms, types_of};
use super::words::{TokenKind, identifier_parts, stem};
use crate::domain::Level;
use std::ops::ControlFlow;

/// Quality from which a template word counts as the same word.
pub(super) const SAME: f64 = 0.85;
/// Scans spent on words that may be values.
const WORD_SCANS: usize = 3;

/// One word of a question in this corpus.
#[derive(Clone, Debug)]
pub(super) struct Term {
    /// Token of the question.
    pub(super) token: usize,
    /// Lower case, repaired.
    pub(super) text: String,
    /// 1 for content, less for words about logging.
    pub(super) weight: f64,
    /// How well each pattern's words match, 0 to 1.
    pub(super) quality: Vec<f64>,
    /// Rarity over patterns.
    pub(super) idf: f64,
    /// Where it is a value.
    pub(super) hits: Vec<ValueHit>,
    /// A value that must be there.
    pub(super) hard: bool,
    /// What it was read as, if repaired.
    pub(super) read_as: Option<String>,
    /// The level it names.
    pub(super) level: Option<Level>,
    /// Services it names.
    pub(super) services: Vec<String>,
    /// Status codes it stands for.
    pub(super) codes: Option<Codes>,
}

impl Term {
    /// Whether the pattern holds the word as a value.
    pub(super) fn value_in(&self, pattern: usize) -> bool {
        self.hits.iter().any(|hit| hit.pattern == pattern)
    }

    /// Whether nothing in the corpus answers to this word.
    pub(super) fn unknown(&self) -> bool {
        self.hits.is_empty() && self.quality.iter().all(|q| *q < 0.4)
    }
}

/// The words of a question that find lines; values that no line holds come second.
pub(super) fn resolve(
    ask: &Ask,
    index: &Index,
    corpus: &dyn Corpus,
) -> Result<(Vec<Term>, Vec<String>), CorpusError> {
    let mut terms = Vec::new();
    let mut absent = Vec::new();
    let mut scans = 0;
    for (token, weight) in ask.weights() {
        let mut term = Resolver { ask, index, corpus, scans: &mut scans }.term(token, weight)?;
        if term.hard && term.hits.is_empty() {
            absent.push(ask.tokens[token].text.clone());
        }
        term.idf = idf(&term, index.shapes.len());
        terms.push(term);
    }
    Ok((terms, absent))
}

/// One word of a question, whatever its role.
pub(super) fn one(ask: &Ask, index: &Index, corpus: &dyn Corpus, token: usize) -> Result<Term, CorpusError> {
    Resolver { ask, index, corpus, scans: &mut 0 }.term(token, 1.0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of patterns")]
fn idf(term: &Term, patterns: usize) -> f64 {
    let has = |p: &usize| term.quality[*p] >= SAME || term.value_in(*p);
    let exact = (0..patterns).filter(has).count();
    let with = if exact > 0 { exact } else { term.quality.iter().filter(|q| **q >= 0.4).count() };
    (1.0 + patterns.max(8) as f64 / (with as f64).max(0.7)).ln()
}

pub(super) struct Resolver<'q> {
    pub(super) ask: &'q Ask,
    pub(super) index: &'q Index,
    corpus: &'q dyn Corpus,
    scans: &'q mut usize,
}

impl Resolver<'_> {
    fn term(&mut self, at: usize, weight: f64) -> Result<Term, CorpusError> {
        let token = &self.ask.tokens[at];
        let mut term = Term {
            token: at,
            text: token.lower.clone(),
            weight,
            quality: self.qualities(&token.lower, at),
            idf: 0.0,
            hits: Vec::new(),
            hard: false,
            read_as: None,
            level: None,
            services: Vec::new(),
            codes: None,
        };
        match token.kind {
            TokenKind::Word => self.word(&mut term)?,
            TokenKind::Value | TokenKind::Quoted => self.value(&mut term)?,
        }
        self.header(&mut term);
        Ok(term)
    }

    /// A token with digits or written like an identifier, and quoted text.
    fn value(&mut self, term: &mut Term) -> Result<(), CorpusError> {
        if let Some(codes) = Codes::of(&self.ask.tokens, term.token).filter(|_| status::known(self.index)) {
            term.codes = Some(codes);
            term.hard = true;
            term.hits = self.code_hits(codes)?;
            return Ok(());
        }
        let known = term.quality.iter().any(|q| *q >= 0.9);
        let digits = term.text.bytes().any(|b| b.is_ascii_digit());
        term.hits = self.corpus.find_value(&term.text)?;
        if term.hits.is_empty() {
            for other in spellings(&term.text) {
                term.hits = self.corpus.find_value(&other)?;
                if !term.hits.is_empty() {
                    term.read_as = Some(other.clone());
                    term.text = other;
                    break;
                }
            }
        }
        if term.hits.is_empty()
            && !known
            && let Some(near) = self.near_id(&term.text)
        {
            term.hits = self.corpus.find_value(&near)?;
            term.read_as = Some(near.clone());
            term.text = near;
        }
        let service = self.index.services.contains_key(&term.text);
        term.hard = !service && (digits || !known || self.ask.tokens[term.token].kind == TokenKind::Quoted);
        Ok(())
    }

    /// Where status codes stand.
    fn code_hits(&self, codes: Codes) -> Result<Vec<ValueHit>, CorpusError> {
        let places: Vec<Vec<Place>> = self.index.shapes.iter().map(status::places).collect();
        let patterns = (0..places.len()).filter(|&p| !places[p].is_empty()).collect();
        let mut lines = vec![0; places.len()];
        self.corpus.scan(&Scan { patterns, fields: true, ..Scan::default() }, &mut |row| {
            lines[row.pattern] += u64::from(codes.passes(row, &places[row.pattern]));
            ControlFlow::Continue(())
        })?;
        let hit = |(pattern, lines): (usize, u64)| {
            let place = places[pattern].first().filter(|_| lines > 0)?.clone();
            Some(ValueHit { pattern, place, kind: ValueMatch::Exact, lines })
        };
        Ok(lines.into_iter().enumerate().filter_map(hit).collect())
    }

    fn word(&mut self, term: &mut Term) -> Result<(), CorpusError> {
        let best = term.quality.iter().copied().fold(0.0, f64::max);
        if term.weight < 1.0 {
            return Ok(());
        }
        if best < 0.7
            && !self.index.values.contains_key(&term.text)
            && let Some(base) = self.base_value(&term.text)
        {
            term.read_as = Some(base.clone());
            term.text = base;
        }
        if let Some(places) = self.index.values.get(&term.text) {
            let hit = |(pattern, place): &(usize, Place)| ValueHit {
                pattern: *pattern,
                place: place.clone(),
                kind: ValueMatch::Exact,
                lines: 1,
            };
            term.hits = places.iter().map(hit).collect();
        }
        let named = !types_of(&term.text).is_empty()
            || level_of(&term.text).is_some()
            || Level::from_word(term.text.as_bytes()).is_some();
        let in_noun = self.ask.noun.contains(&term.token) || self.ask.measure.contains(&term.token);
        if best >= 0.7 || named || self.is_service(&term.text) || (in_noun && !term.hits.is_empty()) {
            return Ok(());
        }
        if *self.scans < WORD_SCANS && !in_noun && synonyms(&term.text).is_empty() {
            *self.scans += 1;
            term.hits = self.corpus.find_value(&term.text)?;
        }
        if term.hits.is_empty() && best < 0.5 {
            self.repair(term);
        }
        Ok(())
    }

    /// The value that a word is a form of ("spawned", where a line holds `spawn`).
    fn base_value(&self, word: &str) -> Option<String> {
        let stem = stem(word);
        let forms = [stem.clone(), stem + "e"];
        forms.into_iter().find(|form| form.len() > 3 && form != word && self.index.values.contains_key(form))
    }

    fn is_service(&self, word: &str) -> bool {
        self.index.services.keys().any(|name| names_service(name, word))
    }

    /// Level and service words match what the header says.
    fn header(&self, term: &mut Term) {
        let level = level_of(&term.text).filter(|_| self.index.has_levels);
        let patterns = self.corpus.patterns();
        if let Some(level) = level {
            term.level = Some(level);
            for (at, info) in patterns.iter().enumerate() {
                let has = info.levels.iter().any(|(own, _)| matches_level(*own, level));
                if has {
                    term.quality[at] = term.quality[at].max(0.6);
                }
            }
        }
        for (name, members) in self.index.services.iter().filter(|(name, _)| names_service(name, &term.text))
        {
            term.services.push(name.clone());
            let whole = if *name == term.text { 0.9 } else { 0.75 };
            for &at in members {
                term.quality[at] = term.quality[at].max(whole);
            }
        }
        term.services.sort_unstable();
    }

    /// How well a word matches each pattern.
    pub(super) fn qualities(&self, word: &str, at: usize) -> Vec<f64> {
        let matcher = Matcher::new(word, self.joined(at));
        let mut quality = vec![0.0f64; self.index.shapes.len()];
        for known in &self.index.vocab {
            let found = matcher.vocab(known);
            if found > 0.0 {
                for &p in &known.patterns {
                    quality[p] = quality[p].max(found);
                }
            }
        }
        let types = types_of(word);
        // What is asked for is read from a position: its word need not stand in the line.
        let entity =
            matches!(self.ask.intent, Intent::Top | Intent::Rarest | Intent::Distinct | Intent::List);
        let read = entity && self.ask.noun.last() == Some(&at) && types.first() == Some(&Type::User);
        for (p, shape) in self.index.shapes.iter().enumerate() {
            quality[p] = quality[p]
                .max(matcher.names(shape))
                .max(typed(shape, types) * if read { 1.86 } else { 1.0 })
                .max(matcher.phrase(shape))
                .max(is_request(shape, word));
        }
        quality
    }

    /// The word joined with a particle behind it: `log in` is `login`.
    fn joined(&self, at: usize) -> Vec<String> {
        let (Some(token), Some(next)) = (self.ask.tokens.get(at), self.ask.tokens.get(at + 1)) else {
            return Vec::new();
        };
        join_particle(&token.lower, &next.lower)
    }
}

/// Other ways a value may stand in the lines.
fn spellings(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let bare = text.trim_matches(['#', '/', '%', '<', '>', '.']);
    if bare != text && !bare.is_empty() {
        all.push(bare.to_owned());
    }
    if let Some(number) = text.find(|c: char| c.is_ascii_alphabetic()).map(|at| &text[..at])
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && super::unit::Unit::parse(&text[number.len()..]).is_some()
    {
        all.push(format!("{number} {}", &text[number.len()..]));
    }
    if text.contains(',') && text.replace(',', "").bytes().all(|b| b.is_ascii_digit()) {
        all.push(text.replace(',', ""));
    }
    all
}

/// `errors`, `warnings`, `fatal`: a level as a word of a question. Letters and rare names are no level words.
pub(super) fn level_of(word: &str) -> Option<Level> {
    let base = word.strip_suffix('s').unwrap_or(word);
    if base.len() < 4
        || matches!(base, "note" | "fine" | "failure" | "config" | "panic" | "alert" | "information")
    {
        return None;
    }
    Level::from_word(base.as_bytes())
}

/// "errors" includes what is worse.
pub(super) fn matches_level(own: Level, asked: Level) -> bool {
    own == asked || (asked == Level::Error && own == Level::Fatal)
}

/// Whether a word names a service: its whole name or a part of at least three letters, with or without the `d` of a
/// daemon (`ssh`: `sshd`).
pub(super) fn names_service(name: &str, word: &str) -> bool {
    let same = |part: &str| part == word || part.strip_suffix('d') == Some(word);
    name == word || (word.len() >= 3 && (same(name) || identifier_parts(name).iter().any(|part| same(part))))
}

/// Lines with a method and a path are requests, whether they say so or not.
fn is_request(shape: &Shape, word: &str) -> f64 {
    let field = |names: &[&str]| {
        shape
            .slots
            .iter()
            .any(|slot| matches!(&slot.place, Place::Field(name) if names.contains(&name.as_str())))
    };
    let asked = matches!(
        word,
        "request"
            | "requests"
            | "requested"
            | "hit"
            | "hits"
            | "visit"
            | "visits"
            | "calls"
            | "call"
            | "accesses"
            | "response"
            | "responses"
            | "reply"
            | "replies"
    );
    let columns = || field(&["method", "verb"]) && field(&["path", "url", "uri", "status"]);
    if asked && (columns() || shape.slots.iter().any(holds_request_lines)) { 0.9 } else { 0.0 }
}

/// Whether a position holds `GET /path HTTP/1.1`.
fn holds_request_lines(slot: &Slot) -> bool {
    let line = |value: &String| {
        let mut words = value.split(' ');
        let method =
            words.next().is_some_and(|word| word.len() > 2 && word.bytes().all(|b| b.is_ascii_uppercase()));
        method && words.next().is_some_and(|word| word.starts_with('/') || word.contains("://"))
    };
    !slot.sample.is_empty() && slot.sample.iter().all(line)
}

fn typed(shape: &Shape, types: &[Type]) -> f64 {
    let has = |slot: &Slot| types.iter().any(|kind| slot.types.contains(kind));
    if !types.is_empty() && shape.slots.iter().any(has) { 0.5 } else { 0.0 }
}

/// Whether a token of a question is one that finds lines fully.
pub(super) fn is_content(ask: &Ask, token: usize) -> bool {
    ask.roles.get(token) == Some(&Role::Content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_daemon_is_named_without_its_d() {
        assert!(
            names_service("sshd", "ssh") && names_service("crond", "cron") && names_service("api-gw", "api")
        );
        assert!(!names_service("sshd", "sh") && !names_service("cloud", "clo"));
    }
}
