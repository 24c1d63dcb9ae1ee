//! From what the user named to the files to read: walks directories, applies globs, leaves out what is no file.

use super::note::{Note, NoteKind};
use super::open::{OpenOptions, StoreError};
use super::part::FileId;
use globset::{Glob, GlobSet, GlobSetBuilder};
use rustc_hash::FxHashSet;
use std::fmt;
use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Something to read logs from.
pub enum Input {
    /// A file, an archive or a directory.
    Path(PathBuf),
    /// A stream that is read to its end first, such as standard input.
    Stream {
        /// Name to show, `-` for standard input.
        name: String,
        /// Its bytes.
        reader: Box<dyn Read + Send>,
    },
    /// A file without a name that a stream is being copied to: what is in it now.
    Growing {
        /// Name to show, `-` for standard input.
        name: String,
        /// The file; it must be readable.
        file: Arc<File>,
    },
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => f.debug_tuple("Path").field(path).finish(),
            Self::Stream { name, .. } => f.debug_tuple("Stream").field(name).finish(),
            Self::Growing { name, .. } => f.debug_tuple("Growing").field(name).finish(),
        }
    }
}

/// A file or stream that will be opened.
pub(super) enum Found {
    File(PathBuf),
    /// A pipe that was named like a file (`<(command)`).
    Pipe(PathBuf),
    Stream {
        name: String,
        reader: Box<dyn Read + Send>,
    },
    Growing {
        name: String,
        file: Arc<File>,
    },
}

/// Which names are wanted.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    include: Option<GlobSet>,
    exclude: GlobSet,
}

impl Wanted {
    pub(super) fn from_options(options: &OpenOptions) -> Result<Self, StoreError> {
        let include = (!options.include.is_empty()).then(|| globs(&options.include)).transpose()?;
        Ok(Self { include, exclude: globs(&options.exclude)? })
    }

    /// Whether a file is wanted: globs with a slash are held against the path below what was named, the others
    /// against the file name.
    pub(super) fn takes(&self, below: &Path) -> bool {
        self.include.as_ref().is_none_or(|set| matches(set, below)) && !self.leaves_out(below)
    }

    fn leaves_out(&self, below: &Path) -> bool {
        matches(&self.exclude, below)
    }
}

fn matches(set: &GlobSet, below: &Path) -> bool {
    set.is_match(below) || below.file_name().is_some_and(|name| set.is_match(name))
}

fn globs(patterns: &[String]) -> Result<GlobSet, StoreError> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let bad = |error: globset::Error| StoreError::Glob {
            pattern: pattern.clone(),
            reason: error.kind().to_string(),
        };
        set.add(Glob::new(pattern).map_err(bad)?);
    }
    set.build().map_err(|error| StoreError::Glob { pattern: patterns.join(" "), reason: error.to_string() })
}

/// All files behind the inputs, each once, walks in name order.
pub(super) fn discover(inputs: Vec<Input>, wanted: &Wanted, notes: &mut Vec<Note>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut seen = FxHashSet::default();
    for input in inputs {
        match input {
            Input::Stream { name, reader } => found.push(Found::Stream { name, reader }),
            Input::Growing { name, file } => found.push(Found::Growing { name, file }),
            Input::Path(path) => match std::fs::metadata(&path) {
                Err(error) => notes.push(Note::of_error(path.display().to_string(), &error)),
                Ok(meta) if meta.is_dir() => walk(&path, wanted, &mut seen, &mut found, notes),
                Ok(meta) => take(path, &meta, &mut seen, &mut found, notes),
            },
        }
    }
    found
}

fn take(
    path: PathBuf,
    meta: &Metadata,
    seen: &mut FxHashSet<FileId>,
    found: &mut Vec<Found>,
    notes: &mut Vec<Note>,
) {
    use std::os::unix::fs::FileTypeExt;
    if meta.is_file() {
        if seen.insert(FileId::of(meta)) {
            found.push(Found::File(path));
        }
    } else if meta.file_type().is_fifo() {
        found.push(Found::Pipe(path));
    } else {
        let text = "is neither a file nor a directory: name a file, or pipe the logs in with `-`";
        notes.push(Note::new(path.display().to_string(), NoteKind::NotAFile, text));
    }
}

fn walk(
    root: &Path,
    wanted: &Wanted,
    seen: &mut FxHashSet<FileId>,
    found: &mut Vec<Found>,
    notes: &mut Vec<Note>,
) {
    let below = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_owned();
    let walk = walkdir::WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|e| e.depth() == 0 || !wanted.leaves_out(&below(e.path()))) {
        match entry {
            Err(error) => notes.push(note_of_walk(&error)),
            Ok(entry) if entry.file_type().is_dir() || !wanted.takes(&below(entry.path())) => {}
            Ok(entry) => match entry.metadata() {
                // Pipes, sockets and devices inside a directory were not asked for by name.
                Ok(meta) if meta.is_file() => take(entry.into_path(), &meta, seen, found, notes),
                Ok(_) => {}
                Err(error) => notes.push(note_of_walk(&error)),
            },
        }
    }
}

fn note_of_walk(error: &walkdir::Error) -> Note {
    let path = error.path().map(|path| path.display().to_string()).unwrap_or_default();
    if let Some(ancestor) = error.loop_ancestor() {
        let text = format!("leads back to {}, which is read once", ancestor.display());
        return Note::new(path, NoteKind::Loop, text);
    }
    match error.io_error() {
        Some(error) => Note::of_error(path, error),
        None => Note::new(path, NoteKind::Unreadable, error.to_string()),
    }
}
