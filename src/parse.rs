//! Bytes to records: learns a source's layout from a sample, then reads line after line.
//!
//! Pure: no I/O and no clock. The caller feeds physical lines in order; the parser says what each line is (the start
//! of a record, a continuation of the one before, blank, a heading) and where its header ends.

mod clock;
mod colour;
mod expand;
mod format;
mod gather;
mod guess;
mod header;
mod json;
mod keys;
mod known;
mod learn;
mod lex;
mod object;
mod plan;
mod prefix;
mod read;
mod run;
mod service;
mod sink;
mod streams;
mod table;
mod time;
mod trace;

use crate::domain::{Field, Level, Timestamp, Zone};
use clock::OffsetMemo;
pub use expand::{Expander, expander};
use format::Allows;
pub use format::{FORMATS, UnknownFormat};
use plan::Plan;
use read::{Parts, Verdict};
use run::Run;
use sink::Nowhere;
use std::borrow::Cow;
use std::sync::Arc;

/// Bytes of a line that are looked at; the rest of a longer line is kept by the caller and never costs time here.
pub const LINE_BYTES: usize = 64 * 1024;

/// What the caller knows before reading.
#[derive(Clone, Debug)]
pub struct ParseOptions {
    /// Zone of times without an offset; `None`: what the file shows, else UTC.
    pub zone: Option<Zone>,
    /// A format forced by the user (`--format`), by name.
    pub format: Option<String>,
    /// The newest plausible time (the file's modification time or now), for times without a year.
    pub newest: Timestamp,
}

/// What decided the zone of times without an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoneOrigin {
    /// The user's `--zone`.
    Option,
    /// The offset that other times of the same source state.
    File,
    /// Nothing: UTC.
    Default,
}

/// What a physical line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineRole {
    /// Starts a record.
    Start,
    /// Belongs to the record before (stack trace, wrapped message).
    Continuation,
    /// Empty or white space only.
    Blank,
    /// Column names or another line that is no event.
    Heading,
}

/// One physical line, taken apart without copying where possible.
#[derive(Clone, Debug)]
pub struct ParsedLine<'l> {
    /// What the line is.
    pub role: LineRole,
    /// Event time.
    pub ts: Option<Timestamp>,
    /// Stated severity.
    pub level: Option<Level>,
    /// Stated service (field, pod, program); the file stem is the caller's fallback.
    pub service: Option<Cow<'l, [u8]>>,
    /// The message without its header; what patterns are mined from.
    pub body: Cow<'l, [u8]>,
    /// Whether the layout understood this line (counted and listable when not).
    pub understood: bool,
}

/// What was learned about a source; cheap to clone and shared between threads.
#[derive(Clone, Debug)]
pub struct Layout {
    inner: Arc<Plan>,
}

/// A text without colour codes (SGR), as every reader of this room sees it; borrowed when there are none.
#[must_use]
pub fn without_colour(text: &[u8]) -> Cow<'_, [u8]> {
    colour::strip(text)
}

impl Layout {
    /// Learns the layout from the first bytes of a source (whole lines, up to a few MB).
    ///
    /// A forced format of the options is obeyed; a name that is no format counts as none, so check it with
    /// [`Layout::forced`] or against [`FORMATS`] where the user can be told.
    #[must_use]
    pub fn learn(sample: &[u8], options: &ParseOptions) -> Self {
        let forced = options.format.as_deref().and_then(|name| Allows::only(name).ok());
        Self::with(sample, options, forced.unwrap_or_else(Allows::all))
    }

    /// The layout of a source whose format the user named.
    ///
    /// # Errors
    /// [`UnknownFormat`] for a name that is not in [`FORMATS`]; its text lists them.
    pub fn forced(name: &str, sample: &[u8], options: &ParseOptions) -> Result<Self, UnknownFormat> {
        Ok(Self::with(sample, options, Allows::only(name)?))
    }

    fn with(sample: &[u8], options: &ParseOptions, allows: Allows) -> Self {
        let sample = colour::strip(sample);
        Self { inner: Arc::new(Plan::learn(&sample, options, allows)) }
    }

    /// A stateful parser for one run of consecutive lines; runs may be parsed in parallel and start anywhere at a
    /// line start.
    ///
    /// A run that starts inside a record gives continuation lines until the record's end only where a line shows by
    /// itself that it belongs to one (an indented line, a frame, a table row without its cells); a lone
    /// `main.main()` at the start of a run is taken for a record. So cut runs where a record starts if you can.
    #[must_use]
    pub fn parser(&self) -> LineParser {
        LineParser { layout: self.clone(), run: Run::default(), offsets: OffsetMemo::default() }
    }

