//! Bytes to records: learns a source's layout from a sample, then reads line after line.
//!
//! Pure: no I/O and no clock. The caller feeds physical lines in order; the parser says what each line is (the start
//! of a record, a continuation of the one before, blank, a heading) and where its header ends.

use crate::domain::{Field, Level, Timestamp, Zone};
use std::borrow::Cow;
use std::sync::Arc;

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
    inner: Arc<ParseOptions>,
}

impl Layout {
    /// Learns the layout from the first bytes of a source (whole lines, up to a few MB).
    #[must_use]
    pub fn learn(_sample: &[u8], options: &ParseOptions) -> Self {
        Self { inner: Arc::new(options.clone()) }
    }

    /// A stateful parser for one run of consecutive lines; runs may be parsed in parallel and start anywhere at a
    /// line start.
    #[must_use]
    pub fn parser(&self) -> LineParser {
        LineParser { _layout: self.clone() }
    }

    /// All named values of a whole record (header columns, JSON members, `key=value` pairs), in source order.
    #[must_use]
    pub fn fields(&self, _record: &[u8]) -> Vec<Field> {
        Vec::new()
    }

    /// Zone of times without an offset, and what decided it, for the result's notes.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.inner.zone.clone().unwrap_or_else(Zone::utc)
    }

    /// One phrase naming the detected format, for `doctor` and notes.
    #[must_use]
    pub fn description(&self) -> String {
        "plain lines".to_owned()
    }
}

/// Reads consecutive lines of one source.
#[derive(Debug)]
pub struct LineParser {
    _layout: Layout,
}

impl LineParser {
    /// Takes one physical line apart (without its line break).
    pub fn parse<'l>(&mut self, line: &'l [u8]) -> ParsedLine<'l> {
        let blank = line.iter().all(u8::is_ascii_whitespace);
        ParsedLine {
            role: if blank { LineRole::Blank } else { LineRole::Start },
            ts: None,
            level: None,
            service: None,
            body: Cow::Borrowed(line),
            understood: true,
        }
    }
}
