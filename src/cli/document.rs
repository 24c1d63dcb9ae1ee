//! The JSON documents of `--json`: field names are a contract (schemas in `docs/json`); fields are added, never renamed.

use crate::change::{Change, Report};
use crate::domain::{Citation, Hit, Pattern, TimeWindow, Timestamp, Usage, Zone};
use serde::Serialize;
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
        self.0.insert(stage, (took.as_secs_f64() * 1e6).round() / 1e3);
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
    pub(super) context: Option<Vec<crate::domain::Record>>,
}

/// `watchfire patterns --json`.
#[derive(Debug, Serialize)]
pub(super) struct Patterns<'a> {
    pub(super) schema: &'static str,
    pub(super) window: Option<Window>,
    pub(super) records: u64,
    pub(super) total: usize,
    pub(super) patterns: &'a [Pattern],
    pub(super) degraded: &'a [String],
    pub(super) timings_ms: Timings,
}

/// `watchfire diff --json`.
#[derive(Debug, Serialize)]
pub(super) struct Diff<'a> {
    pub(super) schema: &'static str,
    pub(super) window: Window,
    pub(super) baseline: Window,
    pub(super) found: bool,
    pub(super) changes: &'a [Change],
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
        changes: &'a [Change],
        zone: &Zone,
        degraded: &'a [String],
        timings_ms: Timings,
    ) -> Self {
        Self {
            schema: "watchfire.diff/1",
            window: Window::of(&report.window, zone),
            baseline: Window::of(&report.baseline, zone),
            found: report.found,
            changes,
            services: &report.services,
            tested: report.tested,
            skipped: report.skipped,
            notes: &report.notes,
            degraded,
            timings_ms,
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
    pub(super) hits: &'a [Hit],
    pub(super) patterns: &'a [Pattern],
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
