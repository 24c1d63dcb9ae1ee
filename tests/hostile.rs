//! The corpus of hostile inputs: what each looks like when printed, and that it comes back byte for byte.
//!
//! `tests/hostile/*.txt` hold one case per line: the input with C-like escapes (`\e`, `\xHH`, `\u{..}`, `\n`, `\t`,
//! `\\`, `\s` for a blank), ` => `, and the visible text written with the same escapes. `{N}` behind an input unit in
//! `\r[unit]{N}` repeats it. Blank lines and lines that begin with `#` are skipped.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use watchfire::safety::{display_line, display_safe, json_safe, unescape};

/// One case: where it stands, the bytes, and what they look like.
struct Case {
    place: String,
    input: Vec<u8>,
    shown: String,
}

fn corpus() -> Vec<Case> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hostile");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        for (n, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let place = format!("{}:{}", path.file_name().unwrap().to_str().unwrap(), n + 1);
            let (input, shown) = line.split_once(" => ").unwrap_or_else(|| panic!("{place}: no =>"));
            let shown = String::from_utf8(expand(shown)).unwrap();
            cases.push(Case { place, input: expand(input), shown });
        }
    }
    cases
}

fn expand(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c != '\\' {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        let code = rest.chars().next().unwrap();
        rest = &rest[1..];
        match code {
            'e' => out.push(0x1b),
            'n' => out.push(b'\n'),
            't' => out.push(b'\t'),
            's' => out.push(b' '),
            '\\' => out.push(b'\\'),
            'x' => {
                out.push(u8::from_str_radix(&rest[..2], 16).unwrap());
                rest = &rest[2..];
            }
            'u' => {
                let end = rest.find('}').unwrap();
                let c = char::from_u32(u32::from_str_radix(&rest[1..end], 16).unwrap()).unwrap();
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[end + 1..];
            }
            'r' => {
                let end = rest.find("]{").unwrap();
                let count = rest[end + 2..].find('}').unwrap() + end + 2;
                let unit = expand(&rest[1..end]);
                out.extend(unit.repeat(rest[end + 2..count].parse().unwrap()));
                rest = &rest[count + 1..];
            }
            other => panic!("unknown escape \\{other}"),
        }
    }
    out
}

/// What a terminal may be given as text: nothing it obeys, nothing it hides, no tower of marks.
fn assert_harmless(shown: &str, place: &str) {
    let mut marks = 0;
    for c in shown.chars() {
        assert!(c == '\n' || c == '\t' || !c.is_control(), "{place}: {c:?}");
        let hidden = matches!(u32::from(c), 0xad | 0x34f | 0x61c | 0x115f | 0x1160 | 0x3164 | 0xffa0 | 0xfeff
            | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xe000..=0xf8ff | 0xfdd0..=0xfdef
            | 0xfff9..=0xfffb | 0xfffe..=0xffff | 0xe0000..=0x10_ffff);
        assert!(!hidden, "{place}: {c:?}");
        let mark = unicode_width::UnicodeWidthChar::width(c) == Some(0);
        marks = if mark { marks + 1 } else { 0 };
        assert!(marks <= 4, "{place}: {marks} marks on one base");
    }
}

#[test]
fn t1_t3_the_corpus_is_shown_as_written_down() {
    let cases = corpus();
    assert!(cases.len() >= 120, "{} cases", cases.len());
    for Case { place, input, shown } in cases {
        let printed = display_safe(&input);
        assert_eq!(printed, shown, "{place}");
        assert_harmless(&printed, &place);
        assert_eq!(unescape(&printed), input, "{place}: not reversible");
        let line = display_line(&input);
        assert_harmless(&line, &place);
        assert!(!line.contains(['\n', '\t']), "{place}: more than a line");
    }
}

#[test]
fn t2_the_corpus_is_harmless_and_unchanged_in_printed_json() {
    for Case { place, input, .. } in corpus() {
        let text = String::from_utf8_lossy(&input).into_owned();
        let document = serde_json::to_string(&text).unwrap();
        let printed = json_safe(&document);
        assert_harmless(&printed, &place);
        assert_eq!(serde_json::from_str::<String>(&printed).unwrap(), text, "{place}");
    }
}

/// A stream is printed in pieces, cut anywhere: each piece alone is harmless.
#[test]
fn t2_the_corpus_cut_at_every_byte_is_harmless() {
    for Case { place, input, .. } in corpus().into_iter().filter(|case| case.input.len() < 200) {
        for cut in 0..=input.len() {
            let (left, right) = input.split_at(cut);
            for piece in [left, right] {
                let printed = display_safe(piece);
                assert_harmless(&printed, &place);
                assert_eq!(unescape(&printed), piece, "{place} cut at {cut}");
            }
        }
    }
}

#[test]
fn t4_a_hundred_thousand_marks_stay_short() {
    for mark in ["\u{301}", "\u{489}", "\u{fe0f}", "\u{e0100}", "\u{200d}"] {
        let input = format!("a{}", mark.repeat(100_000));
        let printed = display_safe(input.as_bytes());
        assert!(printed.len() < 64, "{} bytes for {mark:?}", printed.len());
        assert_eq!(unescape(&printed), input.as_bytes());
    }
}
