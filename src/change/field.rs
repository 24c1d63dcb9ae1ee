//! Which value differs: pod, host, version, user .. that the troubled records share and the others do not.
//!
//! The records behind the worst rows are held against other records of the same services, one 2x2 G test per value,
//! Benjamini and Hochberg over all of them (the model is Honeycomb's BubbleUp). A field whose value follows from the
//! pattern (a method, a file name) would only say the pattern again, so a field counts only where it varies inside
//! some pattern.

use super::rank::{Row, confidence, span};
use super::stat::{Table, false_discovery};
use super::tally::END;
use super::{Change, Event, Input, Kind, Rate, Section, Unit, Values, key::Keys};
use rustc_hash::{FxHashMap, FxHashSet};

/// Records looked at per side.
const SAMPLE: usize = 400;
/// Rows whose records count as trouble.
const ROWS: usize = 5;
/// Rows reported.
const REPORTED: usize = 4;
/// Least difference of the two rates.
const EFFECT: f64 = 0.25;
/// Most distinct values of a field; beyond that it is an identifier.
const DISTINCT: usize = 100;
/// Longest value compared, bytes.
const LONGEST: usize = 80;

/// Finds over-represented values behind the worst rows.
pub(super) fn differing(
    input: &Input<'_>,
    keys: &Keys,
    rows: &[Row],
    values: &mut dyn Values,
) -> Vec<Change> {
    let trouble: Vec<&Row> = rows
        .iter()
        .filter(|row| row.finding.section == Section::Worse && row.q <= 0.05 && row.finding.key != END)
        .filter(|row| matches!(row.finding.kind, Kind::New | Kind::More))
        .take(ROWS)
        .collect();
    let Some(top) = trouble.first() else { return Vec::new() };
    let wanted: FxHashSet<(u32, u32)> = trouble.iter().map(|r| (r.finding.service, r.finding.key)).collect();
    let services: FxHashSet<u32> = trouble.iter().map(|r| r.finding.service).collect();
    let (mut inside, mut outside) = (Vec::new(), Vec::new());
    for (event, &key) in input.window.events.iter().zip(&keys.now) {
        if wanted.contains(&(event.service, key)) {
            inside.push((event, key));
        } else if services.contains(&event.service) {
            outside.push((event, key));
        }
    }
    let mut book = Book::default();
    book.read(&inside, 0, values);
    book.read(&outside, 1, values);
    let service = input.services.get(top.finding.service as usize).cloned().unwrap_or_default();
    book.changes(&service, span(input.window.span, top.finding.segments))
}

/// Values by field, counted inside and outside the trouble.
#[derive(Default)]
struct Book {
    counts: FxHashMap<(String, String), [u32; 2]>,
    /// Records that have the field at all.
    having: FxHashMap<String, [u32; 2]>,
    /// Values seen per field and pattern; `None` once there are two.
    inside_pattern: FxHashMap<(String, u32), Option<String>>,
    varies: FxHashSet<String>,
    examples: FxHashMap<(String, String), Vec<u32>>,
}

impl Book {
    fn read(&mut self, events: &[(&Event, u32)], side: usize, values: &mut dyn Values) {
        let step = events.len().div_ceil(SAMPLE).max(1);
        for (event, key) in events.iter().step_by(step) {
            let mut seen = FxHashSet::default();
            for field in values.fields(event.record) {
                if field.value.is_empty() || field.value.len() > LONGEST || !seen.insert(field.name.clone()) {
                    continue;
                }
                self.count(field.name, field.value, *key, side, event.record);
            }
        }
    }

    fn count(&mut self, name: String, value: String, key: u32, side: usize, record: u32) {
        self.having.entry(name.clone()).or_default()[side] += 1;
        let first = self.inside_pattern.entry((name.clone(), key)).or_insert_with(|| Some(value.clone()));
        if first.as_ref().is_some_and(|first| *first != value) {
            *first = None;
            self.varies.insert(name.clone());
        }
        if side == 0 {
            let examples = self.examples.entry((name.clone(), value.clone())).or_default();
            if examples.len() < 3 {
                examples.push(record);
            }
        }
        self.counts.entry((name, value)).or_default()[side] += 1;
    }

    fn changes(&self, service: &str, span: crate::domain::TimeWindow) -> Vec<Change> {
        let mut distinct: FxHashMap<&str, usize> = FxHashMap::default();
        for (name, _) in self.counts.keys() {
            *distinct.entry(name).or_default() += 1;
        }
        let mut tests: Vec<(&(String, String), Table)> = Vec::new();
        for (pair, counts) in &self.counts {
            let having = self.having[&pair.0].map(f64::from);
            let usable = self.varies.contains(&pair.0)
                && (2..=DISTINCT).contains(&distinct[pair.0.as_str()])
                && having[0] >= 3.0
                && having[1] >= 3.0;
            if usable {
                let [a, y] = counts.map(f64::from);
                tests.push((pair, Table { a, n: having[0], y, m: having[1] }));
            }
        }
        tests.sort_by(|a, b| b.1.g().total_cmp(&a.1.g()).then_with(|| a.0.cmp(b.0)));
        let q = false_discovery(&tests.iter().map(|(_, table)| table.p()).collect::<Vec<_>>(), 0);
        let mut named = FxHashSet::default();
        let passing = tests.iter().zip(q).filter(|((pair, table), q)| {
            *q <= 0.05 && table.effect() >= EFFECT && named.insert(pair.0.as_str())
        });
        passing.take(REPORTED).map(|((pair, table), q)| self.change(service, span, pair, table, q)).collect()
    }

    fn change(
        &self,
        service: &str,
        span: crate::domain::TimeWindow,
        pair: &(String, String),
        table: &Table,
        q: f64,
    ) -> Change {
        Change {
            section: Section::Worse,
            kind: Kind::Field,
            service: service.to_owned(),
            pattern: None,
            template: None,
            after: None,
            now: Rate { n: table.a, of: table.n },
            base: Rate { n: table.y, of: table.m },
            unit: Unit::Records,
            span,
            score: table.g() * table.effect(),
            q,
            confidence: confidence(q),
            examples: self.examples.get(pair).cloned().unwrap_or_default(),
            before: Vec::new(),
            slow_over_ns: None,
            field: Some(pair.0.clone()),
            value: Some(pair.1.clone()),
            folded: Vec::new(),
        }
    }
}
