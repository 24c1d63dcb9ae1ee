//! Rows of a list: typed, safe to show, each with an identity that survives new results.

use super::change_row::ChangeRow;
use super::measure::section_name;
use crate::change::Section;
use crate::domain::{Level, Pattern, PatternId, Record, RecordId, Timestamp, moment};
use crate::evidence::EvidenceRow;
use crate::port::RawLine;
use crate::safety::{display_line, display_safe};
use std::sync::Arc;

/// Most lines of an unfolded record shown in a list; the detail shows all.
const UNFOLDED: usize = 60;
/// Longest text of a row that is laid out, in bytes; the rest is in the record's detail.
const LONGEST: usize = 8 * 1024;

/// Identity of a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowId {
    /// Heading of a section of changes.
    Section(Section),
    /// A change, by its place in the report.
    Change(usize),
    /// A pattern.
    Pattern(PatternId),
    /// A record.
    Record(RecordId),
    /// A row of evidence.
    Evidence(usize),
    /// A physical line.
    Line(u64),
    /// A source.
    Source(usize),
    /// A mark in a live stream.
    Divider(u64),
}

/// What a pattern is beside the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Not seen before the change.
    New,
    /// Much more often since the change.
    Surge,
    /// Stopped or became rare.
    Lost,
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Identity.
    pub id: RowId,
    /// What it shows.
    pub body: RowBody,
}

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
pub enum RowBody {
    /// Heading of a section: how many rows are below it, and whether they are hidden.
    Section(Section, usize, bool),
    /// A change.
    Change(ChangeRow),
    /// A pattern.
    Pattern(PatternRow),
    /// A record.
    Record(RecordLine),
    /// A row of evidence.
    Evidence(EvidenceLine),
    /// A physical line.
    Raw(RawRow),
    /// A source.
    Source(SourceRow),
    /// A mark in a live stream (rotation, gap).
    Divider(String),
}

/// A pattern with its counts.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternRow {
    /// Its template.
    pub template: String,
    /// Records.
    pub count: u64,
    /// First and last time.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Most severe level and how many records have it.
    pub level: Option<Level>,
    /// Records of level error or above.
    pub errors: u64,
    /// Services, most first.
    pub services: Vec<String>,
    /// Beside the comparison.
    pub mark: Option<Mark>,
    /// When: records per equal slice of the window, relative to the largest, 0 to 8; empty while unknown.
    pub spark: Vec<u8>,
}

impl PatternRow {
    /// The row of a pattern.
    #[must_use]
    pub fn of(pattern: &Pattern, mark: Option<Mark>) -> Self {
        let errors = pattern.levels.iter().filter(|(level, _)| *level >= Level::Error);
        let usual = pattern.levels.iter().max_by_key(|(_, count)| *count);
        Self {
            template: display_line(pattern.template.as_bytes()).into_owned(),
            count: pattern.count,
            span: pattern.first.zip(pattern.last),
            level: usual.map(|(level, _)| *level),
            errors: errors.map(|(_, count)| count).sum(),
            services: pattern
                .services
                .iter()
                .map(|(name, _)| display_line(name.as_bytes()).into_owned())
                .collect(),
            mark,
            spark: Vec::new(),
        }
    }
}

/// A record as a line, unfolded as several.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordLine {
    /// The record.
    pub record: Arc<Record>,
    /// Its lines, safe to show; the first is the message's first.
    pub lines: Vec<String>,
    /// Lines beyond those kept.
    pub more: usize,
    /// Whether only the first is shown.
    pub folded: bool,
    /// Rank and why, for a hit.
    pub rank: Option<(usize, String)>,
    /// Whether it is the first of its pattern in a live stream.
    pub fresh: bool,
}

impl RecordLine {
    /// The line of a record.
    #[must_use]
    pub fn of(record: Arc<Record>) -> Self {
        let mut end = record.message.len().min(LONGEST);
        while !record.message.is_char_boundary(end) {
            end -= 1;
        }
        let text = display_safe(record.message.get(..end).unwrap_or_default().as_bytes()).into_owned();
        let total = record.message.lines().count();
        let lines: Vec<String> = text.lines().take(UNFOLDED).map(|line| line.replace('\t', "    ")).collect();
        let lines = if lines.is_empty() { vec![String::new()] } else { lines };
        let more = total.saturating_sub(lines.len());
        Self { record, lines, more, folded: true, rank: None, fresh: false }
    }
}

