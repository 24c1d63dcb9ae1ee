//! From findings to a report: control of false findings, folding, order, and the ranking of services.

use super::judge::{Finding, Judged};
use super::key::Keys;
use super::stat::false_discovery;
use super::tally::END;
use super::{Change, Confidence, Input, Rate, Report, Unit};
use crate::domain::{PatternId, TimeWindow, Timestamp};
use rustc_hash::FxHashMap;

/// Rows kept per report.
const ROWS: usize = 200;

/// Builds the report.
pub(super) fn report(input: &Input<'_>, keys: &Keys, judged: Judged, units: (usize, usize)) -> Report {
    let p: Vec<f64> = judged.findings.iter().map(|f| f.p).collect();
    let q = false_discovery(&p, judged.hopeless);
    let services = services(input, &judged.findings);
    let tested = judged.findings.len() + judged.hopeless;
    let mut ranked: Vec<(Finding, f64)> = judged.findings.into_iter().zip(q).collect();
    ranked.sort_by(|(a, _), (b, _)| {
        b.score.total_cmp(&a.score).then_with(|| (a.service, a.key).cmp(&(b.service, b.key)))
    });
    ranked.truncate(ROWS);
    let mut changes: Vec<Change> = ranked.iter().map(|(f, q)| row(input, keys, f, *q)).collect();
    changes.sort_by_key(|change| change.section);
    Report {
        window: input.window.span,
        baseline: input.baseline.span,
        found: changes.iter().any(|c| c.confidence != Confidence::Weak),
        changes,
        services,
        tested,
        skipped: judged.skipped,
        units,
        notes: Vec::new(),
    }
}

/// Services by their best finding.
fn services(input: &Input<'_>, findings: &[Finding]) -> Vec<String> {
    let mut best: FxHashMap<u32, f64> = FxHashMap::default();
    for finding in findings {
        let score = best.entry(finding.service).or_default();
        *score = score.max(finding.score);
    }
    let mut order: Vec<(u32, f64)> = best.into_iter().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    order.into_iter().filter_map(|(service, _)| input.services.get(service as usize).cloned()).collect()
}

fn confidence(q: f64) -> Confidence {
    if q <= 0.001 {
        Confidence::Strong
    } else if q <= 0.05 {
        Confidence::Likely
    } else {
        Confidence::Weak
    }
}

fn template<'a>(input: &'a Input<'_>, keys: &Keys, key: u32) -> Option<&'a (PatternId, String)> {
    input.templates.get(keys.list.get(key as usize)?.template as usize)
}

fn row(input: &Input<'_>, keys: &Keys, finding: &Finding, q: f64) -> Change {
    let about = if finding.key == END { None } else { template(input, keys, finding.key) };
    let table = finding.table;
    Change {
        section: finding.section,
        kind: finding.kind,
        service: input.services.get(finding.service as usize).cloned().unwrap_or_default(),
        pattern: about.map(|(id, _)| *id),
        template: about.map(|(_, text)| text.clone()),
        after: finding.after.and_then(|key| template(input, keys, key)).map(|(_, text)| text.clone()),
        now: Rate { n: table.a, of: table.n },
        base: Rate { n: table.y, of: table.m },
        unit: Unit::Requests,
        span: span(input.window.span, finding.segments),
        score: finding.score,
        q,
        confidence: confidence(q),
        examples: Vec::new(),
        before: Vec::new(),
        field: None,
        value: None,
        folded: Vec::new(),
    }
}

/// The part of the window that segments `from..=to` of three cover.
fn span(window: TimeWindow, (from, to): (usize, usize)) -> TimeWindow {
    let at = |third: usize| -> Timestamp {
        window.start().plus_nanos((i128::from(window.nanos()) * third as i128 / 3) as i64)
    };
    TimeWindow::new(at(from), at(to + 1)).unwrap_or(window)
}
