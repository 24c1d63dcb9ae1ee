//! Line grammars that are not "time, columns, message": each is known by its first bytes.

use super::header::{behind_uptime, program};
use super::keys::RANK_PROGRAM;
use super::lex::{Kind, lex, skip_blanks};
use super::read::Parts;
use super::sink::Sink;
use super::time::{DayOrder, scan};
use crate::domain::Level;
use std::borrow::Cow;

mod access;
mod logfmt;

pub(super) use logfmt::pairs;

/// A known grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Apache and nginx access logs, also with a virtual host in front.
    Access,
    /// Syslog with `<priority>`, RFC 3164 and 5424.
    Syslog,
    /// glog and klog: `I0115 10:00:00.000000 7 file.go:12] x`.
    Klog,
    /// Container runtime interface: `<time> stdout F x`.
    Cri,
    /// MySQL's slow query log: `# Time: ..`.
    SlowQuery,
    /// logrus on a terminal: `INFO[0012] x`.
    Logrus,
    /// Python's basic format: `INFO:shop.cart:x`.
    PythonBasic,
    /// `ERROR: x`, `[warn] x`: a level and nothing else in front.
    LevelFirst,
    /// `time=.. level=info msg=".."`.
    Logfmt,
}

impl Known {
    /// Every grammar, in the order in which they are tried.
    pub(super) const ALL: [Self; 9] = [
        Self::Syslog,
        Self::Cri,
        Self::Klog,
        Self::Access,
        Self::SlowQuery,
        Self::Logrus,
        Self::PythonBasic,
        Self::Logfmt,
        Self::LevelFirst,
    ];

    /// Takes a line apart; `None` if it is not of this grammar.
    pub(super) fn read<'l, S: Sink>(
        self,
        text: &'l [u8],
        order: DayOrder,
        sink: &mut S,
    ) -> Option<Parts<'l>> {
        match self {
            Self::Access => access::read(text, order, sink),
            Self::Syslog => syslog(text, order, sink),
            Self::Klog => klog(text, order, sink),
            Self::Cri => cri(text, order, sink),
            Self::SlowQuery => slow_query(text, order),
            Self::Logrus => logrus(text, sink),
            Self::PythonBasic => python_basic(text, sink),
            Self::LevelFirst => level_first(text, order),
            Self::Logfmt => logfmt::read(text, order, sink),
        }
    }

    /// The stream that an envelope names.
    pub(super) fn stream(self, text: &[u8]) -> Option<&[u8]> {
        if self == Self::Cri { text.split(|b| *b == b' ').nth(1) } else { None }
    }

    /// Whether the body may itself be a line of another format.
    pub(super) fn wraps(self) -> bool {
        matches!(self, Self::Syslog | Self::Cri)
    }

    /// The name in `--format` and in notes.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Syslog => "syslog",
            Self::Klog => "klog",
            Self::Cri => "cri",
            Self::SlowQuery => "mysql slow query",
            Self::Logrus => "logrus",
            Self::PythonBasic => "python",
            Self::LevelFirst => "level first",
            Self::Logfmt => "logfmt",
        }
    }
}

/// `<34>1 2024-01-15T10:00:00Z host app 7 ID [sd] x` and `<34>Jan 15 10:00:00 host app[7]: x`.
fn syslog<'l, S: Sink>(text: &'l [u8], order: DayOrder, sink: &mut S) -> Option<Parts<'l>> {
    let close = text.iter().take(5).position(|b| *b == b'>').filter(|_| text.first() == Some(&b'<'))?;
    let priority: u8 = std::str::from_utf8(text.get(1..close)?).ok()?.parse().ok().filter(|p| *p < 192)?;
    let at = close + 1;
    let mut parts = if text.get(at..at + 2) == Some(b"1 ") {
        syslog_5424(text, at + 2, order, sink)?
    } else {
        syslog_3164(text, at, order, sink)?
    };
    parts.level = Level::from_syslog(priority % 8);
    Some(parts)
}

