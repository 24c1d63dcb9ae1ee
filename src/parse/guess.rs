//! The header of a single line, for files too small or too mixed for statistics.
//!
//! More careful than learning: beyond the time it takes only what no message would start with.

use super::header::{Column, Header, Role, assign_roles};
use super::lex::{Kind, Token, has_pid, lex};
use super::time::{Date, DayOrder};

/// Columns a guessed header may have.
const MOST: usize = 10;

/// Guesses the header of a line that has a time among its first columns; `None` if there is none.
pub(super) fn guess(text: &[u8], order: DayOrder) -> Option<Header> {
    let mut tokens = Vec::with_capacity(MOST);
    let mut at = 0;
    while let (true, Some(token)) = (tokens.len() < MOST, lex(text, at, order)) {
        at = token.end;
        tokens.push(token);
    }
    let key = key(&tokens)?;
    let count = walk(text, &tokens, key);
    let mut columns: Vec<Column> = tokens
        .iter()
        .take(count)
        .map(|token| Column { kind: token.kind, anchor: true, role: Role::Other(0) })
        .collect();
    assign_roles(&mut columns, text, order);
    Some(Header { columns, key: Some(key), form: 0, required_level: None, separator_cut: false })
}

/// The first time, if only a level, a separator, a number, a component or a bracket stands before it.
fn key(tokens: &[Token]) -> Option<usize> {
    let key = tokens.iter().take(4).position(|token| token.kind == Kind::Time)?;
    let whole = tokens.get(key)?.time?.is_whole() || tokens.get(key)?.time?.nanos.is_some();
    let column = |token: &Token| {
        matches!(token.kind, Kind::Level | Kind::Separator | Kind::Component | Kind::Bracket | Kind::Number)
    };
    // One word may stand before a full date: a file name, a host, Redis' `1234:M`.
    let dated =
        matches!(tokens.get(key)?.time?.date, Date::Full(_)) && tokens.get(key)?.time?.nanos.is_some();
    let one_word = key == 1 && dated;
    (whole && (one_word || tokens.iter().take(key).all(column))).then_some(key)
}

/// Number of columns from the first to the last one that belongs to the header.
fn walk(text: &[u8], tokens: &[Token], key: usize) -> usize {
    let mut level = tokens.iter().take(key).any(|token| token.kind == Kind::Level);
    let mut count = key + 1;
    while let Some(token) = tokens.get(count) {
        let next = tokens.get(count + 1);
        let next_is = |kind: Kind| next.is_some_and(|next| next.kind == kind);
        let word = text.get(token.start..token.end).unwrap_or_default();
        let level_next = next.is_some_and(|next| is_level(text, next));
        let level_after_next = tokens.get(count + 2).is_some_and(|next| is_level(text, next));
        let takes = match token.kind {
            Kind::Time => true,
            Kind::Level => !level && is_level(text, token),
            Kind::Separator => word != b"*" || count == key + 1,
            Kind::Bracket => level || level_next || next_is(Kind::Bracket) || level_after_next,
            Kind::Number => level_next || level && (next_is(Kind::Separator) || word.contains(&b'#')),
            Kind::Component => is_component(word, tokens, count, key),
            Kind::Dotted => {
                level_next
                    || (next_is(Kind::Separator) && count > key + 1)
                    || next_is(Kind::Bracket) && !level
            }
            Kind::Word => !level && (level_next || hosted(text, next, count == key + 1)),
        };
        let between = token.kind == Kind::Word
            && next_is(Kind::Separator)
            && tokens.get(count - 1).is_some_and(|before| before.kind == Kind::Separator);
        if !takes && !between {
            break;
        }
        level |= token.kind == Kind::Level;
        count += 1;
        if token.kind == Kind::Component && !level_next {
            break;
        }
    }
    count
}

/// A component no message would start with: with a process id, a place in the source or a package, or where syslog
/// has its program (behind a host, or straight behind a time without a year).
fn is_component(word: &[u8], tokens: &[Token], at: usize, key: usize) -> bool {
    let name = word.strip_suffix(b":").unwrap_or(word);
    let telling = has_pid(word) || name.contains(&b'.') || name.contains(&b'$');
    let behind_host = at == key + 2 && tokens.get(key + 1).is_some_and(|token| token.kind == Kind::Word);
    let time = tokens.get(key).and_then(|token| token.time);
    let yearless = time.is_some_and(|time| matches!(time.date, Date::YearLess { .. }));
    telling || behind_host || (at == key + 1 && yearless)
}

/// A host name stands straight behind the time and before `program[pid]:` or `program:`.
fn hosted(text: &[u8], next: Option<&Token>, behind_time: bool) -> bool {
    let Some(next) = next.filter(|next| next.kind == Kind::Component) else { return false };
    let word = text.get(next.start..next.end).unwrap_or_default();
    behind_time && (has_pid(word) || word.ends_with(b":"))
}

/// A level no message starts with: upper case, in brackets, or one of the common words in lower case.
fn is_level(text: &[u8], token: &Token) -> bool {
    if token.kind != Kind::Level {
        return false;
    }
    let word = text.get(token.start..token.end).unwrap_or_default();
    let shouts = !word.iter().any(u8::is_ascii_lowercase) && word.len() >= 3;
    let common: [&[u8]; 6] = [b"info", b"warn", b"warning", b"error", b"debug", b"trace"];
    shouts
        || !word.first().is_some_and(u8::is_ascii_alphabetic)
        || common.iter().any(|c| word.eq_ignore_ascii_case(c))
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
    fn the_body_starts_behind_the_header(#[case] line: &str, #[case] body: &str) {
        let line = line.as_bytes();
        let header = guess(line, DayOrder::MonthFirst).unwrap();
        let cut = header.cut(line, DayOrder::MonthFirst, &mut Nowhere).unwrap();
        assert_eq!(String::from_utf8_lossy(&line[cut.body..]), body);
    }
}
