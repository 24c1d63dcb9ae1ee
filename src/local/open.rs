//! Opening: options, errors, and the way from inputs to parts with a learned layout.

use super::discover::{Found, Input, Wanted, discover};
use super::note::{Note, NoteKind};
use super::part::{Bytes, FileId, Origin, Part, fill_at};
use super::rotation::{Age, rotation_of, service_of};
use super::spool::Spool;
use super::text::{Kind, SNIFFED, kind_of};
use super::unpack::{Sink, Unpacker};
use crate::domain::{Timestamp, Zone};
use crate::parse::{Layout, ParseOptions, expander};
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use thiserror::Error;

/// Bytes of a part's beginning that its layout is learned from.
const SAMPLE: u64 = 512 * 1024;

/// How far the reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read so far.
    pub done: u64,
    /// Bytes to read; grows while compressed inputs are unpacked.
    pub total: u64,
    /// Records found so far.
    pub records: u64,
}

/// Called from the reading threads.
pub type ProgressFn = Arc<dyn Fn(Progress) + Send + Sync>;

/// What the caller decides before reading.
#[derive(Clone)]
pub struct OpenOptions {
    /// Only files whose name or path below the named directory matches one of these; empty: all.
    pub include: Vec<String>,
    /// No file or directory that matches one of these.
    pub exclude: Vec<String>,
    /// Zone of times without an offset (`--zone`).
    pub zone: Option<Zone>,
    /// Forced format (`--format`).
    pub format: Option<String>,
    /// The current time, for streams and for years that are not stated.
    pub now: Timestamp,
    /// Indexing threads; at least one is used.
    pub threads: usize,
    /// Directory for unpacked bytes; the file in it has no name and is gone with the process.
    pub temp_dir: PathBuf,
    /// Most bytes that all compressed inputs and streams together may unpack to.
    pub max_unpacked: u64,
    /// Most bytes one compressed byte may unpack to (over the first MiB of output, against bombs).
    pub max_ratio: u64,
    /// Where indexes are kept; `None`: nowhere.
    pub cache_dir: Option<PathBuf>,
    /// Smaller inputs are indexed faster than a cache is read.
    pub cache_min_bytes: u64,
    /// Set to stop reading; what was read so far is used.
    pub cancel: Arc<AtomicBool>,
    /// Told after every chunk.
    pub progress: Option<ProgressFn>,
}

impl OpenOptions {
    /// The defaults: two threads, 2 GiB unpacked, ratio 200, no cache.
    #[must_use]
    pub fn new(now: Timestamp, temp_dir: PathBuf) -> Self {
        Self {
            include: Vec::new(),
            exclude: Vec::new(),
            zone: None,
            format: None,
            now,
            threads: 2,
            temp_dir,
            max_unpacked: 2 << 30,
            max_ratio: 200,
            cache_dir: None,
            cache_min_bytes: 4 << 20,
            cancel: Arc::new(AtomicBool::new(false)),
            progress: None,
        }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenOptions")
            .field("include", &self.include)
            .field("exclude", &self.exclude)
            .field("zone", &self.zone)
            .field("format", &self.format)
            .field("threads", &self.threads)
            .field("cache_dir", &self.cache_dir)
            .finish_non_exhaustive()
    }
}

