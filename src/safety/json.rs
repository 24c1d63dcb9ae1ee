//! Printed JSON documents: true characters, with nothing a terminal obeys or hides.

use super::visible::{Sight, is_ascii_control};
use std::borrow::Cow;
use std::fmt::Write as _;

/// Rewrites a serialised JSON document so that controls, format characters and stacked marks inside its strings are
/// `\uXXXX` escapes. The document's meaning does not change: a JSON reader gets the same characters.
///
/// Every printed document passes through here once, after serialisation (JSON has characters beyond ASCII only
/// inside strings). Borrows when nothing has to change.
#[must_use]
pub fn json_safe(document: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut sight = Sight::default();
    let bytes = document.as_bytes();
    let mut at = 0;
    while let Some(found) = next_special(bytes, at) {
        if found > at {
            sight.ascii(bytes[found - 1]);
        }
        let Some(c) = document[found..].chars().next() else { break };
        at = found + c.len_utf8();
        if !c.is_ascii() && sight.shows(c) {
            continue;
        }
        out.push_str(&document[copied..found]);
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
        copied = at;
    }
    if copied == 0 {
        return Cow::Borrowed(document);
    }
    out.push_str(&document[copied..]);
    Cow::Owned(out)
}

/// Next byte at or after `from` that is a control (not newline, tab) or starts a non-ASCII character.
fn next_special(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let found = rest.iter().position(|&b| b >= 0x80 || is_ascii_control(b))?;
    Some(from + found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hidden_characters_are_escaped_and_letters_are_not() {
        let text = "a\u{202e}b\u{9b}c\u{e0041}\u{7f}\u{e4}\u{6771}\u{2028}\n";
        let document = serde_json::to_string(text).unwrap();
        assert_eq!(
            json_safe(&document),
            "\"a\\u202eb\\u009bc\\udb40\\udc41\\u007f\u{e4}\u{6771}\\u2028\\n\""
        );
    }

    #[test]
    fn a_clean_document_is_borrowed() {
        let document = "{\n  \"city\": \"M\u{fc}nchen\"\n}";
        assert!(matches!(json_safe(document), Cow::Borrowed(same) if same == document));
    }

    proptest! {
        #[test]
        fn a_json_reader_gets_the_same_text(text in any::<String>(), marks in 0usize..12) {
            let text = text + "e" + &"\u{301}".repeat(marks);
            let document = serde_json::to_string(&text).unwrap();
            let safe = json_safe(&document).into_owned();
            prop_assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text);
            prop_assert!(!safe.chars().any(|c| c.is_control()));
        }
    }
}
