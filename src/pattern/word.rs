//! Decides which part of a word is a value, and of what type: numbers, ids, addresses, paths, times.
//!
//! Called only for words that could be one; looks ahead past the word where a value spans several (`10:15:02`,
//! `https://..`, `12 seconds`).

use super::SlotKind;
use super::measure::{compound_duration, numeral, unit, unit_after};
use super::scan::{AT, CLASS, DIGIT, DOT, HIGH, JOINER, LOWER, NOT_HEX, SLASH, UPPER, is_break, is_space};
use super::time;

/// A value in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: SlotKind,
}

fn found(start: usize, end: usize, kind: SlotKind) -> Option<Found> {
    Some(Found { start, end, kind })
}

/// Whether a word without digits, dots, slashes could still start a value: a URL, a month, a MAC or hexadecimal id.
pub(super) fn plain_needs_look(body: &[u8], start: usize, end: usize, flags: u16) -> bool {
    let next = body.get(end);
    (flags & NOT_HEX == 0 && (end - start >= 8 || (end - start <= 4 && next == Some(&b':'))))
        || (next == Some(&b':') && body.get(end + 1) == Some(&b'/') && body.get(end + 2) == Some(&b'/'))
        || (end - start == 3 && flags & (UPPER | LOWER) == UPPER | LOWER && time::is_name(&body[start..end]))
        || drive(body, start, end)
}

/// `C:\..`: a path that starts with a drive.
fn drive(body: &[u8], start: usize, end: usize) -> bool {
    end - start == 1 && body[start].is_ascii_alphabetic() && body[end..].starts_with(b":\\")
}

/// The first value in `body[start..end]`, a word (or what is left of it) with the classes `flags`; it may end beyond
/// the word.
pub(super) fn find(body: &[u8], start: usize, end: usize, flags: u16) -> Option<Found> {
    if body[end..].starts_with(b"://") && flags & (HIGH | SLASH | AT) == 0 {
        return found(start, url_end(body, end + 3), SlotKind::Url);
    }
    if drive(body, start, end) {
        return found(start, drive_path_end(body, end), SlotKind::Path);
    }
    if flags & HIGH != 0 {
        return foreign(body, start, end);
    }
    if flags & SLASH != 0
        && let Some(path) = rooted(body, start, end)
    {
        return Some(path);
    }
    let (start, end) = trim(body, start, end);
    if start == end {
        return None;
    }
    // What is left of `3/10` after its first number.
    let start = start + usize::from(start > 0 && body[start] == b'/' && body[start - 1].is_ascii_digit());
    let word = &body[start..end];
    // Before the time of day: `00:11:22:33:44:55`.
    if flags & NOT_HEX == 0
        && let Some(end) = colon_hex(body, start)
    {
        return found(start, end, SlotKind::Ip);
    }
    if let Some(end) = time::date_or_clock(body, start) {
        return found(start, end, SlotKind::Time);
    }
    if flags & DIGIT == 0 || !word.iter().any(u8::is_ascii_digit) {
        without_digit(body, start, end, flags)
    } else {
        with_digit(body, start, end, flags)
    }
}

/// `/` alone, and a path with its query: `/find?q=a&page=2`.
fn rooted(body: &[u8], start: usize, end: usize) -> Option<Found> {
    if body[start] != b'/' || (start > 0 && !is_break(body[start - 1])) {
        return None;
    }
    if end == start + 1 {
        return body.get(end).is_none_or(|&b| is_space(b)).then_some(Found {
            start,
            end,
            kind: SlotKind::Path,
        });
    }
    let query = body[start..end].contains(&b'?');
    query.then(|| Found { start, end: url_end(body, start), kind: SlotKind::Path })
}

/// Takes punctuation off a word: `(#12.` holds `12`.
fn trim(body: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    while start < end && matches!(body[start], b'#' | b'*' | b'$' | b'^' | b'&' | b'!' | b'?' | b'`') {
        start += 1;
    }
    while end > start && matches!(body[end - 1], b'.' | b'!' | b'?' | b'*' | b'`') {
        end -= 1;
    }
    (start, end)
}

