//! Visible, reversible text for terminals.
//!
//! | in | out |
//! |---|---|
//! | C0 control, DEL | caret form: ESC `^[`, CR `^M`, NUL `^@`, DEL `^?` |
//! | byte that is not UTF-8 | `\x9b` |
//! | C1, format, separator, private, unassigned, blank filler | `\u{9b}`, `\u{202e}` |
//! | fifth and further marks on one base, or marks with no base | `\u{301}`, a run as `\u{301*99996}` |
//! | a literal `^` or `\` that would read as one of the above | `\x5e`, `\x5c` |
//!
//! Sequences are never parsed: programs that let "good" sequences through have been bypassed again and again.
//! [`unescape`] is the inverse; newline and tab stay as they are.

use super::visible::{Sight, is_ascii_control};
use std::borrow::Cow;
use std::fmt::Write as _;

/// Columns between tab stops in one-line output.
const TAB: usize = 8;

/// Longest run written as one count and read back from one: a forged count cannot exhaust memory.
const LONGEST_RUN: usize = 1_000_000;

/// Makes bytes safe to print over several lines: newline and tab stay, everything else that a terminal would obey
/// or a reader would not see is spelled out.
///
/// Borrows when nothing has to change. Never fails, and [`unescape`] gives the input back byte for byte.
#[must_use]
pub fn display_safe(bytes: &[u8]) -> Cow<'_, str> {
    escape(bytes, Layout::Lines)
}

/// Makes bytes safe to print on one line: like [`display_safe`], with newline as `^J` and tabs expanded to the next
/// multiple of eight columns.
#[must_use]
pub fn display_line(bytes: &[u8]) -> Cow<'_, str> {
    escape(bytes, Layout::OneLine)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Lines,
    OneLine,
}

fn escape(bytes: &[u8], layout: Layout) -> Cow<'_, str> {
    let first = plain_prefix(bytes);
    if first == bytes.len()
        && let Ok(text) = str::from_utf8(bytes)
        && (layout == Layout::Lines || !text.bytes().any(|b| b == b'\n' || b == b'\t'))
    {
        return Cow::Borrowed(text);
    }
    let mut writer = Writer {
        out: String::with_capacity(bytes.len() + 16),
        sight: Sight::default(),
        layout,
        measured: (0, 0),
    };
    let mut changed = false;
    for chunk in bytes.utf8_chunks() {
        changed |= writer.text(chunk.valid(), chunk.invalid().first().copied());
        for &byte in chunk.invalid() {
            changed = true;
            writer.sight.reset();
            let _ = write!(writer.out, "\\x{byte:02x}");
        }
    }
    match str::from_utf8(bytes) {
        Ok(text) if !changed => Cow::Borrowed(text),
        _ => Cow::Owned(writer.out),
    }
}

/// Length of the leading part that is printable ASCII, newline or tab and holds no `^` or `\`.
///
/// Whole blocks are judged without branches so that the compiler uses vector instructions.
fn plain_prefix(bytes: &[u8]) -> usize {
    const BLOCK: usize = 64;
    let special =
        |b: u8| ((b.wrapping_sub(0x20) > 0x5e) & (b != b'\n') & (b != b'\t')) | (b == b'\\') | (b == b'^');
    let blocks = bytes.chunks_exact(BLOCK);
    let tail = blocks.remainder();
    let mut clean = 0;
    for block in blocks {
        if block.iter().fold(false, |found, &b| found | special(b)) {
            break;
        }
        clean += BLOCK;
    }
    let rest = bytes.get(clean..).unwrap_or(tail);
    clean + rest.iter().position(|&b| special(b)).unwrap_or(rest.len())
}

struct Writer {
    out: String,
    sight: Sight,
    layout: Layout,
    /// Bytes of `out` whose columns are known, and their columns.
    measured: (usize, usize),
}

