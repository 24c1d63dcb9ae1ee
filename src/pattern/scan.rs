//! One forward pass over a body: constant text goes through, what looks like a value becomes a typed mark.
//!
//! The pass drives a [`Sink`], so that the same code hashes a shape (no allocation, the hot loop) and writes it down
//! (once per distinct shape). No regex: a byte-class table finds words, and only words that hold a digit, a dot, a
//! slash or the like are looked at again by `word`.

use super::SlotKind;
use super::word::{self, Found};

/// Longest part of a body that shapes its pattern, in bytes; the rest is one slot.
pub(super) const LONGEST: usize = 4096;

pub(super) const DIGIT: u16 = 1;
pub(super) const UPPER: u16 = 1 << 1;
pub(super) const LOWER: u16 = 1 << 2;
/// A letter that is no hexadecimal digit, or any other word byte that a hexadecimal id cannot hold.
pub(super) const NOT_HEX: u16 = 1 << 3;
pub(super) const DOT: u16 = 1 << 4;
pub(super) const SLASH: u16 = 1 << 5;
pub(super) const AT: u16 = 1 << 6;
pub(super) const JOINER: u16 = 1 << 7;
pub(super) const HIGH: u16 = 1 << 8;
const SPACE: u16 = 1 << 9;
const SEPARATOR: u16 = 1 << 10;
const BREAK: u16 = SPACE | SEPARATOR;
/// Words with none of these are constant text and cost nothing more.
const LOOK: u16 = DIGIT | DOT | SLASH | AT | HIGH;

const fn class_of(byte: u8) -> u16 {
    match byte {
        b'0'..=b'9' => DIGIT,
        b'a'..=b'f' => LOWER,
        b'g'..=b'z' => LOWER | NOT_HEX,
        b'A'..=b'F' => UPPER,
        b'G'..=b'Z' => UPPER | NOT_HEX,
        b'.' => DOT | NOT_HEX,
        b'/' | b'\\' => SLASH | NOT_HEX,
        b'@' => AT | NOT_HEX,
        b'-' | b'_' => JOINER | NOT_HEX,
        b'=' | b':' | b',' | b';' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>' | b'|' | b'"'
        | b'\'' => SEPARATOR,
        0..=b' ' | 0x7f => SPACE,
        0x80..=0xff => HIGH | NOT_HEX,
        _ => NOT_HEX,
    }
}

/// Class of every byte value.
pub(super) static CLASS: [u16; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = class_of(byte as u8);
        byte += 1;
    }
    table
};

/// Whether a byte separates words.
pub(super) fn is_break(byte: u8) -> bool {
    CLASS[byte as usize] & BREAK != 0
}

/// Whether a byte counts as white space; control bytes do.
pub(super) fn is_space(byte: u8) -> bool {
    CLASS[byte as usize] & SPACE != 0
}

/// Receives a body in pieces, in order.
pub(super) trait Sink {
    /// Constant text; a run may arrive in several calls and holds no white space but single spaces.
    fn text(&mut self, bytes: &[u8]);
    /// A value of the body.
    fn slot(&mut self, kind: SlotKind);
}

/// The part of a body without surrounding white space, cut to [`LONGEST`]; and whether something was cut.
pub(super) fn visible(body: &[u8]) -> (&[u8], bool) {
    let start = body.iter().position(|&b| !is_space(b)).unwrap_or(body.len());
    let end = body.iter().rposition(|&b| !is_space(b)).map_or(start, |last| last + 1);
    let body = &body[start..end];
    if body.len() <= LONGEST {
        return (body, false);
    }
    let head = &body[..LONGEST];
    let cut = head.iter().rposition(|&b| is_space(b)).filter(|&at| at > LONGEST / 2).unwrap_or(LONGEST);
    (&head[..cut], true)
}

