//! Which words of a question are turned around: "not from X", "excluding X or Y", "did not return 200".

use super::grammar::is_negation;
use super::index::{Elem, Index, Shape};
use super::matcher::Matcher;
use super::polarity;
use super::thesaurus::{is_stop, is_weak};
use super::words::{Token, TokenKind};

/// Words that lead to what is left out without naming it.
const LEADS: [&str; 30] = [
    "the",
    "a",
    "an",
    "any",
    "for",
    "from",
    "in",
    "at",
    "on",
    "by",
    "of",
    "to",
    "with",
    "as",
    "be",
    "been",
    "being",
    "have",
    "had",
    "has",
    "get",
    "got",
    "come",
    "came",
    "end",
    "return",
    "returned",
    "returning",
    "returns",
    "even",
];
/// Words of an excluded thing, at most.
const LONGEST: usize = 4;

/// What one negation leaves out; a record that answers to any of the items is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    /// Tokens spent on saying it, the items included.
    pub(super) used: Vec<usize>,
    /// Tokens of each thing left out.
    pub(super) items: Vec<Vec<usize>>,
    /// A verb is negated ("did NOT log in"), so that names of things cannot be asked for.
    pub(super) verbal: bool,
}

/// The negations of a question that turn a condition around. What the lines themselves negate ("did not receive"), and
/// a yes-or-no or a why about something that did not happen, stay as they are.
pub(super) fn scopes(tokens: &[Token], index: &Index) -> Vec<Scope> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some((end, verbal)) = marker(tokens, at) else {
            at += 1;
            continue;
        };
        let scope = read(tokens, at, end, verbal);
        let told = verbal && tells(tokens);
        let said = verbal || matches!(word(tokens, at), "not" | "without");
        let literal = said && is_literal(tokens, &scope, index);
        let kept = !told && !scope.items.is_empty() && !literal;
        at = if kept { scope.used.last().map_or(end, |last| last + 1) } else { end };
        if kept {
            found.push(scope);
        }
    }
    found
}

fn word(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).filter(|token| token.kind == TokenKind::Word).map_or("", |token| token.lower.as_str())
}

/// The end of a negating expression that starts here, and whether it negates a verb.
fn marker(tokens: &[Token], at: usize) -> Option<(usize, bool)> {
    let next = word(tokens, at + 1);
    let own = word(tokens, at);
    match own {
        "other" if next == "than" => Some((at + 2, false)),
        "apart" | "aside" if next == "from" => Some((at + 2, false)),
        "but" if next == "not" => Some((at + 2, false)),
        "not" if matches!(next, "counting" | "including" | "considering") => Some((at + 2, false)),
        "except" | "excluding" | "exclude" | "excluded" | "excludes" | "without" | "besides" | "ignoring"
        | "neither" | "omitting" => Some((at + 1, false)),
        "not" | "never" if compares(next) => None,
        "not" | "never" => Some((at + 1, !is_link(next))),
        _ if own.ends_with("n't") => Some((at + 1, true)),
        _ => None,
    }
}

/// "No more than 5" is a bound.
fn compares(word: &str) -> bool {
    matches!(
        word,
        "more" | "less" | "fewer" | "longer" | "over" | "under" | "above" | "below" | "larger" | "only"
    )
}

pub(super) fn is_link(word: &str) -> bool {
    matches!(word, "from" | "in" | "at" | "for" | "on" | "by" | "to" | "with" | "of")
}

/// Questions that tell of what did not happen rather than select by it.
fn tells(tokens: &[Token]) -> bool {
    matches!(
        word(tokens, 0),
        "did"
            | "was"
            | "were"
            | "is"
            | "are"
            | "does"
            | "do"
            | "has"
            | "have"
            | "had"
            | "can"
            | "could"
            | "why"
            | "when"
    )
}

