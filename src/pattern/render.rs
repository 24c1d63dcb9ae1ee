//! Turns a group of shapes into one template: what all shapes share in order is text, the rest are slots.
//!
//! The shapes are aligned one after the other, in order of content, by their longest common subsequence; a gap on
//! either side becomes a slot. So every shape of the group, and every body of those shapes, matches the template.

use super::naming::{self, Guess};
use super::scan::MARK;
use super::unit::{ANY, Class, Unit, Units};
use super::{Piece, SlotKind, Template};
use crate::domain::PatternId;

fn name(kind: SlotKind) -> &'static str {
    match kind {
        SlotKind::Any => "<*>",
        SlotKind::Ip => "<ip>",
        SlotKind::Host => "<host>",
        SlotKind::User => "<user>",
        SlotKind::Path => "<path>",
        SlotKind::Url => "<url>",
        SlotKind::Uuid => "<uuid>",
        SlotKind::Hex => "<hex>",
        SlotKind::Number => "<num>",
        SlotKind::Duration => "<dur>",
        SlotKind::Size => "<size>",
        SlotKind::Time => "<time>",
        SlotKind::Quoted => "<str>",
    }
}

/// A template from the shapes of one group, each with its lines.
pub(super) fn template(units: &Units, shapes: &[(&[Unit], u64)]) -> Template {
    let plain: Vec<Vec<Unit>> =
        shapes.iter().map(|(shape, _)| shape.iter().map(|&u| units.untyped(u)).collect()).collect();
    let mut form: Vec<Unit> = plain.first().cloned().unwrap_or_default();
    for shape in plain.iter().skip(1) {
        if align(&form, shape).is_none() {
            form = common(&form, shape);
        }
    }
    let mut votes = Votes::new(units, &form);
    for ((shape, lines), plain) in shapes.iter().zip(&plain) {
        votes.add(units, shape, *lines, &align(&form, plain).unwrap_or_default());
    }
    let pieces = naming::named(pieces(units, &form, &votes.kinds()));
    let mut text = String::new();
    for piece in &pieces {
        match piece {
            Piece::Text(constant) => text.push_str(constant),
            Piece::Slot(kind) => text.push_str(name(*kind)),
        }
    }
    Template { id: PatternId::of_template(&text), pieces, text }
}

/// The range of units of `shape` that each unit of `form` stands for, or `None` if it does not match.
fn align(form: &[Unit], shape: &[Unit]) -> Option<Vec<(usize, usize)>> {
    // The usual case first: unit by unit.
    if form.len() == shape.len() && form.iter().zip(shape).all(|(&f, &s)| f == ANY || f == s) {
        return Some((0..form.len()).map(|at| (at, at + 1)).collect());
    }
    let mut ranges = Vec::with_capacity(form.len());
    let mut at = 0;
    let mut parts = form.split(|&f| f == ANY);
    let first = parts.next()?;
    let mut parts = parts.peekable();
    if parts.peek().is_none() || !shape.starts_with(first) {
        return None;
    }
    ranges.extend((0..first.len()).map(|u| (u, u + 1)));
    at += first.len();
    while let Some(part) = parts.next() {
        let start = if part.is_empty() && parts.peek().is_some() {
            at
        } else if parts.peek().is_none() {
            shape.len().checked_sub(part.len()).filter(|&s| s >= at && shape[s..] == *part)?
        } else {
            at + shape[at..].windows(part.len()).position(|w| w == part)?
        };
        ranges.push((at, start));
        ranges.extend((start..start + part.len()).map(|u| (u, u + 1)));
        at = start + part.len();
    }
    Some(ranges)
}

/// The longest common subsequence of two forms, with a slot wherever either has more.
fn common(a: &[Unit], b: &[Unit]) -> Vec<Unit> {
    let front = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a_rest, b_rest) = (&a[front..], &b[front..]);
    let back = a_rest.iter().rev().zip(b_rest.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a_mid, b_mid) = (&a_rest[..a_rest.len() - back], &b_rest[..b_rest.len() - back]);
    let mut out = a[..front].to_vec();
    out.extend(middle(a_mid, b_mid));
    out.extend_from_slice(&a_rest[a_rest.len() - back..]);
    out.dedup_by(|x, y| *x == ANY && *y == ANY);
    out
}

fn middle(a: &[Unit], b: &[Unit]) -> Vec<Unit> {
    let width = b.len() + 1;
    let mut best = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            let skip = best[(i + 1) * width + j].max(best[i * width + j + 1]);
            let take = if a[i] == b[j] { 2 + best[(i + 1) * width + j + 1] } else { 0 };
            best[i * width + j] = skip.max(take);
        }
    }
    let (mut i, mut j, mut gap) = (0, 0, false);
    let mut out = Vec::new();
    while i < a.len() && j < b.len() {
        if a[i] == b[j] && best[i * width + j] == 2 + best[(i + 1) * width + j + 1] {
            if gap {
                out.push(ANY);
            }
            gap = false;
            out.push(a[i]);
            i += 1;
            j += 1;
        } else {
            gap = true;
            if best[(i + 1) * width + j] >= best[i * width + j + 1] {
                i += 1;
            } else {
                j += 1;
            }
        }
    }
    if gap || i < a.len() || j < b.len() {
        out.push(ANY);
    }
    out
}