/// Drives `sink` over a body. White-space runs count as one space.
// The hot loop stays in one function.
// size: the hot loop: one pass over the bytes with its state in registers
pub(super) fn scan(body: &[u8], sink: &mut impl Sink) {
    let (body, cut) = visible(body);
    let mut flushed = 0;
    let mut at = 0;
    while at < body.len() {
        let class = CLASS[body[at] as usize];
        if class & BREAK == 0 {
            let start = at;
            let mut flags = class;
            at += 1;
            while at < body.len() {
                let class = CLASS[body[at] as usize];
                if class & BREAK != 0 {
                    break;
                }
                flags |= class;
                at += 1;
            }
            if flags & SLASH != 0 && body[at - 1] == b'\\' && body.get(at) == Some(&b'"') {
                // The backslash belongs to the quote behind it.
                if at - start == 1 {
                    continue;
                }
                at -= 1;
                flags = body[start..at].iter().fold(0, |flags, &b| flags | CLASS[b as usize]);
            }
            if flags & LOOK == 0 && !word::plain_needs_look(body, start, at, flags) {
                continue;
            }
            let mut from = start;
            while let Some(Found { start, end, kind }) = word::find(body, from, at, flags) {
                sink.text(&body[flushed..start]);
                sink.slot(kind);
                flushed = end;
                at = at.max(end);
                from = end;
                if from >= at {
                    break;
                }
            }
        } else if class & SPACE != 0 {
            let start = at;
            at += 1;
            while at < body.len() && is_space(body[at]) {
                at += 1;
            }
            if at - start > 1 || body[start] != b' ' {
                sink.text(&body[flushed..start]);
                sink.text(b" ");
                flushed = at;
            }
        } else {
            at += 1;
        }
    }
    sink.text(&body[flushed..]);
    if cut {
        sink.text(b" ");
        sink.slot(SlotKind::Any);
    }
}

/// Hashes a shape; equal shapes arrive in equal pieces, so piece ends may take part.
#[derive(Debug)]
pub(super) struct Hasher {
    state: u64,
}

const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// The kind of word a slot is; texts take 1 to 8.
const SLOT: u64 = 9;

fn fold(a: u64, b: u64) -> u64 {
    let wide = u128::from(a) * u128::from(b);
    (wide as u64) ^ ((wide >> 64) as u64)
}

impl Hasher {
    pub(super) fn new() -> Self {
        Self { state: MIX }
    }

    pub(super) fn finish(&self) -> u64 {
        fold(self.state ^ 0xa076_1d64_78bd_642f, MIX)
    }

    /// Mixes one word in. `kind` keeps words of different origin apart (bytes of text, 1 to 8, or a slot): a text of
    /// seven bytes must not look like one of eight.
    fn word(&mut self, value: u64, kind: u64) {
        self.state = fold(self.state ^ value, (MIX | 1) ^ (kind << 32)).rotate_left(23);
    }
}

impl Sink for Hasher {
    fn text(&mut self, bytes: &[u8]) {
        let (chunks, rest) = bytes.as_chunks::<8>();
        for chunk in chunks {
            self.word(u64::from_le_bytes(*chunk), 8);
        }
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            self.word(u64::from_le_bytes(last), rest.len() as u64);
        }
    }

    fn slot(&mut self, kind: SlotKind) {
        self.word(kind as u64, SLOT);
    }
}

/// First byte of a mark in a written shape; bodies cannot hold it, control bytes count as white space.
pub(super) const MARK: u8 = 1;

/// Writes a shape down: text as it is, a slot as [`MARK`] and a letter.
impl Sink for Vec<u8> {
    fn text(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    fn slot(&mut self, kind: SlotKind) {
        self.push(MARK);
        self.push(b'A' + kind as u8);
    }
}

/// The shape of bodies that cannot be kept apart any more.
pub(super) const EVERYTHING: &[u8] = &[MARK, b'A'];

/// A written shape cut after its first unit.
pub(super) fn first_word(shape: &[u8]) -> Vec<u8> {
    let end = shape.iter().position(|&b| b != MARK && is_break(b)).unwrap_or(shape.len());
    let mut folded = shape[..end].to_vec();
    if end < shape.len() {
        folded.extend_from_slice(EVERYTHING);
    }
    folded
}
