//! The streams that were merged into one file: containers behind a prefix, `stdout` and `stderr` of one container.
//!
//! Lines of a trace belong to the record of their own stream. A record is one run of bytes, so where another stream
//! wrote in between, the rest of a record becomes a record of its own with the time and the level of its beginning:
//! beside it in time order and never part of another service's record.

use super::read::{Parts, Verdict};
use super::time::Written;
use super::trace::Trace;
use crate::domain::Level;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Streams that are remembered; a file with more begins anew.
const MOST: usize = 256;

/// What must be remembered of one stream from line to line.
#[derive(Debug, Default)]
pub(super) struct Stream {
    key: u64,
    pub(super) trace: Trace,
    /// The line before was a part whose rest follows (CRI).
    pub(super) partial: bool,
    /// Of the record under way.
    time: Option<Written>,
    level: Option<Level>,
}

/// The streams of a run of lines.
#[derive(Debug)]
pub(super) struct Streams {
    /// Never empty; the first one has no name.
    all: Vec<Stream>,
    current: usize,
    /// Of the line before.
    last: usize,
    /// Hash of the names entered on this line.
    path: u64,
}

impl Default for Streams {
    fn default() -> Self {
        Self { all: vec![Stream::default()], current: 0, last: 0, path: 0 }
    }
}

impl Streams {
    /// Begins a line: of the stream of the line before, until an envelope says another.
    pub(super) fn begin(&mut self) {
        (self.current, self.path) = (self.last, 0);
    }

    /// Goes into the stream that an envelope names, inside the one entered before.
    pub(super) fn enter(&mut self, name: &[u8]) {
        let mut hasher = FxHasher::default();
        hasher.write_u64(self.path);
        hasher.write(name);
        self.path = hasher.finish() | 1;
        let known = self.all.iter().position(|stream| stream.key == self.path);
        self.current = known.unwrap_or_else(|| {
            if self.all.len() >= MOST {
                self.all.truncate(1);
                self.last = 0;
            }
            self.all.push(Stream { key: self.path, ..Stream::default() });
            self.all.len() - 1
        });
    }

    /// The stream of this line.
    pub(super) fn current(&mut self) -> &mut Stream {
        // `current` and `last` are only ever set to places that exist, and the first one is never removed.
        let at = self.current.min(self.all.len() - 1);
        &mut self.all[at]
    }

    /// Settles a line: one that goes on with a record of its stream, while another stream wrote last, begins a
    /// record.
    pub(super) fn settle(&mut self, parts: &mut Parts<'_>) {
        let turned = self.current != self.last;
        let goes_on = matches!(parts.verdict, Verdict::Continuation | Verdict::UnknownContinuation);
        let stream = self.current();
        stream.partial = parts.partial;
        if goes_on && turned {
            parts.verdict = Verdict::Start;
            parts.time = stream.time.or(parts.time);
            parts.level = parts.level.or(stream.level);
        } else if !goes_on {
            (stream.time, stream.level) = (parts.time, parts.level);
        }
        if parts.verdict != Verdict::Heading {
            self.last = self.current;
        }
    }
}
