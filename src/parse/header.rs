//! A header: the columns in front of the message, and how to cut one line after them.
//!
//! A header comes from [`super::learn`] (statistics over a sample) or from [`super::guess`] (one line, for small and
//! mixed files). Cutting a line lexes it again column by column, so a line that misses a column is cut earlier.

use super::lex::{Kind, Token, extent, has_pid, lex, skip_blanks, source_line};
use super::sink::Sink;
use super::time::{DayOrder, Written};
use crate::domain::Level;
use std::ops::Range;

/// What a column means; decides the name of its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Time,
    Level,
    Separator,
    Host,
    Program,
    Logger,
    Source,
    Thread,
    Pid,
    Tid,
    /// Nothing known: `column_1` ..
    Other(u8),
}

/// One column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) kind: Kind,
    /// Whether nearly every line has this kind here; other columns take any token.
    pub(super) anchor: bool,
    pub(super) role: Role,
}

/// The columns of one program's lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) columns: Vec<Column>,
    /// Column of the time that decides whether a line is of this header.
    pub(super) key: Option<usize>,
    /// Form of that time (see [`Token::form`]); 0: any.
    pub(super) form: u8,
    /// A level column that must match, where the same time starts lines of another header too.
    pub(super) required_level: Option<usize>,
    /// The body starts behind a separator that follows the columns at a varying distance.
    pub(super) separator_cut: bool,
}

/// A line cut by a header; ranges are into the line.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cut {
    pub(super) time: Option<Written>,
    pub(super) level: Option<Level>,
    pub(super) program: Option<Range<usize>>,
    pub(super) body: usize,
}

/// What the token in a column's place says about the line.
enum Fit {
    /// It fills the column (it may stand a little further on).
    Take(Token),
    /// The line has no such column: its header ends here.
    Ends,
    /// The line is of another header.
    OtherHeader,
}

impl Header {
    /// Cuts a line; `None` if it is not of this header. Fields of the columns go to `sink`.
    pub(super) fn cut<S: Sink>(&self, text: &[u8], order: DayOrder, sink: &mut S) -> Option<Cut> {
        let mut cut = Cut::default();
        let mut at = 0;
        for (index, column) in self.columns.iter().enumerate() {
            let free = !column.anchor && self.key.is_some_and(|key| index > key);
            let token = if free { extent(text, at, order) } else { lex(text, at, order) };
            let Some(token) = token else {
                if self.key.is_none_or(|key| index <= key) {
                    return None;
                }
                break;
            };
            let token = match self.fit(text, index, *column, token, order) {
                Fit::Take(token) => token,
                Fit::Ends => break,
                Fit::OtherHeader => return None,
            };
            take(text, column.role, &token, &mut cut, sink);
            at = behind_context(text, &token, order);
        }
        if self.separator_cut {
            at = behind_separator(text, at, order).unwrap_or(at);
        }
        cut.body = skip_blanks(text, at);
        Some(cut)
    }

    /// Judges the token found where a column is expected.
    fn fit(&self, text: &[u8], index: usize, column: Column, token: Token, order: DayOrder) -> Fit {
        let Some(key) = self.key else {
            return if token.kind == column.kind { Fit::Take(token) } else { Fit::OtherHeader };
        };
        if index == key {
            let same_form = self.form == 0 || token.form(text) == self.form;
            return if token.kind == Kind::Time && same_form { Fit::Take(token) } else { Fit::OtherHeader };
        }
        if token.kind == column.kind {
            return Fit::Take(token);
        }
        if self.required_level == Some(index) || (index < key && token.kind == Kind::Time) {
            return Fit::OtherHeader;
        }
        if !column.anchor {
            return Fit::Take(token);
        }
        let found = match column.kind {
            Kind::Component | Kind::Separator | Kind::Bracket => {
                within_two(text, token.end, column.kind, order)
            }
            Kind::Level if !shouts(text, &token) => within_two(text, token.end, Kind::Level, order),
            _ if self.anchors_after(index) || column.kind == Kind::Level => Some(token),
            _ => None,
        };
        found.map_or(Fit::Ends, Fit::Take)
    }

