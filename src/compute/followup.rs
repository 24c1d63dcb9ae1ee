//! "And for user bob?", "what about yesterday": a short question completed from the one before it.

use super::intent::{self, Intent};
use super::thesaurus::types_of;
use super::timephrase::{small_number, unit_nanos};
use super::words::{Token, TokenKind, stem, tokenize};

/// Words a follow-up starts with.
const OPENERS: [&[&str]; 9] = [
    &["what", "about"],
    &["how", "about"],
    &["and", "what", "about"],
    &["and"],
    &["only"],
    &["but"],
    &["same"],
    &["now"],
    &["just"],
];

/// Completes a follow-up from the question before it; `None` if the text stands on its own.
///
/// A value takes the place of the value in the same role, a time phrase that of the time phrase, a superlative that
/// of the superlative; what has no counterpart is appended. Show the result: it is what will be answered.
#[must_use]
pub fn rewrite_followup(previous: &str, text: &str) -> Option<String> {
    let tokens = tokenize(text);
    let opened = opener(&tokens);
    let rest: Vec<Token> = tokens.into_iter().skip(opened).collect();
    let standing =
        matches!(intent::read(&rest).intent, Intent::Extract | Intent::List | Intent::Max | Intent::Min);
    let asks = rest.first().is_some_and(|t| {
        matches!(t.lower.as_str(), "which" | "what" | "who" | "how" | "when" | "why" | "where")
    });
    if rest.is_empty() || asks || (opened == 0 && rest.len() > 4) || !standing {
        return None;
    }
    if opened == 0 && !starts_like_a_condition(&rest) {
        return None;
    }
    let mut words: Vec<String> =
        previous.trim().trim_end_matches(['?', '.', '!']).split_whitespace().map(str::to_owned).collect();
    if !(replace_time(&mut words, &rest)
        || replace_superlative(&mut words, &rest)
        || replace_value(&mut words, &rest))
    {
        let has_preposition =
            rest.first().is_some_and(|t| is_preposition(&t.lower) || is_time_word(&t.lower));
        if !has_preposition {
            words.push("for".to_owned());
        }
        words.extend(rest.iter().map(|token| token.text.clone()));
    }
    Some(words.join(" ") + "?")
}

fn opener(tokens: &[Token]) -> usize {
    let starts = |words: &&&[&str]| {
        words.iter().enumerate().all(|(i, w)| tokens.get(i).is_some_and(|t| t.lower == *w))
    };
    OPENERS.iter().filter(starts).map(|words| words.len()).max().unwrap_or(0)
}

fn starts_like_a_condition(rest: &[Token]) -> bool {
    rest.first().is_some_and(|token| is_preposition(&token.lower) || is_time_word(&token.lower))
}

fn is_preposition(word: &str) -> bool {
    matches!(
        word,
        "for"
            | "from"
            | "to"
            | "by"
            | "on"
            | "in"
            | "at"
            | "with"
            | "of"
            | "between"
            | "after"
            | "before"
            | "since"
    )
}

fn is_time_word(word: &str) -> bool {
    matches!(word, "yesterday" | "today" | "last" | "between" | "after" | "before" | "since" | "until")
}

/// The words of a time phrase: from its first word to its last, if the text has one.
fn time_span(words: &[String]) -> Option<std::ops::Range<usize>> {
    let lower: Vec<String> =
        words.iter().map(|word| word.to_lowercase().trim_matches(['?', ',']).to_owned()).collect();
    let timed = |word: &String| {
        matches!(word.as_str(), "yesterday" | "today")
            || unit_nanos(word).is_some()
            || (word.contains(':')
                && word.starts_with(|c: char| c.is_ascii_digit())
                && word.bytes().all(|b| b.is_ascii_digit() || b == b':'))
    };
    let first = lower.iter().position(timed)?;
    let last = lower.iter().rposition(timed)?;
    let lead = |word: &String| {
        small_number(word).is_some()
            || is_preposition(word)
            || matches!(word.as_str(), "the" | "last" | "past" | "first" | "previous" | "and")
    };
    let start = (0..first).rev().take_while(|&at| lead(&lower[at])).last().unwrap_or(first);
    Some(start..last + 1)
}