/// Why nothing could be opened.
#[derive(Clone, Debug, Error)]
pub enum StoreError {
    /// Not one input could be read; the notes say why, one sentence each.
    #[error("{}", nothing_readable(notes))]
    NothingReadable {
        /// One note per input.
        notes: Vec<Note>,
    },
    /// A glob that is none.
    #[error("cannot read the glob \"{pattern}\": {reason}")]
    Glob {
        /// As typed.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
}

fn nothing_readable(notes: &[Note]) -> String {
    match notes {
        [] => {
            "nothing to read: the given paths hold no file, or --include and --exclude leave none".to_owned()
        }
        [only] => only.to_string(),
        [first, rest @ ..] => format!("nothing to read: {first} (and {} more)", rest.len()),
    }
}

/// Parts in reading order: sources in the order they were named, parts oldest first.
pub(super) struct Opened {
    pub(super) parts: Vec<Part>,
    pub(super) sources: Vec<String>,
    pub(super) notes: Vec<Note>,
    /// Files left out because they are not text.
    pub(super) binary: usize,
}

/// A part that does not know its source yet.
pub(super) struct Raw {
    pub(super) name: String,
    pub(super) bytes: Bytes,
    pub(super) base: u64,
    pub(super) len: u64,
    pub(super) modified: Timestamp,
    pub(super) path: Option<PathBuf>,
    pub(super) origin: Origin,
}

/// Opens everything that can be opened.
pub(super) fn open_parts(inputs: Vec<Input>, options: &OpenOptions) -> Result<Opened, StoreError> {
    let wanted = Wanted::from_options(options)?;
    let mut notes = Vec::new();
    let found = discover(inputs, &wanted, &mut notes);
    let mut unpacker = Unpacker::new(options, &wanted, Sink::Spool(Spool::new(options)));
    unpacker.notes = notes;
    for input in found {
        if options.is_cancelled() {
            break;
        }
        open_found(input, options, &mut unpacker);
    }
    let Unpacker { raws, notes, binary, .. } = unpacker;
    let usable = notes.iter().any(|note| note.kind == NoteKind::Empty || note.kind == NoteKind::Stopped);
    if raws.is_empty() && !usable && !options.is_cancelled() {
        return Err(StoreError::NothingReadable { notes });
    }
    let (parts, sources) = group(raws, options);
    Ok(Opened { parts, sources, notes, binary })
}

/// Opens one input, whatever it is.
pub(super) fn open_found(input: Found, options: &OpenOptions, unpacker: &mut Unpacker<'_>) {
    match input {
        Found::File(path) => open_file(&path, options, unpacker),
        Found::Pipe(path) => open_pipe(&path, options, unpacker),
        Found::Stream { name, mut reader } => unpacker.read_stream(&name, options.now, &mut reader),
        Found::Growing { name, file } => open_growing(&name, file, options, unpacker),
    }
}

/// Takes a text file as it lies there, and unpacks anything else.
fn open_file(path: &Path, options: &OpenOptions, unpacker: &mut Unpacker<'_>) {
    if let Err(error) = try_open_file(path, options, unpacker) {
        unpacker.notes.push(Note::of_error(path.display().to_string(), &error));
    }
}

fn try_open_file(path: &Path, options: &OpenOptions, unpacker: &mut Unpacker<'_>) -> std::io::Result<()> {
    let name = path.display().to_string();
    let mut file = File::open(path)?;
    let meta = file.metadata()?;
    let modified = meta.modified().ok().and_then(timestamp_of).unwrap_or(options.now);
    let mut head = vec![0; SNIFFED];
    let filled = fill_at(&file, &mut head, 0)?;
    head.truncate(filled);
    match kind_of(&head) {
        Kind::Text if !unpacker.is_passing() && expander(&head).is_none() => {
            let bytes = Bytes::of_file(file, path, &meta, unpacker.raws.len());
            unpacker.raws.push(Raw {
                name,
                bytes,
                base: 0,
                len: meta.len(),
                modified,
                path: Some(path.to_owned()),
                origin: Origin::File(FileId::of(&meta)),
            });
        }
        Kind::Zip => unpacker.read_zip(&name, modified, file),
        _ => unpacker.read(&name, modified, &mut file),
    }
    Ok(())
}

/// Takes what a stream brought so far; unpacks it like a stream if it is no plain text.
fn open_growing(name: &str, file: Arc<File>, options: &OpenOptions, unpacker: &mut Unpacker<'_>) {
    let mut head = vec![0; SNIFFED];
    let read = file.metadata().and_then(|meta| Ok((meta, fill_at(&file, &mut head, 0)?)));
    let (meta, filled) = match read {
        Ok(read) => read,
        Err(error) => return unpacker.notes.push(Note::of_error(name, &error)),
    };
    head.truncate(filled);
    if kind_of(&head) != Kind::Text || unpacker.is_passing() || expander(&head).is_some() {
        return unpacker.read_stream(name, options.now, &mut FromStart { file: &file, at: 0 });
    }
    unpacker.raws.push(Raw {
        name: name.to_owned(),
        bytes: Bytes::Open(file),
        base: 0,
        len: meta.len(),
        modified: options.now,
        path: None,
        origin: Origin::Growing(FileId::of(&meta)),
    });
}

/// Reads a file that others read too, without moving their place.
struct FromStart<'f> {
    file: &'f File,
    at: u64,
}

