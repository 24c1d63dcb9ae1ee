//! What a reader sees of an answer.

use super::*;
use proptest::prelude::*;
use rstest::rstest;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// One answer of the analyst on a made-up incident, as it came out of the check.
const ANSWER: &str = include_str!("tests/answer.md");

fn cited(n: usize, verified: bool) -> Citation {
    Citation { n, quote: String::new(), verified }
}

fn rendered(text: &str, width: u16, citations: &[Citation], streaming: bool) -> Rendered {
    let styles = MarkdownStyles::default();
    render(text, width, &Marks { citations, focused: None, streaming, styles: &styles })
}

fn texts(rendered: &Rendered) -> Vec<String> {
    rendered.lines.iter().map(ToString::to_string).collect()
}

fn lines(text: &str, width: u16) -> Vec<String> {
    texts(&rendered(text, width, &[], false))
}

#[rstest]
#[case::paragraph("the pool of payment ran dry", 12, &["the pool of", "payment ran", "dry"])]
#[case::long_word("see connectionpoolexhausted", 10, &["see", "connection", "poolexhaus", "ted"])]
#[case::line_breaks_stay("one\ntwo\n\n\nthree", 20, &["one", "two", "", "three"])]
#[case::wide_characters("東京都 東京", 6, &["東京都", "東京"])]
#[case::heading("## What **broke**\ntext", 20, &["## What broke", "text"])]
#[case::list("- one two three\n- four", 9, &["- one two", "  three", "- four"])]
#[case::ordered("9. nine\n10. ten eleven", 9, &["9. nine", "10. ten", "    eleve", "    n"])]
#[case::nested("1. a\n   - b c d e f\n2. g", 10, &["1. a", "   - b c d", "     e f", "2. g"])]
#[case::empty_item("-\n- b", 9, &["- ", "- b"])]
#[case::code("```sh\nkubectl get pods --all\n```", 12, &["kubectl ge.."])]
#[case::code_is_set_off("```\na  b\n\nc\n```\nd", 24, &["  a  b", "  ", "  c", "d"])]
#[case::inline("a `b  c` *d* **e** ~~f~~ ~5 s", 40, &["a `b  c` d e f ~5 s"])]
#[case::quote("> said a b\n> c\n\nd", 8, &["| said a", "| b", "| c", "", "d"])]
#[case::rule("a\n\n---\nb", 5, &["a", "", "-----", "b"])]
#[case::link("[the runbook](https://x.example/a?b=1&c)", 60, &["the runbook (https://x.example/a?b=1&c)"])]
#[case::html_is_text("<b>x</b> <!-- y --> &lt; &#27;[31m", 60, &["<b>x</b> <!-- y --> &lt; &#27;[31m"])]
#[case::escapes_stay(r"^[ \x9b \u{202e} \x5e[ C:\[x] \\x9b a\*b a\|b", 60,
    &[r"^[ \x9b \u{202e} \x5e[ C:\[x] \\x9b a*b a|b"])]
#[case::no_definitions("[pod]: the one\n[pod]", 60, &["[pod]: the one", "[pod]"])]
#[case::slots("**lost** <dur> after <ip>", 60, &["lost <dur> after <ip>"])]
fn markdown_reads_as_text(#[case] text: &str, #[case] width: u16, #[case] expected: &[&str]) {
    assert_eq!(lines(text, width), expected);
}

#[rstest]
#[case::aligned("| value | n |\n|---|---:|\n| 10.0.0.7 | 5 |\n| b | 12 |", 40,
    &["value    |  n", "---------+---", "10.0.0.7 |  5", "b        | 12"])]
#[case::the_widest_column_shrinks("| a | b |\n|---|---|\n| 0123456789 | xyz |", 12,
    &["a      | b", "-------+----", "0123.. | xyz"])]
#[case::a_bar_in_a_cell("| a |\n|---|\n| x\\|y |", 12, &["a", "---", "x|y"])]
#[case::in_a_list("- t\n\n  | a | b |\n  |---|:-:|\n  | 1 | 234 |", 20,
    &["- t", "", "  a |  b", "  --+----", "  1 | 234"])]
