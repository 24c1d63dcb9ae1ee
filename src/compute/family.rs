//! Templates that differ in one constant word: a small closed set of names (three carriers, two belts) that mining
//! keeps apart. The word is a value position like a slot.

use super::corpus::Place;
use super::index::{Elem, Shape};
use super::labels::Label;
use super::profile::{Slot, frozen_slot};
use super::thesaurus::is_stop;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};

/// Templates longer than this are not compared word by word.
const LONGEST: usize = 120;

/// Adds a position for every word that varies between templates equal elsewhere, and for every tail behind a colon
/// that does.
pub(super) fn add_frozen(shapes: &mut [Shape]) {
    let mut families: FxHashMap<u64, Vec<(usize, usize)>> = FxHashMap::default();
    for (p, shape) in shapes.iter().enumerate().filter(|(_, shape)| shape.elems.len() <= LONGEST) {
        for at in (0..shape.elems.len()).filter(|&at| may_vary(&shape.elems, at)) {
            families.entry(key_without(&shape.elems, at..at + 1)).or_default().push((p, at));
        }
        if let Some(at) = tail_start(&shape.elems) {
            families.entry(key_without(&shape.elems, at..shape.elems.len())).or_default().push((p, at));
        }
    }
    let mut found: Vec<(usize, usize)> = Vec::new();
    for members in families.into_values().filter(|members| members.len() > 1) {
        found.extend(members);
    }
    found.sort_unstable();
    found.dedup();
    for (p, at) in found {
        let slot = frozen(&shapes[p].elems, at);
        if !shapes[p].slots.iter().any(|own| own.place == slot.place) {
            shapes[p].slots.push(slot);
        }
    }
}

/// A name may vary; a verb or a word of grammar makes another event.
fn may_vary(elems: &[Elem], at: usize) -> bool {
    let Elem::Word(lower, _) = &elems[at] else { return false };
    let glued = matches!(elems.get(at + 1), Some(Elem::Mark('=' | ':')));
    let verb = lower.len() > 4 && (lower.ends_with("ed") || lower.ends_with("ing"));
    !glued && !verb && !is_stop(lower) && elems.iter().filter(|e| matches!(e, Elem::Word(..))).count() > 1
}

/// Where a tail of constant words behind the last colon starts, if the template ends in one.
fn tail_start(elems: &[Elem]) -> Option<usize> {
    let mark = elems.iter().rposition(|elem| matches!(elem, Elem::Mark(':')))?;
    let start = mark + 1 + elems[mark + 1..].iter().take_while(|elem| **elem == Elem::Gap).count();
    let tail = elems.get(start..).filter(|tail| !tail.is_empty())?;
    tail.iter().all(|elem| matches!(elem, Elem::Word(..) | Elem::Gap)).then_some(start)
}

fn key_without(elems: &[Elem], hole: std::ops::Range<usize>) -> u64 {
    let mut hasher = FxHasher::default();
    hole.start.hash(&mut hasher);
    for (at, elem) in elems.iter().enumerate().filter(|(at, _)| !hole.contains(at)) {
        at.min(hole.start + 1).hash(&mut hasher);
        match elem {
            Elem::Word(lower, _) => (0u8, lower.as_str()).hash(&mut hasher),
            Elem::Slot(slot, _) => (1u8, *slot).hash(&mut hasher),
            Elem::Mark(mark) => (2u8, *mark).hash(&mut hasher),
            Elem::Gap => 3u8.hash(&mut hasher),
        }
    }
    hasher.finish()
}

fn frozen(elems: &[Elem], at: usize) -> Slot {
    let end = if tail_start(elems) == Some(at) { elems.len() } else { at + 1 };
    let text: String = elems[at..end]
        .iter()
        .map(|elem| match elem {
            Elem::Word(_, text) => text.clone(),
            _ => " ".to_owned(),
        })
        .collect();
    let mut slot = frozen_slot(elems, at, Place::Frozen(text.clone()), text);
    // What a line ends in, behind a colon or "for", is why it says so.
    let words_before = elems[..at].iter().rev().find_map(|elem| match elem {
        Elem::Mark(mark) => Some(*mark == ':'),
        Elem::Word(lower, _) => Some(lower == "for"),
        Elem::Gap | Elem::Slot(..) => None,
    });
    if end == elems.len() && words_before == Some(true) {
        slot.labels.push(Label::new("reason", 0.7));
    }
    slot
}

#[cfg(test)]
mod tests {
    use super::super::index::elems_of;
    use super::*;
    use crate::pattern::Piece;

    fn shape(text: &str) -> Shape {
        Shape { elems: elems_of(&[Piece::Text(text.to_owned())]), slots: Vec::new(), count: 1 }
    }

    #[test]
    fn the_word_that_differs_is_a_value() {
        let mut shapes = [shape("jam on alpha cleared"), shape("jam on beta cleared"), shape("door shut")];
        add_frozen(&mut shapes);
        let values = |shape: &Shape| shape.slots.iter().map(|slot| slot.place.clone()).collect::<Vec<_>>();
        assert_eq!(values(&shapes[0]), [Place::Frozen("alpha".to_owned())]);
        assert_eq!(values(&shapes[1]), [Place::Frozen("beta".to_owned())]);
        assert_eq!(values(&shapes[2]), []);
    }

    #[test]
    fn tails_of_any_length_behind_a_colon_differ_too() {
        let mut shapes = [shape("sample lost: dry run"), shape("sample lost: leak")];
        add_frozen(&mut shapes);
        assert_eq!(shapes[0].slots[0].place, Place::Frozen("dry run".to_owned()));
        assert_eq!(shapes[1].slots[0].place, Place::Frozen("leak".to_owned()));
    }
}
