//! Twenty shapes of log line, each with its own way to carry a text or a named value.

use super::chance::{Chance, HEX};

/// What a line carries.
#[derive(Clone, Debug)]
pub(crate) enum Payload {
    /// Words as they are, with the secrets among them.
    Text(String, Vec<String>),
    /// A name and its value, written as the shape writes such pairs.
    Pair(&'static str, String),
}

impl Payload {
    pub(crate) fn secrets(&self) -> Vec<String> {
        match self {
            Self::Text(_, secrets) => secrets.clone(),
            Self::Pair(_, value) => vec![value.clone()],
        }
    }
}

/// A shape: a name and how it writes a line.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) write: fn(&mut Chance, &Payload) -> String,
}

const fn shape(name: &'static str, write: fn(&mut Chance, &Payload) -> String) -> Shape {
    Shape { name, write }
}

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn escaped(text: &str) -> String {
    let quoted = json(text);
    quoted[1..quoted.len() - 1].to_owned()
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(b).to_string(),
            _ => format!("%{b:02X}"),
        })
        .collect()
}

/// `key=value`, quoted when it has to be.
fn pair(key: &str, value: &str) -> String {
    if value.contains([' ', '"', ',', ';', '&']) {
        format!("{key}=\"{value}\"")
    } else {
        format!("{key}={value}")
    }
}

fn flat(payload: &Payload) -> String {
    match payload {
        Payload::Text(text, _) => text.clone(),
        Payload::Pair(key, value) => pair(key, value),
    }
}

fn clock(chance: &mut Chance) -> String {
    format!("14:{:02}:{:02}.{:03}", chance.below(60), chance.below(60), chance.below(1000))
}