/// The end of a path behind a drive, whose folders may hold blanks: `C:\Program Files (x86)\App\a.dll`.
fn drive_path_end(body: &[u8], from: usize) -> usize {
    let mut end = url_end(body, from);
    while body.get(end) == Some(&b' ') {
        let mut words = body[end + 1..].split(|&b| is_space(b) || matches!(b, b'"' | b'\'' | b';' | b','));
        let goes_on = |word: Option<&[u8]>| word.is_some_and(|w| w.contains(&b'\\') && !w.contains(&b':'));
        let first = words.next().unwrap_or_default();
        if goes_on(Some(first)) {
            end = url_end(body, end + 1);
        } else if words.next().is_some_and(|w| w.starts_with(b"(") && goes_on(Some(w))) {
            end = url_end(body, end + first.len() + 2);
        } else {
            break;
        }
    }
    end
}

fn url_end(body: &[u8], from: usize) -> usize {
    let mut end = from;
    while end < body.len() && !is_space(body[end]) && !matches!(body[end], b'"' | b'\'' | b'<' | b'>' | b'|')
    {
        end += 1;
    }
    while end > from {
        let opens = match body[end - 1] {
            b'.' | b',' | b';' | b':' => 0,
            b')' => b'(',
            b']' => b'[',
            b'}' => b'{',
            _ => break,
        };
        if opens != 0 && body[from..end].contains(&opens) {
            break;
        }
        end -= 1;
    }
    end
}

/// Words with letters outside ASCII: only their digit runs are values, because such scripts often do without
/// spaces. Bytes that are no UTF-8 cannot stand in a template and are a value as a whole.
fn foreign(body: &[u8], start: usize, end: usize) -> Option<Found> {
    if std::str::from_utf8(&body[start..end]).is_err() {
        return found(start, end, SlotKind::Any);
    }
    let first = start + body[start..end].iter().position(u8::is_ascii_digit)?;
    if let Some(digits) = numeral(&body[first..end])
        && [&b"\xc2\xb5s"[..], b"\xce\xbcs"].contains(&&body[first + digits..end])
    {
        // Both ways to write a micro sign.
        return found(first, end, SlotKind::Duration);
    }
    let mut last = first + 1;
    while last < end && (body[last].is_ascii_digit() || (body[last] == b'.' && last + 1 < end)) {
        last += 1;
    }
    found(first, last, SlotKind::Number)
}

/// IPv6 and MAC addresses, which span the separator `:`.
fn colon_hex(body: &[u8], start: usize) -> Option<usize> {
    let (mut at, mut colons, mut digits, mut pairs, mut double) = (start, 0, 0, true, false);
    loop {
        let group = at;
        while at < body.len() && body[at].is_ascii_hexdigit() {
            digits += usize::from(body[at].is_ascii_digit());
            at += 1;
        }
        if at - group > 4 {
            return None;
        }
        pairs &= at - group == 2;
        if at >= body.len() || body[at] != b':' {
            break;
        }
        if body.get(at + 1) == Some(&b':') {
            double = true;
        } else if !body.get(at + 1).is_some_and(u8::is_ascii_hexdigit) {
            break;
        }
        colons += 1;
        at += 1;
    }
    let mac = colons == 5 && pairs;
    let closed = at >= body.len() || is_break(body[at]) || body[at] == b'/' || body[at] == b'.';
    (closed && digits > 0 && (mac || colons == 7 || (double && colons >= 2))).then_some(at)
}

fn without_digit(body: &[u8], start: usize, end: usize, flags: u16) -> Option<Found> {
    let word = &body[start..end];
    let key = body.get(end) == Some(&b'=');
    if flags & NOT_HEX == 0 && word.len() >= 8 {
        return found(start, end, SlotKind::Hex);
    }
    if key {
        return None;
    }
    if flags & SLASH != 0 {
        let hex =
            word.split(|&b| b == b'/').any(|part| part.len() >= 8 && part.iter().all(u8::is_ascii_hexdigit));
        return (path(word) || hex).then_some(Found { start, end, kind: SlotKind::Path });
    }
    if flags & AT != 0 {
        let at = word.iter().position(|&b| b == b'@')?;
        return if at > 0 && at + 1 < word.len() { found(start, end, SlotKind::Any) } else { None };
    }
    let inner_dots = dots(word);
    if inner_dots >= 1 && flags & UPPER == 0 && port_follows(body, end) {
        return found(start, end, SlotKind::Host);
    }
    (inner_dots >= 2 && start > 0).then_some(Found { start, end, kind: dotted(flags) })
}