#[case::too_many_columns("|a|b|c|d|\n|-|-|-|-|\n|1|2|3|4|", 6, &["a | ..", "--+-..", "1 | .."])]
fn tables_stand_in_columns(#[case] text: &str, #[case] width: u16, #[case] expected: &[&str]) {
    assert_eq!(lines(text, width), expected);
}

#[test]
fn a_checked_citation_is_a_number_and_its_line_is_known() {
    let all = [cited(3, true), cited(12, true)];
    let rendered = rendered("dry [3].\n\nafter the deploy [12]", 10, &all, false);
    assert_eq!(texts(&rendered), ["dry [3].", "", "after the", "deploy", "[12]"]);
    assert_eq!(rendered.citations, [0, 4]);
}

#[test]
fn the_quote_of_an_unchecked_citation_is_hidden_and_it_is_marked() {
    let text = r#"dry [3 "pool \"main\" exhausted"] and [4: "x"]"#;
    let rendered = rendered(&format!("{text}\n{text}"), 40, &[], true);
    assert_eq!(texts(&rendered), ["dry [3]? and [4]?", "dry [3]? and [4]?"]);
    assert_eq!(rendered.citations, [0, 0, 1, 1]);
}

#[rstest]
#[case::a_sentence(
    "It broke [1]. ~~It was halved [2].~~ (unverified)",
    "It broke [1]. It was halved [2]. (unverified)"
)]
#[case::alone("Broke [1] after ~~[2]~~.", "Broke [1] after [2] (unverified).")]
#[case::not_struck_by_the_text("Broke [1] after [2]", "Broke [1] after [2] (unverified)")]
fn a_failed_citation_is_struck_and_a_word_says_so(#[case] text: &str, #[case] expected: &str) {
    let rendered = rendered(text, 80, &[cited(1, true), cited(2, false)], false);
    assert_eq!(texts(&rendered), [expected]);
    let is_struck = |n: &str| {
        let mut spans = rendered.lines.iter().flat_map(|line| &line.spans);
        spans.any(|span| span.content.contains(n) && span.style.add_modifier.contains(Modifier::CROSSED_OUT))
    };
    assert!(is_struck("[2]") && !is_struck("[1]"));
}

#[test]
fn only_the_focused_citation_is_highlighted() {
    let styles = MarkdownStyles::default();
    let all = [cited(1, true), cited(1, true)];
    let marks = Marks { citations: &all, focused: Some(1), streaming: false, styles: &styles };
    let rendered = render("a [1] b [1]", 40, &marks);
    let look = |span: &&ratatui::text::Span<'_>| span.style == styles.focused_citation;
    let focused: Vec<_> = rendered.lines[0].spans.iter().filter(look).map(|span| &span.content).collect();
    assert_eq!(focused, ["[1]"]);
    assert_eq!(rendered.lines[0].spans.last().unwrap().style, styles.focused_citation);
}

#[test]
fn a_number_in_code_is_no_citation() {
    let rendered = rendered("`a[1]` [2]\n```\n[3]\n```\n", 40, &[cited(2, true)], false);
    assert_eq!(texts(&rendered), ["`a[1]` [2]", "  [3]"]);
    assert_eq!(rendered.citations, [0]);
}

#[rstest]
#[case::the_last_line_is_plain("**a**\n**b", &["a", "**b"])]
#[case::after_a_blank_line("a\n\n- **b", &["a", "", "- **b"])]
#[case::a_table_is_plain("x\n| a | b |\n|--|--|\n| 1 | 2 |\n", &["x", "| a | b |", "|--|--|", "| 1 | 2 |"])]
#[case::until_it_ends("|a|b|\n|-|-|\n|1|2|\n\ny", &["a | b", "--+--", "1 | 2", "", "y"])]
#[case::a_table_without_outer_bars("x\n\na | b\n--|--\n1", &["x", "", "a | b", "--|--", "1"])]
#[case::code_is_code("```\n**a**\n**b", &["  **a**", "  **b"])]
#[case::a_fence_that_may_end("```\na\n``", &["  a", "``"])]
fn while_streaming_only_whole_lines_are_markdown(#[case] text: &str, #[case] expected: &[&str]) {
    assert_eq!(texts(&rendered(text, 40, &[], true)), expected);
}

