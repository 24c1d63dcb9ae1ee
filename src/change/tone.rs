//! What the words of a step tell where its level does not: that something failed, that a program died.
//!
//! Half of all logs state no level. Less of "authentication failure" is no trouble whatever its level says, and a
//! panic or a kill is an error even where nothing calls it one.

use super::key::severity;

/// Beginnings of words that tell of a failure.
const FAILS: [&str; 22] = [
    "fail",
    "error",
    "exception",
    "refus",
    "denied",
    "deny",
    "timeout",
    "unable",
    "cannot",
    "invalid",
    "illegal",
    "unreachable",
    "reject",
    "abort",
    "unauthorized",
    "unauthorised",
    "forbidden",
    "unsuccessful",
    "unavailable",
    "corrupt",
    "canceled",
    "cancelled",
];
/// The same in several words.
const FAILS_IN_WORDS: [&str; 6] =
    ["timed out", "could not", "not found", "no route", "user unknown", "can't "];
/// Beginnings of words that tell of a death.
const DIES: [&str; 10] = [
    "panic",
    "traceback",
    "segfault",
    "sigsegv",
    "sigkill",
    "sigabrt",
    "oomkill",
    "outofmemory",
    "coredump",
    "crashloop",
];
/// The same in several words.
const DIES_IN_WORDS: [&str; 8] = [
    "out of memory",
    "oom-kill",
    "oom killer",
    "core dumped",
    "segmentation fault",
    "unhandled exception",
    "uncaught exception",
    "killed process",
];

fn tells(text: &str, stems: &[&str], phrases: &[&str]) -> bool {
    let lower = text.to_ascii_lowercase();
    let mut before = "";
    for word in lower.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()) {
        // "no errors" and "without error" tell of the contrary.
        if !matches!(before, "no" | "without" | "zero") && stems.iter().any(|stem| word.starts_with(stem)) {
            return true;
        }
        before = word;
    }
    phrases.iter().any(|phrase| lower.contains(phrase))
}

/// Whether a compound word ends in one: `linkerror`, `NullPointerException`.
fn names_failure(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphabetic());
    words.any(|word| {
        ["error", "exception", "failure"].iter().any(|end| word.len() > end.len() && word.ends_with(end))
    })
}

/// What a text tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tone {
    /// Something failed.
    pub(super) fails: bool,
    /// A program died.
    pub(super) dies: bool,
}

impl Tone {
    pub(super) fn of(text: &str) -> Self {
        let dies = tells(text, &DIES, &DIES_IN_WORDS);
        let fails = dies || tells(text, &FAILS, &FAILS_IN_WORDS) || names_failure(text);
        Self { fails, dies }
    }

    /// Severity class (0 normal, 1 warning, 2 error) of a record with this level byte.
    pub(super) fn severity(self, level: u8) -> u8 {
        if level == 0 && self.dies { 2 } else { severity(level) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Level;
    use rstest::rstest;

    #[rstest]
    #[case("Failed password for <user>", true)]
    #[case("Got exception while serving blk_<num>", true)]
    #[case("linkerror event interval expired", true)]
    #[case("lookup of <host> timed out", true)]
    #[case("finished, no errors", false)]
    #[case("session opened for user <user>", false)]
    fn words_tell_of_a_failure(#[case] text: &str, #[case] wanted: bool) {
        assert_eq!(Tone::of(text).fails, wanted);
    }

    #[rstest]
    #[case("panic: runtime error: index out of range", 2)]
    #[case("Out of memory: Killed process <num> (<*>)", 2)]
    #[case("Failed password for <user>", 0)]
    fn a_death_is_an_error_where_no_level_is_stated(#[case] text: &str, #[case] wanted: u8) {
        assert_eq!(Tone::of(text).severity(0), wanted);
        assert_eq!(Tone::of(text).severity(Level::Info.as_u8()), 0);
    }
}
