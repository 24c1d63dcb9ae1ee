//! "What crashed", "why did billing die": the panic, the uncaught exception or the kill itself, before any comparison.

use super::corpus::{CorpusError, Row, Scan};
use super::finding::{CiteRole, Cited, Finding, TableRow, Value, counted};
use super::intent::{ChangeKind, Intent, Order};
use super::plan::Plan;
use super::planner::Planner;
use super::report::Report;
use super::resolve::{is_content, names_service};
use super::run::Gathered;
use super::thrown::{Gravity, TELLING, Thrown, thrown};
use super::value::{Decimal, Quantity};
use crate::domain::{Level, Timestamp};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Different crashes that are kept apart; further ones are not new.
const KINDS: usize = 1_024;
/// Bytes of a line that tell two crashes apart.
const TELLS: usize = 160;

/// One kind of crash of one service.
#[derive(Clone, Debug)]
struct Crash {
    gravity: (Gravity, bool),
    service: String,
    what: Thrown,
    /// The innermost cause the record names.
    root: Option<String>,
    count: u64,
    first: Cited,
    last: Cited,
}

/// What a question about a crash narrows it to.
struct About {
    services: Vec<String>,
    words: Vec<String>,
}

impl Planner<'_> {
    /// The finished answer to a question about a crash; `None` if it is none, or if nothing crashed.
    pub(super) fn crash(&self, question: &str) -> Result<Option<Plan>, CorpusError> {
        let asks = matches!(
            self.ask.intent,
            Intent::Change(ChangeKind::What | ChangeKind::Why | ChangeKind::Since)
                | Intent::Extract
                | Intent::Check
                | Intent::When
        );
        let said = |at: &usize| self.ask.free(*at) && is_crash_word(self.ask.word(*at));
        if !asks || !self.ask.scopes.is_empty() || !(0..self.ask.tokens.len()).any(|at| said(&at)) {
            return Ok(None);
        }
        let mut plan = self.empty_plan(question);
        let crashes = self.crashes(&plan, &self.about())?;
        if let Some(finding) = self.told(&plan, &crashes) {
            plan.intent = finding.intent;
            plan.ready = Some(Box::new(finding));
            return Ok(Some(plan));
        }
        Ok(None)
    }

    fn about(&self) -> About {
        let mut about = About { services: Vec::new(), words: Vec::new() };
        for (at, token) in self.ask.tokens.iter().enumerate() {
            // A service may be called by a word of grammar ("till").
            let named = self.index.services.contains_key(&token.lower);
            if !self.ask.free(at) || is_crash_word(&token.lower) || !(named || is_content(self.ask, at)) {
                continue;
            }
            let named = |name: &&String| names_service(name, &token.lower);
            let own: Vec<String> = self.index.services.keys().filter(named).cloned().collect();
            if !own.is_empty() || !is_program_word(&token.lower) {
                about.words.push(token.lower.clone());
            }
            about.services.extend(own);
        }
        about
    }

    /// Every kind of crash the records tell of, the gravest first, then the earliest.
    fn crashes(&self, plan: &Plan, about: &About) -> Result<Vec<Crash>, CorpusError> {
        let scan = Scan {
            any: TELLING.iter().map(|text| (*text).to_owned()).collect(),
            window: plan.window,
            ..Scan::default()
        };
        let mut kinds: BTreeMap<(String, String), Crash> = BTreeMap::new();
        self.corpus.scan(&scan, &mut |row| {
            let timed = plan.window.is_none_or(|window| row.ts.is_some_and(|ts| window.contains(ts)));
            if let Some(mut crash) = crash_of(row).filter(|_| timed && about.takes(row)) {
                if crash.first.ts.is_none() {
                    crash.first.ts = self.corpus.time_near(row.id);
                    crash.last.ts = crash.first.ts;
                }
                let key = (crash.service.clone(), without_numbers(&crash.what.line));
                let full = kinds.len() >= KINDS;
                match kinds.get_mut(&key) {
                    Some(known) => {
                        known.count += 1;
                        known.last = Cited { role: CiteRole::Last, ..crash.first };
                    }
                    None if full => {}
                    None => drop(kinds.insert(key, crash)),
                }
            }
            ControlFlow::Continue(())
        })?;
        let mut all: Vec<Crash> = kinds.into_values().collect();
        all.sort_by(|a, b| b.gravity.cmp(&a.gravity).then(a.first.ts.cmp(&b.first.ts)));
        Ok(all)
    }

    fn told(&self, plan: &Plan, crashes: &[Crash]) -> Option<Finding> {
        let lead = crashes.first()?;
        let report = Report { plan, corpus: self.corpus, gathered: Gathered::default() };
        let mut finding = report.finding();
        let zone = self.corpus.zone();
        let clock = |at: Timestamp| format!("{} {}", zone.format(at, "%Y-%m-%d %H:%M:%S"), zone.label());
        finding.intent = Intent::Extract;
        finding.value = Value::Text(lead.what.line.clone());
        let mut said = lead.told(&clock);
        match self.ask.intent {
            Intent::Check => {
                finding.intent = Intent::Check;
                finding.value = Value::Truth(true);
                said = format!("{}; {said}", lead.what.line);
            }
            Intent::When | Intent::Change(ChangeKind::Since) => {
                let cited = if self.ask.order == Some(Order::Last) { &lead.last } else { &lead.first };
                if let Some(at) = cited.ts {
                    finding.intent = Intent::When;
                    finding.value = Value::Time(at);
                    said = format!("{}; {said}", lead.what.line);
                }
            }
            _ => {}
        }
        finding.remark = Some(said);
        finding.lines = lead.count;
        finding.span = lead.first.ts.zip(lead.last.ts);
        finding.cited = vec![lead.first.clone()];
        finding.cited.extend((lead.count > 1).then(|| lead.last.clone()));
        finding.cited.extend(crashes.iter().skip(1).take(3).map(|crash| crash.first.clone()));
        finding.rows = crashes.iter().map(Crash::row).collect();
        Some(finding)
    }
}

