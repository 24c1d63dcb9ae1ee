//! Removes colour codes (SGR, `ESC [ .. m`) before anything reads a line; every other escape stays and is shown.

use memchr::memchr;
use std::borrow::Cow;

/// The text without SGR codes; borrowed when there are none.
pub(super) fn strip(text: &[u8]) -> Cow<'_, [u8]> {
    let mut at = 0;
    let mut out: Option<Vec<u8>> = None;
    let mut kept = 0;
    while let Some(offset) = memchr(0x1b, text.get(at..).unwrap_or_default()) {
        let escape = at + offset;
        match code_end(text, escape) {
            Some(end) => {
                let out = out.get_or_insert_with(|| Vec::with_capacity(text.len()));
                out.extend_from_slice(text.get(kept..escape).unwrap_or_default());
                (at, kept) = (end, end);
            }
            None => at = escape + 1,
        }
    }
    match out {
        Some(mut out) => {
            out.extend_from_slice(text.get(kept..).unwrap_or_default());
            Cow::Owned(out)
        }
        None => Cow::Borrowed(text),
    }
}

/// End of the SGR code at `at`, if one stands there: `ESC [`, digits and separators, `m` (ECMA-48, 8.3.117).
fn code_end(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?.strip_prefix(b"\x1b[")?;
    let length = rest.iter().take(32).take_while(|b| b.is_ascii_digit() || matches!(b, b';' | b':')).count();
    (rest.get(length) == Some(&b'm')).then_some(at + 2 + length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_colours_are_removed() {
        assert_eq!(&*strip(b"\x1b[1;31mERROR\x1b[0m x"), b"ERROR x");
        assert_eq!(&*strip(b"\x1b[38:5:1mx\x1b[m"), b"x");
        assert_eq!(&*strip(b"\x1b]52;c;AA\x07 \x1b[2J \x1b[3"), b"\x1b]52;c;AA\x07 \x1b[2J \x1b[3");
        assert!(matches!(strip(b"plain"), Cow::Borrowed(_)));
    }
}
