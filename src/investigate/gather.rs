//! Turns what was found into drafts of evidence rows, most important first.
//!
//! The head of a row is our wording, its body is a line as it stands in the logs: a citation always quotes a line.

use crate::change::{Change, Kind, Rate, RuledOut};
use crate::compute::Cited;
use crate::domain::{Hit, Level, Pattern, PatternId, Record, TimeWindow, Timestamp, Zone, clock_pattern};
use crate::evidence::{About, Builder, Comparison, Draft, RowKind};
use crate::parse::without_colour;
use std::collections::BTreeMap;

/// Lines of one pattern that become rows of their own.
const LINES_PER_PATTERN: usize = 2;

/// Writes drafts into a builder.
pub(super) struct Gather<'b, 'r> {
    builder: &'b mut Builder<'r>,
    zone: &'b Zone,
    /// How times are written: with the date where the window is longer than a day.
    clock: &'static str,
}

impl<'b, 'r> Gather<'b, 'r> {
    pub(super) fn new(builder: &'b mut Builder<'r>, zone: &'b Zone, window: Option<TimeWindow>) -> Self {
        Self { builder, zone, clock: clock_pattern(window) }
    }

    /// One row per change, with a record that shows it.
    pub(super) fn comparison(&mut self, comparison: &Comparison, records: &BTreeMap<u32, Record>) {
        let order = important_first(comparison);
        for index in order {
            let change = &comparison.report.changes[index];
            let shown: Vec<&Record> =
                change.examples.iter().chain(&change.before).filter_map(|id| records.get(id)).collect();
            // Of a service that fell silent the last words tell most.
            let example = match change.kind {
                Kind::Quiet => shown.iter().max_by_key(|record| record.ts),
                _ => shown.first(),
            };
            let at = example.and_then(|record| record.ts).unwrap_or(change.span.start());
            let at = if stopped(change.kind) { change.span.start() } else { at };
            let head =
                format!("{} {} {} {}", self.clock(at), change.service, kind_word(change.kind), rates(change));
            let body = example.map_or_else(|| change.template.clone().unwrap_or_default(), |r| first_line(r));
            self.builder.push(Draft {
                kind: if change.kind == Kind::Quiet { RowKind::Silence } else { RowKind::Change },
                head,
                body,
                focus: change.value.clone(),
                records: shown.iter().map(|record| record.id.clone()).collect(),
                at: Some(at),
                service: Some(change.service.clone()),
                level: example.and_then(|record| record.level),
                about: Some(About::Change(index)),
            });
        }
        for (index, out) in comparison.incident.ruled_out.iter().enumerate() {
            self.ruled_out(index, out);
        }
    }

    fn ruled_out(&mut self, index: usize, out: &RuledOut) {
        let pattern = &out.pattern;
        let example = pattern.examples.first();
        self.builder.push(Draft {
            kind: RowKind::Pattern,
            head: self.pattern_head(pattern, pattern.count),
            body: example.map_or_else(|| pattern.template.clone(), first_line),
            focus: None,
            records: pattern.examples.iter().map(|record| record.id.clone()).collect(),
            at: pattern.first,
            service: pattern.services.first().map(|(name, _)| name.clone()),
            level: pattern.levels.first().map(|(level, _)| *level),
            about: Some(About::RuledOut(index)),
        });
    }

    /// One row per pattern of the hits, then a few lines of each.
    pub(super) fn hits(&mut self, hits: &[Hit], patterns: &[Pattern]) {
        let mut lines_of: BTreeMap<PatternId, usize> = BTreeMap::new();
        for hit in hits {
            let taken = lines_of.entry(hit.record.pattern).or_default();
            *taken += 1;
            let repeats = patterns.iter().find(|p| p.id == hit.record.pattern && p.count > 1);
            if let (1, Some(pattern)) = (*taken, repeats) {
                self.pattern(pattern, &hit.record);
                continue;
            }
            if *taken <= LINES_PER_PATTERN + 1 {
                self.line(&hit.record, None);
            }
        }
    }

    fn pattern(&mut self, pattern: &Pattern, example: &Record) {
        self.builder.push(Draft {
            kind: RowKind::Pattern,
            head: self.pattern_head(pattern, pattern.count),
            body: first_line(example),
            focus: None,
            records: std::iter::once(example)
                .chain(&pattern.examples)
                .map(|record| record.id.clone())
                .collect(),
            at: pattern.first,
            service: example.service.clone(),
            level: example.level,
            about: None,
        });
    }

