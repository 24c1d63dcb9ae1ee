//! Lines of a bounded length out of a file nobody vouches for.

use std::io::{self, BufRead, Read};

/// Longest line read, in bytes.
pub(super) const MAX_LINE: u64 = 16 << 20;

/// Lines of a bounded length; `line` holds the current one without its end.
pub(super) struct Lines<R> {
    reader: R,
    pub(super) line: Vec<u8>,
    /// Number of the current line, from 1.
    pub(super) number: usize,
}

/// How a line was found.
pub(super) struct Found {
    /// Whether it ends with a line break.
    pub(super) whole: bool,
    pub(super) too_long: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) const fn new(reader: R) -> Self {
        Self { reader, line: Vec::new(), number: 0 }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Found>> {
        self.line.clear();
        let read = (&mut self.reader).take(MAX_LINE).read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        let whole = self.line.last() == Some(&b'\n');
        if whole {
            self.line.pop();
        }
        let too_long = !whole && read as u64 == MAX_LINE;
        if too_long {
            self.skip_line()?;
        }
        Ok(Some(Found { whole, too_long }))
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Ok(());
            }
            let end = memchr::memchr(b'\n', buffer);
            let used = end.map_or(buffer.len(), |at| at + 1);
            self.reader.consume(used);
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_does_not_hide_the_next_one() {
        let text = [vec![b'x'; MAX_LINE as usize + 5], b"\nsecond".to_vec()].concat();
        let mut lines = Lines::new(text.as_slice());
        assert!(lines.next().unwrap().unwrap().too_long);
        let second = lines.next().unwrap().unwrap();
        assert_eq!((lines.line.as_slice(), second.whole, lines.number), (b"second".as_slice(), false, 2));
    }
}