fn dotted(flags: u16) -> SlotKind {
    if flags & UPPER == 0 { SlotKind::Host } else { SlotKind::Any }
}

/// Dots between two letters or digits.
fn dots(word: &[u8]) -> usize {
    word.windows(3)
        .filter(|w| w[1] == b'.' && w[0].is_ascii_alphanumeric() && w[2].is_ascii_alphanumeric())
        .count()
}

fn port_follows(body: &[u8], end: usize) -> bool {
    body.get(end) == Some(&b':') && body.get(end + 1).is_some_and(u8::is_ascii_digit)
}

fn path(word: &[u8]) -> bool {
    let slashes = word.iter().filter(|&&b| b == b'/' || b == b'\\').count();
    word.len() > 1
        && word.iter().any(u8::is_ascii_alphanumeric)
        && (word[0] == b'/'
            || word[0] == b'\\'
            || slashes >= 2
            || word.starts_with(b"./")
            || word.starts_with(b"~/")
            || word.iter().any(|&b| b == b'.' || b.is_ascii_digit()))
}

fn with_digit(body: &[u8], start: usize, end: usize, flags: u16) -> Option<Found> {
    let word = &body[start..end];
    if let Some(found) = number(body, start, end) {
        return Some(found);
    }
    if ipv4(word) {
        return found(start, end, SlotKind::Ip);
    }
    if uuid(word) {
        return found(start, end, SlotKind::Uuid);
    }
    let hex = word.strip_prefix(b"0x").or(word.strip_prefix(b"0X"));
    if hex.is_some_and(|rest| rest.iter().all(u8::is_ascii_hexdigit)) {
        return found(start, end, SlotKind::Hex);
    }
    if word.len() >= 5 && word.iter().all(u8::is_ascii_hexdigit) {
        return found(start, end, SlotKind::Hex);
    }
    if flags & SLASH != 0 && path(word) {
        let name = protocol(word);
        let kind = if name > 0 { SlotKind::Number } else { SlotKind::Path };
        return found(start + name, end, kind);
    }
    if flags & AT != 0 && word.contains(&b'@') {
        return at_sign(body, start, end);
    }
    if flags & DOT != 0 && dots(word) >= 2 {
        let host = flags & UPPER == 0 && word.iter().any(u8::is_ascii_alphabetic) && !version(word);
        return found(start, end, if host { SlotKind::Host } else { SlotKind::Any });
    }
    if flags & DOT != 0 && port_follows(body, end) && !version(word) {
        return found(start, end, SlotKind::Host);
    }
    let start = start + prefix(word);
    found(start, end, if all_hex(&body[start..end]) { SlotKind::Hex } else { SlotKind::Any })
        .map(|f| if digits_only(&body[start..end]) { Found { kind: SlotKind::Number, ..f } } else { f })
}

/// `Name@1f2e` keeps its name; other words with the sign are values.
fn at_sign(body: &[u8], start: usize, end: usize) -> Option<Found> {
    let word = &body[start..end];
    let at = word.iter().position(|&b| b == b'@')?;
    let named = at > 0 && word[..at].iter().all(|&b| b.is_ascii_alphabetic() || b == b'$');
    let hex = word.len() > at + 1 && word[at + 1..].iter().all(u8::is_ascii_hexdigit);
    if named && hex { found(start + at + 1, end, SlotKind::Hex) } else { found(start, end, SlotKind::Any) }
}

/// Length of the name in `HTTP/1.1`: capital letters, a slash and a number; 0 if it is no such word.
fn protocol(word: &[u8]) -> usize {
    let letters = word.iter().take_while(|b| b.is_ascii_uppercase()).count();
    let name = letters >= 2 && word.get(letters) == Some(&b'/');
    let number = name && numeral(&word[letters + 1..]) == Some(word.len() - letters - 1);
    if number { letters + 1 } else { 0 }
}

