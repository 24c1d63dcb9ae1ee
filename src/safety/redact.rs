//! Secrets out, stable stand-ins in, before anything goes to a model, a cache, a report or a case.
//!
//! ```text
//! text -> views (hidden characters and our escapes for them dropped; URL-decoded; lines joined), offsets kept
//!      -> anchors (one Aho-Corasick pass) -> verified by hand-written rules -> ranges of the text
//!      -> <aws-key#1>, <password#2> ..  -> looked at once more; anything left means "not sent"
//! ```
//!
//! Rules are curated for logs, not a general secret scanner: a value is masked because of its shape or because of the
//! name in front of it, never because it looks random. A [`Redactor`] belongs to one case: the same value gets the
//! same stand-in there, so a reader can still correlate. It remembers hashes, never values.

mod anchors;
mod assignment;
mod contact;
mod header;
mod pem;
mod token;
mod view;

use anchors::Rules;
pub(in crate::safety) use header::from_base64;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use thiserror::Error;
use view::View;

/// What a masked value was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SecretKind {
    /// AWS access key id.
    AwsKey,
    /// AWS secret access key.
    AwsSecret,
    /// AWS session token.
    AwsToken,
    /// Bedrock API key.
    BedrockKey,
    /// Credentials of an `Authorization` header.
    Authorization,
    /// Cookie values.
    Cookie,
    /// JSON web token.
    Jwt,
    /// PEM private key, whole or in part.
    PrivateKey,
    /// Password, in a URL, an assignment or a statement.
    Password,
    /// Hash of a password (bcrypt, crypt, argon2).
    PasswordHash,
    /// Value named a secret.
    Secret,
    /// Value named a token, or a token of a known maker without its own kind.
    Token,
    /// Value named a key, or a key of a known maker without its own kind.
    ApiKey,
    /// GitHub token.
    GithubToken,
    /// GitLab token.
    GitlabToken,
    /// Slack token or webhook.
    SlackToken,
    /// Stripe key.
    StripeKey,
    /// Google key or OAuth token.
    GoogleKey,
    /// npm token.
    NpmToken,
    /// `PyPI` token.
    PypiToken,
    /// Vault token.
    VaultToken,
    /// `SendGrid` key.
    SendgridKey,
    /// Twilio key.
    TwilioKey,
    /// Signature of a pre-signed URL or request.
    Signature,
    /// Payment card number.
    Card,
    /// E-mail address.
    Email,
    /// IP address (only when asked for).
    Ip,
}

impl SecretKind {
    /// The name in a stand-in: `aws-key` in `<aws-key#1>`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwsKey => "aws-key",
            Self::AwsSecret => "aws-secret",
            Self::AwsToken => "aws-token",
            Self::BedrockKey => "bedrock-key",
            Self::Authorization => "authorization",
            Self::Cookie => "cookie",
            Self::Jwt => "jwt",
            Self::PrivateKey => "private-key",
            Self::Password => "password",
            Self::PasswordHash => "password-hash",
            Self::Secret => "secret",
            Self::Token => "token",
            Self::ApiKey => "api-key",
            Self::GithubToken => "github-token",
            Self::GitlabToken => "gitlab-token",
            Self::SlackToken => "slack-token",
            Self::StripeKey => "stripe-key",
            Self::GoogleKey => "google-key",
            Self::NpmToken => "npm-token",
            Self::PypiToken => "pypi-token",
            Self::VaultToken => "vault-token",
            Self::SendgridKey => "sendgrid-key",
            Self::TwilioKey => "twilio-key",
            Self::Signature => "signature",
            Self::Card => "card",
            Self::Email => "email",
            Self::Ip => "ip",
        }
    }
}

impl fmt::Display for SecretKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why a text must not leave: the redactor could not vouch for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RedactionError {
    /// A rule still finds something after masking.
    #[error("not sent: redaction failed, a value of kind {0} is still in the text")]
    Remains(SecretKind),
    /// Longer than one evidence text can be.
    #[error("not sent: redaction failed, the text is {0} bytes long and at most 64 MiB are checked")]
    TooLong(usize),
}

