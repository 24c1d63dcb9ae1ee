//! The leading tokens of a text line: times, levels, numbers, separators, brackets, components, logger names, words.
//!
//! Learning counts their kinds by position; a learned header walks the same tokens again, so both see one grammar.

use super::time::{Date, DayOrder, Written, scan};
use crate::domain::Level;

/// What a leading token looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A date, a time of day, both, or an epoch number; may span words and stand in brackets.
    Time,
    /// A level word, bare or in brackets, or a word that takes its place (`DETAIL:` of PostgreSQL).
    Level,
    /// Digits only.
    Number,
    /// `-`, `---`, `|`, `;`, `:`.
    Separator,
    /// A balanced bracket group.
    Bracket,
    /// `name:`, `name[pid]:`, `file.go:12`.
    Component,
    /// A dotted name, with or without a line number.
    Dotted,
    /// Anything else.
    Word,
}

/// A leading token; `start..end` covers its brackets and its trailing punctuation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// The time of a [`Kind::Time`].
    pub(super) time: Option<Written>,
    /// The level of a [`Kind::Level`].
    pub(super) level: Option<Level>,
}

/// Longest bracket group that can be a column.
const BRACKET_BYTES: usize = 200;

/// Longest word that is looked at as a column.
const WORD_BYTES: usize = 160;

impl Token {
    fn plain(kind: Kind, start: usize, end: usize) -> Self {
        Self { kind, start, end, time: None, level: None }
    }

    /// Tells forms of time apart, so that two programs in one file keep their own headers.
    pub(super) fn form(&self, text: &[u8]) -> u8 {
        let Some(time) = self.time else { return 0 };
        let bracketed = matches!(text.get(self.start), Some(b'[' | b'(' | b'<'));
        let first = text.get(self.start + usize::from(bracketed)).copied().unwrap_or(0);
        let date = match time.date {
            Date::Missing => 1,
            Date::YearLess { .. } => 2,
            Date::Full(_) => 3,
        };
        u8::from(bracketed)
            | u8::from(first.is_ascii_alphabetic()) << 1
            | date << 2
            | u8::from(time.offset.is_some()) << 4
            | u8::from(time.nanos.is_some()) << 5
    }
}

/// The token at or behind the blanks at `at`.
pub(super) fn lex(text: &[u8], at: usize, order: DayOrder) -> Option<Token> {
    let start = skip_blanks(text, at);
    match *text.get(start)? {
        b'[' | b'(' | b'<' => Some(bracket(text, start, order)),
        b'|' | b';' => Some(Token::plain(Kind::Separator, start, start + 1)),
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
            Some(time(text, start, order).unwrap_or_else(|| word(text, start)))
        }
        _ => Some(word(text, start)),
    }
}

/// Like [`lex`] where only the extent matters, as for a host behind the time.
pub(super) fn extent(text: &[u8], at: usize, order: DayOrder) -> Option<Token> {
    let start = skip_blanks(text, at);
    if !text.get(start)?.is_ascii_alphanumeric() {
        return lex(text, at, order);
    }
    Some(Token::plain(Kind::Word, start, word_end(text, start)))
}

fn word_end(text: &[u8], start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    // `INFO;Store;` are columns, `pass; user` is prose.
    let column = |at: usize| rest.get(at + 1).is_some_and(|next| !matches!(next, b' ' | b'\t'));
    let ends = |(at, byte): (usize, &u8)| match byte {
        b' ' | b'\t' | b'|' => true,
        b';' => column(at),
        _ => false,
    };
    start + rest.iter().enumerate().position(ends).unwrap_or(rest.len()).max(1)
}

pub(super) fn skip_blanks(text: &[u8], at: usize) -> usize {
    let blanks = text.get(at..).unwrap_or_default().iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    at + blanks
}

fn time(text: &[u8], start: usize, order: DayOrder) -> Option<Token> {
    let (written, used) = scan(text.get(start..)?, order)?;
    let end = start + used;
    let next = text.get(end).copied();
    // `10.30` of `10.30.1.2` or a path under a date is no time.
    if matches!(next, Some(b'/' | b'_' | b'.' | b'@' | b'=' | b'%')) {
        return None;
    }
    let trailing =
        matches!(next, Some(b',' | b':' | b';')) && !matches!(text.get(end + 1), Some(b'0'..=b'9'));
    let end = end + usize::from(trailing);
    Some(Token { kind: Kind::Time, start, end, time: Some(written), level: None })
}

