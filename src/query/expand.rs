//! Joins the thesaurus to a written query and collects what it is ranked by.

use super::expr::{Comparison, Expr, Filter, Test};
use super::thesaurus::{Expansion, Strength, others};
use super::words::is_word_byte;
use super::{Term, TermKind};

/// Widens plain words by the thesaurus' *same* groups and notes what was added. Excluded words are left alone: leaving
/// out more than was asked would hide records.
pub(super) fn expand(expr: Expr, notes: &mut Vec<Expansion>) -> Expr {
    match expr {
        Expr::And(list) => {
            let list: Vec<Expr> =
                list.into_iter().map(|e| if is_word(&e) { e } else { expand(e, notes) }).collect();
            let mut all = expand_run(&list, notes);
            if all.len() == 1 { all.remove(0) } else { Expr::And(all) }
        }
        Expr::Or(list) => Expr::Or(list.into_iter().map(|e| expand(e, notes)).collect()),
        Expr::Word(word) => {
            let mut one = expand_run(&[Expr::Word(word)], notes);
            one.pop().unwrap_or(Expr::All)
        }
        other => other,
    }
}

const fn is_word(expr: &Expr) -> bool {
    matches!(expr, Expr::Word(_))
}

/// Replaces runs of plain words that are a member of a group (`connection refused`) by one widened condition.
fn expand_run(list: &[Expr], notes: &mut Vec<Expansion>) -> Vec<Expr> {
    let mut out = Vec::new();
    let mut rest = list;
    while let [first, after @ ..] = rest {
        let run: Vec<&str> = rest
            .iter()
            .map_while(|e| if let Expr::Word(word) = e { Some(word.as_str()) } else { None })
            .collect();
        let Some((length, also)) = others(&run, Strength::Same) else {
            out.push(first.clone());
            rest = after;
            continue;
        };
        let also: Vec<String> = also.into_iter().map(str::to_owned).collect();
        notes.push(Expansion { from: run[..length].join(" "), to: also.clone() });
        let base = match &rest[..length] {
            [one] => one.clone(),
            several => Expr::And(several.to_vec()),
        };
        out.push(Expr::Expanded { base: Box::new(base), also });
        rest = &rest[length..];
    }
    out
}

/// The terms of everything that was asked for and not excluded.
pub(super) fn collect_terms(expr: &Expr, out: &mut Vec<Term>) {
    let before = |out: &[Term]| match out.last() {
        Some(Term { text, kind: TermKind::Word, .. }) => Some(text.to_ascii_lowercase()),
        _ => None,
    };
    match expr {
        Expr::All | Expr::Not(_) | Expr::Regex(_) => {}
        Expr::And(list) | Expr::Or(list) => list.iter().for_each(|e| collect_terms(e, out)),
        Expr::Expanded { base, .. } => collect_terms(base, out),
        Expr::Word(word) => {
            let before = before(out);
            out.push(Term { text: word.clone(), kind: kind_of(word), weight: 1.0, before });
        }
        Expr::Phrase(text) => {
            let before = before(out);
            out.push(Term { text: text.clone(), kind: TermKind::Phrase, weight: 1.5, before });
        }
        Expr::Filter(Filter::Trace(id)) => {
            out.push(Term { text: id.clone(), kind: TermKind::Value, weight: 1.0, before: None });
        }
        Expr::Filter(Filter::Field {
            name,
            text,
            test: Test::Is(_) | Test::Compare(Comparison::Equal, _),
        }) => {
            let before = Some(name.to_ascii_lowercase());
            out.push(Term { text: text.clone(), kind: kind_of(text), weight: 1.0, before });
        }
        Expr::Filter(_) => {}
    }
}

/// Words with a digit, and words held together by `/ @ _ \ =`, are values; so are dotted and dashed ones with a digit.
pub(super) fn kind_of(word: &str) -> TermKind {
    let digit = word.bytes().any(|b| b.is_ascii_digit());
    let joined = word.bytes().any(|b| matches!(b, b'/' | b'@' | b'_' | b'\\' | b'='));
    let has_word = word.bytes().any(is_word_byte);
    if has_word && (digit || joined) { TermKind::Value } else { TermKind::Word }
}
