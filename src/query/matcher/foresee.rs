//! What can be said about the records of a pattern without reading them.

use super::{Matcher, Node, source_is};
use crate::domain::Level;
use crate::pattern::{Piece, Template};
use crate::query::Test;

/// Stands for a slot between pieces of constant text: no word touches it, no word sequence reaches over it.
const SLOT: &[u8] = &[0; 8];

/// What is known about a group of records before their text is read; `None`: it differs between them.
#[derive(Clone, Copy, Debug)]
pub struct Prospect<'t> {
    /// Their pattern.
    pub template: &'t Template,
    /// Their level; the inner `None`: they state none.
    pub level: Option<Option<Level>>,
    /// Their service.
    pub service: Option<&'t str>,
    /// Their source.
    pub source: Option<&'t str>,
}

impl Matcher {
    /// Whether all (`Some(true)`) or none (`Some(false)`) of these records match; `None`: they have to be read.
    #[must_use]
    pub fn foresee(&self, prospect: &Prospect<'_>) -> Option<bool> {
        foresee(&self.root, prospect, &constant_text(prospect.template))
    }

    /// Whether the level decides.
    #[must_use]
    pub fn needs_level(&self) -> bool {
        any_node(&self.root, &|node| matches!(node, Node::Level(..)))
    }

    /// Whether something decides that is known of each record only: its text, a field, a slot.
    #[must_use]
    pub fn needs_text(&self) -> bool {
        let text = |node: &Node| {
            matches!(
                node,
                Node::Word(_)
                    | Node::Sequence(_)
                    | Node::Phrase(_)
                    | Node::Regex(_)
                    | Node::Field { .. }
                    | Node::Unparsed
            )
        };
        any_node(&self.root, &text)
    }

    /// The same condition with every value of a field allowed and every text: which records can have such fields at all.
    /// `None` if no field decides.
    #[must_use]
    pub fn of_any_value(&self) -> Option<Self> {
        any_node(&self.root, &|node| matches!(node, Node::Field { .. }))
            .then(|| Self { root: any_value(&self.root) })
    }

    /// Whether the service or the source decides.
    #[must_use]
    pub fn needs_origin(&self) -> bool {
        any_node(&self.root, &|node| matches!(node, Node::Service(_) | Node::Source(_)))
    }
}

fn any_value(node: &Node) -> Node {
    match node {
        Node::And(list) => Node::And(list.iter().map(any_value).collect()),
        Node::Or(list) => Node::Or(list.iter().map(any_value).collect()),
        Node::Field { name, .. } => {
            Node::Field { name: name.clone(), test: Test::Exists, literals: Vec::new() }
        }
        _ => Node::All,
    }
}

fn any_node(node: &Node, test: &dyn Fn(&Node) -> bool) -> bool {
    test(node)
        || match node {
            Node::And(list) | Node::Or(list) => list.iter().any(|node| any_node(node, test)),
            Node::Not(inner) => any_node(inner, test),
            _ => false,
        }
}

/// The constant pieces that are certain to stand in every record, one after the other with [`SLOT`] between them; what
/// touches a slot is cut back to the last byte between words, because the value may go on with it.
fn constant_text(template: &Template) -> Vec<u8> {
    let mut text = Vec::new();
    let last = template.pieces.len().saturating_sub(1);
    for (i, piece) in template.pieces.iter().enumerate() {
        match piece {
            Piece::Slot(_) => {}
            Piece::Text(constant) => text.extend_from_slice(inner(constant.as_bytes(), i > 0, i < last)),
        }
        text.extend_from_slice(SLOT);
    }
    text
}

/// Constant text without the words at its ends that touch a slot.
fn inner(text: &[u8], slot_before: bool, slot_after: bool) -> &[u8] {
    let is_edge = |b: &u8| !crate::query::is_word_byte(*b);
    let from = if slot_before { text.iter().position(is_edge).unwrap_or(text.len()) } else { 0 };
    let rest = text.get(from..).unwrap_or_default();
    let to = if slot_after { rest.iter().rposition(is_edge).map_or(0, |at| at + 1) } else { rest.len() };
    rest.get(..to).unwrap_or_default()
}

fn foresee(node: &Node, prospect: &Prospect<'_>, text: &[u8]) -> Option<bool> {
    let certain = |found: bool| found.then_some(true);
    match node {
        Node::All => Some(true),
        Node::And(list) => all(list.iter().map(|node| foresee(node, prospect, text))),
        Node::Or(list) => all(list.iter().map(|node| foresee(node, prospect, text).map(|b| !b))).map(|b| !b),
        Node::Not(inner) => foresee(inner, prospect, text).map(|matches| !matches),
        Node::Word(word) => certain(word.is_in(text)),
        Node::Sequence(sequence) => certain(sequence.is_in(text)),
        Node::Phrase(phrase) => certain(phrase.is_in(text)),
        Node::Regex(_) | Node::Field { .. } | Node::Unparsed => None,
        Node::Level(comparison, level) => {
            Some(prospect.level?.is_some_and(|stated| comparison.accepts(stated.cmp(level))))
        }
        Node::Service(glob) => Some(glob.matches(prospect.service?.as_bytes())),
        Node::Source(glob) => Some(source_is(glob, prospect.source?)),
        Node::Pattern(prefix) => Some(prospect.template.id.to_string().starts_with(prefix.as_str())),
    }
}

/// Conjunction with unknowns: one `false` decides.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            Some(true) => {}
            None => result = None,
        }
    }
    result
}