pub(crate) const SHAPES: &[Shape] = &[
    shape("nginx access", |c, p| {
        let tail = match p {
            Payload::Text(text, _) => percent(text),
            Payload::Pair(key, value) => format!("id=7&{key}={}&page=2", percent(value)),
        };
        format!(
            "203.0.113.9 - - [01/Mar/2026:14:02:13 +0000] \"GET /v1/things?{tail} HTTP/1.1\" 200 {} \"-\" \"curl/8.9\"",
            c.below(9000)
        )
    }),
    shape("nginx error", |c, p| {
        format!(
            "2026/03/01 14:02:13 [error] 31#31: *{} upstream said {}, client: 203.0.113.9, server: shop.example",
            c.below(9999),
            flat(p)
        )
    }),
    shape("json", |c, p| match p {
        Payload::Text(text, _) => {
            format!("{{\"ts\":\"2026-03-01T{}Z\",\"level\":\"info\",\"msg\":{}}}", clock(c), json(text))
        }
        Payload::Pair(key, value) => {
            format!(
                "{{\"ts\":\"2026-03-01T{}Z\",\"level\":\"info\",{}:{},\"n\":3}}",
                clock(c),
                json(key),
                json(value)
            )
        }
    }),
    shape("json spaced", |c, p| match p {
        Payload::Text(text, _) => {
            format!("{{\"time\": \"2026-03-01T{}Z\", \"msg\": {}}}", clock(c), json(text))
        }
        Payload::Pair(key, value) => {
            format!("{{\"time\": \"2026-03-01T{}Z\", {}: {}}}", clock(c), json(key), json(value))
        }
    }),
    shape("json in json", |c, p| {
        let inner = match p {
            Payload::Text(text, _) => format!("{{\"msg\":{},\"ok\":true}}", json(text)),
            Payload::Pair(key, value) => format!("{{\"ok\":true,{}:{},\"n\":1}}", json(key), json(value)),
        };
        format!("{{\"log\":{},\"stream\":\"stdout\",\"time\":\"2026-03-01T{}Z\"}}", json(&inner), clock(c))
    }),
    shape("json in json in json", |c, p| {
        let inner = match p {
            Payload::Text(text, _) => format!("{{\"msg\":{}}}", json(text)),
            Payload::Pair(key, value) => format!("{{{}: {}}}", json(key), json(value)),
        };
        let middle = format!("{{\"body\":{},\"status\":200}}", json(&inner));
        format!("{{\"ts\":\"{}\",\"payload\":{}}}", clock(c), json(&middle))
    }),
    shape("logfmt", |c, p| {
        let tail = match p {
            Payload::Text(text, _) => format!("msg={}", json(text)),
            Payload::Pair(key, value) => format!("msg=done {}", pair(key, value)),
        };
        format!("time=2026-03-01T{}Z level=info {tail} dur={}ms", clock(c), c.below(900))
    }),
    shape("logback", |c, p| {
        format!(
            "2026-03-01 {} INFO  [http-{}] c.e.shop.Client - calling with {} now",
            clock(c),
            c.below(20),
            flat(p)
        )
    }),
    shape("java object", |c, p| {
        let inner = match p {
            Payload::Text(text, _) => format!("note={text}"),
            Payload::Pair(key, value) => format!("{key}={value}"),
        };
        format!(
            "2026-03-01 {} DEBUG [main] c.e.shop.Boot - Settings{{host=db-1, {inner}, retries=3}}",
            clock(c)
        )
    }),
    shape("java trace", |c, p| {
        format!(
            "2026-03-01 {} ERROR [main] c.e.shop.Boot - start failed\njava.lang.IllegalStateException: rejected: {}\n\tat com.example.Boot.run(Boot.java:{})\nCaused by: java.io.IOException: closed",
            clock(c),
            flat(p),
            c.below(400)
        )
    }),
    shape("python", |c, p| {
        format!("2026-03-01 {} WARNING [shop.client] request failed: {}", clock(c), flat(p))
    }),
    shape("python dict", |c, p| {
        let inner = match p {
            Payload::Text(text, _) => format!("'note': '{text}'"),
            Payload::Pair(key, value) => format!("'{key}': '{value}'"),
        };
        format!("2026-03-01 {} DEBUG [shop.client] options={{'timeout': 3, {inner}, 'retries': 2}}", clock(c))
    }),
    shape("klog", |c, p| {
        format!("I0301 {}123       1 client.go:{}] connecting {}", clock(c), c.below(400), flat(p))
    }),
    shape("kubernetes event", |c, p| {
        format!(
            "{}s       Warning   Failed   pod/shop-6c4d8b7f9-{}   Error: env {} rejected",
            c.below(60),
            c.text(HEX, 5),
            flat(p)
        )
    }),
    shape("cloudtrail", |c, p| {
        let inner = match p {
            Payload::Text(text, _) => format!("\"note\":{}", json(text)),
            Payload::Pair(key, value) => format!("{}:{}", json(key), json(value)),
        };
        format!(
            "{{\"eventVersion\":\"1.08\",\"eventTime\":\"2026-03-01T14:02:13Z\",\"requestParameters\":{{{inner}}},\"requestID\":\"{}\"}}",
            c.text(HEX, 12)
        )
    }),
    shape("postgres", |c, p| {
        format!(
            "2026-03-01 {} UTC [{}] shop@orders LOG:  statement: SELECT set_config('{}', true)",
            clock(c),
            c.below(9000),
            flat(p)
        )
    }),
    shape("syslog", |c, p| {
        format!("Mar  1 14:02:13 host-1 agent[{}]: reload with {}", c.below(9000), flat(p))
    }),
    shape("cri", |c, p| format!("2026-03-01T{}Z stdout F sending {} upstream", clock(c), flat(p))),
    shape("yaml", |c, p| match p {
        Payload::Text(text, _) => format!("2026-03-01 {} config:\n  note: {text}\n  size: 3", clock(c)),
        Payload::Pair(key, value) => format!("2026-03-01 {} config:\n  {key}: {value}\n  size: 3", clock(c)),
    }),
    shape("command line", |c, p| {
        let tail = match p {
            Payload::Text(text, _) => format!("--note '{text}'"),
            Payload::Pair(key, value) => format!("--{key} {value}"),
        };
        format!(
            "Mar  1 14:02:13 host-1 sudo[{}]: deploy : TTY=pts/0 ; COMMAND=/usr/bin/tool {tail} --verbose",
            c.below(9000)
        )
    }),
    shape("environment", |c, p| match p {
        Payload::Text(text, _) => format!("{{\"env\":[{{\"name\":\"NOTE\",\"value\":{}}}]}}", json(text)),
        Payload::Pair(key, value) => {
            let name = key.to_ascii_uppercase().replace(['-', '.'], "_");
            format!(
                "{{\"pod\":\"shop-{}\",\"env\":[{{\"name\":\"{name}\",\"value\":\"{}\"}}]}}",
                c.below(9),
                escaped(value)
            )
        }
    }),
];