#[test]
fn an_answer_of_the_analyst() {
    let places = crate::evidence::citation_places(ANSWER);
    let citations: Vec<Citation> = places.iter().map(|(_, n)| cited(*n, true)).collect();
    let rendered = rendered(ANSWER, 60, &citations, false);
    assert_eq!(rendered.citations.len(), citations.len());
    for (citation, &line) in citations.iter().zip(&rendered.citations) {
        assert!(texts(&rendered)[line].contains(&format!("[{}]", citation.n)));
    }
    insta::assert_snapshot!(texts(&rendered).join("\n"));
}

#[rstest]
#[case::nested_brackets("[".repeat(200) + "x" + &"](y)".repeat(200))]
#[case::nested_quotes("> ".repeat(200) + "x\n\n" + &"> ".repeat(100) + "y")]
#[case::nested_lists("- ".repeat(200) + "x [1]")]
#[case::everything(ANSWER.to_owned())]
fn any_width_is_survived(#[case] text: String) {
    for width in [0, 1, 2, 3, 4, 20, u16::MAX] {
        for streaming in [false, true] {
            let rendered = rendered(&text, width, &[], streaming);
            assert!(!rendered.lines.is_empty());
            assert!(rendered.citations.iter().all(|&line| line < rendered.lines.len()));
        }
    }
}

#[rstest]
#[case::brackets("[")]
#[case::open_citations("[1 \"")]
#[case::citations("[1] ")]
#[case::stars("*a **b ")]
#[case::lines("a\n")]
#[case::cells("| a ")]
#[case::quotes("> ")]
#[case::items("- ")]
fn a_very_long_text_is_shown_whole_or_as_it_stands(#[case] piece: &str) {
    let text = piece.repeat(10_000_000 / piece.len());
    let rendered = rendered(&text, 80, &[], false);
    let shown: usize = rendered.lines.iter().map(|line| line.width()).sum();
    assert!(shown > 0 && rendered.lines.iter().all(|line| line.width() <= 80));
}

fn markdown() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => prop::sample::select(vec![
            "\n", "\n\n", "- ", "1. ", "> ", "# ", "```", "`", "**", "*", "~~", "~", "|", "|---|---|\n", "[", "]", "(",
            ")", "[1]", "[2 \"q\"]", "]: ", "<b>", "&#27;", "\\", "\\*", "---\n", "    ", "\t", "![", "http://x",
            "東京", "e\u{301}", "👩‍👩‍👧", "\u{e000}", "\u{1b}", "\r",
        ]).prop_map(str::to_owned),
        1 => ".{0,12}",
        1 => "[a-z ]{0,30}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_line_is_too_wide_and_no_control_character_is_made(
        text in markdown(), width in 4u16..60, streaming: bool, verified: bool,
    ) {
        let places = crate::evidence::citation_places(&text);
        let citations: Vec<Citation> = places.iter().map(|(_, n)| cited(*n, verified)).collect();
        let rendered = rendered(&text, width, if streaming { &[] } else { &citations }, streaming);
        for line in texts(&rendered) {
            let columns: usize = line.graphemes(true).map(UnicodeWidthStr::width).sum();
            prop_assert!(columns <= usize::from(width), "{columns} columns: {line:?}");
            prop_assert!(!line.chars().any(char::is_control), "{line:?}");
        }
        prop_assert_eq!(rendered.citations.len(), citations.len());
        prop_assert!(rendered.citations.iter().all(|&line| line < rendered.lines.len().max(1)));
    }

    #[test]
    fn words_are_all_shown_in_order(words in prop::collection::vec("[a-z]{1,12}", 1..30), width in 4u16..40) {
        let shown = lines(&words.join(" "), width).concat().replace(' ', "");
        prop_assert_eq!(shown, words.concat());
    }
}
