//! Values that are secrets because of the name in front of them.
//!
//! `password=x`, `"password": "x"`, `\"password\":\"x\"`, `--password x`, `<password>x</password>`,
//! `{"name":"DB_PASSWORD","value":"x"}`, `IDENTIFIED BY 'x'`. What a sentence says about a password
//! ("password: incorrect") and counts ("tokens=512") are left alone; [`plain`] holds those judgements.

mod plain;
mod value;

use super::{Found, SecretKind as Kind, token};
pub(super) use value::{Form, Value, quote, read, stand_in};

/// What a name says about its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// `password` and its relatives: any value counts, even a word.
    Password,
    /// `pwd`: also the working directory.
    Pwd,
    /// `secret`
    Secret,
    /// `token`
    Token,
    /// `api_key` and other keys that are secrets.
    Key,
    /// Signature of a request.
    Signature,
    /// Session identifiers of web frameworks.
    Session,
    /// The header; its schemes have rules of their own.
    Authorization,
    /// SQL: `IDENTIFIED BY 'x'`.
    Sql,
}

/// The words the anchor pass looks for.
pub(super) const NAMES: &[(&str, Name)] = &[
    ("password", Name::Password),
    ("passwd", Name::Password),
    ("passphrase", Name::Password),
    ("passcode", Name::Password),
    ("pass", Name::Password),
    ("passwort", Name::Password),
    ("pwd", Name::Pwd),
    ("secret", Name::Secret),
    ("token", Name::Token),
    ("api_key", Name::Key),
    ("api-key", Name::Key),
    ("apikey", Name::Key),
    ("access_key", Name::Key),
    ("access-key", Name::Key),
    ("accesskey", Name::Key),
    ("private_key", Name::Key),
    ("privatekey", Name::Key),
    ("signing_key", Name::Key),
    ("signingkey", Name::Key),
    ("encryption_key", Name::Key),
    ("encryptionkey", Name::Key),
    ("master_key", Name::Key),
    ("masterkey", Name::Key),
    ("account_key", Name::Key),
    ("accountkey", Name::Key),
    ("auth_key", Name::Key),
    ("authkey", Name::Key),
    ("subscription-key", Name::Key),
    ("signature", Name::Signature),
    ("sig=", Name::Signature),
    ("jsessionid", Name::Session),
    ("phpsessid", Name::Session),
    ("authorization", Name::Authorization),
    ("identified by", Name::Sql),
];

/// Words of a name that make its value something other than the secret itself.
const ABOUT: &[&str] = &[
    "age",
    "arn",
    "attempt",
    "attempts",
    "algorithm",
    "budget",
    "change",
    "changed",
    "class",
    "count",
    "counts",
    "created",
    "enabled",
    "endpoint",
    "error",
    "expiration",
    "expired",
    "expires",
    "expiry",
    "field",
    "file",
    "flow",
    "format",
    "in",
    "index",
    "is",
    "issuer",
    "kind",
    "last",
    "len",
    "length",
    "limit",
    "method",
    "name",
    "names",
    "path",
    "policy",
    "position",
    "prefix",
    "provider",
    "ref",
    "required",
    "reset",
    "rotation",
    "service",
    "size",
    "source",
    "state",
    "status",
    "store",
    "strength",
    "ttl",
    "type",
    "uri",
    "url",
    "usage",
    "valid",
    "verified",
    "version",
    "until",
    "updated",
    "used",
];

/// Words in front that do the same: `next_token` pages, `max_token` counts, `invalid token` complains.
const BEFORE: &[&str] = &[
    "bad",
    "cancel",
    "cancellation",
    "completion",
    "continuation",
    "expired",
    "fencing",
    "has",
    "input",
    "invalid",
    "is",
    "max",
    "min",
    "missing",
    "next",
    "no",
    "num",
    "output",
    "page",
    "pagination",
    "prompt",
    "public",
    "require",
    "resume",
    "scroll",
    "sync",
    "total",
    "unexpected",
    "use",
    "wrong",
];