impl Writer {
    /// Writes valid text; `next` is the first bad byte behind it. Returns whether the output differs.
    fn text(&mut self, text: &str, next: Option<u8>) -> bool {
        let mut changed = false;
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let plain = match self.layout {
                Layout::Lines => plain_prefix(rest.as_bytes()),
                Layout::OneLine => rest.bytes().take_while(|&b| is_plain(b)).count(),
            };
            if let Some(&last) = rest.as_bytes()[..plain].last() {
                self.out.push_str(&rest[..plain]);
                self.sight.ascii(last);
                at += plain;
                continue;
            }
            let Some(c) = rest.chars().next() else { break };
            at += c.len_utf8();
            changed |= self.special(c, &text[at..], next, &mut at);
        }
        changed
    }

    fn special(&mut self, c: char, rest: &str, next: Option<u8>, at: &mut usize) -> bool {
        match c {
            '^' if reads_as_caret(rest, next) => self.put("\\x5e"),
            '\\' if reads_as_escape(rest) => self.put("\\x5c"),
            '\t' => self.tab(),
            '\n' => self.put("^J"),
            _ if c.is_ascii() && is_ascii_control(c as u8) => {
                let caret = char::from(c as u8 ^ 0x40);
                self.out.push('^');
                self.put(caret.encode_utf8(&mut [0; 4]))
            }
            _ if c.is_ascii() => {
                self.out.push(c);
                self.sight.ascii(c as u8);
                false
            }
            _ if self.sight.shows(c) => {
                self.out.push(c);
                false
            }
            _ => {
                *at += self.hidden(c, rest);
                true
            }
        }
    }

    fn put(&mut self, escape: &str) -> bool {
        self.out.push_str(escape);
        self.sight.reset();
        true
    }

    /// Spells a hidden character, a run of the same one as a count; returns the bytes of `rest` it took.
    fn hidden(&mut self, c: char, rest: &str) -> usize {
        let more = rest.chars().take(LONGEST_RUN - 1).take_while(|&other| other == c).count();
        let code = u32::from(c);
        if more < 2 {
            let _ = write!(self.out, "\\u{{{code:x}}}");
            return 0;
        }
        let _ = write!(self.out, "\\u{{{code:x}*{}}}", more + 1);
        more * c.len_utf8()
    }

    fn tab(&mut self) -> bool {
        let (bytes, columns) = self.measured;
        let column = columns + unicode_width::UnicodeWidthStr::width(&self.out[bytes..]);
        let stop = column + TAB - column % TAB;
        self.out.extend(std::iter::repeat_n(' ', stop - column));
        self.measured = (self.out.len(), stop);
        self.sight.reset();
        true
    }
}

fn is_plain(b: u8) -> bool {
    matches!(b, 0x20..=0x7e) && b != b'\\' && b != b'^'
}

/// Whether a literal `^` in front of `rest` would read as caret notation, counting the escapes still to be written.
fn reads_as_caret(rest: &str, next: Option<u8>) -> bool {
    match rest.chars().next() {
        Some('\n' | '\t') => false,
        Some(c) if c.is_ascii() => matches!(c, '@'..='_' | '?') || is_ascii_control(c as u8),
        // A mark after `^` may be spelled out, beginning with a backslash; so may any hidden character.
        Some(_) => true,
        None => next.is_some(),
    }
}

fn reads_as_escape(rest: &str) -> bool {
    decode_backslash(rest).is_some()
}

/// Reads what follows a backslash: the bytes it stands for and its length.
fn decode_backslash(rest: &str) -> Option<(Escape, usize)> {
    if let Some(hex) = rest.strip_prefix('x') {
        let hex = hex.get(..2).filter(|hex| is_lower_hex(hex))?;
        let byte = u8::from_str_radix(hex, 16).ok()?;
        return (byte >= 0x80 || byte == b'\\' || byte == b'^').then_some((Escape::Byte(byte), 3));
    }
    let body = rest.strip_prefix("u{")?;
    let body = body.get(..body.bytes().take(24).position(|b| b == b'}')?)?;
    let (code, count) = match body.split_once('*') {
        Some((code, count)) if count.bytes().all(|b| b.is_ascii_digit()) => (code, count.parse().ok()?),
        Some(_) => return None,
        None => (body, 1),
    };
    let code = Some(code).filter(|code| is_lower_hex(code) && code.len() <= 6)?;
    let c = char::from_u32(u32::from_str_radix(code, 16).ok()?)?;
    Some((Escape::Char(c, count), body.len() + 3))
}

