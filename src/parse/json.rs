//! Walks the members of one JSON object on one line, without building a tree and without recursion.
//!
//! Values stay slices of the line; escapes are undone only when a value is used. Objects nested deeper than
//! [`DEEPEST`] and names longer than [`LONGEST_NAME`] are refused: the line is then shown as it is.

use memchr::memchr2;
use std::borrow::Cow;

/// Nesting that is still followed.
const DEEPEST: usize = 128;
/// Longest member name.
const LONGEST_NAME: usize = 4096;

/// A value, still as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'l> {
    /// Between the quotes.
    Text(&'l [u8]),
    /// A number, `true` or `false`.
    Scalar(&'l [u8]),
    /// `null`.
    Null,
    /// An object with its braces.
    Object(&'l [u8]),
    /// An array with its brackets.
    Array(&'l [u8]),
    /// A text as an array of its bytes, with the brackets: so journald writes what is not plain UTF-8.
    Bytes(&'l [u8]),
}

impl<'l> Value<'l> {
    /// The value as text: escapes undone, everything but strings as written.
    pub(super) fn text(self) -> Cow<'l, [u8]> {
        match self {
            Value::Text(raw) => unescape(raw),
            Value::Scalar(raw) | Value::Object(raw) | Value::Array(raw) => Cow::Borrowed(raw),
            Value::Bytes(raw) => Cow::Owned(bytes(raw).unwrap_or_default()),
            Value::Null => Cow::Borrowed(b"null"),
        }
    }

    /// A message: an array of bytes that read as a text becomes that text.
    pub(super) fn as_message(self) -> Self {
        match self {
            Value::Array(raw) if bytes(raw).is_some_and(|bytes| reads_as_text(&bytes)) => Value::Bytes(raw),
            other => other,
        }
    }
}

/// The bytes an array lists; `None` if it lists anything else.
fn bytes(raw: &[u8]) -> Option<Vec<u8>> {
    let inner = raw.strip_prefix(b"[")?.strip_suffix(b"]")?;
    inner.split(|byte| *byte == b',').map(|item| str::from_utf8(item).ok()?.trim().parse().ok()).collect()
}

/// Few control characters: what is listed is no list of small numbers.
fn reads_as_text(bytes: &[u8]) -> bool {
    bytes.iter().filter(|byte| byte.is_ascii_control()).count() * 2 < bytes.len()
}

/// What the walk met.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step<'l> {
    /// A member: its name as written (between the quotes) and its value.
    Member(&'l [u8], Value<'l>),
    /// The object ended and nothing but blanks follows.
    End,
    /// Not an object, cut off, too deep, or followed by something.
    Broken,
}

/// Walks an object.
#[derive(Debug)]
pub(super) struct Members<'l> {
    text: &'l [u8],
    at: usize,
    first: bool,
    in_value: bool,
}

impl<'l> Members<'l> {
    /// Over a text that starts with `{`.
    pub(super) fn new(text: &'l [u8]) -> Self {
        Self { text, at: 1, first: true, in_value: false }
    }

    /// Whether the text is one whole object.
    pub(super) fn spans_text(mut self) -> bool {
        self.text.first() == Some(&b'{')
            && loop {
                match self.step() {
                    Step::Member(..) => {}
                    Step::End => break true,
                    Step::Broken => break false,
                }
            }
    }

    /// Whether the walk broke inside a value, as it does where a long line was cut.
    pub(super) fn broke_in_value(&self) -> bool {
        self.in_value
    }

    /// The next member.
    pub(super) fn step(&mut self) -> Step<'l> {
        self.read().unwrap_or(Step::Broken)
    }

    fn read(&mut self) -> Option<Step<'l>> {
        let mut at = blanks(self.text, self.at);
        self.in_value = false;
        if *self.text.get(at)? == b'}' {
            let end = blanks(self.text, at + 1);
            return Some(if end == self.text.len() { Step::End } else { Step::Broken });
        }
        if !self.first {
            if *self.text.get(at)? != b',' {
                return None;
            }
            at = blanks(self.text, at + 1);
        }
        self.first = false;
        if *self.text.get(at)? != b'"' {
            return None;
        }
        let close = string_end(self.text, at + 1)?;
        let name = self.text.get(at + 1..close).filter(|name| name.len() <= LONGEST_NAME)?;
        at = blanks(self.text, close + 1);
        if *self.text.get(at)? != b':' {
            return None;
        }
        self.in_value = true;
        let (value, end) = value(self.text, blanks(self.text, at + 1))?;
        self.at = end;
        Some(Step::Member(name, value))
    }
}

