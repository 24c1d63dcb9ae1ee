//! Questions whose words name nothing but a level, a service or the thing to count by: all patterns take part.

use super::corpus::{Place, ValueHit};
use super::index::Shape;
use super::intent::Intent;
use super::matcher::Matcher;
use super::part::Part;
use super::plan::{Member, Plan};
use super::planner::Planner;
use super::resolve::{Term, is_content, matches_level};
use super::target::{Target, Wanted, is_vague};

impl Planner<'_> {
    /// The plan of such a question; `None` if it is not one.
    // size: one flat list of the questions that need no pattern
    pub(super) fn broad(&self, question: &str) -> Option<Plan> {
        let terms = self.terms.iter().filter(|term| is_content(self.ask, term.token) || term.hard);
        let (headers, rest): (Vec<&Term>, Vec<&Term>) = terms.partition(|term| self.is_header(term));
        let counts = matches!(
            self.ask.intent,
            Intent::Count | Intent::Rate | Intent::Trend | Intent::Peak | Intent::When | Intent::Check
        );
        let names = matches!(self.ask.intent, Intent::Top | Intent::Rarest | Intent::Distinct | Intent::List);
        let grouped = !self.ask.group.is_empty();
        let about_lines = self.ask.tokens.iter().any(|token| is_line_word(&token.lower));
        let plain_count = counts && !grouped;
        let subject = |term: &Term| {
            term.weight < 1.0 && super::score::is_subject(&term.text) && !is_line_word(&term.text)
        };
        if names && self.terms.iter().any(subject) {
            return None;
        }
        if !(counts || names)
            || rest.iter().any(|term| !self.is_asked(term))
            || (plain_count && (!rest.is_empty() || (headers.is_empty() && !about_lines)))
        {
            return None;
        }
        let mut plan = self.empty_plan(question);
        for term in &headers {
            plan.level = plan.level.or(term.level);
            plan.services.extend(term.services.iter().cloned());
        }
        let phrase = self.entity_words(&headers);
        let top = matches!(self.ask.intent, Intent::Top | Intent::Rarest);
        plan.by_pattern = top && phrase.iter().all(|&token| is_line_word(&self.word(token)));
        let needs_position = grouped || (names && !plan.by_pattern);
        let meets = |p: usize, terms: &[&Term]| {
            terms.iter().all(|term| self.column(&term.text).is_some() || term.quality[p] >= 0.5)
        };
        let together = (0..self.index.shapes.len()).any(|p| meets(p, &headers));
        // A service without a record of the level: its records are looked at, and none passes.
        let bound: Vec<&Term> =
            headers.iter().filter(|term| together || term.level.is_none()).copied().collect();
        let fits = |p: usize| meets(p, &bound);
        let chooser = self.chooser(&phrase, &[]);
        for (pattern, shape) in self.index.shapes.iter().enumerate().filter(|(p, _)| fits(*p)) {
            let chosen = self.column_target(&phrase, shape);
            let position = chosen
                .or_else(|| chooser.choose(shape, Wanted::Entity, &[]))
                .filter(|t| needs_position && t.score >= 1.5);
            if needs_position && position.is_none() {
                continue;
            }
            let (target, group) = if grouped && !names { (None, position) } else { (position, None) };
            plan.members.push(Member { pattern, target, group, bounded: None });
        }
        (!plan.members.is_empty()).then_some(plan)
    }

    /// Whether a term is the thing to count by, not one more condition.
    fn is_asked(&self, term: &Term) -> bool {
        let phrase = if self.ask.group.is_empty() { &self.ask.noun } else { &self.ask.group };
        phrase.last() == Some(&term.token)
            || (phrase.contains(&term.token) && !term.unknown() && is_vague(&self.head(phrase)))
    }

    /// Words that name the thing to count by, without those that are levels or services.
    pub(super) fn entity_words(&self, headers: &[&Term]) -> Vec<usize> {
        let phrase = if self.ask.group.is_empty() { &self.ask.noun } else { &self.ask.group };
        let names = |term: &&&Term| self.column(&term.text).is_none();
        let spent = |token: &usize| headers.iter().filter(names).any(|term| term.token == *token);
        phrase.iter().filter(|token| !spent(token)).copied().collect()
    }

    /// Whether a term speaks about the header: a level the corpus has, a service, or the word for one.
    pub(super) fn is_header(&self, term: &Term) -> bool {
        let levels = || self.corpus.patterns().iter().flat_map(|info| &info.levels);
        let level = term.level.is_some_and(|asked| levels().any(|(own, _)| matches_level(*own, asked)));
        let column =
            |hit: &ValueHit| matches!(hit.place, Place::Field(_) | Place::Service | Place::Elsewhere);
        level
            || (!term.services.is_empty() && term.hits.iter().all(column))
            || self.column(&term.text).is_some()
    }
}

impl Planner<'_> {
    /// The header column a word names, if the corpus has it.
    pub(super) fn column(&self, word: &str) -> Option<Place> {
        match super::words::stem(word).as_str() {
            "servic" | "component" | "program" | "process" | "daemon" | "app" | "application" | "pod"
            | "container" | "logger" | "modul" | "subsystem" => self.index.service_column.clone(),
            "level" | "severity" => self.index.has_levels.then_some(Place::Level),
            _ => None,
        }
    }

    /// The header column the head of a phrase names, unless the pattern has a position of that name.
    pub(super) fn column_target(&self, phrase: &[usize], shape: &Shape) -> Option<Target> {
        let head = self.head(phrase);
        let place = self.column(&head)?;
        let matcher = Matcher::new(&head, Vec::new());
        let own = shape.slots.iter().flat_map(|slot| &slot.labels).any(|label| matcher.label(label) >= 0.8);
        let name = head.clone();
        let sited = |slot: &super::profile::Slot| {
            slot.place == place && slot.sample.iter().any(|value| super::part::site_of(value).is_some())
        };
        let part = if shape.slots.iter().any(sited) { Part::Site } else { Part::Whole };
        (!own).then_some(Target { place, part, unit: None, run: None, name, score: 2.0 })
    }
}

fn is_line_word(word: &str) -> bool {
    matches!(
        super::words::stem(word).as_str(),
        "lin"
            | "record"
            | "entry"
            | "messag"
            | "event"
            | "log"
            | "pattern"
            | "row"
            | "error"
            | "warn"
            | "warning"
            | "problem"
            | "issu"
            | "occurrenc"
            | "exception"
            | "failur"
            | "template"
            | "templat"
    )
}
