//! Dates and times of day inside a body, also where they span several words (`Mon Jan 5 10:11:12 2024`).

use super::scan::is_space;

const NAMES: [&[u8; 3]; 19] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec", b"Mon",
    b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun",
];

/// Whether a word is the short name of a month or a weekday.
pub(super) fn is_name(word: &[u8]) -> bool {
    NAMES.iter().any(|name| *name == word)
}

fn is_month(word: &[u8]) -> bool {
    NAMES[..12].iter().any(|name| *name == word)
}

/// The end of a date, a time of day or both that starts at `start`.
pub(super) fn date_or_clock(body: &[u8], start: usize) -> Option<usize> {
    let first = *body.get(start)?;
    let end = if first.is_ascii_digit() {
        match date(body, start) {
            Some(end) => Some(clock_after(body, end).unwrap_or(end)),
            None => clock(body, start),
        }
    } else if first.is_ascii_uppercase() {
        worded(body, start)
    } else {
        None
    }?;
    body.get(end).is_none_or(|b| !b.is_ascii_alphanumeric()).then_some(end)
}

fn digits(body: &[u8], at: usize) -> usize {
    body[at.min(body.len())..].iter().take_while(|b| b.is_ascii_digit()).count()
}

fn spaces(body: &[u8], at: usize) -> usize {
    body[at.min(body.len())..].iter().take_while(|&&b| is_space(b)).count()
}

/// `2024-01-15`, `2024/01/15`, `15/Jan/2024`, `15-Jan-2024`, `15 Jan 2024`.
fn date(body: &[u8], start: usize) -> Option<usize> {
    let lead = digits(body, start);
    let at = start + lead;
    let mark = *body.get(at)?;
    if !matches!(mark, b'-' | b'/' | b'.' | b' ') {
        return None;
    }
    if lead <= 2 && body.get(at + 1..at + 4).is_some_and(is_month) && body.get(at + 4) == Some(&mark) {
        return (digits(body, at + 5) == 4).then_some(at + 9);
    }
    if mark == b' ' || !(lead == 4 || lead == 2) {
        return None;
    }
    let middle = digits(body, at + 1);
    let second = at + 1 + middle;
    if middle != 2 || body.get(second) != Some(&mark) {
        return None;
    }
    let last = digits(body, second + 1);
    let whole = if lead == 4 { last == 2 } else { last == 4 };
    whole.then_some(second + 1 + last)
}

/// A time of day after a date: joined by `T`, `:`, `_` or white space.
fn clock_after(body: &[u8], date_end: usize) -> Option<usize> {
    let from = match body.get(date_end)? {
        b'T' | b':' | b'_' | b'-' => date_end + 1,
        b if is_space(*b) => date_end + spaces(body, date_end),
        _ => return None,
    };
    let end = clock(body, from)?;
    let gap = spaces(body, end);
    let sign = end + gap;
    let zoned = gap == 1 && matches!(body.get(sign), Some(b'+' | b'-')) && digits(body, sign + 1) == 4;
    let named = if gap == 1 { zone_name(&body[sign..]) } else { 0 };
    Some(match (zoned, named) {
        (true, _) => sign + 5,
        (false, 0) => end,
        (false, letters) => sign + letters,
    })
}

/// Length of the short name of a time zone: `UTC`, `CEST`.
fn zone_name(rest: &[u8]) -> usize {
    let letters = rest.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
    let known = matches!(&rest[..letters], b"UTC" | b"GMT" | b"CET" | b"CEST" | b"BST" | b"IST" | b"JST")
        || matches!(&rest[..letters], [b'E' | b'C' | b'M' | b'P', b'S' | b'D', b'T']);
    if known { letters } else { 0 }
}

/// `10:15`, `10:15:02`, `10:15:02,123`, with `Z` or an offset.
fn clock(body: &[u8], start: usize) -> Option<usize> {
    let lead = digits(body, start);
    let mut at = start + lead;
    if !(1..=2).contains(&lead) || body.get(at) != Some(&b':') || digits(body, at + 1) != 2 {
        return None;
    }
    at += 3;
    if body.get(at) == Some(&b':') && digits(body, at + 1) == 2 {
        at += 3;
        let fraction = digits(body, at + 1);
        if matches!(body.get(at), Some(b'.' | b',')) && (1..=9).contains(&fraction) {
            at += 1 + fraction;
        }
    } else if body.get(at) == Some(&b':') {
        return None;
    }
    if body.get(at) == Some(&b'Z') {
        return Some(at + 1);
    }
    if matches!(body.get(at), Some(b'+' | b'-')) {
        if digits(body, at + 1) == 4 {
            return Some(at + 5);
        }
        if digits(body, at + 1) == 2 && body.get(at + 3) == Some(&b':') && digits(body, at + 4) == 2 {
            return Some(at + 6);
        }
    }
    Some(at)
}

/// `Mon Jan 5 10:11:12 2024`, `Mon, 05 Jan 2024 10:11:12 +0000`, `Jan 5 2024`, `Jan 5 10:11:12 UTC 2024`.
fn worded(body: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    if body.get(at..at + 3).is_some_and(|w| is_name(w) && !is_month(w)) {
        at += 3;
        at += usize::from(body.get(at) == Some(&b','));
        at += gap(body, at)?;
    }
    if digits(body, at) > 0 {
        let end = date(body, at)?;
        return Some(clock_after(body, end).unwrap_or(end));
    }
    if !body.get(at..at + 3).is_some_and(is_month) {
        return None;
    }
    at += 3;
    at += gap(body, at)?;
    let day = digits(body, at);
    if !(1..=2).contains(&day) {
        return None;
    }
    at += day;
    at += usize::from(body.get(at) == Some(&b','));
    let mut end = at;
    if let Some(clocked) = gap(body, at).and_then(|g| clock(body, at + g)) {
        end = clocked;
        let zone = end + gap(body, end).unwrap_or(0);
        let letters = body[zone..].iter().take_while(|b| b.is_ascii_uppercase()).count();
        let year = zone + letters + gap(body, zone + letters).unwrap_or(0);
        if (3..=4).contains(&letters) && digits(body, year) == 4 {
            end = zone + letters;
        }
    }
    let year = end + gap(body, end).unwrap_or(0);
    if year > end && digits(body, year) == 4 {
        end = year + 4;
    }
    (end > at || at > start + 6).then_some(end)
}

fn gap(body: &[u8], at: usize) -> Option<usize> {
    Some(spaces(body, at)).filter(|&n| (1..=2).contains(&n))
}
