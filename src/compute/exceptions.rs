//! "Which exception most", "how many ValueErrors in billing": types of exceptions, counted over the whole records.

use super::corpus::{Corpus, CorpusError, Row, Scan};
use super::intent::Intent;
use super::locate::occurrences;
use super::part::Part;
use super::plan::{Member, Plan, admits};
use super::planner::Planner;
use super::resolve::{is_content, names_service};
use super::run::Gathered;
use super::target::{Target, Wanted};
use super::thrown::{TELLING, Thrown, thrown};
use std::ops::ControlFlow;

/// What is asked about what records throw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// One type, in lower case; `None`: any.
    pub(super) name: Option<String>,
    /// Values the record must hold, in lower case.
    pub(super) values: Vec<String>,
}

impl Asked {
    /// The conditions as short phrases.
    pub(super) fn chips(&self) -> Vec<String> {
        self.name.iter().chain(&self.values).cloned().collect()
    }

    fn takes(&self, row: &Row<'_>, found: &Thrown) -> bool {
        let named = self.name.as_ref().is_none_or(|name| {
            found.short().eq_ignore_ascii_case(name) || found.name.eq_ignore_ascii_case(name)
        });
        named && self.values.iter().all(|value| !occurrences(row.raw, value.as_bytes()).is_empty())
    }
}

impl Planner<'_> {
    /// The plan of a question about exceptions; `None` if it is not one or nothing of the kind was thrown.
    pub(super) fn exceptions(&self, question: &str) -> Result<Option<Plan>, CorpusError> {
        if !counts(self.ask.intent) || !self.ask.bounds.is_empty() {
            return Ok(None);
        }
        let Some((asked, services)) = self.asked_exceptions() else { return Ok(None) };
        let Some(column) = self.counted_by() else { return Ok(None) };
        let mut plan = self.empty_plan(question);
        plan.services = services;
        let names = Wanted::of(plan.intent).is_some();
        let group = column.clone().filter(|_| !names);
        let target = column.filter(|_| names);
        if !self.ask.group.is_empty() && group.is_none() && !names {
            plan.intent = Intent::Top;
        }
        let member =
            |pattern| Member { pattern, target: target.clone(), group: group.clone(), bounded: None };
        plan.members = (0..self.index.shapes.len()).map(member).collect();
        plan.exceptions = Some(asked);
        let found = gather(&plan, self.corpus, true)?.lines > 0;
        Ok(found.then_some(plan))
    }

    /// The column to count by; inside, `None` for the types themselves; outside, for a noun that is neither.
    fn counted_by(&self) -> Option<Option<Target>> {
        let phrase = if self.ask.group.is_empty() { &self.ask.noun } else { &self.ask.group };
        if phrase.iter().any(|token| self.is_exception_word(*token)) {
            return Some(None);
        }
        let spoken = |token: &&usize| !self.ask.said.contains(token) && !is_throwing(self.ask.word(**token));
        let Some(&token) = phrase.iter().rev().find(spoken) else { return Some(None) };
        let head = self.ask.word(token).to_owned();
        if matches!(head.as_str(), "type" | "types" | "kind" | "kinds" | "name") {
            return Some(None);
        }
        let place = self.column(&head)?;
        Some(Some(Target { place, part: Part::Whole, unit: None, run: None, name: head, score: 2.0 }))
    }

    fn is_exception_word(&self, token: usize) -> bool {
        let word = self.ask.word(token);
        matches!(word, "exception" | "exceptions" | "traceback" | "tracebacks" | "stacktrace" | "stacktraces")
            || named_type(word, &self.ask.tokens[token].text).is_some()
    }

    /// The type asked for, the values and services beside it; `None` if a word is left over.
    fn asked_exceptions(&self) -> Option<(Asked, Vec<String>)> {
        let mut asked = Asked { name: None, values: Vec::new() };
        let mut services = Vec::new();
        let mut about = false;
        for (at, token) in self.ask.tokens.iter().enumerate().filter(|(at, _)| self.ask.free(*at)) {
            let phrase = self.ask.noun.contains(&at) || self.ask.group.contains(&at);
            if self.is_exception_word(at) {
                about = true;
                asked.name = named_type(&token.lower, &token.text).or(asked.name);
                continue;
            }
            let typed =
                phrase && matches!(token.lower.as_str(), "type" | "types" | "kind" | "kinds" | "name");
            if !is_content(self.ask, at) || typed || (phrase && self.column(&token.lower).is_some()) {
                continue;
            }
            let own: Vec<String> = self
                .index
                .services
                .keys()
                .filter(|name| names_service(name, &token.lower))
                .cloned()
                .collect();
            if !own.is_empty() {
                services.extend(own);
            } else if !is_throwing(&token.lower) && !super::thesaurus::is_light(&token.lower) {
                // The record must say it; if none does, the question is for the patterns.
                asked.values.push(token.lower.clone());
            }
        }
        about.then_some((asked, services))
    }
}