/// A bracket group: a time, a level or anything balanced.
fn bracket(text: &[u8], start: usize, order: DayOrder) -> Token {
    if let Some(inner) = text.get(start + 1..).and_then(|rest| scan(rest, order)) {
        let end = start + 1 + inner.1;
        let closed = matches!(text.get(end), Some(b']' | b')' | b'>'));
        let whole = inner.0.is_whole() || inner.0.nanos.is_some();
        if whole && (closed || matches!(text.get(end), Some(b' ' | b':' | b',' | b'|'))) {
            let end = end + 1;
            let end = end + usize::from(closed && text.get(end) == Some(&b':'));
            return Token { kind: Kind::Time, start, end, time: Some(inner.0), level: None };
        }
    }
    let Some(close) = balanced(text, start) else { return word(text, start) };
    if text.get(close + 1) == Some(&b'@') {
        // PostgreSQL's user and database, both unknown: `[unknown]@[unknown]`.
        return word(text, start);
    }
    let level = level_in(text.get(start + 1..close).unwrap_or_default());
    let end = close + 1;
    let end = end + usize::from(matches!(text.get(end), Some(b':' | b',')));
    let kind = if level.is_some() { Kind::Level } else { Kind::Bracket };
    Token { kind, start, end, time: None, level }
}

/// Index of the bracket that closes the one at `start`.
pub(super) fn balanced(text: &[u8], start: usize) -> Option<usize> {
    let open = *text.get(start)?;
    let close = match open {
        b'[' => b']',
        b'(' => b')',
        b'<' => b'>',
        _ => return None,
    };
    let mut depth = 0usize;
    for (offset, &byte) in text.iter().skip(start).take(BRACKET_BYTES).enumerate() {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                return Some(start + offset);
            }
        }
    }
    None
}

/// The level inside brackets: `ERROR`, ` info `, `core:error`.
fn level_in(inner: &[u8]) -> Option<Level> {
    let inner = inner.trim_ascii();
    let word = inner.rsplit(|b| *b == b':').next().unwrap_or(inner);
    if word.len() < 3 && !(inner.len() == 1 && inner[0].is_ascii_uppercase()) {
        return None;
    }
    Level::from_word(word)
}

/// The end of the level in front of `I/Tag( 123):`, and of the tag behind it, as Android's loggers write them.
fn tagged(text: &[u8], start: usize) -> Option<(usize, usize)> {
    let [letter, b'/', rest @ ..] = text.get(start..)? else { return None };
    let name = rest.iter().take(WORD_BYTES).position(|b| matches!(b, b'(' | b' '))?;
    let inner = rest.get(name..)?.strip_prefix(b"(")?;
    let blanks = inner.iter().take_while(|b| **b == b' ').count();
    let digits = inner.iter().skip(blanks).take_while(|b| b.is_ascii_digit()).count();
    let closed = name > 0 && digits > 0 && inner.get(blanks + digits..)?.starts_with(b"):");
    (closed && b"VDIWEF".contains(letter)).then_some((start + 2, start + 2 + name + 1 + blanks + digits + 2))
}

/// A token that ends at a blank, a `|` or the `;` of columns.
fn word(text: &[u8], start: usize) -> Token {
    if let Some((end, _)) = tagged(text, start) {
        return Token {
            kind: Kind::Level,
            start,
            end,
            time: None,
            level: Level::from_word(&text[start..=start]),
        };
    }
    if let Some((_, end)) = start.checked_sub(2).and_then(|before| tagged(text, before)) {
        return Token::plain(Kind::Component, start, end);
    }
    let end = word_end(text, start);
    let word = text.get(start..end).unwrap_or_default();
    if word.len() > WORD_BYTES {
        return Token::plain(Kind::Word, start, end);
    }
    if let Some(level) = level_word(word) {
        return Token { kind: Kind::Level, start, end, time: None, level };
    }
    Token { level: facility_level(word), ..Token::plain(classify(word), start, end) }
}

