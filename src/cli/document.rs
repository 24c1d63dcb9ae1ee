//! The JSON documents of `--json`: field names are a contract (schemas in `docs/json`); fields are added, never renamed.

use crate::change::{Change, Confidence, Kind, Rate, Report, Section, Unit};
use crate::domain::{
    Citation, Field, Hit, Level, Pattern, PatternId, Record, RecordId, Score, TimeWindow, Timestamp, Usage,
    Zone,
};
use crate::evidence::EvidenceRow;
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

/// An absolute window with the zone times are shown in.
#[derive(Debug, Serialize)]
pub(super) struct Window {
    start: Timestamp,
    end: Timestamp,
    zone: String,
}

impl Window {
    pub(super) fn of(window: &TimeWindow, zone: &Zone) -> Self {
        Self { start: window.start(), end: window.end(), zone: zone.label().to_owned() }
    }
}

/// Milliseconds per stage, by name.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(super) struct Timings(BTreeMap<&'static str, f64>);

impl Timings {
    /// Adds a stage.
    pub(super) fn add(&mut self, stage: &'static str, took: Duration) {
        self.add_millis(stage, took.as_secs_f64() * 1e3);
    }

    /// Adds a stage that was measured elsewhere.
    pub(super) fn add_millis(&mut self, stage: &'static str, millis: f64) {
        self.0.insert(stage, (millis * 1e3).round() / 1e3);
    }
}

/// `watchfire search --json`.
#[derive(Debug, Serialize)]
pub(super) struct Search<'a> {
    pub(super) schema: &'static str,
    pub(super) query: &'a str,
    pub(super) window: Option<Window>,
    pub(super) total: u64,
    /// Whether `total` is a lower bound.
    pub(super) total_at_least: bool,
    pub(super) expansions: &'a [String],
    pub(super) hits: Vec<HitInContext<'a>>,
    pub(super) degraded: &'a [String],
    pub(super) timings_ms: Timings,
}

/// A hit, with the records around it where they were asked for.
#[derive(Debug, Serialize)]
pub(super) struct HitInContext<'a> {
    #[serde(flatten)]
    pub(super) hit: &'a Hit,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) context: Option<Vec<Record>>,
}

/// A line of `watchfire search --stream --json`: a hit that is neither ranked nor of a known pattern.
#[derive(Debug, Serialize)]
pub(super) struct StreamedHit<'a> {
    pub(super) schema: &'static str,
    pub(super) n: usize,
    pub(super) id: &'a RecordId,
    pub(super) ts: Option<Timestamp>,
    pub(super) level: Option<Level>,
    pub(super) service: Option<&'a str>,
    pub(super) message: &'a str,
    pub(super) raw: Cow<'a, str>,
    pub(super) source: &'a str,
    pub(super) line: u64,
    pub(super) pattern: Option<PatternId>,
    pub(super) score: Score,
    pub(super) fields: &'a [Field],
}

impl<'a> StreamedHit<'a> {
    pub(super) fn of(n: usize, record: &'a Record) -> Self {
        Self {
            schema: "watchfire.hit/1",
            n,
            id: &record.id,
            ts: record.ts,
            level: record.level,
            service: record.service.as_deref(),
            message: &record.message,
            raw: String::from_utf8_lossy(&record.raw),
            source: &record.source,
            line: record.line,
            pattern: None,
            score: Score::default(),
            fields: &record.fields,
        }
    }
}

/// A line of `watchfire tail --json`: a record.
#[derive(Debug, Serialize)]
pub(super) struct Tailed<'a> {
    schema: &'static str,
    kind: &'static str,
    id: &'a RecordId,
    ts: Option<Timestamp>,
    level: Option<Level>,
    service: Option<&'a str>,
    message: &'a str,
    raw: Cow<'a, str>,
    source: &'a str,
    /// `None`: the lines before were too many to count.
    line: Option<u64>,
    pattern: PatternId,
    /// Whether it is the first of its pattern.
    new: bool,
    fields: &'a [Field],
}

impl<'a> Tailed<'a> {
    pub(super) fn of(record: &'a Record, new: bool) -> Self {
        Self {
            schema: "watchfire.tail/1",
            kind: "record",
            id: &record.id,
            ts: record.ts,
            level: record.level,
            service: record.service.as_deref(),
            message: &record.message,
            raw: String::from_utf8_lossy(&record.raw),
            source: &record.source,
            line: Some(record.line).filter(|line| *line > 0),
            pattern: record.pattern,
            new,
            fields: &record.fields,
        }
    }
}

/// A line of `watchfire tail --json`: something happened to a source.
#[derive(Debug, Serialize)]
pub(super) struct Mark<'a> {
    schema: &'static str,
    kind: &'static str,
    source: &'a str,
    mark: &'static str,
    text: &'a str,
}

impl<'a> Mark<'a> {
    pub(super) const fn of(source: &'a str, mark: &'static str, text: &'a str) -> Self {
        Self { schema: "watchfire.tail/1", kind: "mark", source, mark, text }
    }
}

