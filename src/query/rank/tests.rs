//! Which records come first.

use super::*;
use crate::domain::PatternId;
use crate::pattern::{Piece, Template};
use crate::query::matcher::{RecordView, SlotView};
use crate::query::{DEFAULT_MAX_LENGTH, Query};

/// Templates written with `<ip>`-like slots; a record is its template with the values filled in.
struct Log {
    templates: Vec<Template>,
    vocabulary: Vocabulary,
}

fn template(text: &str) -> Template {
    let mut pieces = Vec::new();
    for (i, part) in text.split(['<', '>']).enumerate() {
        match part {
            "" => {}
            constant if i % 2 == 0 => pieces.push(Piece::Text(constant.to_owned())),
            "ip" => pieces.push(Piece::Slot(SlotKind::Ip)),
            "dur" => pieces.push(Piece::Slot(SlotKind::Duration)),
            _ => pieces.push(Piece::Slot(SlotKind::Any)),
        }
    }
    Template { id: PatternId::of_template(text), pieces, text: text.to_owned() }
}

struct Line<'l> {
    template: &'l Template,
    values: Vec<&'l str>,
    text: String,
}

impl RecordView for Line<'_> {
    fn body(&self) -> &[u8] {
        self.text.as_bytes()
    }
    fn raw(&self) -> &[u8] {
        self.text.as_bytes()
    }
    fn level(&self) -> Option<Level> {
        None
    }
    fn service(&self) -> &str {
        "shop"
    }
    fn source(&self) -> &str {
        "shop.log"
    }
    fn pattern(&self) -> PatternId {
        self.template.id
    }
    fn any_field(&self, _visit: &mut dyn FnMut(&str, &[u8]) -> bool) -> bool {
        false
    }
    fn any_slot(&self, visit: &mut dyn FnMut(&SlotView<'_>) -> bool) -> bool {
        let mut values = self.values.iter();
        let mut label = "";
        self.template.pieces.iter().any(|piece| match piece {
            Piece::Text(text) => {
                label = text.split_whitespace().last().unwrap_or("");
                false
            }
            Piece::Slot(kind) => {
                let value = values.next().copied().unwrap_or("");
                visit(&SlotView { kind: *kind, label, value: value.as_bytes(), after: &[] })
            }
        })
    }
}

impl Log {
    fn new(patterns: &[(&str, u64)]) -> Self {
        let templates: Vec<Template> = patterns.iter().map(|(text, _)| template(text)).collect();
        let counted =
            templates.iter().zip(patterns).map(|(template, (_, records))| (template, *records, None));
        let vocabulary = Vocabulary::new(counted);
        Self { templates, vocabulary }
    }

    /// Positions of the lines in order of their score; ties keep their order.
    fn rank(&self, query: &str, lines: &[(usize, &[&str])]) -> Vec<usize> {
        let query = Query::parse(query, DEFAULT_MAX_LENGTH).unwrap();
        let ranker = Ranker::new(&query, &self.vocabulary);
        let mut scored: Vec<(usize, f64)> = lines
            .iter()
            .map(|(pattern, values)| {
                let template = &self.templates[*pattern];
                let mut filled = values.iter();
                let text = template.pieces.iter().map(|piece| match piece {
                    Piece::Text(text) => text.as_str(),
                    Piece::Slot(_) => filled.next().unwrap(),
                });
                let line = Line { template, values: values.to_vec(), text: text.collect() };
                ranker.record(&ranker.pattern(*pattern), &line).points
            })
            .enumerate()
            .collect();
        scored.sort_by(|a, b| b.1.total_cmp(&a.1));
        scored.into_iter().map(|(at, _)| at).collect()
    }
}

fn shop() -> Log {
    Log::new(&[
        ("order <x> placed by <x> from <ip>", 9000),
        ("order <x> shipped to <x> after <dur>", 4000),
        ("payment refused for order <x>: <x>", 12),
        ("cart pool exhausted, waiting", 3),
    ])
}

#[test]
fn rare_words_decide_between_patterns() {
    let lines: [(usize, &[&str]); 3] =
        [(0, &["A-1", "mia", "10.0.0.1"]), (2, &["A-1", "no funds"]), (3, &[])];
    assert_eq!(shop().rank("order refused", &lines)[0], 1);
    assert_eq!(shop().rank("pool exhausted", &lines)[0], 2);
}

#[test]
fn values_of_the_query_outweigh_its_words() {
    let lines: [(usize, &[&str]); 2] = [(1, &["A-177", "zoe", "3 d"]), (2, &["B-290", "no funds"])];
    assert_eq!(shop().rank("payment refused A-177", &lines), [0, 1]);
}

#[test]
fn a_question_finds_the_line_by_its_value_and_its_sense() {
    let lines: [(usize, &[&str]); 3] =
        [(0, &["A-177", "mia", "10.0.0.9"]), (1, &["A-177", "mia", "3 d"]), (2, &["A-177", "no funds"])];
    assert_eq!(shop().rank("From which address did mia place the order A-177?", &lines)[0], 0);
    assert_eq!(shop().rank("How long did it take to ship the order A-177?", &lines)[0], 1);
    assert_eq!(shop().rank("Why was the payment of A-177 denied?", &lines)[0], 2);
}

#[test]
fn the_word_before_a_value_chooses_its_slot() {
    let log = Log::new(&[("copy from <x> to <x> done", 50)]);
    let lines: [(usize, &[&str]); 2] = [(0, &["disk7", "disk9"]), (0, &["disk9", "disk7"])];
    assert_eq!(log.rank("Which copy went to disk7?", &lines)[0], 1);
    assert_eq!(log.rank("Which copy came from disk7?", &lines)[0], 0);
}

#[test]
fn a_score_says_which_terms_matched_where() {
    let log = shop();
    let query = Query::parse("payment denied A-177?", DEFAULT_MAX_LENGTH).unwrap();
    let ranker = Ranker::new(&query, &log.vocabulary);
    let line = Line {
        template: &log.templates[2],
        values: vec!["A-177", "no funds"],
        text: "payment refused for order A-177: no funds".to_owned(),
    };
    let why = ranker.record(&ranker.pattern(2), &line).why;
    let told: Vec<(&str, Option<&str>, &Place)> =
        why.iter().map(|w| (w.term.as_str(), w.via.as_deref(), &w.place)).collect();
    assert_eq!(
        told,
        [
            ("A-177", None, &Place::Value),
            ("payment", None, &Place::Text),
            ("denied", Some("refuse"), &Place::Text),
        ]
    );
}
