//! The index: chunks made by several workers, stitched in order into segments with one numbering.

use super::cache::Cached;
use super::chunk::{CHUNK, Chunk, Interner, Job, ODD, PREFIX, Worker};
use super::note::{Note, NoteKind};
use super::open::{OpenOptions, Progress};
use super::part::Part;
use super::record::split_first_line;
use super::segment::Segment;
use crate::pattern::{Miner, PatternSet, Piece, ShapeId, Template};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Everything known about the records of all parts.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) segments: Vec<Segment>,
    pub(super) services: Interner,
    miner: Miner,
    /// Templates an earlier run mined; shapes below their count are their numbers.
    earlier: Vec<Template>,
    pub(super) templates: Vec<Template>,
    /// Template of every shape.
    by_shape: Vec<u32>,
    /// Part and offset of lines that belong to no record, in order.
    pub(super) headings: Vec<(u32, u64)>,
    /// Physical lines per part.
    pub(super) part_lines: Vec<u64>,
    /// Bytes per part that need no more indexing.
    indexed: Vec<u64>,
    pub(super) records: u32,
    /// Bytes that were mined together.
    pub(super) mined: u64,
    pub(super) incomplete: bool,
}

impl Index {
    /// Takes over what an earlier run learned about the beginnings of the parts.
    pub(super) fn resume(cached: Cached, parts: &[Part]) -> Self {
        let mut index = Self {
            indexed: (0..parts.len()).map(|part| cached.indexed(part)).collect(),
            part_lines: cached.part_lines,
            mined: cached.mined,
            templates: cached.templates.clone(),
            by_shape: (0u32..).take(cached.templates.len()).collect(),
            earlier: cached.templates,
            headings: cached.headings,
            segments: cached.segments,
            ..Self::default()
        };
        for name in &cached.services {
            index.services.id_of(name.as_bytes());
        }
        for (number, part) in parts.iter().enumerate() {
            if index.indexed.get(number).is_some_and(|&to| to < part.len) {
                index.reopen(number);
            }
        }
        index.renumber();
        index
    }

    /// Takes the last record of a part back, because more of it may have been written since.
    fn reopen(&mut self, part: usize) {
        let end = self.segments.partition_point(|s| s.part as usize <= part);
        let last =
            end.checked_sub(1).filter(|&at| self.segments.get(at).is_some_and(|s| s.part as usize == part));
        let (mut from, mut lines) = (0, 0);
        if let Some((at, segment)) = last.and_then(|at| Some((at, self.segments.get(at)?))) {
            let i = segment.len().saturating_sub(1);
            (from, lines) = (segment.start_of(i), segment.line_of(i) - 1);
            match segment.without_last() {
                Some(shorter) => drop(std::mem::replace(&mut self.segments[at], shorter)),
                None => drop(self.segments.remove(at)),
            }
        }
        self.headings.retain(|&(p, at)| p as usize != part || at < from);
        if let (Some(indexed), Some(total)) = (self.indexed.get_mut(part), self.part_lines.get_mut(part)) {
            (*indexed, *total) = (from, lines);
        }
    }

    fn renumber(&mut self) {
        self.records = 0;
        for segment in &mut self.segments {
            segment.first = self.records;
            self.records = self.records.saturating_add(u32::try_from(segment.len()).unwrap_or(u32::MAX));
        }
    }

    /// Indexes what is not indexed yet. Returns whether there was anything.
    pub(super) fn extend(&mut self, parts: &[Part], options: &OpenOptions, notes: &mut Vec<Note>) -> bool {
        self.indexed.resize(parts.len(), 0);
        self.part_lines.resize(parts.len(), 0);
        let spans = parts.iter().zip(&self.indexed).enumerate();
        let jobs: Vec<Job> = spans.flat_map(|(n, (part, &from))| jobs_from(n, from, part.len)).collect();
        if jobs.is_empty() {
            return false;
        }
        if self.earlier.is_empty() {
            self.mined += jobs.iter().map(|job| job.to - job.from).sum::<u64>();
        }
        let mut chunks = Vec::new();
        for Output { worker, chunks: made, failed, stopped } in run(parts, &jobs, options) {
            let shapes: Vec<u32> =
                self.miner.absorb(&worker.miner).into_iter().map(|s| self.shape_no(s)).collect();
            let names = worker.services.names.iter();
            let services: Vec<u16> = names.map(|name| self.services.id_of(name.as_bytes())).collect();
            chunks.extend(made.into_iter().map(|chunk| renumber(chunk, &shapes, &services)));
            notes.extend(failed);
            self.incomplete |= stopped;
        }
        chunks.sort_by_key(|chunk| (chunk.job.part, chunk.job.from));
        self.place(parts, chunks, notes);
        self.settle(parts);
        true
    }

