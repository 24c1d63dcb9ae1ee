//! Apache's and nginx's access logs: common, combined, with a virtual host, with anything behind.

use super::super::read::Parts;
use super::super::sink::Sink;
use super::super::time::{DayOrder, scan};

/// `client ident user [time] "GET /x HTTP/1.1" 200 12 "referrer" "agent"`; the body starts at the request.
pub(super) fn read<'l, S: Sink>(text: &'l [u8], order: DayOrder, sink: &mut S) -> Option<Parts<'l>> {
    let open = memchr::memchr(b'[', text.get(..text.len().min(300))?).filter(|at| *at >= 6)?;
    if text.get(open - 1) != Some(&b' ') {
        return None;
    }
    let (time, used) = scan(text.get(open + 1..)?, order)?;
    let close = open + 1 + used;
    if !time.is_whole() || text.get(close..close + 3) != Some(b"] \"") {
        return None;
    }
    let who = text.get(..open - 1)?;
    let count = who.split(|b| *b == b' ').count();
    if !(3..=6).contains(&count) {
        return None;
    }
    let request = close + 3;
    let status = request + quote_end(text.get(request..)?)?;
    if !text.get(status + 2..)?.first()?.is_ascii_digit() {
        return None;
    }
    if S::WANTED {
        list(who, text.get(request..status)?, text.get(status + 2..)?, sink);
    }
    Some(Parts { time: Some(time), ..Parts::body(text.get(close + 2..)?) })
}

fn list<S: Sink>(who: &[u8], request: &[u8], rest: &[u8], sink: &mut S) {
    let words: Vec<&[u8]> = who.split(|b| *b == b' ').collect();
    let names: [&[u8]; 4] = [b"vhost", b"client", b"ident", b"user"];
    let names = names.iter().skip(usize::from(words.len() == 3));
    let mut put = |name: &[u8], value: &[u8]| {
        if value != b"-" && !value.is_empty() {
            sink.put(name, value);
        }
    };
    names.zip(&words).for_each(|(name, word)| put(name, word));
    let mut parts = request.splitn(3, |b| *b == b' ');
    for name in [b"method".as_slice(), b"path", b"protocol"] {
        put(name, parts.next().unwrap_or_default());
    }
    let mut rest = rest;
    for name in [b"status".as_slice(), b"bytes", b"referrer", b"agent"] {
        let (value, next) = word_or_quoted(rest);
        put(name, value);
        rest = next;
    }
}

/// The next word or quoted text and what follows it.
fn word_or_quoted(text: &[u8]) -> (&[u8], &[u8]) {
    let text = text.trim_ascii_start();
    match text.strip_prefix(b"\"") {
        Some(inner) => {
            let end = quote_end(inner).unwrap_or(inner.len());
            (&inner[..end], inner.get(end + 1..).unwrap_or_default())
        }
        None => {
            let end = memchr::memchr(b' ', text).unwrap_or(text.len());
            text.split_at(end)
        }
    }
}

/// Index of the closing quote, past escaped ones.
fn quote_end(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}
