//! CSV, TSV and W3C logs: a first line that names the columns, then one row per record.
//!
//! What CloudWatch Logs Insights, Kibana, OpenSearch Dashboards and spreadsheets export. Quoted cells may hold
//! doubled quotes and line breaks; the state between lines lives in the caller. Hand-written because rows come line
//! by line and cells are borrowed; the csv crate wants whole rows.

use super::gather::Gathered;
use super::keys::{Meaning, meaning};
use super::object::Pairs;
use super::read::Parts;
use super::sink::Sink;
use super::time::DayOrder;
use std::borrow::Cow;

/// Rows that are looked at to believe a heading.
const TRIAL_ROWS: usize = 200;
/// Most columns of a table.
const MOST_COLUMNS: usize = 512;

/// The columns of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    delimiter: u8,
    heading: Vec<u8>,
    columns: Vec<(Vec<u8>, Option<Meaning>)>,
    has_time: bool,
    has_message: bool,
}

/// One cell and what follows it.
struct Cell<'l> {
    value: Cow<'l, [u8]>,
    /// The line ended inside quotes.
    open: bool,
    /// Start of the next cell; `None` at the end of the row.
    next: Option<usize>,
}

/// A row taken apart.
pub(super) struct Row<'l> {
    /// Time, level, service; the body is the message cell.
    pub(super) parts: Parts<'l>,
    /// Whether the last cell is still open.
    pub(super) open: bool,
    /// Whether there was a message cell.
    pub(super) has_message: bool,
    /// Whether the row has all its cells and a time where one belongs.
    pub(super) fits: bool,
}

impl Table {
    /// Finds the heading of a table at the start of a source.
    pub(super) fn detect(lines: &[&[u8]]) -> Option<Self> {
        if let Some(fields) = lines.iter().take(10).find_map(|line| line.strip_prefix(b"#Fields: ")) {
            return Self::named(fields, b' ');
        }
        let start = lines.iter().position(|line| !line.trim_ascii().is_empty())?;
        let heading = *lines.get(start)?;
        let rows = lines.get(start + 1..)?;
        let table = [b'\t', b',', b';'].into_iter().find_map(|delimiter| Self::named(heading, delimiter))?;
        let said = |meaning: &Option<Meaning>| {
            matches!(meaning, Some(Meaning::Time(_) | Meaning::Message(_) | Meaning::Level(_)))
        };
        (table.columns.iter().any(|(_, meaning)| said(meaning)) && table.holds(rows)).then_some(table)
    }

    /// A table whose heading is this line; `None` if it cannot be one.
    pub(super) fn named(heading: &[u8], delimiter: u8) -> Option<Self> {
        let heading = heading.strip_prefix(b"\xef\xbb\xbf").unwrap_or(heading).trim_ascii();
        let mut columns = Vec::new();
        let mut at = Some(0);
        while let Some(start) = at {
            let cell = cell(heading, start, delimiter);
            let name = cell.value.trim_ascii();
            let letters = name.iter().any(u8::is_ascii_alphabetic);
            if cell.open
                || !letters
                || name.len() > 64
                || !name.iter().all(is_name_byte)
                || columns.len() >= MOST_COLUMNS
            {
                return None;
            }
            columns.push((name.to_vec(), meaning(name)));
            at = cell.next;
        }
        let has = |wanted: fn(&Meaning) -> bool| {
            columns.iter().any(|(_, meaning)| meaning.as_ref().is_some_and(wanted))
        };
        let has_time = has(|meaning| matches!(meaning, Meaning::Time(_)));
        let has_message = has(|meaning| matches!(meaning, Meaning::Message(_)));
        let table = Self { delimiter, heading: heading.to_vec(), columns, has_time, has_message };
        (table.columns.len() >= 2).then_some(table)
    }

    /// Whether nearly all rows have as many cells as the heading.
    fn holds(&self, rows: &[&[u8]]) -> bool {
        let (mut fitting, mut seen, mut open) = (0, 0, false);
        for row in rows.iter().take(TRIAL_ROWS).filter(|row| !row.is_empty()) {
            if open {
                open = !closes(row);
                continue;
            }
            let (count, still_open) = self.count(row);
            open = still_open;
            seen += 1;
            fitting += usize::from(count == self.columns.len() || open && count <= self.columns.len());
        }
        seen > 0 && fitting * 10 >= seen * 9
    }

    fn count(&self, row: &[u8]) -> (usize, bool) {
        let mut at = Some(0);
        let (mut count, mut open) = (0, false);
        while let Some(start) = at {
            let cell = cell(row, start, self.delimiter);
            (at, open) = (cell.next, cell.open);
            count += 1;
        }
        (count, open)
    }

    /// Whether a line is the heading (again) or a directive of a W3C log.
    pub(super) fn is_heading(&self, line: &[u8]) -> bool {
        line.trim_ascii() == self.heading
            || line.strip_prefix(b"\xef\xbb\xbf").is_some_and(|line| line.trim_ascii() == self.heading)
            || (self.delimiter == b' ' && line.starts_with(b"#"))
    }

