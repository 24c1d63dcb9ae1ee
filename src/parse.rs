//! Bytes to records: learns a source's layout from a sample, then reads line after line.
//!
//! Pure: no I/O and no clock. The caller feeds physical lines in order; the parser says what each line is (the start
//! of a record, a continuation of the one before, blank, a heading) and where its header ends.

mod clock;
mod colour;
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
mod read;
mod service;
mod sink;
mod time;
mod trace;

use crate::domain::{Field, Level, Timestamp, Zone};
use clock::OffsetMemo;
use keys::KeyMemo;
use plan::Plan;
use read::{Parts, Reader, Verdict};
use sink::{Nowhere, Sink};
use std::borrow::Cow;
use std::sync::Arc;
use trace::Trace;

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

impl Layout {
    /// Learns the layout from the first bytes of a source (whole lines, up to a few MB).
    #[must_use]
    pub fn learn(sample: &[u8], options: &ParseOptions) -> Self {
        let sample = colour::strip(sample);
        Self { inner: Arc::new(Plan::learn(&sample, options)) }
    }

    /// A stateful parser for one run of consecutive lines; runs may be parsed in parallel and start anywhere at a
    /// line start.
    #[must_use]
    pub fn parser(&self) -> LineParser {
        LineParser {
            layout: self.clone(),
            memo: KeyMemo::default(),
            offsets: OffsetMemo::default(),
            trace: Trace::None,
            after_record: false,
            partial: false,
        }
    }

    /// All named values of a whole record (header columns, JSON members, `key=value` pairs), in source order.
    #[must_use]
    pub fn fields(&self, record: &[u8]) -> Vec<Field> {
        let record = colour::strip(record.get(..LINE_BYTES).unwrap_or(record));
        let line = read::first_line(&record);
        let mut fields = Vec::new();
        let mut parser = self.parser();
        let parts = parser.read(line, &mut fields);
        let mut pairs = Vec::new();
        known::pairs(&parts.body, &mut pairs);
        pairs.retain(|pair: &Field| !fields.iter().any(|field| field.name == pair.name));
        fields.extend(pairs);
        fields
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
    memo: KeyMemo,
    offsets: OffsetMemo,
    trace: Trace,
    after_record: bool,
    partial: bool,
}

impl LineParser {
    /// Takes one physical line apart (without its line break).
    pub fn parse<'l>(&mut self, line: &'l [u8]) -> ParsedLine<'l> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.iter().all(u8::is_ascii_whitespace) {
            return ParsedLine {
                role: LineRole::Blank,
                ts: None,
                level: None,
                service: None,
                body: Cow::Borrowed(line),
                understood: true,
            };
        }
        match colour::strip(line.get(..LINE_BYTES).unwrap_or(line)) {
            Cow::Borrowed(shown) => {
                let parts = self.read_line(shown, shown.len() < line.len());
                self.finish(parts)
            }
            Cow::Owned(shown) => {
                let cut_off = line.len() > LINE_BYTES;
                let parts = self.read_line(&shown, cut_off);
                let parsed = self.finish(parts);
                ParsedLine {
                    service: parsed.service.map(|name| Cow::Owned(name.into_owned())),
                    body: Cow::Owned(parsed.body.into_owned()),
                    ..parsed
                }
            }
        }
    }

    fn read_line<'l>(&mut self, line: &'l [u8], cut_off: bool) -> Parts<'l> {
        self.read_with(line, cut_off, &mut Nowhere)
    }

    fn read<'l, S: Sink>(&mut self, line: &'l [u8], sink: &mut S) -> Parts<'l> {
        self.read_with(line, line.len() >= LINE_BYTES, sink)
    }

    fn read_with<'l, S: Sink>(&mut self, line: &'l [u8], cut_off: bool, sink: &mut S) -> Parts<'l> {
        let mut reader = Reader {
            plan: &self.layout.inner,
            memo: &mut self.memo,
            trace: &mut self.trace,
            after_record: self.after_record,
            cut_off,
        };
        reader.text(line, 0, sink)
    }

    /// Places the time and settles the role.
    fn finish<'l>(&mut self, parts: Parts<'l>) -> ParsedLine<'l> {
        let plan = &self.layout.inner;
        let ts = parts.time.and_then(|time| plan.clock.resolve(&time, &mut self.offsets));
        let continues = match parts.verdict {
            _ if self.partial => true,
            Verdict::Start => false,
            Verdict::Continuation => true,
            Verdict::Unknown => plan.timed && self.after_record,
        };
        self.partial = parts.partial;
        self.after_record = true;
        ParsedLine {
            role: if continues { LineRole::Continuation } else { LineRole::Start },
            ts,
            level: parts.level,
            service: parts.service.map(|(_, name)| name),
            body: parts.body,
            understood: parts.verdict != Verdict::Unknown,
        }
    }
}

#[cfg(test)]
mod tests;
