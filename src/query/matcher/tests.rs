//! Which records a condition matches, and what is foreseen of them.

use super::*;
use crate::pattern::{Piece, Template};
use crate::query::{DEFAULT_MAX_LENGTH, Query, parts};
use proptest::prelude::*;
use rstest::rstest;

/// A record written out by hand.
struct Sample {
    raw: Vec<u8>,
    body: Option<Vec<u8>>,
    level: Option<Level>,
    fields: Vec<(&'static str, &'static str)>,
    slots: Vec<(SlotKind, &'static str, &'static str)>,
}

impl Sample {
    fn line(raw: &str) -> Self {
        Self { raw: raw.into(), body: None, level: None, fields: Vec::new(), slots: Vec::new() }
    }
}

impl RecordView for Sample {
    fn body(&self) -> &[u8] {
        self.body.as_deref().unwrap_or(&self.raw)
    }
    fn raw(&self) -> &[u8] {
        &self.raw
    }
    fn level(&self) -> Option<Level> {
        self.level
    }
    fn service(&self) -> &str {
        "cart"
    }
    fn source(&self) -> &str {
        "logs/cart.log"
    }
    fn pattern(&self) -> PatternId {
        PatternId::from_u64(0xabcd_0000_0000_0001)
    }
    fn any_field(&self, visit: &mut dyn FnMut(&str, &[u8]) -> bool) -> bool {
        self.fields.iter().any(|(name, value)| visit(name, value.as_bytes()))
    }
    fn any_slot(&self, visit: &mut dyn FnMut(&SlotView<'_>) -> bool) -> bool {
        self.slots.iter().any(|&(kind, label, value)| {
            visit(&SlotView { kind, label, value: value.as_bytes(), after: &[] })
        })
    }
}

fn matches(query: &str, record: &Sample) -> bool {
    Matcher::new(&Query::parse(query, DEFAULT_MAX_LENGTH).unwrap().expr).matches(record)
}

#[rstest]
#[case("timeout", "Connection timeouts seen", true)]
#[case("timeout", "connectionTimeoutMs=5", true)]
#[case("timeout", "the TimeOut fired", true)]
#[case("timeout", "context deadline exceeded", true)]
#[case("timeout", "rpc DeadlineExceeded", true)]
#[case("\"timeout\"", "context deadline exceeded", false)]
#[case("fail", "login Failed", true)]
#[case("fail", "failover done", false)]
#[case("use", "user eve", false)]
#[case("user", "user_id=7", true)]
#[case("10.0.0.7", "from /10.0.0.7:5001", true)]
#[case("10.0.0.7", "from 10.0.0.71", false)]
#[case("10.0.0.7", "from 110.0.0.7", false)]
#[case("job_7", "job_7_3 done", true)]
#[case("job_7", "job_71 done", false)]
#[case("7", "node7", false)]
#[case("node", "node7", true)]
#[case("retry -quick", "retrying quickly", true)]
#[case("retry -quickly", "retrying quickly", false)]
#[case("\"ry qu\"", "Retry quickly", true)]
#[case("\"ry qu\"", "Retry   quickly", true)]
#[case("\"try \"", "Retry", false)]
#[case("/re.ry/", "Retry retry", true)]
#[case("/^re.ry/", "Retry", false)]
#[case("/^re.ry/i", "Retry", true)]
#[case("cart OR order", "an order", true)]
#[case("uid=0", "login(uid=0)", true)]
#[case("uid=0", "euid=0", false)]
#[case("status:up", "disk status:up now", true)]
#[case("service:CART", "x", true)]
#[case("service:car", "x", false)]
#[case("source:cart.log", "x", true)]
#[case("pattern:abcd", "x", true)]
#[case("pattern:abce", "x", false)]
#[case("", "anything", true)]
fn text_conditions_decide(#[case] query: &str, #[case] line: &str, #[case] expected: bool) {
    assert_eq!(matches(query, &Sample::line(line)), expected);
}

#[rstest]
#[case("level:warn", Some(Level::Error), true)]
#[case("level:=warn", Some(Level::Error), false)]
#[case("level:warn", Some(Level::Info), false)]
#[case("level:trace", None, false)]
fn levels_mean_at_least(#[case] query: &str, #[case] level: Option<Level>, #[case] expected: bool) {
    assert_eq!(matches(query, &Sample { level, ..Sample::line("x") }), expected);
}

#[rstest]
#[case("duration>5s", true)]
#[case("duration<5s", true)]
#[case("duration>6s", false)]
#[case("elapsed_ms>5000", true)]
#[case("elapsed>5s", true)]
#[case("elapsed>5200ms", false)]
#[case("status:>=500", true)]
#[case("status:503", true)]
#[case("status!=503", false)]
#[case("id:AB*", true)]
#[case("request.id:abc", true)]
#[case("request:*", false)]
#[case("port=8080", true)]
#[case("port>9000", false)]
#[case("ip:10.0.0.7", true)]
#[case("peer:10.0.0.7", true)]
#[case("size>=2kb", true)]
#[case("user!=eve", false)]
fn fields_and_typed_slots_are_compared(#[case] query: &str, #[case] expected: bool) {
    let record = Sample {
        fields: vec![("elapsed_ms", "5200"), ("status", "503"), ("request.id", "abc")],
        slots: vec![
            (SlotKind::Ip, "peer", "/10.0.0.7:8080"),
            (SlotKind::Size, "", "2 KB"),
            (SlotKind::Duration, "in", "40ms"),
        ],
        ..Sample::line("took a while")
    };
    assert_eq!(matches(query, &record), expected);
}

#[test]
fn a_decoded_message_is_searched_besides_its_source() {
    let record = Sample { body: Some(b"say \"hi\"".to_vec()), ..Sample::line(r#"{"m":"say \"hi\""}"#) };
    assert!(matches(r#""say \"hi\"""#, &record));
    assert!(matches(r#""\"m\"""#, &record));
}

#[test]
fn required_literals_are_in_every_match() {
    let expr = Query::parse("(cart OR failed) \"two words\" -x", DEFAULT_MAX_LENGTH).unwrap().expr;
    let required = Matcher::new(&expr).required();
    let word = |text: &[u8], whole: &[u8]| Literal {
        text: text.to_vec(),
        bounded: true,
        word: Some(whole.to_vec()),
    };
    let part = |text: &[u8]| Literal { text: text.to_vec(), bounded: false, word: None };
    let expected = vec![
        vec![word(b"cart", b"cart"), word(b"fail", b"failed")],
        vec![part(b"two")],
        vec![part(b"words")],
    ];
    assert_eq!(required, expected);
}

/// The same rules written as plainly as possible: every position, no literals, no order.
fn naive(expr: &Expr, text: &str) -> bool {
    match expr {
        Expr::All => true,
        Expr::And(list) => list.iter().all(|e| naive(e, text)),
        Expr::Or(list) => list.iter().any(|e| naive(e, text)),
        Expr::Not(inner) => !naive(inner, text),
        Expr::Word(word) => (0..text.len()).any(|at| !naive_ends(word, text, at).is_empty()),
        Expr::Expanded { base, also } => {
            naive(base, text) || also.iter().any(|words| naive_sequence(words, text))
        }
        Expr::Phrase(phrase) => {
            let spaced =
                |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
            spaced(text).contains(&spaced(phrase))
        }
        Expr::Regex(pattern) => pattern.regex.is_match(text.as_bytes()),
        Expr::Filter(_) => unreachable!("not generated"),
    }
}

fn naive_ends(word: &str, text: &str, at: usize) -> Vec<usize> {
    let bytes = text.as_bytes();
    let lower = word.to_ascii_lowercase();
    let letters = lower.bytes().all(|b| b.is_ascii_alphabetic());
    let edge = |i: usize, digit: bool| {
        if digit {
            let word_byte = |j: usize| bytes.get(j).is_some_and(|b| b.is_ascii_alphanumeric());
            i == 0 || i >= bytes.len() || !(word_byte(i - 1) && word_byte(i))
        } else {
            crate::query::is_boundary(bytes, i)
        }
    };
    let mut ends = Vec::new();
    let end = at + lower.len();
    let same = text.get(at..end).is_some_and(|s| s.eq_ignore_ascii_case(&lower));
    let first_digit = lower.starts_with(|c: char| c.is_ascii_digit());
    let last_digit = lower.ends_with(|c: char| c.is_ascii_digit());
    if same && edge(at, first_digit) && edge(end, last_digit) {
        ends.push(end);
    }
    if letters {
        ends.extend(parts(bytes).filter(|r| r.start == at).filter_map(|r| {
            let part = text[r.clone()].to_ascii_lowercase();
            let same = crate::query::stem(part.as_bytes()) == crate::query::stem(lower.as_bytes());
            same.then_some(r.end)
        }));
    }
    ends
}

fn naive_sequence(words: &str, text: &str) -> bool {
    let words: Vec<&str> = parts(words.as_bytes()).map(|r| &words[r]).collect();
    fn go(words: &[&str], text: &str, at: usize) -> bool {
        let Some((first, rest)) = words.split_first() else { return true };
        naive_ends(first, text, at).into_iter().any(|end| {
            let gap = text[end..].chars().take_while(|c| !c.is_ascii_alphanumeric()).count();
            rest.is_empty() || (gap <= 3 && go(rest, text, end + gap))
        })
    }
    (0..text.len()).any(|at| go(&words, text, at))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_matcher_agrees_with_the_naive_evaluator(
        text in "[abAB1 ._-]{0,4}((fail|Fails|failed|Timeout|timed out|OutOfMemory|oom|killed|ab|ABab|a1|1a|12)[ ._1aA-]{0,3}){0,5}",
        query in "(-?(fail|timeout|oom|ab|a1|12|\"ab\"|\"d o\"|/a+1/|a_1)( | OR | AND )){0,4}(fail|killed|ab|1|b)",
    ) {
        let expr = Query::parse(&query, DEFAULT_MAX_LENGTH).unwrap().expr;
        let matcher = Matcher::new(&expr);
        let found = matcher.matches(&Sample::line(&text));
        prop_assert_eq!(found, naive(&expr, &text), "{} in {}", query, text);
        if found {
            let lower = text.to_ascii_lowercase();
            for clause in matcher.required() {
                prop_assert!(clause.iter().any(|l| lower.contains(std::str::from_utf8(&l.text).unwrap())));
            }
        }
    }
}

fn template(pieces: &[&str]) -> Template {
    let pieces: Vec<Piece> = pieces
        .iter()
        .map(|p| if *p == "*" { Piece::Slot(SlotKind::Any) } else { Piece::Text((*p).to_owned()) })
        .collect();
    Template { id: PatternId::from_u64(1), text: String::new(), pieces }
}

#[rstest]
#[case("order", Some(true))]
#[case("mia", None)]
#[case("ship", None)]
#[case("shipped", None)]
#[case("\"order placed\"", None)]
#[case("\"placed by\"", Some(true))]
#[case("order -placed", Some(false))]
#[case("mia -placed", Some(false))]
#[case("mia OR placed", Some(true))]
#[case("mia order", None)]
#[case("level:error", Some(true))]
#[case("level:fatal order", Some(false))]
#[case("service:cart", None)]
#[case("pattern:0000", Some(true))]
#[case("/order/", None)]
fn constant_text_and_columns_decide_without_reading(#[case] query: &str, #[case] expected: Option<bool>) {
    let template = template(&["order ", "*", " placed by ", "*", "shipped ", "*"]);
    let prospect =
        Prospect { template: &template, level: Some(Some(Level::Error)), service: None, source: None };
    let matcher = Matcher::new(&Query::parse(query, DEFAULT_MAX_LENGTH).unwrap().expr);
    assert_eq!(matcher.foresee(&prospect), expected);
}

proptest! {
    #[test]
    fn what_is_foreseen_is_true_of_every_filled_record(
        words in prop::collection::vec(prop::sample::select(vec!["*", "fail ", " ab", "Timeout", " x-ab ", "1", "."]), 1..6),
        values in prop::collection::vec("[a-zA1 .]{0,4}", 6),
        query in "-?(fail|ab|timeout|\"ab x\"|1)( OR | )-?(x|ab|failed)",
    ) {
        let template = template(&words);
        let mut values = values.iter();
        let line: String = words.iter().map(|w| if *w == "*" { values.next().unwrap() } else { *w }).collect();
        let matcher = Matcher::new(&Query::parse(&query, DEFAULT_MAX_LENGTH).unwrap().expr);
        let prospect = Prospect { template: &template, level: None, service: None, source: None };
        if let Some(foreseen) = matcher.foresee(&prospect) {
            prop_assert_eq!(foreseen, matcher.matches(&Sample::line(&line)), "{} in {:?}", query, line);
        }
    }
}