/// A row of evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct EvidenceLine {
    /// Its number.
    pub n: usize,
    /// Its text as sent.
    pub text: String,
    /// Time, if it is about a moment.
    pub at: Option<Timestamp>,
    /// Service.
    pub service: Option<String>,
    /// Level.
    pub level: Option<Level>,
    /// Records behind it.
    pub records: Vec<RecordId>,
    /// Whether the answer cites it.
    pub cited: bool,
}

impl EvidenceLine {
    /// The line of a row.
    #[must_use]
    pub fn of(row: &EvidenceRow, cited: bool) -> Self {
        Self {
            n: row.n,
            text: display_line(row.text.as_bytes()).into_owned(),
            at: row.at,
            service: row.service.as_deref().map(|name| display_line(name.as_bytes()).into_owned()),
            level: row.level,
            records: row.records.clone(),
            cited,
        }
    }
}

/// A physical line.
#[derive(Clone, Debug, PartialEq)]
pub struct RawRow {
    /// Its number in the file, 1-based.
    pub number: u64,
    /// Its text.
    pub text: String,
    /// Whether it goes on.
    pub cut: bool,
}

impl RawRow {
    /// The row of a line.
    #[must_use]
    pub fn of(line: &RawLine) -> Self {
        let kept = line.bytes.get(..line.bytes.len().min(LONGEST)).unwrap_or_default();
        let cut = line.is_cut || kept.len() < line.bytes.len();
        let text = display_line(kept).replace('\t', "    ");
        Self { number: line.number, text, cut }
    }
}

/// A source.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceRow {
    /// Its name.
    pub name: String,
    /// As the log side knows it.
    pub file: String,
}

impl Row {
    /// A record as a row.
    #[must_use]
    pub fn record(record: Record) -> Self {
        let record = Arc::new(record);
        Self { id: RowId::Record(record.id.clone()), body: RowBody::Record(RecordLine::of(record)) }
    }

    /// A physical line as a row.
    #[must_use]
    pub fn line(line: &RawLine) -> Self {
        Self { id: RowId::Line(line.number), body: RowBody::Raw(RawRow::of(line)) }
    }

    /// The text that is searched and copied.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.body {
            RowBody::Section(section, count, _) => format!("{} ({count})", section_name(*section)),
            RowBody::Change(row) => {
                let after = row.after.as_ref().map_or_else(String::new, |after| format!(" after {after}"));
                let (kind, rates) = (row.kind.as_str(), row.rates());
                format!("{kind} {} {}{after} {rates} {}", row.service, row.text, row.sure)
            }
            RowBody::Pattern(row) => format!("x{} {}", moment::count(row.count), row.template),
            RowBody::Record(row) => row.lines.join("\n"),
            RowBody::Evidence(row) => format!("[{}] {}", row.n, row.text),
            RowBody::Raw(row) => row.text.clone(),
            RowBody::Source(row) => row.name.clone(),
            RowBody::Divider(text) => text.clone(),
        }
    }

    /// The record behind it, if it is one.
    #[must_use]
    pub fn as_record(&self) -> Option<&Arc<Record>> {
        match &self.body {
            RowBody::Record(row) => Some(&row.record),
            _ => None,
        }
    }

    /// The pattern behind it.
    #[must_use]
    pub fn pattern(&self) -> Option<PatternId> {
        match (&self.id, &self.body) {
            (RowId::Pattern(id), _) => Some(*id),
            (_, RowBody::Change(row)) => row.pattern,
            (_, RowBody::Record(row)) => Some(row.record.pattern),
            _ => None,
        }
    }

    /// Its service.
    #[must_use]
    pub fn service(&self) -> Option<&str> {
        match &self.body {
            RowBody::Change(row) => Some(row.service.as_str()).filter(|name| !name.is_empty()),
            RowBody::Pattern(row) => row.services.first().map(String::as_str),
            RowBody::Record(row) => row.record.service.as_deref(),
            RowBody::Evidence(row) => row.service.as_deref(),
            _ => None,
        }
    }

    /// Whether it stands for errors.
    #[must_use]
    pub fn is_error(&self) -> bool {
        match &self.body {
            RowBody::Pattern(row) => row.errors > 0,
            RowBody::Record(row) => row.record.level.is_some_and(|level| level >= Level::Error),
            RowBody::Change(row) => row.level.is_some_and(|level| level >= Level::Error),
            RowBody::Evidence(row) => row.level.is_some_and(|level| level >= Level::Error),
            _ => false,
        }
    }
}