fn read(tokens: &[Token], at: usize, end: usize, verbal: bool) -> Scope {
    let mut used: Vec<usize> = (at..end).collect();
    let mut items: Vec<Vec<usize>> = vec![Vec::new()];
    for (at, token) in tokens.iter().enumerate().skip(end) {
        let last = items.last().map(Vec::as_slice).unwrap_or_default();
        let is_word = token.kind == TokenKind::Word;
        let lower = token.lower.as_str();
        let behind_value = last.last().is_some_and(|&at| tokens[at].kind != TokenKind::Word);
        if is_word && matches!(lower, "or" | "and" | "nor") && !last.is_empty() {
            used.push(at);
            items.push(Vec::new());
            continue;
        }
        let leads = LEADS.contains(&lower) || is_weak(lower);
        if is_word && last.is_empty() && leads && !shouts(token) {
            used.push(at);
            continue;
        }
        let verb = lower.len() > 4 && lower.ends_with("ed") && !verbal && !last.is_empty();
        let ends = is_stop(lower) || is_weak(lower) || behind_value || verb;
        if (is_word && ends && !shouts(token)) || last.len() == LONGEST {
            break;
        }
        used.push(at);
        if let Some(item) = items.last_mut() {
            item.push(at);
        }
    }
    items.retain(|item| !item.is_empty());
    Scope { used, items, verbal }
}

/// Written in capitals, as protocol words are.
pub(super) fn shouts(token: &Token) -> bool {
    token.text.len() > 2 && token.text.bytes().all(|b| b.is_ascii_uppercase())
}

/// Whether the lines themselves say the negation ("did not receive", "failed to open").
fn is_literal(tokens: &[Token], scope: &Scope, index: &Index) -> bool {
    let items = scope.items.iter().flatten().map(|&at| &tokens[at]);
    let named: Vec<Matcher> = items
        .filter(|token| token.kind == TokenKind::Word)
        .map(|token| Matcher::new(&token.lower, Vec::new()))
        .collect();
    index.shapes.iter().any(|shape| negates(shape, &named, scope.verbal))
}

fn negates(shape: &Shape, named: &[Matcher], verbal: bool) -> bool {
    let words: Vec<&str> = shape
        .elems
        .iter()
        .filter_map(|elem| match elem {
            Elem::Word(lower, _) => Some(lower.as_str()),
            _ => None,
        })
        .collect();
    let same = |word: &str| named.iter().any(|matcher| matcher.word(word) >= super::resolve::SAME);
    let prefixed = |word: &str| {
        let rest = ["un", "in", "non", "dis"].iter().find_map(|prefix| word.strip_prefix(prefix));
        verbal && rest.is_some_and(|rest| rest.len() > 3 && same(rest))
    };
    words.iter().any(|word| prefixed(word))
        || words.iter().enumerate().any(|(at, lower)| {
            let negated = (is_negation(lower) && *lower != "none") || matches!(*lower, "cannot" | "unable");
            let failed = verbal && polarity::fails(lower) && !same(lower);
            (negated || failed) && words.iter().skip(at + 1).take(LONGEST).any(|word| same(word))
        })
}

#[cfg(test)]
mod tests {
    use super::super::words::tokenize;
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("how many jams not from belt-3", "belt-3")]
    #[case("jams excluding belt-3 or belt-4", "belt-3|belt-4")]
    #[case("how many calls did not return 200 in the last hour", "200")]
    #[case("jobs other than rotate that finished", "rotate")]
    #[case("doors denied except for user root at noon", "user root")]
    #[case("how many lines are neither errors nor warnings", "errors|warnings")]
    #[case("how many requests used a method other than GET", "GET")]
    #[case("how many jams not longer than 5 s", "")]
    #[case("why was the door not opened", "")]
    fn what_is_left_out_is_found(#[case] question: &str, #[case] expected: &str) {
        let tokens = tokenize(question);
        let index = Index::default();
        let shown =
            |item: &Vec<usize>| item.iter().map(|&at| tokens[at].text.as_str()).collect::<Vec<_>>().join(" ");
        let items: Vec<String> =
            scopes(&tokens, &index).iter().flat_map(|scope| scope.items.iter().map(shown)).collect();
        assert_eq!(items.join("|"), expected);
    }
}
