//! The forms of a time, each a small function over the bytes behind the one that told them apart.

use super::offset::offset;
use super::{Date, DayOrder, Written, day_exists, days_from_civil, epoch, plausible_year};

/// A time that starts with a digit.
pub(super) fn numeric(text: &[u8], order: DayOrder) -> Option<(Written, usize)> {
    let run = digits(text, 0);
    let after = text.get(run).copied();
    match (run, after) {
        (4, Some(b'-' | b'/' | b'.' | b' ')) => year_first(text),
        (1 | 2, Some(b':')) => time_only(text),
        (1 | 2, Some(b'/' | b'-' | b'.' | b' ')) => day_or_month_first(text, order),
        (8, _) => compact(text, 8),
        (6, Some(b' ')) => compact(text, 6),
        (14, _) => fourteen(text),
        (10, Some(b'.')) => epoch_with_fraction(text),
        (10 | 13 | 16 | 19, _) => {
            boundary(text, run)?;
            Some((epoch(text.get(..run)?)?, run))
        }
        _ => None,
    }
}

/// A time that starts with the name of a weekday or a month.
pub(super) fn named(text: &[u8]) -> Option<(Written, usize)> {
    if let Some(at) = weekday(text) {
        let rest = text.get(at..)?;
        let (written, used) = if rest.first()?.is_ascii_digit() {
            day_or_month_first(rest, DayOrder::DayFirst)?
        } else {
            month_name_first(rest)?
        };
        return Some((written, at + used));
    }
    month_name_first(text)
}

/// `2024-01-15 ..`, `2024/01/15 ..`, `2024-Jan-15 ..`, `2024 Jan 15 ..`; the time of day may be missing.
fn year_first(text: &[u8]) -> Option<(Written, usize)> {
    let year = number(text.get(..4)?)?;
    let sep = text[4];
    let (month, at) = match month_name(text, 5) {
        Some(named) => named,
        None if sep == b' ' => return None,
        None => small(text, 5)?,
    };
    if *text.get(at)? != sep {
        return None;
    }
    let (day, at) = small(text, at + 1)?;
    let date = full(year, month, day)?;
    with_clock(text, at, date, true)
}

/// `15/Jan/2024:..`, `15-Jan-2024 ..`, `15 Jan 2024 ..`, `01/15/2024 ..`, `15.01.2024 ..`, `24/01/15 ..`, `03-17 ..`.
fn day_or_month_first(text: &[u8], order: DayOrder) -> Option<(Written, usize)> {
    let (first, at) = small(text, 0)?;
    let sep = *text.get(at)?;
    if let Some((month, at)) = month_name(text, at + 1) {
        return day_month_name(text, first, month, at, sep);
    }
    if sep == b' ' {
        return None;
    }
    let (second, at) = small(text, at + 1)?;
    if text.get(at) != Some(&sep) {
        let (month, day) = if first > 12 { (second, first) } else { (first, second) };
        let date = day_exists(0, month, day).then_some(Date::YearLess { month, day })?;
        return with_clock(text, at, date, false);
    }
    let third = digits(text, at + 1);
    let (year, at) = (number(text.get(at + 1..at + 1 + third)?)?, at + 1 + third);
    let date = match third {
        4 => {
            let day_first = first > 12 || (second <= 12 && (sep == b'.' || order == DayOrder::DayFirst));
            let (day, month) = if day_first { (first, second) } else { (second, first) };
            full(year, month, day)?
        }
        2 => two_digit_year(first, second, year, order)?,
        _ => return None,
    };
    with_clock(text, at, date, false)
}

/// `24/01/15` unless its parts only fit another order.
fn two_digit_year(first: u32, second: u32, third: i64, order: DayOrder) -> Option<Date> {
    let last = u32::try_from(third).ok()?;
    let year_first = full(century(i64::from(first)), second, last);
    let year_last = match order {
        DayOrder::DayFirst => full(century(third), second, first),
        DayOrder::MonthFirst => full(century(third), first, second),
    };
    year_first.or(year_last)
}