    /// Puts new chunks behind the segments of their part.
    fn place(&mut self, parts: &[Part], chunks: Vec<Chunk>, notes: &mut Vec<Note>) {
        let mut known = std::mem::take(&mut self.segments).into_iter().peekable();
        let mut chunks = chunks.into_iter().peekable();
        self.records = 0;
        for part in 0..parts.len() {
            while let Some(mut segment) = known.next_if(|segment| segment.part as usize == part) {
                segment.first = self.records;
                self.records += u32::try_from(segment.len()).unwrap_or(0);
                self.segments.push(segment);
            }
            while let Some(chunk) = chunks.next_if(|chunk| chunk.job.part == part) {
                self.stitch(parts, chunk, notes);
            }
        }
        self.headings.sort_unstable();
        self.indexed = parts.iter().map(|part| part.len).collect();
    }

    fn shape_no(&self, shape: ShapeId) -> u32 {
        shape.0.saturating_add(u32::try_from(self.earlier.len()).unwrap_or(u32::MAX))
    }

    /// Template of a shape of a segment; `u32::MAX` if there is none.
    pub(super) fn template_of(&self, shape: u32) -> u32 {
        self.by_shape.get(shape as usize).copied().unwrap_or(u32::MAX)
    }

    /// Mines what was observed; templates of an earlier run stay, and new ones that are among them are theirs.
    fn settle(&mut self, parts: &[Part]) {
        let patterns = self.miner.finish();
        let bodies = if self.earlier.is_empty() { Vec::new() } else { self.bodies(parts, &patterns) };
        self.templates = self.earlier.clone();
        let mut numbers = Vec::with_capacity(patterns.templates().len());
        for (at, template) in patterns.templates().iter().enumerate() {
            let examples = bodies.get(at).map(Vec::as_slice).unwrap_or_default();
            let number = known_as(&self.earlier, template, examples).unwrap_or(self.templates.len());
            if number == self.templates.len() {
                self.templates.push(template.clone());
            }
            numbers.push(u32::try_from(number).unwrap_or(u32::MAX));
        }
        let earlier = u32::try_from(self.earlier.len()).unwrap_or(u32::MAX);
        let shapes = self.segments.iter().flat_map(|s| s.shapes.iter().copied()).filter(|&s| s != u32::MAX);
        let count = shapes.max().map_or(0, |most| most + 1).max(earlier);
        let number = |shape: u32| match shape.checked_sub(earlier) {
            None => shape,
            Some(own) => numbers.get(patterns.template_of(ShapeId(own))).copied().unwrap_or(u32::MAX),
        };
        self.by_shape = (0..count).map(number).collect();
    }

    /// A few bodies of every template of this run.
    fn bodies(&self, parts: &[Part], patterns: &PatternSet) -> Vec<Vec<Vec<u8>>> {
        let mut bodies = vec![Vec::new(); patterns.templates().len()];
        for segment in &self.segments {
            for (i, &shape) in segment.shapes.iter().enumerate() {
                let Some(own) = (shape as usize).checked_sub(self.earlier.len()) else { continue };
                let template = patterns.template_of(ShapeId(u32::try_from(own).unwrap_or(u32::MAX)));
                let (Some(of), Some(part)) = (bodies.get_mut(template), parts.get(segment.part as usize))
                else {
                    continue;
                };
                if of.len() < EXAMPLES
                    && let Ok(raw) = part.read_range(
                        segment.start_of(i),
                        segment.end_of(i).min(segment.start_of(i) + PREFIX as u64),
                    )
                {
                    let (line, _) = split_first_line(&raw);
                    of.push(part.layout.parser().parse(line).body.into_owned());
                }
            }
        }
        bodies
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
            if chunk.odd_lead {
                last.levels = last.levels.with_last(last.starts.len(), |level| level | ODD);
            }
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
            self.incomplete = true;
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

/// Bodies that decide whether a template is one of an earlier run.
const EXAMPLES: usize = 3;

/// The template of an earlier run that a new one belongs to: the same text, or the one with the most constant text
/// that takes all examples apart.
fn known_as(earlier: &[Template], template: &Template, examples: &[Vec<u8>]) -> Option<usize> {
    let constant = |template: &Template| -> usize {
        let length = |piece: &Piece| if let Piece::Text(text) = piece { text.len() } else { 0 };
        template.pieces.iter().map(length).sum()
    };
    earlier.iter().position(|known| known.id == template.id).or_else(|| {
        let fits = |known: &&Template| {
            !examples.is_empty() && examples.iter().all(|body| known.capture(body).is_some())
        };
        let fitting = earlier.iter().filter(fits).max_by_key(|known| constant(known))?;
        earlier.iter().position(|known| known.id == fitting.id)
    })
}

/// Cuts the range `[from, to)` of one part into chunks.
fn jobs_from(part: usize, from: u64, to: u64) -> Vec<Job> {
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

fn renumber(mut chunk: Chunk, shapes: &[u32], services: &[u16]) -> Chunk {
    for shape in &mut chunk.shapes {
        *shape = shapes.get(*shape as usize).copied().unwrap_or(u32::MAX);
    }
    chunk.services.map(|id| services.get(id as usize).copied().unwrap_or(id));
    chunk
}