/// What is masked beyond the curated kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RedactOptions {
    /// Also replace IP addresses, keeping which share a network (`<ip#2.7>`: network 2, host 7).
    pub addresses: bool,
}

/// A stretch of text that must not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    range: Range<usize>,
    kind: SecretKind,
}

/// Masks the secrets of one case.
///
/// Feed records in order: a private key that spans several records is followed across calls.
#[derive(Debug, Default)]
pub struct Redactor {
    options: RedactOptions,
    /// Hash of a value to its number within its kind.
    seen: FxHashMap<(SecretKind, u128), u32>,
    numbers: FxHashMap<SecretKind, u32>,
    /// Numbers up to this one were given out by an earlier redactor of the case.
    taken: u32,
    networks: contact::Networks,
    masked: FxHashMap<SecretKind, usize>,
    key: pem::State,
}

/// How often a masked text is masked again before it is refused.
const LOOKS: usize = 3;

/// Longest text checked in one call.
const LONGEST: usize = 64 << 20;

impl Redactor {
    /// A redactor for one case.
    #[must_use]
    pub fn new(options: RedactOptions) -> Self {
        Self { options, ..Self::default() }
    }

    /// Goes on with a case whose stand-ins carry numbers up to `taken`: a value masked from here on is not mistaken
    /// for one that was masked then. (Which of them are equal is not known any more.)
    #[must_use]
    pub const fn continue_after(mut self, taken: u32) -> Self {
        self.taken = taken;
        self
    }

    /// Masks every secret of `text` (a record, a statement, a question; line breaks allowed). Borrows when there is
    /// none.
    ///
    /// Runs on raw text and on text that [`display_safe`](super::display_safe) has made visible. Masking twice
    /// changes nothing more.
    ///
    /// # Errors
    /// [`RedactionError`] when the result cannot be vouched for; the caller must then not send, store or print it.
    pub fn redact<'t>(&mut self, text: &'t str) -> Result<Cow<'t, str>, RedactionError> {
        if text.len() > LONGEST {
            return Err(RedactionError::TooLong(text.len()));
        }
        let (found, key) = find(text, self.key, self.options);
        self.key = key;
        if found.is_empty() {
            return Ok(Cow::Borrowed(text));
        }
        let mut masked = self.replace(text, &found)?;
        // Another look, with no key open: masking may bring a name and a value together that stood apart.
        for _ in 0..LOOKS {
            let left = find(&masked, pem::State::default(), self.options).0;
            if left.is_empty() {
                return Ok(Cow::Owned(masked));
            }
            masked = self.replace(&masked, &left)?;
        }
        match find(&masked, pem::State::default(), self.options).0.first() {
            Some(left) => Err(RedactionError::Remains(left.kind)),
            None => Ok(Cow::Owned(masked)),
        }
    }

    /// How many values were masked so far, by kind, most first.
    #[must_use]
    pub fn counts(&self) -> Vec<(SecretKind, usize)> {
        let mut counts: Vec<_> = self.masked.iter().map(|(&kind, &n)| (kind, n)).collect();
        counts.sort_by_key(|&(kind, n)| (std::cmp::Reverse(n), kind));
        counts
    }

    /// How many values were masked so far.
    #[must_use]
    pub fn masked(&self) -> usize {
        self.masked.values().sum()
    }

    fn replace(&mut self, text: &str, found: &[Found]) -> Result<String, RedactionError> {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for Found { range, kind } in found {
            let (Some(before), Some(value)) = (text.get(at..range.start), text.get(range.clone())) else {
                return Err(RedactionError::Remains(*kind));
            };
            out.push_str(before);
            let label = self.stand_in(*kind, value);
            out.push_str(&label);
            at = range.end;
        }
        out.push_str(text.get(at..).unwrap_or_default());
        Ok(out)
    }

    fn stand_in(&mut self, kind: SecretKind, value: &str) -> String {
        *self.masked.entry(kind).or_default() += 1;
        if kind == SecretKind::Ip {
            return self.networks.stand_in(value);
        }
        let plain = View::of(value);
        let hash = xxhash_rust::xxh3::xxh3_128(plain.bytes());
        let (numbers, taken) = (&mut self.numbers, self.taken);
        let number = *self.seen.entry((kind, hash)).or_insert_with(|| {
            let next = numbers.entry(kind).or_insert(taken);
            *next += 1;
            *next
        });
        format!("<{kind}#{number}>")
    }
}

