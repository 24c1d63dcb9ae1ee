//! Credentials in request headers and URLs.

use super::assignment::{Form, Value, quote, stand_in};
use super::{Found, SecretKind as Kind};

/// How far back the header's name may stand.
const HEADER_NEAR: usize = 40;

/// `Bearer x` or `Basic x`; the word was found at `start..end`.
pub(super) fn scheme(text: &[u8], start: usize, end: usize) -> Option<Found> {
    let before = text.get(start.saturating_sub(HEADER_NEAR)..start)?;
    let in_header = before.windows(13).any(|w| w.eq_ignore_ascii_case(b"authorization"));
    let basic =
        text.get(start)?.eq_ignore_ascii_case(&b'b') && text.get(start + 1)?.eq_ignore_ascii_case(&b'a');
    let at = gap(text, if basic { end - 1 } else { end })?;
    let rest = text.get(at..)?;
    let token =
        |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'~' | b'+' | b'/' | b'=' | b'-');
    let len = rest.iter().take_while(|b| token(b)).count();
    let value = rest.get(..len)?.trim_ascii_end();
    let value = value.strip_suffix(b".").unwrap_or(value);
    let digits = value.iter().any(u8::is_ascii_digit);
    let mixed = value.iter().any(u8::is_ascii_uppercase) && value.iter().any(u8::is_ascii_lowercase);
    // `Bearer realm="x"` is a challenge, `bearer token expired` a sentence.
    let challenge = value.trim_ascii_end().split(|&b| b == b'=').nth(1).is_some_and(|rest| !rest.is_empty());
    let taken = if basic {
        value.len() >= 8 && (in_header && (digits || mixed) || decodes_to_a_pair(value))
    } else {
        !challenge
            && (value.len() >= 8 && (digits || mixed && value.len() >= 16) || in_header && value.len() >= 4)
    };
    taken.then(|| Found { range: at..at + value.len(), kind: Kind::Authorization })
}

/// Skips what stands between a scheme and its value: blanks, their encodings, `:` or `=`, a quote.
fn gap(text: &[u8], end: usize) -> Option<usize> {
    let mut at = end;
    let mut moved = false;
    loop {
        let rest = text.get(at..)?;
        let step = match rest {
            [b' ' | b'\t' | b'+' | b':' | b'=', ..] => 1,
            _ if moved => quote(text, at).map_or(0, |q| q.len),
            _ => 0,
        };
        if step == 0 {
            return moved.then_some(at);
        }
        moved = true;
        at += step;
        if at > end + 12 {
            return None;
        }
    }
}

/// Whether base64 text is `user:password`.
fn decodes_to_a_pair(value: &[u8]) -> bool {
    from_base64(value).is_some_and(|out| out.contains(&b':') && out.iter().all(|b| matches!(b, 0x20..=0x7e)))
}

/// Decodes base64, the URL alphabet too, with or without padding; `None` for anything else.
pub(in crate::safety) fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut bits = 0u32;
    let mut held = 0;
    let mut out = Vec::with_capacity(text.len());
    for &b in text {
        let six = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(six)) & 0xff_ffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held & 0xff) as u8);
        }
    }
    Some(out)
}

/// The pairs of a `Cookie` or `Set-Cookie` header, or the value of a field of that name.
pub(super) fn cookie(text: &[u8], start: usize, end: usize) -> Option<Found> {
    let key_end = end + usize::from(text.get(end) == Some(&b's'));
    let boundary =
        start.checked_sub(1).and_then(|at| text.get(at)).is_none_or(|b| !b.is_ascii_alphanumeric());
    if !boundary {
        return None;
    }
    let value = super::assignment::read(text, &(start..key_end), super::assignment::Name::Session)?;
    let bytes = text.get(value.range.clone())?;
    let at = value.range.start;
    if value.quoted {
        let pairs = bytes.contains(&b'=') && bytes.len() > 4;
        return (pairs || is_session(bytes)).then_some(Found { range: value.range, kind: Kind::Cookie });
    }
    let len = pairs_len(text.get(at..)?);
    if len > 4 {
        return Some(Found { range: at..at + len, kind: Kind::Cookie });
    }
    (value.form != Form::Option && is_session(bytes))
        .then_some(Found { range: value.range, kind: Kind::Cookie })
}