/// The severity in `%FACILITY-4-MNEMONIC:`, as network devices write it.
fn facility_level(word: &[u8]) -> Option<Level> {
    let mut parts = word.strip_prefix(b"%")?.strip_suffix(b":")?.split(|b| *b == b'-');
    let digit = parts.find(|part| matches!(part, [b'0'..=b'7']))?;
    parts.next().and_then(|_| Level::from_syslog(digit[0] - b'0'))
}

fn classify(word: &[u8]) -> Kind {
    if word.len() <= 3 && word.iter().all(|b| matches!(b, b'-' | b':' | b'*' | b'#' | b'>' | b'=')) {
        return Kind::Separator;
    }
    // nginx writes process and thread as `7#12:`.
    let bare = word.strip_suffix(b":").unwrap_or(word);
    let bare = bare.strip_prefix(b"-").unwrap_or(bare);
    if bare.first().is_some_and(u8::is_ascii_digit) && bare.iter().all(|b| b.is_ascii_digit() || *b == b'#') {
        return Kind::Number;
    }
    if is_component(word) {
        return Kind::Component;
    }
    // The rest of a bracket that a time opened: `[2024-01-15T10:00:00Z INFO cart] x`.
    if word.ends_with(b"]") && !word.contains(&b'[') {
        return Kind::Bracket;
    }
    if is_dotted(word) { Kind::Dotted } else { Kind::Word }
}

/// `Some(Some(level))` for a level word, `Some(None)` for a word PostgreSQL prints in its place.
fn level_word(word: &[u8]) -> Option<Option<Level>> {
    let bare = word.strip_suffix(b"]").unwrap_or(word);
    let bare = bare.strip_suffix(b":").or_else(|| bare.strip_suffix(b",")).unwrap_or(bare);
    let single = word.len() == 1 && word[0].is_ascii_uppercase();
    if bare.len() >= 3 || single {
        // Celery writes `INFO/MainProcess]`.
        let name = bare.iter().position(|b| *b == b'/').and_then(|at| bare.get(..at)).unwrap_or(bare);
        if let Some(level) = Level::from_word(name) {
            return Some(Some(level));
        }
    }
    let companion =
        matches!(word, b"DETAIL:" | b"HINT:" | b"STATEMENT:" | b"CONTEXT:" | b"QUERY:" | b"LOCATION:");
    companion.then_some(None)
}

/// `name:`, `name[12]:`, `name[12]`, `file.go:12`, `file.go:12]`.
fn is_component(word: &[u8]) -> bool {
    let Some(first) = word.first() else { return false };
    if !(first.is_ascii_alphabetic() || matches!(first, b'_' | b'/' | b'.' | b'-' | b'%')) {
        return false;
    }
    if word.iter().any(|b| matches!(b, b'=' | b'"' | b'\'' | b',' | b'{')) || word.ends_with(b"::") {
        return false;
    }
    if let Some(name) = word.strip_suffix(b":") {
        return name.iter().any(u8::is_ascii_alphabetic) && !name.ends_with(b")") || name.ends_with(b"]");
    }
    has_pid(word) || source_line(word.strip_suffix(b"]").unwrap_or(word)).is_some()
}