/// Whether records are counted, listed or dated.
const fn counts(intent: Intent) -> bool {
    matches!(
        intent,
        Intent::Count
            | Intent::Rate
            | Intent::When
            | Intent::Trend
            | Intent::Peak
            | Intent::Top
            | Intent::Rarest
            | Intent::List
            | Intent::Distinct
    )
}

/// The type a word names, in lower case: `ValueErrors`, `NullPointerException`, `panics`.
fn named_type(lower: &str, text: &str) -> Option<String> {
    let one = lower.strip_suffix('s').unwrap_or(lower);
    let cased = super::thrown::is_type(text.strip_suffix('s').unwrap_or(text));
    let ends = ["exception", "error"].iter().any(|end| one.len() > end.len() + 2 && one.ends_with(end));
    (one == "panic" || ends || (cased && !matches!(one, "error" | "exception"))).then(|| one.to_owned())
}

/// Verbs of throwing: they say nothing more.
fn is_throwing(word: &str) -> bool {
    matches!(
        word,
        "throw" | "throws" | "threw" | "thrown" | "raise" | "raises" | "raised" | "type" | "types" | "kind"
    )
}

/// Counts the records that throw what is asked for, each type of a record once.
pub(super) fn gather(plan: &Plan, corpus: &dyn Corpus, first_only: bool) -> Result<Gathered, CorpusError> {
    let mut gathered = Gathered::default();
    let Some(asked) = &plan.exceptions else { return Ok(gathered) };
    let scan = Scan {
        any: TELLING.iter().map(|text| (*text).to_owned()).collect(),
        containing: asked.values.clone(),
        window: plan.window,
        fields: true,
        ..Scan::default()
    };
    corpus.scan(&scan, &mut |row| {
        let member = plan.members.iter().find(|member| member.pattern == row.pattern);
        let Some(member) = member.filter(|_| admits(plan, row)) else { return ControlFlow::Continue(()) };
        let mut found = thrown(row);
        found.retain(|one| asked.takes(row, one));
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found.dedup_by(|a, b| a.name == b.name);
        let Some(one) = found.first() else { return ControlFlow::Continue(()) };
        if plan.exclusions.iter().any(|exclusion| exclusion.takes(row)) {
            gathered.excluded += 1;
            return ControlFlow::Continue(());
        }
        gathered.take(plan, member, row);
        gathered.requote(row, &one.line);
        if member.target.is_none() {
            found.iter().for_each(|one| gathered.name(row, &one.name, &one.line));
        }
        if first_only { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(gathered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_known_in_any_case_and_number() {
        assert_eq!(named_type("valueerrors", "ValueErrors").as_deref(), Some("valueerror"));
        assert_eq!(
            named_type("nullpointerexception", "nullpointerexception").as_deref(),
            Some("nullpointerexception")
        );
        assert_eq!(named_type("panics", "panics").as_deref(), Some("panic"));
        assert_eq!(named_type("errors", "errors"), None);
        assert_eq!(named_type("exceptions", "Exceptions"), None);
    }
}
