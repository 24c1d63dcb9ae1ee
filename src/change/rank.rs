//! From findings to a report: control of false findings, folding, order, and the ranking of services.

use super::field::differing;
use super::first::rare;
use super::judge::{Finding, Judged};
use super::key::Keys;
use super::show::examples;
use super::stat::false_discovery;
use super::tally::END;
use super::{Change, Confidence, Input, Kind, Rate, Report, Section, Unit, Values};
use crate::domain::{PatternId, TimeWindow, Timestamp};
use rustc_hash::{FxHashMap, FxHashSet};

/// Rows kept per report.
const ROWS: usize = 100;
/// Hints shown when nothing passes.
const HINTS: usize = 5;
/// Patterns named per folded row.
const FOLDED: usize = 20;

/// Findings in order, with their q values, folded.
#[derive(Debug)]
pub(super) struct Ranked {
    pub(super) rows: Vec<Row>,
    /// Services, likeliest origin first.
    pub(super) services: Vec<u32>,
    pub(super) tested: usize,
    pub(super) skipped: usize,
}

/// A finding on its way to a row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) finding: Finding,
    pub(super) q: f64,
    pub(super) folded: Vec<u32>,
}

/// Orders and folds the findings.
pub(super) fn rank(judged: Judged, blame: &[f64]) -> Ranked {
    let p: Vec<f64> = judged.findings.iter().map(|f| f.p).collect();
    let q = false_discovery(&p, judged.hopeless);
    let services = services(&judged.findings, &q, blame);
    let tested = judged.findings.len() + judged.hopeless;
    let mut sorted: Vec<(Finding, f64)> = judged.findings.into_iter().zip(q).collect();
    sorted.sort_by(|(a, _), (b, _)| {
        b.order
            .total_cmp(&a.order)
            .then_with(|| (a.service, a.key, a.after).cmp(&(b.service, b.key, b.after)))
    });
    Ranked { rows: keep(fold(sorted)), services, tested, skipped: judged.skipped }
}

/// Services by their best finding, raised by how often they deviate first.
fn services(findings: &[Finding], q: &[f64], blame: &[f64]) -> Vec<u32> {
    let mut best: FxHashMap<u32, f64> = FxHashMap::default();
    let share = |service: u32| blame.get(service as usize).copied().unwrap_or(0.0);
    for (finding, &q) in findings.iter().zip(q) {
        let score = best.entry(finding.service).or_default();
        let factor = match (finding.section, finding.unit) {
            // How much a service has to say moves with the work it is given.
            (_, Unit::Seconds) => 0.0,
            (Section::Slower, _) if q > LIKELY => SLOW_WEIGHT * WEAK_SLOW,
            (Section::Slower, _) => SLOW_WEIGHT,
            _ => 1.0 + share(finding.service),
        };
        *score = score.max(finding.score * factor);
    }
    let mut order: Vec<(u32, f64)> = best.into_iter().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    order.into_iter().map(|(service, _)| service).collect()
}

/// Service, section, segments and rounded counts: rows that agree in them are one row.
type Alike = (u32, Section, (usize, usize), [i64; 4]);

/// One row per pattern of a service and section; rows with the same service, span and counts become one.
fn fold(sorted: Vec<(Finding, f64)>) -> Vec<Row> {
    let mut said: FxHashSet<(u32, u32, Section)> = FxHashSet::default();
    let mut same: FxHashMap<Alike, usize> = FxHashMap::default();
    let mut stops: FxHashSet<(u32, Option<u32>)> = FxHashSet::default();
    let mut quiet: FxHashSet<u32> = FxHashSet::default();
    let mut rows: Vec<Row> = Vec::new();
    for (finding, q) in sorted {
        // A service falls silent once, however many tests say so.
        if finding.kind == Kind::Quiet && !quiet.insert(finding.service) {
            continue;
        }
        let stop = finding.key == END && finding.kind == Kind::Lost;
        let context = (finding.service, finding.after);
        if stop && stops.contains(&context)
            || finding.key != END && !said.insert((finding.service, finding.key, finding.section))
        {
            continue;
        }
        if finding.kind == Kind::Lost {
            stops.insert(context);
        }
        let t = finding.table;
        let counts = [t.a, t.n, t.y, t.m].map(|count| count.round() as i64);
        let key = (finding.service, finding.section, finding.segments, counts);
        match same.get(&key) {
            Some(&at) if finding.key != END && rows[at].finding.key != END => {
                rows[at].folded.push(finding.key);
            }
            _ => {
                same.insert(key, rows.len());
                rows.push(Row { finding, q, folded: Vec::new() });
            }
        }
    }
    rows
}

