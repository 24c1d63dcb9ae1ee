//! What accepted places have held: a word that was a value once is likely to be one again.

use super::merge::{Cell, Place};
use super::prose::is_closed;
use super::unit::{ANY, SPACE, START, Unit, Units};
use rustc_hash::{FxHashMap, FxHashSet};

/// The two units before a place.
pub(super) type Before = (Unit, Unit);

/// The two units before a place of a form.
pub(super) fn before(form: &[Unit], start: usize) -> Before {
    let unit = |back: usize| if start >= back { form[start - back] } else { START };
    (unit(2), unit(1))
}

/// Values and places seen so far.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Single words, by what stands before their place.
    values: FxHashMap<Before, FxHashSet<Unit>>,
    /// Places that held values of several words.
    phrases: FxHashSet<Before>,
    /// Words of all values.
    words: FxHashSet<Unit>,
}

impl Memory {
    /// Takes note of places that were just accepted.
    pub(super) fn learn(&mut self, units: &Units, cells: &[Cell], places: &[Place]) {
        for place in places {
            let form = &cells[place.cell as usize].units;
            let value = &form[place.start as usize..place.end as usize];
            let before = before(form, place.start as usize);
            let values = self.values.entry(before).or_default();
            if let [one] = value {
                values.insert(*one);
            }
            if value.contains(&SPACE) {
                self.phrases.insert(before);
            }
            self.words.extend(value.iter().filter(|&&u| units.is_word(u) && !units.info(u).marked));
        }
    }

    /// How many of these words stood behind `before`.
    pub(super) fn known(&self, before: Before, values: &[Unit]) -> usize {
        self.values.get(&before).map_or(0, |known| values.iter().filter(|v| known.contains(v)).count())
    }

    /// How many of these words were values anywhere.
    pub(super) fn seen(&self, values: &[Unit]) -> usize {
        values.iter().filter(|v| self.words.contains(v)).count()
    }

    /// Whether values of several words stood behind `before`.
    pub(super) fn takes_phrases(&self, before: Before) -> bool {
        self.phrases.contains(&before)
    }

    /// Whether words stood behind `before`.
    pub(super) fn takes_words(&self, before: Before) -> bool {
        self.values.contains_key(&before)
    }

    /// Whether a value of these units may stand behind `before`, going by what stood there before.
    pub(super) fn fits(&self, units: &Units, before: Before, value: &[Unit], last: bool) -> bool {
        let words = || value.iter().filter(|&&u| units.is_word(u));
        match value {
            [ANY] => true,
            [one] if before.1 != START => self.takes_words(before) && !is_closed(units, &[*one]),
            _ if words().all(|u| self.words.contains(u)) && words().count() > 0 => true,
            _ => {
                let plain = value.iter().all(|&u| (units.is_word(u) && !units.info(u).marked) || u == SPACE);
                let open = self.takes_phrases(before) || (self.takes_words(before) && !last);
                plain && before.1 != START && words().count() <= 4 && open
            }
        }
    }
}
