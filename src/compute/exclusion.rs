//! What a question leaves out, as tests on records: values, words of patterns, services, levels, status codes.

use super::corpus::{CorpusError, Place, Row, ValueHit};
use super::matcher::Matcher;
use super::plan::{Filter, Member, Plan};
use super::planner::Planner;
use super::resolve::{self, Term, matches_level};
use super::score;
use crate::domain::Level;

/// Likeness from which a word of a template counts as what is left out.
const WORD: f64 = 0.7;

/// One thing left out: a record that passes all its tests does not count.
#[derive(Clone, Debug)]
pub(super) struct Exclusion {
    /// As the question says it.
    pub(super) text: String,
    tests: Vec<Test>,
}

#[derive(Clone, Debug)]
enum Test {
    Value(Filter),
    /// Records of these patterns: their words say it.
    Patterns(Vec<usize>),
    /// A value in some patterns, a word of others.
    Either(Vec<usize>, Filter),
    Services(Vec<String>),
    Level(Level),
}

impl Exclusion {
    /// Whether the record is left out.
    pub(super) fn takes(&self, row: &Row<'_>) -> bool {
        self.tests.iter().all(|test| match test {
            Test::Value(filter) => filter.holds(row) == Some(true),
            Test::Patterns(patterns) => patterns.contains(&row.pattern),
            Test::Either(patterns, filter) => {
                patterns.contains(&row.pattern) || filter.holds(row) == Some(true)
            }
            Test::Services(names) => names.iter().any(|name| row.service.eq_ignore_ascii_case(name)),
            Test::Level(level) => row.level.is_some_and(|own| matches_level(own, *level)),
        })
    }

    /// Whether it reads a named field.
    pub(super) fn needs_fields(&self) -> bool {
        self.tests.iter().any(|test| matches!(test, Test::Value(_) | Test::Either(..)))
    }
}

/// What a word of an excluded thing comes to.
enum Reading {
    Tests(Test),
    /// Names the position of a value beside it ("USER root").
    Label,
    Unknown,
}

impl Planner<'_> {
    /// Puts what the question leaves out into the plan; the words that cannot be applied if there are any.
    pub(super) fn exclude(&self, plan: &mut Plan) -> Result<Vec<String>, CorpusError> {
        let mut unapplied = Vec::new();
        for scope in &self.ask.scopes {
            for item in &scope.items {
                let text =
                    item.iter().map(|&at| self.ask.tokens[at].text.as_str()).collect::<Vec<_>>().join(" ");
                let tests = self.tests(item, &plan.members)?;
                let by_words = tests.iter().any(|test| matches!(test, Test::Patterns(_)));
                // Who never did a thing cannot be read from the lines that do not say it.
                let needs_join = scope.verbal && by_words && self.names_things();
                if tests.is_empty() || needs_join {
                    unapplied.push(format!("not {text}"));
                } else {
                    plan.exclusions.push(Exclusion { text, tests });
                }
            }
        }
        Ok(unapplied)
    }

    fn names_things(&self) -> bool {
        super::target::Wanted::of(self.ask.intent).is_some()
    }

    /// The tests of one thing; empty if a word of it cannot be applied.
    fn tests(&self, item: &[usize], members: &[Member]) -> Result<Vec<Test>, CorpusError> {
        let mut tests = Vec::new();
        for &token in item {
            let term = resolve::one(self.ask, self.index, self.corpus, token)?;
            match self.reading(&term, members)? {
                Reading::Tests(test) => tests.push(test),
                Reading::Label if item.len() > 1 => {}
                Reading::Label | Reading::Unknown => return Ok(Vec::new()),
            }
        }
        Ok(tests)
    }

    fn reading(&self, term: &Term, members: &[Member]) -> Result<Reading, CorpusError> {
        let value = || Reading::Tests(Test::Value(self.value_test(term, members)));
        if term.hard {
            return Ok(if term.hits.is_empty() { Reading::Unknown } else { value() });
        }
        if let Some(level) = term.level.filter(|_| self.index.has_levels) {
            return Ok(Reading::Tests(Test::Level(level)));
        }
        let before = term.token.checked_sub(1).map_or("", |at| self.ask.word(at));
        let service = || Reading::Tests(Test::Services(term.services.clone()));
        if !term.services.is_empty() && matches!(before, "from" | "in" | "by" | "of" | "service") {
            return Ok(service());
        }
        if super::negation::is_link(before)
            && let Some(test) = self.header_test(term, members)?
        {
            return Ok(Reading::Tests(test));
        }
        let worded = self.worded(&term.text, members);
        let here = |hit: &ValueHit| members.iter().any(|member| member.pattern == hit.pattern);
        let apart = |hit: &ValueHit| here(hit) && !worded.contains(&hit.pattern);
        if worded.len() < members.len() && !worded.is_empty() && term.hits.iter().any(apart) {
            return Ok(Reading::Tests(Test::Either(worded, self.value_test(term, members))));
        }
        if !worded.is_empty() && worded.len() < members.len() {
            return Ok(Reading::Tests(Test::Patterns(worded)));
        }
        if !term.services.is_empty() {
            return Ok(service());
        }
        if term.hits.iter().any(here) {
            return Ok(value());
        }
        let names = !worded.is_empty() || !super::thesaurus::types_of(&term.text).is_empty();
        Ok(match (names, term.hits.is_empty()) {
            (true, _) => Reading::Label,
            (false, false) => value(),
            (false, true) => Reading::Unknown,
        })
    }

    /// A word that stands in headers, as the name of a thread or a host does: wherever it stands.
    fn header_test(&self, term: &Term, members: &[Member]) -> Result<Option<Test>, CorpusError> {
        let hits = self.corpus.find_value(&term.text)?;
        let in_header = |hit: &&ValueHit| match &hit.place {
            Place::Elsewhere => true,
            Place::Field(name) => super::target::is_column(name),
            _ => false,
        };
        if !hits.iter().any(|hit| in_header(&hit)) {
            return Ok(None);
        }
        let places = |member: &Member| {
            let own = hits.iter().filter(in_header).filter(|hit| hit.pattern == member.pattern);
            (member.pattern, own.map(|hit| hit.place.clone()).collect())
        };
        Ok(Some(Test::Value(Filter { places: members.iter().map(places).collect(), ..Filter::of(term) })))
    }

    fn value_test(&self, term: &Term, members: &[Member]) -> Filter {
        let place = |member: &Member| {
            let places: Vec<Place> = score::filter_places(self.ask, term, self.index, member.pattern);
            (member.pattern, places)
        };
        Filter { places: members.iter().map(place).collect(), ..Filter::of(term) }
    }

    /// The members whose words say it, as closely as the closest one does.
    fn worded(&self, word: &str, members: &[Member]) -> Vec<usize> {
        let matcher = Matcher::new(word, Vec::new());
        let likeness = |pattern: usize| {
            let known = self.index.vocab.iter().filter(|known| known.patterns.contains(&pattern));
            known.map(|known| matcher.vocab(known)).fold(0.0, f64::max)
        };
        let all: Vec<(usize, f64)> = members.iter().map(|m| (m.pattern, likeness(m.pattern))).collect();
        let best = all.iter().map(|(_, likeness)| *likeness).fold(WORD, f64::max);
        all.into_iter()
            .filter(|(_, likeness)| *likeness >= best - 0.1 && *likeness >= WORD)
            .map(|(p, _)| p)
            .collect()
    }
}