/// The rest of `15 Jan 2024 10:00:00` and `15 Jan 10:00:00`.
fn day_month_name(text: &[u8], day: u32, month: u32, at: usize, sep: u8) -> Option<(Written, usize)> {
    if *text.get(at)? != sep {
        return None;
    }
    let run = digits(text, at + 1);
    let year = number(text.get(at + 1..at + 1 + run)?)?;
    match (run, text.get(at + 1 + run)) {
        (4, _) => with_clock(text, at + 5, full(year, month, day)?, true),
        (2, Some(b' ')) => with_clock(text, at + 3, full(century(year), month, day)?, false),
        (1 | 2, Some(b':')) if day_exists(0, month, day) => {
            with_clock(text, at, Date::YearLess { month, day }, false)
        }
        _ => None,
    }
}

/// `Jan 15 10:00:00`, `Jan 15 2024 10:00:00`, `Jan 15, 2024 3:04:05 PM`, `Jan 15 10:00:00 2024`.
fn month_name_first(text: &[u8]) -> Option<(Written, usize)> {
    let (month, at) = month_name(text, 0)?;
    if *text.get(at)? != b' ' {
        return None;
    }
    let (day, at) = small(text, spaces(text, at))?;
    let comma = at + usize::from(text.get(at) == Some(&b','));
    let next = spaces(text, comma);
    if digits(text, next) == 4 {
        return with_clock(text, next + 4, full(number(text.get(next..next + 4)?)?, month, day)?, false);
    }
    let yearless = day_exists(0, month, day).then_some(Date::YearLess { month, day })?;
    let (mut written, mut end) = with_clock(text, at, yearless, false)?;
    // ctime puts the year last; `10:00:00 2024 x` of a syslog body would be read so too, which no known logger writes.
    let year_at = end + 1;
    if text.get(end) == Some(&b' ') && digits(text, year_at) == 4 {
        let year = number(text.get(year_at..year_at + 4)?)?;
        let ends = matches!(text.get(year_at + 4), None | Some(b']' | b',' | b')' | b' ' | b':'));
        if let (true, Some(date)) = (ends, full(year, month, day)) {
            written.date = date;
            end = year_at + 4;
        }
    }
    Some((written, end))
}

/// `20240115T101530`, `20240115-22:15:29:606`, `081109 203615`, `240115  9:15:30`.
fn compact(text: &[u8], run: usize) -> Option<(Written, usize)> {
    let year_digits = run - 4;
    let year = number(text.get(..year_digits)?)?;
    let month = two(text, year_digits)?;
    let day = two(text, year_digits + 2)?;
    let date = full(if run == 6 { century(year) } else { year }, month, day)?;
    let mut at = run + usize::from(matches!(text.get(run), Some(b'T' | b'-' | b'_' | b' ' | b':')));
    at = spaces(text, at);
    if digits(text, at) == 6 && at > run {
        let nanos = day_nanos(two(text, at)?, two(text, at + 2)?, two(text, at + 4)?)?;
        let (part, precision, end) = fraction(text, at + 6);
        let (offset, end) = offset(text, end);
        boundary(text, end)?;
        return Some((Written { date, nanos: Some(nanos + part), offset, digits: precision }, end));
    }
    with_clock(text, run, date, false)
}

/// `20240115101530`, with or without milliseconds behind a point.
fn fourteen(text: &[u8]) -> Option<(Written, usize)> {
    let date = full(number(text.get(..4)?)?, two(text, 4)?, two(text, 6)?)?;
    let nanos = day_nanos(two(text, 8)?, two(text, 10)?, two(text, 12)?)?;
    let (part, precision, end) = fraction(text, 14);
    boundary(text, end)?;
    Some((Written { date, nanos: Some(nanos + part), offset: None, digits: precision }, end))
}

fn epoch_with_fraction(text: &[u8]) -> Option<(Written, usize)> {
    let mut written = epoch(text.get(..10)?)?;
    let (part, precision, end) = fraction(text, 10);
    boundary(text, end)?;
    written.nanos = written.nanos.map(|nanos| nanos + part);
    written.digits = precision;
    (precision > 0).then_some((written, end))
}