/// The secret behind the name whose word was found at `word`.
pub(super) fn value(text: &[u8], word: (usize, usize), name: Name) -> Option<Found> {
    let word = if name == Name::Signature && text.get(word.1.checked_sub(1)?) == Some(&b'=') {
        (word.0, word.1 - 1)
    } else {
        word
    };
    let key = key_around(text, word);
    if !names_a_secret(text, word, &key, name) {
        return None;
    }
    let value = read(text, &key, name)?;
    let bytes = text.get(value.range.clone())?;
    if plain::is_plain(text, &value, bytes, name) {
        return None;
    }
    if name == Name::Authorization && starts_with_scheme(bytes) {
        return None;
    }
    let kind = match name {
        _ if let Some(kind) = token::kind_of(bytes) => kind,
        Name::Password | Name::Pwd | Name::Sql => Kind::Password,
        Name::Secret if is_aws_secret(text.get(key.clone())?, bytes) => Kind::AwsSecret,
        Name::Secret => Kind::Secret,
        Name::Token | Name::Session => Kind::Token,
        Name::Key if is_aws_secret(text.get(key.clone())?, bytes) => Kind::AwsSecret,
        Name::Key => Kind::ApiKey,
        Name::Signature => Kind::Signature,
        Name::Authorization => Kind::Authorization,
    };
    Some(Found { range: value.range, kind })
}

/// `Bearer x` and `Basic x` have a rule of their own, which leaves the scheme readable.
fn starts_with_scheme(value: &[u8]) -> bool {
    [b"bearer".as_slice(), b"basic"]
        .iter()
        .any(|s| value.get(..s.len()).is_some_and(|v| v.eq_ignore_ascii_case(s)))
}

fn is_aws_secret(key: &[u8], value: &[u8]) -> bool {
    value.len() == 40 && key.windows(6).any(|w| w.eq_ignore_ascii_case(b"secret")) && token::is_mixed(value)
}

/// The whole identifier around the found word.
fn key_around(text: &[u8], (start, end): (usize, usize)) -> std::ops::Range<usize> {
    const LONGEST: usize = 64;
    let part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    let before = text.get(start.saturating_sub(LONGEST)..start).unwrap_or_default();
    let left = before.iter().rev().take_while(|b| part(b)).count();
    let after = text.get(end..text.len().min(end + LONGEST)).unwrap_or_default();
    let right = after.iter().take_while(|b| part(b)).count();
    start - left..end + right
}

fn names_a_secret(
    text: &[u8],
    (start, end): (usize, usize),
    key: &std::ops::Range<usize>,
    name: Name,
) -> bool {
    let (Some(word), Some(before), Some(after)) =
        (text.get(start..end), text.get(key.start..start), text.get(end..key.end))
    else {
        return false;
    };
    let short = word.len() < 5 || name == Name::Signature;
    let camel = word.first().is_some_and(u8::is_ascii_uppercase)
        && before.last().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let begins =
        camel || before.last().is_none_or(|b| !b.is_ascii_alphanumeric()) || escape_before(text, key, start);
    if short && !begins {
        return false;
    }
    let goes_on = match (word.last(), after.first()) {
        (Some(last), Some(next)) if next.is_ascii_lowercase() => last.is_ascii_alphabetic(),
        (Some(last), Some(next)) if next.is_ascii_uppercase() => last.is_ascii_uppercase(),
        _ => false,
    };
    if goes_on {
        return false;
    }
    !segments(before).any(|w| BEFORE.contains(&w.as_str()))
        && !segments(after).any(|w| ABOUT.contains(&w.as_str()))
}

/// `\npassword=`: the letter of an escape stands before the word.
fn escape_before(text: &[u8], key: &std::ops::Range<usize>, start: usize) -> bool {
    start == key.start + 1 && key.start.checked_sub(1).and_then(|at| text.get(at)) == Some(&b'\\')
}

/// Lower-case words of an identifier, cut at separators and capitals.
fn segments(identifier: &[u8]) -> impl Iterator<Item = String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut was_lower = false;
    for &b in identifier {
        let cut = !b.is_ascii_alphanumeric() || (b.is_ascii_uppercase() && was_lower);
        was_lower = b.is_ascii_lowercase();
        if cut {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut()
            && b.is_ascii_alphanumeric()
        {
            word.push(char::from(b.to_ascii_lowercase()));
        }
    }
    words.into_iter().filter(|word| !word.is_empty())
}
