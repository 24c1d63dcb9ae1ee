//! `watchfire search`: ranked hits, or the same query as a grep (`--count`, `--raw`, `--stream`, `-A -B -C`), which finds
//! what is written and nothing else.

use super::arguments::{Order, Search};
use super::document::{self, HitInContext, Window};
use super::exit::{Exit, Stop};
use super::line::{Line, Style};
use super::open::Opened;
use super::output::Output;
use super::session::Session;
use super::{print_hits, raw, request, stream};
use crate::domain::{Hit, Record, moment};
use crate::port::{Browse as _, Search as _, SearchReply, SearchRequest, Sort};
use crate::query::{Query, is_question};
use std::sync::Arc;
use std::time::Instant;

pub(super) fn run(arguments: &Search, session: &Session, output: &mut Output) -> Result<Exit, Stop> {
    request::check_query(&arguments.query)?;
    request::check_length(&arguments.query, &session.settings)?;
    request::check_modes(arguments)?;
    let query = query(arguments)?;
    let level = request::check_which(&arguments.which)?;
    request::require_paths(&arguments.paths, "watchfire search timeout app.log")?;
    let limit = limit(arguments, session)?;
    if arguments.stream {
        return stream::run(arguments, &query, level, limit, session, output);
    }
    let mut opened = session.open(&arguments.paths, &arguments.reading, &arguments.which, level, output)?;
    if arguments.raw && sort(arguments) == Sort::Time {
        return raw::run(Arc::new(query), context(arguments), limit, &opened, session, output);
    }
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

/// A grep means what it says: no word is added by the thesaurus and none is left out.
fn query(arguments: &Search) -> Result<Query, Stop> {
    let whole = arguments.count || arguments.raw || arguments.stream;
    let around = context(arguments) != (0, 0);
    let read = match whole || (around && !is_question(&arguments.query)) {
        true => Query::literal(&arguments.query, usize::MAX),
        false => Query::parse(&arguments.query, usize::MAX),
    };
    read.map_err(|error| Stop::usage(error.to_string()))
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
        let at_least = if reply.at_least || opened.partial { ">= " } else { "" };
        output.line(Line::new().push(Style::Plain, &format!("{at_least}{}", reply.total)))?;
    } else if arguments.raw {
        let found = reply.hits.iter().filter_map(|hit| opened.logs.store().find_id(&hit.record.id));
        raw::print(found, context(arguments), opened.logs.store(), output)?;
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

/// `12 of 2,396 records match` with what was added to the query.
fn summary(opened: &Opened, reply: &SearchReply, output: &mut Output) {
    let at_least = if reply.at_least { "at least " } else { "" };
    let partial = if opened.partial { "partial: " } else { "" };
    let total = moment::count(reply.total);
    let records = moment::count(u64::from(opened.logs.store().len()));
    let mut text = match reply.total {
        0 => format!("{partial}nothing found in {records} records"),
        _ => format!("{partial}{at_least}{total} of {records} records match, {} shown", reply.hits.len()),
    };
    if !reply.expansions.is_empty() {
        let also = reply.expansions.join(", ");
        text.push_str(&format!("; also searched: {also} (quote a word to have it alone)"));
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
