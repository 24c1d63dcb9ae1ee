//! The text as a reader of secrets sees it: hidden characters gone, every byte knowing where it came from.

use crate::safety::visible::Sight;
use std::borrow::Cow;
use std::ops::Range;

/// Bytes to search, with the way back to the text.
#[derive(Debug)]
pub(super) struct View<'t> {
    bytes: Cow<'t, [u8]>,
    /// Where in the text each byte begins and ends; `None` when it is the text itself.
    origin: Option<Vec<(usize, usize)>>,
}

/// A view under construction.
#[derive(Default)]
struct Kept {
    bytes: Vec<u8>,
    origin: Vec<(usize, usize)>,
}

impl Kept {
    fn push(&mut self, byte: u8, origin: (usize, usize)) {
        self.bytes.push(byte);
        self.origin.push(origin);
    }

    fn into_view(self) -> View<'static> {
        View { bytes: Cow::Owned(self.bytes), origin: Some(self.origin) }
    }
}

impl<'t> View<'t> {
    /// The text itself.
    pub(super) fn plain(text: &'t str) -> Self {
        Self { bytes: Cow::Borrowed(text.as_bytes()), origin: None }
    }

    /// Drops hidden characters, and the escapes [`crate::safety::display_safe`] writes for them.
    pub(super) fn of(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let suspicious = !text.is_ascii()
            || memchr::memmem::find(bytes, b"\\u{").is_some()
            || memchr::memmem::find(bytes, b"\\x").is_some()
            || bytes.iter().any(|&b| b == b'^' || b < b' ' && !matches!(b, b'\n' | b'\t' | b'\r'));
        if !suspicious {
            return Self::plain(text);
        }
        let mut kept = Kept::default();
        let mut sight = Sight::default();
        let mut at = 0;
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            if let Some(escape) = escape_len(bytes.get(at..).unwrap_or_default()) {
                at += escape;
                sight.reset();
                continue;
            }
            let shown = if c.is_ascii() {
                sight.ascii(c as u8);
                !c.is_ascii_control() || c == '\n' || c == '\t' || c == '\r'
            } else {
                sight.shows(c)
            };
            let end = at + c.len_utf8();
            if shown {
                bytes
                    .get(at..end)
                    .unwrap_or_default()
                    .iter()
                    .zip(at..)
                    .for_each(|(&b, i)| kept.push(b, (i, i + 1)));
            }
            at = end;
        }
        kept.into_view()
    }

    /// The searched bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The searched bytes, taken out.
    pub(super) fn into_bytes(self) -> Cow<'t, [u8]> {
        self.bytes
    }

    /// The stretch of the text a stretch of the view came from, dropped characters inside it included.
    pub(super) fn original(&self, range: &Range<usize>) -> Range<usize> {
        if self.origin.is_none() {
            return range.clone();
        }
        let start = self.from(range.start).0;
        let end = range.end.checked_sub(1).map_or(start, |last| self.from(last).1);
        start..end.max(start)
    }

    fn from(&self, at: usize) -> (usize, usize) {
        match &self.origin {
            Some(origin) => origin.get(at).copied().unwrap_or_default(),
            None => (at, at + 1),
        }
    }

    /// The same with line breaks and the white space around them gone, for values wrapped over lines; `None` when
    /// there is no line break.
    pub(super) fn joined(&self) -> Option<View<'static>> {
        memchr::memchr(b'\n', &self.bytes)?;
        let mut kept = Kept::default();
        let mut at_line_start = false;
        for (at, &byte) in self.bytes.iter().enumerate() {
            match byte {
                b'\n' => {
                    while kept.bytes.last().is_some_and(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\\' | b'-'))
                    {
                        kept.bytes.pop();
                        kept.origin.pop();
                    }
                    at_line_start = true;
                }
                b' ' | b'\t' if at_line_start => {}
                _ => {
                    at_line_start = false;
                    kept.push(byte, self.from(at));
                }
            }
        }
        Some(kept.into_view())
    }

    /// The same with `%XX` decoded, as in URLs; `None` when there is none.
    pub(super) fn percent_decoded(&self) -> Option<View<'static>> {
        let hex = |at: usize| self.bytes.get(at).and_then(|&b| char::from(b).to_digit(16));
        memchr::memchr_iter(b'%', &self.bytes).find(|&at| hex(at + 1).is_some() && hex(at + 2).is_some())?;
        let mut kept = Kept::default();
        let mut at = 0;
        while let Some(&byte) = self.bytes.get(at) {
            match (byte, hex(at + 1), hex(at + 2)) {
                (b'%', Some(high), Some(low)) => {
                    let decoded = u8::try_from(high * 16 + low).unwrap_or(b'?');
                    kept.push(decoded, (self.from(at).0, self.from(at + 2).1));
                    at += 3;
                }
                _ => {
                    kept.push(byte, self.from(at));
                    at += 1;
                }
            }
        }
        Some(kept.into_view())
    }
}

/// Length of a printed escape for a hidden character or control at the start of `rest`.
fn escape_len(rest: &[u8]) -> Option<usize> {
    match rest {
        [b'\\', b'u', b'{', hex @ ..] => {
            let end = hex.iter().take(16).position(|&b| b == b'}')?;
            let body = hex.get(..end)?;
            let plain = body.iter().all(|b| b.is_ascii_hexdigit() || *b == b'*');
            (plain && !body.is_empty()).then_some(end + 4)
        }
        [b'\\', b'x', high @ (b'8'..=b'9' | b'a'..=b'f'), low, ..] if low.is_ascii_hexdigit() => {
            debug_assert!(high.is_ascii_hexdigit());
            Some(4)
        }
        // ESC, NUL, BS, BEL: the controls that hide text; `^` before other letters is common in plain text.
        [b'^', b'[' | b'@' | b'H' | b'G', ..] => Some(2),
        _ => None,
    }
}
