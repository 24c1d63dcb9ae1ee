//! Bytes as they come into records: lines are put together, continuation lines join the record before.
//!
//! The last record is held back, since its next line may still come; [`Cutter::release`] gives it up. A line that
//! continues a record given up before is a record of its own with the time, level and service of that one.

use super::super::record::{split_first_line, trimmed};
use crate::domain::{Level, Timestamp};
use crate::parse::{Layout, LineParser, LineRole, ParseOptions};

/// Bytes of a line or a record that are kept; the rest is read over.
const KEPT: usize = 1 << 20;
/// Bytes of the beginning that a layout is learned from.
pub(super) const SAMPLE: usize = 256 * 1024;

/// A record as it came, without its pattern.
#[derive(Clone, Debug, Default)]
pub(super) struct Cut {
    /// 1-based physical line; 0: not known.
    pub(super) line: u64,
    /// Offset of its first byte.
    pub(super) at: u64,
    pub(super) ts: Option<Timestamp>,
    pub(super) level: Option<Level>,
    pub(super) service: Option<String>,
    /// The message's first line, what its pattern is mined from.
    pub(super) body: Vec<u8>,
    pub(super) raw: Vec<u8>,
    /// Whether it continues a record that was given before.
    pub(super) late: bool,
}

/// Cuts one source.
#[derive(Debug)]
pub(super) struct Cutter {
    options: ParseOptions,
    pub(super) layout: Layout,
    parser: LineParser,
    /// The beginning, while the layout is being learned, and at which length it is learned again.
    learning: Option<(Vec<u8>, usize)>,
    /// Bytes of a line without its end.
    partial: Vec<u8>,
    /// Whether the rest of a long line is read over.
    skipping: bool,
    /// Number of the next line; 0: not known.
    line: u64,
    /// Offset of the next byte.
    at: u64,
    /// Offset of the line under way.
    line_at: u64,
    open: Option<Cut>,
    /// The record given last, without its text.
    last: Option<Cut>,
}

impl Cutter {
    /// Begins at an offset and line (0: not known) of a source whose layout is known.
    pub(super) fn new(layout: Layout, options: ParseOptions, at: u64, line: u64) -> Self {
        Self {
            parser: layout.parser(),
            layout,
            options,
            learning: None,
            partial: Vec::new(),
            skipping: false,
            line,
            at,
            line_at: at,
            open: None,
            last: None,
        }
    }

    /// Begins at the beginning of a source of which nothing is known.
    pub(super) fn learning(options: ParseOptions) -> Self {
        let layout = Layout::learn(b"", &options);
        Self { learning: Some((Vec::new(), 1)), ..Self::new(layout, options, 0, 1) }
    }

    /// Whether a record or a part of a line waits for more.
    pub(super) fn holds_record(&self) -> bool {
        self.open.is_some()
    }

