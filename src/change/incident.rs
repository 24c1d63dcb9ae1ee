//! From rows to a story: candidates for the cause, first sign, order of events, who was hit, what it was not.
//!
//! Nothing here is tested statistics; it arranges tested rows by time and by who names whom. An error of service A
//! that names service B points at B; a service that is named by others and names nobody comes first. The words
//! "because" and "caused" are never produced: a candidate is a candidate.

use super::first::tells_of_change;
use super::{Change, Confidence, Kind, Report, Section};
use crate::domain::{Level, Pattern, PatternId, Record, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Longest time between the end of a pattern and the change for it to count as over before it, in nanoseconds.
const OVER_BEFORE: i64 = 60_000_000_000;
/// How long before the change a first sign may lie, in nanoseconds.
const SIGN_BEFORE: i64 = 120_000_000_000;
/// A pattern of which something was seen in this last share of the window is still happening, in percent.
const STILL: i64 = 10;
/// Words in service names that name no service.
const GENERIC: [&str; 14] = [
    "service",
    "server",
    "svc",
    "app",
    "api",
    "application",
    "main",
    "prod",
    "worker",
    "system",
    "daemon",
    "local",
    "host",
    "node",
];

/// What the arranging needs beside the report.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// The rows.
    pub report: &'a Report,
    /// Records behind [`Change::examples`] and [`Change::before`].
    pub records: &'a BTreeMap<u32, Record>,
    /// Pattern table of the window.
    pub now: &'a [Pattern],
    /// Pattern table of the baseline.
    pub base: &'a [Pattern],
}

/// A candidate for the origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The service.
    pub service: String,
    /// Its rows (indices into [`Report::changes`]), most telling first.
    pub changes: Vec<usize>,
    /// A rare record shortly before the change that fits it (index into [`Report::changes`]).
    pub trigger: Option<usize>,
    /// Services whose new errors name it.
    pub named_by: Vec<String>,
}

/// Errors of one service on both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Affected {
    /// The service.
    pub service: String,
    /// Records of level error or above in the window.
    pub errors: u64,
    /// The same in the baseline.
    pub before: u64,
}

/// Why a notable pattern is not in the list of candidates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It was over before the change.
    OverBefore,
    /// It happens as often before as after.
    AsOftenBefore,
}

/// A notable pattern that does not fit the change.
#[derive(Clone, Debug, PartialEq)]
pub struct RuledOut {
    /// The pattern, from the baseline's table.
    pub pattern: Pattern,
    /// Why.
    pub reason: Reason,
    /// Records per minute before and in the window.
    pub per_minute: (f64, f64),
}

/// The arranged story.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// Time of the first tested sign of trouble.
    pub onset: Option<Timestamp>,
    /// Candidates for the origin, likeliest first; none when nothing clearly broke.
    pub candidates: Vec<Candidate>,
    /// The earliest record of a row's pattern that was not there long before the change, by row.
    pub first_sign: Option<(usize, Timestamp)>,
    /// Rows (indices) with the time of their first record, in that order: the sequence of events.
    pub sequence: Vec<(usize, Timestamp)>,
    /// Services with more errors than before, most first.
    pub affected: Vec<Affected>,
    /// Rows of services that stopped talking, with the time of their last record.
    pub silent: Vec<(usize, Timestamp)>,
    /// Notable patterns that do not fit.
    pub ruled_out: Vec<RuledOut>,
    /// Last record of the leading candidate's patterns and whether that is close to the end of the window.
    pub last_seen: Option<(Timestamp, bool)>,
}

/// Arranges a report.
#[must_use]
pub fn incident(material: &Material<'_>) -> Incident {
    let rows = &material.report.changes;
    let trouble: Vec<usize> = (0..rows.len()).filter(|&i| is_trouble(&rows[i])).collect();
    let begins = |i: usize| {
        matches!(rows[i].kind, Kind::New | Kind::More | Kind::Rate) && is_sure(material.report, &rows[i])
    };
    let started = |wanted: &dyn Fn(usize) -> bool| {
        trouble.iter().filter(|&&i| wanted(i)).filter_map(|&i| starts_at(material, i)).min()
    };
    let onset = started(&begins).or_else(|| started(&|_| true));
    let candidates =
        if material.report.is_clear() { candidates(material, &trouble, onset) } else { Vec::new() };
    // A service falls silent once, however many tests say so.
    let first_of_kind = |i: usize| {
        let same = |other: &Change| other.kind == Kind::Quiet && other.service == rows[i].service;
        rows[i].kind != Kind::Quiet || !rows[..i].iter().any(same)
    };
    let clear = material.report.is_clear();
    let told =
        trouble.iter().copied().filter(|&i| clear && is_sure(material.report, &rows[i]) && first_of_kind(i));
    let mut sequence: Vec<(usize, Timestamp)> = told
        .chain((0..rows.len()).filter(|&i| rows[i].kind == Kind::First))
        .filter_map(|i| Some((i, starts_at(material, i)?)))
        .collect();
    sequence.sort_by_key(|&(i, at)| (at, i));
    let last_seen = candidates.first().and_then(|lead| last_seen(material, lead));
    Incident {
        first_sign: onset.and_then(|at| first_sign(material, &trouble, at)),
        onset,
        sequence,
        affected: affected(material),
        silent: (0..rows.len())
            .filter(|&i| rows[i].kind == Kind::Quiet && first_of_kind(i))
            .filter_map(|i| Some((i, starts_at(material, i)?)))
            .collect(),
        ruled_out: onset.map_or_else(Vec::new, |at| ruled_out(material, at)),
        last_seen,
        candidates,
    }
}

