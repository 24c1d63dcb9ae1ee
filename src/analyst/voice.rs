//! How the analyst speaks: lines of Markdown, times in one zone, counts with separators, citations of rows.

use crate::domain::{RecordId, TimeWindow, Timestamp, Zone, clock_pattern};
use crate::evidence::{About, Evidence};

/// Collects an answer.
#[derive(Debug)]
pub(super) struct Voice<'e> {
    evidence: &'e Evidence,
    zone: &'e Zone,
    clock: &'static str,
    text: String,
}

impl<'e> Voice<'e> {
    pub(super) fn new(evidence: &'e Evidence, zone: &'e Zone, window: Option<TimeWindow>) -> Self {
        Self { evidence, zone, clock: clock_pattern(window), text: String::new() }
    }

    /// Appends one line.
    pub(super) fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    /// A time with its zone, with the date where the window is longer than a day.
    pub(super) fn time(&self, at: Timestamp) -> String {
        format!("{} {}", self.zone.format(at, self.clock), self.zone.label())
    }

    /// The citation of what words a part of the brief, with a space in front; empty if it was not sent.
    pub(super) fn cite(&self, about: About) -> String {
        self.evidence.row_about(about).map_or_else(String::new, |row| format!(" {}", row.cite()))
    }

    /// The log's own words of the row about a part of the brief, as code.
    pub(super) fn words(&self, about: About) -> Option<String> {
        let row = self.evidence.row_about(about)?;
        let body = row.text.get(row.quote.start..)?;
        (!body.is_empty()).then(|| format!("`{}`", body.replace('`', "'")))
    }

    /// The citation of a record with a quote that holds `value` if possible, with a space in front.
    pub(super) fn cite_record(&self, id: &RecordId, value: Option<&str>) -> String {
        let Some(row) = self.evidence.row_of(id) else { return String::new() };
        let exact = value.filter(|v| !v.is_empty()).and_then(|value| row.cite_value(value));
        format!(" {}", exact.unwrap_or_else(|| row.cite()))
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// `2396` as `2,396`.
pub(super) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count of something, with its noun.
pub(super) fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// A span of nanoseconds in words (`38 s`, `4 min`, `2.5 h`).
pub(super) fn span(nanos: i64) -> String {
    let seconds = nanos as f64 / 1e9;
    match seconds.abs() {
        s if s < 1.0 => format!("{:.0} ms", seconds * 1e3),
        s if s < 120.0 => format!("{seconds:.0} s"),
        s if s < 7_200.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3_600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_spans_read_like_a_person_writes_them() {
        assert_eq!(count(0), "0");
        assert_eq!(count(2_396), "2,396");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(counted(1, "record", "records"), "1 record");
        assert_eq!(span(38_000_000_000), "38 s");
        assert_eq!(span(61_000_000), "61 ms");
    }
}
