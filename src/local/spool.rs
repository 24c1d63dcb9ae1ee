//! Where unpacked bytes and streams go: one file without a name, mode 0600, under a stated limit.
//!
//! The limit is on bytes written; a compressed input may in addition unpack to at most so many bytes per byte read,
//! so that a bomb ends early and costs neither memory nor disk.

use super::open::OpenOptions;
use crate::parse::Expander;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use thiserror::Error;

/// Output that is free of the ratio limit, so that a short repetitive log is no bomb.
const FREE: u64 = 1 << 20;
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

/// Counts what is read from a compressed input.
pub(super) struct Counted<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Counted<R> {
    /// The reader and its count.
    pub(super) fn new(inner: R) -> (Self, Rc<Cell<u64>>) {
        let count = Rc::new(Cell::new(0));
        (Self { inner, count: Rc::clone(&count) }, count)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

/// Ends a decoder's output when it has grown too far beyond its input.
pub(super) struct Limited<R> {
    inner: R,
    out: u64,
    read: Rc<Cell<u64>>,
    ratio: u64,
}

impl<R: Read> Limited<R> {
    pub(super) fn new(inner: R, read: Rc<Cell<u64>>, ratio: u64) -> Self {
        Self { inner, out: 0, read, ratio }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.out > FREE.saturating_add(self.read.get().saturating_mul(self.ratio)) {
            return Err(io::Error::other(Stop::Ratio(self.ratio)));
        }
        let read = self.inner.read(buffer)?;
        self.out += read as u64;
        Ok(read)
    }
}

/// Puts every record of a JSON document on a line of its own.
pub(super) struct Expanded<R> {
    inner: R,
    expander: Expander,
    ready: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Expanded<R> {
    pub(super) fn new(inner: R, expander: Expander) -> Self {
        Self { inner, expander, ready: Vec::new(), given: 0, ended: false }
    }
}

impl<R: Read> Read for Expanded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given >= self.ready.len() && !self.ended {
            self.ready.clear();
            self.given = 0;
            let mut chunk = [0; 8 * 1024];
            let read = self.inner.read(&mut chunk)?;
            self.expander.push(chunk.get(..read).unwrap_or_default(), &mut self.ready);
            if read == 0 {
                self.ended = true;
                self.expander.finish(&mut self.ready);
            }
        }
        Ok(give(&self.ready, &mut self.given, buffer))
    }
}

/// Copies what is ready and not given yet.
fn give(ready: &[u8], given: &mut usize, buffer: &mut [u8]) -> usize {
    let rest = ready.get(*given..).unwrap_or_default();
    let count = rest.len().min(buffer.len());
    if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
        to.copy_from_slice(from);
    }
    *given += count;
    count
}

/// Turns UTF-16 into UTF-8, broken pairs into U+FFFD. The byte order mark is dropped.
pub(super) struct Utf16<R> {
    inner: R,
    big_endian: bool,
    /// Bytes of a unit or pair that is not complete yet.
    pending: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
    started: bool,
    ended: bool,
}

impl<R: Read> Utf16<R> {
    pub(super) fn new(inner: R, big_endian: bool) -> Self {
        Self {
            inner,
            big_endian,
            pending: Vec::new(),
            ready: Vec::new(),
            given: 0,
            started: false,
            ended: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        let mut chunk = vec![0; STEP];
        let read = self.inner.read(&mut chunk)?;
        self.ended = read == 0;
        self.pending.extend_from_slice(chunk.get(..read).unwrap_or_default());
        let unit = |pair: &[u8]| {
            let pair = [pair.first().copied().unwrap_or(0), pair.get(1).copied().unwrap_or(0)];
            if self.big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
        };
        let mut units: Vec<u16> = self.pending.chunks_exact(2).map(unit).collect();
        // A first half of a pair waits for its second half.
        if !self.ended && units.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit)) {
            units.pop();
        }
        self.pending.drain(..units.len() * 2);
        self.ready.clear();
        self.given = 0;
        for decoded in char::decode_utf16(units) {
            let letter = decoded.unwrap_or(char::REPLACEMENT_CHARACTER);
            if self.started || letter != '\u{feff}' {
                self.ready.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            }
            self.started = true;
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given >= self.ready.len() && !self.ended {
            self.refill()?;
        }
        Ok(give(&self.ready, &mut self.given, buffer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Gives one to three bytes at a time.
    struct Dribble<'b>(&'b [u8]);

    impl Read for Dribble<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = (1 + self.0.len() % 3).min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    proptest! {
        #[test]
        fn i2_utf_16_becomes_the_same_text(text in "\\PC{0,40}", big_endian: bool) {
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            let bytes: Vec<u8> =
                units.flat_map(|u| if big_endian { u.to_be_bytes() } else { u.to_le_bytes() }).collect();
            let mut read = String::new();
            Utf16::new(Dribble(&bytes), big_endian).read_to_string(&mut read).unwrap();
            prop_assert_eq!(read, text);
        }
    }

    #[test]
    fn i2_half_a_pair_and_half_a_unit_become_replacement_characters() {
        let mut read = String::new();
        Utf16::new(&[0xff, 0xfe, 0x00, 0xd8, b'a', 0, b'x'][..], false).read_to_string(&mut read).unwrap();
        assert_eq!(read, "\u{fffd}a");
    }
}
