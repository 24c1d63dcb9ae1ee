//! What a written query and a question become.

use super::*;
use crate::domain::Level;
use proptest::prelude::*;
use rstest::rstest;

fn parse(text: &str) -> Query {
    Query::parse(text, DEFAULT_MAX_LENGTH).unwrap()
}

fn word(text: &str) -> Expr {
    Expr::Word(text.to_owned())
}

fn phrase(text: &str) -> Expr {
    Expr::Phrase(text.to_owned())
}

fn field(name: &str, text: &str, test: Test) -> Expr {
    Expr::Filter(Filter::Field { name: name.to_owned(), text: text.to_owned(), test })
}

fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

fn level(comparison: Comparison, level: Level) -> Expr {
    Expr::Filter(Filter::Level(comparison, level))
}

#[rstest]
#[case("", Expr::All)]
#[case("checkout", word("checkout"))]
#[case("cart checkout", Expr::And(vec![word("cart"), word("checkout")]))]
#[case("cart AND checkout", Expr::And(vec![word("cart"), word("checkout")]))]
#[case("cart OR checkout order", Expr::Or(vec![word("cart"), Expr::And(vec![word("checkout"), word("order")])]))]
#[case("(cart OR order) -paid", Expr::And(vec![
    Expr::Or(vec![word("cart"), word("order")]), Expr::Not(Box::new(word("paid")))]))]
#[case("NOT paid", Expr::Not(Box::new(word("paid"))))]
#[case(r#""pool is \"empty\"""#, phrase("pool is \"empty\""))]
#[case("level:warn", level(Comparison::AtLeast, Level::Warn))]
#[case("level:=warn", level(Comparison::Equal, Level::Warn))]
#[case("level:<error", level(Comparison::Less, Level::Error))]
#[case("service:cart*", Expr::Filter(Filter::Service(Glob::new("cart*"))))]
#[case("source:app.log", Expr::Filter(Filter::Source(Glob::new("app.log"))))]
#[case("pattern:0aF3*", Expr::Filter(Filter::Pattern("0af3".to_owned())))]
#[case("trace:4bf92f", Expr::Filter(Filter::Trace("4bf92f".to_owned())))]
#[case("duration>5s", field("duration", "5s", Test::Compare(Comparison::More, quantity("5s"))))]
#[case("size>=10MB", field("size", "10MB", Test::Compare(Comparison::AtLeast, quantity("10MB"))))]
#[case("status:>=500", field("status", "500", Test::Compare(Comparison::AtLeast, quantity("500"))))]
#[case("port=22", field("port", "22", Test::Compare(Comparison::Equal, quantity("22"))))]
#[case("elapsed_ms>250", field("elapsed_ms", "250", Test::Compare(Comparison::More, quantity("250ms"))))]
#[case("user:eve*", field("user", "eve*", Test::Is(Glob::new("eve*"))))]
#[case("user!=eve", field("user", "eve", Test::IsNot(Glob::new("eve"))))]
#[case("user:*", field("user", "*", Test::Exists))]
#[case("path:/api/*", field("path", "/api/*", Test::Is(Glob::new("/api/*"))))]
#[case("http://mill.example", word("http://mill.example"))]
#[case("warning: gate", Expr::And(vec![word("warning"), word("gate")]))]
#[case(r#"name:"two words""#, field("name", "two words", Test::Is(Glob::new("two words"))))]
fn the_grammar_reads(#[case] text: &str, #[case] expected: Expr) {
    assert_eq!(parse(text).expr, expected);
}

#[rstest]
#[case("14:27:03")]
#[case("https://shop.example/cart")]
#[case("/var/log/shop")]
#[case("10.0.0.7:8080")]
#[case("db.internal:5432")]
#[case("shop::Cart::add")]
#[case("--verbose")]
#[case("cart(7)")]
fn text_from_log_lines_is_a_plain_word(#[case] text: &str) {
    assert_eq!(parse(text).expr, word(text));
}

#[test]
fn punctuation_around_plain_words_is_dropped() {
    assert_eq!(parse("cart: checkout, order.").expr, parse("cart checkout order").expr);
}

#[test]
fn regular_expressions_keep_their_flag_and_escapes() {
    let Expr::Regex(pattern) = parse(r"/GET \/cart\/\d+/i").expr else { panic!("not a regex") };
    assert_eq!((pattern.source.as_str(), pattern.ignore_case), (r"GET /cart/\d+", true));
    assert!(pattern.regex.is_match(b"get /cart/7"));
}

#[test]
fn a_star_in_a_plain_word_stands_for_the_rest_of_it() {
    let Expr::Regex(pattern) = parse("pool*").expr else { panic!("not a regex") };
    assert!(pattern.regex.is_match(b"the PoolSize of"));
    assert!(!pattern.regex.is_match(b"whirlpool"));
}

