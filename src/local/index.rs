//! The index: chunks made by several workers, stitched in order into segments with one numbering.

use super::chunk::{CHUNK, Chunk, Interner, Job, ODD, Worker};
use super::column::{Column, Times};
use super::filter::WordFilter;
use super::note::{Note, NoteKind};
use super::open::{OpenOptions, Progress};
use super::part::Part;
use crate::domain::{Level, Timestamp};
use crate::pattern::{Miner, PatternSet, ShapeId};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Columns of the records that start in about one MiB of a part.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Segment {
    pub(super) part: u32,
    /// Number of its first record.
    pub(super) first: u32,
    /// Offset in the part that `starts` count from.
    pub(super) base: u64,
    /// Physical lines of the part before the first that starts here.
    pub(super) line: u64,
    pub(super) starts: Box<[u32]>,
    pub(super) lines: Option<Box<[u32]>>,
    /// Offset in the part where the last record ends.
    pub(super) end: u64,
    pub(super) times: Times,
    pub(super) span: Option<(Timestamp, Timestamp)>,
    pub(super) sorted: bool,
    pub(super) levels: Column<u8>,
    pub(super) services: Column<u16>,
    pub(super) shapes: Box<[u32]>,
    pub(super) filter: Option<WordFilter>,
}

impl Segment {
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    pub(super) fn start_of(&self, i: usize) -> u64 {
        self.base + self.starts.get(i).map_or(0, |&start| u64::from(start))
    }

    pub(super) fn end_of(&self, i: usize) -> u64 {
        self.starts.get(i + 1).map_or(self.end, |&next| self.base + u64::from(next))
    }

    /// 1-based physical line of a record's first byte.
    pub(super) fn line_of(&self, i: usize) -> u64 {
        let within = match &self.lines {
            Some(lines) => lines.get(i).map_or(0, |&line| u64::from(line)),
            None => i as u64,
        };
        self.line + within + 1
    }

    pub(super) fn level_of(&self, i: usize) -> Option<Level> {
        Level::from_u8(self.levels.at(i) & !ODD)
    }

    fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.starts.len() * 4
            + self.lines.as_ref().map_or(0, |lines| lines.len() * 4)
            + self.times.bytes()
            + self.levels.bytes()
            + self.services.bytes()
            + self.shapes.len() * 4
            + self.filter.as_ref().map_or(0, WordFilter::bytes)
    }
}

/// Everything known about the records of all parts.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) segments: Vec<Segment>,
    pub(super) services: Interner,
    pub(super) miner: Miner,
    pub(super) patterns: PatternSet,
    /// Part and offset of lines that belong to no record, in order.
    pub(super) headings: Vec<(u32, u64)>,
    /// Physical lines per part.
    pub(super) part_lines: Vec<u64>,
    pub(super) records: u32,
    pub(super) complete: bool,
}

impl Index {
    /// Indexes whole parts.
    pub(super) fn build(parts: &[Part], options: &OpenOptions, notes: &mut Vec<Note>) -> Self {
        let mut index = Self { complete: true, ..Self::default() };
        index.extend(parts, &jobs_of(parts), options, notes);
        index
    }

    /// Appends the records of further chunks, in order, and mines again.
    pub(super) fn extend(
        &mut self,
        parts: &[Part],
        jobs: &[Job],
        options: &OpenOptions,
        notes: &mut Vec<Note>,
    ) {
        let mut chunks = Vec::new();
        for Output { worker, chunks: made, failed, stopped } in run(parts, jobs, options) {
            let shapes = self.miner.absorb(&worker.miner);
            let names = worker.services.names.iter();
            let services: Vec<u16> = names.map(|name| self.services.id_of(name.as_bytes())).collect();
            chunks.extend(made.into_iter().map(|chunk| renumber(chunk, &shapes, &services)));
            notes.extend(failed);
            self.complete &= !stopped;
        }
        chunks.sort_by_key(|chunk| (chunk.job.part, chunk.job.from));
        self.part_lines.resize(parts.len(), 0);
        for chunk in chunks {
            self.stitch(parts, chunk, notes);
        }
        self.patterns = self.miner.finish();
    }

