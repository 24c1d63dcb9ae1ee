//! Values that a secret's name introduces and that are no secret.

use super::{Form, Name, Value, stand_in};

/// What messages say about a password or token.
const SAID: &[&str] = &[
    "a",
    "absent",
    "accepted",
    "and",
    "are",
    "at",
    "authentication",
    "auth",
    "blank",
    "cannot",
    "changed",
    "check",
    "configured",
    "correct",
    "could",
    "credentials",
    "default",
    "denied",
    "disabled",
    "does",
    "empty",
    "enabled",
    "error",
    "exists",
    "expired",
    "expires",
    "failed",
    "failure",
    "false",
    "for",
    "found",
    "from",
    "generated",
    "has",
    "hidden",
    "if",
    "in",
    "incorrect",
    "invalid",
    "is",
    "issued",
    "length",
    "malformed",
    "masked",
    "mismatch",
    "missing",
    "must",
    "n/a",
    "needed",
    "new",
    "nil",
    "no",
    "none",
    "not",
    "null",
    "of",
    "off",
    "ok",
    "on",
    "or",
    "pending",
    "present",
    "provided",
    "refreshed",
    "refused",
    "rejected",
    "removed",
    "required",
    "reset",
    "retry",
    "revoked",
    "rotated",
    "sent",
    "set",
    "should",
    "specified",
    "success",
    "the",
    "timeout",
    "to",
    "too",
    "true",
    "undefined",
    "unknown",
    "unset",
    "updated",
    "user",
    "valid",
    "validated",
    "verified",
    "was",
    "with",
    "wrong",
    "yes",
    "redacted",
    "[redacted]",
    "[filtered]",
    "(hidden)",
    "filtered",
    "changeme?",
];

/// Whether a value read behind `name` is left as it is.
pub(super) fn is_plain(text: &[u8], value: &Value, bytes: &[u8], name: Name) -> bool {
    let bytes = trimmed(bytes, value.quoted);
    bytes.is_empty()
        || is_masked(bytes)
        || is_placeholder(bytes)
        || is_said(bytes)
        || is_path(bytes, name)
        || match name {
            Name::Password | Name::Pwd | Name::Sql => is_prose(text, value, bytes),
            Name::Signature => bytes.len() < 16 || !bytes.iter().all(is_code),
            Name::Authorization => bytes.len() < 8 || !has_digit(bytes) || is_prose(text, value, bytes),
            Name::Secret if value.form == Form::Tight => is_number(bytes) || is_prose(text, value, bytes),
            Name::Secret | Name::Token | Name::Key | Name::Session => is_tame(text, value, bytes),
        }
}

fn trimmed(bytes: &[u8], quoted: bool) -> &[u8] {
    if quoted { bytes } else { bytes.trim_suffix_of(b".,;:!") }
}

trait TrimSuffixOf {
    fn trim_suffix_of(&self, marks: &[u8]) -> &Self;
}

impl TrimSuffixOf for [u8] {
    fn trim_suffix_of(&self, marks: &[u8]) -> &[u8] {
        let tail = self.iter().rev().take_while(|b| marks.contains(b)).count();
        self.get(..self.len() - tail).unwrap_or_default()
    }
}

/// Stars, crosses, our own stand-ins.
fn is_masked(bytes: &[u8]) -> bool {
    let filler = |b: &u8| matches!(b, b'*' | b'x' | b'X' | b'.' | b'-' | b'#' | b'_');
    stand_in(bytes).is_some()
        || bytes.starts_with(b"***")
        || bytes.iter().all(filler)
        || (bytes.first() == Some(&b'<') && bytes.last() == Some(&b'>'))
}

/// Templates and variables.
fn is_placeholder(bytes: &[u8]) -> bool {
    [b"${".as_slice(), b"$(", b"{{", b"%{", b"{}", b"%s", b"%v", b"%d", b"{0}"]
        .iter()
        .any(|p| bytes.starts_with(p))
        || matches!(bytes, b"?" | [b'$', b'0'..=b'9'])
        || (bytes.first() == Some(&b'$')
            && bytes.iter().skip(1).all(|b| b.is_ascii_uppercase() || *b == b'_' || b.is_ascii_digit()))
        || bytes.first() == Some(&b'{')
}

fn is_said(bytes: &[u8]) -> bool {
    str::from_utf8(bytes).is_ok_and(|word| SAID.iter().any(|said| said.eq_ignore_ascii_case(word)))
}

fn is_path(bytes: &[u8], name: Name) -> bool {
    let rooted = matches!(bytes, [b'/', ..] | [b'~', b'/', ..] | [b'.', b'/', ..])
        || matches!(bytes, [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic());
    let modest = |b: &u8| {
        b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'/' | b'.' | b'_' | b'-' | b'~')
    };
    let place = bytes.starts_with(b"http://") || bytes.starts_with(b"https://") || bytes.starts_with(b"arn:");
    place || (rooted && (name == Name::Pwd || (bytes.iter().all(modest) && bytes.len() > 4)))
}

fn is_number(bytes: &[u8]) -> bool {
    bytes.len() <= 12 && bytes.iter().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+'))
}

/// Part of a sentence rather than a value.
fn is_prose(text: &[u8], value: &Value, bytes: &[u8]) -> bool {
    if value.quoted {
        let words: Vec<&[u8]> = bytes.split(|&b| b == b' ').collect();
        let said = words.iter().filter(|w| is_said(w)).count();
        return words.len() > 1
            && said > 0
            && bytes.iter().all(|b| b.is_ascii_alphabetic() || b" ,.'-".contains(b));
    }
    let word = bytes.iter().all(u8::is_ascii_alphabetic)
        || (bytes.len() <= 2 && bytes.iter().all(u8::is_ascii_digit));
    let goes_on = text.get(value.range.end..).is_some_and(|rest| {
        matches!(rest, [b' ', next, ..] if next.is_ascii_alphabetic())
            && !rest
                .iter()
                .skip(1)
                .take(24)
                .take_while(|b| !b.is_ascii_whitespace())
                .any(|b| matches!(b, b'=' | b':'))
    });
    value.form == Form::Loose && word && goes_on
}

/// Neither long nor mixed enough to be a token: a word, a name with dashes, a number.
fn is_tame(text: &[u8], value: &Value, bytes: &[u8]) -> bool {
    if bytes.len() < 6 || is_number(bytes) || is_prose(text, value, bytes) || bytes.contains(&b' ') {
        return true;
    }
    // `Token{a64f992 ..}` and `Token@1b2c3d` describe objects.
    let word = bytes.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    if word > 2 && matches!(bytes.get(word), Some(b'{' | b'(' | b'[' | b'@')) {
        return true;
    }
    let upper = bytes.iter().any(u8::is_ascii_uppercase);
    let lower = bytes.iter().any(u8::is_ascii_lowercase);
    let name = bytes.iter().all(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_' | b'.' | b'/'));
    let camel = upper && lower && bytes.len() < 24;
    if name && (!(upper && lower) || camel) && bytes.len() < 32 {
        return true;
    }
    // `rds-credentials-2` is the name of a secret; `a81f-77c2-..` is a secret.
    value.form == Form::Loose && !value.quoted && is_resource_name(bytes)
}

/// Lower-case words joined by dashes with a few digits.
fn is_resource_name(bytes: &[u8]) -> bool {
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    bytes.contains(&b'-') && digits * 4 < bytes.len() && !bytes.iter().any(u8::is_ascii_uppercase)
}

fn has_digit(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_digit)
}

fn is_code(b: &u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'_' | b'-' | b'%' | b'.')
}
