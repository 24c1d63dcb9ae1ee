//! How alike two words are: the same, inflected, of one root, a synonym, an abbreviation.

use super::index::{Elem, Shape, VocabWord};
use super::labels::Label;
use super::thesaurus::synonyms;
use super::words::{is_alphabetic, root, stem};

pub(super) fn join_particle(word: &str, particle: &str) -> Vec<String> {
    if !matches!(particle, "in" | "out" | "up" | "down" | "off" | "over" | "on") {
        return Vec::new();
    }
    let base = stem(word);
    [word.to_owned(), base.clone(), format!("{base}e")].map(|word| word + particle).to_vec()
}

/// A word of a question in all the forms it is compared by.
pub(super) struct Matcher {
    text: String,
    stem: String,
    root: String,
    plain: String,
    joined: Vec<String>,
    synonyms: Vec<&'static str>,
}

impl Matcher {
    pub(super) fn new(word: &str, joined: Vec<String>) -> Self {
        Self {
            stem: stem(word),
            root: root(word),
            plain: word.replace(['-', '_', '.'], ""),
            synonyms: synonyms(word),
            joined,
            text: word.to_owned(),
        }
    }

    pub(super) fn vocab(&self, known: &VocabWord) -> f64 {
        let whole = self.compare(&known.text, &known.stem, &known.root);
        if known.part { whole * 0.97 } else { whole }
    }

    /// Likeness of any one word.
    pub(super) fn word(&self, word: &str) -> f64 {
        self.compare(word, &stem(word), &root(word))
    }

    /// Likeness of a word given with its stem and root.
    fn compare(&self, text: &str, stem: &str, root: &str) -> f64 {
        if text == self.text {
            return 1.0;
        }
        if self.joined.iter().any(|joined| joined == text)
            || (text.len() == self.plain.len() && text == self.plain)
        {
            return 0.95;
        }
        if stem == self.stem {
            return 0.93;
        }
        if root == self.root {
            return 0.87;
        }
        let (short, long) = if text.len() < self.text.len() {
            (text, self.text.as_str())
        } else {
            (self.text.as_str(), text)
        };
        if short.len() >= 3 && long.starts_with(short) && is_alphabetic(long) {
            if short.len() * 10 >= long.len() * 6 && short.len() >= 4 {
                return 0.75;
            }
            if short == text && matches!(short.len(), 3..=6) && long.len() >= 6 && is_abbreviation(short) {
                return 0.7;
            }
        }
        if self.synonyms.contains(&root) { 0.7 } else { 0.0 }
    }

    /// How well the word names a position of a pattern.
    pub(super) fn names(&self, shape: &Shape) -> f64 {
        let all = shape.slots.iter().flat_map(|slot| &slot.labels);
        all.map(|label| self.label(label) * 0.9).fold(0.0, f64::max)
    }

    /// How well the word matches the name of a position, by the weight of the name.
    pub(super) fn label(&self, label: &Label) -> f64 {
        if label.weight <= 0.0 {
            return 0.0;
        }
        let stem = stem(&label.text);
        self.compare(&label.text, &stem, &label.root) * label.weight
    }

    /// A word of the question that a template spells in two ("timed out").
    pub(super) fn phrase(&self, shape: &Shape) -> f64 {
        let particle = ["in", "out", "up", "down", "off", "over"]
            .iter()
            .find(|p| self.text.ends_with(*p) || self.stem.ends_with(*p));
        let Some(particle) = particle else { return 0.0 };
        let hit = shape.elems.windows(3).any(|pair| match pair {
            [Elem::Word(a, _), Elem::Gap | Elem::Mark('-'), Elem::Word(b, _)] if b == particle => {
                join_particle(a, b).iter().any(|joined| *joined == self.text || *joined == self.stem)
            }
            _ => false,
        });
        if hit { 0.95 } else { 0.0 }
    }
}

/// Cut words that loggers use for longer ones.
// size: a flat table
fn is_abbreviation(word: &str) -> bool {
    matches!(
        word,
        "auth"
            | "conn"
            | "req"
            | "resp"
            | "config"
            | "conf"
            | "temp"
            | "repl"
            | "addr"
            | "param"
            | "params"
            | "proc"
            | "dest"
            | "src"
            | "dir"
            | "init"
            | "alloc"
            | "max"
            | "min"
            | "avg"
            | "num"
            | "msg"
            | "err"
            | "exec"
            | "perf"
            | "sync"
            | "async"
            | "mem"
            | "cert"
            | "cred"
            | "perm"
            | "repo"
            | "admin"
            | "info"
            | "spec"
            | "trans"
            | "comm"
            | "ident"
            | "ack"
            | "cmd"
            | "env"
            | "app"
            | "lib"
            | "sec"
            | "seq"
            | "freq"
            | "calc"
            | "dept"
            | "veh"
            | "temperature"
            | "hum"
            | "pos"
            | "acc"
            | "vol"
            | "batt"
            | "amb"
    )
}