/// The text without hidden characters and our escapes for them, URL-decoded where it is encoded.
pub(in crate::safety) fn visible_text(text: &str) -> Cow<'_, [u8]> {
    let view = View::of(text);
    match view.percent_decoded() {
        Some(decoded) => Cow::Owned(decoded.bytes().to_vec()),
        None => view.into_bytes(),
    }
}

/// All secrets of a text, in order and without overlap, as ranges of it; and whether a private key is still open.
fn find(text: &str, key: pem::State, options: RedactOptions) -> (Vec<Found>, pem::State) {
    let traits = Traits::of(text.as_bytes());
    let view = if traits.has(Traits::HIDING) { View::of(text) } else { View::plain(text) };
    let mut ranges = Vec::new();
    let mut found = Vec::new();
    let key = pem::find(view.bytes(), key, &mut found);
    collect(&view, found, &mut ranges);
    search(&view, Rules::All, options, &mut ranges);
    if traits.has(Traits::PERCENT)
        && let Some(decoded) = view.percent_decoded()
    {
        let mut found = Vec::new();
        pem::find(decoded.bytes(), pem::State::default(), &mut found);
        collect(&decoded, found, &mut ranges);
        search(&decoded, Rules::All, options, &mut ranges);
    }
    if traits.has(Traits::LINES)
        && let Some(joined) = view.joined()
    {
        search(&joined, Rules::ShapesOnly, options, &mut ranges);
    }
    (disjoint(ranges), key)
}

/// What kinds of bytes a text has, learned in one pass; most lines have none and need one look only.
#[derive(Clone, Copy)]
struct Traits(u8);

impl Traits {
    /// Controls, characters beyond ASCII, and what escapes for them begin with.
    const HIDING: u8 = 1;
    const PERCENT: u8 = 2;
    const LINES: u8 = 4;

    const TABLE: [u8; 256] = {
        let mut table = [0; 256];
        let mut byte = 0;
        while byte < 256 {
            table[byte] = match byte as u8 {
                b'\n' => Self::LINES,
                b'\t' | b'\r' => 0,
                b'\\' | b'^' | 0..b' ' | 127..=255 => Self::HIDING,
                b'%' => Self::PERCENT,
                _ => 0,
            };
            byte += 1;
        }
        table
    };

    fn of(text: &[u8]) -> Self {
        Self(text.iter().fold(0, |seen, &b| seen | Self::TABLE[usize::from(b)]))
    }

    const fn has(self, wanted: u8) -> bool {
        self.0 & wanted != 0
    }
}

fn search(view: &View<'_>, rules: Rules, options: RedactOptions, ranges: &mut Vec<Found>) {
    let mut found = Vec::new();
    anchors::find(view.bytes(), rules, &mut found);
    if rules == Rules::All {
        contact::find(view.bytes(), options.addresses, &mut found);
    }
    collect(view, found, ranges);
}

fn collect(view: &View<'_>, found: Vec<Found>, ranges: &mut Vec<Found>) {
    ranges.extend(found.into_iter().map(|f| Found { range: view.original(&f.range), kind: f.kind }));
}

