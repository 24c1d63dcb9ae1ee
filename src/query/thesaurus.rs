//! Other ways logs say the same thing: a small, general operations thesaurus.
//!
//! Every use is handed back as an [`Expansion`] so that the user sees it. Two strengths: *same* groups widen what a
//! query matches; *kin* groups only help to rank the lines for a plain question.

mod groups;

use super::stem::stem;
use super::words::parts;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::sync::LazyLock;

/// Words of a query and the other ways to say them that were searched too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Expansion {
    /// What was typed.
    pub from: String,
    /// What was searched besides.
    pub to: Vec<String>,
}

/// How close the members of a group are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// The same event in other words; widens matches.
    Same,
    /// Related words; used for ranking only.
    Kin,
}

/// The longest member of a group, in words.
const LONGEST: usize = 4;

/// The other members of the groups that hold the longest run of words at the start of `words`, and its length.
///
/// Forms of a word count as the word. Only groups of the given strength are looked at.
#[must_use]
pub fn others(words: &[&str], strength: Strength) -> Option<(usize, Vec<&'static str>)> {
    (1..=LONGEST.min(words.len())).rev().find_map(|length| {
        let key = key(words[..length].iter().copied());
        let groups = INDEX.get(&key)?;
        let mut found: Vec<&'static str> = Vec::new();
        for &(group, member) in groups {
            let (kind, members) = groups::GROUPS[group];
            if kind == strength {
                let others = members.iter().enumerate().filter(|&(i, _)| i != member).map(|(_, text)| *text);
                found.extend(others);
            }
        }
        found.dedup();
        (!found.is_empty()).then_some((length, found))
    })
}

/// Stems of all parts of the words, joined.
fn key<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let mut key = String::new();
    for word in words {
        for range in parts(word.as_bytes()) {
            let lower = word[range].to_ascii_lowercase();
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(&String::from_utf8_lossy(stem(lower.as_bytes())));
        }
    }
    key
}

/// Group and member per key.
type Index = FxHashMap<String, Vec<(usize, usize)>>;

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index::default();
    for (group, (_, members)) in groups::GROUPS.iter().enumerate() {
        for (member, text) in members.iter().enumerate() {
            let places = index.entry(key(text.split(' '))).or_default();
            if places.iter().all(|&(other, _)| other != group) {
                places.push((group, member));
            }
        }
    }
    index
});

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(&["timeout"], 1, "deadline exceeded")]
    #[case(&["deadline", "exceeded"], 2, "timeout")]
    #[case(&["DeadlineExceeded"], 1, "timeout")]
    #[case(&["OOM"], 1, "out of memory")]
    #[case(&["out", "of", "memory", "again"], 3, "oom")]
    #[case(&["connection", "refused"], 2, "econnrefused")]
    #[case(&["ECONNREFUSED"], 1, "connection refused")]
    fn groups_are_found_from_any_member(#[case] words: &[&str], #[case] length: usize, #[case] other: &str) {
        let (found, others) = others(words, Strength::Same).unwrap();
        assert_eq!(found, length);
        assert!(others.contains(&other), "{others:?}");
    }

    #[test]
    fn unknown_words_have_no_others() {
        assert_eq!(others(&["checkout"], Strength::Same), None);
        assert_eq!(others(&[], Strength::Kin), None);
    }

    #[test]
    fn a_group_never_offers_the_member_it_was_asked_for() {
        for (strength, members) in groups::GROUPS {
            for member in *members {
                let words: Vec<&str> = member.split(' ').collect();
                let (length, others) = others(&words, *strength).unwrap();
                assert_eq!(length, words.len(), "{member}");
                assert!(!others.is_empty(), "{member}");
            }
        }
    }

    #[test]
    fn there_are_enough_groups_and_no_member_is_too_long() {
        assert!(groups::GROUPS.len() >= 40);
        let words =
            groups::GROUPS.iter().flat_map(|(_, members)| members.iter().map(|m| m.split(' ').count()));
        assert!(words.max() <= Some(LONGEST));
    }
}