/// Whether a row counts: when anything is beyond chance, weak rows do not.
fn is_sure(report: &Report, change: &Change) -> bool {
    !report.found || change.confidence != Confidence::Weak
}

fn is_trouble(change: &Change) -> bool {
    change.section == Section::Worse && !matches!(change.kind, Kind::First | Kind::Field)
}

/// Time of the first record that shows a row, else the start of its span.
fn starts_at(material: &Material<'_>, index: usize) -> Option<Timestamp> {
    let change = &material.report.changes[index];
    let times = |ids: &[u32]| -> Vec<Timestamp> {
        ids.iter().filter_map(|id| material.records.get(id)?.ts).collect()
    };
    let shown = match change.kind {
        Kind::Quiet => times(&change.before).into_iter().chain(times(&change.examples)).max(),
        Kind::Lost | Kind::Fewer => None,
        _ => times(&change.examples).into_iter().min(),
    };
    shown.or(Some(change.span.start()))
}

/// Trouble often begins before it is beyond chance: the earliest record of a pattern that is in a row, if none of it
/// is older than two minutes before the change.
fn first_sign(material: &Material<'_>, trouble: &[usize], onset: Timestamp) -> Option<(usize, Timestamp)> {
    let rows = &material.report.changes;
    let begins =
        |i: usize| matches!(rows[i].kind, Kind::New | Kind::More) && is_sure(material.report, &rows[i]);
    let signs = trouble.iter().copied().filter(|&i| begins(i)).filter_map(|i| {
        let id = rows[i].pattern?;
        let before = material.base.iter().find(|pattern| pattern.id == id).and_then(|pattern| pattern.first);
        match before {
            Some(first) if first < onset.plus_nanos(-SIGN_BEFORE) => None,
            Some(first) => Some((i, first)),
            None => Some((i, starts_at(material, i)?)),
        }
    });
    signs.min_by_key(|&(i, at)| (at, i))
}

/// Services in trouble: the report's ranking, but nobody stands before a service that its own errors name.
///
/// When anything is beyond chance, services with weak rows only are no candidates.
fn candidates(material: &Material<'_>, trouble: &[usize], onset: Option<Timestamp>) -> Vec<Candidate> {
    let rows = &material.report.changes;
    let counts = |i: usize| is_sure(material.report, &rows[i]);
    let mut waiting: Vec<&String> = material
        .report
        .services
        .iter()
        .filter(|service| trouble.iter().any(|&i| rows[i].service == **service && counts(i)))
        .collect();
    let errors: Vec<usize> = trouble
        .iter()
        .copied()
        .filter(|&i| matches!(rows[i].kind, Kind::New | Kind::More) && counts(i))
        .collect();
    let names = |a: &str, b: &str| {
        a != b && errors.iter().any(|&i| rows[i].service == a && row_names(material, i, b))
    };
    // Who is clearly in trouble goes before who only changed.
    waiting.sort_by_key(|service| !rows.iter().any(|row| row.service == **service && row.is_clear()));
    let ranked = waiting.clone();
    let mut list = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let blames = |a: &str| waiting.iter().any(|b| names(a, b) && !names(b, a));
        let next = waiting.iter().position(|service| !blames(service)).unwrap_or(0);
        let service = waiting.remove(next);
        list.push(Candidate {
            service: service.clone(),
            changes: trouble.iter().copied().filter(|&i| rows[i].service == *service).collect(),
            trigger: trigger(material, service, onset),
            named_by: ranked
                .iter()
                .filter(|other| names(other, service))
                .map(|other| (*other).clone())
                .collect(),
        });
    }
    list
}

/// Whether a row's text or examples name `service` as a whole word.
fn row_names(material: &Material<'_>, index: usize, service: &str) -> bool {
    let change = &material.report.changes[index];
    let examples = change.examples.iter().filter_map(|id| material.records.get(id));
    let mut texts =
        change.template.as_deref().into_iter().chain(examples.map(|record| record.message.as_str()));
    let words = telling_words(service);
    texts.any(|text| words.iter().any(|word| has_word(text, word)))
}

