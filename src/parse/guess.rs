//! The header of a single line, for files too small or too mixed for statistics.
//!
//! More careful than learning: beyond the time it takes only what no message would start with.

use super::header::{Column, Header, Role, assign_roles};
use super::lex::{Kind, Token, has_pid, lex, source_line};
use super::time::{Date, DayOrder};

/// Columns a guessed header may have.
const MOST: usize = 10;

/// Guesses the header of a line that has a time among its first columns; `None` if there is none.
pub(super) fn guess(text: &[u8], order: DayOrder) -> Option<Header> {
    let key = key(text, order)?;
    let mut tokens = Vec::with_capacity(MOST);
    let mut at = 0;
    while let (true, Some(token)) = (tokens.len() < MOST, lex(text, at, order)) {
        at = token.end;
        tokens.push(token);
    }
    let count = Walk { text, tokens: &tokens, key }.columns();
    let mut columns: Vec<Column> = tokens
        .iter()
        .take(count)
        .map(|token| Column { kind: token.kind, anchor: true, role: Role::Other(0) })
        .collect();
    assign_roles(&mut columns, text, order);
    Some(Header { columns, key: Some(key), form: 0, required_level: None, separator_cut: false })
}

/// The column of the first time, if only a level, a separator, a number, a component or a bracket stands before it.
/// One word may stand before a full date: a file name, a host, Redis' `1234:M`.
///
/// Gives up at the first token that rules a header out: most texts that come here have none.
fn key(text: &[u8], order: DayOrder) -> Option<usize> {
    let mut at = 0;
    let mut word_first = false;
    for index in 0..4 {
        let token = lex(text, at, order)?;
        at = token.end;
        match token.kind {
            Kind::Time => {
                let time = token.time?;
                let dated = matches!(time.date, Date::Full(_)) && time.nanos.is_some();
                return (time.nanos.is_some() && (!word_first || (index == 1 && dated))).then_some(index);
            }
            Kind::Word | Kind::Dotted if index == 0 => word_first = true,
            Kind::Word | Kind::Dotted => return None,
            _ if word_first => return None,
            _ => {}
        }
    }
    None
}

/// The tokens of a line on the way from its time to its body.
struct Walk<'t> {
    text: &'t [u8],
    tokens: &'t [Token],
    key: usize,
}

