//! Where the value of a name begins and ends, in the notations logs use.

use super::Name;
use std::ops::Range;

/// How name and value are joined; decides how much of a sentence a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::safety::redact) enum Form {
    /// `=` and its encodings, `:` without a space, XML.
    Tight,
    /// `: ` as in YAML, and in prose.
    Loose,
    /// `--name value`
    Option,
}

/// A value as it stands in the text.
#[derive(Clone, Debug)]
pub(in crate::safety::redact) struct Value {
    pub(in crate::safety::redact) range: Range<usize>,
    pub(in crate::safety::redact) form: Form,
    pub(in crate::safety::redact) quoted: bool,
}

/// Longest quoted value looked through.
const LONGEST: usize = 8 << 10;

/// Reads the value of the name at `key`.
pub(in crate::safety::redact) fn read(text: &[u8], key: &Range<usize>, name: Name) -> Option<Value> {
    let (at, form) = delimiter(text, key, name)?;
    let at = skip(text, at, 8, |b| matches!(b, b' ' | b'\t'));
    let listed = skip(text, at, 1, |b| b == b'[');
    let (at, opening) = match quote(text, listed) {
        Some(opening) => (listed + opening.len, Some(opening)),
        None => (at, None),
    };
    if let Some(opening) = opening
        && let Some(end) = closing(text, at, &opening)
    {
        return Some(Value { range: at..end, form, quoted: true });
    }
    let end = at + bare_len(text.get(at..)?);
    (end > at).then_some(Value { range: at..end, form, quoted: opening.is_some() })
}

/// The end of what joins name and value, and its form.
fn delimiter(text: &[u8], key: &Range<usize>, name: Name) -> Option<(usize, Form)> {
    let closed = quote(text, key.end).map_or(key.end, |q| key.end + q.len);
    let closed = skip(text, closed, 1, |b| b == b']');
    let at = skip(text, closed, 4, |b| matches!(b, b' ' | b'\t'));
    let rest = text.get(at..)?;
    if let Some(value) = named_pair(text, at) {
        return Some((value, Form::Tight));
    }
    for tight in ["=>", ":=", "==", "=", "\\u003d", "\\u003D", "\\u003a", "&#61;"] {
        if rest.starts_with(tight.as_bytes()) {
            return Some((at + tight.len(), Form::Tight));
        }
    }
    match rest {
        [b':', b':' | b'/', ..] => return None,
        [b':', b' ' | b'\t', ..] => return Some((at + 1, Form::Loose)),
        [b':', ..] => return Some((at + 1, Form::Tight)),
        _ => {}
    }
    let preceding = |back: usize| key.start.checked_sub(back).and_then(|at| text.get(at));
    if rest.first() == Some(&b'>') && preceding(1) == Some(&b'<') {
        return Some((at + 1, Form::Tight));
    }
    let spaced = at > closed && closed == key.end;
    // The dashes of an option are characters of a name, so they are inside the key.
    if spaced && text.get(key.start..)?.starts_with(b"--") && rest.first() != Some(&b'-') {
        return Some((at, Form::Option));
    }
    // `PASSWORD 'x'` in SQL.
    let statement =
        matches!(name, Name::Sql) || (name == Name::Password && text.get(key.clone())? == b"PASSWORD");
    (spaced && statement && matches!(rest.first(), Some(b'\'' | b'"'))).then_some((at, Form::Tight))
}

/// `"name":"DB_PASSWORD","value":` and its YAML form: the value is called `value`.
fn named_pair(text: &[u8], at: usize) -> Option<usize> {
    let at = skip(text, at, 12, |b| matches!(b, b',' | b' ' | b'\n' | b'\t'));
    let at = at + quote(text, at).map_or(0, |q| q.len);
    let rest = text.get(at..)?;
    if !rest.get(..5)?.eq_ignore_ascii_case(b"value") {
        return None;
    }
    let at = at + 5;
    let at = at + quote(text, at).map_or(0, |q| q.len);
    let at = skip(text, at, 2, |b| b == b' ');
    matches!(text.get(at), Some(b':' | b'=')).then_some(at + 1)
}

/// An opening quote in any encoding: backslashes and a quote mark, or `&quot;`.
#[derive(Clone, Copy, Debug)]
pub(in crate::safety::redact) struct Quote {
    pub(in crate::safety::redact) len: usize,
    backslashes: usize,
    mark: &'static [u8],
}

