//! Light stemming: the forms of one English word share a stem that is a prefix of all of them.
//!
//! The prefix property is what lets a scan look for one literal and decide afterwards. It is much weaker than Porter on
//! purpose: a log search that silently equates `general` and `generate` loses trust.

/// The stem of a lower-case word: `failed`, `failing`, `fails`, `failure` -> `fail`. Always a prefix of `word`.
///
/// Words of three letters or fewer and words with anything but ASCII letters are their own stem.
#[must_use]
pub fn stem(word: &[u8]) -> &[u8] {
    if word.len() <= 3 || !word.iter().all(u8::is_ascii_lowercase) {
        return word;
    }
    let word = without_plural(word);
    let base = SUFFIXES
        .iter()
        .find_map(|&(suffix, keep)| {
            let base = word.strip_suffix(suffix)?;
            (base.len() >= keep && base.iter().any(|&b| is_vowel(b))).then_some(base)
        })
        .unwrap_or(word);
    without_ending(base)
}

/// Suffix and the fewest letters that must stay before it; the first that fits is cut.
const SUFFIXES: &[(&[u8], usize)] = &[
    (b"ations", 4),
    (b"ation", 4),
    (b"ating", 4),
    (b"ated", 4),
    (b"ates", 4),
    (b"ate", 4),
    (b"ings", 3),
    (b"ing", 3),
    (b"ied", 3),
    (b"ies", 3),
    (b"ion", 4),
    (b"ure", 4),
    (b"ed", 3),
];

fn without_plural(word: &[u8]) -> &[u8] {
    let keeps_s = [&b"ss"[..], b"us", b"is", b"as", b"os"].iter().any(|end| word.ends_with(end));
    if keeps_s {
        return word;
    }
    for (plural, cut) in [(&b"sses"[..], 2), (b"shes", 2), (b"ches", 2), (b"xes", 2), (b"zes", 2)] {
        if word.ends_with(plural) {
            return &word[..word.len() - cut];
        }
    }
    if word.ends_with(b"ies") {
        return word;
    }
    word.strip_suffix(b"s").filter(|base| base.len() >= 3).unwrap_or(word)
}

/// A doubled last consonant, then a last `e`, `y` or `i`, as long as three letters stay.
fn without_ending(base: &[u8]) -> &[u8] {
    let mut base = base;
    if let [.., a, b] = base
        && a == b
        && base.len() > 3
        && !is_vowel(*a)
    {
        base = &base[..base.len() - 1];
    }
    match base {
        [rest @ .., b'e' | b'y' | b'i'] if rest.len() >= 3 => rest,
        _ => base,
    }
}

const fn is_vowel(byte: u8) -> bool {
    matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case(&["fail", "fails", "failed", "failing", "failure", "failures"])]
    #[case(&["connect", "connects", "connected", "connecting", "connection", "connections"])]
    #[case(&["close", "closes", "closed", "closing"])]
    #[case(&["retry", "retries", "retried", "retrying"])]
    #[case(&["stop", "stops", "stopped", "stopping"])]
    #[case(&["kill", "kills", "killed", "killing"])]
    #[case(&["allocate", "allocated", "allocating", "allocation", "allocations"])]
    #[case(&["terminate", "terminated", "terminating", "termination"])]
    #[case(&["process", "processes", "processed", "processing"])]
    #[case(&["deny", "denied", "denies", "denying"])]
    #[case(&["cancel", "cancels", "cancelled", "canceled", "cancelling"])]
    #[case(&["error", "errors"])]
    #[case(&["delete", "deletes", "deleted", "deleting", "deletion"])]
    #[case(&["address", "addresses"])]
    #[case(&["receive", "receives", "received", "receiving"])]
    #[case(&["serve", "served", "serving", "serves"])]
    #[case(&["timeout", "timeouts"])]
    fn forms_of_one_word_share_their_stem(#[case] forms: &[&str]) {
        let stems: Vec<_> = forms.iter().map(|w| String::from_utf8_lossy(stem(w.as_bytes()))).collect();
        assert!(stems.iter().all(|s| *s == stems[0]), "{stems:?}");
    }

    #[rstest]
    #[case("status", "state")]
    #[case("user", "use")]
    #[case("port", "portal")]
    #[case("general", "generate")]
    #[case("server", "service")]
    #[case("class", "clad")]
    #[case("thread", "threat")]
    fn different_words_keep_different_stems(#[case] one: &str, #[case] other: &str) {
        assert_ne!(stem(one.as_bytes()), stem(other.as_bytes()));
    }

    #[rstest]
    #[case("string")]
    #[case("bring")]
    #[case("sed")]
    #[case("bus")]
    #[case("0xed")]
    fn words_that_only_look_inflected_stay(#[case] word: &str) {
        assert_eq!(stem(word.as_bytes()), word.as_bytes());
    }

    proptest! {
        #[test]
        fn a_stem_is_a_prefix_of_at_least_three_letters(word in "[a-z]{3,20}") {
            let stem = stem(word.as_bytes());
            prop_assert!(word.as_bytes().starts_with(stem) && stem.len() >= 3);
        }
    }
}
