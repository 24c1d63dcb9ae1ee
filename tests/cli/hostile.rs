//! T1 to T4 of the fault matrix for printed output: no byte from a log, a file name or an argument steers the terminal.

use crate::Place;
use rstest::rstest;

const HOSTILE: &str = "2024-01-15T10:00:00Z ERROR [shop] wipe \u{1b}[2J \u{1b}]52;c;aGk=\u{7} \u{9b}31m \u{202e}gnp \
                       \u{200b}zero nul \0 back \u{8} cr \r over\n";

fn place() -> Place {
    let place = Place::empty();
    let mut text = HOSTILE.as_bytes().to_vec();
    text.extend_from_slice(b"2024-01-15T10:00:01Z ERROR [shop] wipe raw \x9b2J \xff\xfe end\n");
    place.write("a.log", &text);
    place.write("\u{1b}[31mname.log", &text);
    place
}

/// Nothing a terminal obeys or a reader would not see, but line breaks.
fn harmless(text: &str) -> bool {
    !text.chars().any(|c| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    })
}

#[rstest]
#[case(&["search", "wipe", "."])]
#[case(&["search", "wipe", ".", "--raw"])]
#[case(&["search", "wipe", ".", "-C", "1"])]
#[case(&["search", "wipe", ".", "--json"])]
#[case(&["patterns", "."])]
#[case(&["patterns", ".", "--json"])]
#[case(&["ask", "what was the last error?", "."])]
#[case(&["ask", "what was the last error?", ".", "--json"])]
#[case(&["diff", "."])]
#[case(&["search", "wipe", "a.log", "\u{1b}[2Jmissing.log"])]
#[case(&["search", "\u{1b}[2J/(/", "a.log"])]
#[case(&["\u{1b}]0;title\u{7}"])]
#[case(&["search", "x", "a.log", "--level", "\u{1b}[2J"])]
#[case(&["search", "x", "a.log", "--since", "\u{202e}15m"])]
#[case(&["search", "x", "a.log", "--profile", "\u{1b}[2J"])]
fn no_hostile_byte_is_printed(#[case] arguments: &[&str]) {
    let ran = place().run(arguments);
    assert!(harmless(&ran.out), "stdout: {:?}", ran.out);
    assert!(harmless(&ran.err), "stderr: {:?}", ran.err);
}

#[test]
fn a_json_document_gives_the_true_characters_back() {
    let ran = place().run(&["search", "wipe", "a.log", "--json", "--sort", "time"]);
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let raw = document["hits"][0]["raw"].as_str().unwrap();
    assert!(raw.contains("\u{1b}[2J") && raw.contains('\u{202e}'), "{raw:?}");
}

#[test]
fn settings_files_are_untrusted_text_too() {
    let place = Place::empty();
    place.write("c.toml", "\"\\u001b[2J\" = 1\n");
    let ran = place.run(&["config", "show", "--config", "c.toml"]);
    assert_eq!(ran.code, 2);
    assert!(harmless(&ran.err), "{:?}", ran.err);
}
