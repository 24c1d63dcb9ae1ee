//! Readers that stand between an input and where its text goes: they count, limit, transcode and put on lines.

use super::spool::Stop;
use crate::parse::Expander;
use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Output that is free of the ratio limit, so that a short repetitive log is no bomb.
const FREE: u64 = 1 << 20;
/// Bytes transcoded at once.
const STEP: usize = 64 * 1024;

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

/// Unpacked bytes of something that is not text after which it is no bomb.
const BOMB: u64 = 32 << 20;

/// Whether what is packed here grows beyond its limit, and after how many bytes; only its beginning is tried.
pub(super) fn overflow(reader: &mut dyn Read) -> Option<(Stop, u64)> {
    let (mut buffer, mut read) = (vec![0; STEP], 0);
    while read < BOMB {
        match reader.read(&mut buffer) {
            Ok(0) => return None,
            Ok(length) => read += length as u64,
            Err(error) => match Stop::of_input(error) {
                stop @ Stop::Ratio(_) => return Some((stop, read)),
                _ => return None,
            },
        }
    }
    None
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

/// Fails once with a stored error.
pub(super) struct FailingRead(pub(super) Option<io::Error>);

impl Read for FailingRead {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Remembers whether the layer below failed.
pub(super) struct Watched<'r> {
    pub(super) inner: &'r mut dyn Read,
    pub(super) failed: bool,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let result = self.inner.read(buffer);
        self.failed |= result.is_err();
        result
    }
}

/// Ends a zip member that unpacks too far.
pub(super) struct CappedRead<'r> {
    pub(super) inner: &'r mut dyn Read,
    pub(super) left: u64,
    pub(super) ratio: u64,
}

impl Read for CappedRead<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => {
                self.left = left;
                Ok(read)
            }
            None => Err(io::Error::other(Stop::Ratio(self.ratio))),
        }
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
