//! One place varies: cells equal but for what stands between the same two ends, and the evidence whether that is a
//! value.

use super::coarse::is_nothing;
use super::memory::Memory;
use super::merge::{Cell, Place};
use super::prose::{
    has_letters, is_axis, is_closed, is_missing, is_preposition, is_protocol, is_quoted, is_state,
};
use super::scan::MARK;
use super::unit::{ANY, Class, SPACE, Style, Unit, Units, style};
use recur::{is_name, recurring};
use rustc_hash::FxHashMap;

/// Longest value that is looked for, in units.
const LONGEST_VALUE: usize = 12;

/// Above so many cells only values of one unit are looked for.
const MANY_CELLS: usize = 10_000;

/// Cells that differ only in what stands at one place.
struct Candidate<'c> {
    /// The form of one of the cells, for the context.
    form: &'c [Unit],
    place: Place,
    places: Vec<Place>,
    values: Vec<&'c [Unit]>,
}

/// All places that evidence makes variable now.
pub(super) fn places(units: &Units, cells: &[Cell], memory: &Memory, longest: usize) -> Vec<Place> {
    let mut keyed: Vec<(u64, Place)> = Vec::new();
    let longest = if cells.len() > MANY_CELLS { 1 } else { longest.min(LONGEST_VALUE) };
    for (index, cell) in cells.iter().enumerate() {
        for_each_place(units, &cell.units, longest, |start, end, key| {
            keyed.push((key, Place { cell: index as u32, start: start as u32, end: end as u32 }));
        });
    }
    keyed.sort_unstable();
    let mut accepted = Vec::new();
    let mut undecided = Vec::new();
    let mut settled = Vec::new();
    for bucket in keyed.chunk_by(|a, b| a.0 == b.0).filter(|bucket| bucket.len() > 1) {
        let candidate = Candidate::new(cells, bucket);
        if candidate.varies(units, memory) {
            accepted.extend(candidate.places);
        } else if candidate.may_recur(units) {
            undecided.push(candidate);
        } else if longest > 1 && candidate.is_known(units, memory) {
            settled.extend(candidate.places);
        }
    }
    accepted.extend(recurring(units, &undecided, longest > 1));
    // Names known from elsewhere come last: written as values too early, they hide phrases that recur.
    if accepted.is_empty() { settled } else { accepted }
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
        if longest == 1 && !gap(start) {
            f(start, start + 1, key(start + 1));
        } else if longest > 1 && (start == 0 || gap(start - 1)) {
            if start > 0 && gap(start) && form[start - 1] != form[start] {
                f(start, start, key(start));
            }
            let opens = |at: usize| matches!(units.byte(form[at]), Some(b'(' | b'[' | b'{'));
            let closes = |at: usize| matches!(units.byte(form[at]), Some(b')' | b']' | b'}'));
            if gap(start) && !opens(start) {
                prefix = step(prefix, form[start]);
                continue;
            }
            let mut depth = 0_i32;
            for end in start + 1..=form.len().min(start + longest) {
                depth += i32::from(opens(end - 1)) - i32::from(closes(end - 1));
                if depth < 0 {
                    break;
                }
                if depth == 0 && gap(end) && (!gap(end - 1) || closes(end - 1)) {
                    f(start, end, key(end));
                }
            }
            if form.len() > start + longest {
                f(start, form.len(), key(form.len()));
            }
        } else if longest > 1 && !gap(start) {
            f(start, start + 1, key(start + 1));
        }
        prefix = step(prefix, form[start]);
    }
}

impl<'c> Candidate<'c> {
    fn new(cells: &'c [Cell], bucket: &[(u64, Place)]) -> Self {
        let value = |p: &Place| &cells[p.cell as usize].units[p.start as usize..p.end as usize];
        let place = bucket[0].1;
        Self {
            form: &cells[place.cell as usize].units,
            place,
            places: bucket.iter().map(|b| b.1).collect(),
            values: bucket.iter().map(|b| value(&b.1)).collect(),
        }
    }