    /// All named values of a whole record (header columns, JSON members, `key=value` pairs), in source order.
    ///
    /// The message itself is not among them. At most 512; [`LINE_BYTES`] of the record are looked at.
    #[must_use]
    pub fn fields(&self, record: &[u8]) -> Vec<Field> {
        let cut_off = record.len() > LINE_BYTES;
        let record = colour::strip(record.get(..LINE_BYTES).unwrap_or(record));
        let mut fields = Vec::new();
        let mut pairs = Vec::new();
        let parts = Run::default().read(&self.inner, self.head(&record), cut_off, &mut fields);
        known::pairs(&parts.body, &mut pairs);
        pairs.retain(|pair: &Field| !fields.iter().any(|field| field.name == pair.name));
        fields.extend(pairs);
        fields
    }

    /// The whole message of a record: what [`ParsedLine::body`] is the first line of, with the lines that follow.
    ///
    /// Envelopes and prefixes are taken off every line; escapes are undone; [`LINE_BYTES`] of the record are looked at.
    #[must_use]
    pub fn message<'r>(&self, record: &'r [u8]) -> Cow<'r, [u8]> {
        let cut_off = record.len() > LINE_BYTES;
        match colour::strip(record.get(..LINE_BYTES).unwrap_or(record)) {
            Cow::Borrowed(record) => self.message_of(record, cut_off),
            Cow::Owned(record) => Cow::Owned(self.message_of(&record, cut_off).into_owned()),
        }
    }

    fn message_of<'r>(&self, record: &'r [u8], cut_off: bool) -> Cow<'r, [u8]> {
        let mut run = Run::of_whole_messages();
        let head = self.head(record);
        let mut message = run.read(&self.inner, head, cut_off, &mut Nowhere).body;
        let rest = record.get(head.len()..).unwrap_or_default();
        for line in
            rest.strip_prefix(b"\n").unwrap_or(rest).split(|b| *b == b'\n').filter(|_| !rest.is_empty())
        {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let body = run.read(&self.inner, line, cut_off, &mut Nowhere).body;
            let message = message.to_mut();
            message.push(b'\n');
            message.extend_from_slice(&body);
        }
        message
    }

    /// The part of a record that is parsed as one: its first line, or all of a table row.
    fn head<'r>(&self, record: &'r [u8]) -> &'r [u8] {
        if self.inner.table.is_some() {
            return record;
        }
        let line = record.get(..memchr::memchr(b'\n', record).unwrap_or(record.len())).unwrap_or(record);
        line.strip_suffix(b"\r").unwrap_or(line)
    }

    /// Zone of times without an offset, and what decided it, for the result's notes.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.inner.clock.zone().clone()
    }

    /// What decided [`Layout::zone`].
    #[must_use]
    pub fn zone_origin(&self) -> ZoneOrigin {
        self.inner.origin
    }

    /// One phrase naming the detected format, for `doctor` and notes.
    #[must_use]
    pub fn description(&self) -> String {
        self.inner.description.clone()
    }
}

/// Reads consecutive lines of one source.
#[derive(Debug)]
pub struct LineParser {
    layout: Layout,
    run: Run,
    offsets: OffsetMemo,
}

impl LineParser {
    /// Takes one physical line apart (without its line break).
    pub fn parse<'l>(&mut self, line: &'l [u8]) -> ParsedLine<'l> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let cut_off = line.len() > LINE_BYTES;
        let line = line.get(..LINE_BYTES).unwrap_or(line);
        if line.iter().all(u8::is_ascii_whitespace) {
            return blank(line);
        }
        match colour::strip(line) {
            Cow::Borrowed(line) => {
                let parts = self.run.read(&self.layout.inner, line, cut_off, &mut Nowhere);
                self.finish(parts)
            }
            Cow::Owned(line) => {
                let parts = self.run.read(&self.layout.inner, &line, cut_off, &mut Nowhere).into_owned();
                self.finish(parts)
            }
        }
    }

    /// Whether a record may end behind the line parsed last; `false` inside a quoted cell of a table, where any line
    /// break belongs to the cell.
    #[must_use]
    pub fn is_between_lines(&self) -> bool {
        !self.run.is_open()
    }

    /// Places the time and settles the role.
    fn finish<'l>(&mut self, parts: Parts<'l>) -> ParsedLine<'l> {
        let clock = &self.layout.inner.clock;
        ParsedLine {
            role: match parts.verdict {
                Verdict::Start | Verdict::Unknown => LineRole::Start,
                Verdict::Continuation | Verdict::UnknownContinuation => LineRole::Continuation,
                Verdict::Heading => LineRole::Heading,
            },
            ts: parts.time.and_then(|time| clock.resolve(&time, &mut self.offsets)),
            level: parts.level,
            service: parts.service.map(|(_, name)| name),
            body: parts.body,
            understood: !matches!(parts.verdict, Verdict::Unknown | Verdict::UnknownContinuation),
        }
    }
}

fn blank(line: &[u8]) -> ParsedLine<'_> {
    let body = Cow::Borrowed(line);
    ParsedLine { role: LineRole::Blank, ts: None, level: None, service: None, body, understood: true }
}

#[cfg(test)]
mod tests;
