//! Hits as lines: number, time, level, service, place, message; the same columns for answers' footnotes.

use super::line::{Line, Style};
use super::output::Output;
use crate::domain::moment;
use crate::domain::{Hit, Level, Record, Timestamp, Zone};
use std::io;

/// Terminals narrower than this show as little of the date as the records need, and places without directories.
const NARROW: usize = 110;
/// Columns a service or a place may take on a terminal.
const WIDEST: usize = 24;

/// Columns of a time with its day and milliseconds.
const WIDE_TIME: usize = 24;

/// How wide the columns of a list are.
pub(super) struct Columns {
    number: usize,
    service: usize,
    place: usize,
    narrow: bool,
    /// How far the records lie apart, in nanoseconds; and the columns their times take.
    extent: i64,
    time: usize,
    /// Columns of the terminal; `None`: nothing is shortened.
    width: Option<usize>,
}

impl Columns {
    /// Guesses for records that are not known yet but lie `extent` nanoseconds apart.
    pub(super) fn ahead(output: &Output, extent: i64) -> Self {
        let narrow = output.columns().is_some_and(|columns| columns < NARROW);
        let time =
            if narrow { moment::brief(Some(Timestamp::MIN), &Zone::utc(), extent).len() } else { WIDE_TIME };
        Self { number: 4, service: 12, place: 20, narrow, extent, time, width: output.columns() }
    }

    /// Measures the records that will be printed.
    pub(super) fn of<'r>(
        records: impl Iterator<Item = &'r Record> + Clone,
        output: &Output,
        zone: &Zone,
    ) -> Self {
        let narrow = output.columns().is_some_and(|columns| columns < NARROW);
        let whole = output.columns().is_none();
        let most = if whole { 40 } else { WIDEST };
        let service = records.clone().map(|r| r.service.as_deref().map_or(1, |s| s.chars().count())).max();
        let place = records.clone().map(|r| place(r, narrow, whole).chars().count()).max();
        let extent = moment::extent(records.clone().filter_map(|record| record.ts));
        let brief = || records.clone().map(|record| moment::brief(record.ts, zone, extent).len()).max();
        Self {
            time: if narrow { brief().unwrap_or(1) } else { WIDE_TIME },
            extent,
            number: records.count().to_string().len(),
            service: service.unwrap_or(1).min(most),
            place: place.unwrap_or(1).min(most),
            narrow,
            width: output.columns(),
        }
    }
}

/// `dir/app.log:1234`, the end of it where space is short.
fn place(record: &Record, narrow: bool, whole: bool) -> String {
    let name = if narrow { record.source.rsplit('/').next().unwrap_or("") } else { &record.source };
    let text = format!("{name}:{}", record.line);
    if whole { text } else { tail(&text, WIDEST) }
}

/// The last `columns` characters, with an ellipsis for what was left out.
fn tail(text: &str, columns: usize) -> String {
    let length = text.chars().count();
    if length <= columns {
        return text.to_owned();
    }
    std::iter::once('…').chain(text.chars().skip(length + 1 - columns)).collect()
}

fn head(text: &str, columns: usize) -> String {
    if text.chars().count() <= columns {
        return text.to_owned();
    }
    text.chars().take(columns.saturating_sub(1)).chain(['…']).collect()
}

/// The style of a level; the word itself carries the meaning.
pub(super) const fn level_style(level: Option<Level>) -> Style {
    match level {
        Some(Level::Fatal | Level::Error) => Style::Red,
        Some(Level::Warn) => Style::Yellow,
        _ => Style::Plain,
    }
}

impl Columns {
    /// Adds time, level and service, which every list of records begins with.
    pub(super) fn lead(&self, line: &mut Line, record: &Record, zone: &Zone) {
        let brief = || moment::brief(record.ts, zone, self.extent);
        let time = if self.narrow { brief() } else { moment::full(record.ts, zone) };
        let service = record.service.as_deref().unwrap_or("-");
        let service = if self.width.is_none() { service.to_owned() } else { head(service, WIDEST) };
        let level = record.level.map_or("-", Level::as_str);
        line.column(Style::Dim, &time, self.time, false)
            .push(Style::Plain, "  ")
            .column(level_style(record.level), level, 6, false)
            .push(Style::Plain, " ")
            .column(Style::Cyan, &service, self.service, false);
    }
}

/// The first line of a record's message, and how many follow.
pub(super) fn message_of(record: &Record) -> (&str, usize) {
    first_line(&record.message)
}