/// What passes, and the strongest hints beside it: the top row is never hidden.
fn keep(rows: Vec<Row>) -> Vec<Row> {
    let mut hints: FxHashMap<Section, usize> = FxHashMap::default();
    let passes = |row: &Row, hints: &mut FxHashMap<Section, usize>| {
        let seen = hints.entry(row.finding.section).or_default();
        *seen += usize::from(row.q > LIKELY);
        row.q <= LIKELY || *seen <= HINTS
    };
    let mut rows: Vec<Row> = rows.into_iter().filter(|row| passes(row, &mut hints)).take(ROWS).collect();
    rows.sort_by_key(|row| row.finding.section);
    rows
}

/// Slowness spreads to all who wait, so it counts less than a broken step when services are ranked.
const SLOW_WEIGHT: f64 = 0.6;
/// What is left of it where the pauses could be chance: few of them are long by chance in any window.
const WEAK_SLOW: f64 = 0.3;
/// Highest false-discovery rate of a row that counts as found.
const LIKELY: f64 = 0.05;
/// The same for a row that is called strong.
const STRONG: f64 = 0.001;

/// The word for a false-discovery rate.
pub(super) fn confidence(q: f64) -> Confidence {
    if q <= STRONG {
        Confidence::Strong
    } else if q <= LIKELY {
        Confidence::Likely
    } else {
        Confidence::Weak
    }
}

impl Ranked {
    /// Words the rows.
    pub(super) fn report(
        self,
        input: &Input<'_>,
        keys: &Keys,
        values: &mut dyn Values,
        units: (usize, usize),
    ) -> Report {
        let mut changes: Vec<Change> = self.rows.iter().map(|row| change(input, keys, row)).collect();
        examples(input, keys, &self.rows, &mut changes);
        let found = changes.iter().any(|c| c.confidence != Confidence::Weak);
        let mut beside = differing(input, keys, &self.rows, values);
        if let Some(start) = started(input, &changes).filter(|_| found) {
            beside.extend(rare(input, keys, start, &changes));
        }
        changes.extend(beside);
        changes.sort_by_key(|change| (change.section, !change.is_clear()));
        let name = |service: u32| input.services.get(service as usize).cloned();
        Report {
            window: input.window.span,
            baseline: input.baseline.span,
            found,
            changes,
            services: self.services.into_iter().filter_map(name).collect(),
            tested: self.tested,
            skipped: self.skipped,
            units,
            notes: Vec::new(),
        }
    }
}

/// When the trouble began: the earliest record that shows one of the top rows, else where the window starts.
fn started(input: &Input<'_>, changes: &[Change]) -> Option<Timestamp> {
    let top = changes.iter().find(|c| c.section == Section::Worse && c.confidence != Confidence::Weak)?;
    if !matches!(top.kind, Kind::New | Kind::More) {
        return Some(top.span.start());
    }
    let shown = input.window.events.iter().filter(|event| top.examples.contains(&event.record));
    shown.map(|event| Timestamp::from_nanos(event.time)).min().or(Some(top.span.start()))
}

fn template<'a>(input: &'a Input<'_>, keys: &Keys, key: u32) -> Option<&'a (PatternId, String)> {
    input.templates.get(keys.list.get(key as usize)?.template as usize)
}

fn change(input: &Input<'_>, keys: &Keys, row: &Row) -> Change {
    let finding = &row.finding;
    let about = template(input, keys, finding.key);
    let table = finding.table;
    let folded = row.folded.iter().filter_map(|&key| template(input, keys, key));
    let rounded = |x: f64| (x * 100.0).round() / 100.0;
    Change {
        section: finding.section,
        kind: finding.kind,
        service: input.services.get(finding.service as usize).cloned().unwrap_or_default(),
        pattern: about.map(|(id, _)| *id),
        template: about.map(|(_, text)| text.clone()),
        after: finding.after.and_then(|key| template(input, keys, key)).map(|(_, text)| text.clone()),
        now: Rate { n: rounded(table.a), of: rounded(table.n) },
        base: Rate { n: rounded(table.y), of: rounded(table.m) },
        unit: finding.unit,
        span: span(input.window.span, finding.segments),
        score: finding.score,
        q: row.q,
        confidence: confidence(row.q),
        examples: Vec::new(),
        before: Vec::new(),
        slow_over_ns: finding.slow_over_ns,
        field: None,
        value: None,
        folded: folded.map(|(id, _)| *id).take(FOLDED).collect(),
    }
}

/// The part of the window that segments `from..=to` of three cover.
pub(super) fn span(window: TimeWindow, (from, to): (usize, usize)) -> TimeWindow {
    let at = |third: usize| -> Timestamp {
        window.start().plus_nanos((i128::from(window.nanos()) * third as i128 / 3) as i64)
    };
    TimeWindow::new(at(from), at(to + 1)).unwrap_or(window)
}