fn syslog_5424<'l, S: Sink>(text: &'l [u8], at: usize, order: DayOrder, sink: &mut S) -> Option<Parts<'l>> {
    let mut at = at;
    let mut words = [b"".as_slice(); 5];
    for word in &mut words {
        let rest = text.get(at..)?;
        let length = memchr::memchr(b' ', rest).unwrap_or(rest.len());
        *word = rest.get(..length)?;
        at = (at + length + 1).min(text.len());
    }
    let [time, host, app, process, id] = words;
    let time = if time == b"-" { None } else { Some(scan(time, order)?.0) };
    if S::WANTED {
        let named = [("host", host), ("program", app), ("pid", process), ("msgid", id)];
        named
            .iter()
            .filter(|(_, value)| *value != b"-")
            .for_each(|(name, value)| sink.put(name.as_bytes(), value));
    }
    let body = structured_data(text, at, sink)?;
    let body = text.get(body..)?;
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let service = (app != b"-").then_some((RANK_PROGRAM, Cow::Borrowed(app)));
    Some(Parts { time, service, ..Parts::body(body) })
}

/// End of the structured data; its parameters are fields.
fn structured_data<S: Sink>(text: &[u8], at: usize, sink: &mut S) -> Option<usize> {
    if text.get(at) != Some(&b'[') {
        let nil = usize::from(text.get(at) == Some(&b'-'));
        return Some(skip_blanks(text, at + nil));
    }
    let mut at = at;
    while text.get(at) == Some(&b'[') {
        let mut quoted = false;
        let mut end = at + 1;
        loop {
            match text.get(end)? {
                b'\\' if quoted => end += 1,
                b'"' => quoted = !quoted,
                b']' if !quoted => break,
                _ => {}
            }
            end += 1;
        }
        if S::WANTED {
            pairs(text.get(at + 1..end)?, sink);
        }
        at = end + 1;
    }
    Some(skip_blanks(text, at))
}

fn syslog_3164<'l, S: Sink>(text: &'l [u8], at: usize, order: DayOrder, sink: &mut S) -> Option<Parts<'l>> {
    let stamp = lex(text, at, order).filter(|token| token.kind == Kind::Time)?;
    let mut token = lex(text, stamp.end, order)?;
    if token.kind != Kind::Component {
        if S::WANTED {
            sink.put(b"host", text.get(token.start..token.end)?);
        }
        let mut next = lex(text, token.end, order);
        if let Some(colon) = next.filter(|next| text.get(next.start..next.end) == Some(b":")) {
            // Network devices: `host : %FACILITY-4-MNEMONIC: text`.
            token.end = colon.end;
            next = lex(text, colon.end, order);
        }
        at_component(text, stamp.time, next, token.end, sink)
    } else {
        token.end = token.end.min(text.len());
        at_component(text, stamp.time, Some(token), stamp.end, sink)
    }
}

/// The rest of a syslog line: `program[pid]: body`, or a body straight behind the host.
fn at_component<'l, S: Sink>(
    text: &'l [u8],
    time: Option<super::time::Written>,
    token: Option<super::lex::Token>,
    otherwise: usize,
    sink: &mut S,
) -> Option<Parts<'l>> {
    let Some(token) = token.filter(|token| token.kind == Kind::Component) else {
        let body = text.get(skip_blanks(text, otherwise)..)?;
        return Some(Parts { time, ..Parts::body(body) });
    };
    let (name, pid) = program(text, &token);
    let mnemonic = text.get(name.start) == Some(&b'%');
    if S::WANTED {
        sink.put(if mnemonic { b"mnemonic" } else { b"program" }, text.get(name.clone())?);
        if let Some(pid) = pid {
            sink.put(b"pid", text.get(pid)?);
        }
    }
    let body = text.get(skip_blanks(text, behind_uptime(text, token.end))..)?;
    let program = text.get(name).filter(|_| !mnemonic);
    let service = program.map(|program| (RANK_PROGRAM, Cow::Borrowed(program)));
    Some(Parts { time, service, ..Parts::body(body) })
}

/// `I0115 10:00:00.123456       7 file.go:12] x`.
fn klog<'l, S: Sink>(text: &'l [u8], order: DayOrder, sink: &mut S) -> Option<Parts<'l>> {
    let level = match text.first()? {
        b'I' => Level::Info,
        b'W' => Level::Warn,
        b'E' => Level::Error,
        b'F' => Level::Fatal,
        b'D' => Level::Debug,
        _ => return None,
    };
    let date = text.get(1..5).filter(|date| date.iter().all(u8::is_ascii_digit))?;
    if text.get(5) != Some(&b' ') {
        return None;
    }
    let clock_end =
        6 + text.get(6..)?.iter().take_while(|b| b.is_ascii_digit() || matches!(b, b':' | b'.')).count();
    let written = [&date[..2], b"-", &date[2..], b" ", text.get(6..clock_end)?].concat();
    let (time, _) = scan(&written, order)?;
    let process = lex(text, clock_end, order).filter(|token| token.kind == Kind::Number)?;
    let place = skip_blanks(text, process.end);
    let close = place + memchr::memchr(b']', text.get(place..)?)?;
    if S::WANTED {
        sink.put(b"pid", text.get(process.start..process.end)?);
        sink.put(b"caller", text.get(place..close)?);
    }
    let body = text.get(skip_blanks(text, close + 1)..)?;
    Some(Parts { time: Some(time), level: Some(level), ..Parts::body(body) })
}

