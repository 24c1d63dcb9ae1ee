//! What looks like a secret and is none.

use super::chance::{BASE64, Chance, DIGITS, HEX, LOWER, UPPER};
use super::secrets::uuid;
use super::shapes::Payload;

/// One of every kind.
pub(crate) fn payloads(c: &mut Chance) -> Vec<Payload> {
    let texts = vec![
        format!("request {} took 31 ms", uuid(c)),
        format!("trace {} span {}", c.text(HEX, 32), c.text(HEX, 16)),
        format!("checked out {}", c.text(HEX, 40)),
        format!("pulled shop/cart@sha256:{}", c.text(HEX, 64)),
        format!("avatar data:image/png;base64,iVBORw0KGgo{}", c.text(BASE64, 300)),
        format!("token count: {}", c.below(9000)),
        format!("used {} tokens of 4096", c.below(4000)),
        "unexpected token '<' at line 1".to_owned(),
        "invalid token: expected identifier".to_owned(),
        "bearer token expired, login again".to_owned(),
        "password: incorrect".to_owned(),
        "password authentication failed for user \"bob\"".to_owned(),
        "Password: must not be empty".to_owned(),
        "password changed for user anna".to_owned(),
        "secret \"db-credentials\" not found in namespace shop".to_owned(),
        "mounting secret: db-credentials".to_owned(),
        "authorization failed for role reader".to_owned(),
        "authorization: denied".to_owned(),
        "Basic usage: tool [options]".to_owned(),
        "cookie consent accepted".to_owned(),
        "cookies: disabled".to_owned(),
        "signature verification failed".to_owned(),
        "signature: invalid".to_owned(),
        "bypass=true compass=north passenger=12".to_owned(),
        format!("fencing_token={} granted", c.below(90_000)),
        format!("next_token={} limit=50", c.text(LOWER, 20)),
        "token_type=bearer expires_in=3600 token_ttl=300s".to_owned(),
        "password_policy=strong password_length=12".to_owned(),
        "GET http://inventory:8080/stock?sku=44".to_owned(),
        "fetched https://registry.example/@scope/pkg/-/pkg-1.2.3.tgz".to_owned(),
        "clone git@code.example:team/shop.git".to_owned(),
        "Started user@1000.service".to_owned(),
        format!("lock held by com.example.Worker@{}", c.text(HEX, 8)),
        "connecting as shop@orders".to_owned(),
        format!("order 1{} shipped", c.text(DIGITS, 15)),
        format!("offset=98{} lag=0", c.text(DIGITS, 14)),
        format!("at 1772373733{} ns", c.text(DIGITS, 9)),
        format!("etag \"{}\"", c.text(HEX, 32)),
        format!("Accepted publickey for git: ED25519 SHA256:{}", c.text(BASE64, 43)),
        format!("arn:aws:iam::{}:role/reader", c.text(DIGITS, 12)),
        format!("cache_key=user:{} partition_key=eu", c.below(9999)),
        "pwd=/srv/app/current".to_owned(),
        "password=**** token=<redacted> secret=${SECRET}".to_owned(),
        "credentials refreshed, next refresh in 900 s".to_owned(),
        format!("serial {} ready", c.text(UPPER, 16)),
        "std::token::parse called".to_owned(),
        "tokenizer=bpe max_tokens=4096 tokens=512".to_owned(),
        "serviceaccount system:serviceaccount:kube-system:token-controller".to_owned(),
        "secretName: tls-cert tokenUrl: https://id.example/token".to_owned(),
        "2026-03-01 14:02:13 2026-03-01 14:02:14".to_owned(),
        "phone 030 1234567 ext 12".to_owned(),
        "asia-southeast1 AKIA is a prefix".to_owned(),
    ];
    texts.into_iter().map(|text| Payload::Text(text, Vec::new())).collect()
}
