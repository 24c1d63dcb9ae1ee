//! Takes one text apart: JSON, known grammars, learned headers, guessed headers, stack traces, in this order.
//!
//! Envelopes (Docker JSON, CRI, syslog, a CSV column) hold a text that is itself a line of some format; the reader
//! calls itself on it. The outer time wins, the inner level wins, the more telling service wins.

use super::gather::Gathered;
use super::header::{Cut, Header};
use super::json::{Value, unescape};
use super::keys::{KeyMemo, RANK_PROGRAM};
use super::known::Known;
use super::lex::{lex, skip_blanks};
use super::object;
use super::plan::Plan;
use super::sink::Sink;
use super::streams::Streams;
use super::time::{DayOrder, Written};
use super::trace::{Belongs, Trace};
use crate::domain::Level;
use std::borrow::Cow;

/// Envelopes inside envelopes that are opened.
const DEEPEST: u8 = 4;

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A record.
    Start,
    /// Part of the record before, known as such (a trace, an indented line).
    Continuation,
    /// No format fits.
    Unknown,
    /// No format fits, and lines of this source without a time belong to the record before.
    UnknownContinuation,
    /// Column names or a tool's note; no event.
    Heading,
}

/// A text taken apart.
#[derive(Clone, Debug)]
pub(super) struct Parts<'l> {
    pub(super) verdict: Verdict,
    pub(super) time: Option<Written>,
    pub(super) level: Option<Level>,
    /// Rank (see `keys`) and name.
    pub(super) service: Option<(u8, Cow<'l, [u8]>)>,
    pub(super) body: Cow<'l, [u8]>,
    /// The next line continues this one in the middle of a word (CRI `P`).
    pub(super) partial: bool,
    /// Where the text was understood, for the description.
    pub(super) grammar: &'static str,
}

impl<'l> Parts<'l> {
    /// A record of which only the body is known.
    pub(super) fn body(body: &'l [u8]) -> Self {
        Self {
            verdict: Verdict::Start,
            time: None,
            level: None,
            service: None,
            body: Cow::Borrowed(body),
            partial: false,
            grammar: "",
        }
    }

    pub(super) fn into_owned<'o>(self) -> Parts<'o> {
        Parts {
            verdict: self.verdict,
            time: self.time,
            level: self.level,
            service: self.service.map(|(rank, name)| (rank, Cow::Owned(name.into_owned()))),
            body: Cow::Owned(self.body.into_owned()),
            partial: self.partial,
            grammar: self.grammar,
        }
    }

    /// Puts these outer parts around the inner ones.
    pub(super) fn around(self, inner: Self) -> Self {
        let inner_ranks = inner.service.as_ref().map_or(0, |(rank, _)| *rank);
        let outer_ranks = self.service.as_ref().map_or(0, |(rank, _)| *rank);
        Self {
            verdict: inner.verdict,
            time: self.time.filter(|time| time.is_whole()).or(inner.time),
            level: inner.level.or(self.level),
            service: if inner_ranks > outer_ranks { inner.service } else { self.service },
            body: inner.body,
            partial: self.partial,
            grammar: self.grammar,
        }
    }
}

/// Reads texts of one run of lines.
#[derive(Debug)]
pub(super) struct Reader<'p> {
    pub(super) plan: &'p Plan,
    pub(super) memo: &'p mut KeyMemo,
    pub(super) streams: &'p mut Streams,
    /// Whether a record came before in this run.
    pub(super) after_record: bool,
    /// Whether the line was longer than what is looked at.
    pub(super) cut_off: bool,
    /// Whether messages are wanted whole, not just their first line.
    pub(super) whole: bool,
}

