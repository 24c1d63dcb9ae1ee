//! What every matching record must contain: lets a store skip what cannot match.

use super::text::Word;
use super::{Matcher, Node};
use crate::query::{Comparison, Dimension, Quantity, Test};

/// Bytes that occur in a record, letter case ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// Lower case.
    pub text: Vec<u8>,
    /// Whether a digit at either end is not next to a letter or digit in the record.
    pub bounded: bool,
    /// The plain word of which `text` is the stem: it stands there as a part of an identifier, in any of its forms.
    pub word: Option<Vec<u8>>,
}

impl Matcher {
    /// Clauses of which every matching record holds at least one literal each; empty when nothing can be said.
    ///
    /// A literal may stand in the decoded message instead of the source bytes.
    #[must_use]
    pub fn required(&self) -> Vec<Vec<Literal>> {
        required(&self.root)
    }
}

fn required(node: &Node) -> Vec<Vec<Literal>> {
    let one = |text: &[u8], bounded| vec![vec![Literal { text: text.to_vec(), bounded, word: None }]];
    let form = |word: &Word| vec![vec![word.required()]];
    match node {
        Node::And(list) => list.iter().flat_map(required).collect(),
        Node::Or(list) => any_of(list),
        Node::Word(word) => form(word),
        Node::Sequence(sequence) => sequence.words().flat_map(form).collect(),
        Node::Phrase(phrase) => phrase.needles().flat_map(|needle| one(needle, false)).collect(),
        Node::Field { test, .. } => of_value(test).map_or_else(Vec::new, |text| one(&text, false)),
        _ => Vec::new(),
    }
}

/// The longest clause of each branch, joined.
fn any_of(list: &[Node]) -> Vec<Vec<Literal>> {
    let mut any = Vec::new();
    for node in list {
        let best = required(node).into_iter().max_by_key(|clause| clause.iter().map(|l| l.text.len()).min());
        match best {
            Some(clause) => any.extend(clause),
            None => return Vec::new(),
        }
    }
    if any.is_empty() { Vec::new() } else { vec![any] }
}

/// Text that a value must contain; whole numbers below a thousand have no other spelling.
fn of_value(test: &Test) -> Option<Vec<u8>> {
    match test {
        Test::Is(glob) => glob.literal().map(|text| text.to_ascii_lowercase().into_bytes()),
        Test::Compare(Comparison::Equal, Quantity { value, dimension: Dimension::Number }) => {
            let plain = value.fract() == 0.0 && (0.0..1000.0).contains(value);
            plain.then(|| format!("{value:.0}").into_bytes())
        }
        _ => None,
    }
}
