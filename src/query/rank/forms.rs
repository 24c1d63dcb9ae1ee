//! The forms a word of a query may have in constant text: its own, other words for it, compounds, slips of the pen.

use super::vocabulary::Vocabulary;
use crate::query::stem::stem;
use crate::query::thesaurus::{Strength, others};
use crate::query::words::parts;

/// One way a term may stand in constant text.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub(super) stems: Vec<String>,
    pub(super) quality: f64,
    pub(super) idf: f64,
    /// What it is, when it is not the term itself.
    pub(super) via: Option<String>,
}

/// The term in another inflection.
const OTHER_FORM: f64 = 0.93;
/// Written together or apart.
const COMPOUND: f64 = 0.85;
/// The same event in other words.
const SAME: f64 = 0.8;
/// One letter off.
const SPELLING: f64 = 0.75;
/// A word that starts the same way.
const SAME_START: f64 = 0.7;
/// A related word.
const KIN: f64 = 0.55;

/// Stems of the parts of a text.
pub(super) fn stems_of(text: &str) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    parts(text.as_bytes()).map(|r| String::from_utf8_lossy(stem(lower[r].as_bytes())).into_owned()).collect()
}

/// Collects the forms of one term.
pub(super) struct Forms<'v> {
    vocabulary: &'v Vocabulary,
    found: Vec<Form>,
}

impl<'v> Forms<'v> {
    /// Starts with the word itself.
    pub(super) fn new(text: &str, vocabulary: &'v Vocabulary) -> Self {
        let mut forms = Self { vocabulary, found: Vec::new() };
        let stems = stems_of(text);
        let idf = forms.idf(&stems);
        forms.found.push(Form { stems, quality: OTHER_FORM, idf, via: None });
        forms
    }

    /// Whether some template holds the word itself.
    pub(super) fn is_known(&self) -> bool {
        self.found.first().is_some_and(|own| own.stems.iter().all(|stem| self.vocabulary.knows(stem)))
    }

    /// Adds what the thesaurus has for the words that start here.
    pub(super) fn add_others(&mut self, run: &[&str], strength: Strength) {
        let quality = if strength == Strength::Same { SAME } else { KIN };
        for text in others(run, strength).map_or_else(Vec::new, |(_, others)| others) {
            self.add(stems_of(text), quality, text);
        }
    }

    /// Adds the word joined with a neighbour or with what the thesaurus has for the neighbour (`high memory` ~
    /// `highmem`), and the word cut in two (`datanode` ~ `data node`).
    pub(super) fn add_compounds(&mut self, word: &str, next: Option<&str>, before: Option<&str>) {
        let kin = |text: &str| {
            let related = others(&[text], Strength::Kin).map_or_else(Vec::new, |(_, others)| others);
            std::iter::once(text.to_owned()).chain(related.into_iter().map(str::to_owned)).collect::<Vec<_>>()
        };
        let after = next.map_or_else(Vec::new, kin).into_iter().map(|next| format!("{word}{next}"));
        let joined = before.map(|before| kin(word).into_iter().map(move |own| format!("{before}{own}")));
        for text in after.chain(joined.into_iter().flatten()) {
            // Each of the two words earns half of the one.
            self.add(stems_of(&text), COMPOUND / 2.0, &text);
        }
        for cut in 3..word.len().saturating_sub(2) {
            if let (Some(front), Some(back)) = (word.get(..cut), word.get(cut..)) {
                let text = format!("{front} {back}");
                self.add(stems_of(&text), COMPOUND, &text);
            }
        }
    }

    /// Adds words of the templates that start like the term (`replicate` ~ `replica`): five letters and most of both.
    pub(super) fn add_same_start(&mut self) {
        let Some([own]) = self.found.first().map(|form| form.stems.as_slice()) else { return };
        let own = own.clone();
        self.add_near(SAME_START, |other| {
            let shared = own.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
            other != own && shared >= 5 && shared * 10 >= own.len().max(other.len()) * 6
        });
    }

    /// Adds words that are one letter off, for a word that no template holds.
    pub(super) fn add_spellings(&mut self) {
        let Some([own]) = self.found.first().map(|form| form.stems.as_slice()) else { return };
        let own = own.clone();
        if own.len() >= 5 {
            self.add_near(SPELLING, |other| other.len() >= 5 && is_one_off(own.as_bytes(), other.as_bytes()));
        }
    }

    fn add_near(&mut self, quality: f64, is_near: impl Fn(&str) -> bool) {
        let vocabulary = self.vocabulary;
        let mut near: Vec<&str> = vocabulary.stems().filter(|other| is_near(other)).collect();
        near.sort_unstable();
        near.into_iter().for_each(|other| self.add(vec![other.to_owned()], quality, other));
    }

    fn add(&mut self, stems: Vec<String>, quality: f64, via: &str) {
        let known = !stems.is_empty() && stems.iter().all(|stem| self.vocabulary.knows(stem));
        if known && self.found.iter().all(|form| form.stems != stems) {
            let idf = self.idf(&stems);
            self.found.push(Form { stems, quality, idf, via: Some(via.to_owned()) });
        }
    }

    fn idf(&self, stems: &[String]) -> f64 {
        stems.iter().map(|stem| self.vocabulary.idf_of(stem)).fold(0.0, f64::max)
    }

    /// All forms, the word itself first.
    pub(super) fn finish(self) -> Vec<Form> {
        self.found
    }
}

/// Whether one letter added, dropped, changed or swapped with its neighbour makes one word the other.
fn is_one_off(a: &[u8], b: &[u8]) -> bool {
    let front = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[front..], &b[front..]);
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    match (&a[..a.len() - back], &b[..b.len() - back]) {
        ([_], []) | ([], [_]) | ([_], [_]) => true,
        ([p, q], [r, s]) => p == s && q == r,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("conection", "connection", true)]
    #[case("timoeut", "timeout", true)]
    #[case("refusad", "refused", true)]
    #[case("refused", "refused", false)]
    #[case("closed", "opened", false)]
    fn slips_are_one_letter(#[case] a: &str, #[case] b: &str, #[case] expected: bool) {
        assert_eq!(is_one_off(a.as_bytes(), b.as_bytes()), expected);
        assert_eq!(is_one_off(b.as_bytes(), a.as_bytes()), expected);
    }
}
