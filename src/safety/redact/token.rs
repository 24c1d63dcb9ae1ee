//! Values that are secrets by their own shape.

use super::{Found, SecretKind as Kind};

/// A maker's prefix and what must follow it.
#[derive(Debug)]
pub(super) struct Prefix {
    /// In lower case, for the anchor pass; `exact` is compared with case.
    pub(super) text: &'static str,
    exact: &'static str,
    alphabet: Alphabet,
    /// Fewest characters behind the prefix. Less than the maker's length: logs cut values.
    least: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Alphabet {
    Word,
    WordDash,
    WordDashDot,
    Base64,
    Path,
    /// Modular crypt format.
    Hash,
}

impl Alphabet {
    fn has(self, b: u8) -> bool {
        b.is_ascii_alphanumeric()
            || match self {
                Self::Word => b == b'_',
                Self::WordDash => matches!(b, b'_' | b'-'),
                Self::WordDashDot => matches!(b, b'_' | b'-' | b'.'),
                Self::Base64 => matches!(b, b'+' | b'/' | b'=' | b'-' | b'_'),
                Self::Path => matches!(b, b'/' | b'_'),
                Self::Hash => matches!(b, b'.' | b'/' | b'$' | b'=' | b',' | b'+'),
            }
    }
}

const fn prefix(
    text: &'static str,
    exact: &'static str,
    alphabet: Alphabet,
    least: usize,
    kind: Kind,
) -> Prefix {
    Prefix { text, exact, alphabet, least, kind }
}

/// Every prefix known.
pub(super) const PREFIXES: &[Prefix] = &[
    prefix("absk", "ABSK", Alphabet::Base64, 40, Kind::BedrockKey),
    prefix("bedrock-api-key-", "bedrock-api-key-", Alphabet::Base64, 16, Kind::BedrockKey),
    prefix("fwogzxivyxdz", "FwoGZXIvYXdz", Alphabet::Base64, 16, Kind::AwsToken),
    prefix("iqojb3jpz2lu", "IQoJb3JpZ2lu", Alphabet::Base64, 16, Kind::AwsToken),
    prefix("ghp_", "ghp_", Alphabet::Word, 16, Kind::GithubToken),
    prefix("gho_", "gho_", Alphabet::Word, 16, Kind::GithubToken),
    prefix("ghu_", "ghu_", Alphabet::Word, 16, Kind::GithubToken),
    prefix("ghs_", "ghs_", Alphabet::Word, 16, Kind::GithubToken),
    prefix("ghr_", "ghr_", Alphabet::Word, 16, Kind::GithubToken),
    prefix("github_pat_", "github_pat_", Alphabet::Word, 16, Kind::GithubToken),
    prefix("glpat-", "glpat-", Alphabet::WordDashDot, 16, Kind::GitlabToken),
    prefix("gldt-", "gldt-", Alphabet::WordDash, 16, Kind::GitlabToken),
    prefix("glrt-", "glrt-", Alphabet::WordDashDot, 16, Kind::GitlabToken),
    prefix("glptt-", "glptt-", Alphabet::WordDash, 16, Kind::GitlabToken),
    prefix("glcbt-", "glcbt-", Alphabet::WordDash, 16, Kind::GitlabToken),
    prefix("xoxb-", "xoxb-", Alphabet::WordDash, 10, Kind::SlackToken),
    prefix("xoxp-", "xoxp-", Alphabet::WordDash, 10, Kind::SlackToken),
    prefix("xoxa-", "xoxa-", Alphabet::WordDash, 10, Kind::SlackToken),
    prefix("xoxr-", "xoxr-", Alphabet::WordDash, 10, Kind::SlackToken),
    prefix("xoxs-", "xoxs-", Alphabet::WordDash, 10, Kind::SlackToken),
    prefix("xoxe.", "xoxe.", Alphabet::WordDashDot, 10, Kind::SlackToken),
    prefix("xapp-", "xapp-", Alphabet::WordDash, 10, Kind::SlackToken),
    prefix("hooks.slack.com/services/", "hooks.slack.com/services/", Alphabet::Path, 8, Kind::SlackToken),
    prefix("sk_live_", "sk_live_", Alphabet::Word, 10, Kind::StripeKey),
    prefix("sk_test_", "sk_test_", Alphabet::Word, 10, Kind::StripeKey),
    prefix("rk_live_", "rk_live_", Alphabet::Word, 10, Kind::StripeKey),
    prefix("rk_test_", "rk_test_", Alphabet::Word, 10, Kind::StripeKey),
    prefix("whsec_", "whsec_", Alphabet::Base64, 16, Kind::StripeKey),
    prefix("aiza", "AIza", Alphabet::WordDash, 30, Kind::GoogleKey),
    prefix("ya29.", "ya29.", Alphabet::WordDashDot, 16, Kind::GoogleKey),
    prefix("gocspx-", "GOCSPX-", Alphabet::WordDash, 16, Kind::GoogleKey),
    prefix("npm_", "npm_", Alphabet::Word, 30, Kind::NpmToken),
    prefix("pypi-", "pypi-", Alphabet::WordDash, 30, Kind::PypiToken),
    prefix("hvs.", "hvs.", Alphabet::WordDash, 16, Kind::VaultToken),
    prefix("hvb.", "hvb.", Alphabet::WordDash, 16, Kind::VaultToken),
    prefix("hvr.", "hvr.", Alphabet::WordDash, 16, Kind::VaultToken),
    prefix("sg.", "SG.", Alphabet::WordDashDot, 30, Kind::SendgridKey),
    prefix("sk-ant-", "sk-ant-", Alphabet::WordDash, 16, Kind::ApiKey),
    prefix("sk-proj-", "sk-proj-", Alphabet::WordDash, 16, Kind::ApiKey),
    prefix("hf_", "hf_", Alphabet::Word, 30, Kind::Token),
    prefix("dckr_pat_", "dckr_pat_", Alphabet::WordDash, 16, Kind::Token),
    prefix("dop_v1_", "dop_v1_", Alphabet::Word, 30, Kind::Token),
    prefix("shpat_", "shpat_", Alphabet::Word, 16, Kind::Token),
    prefix("glsa_", "glsa_", Alphabet::Word, 20, Kind::Token),
    prefix("tskey-", "tskey-", Alphabet::WordDash, 16, Kind::ApiKey),
    prefix("rubygems_", "rubygems_", Alphabet::Word, 30, Kind::ApiKey),
    prefix("age-secret-key-", "AGE-SECRET-KEY-", Alphabet::Word, 30, Kind::PrivateKey),
    prefix("mii", "MII", Alphabet::Base64, 48, Kind::PrivateKey),
    prefix("$2a$", "$2a$", Alphabet::Hash, 40, Kind::PasswordHash),
    prefix("$2b$", "$2b$", Alphabet::Hash, 40, Kind::PasswordHash),
    prefix("$2y$", "$2y$", Alphabet::Hash, 40, Kind::PasswordHash),
    prefix("$6$", "$6$", Alphabet::Hash, 40, Kind::PasswordHash),
    prefix("$argon2", "$argon2", Alphabet::Hash, 40, Kind::PasswordHash),
];

impl Prefix {
    /// The value at `start`, where the anchor pass found the prefix in some letter case.
    pub(super) fn matches(&self, text: &[u8], start: usize) -> Option<Found> {
        let rest = text.get(start..)?.strip_prefix(self.exact.as_bytes())?;
        if self.exact.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric) && inside_word(text, start) {
            return None;
        }
        let len = rest.iter().take_while(|&&b| self.alphabet.has(b)).count();
        let value = rest.get(..len)?;
        // Words joined by dashes (`npm_config_registry`) have no digits; made values do.
        let made = value.iter().any(u8::is_ascii_digit);
        (len >= self.least && made)
            .then(|| Found { range: start..start + self.exact.len() + len, kind: self.kind })
    }
}

