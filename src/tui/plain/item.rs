//! A row of a list: its words, safe to print, and the record behind it.

use crate::app::{ChangeRow, PatternRow, Row, RowBody, RowId, section_name};
use crate::domain::{Level, Pattern, Record, RecordId, Zone, moment};
use crate::evidence::EvidenceRow;
use crate::investigate::Broke;
use crate::safety::display_line;

/// Longest text of a row, in characters; `open` says the whole.
const LONGEST: usize = 300;
/// Most lines of a record that are said.
const LINES: usize = 400;

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    /// The number it is opened by.
    pub(super) number: usize,
    /// Its words.
    pub(super) text: String,
    /// The record that stands for it.
    pub(super) id: Option<RecordId>,
}

impl Item {
    /// A record in one line: time, level, service, message.
    pub(super) fn record(number: usize, record: &Record, zone: &Zone) -> Self {
        Self { number, text: record_line(record, zone), id: Some(record.id.clone()) }
    }

    /// A pattern with its count, levels and services.
    pub(super) fn pattern(number: usize, pattern: &Pattern) -> Self {
        let row = PatternRow::of(pattern, None);
        let mut about: Vec<String> = row.services.iter().take(3).cloned().collect();
        if row.errors > 0 {
            about.push(format!("{} of error or above", moment::count(row.errors)));
        }
        let about = if about.is_empty() { String::new() } else { format!(" ({})", about.join(", ")) };
        let id = pattern.examples.first().map(|record| record.id.clone());
        let row = Row { id: RowId::Pattern(pattern.id), body: RowBody::Pattern(row) };
        Self { number, text: clipped(&row.text()) + &about, id }
    }

    /// The rows of a comparison, in its order; the section is said where it changes.
    pub(super) fn changes(broke: &Broke) -> Vec<Self> {
        let changes = broke.comparison.report.changes.iter().enumerate();
        let mut section = None;
        let rows = changes.map(|(at, change)| {
            let records = change.examples.iter().filter_map(|no| broke.records.get(no));
            let example = records.clone().next();
            let level: Option<Level> = records.filter_map(|record| record.level).max();
            let row = ChangeRow::of(change, level);
            let text = Row { id: RowId::Change(at), body: RowBody::Change(row) }.text();
            let begins = section.replace(change.section) != Some(change.section);
            let lead = if begins { format!("{}: ", section_name(change.section)) } else { String::new() };
            Self { number: at + 1, text: lead + &clipped(&text), id: example.map(|record| record.id.clone()) }
        });
        rows.collect()
    }

    /// A row of evidence, under the number the answer cites it by.
    pub(super) fn evidence(row: &EvidenceRow) -> Self {
        // As sent it has been made safe; only its breaks are not.
        let text = row.text.replace(['\n', '\t'], " ");
        Self { number: row.n, text: clipped(&text), id: row.records.first().cloned() }
    }
}

/// `2024-01-15 09:42:11Z error payment: pool exhausted`.
pub(super) fn record_line(record: &Record, zone: &Zone) -> String {
    let mut text = moment::seconds(record.ts, zone);
    if let Some(level) = record.level {
        text = format!("{text} {}", level.as_str());
    }
    if let Some(service) = &record.service {
        text = format!("{text} {}", display_line(service.as_bytes()));
    }
    let mut lines = record.message.trim().lines();
    let first: String = lines.next().unwrap_or_default().chars().take(2 * LONGEST).collect();
    let first = clipped(&display_line(first.as_bytes()));
    match lines.count() {
        0 => format!("{text}: {first}"),
        more => format!("{text}: {first} (and {more} more lines)"),
    }
}

/// A record with all that is known of it, line by line; not safe yet.
pub(super) fn whole_record(record: &Record, zone: &Zone) -> Vec<String> {
    let level = record.level.map_or("no level", Level::as_str);
    let service = record.service.as_deref().unwrap_or("no service");
    let time = moment::full(record.ts, zone);
    let mut lines = vec![format!("{time}, {level}, {service}, {} line {}", record.source, record.line)];
    let message: Vec<&str> = record.message.trim_end().lines().collect();
    lines.extend(message.iter().take(LINES).map(|line| format!("message: {line}")));
    if message.len() > LINES {
        lines.push(format!("and {} more lines", message.len() - LINES));
    }
    lines.extend(record.fields.iter().map(|field| format!("field {}: {}", field.name, field.value)));
    lines
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text.to_owned(),
    }
}