    /// The kind of line in a word, for descriptions.
    pub(super) fn name(&self) -> &'static str {
        let has = |role: Role| self.columns.iter().any(|column| column.role == role);
        match (self.key, has(Role::Program)) {
            (Some(_), true) => "time, program",
            (Some(_), false) if has(Role::Level) => "time, level",
            (Some(_), false) => "time",
            (None, _) => "columns without a time",
        }
    }

    fn anchors_after(&self, index: usize) -> bool {
        self.columns.iter().skip(index + 1).any(|column| column.anchor)
    }
}

/// An upper-case word stands for a level nobody knows (`AUDIT`).
fn shouts(text: &[u8], token: &Token) -> bool {
    text.get(token.start..token.end).is_some_and(|w| w.len() >= 3 && w.iter().all(u8::is_ascii_uppercase))
}

/// A token of the wanted kind at most two tokens further on.
fn within_two(text: &[u8], at: usize, kind: Kind, order: DayOrder) -> Option<Token> {
    // Behind a program's name its version may stand (`syslogd 1.4.1:`).
    let fits = |token: &Token| {
        let word = text.get(token.start..token.end).unwrap_or_default();
        token.kind == kind || (kind == Kind::Component && word.ends_with(b":") && word.len() > 1)
    };
    let first = lex(text, at, order)?;
    if fits(&first) {
        return Some(first);
    }
    lex(text, first.end, order).filter(fits)
}

/// The end of a column, with what a program says it acts for (`launchd[1] (com.example.mail[12]): exited`).
fn behind_context(text: &[u8], token: &Token, order: DayOrder) -> usize {
    let named = token.kind == Kind::Component && text.get(token.end - 1) != Some(&b':');
    let context = if named { lex(text, token.end, order) } else { None };
    let closes = |next: &Token| next.kind == Kind::Bracket && text.get(next.end - 1) == Some(&b':');
    let end = context.filter(closes).map_or(token.end, |context| context.end);
    if token.kind == Kind::Component { behind_uptime(text, end) } else { end }
}

/// The end of the kernel's clock, seconds since it started (`kernel: [  167.116098] usb 1-1: x`), or `at`.
pub(super) fn behind_uptime(text: &[u8], at: usize) -> usize {
    let inner = text.get(skip_blanks(text, at)..).and_then(|rest| rest.strip_prefix(b"["));
    let clock = |inner: &[u8]| {
        let inner = inner.trim_ascii_start();
        let whole = inner.iter().take_while(|b| b.is_ascii_digit()).count();
        let rest = inner.get(whole..)?.strip_prefix(b".")?;
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let rest = rest.get(digits..)?.strip_prefix(b"]")?;
        (whole > 0 && digits == 6).then_some(text.len() - rest.len())
    };
    inner.and_then(clock).unwrap_or(at)
}

/// The end of a separator at most four tokens on.
fn behind_separator(text: &[u8], at: usize, order: DayOrder) -> Option<usize> {
    let mut at = at;
    for _ in 0..5 {
        let token = lex(text, at, order)?;
        at = token.end;
        if token.kind == Kind::Separator {
            return Some(at);
        }
    }
    None
}

