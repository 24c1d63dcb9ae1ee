//! One worker's part of the indexing: a chunk of whole lines in, flat columns out.
//!
//! A chunk owns the lines that start inside its byte range, so that any thread can read any chunk with nothing but
//! the byte before it. Lines that continue the last record of the chunk before are counted and handed over.

use super::column::{Column, Times, time_or_none};
use super::filter::{WordFilter, each_word};
use super::part::Part;
use crate::domain::Timestamp;
use crate::parse::{LineRole, ParsedLine};
use crate::pattern::Miner;
use rustc_hash::FxHashMap;
use std::io;

/// Bytes of text per chunk.
pub(super) const CHUNK: u64 = 1 << 20;
/// Bytes of a line that are parsed, mined and put into the filter; also read beyond the end of a chunk.
pub(super) const PREFIX: usize = 64 * 1024;
/// Bytes before a chunk that only bring the parser into the state it would have there.
const RUN_UP: u64 = 16 * 1024;
/// Set in a level byte when the layout did not understand the record's first line.
pub(super) const ODD: u8 = 0x80;

/// A byte range `[from, to)` of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) part: usize,
    pub(super) from: u64,
    pub(super) to: u64,
}

/// Columns of the records that start in one chunk; ids are those of the worker that made it.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) job: Job,
    /// Physical lines that start in the chunk.
    pub(super) line_count: u64,
    /// Bytes of records from `job.from`.
    pub(super) starts: Box<[u32]>,
    /// Lines from the chunk's first line; `None`: record `i` starts on line `i`.
    pub(super) lines: Option<Box<[u32]>>,
    pub(super) times: Times,
    pub(super) span: Option<(Timestamp, Timestamp)>,
    /// Whether times never fall.
    pub(super) sorted: bool,
    pub(super) levels: Column<u8>,
    pub(super) services: Column<u16>,
    pub(super) shapes: Box<[u32]>,
    /// `None`: the last record is too long to know its words.
    pub(super) filter: Option<WordFilter>,
    /// Words of leading lines that belong to the record before the chunk.
    pub(super) lead_words: Vec<u64>,
    /// Whether a line before the first record is not explained by the layout.
    pub(super) odd_lead: bool,
    /// Offsets in the part of lines that are no part of a record (column names).
    pub(super) headings: Vec<u64>,
    /// Whether the file was shorter than when it was opened.
    pub(super) cut: bool,
}

/// Parses and mines chunks; one per thread.
#[derive(Debug, Default)]
pub(super) struct Worker {
    pub(super) miner: Miner,
    pub(super) services: Interner,
    buffer: Vec<u8>,
    scratch: Scratch,
}

/// Columns of the chunk in work, kept between chunks for their memory.
#[derive(Debug, Default)]
struct Scratch {
    starts: Vec<u32>,
    lines: Vec<u32>,
    times: Vec<i64>,
    levels: Vec<u8>,
    services: Vec<u16>,
    shapes: Vec<u32>,
    headings: Vec<u64>,
    odd_lead: bool,
}

/// Names to small numbers.
#[derive(Debug, Default)]
pub(super) struct Interner {
    by_name: FxHashMap<Box<[u8]>, u16>,
    pub(super) names: Vec<String>,
}

impl Interner {
    /// The number of a name; when all numbers are taken, the last one.
    pub(super) fn id_of(&mut self, name: &[u8]) -> u16 {
        if let Some(&id) = self.by_name.get(name) {
            return id;
        }
        let Ok(id) = u16::try_from(self.names.len()) else { return u16::MAX };
        self.by_name.insert(name.into(), id);
        self.names.push(String::from_utf8_lossy(name).into_owned());
        id
    }
}

/// Where the lines of a chunk are in its buffer.
struct Window {
    /// Offset in the part of the first byte of the buffer.
    at: u64,
    /// First byte of the first line in the buffer.
    run_up: usize,
    /// First byte of the first line that starts in the chunk.
    first: usize,
    /// Lines start before this.
    end: usize,
    /// Whether the last line may go on behind the buffer.
    open: bool,
}

