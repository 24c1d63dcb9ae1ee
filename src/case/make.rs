//! Between the values of an investigation and what a case keeps of them, both ways.

use super::entry::{Answered, Broke, Noted, Opened, Pinned, SavedChange, SavedHit, SavedRow};
use super::story::{SavedStory, told_rows};
use super::{MAX_HITS, MAX_ROWS, MAX_SOURCES};
use crate::change::{Change, Incident, Kind, Rate, Section};
use crate::domain::{Answer, Hit, PatternId, Record, Score, TimeWindow, Usage};
use crate::evidence::{Comparison, Evidence, EvidenceRow};
use std::collections::BTreeMap;

/// Records kept behind one row of evidence.
const MAX_RECORDS: usize = 20;

/// A finished turn, as its parts.
#[derive(Clone, Copy, Debug)]
pub struct AnswerParts<'a> {
    /// Number of the turn, from 1.
    pub turn: u32,
    /// The question as understood.
    pub question: &'a str,
    /// The window of the answer.
    pub window: Option<TimeWindow>,
    /// Who answered.
    pub model: &'a str,
    /// The checked answer.
    pub answer: &'a Answer,
    /// Whether the logs held an answer.
    pub found: bool,
    /// The rows as sent.
    pub evidence: &'a Evidence,
    /// Ranked hits.
    pub hits: &'a [Hit],
    /// Records that match, and whether that is a lower bound.
    pub total: (u64, bool),
    /// What was consumed.
    pub usage: Usage,
    /// Millionths of a US dollar.
    pub cost_micro_usd: u64,
    /// What was not covered.
    pub degraded: &'a [String],
    /// Milliseconds per stage.
    pub timings_ms: &'a [(&'static str, f64)],
}

impl Answered {
    /// Keeps a finished turn; hits beyond [`MAX_HITS`] are counted only.
    #[must_use]
    pub fn of(parts: &AnswerParts<'_>) -> Self {
        let timings = parts.timings_ms.iter().filter(|(_, millis)| millis.is_finite());
        Self {
            turn: parts.turn,
            question: parts.question.to_owned(),
            window: parts.window,
            model: parts.model.to_owned(),
            answer: parts.answer.text.clone(),
            complete: parts.answer.complete,
            found: parts.found,
            citations: parts.answer.citations.clone(),
            evidence: parts.evidence.rows.iter().map(SavedRow::of).collect(),
            left_out: parts.evidence.left_out.clone(),
            hits: parts.hits.iter().take(MAX_HITS).map(|hit| SavedHit::of(&hit.record)).collect(),
            total: parts.total.0,
            total_at_least: parts.total.1,
            usage: parts.usage,
            cost_micro_usd: parts.cost_micro_usd,
            evidence_masked: parts.evidence.masked,
            degraded: parts.degraded.to_vec(),
            timings_ms: timings.map(|(stage, millis)| ((*stage).to_owned(), *millis)).collect(),
        }
    }

    /// The answer as it was shown.
    #[must_use]
    pub fn answer(&self) -> Answer {
        Answer { text: self.answer.clone(), citations: self.citations.clone(), complete: self.complete }
    }

    /// The evidence as it was sent.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        let bytes = self.evidence.iter().map(|row| row.text.len()).sum();
        Evidence {
            rows: self.evidence.iter().map(SavedRow::to_row).collect(),
            left_out: self.left_out.clone(),
            masked: self.evidence_masked,
            tokens: crate::evidence::estimate_log_tokens(bytes),
        }
    }

    /// The hits, numbered as they were.
    #[must_use]
    pub fn hits(&self) -> Vec<Hit> {
        let numbered = self.hits.iter().enumerate();
        numbered
            .map(|(index, hit)| Hit { n: index + 1, record: hit.to_record(), score: Score::default() })
            .collect()
    }
}

impl SavedRow {
    fn of(row: &EvidenceRow) -> Self {
        Self {
            n: row.n,
            row: row.kind,
            text: row.text.clone(),
            lead: row.lead().to_owned(),
            records: row.records.iter().take(MAX_RECORDS).cloned().collect(),
            records_total: row.records.len(),
            at: row.at,
            service: row.service.clone(),
            level: row.level,
        }
    }

    /// The row as the rest of the program knows it; what only the analyst needs is gone.
    #[must_use]
    pub fn to_row(&self) -> EvidenceRow {
        EvidenceRow {
            n: self.n,
            kind: self.row,
            text: self.text.clone(),
            quote: 0..self.text.len(),
            records: self.records.clone(),
            at: self.at,
            service: self.service.clone(),
            level: self.level,
            about: None,
        }
    }
}