    /// One record as a row of its own; `focus` survives clipping.
    pub(super) fn line(&mut self, record: &Record, focus: Option<&str>) {
        let time = record.ts.map_or_else(String::new, |at| format!("{} ", self.clock(at)));
        let service = record.service.as_deref().unwrap_or_default();
        let level = record.level.map_or_else(String::new, |level| format!(" {}", letter(level)));
        self.builder.push(Draft {
            kind: RowKind::Record,
            head: format!("{time}{service}{level}"),
            body: first_line(record),
            focus: focus.map(str::to_owned),
            records: vec![record.id.clone()],
            at: record.ts,
            service: record.service.clone(),
            level: record.level,
            about: None,
        });
    }

    /// A line a finding was computed from.
    pub(super) fn cited(&mut self, cited: &Cited) {
        let time = cited.ts.map_or_else(String::new, |at| self.clock(at));
        let (raw, quote) = (without_colour(&cited.raw), without_colour(&cited.quote));
        let (raw, quote) = (String::from_utf8_lossy(&raw), String::from_utf8_lossy(&quote));
        self.builder.push(Draft {
            kind: RowKind::Record,
            head: time,
            body: line_of(&raw, &quote).to_owned(),
            focus: Some(quote.into_owned()),
            records: vec![cited.id.clone()],
            at: cited.ts,
            service: None,
            level: None,
            about: None,
        });
    }

    /// A computed fact with the records it was computed from.
    pub(super) fn fact(&mut self, text: &str, records: Vec<crate::domain::RecordId>) {
        self.builder.push(Draft {
            kind: RowKind::Fact,
            head: "computed:".to_owned(),
            body: text.to_owned(),
            focus: None,
            records,
            at: None,
            service: None,
            level: None,
            about: Some(About::Finding),
        });
    }

    fn pattern_head(&self, pattern: &Pattern, count: u64) -> String {
        let span = match (pattern.first, pattern.last) {
            (Some(first), Some(last)) if first != last => {
                format!(" {}..{}", self.clock(first), self.clock(last))
            }
            (Some(first), _) => format!(" {}", self.clock(first)),
            _ => String::new(),
        };
        let service = pattern.services.first().map_or_else(String::new, |(name, _)| format!(" {name}"));
        let level =
            pattern.levels.first().map_or_else(String::new, |(level, _)| format!(" {}", letter(*level)));
        format!("x{count}{span}{service}{level}")
    }

    fn clock(&self, at: Timestamp) -> String {
        self.zone.format(at, self.clock)
    }
}

/// Trouble and what came before it first, so that the cap cuts the rest.
fn important_first(comparison: &Comparison) -> Vec<usize> {
    let incident = &comparison.incident;
    let mut order: Vec<usize> = Vec::new();
    let hint = comparison.report.strongest_hint().filter(|_| !comparison.report.is_clear());
    let lead = incident
        .candidates
        .iter()
        .flat_map(|c| c.trigger.into_iter().chain(c.changes.iter().copied().take(2)));
    let sign = incident.first_sign.iter().map(|(index, _)| *index);
    let all = 0..comparison.report.changes.len();
    for index in hint
        .into_iter()
        .chain(lead)
        .chain(sign)
        .chain(incident.sequence.iter().map(|(i, _)| *i).take(8))
        .chain(incident.silent.iter().map(|(i, _)| *i))
        .chain(all)
    {
        if !order.contains(&index) {
            order.push(index);
        }
    }
    order
}

const fn stopped(kind: Kind) -> bool {
    matches!(kind, Kind::Lost | Kind::Fewer)
}

const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::New => "new",
        Kind::Lost => "stopped",
        Kind::More => "more",
        Kind::Fewer => "fewer",
        Kind::Switched => "other path",
        Kind::Slow => "slower",
        Kind::Rate => "error rate",
        Kind::Quiet => "silent",
        Kind::Field => "over-represented",
        Kind::First => "rare, before the change",
    }
}

fn rates(change: &Change) -> String {
    if change.kind == Kind::First {
        return String::new();
    }
    let value = match (&change.field, &change.value) {
        (Some(field), Some(value)) => format!("{field}={value} "),
        _ => String::new(),
    };
    format!("{value}{} -> {}:", rate(change.base), rate(change.now))
}

fn rate(rate: Rate) -> String {
    format!("{:.0}/{:.0}", rate.n, rate.of)
}

const fn letter(level: Level) -> &'static str {
    match level {
        Level::Trace => "T",
        Level::Debug => "D",
        Level::Info => "I",
        Level::Notice => "N",
        Level::Warn => "W",
        Level::Error => "E",
        Level::Fatal => "F",
    }
}

/// The line of a record that holds a quote, else its first.
fn line_of<'r>(raw: &'r str, quote: &str) -> &'r str {
    let quote = quote.trim();
    let holds = raw.lines().find(|line| !quote.is_empty() && line.contains(quote));
    holds.or_else(|| raw.lines().next()).unwrap_or_default()
}

fn first_line(record: &Record) -> String {
    record.message.lines().next().unwrap_or_default().to_owned()
}
