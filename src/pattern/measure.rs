//! Numbers with a unit: glued (`12ms`, `1h5m`) or one word on (`12 seconds`).

use super::SlotKind;
use super::scan::{is_break, is_space};
use super::word::Found;

/// Length of `12`, `12.5`, `.5` at the start.
pub(super) fn numeral(word: &[u8]) -> Option<usize> {
    let whole = word.iter().take_while(|b| b.is_ascii_digit()).count();
    let fraction = match word.get(whole) {
        Some(b'.') => word[whole + 1..].iter().take_while(|b| b.is_ascii_digit()).count(),
        _ => 0,
    };
    let length = if fraction > 0 { whole + 1 + fraction } else { whole };
    (length > 0).then_some(length)
}

pub(super) fn compound_duration(mut word: &[u8]) -> bool {
    while let Some(digits) = numeral(word) {
        let letters = word[digits..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
        if unit(&word[digits..digits + letters]) != Some(SlotKind::Duration) {
            return false;
        }
        word = &word[digits + letters..];
        if word.is_empty() {
            return true;
        }
    }
    false
}

/// A unit word after white space; of single letters only those that stand for nothing else.
pub(super) fn unit_after(body: &[u8], end: usize) -> Option<Found> {
    let gap = body[end..].iter().take_while(|&&b| is_space(b)).count();
    if gap == 0 {
        return None;
    }
    let from = end + gap;
    let letters = body[from..].iter().take(13).take_while(|b| b.is_ascii_alphabetic()).count();
    let to = from + letters;
    let closed = body.get(to).is_none_or(|&b| is_break(b) || b == b'.');
    let single = letters == 1 && matches!(body[from], b'B' | b's');
    if (letters < 2 && !single) || !closed {
        return None;
    }
    unit(&body[from..to]).map(|kind| Found { start: end, end: to, kind })
}

pub(super) fn unit(word: &[u8]) -> Option<SlotKind> {
    if word.len() > 13 {
        return None;
    }
    let mut lower = [0; 13];
    let lower = &mut lower[..word.len()];
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    Some(match &*lower {
        b"ns" | b"us" | b"ms" | b"s" | b"m" | b"h" | b"d" | b"sec" | b"secs" | b"second" | b"seconds"
        | b"min" | b"mins" | b"minute" | b"minutes" | b"hour" | b"hours" | b"hr" | b"hrs" | b"day"
        | b"days" | b"week" | b"weeks" | b"msec" | b"msecs" | b"usec" | b"usecs" | b"nsec" | b"millis"
        | b"milliseconds" | b"millisecond" | b"microseconds" | b"microsecond" | b"nanoseconds"
        | b"nanosecond" => SlotKind::Duration,
        b"b" | b"k" | b"kb" | b"mb" | b"gb" | b"tb" | b"pb" | b"kib" | b"mib" | b"gib" | b"tib" | b"byte"
        | b"bytes" => SlotKind::Size,
        _ => return None,
    })
}