    /// Whether what stands in brackets are values: no word among them, nothing beside something, phrases without a
    /// common word, or lists.
    fn fills_brackets(&self, units: &Units) -> bool {
        let wordless = |v: &&[Unit]| !v.iter().any(|&u| units.is_word(u) && has_letters(units.text(u)));
        self.is_argument(units)
            || self.values.iter().any(|v| v.is_empty())
            || self.values.iter().all(wordless)
            || self.values.len() >= 3 && (!self.shares_word(units) || self.lists(units))
    }

    /// Whether the values are lists of words, longer and shorter.
    fn lists(&self, units: &Units) -> bool {
        let item = |u: Unit| units.is_word(u) || u == ANY || u == SPACE;
        let comma = |u: Unit| units.byte(u) == Some(b',');
        self.values.len() >= 3
            && self.values.iter().all(|v| v.iter().all(|&u| item(u) || comma(u)))
            && self.values.iter().all(|v| v.len() == 1 || v.iter().any(|&u| comma(u)))
    }

    fn varies(&self, units: &Units, memory: &Memory) -> bool {
        let context = self.context(units);
        if context == 0 {
            return false;
        }
        if self.values.iter().all(|v| v.len() == 1) {
            let values: Vec<Unit> = self.values.iter().map(|v| v[0]).collect();
            return self.word_varies(units, memory, context, &values);
        }
        (self.enclosed(units) && self.fills_brackets(units)) || self.phrase_varies(units, memory, context)
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
        if context >= 2 && (texts.iter().any(|t| is_missing(t)) || texts.iter().all(|t| is_axis(t))) {
            return true;
        }
        let seen = memory.seen(values);
        if distinct >= 4 && seen >= 3 && seen * 3 >= distinct * 2 {
            return true;
        }
        let known = memory.known(self.before(), values);
        if self.place.start == 0 {
            return context >= 2 && known >= 2 && known == distinct || distinct >= 12 && context >= 3;
        }
        if known >= 2 || self.names_number(units, &texts) {
            return true;
        }
        let after_equals = self.is_keyed(units);
        if context == 1 {
            return distinct >= if after_equals { 4 } else { 8 };
        }
        if self.is_placed(units, values, &texts) {
            return true;
        }
        if is_closed(units, values) {
            return distinct >= if after_equals { 3 } else { 10 };
        }
        if values.iter().all(|&v| units.class(v) == Class::Quoted) {
            return distinct >= if is_quoted(units, values) { 2 } else { 8 };
        }
        self.names(units, context, values, &texts)
    }

    /// Whether two words suffice for what stands around them or for what they are.
    fn is_placed(&self, units: &Units, values: &[Unit], texts: &[&[u8]]) -> bool {
        let open = !is_closed(units, values);
        open && self.is_in_square(units)
            || self.is_listed(units)
            || self.is_currency(texts)
            || texts.iter().all(|t| is_protocol(t))
            || open && self.is_keyed(units) && texts.iter().any(|t| style(t) == Style::Identifier)
    }

    /// Whether single names, each a value elsewhere, stand behind a separator.
    fn is_known(&self, units: &Units, memory: &Memory) -> bool {
        let single = || self.values.iter().all(|v| v.len() == 1 && is_name(units.text(v[0])));
        let values = || self.values.iter().map(|v| v[0]).collect::<Vec<Unit>>();
        self.place.start > 0
            && self.context(units) >= 2
            && single()
            && self.is_set_off(units)
            && memory.seen(&values()) == self.values.len()
    }

    /// Whether single words that are no closed set are names.
    fn names(&self, units: &Units, context: usize, values: &[Unit], texts: &[&[u8]]) -> bool {
        let distinct = values.len();
        let identifiers = texts.iter().all(|t| style(t) == Style::Identifier);
        if self.is_family(units, texts) {
            return true;
        }
        let joined = |t: &&[u8]| t.windows(2).any(|w| matches!(w[0], b'-' | b'_' | b'.') && w[1] == MARK);
        let named =
            identifiers && (texts.iter().all(joined) || values.iter().all(|&v| !units.info(v).marked));
        let numbered = values.iter().filter(|&&v| units.info(v).marked).count();
        if named || (numbered >= 2 && numbered < distinct) || (context >= 3 && self.introduced(units)) {
            return distinct >= 3;
        }
        let (second, first) = self.before();
        let glued = units.byte(first) == Some(b':') && second == ANY;
        distinct >= if self.follows_value(units) { 6 } else { 4 - usize::from(glued) }
    }

