//! Generated secrets: by shape, and by name.

use super::chance::{BASE32, BASE64, Chance, DIGITS, HEX, LOWER, UPPER, WORD};
use super::shapes::Payload;

fn alone(before: &str, secret: String, after: &str) -> Payload {
    Payload::Text(format!("{before}{secret}{after}"), vec![secret])
}

fn base64url(bytes: &str) -> String {
    const SET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for chunk in bytes.as_bytes().chunks(3) {
        let three = chunk.iter().fold(0u32, |n, &b| n << 8 | u32::from(b)) << (8 * (3 - chunk.len()));
        for i in 0..=chunk.len() {
            out.push(char::from(SET[(three >> (18 - 6 * i) & 63) as usize]));
        }
    }
    out
}

fn card(chance: &mut Chance) -> String {
    let lead = chance.pick(&["4", "51", "55", "2221", "2700", "6011", "65", "3530"]);
    finish(&format!("{lead}{}", chance.text(DIGITS, 15 - lead.len())))
}

/// Adds the check digit.
fn finish(digits: &str) -> String {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(n, b)| match (n % 2, u32::from(b - b'0')) {
            (1, d) => d,
            (_, d) if d > 4 => d * 2 - 9,
            (_, d) => d * 2,
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

fn grouped(card: &str) -> String {
    card.as_bytes().chunks(4).map(|four| str::from_utf8(four).unwrap()).collect::<Vec<_>>().join(" ")
}

/// One of every kind that has a shape of its own.
pub(crate) fn structured(c: &mut Chance) -> Vec<(&'static str, Payload)> {
    let aws = format!("{}{}", c.pick(&["AKIA", "ASIA", "ABIA", "ACCA"]), c.text(BASE32, 16));
    let aws_pair = (format!("AKIA{}", c.text(BASE32, 16)), format!("{}/{}", c.mixed(19), c.mixed(20)));
    let jwt = format!(
        "{}.{}.{}",
        base64url("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"),
        base64url(&format!("{{\"sub\":\"{}\"}}", c.text(LOWER, 8))),
        c.text(WORD, 43)
    );
    let basic = base64url(&format!("{}:{}", c.text(LOWER, 6), c.text(WORD, 12)));
    let card = card(c);
    let spaced = grouped(&finish(&format!("4{}", c.text(DIGITS, 14))));
    let mail = format!("{}.{}@{}.test", c.text(LOWER, 5), c.text(LOWER, 7), c.text(LOWER, 4));
    let key = (0..6).map(|_| c.text(BASE64, 63) + "A").collect::<Vec<_>>().join("\n");
    let url_password = c.mixed(14);
    let odd_password = format!("{}!{}", c.mixed(8), c.mixed(5));
    let (scheme, host) =
        (c.pick(&["postgres", "mysql", "redis", "amqp", "mongodb+srv", "https"]), c.text(LOWER, 5));
    vec![
        ("aws key", alone("key ", aws, " used")),
        (
            "aws pair",
            Payload::Text(
                format!("using {} with {} today", aws_pair.0, aws_pair.1),
                vec![aws_pair.0.clone(), aws_pair.1.clone()],
            ),
        ),
        ("bedrock key", alone("key ", format!("ABSK{}=", c.text(BASE64, 120)), " used")),
        ("aws session token", alone("sts gave ", format!("IQoJb3JpZ2luX2Vj{}", c.text(WORD, 200)), "")),
        (
            "github",
            alone("push with ", format!("{}{}", c.pick(&["ghp_", "gho_", "ghs_"]), c.mixed(36)), " ok"),
        ),
        ("github pat", alone("push with ", format!("github_pat_{}_{}", c.mixed(22), c.mixed(59)), " ok")),
        ("gitlab", alone("clone ", format!("glpat-{}", c.mixed(20)), " ok")),
        (
            "slack",
            alone(
                "post ",
                format!("xoxb-{}-{}-{}", c.text(DIGITS, 12), c.text(DIGITS, 12), c.mixed(24)),
                " ok",
            ),
        ),
        (
            "slack hook",
            alone(
                "post to https://",
                format!(
                    "hooks.slack.com/services/T{}/B{}/{}",
                    c.text(UPPER, 8),
                    c.text(DIGITS, 8),
                    c.mixed(24)
                ),
                " ok",
            ),
        ),
        (
            "stripe",
            alone(
                "charge ",
                format!("{}{}", c.pick(&["sk_live_", "rk_live_", "sk_test_"]), c.mixed(24)),
                " ok",
            ),
        ),
        ("google", alone("maps ", format!("AIza{}", c.mixed(35)), " ok")),
        ("google oauth", alone("drive ", format!("ya29.{}", c.mixed(60)), " ok")),
        ("npm", alone("publish ", format!("npm_{}", c.mixed(36)), " ok")),
        ("pypi", alone("upload ", format!("pypi-AgEIcHlwaS5vcmc{}", c.mixed(60)), " ok")),
        ("vault", alone("login ", format!("hvs.{}", c.mixed(24)), " ok")),
        ("sendgrid", alone("mail ", format!("SG.{}.{}", c.mixed(22), c.mixed(43)), " ok")),
        ("twilio", alone("twilio account ", format!("AC{}", c.text(HEX, 32)), " ok")),
        ("jwt", alone("session ", jwt.clone(), " ok")),
        ("bearer", alone("sent Authorization: Bearer ", c.mixed(30), " to api")),
        ("bearer alone", alone("sent Bearer ", c.mixed(30), " to api")),
        ("basic", alone("sent Authorization: Basic ", basic.clone(), " to api")),
        ("basic alone", alone("sent Basic ", basic, " to api")),
        ("cookie", alone("sent Cookie: sid=", c.mixed(24), "; theme=dark")),
        ("set-cookie", alone("got Set-Cookie: sid=", c.mixed(24), "; Path=/; HttpOnly")),
        (
            "signature",
            alone(
                "GET https://b.example/x?X-Amz-Date=20260301T140213Z&X-Amz-Signature=",
                c.text(HEX, 64),
                " ok",
            ),
        ),
        (
            "url password",
            alone(&format!("open {scheme}://app:"), url_password, &format!("@{host}:5432/shop")),
        ),
        (
            "odd url password",
            alone(&format!("open {scheme}://app:"), odd_password, &format!("@{host}:5432/shop")),
        ),
        ("card", alone("card ", card, " charged")),
        ("card in groups", alone("card ", spaced, " charged")),
        ("e-mail", alone("mail to ", mail, " sent")),
        (
            "private key",
            alone("loaded -----BEGIN RSA PRIVATE KEY-----\n", key, "\n-----END RSA PRIVATE KEY----- done"),
        ),
        ("password hash", alone("row ", format!("$2b$12${}", c.mixed(53)), " ok")),
    ]
}

const PASSWORDS: &[&str] =
    &["password", "passwd", "db_password", "userPassword", "pwd", "passphrase", "spring.datasource.password"];
const SECRETS: &[&str] = &["secret", "client_secret", "clientSecret", "app-secret", "shared_secret"];
const TOKENS: &[&str] =
    &["token", "access_token", "refreshToken", "auth-token", "x-vault-token", "sessionToken"];
const KEYS: &[&str] =
    &["api_key", "apiKey", "x-api-key", "api-key", "private_key", "encryptionKey", "aws_secret_access_key"];

/// Values that only their name gives away.
pub(crate) fn named(c: &mut Chance) -> Vec<(&'static str, Payload)> {
    vec![
        ("password", Payload::Pair(c.pick(PASSWORDS), c.mixed(12))),
        (
            "password with marks",
            Payload::Pair(c.pick(PASSWORDS), format!("{}!{}#{}", c.mixed(5), c.mixed(4), c.mixed(3))),
        ),
        ("password of letters", Payload::Pair(c.pick(PASSWORDS), c.text(LOWER, 11))),
        ("password of digits", Payload::Pair(c.pick(PASSWORDS), c.text(DIGITS, 8))),
        ("secret", Payload::Pair(c.pick(SECRETS), c.mixed(20))),
        ("secret hex", Payload::Pair(c.pick(SECRETS), c.text(HEX, 32))),
        ("token", Payload::Pair(c.pick(TOKENS), c.mixed(24))),
        ("token hex", Payload::Pair(c.pick(TOKENS), c.text(HEX, 40))),
        ("token uuid", Payload::Pair(c.pick(TOKENS), uuid(c))),
        ("key", Payload::Pair(c.pick(KEYS), c.mixed(32))),
        (
            "key base64",
            Payload::Pair(c.pick(KEYS), format!("{}+{}/{}==", c.mixed(12), c.mixed(12), c.mixed(12))),
        ),
        ("key hex", Payload::Pair(c.pick(KEYS), c.text(HEX, 32))),
        ("connection string", {
            let secret = c.mixed(16);
            Payload::Text(format!("Server=db-1;User Id=app;Password={secret};Encrypt=true"), vec![secret])
        }),
        ("account key", {
            let secret = format!("{}==", c.mixed(60));
            Payload::Text(
                format!("DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={secret};x=1"),
                vec![secret],
            )
        }),
    ]
}

pub(crate) fn uuid(c: &mut Chance) -> String {
    [8, 4, 4, 4, 12].map(|n| c.text(HEX, n)).join("-")
}