/// `16:42:22.382`; seconds are required, so that a ratio or a port is not read as a time.
fn time_only(text: &[u8]) -> Option<(Written, usize)> {
    let (nanos, precision, end, parts) = clock(text, 0, b':')?;
    if parts < 3 {
        return None;
    }
    let (offset, end) = offset(text, end);
    boundary(text, end)?;
    Some((Written { date: Date::Missing, nanos: Some(nanos), offset, digits: precision }, end))
}

/// Joins a date that ends at `at` with the time of day behind it; `alone`: the date may stand by itself.
fn with_clock(text: &[u8], at: usize, date: Date, alone: bool) -> Option<(Written, usize)> {
    let joined = match text.get(at) {
        Some(b' ' | b'\t') => {
            let next = spaces(text, at);
            // Kibana shows `Jan 15, 2024 @ 10:00:00.123`.
            Some(if text.get(next) == Some(&b'@') { spaces(text, next + 1) } else { next })
        }
        Some(b',') => Some(spaces(text, at + 1)),
        Some(b'T' | b't' | b'_' | b'-' | b':') => Some(at + 1),
        _ => None,
    };
    let dotted = if text.get(at) == Some(&b'-') { b'.' } else { b':' };
    let read = joined.and_then(|start| clock(text, start, dotted).or_else(|| clock(text, start, b':')));
    if let Some((nanos, precision, end, _)) = read {
        let (offset, end) = offset(text, end);
        if boundary(text, end).is_some() {
            return Some((Written { date, nanos: Some(nanos), offset, digits: precision }, end));
        }
    }
    boundary(text, at)?;
    let written = Written { date, nanos: None, offset: None, digits: 0 };
    (alone && text.get(at) != Some(&b'-')).then_some((written, at))
}

/// Hours, minutes and maybe seconds: nanoseconds, digits of the fraction, end and number of parts.
fn clock(text: &[u8], at: usize, sep: u8) -> Option<(i64, u8, usize, u8)> {
    let (hour, at) = small(text, at)?;
    if *text.get(at)? != sep {
        return None;
    }
    let (minute, at) = small(text, at + 1)?;
    let (second, parts, at) = match text.get(at) {
        Some(byte) if *byte == sep => {
            let (second, at) = small(text, at + 1)?;
            (second, 3, at)
        }
        _ => (0, 2, at),
    };
    let (part, precision, end) = if parts == 3 { fraction(text, at) } else { (0, 0, at) };
    let (hour, end) = meridiem(text, end, hour);
    Some((day_nanos(hour, minute, second)? + part, precision, end, parts))
}

/// Applies `AM` or `PM` behind the time.
fn meridiem(text: &[u8], at: usize, hour: u32) -> (u32, usize) {
    let start = at + usize::from(text.get(at) == Some(&b' '));
    let (Some(half @ (b'A' | b'P' | b'a' | b'p')), Some(b'M' | b'm')) =
        (text.get(start), text.get(start + 1))
    else {
        return (hour, at);
    };
    if hour > 12 || text.get(start + 2).is_some_and(u8::is_ascii_alphanumeric) {
        return (hour, at);
    }
    (hour % 12 + 12 * u32::from(half.eq_ignore_ascii_case(&b'P')), start + 2)
}

/// A fraction of a second behind `.`, `,` or `:`: nanoseconds, its digits, its end. Digits past nine are skipped.
pub(super) fn fraction(text: &[u8], at: usize) -> (i64, u8, usize) {
    let Some(mark @ (b'.' | b',' | b':')) = text.get(at).copied() else { return (0, 0, at) };
    let run = digits(text, at + 1);
    if run == 0 || (mark == b':' && run > 3) {
        return (0, 0, at);
    }
    let kept = run.min(9);
    let mut nanos = 0i64;
    for byte in text.iter().skip(at + 1).take(kept) {
        nanos = nanos * 10 + i64::from(byte - b'0');
    }
    for _ in kept..9 {
        nanos *= 10;
    }
    (nanos, u8::try_from(kept).unwrap_or(9), at + 1 + run)
}

/// A time must not run into a word or another number.
pub(super) fn boundary(text: &[u8], at: usize) -> Option<()> {
    (!text.get(at).is_some_and(u8::is_ascii_alphanumeric)).then_some(())
}