    /// Brings the parser into the state it has behind these whole lines, which were read before.
    pub(super) fn run_up(&mut self, lines: &[u8]) {
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let parsed = self.parser.parse(split_first_line(line).0);
            if parsed.role == LineRole::Start {
                self.last = Some(Cut {
                    ts: parsed.ts,
                    level: parsed.level,
                    service: parsed.service.map(|name| String::from_utf8_lossy(&name).into_owned()),
                    body: parsed.body.into_owned(),
                    ..Cut::default()
                });
            }
        }
    }

    /// Takes the next bytes in.
    pub(super) fn feed(&mut self, bytes: &[u8], out: &mut Vec<Cut>) {
        self.learn(bytes);
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.at += piece.len() as u64;
            let whole = piece.ends_with(b"\n");
            if self.partial.is_empty() && whole && !self.skipping {
                self.take_line(piece, out);
            } else {
                let room = KEPT.saturating_sub(self.partial.len());
                self.skipping |= piece.len() > room;
                self.partial.extend_from_slice(piece.get(..piece.len().min(room)).unwrap_or_default());
                if whole {
                    let line = std::mem::take(&mut self.partial);
                    self.skipping = false;
                    self.take_line(&line, out);
                }
            }
            if whole {
                self.line_at = self.at;
            }
        }
    }

    /// Gives the record under way.
    pub(super) fn release(&mut self, out: &mut Vec<Cut>) {
        let Some(mut cut) = self.open.take() else { return };
        cut.raw.truncate(trimmed(&cut.raw).len());
        self.last = Some(Cut { raw: Vec::new(), ..cut.clone() });
        out.push(cut);
    }

    /// Gives everything: nothing follows, and a line without an end is one.
    pub(super) fn end(&mut self, out: &mut Vec<Cut>) {
        let line = std::mem::take(&mut self.partial);
        self.skipping = false;
        if !line.is_empty() {
            self.take_line(&line, out);
        }
        self.release(out);
    }

    /// Begins anew at the first line: the source is another now. What is held must have been given.
    pub(super) fn restart(&mut self) {
        self.parser = self.layout.parser();
        (self.line, self.at, self.line_at, self.last) = (1, 0, 0, None);
    }

    /// Reads over lines that are not wanted, up to the end of one; the record under way must have been given.
    pub(super) fn pass_over(&mut self, lines: u64, bytes: u64) {
        self.partial.clear();
        self.skipping = false;
        self.line += if self.line == 0 { 0 } else { lines };
        self.at += bytes;
        self.line_at = self.at;
        self.parser = self.layout.parser();
        self.last = None;
    }

    fn learn(&mut self, bytes: &[u8]) {
        let Some((sample, again)) = &mut self.learning else { return };
        let room = SAMPLE - sample.len();
        sample.extend_from_slice(bytes.get(..bytes.len().min(room)).unwrap_or_default());
        let Some(end) = memchr::memrchr(b'\n', sample) else { return };
        if sample.len() < *again {
            return;
        }
        *again = sample.len() * 4;
        self.layout = Layout::learn(sample.get(..=end).unwrap_or_default(), &self.options);
        self.parser = self.layout.parser();
        if sample.len() >= SAMPLE {
            self.learning = None;
        }
    }

    fn take_line(&mut self, line: &[u8], out: &mut Vec<Cut>) {
        let number = self.line;
        self.line += u64::from(number > 0);
        let parsed = self.parser.parse(split_first_line(line).0);
        match parsed.role {
            LineRole::Heading => {}
            LineRole::Blank if self.open.is_none() => {}
            LineRole::Start => {
                let begun = Cut {
                    line: number,
                    at: self.line_at,
                    ts: parsed.ts,
                    level: parsed.level,
                    service: parsed.service.map(|name| String::from_utf8_lossy(&name).into_owned()),
                    body: parsed.body.into_owned(),
                    raw: line.to_vec(),
                    late: false,
                };
                self.release(out);
                self.open = Some(begun);
            }
            LineRole::Continuation | LineRole::Blank => self.join(line, number),
        }
    }

    /// Adds a line to the record under way, or begins one for it.
    fn join(&mut self, line: &[u8], number: u64) {
        if let Some(open) = &mut self.open {
            let room = KEPT.saturating_sub(open.raw.len());
            open.raw.extend_from_slice(line.get(..line.len().min(room)).unwrap_or_default());
            return;
        }
        let body = split_first_line(line).0.to_vec();
        let (late, parent) = match &self.last {
            Some(last) => (true, last.clone()),
            None => (false, Cut { body, ..Cut::default() }),
        };
        self.open = Some(Cut { line: number, at: self.line_at, raw: line.to_vec(), late, ..parent });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cutter() -> Cutter {
        let newest = Timestamp::from_millis(1_700_000_000_000);
        Cutter::learning(ParseOptions { zone: None, format: None, newest })
    }

    fn raws(cuts: &[Cut]) -> Vec<(u64, String, bool)> {
        let raw = |cut: &Cut| (cut.line, String::from_utf8_lossy(&cut.raw).into_owned(), cut.late);
        cuts.iter().map(raw).collect()
    }

    #[test]
    fn bytes_in_any_pieces_give_the_same_records() {
        let text = b"2024-03-01T10:00:01Z ERROR job failed\n\tat step one\n\tat step two\n\n\
                     2024-03-01T10:00:02Z INFO next\n";
        let mut whole = Vec::new();
        let mut cutter_of_all = cutter();
        cutter_of_all.feed(text, &mut whole);
        cutter_of_all.end(&mut whole);
        assert_eq!(raws(&whole)[1], (5, "2024-03-01T10:00:02Z INFO next".to_owned(), false));
        for size in [1, 7, 40] {
            let (mut cutter, mut cuts) = (cutter(), Vec::new());
            for piece in text.chunks(size) {
                cutter.feed(piece, &mut cuts);
            }
            cutter.end(&mut cuts);
            assert_eq!(raws(&cuts), raws(&whole), "in pieces of {size}");
        }
    }

    #[test]
    fn a_line_that_comes_late_has_the_time_and_level_of_its_record() {
        let (mut cutter, mut cuts) = (cutter(), Vec::new());
        cutter.feed(b"2024-03-01T10:00:01Z ERROR job failed\n", &mut cuts);
        cutter.release(&mut cuts);
        cutter.feed(b"\tat step one\n", &mut cuts);
        cutter.release(&mut cuts);
        let [first, late] = cuts.as_slice() else { panic!("{cuts:?}") };
        assert_eq!((late.ts, late.level, late.late), (first.ts, Some(Level::Error), true));
        assert_eq!((late.line, late.raw.as_slice()), (2, b"\tat step one".as_slice()));
    }

    #[test]
    fn i1_a_line_without_an_end_takes_bounded_memory() {
        let (mut cutter, mut cuts) = (cutter(), Vec::new());
        for _ in 0..40 {
            cutter.feed(&vec![b'x'; 100_000], &mut cuts);
        }
        assert!(cutter.partial.len() <= KEPT);
        cutter.feed(b"\nshort\n", &mut cuts);
        cutter.end(&mut cuts);
        assert_eq!((cuts[0].raw.len(), cuts[1].raw.as_slice(), cuts[1].line), (KEPT, b"short".as_slice(), 2));
    }
}
