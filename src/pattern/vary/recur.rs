//! Values that stand in several texts: evidence where one text shows too few of them.

use super::Candidate;
use crate::pattern::merge::Place;
use crate::pattern::prose::is_closed;
use crate::pattern::unit::{SPACE, Style, Unit, Units, style};
use rustc_hash::FxHashMap;

/// Most texts compared for one value; a value in more of them says nothing.
const MOST_TEXTS: usize = 256;

/// Other texts in which the same few words must stand.
const PAIRED: usize = 2;

/// Places whose values stand in other texts too: three of them, or two that are more than a word.
pub(super) fn recurring(units: &Units, candidates: &[Candidate<'_>], late: bool) -> Vec<Place> {
    let mut by_value: FxHashMap<&[Unit], Vec<usize>> = FxHashMap::default();
    for (index, candidate) in candidates.iter().enumerate() {
        for value in &candidate.values {
            by_value.entry(value).or_default().push(index);
        }
    }
    let mut accepted = Vec::new();
    for (index, candidate) in candidates.iter().enumerate() {
        let mut shared: FxHashMap<usize, (usize, usize)> = FxHashMap::default();
        for value in &candidate.values {
            for &other in by_value[value].iter().take(MOST_TEXTS).filter(|&&other| other != index) {
                let (all, rich) = shared.entry(other).or_default();
                *all += 1;
                *rich += usize::from(is_rich(units, value));
            }
        }
        let recurs = |(&other, &(all, rich)): (&usize, &(usize, usize))| {
            (all >= 3 || rich >= 2) && candidate.recurs_in(&candidates[other])
        };
        let whole = |(&other, &(all, _)): (&usize, &(usize, usize))| {
            all >= 2 && all == candidate.values.len() && candidate.is_far_from(&candidates[other])
        };
        let named = || candidate.values.iter().all(|v| v.iter().any(|&u| is_name(units.text(u))));
        let paired = late
            && candidate.place.start > 0
            && shared.iter().filter(|s| whole(*s)).count() >= PAIRED
            && named();
        if paired || shared.iter().any(recurs) {
            accepted.extend_from_slice(&candidate.places);
        }
    }
    accepted
}

/// Whether a word is no word of prose: an identifier, or joined of several (`GP-Staff`).
pub(super) fn is_name(word: &[u8]) -> bool {
    style(word) == Style::Identifier || word.contains(&b'-')
}

/// Whether a value is more than one word: a phrase, or a word with a value of its own behind it (`worker:12`).
fn is_rich(units: &Units, value: &[Unit]) -> bool {
    value.len() > 1 && value.iter().any(|&u| units.is_word(u))
}

impl Candidate<'_> {
    /// Whether few plain values could still be shown to be values by standing in other places too.
    pub(super) fn may_recur(&self, units: &Units) -> bool {
        let count = self.values.len();
        let plain = |v: &[Unit]| v.iter().all(|&u| u == SPACE || units.is_word(u)) && !v.is_empty();
        let plain = self.values.iter().filter(|v| plain(v)).count();
        let plain = plain >= 3 && plain * 4 >= count * 3;
        let worded = self.values.iter().filter(|v| v.iter().any(|&u| units.is_word(u))).count();
        if !plain && (worded < 2 || worded * 2 < count) || self.follows_value(units) {
            return false;
        }
        if self.values.iter().any(|v| v.len() != 1) {
            let enough = if plain { 1 } else { 2 };
            return (plain || self.is_set_off(units))
                && self.place.start > 0
                && !self.shares_end()
                && !self.follows_pair(units)
                && self.context(units) >= enough
                && !self.shares_word(units);
        }
        let values: Vec<Unit> = self.values.iter().map(|v| v[0]).collect();
        let identifier = |v: Unit| style(units.text(v)) == Style::Identifier;
        let enough = if self.place.start > 0 { 2 } else { 1 };
        (self.place.start > 0 || values.iter().all(|&v| identifier(v)))
            && self.context(units) >= enough
            && !is_closed(units, &values)
    }

    /// Whether the same values stand in another text: behind the same words, or as phrases anywhere.
    fn recurs_in(&self, other: &Self) -> bool {
        let phrases = self.values.iter().any(|v| v.len() > 1) && other.values.iter().any(|v| v.len() > 1);
        if !phrases && self.before() != other.before() {
            return false;
        }
        self.around() != other.around()
    }

    /// Whether the text around differs from another in more than a value: less than half of it is the same.
    fn is_far_from(&self, other: &Self) -> bool {
        let (a, b) = (self.around(), other.around());
        let head = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
        let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
        (head + tail) * 2 < a.len().max(b.len())
    }

    /// The text around the place.
    fn around(&self) -> Vec<Unit> {
        [&self.form[..self.place.start as usize], &self.form[self.place.end as usize..]].concat()
    }
}