fn blanks(text: &[u8], at: usize) -> usize {
    let mut at = at;
    while matches!(text.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// Index of the quote that closes the string whose content starts at `at`.
///
/// Most names and values are short: those are walked by hand, which is quicker than starting a vector search.
fn string_end(text: &[u8], at: usize) -> Option<usize> {
    let short = text.get(at..)?.iter().take(16).position(|byte| matches!(byte, b'"' | b'\\'));
    let mut at = at + short.unwrap_or_else(|| text.len().saturating_sub(at).min(16));
    loop {
        at += memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

fn value(text: &[u8], at: usize) -> Option<(Value<'_>, usize)> {
    match *text.get(at)? {
        b'"' => {
            let close = string_end(text, at + 1)?;
            Some((Value::Text(text.get(at + 1..close)?), close + 1))
        }
        b'{' => nested_end(text, at).map(|end| (Value::Object(&text[at..end]), end)),
        b'[' => nested_end(text, at).map(|end| (Value::Array(&text[at..end]), end)),
        b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {
            let rest = text.get(at..)?;
            let length = rest
                .iter()
                .take_while(|b| matches!(b, b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'E'));
            let length = length.count();
            let word = rest.get(..length)?;
            let scalar = match word {
                b"null" => Value::Null,
                b"true" | b"false" => Value::Scalar(word),
                _ if matches!(word[0], b'-' | b'0'..=b'9') => Value::Scalar(word),
                _ => return None,
            };
            Some((scalar, at + length))
        }
        _ => None,
    }
}

/// End of the object or array at `at`; counts brackets, so that a hostile depth costs no stack.
fn nested_end(text: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = at;
    loop {
        match *text.get(at)? {
            b'{' | b'[' => {
                depth += 1;
                if depth > DEEPEST {
                    return None;
                }
            }
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'"' => at = string_end(text, at + 1)?,
            _ => {}
        }
        at += 1;
    }
}

/// Undoes JSON escapes; what is no escape stays as it is.
pub(super) fn unescape(raw: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr::memchr(b'\\', raw) else { return Cow::Borrowed(raw) };
    let mut out = Vec::with_capacity(raw.len());
    out.extend_from_slice(&raw[..first]);
    let mut at = first;
    while let Some(&byte) = raw.get(at) {
        if byte != b'\\' {
            let next = memchr::memchr(b'\\', &raw[at..]).map_or(raw.len(), |offset| at + offset);
            out.extend_from_slice(&raw[at..next]);
            at = next;
            continue;
        }
        let plain = match raw.get(at + 1) {
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(b'r') => b'\r',
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(&(b'"' | b'\\' | b'/')) => raw[at + 1],
            Some(b'u') => {
                at += unescape_unit(raw, at, &mut out);
                continue;
            }
            _ => {
                out.push(b'\\');
                at += 1;
                continue;
            }
        };
        out.push(plain);
        at += 2;
    }
    Cow::Owned(out)
}

/// Undoes `\uXXXX` at `at`, with its second half if it is a surrogate; returns the bytes read.
fn unescape_unit(raw: &[u8], at: usize, out: &mut Vec<u8>) -> usize {
    let unit = |at: usize| {
        let digits = raw.get(at..at + 6).filter(|unit| unit.starts_with(b"\\u"))?;
        u32::from_str_radix(std::str::from_utf8(&digits[2..]).ok()?, 16).ok()
    };
    let Some(first) = unit(at) else {
        out.push(b'\\');
        return 1;
    };
    let second =
        unit(at + 6).filter(|second| (0xD800..0xDC00).contains(&first) && (0xDC00..0xE000).contains(second));
    let (code, used) = match second {
        Some(second) => (0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00), 12),
        None => (first, 6),
    };
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    used
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(text: &str) -> Option<Vec<(String, String)>> {
        let mut members = Members::new(text.as_bytes());
        let mut seen = Vec::new();
        loop {
            match members.step() {
                Step::Member(name, value) => seen.push((
                    String::from_utf8_lossy(name).into_owned(),
                    String::from_utf8_lossy(&value.text()).into_owned(),
                )),
                Step::End => return Some(seen),
                Step::Broken => return None,
            }
        }
    }

    #[test]
    fn members_keep_their_order_and_lose_their_escapes() {
        let text =
            r#"{"a":"x\n\"y\" \u00e9\ud83d\ude00","b": -1.5e+9 , "c":{"d":["}",1]},"e":null,"f":true}"#;
        let expected = [
            ("a", "x\n\"y\" é😀"),
            ("b", "-1.5e+9"),
            ("c", r#"{"d":["}",1]}"#),
            ("e", "null"),
            ("f", "true"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        assert_eq!(walk(text), Some(expected));
        assert_eq!(walk("{}"), Some(Vec::new()));
    }

    #[test]
    fn what_is_no_object_is_broken() {
        for text in
            ["{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1} x", "{a:1}", "{\"a\":1 \"b\":2}", "{\"a\":nul}"]
        {
            assert_eq!(walk(text), None, "{text}");
        }
    }

    #[test]
    fn i6_depth_and_long_names_are_refused_without_recursion() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(walk(&deep), None);
        assert_eq!(walk(&format!("{{\"{}\":1}}", "n".repeat(1 << 20))), None);
    }

    #[test]
    fn broken_escapes_stay_as_they_are() {
        assert_eq!(&*unescape(br"a\q\u12\ud800x"), "a\\q\\u12\u{fffd}x".as_bytes());
        assert_eq!(&*unescape(br"tail\"), br"tail\");
    }
}
