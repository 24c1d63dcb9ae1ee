//! Finds the values of a body under its template: constants in order, what lies between them are the slots.
//!
//! Every constant is taken at its first place after the one before, the last one at the end of the body. For
//! patterns with `*` as the only wildcard this finds a match whenever there is one. A space of the template stands
//! for any run of white space and control bytes.

use super::scan::is_space;
use super::{Capture, Piece};
use memchr::memchr;

pub(super) fn capture(pieces: &[Piece], body: &[u8]) -> Option<Vec<Capture>> {
    let start = body.iter().position(|&b| !is_space(b)).unwrap_or(body.len());
    let end = body.iter().rposition(|&b| !is_space(b)).map_or(start, |last| last + 1);
    let body = &body[..end];
    let mut captures = Vec::with_capacity(pieces.len() / 2 + 1);
    let (mut at, mut open) = (start, None);
    for (index, piece) in pieces.iter().enumerate() {
        let Piece::Text(text) = piece else {
            close(&mut captures, open, at, at);
            open = Some(at);
            continue;
        };
        let text = text.as_bytes();
        let last = index + 1 == pieces.len();
        let (from, to) = match open {
            None => (at, starts_at(text, body, at)?),
            Some(from) if last => (ends_at(text, body, from)?, end),
            Some(from) => find(text, body, from)?,
        };
        close(&mut captures, open, from, from);
        open = None;
        if last && to != end {
            return None;
        }
        at = to;
    }
    close(&mut captures, open, end, end);
    (open.is_some() || at == end).then_some(captures)
}

fn close(captures: &mut Vec<Capture>, open: Option<usize>, end: usize, _at: usize) {
    if let Some(start) = open {
        captures.push(Capture { slot: captures.len(), range: start..end });
    }
}

/// The end of `text` if it stands at `at`.
fn starts_at(text: &[u8], body: &[u8], mut at: usize) -> Option<usize> {
    for &byte in text {
        let &here = body.get(at)?;
        if byte == b' ' {
            if !is_space(here) {
                return None;
            }
            while at < body.len() && is_space(body[at]) {
                at += 1;
            }
        } else if here == byte {
            at += 1;
        } else {
            return None;
        }
    }
    Some(at)
}

/// The start of `text` if it stands at the end of `body`, not before `from`.
fn ends_at(text: &[u8], body: &[u8], from: usize) -> Option<usize> {
    let mut at = body.len();
    for &byte in text.iter().rev() {
        if at == from {
            return None;
        }
        if byte == b' ' {
            if !is_space(body[at - 1]) {
                return None;
            }
            while at > from && is_space(body[at - 1]) {
                at -= 1;
            }
        } else if body[at - 1] == byte {
            at -= 1;
        } else {
            return None;
        }
    }
    Some(at)
}

/// The first place of `text` from `from` on.
fn find(text: &[u8], body: &[u8], from: usize) -> Option<(usize, usize)> {
    let &first = text.first()?;
    let mut at = from;
    loop {
        let rest = &body[at..];
        at += if first == b' ' { rest.iter().position(|&b| is_space(b)) } else { memchr(first, rest) }?;
        if let Some(end) = starts_at(text, body, at) {
            return Some((at, end));
        }
        at += 1;
    }
}
