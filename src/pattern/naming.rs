//! Slots that text around them names: `for user <user>`, `rhost=<host>`.

use super::{Piece, SlotKind};

/// What the values of a slot look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Guess {
    /// The kind that most lines show.
    pub(super) kind: SlotKind,
    /// Most values are one word.
    pub(super) word: bool,
}

/// Gives slots of plain words the kind that the text around them says; each piece comes with [`Guess::word`].
pub(super) fn named(pieces: Vec<(Piece, bool)>) -> Vec<Piece> {
    let kinds: Vec<Option<SlotKind>> = (0..pieces.len())
        .map(|at| match pieces[at] {
            (Piece::Slot(SlotKind::Any), true) if at > 0 => around(&pieces, at),
            _ => None,
        })
        .collect();
    let kept = pieces.into_iter().map(|(piece, _)| piece);
    kept.zip(kinds).map(|(piece, kind)| kind.map_or(piece, Piece::Slot)).collect()
}

fn around(pieces: &[(Piece, bool)], at: usize) -> Option<SlotKind> {
    let (Piece::Text(before), _) = &pieces[at - 1] else { return None };
    let before = before.trim_end_matches([' ', '=', ':', '"', '\'', '<', '[', '(']);
    let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next()?;
    match &*word.to_ascii_lowercase() {
        "user" | "username" | "ruser" | "login" | "logname" | "uid" | "account" => Some(SlotKind::User),
        "host" | "hostname" | "rhost" => Some(SlotKind::Host),
        // `for <user> from <ip>`
        "for" => {
            let follows =
                |piece: Option<&(Piece, bool)>| matches!(piece, Some((Piece::Text(t), _)) if t == " from ");
            let from = matches!(pieces.get(at + 2), Some((Piece::Slot(SlotKind::Ip | SlotKind::Host), _)));
            (from && follows(pieces.get(at + 1))).then_some(SlotKind::User)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot_after(before: &str, after: Option<&str>, word: bool) -> SlotKind {
        let mut pieces = vec![(Piece::Text(before.to_owned()), false), (Piece::Slot(SlotKind::Any), word)];
        if let Some(after) = after {
            pieces.push((Piece::Text(after.to_owned()), false));
            pieces.push((Piece::Slot(SlotKind::Ip), false));
        }
        match named(pieces)[1] {
            Piece::Slot(kind) => kind,
            Piece::Text(_) => SlotKind::Any,
        }
    }

    #[rstest::rstest]
    #[case::key("bad login, user=", None, true, SlotKind::User)]
    #[case::spaced("session opened for user ", None, true, SlotKind::User)]
    #[case::quoted("unknown user \"", None, true, SlotKind::User)]
    #[case::from_an_address("let in key for ", Some(" from "), true, SlotKind::User)]
    #[case::machine("rhost=", None, true, SlotKind::Host)]
    #[case::several_words("user ", None, false, SlotKind::Any)]
    #[case::for_anything("waits for ", Some(" at "), true, SlotKind::Any)]
    #[case::other_word("superuser ", None, true, SlotKind::Any)]
    fn the_text_around_a_slot_names_it(
        #[case] before: &str,
        #[case] after: Option<&str>,
        #[case] word: bool,
        #[case] kind: SlotKind,
    ) {
        assert_eq!(slot_after(before, after, word), kind);
    }
}
