//! Finding words, word sequences and phrases in bytes, letter case ignored (ASCII).

use super::required::Literal;
use crate::query::stem::stem;
use crate::query::words::{is_boundary, is_word_byte, part_end, parts};
use memchr::memchr2_iter;

/// A literal found by its rarest byte, letter case ignored (ASCII).
#[derive(Clone, Debug)]
pub struct LiteralFinder {
    lower: Vec<u8>,
    rare: usize,
}

impl LiteralFinder {
    /// For a text in any letter case.
    #[must_use]
    pub fn new(text: &[u8]) -> Self {
        let lower = text.to_ascii_lowercase();
        let rare = (0..lower.len()).max_by_key(|&i| rarity(lower[i])).unwrap_or(0);
        Self { lower, rare }
    }

    /// Offsets of all occurrences, overlapping ones too.
    pub fn find_iter<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = usize> + 't {
        let byte = self.lower.get(self.rare).copied().unwrap_or(0);
        let whole_range = if self.lower.is_empty() { &text[..0] } else { text };
        memchr2_iter(byte, byte.to_ascii_uppercase(), whole_range).filter_map(move |at| {
            let start = at.checked_sub(self.rare)?;
            let window = text.get(start..start + self.lower.len())?;
            window.eq_ignore_ascii_case(&self.lower).then_some(start)
        })
    }
}

/// How rare a byte is in logs, roughly; only speed depends on it.
const fn rarity(byte: u8) -> u8 {
    match byte {
        b'q' | b'x' | b'z' | b'j' => 9,
        b'k' | b'v' | b'w' | b'y' => 8,
        b'f' | b'g' | b'b' | b'h' | b'p' | b'u' => 7,
        b'm' | b'l' | b'd' | b'c' => 6,
        b'a' | b'n' | b'r' | b's' | b'i' | b'o' => 5,
        b't' | b'e' => 4,
        b'0'..=b'9' => 3,
        b' ' | b'.' | b'-' | b':' | b'=' | b'"' | b',' | b'/' => 1,
        _ => 8,
    }
}

/// A plain word: whole or a part of an identifier, in any form that shares its stem.
#[derive(Clone, Debug)]
pub(in crate::query) struct Word {
    literal: Vec<u8>,
    stem: Option<Vec<u8>>,
    needle: LiteralFinder,
}

impl Word {
    /// A word of letters matches its other forms; anything else (ids, numbers, paths) matches as written.
    pub(super) fn new(word: &str) -> Self {
        let literal = word.as_bytes().to_ascii_lowercase();
        let stem = literal.iter().all(u8::is_ascii_alphabetic).then(|| stem(&literal).to_vec());
        let needle = LiteralFinder::new(stem.as_deref().unwrap_or(&literal));
        Self { literal, stem, needle }
    }

    /// A word that matches only as written.
    pub(super) fn literal(word: &str) -> Self {
        let literal = word.as_bytes().to_ascii_lowercase();
        Self { needle: LiteralFinder::new(&literal), literal, stem: None }
    }

    /// What a text that holds the word must contain.
    pub(super) fn required(&self) -> Literal {
        let word = self.stem.as_ref().map(|_| self.literal.clone());
        Literal { text: self.needle.lower.clone(), bounded: true, word }
    }

    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        self.starts(text).next().is_some()
    }

    /// Where the word stands.
    pub(super) fn starts<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = usize> + 't {
        self.needle.find_iter(text).filter(|&at| self.ends(text, at).next().is_some())
    }

    /// Where the word may end if it starts at `at`: as written, and as another form of it.
    fn ends(&self, text: &[u8], at: usize) -> impl Iterator<Item = usize> {
        let starts = starts_word(text, at);
        let written = starts
            .then(|| at + self.literal.len())
            .filter(|&end| text.get(at..end).is_some_and(|w| w.eq_ignore_ascii_case(&self.literal)))
            .filter(|&end| ends_word(text, end));
        let form = self.stem.as_ref().filter(|_| starts && at < text.len()).and_then(|own| {
            let end = part_end(text, at);
            let part = text.get(at..end)?.to_ascii_lowercase();
            (stem(&part) == own.as_slice()).then_some(end)
        });
        written.into_iter().chain(form.filter(|end| Some(*end) != written))
    }
}