/// Records what a column says.
fn take<S: Sink>(text: &[u8], role: Role, token: &Token, cut: &mut Cut, sink: &mut S) {
    cut.level = cut.level.or(token.level);
    match role {
        Role::Time => {
            if let Some(found) = token.time {
                cut.time = Some(cut.time.map_or(found, |known| more_precise(known, found)));
            }
        }
        Role::Level | Role::Separator => {}
        Role::Program => {
            let (name, pid) = program(text, token);
            if S::WANTED {
                sink.put(b"program", text.get(name.clone()).unwrap_or_default());
                if let Some(pid) = pid.and_then(|pid| text.get(pid)) {
                    sink.put(b"pid", pid);
                }
            }
            cut.program = Some(name);
        }
        _ if S::WANTED => {
            let value = bare(text.get(token.start..token.end).unwrap_or_default());
            match (pairs(value), role) {
                (Some(pairs), _) => pairs.for_each(|(name, value)| sink.put(name, value)),
                (None, Role::Other(number)) => sink.put(format!("column_{number}").as_bytes(), value),
                (None, _) => sink.put(name_of(role), value),
            }
        }
        _ => {}
    }
}

fn name_of(role: Role) -> &'static [u8] {
    match role {
        Role::Host => b"host",
        Role::Logger => b"logger",
        Role::Source => b"caller",
        Role::Thread => b"thread",
        Role::Pid => b"pid",
        Role::Tid => b"tid",
        _ => b"column",
    }
}

/// The pairs of a column that holds nothing else (`pod=a-1 trace_id=8c1f`): what loggers call a context.
fn pairs(value: &[u8]) -> Option<impl Iterator<Item = (&[u8], &[u8])>> {
    let words = || value.split(|b| matches!(b, b' ' | b',' | b';')).filter(|word| !word.is_empty());
    let pair = |word: &'_ [u8]| {
        let at = word.iter().position(|b| *b == b'=')?;
        let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
        (at > 0 && word.get(..at)?.iter().all(is_name)).then_some(at)
    };
    (words().next().is_some() && words().all(|word| pair(word).is_some())).then(|| {
        words().filter_map(move |word| {
            let (name, value) = word.split_at_checked(pair(word)?)?;
            Some((name, value.get(1..).unwrap_or_default()))
        })
    })
}

/// A column's value without its brackets and its trailing punctuation.
fn bare(value: &[u8]) -> &[u8] {
    let value = value.strip_suffix(b":").or_else(|| value.strip_suffix(b",")).unwrap_or(value);
    let value = if value.contains(&b'[') { value } else { value.strip_suffix(b"]").unwrap_or(value) };
    match (value.first(), value.last()) {
        (Some(b'['), Some(b']')) | (Some(b'('), Some(b')')) | (Some(b'<'), Some(b'>')) => {
            value.get(1..value.len() - 1).unwrap_or(value).trim_ascii()
        }
        _ => value,
    }
}

/// Name and process id of `name[pid]:`; a part in parentheses (`sshd(pam_unix)`) is not of the name.
pub(super) fn program(text: &[u8], token: &Token) -> (Range<usize>, Option<Range<usize>>) {
    let mut end = token.end;
    if text.get(end - 1) == Some(&b':') && end - 1 > token.start {
        end -= 1;
    }
    let word = text.get(token.start..end).unwrap_or_default();
    let mut pid = None;
    let mut name = word.len();
    if has_pid(word)
        && let Some(open) = word.iter().rposition(|b| *b == b'[')
    {
        pid = Some(token.start + open + 1..end - 1);
        name = open;
    }
    let parenthesis = word.iter().position(|b| *b == b'(').filter(|at| *at > 0);
    if let Some(open) = parenthesis
        && let Some(inner) = word.get(open + 1..).and_then(|rest| rest.strip_suffix(b")"))
        && inner.trim_ascii_start().iter().all(u8::is_ascii_digit)
    {
        pid = Some(end - 1 - inner.trim_ascii_start().len()..end - 1);
    }
    let name = parenthesis.map_or(name, |at| at.min(name));
    (token.start..token.start + name, pid)
}

/// Of two times of one record the finer; an epoch that differs by whole quarters of an hour tells the other's offset.
fn more_precise(known: Written, found: Written) -> Written {
    if known.nanos.is_none() || known.date == super::time::Date::Missing {
        return if found.date == super::time::Date::Missing && known.nanos.is_none() {
            known.joined(found)
        } else {
            found
        };
    }
    if !found.is_whole() {
        return known;
    }
    match (known.offset, found.offset) {
        (Some(_), None) => offset_from(known, found).unwrap_or(known),
        (None, Some(_)) => offset_from(found, known).unwrap_or(found),
        _ => {
            if found.digits > known.digits {
                found
            } else {
                known
            }
        }
    }
}

