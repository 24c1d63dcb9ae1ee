//! `watchfire diff`: what just broke, a window of time against the time before it, or files against files.

use super::arguments::Diff;
use super::exit::{Exit, Stop};
use super::open::Opened;
use super::output::Output;
use super::session::Session;
use super::{document, print_changes, request};
use crate::domain::moment;
use crate::local::steady_newest;
use crate::port::{ChangeReply, ChangeRequest, Search as _};
use std::time::Instant;

pub(super) fn run(arguments: &Diff, session: &Session, output: &mut Output) -> Result<Exit, Stop> {
    let level = request::check_which(&arguments.which)?;
    let (window, baseline) = (arguments.window.as_deref(), arguments.baseline.as_deref());
    request::spans(window, baseline, None)?;
    request::require_paths(&arguments.paths, "watchfire diff app.log --window 15m")?;
    let paths = [arguments.paths.as_slice(), arguments.against.as_slice()].concat();
    let mut opened = session.open(&paths, &arguments.reading, &arguments.which, level, output)?;
    if !arguments.against.is_empty() {
        opened.logs = opened.logs.with_baseline(&arguments.against);
    }
    let end = opened.scope.window.map(|window| window.end().plus_nanos(-1));
    let steady = if end.is_none() && window.is_some() { steady_newest(opened.logs.store()) } else { None };
    if let Some(note) = steady.as_ref().and_then(|(_, note)| note.as_ref()) {
        output.warn(note);
        opened.degraded.push(note.clone());
    }
    let end = end.or(steady.map(|(newest, _)| newest));
    let (window, baseline) = request::spans(window, baseline, end)?;
    let start = Instant::now();
    let request = ChangeRequest { scope: opened.scope.clone(), window, baseline };
    let reply = session.wait(opened.logs.changes(request, session.interrupt.asking.clone()))?;
    opened.timings.add("compare", start.elapsed());
    opened.degraded.extend(reply.degraded.iter().cloned());
    let nothing = reply.report.changes.is_empty();
    print(arguments, opened, &reply, output)?;
    Ok(if nothing { Exit::Nothing } else { Exit::Found })
}

fn print(arguments: &Diff, opened: Opened, reply: &ChangeReply, output: &mut Output) -> Result<(), Stop> {
    let report = &reply.report;
    if arguments.json.json {
        let Opened { zone, degraded, timings, .. } = opened;
        let document = document::Diff::of(report, &reply.records, &zone, &degraded, timings);
        output.document(&document)?;
        return Ok(());
    }
    for sentence in &reply.degraded {
        output.warn(sentence);
    }
    let zone = &opened.zone;
    output.inform(&format!(
        "window {} against {}",
        moment::window(&report.window, zone),
        moment::window(&report.baseline, zone)
    ));
    for note in &report.notes {
        output.inform(note);
    }
    if report.changes.is_empty() {
        output.inform("no change found: the window looks like its baseline");
    } else if !report.found {
        output.inform("nothing stands out from chance; the strongest hints follow, labelled weak");
    } else if !report.is_clear() {
        output.inform("nothing clearly broke; what differs follows, as hints");
    }
    print_changes::report(output, report, zone, arguments.limit)?;
    Ok(())
}