/// Whether the word ends like `[123]` or `[web.1]` behind a name.
pub(super) fn has_pid(word: &[u8]) -> bool {
    let word = word.strip_suffix(b":").unwrap_or(word);
    let Some(open) = word.iter().rposition(|b| *b == b'[') else { return false };
    let inner = word.get(open + 1..).unwrap_or_default();
    let id = inner.strip_suffix(b"]").unwrap_or_default();
    // Heroku's instances are named: `app[web.1]:`.
    let named = |id: &[u8]| {
        let mut parts = id.split(|b| *b == b'.');
        parts.next().is_some_and(|name| name.iter().all(u8::is_ascii_alphabetic))
            && parts.next().is_some_and(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
            && parts.next().is_none()
    };
    open > 0 && !id.is_empty() && (id.iter().all(u8::is_ascii_digit) || named(id))
}

/// Extensions of source files; a list, because `host.com:443` must not read as one.
const SOURCES: [&[u8]; 24] = [
    b"go", b"rs", b"py", b"js", b"ts", b"mjs", b"java", b"kt", b"scala", b"c", b"cc", b"cpp", b"cxx", b"h",
    b"hpp", b"cs", b"rb", b"php", b"ex", b"erl", b"swift", b"lua", b"pl", b"clj",
];

/// The file part of `path/file.ext:12`.
pub(super) fn source_line(word: &[u8]) -> Option<&[u8]> {
    let colon = word.iter().rposition(|b| *b == b':')?;
    let (file, line) = (word.get(..colon)?, word.get(colon + 1..)?);
    let dot = file.iter().rposition(|b| *b == b'.')?;
    let extension = file.get(dot + 1..)?;
    (SOURCES.contains(&extension) && !line.is_empty() && line.iter().all(u8::is_ascii_digit)).then_some(file)
}

/// `com.acme.Pay`, `c.a.Pay$1`, `c.a.Pay#42`, `c.a.Pay:42`.
fn is_dotted(word: &[u8]) -> bool {
    let name = word.iter().rposition(|b| matches!(b, b'#' | b':')).map_or(word, |at| {
        let line = word.get(at + 1..).unwrap_or_default();
        let numbered = !line.is_empty() && line.iter().all(u8::is_ascii_digit);
        if numbered { word.get(..at).unwrap_or(word) } else { word }
    });
    let parts = name.split(|b| *b == b'.');
    let named = |part: &[u8]| {
        part.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_')
            && part.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'-' | b'[' | b']'))
    };
    name.contains(&b'.') && parts.clone().count() >= 2 && parts.into_iter().all(named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn kinds(text: &str) -> String {
        let text = text.as_bytes();
        let mut at = 0;
        let mut seen = Vec::new();
        while let Some(token) = lex(text, at, DayOrder::MonthFirst) {
            let name = format!("{:?}", token.kind);
            seen.push(
                name.chars().next().unwrap().to_string() + &text[token.start..token.end].len().to_string(),
            );
            at = token.end;
        }
        seen.join(" ")
    }

    #[rstest]
    #[case::syslog("Jan 15 10:00:00 web1 sshd[12]: ok", "T15 W4 C9 W2")]
    #[case::bracketed("[2024-01-15 10:00:00.123][7][info][main] [a.cc:12] x", "T25 B3 L6 B6 B9 W1")]
    #[case::aligned("2024-01-15 10:00:00, Info   CBS   x", "T20 L4 W3 W1")]
    #[case::pipes("20240115-22:15:29:606|Step|3000|x 1", "T21 S1 W4 S1 N4 S1 W1 N1")]
    #[case::semicolons("15.01.2024 10:00:00;INFO;Store;pass; user", "T20 L4 S1 W5 S1 W5 W4")]
    #[case::thread_of_brackets("- INFO  [Quorum[myid=1]/0:0@774] - x", "S1 L4 B24 S1 W1")]
    #[case::class("INFO dfs.Node$Packet: x", "L4 C16 W1")]
    #[case::logger_line("t.s.Travel#532 x", "D14 W1")]
    #[case::apache("[Mon Jan 15 10:00:00.123456 2024] [core:error] [pid 1:tid 2] x", "T33 L12 B13 W1")]
    #[case::postgres("[12] app@shop DETAIL:  x", "B4 W8 L7 W1")]
    #[case::celery("[2024-01-15 10:00:00,123: INFO/MainProcess] x", "T25 L17 W1")]
    #[case::logcat("I/HrmService( 1662): onSample x=1", "L2 C18 W8 W3")]
    #[case::device("edge-1 : %FW-4-106023: Deny tcp", "W6 S1 C13 W4 W3")]
    #[case::unknown("[12] [unknown]@[unknown] LOG:  x", "B4 W19 L4 W1")]
    #[case::zap("api/server.go:12 x", "C16 W1")]
    #[case::key_value("level=info user: x", "W10 C5 W1")]
    fn leading_tokens_are_told_apart(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(kinds(text), expected);
    }
}
