//! Shapes taken apart into units: words, separators, values, quoted spans; interned, so that merging compares numbers.

use super::SlotKind;
use super::scan::{CLASS, DIGIT, LOWER, MARK, NOT_HEX, UPPER, is_break};
use rustc_hash::FxHashMap;

/// An interned unit.
pub(super) type Unit = u32;

/// Any value, whatever its type.
pub(super) const ANY: Unit = 0;
/// One space.
pub(super) const SPACE: Unit = 1;

/// What stands before the first unit.
pub(super) const START: Unit = 2;

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// White space.
    Space,
    /// One separator byte, or full stops and the like at the end of a word.
    Separator,
    /// A value and nothing else.
    Slot,
    /// Constant letters, perhaps with a value in them.
    Word,
    /// A span in quotes, quotes included.
    Quoted,
}

/// What is known about a unit.
#[derive(Clone, Debug)]
pub(super) struct Info {
    pub(super) text: Box<[u8]>,
    pub(super) class: Class,
    /// A value is part of it.
    pub(super) marked: bool,
    /// The same with untyped values.
    pub(super) untyped: Unit,
}

/// All units of a mining run.
#[derive(Debug)]
pub(super) struct Units {
    by_text: FxHashMap<Box<[u8]>, Unit>,
    infos: Vec<Info>,
}

impl Units {
    pub(super) fn new() -> Self {
        let mut units = Self { by_text: FxHashMap::default(), infos: Vec::new() };
        units.intern(&[MARK, b'A' + SlotKind::Any as u8], Class::Slot);
        units.intern(b" ", Class::Space);
        units.intern(b"", Class::Space);
        units
    }

    pub(super) fn info(&self, unit: Unit) -> &Info {
        &self.infos[unit as usize]
    }

    /// The unit with its values untyped.
    pub(super) fn untyped(&self, unit: Unit) -> Unit {
        self.infos[unit as usize].untyped
    }

    pub(super) fn class(&self, unit: Unit) -> Class {
        self.infos[unit as usize].class
    }

    pub(super) fn text(&self, unit: Unit) -> &[u8] {
        &self.infos[unit as usize].text
    }

    pub(super) fn is_word(&self, unit: Unit) -> bool {
        self.class(unit) == Class::Word
    }

    /// A separator or a space.
    pub(super) fn is_gap(&self, unit: Unit) -> bool {
        matches!(self.class(unit), Class::Separator | Class::Space)
    }

    pub(super) fn byte(&self, unit: Unit) -> Option<u8> {
        (self.class(unit) == Class::Separator).then(|| self.infos[unit as usize].text[0])
    }

    fn intern(&mut self, text: &[u8], class: Class) -> Unit {
        if let Some(&unit) = self.by_text.get(text) {
            return unit;
        }
        let unit = u32::try_from(self.infos.len()).unwrap_or(u32::MAX);
        let marked = text.contains(&MARK);
        self.infos.push(Info { text: text.into(), class, marked, untyped: unit });
        self.by_text.insert(text.into(), unit);
        if marked {
            let mut plain = text.to_vec();
            for at in 1..plain.len() {
                if plain[at - 1] == MARK {
                    plain[at] = b'A';
                }
            }
            self.infos[unit as usize].untyped = self.intern(&plain, class);
        }
        unit
    }

    /// Takes a written shape apart.
    pub(super) fn split(&mut self, shape: &[u8]) -> Vec<Unit> {
        let mut units = Vec::with_capacity(shape.len() / 4);
        let mut at = 0;
        // A message in quotes (`"Probe failed" pod="a"`) is text and no value.
        let message = shape.first() == Some(&b'"');
        let message = message.then(|| quoted_end(shape, 0, b'"')).flatten();
        if let Some(end) = message.filter(|&end| shape[..end].contains(&b' ')) {
            units.push(self.intern(b"\"", Class::Separator));
            units.extend(self.split(&shape[1..end - 1]));
            units.push(self.intern(b"\"", Class::Separator));
            at = end;
        }
        while at < shape.len() {
            let (end, class) = next(shape, at);
            units.push(self.intern(&shape[at..end], class));
            at = end;
        }
        units
    }