/// Whether the byte before `start` makes it the middle of a longer word.
fn inside_word(text: &[u8], start: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| text.get(at));
    // `\n` and `\t` in escaped text end in a letter that is no part of the word behind them.
    let escaped = start.checked_sub(2).and_then(|at| text.get(at)) == Some(&b'\\');
    before.is_some_and(u8::is_ascii_alphanumeric) && !escaped
}

/// What a whole value is by its shape, whatever its name says.
pub(super) fn kind_of(value: &[u8]) -> Option<Kind> {
    let mut found = Vec::new();
    aws_key(value, 0, false, &mut found);
    let aws = found.pop().filter(|f| f.range.end == value.len());
    let shaped = || PREFIXES.iter().find_map(|prefix| prefix.matches(value, 0)).or_else(|| jwt(value, 0));
    aws.or_else(shaped).map(|f| f.kind)
}

/// An AWS access key id at `start`, and the secret key somewhere near it.
pub(super) fn aws_key(text: &[u8], start: usize, look_around: bool, found: &mut Vec<Found>) {
    let Some(rest) = text.get(start..) else { return };
    let known = matches!(rest, [b'A', b'K' | b'S', b'I', b'A', ..] | [b'A', b'B', b'I', b'A', ..])
        || rest.starts_with(b"ACCA")
        || matches!(rest, [b'A', b'3', b'T', b, ..] if b.is_ascii_uppercase() || b.is_ascii_digit());
    if !known || inside_word(text, start) {
        return;
    }
    let run = rest.iter().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit()).count();
    let whole = run == 20 && !rest.get(20).is_some_and(u8::is_ascii_lowercase);
    let cut = (12..20).contains(&run) && matches!(rest.get(run), None | Some(b'.')) && rest.len() <= run + 3;
    // Where line breaks were taken out, the next line may begin with anything.
    let wrapped = !look_around && run >= 20;
    if !(whole || cut || wrapped) {
        return;
    }
    let end = start + run.min(20);
    found.push(Found { range: start..end, kind: Kind::AwsKey });
    if look_around {
        secret_near(text, start..end, found);
    }
}

