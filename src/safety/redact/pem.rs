//! Private keys in PEM form: in one record, escaped into one line, or spread over many records.

use super::{Found, SecretKind as Kind, token::is_mixed};
use memchr::memmem;
use std::sync::LazyLock;

/// Whether a key's first line has been seen and its last one not yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    /// No key is open.
    #[default]
    Closed,
    /// Inside a key; records of other threads may come between, so a few are let through before giving up.
    Open {
        /// Records since the last one that held a part of the key.
        strangers: u8,
    },
}

/// Records without a part of the key after which an open key is given up.
const PATIENCE: u8 = 8;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const MARK: &[u8] = b"PRIVATE KEY";

static FINDER: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(MARK));

/// Adds the parts of private keys in `text`, given what the texts before it left open.
pub(super) fn find(text: &[u8], state: State, found: &mut Vec<Found>) -> State {
    if state == State::Closed && FINDER.find(text).is_none() {
        lone_line(text, found);
        return state;
    }
    let mut at = match state {
        State::Closed => 0,
        State::Open { strangers } => match go_on(text, strangers, found) {
            Ok(end) => end,
            Err(still) => return still,
        },
    };
    while let Some(begin) = begin_of_key(text, at) {
        let Some(end) = end_of_key(text, begin) else {
            found.push(Found { range: begin..text.len(), kind: Kind::PrivateKey });
            return State::Open { strangers: 0 };
        };
        found.push(Found { range: begin..end.1, kind: Kind::PrivateKey });
        at = end.1;
    }
    // The tail of a key whose beginning was cut away.
    if let Some((start, end)) = end_of_key(text, at) {
        body(text, at, start, found);
        found.push(Found { range: start..end, kind: Kind::PrivateKey });
    }
    lone_line(text, found);
    State::Closed
}

/// Follows an open key into `text`: where it ended (or was given up for a new one), or that it is still open.
fn go_on(text: &[u8], strangers: u8, found: &mut Vec<Found>) -> Result<usize, State> {
    if let Some((start, end)) = end_of_key(text, 0) {
        body(text, 0, start, found);
        found.push(Found { range: start..end, kind: Kind::PrivateKey });
        return Ok(end);
    }
    if begin_of_key(text, 0).is_some() {
        return Ok(0);
    }
    let held = body(text, 0, text.len(), found);
    match strangers + 1 {
        _ if held => Err(State::Open { strangers: 0 }),
        PATIENCE.. => Err(State::Closed),
        n => Err(State::Open { strangers: n }),
    }
}

fn begin_of_key(text: &[u8], from: usize) -> Option<usize> {
    marker(text, from, BEGIN).map(|(start, _)| start)
}

fn end_of_key(text: &[u8], from: usize) -> Option<(usize, usize)> {
    marker(text, from, END)
}

/// A line like `-----BEGIN RSA PRIVATE KEY-----` at or after `from`.
fn marker(text: &[u8], from: usize, edge: &[u8]) -> Option<(usize, usize)> {
    const LONGEST_NAME: usize = 40;
    let mut at = from;
    while let Some(found) = memmem::find(text.get(at..)?, edge) {
        let start = at + found;
        let name_at = start + edge.len();
        let name = text.get(name_at..text.len().min(name_at + LONGEST_NAME))?;
        if let Some(mark) = memmem::find(name, MARK)
            && name.get(..mark)?.iter().all(|b| b.is_ascii_uppercase() || *b == b' ')
        {
            let behind = name_at + mark + MARK.len();
            let dashes = text.get(behind..)?.iter().take_while(|b| matches!(b, b'-' | b' ')).count();
            let block = text.get(behind..)?.starts_with(b" BLOCK-----");
            return Some((start, behind + if block { 11 } else { dashes }));
        }
        at = name_at;
    }
    None
}

/// Adds the last base64 run of each line of `from..to`; says whether there was one.
fn body(text: &[u8], from: usize, to: usize, found: &mut Vec<Found>) -> bool {
    let mut held = false;
    let mut start = from;
    for line in text.get(from..to).unwrap_or_default().split_inclusive(|&b| b == b'\n') {
        let end = start + line.trim_ascii_end().len();
        let run = text.get(start..end).unwrap_or_default().iter().rev().take_while(|b| is_base64(b)).count();
        let value = text.get(end - run..end).unwrap_or_default();
        let telling = run >= 40 || (run >= 4 && (is_mixed(value) || value.ends_with(b"=")));
        if telling {
            held = true;
            found.push(Found { range: end - run..end, kind: Kind::PrivateKey });
        }
        start += line.len();
    }
    held
}

/// A text that is nothing but 64 base64 characters is a line of a key that was logged line by line.
fn lone_line(text: &[u8], found: &mut Vec<Found>) {
    let line = text.trim_ascii();
    if line.len() == 64 && line.iter().all(is_base64) && is_mixed(line) {
        let start = text.iter().take_while(|b| b.is_ascii_whitespace()).count();
        found.push(Found { range: start..start + 64, kind: Kind::PrivateKey });
    }
}

fn is_base64(b: &u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')
}