/// A digit starts a word only after something that is no letter or digit; letters also start parts of identifiers.
fn starts_word(text: &[u8], at: usize) -> bool {
    let Some(&first) = text.get(at) else { return false };
    if !is_word_byte(first) {
        return true;
    }
    if first.is_ascii_digit() { at == 0 || !is_word_byte(text[at - 1]) } else { is_boundary(text, at) }
}

/// The same rule for the end of a word.
fn ends_word(text: &[u8], end: usize) -> bool {
    let Some(last) = end.checked_sub(1).and_then(|i| text.get(i)) else { return false };
    if !is_word_byte(*last) {
        return true;
    }
    if last.is_ascii_digit() {
        text.get(end).is_none_or(|b| !is_word_byte(*b))
    } else {
        is_boundary(text, end)
    }
}

/// Consecutive words with at most three bytes that belong to no word between them (`DeadlineExceeded` counts).
#[derive(Clone, Debug)]
pub(super) struct Sequence {
    words: Vec<Word>,
}

/// Most bytes between two words of a sequence.
const GAP: usize = 3;

impl Sequence {
    pub(super) fn new(text: &str) -> Self {
        Self { words: parts(text.as_bytes()).map(|range| Word::new(&text[range])).collect() }
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &Word> {
        self.words.iter()
    }

    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        let Some((first, rest)) = self.words.split_first() else { return false };
        first.needle.find_iter(text).any(|at| first.ends(text, at).any(|end| continues(text, end, rest)))
    }
}

fn continues(text: &[u8], end: usize, rest: &[Word]) -> bool {
    let Some((next, rest)) = rest.split_first() else { return true };
    let gap = text[end..].iter().take_while(|b| !is_word_byte(**b)).count();
    gap <= GAP && next.ends(text, end + gap).any(|end| continues(text, end, rest))
}

/// Exact text, letter case ignored; a space stands for any run of white space, as in templates.
#[derive(Clone, Debug)]
pub(in crate::query) struct Phrase {
    /// What stands between white space, in order.
    pieces: Vec<LiteralFinder>,
    /// Whether white space must come before the first and after the last piece.
    spaced: (bool, bool),
    whole: bool,
}

impl Phrase {
    /// Anywhere, also inside words.
    pub(in crate::query) fn new(text: &[u8]) -> Self {
        let space = |b: Option<&u8>| b.is_some_and(u8::is_ascii_whitespace);
        let pieces =
            text.split(u8::is_ascii_whitespace).filter(|piece| !piece.is_empty()).map(LiteralFinder::new);
        Self { pieces: pieces.collect(), spaced: (space(text.first()), space(text.last())), whole: false }
    }

    /// Not inside a longer word.
    pub(super) fn whole(text: &str) -> Self {
        Self { whole: true, ..Self::new(text.as_bytes()) }
    }

    pub(super) fn needles(&self) -> impl Iterator<Item = &[u8]> {
        self.pieces.iter().map(|piece| piece.lower.as_slice())
    }

    pub(in crate::query) fn is_in(&self, text: &[u8]) -> bool {
        self.starts(text).next().is_some()
    }

    /// Where the phrase stands.
    pub(super) fn starts<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = usize> + 't {
        let pieces = self.pieces.split_first();
        pieces.into_iter().flat_map(move |(first, rest)| {
            first.find_iter(text).filter(move |&at| self.goes_on(text, at, first, rest))
        })
    }

    fn goes_on(&self, text: &[u8], at: usize, first: &LiteralFinder, rest: &[LiteralFinder]) -> bool {
        let before = at.checked_sub(1).and_then(|i| text.get(i));
        let mut end = at + first.lower.len();
        for piece in rest {
            let gap = text[end..].iter().take_while(|b| b.is_ascii_whitespace()).count();
            let from = end + gap;
            end = from + piece.lower.len();
            if gap == 0 || !text.get(from..end).is_some_and(|part| part.eq_ignore_ascii_case(&piece.lower)) {
                return false;
            }
        }
        let after = text.get(end);
        let space = |b: Option<&u8>| b.is_some_and(u8::is_ascii_whitespace);
        let edge = |b: Option<&u8>| !self.whole || b.is_none_or(|b| !is_word_byte(*b));
        (!self.spaced.0 || space(before)) && (!self.spaced.1 || space(after)) && edge(before) && edge(after)
    }
}