/// `2024-01-15T10:00:00.123456789Z stdout F x`; `P` marks a part whose rest follows on the next line.
fn cri<'l, S: Sink>(text: &'l [u8], order: DayOrder, sink: &mut S) -> Option<Parts<'l>> {
    if !text.first()?.is_ascii_digit() {
        return None;
    }
    let space = memchr::memchr(b' ', text.get(..text.len().min(40))?)?;
    let rest = text.get(space + 1..)?;
    let stream = rest.get(..7).filter(|stream| matches!(*stream, b"stdout " | b"stderr "))?;
    let tag = rest.get(7).filter(|tag| matches!(tag, b'F' | b'P'))?;
    if !matches!(rest.get(8), None | Some(b' ')) {
        return None;
    }
    let (time, _) = scan(text.get(..space)?, order)?;
    if S::WANTED {
        sink.put(b"stream", stream.trim_ascii_end());
    }
    let body = rest.get(9..).unwrap_or_default();
    Some(Parts { time: Some(time), partial: *tag == b'P', ..Parts::body(body) })
}

/// `# Time: 2024-01-15T10:00:00.123456Z`; the lines behind it are its record.
fn slow_query<'l>(text: &'l [u8], order: DayOrder) -> Option<Parts<'l>> {
    let stamp = text.strip_prefix(b"# Time: ")?;
    let (time, _) = scan(stamp, order)?;
    Some(Parts { time: Some(time), ..Parts::body(b"slow query") })
}

/// `INFO[0012] x`.
fn logrus<'l, S: Sink>(text: &'l [u8], sink: &mut S) -> Option<Parts<'l>> {
    let level = match text.get(..4)? {
        b"TRAC" => Level::Trace,
        b"DEBU" => Level::Debug,
        b"INFO" => Level::Info,
        b"WARN" => Level::Warn,
        b"ERRO" => Level::Error,
        b"FATA" | b"PANI" => Level::Fatal,
        _ => return None,
    };
    let seconds = text.get(5..).filter(|_| text[4] == b'[')?;
    let close = seconds.iter().take(24).position(|b| *b == b']')?;
    if S::WANTED {
        sink.put(b"elapsed", seconds.get(..close)?);
    }
    let body = text.get(skip_blanks(text, close + 6)..)?;
    Some(Parts { level: Some(level), ..Parts::body(body) })
}

/// `WARNING:shop.cart:x`.
fn python_basic<'l, S: Sink>(text: &'l [u8], sink: &mut S) -> Option<Parts<'l>> {
    let colon = text.iter().take(9).position(|b| *b == b':')?;
    let word = text.get(..colon).filter(|w| w.len() >= 4 && w.iter().all(u8::is_ascii_uppercase))?;
    let level = Level::from_word(word)?;
    let rest = text.get(colon + 1..)?;
    let second =
        rest.iter().take(120).position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')));
    let second = second.filter(|at| *at > 0 && rest.get(*at) == Some(&b':'))?;
    sink.put(b"logger", rest.get(..second)?);
    Some(Parts { level: Some(level), ..Parts::body(rest.get(second + 1..)?.trim_ascii_start()) })
}

/// `ERROR: x`, `[warn] x`, but not `[error] 2024-01-15 ..`, whose time a header will find.
fn level_first<'l>(text: &'l [u8], order: DayOrder) -> Option<Parts<'l>> {
    let token = lex(text, 0, order).filter(|token| token.kind == Kind::Level && token.start == 0)?;
    let word = text.get(..token.end)?;
    let bracketed = word.starts_with(b"[") && word.ends_with(b"]");
    let labelled = word.ends_with(b":") && !word.iter().any(u8::is_ascii_lowercase) && token.level.is_some();
    let timed = lex(text, token.end, order).is_some_and(|next| next.kind == Kind::Time);
    if timed || !(bracketed || labelled) {
        return None;
    }
    Some(Parts { level: token.level, ..Parts::body(text.get(skip_blanks(text, token.end)..)?) })
}
