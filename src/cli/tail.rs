//! `watchfire tail`: records as they are written, new patterns called out, with a mark where a file was rotated or cut.

use super::arguments::Tail;
use super::document::{Mark, Tailed};
use super::exit::{Exit, Stop};
use super::line::{Line, Style};
use super::open::sentences;
use super::output::Output;
use super::print_hits::{Columns, level_style, message_of};
use super::request;
use super::session::Session;
use crate::domain::{Level, Record, Timestamp, Zone, moment};
use crate::local::{Begin, FollowOptions, Followable, Followed, Follower, MarkKind, satisfies};
use crate::query::{Matcher, Query};
use std::io;
use std::path::Path;

// size: one story from arguments to the loop, half of it the loop
pub(super) fn run(arguments: &Tail, session: &Session, output: &mut Output) -> Result<Exit, Stop> {
    request::require_paths(&arguments.paths, "watchfire tail app.log")?;
    let zone = session.settings.zone.value.clone().unwrap_or_else(Zone::utc);
    let (level, since) =
        request::live_which(arguments.level.as_deref(), arguments.since.as_deref(), session.now, &zone)?;
    let query = arguments.matching.as_deref().map(|text| {
        request::check_length(text, &session.settings)?;
        Query::literal(text, usize::MAX).map_err(|error| Stop::usage(error.to_string()))
    });
    let query = query.transpose()?;
    let wanted = Wanted {
        since,
        level,
        service: arguments.service.as_deref(),
        matcher: query.as_ref().map(|query| Matcher::new(&query.expr)),
    };
    let reading = session.options(&arguments.reading);
    let begin = since.map_or(Begin::End, Begin::Since);
    let options = FollowOptions { reading: &reading, begin, store: None, most_behind: None };
    let (mut follower, notes) =
        Follower::new(sources(arguments)?, &options).map_err(|error| Stop::usage(error.to_string()))?;
    for sentence in sentences(&notes) {
        output.warn(&sentence);
    }
    output.flush()?;
    let mut printer =
        Printer { arguments, zone: &zone, columns: Columns::ahead(output, 0), counts: Counts::default() };
    while !session.interrupt.seen() {
        for followed in follower.poll() {
            printer.print(&followed, &wanted, output)?;
        }
        output.flush()?;
        if follower.is_over() {
            break;
        }
        follower.wait();
    }
    for followed in follower.finish() {
        printer.print(&followed, &wanted, output)?;
    }
    output.flush()?;
    output.inform(&printer.counts.sentence());
    Ok(if printer.counts.records == 0 { Exit::Nothing } else { Exit::Found })
}

/// Paths as given; `-` is standard input, once.
fn sources(arguments: &Tail) -> Result<Vec<Followable>, Stop> {
    use std::os::fd::AsFd as _;
    let mut piped = false;
    let mut sources = Vec::new();
    for path in &arguments.paths {
        if path != Path::new("-") {
            sources.push(Followable::Path(path.clone()));
        } else if !std::mem::replace(&mut piped, true) {
            let file = io::stdin().as_fd().try_clone_to_owned();
            let file = file.map_err(|error| Stop::usage(format!("cannot read standard input: {error}")))?;
            sources.push(Followable::Stream { name: "-".to_owned(), file: file.into() });
        }
    }
    Ok(sources)
}

/// Which records are printed.
struct Wanted<'a> {
    since: Option<Timestamp>,
    level: Option<Level>,
    service: Option<&'a str>,
    matcher: Option<Matcher>,
}

impl Wanted<'_> {
    fn takes(&self, record: &Record) -> bool {
        let late = self.since.is_none_or(|since| record.ts.is_none_or(|ts| ts >= since));
        let severe = self.level.is_none_or(|least| record.level.is_some_and(|level| level >= least));
        let own = record.service.as_deref().unwrap_or_default();
        let named = self.service.is_none_or(|name| name.eq_ignore_ascii_case(own));
        late && severe && named && self.matcher.as_ref().is_none_or(|matcher| satisfies(record, matcher))
    }
}

#[derive(Default)]
struct Counts {
    records: u64,
    new: u64,
    marks: u64,
}

impl Counts {
    /// `1,204 records, 2 new patterns, 1 mark`.
    fn sentence(&self) -> String {
        let some = |count: u64, one: &str, many: &str| {
            format!("{} {}", moment::count(count), if count == 1 { one } else { many })
        };
        format!(
            "{}, {}, {}",
            some(self.records, "record", "records"),
            some(self.new, "new pattern", "new patterns"),
            some(self.marks, "mark", "marks")
        )
    }
}

struct Printer<'p> {
    arguments: &'p Tail,
    zone: &'p Zone,
    columns: Columns,
    counts: Counts,
}

impl Printer<'_> {
    fn print(&mut self, followed: &Followed, wanted: &Wanted<'_>, output: &mut Output) -> io::Result<()> {
        let json = self.arguments.json.json;
        match followed {
            Followed::Record(record, fresh) => {
                if !wanted.takes(record) {
                    return Ok(());
                }
                self.counts.records += 1;
                self.counts.new += u64::from(*fresh);
                if json {
                    return output.document_line(&Tailed::of(record, *fresh));
                }
                output.line(&self.line(record, *fresh))
            }
            Followed::Mark { source, kind, text } => {
                self.counts.marks += 1;
                if json {
                    return output.document_line(&Mark::of(source, kind.name(), text));
                }
                output.line(&mark_line(source, kind, text))
            }
        }
    }

    /// `new` or nothing, time, level, service, pattern, message.
    fn line(&self, record: &Record, fresh: bool) -> Line {
        let (message, more) = message_of(record);
        let mut line = Line::new();
        line.column(Style::Bold, if fresh { "new" } else { "" }, 4, false);
        self.columns.lead(&mut line, record, self.zone);
        line.push(Style::Plain, "  ")
            .push(Style::Dim, &record.pattern.to_string())
            .push(Style::Plain, "  ")
            .push(level_style(record.level), message);
        if more > 0 {
            line.push(Style::Dim, &format!("  (+{more} lines)"));
        }
        line
    }
}

/// A mark on a line of its own, which no record looks like.
fn mark_line(source: &str, kind: &MarkKind, text: &str) -> Line {
    let style = if matches!(kind, MarkKind::Cut | MarkKind::Gap | MarkKind::Gone) {
        Style::Yellow
    } else {
        Style::Dim
    };
    let mut line = Line::new();
    line.push(style, "---- ");
    if !source.is_empty() {
        line.push(style, source).push(style, " ");
    }
    line.push(style, text).push(style, " ----");
    line
}
