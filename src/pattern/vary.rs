//! One place varies: cells equal but for what stands between the same two ends, and the evidence whether that is a
//! value.

use super::coarse::is_nothing;
use super::merge::{Cell, Place};
use super::scan::MARK;
use super::unit::{ANY, Class, SPACE, START, Style, Unit, Units, style};
use rustc_hash::{FxHashMap, FxHashSet};

/// Longest value that is looked for, in units.
const LONGEST_VALUE: usize = 12;

/// The two units before a place.
type Before = (Unit, Unit);

/// What accepted places have seen, by what stands before them.
#[derive(Debug, Default)]
pub(super) struct Memory {
    values: FxHashMap<Before, FxHashSet<Unit>>,
    /// Places that held values of several words.
    phrases: FxHashSet<Before>,
}

/// Cells that differ only in what stands at one place.
struct Candidate<'c> {
    /// The form of one of the cells, for the context.
    form: &'c [Unit],
    place: Place,
    values: Vec<&'c [Unit]>,
}

/// All places that evidence makes variable now: of one unit each, or of any length.
pub(super) fn places(units: &Units, cells: &[Cell], memory: &mut Memory, longest: usize) -> Vec<Place> {
    let mut keyed: Vec<(u64, Place)> = Vec::new();
    for (index, cell) in cells.iter().enumerate() {
        for_each_place(units, &cell.units, longest.min(LONGEST_VALUE), |start, end, key| {
            keyed.push((key, Place { cell: index as u32, start: start as u32, end: end as u32 }));
        });
    }
    keyed.sort_unstable();
    let mut accepted = Vec::new();
    let mut undecided: FxHashMap<Before, Vec<(Candidate<'_>, &[(u64, Place)])>> = FxHashMap::default();
    let mut learned = Vec::new();
    for bucket in keyed.chunk_by(|a, b| a.0 == b.0).filter(|bucket| bucket.len() > 1) {
        let values =
            bucket.iter().map(|(_, p)| &cells[p.cell as usize].units[p.start as usize..p.end as usize]);
        let place = bucket[0].1;
        let candidate =
            Candidate { form: &cells[place.cell as usize].units, place, values: values.collect() };
        if candidate.varies(units, memory) {
            learned.push((candidate.before(), candidate.values.clone()));
            accepted.extend(bucket.iter().map(|b| b.1));
        } else if longest == 1 && candidate.may_recur(units) {
            undecided.entry(candidate.before()).or_default().push((candidate, bucket));
        }
    }
    for candidates in undecided.into_values() {
        for (candidate, bucket) in &candidates {
            if candidates.iter().any(|(other, _)| candidate.recurs_in(other)) {
                learned.push((candidate.before(), candidate.values.clone()));
                accepted.extend(bucket.iter().map(|b| b.1));
            }
        }
    }
    for (before, values) in learned {
        if values.iter().any(|v| v.contains(&SPACE)) {
            memory.phrases.insert(before);
        }
        memory.values.entry(before).or_default().extend(values.iter().filter(|v| v.len() == 1).map(|v| v[0]));
    }
    accepted
}

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

fn step(hash: u64, unit: Unit) -> u64 {
    (hash.rotate_left(5) ^ u64::from(unit)).wrapping_mul(0x517c_c1b7_2722_0a95)
}

/// Calls back for each place that may vary, with the hash of everything around it.
fn for_each_place(units: &Units, form: &[Unit], longest: usize, mut f: impl FnMut(usize, usize, u64)) {
    let mut suffixes = vec![SEED; form.len() + 1];
    for at in (0..form.len()).rev() {
        suffixes[at] = step(suffixes[at + 1], form[at]);
    }
    let gap = |at: usize| form.get(at).is_none_or(|&u| units.is_gap(u));
    let mut prefix = SEED;
    for start in 0..form.len() {
        let key = |end: usize| step(prefix, start as u32).wrapping_mul(SEED) ^ suffixes[end].rotate_left(32);
        if !gap(start) && longest == 1 {
            f(start, start + 1, key(start + 1));
        } else if longest > 1 && (start == 0 || gap(start - 1)) {
            if start > 0 && gap(start) && form[start - 1] != form[start] {
                f(start, start, key(start));
            }
            for end in start + 1..=form.len().min(start + longest) {
                if gap(end) && !gap(start) && form[end - 1] != SPACE {
                    f(start, end, key(end));
                }
            }
        }
        prefix = step(prefix, form[start]);
    }
}

/// The two units before a place of a form.
pub(super) fn before(form: &[Unit], start: usize) -> Before {
    let unit = |back: usize| if start >= back { form[start - back] } else { START };
    (unit(2), unit(1))
}

impl Memory {
    /// Whether a value of these units may stand behind `before`, going by what stood there before.
    pub(super) fn fits(&self, units: &Units, before: Before, value: &[Unit], last: bool) -> bool {
        match value {
            [ANY] => true,
            [one] => self.values.contains_key(&before) && !is_closed(units, &[*one]),
            _ => {
                let words = value.iter().filter(|&&u| units.is_word(u)).count();
                let plain = value.iter().all(|&u| (units.is_word(u) && !units.info(u).marked) || u == SPACE);
                plain
                    && words <= 4
                    && (self.phrases.contains(&before) || (self.values.contains_key(&before) && !last))
            }
        }
    }
}

impl Candidate<'_> {
    /// The two units before the place.
    fn before(&self) -> Before {
        before(self.form, self.place.start as usize)
    }

    fn varies(&self, units: &Units, memory: &Memory) -> bool {
        let (start, end) = (self.place.start as usize, self.place.end as usize);
        let context = self.form.iter().enumerate();
        let context = context.filter(|&(at, &u)| !(start..end).contains(&at) && units.is_word(u)).count();
        if context == 0 {
            return false;
        }
        if self.values.iter().all(|v| v.len() == 1) {
            let values: Vec<Unit> = self.values.iter().map(|v| v[0]).collect();
            return self.word_varies(units, memory, context, &values);
        }
        self.phrase_varies(units, memory, context)
    }

    /// Whether few plain values could still be shown to be values by standing in other places too.
    fn may_recur(&self, units: &Units) -> bool {
        let values: Vec<Unit> = self.values.iter().flat_map(|v| v.first().copied()).collect();
        let context = self.form.iter().filter(|&&u| units.is_word(u)).count();
        let identifier = |v: Unit| style(units.text(v)) == Style::Identifier;
        values.len() == self.values.len()
            && values.iter().all(|&v| units.is_word(v) && (self.place.start > 0 || identifier(v)))
            && context >= if self.place.start > 0 { 3 } else { 2 }
            && !is_closed(units, &values)
    }

    /// Whether the same values stand in another text behind the same words.
    fn recurs_in(&self, other: &Self) -> bool {
        let shared = self.values.iter().filter(|v| other.values.contains(v)).count();
        let texts = |c: &Self| {
            let mut text: Vec<Unit> = c.form[..c.place.start as usize].to_vec();
            text.extend_from_slice(&c.form[c.place.end as usize..]);
            text
        };
        shared >= 3 && texts(self) != texts(other)
    }

    fn word_varies(&self, units: &Units, memory: &Memory, context: usize, values: &[Unit]) -> bool {
        let distinct = values.len();
        if values.contains(&ANY) {
            return context >= 2;
        }
        let texts: Vec<&[u8]> = values.iter().map(|&v| units.text(v)).collect();
        if texts.iter().all(|t| is_state(t)) {
            return false;
        }
        let identifiers = texts.iter().filter(|t| style(t) == Style::Identifier).count() == texts.len();
        if self.place.start == 0 {
            return distinct >= 12 && context >= 3;
        }
        let known = memory.values.get(&self.before());
        if known.is_some_and(|known| values.iter().filter(|v| known.contains(v)).count() >= 2) {
            return true;
        }
        let after_equals = units.byte(self.before().1) == Some(b'=');
        if context == 1 {
            return distinct >= if after_equals { 4 } else { 8 };
        }
        if is_closed(units, values) {
            return distinct >= 10;
        }
        if values.iter().all(|&v| units.class(v) == Class::Quoted) {
            return distinct >= if is_quoted(units, values) { 2 } else { 8 };
        }
        let joined =
            texts.iter().all(|t| t.windows(2).any(|w| matches!(w[0], b'-' | b'_' | b'.') && w[1] == MARK));
        distinct
            >= if identifiers && (joined || values.iter().all(|&v| !units.info(v).marked)) { 3 } else { 4 }
    }

    /// Values of several units: `web:80` beside a value, two or three plain words, nothing.
    fn phrase_varies(&self, units: &Units, memory: &Memory, context: usize) -> bool {
        let shared = |f: fn(&[Unit]) -> Option<&Unit>| {
            let first = f(self.values[0]);
            first.is_some_and(|&u| u != ANY) && self.values.iter().all(|v| f(v) == first)
        };
        if shared(|v| v.first()) || shared(|v| v.last()) {
            return false;
        }
        let spaced = self.values.iter().filter(|v| v.contains(&SPACE)).count();
        let any = self.values.iter().any(|v| **v == [ANY]);
        let empty =
            self.values.iter().any(|v| v.is_empty() || (v.len() == 1 && is_nothing(units.text(v[0]))));
        if any && (spaced == 0 || empty && self.values.len() == 2) {
            return context >= 2;
        }
        if empty && spaced > 0 {
            return false;
        }
        let marked = self.values.iter().filter(|v| v.iter().any(|&u| units.info(u).marked)).count();
        if spaced == 0 {
            return self.values.len() >= 4 && context >= 2;
        }
        if any && marked == 1 && context >= 2 {
            // Longer values of a place that took words before.
            let end = self.place.end as usize == self.form.len();
            let before = self.before();
            return units.byte(before.1) == Some(b'=')
                || memory.phrases.contains(&before)
                || (memory.values.contains_key(&before) && !end);
        }
        let lengths = self.values.iter().any(|v| v.len() != self.values[0].len());
        lengths && !self.shares_word(units) && self.values.len() - marked >= 5 && context >= 2
    }
}

