//! What the constant text after a slot says about it: its unit and its names.
//!
//! `<num> bytes (<size>) received, lifetime <dur>`: the first number is in bytes and goes by `received`, so does the
//! size in brackets. A comma, a preposition or the next slot ends what belongs to a slot; a word right before the next
//! slot is that slot's label and no name of this one.

use crate::pattern::Piece;
use crate::query::Quantity;

/// Words after a slot that are looked at.
const MOST: usize = 3;

/// Words that begin something else.
const BORDERS: [&str; 17] = [
    "in", "for", "from", "of", "to", "on", "at", "by", "with", "and", "or", "after", "before", "via", "into",
    "than", "as",
];

/// What stands behind a slot.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Beside<'t> {
    /// A unit that stands right behind (`bytes`, `ms`).
    pub(super) unit: Option<&'t str>,
    /// Words it goes by.
    pub(super) names: Vec<&'t str>,
}

impl<'t> Beside<'t> {
    /// Reads the pieces that follow a slot.
    pub(super) fn of(after: &'t [Piece]) -> Self {
        let mut beside = Self::default();
        let mut depth = 0usize;
        let mut touched = true;
        for piece in after {
            match piece {
                Piece::Slot(_) if depth > 0 => {}
                Piece::Slot(_) => {
                    beside.names.pop();
                    return beside;
                }
                Piece::Text(text) => {
                    if beside.read(text, &mut depth, &mut touched).is_none() {
                        return beside;
                    }
                }
            }
        }
        beside
    }

    /// Takes the words of a text; `None` where the clause ends.
    fn read(&mut self, text: &'t str, depth: &mut usize, touched: &mut bool) -> Option<()> {
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length =
                rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
            let (word, after) = rest.split_at(if length == 0 { first.len_utf8() } else { length });
            rest = after;
            match first {
                '(' | '[' => *depth += 1,
                // An end without a beginning: the slot itself stood in brackets, and the words behind are its names.
                ')' | ']' => *depth = depth.saturating_sub(1),
                _ if *depth > 0 || first == ' ' => {}
                _ if length == 0 || self.names.len() == MOST || BORDERS.contains(&word) => return None,
                _ => self.take(word, *touched),
            }
            *touched &= first == ' ';
        }
        Some(())
    }

    fn take(&mut self, word: &'t str, first: bool) {
        let is_unit = first && Quantity::parse(&format!("1{word}")).is_some();
        if is_unit { self.unit = Some(word) } else { self.names.push(word) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::SlotKind;
    use rstest::rstest;

    /// Pieces of a text in which `<>` is a slot.
    fn pieces(text: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for (i, part) in text.split("<>").enumerate() {
            if i > 0 {
                pieces.push(Piece::Slot(SlotKind::Number));
            }
            if !part.is_empty() {
                pieces.push(Piece::Text(part.into()));
            }
        }
        pieces
    }

    #[rstest]
    #[case(" bytes (<>) received, lifetime <>", Some("bytes"), &["received"])]
    #[case(" bytes received, lifetime <>", Some("bytes"), &["received"])]
    #[case(") sent, <> bytes", None, &["sent"])]
    #[case(" for user <>", None, &[])]
    #[case(" failed <> passed", None, &[])]
    #[case(" retries left", None, &["retries", "left"])]
    #[case(" records processed in <>", None, &["records", "processed"])]
    #[case("ms elapsed", Some("ms"), &["elapsed"])]
    #[case("", None, &[])]
    fn the_words_behind_a_slot_name_it(
        #[case] text: &str,
        #[case] unit: Option<&str>,
        #[case] names: &[&str],
    ) {
        let pieces = pieces(text);
        assert_eq!(Beside::of(&pieces), Beside { unit, names: names.to_vec() });
    }
}