/// The whole name and its distinctive parts.
fn telling_words(service: &str) -> Vec<String> {
    let whole = service.to_ascii_lowercase();
    let mut words: Vec<String> = whole
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| {
            part.len() >= 4 && !GENERIC.contains(part) && !part.bytes().all(|b| b.is_ascii_digit())
        })
        .map(str::to_owned)
        .collect();
    words.push(whole);
    words
}

fn has_word(text: &str, word: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
    lower
        .match_indices(word)
        .any(|(at, _)| edge(lower[..at].chars().next_back()) && edge(lower[at + word.len()..].chars().next()))
}

/// The untested rare record that fits a service best: its own or naming it, the latest before the change.
fn trigger(material: &Material<'_>, service: &str, onset: Option<Timestamp>) -> Option<usize> {
    let rows = &material.report.changes;
    let fits = |i: &usize| rows[*i].service == service || row_names(material, *i, service);
    let early = |i: &usize| onset.is_none_or(|at| starts_at(material, *i).is_some_and(|start| start <= at));
    let firsts = (0..rows.len()).filter(|&i| rows[i].kind == Kind::First).filter(early);
    let on_purpose = |i: usize| rows[i].template.as_deref().is_some_and(tells_of_change);
    firsts.filter(fits).max_by_key(|&i| (on_purpose(i), rows[i].service == service, starts_at(material, i)))
}

/// Error records per service, by service, most in the window first; only services with clearly more than before.
fn affected(material: &Material<'_>) -> Vec<Affected> {
    let now = errors_by_service(material.now);
    let base = errors_by_service(material.base);
    let scale = material.report.window.nanos() as f64 / material.report.baseline.nanos().max(1) as f64;
    let mut list: Vec<Affected> = now
        .into_iter()
        .map(|(service, errors)| {
            let before = base.get(&service).copied().unwrap_or(0);
            Affected { service, errors, before }
        })
        .filter(|a| a.errors as f64 > 2.0 * (a.before as f64 * scale) + 3.0)
        .collect();
    list.sort_by(|a, b| b.errors.cmp(&a.errors).then_with(|| a.service.cmp(&b.service)));
    list
}

fn errors_by_service(patterns: &[Pattern]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for pattern in patterns {
        let errors: u64 =
            pattern.levels.iter().filter(|(level, _)| *level >= Level::Error).map(|(_, n)| n).sum();
        // A pattern's levels and services are counted apart; errors are shared out by the services' part of it.
        for (service, count) in &pattern.services {
            let part = (errors * count).checked_div(pattern.count).unwrap_or(0);
            if part > 0 {
                *counts.entry(service.clone()).or_insert(0) += part;
            }
        }
    }
    counts
}

/// Warnings and errors that a tired reader could take for the cause, with the reason they are not.
fn ruled_out(material: &Material<'_>, onset: Timestamp) -> Vec<RuledOut> {
    let in_rows = |id: PatternId| {
        material.report.changes.iter().any(|c| c.pattern == Some(id) || c.folded.contains(&id))
    };
    let minutes = |nanos: i64| (nanos as f64 / 60e9).max(1.0 / 60.0);
    let (now_minutes, base_minutes) =
        (minutes(material.report.window.nanos()), minutes(material.report.baseline.nanos()));
    let mut list: Vec<RuledOut> = material
        .base
        .iter()
        .filter(|pattern| {
            pattern.levels.iter().any(|(level, _)| *level >= Level::Warn) && !in_rows(pattern.id)
        })
        .filter_map(|pattern| {
            let now = material.now.iter().find(|p| p.id == pattern.id).map_or(0, |p| p.count);
            let per_minute = (pattern.count as f64 / base_minutes, now as f64 / now_minutes);
            let reason = if now == 0 {
                let over = pattern.last.is_some_and(|last| last < onset.plus_nanos(-OVER_BEFORE));
                over.then_some(Reason::OverBefore)?
            } else {
                let ratio = per_minute.1 / per_minute.0.max(f64::MIN_POSITIVE);
                (ratio <= 2.0).then_some(Reason::AsOftenBefore)?
            };
            Some(RuledOut { pattern: pattern.clone(), reason, per_minute })
        })
        .collect();
    let worst = |r: &RuledOut| r.pattern.levels.iter().map(|(level, _)| *level).max();
    list.sort_by(|a, b| worst(b).cmp(&worst(a)).then_with(|| b.pattern.count.cmp(&a.pattern.count)));
    list.truncate(6);
    list
}