/// `watchfire patterns --json`.
#[derive(Debug, Serialize)]
pub(super) struct Patterns<'a> {
    pub(super) schema: &'static str,
    pub(super) window: Option<Window>,
    pub(super) records: u64,
    pub(super) total: usize,
    /// Records with a line that the detected format does not explain, in all sources.
    pub(super) unparsed: u64,
    pub(super) patterns: Vec<PatternRow<'a>>,
    pub(super) degraded: &'a [String],
    pub(super) timings_ms: Timings,
}

/// A pattern; counts per level and service are objects, in the order of the table.
#[derive(Debug, Serialize)]
pub(super) struct PatternRow<'a> {
    id: PatternId,
    template: &'a str,
    count: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    #[serde(serialize_with = "as_object")]
    levels: &'a [(Level, u64)],
    #[serde(serialize_with = "as_object")]
    services: &'a [(String, u64)],
    examples: &'a [Record],
}

impl<'a> PatternRow<'a> {
    pub(super) fn of(pattern: &'a Pattern) -> Self {
        Self {
            id: pattern.id,
            template: &pattern.template,
            count: pattern.count,
            first: pattern.first,
            last: pattern.last,
            levels: &pattern.levels,
            services: &pattern.services,
            examples: &pattern.examples,
        }
    }
}

fn as_object<K: Serialize, S: Serializer>(pairs: &&[(K, u64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, count)| (name, count)))
}

/// `watchfire diff --json`.
#[derive(Debug, Serialize)]
pub(super) struct Diff<'a> {
    pub(super) schema: &'static str,
    pub(super) window: Window,
    pub(super) baseline: Window,
    pub(super) found: bool,
    pub(super) changes: Vec<ChangeRow<'a>>,
    pub(super) services: &'a [String],
    pub(super) tested: usize,
    pub(super) skipped: usize,
    pub(super) notes: &'a [String],
    pub(super) degraded: &'a [String],
    pub(super) timings_ms: Timings,
}

impl<'a> Diff<'a> {
    pub(super) fn of(
        report: &'a Report,
        records: &'a BTreeMap<u32, Record>,
        zone: &Zone,
        degraded: &'a [String],
        timings_ms: Timings,
    ) -> Self {
        Self {
            schema: "watchfire.diff/1",
            window: Window::of(&report.window, zone),
            baseline: Window::of(&report.baseline, zone),
            found: report.found,
            changes: report.changes.iter().map(|change| ChangeRow::of(change, records)).collect(),
            services: &report.services,
            tested: report.tested,
            skipped: report.skipped,
            notes: &report.notes,
            degraded,
            timings_ms,
        }
    }
}

/// A change with the records it points at.
#[derive(Debug, Serialize)]
pub(super) struct ChangeRow<'a> {
    section: Section,
    kind: Kind,
    service: &'a str,
    pattern: Option<PatternId>,
    template: Option<&'a str>,
    after: Option<&'a str>,
    now: Rate,
    base: Rate,
    unit: Unit,
    span: TimeWindow,
    score: f64,
    q: f64,
    confidence: Confidence,
    examples: Vec<&'a Record>,
    before: Vec<&'a Record>,
    field: Option<&'a str>,
    value: Option<&'a str>,
    folded: &'a [PatternId],
}

impl<'a> ChangeRow<'a> {
    fn of(change: &'a Change, records: &'a BTreeMap<u32, Record>) -> Self {
        let found = |numbers: &[u32]| numbers.iter().filter_map(|number| records.get(number)).collect();
        Self {
            section: change.section,
            kind: change.kind,
            service: &change.service,
            pattern: change.pattern,
            template: change.template.as_deref(),
            after: change.after.as_deref(),
            now: change.now,
            base: change.base,
            unit: change.unit,
            span: change.span,
            score: change.score,
            q: change.q,
            confidence: change.confidence,
            examples: found(&change.examples),
            before: found(&change.before),
            field: change.field.as_deref(),
            value: change.value.as_deref(),
            folded: &change.folded,
        }
    }
}

/// `watchfire ask --json`.
#[derive(Debug, Serialize)]
pub(super) struct Ask<'a> {
    pub(super) schema: &'static str,
    pub(super) question: &'a str,
    pub(super) window: Option<Window>,
    pub(super) answered: bool,
    pub(super) answerer: &'a str,
    pub(super) answer: &'a str,
    pub(super) citations: &'a [Citation],
    pub(super) evidence: &'a [EvidenceRow],
    pub(super) hits: &'a [Hit],
    pub(super) patterns: Vec<PatternRow<'a>>,
    pub(super) usage: Spent,
    pub(super) cache: &'static str,
    pub(super) degraded: &'a [String],
    pub(super) timings_ms: Timings,
}

/// Tokens and what they cost; the analyst costs nothing.
#[derive(Debug, Serialize)]
pub(super) struct Spent {
    #[serde(flatten)]
    usage: Usage,
    cost_usd: f64,
    held_usd: f64,
}

impl Spent {
    /// What an answer without a model costs.
    pub(super) const fn nothing(usage: Usage) -> Self {
        Self { usage, cost_usd: 0.0, held_usd: 0.0 }
    }
}
