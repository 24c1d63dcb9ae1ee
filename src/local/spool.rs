//! Where unpacked bytes and streams go: one file without a name, mode 0600, under a stated limit.
//!
//! The limit is on bytes written; a compressed input may in addition unpack to at most so many bytes per byte read,
//! so that a bomb ends early and costs neither memory nor disk.

use super::open::OpenOptions;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;
use thiserror::Error;

/// Bytes per read: small, because a decoder that fails gives nothing of its last read.
const STEP: usize = 64 * 1024;

/// The unpacked bytes of all inputs, one range after the other.
#[derive(Debug)]
pub(super) struct Spool {
    directory: PathBuf,
    file: Option<Arc<File>>,
    written: u64,
    limit: u64,
}

/// Why a copy ended before its input did.
#[derive(Debug, Error)]
pub(super) enum Stop {
    /// The spool is full.
    #[error("the limit for unpacked bytes is reached")]
    Full,
    /// Too many bytes out per byte in.
    #[error("unpacks to more than {0} times its size")]
    Ratio(u64),
    /// The user stopped it.
    #[error("stopped")]
    Cancelled,
    /// The input, or a decoder, failed.
    #[error("{0}")]
    Input(io::Error),
    /// The spool could not be written.
    #[error("cannot write unpacked bytes to {}: {error}", .directory.display())]
    Output {
        /// Where it lies.
        directory: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

/// How much of an input was taken.
#[derive(Debug)]
pub(super) struct Copied {
    pub(super) len: u64,
    pub(super) lines: u64,
    /// Why it is not the whole input.
    pub(super) stop: Option<Stop>,
}

/// A range of the spool.
#[derive(Debug)]
pub(super) struct Spooled {
    pub(super) file: Arc<File>,
    pub(super) base: u64,
    /// Hash of the bytes.
    pub(super) hash: u64,
    pub(super) copied: Copied,
}

impl Spool {
    pub(super) fn new(options: &OpenOptions) -> Self {
        Self { directory: options.temp_dir.clone(), file: None, written: 0, limit: options.max_unpacked }
    }

    /// Copies an input to the end of the spool; what could be copied counts, whatever ended it.
    pub(super) fn copy(
        &mut self,
        input: &mut dyn Read,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Spooled, Stop> {
        let file = self.file()?;
        let (base, mut lines) = (self.written, 0u64);
        let mut buffer = vec![0; STEP];
        let mut hash = xxhash_rust::xxh3::Xxh3::new();
        let stop = loop {
            if cancelled() {
                break Some(Stop::Cancelled);
            }
            let read = match input.read(&mut buffer) {
                Ok(0) => break None,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => break Some(Stop::of_input(error)),
            };
            let room = usize::try_from(self.limit - self.written).unwrap_or(usize::MAX);
            let bytes = buffer.get(..read.min(room)).unwrap_or_default();
            if let Err(error) = file.write_all_at(bytes, self.written) {
                break Some(Stop::Output { directory: self.directory.clone(), error });
            }
            self.written += bytes.len() as u64;
            hash.update(bytes);
            lines += memchr::memchr_iter(b'\n', bytes).count() as u64;
            if read > room {
                break Some(Stop::Full);
            }
        };
        let copied = Copied { len: self.written - base, lines, stop };
        Ok(Spooled { file, base, hash: hash.digest(), copied })
    }

    fn file(&mut self) -> Result<Arc<File>, Stop> {
        if let Some(file) = &self.file {
            return Ok(Arc::clone(file));
        }
        let made = tempfile::tempfile_in(&self.directory);
        let file = Arc::new(made.map_err(|error| Stop::Output { directory: self.directory.clone(), error })?);
        self.file = Some(Arc::clone(&file));
        Ok(file)
    }
}

impl Stop {
    pub(super) fn of_input(error: io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Stop>()) {
            Some(Self::Ratio(most)) => Self::Ratio(*most),
            _ => Self::Input(error),
        }
    }
}
