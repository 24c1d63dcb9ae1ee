//! What words and quoted texts say about themselves: states, actions, structured text, words that name.

use super::scan::MARK;
use super::unit::{Class, Style, Unit, Units, style};

/// Whether quoted texts have a word in common, or values between words: then they are structured text rather than
/// values.
fn shares_text(texts: &[&[u8]]) -> bool {
    let long = |t: &&&[u8]| words_of(t).len() > STRUCTURED_WORDS;
    if texts.iter().filter(long).count() * 2 > texts.len() {
        return false;
    }
    texts.iter().filter(|t| is_structured(t)).count() * 2 > texts.len()
        || words_of(texts[0]).iter().any(|word| texts.iter().all(|t| words_of(t).contains(word)))
}

/// Most words of a quoted text with a structure of its own; longer ones are descriptions, `"Name/1.0 (A; B; C)"`.
const STRUCTURED_WORDS: usize = 4;

fn words_of(text: &[u8]) -> Vec<&[u8]> {
    // What is joined (`outside_in`) is one word.
    text.split(|b| !(b.is_ascii_alphabetic() || matches!(b, b'_' | b'-'))).filter(|w| w.len() > 1).collect()
}

/// Whether a quoted text holds values between words.
fn is_structured(text: &[u8]) -> bool {
    let words = words_of(text).len();
    text.contains(&MARK) && (1..=STRUCTURED_WORDS).contains(&words)
}

/// Whether all values are quoted texts of their own.
pub(super) fn is_quoted(units: &Units, values: &[Unit]) -> bool {
    let texts: Vec<&[u8]> = values.iter().map(|&v| units.text(v)).collect();
    values.iter().all(|&v| units.class(v) == Class::Quoted) && !shares_text(&texts)
}

/// Whether values look like a closed set rather than names: mostly upper-case.
pub(super) fn is_closed(units: &Units, values: &[Unit]) -> bool {
    let upper = values.iter().filter(|&&v| style(units.text(v)) == Style::Upper).count();
    let done = values.iter().filter(|&&v| is_state(units.text(v)) || is_participle(units.text(v))).count();
    upper * 2 > values.len() || done == values.len() || (done >= 2 && done * 3 >= values.len() * 2)
}

/// `paused`, `Resuming`: what happened rather than to what.
fn is_participle(word: &[u8]) -> bool {
    word.len() >= 5
        && word.iter().all(u8::is_ascii_alphabetic)
        && word[1..].iter().all(u8::is_ascii_lowercase)
        && (word.ends_with(b"ed") || word.ends_with(b"ing"))
}

/// Words for states and truth values: a closed set in any system.
pub(super) fn is_state(word: &[u8]) -> bool {
    let lower = word.to_ascii_lowercase();
    matches!(
        &*lower,
        b"true"
            | b"false"
            | b"yes"
            | b"no"
            | b"on"
            | b"off"
            | b"up"
            | b"down"
            | b"ok"
            | b"enabled"
            | b"disabled"
            | b"success"
            | b"failure"
            | b"failed"
            | b"succeeded"
            | b"start"
            | b"stop"
            | b"started"
            | b"stopped"
            | b"open"
            | b"closed"
            | b"opened"
            | b"begin"
            | b"end"
            | b"active"
            | b"inactive"
            | b"online"
            | b"offline"
    )
}

/// Words after which a thing is named.
pub(super) fn introduces(word: &[u8]) -> bool {
    is_preposition(word)
        || matches!(
            word,
            b"user"
                | b"host"
                | b"named"
                | b"called"
                | b"name"
                | b"dev"
                | b"device"
                | b"table"
                | b"database"
                | b"schema"
                | b"queue"
                | b"topic"
                | b"index"
                | b"volume"
                | b"pod"
                | b"container"
        )
}

/// Words that join a thing to what was said before.
pub(super) fn is_preposition(word: &[u8]) -> bool {
    matches!(
        word,
        b"by" | b"from" | b"to" | b"of" | b"for" | b"on" | b"in" | b"at" | b"with" | b"into" | b"via" | b"as"
    )
}

/// Protocols above IP: what a packet is of, never what happened to it.
pub(super) fn is_protocol(word: &[u8]) -> bool {
    matches!(word, b"tcp" | b"udp" | b"icmp" | b"icmp6" | b"sctp" | b"gre" | b"esp")
}

/// Directions along an axis: `x+`, `y-`.
pub(super) fn is_axis(word: &[u8]) -> bool {
    matches!(word, [letter, b'+' | b'-'] if letter.is_ascii_alphabetic())
}

/// Whether constant letters stand in a word.
pub(super) fn has_letters(word: &[u8]) -> bool {
    word.iter().enumerate().any(|(at, b)| b.is_ascii_alphabetic() && (at == 0 || word[at - 1] != MARK))
}

/// Words for a missing value that are no words of prose, as `none` is.
pub(super) fn is_missing(word: &[u8]) -> bool {
    matches!(word, b"null" | b"NULL" | b"nil" | b"-")
}

/// How many constant words a unit is worth; a request line in quotes is as good as two.
pub(super) fn weight(units: &Units, unit: Unit) -> usize {
    match units.class(unit) {
        Class::Word => 1,
        Class::Quoted if is_structured(units.text(unit)) => 2,
        _ => 0,
    }
}