fn full(year: i64, month: u32, day: u32) -> Option<Date> {
    let exists = plausible_year(year) && day_exists(year, month, day);
    exists.then(|| Date::Full(days_from_civil(year, month, day)))
}

/// Two-digit years: 70 to 99 are of the last century (POSIX `%y` has 69).
fn century(year: i64) -> i64 {
    if year >= 70 { 1900 + year } else { 2000 + year }
}

fn day_nanos(hour: u32, minute: u32, second: u32) -> Option<i64> {
    let fits = hour <= 23 && minute <= 59 && second <= 60;
    fits.then(|| i64::from(hour * 3600 + minute * 60 + second) * 1_000_000_000)
}

/// Length of the run of digits at `at`.
fn digits(text: &[u8], at: usize) -> usize {
    text.iter().skip(at).take(20).take_while(|b| b.is_ascii_digit()).count()
}

fn spaces(text: &[u8], at: usize) -> usize {
    at + text.iter().skip(at).take(4).take_while(|b| matches!(b, b' ' | b'\t')).count()
}

pub(super) fn two(text: &[u8], at: usize) -> Option<u32> {
    let pair = text.get(at..at + 2)?;
    pair.iter().all(u8::is_ascii_digit).then(|| u32::from(pair[0] - b'0') * 10 + u32::from(pair[1] - b'0'))
}

/// A number of one or two digits and its end.
fn small(text: &[u8], at: usize) -> Option<(u32, usize)> {
    match digits(text, at) {
        1 => Some((u32::from(text[at] - b'0'), at + 1)),
        2 => Some((two(text, at)?, at + 2)),
        _ => None,
    }
}

/// A run of at most 18 digits (19 for epochs) as a number.
pub(super) fn number(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    digits.iter().try_fold(0i64, |n, b| n.checked_mul(10)?.checked_add(i64::from(b - b'0')))
}

/// A month's English name at `at`, short or full, and its end.
fn month_name(text: &[u8], at: usize) -> Option<(u32, usize)> {
    let (month, tail): (u32, &[u8]) = match &three(text, at)? {
        b"jan" => (1, b"uary"),
        b"feb" => (2, b"ruary"),
        b"mar" => (3, b"ch"),
        b"apr" => (4, b"il"),
        b"may" => (5, b""),
        b"jun" => (6, b"e"),
        b"jul" => (7, b"y"),
        b"aug" => (8, b"ust"),
        b"sep" => (9, b"tember"),
        b"oct" => (10, b"ober"),
        b"nov" => (11, b"ember"),
        b"dec" => (12, b"ember"),
        _ => return None,
    };
    let end = name_end(text, at + 3, tail)?;
    Some((month, end))
}

/// The end of a weekday's name with the comma and space behind it.
fn weekday(text: &[u8]) -> Option<usize> {
    let tail: &[u8] = match &three(text, 0)? {
        b"mon" | b"fri" | b"sun" => b"day",
        b"tue" => b"sday",
        b"wed" => b"nesday",
        b"thu" => b"rsday",
        b"sat" => b"urday",
        _ => return None,
    };
    let end = name_end(text, 3, tail)?;
    let at = end + usize::from(text.get(end) == Some(&b','));
    let next = spaces(text, at);
    (next > at).then_some(next)
}

/// Three bytes in lower case.
fn three(text: &[u8], at: usize) -> Option<[u8; 3]> {
    let head: [u8; 3] = *text.get(at..)?.first_chunk()?;
    Some(head.map(|byte| byte.to_ascii_lowercase()))
}

/// The end of a name whose first three letters end at `at`: there, or behind the rest of the full name.
fn name_end(text: &[u8], at: usize, tail: &[u8]) -> Option<usize> {
    let rest = text.get(at..)?;
    if !rest.first().is_some_and(u8::is_ascii_alphabetic) {
        return Some(at);
    }
    let full = rest.get(..tail.len())?.eq_ignore_ascii_case(tail);
    let ends = !rest.get(tail.len()).is_some_and(u8::is_ascii_alphabetic);
    (full && ends).then_some(at + tail.len())
}
