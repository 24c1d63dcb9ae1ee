//! How tall rows are, and the words for what happened.

use super::row::{Row, RowBody};
use crate::change::Section;
use unicode_width::UnicodeWidthStr;

/// Columns in front of a record's text besides its time: pin, level and service.
pub const INDENT: usize = 16;
/// Columns in front of a physical line: its number.
pub const RAW_INDENT: usize = 10;
/// Columns in front of a row of evidence: its number.
pub const EVIDENCE_INDENT: usize = 5;
/// Lines of a row of evidence that is longer than one.
pub const EVIDENCE_LINES: usize = 2;

/// What decides how tall rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fit {
    /// Whether long lines are wrapped.
    pub wrap: bool,
    /// Columns of the list.
    pub width: usize,
    /// Columns of a record's time.
    pub clock: usize,
}

/// Lines a row takes: one when lines are cut, more when they are wrapped or a record is unfolded.
#[must_use]
pub fn height(row: &Row, fit: Fit) -> usize {
    let Fit { wrap, width, clock } = fit;
    let wrapped = |text: &str, indent: usize| match wrap {
        true => text.width().div_ceil(width.saturating_sub(indent).max(10)).max(1),
        false => 1,
    };
    let record = INDENT + clock;
    match &row.body {
        RowBody::Record(line) if line.folded => {
            wrapped(line.lines.first().map_or("", String::as_str), record)
        }
        RowBody::Record(line) => {
            line.lines.iter().map(|text| wrapped(text, record)).sum::<usize>() + usize::from(line.more > 0)
        }
        RowBody::Raw(raw) => wrapped(&raw.text, RAW_INDENT),
        RowBody::Evidence(line) if wrap => wrapped(&line.text, EVIDENCE_INDENT),
        RowBody::Evidence(line) => {
            let columns = width.saturating_sub(EVIDENCE_INDENT + 1).max(10);
            if line.text.width() > columns { EVIDENCE_LINES } else { 1 }
        }
        _ => 1,
    }
}

/// Name of a section.
#[must_use]
pub const fn section_name(section: Section) -> &'static str {
    match section {
        Section::Worse => "worse",
        Section::Path => "other path",
        Section::Slower => "slower",
        Section::Recovered => "recovered",
    }
}