impl Reader<'_> {
    /// Takes a text apart.
    pub(super) fn text<'l, S: Sink>(&mut self, text: &'l [u8], depth: u8, sink: &mut S) -> Parts<'l> {
        if let Some(parts) = self.structured(text, depth, sink) {
            let statement = parts.grammar == Known::SlowQuery.name();
            self.streams.current().trace = if statement { Trace::Statement } else { Trace::None };
            return parts;
        }
        let belongs = self.streams.current().trace.judge(text, self.after_record && self.plan.timed);
        let verdict = match belongs {
            Belongs::Before if self.plan.indented || !self.after_record => Verdict::Start,
            Belongs::Before => Verdict::Continuation,
            Belongs::Alone => Verdict::Start,
            Belongs::Unknown => Verdict::Unknown,
        };
        Parts { verdict, ..Parts::body(text) }
    }

    /// Everything but traces and unknown lines.
    fn structured<'l, S: Sink>(&mut self, text: &'l [u8], depth: u8, sink: &mut S) -> Option<Parts<'l>> {
        let first = *text.first()?;
        if first == b'{' && self.plan.allows.json {
            let parts = self.json(text, depth, sink);
            if parts.is_some() {
                return parts;
            }
        }
        for known in &self.plan.first {
            if let Some(parts) = known.read(text, self.plan.order, sink) {
                return Some(self.known(*known, text, parts, depth, sink));
            }
        }
        if matches!(first, b' ' | b'\t') && self.plan.timed && !self.plan.indented {
            return None;
        }
        for header in &self.plan.headers {
            if let Some(cut) = header.cut(text, self.plan.order, sink) {
                return Some(self.behind(text, cut, header, depth, sink));
            }
        }
        for known in &self.plan.allows.known {
            if let Some(parts) = known.read(text, self.plan.order, sink) {
                return Some(self.known(*known, text, parts, depth, sink));
            }
        }
        if !self.plan.allows.headers {
            return None;
        }
        let header = super::guess::guess(text, self.plan.order)?;
        let cut = header.cut(text, self.plan.order, sink)?;
        Some(self.behind(text, cut, &header, depth, sink))
    }

    fn known<'l, S: Sink>(
        &mut self,
        known: Known,
        text: &[u8],
        mut parts: Parts<'l>,
        depth: u8,
        sink: &mut S,
    ) -> Parts<'l> {
        parts.grammar = known.name();
        if !known.wraps() || depth >= DEEPEST {
            return parts;
        }
        match parts.body {
            Cow::Borrowed(body) if !body.is_empty() => {
                if let Some(stream) = known.stream(text) {
                    self.streams.enter(stream);
                }
                let inner = self.inner(body, known == Known::Cri, depth, sink);
                parts.around(inner)
            }
            _ => parts,
        }
    }

    /// A line cut by a header: its body may be JSON or logfmt with a message of its own.
    fn behind<'l, S: Sink>(
        &mut self,
        text: &'l [u8],
        cut: Cut,
        header: &Header,
        depth: u8,
        sink: &mut S,
    ) -> Parts<'l> {
        let body = text.get(cut.body..).unwrap_or_default();
        let outer = Parts {
            time: cut.time,
            level: cut.level,
            service: cut.program.and_then(|name| Some((RANK_PROGRAM, Cow::Borrowed(text.get(name)?)))),
            grammar: header.name(),
            ..Parts::body(body)
        };
        if depth >= DEEPEST {
            return outer;
        }
        let inner = match body.first() {
            Some(b'{') if self.plan.allows.json => {
                self.json(body, depth + 1, sink).filter(|inner| inner.grammar == "json message")
            }
            Some(b'a'..=b'z') if starts_pair(body) => Known::Logfmt.read(body, self.plan.order, sink),
            _ => None,
        };
        match inner {
            Some(inner) => outer.around(inner),
            None => outer,
        }
    }

    /// A JSON object: a record of its own, or an envelope around a text.
    fn json<'l, S: Sink>(&mut self, text: &'l [u8], depth: u8, sink: &mut S) -> Option<Parts<'l>> {
        let mut gathered = object::read(text, self.cut_off, self.memo, self.plan.order, sink)?;
        let service = gathered.settled_service();
        let mut outer = outer(&gathered, service);
        let Some((rank, message)) = gathered.message else {
            outer.body = Cow::Owned(object::render(text, self.memo));
            outer.grammar = "json";
            return Some(outer);
        };
        outer.grammar = "json message";
        let Value::Text(raw) = message else {
            outer.body = message.text();
            return Some(outer);
        };
        let envelope = rank == 8;
        if envelope {
            let service = outer.service.as_ref().map(|(_, name)| name);
            service.into_iter().chain(&gathered.stream).for_each(|name| self.streams.enter(name));
        }
        match unescape(trim_line_ends(raw)) {
            Cow::Borrowed(message) => Some(outer.around(self.message(message, envelope, depth, sink))),
            Cow::Owned(message) => {
                let inner = self.message(&message, envelope, depth, sink).into_owned();
                Some(outer.around(inner))
            }
        }
    }

    /// The text of a message member. Only an envelope's text is a line in its own right; a logger's message is cut
    /// only where it holds a whole line again, with a time in front.
    fn message<'l, S: Sink>(&mut self, text: &'l [u8], envelope: bool, depth: u8, sink: &mut S) -> Parts<'l> {
        if depth >= DEEPEST {
            return Parts::body(self.shown(text));
        }
        if envelope {
            return self.inner(text, true, depth, sink);
        }
        let line = self.shown(text);
        if line.first() == Some(&b'{')
            && let Some(parts) = self.json(line, depth + 1, sink)
        {
            return parts;
        }
        // Only a time or a column that may stand before one starts a line.
        if !matches!(line.first(), Some(b'0'..=b'9' | b'A'..=b'Z' | b'[' | b'(' | b'<' | b'-')) {
            return Parts::body(line);
        }
        let order = self.plan.order;
        match super::guess::guess(line, order)
            .and_then(|header| Some((header.cut(line, order, sink)?, header)))
        {
            Some((cut, header)) => self.behind(line, cut, &header, depth + 1, sink),
            None => Parts::body(line),
        }
    }

    /// The message cell of a table: a line of its own, or plain text; never a part of the record before.
    pub(super) fn cell<'l, S: Sink>(&mut self, cell: &'l [u8], sink: &mut S) -> Parts<'l> {
        let mut parts = self.inner(cell, false, 0, sink);
        parts.verdict = Verdict::Start;
        parts
    }

    /// What of a message is shown: its first line, or all of it.
    fn shown<'l>(&self, text: &'l [u8]) -> &'l [u8] {
        if self.whole { text.trim_ascii_end() } else { first_line(text) }
    }

    /// The text inside an envelope; `traces`: its lines may continue the record before.
    pub(super) fn inner<'l, S: Sink>(
        &mut self,
        text: &'l [u8],
        traces: bool,
        depth: u8,
        sink: &mut S,
    ) -> Parts<'l> {
        if text.trim_ascii().is_empty() {
            return Parts { verdict: Verdict::Continuation, ..Parts::body(text) };
        }
        let mut parts = self.text(self.shown(text), depth + 1, sink);
        if parts.verdict == Verdict::Unknown && traces {
            (parts.level, parts.body) = behind_level(parts.body, self.plan.order);
        }
        if parts.verdict == Verdict::Unknown || !traces {
            parts.verdict = Verdict::Start;
        }
        parts
    }
}