enum Escape {
    Byte(u8),
    Char(char, usize),
}

fn is_lower_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Gives back the bytes that [`display_safe`] was given.
///
/// For text that did not come from there it decodes what reads as an escape and keeps the rest. A counted run
/// (`\u{301*9}`) is decoded to at most a million characters, so that a forged count cannot exhaust memory.
#[must_use]
pub fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'^', b'\\', rest.as_bytes()) {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let after = &rest[at + 1..];
        let first = after.as_bytes().first().copied();
        rest = match (rest.as_bytes()[at], first) {
            (b'^', Some(b @ (b'@'..=b'_' | b'?'))) => {
                out.push(b ^ 0x40);
                &after[1..]
            }
            (b'\\', Some(_)) if let Some((escape, len)) = decode_backslash(after) => {
                match escape {
                    Escape::Byte(byte) => out.push(byte),
                    Escape::Char(c, count) => {
                        let one = c.encode_utf8(&mut [0; 4]).as_bytes().repeat(count.min(LONGEST_RUN));
                        out.extend_from_slice(&one);
                    }
                }
                &after[len..]
            }
            (byte, _) => {
                out.push(byte);
                after
            }
        };
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case::clean(b"GET /cart 200\n\tat Main", "GET /cart 200\n\tat Main")]
    #[case::escape(b"\x1b]52;c;eA==\x07", "^[]52;c;eA==^G")]
    #[case::carriage_return(b"ok\rFAILED", "ok^MFAILED")]
    #[case::delete_and_nul(b"\x7f\0", "^?^@")]
    #[case::c1_raw(b"\x9b2J", "\\x9b2J")]
    #[case::c1_utf8("\u{9b}2J".as_bytes(), "\\u{9b}2J")]
    #[case::bidi("a\u{202e}b".as_bytes(), "a\\u{202e}b")]
    #[case::tag("a\u{e0041}b".as_bytes(), "a\\u{e0041}b")]
    #[case::fillers("\u{3164}\u{ffa0}".as_bytes(), "\\u{3164}\\u{ffa0}")]
    #[case::cut_utf8(b"caf\xc3", "caf\\xc3")]
    #[case::replacement_character_is_itself("\u{fffd}".as_bytes(), "\u{fffd}")]
    #[case::literal_caret(b"^[0-9]+$", "\\x5e[0-9]+$")]
    #[case::harmless_caret(b"2^16 ^ a", "2^16 ^ a")]
    #[case::caret_before_escape(b"^\x1b", "\\x5e^[")]
    #[case::literal_escape(b"\\x9b \\u{202e}", "\\x5cx9b \\x5cu{202e}")]
    #[case::harmless_backslash(b"C:\\xampp \\x16 \\u003c \\n", "C:\\xampp \\x16 \\u003c \\n")]
    #[case::letters("na\u{ef}ve Stra\u{df}e \u{6771}\u{4eac}".as_bytes(), "na\u{ef}ve Stra\u{df}e \u{6771}\u{4eac}")]
    #[case::decomposed("e\u{301}".as_bytes(), "e\u{301}")]
    #[case::stacked("e\u{301}\u{302}\u{303}\u{304}\u{305}".as_bytes(), "e\u{301}\u{302}\u{303}\u{304}\\u{305}")]
    #[case::mark_without_base("\n\u{301}x".as_bytes(), "\n\\u{301}x")]
    #[case::keycap("1\u{fe0f}\u{20e3}".as_bytes(), "1\u{fe0f}\u{20e3}")]
    #[case::selector_on_a_letter("a\u{fe0f}".as_bytes(), "a\\u{fe0f}")]
    #[case::selectors_stacked("\u{2764}\u{fe0f}\u{fe0f}\u{fe0f}".as_bytes(), "\u{2764}\u{fe0f}\\u{fe0f}\\u{fe0f}")]
    fn what_is_printed_is_what_a_reader_sees(#[case] raw: &[u8], #[case] shown: &str) {
        assert_eq!(display_safe(raw), shown);
        assert_eq!(unescape(shown), raw);
    }

    #[test]
    fn a_hundred_thousand_marks_become_one_count() {
        let raw = format!("e{}", "\u{301}".repeat(100_000));
        let shown = display_safe(raw.as_bytes()).into_owned();
        assert_eq!(shown, "e\u{301}\u{301}\u{301}\u{301}\\u{301*99996}");
        assert_eq!(unescape(&shown), raw.as_bytes());
    }

    #[test]
    fn a_forged_count_is_bounded() {
        assert_eq!(unescape("\\u{301*99999999999}").len(), 2 * LONGEST_RUN);
    }

    #[rstest]
    #[case(b"a\tb", "a       b")]
    #[case("\u{6771}\u{4eac}\tb\t.".as_bytes(), "\u{6771}\u{4eac}    b       .")]
    #[case(b"one\ntwo\r\n", "one^Jtwo^M^J")]
    fn one_line_stays_one_line(#[case] raw: &[u8], #[case] shown: &str) {
        assert_eq!(display_line(raw), shown);
    }

    #[test]
    fn text_that_needs_no_change_is_borrowed() {
        for clean in ["GET / 200", "C:\\temp 2^16", "Stra\u{df}e\n"] {
            assert!(matches!(display_safe(clean.as_bytes()), Cow::Borrowed(text) if text == clean));
        }
    }

    /// Bytes that are dense in everything the escapes are made of.
    fn hostile() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            any::<u8>().prop_map(|b| vec![b]),
            any::<char>().prop_map(|c| c.to_string().into_bytes()),
            "[\\\\^xu{}*0-9a-f?@\\[]{1,6}".prop_map(String::into_bytes),
            prop::sample::select(vec![
                "\u{301}",
                "\u{fe0f}",
                "\u{202e}",
                "\\u{301*3}",
                "\\x5e",
                "\t",
                "\n",
                "a"
            ])
            .prop_map(|s| s.as_bytes().to_vec()),
            (prop::sample::select(vec!["\u{301}", "\u{e0061}"]), 1usize..9)
                .prop_map(|(s, n)| s.repeat(n).into_bytes()),
        ];
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn every_input_comes_back_byte_for_byte(raw in hostile()) {
            prop_assert_eq!(unescape(&display_safe(&raw)), raw);
        }

        #[test]
        fn no_control_or_hidden_character_is_ever_printed(raw in hostile()) {
            for (shown, layout) in [(display_safe(&raw), "lines"), (display_line(&raw), "line")] {
                let mut marks = 0;
                for c in shown.chars() {
                    use unicode_general_category::{GeneralCategory as G, get_general_category};
                    let category = get_general_category(c);
                    let allowed = layout == "lines" && (c == '\n' || c == '\t');
                    prop_assert!(allowed || !matches!(category, G::Control), "{:?} in {}", c, layout);
                    prop_assert!(!matches!(
                        category,
                        G::Format | G::LineSeparator | G::ParagraphSeparator | G::PrivateUse | G::Unassigned
                    ));
                    let mark = matches!(category, G::NonspacingMark | G::EnclosingMark | G::SpacingMark);
                    marks = if mark { marks + 1 } else { 0 };
                    prop_assert!(marks <= 4);
                }
            }
        }
    }
}