/// Last record of a candidate's patterns, and whether the window ended before it did.
fn last_seen(material: &Material<'_>, lead: &Candidate) -> Option<(Timestamp, bool)> {
    let ids: Vec<PatternId> =
        lead.changes.iter().filter_map(|&i| material.report.changes[i].pattern).collect();
    let last = material.now.iter().filter(|p| ids.contains(&p.id)).filter_map(|p| p.last).max()?;
    let window = material.report.window;
    Some((last, window.end().since(last) * 100 <= window.nanos() * STILL))
}

#[cfg(test)]
mod tests {
    use super::super::{Rate, Unit};
    use super::*;
    use crate::domain::{RecordId, TimeWindow};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(second * 1_000)
    }

    fn change(kind: Kind, service: &str, text: &str, record: u32) -> Change {
        Change {
            section: Section::Worse,
            kind,
            service: service.to_owned(),
            pattern: Some(PatternId::of_template(text)),
            template: Some(text.to_owned()),
            after: None,
            now: Rate { n: 10.0, of: 20.0 },
            base: Rate { n: 0.0, of: 20.0 },
            unit: Unit::Requests,
            slow_over_ns: None,
            span: TimeWindow::spanning(at(600), at(1200)),
            score: 1.0,
            q: 0.0,
            confidence: Confidence::Strong,
            examples: vec![record],
            before: Vec::new(),
            field: None,
            value: None,
            folded: Vec::new(),
        }
    }

    fn record(second: i64, service: &str, message: &str) -> Record {
        Record {
            id: RecordId(format!("{service}:{second}")),
            ts: Some(at(second)),
            level: Some(Level::Error),
            service: Some(service.to_owned()),
            message: message.to_owned(),
            raw: Vec::new(),
            source: service.to_owned(),
            line: 1,
            pattern: PatternId::of_template(message),
            fields: Vec::new(),
        }
    }

    fn pattern(text: &str, service: &str, level: Level, count: u64, first: i64, last: i64) -> Pattern {
        Pattern {
            id: PatternId::of_template(text),
            template: text.to_owned(),
            count,
            first: Some(at(first)),
            last: Some(at(last)),
            levels: vec![(level, count)],
            services: vec![(service.to_owned(), count)],
            examples: Vec::new(),
        }
    }

    #[test]
    fn the_service_that_others_name_comes_first_with_its_trigger() {
        let rows = vec![
            change(Kind::New, "storefront", "upstream ledger-service: deadline exceeded", 1),
            change(Kind::New, "ledger-service", "no free connection", 2),
            change(Kind::First, "deployer", "rolled out ledger 2.4", 3),
        ];
        let report = Report {
            window: TimeWindow::spanning(at(600), at(1200)),
            baseline: TimeWindow::spanning(at(0), at(600)),
            changes: rows,
            services: vec!["storefront".into(), "ledger-service".into()],
            found: true,
            tested: 1,
            skipped: 0,
            units: (20, 20),
            notes: Vec::new(),
        };
        let records = BTreeMap::from([
            (1, record(640, "storefront", "upstream ledger-service: deadline exceeded")),
            (2, record(630, "ledger-service", "no free connection")),
            (3, record(600, "deployer", "rolled out ledger 2.4")),
        ]);
        let now = vec![
            pattern("upstream ledger-service: deadline exceeded", "storefront", Level::Error, 50, 640, 1190),
            pattern("no free connection", "ledger-service", Level::Error, 90, 630, 1195),
            pattern("slow disk", "db", Level::Warn, 10, 600, 1190),
        ];
        let base = vec![
            pattern("gc pause", "ledger-service", Level::Warn, 40, 10, 60),
            pattern("slow disk", "db", Level::Warn, 10, 5, 590),
        ];
        let story = incident(&Material { report: &report, records: &records, now: &now, base: &base });
        let order: Vec<&str> = story.candidates.iter().map(|c| c.service.as_str()).collect();
        assert_eq!(order, ["ledger-service", "storefront"]);
        assert_eq!(story.candidates[0].trigger, Some(2));
        assert_eq!(story.candidates[0].named_by, ["storefront"]);
        assert_eq!(story.onset, Some(at(630)));
        assert_eq!(story.sequence, [(2, at(600)), (1, at(630)), (0, at(640))]);
        assert_eq!(story.first_sign, Some((1, at(630))));
        assert_eq!(story.last_seen, Some((at(1195), true)));
        let out: Vec<(&str, Reason)> =
            story.ruled_out.iter().map(|r| (r.pattern.template.as_str(), r.reason)).collect();
        assert_eq!(out, [("gc pause", Reason::OverBefore), ("slow disk", Reason::AsOftenBefore)]);
        assert_eq!(story.affected[0], Affected { service: "ledger-service".into(), errors: 90, before: 0 });
    }
}