impl Read for FromStart<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = fill_at(self.file, buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// Reads a pipe that was named like a file (`<(command)`), if somebody writes to it.
fn open_pipe(path: &Path, options: &OpenOptions, unpacker: &mut Unpacker<'_>) {
    let name = path.display().to_string();
    match pipe_reader(path) {
        Ok(Some(mut reader)) => unpacker.read_stream(&name, options.now, &mut reader),
        Ok(None) => {
            let text = "is a pipe nobody writes to: start the writer first, or pipe into `-`";
            unpacker.notes.push(Note::new(name, NoteKind::NotAFile, text));
        }
        Err(error) => unpacker.notes.push(Note::of_error(name, &error)),
    }
}

/// Opens without waiting for a writer, then waits for its bytes. `None`: nobody has it open for writing.
fn pipe_reader(path: &Path) -> std::io::Result<Option<impl Read + use<>>> {
    use rustix::fs::OFlags;
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let mut file = File::from(rustix::fs::open(path, flags, rustix::fs::Mode::empty())?);
    let mut first = vec![0; SNIFFED];
    let read = match file.read(&mut first) {
        Ok(0) => return Ok(None),
        Ok(read) => read,
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => 0,
        Err(error) => return Err(error),
    };
    first.truncate(read);
    rustix::fs::fcntl_setfl(&file, OFlags::RDONLY)?;
    Ok(Some(std::io::Cursor::new(first).chain(file)))
}

pub(super) fn timestamp_of(time: std::time::SystemTime) -> Option<Timestamp> {
    jiff::Timestamp::try_from(time).ok().map(Timestamp::from_jiff)
}

/// Joins rotated siblings into sources.
fn group(raws: Vec<Raw>, options: &OpenOptions) -> (Vec<Part>, Vec<String>) {
    let mut sources: Vec<(String, Vec<(Age, Raw)>)> = Vec::new();
    let mut by_stem = rustc_hash::FxHashMap::default();
    for raw in raws {
        let (directory, file) = raw.name.rsplit_once('/').map_or(("", raw.name.as_str()), |(d, f)| (d, f));
        let rotation = rotation_of(file);
        let stem =
            if directory.is_empty() { rotation.stem } else { format!("{directory}/{}", rotation.stem) };
        let next = sources.len();
        let at = *by_stem.entry(stem.clone()).or_insert(next);
        if at == next {
            sources.push((stem, Vec::new()));
        }
        if let Some((_, parts)) = sources.get_mut(at) {
            parts.push((rotation.age, raw));
        }
    }
    let mut parts = Vec::new();
    let mut names = Vec::new();
    for (number, (stem, mut members)) in sources.into_iter().enumerate() {
        members.sort_by(|a, b| a.0.cmp(&b.0));
        names.push(if let [(_, only)] = members.as_slice() { only.name.clone() } else { stem });
        for (_, raw) in members {
            parts.push(part_of(raw, u32::try_from(number).unwrap_or(u32::MAX), options));
        }
    }
    (parts, names)
}

fn part_of(raw: Raw, source: u32, options: &OpenOptions) -> Part {
    let file = raw.name.rsplit(['/', ':']).next().unwrap_or(&raw.name);
    let service = if raw.name == "-" { "stdin".to_owned() } else { service_of(file) };
    Part {
        layout: Layout::learn(b"", &parse_options(raw.modified, options)),
        sample: raw.len.min(SAMPLE),
        name: raw.name,
        source,
        service,
        bytes: raw.bytes,
        base: raw.base,
        len: raw.len,
        modified: raw.modified,
        path: raw.path,
        origin: raw.origin,
    }
}

pub(super) fn parse_options(newest: Timestamp, options: &OpenOptions) -> ParseOptions {
    ParseOptions { zone: options.zone.clone(), format: options.format.clone(), newest }
}

/// Learns the layout of every part from its beginning. A part that cannot be read now is reported when it is indexed.
pub(super) fn learn_layouts(parts: &mut [Part], options: &OpenOptions) {
    for part in parts {
        let mut sample = part.read_range(0, part.sample).unwrap_or_default();
        if let Some(end) = memchr::memrchr(b'\n', &sample) {
            sample.truncate(end + 1);
        }
        part.layout = Layout::learn(&sample, &parse_options(part.modified, options));
    }
}
