//! One run of consecutive physical lines: what must be remembered from line to line, and what is peeled off a line
//! before its text is read (merging prefixes, table rows).

use super::keys::{KeyMemo, RANK_CONTAINER, RANK_POD};
use super::plan::Plan;
use super::prefix::{Prefix, Prefixed, is_stern_note};
use super::read::{Parts, Reader, Verdict};
use super::service::without_replica;
use super::sink::Sink;
use super::streams::Streams;
use super::table::{Table, closes};
use std::borrow::Cow;

/// The state of a run.
#[derive(Debug, Default)]
pub(super) struct Run {
    memo: KeyMemo,
    streams: Streams,
    /// Whether a record came before.
    after_record: bool,
    /// Inside a quoted cell of a table.
    open: bool,
    /// A table row was recognised, so `open` can be trusted.
    synced: bool,
    /// Whether messages are wanted whole, not just their first line.
    whole: bool,
}

impl Run {
    /// A run in the middle of a source: a record came before.
    pub(super) fn midway() -> Self {
        Self { after_record: true, ..Self::default() }
    }

    /// A run that wants whole messages.
    pub(super) fn of_whole_messages() -> Self {
        Self { whole: true, ..Self::default() }
    }

    /// Takes one physical line apart.
    pub(super) fn read<'l, S: Sink>(
        &mut self,
        plan: &Plan,
        line: &'l [u8],
        cut_off: bool,
        sink: &mut S,
    ) -> Parts<'l> {
        self.streams.begin();
        let mut parts = match &plan.table {
            Some(table) => self.row(plan, table, line, sink),
            None => self.line(plan, line, cut_off, sink),
        };
        if parts.verdict == Verdict::Unknown && plan.plain && !line.starts_with(b"{") {
            parts.verdict = Verdict::Start;
        }
        let continues = match parts.verdict {
            Verdict::Start | Verdict::Heading => self.streams.current().partial,
            Verdict::Continuation | Verdict::UnknownContinuation => true,
            Verdict::Unknown => plan.timed && self.after_record,
        };
        if continues {
            parts.verdict = if parts.verdict == Verdict::Unknown {
                Verdict::UnknownContinuation
            } else {
                Verdict::Continuation
            };
        }
        self.streams.settle(&mut parts);
        self.after_record |= parts.verdict != Verdict::Heading;
        parts
    }

    /// Whether the line read last ended inside a quoted cell of a table.
    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    fn reader<'p>(&'p mut self, plan: &'p Plan, cut_off: bool) -> Reader<'p> {
        Reader {
            plan,
            memo: &mut self.memo,
            streams: &mut self.streams,
            after_record: self.after_record,
            cut_off,
            whole: self.whole,
        }
    }

    fn line<'l, S: Sink>(&mut self, plan: &Plan, line: &'l [u8], cut_off: bool, sink: &mut S) -> Parts<'l> {
        let Some(prefix) = plan.prefix else {
            return self.reader(plan, cut_off).text(line, 0, sink);
        };
        match prefix.split(line) {
            Some(prefixed) => {
                let outer = container(&prefixed, sink);
                self.streams.enter(prefixed.pod);
                self.streams.enter(prefixed.container.unwrap_or_default());
                let inner = self.reader(plan, cut_off).inner(prefixed.rest, true, 0, sink);
                let grammar = inner.grammar;
                Parts { grammar, ..outer.around(inner) }
            }
            None if prefix == Prefix::Stern && is_stern_note(line) => {
                Parts { verdict: Verdict::Heading, ..Parts::body(line) }
            }
            None => self.reader(plan, cut_off).text(line, 0, sink),
        }
    }

    /// A row of a table. A run that starts inside a quoted cell finds its first row by its cells: as many as the
    /// heading has, and a time where one belongs.
    fn row<'l, S: Sink>(&mut self, plan: &Plan, table: &Table, line: &'l [u8], sink: &mut S) -> Parts<'l> {
        if self.open {
            self.open = !closes(line);
            let end = if self.open { line.len() } else { memchr::memchr(b'"', line).unwrap_or(line.len()) };
            let body = line.get(..end).unwrap_or(line);
            return Parts { verdict: Verdict::Continuation, ..Parts::body(body) };
        }
        if table.is_heading(line) {
            self.synced = true;
            return Parts { verdict: Verdict::Heading, ..Parts::body(line) };
        }
        let row = table.read(line, plan.order, sink);
        if !row.fits {
            let verdict = if self.synced { Verdict::Unknown } else { Verdict::Continuation };
            return Parts { verdict, ..Parts::body(line) };
        }
        (self.synced, self.open) = (true, row.open);
        let mut outer = row.parts;
        outer.grammar = table.name();
        if !row.has_message {
            return outer;
        }
        match std::mem::take(&mut outer.body) {
            Cow::Borrowed(cell) => {
                let inner = self.reader(plan, row.open).cell(cell, sink);
                outer.around(inner)
            }
            Cow::Owned(cell) => {
                let inner = self.reader(plan, row.open).cell(&cell, sink).into_owned();
                outer.around(inner)
            }
        }
    }
}

/// The outer parts of a prefixed line: the pod's service, else the container's.
fn container<'l, S: Sink>(prefixed: &Prefixed<'l>, sink: &mut S) -> Parts<'l> {
    sink.put(b"pod", prefixed.pod);
    if let Some(container) = prefixed.container {
        sink.put(b"container", container);
    }
    let service = without_replica(prefixed.pod);
    let rank = if prefixed.container.is_some() { RANK_POD } else { RANK_CONTAINER };
    Parts { service: Some((rank, Cow::Borrowed(service))), ..Parts::body(b"") }
}