    /// The word `text` with one value behind it, if it stands anywhere.
    pub(super) fn with_value(&self, word: Unit) -> Option<Unit> {
        let marked = [self.text(word), &[MARK, b'A' + SlotKind::Any as u8]].concat();
        self.by_text.get(&*marked).copied()
    }
}

fn next(shape: &[u8], at: usize) -> (usize, Class) {
    match shape[at] {
        b' ' => (at + 1, Class::Space),
        b'\\' if is_escaped_quote(shape, at) => {
            let close = (at + 2..shape.len()).find(|&end| is_escaped_quote(shape, end));
            close.map_or((at + 2, Class::Separator), |close| (close + 2, Class::Quoted))
        }
        quote @ (b'"' | b'\'') => match quoted_end(shape, at, quote) {
            Some(end) => (end, Class::Quoted),
            None => (at + 1, Class::Separator),
        },
        byte if byte != MARK && is_break(byte) => (at + 1, Class::Separator),
        _ => {
            let mut end = at;
            let mut slots = 0;
            let mut letters = 0;
            while end < shape.len() {
                if shape[end] == MARK {
                    slots += 1;
                    end += 2;
                } else if is_break(shape[end]) || is_escaped_quote(shape, end) {
                    break;
                } else {
                    letters += 1;
                    end += 1;
                }
            }
            let stops = shape[at..end].iter().rev().take_while(|b| matches!(b, b'.' | b'!' | b'?')).count();
            if stops == end - at {
                (end, Class::Separator)
            } else if slots == 1 && letters == stops {
                (end - stops, Class::Slot)
            } else {
                (end - stops, Class::Word)
            }
        }
    }
}

fn is_escaped_quote(shape: &[u8], at: usize) -> bool {
    shape[at..].starts_with(b"\\\"")
}

/// The end of a quoted span; a quote between letters is an apostrophe, one that opens again is inside.
fn quoted_end(shape: &[u8], at: usize, quote: u8) -> Option<usize> {
    let letter = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric());
    if at > 0 && letter(shape.get(at - 1)) && (at < 2 || shape[at - 2] != MARK) {
        return None;
    }
    let mut first = None;
    let mut depth = 1;
    for end in (at + 1..shape.len()).filter(|&end| shape[end] == quote) {
        let next = shape.get(end + 1);
        if quote == b'\'' && letter(next) || shape[end - 1] == b'\\' {
            continue;
        }
        let opens = end > at + 1
            && shape[end - 1] == b' '
            && next.is_some_and(|&b| b.is_ascii_alphanumeric() || b == MARK);
        if opens {
            depth += 1;
            continue;
        }
        depth -= 1;
        first = first.or(Some(end + 1));
        if depth == 0 {
            return Some(end + 1);
        }
    }
    first
}

/// How a constant word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `alice`
    Lower,
    /// `Alice`
    Capital,
    /// `RUNNING`
    Upper,
    /// `fooBar`, `foo_bar`, `foo.bar`, `a-b`: an identifier rather than a word of prose.
    Identifier,
    /// No letters.
    Other,
}

pub(super) fn style(text: &[u8]) -> Style {
    let all = text.iter().fold(0, |flags, &b| flags | CLASS[b as usize]);
    let letters = all & (UPPER | LOWER);
    let inner = text.windows(2).any(|w| w[0].is_ascii_lowercase() && w[1].is_ascii_uppercase());
    let joined = text.windows(3).any(|w| {
        w[0].is_ascii_alphanumeric()
            && matches!(w[1], b'_' | b'.' | b'/' | b'@' | b'$')
            && w[2].is_ascii_alphanumeric()
    });
    if all & DIGIT != 0 || text.contains(&MARK) || inner || (joined && letters != UPPER) {
        Style::Identifier
    } else if letters == UPPER && text.len() > 1 {
        Style::Upper
    } else if letters == UPPER | LOWER || letters == UPPER {
        Style::Capital
    } else if letters == LOWER || all & NOT_HEX != 0 && letters != 0 {
        Style::Lower
    } else {
        Style::Other
    }
}
