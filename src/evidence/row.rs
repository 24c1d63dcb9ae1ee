//! One numbered row of evidence and the set of them.

use crate::domain::{Level, RecordId, Timestamp};
use serde::{Deserialize, Serialize};

/// What a row states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RowKind {
    /// A number or value computed over lines.
    Fact,
    /// A difference between the window and its baseline.
    Change,
    /// A pattern with its counts and an example.
    Pattern,
    /// One record: a line behind a fact, a neighbour of a hit, a rare line.
    Record,
    /// A service that stopped talking.
    Silence,
}

/// The structure of the brief a row words, so that an answerer can cite it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum About {
    /// A row of the report, by index.
    Change(usize),
    /// A notable pattern that does not fit the change, by index.
    RuledOut(usize),
    /// The computed fact.
    Finding,
}

/// One row as it is sent, with the lines behind it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvidenceRow {
    /// Number a citation uses, from 1.
    pub n: usize,
    /// What the row states.
    pub kind: RowKind,
    /// The text as sent: redacted, control characters visible. Citations are checked against it.
    pub text: String,
    /// Part of `text` an analyst quotes when the row as a whole is meant (byte range).
    #[serde(skip)]
    pub quote: std::ops::Range<usize>,
    /// Records behind the row; the first is opened by `Enter` on `[n]`.
    pub records: Vec<RecordId>,
    /// Time of the first record behind the row.
    pub at: Option<Timestamp>,
    /// Service the row is about.
    pub service: Option<String>,
    /// Severity of the row's records.
    pub level: Option<Level>,
    /// What of the brief it words.
    #[serde(skip)]
    pub about: Option<About>,
}

impl EvidenceRow {
    /// The words to quote for the row as a whole; always a part of [`EvidenceRow::text`].
    #[must_use]
    pub fn quoted(&self) -> &str {
        self.text.get(self.quote.clone()).unwrap_or(&self.text)
    }

    /// Our own words in front of the log's (time, service, counts); empty where a row holds no log text.
    #[must_use]
    pub fn lead(&self) -> &str {
        self.text.get(..self.quote.start).unwrap_or_default()
    }

    /// The citation of this row, in the syntax [`check`](super::check) reads.
    #[must_use]
    pub fn cite(&self) -> String {
        format!("[{} \"{}\"]", self.n, self.quoted().replace('"', "\\\""))
    }

    /// A citation whose quote holds `value` with a few bytes around it, if the row's text has it.
    #[must_use]
    pub fn cite_value(&self, value: &str) -> Option<String> {
        let at = self.text.find(value)?;
        let start = floor_boundary(&self.text, at.saturating_sub(16));
        let end = floor_boundary(&self.text, (at + value.len() + 8).min(self.text.len()));
        let end = end.max(at + value.len());
        let quote = self.text[start..end].trim();
        Some(format!("[{} \"{}\"]", self.n, quote.replace('"', "\\\"")))
    }
}

/// Everything that is sent with one question.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Evidence {
    /// Rows in the order sent; `rows[i].n == i + 1`.
    pub rows: Vec<EvidenceRow>,
    /// Sentences about what was not sent and why (cap, lines that address the model).
    pub left_out: Vec<String>,
    /// Secret values masked in the rows.
    pub masked: usize,
    /// Estimated tokens of all rows (bytes / 2.5, an estimate without a provider's count).
    pub tokens: u64,
}

impl Evidence {
    /// The row with number `n`, if it was sent.
    #[must_use]
    pub fn row(&self, n: usize) -> Option<&EvidenceRow> {
        n.checked_sub(1).and_then(|index| self.rows.get(index))
    }

    /// The row that words a part of the brief.
    #[must_use]
    pub fn row_about(&self, about: About) -> Option<&EvidenceRow> {
        self.rows.iter().find(|row| row.about == Some(about))
    }

    /// The row a record is best cited by: its own line if sent, else a row it stands behind.
    #[must_use]
    pub fn row_of(&self, id: &RecordId) -> Option<&EvidenceRow> {
        let own = self.rows.iter().find(|row| row.kind == RowKind::Record && row.records.first() == Some(id));
        own.or_else(|| self.rows.iter().find(|row| row.records.contains(id)))
    }
}

/// The largest char boundary at or before `at`.
pub(super) fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&index| text.is_char_boundary(index)).unwrap_or(0)
}
