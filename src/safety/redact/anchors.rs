//! One pass over the text for the few words a secret comes with, and the rule each of them asks.

use super::assignment::{self, Name};
use super::{Found, header, token};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::sync::LazyLock;

/// Which rules look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rules {
    /// All of them.
    All,
    /// Only values known by their own shape: the words around a wrapped value mean nothing.
    ShapesOnly,
}

/// What a found word asks for.
#[derive(Clone, Copy, Debug)]
enum Rule {
    /// A value with a maker's prefix.
    Prefix(usize),
    AwsKey,
    Jwt,
    /// `Bearer x`, `Basic x` with or without the header's name.
    Scheme,
    Cookie,
    /// `scheme://user:pass@host`.
    Url,
    /// A name that makes the value behind it a secret.
    Name(Name),
    /// `curl -u user:pass`.
    UserOption,
    /// `AC..`/`SK..` identifiers close to the maker's name.
    Twilio,
}

static ANCHORS: LazyLock<(Option<AhoCorasick>, Vec<Rule>)> = LazyLock::new(|| {
    let mut words: Vec<&str> = Vec::new();
    let mut rules = Vec::new();
    let mut add = |word: &'static str, rule: Rule| {
        words.push(word);
        rules.push(rule);
    };
    for word in ["akia", "asia", "abia", "acca", "a3t"] {
        add(word, Rule::AwsKey);
    }
    add("eyj", Rule::Jwt);
    add("bearer", Rule::Scheme);
    add("basic ", Rule::Scheme);
    add("cookie", Rule::Cookie);
    add("://", Rule::Url);
    add(" -u ", Rule::UserOption);
    add("--user ", Rule::UserOption);
    add("twilio", Rule::Twilio);
    for &(word, name) in assignment::NAMES {
        add(word, Rule::Name(name));
    }
    for (n, prefix) in token::PREFIXES.iter().enumerate() {
        add(prefix.text, Rule::Prefix(n));
    }
    let automaton = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::DFA))
        .build(&words)
        .ok();
    (automaton, rules)
});

/// Adds every secret that an anchor leads to, as ranges of `text`.
///
/// Were the automaton missing (it is built from constants and tested), everything would be one secret: fail closed.
pub(super) fn find(text: &[u8], wanted: Rules, found: &mut Vec<Found>) {
    let (Some(automaton), rules) = &*ANCHORS else {
        found.push(Found { range: 0..text.len(), kind: super::SecretKind::Secret });
        return;
    };
    let mut done = 0;
    let mut from = 0;
    while let Some(hit) = automaton.find(aho_corasick::Input::new(text).span(from..text.len())) {
        from = hit.end();
        if hit.end() <= done {
            continue;
        }
        let Some(&rule) = rules.get(hit.pattern().as_usize()) else { continue };
        let before = found.len();
        look(text, (hit.start(), hit.end()), rule, wanted, found);
        if let Some(last) = found.get(before..).and_then(|new| new.iter().map(|f| f.range.end).max()) {
            done = done.max(last);
            from = from.max(last);
        }
    }
}

fn look(text: &[u8], (start, end): (usize, usize), rule: Rule, wanted: Rules, found: &mut Vec<Found>) {
    let shape = match rule {
        Rule::AwsKey => {
            token::aws_key(text, start, wanted == Rules::All, found);
            None
        }
        Rule::Jwt => token::jwt(text, start),
        Rule::Prefix(n) => token::PREFIXES.get(n).and_then(|prefix| prefix.matches(text, start)),
        _ if wanted == Rules::ShapesOnly => None,
        Rule::Scheme => header::scheme(text, start, end),
        Rule::Cookie => header::cookie(text, start, end),
        Rule::Url => header::userinfo(text, end),
        Rule::UserOption => header::user_option(text, end),
        Rule::Twilio => {
            token::twilio(text, end, found);
            None
        }
        Rule::Name(name) => assignment::value(text, (start, end), name),
    };
    found.extend(shape);
}