    /// Whether numbered names have one stem and one length: `sda1` and `sdb2`.
    fn is_family(&self, units: &Units, texts: &[&[u8]]) -> bool {
        let stem =
            |t: &[u8]| t.iter().zip(texts[0]).take_while(|(a, b)| a == b && a.is_ascii_alphabetic()).count();
        let letters = |t: &[u8]| t.iter().position(|&b| b == MARK).unwrap_or(0);
        let all = texts.iter().all(|t| {
            stem(t) >= 2 && letters(t).abs_diff(letters(texts[0])) <= 1 && letters(t) + 2 == t.len()
        });
        all && !self.follows_value(units)
    }

    /// Values of several units: `web:80` beside a value, two or three plain words, nothing.
    fn phrase_varies(&self, units: &Units, memory: &Memory, context: usize) -> bool {
        if self.shares_end() || context < 2 || self.follows_pair(units) {
            return false;
        }
        let spaced = self.values.iter().filter(|v| v.contains(&SPACE)).count();
        let any = self.values.iter().any(|v| **v == [ANY]);
        let empty =
            self.values.iter().any(|v| v.is_empty() || (v.len() == 1 && is_nothing(units.text(v[0]))));
        if any && (spaced == 0 || empty && self.values.len() == 2) {
            return true;
        }
        if empty && spaced > 0 {
            return false;
        }
        let filled =
            |v: &[Unit]| v.contains(&ANY) || (v.len() > 1 && v.iter().any(|&u| units.info(u).marked));
        let marked = self.values.iter().filter(|v| filled(v)).count();
        let plain = self.values.len() - marked;
        if spaced == 0 {
            return self.values.len() >= 4;
        }
        let pair = |v: &[Unit]| v.iter().any(|&u| units.byte(u) == Some(b'='));
        let keyed = self.is_keyed(units) && !self.values.iter().any(|v| pair(v));
        let spoken = self.is_punctuated(units) && memory.takes_words(self.before());
        if any && (marked == 1 || keyed || spoken) {
            return !self.shares_word(units) && (keyed || self.goes_on(memory, spoken, plain));
        }
        let lengths = self.values.iter().any(|v| v.len() != self.values[0].len());
        let enough = match context {
            _ if keyed => 3,
            // Behind two words (`failed to ..`) goes on what the line says.
            ..3 if self.is_last() && !self.is_punctuated(units) => 10,
            3.. if self.introduced(units) => 4,
            _ => 5,
        };
        lengths && !self.shares_word(units) && plain >= enough
    }

    /// Whether a place that took words or phrases before takes longer ones too.
    fn goes_on(&self, memory: &Memory, spoken: bool, plain: usize) -> bool {
        let (before, last) = (self.before(), self.is_last());
        spoken && !last
            || memory.takes_phrases(before)
            || (memory.takes_words(before) && (!last || plain >= 3))
    }

    /// Whether all values begin or end alike: then that is text.
    fn shares_end(&self) -> bool {
        let shared = |f: fn(&[Unit]) -> Option<&Unit>| {
            let first = f(self.values[0]);
            first.is_some_and(|&u| u != ANY) && self.values.iter().all(|v| f(v) == first)
        };
        shared(|v| v.first()) || shared(|v| v.last())
    }

    /// Whether a word stands in most of the longer values: then it is part of the text.
    fn shares_word(&self, units: &Units) -> bool {
        let mut seen: FxHashMap<Unit, usize> = FxHashMap::default();
        let longer = self.values.iter().filter(|v| v.len() > 1);
        let count = longer.clone().count();
        for value in longer {
            for &unit in value.iter().filter(|&&u| units.is_word(u) && !is_preposition(units.text(u))) {
                *seen.entry(unit).or_default() += 1;
            }
        }
        seen.values().any(|&n| (n >= 2 && n == count) || (n >= 3 && n * 3 > count))
    }
}

mod around;
mod recur;
