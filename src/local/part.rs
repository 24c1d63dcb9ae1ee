//! A run of bytes that records are read from: a file, or a range of the unpacked spool.
//!
//! Reads are positioned (`pread`), so that threads share one open file and a shrinking file gives short reads, not
//! a signal. Only so many files stay open; the others are opened again by path and must still be the same file.

use crate::domain::Timestamp;
use crate::parse::Layout;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files kept open at once; more are opened for each read.
const KEPT_OPEN: usize = 256;

/// What makes a file the same file under another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct FileId {
    pub(super) device: u64,
    pub(super) inode: u64,
}

impl FileId {
    pub(super) fn of(meta: &Metadata) -> Self {
        Self { device: meta.dev(), inode: meta.ino() }
    }
}

/// What tells a part from others when it is opened again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A plain file.
    File(FileId),
    /// Unpacked bytes, by their hash.
    Unpacked(u64),
    /// A stream; it cannot be opened again.
    Stream,
    /// A file without a name that a stream is copied to; it is the same file only in this process.
    Growing(FileId),
}

/// Where bytes come from.
#[derive(Clone, Debug)]
pub(super) enum Bytes {
    /// An open file, shared.
    Open(Arc<File>),
    /// A file that is opened for every read.
    Closed(PathBuf, FileId),
}

impl Bytes {
    /// Keeps a file open while there are few.
    pub(super) fn of_file(file: File, path: &Path, meta: &Metadata, open_already: usize) -> Self {
        if open_already < KEPT_OPEN {
            Self::Open(Arc::new(file))
        } else {
            Self::Closed(path.to_owned(), FileId::of(meta))
        }
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match self {
            Self::Open(file) => fill_at(file, buffer, offset),
            Self::Closed(path, id) => {
                let file = File::open(path)?;
                if FileId::of(&file.metadata()?) != *id {
                    return Err(io::Error::other("another file took its place"));
                }
                fill_at(&file, buffer, offset)
            }
        }
    }
}

/// Fills a buffer from a position; fewer bytes only at the end of the file.
pub(super) fn fill_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, offset + filled as u64) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// One physical file, archive member or stream of a source.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// Name shown to people and used in record ids.
    pub(super) name: String,
    /// Number of the source this is a part of.
    pub(super) source: u32,
    /// Service of records that state none.
    pub(super) service: String,
    pub(super) bytes: Bytes,
    /// First byte inside `bytes`.
    pub(super) base: u64,
    /// Bytes that are indexed.
    pub(super) len: u64,
    /// When it was last written; the newest plausible time of its records.
    pub(super) modified: Timestamp,
    pub(super) layout: Layout,
    /// Bytes of its beginning that the layout was learned from.
    pub(super) sample: u64,
    /// The path behind a plain file, which may grow; `None` for spooled bytes.
    pub(super) path: Option<PathBuf>,
    pub(super) origin: Origin,
}

impl Part {
    /// Reads up to `buffer.len()` bytes at `offset`; fewer at the end of the part or where the file was cut.
    pub(super) fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        self.bytes.read_at(buffer.get_mut(..wanted).unwrap_or_default(), self.base + offset)
    }

    /// The bytes `[from, to)`; shorter where the file was cut.
    pub(super) fn read_range(&self, from: u64, to: u64) -> io::Result<Vec<u8>> {
        let mut buffer = vec![0; usize::try_from(to.saturating_sub(from)).unwrap_or(0)];
        let filled = self.read_at(&mut buffer, from)?;
        buffer.truncate(filled);
        Ok(buffer)
    }
}
