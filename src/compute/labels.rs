//! What a value position is called: the words beside a slot, the name of a field.

use super::index::Elem;
use super::unit::Unit;
use super::words::{identifier_parts, root};
use crate::pattern::SlotKind;

/// A word that names a position, with how surely it does.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Label {
    pub(super) text: String,
    pub(super) root: String,
    pub(super) weight: f64,
}

impl Label {
    pub(super) fn new(text: &str, weight: f64) -> Self {
        Self { text: text.to_owned(), root: root(text), weight }
    }
}

pub(super) fn field_labels(name: &str) -> Vec<Label> {
    let mut labels = vec![Label::new(&name.to_lowercase(), 1.0)];
    let parts = identifier_parts(name);
    let count = parts.len();
    for (at, part) in parts.iter().enumerate() {
        let last = at + 1 == count || (at + 2 == count && named_unit(&parts[count - 1]).is_some());
        labels.push(Label::new(part, if last { 1.0 } else { 0.7 }));
    }
    labels
}

/// `duration_ms`, `bytes`: the unit a name states. Single letters are too weak.
pub(super) fn named_unit(word: &str) -> Option<Unit> {
    if word.len() < 2 { None } else { Unit::parse(word) }
}

/// Names of a slot from the words around it.
pub(super) fn labels_of(elems: &[Elem], slot: usize) -> Vec<Label> {
    let Some(at) = elems.iter().position(|e| matches!(e, Elem::Slot(s, _) if *s == slot)) else {
        return Vec::new();
    };
    let mut labels = Vec::new();
    left_labels(elems, at, &mut labels);
    right_labels(elems, at, &mut labels);
    labels
}

pub(super) fn left_labels(elems: &[Elem], at: usize, labels: &mut Vec<Label>) {
    let mut weight = 1.0;
    let mut keyed = false;
    // A word glued to the slot belongs to its value (`IC` of `IC2007`) and does not push the name away.
    let mut before = &elems[..at];
    if let [rest @ .., Elem::Word(lower, _)] = before {
        labels.push(Label::new(lower, 0.8));
        before = rest;
    }
    for elem in before.iter().rev() {
        match elem {
            Elem::Word(lower, text) => {
                labels.push(Label::new(lower, weight));
                let parts = identifier_parts(text);
                let many = parts.len() > 1;
                for (i, part) in parts.iter().enumerate().filter(|_| many) {
                    let last = if i + 1 == parts.len() { 0.95 } else { 0.75 };
                    labels.push(Label::new(part, weight * last));
                }
                weight *= if super::thesaurus::is_stop(lower) { 0.8 } else { 0.55 };
                if keyed || weight < 0.25 {
                    break;
                }
            }
            Elem::Mark('=' | ':') => keyed = labels.is_empty(),
            Elem::Mark(',' | ';' | '.' | ')' | ']' | '}' | '|') | Elem::Slot(..) => break,
            Elem::Mark(_) | Elem::Gap => {}
        }
    }
}

pub(super) fn right_labels(elems: &[Elem], at: usize, labels: &mut Vec<Label>) {
    let keyed =
        matches!(&elems[..at], [.., Elem::Mark('=')] | [.., Elem::Word(..), Elem::Mark(':'), Elem::Gap]);
    let mut weight = if keyed { 0.2 } else { 0.7 };
    for (here, elem) in elems.iter().enumerate().skip(at + 1) {
        match elem {
            // Text that is there at times ("<size> <*>sent") stands between a value and its name.
            Elem::Slot(_, SlotKind::Any) if matches!(elems.get(here + 1), Some(Elem::Word(..))) => {}
            // What follows a preposition is about the next value ("from floor <n> TO floor <n>").
            Elem::Word(lower, _)
                if matches!(lower.as_str(), "to" | "from" | "by" | "for" | "at" | "with") =>
            {
                break;
            }
            Elem::Word(lower, text) => {
                labels.push(Label::new(lower, weight));
                let parts = identifier_parts(text);
                if parts.len() > 1 {
                    labels.extend(parts.iter().map(|part| Label::new(part, weight * 0.75)));
                }
                weight *= 0.5;
                if weight < 0.15 {
                    break;
                }
            }
            Elem::Gap => {}
            Elem::Mark(_) | Elem::Slot(..) => break,
        }
    }
}

/// The unit word right behind a slot (`<num> bytes`), or in its key (`size_bytes=`).
pub(super) fn unit_behind(elems: &[Elem], slot: usize) -> Option<Unit> {
    let at = elems.iter().position(|e| matches!(e, Elem::Slot(s, _) if *s == slot))?;
    let glued = match elems.get(at + 1) {
        Some(Elem::Word(_, text)) => Unit::parse(text),
        Some(Elem::Mark('%')) => Some(Unit::Percent),
        Some(Elem::Gap) => match elems.get(at + 2) {
            Some(Elem::Word(_, text)) if text == "s" => Unit::parse(text),
            Some(Elem::Word(_, text)) => named_unit(text),
            _ => None,
        },
        _ => None,
    };
    let key = || match elems.get(..at)? {
        [.., Elem::Word(_, text), Elem::Mark('=' | ':')]
        | [.., Elem::Word(_, text), Elem::Mark(':'), Elem::Gap] => {
            identifier_parts(text).iter().skip(1).find_map(|part| named_unit(part))
        }
        _ => None,
    };
    glued.or_else(key)
}