/// Any stand-alone run of 40 base64 characters of mixed kind close to a key id is taken for its secret.
fn secret_near(text: &[u8], key: std::ops::Range<usize>, found: &mut Vec<Found>) {
    const BEFORE: usize = 200;
    const AFTER: usize = 400;
    let low = key.start.saturating_sub(BEFORE);
    let high = text.len().min(key.end + AFTER);
    let part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    let mut at = low;
    while at < high {
        let run = text.get(at..high).unwrap_or_default().iter().take_while(|&&b| part(b)).count();
        let value = text.get(at..at + run).unwrap_or_default();
        let begins = at == low || at.checked_sub(1).and_then(|b| text.get(b)).is_none_or(|&b| !part(b));
        if run == 40 && begins && is_mixed(value) {
            found.push(Found { range: at..at + run, kind: Kind::AwsSecret });
        }
        at += run + 1;
    }
}

/// Holds capitals, small letters and digits.
pub(super) fn is_mixed(value: &[u8]) -> bool {
    value.iter().any(u8::is_ascii_uppercase)
        && value.iter().any(u8::is_ascii_lowercase)
        && value.iter().any(u8::is_ascii_digit)
}

/// A JSON web token (RFC 7519) at `start`: two or more base64url parts, the first one a JSON object.
pub(super) fn jwt(text: &[u8], start: usize) -> Option<Found> {
    let rest = text.get(start..)?;
    if !rest.starts_with(b"eyJ") || inside_word(text, start) {
        return None;
    }
    let part = |from: usize| {
        let rest = rest.get(from..).unwrap_or_default();
        rest.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count()
    };
    let header = part(0);
    if header < 10 || rest.get(header) != Some(&b'.') {
        return None;
    }
    let claims = part(header + 1);
    if claims < 6 {
        return None;
    }
    let mut end = header + 1 + claims;
    // Signature, or the further parts of an encrypted token.
    for _ in 0..3 {
        if rest.get(end) != Some(&b'.') {
            break;
        }
        end += 1 + part(end + 1);
    }
    Some(Found { range: start..start + end, kind: Kind::Jwt })
}

/// Account and key ids (`AC..`, `SK..` and 32 hexadecimal digits) within 200 bytes of the maker's name.
pub(super) fn twilio(text: &[u8], end: usize, found: &mut Vec<Found>) {
    const NEAR: usize = 200;
    let high = text.len().min(end + NEAR);
    let window = text.get(end..high).unwrap_or_default();
    for (at, pair) in window.windows(2).enumerate() {
        let start = end + at;
        if !matches!(pair, b"AC" | b"SK") || inside_word(text, start) {
            continue;
        }
        let rest = text.get(start + 2..).unwrap_or_default();
        let run = rest.iter().take_while(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')).count();
        if run == 32 {
            found.push(Found { range: start..start + 34, kind: Kind::TwilioKey });
        }
    }
}