/// Lines per kind for every slot of a form: those that are a unit and those inside one (`blk_<num>`).
struct Votes {
    /// Unit of the form, and which mark of it.
    slots: Vec<(usize, usize)>,
    lines: Vec<[u64; SlotKind::ALL.len()]>,
    /// Lines whose value is one word.
    words: Vec<u64>,
    /// Whether a unit of the form is a slot as a whole.
    whole: Vec<bool>,
}

impl Votes {
    fn new(units: &Units, form: &[Unit]) -> Self {
        let marks = |unit: Unit| units.text(unit).iter().filter(|&&b| b == MARK).count();
        let slots: Vec<_> = form
            .iter()
            .enumerate()
            .flat_map(|(at, &unit)| (0..marks(unit)).map(move |mark| (at, mark)))
            .collect();
        let lines = vec![[0; SlotKind::ALL.len()]; slots.len()];
        let words = vec![0; slots.len()];
        Self { slots, lines, words, whole: form.iter().map(|&u| u == ANY).collect() }
    }

    fn add(&mut self, units: &Units, shape: &[Unit], lines: u64, ranges: &[(usize, usize)]) {
        let counts = self.lines.iter_mut().zip(&mut self.words);
        for (&(at, mark), (votes, words)) in self.slots.iter().zip(counts) {
            if let Some(&(start, end)) = ranges.get(at) {
                let kind = if self.whole[at] {
                    *words += u64::from(is_name(units, &shape[start..end])) * lines;
                    whole(units, &shape[start..end])
                } else {
                    part(units, shape[start], mark)
                };
                votes[kind as usize] += lines;
            }
        }
    }

    /// The kind most lines have, slot by slot.
    fn kinds(&self) -> Vec<Guess> {
        let guess = |(votes, &words): (&[u64; SlotKind::ALL.len()], &u64)| {
            let all: u64 = votes.iter().sum();
            let most =
                (0..SlotKind::ALL.len()).max_by_key(|&k| (votes[k], SlotKind::ALL.len() - k)).unwrap_or(0);
            let hosts = votes[SlotKind::Ip as usize] + votes[SlotKind::Host as usize];
            let kind = if votes[most] * 2 > all {
                SlotKind::ALL[most]
            } else if hosts * 2 > all {
                SlotKind::Host
            } else {
                SlotKind::Any
            };
            Guess { kind, word: words * 2 > all }
        };
        self.lines.iter().zip(&self.words).map(guess).collect()
    }
}

/// The kind of a value that fills a slot.
fn whole(units: &Units, value: &[Unit]) -> SlotKind {
    let [value] = value else { return SlotKind::Any };
    match units.class(*value) {
        Class::Quoted => SlotKind::Quoted,
        Class::Slot => kind_of_mark(units.text(*value)[1]),
        _ => SlotKind::Any,
    }
}

/// Whether a value is one word that could be a name.
fn is_name(units: &Units, value: &[Unit]) -> bool {
    matches!(value, [one] if units.class(*one) == Class::Word || units.untyped(*one) == ANY)
}

/// The kind of a value inside a word: `blk_<num>`.
fn part(units: &Units, unit: Unit, mark: usize) -> SlotKind {
    let text = units.text(unit);
    let at = text.iter().enumerate().filter(|(_, b)| **b == MARK).nth(mark);
    at.and_then(|(at, _)| text.get(at + 1)).map_or(SlotKind::Any, |&letter| kind_of_mark(letter))
}

fn kind_of_mark(letter: u8) -> SlotKind {
    SlotKind::ALL.get(letter.wrapping_sub(b'A') as usize).copied().unwrap_or(SlotKind::Any)
}

fn pieces(units: &Units, form: &[Unit], guesses: &[Guess]) -> Vec<(Piece, bool)> {
    let mut pieces: Vec<(Piece, bool)> = Vec::new();
    let mut text: Vec<u8> = Vec::new();
    let mut guesses = guesses.iter();
    let close = |pieces: &mut Vec<(Piece, bool)>, text: &mut Vec<u8>| {
        if !text.is_empty() {
            pieces.push((Piece::Text(String::from_utf8_lossy(text).into_owned()), false));
            text.clear();
        }
    };
    for &unit in form {
        let mut bytes = units.text(unit).iter();
        while let Some(&byte) = bytes.next() {
            if byte != MARK {
                text.push(byte);
                continue;
            }
            bytes.next();
            close(&mut pieces, &mut text);
            let guess = guesses.next().copied().unwrap_or(Guess { kind: SlotKind::Any, word: false });
            // Two slots with nothing between them cannot be told apart.
            if matches!(pieces.last(), Some((Piece::Slot(_), _))) {
                pieces.pop();
                pieces.push((Piece::Slot(SlotKind::Any), false));
            } else {
                pieces.push((Piece::Slot(guess.kind), guess.word));
            }
        }
    }
    close(&mut pieces, &mut text);
    pieces
}