/// One record as a line, or two where the terminal is narrow; `number` is empty for context around a hit.
pub(super) fn record_line(number: &str, record: &Record, columns: &Columns, zone: &Zone) -> Vec<Line> {
    let (first, more) = first_line(&record.message);
    let mut line = Line::new();
    line.column(Style::Bold, number, columns.number, true).push(Style::Plain, "  ");
    columns.lead(&mut line, record, zone);
    line.push(Style::Plain, "  ")
        .column(Style::Dim, &place(record, columns.narrow, columns.width.is_none()), columns.place, false)
        .push(Style::Plain, "  ");
    let mut text = Line::new();
    text.push(Style::Plain, first);
    if more > 0 {
        text.push(Style::Dim, &format!("  (+{more} lines)"));
    }
    line.with_text(text, columns.width)
}

/// The first line with text, and how many follow.
fn first_line(message: &str) -> (&str, usize) {
    let message = message.trim_end();
    match message.split_once('\n') {
        Some((first, rest)) => (first.trim_end_matches('\r'), rest.lines().count()),
        None => (message, 0),
    }
}

/// Prints hits with their rank.
pub(super) fn hits(output: &mut Output, hits: &[Hit], zone: &Zone) -> io::Result<()> {
    let columns = Columns::of(hits.iter().map(|hit| &hit.record), output, zone);
    for hit in hits {
        output.lines(&record_line(&hit.n.to_string(), &hit.record, &columns, zone))?;
    }
    Ok(())
}

/// Prints one hit inside the records around it, with a rule before every group but the first.
pub(super) fn group(output: &mut Output, hit: &Hit, around: &[Record], zone: &Zone) -> io::Result<()> {
    if hit.n > 1 {
        output.line(Line::new().push(Style::Dim, "--"))?;
    }
    let columns = Columns::of(around.iter().chain([&hit.record]), output, zone);
    for record in around {
        let number = if record.id == hit.record.id { hit.n.to_string() } else { String::new() };
        output.lines(&record_line(&number, record, &columns, zone))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{PatternId, RecordId};

    fn record(message: &str) -> Record {
        Record {
            id: RecordId("logs/checkout.log:7".to_owned()),
            ts: Some(Timestamp::from_millis(1_705_311_731_123)),
            level: Some(Level::Error),
            service: Some("checkout".to_owned()),
            message: message.to_owned(),
            raw: message.as_bytes().to_vec(),
            source: "logs/checkout.log".to_owned(),
            line: 7,
            pattern: PatternId::of_template("x"),
            fields: Vec::new(),
        }
    }

    fn shown(message: &str, columns: Option<usize>) -> String {
        let layout = Columns {
            number: 1,
            service: 8,
            place: if columns.is_some() { 14 } else { 19 },
            narrow: columns.is_some(),
            extent: 0,
            time: if columns.is_some() { 9 } else { WIDE_TIME },
            width: columns,
        };
        let lines = record_line("1", &record(message), &layout, &Zone::utc());
        lines.iter().map(|line| line.render(false, columns)).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_pipe_gets_everything_and_a_terminal_what_fits() {
        let message = "payment failed: no connection in 30 s, gave up\n  at pool.rs\n  at main.rs";
        assert_eq!(
            shown(message, None),
            "1  2024-01-15 09:42:11.123Z  error  checkout  logs/checkout.log:7  \
             payment failed: no connection in 30 s, gave up  (+2 lines)"
        );
        assert_eq!(
            shown(message, Some(80)),
            "1  09:42:11Z  error  checkout  checkout.log:7\n    payment failed: no connection in 30 s, gave up  (+2 lines)"
        );
    }

    #[test]
    fn a_long_place_keeps_its_end() {
        assert_eq!(tail("very/long/path/app.log:12", 12), "…/app.log:12");
        assert_eq!(head("checkout-service", 8), "checkou…");
    }

    #[test]
    fn on_a_narrow_terminal_times_keep_the_day_where_records_lie_days_apart() {
        let day = 86_400_000_000_000i64;
        let lead = |extent: i64| {
            let columns =
                Columns { number: 1, service: 8, place: 14, narrow: true, extent, time: 1, width: Some(80) };
            let mut line = Line::new();
            columns.lead(&mut line, &record("x"), &Zone::utc());
            line.render(false, Some(80))
        };
        assert!(lead(day / 2).starts_with("09:42:11Z  error"), "{}", lead(day / 2));
        assert!(lead(40 * day).starts_with("01-15 09:42:11Z  error"), "{}", lead(40 * day));
        assert!(lead(900 * day).starts_with("2024-01-15 09:42:11Z  error"), "{}", lead(900 * day));
    }
}
