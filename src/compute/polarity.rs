//! Whether words speak of success or of failure, so that "did X log in" is not answered by "invalid user X".

use super::grammar::is_negation;
use super::index::{Elem, Shape};
use super::question::Ask;
use super::words::root;
use std::sync::LazyLock;

/// What something came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Success,
    Failure,
}

const SUCCESS: &str = "accept succeed success successful successfully open login authenticate connect \
 established complete finish grant approve authorize pass allow work deliver ok";
const FAILURE: &str = "fail failure failed invalid deny denied refuse reject decline unable cannot illegal \
 unauthorized unauthorised forbidden error bad wrong unsuccessful unknown timeout abort break attack";

static SUCCESS_ROOTS: LazyLock<Vec<String>> = LazyLock::new(|| SUCCESS.split(' ').map(root).collect());
static FAILURE_ROOTS: LazyLock<Vec<String>> = LazyLock::new(|| FAILURE.split(' ').map(root).collect());

/// The outcome one word names.
fn of_word(word: &str) -> Option<Outcome> {
    let own = root(word);
    if FAILURE_ROOTS.contains(&own) {
        Some(Outcome::Failure)
    } else if SUCCESS_ROOTS.contains(&own) {
        Some(Outcome::Success)
    } else {
        None
    }
}

/// Whether a word names a failure.
pub(super) fn fails(word: &str) -> bool {
    of_word(word) == Some(Outcome::Failure)
}

/// Whether a word names a success.
pub(super) fn succeeds(word: &str) -> bool {
    of_word(word) == Some(Outcome::Success)
}

/// The outcome several words name; failure wins over success ("failed to open").
fn of_words<'w>(words: impl Iterator<Item = &'w str>) -> Option<Outcome> {
    let mut found = None;
    for outcome in words.filter_map(of_word) {
        if outcome == Outcome::Failure {
            return Some(outcome);
        }
        found = Some(outcome);
    }
    found
}

/// The outcome a question asks about; `None` if it names none or negates one.
pub(super) fn asked(ask: &Ask) -> Option<Outcome> {
    let negated = ask.tokens.iter().enumerate().any(|(at, token)| is_negation(&token.lower) && ask.free(at));
    let free = ask.tokens.iter().enumerate().filter(|(at, _)| ask.free(*at));
    let words: Vec<&str> = free.map(|(_, token)| token.lower.as_str()).collect();
    let logs_in = |pair: &[&str]| matches!(pair, ["log" | "logs" | "logged" | "logging", "in" | "on"]);
    let named = of_words(words.iter().copied());
    named.or_else(|| words.windows(2).any(logs_in).then_some(Outcome::Success)).filter(|_| !negated)
}

/// The outcome the constant words of a pattern report.
pub(super) fn reported(shape: &Shape) -> Option<Outcome> {
    of_words(shape.elems.iter().filter_map(|elem| match elem {
        Elem::Word(lower, _) => Some(lower.as_str()),
        _ => None,
    }))
}

/// Whether the constant words of a pattern negate something.
pub(super) fn negated(shape: &Shape) -> bool {
    shape.elems.iter().any(|elem| match elem {
        Elem::Word(lower, _) => is_negation(lower) || matches!(lower.as_str(), "cannot" | "unable"),
        _ => false,
    })
}

/// Whether the pattern reports the opposite of what is asked.
pub(super) fn contradicts(ask: &Ask, shape: &Shape) -> bool {
    matches!((asked(ask), reported(shape)), (Some(asked), Some(own)) if asked != own)
}

#[cfg(test)]
mod tests {
    use super::super::index::elems_of;
    use super::super::words::tokenize;
    use super::*;
    use crate::domain::Zone;
    use crate::pattern::Piece;
    use rstest::rstest;

    #[rstest]
    #[case("did lena log in?", "Invalid user", true)]
    #[case("did lena fail to log in?", "Invalid user", false)]
    #[case("was the payment accepted?", "payment declined", true)]
    #[case("was the payment accepted?", "payment accepted", false)]
    #[case("which port did lena use?", "Invalid user", false)]
    #[case("was the door not opened?", "door refused", false)]
    fn success_does_not_answer_for_failure(
        #[case] question: &str,
        #[case] line: &str,
        #[case] expected: bool,
    ) {
        let ask = Ask::of_tokens(tokenize(question), Vec::new(), None, &Zone::utc());
        let elems = elems_of(&[Piece::Text(line.to_owned())]);
        assert_eq!(contradicts(&ask, &Shape { elems, slots: Vec::new(), count: 1 }), expected);
    }
}
