//! The writing side of one case file: locked by its writer, whole lines only, on the disk before the next one.
//!
//! Blocking; whoever must not wait uses a [`Recorder`](super::Recorder).

use super::entry::{CaseId, Header};
use super::lines::MAX_LINE;
use super::seal::{Opening, Sealed};
use super::store::{Store, extension};
use super::{CaseError, load};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Names tried before giving up; the name grows by a digit every few.
const NAMES_TRIED: u64 = 48;
/// A reader that looks whether a case is being written holds its lock for an instant; so the writer asks again.
const LOCK_TRIES: u32 = 5;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// An open case that this process writes.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    id: CaseId,
    /// Whether the next line has to end a torn one first.
    torn: bool,
}

impl Journal {
    /// Makes a new case with its first line.
    ///
    /// # Errors
    /// When the directory or the file cannot be made or written.
    pub fn create(store: &Store, opening: &Opening) -> Result<Self, CaseError> {
        store.make()?;
        let mut attempt = 0;
        loop {
            let id = name(opening, attempt);
            let path = store.directory().join(format!("{id}.{}", extension()));
            match options().create_new(true).open(&path) {
                Ok(file) => {
                    lock(&file, &path)?;
                    let mut journal = Self { file, path, id: id.clone(), torn: false };
                    if let Err(error) = journal.append(&opening.header(id)?) {
                        // An empty file is no case; the next try makes its own.
                        let _ = std::fs::remove_file(&journal.path);
                        return Err(error);
                    }
                    // The name has to survive as well; a file system that cannot sync a directory loses little.
                    let _ = File::open(store.directory()).and_then(|directory| directory.sync_all());
                    return Ok(journal);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < NAMES_TRIED => {
                    attempt += 1;
                }
                Err(source) => return Err(CaseError::Write { path, source }),
            }
        }
    }

    /// Opens an existing case to go on with it.
    ///
    /// # Errors
    /// [`CaseError::Locked`] when another process writes it; otherwise when it cannot be opened or is no case.
    pub fn resume(path: &Path) -> Result<Self, CaseError> {
        load::require_file(path)?;
        let write = |source| CaseError::Write { path: path.to_owned(), source };
        let mut file = options().open(path).map_err(write)?;
        lock(&file, path)?;
        let id = first_line(&file, path)?.id;
        let torn = !ends_with_line_break(&mut file).map_err(write)?;
        Ok(Self { file, path: path.to_owned(), id, torn })
    }

    /// Writes one line and waits until it is on the disk.
    ///
    /// # Errors
    /// When the line is not, or not known to be, on the disk; a part of it that was written is taken back.
    pub fn append(&mut self, sealed: &Sealed) -> Result<(), CaseError> {
        self.write(sealed).map_err(|source| CaseError::Write { path: self.path.clone(), source })
    }

    /// Name of the case.
    #[must_use]
    pub const fn id(&self) -> &CaseId {
        &self.id
    }

    /// Its file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn write(&mut self, sealed: &Sealed) -> io::Result<()> {
        let before = self.file.metadata()?;
        if is_removed(&before) {
            return Err(io::Error::new(io::ErrorKind::NotFound, "the file was removed"));
        }
        let line_break = if self.torn { "\n" } else { "" };
        let bytes = format!("{line_break}{}\n", sealed.line()).into_bytes();
        if let Err(error) = self.file.write_all(&bytes) {
            self.torn = self.torn || self.file.set_len(before.len()).is_err();
            return Err(error);
        }
        self.torn = false;
        self.file.sync_data()
    }
}

/// Read and append; 0600 when it is made.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(unix)]
fn is_removed(meta: &std::fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(meta) == 0
}

#[cfg(not(unix))]
fn is_removed(_meta: &std::fs::Metadata) -> bool {
    false
}

/// Four digits from the time and the process, then five, then six: unique by trying, not by chance.
fn name(opening: &Opening, attempt: u64) -> CaseId {
    let seed = [opening.created().as_nanos().cast_unsigned(), u64::from(std::process::id()), attempt];
    let bytes: Vec<u8> = seed.iter().flat_map(|number| number.to_le_bytes()).collect();
    let digits = (4 + attempt / 16).min(6);
    let number = xxhash_rust::xxh3::xxh3_64(&bytes) >> (64 - 4 * digits);
    CaseId(format!("{number:0width$x}", width = usize::try_from(digits).unwrap_or(6)))
}

/// Takes the exclusive lock; a file system without locks is written without one.
fn lock(file: &File, path: &Path) -> Result<(), CaseError> {
    for attempt in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(()),
            Err(TryLockError::WouldBlock) if attempt + 1 < LOCK_TRIES => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::WouldBlock) => {}
        }
    }
    Err(CaseError::Locked { path: path.to_owned() })
}

/// Whether a process writes the case right now.
pub(super) fn is_live(file: &File) -> bool {
    let live = matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
    if !live {
        let _ = file.unlock();
    }
    live
}

fn first_line(file: &File, path: &Path) -> Result<Header, CaseError> {
    let mut line = Vec::new();
    let mut reader = BufReader::new(file).take(MAX_LINE);
    reader
        .read_until(b'\n', &mut line)
        .map_err(|source| CaseError::Read { path: path.to_owned(), source })?;
    load::header_of(&line).map_err(|why| CaseError::NotACase { path: path.to_owned(), why })
}

fn ends_with_line_break(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}
