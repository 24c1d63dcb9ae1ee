//! `watchfire patterns`: the pattern table, or one pattern id per line.

use super::arguments::Patterns;
use super::document::{self, Window};
use super::exit::{Exit, Stop};
use super::open::Opened;
use super::output::Output;
use super::session::Session;
use super::{print_patterns, request};
use crate::domain::moment;
use crate::port::Search as _;
use std::time::Instant;

pub(super) fn run(arguments: &Patterns, session: &Session, output: &mut Output) -> Result<Exit, Stop> {
    let level = request::check_which(&arguments.which)?;
    request::require_paths(&arguments.paths, "watchfire patterns app.log")?;
    let mut opened = session.open(&arguments.paths, &arguments.reading, &arguments.which, level, output)?;
    if arguments.assign {
        return assign(&opened, output);
    }
    let start = Instant::now();
    let scope = opened.scope.clone();
    let mut patterns = session.wait(opened.logs.patterns(scope, session.interrupt.asking.clone()))?;
    opened.timings.add("patterns", start.elapsed());
    let total = patterns.len();
    let records: u64 = patterns.iter().map(|pattern| pattern.count).sum();
    patterns.truncate(arguments.limit.unwrap_or(usize::MAX));
    let unparsed = opened.logs.store().not_understood().count() as u64;
    if arguments.json.json {
        output.document(&document::Patterns {
            schema: "watchfire.patterns/1",
            window: opened.scope.window.map(|window| Window::of(&window, &opened.zone)),
            records,
            total,
            unparsed,
            patterns: patterns.iter().map(document::PatternRow::of).collect(),
            degraded: &opened.degraded,
            timings_ms: opened.timings,
        })?;
    } else {
        summary(&opened, records, total, unparsed, output);
        if total > 0 {
            print_patterns::table(output, &patterns, &opened.zone)?;
        }
    }
    Ok(if total == 0 { Exit::Nothing } else { Exit::Found })
}

/// How much there is, and what is not explained.
fn summary(opened: &Opened, records: u64, total: usize, unparsed: u64, output: &mut Output) {
    output.inform(&format!(
        "{}{} records, {} patterns",
        if opened.partial { "partial: " } else { "" },
        moment::count(records),
        moment::count(total as u64)
    ));
    if unparsed > 0 {
        let unparsed = moment::count(unparsed);
        output.inform(&format!(
            "{unparsed} records hold lines that their file's format does not explain: `watchfire search is:unparsed` shows them"
        ));
    }
}

/// One id per physical line, in order; `-` for blank lines and headings.
fn assign(opened: &Opened, output: &mut Output) -> Result<Exit, Stop> {
    let mut written = Ok(());
    opened
        .logs
        .store()
        .assign(|pattern| {
            if written.is_ok() {
                let text = pattern.map_or_else(|| "-\n".to_owned(), |id| format!("{id}\n"));
                written = output.raw(text.as_bytes());
            }
        })
        .map_err(|error| Stop::Said { code: 3, message: error.to_string() })?;
    written?;
    Ok(if opened.logs.store().is_empty() { Exit::Nothing } else { Exit::Found })
}