#[rstest]
#[case("level:bogus", 6, "expected a level")]
#[case("cart (order", 5, "is not closed")]
#[case("cart ) order", 5, "nothing is open")]
#[case("\"cart", 0, "quote is not closed")]
#[case("cart OR", 7, "something is missing")]
#[case("AND cart", 0, "on both sides")]
#[case("status>fast", 7, "expected a number")]
#[case("status>", 7, "needs a value")]
#[case("/ca(rt/", 0, "unclosed group")]
#[case("/(a{1000}){1000}/", 0, "too large")]
#[case("pattern:xyz", 8, "hexadecimal")]
#[case("service:>5", 9, "a service is a name")]
#[case("()", 1, "before this")]
fn errors_name_the_place_and_what_is_accepted(#[case] text: &str, #[case] at: usize, #[case] part: &str) {
    let error = Query::parse(text, DEFAULT_MAX_LENGTH).unwrap_err();
    assert!(error.message.contains(part), "{}", error.message);
    assert_eq!(error.at, at, "{error}");
}

#[test]
fn length_nesting_and_term_count_are_bounded() {
    let long = "a".repeat(101);
    assert_eq!(
        Query::parse(&long, 100).unwrap_err().message,
        "the query is 101 bytes long: at most 100 are accepted"
    );
    let deep = format!("{}a{}", "(".repeat(40), ")".repeat(40));
    assert!(Query::parse(&deep, 4096).unwrap_err().message.contains("nested too deeply"));
    let many = "a ".repeat(300);
    assert!(Query::parse(&many, 4096).unwrap_err().message.contains("at most 256 words"));
}

#[test]
fn the_thesaurus_widens_plain_words_and_says_so() {
    let query = parse("connection refused cart");
    let expansion = &query.expansions[0];
    assert_eq!(expansion.from, "connection refused");
    assert!(expansion.to.contains(&"econnrefused".to_owned()));
    let Expr::And(list) = query.expr else { panic!("not a conjunction") };
    assert_eq!(list[1], word("cart"));
    assert!(matches!(&list[0], Expr::Expanded { base, .. }
        if **base == Expr::And(vec![word("connection"), word("refused")])));
}

#[test]
fn quoted_and_excluded_words_are_not_widened() {
    assert_eq!(parse("\"timeout\" -oom").expansions, []);
}

#[rstest]
#[case("why did checkout fail after 14:27?", true)]
#[case("what is the port of the cart service", true)]
#[case("how many orders failed", true)]
#[case("checkout slow?", true)]
#[case("from which address did mia log in", true)]
#[case("did the pool recover", true)]
#[case("show me the slowest orders", true)]
#[case("which", false)]
#[case("show cart", false)]
#[case("checkout timeout", false)]
#[case("is", false)]
#[case("\"why did\"", false)]
#[case("/what is?/", false)]
fn plain_questions_are_recognised(#[case] text: &str, #[case] expected: bool) {
    assert_eq!(is_question(text), expected);
}

#[test]
fn a_question_keeps_its_telling_words_and_values() {
    let query = parse("Which port did client 10.1.2.3 of the cart-7 pod use?");
    let kept: Vec<(&str, TermKind, Option<&str>)> =
        query.terms.iter().map(|t| (t.text.as_str(), t.kind, t.before.as_deref())).collect();
    let expected = [
        ("port", TermKind::Word, Some("which")),
        ("client", TermKind::Word, Some("did")),
        ("10.1.2.3", TermKind::Value, Some("client")),
        ("cart-7", TermKind::Value, Some("the")),
        ("pod", TermKind::Word, Some("cart-7")),
        ("use", TermKind::Word, Some("pod")),
    ];
    assert_eq!(kept, expected);
    assert_eq!(query.asked.unwrap().noun.as_deref(), Some("port"));
}

#[test]
fn conditions_keep_working_inside_a_question() {
    let query = parse("why did checkout fail level:error?");
    assert_eq!(query.expr, level(Comparison::AtLeast, Level::Error));
    assert!(query.asked.unwrap().about_failure);
}

#[rstest]
#[case("cart checkout \"pool is empty\"", Some(3))]
#[case("cart", None)]
#[case("cart -checkout order", None)]
#[case("cart OR checkout", None)]
#[case("level:error cart order", Some(2))]
fn words_that_no_record_holds_together_can_be_asked_for_one_by_one(
    #[case] text: &str,
    #[case] terms: Option<usize>,
) {
    assert_eq!(parse(text).relaxed().map(|query| query.terms.len()), terms);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_with_a_place_inside_it(text in ".{0,80}") {
        if let Err(error) = Query::parse(&text, 64) {
            prop_assert!(error.at <= text.len() && text.is_char_boundary(error.at));
            prop_assert_eq!(error.pointer().lines().count(), 2);
        }
    }

    #[test]
    fn any_mix_of_grammar_pieces_is_read_or_refused(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "(", ")", "AND", "OR", "NOT", "-", "cart", "\"a b\"", "\"", "/x+/", "/", "level:", "level:error", "a>5",
            "size>=10MB", "user:*", "*", "why", "?", ":", "=", "😀",
        ]), 0..12),
        spaced in any::<bool>(),
    ) {
        let text = pieces.join(if spaced { " " } else { "" });
        let _ = Query::parse(&text, DEFAULT_MAX_LENGTH);
    }
}