    /// The name in notes.
    pub(super) fn name(&self) -> &'static str {
        match self.delimiter {
            b'\t' => "tsv",
            b' ' => "w3c",
            _ => "csv",
        }
    }

    /// Takes a row apart. A row without a message column has its cells as `name=value` pairs for a body.
    pub(super) fn read<'l, S: Sink>(&self, row: &'l [u8], order: DayOrder, sink: &mut S) -> Row<'l> {
        let mut gathered: Gathered<'l, Cow<'l, [u8]>> = Gathered::new();
        let mut rest = Pairs::default();
        let (mut at, mut open, mut count) = (Some(0), false, 0);
        let mut object = None;
        while let Some(start) = at {
            let cell = cell(row, start, self.delimiter);
            (at, open) = (cell.next, cell.open);
            let Some((name, found)) = self.columns.get(count) else {
                count += 1;
                continue;
            };
            count += 1;
            if S::WANTED && !matches!(found, Some(Meaning::Message(_))) && !cell.value.is_empty() {
                sink.put(name, &cell.value);
            }
            match found {
                _ if cell.value.is_empty() => {}
                Some(Meaning::Message(rank)) => gathered.take_message(*rank, cell.value),
                Some(found) => gathered.take(*found, || cell.value, order),
                None if !self.has_message && cell.value.starts_with(b"{") && cell.value.ends_with(b"}") => {
                    object = Some(cell.value);
                }
                None if !self.has_message && &*cell.value != b"-" => rest.put(name, &cell.value),
                None => {}
            }
        }
        let whole = count == self.columns.len() || (open && count <= self.columns.len());
        let fits = whole && (!self.has_time || gathered.time.is_some());
        let service = gathered.settled_service();
        let message = gathered.message.map(|(_, message)| message).or(object);
        let (has_message, time) = (message.is_some(), gathered.time.map(|(_, time)| time));
        let body = message.unwrap_or(Cow::Owned(rest.out));
        Row {
            parts: Parts { time, level: gathered.level, service, body, ..Parts::body(b"") },
            open,
            has_message,
            fits,
        }
    }
}

fn is_name_byte(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'.' | b'@' | b'-' | b' ' | b'/' | b'(' | b')' | b'#' | b'%')
}

/// The cell that starts at `at`.
fn cell(row: &[u8], at: usize, delimiter: u8) -> Cell<'_> {
    let rest = row.get(at..).unwrap_or_default();
    if rest.first() == Some(&b'"') && delimiter != b' ' {
        return quoted(row, at + 1, delimiter);
    }
    let length = memchr::memchr(delimiter, rest);
    let value = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
    Cell { value: Cow::Borrowed(value), open: false, next: length.map(|length| at + length + 1) }
}

fn quoted(row: &[u8], start: usize, delimiter: u8) -> Cell<'_> {
    let mut at = start;
    let mut doubled = false;
    let close = loop {
        let Some(offset) = memchr::memchr(b'"', row.get(at..).unwrap_or_default()) else { break None };
        at += offset;
        if row.get(at + 1) != Some(&b'"') {
            break Some(at);
        }
        doubled = true;
        at += 2;
    };
    let raw = row.get(start..close.unwrap_or(row.len())).unwrap_or_default();
    let value = if doubled { Cow::Owned(undoubled(raw)) } else { Cow::Borrowed(raw) };
    let Some(close) = close else { return Cell { value, open: true, next: None } };
    let behind = row.get(close + 1..).unwrap_or_default();
    let next = memchr::memchr(delimiter, behind).map(|offset| close + 1 + offset + 1);
    Cell { value, open: false, next }
}

fn undoubled(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(offset) = memchr::memchr(b'"', raw.get(at..).unwrap_or_default()) {
        out.extend_from_slice(&raw[at..=at + offset]);
        at += offset + 2;
    }
    out.extend_from_slice(raw.get(at..).unwrap_or_default());
    out
}

/// Whether a line inside a quoted cell leaves the row closed at its end.
pub(super) fn closes(line: &[u8]) -> bool {
    memchr::memchr_iter(b'"', line).count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_undone_and_open_cells_seen() {
        let table = Table::named(b"Time,Message,Pod", b',').unwrap();
        let row = table.read(
            b"2024-01-15T10:00:00Z,\"said \"\"no\"\", left\",cart-0",
            DayOrder::MonthFirst,
            &mut Vec::new(),
        );
        assert_eq!(&*row.parts.body, b"said \"no\", left");
        assert!(row.fits && !row.open);
        let row = table.read(b"2024-01-15T10:00:00Z,\"first", DayOrder::MonthFirst, &mut Vec::new());
        assert_eq!(&*row.parts.body, b"first");
        assert!(row.fits && row.open);
    }

    #[test]
    fn prose_with_commas_is_no_table() {
        let lines: [&[u8]; 3] = [b"starting, please wait", b"ready, go", b"done, bye"];
        assert_eq!(Table::detect(&lines), None);
        let lines: [&[u8]; 2] = [b"time,message", b"2024-01-15T10:00:00Z,x"];
        assert!(Table::detect(&lines).is_some());
    }
}