/// Sorted by start; of overlapping ranges the first stays and grows over the others.
fn disjoint(mut ranges: Vec<Found>) -> Vec<Found> {
    ranges.sort_by_key(|f| (f.range.start, std::cmp::Reverse(f.range.end)));
    let mut kept: Vec<Found> = Vec::with_capacity(ranges.len());
    for found in ranges {
        match kept.last_mut() {
            Some(last) if found.range.start < last.range.end => {
                last.range.end = last.range.end.max(found.range.end);
            }
            _ => kept.push(found),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn redacted(text: &str) -> String {
        Redactor::default().redact(text).unwrap().into_owned()
    }

    /// Made here so that no file holds anything that looks real.
    fn aws_key() -> String {
        ["AKIA", "Q2W3E4R5T6Y7U2I3"].concat()
    }

    #[test]
    fn the_same_value_has_the_same_stand_in_throughout_a_case() {
        let mut redactor = Redactor::default();
        let key = aws_key();
        assert_eq!(redactor.redact(&format!("put with {key}")).unwrap(), "put with <aws-key#1>");
        assert_eq!(redactor.redact("password=hunter2!").unwrap(), "password=<password#1>");
        assert_eq!(redactor.redact("db://app:other9@h/x").unwrap(), "db://app:<password#2>@h/x");
        assert_eq!(redactor.redact(&format!("get with {key}")).unwrap(), "get with <aws-key#1>");
        assert_eq!(redactor.redact(r#"{"pwd":"hunter2!"}"#).unwrap(), r#"{"pwd":"<password#1>"}"#);
        assert_eq!(redactor.counts(), [(SecretKind::Password, 3), (SecretKind::AwsKey, 2)]);
        assert_eq!(redactor.masked(), 5);
    }

    #[rstest]
    #[case::zero_width("\u{200b}")]
    #[case::soft_hyphen("\u{ad}")]
    #[case::tag("\u{e0041}")]
    #[case::stacked_marks("\u{fe0f}\u{fe0f}")]
    #[case::shown("\\u{200b}")]
    #[case::shown_run("\\u{200b*7}")]
    #[case::shown_byte("\\x9b")]
    #[case::escape("\u{1b}")]
    #[case::line_break("\n")]
    #[case::wrapped("\n    ")]
    #[case::continued(" \\\n")]
    fn s2_hidden_or_wrapped_values_are_masked_whole(#[case] hidden: &str) {
        let key = aws_key();
        let (left, right) = key.split_at(9);
        assert_eq!(redacted(&format!("with {left}{hidden}{right} done")), "with <aws-key#1> done");
    }

    #[test]
    fn s2_a_hidden_character_in_the_name_does_not_hide_the_value() {
        assert_eq!(redacted("pass\u{200b}word=hunter2! x"), "pass\u{200b}word=<password#1> x");
    }

    #[rstest]
    #[case::json(r#"{"password":"a\"b c"}"#, r#"{"password":"<password#1>"}"#)]
    #[case::escaped_json(r#"{\"password\":\"a\\\"b c\"}"#, r#"{\"password\":\"<password#1>\"}"#)]
    #[case::yaml("password: hunter2\nport: 1", "password: <password#1>\nport: 1")]
    #[case::xml("<password>hunter2</password>", "<password><password#1></password>")]
    #[case::query("/x?a=1&password=hunter2&b=2", "/x?a=1&password=<password#1>&b=2")]
    #[case::percent("/x?password%3Dhunter2%26b", "/x?password%3D<password#1>%26b")]
    #[case::html(
        "{&quot;password&quot;:&quot;hunter2&quot;}",
        "{&quot;password&quot;:&quot;<password#1>&quot;}"
    )]
    #[case::sql("ALTER ROLE app PASSWORD 'hunter2'", "ALTER ROLE app PASSWORD '<password#1>'")]
    #[case::identified("CREATE USER a IDENTIFIED BY 'hunter2'", "CREATE USER a IDENTIFIED BY '<password#1>'")]
    #[case::option("tool --password hunter2 -v", "tool --password <password#1> -v")]
    #[case::curl("curl -u app:hunter2 https://h/x", "curl -u app:<password#1> https://h/x")]
    #[case::environment("PGPASSWORD=hunter2 psql", "PGPASSWORD=<password#1> psql")]
    #[case::comma_inside("password=a1,b2 user=x", "password=<password#1> user=x")]
    #[case::connection(
        "Server=h;Password=hunter2;Encrypt=true",
        "Server=h;Password=<password#1>;Encrypt=true"
    )]
    #[case::redis("redis://:hunter2@cache:6379/0", "redis://:<password#1>@cache:6379/0")]
    #[case::slash_in_password("db://app:a/b1@host:5432/x", "db://app:<password#1>@host:5432/x")]
    #[case::cookie("Cookie: sid=abc123; theme=dark", "Cookie: <cookie#1>")]
    #[case::bearer("Authorization: Bearer abc.def-123", "Authorization: Bearer <authorization#1>")]
    #[case::card("card 4111 1111 1111 1111 ok", "card <card#1> ok")]
    #[case::mail("to ann@shop.test, bob", "to <email#1>, bob")]
    fn notations(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(redacted(text), shown);
    }

    #[test]
    fn s2_a_private_key_is_followed_over_records() {
        let lines = [
            "INFO loading -----BEGIN EC PRIVATE KEY-----",
            "INFO MHcCAQEEIB7pQ2x9fYdKq0R3mUu5sVt8WzXcLhNjG1oPaEbTiYrkoAoGCCqGSM49",
            "WARN another thread says hello",
            "INFO q4T8=",
            "INFO -----END EC PRIVATE KEY-----",
            "INFO order accepted 42",
        ];
        let mut redactor = Redactor::default();
        let shown: Vec<String> =
            lines.iter().map(|line| redactor.redact(line).unwrap().into_owned()).collect();
        assert_eq!(
            shown,
            [
                "INFO loading <private-key#1>",
                "INFO <private-key#2>",
                "WARN another thread says hello",
                "INFO <private-key#3>",
                "INFO <private-key#4>",
                "INFO order accepted 42",
            ]
        );
    }

    #[test]
    fn s2_an_escaped_private_key_is_one_value() {
        let key = r#"{"key":"-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhk=\n-----END PRIVATE KEY-----\n","n":1}"#;
        assert_eq!(redacted(key), r#"{"key":"<private-key#1>\n","n":1}"#);
    }

    #[test]
    fn addresses_are_kept_unless_asked_and_then_keep_their_networks() {
        let text = "203.0.113.9 and 203.0.113.10 to 198.51.100.9, not 127.0.0.1";
        assert_eq!(redacted(text), text);
        let mut redactor = Redactor::new(RedactOptions { addresses: true });
        assert_eq!(redactor.redact(text).unwrap(), "<ip#1.1> and <ip#1.2> to <ip#2.1>, not 127.0.0.1");
        assert_eq!(redactor.redact("203.0.113.10").unwrap(), "<ip#1.2>");
    }

    #[test]
    fn a_text_too_long_to_check_is_refused() {
        let text = "x".repeat(LONGEST + 1);
        assert_eq!(Redactor::default().redact(&text), Err(RedactionError::TooLong(LONGEST + 1)));
    }

    /// Text dense in what rules look for.
    fn suspicious() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            prop::sample::select(vec![
                "password",
                "token",
                "secret",
                "api_key",
                "Authorization",
                "Bearer ",
                "Basic ",
                "Cookie",
                "://",
                "@",
                "=",
                ": ",
                "\"",
                "\\\"",
                "'",
                "\n",
                " ",
                "AKIA",
                "ghp_",
                "eyJ",
                ".",
                "-----BEGIN PRIVATE KEY-----",
                "-----END PRIVATE KEY-----",
                "%3D",
                "%22",
                "\u{200b}",
                "\\u{200b}",
                "&quot;",
                ",",
                ";",
                "<password#1>",
                "4111111111111111",
                "value",
                "{",
                "}",
                "[",
                "]",
                "\\",
                "u0022",
                "--",
                " -u ",
                "\u{e9}",
                "twilio",
                "AC",
            ])
            .prop_map(str::to_owned),
            "[A-Za-z0-9]{1,40}",
            any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn masking_always_ends_in_a_text_or_a_refusal_and_twice_is_once(text in suspicious()) {
            let mut redactor = Redactor::default();
            if let Ok(once) = redactor.redact(&text).map(Cow::into_owned) {
                let mut second = Redactor::default();
                prop_assert_eq!(second.redact(&once).map(Cow::into_owned), Ok(once.clone()), "from {:?}", text);
            }
        }
    }
}
