//! The terms of a query with every form they may be found in.

use super::vocabulary::Vocabulary;
use crate::query::matcher::Text;
use crate::query::stem::stem;
use crate::query::thesaurus::{Strength, others};
use crate::query::words::parts;
use crate::query::{Query, Term, TermKind};

/// A term, ready to be looked for.
#[derive(Debug)]
pub(super) struct RankTerm {
    pub(super) text: String,
    pub(super) lower: String,
    /// In lower case, as templates list written words.
    pub(super) written: String,
    pub(super) kind: TermKind,
    pub(super) weight: f64,
    pub(super) idf: f64,
    /// The word before it, and what that may be called in a log.
    pub(super) before: Vec<String>,
    pub(super) forms: Vec<Form>,
    /// Finds the term itself in bytes.
    pub(super) finder: Text,
}

/// One way a term may stand in constant text.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub(super) stems: Vec<String>,
    pub(super) quality: f64,
    pub(super) idf: f64,
    /// What it is, when it is not the term itself.
    pub(super) via: Option<String>,
}

/// The term in another form.
const OTHER_FORM: f64 = 0.93;
/// A word that starts the same way.
const SAME_START: f64 = 0.7;
/// The same event in other words.
const SAME: f64 = 0.8;
/// A related word.
const KIN: f64 = 0.55;

impl RankTerm {
    /// Whether it is an id, address or number long enough to be no coincidence.
    pub(super) fn is_hard(&self) -> bool {
        self.kind == TermKind::Value && self.text.len() >= 3
    }

    /// Whether it may also stand in constant text as words (`ssh2`, `read_timeout`), not only as a value.
    pub(super) fn is_spelled(&self) -> bool {
        self.forms.iter().any(|form| form.stems.iter().any(|stem| stem.len() > 2 && !is_number(stem)))
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// Compiles the terms of a query.
pub(super) fn compile(query: &Query, vocabulary: &Vocabulary) -> Vec<RankTerm> {
    let all = &query.terms;
    (0..all.len())
        .filter_map(|at| all.get(at).map(|term| compile_one(term, &all[at..], query, vocabulary)))
        .collect()
}

fn compile_one(term: &Term, from_here: &[Term], query: &Query, vocabulary: &Vocabulary) -> RankTerm {
    let lower = term.text.to_ascii_lowercase();
    let own = stems_of(&lower);
    let idf = own.iter().map(|stem| vocabulary.idf_of(stem)).fold(0.0, f64::max);
    let mut forms = vec![Form { stems: own, quality: OTHER_FORM, idf, via: None }];
    if term.kind == TermKind::Word {
        let run: Vec<&str> =
            from_here.iter().take_while(|t| t.kind == TermKind::Word).map(|t| t.text.as_str()).collect();
        add_others(&mut forms, &run, Strength::Same, SAME, vocabulary);
        if query.asked.is_some() {
            add_others(&mut forms, &run, Strength::Kin, KIN, vocabulary);
            add_same_start(&mut forms, vocabulary);
        }
    }
    RankTerm {
        text: term.text.clone(),
        written: lower.clone(),
        kind: term.kind,
        weight: term.weight,
        idf: vocabulary.idf(1.0).max(idf),
        before: labels(term.before.as_deref()),
        finder: Text::new(&term.text, term.kind == TermKind::Phrase),
        forms,
        lower,
    }
}

fn stems_of(text: &str) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    parts(text.as_bytes()).map(|r| String::from_utf8_lossy(stem(lower[r].as_bytes())).into_owned()).collect()
}

fn add_others(
    forms: &mut Vec<Form>,
    run: &[&str],
    strength: Strength,
    quality: f64,
    vocabulary: &Vocabulary,
) {
    let Some((_, also)) = others(run, strength) else { return };
    for text in also {
        let stems = stems_of(text);
        if stems.iter().all(|stem| vocabulary.knows(stem)) && forms.iter().all(|form| form.stems != stems) {
            let idf = stems.iter().map(|stem| vocabulary.idf_of(stem)).fold(0.0, f64::max);
            forms.push(Form { stems, quality, idf, via: Some(text.to_owned()) });
        }
    }
}

/// Words of the templates that start like the term (`replicate` ~ `replica`): five letters and most of both words.
fn add_same_start(forms: &mut Vec<Form>, vocabulary: &Vocabulary) {
    let [Form { stems, .. }] = &forms[..1] else { return };
    let [own] = stems.as_slice() else { return };
    let own = own.clone();
    let mut near: Vec<&str> = vocabulary
        .stems()
        .filter(|other| {
            let shared = own.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
            **other != own && shared >= 5 && shared * 10 >= own.len().max(other.len()) * 6
        })
        .collect();
    near.sort_unstable();
    for other in near {
        let idf = vocabulary.idf_of(other);
        forms.push(Form {
            stems: vec![other.to_owned()],
            quality: SAME_START,
            idf,
            via: Some(other.to_owned()),
        });
    }
}

/// A word before a value and the related words that may label its slot.
fn labels(before: Option<&str>) -> Vec<String> {
    let Some(before) = before else { return Vec::new() };
    let kin = others(&[before], Strength::Kin).map_or_else(Vec::new, |(_, others)| others);
    std::iter::once(before).chain(kin).map(str::to_owned).collect()
}