impl Candidate<'_> {
    /// Whether a word stands in most of the longer values: then it is part of the text.
    fn shares_word(&self, units: &Units) -> bool {
        let mut seen: FxHashMap<Unit, usize> = FxHashMap::default();
        let longer = self.values.iter().filter(|v| v.len() > 1);
        let count = longer.clone().count();
        for value in longer {
            for &unit in value.iter().filter(|&&u| units.is_word(u)) {
                *seen.entry(unit).or_default() += 1;
            }
        }
        seen.values().any(|&n| n >= 3 && n * 3 > count)
    }
}

/// Whether quoted texts have a word in common, or values between words: then they are structured text rather than
/// values.
fn shares_text(texts: &[&[u8]]) -> bool {
    let words = |t: &[u8]| -> Vec<Vec<u8>> {
        t.split(|b| !b.is_ascii_alphabetic()).filter(|w| w.len() > 1).map(<[u8]>::to_vec).collect()
    };
    let filled = |t: &[u8]| t.contains(&MARK) && !words(t).is_empty();
    texts.iter().filter(|t| filled(t)).count() * 2 > texts.len()
        || words(texts[0]).iter().any(|word| texts.iter().all(|t| words(t).contains(word)))
}

/// Whether all values are quoted texts of their own.
pub(super) fn is_quoted(units: &Units, values: &[Unit]) -> bool {
    let texts: Vec<&[u8]> = values.iter().map(|&v| units.text(v)).collect();
    values.iter().all(|&v| units.class(v) == Class::Quoted) && !shares_text(&texts)
}

/// Whether values look like a closed set rather than names: mostly upper-case.
pub(super) fn is_closed(units: &Units, values: &[Unit]) -> bool {
    let upper = values.iter().filter(|&&v| style(units.text(v)) == Style::Upper).count();
    upper * 2 > values.len() || values.iter().all(|&v| is_state(units.text(v)))
}

/// Words for states and truth values: a closed set in any system.
pub(super) fn is_state(word: &[u8]) -> bool {
    let lower = word.to_ascii_lowercase();
    matches!(
        &*lower,
        b"true"
            | b"false"
            | b"yes"
            | b"no"
            | b"on"
            | b"off"
            | b"up"
            | b"down"
            | b"ok"
            | b"enabled"
            | b"disabled"
            | b"success"
            | b"failure"
            | b"failed"
            | b"succeeded"
            | b"start"
            | b"stop"
            | b"started"
            | b"stopped"
            | b"open"
            | b"closed"
            | b"opened"
            | b"begin"
            | b"end"
            | b"active"
            | b"inactive"
            | b"online"
            | b"offline"
    )
}
