//! One pass over the records in file order, without an index: the first record is seen before the last byte is read.
//!
//! Sources come one after the other, rotated parts oldest first, unless they are joined by time; nothing is spooled, so a live pipe works too. A
//! record is given once its end is known, which in a live pipe is when the next one starts.

mod candidate;
mod merge;

use super::discover::{Found, Input, Wanted, discover};
use super::note::Note;
use super::open::{OpenOptions, StoreError, open_found, parse_options};
use super::record::{split_first_line, trimmed};
use super::rotation::{Age, rotation_of, service_of};
use super::spool::{Copied, Stop};
use super::unpack::{Sink, Unpacker};
use super::view::Selection;
use crate::domain::{Level, Timestamp};
use crate::parse::{Layout, LineParser, LineRole, ParsedLine};
use crate::query::{Matcher, Query};
use candidate::Candidate;
use std::io::{self, Read};
use std::ops::ControlFlow;

/// Bytes a layout is learned from before the first record is given.
const SAMPLE: usize = 256 * 1024;
/// Bytes of a record that are kept; the rest is read over.
const KEPT: usize = 1 << 20;
const STEP: usize = 64 * 1024;
/// A read this short that ends with a line is what a live pipe has for now.
const SHORT: usize = 4096;

/// One record of a pass.
#[derive(Debug)]
pub struct Streamed<'r> {
    /// File, archive member or stream. Untrusted.
    pub source: &'r str,
    /// Physical line of its first byte, 1-based.
    pub line: u64,
    /// Event time.
    pub ts: Option<Timestamp>,
    /// Stated severity.
    pub level: Option<Level>,
    /// Stated service, else the file's stem.
    pub service: &'r str,
    /// The message's first line.
    pub body: &'r [u8],
    /// The whole record, of a long one the first MiB.
    pub raw: &'r [u8],
    /// Whether it holds a line that the layout does not explain.
    pub unparsed: bool,
    /// For its [fields](Layout::fields).
    pub layout: &'r Layout,
}

