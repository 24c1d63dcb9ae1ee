//! `watchfire search`: ranked hits, or the same query as a grep.

use super::arguments::{Order, Search};
use super::document::{self, HitInContext, Window};
use super::exit::{Exit, Stop};
use super::line::{Line, Style};
use super::moment;
use super::open::Opened;
use super::output::Output;
use super::session::Session;
use super::{print_hits, request, stream};
use crate::domain::{Hit, Record};
use crate::port::{Browse as _, Search as _, SearchReply, SearchRequest, Sort};
use crate::query::Query;
use std::sync::Arc;
use std::time::Instant;

pub(super) fn run(arguments: &Search, session: &Session, output: &mut Output) -> Result<Exit, Stop> {
    request::check_query(&arguments.query)?;
    request::check_length(&arguments.query, &session.settings)?;
    let query = Query::parse(&arguments.query, usize::MAX).map_err(|error| Stop::usage(error.to_string()))?;
    let level = request::check_which(&arguments.which)?;
    request::require_paths(&arguments.paths, "watchfire search timeout app.log")?;
    let limit = limit(arguments, session)?;
    if arguments.stream {
        return stream::run(arguments, &query, level, limit, session, output);
    }
    let mut opened = session.open(&arguments.paths, &arguments.reading, &arguments.which, level, output)?;
    let start = Instant::now();
    let query = Arc::new(query);
    let ask = |exact| {
        let request = SearchRequest {
            query: Arc::clone(&query),
            scope: opened.scope.clone(),
            limit: if arguments.count { 1 } else { limit },
            sort: sort(arguments),
            exact,
        };
        session.wait(opened.logs.search(request, session.interrupt.asking.clone()))
    };
    let mut reply = ask(arguments.count)?;
    // A quick search that gave up proves nothing; only reading on may say "nothing found".
    if reply.total == 0 && reply.at_least {
        reply = ask(true)?;
    }
    opened.timings.add("search", start.elapsed());
    opened.degraded.extend(reply.degraded.iter().cloned());
    print(arguments, session, opened, &reply, output)?;
    Ok(if reply.total == 0 { Exit::Nothing } else { Exit::Found })
}

fn print(
    arguments: &Search,
    session: &Session,
    opened: Opened,
    reply: &SearchReply,
    output: &mut Output,
) -> Result<(), Stop> {
    if arguments.json.json {
        return document(arguments, session, opened, reply, output);
    }
    for sentence in &reply.degraded {
        output.warn(sentence);
    }
    if arguments.count {
        let at_least = if reply.at_least { ">= " } else { "" };
        output.line(Line::new().push(Style::Plain, &format!("{at_least}{}", reply.total)))?;
    } else if arguments.raw {
        for hit in &reply.hits {
            raw(&hit.record, output)?;
        }
    } else {
        summary(&opened, reply, output);
        let (before, after) = context(arguments);
        if before + after == 0 {
            print_hits::hits(output, &reply.hits, &opened.zone)?;
        } else {
            for hit in &reply.hits {
                let around = around(session, &opened, hit, before, after)?;
                print_hits::group(output, hit, &around, &opened.zone)?;
            }
        }
    }
    Ok(())
}

/// The record as in the file, hostile bytes shown, nothing shortened.
fn raw(record: &Record, output: &mut Output) -> Result<(), Stop> {
    output.raw(&record.raw)?;
    output.raw(b"\n")?;
    Ok(())
}

/// `12 of 2,396 records match` with what was added to the query.
fn summary(opened: &Opened, reply: &SearchReply, output: &mut Output) {
    let at_least = if reply.at_least { "at least " } else { "" };
    let total = moment::count(reply.total);
    let records = moment::count(u64::from(opened.logs.store().len()));
    let mut text = match reply.total {
        0 => format!("nothing found in {records} records"),
        _ => format!("{at_least}{total} of {records} records match, {} shown", reply.hits.len()),
    };
    if !reply.expansions.is_empty() {
        text.push_str(&format!("; also searched: {}", reply.expansions.join(", ")));
    }
    output.inform(&text);
}

fn document(
    arguments: &Search,
    session: &Session,
    opened: Opened,
    reply: &SearchReply,
    output: &mut Output,
) -> Result<(), Stop> {
    let (before, after) = context(arguments);
    let mut hits = Vec::with_capacity(reply.hits.len());
    if !arguments.count {
        for hit in &reply.hits {
            let context = (before + after > 0).then(|| around(session, &opened, hit, before, after));
            hits.push(HitInContext { hit, context: context.transpose()? });
        }
    }
    output.document(&document::Search {
        schema: "watchfire.search/1",
        query: &arguments.query,
        window: opened.scope.window.map(|window| Window::of(&window, &opened.zone)),
        total: reply.total,
        total_at_least: reply.at_least,
        expansions: &reply.expansions,
        hits,
        degraded: &opened.degraded,
        timings_ms: opened.timings,
    })?;
    Ok(())
}

fn around(
    session: &Session,
    opened: &Opened,
    hit: &Hit,
    before: usize,
    after: usize,
) -> Result<Vec<Record>, Stop> {
    session.wait(opened.logs.context(&hit.record.id, before, after))
}

/// `-C` for both sides, `-B` and `-A` for one.
fn context(arguments: &Search) -> (usize, usize) {
    let both = arguments.context.unwrap_or(0);
    (arguments.before_context.unwrap_or(both), arguments.after_context.unwrap_or(both))
}

fn sort(arguments: &Search) -> Sort {
    match arguments.sort {
        Some(Order::Rank) => Sort::Rank,
        Some(Order::Time) => Sort::Time,
        None if arguments.raw || arguments.stream => Sort::Time,
        None => Sort::Rank,
    }
}

/// Raw and streamed output is a grep: everything, unless a limit is given.
fn limit(arguments: &Search, session: &Session) -> Result<usize, Stop> {
    match arguments.limit {
        None if arguments.raw || arguments.stream => Ok(usize::MAX),
        asked => request::limit(asked, &session.settings),
    }
}