fn digits_only(word: &[u8]) -> bool {
    let word = word.strip_prefix(b"-").unwrap_or(word);
    !word.is_empty() && word.iter().all(u8::is_ascii_digit)
}

fn all_hex(word: &[u8]) -> bool {
    word.len() >= 5 && word.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-')
}

fn version(word: &[u8]) -> bool {
    let digits = word.strip_prefix(b"v").unwrap_or(word);
    digits.first().is_some_and(u8::is_ascii_digit)
}

/// Length of the constant start of an id: whole alphabetic parts, then the letters before the digits
/// (`blk_-12` -> `blk_`, `alt0` -> `alt`). A single letter or a part that goes on after its digits is no name.
fn prefix(word: &[u8]) -> usize {
    let mut part = 0;
    for (at, &byte) in word.iter().enumerate() {
        let class = CLASS[byte as usize];
        if class & DIGIT != 0 {
            let digits_end =
                word[at..].iter().position(|b| !b.is_ascii_digit()).map_or(word.len(), |n| at + n);
            let goes_on = word.get(digits_end).is_some_and(u8::is_ascii_alphabetic);
            let letters = word[..part].iter().filter(|b| b.is_ascii_alphabetic()).count();
            return match (at - part >= 2 && !goes_on, letters) {
                (true, _) => at,
                // `P-01`, `_1`: nothing that names a kind.
                (false, 0..2) => 0,
                _ => signless(word, part),
            };
        }
        if class & (JOINER | DOT | SLASH) != 0 || byte == b'#' || byte == b'+' || byte == b'~' {
            part = at + 1;
        }
    }
    0
}

/// A sign straight before the digits belongs to the value: `blk_-12`.
fn signless(word: &[u8], part: usize) -> usize {
    if part >= 2 && word[part - 1] == b'-' && !word[part - 2].is_ascii_alphanumeric() {
        part - 1
    } else {
        part
    }
}

fn ipv4(word: &[u8]) -> bool {
    let (mut parts, mut digits, mut end) = (0, 0, word.len());
    for (at, &byte) in word.iter().enumerate() {
        match byte {
            b'0'..=b'9' if digits < 3 => digits += 1,
            b'.' if digits > 0 && parts < 3 => (parts, digits) = (parts + 1, 0),
            b'/' if at > 0 && parts == 3 => {
                end = at;
                break;
            }
            _ => return false,
        }
    }
    parts == 3 && digits > 0 && word[end..].iter().skip(1).all(u8::is_ascii_digit)
}

fn uuid(word: &[u8]) -> bool {
    word.len() == 36
        && word.iter().enumerate().all(|(at, &b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// A number with an optional unit, glued or one word on: `12`, `-0.5`, `95%`, `1m30s`, `12 seconds`, `4KB`.
fn number(body: &[u8], start: usize, end: usize) -> Option<Found> {
    let word = &body[start..end];
    let sign = usize::from(matches!(word[0], b'-' | b'+'));
    let digits = numeral(&word[sign..])? + sign;
    let rest = &word[digits..];
    if rest.is_empty() {
        let spaced = unit_after(body, end);
        return spaced.or_else(|| found(start, end, SlotKind::Number)).map(|f| Found { start, ..f });
    }
    if rest == b"%" {
        return found(start, end, SlotKind::Number);
    }
    if let Some(kind) = unit(rest) {
        return found(start, end, kind);
    }
    if compound_duration(&word[sign..]) {
        return found(start, end, SlotKind::Duration);
    }
    if rest[0] == b'/' && rest.len() > 1 && numeral(&rest[1..]) == Some(rest.len() - 1) {
        return found(start, start + digits, SlotKind::Number);
    }
    let exponent = matches!(rest[0], b'e' | b'E') && rest.len() > 1;
    let power =
        exponent.then(|| rest[1..].strip_prefix(b"-").or(rest[1..].strip_prefix(b"+")).unwrap_or(&rest[1..]));
    power
        .is_some_and(|p| !p.is_empty() && p.len() <= 3 && p.iter().all(u8::is_ascii_digit))
        .then_some(Found { start, end, kind: SlotKind::Number })
}