/// Visits all records of all inputs until the visitor breaks; returns what could not be read.
///
/// # Errors
/// [`StoreError::NothingReadable`] if no input could be read, [`StoreError::Glob`] for a bad glob.
pub fn stream(
    inputs: Vec<Input>,
    options: &OpenOptions,
    visit: &mut dyn FnMut(&Streamed<'_>) -> ControlFlow<()>,
) -> Result<Vec<Note>, StoreError> {
    let wanted = Wanted::from_options(options)?;
    let mut notes = Vec::new();
    let found = oldest_first(discover(inputs, &wanted, &mut notes)).into_iter().flatten().collect();
    let pass = Pass { notes, ..Pass::default() };
    pass.read(found, options, &wanted, visit).finish()
}

/// What a pass over some inputs left.
#[derive(Default)]
struct Pass {
    read: u64,
    /// Whether the visitor or the user ended it.
    over: bool,
    notes: Vec<Note>,
}

impl Pass {
    /// Reads one input after the other.
    fn read(
        mut self,
        found: Vec<Found>,
        options: &OpenOptions,
        wanted: &Wanted,
        visit: &mut dyn FnMut(&Streamed<'_>) -> ControlFlow<()>,
    ) -> Self {
        let (mut read, mut over) = (self.read, self.over);
        let mut sink = |name: &str, modified: Timestamp, reader: &mut dyn Read| {
            let copied = pass(name, modified, reader, options, visit);
            read += copied.len;
            over |= matches!(copied.stop, Some(Stop::Cancelled));
            copied
        };
        let mut unpacker = Unpacker::new(options, wanted, Sink::Pass(&mut sink));
        unpacker.notes = std::mem::take(&mut self.notes);
        for input in found {
            if unpacker.is_over() {
                break;
            }
            open_found(input, options, &mut unpacker);
        }
        let notes = unpacker.notes;
        Self { read, over, notes }
    }

    fn finish(self) -> Result<Vec<Note>, StoreError> {
        let Self { read, over, notes } = self;
        if read == 0 && !over && !notes.is_empty() && notes.iter().all(Note::is_loss) {
            return Err(StoreError::NothingReadable { notes });
        }
        Ok(notes)
    }
}

/// Like [`stream`], for the records of a selection that match a query; its sources are not looked at. Slots are those of
/// a template of the record alone, since no other record is known. A few files are joined by time.
///
/// # Errors
/// As [`stream`].
pub fn stream_matching(
    inputs: Vec<Input>,
    options: &OpenOptions,
    query: &Query,
    selection: &Selection,
    visit: &mut dyn FnMut(&Streamed<'_>) -> ControlFlow<()>,
) -> Result<Vec<Note>, StoreError> {
    let matcher = Matcher::new(&query.expr);
    let keep =
        |record: &Streamed<'_>| is_meant(record, selection) && matcher.matches(&Candidate::new(record));
    let wanted = Wanted::from_options(options)?;
    let mut notes = Vec::new();
    let found = oldest_first(discover(inputs, &wanted, &mut notes));
    let pass = Pass { notes, ..Pass::default() };
    match merge::sources(found) {
        Ok(sources) => merge::read(pass, sources, options, &wanted, &keep, visit).finish(),
        Err(found) => pass
            .read(found, options, &wanted, &mut |record| {
                if keep(record) { visit(record) } else { ControlFlow::Continue(()) }
            })
            .finish(),
    }
}

fn is_meant(record: &Streamed<'_>, selection: &Selection) -> bool {
    let in_window = selection.window.is_none_or(|window| record.ts.is_some_and(|ts| window.contains(ts)));
    let severe = selection.level.is_none_or(|least| record.level.is_some_and(|level| level >= least));
    let named = |name: &String| name.eq_ignore_ascii_case(record.service);
    in_window && severe && (selection.services.is_empty() || selection.services.iter().any(named))
}

/// The inputs by source: rotated siblings in the place of the first of them, oldest first.
fn oldest_first(found: Vec<Found>) -> Vec<Vec<Found>> {
    let mut groups: Vec<(String, Vec<(Age, Found)>)> = Vec::new();
    for (number, input) in found.into_iter().enumerate() {
        let (stem, age) = match &input {
            Found::File(path) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let rotation = rotation_of(&name);
                (path.with_file_name(rotation.stem).display().to_string(), rotation.age)
            }
            _ => (format!("\0{number}"), Age::Current),
        };
        match groups.iter_mut().find(|(known, _)| *known == stem) {
            Some((_, members)) => members.push((age, input)),
            None => groups.push((stem, vec![(age, input)])),
        }
    }
    for (_, members) in &mut groups {
        members.sort_by(|a, b| a.0.cmp(&b.0));
    }
    groups.into_iter().map(|(_, members)| members.into_iter().map(|(_, input)| input).collect()).collect()
}

/// Reads one text from its beginning to its end.
fn pass(
    name: &str,
    modified: Timestamp,
    reader: &mut dyn Read,
    options: &OpenOptions,
    visit: &mut dyn FnMut(&Streamed<'_>) -> ControlFlow<()>,
) -> Copied {
    let mut lines = Lines::new(reader);
    let failed = lines.fill_sample();
    let layout = Layout::learn(lines.whole_lines(), &parse_options(modified, options));
    let mut parser = layout.parser();
    let file = name.rsplit(['/', ':']).next().unwrap_or(name);
    let service = if name == "-" { "stdin".to_owned() } else { service_of(file) };
    let mut record = Assembly::new(name, &layout, service);
    let stop = assemble(&mut lines, &mut parser, &mut record, options, visit);
    let stop = stop.or_else(|| failed.map(Stop::of_input));
    Copied { len: lines.read, lines: record.lines, stop }
}

/// Puts lines together to records until there are no more; `None` if that went well.
fn assemble(
    lines: &mut Lines<'_>,
    parser: &mut LineParser,
    record: &mut Assembly<'_>,
    options: &OpenOptions,
    visit: &mut dyn FnMut(&Streamed<'_>) -> ControlFlow<()>,
) -> Option<Stop> {
    let mut failed = None;
    while failed.is_none() {
        if options.is_cancelled() {
            return Some(Stop::Cancelled);
        }
        let line = match lines.next_line() {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(error) => {
                failed = Some(Stop::of_input(error));
                break;
            }
        };
        record.lines += 1;
        let parsed = parser.parse(split_first_line(line).0);
        let begins = parsed.role == LineRole::Start
            || (parsed.role == LineRole::Continuation && record.raw.is_empty());
        if begins {
            if record.give(visit).is_break() {
                return Some(Stop::Cancelled);
            }
            record.begin(line, &parsed);
        } else if parsed.role != LineRole::Heading {
            record.unparsed |= !parsed.understood;
            record.add(line);
        }
    }
    if record.give(visit).is_break() { Some(Stop::Cancelled) } else { failed }
}

/// The record under way.
struct Assembly<'n> {
    name: &'n str,
    layout: &'n Layout,
    fallback: String,
    /// Lines read so far.
    lines: u64,
    line: u64,
    ts: Option<Timestamp>,
    level: Option<Level>,
    service: Option<String>,
    unparsed: bool,
    body: Vec<u8>,
    raw: Vec<u8>,
}

impl<'n> Assembly<'n> {
    fn new(name: &'n str, layout: &'n Layout, fallback: String) -> Self {
        Self {
            name,
            layout,
            fallback,
            lines: 0,
            line: 0,
            ts: None,
            level: None,
            service: None,
            unparsed: false,
            body: Vec::new(),
            raw: Vec::new(),
        }
    }

    fn begin(&mut self, line: &[u8], parsed: &ParsedLine<'_>) {
        self.line = self.lines;
        (self.ts, self.level, self.unparsed) = (parsed.ts, parsed.level, !parsed.understood);
        let stated = parsed.service.as_ref().filter(|name| !name.is_empty());
        self.service = stated.map(|name| String::from_utf8_lossy(name).into_owned());
        self.body.clear();
        self.body.extend_from_slice(&parsed.body);
        self.raw.clear();
        self.add(line);
    }

    fn add(&mut self, line: &[u8]) {
        // Blank lines before the first record belong to none.
        if self.line > 0 {
            let room = KEPT.saturating_sub(self.raw.len());
            self.raw.extend_from_slice(line.get(..line.len().min(room)).unwrap_or_default());
        }
    }

    fn give(&self, visit: &mut dyn FnMut(&Streamed<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        if self.line == 0 {
            return ControlFlow::Continue(());
        }
        visit(&Streamed {
            source: self.name,
            line: self.line,
            ts: self.ts,
            level: self.level,
            service: self.service.as_deref().unwrap_or(&self.fallback),
            body: &self.body,
            raw: trimmed(&self.raw),
            unparsed: self.unparsed,
            layout: self.layout,
        })
    }
}

/// Physical lines with their breaks; of a long one the first MiB.
struct Lines<'r> {
    reader: &'r mut dyn Read,
    buffer: Vec<u8>,
    start: usize,
    read: u64,
    ended: bool,
    skipping: bool,
}

impl<'r> Lines<'r> {
    fn new(reader: &'r mut dyn Read) -> Self {
        Self { reader, buffer: Vec::new(), start: 0, read: 0, ended: false, skipping: false }
    }

    fn fill_sample(&mut self) -> Option<io::Error> {
        while self.buffer.len() < SAMPLE && !self.ended {
            match self.refill() {
                Ok(count) if count < SHORT && self.buffer.last() == Some(&b'\n') => break,
                Ok(_) => {}
                Err(error) => {
                    self.ended = true;
                    return Some(error);
                }
            }
        }
        None
    }

    fn whole_lines(&self) -> &[u8] {
        let end = memchr::memrchr(b'\n', &self.buffer).map_or(self.buffer.len(), |at| at + 1);
        self.buffer.get(..end).unwrap_or_default()
    }

    fn refill(&mut self) -> io::Result<usize> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let before = self.buffer.len();
        self.buffer.resize(before + STEP, 0);
        let result = loop {
            match self.reader.read(self.buffer.get_mut(before..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result,
            }
        };
        let count = *result.as_ref().unwrap_or(&0);
        self.buffer.truncate(before + count);
        self.read += count as u64;
        self.ended = count == 0;
        result
    }

    fn next_line(&mut self) -> io::Result<Option<&[u8]>> {
        let mut searched = 0;
        loop {
            let rest = self.buffer.get(self.start + searched..).unwrap_or_default();
            if let Some(end) = memchr::memchr(b'\n', rest) {
                let from = self.start;
                self.start += searched + end + 1;
                if std::mem::take(&mut self.skipping) {
                    searched = 0;
                    continue;
                }
                return Ok(self.buffer.get(from..self.start));
            }
            let pending = self.buffer.len() - self.start;
            if self.ended || (pending >= KEPT && !self.skipping) {
                let from = std::mem::replace(&mut self.start, self.buffer.len());
                let skipped = std::mem::replace(&mut self.skipping, !self.ended);
                let line = self.buffer.get(from..).filter(|line| !line.is_empty() && !skipped);
                return Ok(line);
            }
            if self.skipping {
                self.start = self.buffer.len();
            }
            searched = self.buffer.len() - self.start;
            self.refill()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local::{RecordNo, Store};
    use std::fs;
    use std::io::Write;
    use std::path::Path;

    fn options(dir: &Path) -> OpenOptions {
        OpenOptions::new(Timestamp::from_millis(1_700_000_000_000), dir.to_owned())
    }

    fn streamed(inputs: Vec<Input>, dir: &Path) -> Vec<(String, u64, String)> {
        let mut seen = Vec::new();
        stream(inputs, &options(dir), &mut |record| {
            let raw = String::from_utf8_lossy(record.raw).into_owned();
            seen.push((record.source.rsplit('/').next().unwrap().to_owned(), record.line, raw));
            ControlFlow::Continue(())
        })
        .unwrap();
        seen
    }

    #[test]
    fn a_pass_gives_the_records_that_an_index_gives() {
        let dir = tempfile::tempdir().unwrap();
        let line =
            |i: u32| format!("2024-03-01T10:00:{:02}Z ERROR job {i} failed\n\tat step {}\n\n", i % 60, i * 3);
        let text: String = (0..20_000).map(line).collect();
        fs::write(dir.path().join("app.log"), &text).unwrap();
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"2024-03-01T09:00:00Z INFO started\n").unwrap();
        fs::write(dir.path().join("app.log.1.gz"), packed.finish().unwrap()).unwrap();
        let input = || vec![Input::Path(dir.path().to_owned())];
        let store = Store::open(input(), &options(dir.path())).unwrap();
        let indexed: Vec<_> = (0..store.len())
            .map(|no| {
                let record = store.record(RecordNo(no)).unwrap();
                let raw = String::from_utf8_lossy(&record.raw).into_owned();
                (record.source.rsplit('/').next().unwrap().to_owned(), record.line, raw)
            })
            .collect();
        let passed = streamed(input(), dir.path());
        assert_eq!(passed.len(), 20_001);
        let differ = passed.iter().zip(&indexed).find(|(a, b)| a != b);
        assert_eq!(differ, None);
        assert_eq!(passed.len(), indexed.len());
    }

    #[test]
    fn a_visitor_that_has_enough_ends_the_pass() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.log"), "one\ntwo\nthree\n").unwrap();
        fs::write(dir.path().join("b.log"), "four\n").unwrap();
        let mut seen = 0;
        let notes = stream(vec![Input::Path(dir.path().to_owned())], &options(dir.path()), &mut |_| {
            seen += 1;
            if seen < 2 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        assert_eq!((seen, notes.unwrap()), (2, Vec::new()));
    }

    /// Gives what was sent through a channel, and fails the test if it is asked before that.
    struct Live(std::collections::VecDeque<&'static [u8]>, std::rc::Rc<std::cell::Cell<usize>>);

    impl Read for Live {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1.set(self.1.get() + 1);
            let Some(bytes) = self.0.pop_front() else { return Ok(0) };
            buffer[..bytes.len()].copy_from_slice(bytes);
            Ok(bytes.len())
        }
    }

    #[test]
    fn a_live_pipe_is_not_waited_for_longer_than_needed() {
        let reads = std::rc::Rc::new(std::cell::Cell::new(0));
        let parts: [&[u8]; 3] = [b"first line\nsecond line\n", b"third line\n", b"fourth line\n"];
        let mut live = Live(parts.into_iter().collect(), std::rc::Rc::clone(&reads));
        let dir = tempfile::tempdir().unwrap();
        let mut seen = Vec::new();
        let copied = pass("-", Timestamp::from_millis(0), &mut live, &options(dir.path()), &mut |record| {
            seen.push((reads.get(), String::from_utf8_lossy(record.raw).into_owned()));
            ControlFlow::Continue(())
        });
        assert!(copied.stop.is_none());
        let expected = [(1, "first line"), (2, "second line"), (3, "third line"), (4, "fourth line")];
        assert_eq!(seen, expected.map(|(read, line)| (read, line.to_owned())));
    }

    #[test]
    fn i1_a_long_line_is_cut_to_its_beginning_and_the_next_one_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let text = [b"before\n".to_vec(), vec![b'x'; 10 << 20], b"\nafter\n".to_vec()].concat();
        fs::write(dir.path().join("a.log"), text).unwrap();
        let seen = streamed(vec![Input::Path(dir.path().to_owned())], dir.path());
        let short: Vec<_> = seen.iter().map(|(_, line, raw)| (*line, raw.len())).collect();
        assert_eq!(short, [(1, 6), (2, KEPT), (3, 5)]);
    }
}