impl SavedHit {
    /// Keeps a record.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        Self {
            id: record.id.clone(),
            ts: record.ts,
            level: record.level,
            service: record.service.clone(),
            message: record.message.clone(),
            source: record.source.clone(),
            line: record.line,
            pattern: Some(record.pattern),
        }
    }

    /// The record as far as it was kept: the raw bytes are those of the message, there are no fields.
    #[must_use]
    pub fn to_record(&self) -> Record {
        Record {
            id: self.id.clone(),
            ts: self.ts,
            level: self.level,
            service: self.service.clone(),
            message: self.message.clone(),
            raw: self.message.clone().into_bytes(),
            source: self.source.clone(),
            line: self.line,
            pattern: self.pattern.unwrap_or(PatternId::from_u64(0)),
            fields: Vec::new(),
        }
    }
}

impl Opened {
    /// Keeps what was opened; of many sources the first [`MAX_SOURCES`] and how many more there were.
    #[must_use]
    pub fn of(sources: &[String], window: Option<TimeWindow>, records: u64) -> Self {
        Self { sources: first_sources(sources), window, records }
    }
}

/// The first sources, and a word about the rest.
pub(super) fn first_sources(sources: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = sources.iter().take(MAX_SOURCES).cloned().collect();
    if sources.len() > MAX_SOURCES {
        kept.push(format!("and {} more", sources.len() - MAX_SOURCES));
    }
    kept
}

impl Broke {
    /// Keeps a comparison; `records` are those behind its rows, `degraded` what was not covered.
    #[must_use]
    pub fn of(comparison: &Comparison, records: &BTreeMap<u32, Record>, degraded: &[String]) -> Self {
        let Comparison { report, incident } = comparison;
        let kept = kept_rows(report.changes.len(), incident);
        let row = |&index: &usize| {
            let change = &report.changes[index];
            SavedChange::of(change, shown_by(change, records))
        };
        Self {
            window: report.window,
            baseline: report.baseline,
            found: report.found,
            rows: kept.iter().map(row).collect(),
            total: report.changes.len(),
            services: report.services.clone(),
            notes: report.notes.iter().chain(degraded).cloned().collect(),
            story: Some(SavedStory::of(incident, &kept)),
        }
    }

    /// The rows of one section, most telling first.
    pub fn section(&self, section: Section) -> impl Iterator<Item = &SavedChange> {
        self.rows.iter().filter(move |row| row.section == section)
    }
}

/// The rows that are kept, in their order: those the story stands on, then the most telling ones.
fn kept_rows(all: usize, incident: &Incident) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::with_capacity(all.min(MAX_ROWS));
    for index in told_rows(incident).into_iter().chain(0..all) {
        if kept.len() < MAX_ROWS && !kept.contains(&index) {
            kept.push(index);
        }
    }
    kept.sort_unstable();
    kept
}

/// The record that shows a row; of a service that stopped talking its last words.
fn shown_by<'r>(change: &Change, records: &'r BTreeMap<u32, Record>) -> Option<&'r Record> {
    let known = |numbers: &[u32]| numbers.iter().find_map(|number| records.get(number));
    let last_words = || change.before.iter().filter_map(|number| records.get(number)).max_by_key(|r| r.ts);
    match change.kind {
        Kind::Quiet => last_words().or_else(|| known(&change.examples)),
        _ => known(&change.examples),
    }
}

impl SavedChange {
    fn of(change: &Change, example: Option<&Record>) -> Self {
        Self {
            section: change.section,
            change: change.kind,
            service: change.service.clone(),
            pattern: change.pattern,
            template: change.template.clone(),
            after: change.after.clone(),
            field: change.field.clone(),
            value: change.value.clone(),
            now: finite(change.now),
            base: finite(change.base),
            unit: change.unit,
            slow_over_ns: change.slow_over_ns,
            span: change.span,
            confidence: change.confidence,
            example: example.map(SavedHit::of),
        }
    }
}

/// JSON has no infinity; a rate that is none is kept as nothing of nothing.
fn finite(rate: Rate) -> Rate {
    if rate.n.is_finite() && rate.of.is_finite() { rate } else { Rate::default() }
}

impl Pinned {
    /// Pins a record.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        Self { record: SavedHit::of(record) }
    }
}

impl Noted {
    /// A note on the case.
    #[must_use]
    pub fn on_case(text: impl Into<String>) -> Self {
        Self { record: None, ts: None, text: text.into() }
    }

    /// A note on a record.
    #[must_use]
    pub fn on_record(record: &Record, text: impl Into<String>) -> Self {
        Self { record: Some(record.id.clone()), ts: record.ts, text: text.into() }
    }
}