impl Worker {
    /// Reads, parses and mines one chunk.
    ///
    /// # Errors
    /// When the system refuses the read; a file that became shorter is no error but a `cut` chunk.
    pub(super) fn index(&mut self, part: &Part, job: Job) -> io::Result<Chunk> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let read = read_chunk(part, job, &mut buffer);
        let result = read.map(|(window, cut)| self.index_lines(part, job, &buffer, &window, cut));
        self.buffer = buffer;
        result
    }

    fn index_lines(&mut self, part: &Part, job: Job, buffer: &[u8], window: &Window, cut: bool) -> Chunk {
        self.scratch.clear();
        let fallback = self.services.id_of(part.service.as_bytes());
        let mut parser = part.layout.parser();
        let run_up = buffer.get(window.run_up..window.first).unwrap_or_default();
        for line in run_up.split_inclusive(|b| *b == b'\n') {
            parser.parse(line.strip_suffix(b"\n").unwrap_or(line));
        }
        let (mut at, mut line_no, mut last_end) = (window.first, 0u32, window.first);
        let mut lead_end = None;
        while at < window.end {
            let rest = buffer.get(at..).unwrap_or_default();
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let line = rest.get(..length.min(PREFIX)).unwrap_or_default();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let parsed = parser.parse(line);
            let begins = parsed.role == LineRole::Start
                || (parsed.role == LineRole::Continuation && job.from == 0 && self.scratch.starts.is_empty());
            if begins {
                lead_end.get_or_insert(at);
                let start = window.at + at as u64 - job.from;
                self.push(u32::try_from(start).unwrap_or(u32::MAX), line_no, &parsed, fallback);
            } else if parsed.role == LineRole::Heading {
                self.scratch.headings.push(window.at + at as u64);
            } else {
                self.scratch.add_to_record(&parsed);
            }
            at += length + 1;
            last_end = at.min(buffer.len());
            line_no += 1;
        }
        let (lead, own) = split_words(buffer, window, lead_end, last_end);
        let mut lead_words = Vec::new();
        each_word(lead, |hash| lead_words.push(hash));
        let mut filter = WordFilter::new();
        filter.add_text(own);
        filter.fold();
        let runs_on = window.open && last_end >= buffer.len() && buffer.last() != Some(&b'\n');
        self.scratch.pack(job, u64::from(line_no), (!runs_on).then_some(filter), lead_words, cut)
    }

    fn push(&mut self, start: u32, line: u32, parsed: &ParsedLine<'_>, fallback: u16) {
        let scratch = &mut self.scratch;
        scratch.starts.push(start);
        scratch.lines.push(line);
        scratch.times.push(time_or_none(parsed.ts));
        let odd = if parsed.understood { 0 } else { ODD };
        scratch.levels.push(parsed.level.map_or(0, crate::domain::Level::as_u8) | odd);
        let service = match &parsed.service {
            Some(name) if !name.is_empty() => self.services.id_of(name),
            _ => fallback,
        };
        self.scratch.services.push(service);
        self.scratch.shapes.push(self.miner.observe(&parsed.body).0);
    }
}

/// The bytes whose words belong to the record before the chunk, and those of its own records.
fn split_words<'b>(
    buffer: &'b [u8],
    window: &Window,
    lead_end: Option<usize>,
    last_end: usize,
) -> (&'b [u8], &'b [u8]) {
    let lead_end = lead_end.unwrap_or(last_end);
    let lead = buffer.get(window.first..lead_end).unwrap_or_default();
    (lead, buffer.get(lead_end..last_end).unwrap_or_default())
}

fn read_chunk(part: &Part, job: Job, buffer: &mut Vec<u8>) -> io::Result<(Window, bool)> {
    let at = job.from.saturating_sub(RUN_UP);
    let upto = part.len.min(job.to + PREFIX as u64);
    buffer.resize(usize::try_from(upto.saturating_sub(at)).unwrap_or(0), 0);
    let filled = part.read_at(buffer, at)?;
    let cut = filled < buffer.len();
    buffer.truncate(filled);
    let end = usize::try_from(job.to - at).unwrap_or(usize::MAX).min(filled);
    // A line starts right behind a line break; the byte before the chunk tells whether its first byte does.
    let line_from = |from: usize| {
        memchr::memchr(b'\n', buffer.get(from..end).unwrap_or_default()).map_or(end, |found| from + found + 1)
    };
    let start = usize::try_from(job.from - at).unwrap_or(usize::MAX);
    let first = if job.from == 0 { 0 } else { line_from(start.saturating_sub(1)) };
    let run_up = if at == 0 { 0 } else { line_from(0).min(first) };
    Ok((Window { at, run_up, first, end, open: upto < part.len }, cut))
}

impl Scratch {
    fn clear(&mut self) {
        self.starts.clear();
        self.lines.clear();
        self.times.clear();
        self.levels.clear();
        self.services.clear();
        self.shapes.clear();
        self.headings.clear();
        self.odd_lead = false;
    }

    /// A line of the record under way; one that the layout does not explain marks it.
    fn add_to_record(&mut self, parsed: &ParsedLine<'_>) {
        match self.levels.last_mut() {
            _ if parsed.understood => {}
            Some(level) => *level |= ODD,
            None => self.odd_lead = true,
        }
    }

    fn pack(
        &mut self,
        job: Job,
        line_count: u64,
        filter: Option<WordFilter>,
        lead_words: Vec<u64>,
        cut: bool,
    ) -> Chunk {
        let times = Times::pack(&self.times);
        let stated = || self.times.iter().copied().filter(|&t| t != time_or_none(None));
        let span = stated().min().zip(stated().max());
        let plain = self.lines.iter().enumerate().all(|(i, &line)| i == line as usize);
        Chunk {
            job,
            line_count,
            starts: self.starts.as_slice().into(),
            lines: (!plain).then(|| self.lines.as_slice().into()),
            times,
            span: span.map(|(a, b)| (Timestamp::from_nanos(a), Timestamp::from_nanos(b))),
            sorted: stated().is_sorted(),
            levels: Column::pack(self.levels.clone()),
            services: Column::pack(self.services.clone()),
            shapes: self.shapes.as_slice().into(),
            filter,
            lead_words,
            odd_lead: self.odd_lead,
            headings: self.headings.clone(),
            cut,
        }
    }
}