fn replace_time(words: &mut Vec<String>, rest: &[Token]) -> bool {
    let new: Vec<String> = rest.iter().map(|token| token.text.clone()).collect();
    let Some(span) = time_span(&new).filter(|span| span.len() == new.len()) else { return false };
    match time_span(words) {
        Some(old) => drop(words.splice(old, new[span].iter().cloned())),
        None => words.extend(new),
    }
    true
}

fn replace_superlative(words: &mut [String], rest: &[Token]) -> bool {
    let extreme = |word: &str| {
        matches!(intent::read(&tokenize(word)).intent, Intent::Max | Intent::Min | Intent::Mean | Intent::Sum)
    };
    let Some(new) = rest.iter().find(|token| extreme(&token.lower)) else { return false };
    let Some(old) = words.iter_mut().find(|word| extreme(&word.to_lowercase())) else { return false };
    new.text.clone_into(old);
    true
}

fn replace_value(words: &mut [String], rest: &[Token]) -> bool {
    let Some((value, lead)) = rest.split_last() else { return false };
    let clean = |word: &String| word.trim_matches([',', '"', '?']).to_lowercase();
    // The noun in front of the value ("user bob") stands in the question too.
    if let Some(noun) = lead.last().filter(|token| !is_preposition(&token.lower)) {
        let at = words.iter().position(|word| stem(&clean(word)) == stem(&noun.lower));
        if let Some(at) = at.filter(|at| at + 1 < words.len()) {
            value.text.clone_into(&mut words[at + 1]);
            return true;
        }
        return false;
    }
    // The same preposition in front of a value or a name at the end.
    let preposition = lead.first().map(|token| token.lower.as_str());
    let same =
        |at: &usize| preposition.is_none_or(|p| at.checked_sub(1).is_some_and(|i| clean(&words[i]) == p));
    let alike = |at: &usize| {
        let token = tokenize(&words[*at]);
        token.first().is_some_and(|old| {
            old.kind == value.kind
                && (old.kind == TokenKind::Value
                    || (*at + 1 == words.len() && types_of(&old.lower).is_empty()))
        })
    };
    let found = (0..words.len()).rev().find(|at| same(at) && alike(at));
    let found =
        found.or_else(|| (0..words.len()).rev().find(|at| value.kind == TokenKind::Value && alike(at)));
    if let Some(at) = found {
        value.text.clone_into(&mut words[at]);
    }
    found.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(
        "How many logins failed for user anna?",
        "and for user bob?",
        "How many logins failed for user bob?"
    )]
    #[case(
        "How many logins failed for user anna?",
        "what about yesterday?",
        "How many logins failed for user anna yesterday?"
    )]
    #[case(
        "How many errors in the last 10 minutes?",
        "and in the last hour?",
        "How many errors in the last hour?"
    )]
    #[case("Which port did 10.0.0.1 use?", "and 10.0.0.2?", "Which port did 10.0.0.2 use?")]
    #[case("What was the largest upload?", "and the smallest?", "What was the smallest upload?")]
    #[case("How many uploads failed?", "only from 10.0.0.2", "How many uploads failed from 10.0.0.2?")]
    fn follow_ups_are_completed(#[case] previous: &str, #[case] text: &str, #[case] expected: &str) {
        assert_eq!(rewrite_followup(previous, text).as_deref(), Some(expected));
    }

    #[rstest]
    #[case("Which host is slowest?")]
    #[case("how many errors were there")]
    #[case("checkout timeouts")]
    fn questions_that_stand_alone_are_left(#[case] text: &str) {
        assert_eq!(rewrite_followup("How many uploads failed?", text), None);
    }
}
