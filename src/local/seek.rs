//! A text looked for in the physical lines of a part, either way, some megabytes at a time.
//!
//! Blocks are searched as a whole and lines are only counted up to a hit, so that ten million lines without one cost
//! little more than reading them.

use super::part::Part;
use super::store::Store;
use crate::compute::CorpusError;
use crate::port::{Direction, LineFound, LineSearch};
use regex::bytes::{Regex, RegexBuilder};
use std::io;
use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes read at once.
const STEP: u64 = 1 << 20;
/// Bytes looked at in one call; a line that is longer is still looked at to its end.
const BOUND: u64 = 64 << 20;
/// Lines of a block when looking backward: it is read forward, and its last hit counts.
const BACK: u64 = 16_384;
/// End of a piece of an endless line that is looked at again with what follows.
const OVERLAP: usize = 8 * 1024;

impl Store {
    /// The next line of a part with a text; `None` if no part has this name.
    pub(super) fn find_line(
        &self,
        search: &LineSearch,
        cancelled: &AtomicBool,
    ) -> Option<Result<LineFound, CorpusError>> {
        let number = self.parts.iter().position(|known| known.name == search.file)?;
        let part = self.parts.get(number)?;
        let total = self.index.part_lines.get(number).copied().unwrap_or(0);
        let text = match literal(&search.text) {
            Ok(text) => text,
            Err(error) => return Some(Err(part.read_error(&error).into())),
        };
        let seeker = Seeker { store: self, number, part, text, cancelled };
        let found = match search.direction {
            Direction::Forward => seeker.forward(search.from.max(1)..total + 1),
            Direction::Backward => seeker.backward(1..search.from.min(total + 1)),
        };
        Some(found.map(|(line, from)| {
            let rest = from.map(|from| LineSearch { from, ..search.clone() });
            LineFound { line, rest, total }
        }))
    }
}

fn literal(text: &str) -> io::Result<Regex> {
    let pattern = RegexBuilder::new(&regex::escape(text)).case_insensitive(true).build();
    pattern.map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))
}

/// The line found, and where to go on if the bound came first.
type Outcome = (Option<u64>, Option<u64>);

struct Seeker<'s> {
    store: &'s Store,
    number: usize,
    part: &'s Part,
    text: Regex,
    cancelled: &'s AtomicBool,
}

impl Seeker<'_> {
    fn forward(&self, lines: Range<u64>) -> Result<Outcome, CorpusError> {
        let mut found = None;
        let end = lines.end;
        let upto = self.visit(lines, BOUND, &mut |line| {
            found = Some(line);
            ControlFlow::Break(())
        })?;
        Ok((found, (found.is_none() && upto < end).then_some(upto)))
    }

    fn backward(&self, lines: Range<u64>) -> Result<Outcome, CorpusError> {
        let (mut end, mut looked) = (lines.end, 0);
        while lines.start < end && looked < BOUND {
            let start = end.saturating_sub(BACK).max(lines.start);
            let mut last = None;
            self.visit(start..end, u64::MAX, &mut |line| {
                last = Some(line);
                ControlFlow::Continue(())
            })?;
            if last.is_some() {
                return Ok((last, None));
            }
            let offset = |line| self.store.near_line(self.number, line).1;
            looked += offset(end).saturating_sub(offset(start)).max(1);
            end = start;
        }
        Ok((None, (lines.start < end).then_some(end)))
    }

    /// Visits the numbers of the lines with the text, first to last, until about `most` bytes are read; the first line
    /// that was not looked at.
    fn visit(
        &self,
        lines: Range<u64>,
        most: u64,
        found: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<u64, CorpusError> {
        let (mut line, mut offset) = self.store.near_line(self.number, lines.start);
        let (mut read, mut open) = (0, Vec::new());
        while line < lines.end && (read < most || line <= lines.start) {
            if self.cancelled.load(Ordering::Relaxed) {
                return Err(CorpusError::Cancelled);
            }
            let text = self.part.read_range(offset, offset.saturating_add(STEP));
            let text = text.map_err(|error| self.part.read_error(&error))?;
            let ended = text.is_empty();
            offset += text.len() as u64;
            read += text.len() as u64;
            open.extend_from_slice(&text);
            let whole = memchr::memrchr(b'\n', &open).map_or(0, |at| at + 1);
            let endless = whole == 0 && open.len() as u64 > STEP;
            let upto = if ended || endless { open.len() } else { whole };
            let block = open.get(..upto).unwrap_or_default();
            for within in self.hits(block) {
                let at = line + within;
                if at >= lines.end || at >= lines.start && found(at).is_break() {
                    return Ok(at);
                }
            }
            line += breaks(block);
            if ended {
                return Ok(lines.end);
            }
            open.drain(..if endless { upto - OVERLAP } else { upto });
        }
        Ok(line.min(lines.end))
    }

    /// The lines of a block with the text, counted from its first; each once.
    fn hits<'b>(&'b self, block: &'b [u8]) -> impl Iterator<Item = u64> + 'b {
        let (mut within, mut counted) = (0, 0);
        let mut last = None;
        self.text.find_iter(block).filter_map(move |hit| {
            within += breaks(block.get(counted..hit.start()).unwrap_or_default());
            counted = hit.start();
            (last.replace(within) != Some(within)).then_some(within)
        })
    }
}

fn breaks(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}
