//! Offsets from UTC behind a time: `Z`, `+02:00`, ` +0200`, ` UTC`.

use super::forms::{boundary, two};

/// An offset from UTC at `at`, or behind one space: seconds and end.
pub(super) fn offset(text: &[u8], at: usize) -> (Option<i32>, usize) {
    let glued = text.get(at).copied();
    if matches!(glued, Some(b'Z' | b'z')) && boundary(text, at + 1).is_some() {
        return (Some(0), at + 1);
    }
    let start = at + usize::from(glued == Some(b' '));
    if let Some(read) = signed_offset(text, start, start == at) {
        return (Some(read.0), read.1);
    }
    zone_word(text, start).map_or((None, at), |(seconds, end)| (Some(seconds), end))
}

fn signed_offset(text: &[u8], at: usize, glued: bool) -> Option<(i32, usize)> {
    let sign = match text.get(at)? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = two(text, at + 1)?;
    let (minutes, end) = match text.get(at + 3) {
        Some(b':') => (two(text, at + 4)?, at + 6),
        Some(b'0'..=b'9') => (two(text, at + 3)?, at + 5),
        _ if glued => (0, at + 3),
        _ => return None,
    };
    boundary(text, end)?;
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    (hours <= 15 && minutes < 60).then_some((sign * seconds, end))
}

/// Zone names that loggers print and that mean one offset.
fn zone_word(text: &[u8], at: usize) -> Option<(i32, usize)> {
    let run = text.iter().skip(at).take_while(|b| b.is_ascii_uppercase()).take(6).count();
    let hours = match text.get(at..at + run)? {
        b"UTC" | b"GMT" | b"WET" => 0,
        b"CET" => 1,
        b"CEST" | b"EET" => 2,
        b"EEST" | b"MSK" => 3,
        b"JST" | b"KST" => 9,
        b"EDT" => -4,
        b"EST" | b"CDT" => -5,
        b"MDT" => -6,
        b"MST" | b"PDT" => -7,
        b"PST" => -8,
        _ => return None,
    };
    boundary(text, at + run)?;
    Some((hours * 3600, at + run))
}
