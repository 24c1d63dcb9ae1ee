//! A text in which Markdown finds nothing to decode: every citation is one character, and `<`, `&`, most `\` and lone
//! `~` stand as private characters that are turned back when they are shown.
//!
//! Text that passed `safety::display_safe` holds no private characters; should there be one, it is replaced.

use crate::domain::Citation;
use crate::evidence::citation_places;
use std::ops::Range;

/// Stands for a citation.
pub(super) const CITATION: char = '\u{e000}';
/// A guarded ASCII character is this plus its code.
const GUARD: u32 = 0xe100;
/// All characters with a meaning here.
const PRIVATE: Range<u32> = 0xe000..0xe200;
/// What a backslash in front of takes its Markdown meaning away; the analyst writes these. No escape of
/// `display_safe` begins like that.
const ESCAPABLE: &[u8] = b"*_|~";

/// A citation in a guarded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cited {
    /// Where its character stands.
    pub(super) at: usize,
    /// Number of the row.
    pub(super) n: usize,
    /// Its place among the citations of the answer.
    pub(super) index: Option<usize>,
    /// What the check said; `None`: not checked yet.
    pub(super) verified: Option<bool>,
}

/// A text with its citations.
#[derive(Debug)]
pub(super) struct Guarded {
    /// What is read as Markdown.
    pub(super) markdown: String,
    /// What is shown as it stands.
    pub(super) plain: String,
    /// By place; places in `plain` go on behind those in `markdown`.
    pub(super) cited: Vec<Cited>,
    /// How many there are to find.
    pub(super) count: usize,
}

impl Guarded {
    /// Guards `text`, of which the first `whole` bytes are Markdown.
    pub(super) fn new(text: &str, whole: usize, citations: &[Citation]) -> Self {
        let places = citation_places(text);
        let matched = matched(&places, citations);
        let mut out = String::with_capacity(text.len() + text.len() / 8);
        let mut cited = Vec::with_capacity(places.len());
        let (mut from, mut split, mut whole) = (0, None, whole);
        for ((span, n), index) in places.iter().zip(matched) {
            if split.is_none() && span.start >= whole {
                guard(&text[from..whole], &mut out);
                split = Some(out.len());
                from = whole;
            }
            guard(&text[from..span.start], &mut out);
            let verified = index.and_then(|index| citations.get(index)).map(|citation| citation.verified);
            cited.push(Cited { at: out.len(), n: *n, index, verified });
            out.push(CITATION);
            from = span.end;
            if split.is_none() {
                whole = whole.max(from);
            }
        }
        if split.is_none() {
            guard(&text[from..whole], &mut out);
            from = whole;
        }
        let split = split.unwrap_or(out.len());
        guard(&text[from..], &mut out);
        let plain = out.split_off(split);
        let count = if citations.is_empty() { places.len() } else { citations.len() };
        Self { markdown: out, plain, cited, count }
    }

    /// The first citation at or behind a place.
    pub(super) fn first_cited(&self, at: usize) -> usize {
        self.cited.partition_point(|cited| cited.at < at)
    }
}

/// Which citation stands at each place; without checked ones each is its own.
///
/// The check read the same text, so they agree one by one; where they do not (a text that was changed since), the next
/// of the same number is taken.
fn matched(places: &[(Range<usize>, usize)], citations: &[Citation]) -> Vec<Option<usize>> {
    let mut next = 0;
    let mut missed = 0;
    let find = |n: usize| {
        let ahead = citations.get(next..).unwrap_or_default();
        // Bounded: a text full of numbers that were never checked must not be searched again and again.
        let found = (missed < 100).then(|| ahead.iter().position(|citation| citation.n == n)).flatten();
        match found {
            Some(offset) => next += offset + 1,
            None => missed += 1,
        }
        found.map(|_| next - 1)
    };
    if citations.is_empty() {
        return (0..places.len()).map(Some).collect();
    }
    places.iter().map(|(_, n)| *n).map(find).collect()
}

/// Writes `text` so that Markdown reads no escape, entity, HTML, definition or half strike in it.
fn guard(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        let after = bytes.get(at + 1).copied();
        match c {
            '\n' => out.push(c),
            '\t' => out.push_str("    "),
            '\\' if after.is_some_and(|b| ESCAPABLE.contains(&b)) => {
                if let Some((_, escaped)) = chars.next() {
                    push_guarded(escaped, out);
                }
            }
            '<' | '&' | '\\' => push_guarded(c, out),
            // `[1]: text` is no definition of a link.
            ':' if before == Some(b']') || (before.is_none() && out.ends_with(CITATION)) => {
                push_guarded(c, out);
            }
            '~' if before != Some(b'~') && after != Some(b'~') => push_guarded(c, out),
            _ if c.is_control() || PRIVATE.contains(&u32::from(c)) => out.push(char::REPLACEMENT_CHARACTER),
            _ => out.push(c),
        }
    }
}

fn push_guarded(c: char, out: &mut String) {
    out.push(char::from_u32(GUARD + u32::from(c)).unwrap_or(c));
}

/// Turns guarded characters back.
pub(super) fn shown(text: &str) -> String {
    let back = |c: char| match u32::from(c).checked_sub(GUARD) {
        Some(code) if code < 0x80 => char::from_u32(code).unwrap_or(c),
        _ => c,
    };
    text.chars().map(back).collect()
}
