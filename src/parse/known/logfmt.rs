//! logfmt: `name=value name="quoted value"` over the whole line.

use super::super::gather::Gathered;
use super::super::json::unescape;
use super::super::keys::{Meaning, meaning};
use super::super::read::Parts;
use super::super::sink::Sink;
use super::super::time::DayOrder;
use std::borrow::Cow;
use std::ops::Range;

/// One pair: where its name and its value stand, and whether the value was quoted.
struct Pair {
    name: Range<usize>,
    value: Range<usize>,
    quoted: bool,
    end: usize,
}

/// Reads a line of pairs; at least two, and at least one that says time, level or message.
pub(super) fn read<'l, S: Sink>(text: &'l [u8], order: DayOrder, sink: &mut S) -> Option<Parts<'l>> {
    let mut gathered = Gathered::new();
    let mut at = 0;
    let mut count = 0;
    let mut decided = 0;
    let mut leading = 0;
    while at < text.len() {
        let pair = pair(text, at)?;
        let name = text.get(pair.name.clone())?;
        let found = meaning(name);
        let value = value(text, &pair);
        decided +=
            usize::from(matches!(found, Some(Meaning::Time(_) | Meaning::Level(_) | Meaning::Message(_))));
        match found {
            Some(Meaning::Message(rank)) => gathered.take_message(rank, value.clone()),
            Some(found) => gathered.take(found, || value.clone(), order),
            None => {}
        }
        if matches!(found, Some(Meaning::Time(_) | Meaning::Level(_))) && leading == at {
            leading = pair.end;
        }
        if S::WANTED && !matches!(found, Some(Meaning::Message(_))) {
            sink.put(name, &value);
        }
        at = pair.end;
        count += 1;
    }
    if count < 2 || decided == 0 {
        return None;
    }
    let time = gathered.time.map(|(_, time)| time);
    let service = gathered.settled_service();
    let rest = Cow::Borrowed(text.get(leading..).unwrap_or_default());
    let body = gathered.message.map_or(rest, |(_, message)| message);
    Some(Parts { time, level: gathered.level, service, body, ..Parts::body(b"") })
}

/// Visits the `name=value` pairs anywhere in a text.
pub(in super::super) fn pairs<S: Sink>(text: &[u8], sink: &mut S) {
    let mut at = 0;
    while at < text.len() {
        if let Some(pair) = pair(text, at) {
            sink.put(text.get(pair.name.clone()).unwrap_or_default(), &value(text, &pair));
            at = pair.end;
        } else {
            let rest = text.get(at..).unwrap_or_default();
            at += memchr::memchr3(b' ', b',', b'(', rest).map_or(rest.len(), |next| next + 1);
        }
    }
}

fn value<'l>(text: &'l [u8], pair: &Pair) -> Cow<'l, [u8]> {
    let raw = text.get(pair.value.clone()).unwrap_or_default();
    if pair.quoted { unescape(raw) } else { Cow::Borrowed(raw) }
}

/// The pair at `at`; `end` is behind the blanks that follow it.
fn pair(text: &[u8], at: usize) -> Option<Pair> {
    let rest = text.get(at..)?;
    let length = rest
        .iter()
        .take(96)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b'@' | b'/'));
    let length = length.count();
    let named = rest.first()?.is_ascii_alphabetic() || matches!(rest.first(), Some(b'_' | b'@'));
    if !named || rest.get(length) != Some(&b'=') || rest.get(length + 1) == Some(&b'=') {
        return None;
    }
    let start = at + length + 1;
    let (value, quoted) = if text.get(start) == Some(&b'"') {
        let mut end = start + 1;
        loop {
            end += memchr::memchr2(b'"', b'\\', text.get(end..)?)?;
            if text[end] == b'"' {
                break;
            }
            end += 2;
        }
        (start + 1..end, true)
    } else {
        let length =
            text.get(start..)?.iter().take_while(|b| !matches!(b, b' ' | b'\t' | b',' | b')')).count();
        (start..start + length, false)
    };
    let behind = value.end + usize::from(quoted);
    let skipped = text.get(behind..)?.iter().take_while(|b| matches!(b, b' ' | b'\t' | b',' | b')')).count();
    if skipped == 0 && behind < text.len() {
        return None;
    }
    Some(Pair { name: at..at + length, value, quoted, end: behind + skipped })
}
