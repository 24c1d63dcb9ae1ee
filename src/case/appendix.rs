//! The lines a report rests on: cited rows, records of changes and pins, numbered anew, each record once.

use super::entry::{SavedHit, SavedRow};
use crate::domain::{Level, RecordId, Timestamp};
use crate::safety::{display_line, display_safe, unescape};
use serde::Serialize;
use std::collections::BTreeMap;

/// A line of the appendix.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Its number, from 1.
    pub n: usize,
    /// Event time.
    pub at: Option<Timestamp>,
    /// Service.
    pub service: Option<String>,
    /// Severity.
    pub level: Option<Level>,
    /// The text as it was sent or pinned, control characters visible; may have several lines.
    pub text: String,
    /// Our own words in front of the log's, a part of `text`.
    #[serde(skip)]
    pub(super) lead: String,
    /// The record it stands for: `source:line`.
    pub place: Option<String>,
    /// Further records behind it.
    pub more: usize,
    /// Whether an answer cites it.
    pub cited: bool,
    /// Whether it was pinned.
    pub pinned: bool,
}

impl Line {
    /// The log's own words.
    pub(super) fn body(&self) -> &str {
        self.text.strip_prefix(self.lead.as_str()).unwrap_or(&self.text)
    }
}

/// Text of any origin with its control characters visible, several lines.
pub(super) fn visible(text: &str) -> String {
    display_safe(text.as_bytes()).into_owned()
}

/// The same on one line.
pub(super) fn one_line(text: &str) -> String {
    display_line(text.as_bytes()).into_owned()
}

/// Text that was made visible when it was sent, made so again without doing it twice.
pub(super) fn visible_again(text: &str) -> String {
    display_safe(&unescape(text)).into_owned()
}

/// The numbered lines, each record once.
#[derive(Default)]
pub(super) struct Appendix {
    pub(super) lines: Vec<Line>,
    /// Number of the line that stands for a record.
    known: BTreeMap<RecordId, usize>,
}

impl Appendix {
    /// Takes a cited row; several answers may cite the same one.
    pub(super) fn cite(&mut self, row: &SavedRow) -> usize {
        let text = visible_again(&row.text);
        if let Some(line) = self.lines.iter_mut().find(|line| line.text == text && line.at == row.at) {
            line.cited = true;
            return line.n;
        }
        let n = self.lines.len() + 1;
        let first = row.records.first();
        if let Some(id) = first {
            self.known.entry(id.clone()).or_insert(n);
        }
        self.lines.push(Line {
            n,
            at: row.at,
            service: row.service.as_deref().map(one_line),
            level: row.level,
            text,
            lead: visible_again(&row.lead),
            place: first.map(|id| one_line(&id.0)),
            more: row.records_total.saturating_sub(1),
            cited: true,
            pinned: false,
        });
        n
    }

    /// Takes a record that is not cited by an answer, or finds the line that stands for it.
    pub(super) fn record(&mut self, hit: &SavedHit) -> usize {
        if let Some(&n) = self.known.get(&hit.id) {
            return n;
        }
        let n = self.lines.len() + 1;
        self.known.insert(hit.id.clone(), n);
        self.lines.push(Line {
            n,
            at: hit.ts,
            service: hit.service.as_deref().map(one_line),
            level: hit.level,
            text: visible(&hit.message),
            lead: String::new(),
            place: Some(one_line(&hit.id.0)),
            more: 0,
            cited: false,
            pinned: false,
        });
        n
    }

    pub(super) fn pin(&mut self, hit: &SavedHit) {
        let n = self.record(hit);
        if let Some(line) = self.lines.iter_mut().find(|line| line.n == n) {
            line.pinned = true;
        }
    }

    pub(super) fn number(&self, record: Option<&RecordId>) -> Option<usize> {
        self.known.get(record?).copied()
    }
}
