//! The terms of a query with every form they may be found in.

use super::forms::{Form, Forms};
use super::vocabulary::Vocabulary;
use crate::query::matcher::Text;
use crate::query::thesaurus::{Strength, others};
use crate::query::{Query, Term, TermKind};

/// A term, ready to be looked for.
#[derive(Debug)]
pub(super) struct RankTerm {
    pub(super) text: String,
    pub(super) lower: String,
    pub(super) kind: TermKind,
    pub(super) weight: f64,
    pub(super) idf: f64,
    /// The word before it, and what that may be called in a log.
    pub(super) before: Vec<String>,
    pub(super) forms: Vec<Form>,
    /// Finds the term itself in bytes.
    pub(super) finder: Text,
}

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
    (0..query.terms.len()).filter_map(|at| compile_one(at, query, vocabulary)).collect()
}

fn compile_one(at: usize, query: &Query, vocabulary: &Vocabulary) -> Option<RankTerm> {
    let term = query.terms.get(at)?;
    let lower = term.text.to_ascii_lowercase();
    let mut forms = Forms::new(&lower, vocabulary);
    let known = forms.is_known();
    if term.kind == TermKind::Word {
        add_forms(&mut forms, at, &lower, query);
    }
    let forms = forms.finish();
    // A word that no template holds is worth what stands for it; one that is held is never worth less than that.
    let idf = if known { forms.first().map_or(0.0, |own| own.idf) } else { vocabulary.idf(1.0) };
    Some(RankTerm {
        text: term.text.clone(),
        kind: term.kind,
        weight: term.weight,
        idf,
        before: labels(term.before.as_deref()),
        finder: Text::new(&term.text, term.kind == TermKind::Phrase),
        forms,
        lower,
    })
}

fn add_forms(forms: &mut Forms<'_>, at: usize, lower: &str, query: &Query) {
    let words = |terms: &[Term]| -> Vec<String> {
        let run = terms.iter().take_while(|t| t.kind == TermKind::Word);
        run.map(|t| t.text.to_ascii_lowercase()).collect()
    };
    let run = words(query.terms.get(at..).unwrap_or_default());
    let run: Vec<&str> = run.iter().map(String::as_str).collect();
    forms.add_others(&run, Strength::Same);
    if query.asked.is_none() {
        return;
    }
    let before = at.checked_sub(1).and_then(|i| query.terms.get(i)).filter(|t| t.kind == TermKind::Word);
    let before = before.map(|t| t.text.to_ascii_lowercase());
    forms.add_compounds(lower, run.get(1).copied(), before.as_deref());
    forms.add_others(&run, Strength::Kin);
    forms.add_same_start();
    if !forms.is_known() {
        forms.add_spellings();
    }
}

/// A word before a value and the related words that may label its slot.
fn labels(before: Option<&str>) -> Vec<String> {
    let Some(before) = before else { return Vec::new() };
    let kin = others(&[before], Strength::Kin).map_or_else(Vec::new, |(_, others)| others);
    std::iter::once(before).chain(kin).map(str::to_owned).collect()
}