impl Walk<'_> {
    /// Number of columns from the first to the last one that belongs to the header.
    fn columns(&self) -> usize {
        let mut level = self.tokens.iter().take(self.key).any(|token| token.kind == Kind::Level);
        let mut count = self.key + 1;
        while let Some(token) = self.tokens.get(count) {
            if !self.takes(token, count, level) {
                break;
            }
            level |= token.kind == Kind::Level;
            count += 1;
            if token.kind == Kind::Component && !self.is_level(count) {
                break;
            }
        }
        count
    }

    /// Whether the token at `at` is a column; `level`: a level came before.
    fn takes(&self, token: &Token, at: usize, level: bool) -> bool {
        let word = self.word(at);
        let level_next = self.is_level(at + 1);
        let next = self.kind(at + 1);
        match token.kind {
            Kind::Time => true,
            Kind::Level => !level && self.is_level(at),
            Kind::Separator => true,
            Kind::Bracket => level || level_next || next == Some(Kind::Bracket) || self.is_level(at + 2),
            Kind::Number => level_next || level && (next == Some(Kind::Separator) || word.contains(&b'#')),
            Kind::Component => self.is_component(at),
            Kind::Dotted => {
                let numbered = word.last().is_some_and(u8::is_ascii_digit)
                    && word.iter().any(|b| matches!(b, b'#' | b':'));
                let behind_columns = next == Some(Kind::Separator) && at > self.key + 1;
                level_next || behind_columns || (level && numbered) || (!level && next == Some(Kind::Bracket))
            }
            Kind::Word => {
                let before = at.checked_sub(1).and_then(|before| self.kind(before));
                let between = before == Some(Kind::Separator) && next == Some(Kind::Separator);
                let shouts = word.iter().all(u8::is_ascii_uppercase) && next == Some(Kind::Bracket);
                let placed = source_line(self.word(at + 1)).is_some();
                between || if level { shouts || placed } else { level_next || self.is_host(at) }
            }
        }
    }

    fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn word(&self, at: usize) -> &[u8] {
        self.tokens.get(at).and_then(|token| self.text.get(token.start..token.end)).unwrap_or_default()
    }

    /// A component no message would start with: with a process id, a place in the source or a package, or where
    /// syslog has its program (behind a host, or straight behind a time without a year).
    fn is_component(&self, at: usize) -> bool {
        let word = self.word(at);
        let name = word.strip_suffix(b":").unwrap_or(word);
        let telling = has_pid(word) || name.contains(&b'.') || name.contains(&b'$');
        let behind_host = at == self.key + 2 && self.kind(self.key + 1) == Some(Kind::Word);
        let time = self.tokens.get(self.key).and_then(|token| token.time);
        let yearless = time.is_some_and(|time| matches!(time.date, Date::YearLess { .. }));
        telling || behind_host || (at == self.key + 1 && yearless)
    }

    /// A host name stands straight behind the time and before `program[pid]:` or `program:`.
    fn is_host(&self, at: usize) -> bool {
        let next = self.word(at + 1);
        let program = has_pid(next) || next.ends_with(b":");
        at == self.key + 1 && self.kind(at + 1) == Some(Kind::Component) && program
    }

    /// A level no message starts with: upper case, in brackets, one of the common words in lower case, or a single
    /// letter straight behind the time with another column behind it.
    fn is_level(&self, at: usize) -> bool {
        if self.kind(at) != Some(Kind::Level) {
            return false;
        }
        let word = self.word(at);
        let common: [&[u8]; 6] = [b"info", b"warn", b"warning", b"error", b"debug", b"trace"];
        let shouts = word.len() >= 3
            && !word.split(|b| *b == b'/').next().unwrap_or_default().iter().any(u8::is_ascii_lowercase);
        let column_next = matches!(self.kind(at + 1), Some(Kind::Bracket | Kind::Component | Kind::Number));
        let shouting_next =
            self.kind(at + 2) == Some(Kind::Bracket) && self.word(at + 1).iter().all(u8::is_ascii_uppercase);
        let letter = word.len() == 1 && at == self.key + 1 && (column_next || shouting_next);
        shouts
            || letter
            || !word.first().is_some_and(u8::is_ascii_alphabetic)
            || common.iter().any(|c| word.eq_ignore_ascii_case(c))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sink::Nowhere;
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("2024-01-15 10:00:00,123 - shop.cart - INFO - added 3", "added 3")]
    #[case("2024-01-15 10:00:00.123  INFO 7 --- [main] c.a.Pay : paid 3", "paid 3")]
    #[case("2024-01-15 10:00:00,123 INFO [main] c.a.Pay - paid 3", "paid 3")]
    #[case("2024-01-15 10:00:00.123 [main] INFO  c.a.Pay - paid 3", "paid 3")]
    #[case("Jan 15 10:00:00 web1 sshd[12]: Accepted password", "Accepted password")]
    #[case("2024/01/15 10:00:00 [error] 7#7: *9 open() failed", "*9 open() failed")]
    #[case("[Mon Jan 15 10:00:00 2024] [core:error] [pid 1:tid 2] AH1: no", "AH1: no")]
    #[case("2024/01/15 10:00:00 listening on 8080", "listening on 8080")]
    #[case("2024/01/15 10:00:00 main.go:12: listening", "listening")]
    #[case("2024-01-15 10:00:00.123 UTC [12] app@shop LOG:  ready", "ready")]
    #[case("INFO 2024-01-15 10:00:00 ready", "ready")]
    #[case("2024-01-15T10:00:00Z 3 items shipped", "3 items shipped")]
    #[case("1234:M 15 Jan 2024 10:00:00.123 * Ready", "Ready")]
    #[case("[2024-01-15T10:00:00Z INFO  shop::cart] ready", "ready")]
    fn the_body_starts_behind_the_header(#[case] line: &str, #[case] body: &str) {
        let line = line.as_bytes();
        let header = guess(line, DayOrder::MonthFirst).unwrap();
        let cut = header.cut(line, DayOrder::MonthFirst, &mut Nowhere).unwrap();
        assert_eq!(String::from_utf8_lossy(&line[cut.body..]), body);
    }
}