    /// Appends one chunk: its leading lines go to the record before it.
    fn stitch(&mut self, parts: &[Part], chunk: Chunk, notes: &mut Vec<Note>) {
        let part_no = u32::try_from(chunk.job.part).unwrap_or(u32::MAX);
        let Some(part) = parts.get(chunk.job.part) else { return };
        if chunk.cut && !notes.iter().any(|n| n.source == part.name && n.kind == NoteKind::Changed) {
            let text = "became shorter while it was read: what was left of it is used, open it again";
            notes.push(Note::new(part.name.clone(), NoteKind::Changed, text));
        }
        let lines = self.part_lines.get(chunk.job.part).copied().unwrap_or(0);
        if let Some(total) = self.part_lines.get_mut(chunk.job.part) {
            *total += chunk.line_count;
        }
        self.headings.extend(chunk.headings.iter().map(|&at| (part_no, at)));
        if let Some(last) = self.segments.last_mut().filter(|last| last.part == part_no) {
            last.end =
                chunk.job.from + chunk.starts.first().map_or(chunk.job.to - chunk.job.from, |&s| s.into());
            if let Some(filter) = &mut last.filter {
                chunk.lead_words.iter().for_each(|&hash| filter.add(hash));
            }
        }
        self.append(part_no, part.len, lines, chunk);
    }

    /// Numbers the records of a chunk, if there are any.
    fn append(&mut self, part: u32, part_end: u64, lines_before: u64, chunk: Chunk) {
        let (Ok(count), Some(_)) = (u32::try_from(chunk.starts.len()), chunk.starts.first()) else { return };
        let Some(records) = self.records.checked_add(count) else {
            self.complete = false;
            return;
        };
        self.segments.push(Segment {
            part,
            first: self.records,
            base: chunk.job.from,
            line: lines_before,
            starts: chunk.starts,
            lines: chunk.lines,
            end: part_end,
            times: chunk.times,
            span: chunk.span,
            sorted: chunk.sorted,
            levels: chunk.levels,
            services: chunk.services,
            shapes: chunk.shapes,
            filter: chunk.filter,
        });
        self.records = records;
    }

    /// Bytes the columns and filters take.
    pub(super) fn bytes(&self) -> usize {
        self.segments.iter().map(Segment::bytes).sum::<usize>() + self.headings.len() * 16
    }
}

/// Cuts parts into chunks.
pub(super) fn jobs_of(parts: &[Part]) -> Vec<Job> {
    let mut jobs = Vec::new();
    for (part, of) in parts.iter().enumerate() {
        jobs.extend(jobs_from(part, 0, of.len));
    }
    jobs
}

/// Cuts the range `[from, to)` of one part into chunks.
pub(super) fn jobs_from(part: usize, from: u64, to: u64) -> Vec<Job> {
    let mut jobs = Vec::new();
    let mut at = from;
    while at < to {
        let next = (at + CHUNK).min(to);
        jobs.push(Job { part, from: at, to: next });
        at = next;
    }
    jobs
}

struct Output {
    worker: Worker,
    chunks: Vec<Chunk>,
    failed: Vec<Note>,
    stopped: bool,
}

/// Works through the jobs on as many threads as the options say; each takes the next one that is left.
fn run(parts: &[Part], jobs: &[Job], options: &OpenOptions) -> Vec<Output> {
    let (next, done, records) = (AtomicUsize::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let total = jobs.iter().map(|job| job.to - job.from).sum();
    let work = || {
        let mut out =
            Output { worker: Worker::default(), chunks: Vec::new(), failed: Vec::new(), stopped: false };
        while let Some(&job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            if options.is_cancelled() {
                out.stopped = true;
                break;
            }
            let Some(part) = parts.get(job.part) else { continue };
            match out.worker.index(part, job) {
                Ok(chunk) => {
                    records.fetch_add(chunk.starts.len() as u64, Ordering::Relaxed);
                    out.chunks.push(chunk);
                }
                Err(error) => note_once(&mut out.failed, Note::of_error(part.name.clone(), &error)),
            }
            let read = done.fetch_add(job.to - job.from, Ordering::Relaxed) + job.to - job.from;
            if let Some(tell) = &options.progress {
                tell(Progress { done: read, total, records: records.load(Ordering::Relaxed) });
            }
        }
        out
    };
    let threads = options.threads.clamp(1, jobs.len().max(1));
    if threads == 1 {
        return vec![work()];
    }
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let join = |handle: std::thread::ScopedJoinHandle<'_, Output>| {
            handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        handles.into_iter().map(join).collect()
    })
}

fn note_once(notes: &mut Vec<Note>, note: Note) {
    if !notes.contains(&note) {
        notes.push(note);
    }
}

fn renumber(mut chunk: Chunk, shapes: &[ShapeId], services: &[u16]) -> Chunk {
    for shape in &mut chunk.shapes {
        *shape = shapes.get(*shape as usize).map_or(u32::MAX, |known| known.0);
    }
    chunk.services.map(|id| services.get(id as usize).copied().unwrap_or(id));
    chunk
}
