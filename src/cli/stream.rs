//! `search --stream`: matching records as they are read, the first before reading ends; a few files joined by time.

use super::arguments::Search;
use super::document::StreamedHit;
use super::exit::{Exit, Stop};
use super::open::{inputs, sentences};
use super::output::Output;
use super::print_hits::{Columns, record_line};
use super::request;
use super::session::Session;
use crate::domain::{Level, PatternId, Record, RecordId, Zone};
use crate::local::{Selection, Streamed, stream_matching};
use crate::query::Query;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

/// How far records that are not known yet may lie apart, in nanoseconds: their day is shown.
const MONTHS: i64 = 90 * 86_400_000_000_000;
/// Longest time a record of a file waits for others before it is shown.
const PATIENCE: Duration = Duration::from_millis(20);

pub(super) fn run(
    arguments: &Search,
    query: &Query,
    level: Option<Level>,
    limit: usize,
    session: &Session,
    output: &mut Output,
) -> Result<Exit, Stop> {
    let zone = session.settings.zone.value.clone().unwrap_or_else(Zone::utc);
    let selection = Selection {
        window: request::absolute_window(&arguments.which, &zone)?,
        level,
        services: arguments.which.service.iter().cloned().collect(),
        sources: Vec::new(),
    };
    let live = arguments.paths.iter().any(|path| path == Path::new("-"));
    let mut printer = Printer::new(arguments, &zone, live, output);
    let inputs = inputs(&arguments.paths, &session.interrupt);
    let options = session.options(&arguments.reading);
    let notes = stream_matching(inputs, &options, query, &selection, &mut |streamed| {
        printer.print(streamed);
        let enough = printer.shown >= limit || session.interrupt.seen() || printer.failed.is_some();
        if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let Printer { shown, failed, .. } = printer;
    if let Some(error) = failed {
        return Err(error.into());
    }
    let notes = notes.map_err(|error| Stop::usage(error.to_string()))?;
    for sentence in sentences(&notes) {
        output.warn(&sentence);
    }
    if session.interrupt.seen() {
        output.warn("partial: stopped before everything was read");
    }
    Ok(if shown == 0 { Exit::Nothing } else { Exit::Found })
}

/// Prints records as they pass.
struct Printer<'p> {
    arguments: &'p Search,
    zone: &'p Zone,
    columns: Columns,
    output: &'p mut Output,
    /// Bytes may be long in coming: show every record at once.
    live: bool,
    flushed: Instant,
    shown: usize,
    failed: Option<io::Error>,
}

impl<'p> Printer<'p> {
    fn new(arguments: &'p Search, zone: &'p Zone, live: bool, output: &'p mut Output) -> Self {
        let columns = Columns::ahead(output, MONTHS);
        Self { arguments, zone, columns, output, live, flushed: Instant::now(), shown: 0, failed: None }
    }

    fn print(&mut self, streamed: &Streamed<'_>) {
        self.shown += 1;
        self.failed = self.write(streamed).err();
    }

    fn write(&mut self, streamed: &Streamed<'_>) -> io::Result<()> {
        if self.arguments.raw {
            self.output.raw(streamed.raw)?;
            self.output.raw(b"\n")?;
        } else {
            let record = record_of(streamed, self.arguments.json.json);
            if self.arguments.json.json {
                self.output.document_line(&StreamedHit::of(self.shown, &record))?;
            } else {
                let number = self.shown.to_string();
                self.output.lines(&record_line(&number, &record, &self.columns, self.zone))?;
            }
        }
        if self.live || self.shown == 1 || self.flushed.elapsed() > PATIENCE {
            self.flushed = Instant::now();
            self.output.flush()?;
        }
        Ok(())
    }
}

fn record_of(streamed: &Streamed<'_>, with_fields: bool) -> Record {
    let mut message = String::from_utf8_lossy(streamed.body).into_owned();
    if let Some(more) = streamed.raw.iter().position(|byte| *byte == b'\n') {
        message.push_str(&String::from_utf8_lossy(streamed.raw.get(more..).unwrap_or_default()));
    }
    Record {
        id: RecordId(format!("{}:{}", streamed.source, streamed.line)),
        ts: streamed.ts,
        level: streamed.level,
        service: Some(streamed.service.to_owned()),
        message,
        raw: streamed.raw.to_vec(),
        source: streamed.source.to_owned(),
        line: streamed.line,
        // Never shown: a pattern is known only when everything has been read.
        pattern: PatternId::of_template(""),
        fields: if with_fields { streamed.layout.fields(streamed.raw) } else { Vec::new() },
    }
}