/// The quote at `at`, if there is one.
pub(in crate::safety::redact) fn quote(text: &[u8], at: usize) -> Option<Quote> {
    const MARKS: [&[u8]; 7] = [b"\"", b"'", b"`", b"&quot;", b"&#34;", b"&#39;", b"u0022"];
    let rest = text.get(at..)?;
    let backslashes = rest.iter().take(16).take_while(|&&b| b == b'\\').count();
    let after = rest.get(backslashes..)?;
    let mark = MARKS.into_iter().find(|mark| after.starts_with(mark))?;
    // `u0022` means a quote only behind a backslash.
    (mark != b"u0022" || backslashes > 0).then_some(Quote {
        len: backslashes + mark.len(),
        backslashes,
        mark,
    })
}

/// Where the value opened by `opening` ends; inner quotes carry more backslashes than the outer ones.
fn closing(text: &[u8], from: usize, opening: &Quote) -> Option<usize> {
    let rest = text.get(from..text.len().min(from + LONGEST))?;
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(rest.get(at..)?, opening.mark) {
        let mark = at + found;
        let before = rest.get(..mark)?;
        let backslashes = before.iter().rev().take_while(|&&b| b == b'\\').count();
        let closes = match opening.backslashes {
            0 => backslashes % 2 == 0 || opening.mark != b"\"",
            n => backslashes <= n,
        };
        if closes {
            let inner = backslashes.min(opening.backslashes);
            return Some(from + mark - inner);
        }
        at = mark + opening.mark.len();
    }
    None
}

/// Length of an unquoted value.
pub(in crate::safety::redact) fn bare_len(rest: &[u8]) -> usize {
    let mut at = 0;
    while let Some(&b) = rest.get(at) {
        let behind = rest.get(at + 1..).unwrap_or_default();
        let ends = match b {
            b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'\'' | b'`' | b'&' | b'<' => true,
            b'\\' => matches!(behind.first(), Some(b'"' | b'\'' | b'n' | b'r' | b't' | b'\\' | b'u')),
            b',' | b'|' => next_begins(behind, false),
            // Connection strings have names of two words: `;User Id=`.
            b';' => next_begins(behind, true),
            b')' | b']' | b'}' | b'>' => closes_group(behind),
            _ => false,
        };
        if ends {
            break;
        }
        at += 1;
    }
    // A stand-in is a value of its own, whatever it holds.
    stand_in(rest).map_or(at, |len| len.max(at))
}

/// Length of a stand-in (`<aws-key#1>`, `<ip#2.7>`) at the start of `rest`.
pub(in crate::safety::redact) fn stand_in(rest: &[u8]) -> Option<usize> {
    let end = rest.iter().take(32).position(|&b| b == b'>')?;
    let body = rest.get(..end)?.strip_prefix(b"<")?;
    let hash = body.iter().position(|&b| b == b'#')?;
    let (kind, number) = body.split_at_checked(hash)?;
    let fits = !kind.is_empty()
        && kind.iter().all(|b| b.is_ascii_lowercase() || *b == b'-')
        && number.len() > 1
        && number.iter().skip(1).all(|b| b.is_ascii_digit() || *b == b'.');
    fits.then_some(end + 1)
}

/// Behind a separator: nothing, white space, or the next name.
fn next_begins(behind: &[u8], spaced: bool) -> bool {
    match behind.first() {
        None | Some(b' ' | b'\t' | b'\n' | b'\r' | b'"' | b'\'' | b'}' | b']' | b')' | b'\\') => true,
        Some(_) => {
            let name = behind.iter().take_while(|b| {
                b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.') || (spaced && **b == b' ')
            });
            let len = name.count();
            len > 0 && matches!(behind.get(len), Some(b'=' | b':'))
        }
    }
}

fn closes_group(behind: &[u8]) -> bool {
    matches!(
        behind.first(),
        None | Some(
            b' ' | b'\t'
                | b'\n'
                | b'\r'
                | b','
                | b';'
                | b')'
                | b']'
                | b'}'
                | b'"'
                | b'\''
                | b'.'
                | b':'
                | b'\\'
        )
    )
}

fn skip(text: &[u8], at: usize, most: usize, skipped: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take(most).take_while(|&&b| skipped(b)).count()
}