fn is_session(bytes: &[u8]) -> bool {
    bytes.len() >= 8
        && bytes.iter().any(u8::is_ascii_digit)
        && !bytes.contains(&b' ')
        && stand_in(bytes).is_none()
}

/// Length of `name=value; name=value`.
fn pairs_len(rest: &[u8]) -> usize {
    let ends = |b: &u8| {
        b.is_ascii_whitespace() || matches!(b, b';' | b'"' | b'\'' | b'\\' | b'<' | b',' | b']' | b'}')
    };
    let mut at = 0;
    loop {
        let pair = rest.get(at..).unwrap_or_default();
        let name = pair.iter().take_while(|b| b.is_ascii_alphanumeric() || b"-_.%$~".contains(b)).count();
        if name == 0 || pair.get(name) != Some(&b'=') {
            break;
        }
        let value = pair.get(name + 1..).unwrap_or_default().iter().take_while(|b| !ends(b)).count();
        at += name + 1 + value;
        match rest.get(at..) {
            Some([b';', b' ', ..]) => at += 2,
            Some([b';', ..]) => at += 1,
            _ => break,
        }
    }
    rest.get(..at).unwrap_or_default().trim_ascii_end().strip_suffix(b";").map_or(at, <[u8]>::len)
}

/// The password (or a bare token) of `scheme://user:password@host`; `end` is behind the `://`.
pub(super) fn userinfo(text: &[u8], end: usize) -> Option<Found> {
    const LONGEST: usize = 512;
    let rest = text.get(end..text.len().min(end + LONGEST))?;
    let stops = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'`' | b',' | b'\\');
    let whole = rest.get(..rest.iter().position(stops).unwrap_or(rest.len()))?;
    let authority =
        whole.get(..whole.iter().position(|b| matches!(b, b'/' | b'?' | b'#')).unwrap_or(whole.len()))?;
    let at = match authority.iter().rposition(|&b| b == b'@') {
        Some(at) => at,
        // A password may hold a slash; a port may not.
        None => {
            let colon = authority.iter().position(|&b| b == b':')?;
            let port = authority.get(colon + 1..)?;
            let host_like =
                port.is_empty() || port.iter().all(u8::is_ascii_digit) || authority.first() == Some(&b'[');
            if host_like {
                return None;
            }
            whole.iter().position(|&b| b == b'@')?
        }
    };
    let user = whole.get(..at)?;
    let Some(colon) = user.iter().position(|&b| b == b':') else {
        let token = user.len() >= 16 && user.iter().any(u8::is_ascii_digit) && stand_in(user).is_none();
        return token.then_some(Found { range: end..end + at, kind: Kind::Token });
    };
    let password = user.get(colon + 1..)?;
    let shown = password.is_empty()
        || stand_in(password).is_some()
        || password.iter().all(|b| matches!(b, b'*' | b'x' | b'X'))
        || password.starts_with(b"${")
        || password.first() == Some(&b'<');
    (!shown).then_some(Found { range: end + colon + 1..end + at, kind: Kind::Password })
}

/// `-u user:password` of command lines.
pub(super) fn user_option(text: &[u8], end: usize) -> Option<Found> {
    let rest = text.get(end..)?;
    let open = quote(text, end).map_or(0, |q| q.len);
    let rest = rest.get(open..)?;
    let len =
        rest.iter().take_while(|b| !b.is_ascii_whitespace() && !matches!(b, b'"' | b'\'' | b'\\')).count();
    let pair = rest.get(..len)?;
    let colon = pair.iter().position(|&b| b == b':')?;
    let password = pair.get(colon + 1..)?;
    let start = end + open + colon + 1;
    let value = Value { range: start..start + password.len(), form: Form::Option, quoted: false };
    let named =
        colon > 0 && password.len() >= 3 && stand_in(password).is_none() && !password.starts_with(b"//");
    named.then_some(Found { range: value.range, kind: Kind::Password })
}