/// `local` with the offset that `absolute`, the same instant, gives away; `None` if they are not the same instant.
fn offset_from(absolute: Written, local: Written) -> Option<Written> {
    use super::time::Date::Full;
    let (Full(day), Full(local_day)) = (absolute.date, local.date) else { return None };
    if absolute.digits >= local.digits {
        return None;
    }
    let second = |days: i64, nanos: Option<i64>| Some(days * 86_400 + nanos? / 1_000_000_000);
    let utc = second(day, absolute.nanos)? - i64::from(absolute.offset.unwrap_or(0));
    let apart = second(local_day, local.nanos)? - utc;
    let offset = (apart + if apart >= 0 { 450 } else { -450 }) / 900 * 900;
    let same = (apart - offset).abs() <= 2 && offset.abs() <= 15 * 3600;
    same.then(|| Written { offset: i32::try_from(offset).ok(), ..local })
}

/// Gives every column its meaning from its kind and its neighbours; `pids`: the component names carry process ids.
pub(super) fn assign_roles(columns: &mut [Column], sample: &[u8], order: DayOrder) {
    let kinds: Vec<Kind> = columns.iter().map(|column| column.kind).collect();
    let has_level = kinds.contains(&Kind::Level);
    let mut numbers = 0u8;
    let mut at = 0;
    for (index, column) in columns.iter_mut().enumerate() {
        let token = lex(sample, at, order);
        let word = token.and_then(|t| sample.get(t.start..t.end)).unwrap_or_default();
        at = token.map_or(at, |t| t.end);
        let before = index.checked_sub(1).and_then(|i| kinds.get(i)).copied();
        let after = kinds.get(index + 1).copied();
        let number = u8::try_from(index + 1).unwrap_or(u8::MAX);
        column.role = match column.kind {
            Kind::Time => Role::Time,
            Kind::Level => Role::Level,
            Kind::Separator => Role::Separator,
            Kind::Dotted if after != Some(Kind::Component) => Role::Logger,
            Kind::Bracket => Role::Thread,
            Kind::Number => {
                numbers += 1;
                [Role::Pid, Role::Tid].get(usize::from(numbers) - 1).copied().unwrap_or(Role::Other(number))
            }
            Kind::Component => component_role(word, has_level),
            _ if after == Some(Kind::Component) && before == Some(Kind::Time) => Role::Host,
            _ if before == Some(Kind::Separator) && matches!(after, Some(Kind::Separator | Kind::Level)) => {
                Role::Logger
            }
            _ => Role::Other(number),
        };
    }
}

/// A program of syslog, a logger (class) of an application, or a place in the source.
fn component_role(word: &[u8], has_level: bool) -> Role {
    let name = word.strip_suffix(b":").unwrap_or(word);
    if source_line(name.strip_suffix(b"]").unwrap_or(name)).is_some() {
        Role::Source
    } else if has_pid(name)
        || !(has_level || name.starts_with(b"%") || name.contains(&b'$') || name.contains(&b'.'))
    {
        Role::Program
    } else {
        Role::Logger
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_gives_the_offset_of_a_finer_local_time() {
        let local = super::super::time::scan(b"2024-01-15-12.00.00.250000", DayOrder::MonthFirst).unwrap().0;
        let epoch = super::super::time::epoch(b"1705312800").unwrap();
        let joined = more_precise(epoch, local);
        assert_eq!((joined.offset, joined.digits), (Some(7200), 6));
        let other = super::super::time::epoch(b"1705312123").unwrap();
        assert_eq!(more_precise(other, local), other);
    }
}