fn outer<'l>(gathered: &Gathered<'l, Value<'l>>, service: Option<(u8, Cow<'l, [u8]>)>) -> Parts<'l> {
    Parts { time: gathered.time.map(|(_, time)| time), level: gathered.level, service, ..Parts::body(b"") }
}

/// A text whose envelope states the time may begin with its level: in capitals or in brackets, since a sentence may
/// begin with any other word.
fn behind_level(text: Cow<'_, [u8]>, order: DayOrder) -> (Option<Level>, Cow<'_, [u8]>) {
    let stated = lex(&text, 0, order).filter(|token| {
        let word = text.get(token.start..token.end).unwrap_or_default();
        word.first() == Some(&b'[') || !word.iter().any(u8::is_ascii_lowercase) && word.len() > 1
    });
    let Some((level, end)) = stated.and_then(|token| Some((token.level?, token.end))) else {
        return (None, text);
    };
    let from = skip_blanks(&text, end);
    let body = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(from..).unwrap_or_default()),
        Cow::Owned(text) => Cow::Owned(text.get(from..).unwrap_or_default().to_vec()),
    };
    (Some(level), body)
}

/// A raw JSON string without the line ends Docker leaves in it.
fn trim_line_ends(raw: &[u8]) -> &[u8] {
    let mut raw = raw;
    while let Some(rest) = raw.strip_suffix(b"\\n").or_else(|| raw.strip_suffix(b"\\r")) {
        if rest.ends_with(b"\\") {
            break;
        }
        raw = rest;
    }
    raw
}

/// The first line of a message that is not empty; the rest is of the record, not of its pattern.
pub(super) fn first_line(text: &[u8]) -> &[u8] {
    let start = text.iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
    let text = text.get(start..).unwrap_or_default();
    let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
    let line = text.get(..end).unwrap_or_default();
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Whether a text starts like `name=value`.
fn starts_pair(text: &[u8]) -> bool {
    let end = text.iter().take(48).position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.')));
    end.is_some_and(|end| text.get(end) == Some(&b'='))
}