impl About {
    /// Whether a record is about what was asked: by its service, else by its words.
    fn takes(&self, row: &Row<'_>) -> bool {
        let served = self.services.iter().any(|name| row.service.eq_ignore_ascii_case(name));
        let raw = row.raw.to_ascii_lowercase();
        let says = |word: &String| memchr::memmem::find(&raw, word.as_bytes()).is_some();
        self.words.iter().all(|word| {
            let own = self.services.iter().any(|name| names_service(name, word));
            (own && served) || says(word)
        })
    }
}

impl Crash {
    /// Service, thread, how often, when, and what it came from.
    fn told(&self, clock: &dyn Fn(Timestamp) -> String) -> String {
        let mut parts = Vec::new();
        match (&self.what.thread, self.service.is_empty()) {
            (Some(thread), false) => parts.push(format!("in {} ({})", self.service, threaded(thread))),
            (Some(thread), true) => parts.push(format!("in {}", threaded(thread))),
            (None, false) => parts.push(format!("in {}", self.service)),
            (None, true) => {}
        }
        parts.push(counted(self.count, "time"));
        match (self.first.ts, self.last.ts) {
            (Some(first), Some(last)) if self.count > 1 => {
                parts.push(format!("first {}, last {}", clock(first), clock(last)));
            }
            (Some(at), _) => parts.push(format!("at {}", clock(at))),
            _ => {}
        }
        parts.extend(self.root.as_ref().map(|root| format!("it names as its cause: {root}")));
        parts.join("; ")
    }

    fn row(&self) -> TableRow {
        let line = &self.what.line;
        TableRow {
            label: if self.service.is_empty() { line.clone() } else { format!("{}: {line}", self.service) },
            value: Quantity::plain(Decimal::from_int(i128::from(self.count))),
            lines: self.count,
            example: Some(self.first.id.clone()),
        }
    }
}

fn threaded(thread: &str) -> String {
    if thread.starts_with("goroutine ") { thread.to_owned() } else { format!("thread {thread}") }
}

/// The crash a record tells of: the gravest thing it throws. What was handled and only warned of is none.
fn crash_of(row: &Row<'_>) -> Option<Crash> {
    let found = thrown(row);
    let grave = |one: &Thrown| match row.level {
        _ if one.gravity == Gravity::Fatal => true,
        Some(level) => level >= Level::Error,
        None => one.gravity == Gravity::Traced,
    };
    // Of a chain the outermost line is what ended the work; the innermost is named as its cause.
    let mut what: Option<&Thrown> = None;
    for one in found.iter().filter(|one| !one.cause && grave(one)) {
        if what.is_none_or(|known| one.gravity > known.gravity) {
            what = Some(one);
        }
    }
    let what = what?.clone();
    let root = found
        .iter()
        .rev()
        .find(|one| one.cause)
        .map(|one| one.line.strip_prefix("Caused by: ").unwrap_or(&one.line).to_owned());
    let quote = what.line.clone().into_bytes();
    let (id, raw) = (row.id.clone(), row.raw.to_vec());
    let first = Cited { id, raw, quote, ts: row.ts, role: CiteRole::First };
    let gravity = (what.gravity, row.level.is_some_and(|level| level >= Level::Fatal));
    let (service, last) = (row.service.to_owned(), first.clone());
    Some(Crash { gravity, service, what, root, count: 1, first, last })
}

/// A line with its numbers left out, so that crashes at different addresses are one kind.
fn without_numbers(line: &str) -> String {
    line.chars().filter(|c| !c.is_ascii_digit()).take(TELLS).collect()
}

fn is_crash_word(word: &str) -> bool {
    matches!(
        word,
        "crash" | "crashed" | "crashes" | "crashing" | "panic" | "panicked" | "panics" | "die" | "died"
    )
}

/// Nouns for whatever runs: they name none of it.
fn is_program_word(word: &str) -> bool {
    matches!(
        word,
        "app"
            | "application"
            | "program"
            | "process"
            | "service"
            | "server"
            | "system"
            | "container"
            | "pod"
            | "thing"
            | "everything"
            | "anything"
            | "something"
            | "node"
            | "host"
            | "code"
            | "stuff"
    )
}
