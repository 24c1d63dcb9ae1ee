//! Learns headers from the bytes: which leading columns are time, level, number, host, component, bracket.
//!
//! Lines are grouped by the place and form of their first time (two programs in one file keep two headers), counted
//! once per set of words without digits (a template that fills the file cannot make its own words look like
//! columns), and walked column by column: a column is an anchor if nearly all lines have its kind there. The limits
//! come from measurements over unrelated systems; none of them is about one system.

use super::header::{Column, Header, Role, assign_roles};
use super::lex::{Kind, Token, has_pid, lex};
use super::time::DayOrder;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::Hasher;
use turning::turning;

/// Leading tokens looked at.
const DEPTH: usize = 14;
/// Columns among which the first time is looked for.
const KEY_COLUMNS: usize = 6;
/// Fewest distinct lines that make statistics.
const FEWEST: usize = 6;
/// Headers kept for one source.
const MOST_HEADERS: usize = 8;

/// The leading tokens of one line of the sample.
struct Row<'s> {
    text: &'s [u8],
    tokens: Vec<Token>,
}

impl Row<'_> {
    fn kind(&self, column: usize) -> Option<Kind> {
        self.tokens.get(column).map(|token| token.kind)
    }

    fn word(&self, column: usize) -> &[u8] {
        self.tokens.get(column).and_then(|token| self.text.get(token.start..token.end)).unwrap_or_default()
    }
}

/// Learns the headers of `texts`, the most frequent first.
pub(super) fn learn(texts: &[&[u8]], order: DayOrder) -> Vec<Header> {
    let mut groups: FxHashMap<(usize, u8), Vec<Row<'_>>> = FxHashMap::default();
    for text in distinct(texts) {
        let row = row(text, order);
        let key = row.tokens.iter().take(KEY_COLUMNS).position(|token| token.kind == Kind::Time);
        let form = key.and_then(|key| row.tokens.get(key)).map_or(0, |token| token.form(text));
        groups.entry((key.unwrap_or(usize::MAX), form)).or_default().push(row);
    }
    let total: usize = groups.values().map(Vec::len).sum();
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(key, rows)| (std::cmp::Reverse(rows.len()), *key));
    let mut headers = Vec::new();
    for ((key, form), rows) in groups {
        if rows.len() < FEWEST || rows.len() * 50 < total || headers.len() >= MOST_HEADERS {
            continue;
        }
        if key == usize::MAX {
            // Without a time only a file that is all of one kind shows columns.
            headers.extend((rows.len() * 10 >= total * 9).then(|| untimed(&rows, order)).flatten());
        } else {
            split_by_level(rows, key, form, order, &mut headers);
        }
    }
    headers
}

/// One line per set of words without digits.
fn distinct<'s>(texts: &[&'s [u8]]) -> Vec<&'s [u8]> {
    let mut seen = FxHashSet::default();
    let words = |text: &[u8]| {
        let mut hasher = FxHasher::default();
        for word in text.split(|b| matches!(b, b' ' | b'\t' | b'|' | b',' | b'=')) {
            if !word.iter().any(u8::is_ascii_digit) {
                hasher.write(word);
            }
        }
        hasher.finish()
    };
    texts.iter().copied().filter(|text| seen.insert(words(text))).collect()
}

fn row(text: &[u8], order: DayOrder) -> Row<'_> {
    let mut tokens = Vec::with_capacity(DEPTH);
    let mut at = 0;
    while let (true, Some(token)) = (tokens.len() < DEPTH, lex(text, at, order)) {
        at = token.end;
        tokens.push(token);
    }
    Row { text, tokens }
}

/// Where a level follows the time in some lines only, those lines are another program's: two headers. A word that
/// takes turns with levels (`OUT` and `ERR`) is a column of one program's.
fn split_by_level(rows: Vec<Row<'_>>, key: usize, form: u8, order: DayOrder, headers: &mut Vec<Header>) {
    let ends = rows.iter().filter(|row| row.tokens.len() == key + 1).count();
    if key > 0 && ends * 2 > rows.len() {
        // Messages that end with a time (`connection from .. at <time>`) have no header.
        return;
    }
    for column in key + 1..key + 4 {
        let with = rows.iter().filter(|row| row.kind(column) == Some(Kind::Level)).count();
        let some = with * 10 >= rows.len() && with * 10 <= rows.len() * 9;
        let before_component =
            rows.iter().filter(|row| (key + 1..column).any(|c| row.kind(c) == Some(Kind::Component))).count();
        if some && with >= FEWEST && before_component * 2 < rows.len() && turning(&rows, column) == 0 {
            let (with, without): (Vec<_>, Vec<_>) =
                rows.into_iter().partition(|row| row.kind(column) == Some(Kind::Level));
            let mut header = timed(&with, key, form, order);
            header.required_level = Some(column);
            headers.push(header);
            headers.push(timed(&without, key, form, order));
            return;
        }
    }
    headers.push(timed(&rows, key, form, order));
}

/// Share of rows with this kind in this column, in thousandths.
fn share(rows: &[Row<'_>], column: usize, kind: Kind) -> usize {
    rows.iter().filter(|row| row.kind(column) == Some(kind)).count() * 1000 / rows.len().max(1)
}

/// Like [`share`] for components; a program's name may be of several words (`Web Helper[33]:`).
fn share_of_components(rows: &[Row<'_>], column: usize) -> usize {
    let fits = |row: &&Row<'_>| {
        let mut behind = (column..=column + 2).skip_while(|at| row.kind(*at) == Some(Kind::Word));
        let at = behind.next().filter(|at| row.kind(*at) == Some(Kind::Component));
        at.is_some_and(|at| at == column || has_pid(row.word(at)))
    };
    rows.iter().filter(fits).count() * 1000 / rows.len().max(1)
}

/// The kind that anchors a column, if any.
fn anchor(rows: &[Row<'_>], column: usize) -> Option<(Kind, usize)> {
    let kinds = [
        (Kind::Time, 900),
        (Kind::Level, 900),
        (Kind::Component, 800),
        (Kind::Bracket, 900),
        (Kind::Separator, 900),
        (Kind::Number, 900),
        (Kind::Dotted, 900),
    ];
    let share = |kind| match kind {
        // Some of them are of one word, or the words in front are a host.
        Kind::Component if share(rows, column, kind) >= 200 => share_of_components(rows, column),
        kind => share(rows, column, kind),
    };
    let found = kinds.into_iter().map(|(kind, least)| (kind, share(kind), least));
    found.filter(|(_, share, least)| share >= least).map(|(kind, share, _)| (kind, share)).next()
}

/// How many unanchored columns may stand between the last anchor and one of this kind.
fn reach(kind: Kind, share: usize, last: Kind) -> usize {
    match kind {
        Kind::Time | Kind::Level => 4,
        Kind::Component if last == Kind::Time => 2,
        Kind::Bracket => 1,
        Kind::Separator => 2 + 2 * usize::from(share >= 980),
        _ => 0,
    }
}

/// Whether a column that is of one kind belongs to the header whose last column so far is `last`.
fn belongs(rows: &[Row<'_>], column: usize, found: (Kind, usize), last: (usize, Kind)) -> bool {
    let (kind, share) = found;
    let skipped = column - last.0 - 1;
    let after_component = last.1 == Kind::Component
        && (skipped > 0 || !matches!(kind, Kind::Separator | Kind::Level | Kind::Time));
    // Behind a separator a dotted name is as likely a host in the message; a logger has a separator behind it.
    let name_in_body = kind == Kind::Dotted
        && last.1 == Kind::Separator
        && !anchor(rows, column + 1).is_some_and(|(next, _)| next == Kind::Separator);
    let address = kind == Kind::Dotted && one_numbered(rows, column);
    // A logger's name is there already: what ends in a colon is the message's.
    let second_name = kind == Kind::Component && last.1 == Kind::Dotted;
    skipped <= reach(kind, share, last.1) && !(after_component || name_in_body || address || second_name)
}

/// The header of lines whose time is in column `key`.
fn timed(rows: &[Row<'_>], key: usize, form: u8, order: DayOrder) -> Header {
    let mut last = key;
    let mut last_kind = Kind::Time;
    let mut column = key + 1;
    while column < DEPTH && column - last <= 5 {
        let found = anchor(rows, column).filter(|found| belongs(rows, column, *found, (last, last_kind)));
        if let Some((kind, _)) = found {
            (last, last_kind) = (column, kind);
        } else if column == last + 1 && last_kind != Kind::Component {
            let width = if padded(rows, column) { 1 } else { turning(rows, column) };
            if width > 0 {
                (last, last_kind) = (column + width - 1, Kind::Word);
                column = last;
            }
        }
        column += 1;
    }
    let separator_cut =
        !matches!(last_kind, Kind::Component | Kind::Separator) && varying_separator(rows, last);
    let mut columns: Vec<Column> = (0..=last).map(|column| describe(rows, column, key)).collect();
    if let Some(typical) = typical(rows, &columns) {
        assign_roles(&mut columns, typical, order);
    }
    Header { columns, key: Some(key), form, required_level: None, separator_cut }
}

/// Whether one name with a number behind it (`proxy.example:5070`) stands in most rows: a place in the source has one
/// message, and every message is one row.
fn one_numbered(rows: &[Row<'_>], column: usize) -> bool {
    let mut counts: FxHashMap<&[u8], usize> = FxHashMap::default();
    for row in rows.iter().filter(|row| row.word(column).last().is_some_and(u8::is_ascii_digit)) {
        *counts.entry(row.word(column)).or_default() += 1;
    }
    counts.into_values().max().is_some_and(|most| most * 2 >= rows.len())
}

fn describe(rows: &[Row<'_>], column: usize, key: usize) -> Column {
    let found = if column == key { Some((Kind::Time, 1000)) } else { anchor(rows, column) };
    Column {
        kind: found.map_or(Kind::Word, |(kind, _)| kind),
        anchor: found.is_some(),
        role: Role::Other(u8::try_from(column + 1).unwrap_or(u8::MAX)),
    }
}

/// A line that has every anchor where it belongs; its words decide what the columns mean.
fn typical<'s>(rows: &[Row<'s>], columns: &[Column]) -> Option<&'s [u8]> {
    let fits = |row: &&Row<'_>| {
        columns.iter().enumerate().all(|(i, column)| !column.anchor || row.kind(i) == Some(column.kind))
    };
    rows.iter().find(fits).or(rows.first()).map(|row| row.text)
}

/// A word column filled up with blanks: what follows starts (or, set to the right, ends) at a constant distance,
/// mostly behind two blanks.
fn padded(rows: &[Row<'_>], column: usize) -> bool {
    let mut starts: FxHashMap<usize, usize> = FxHashMap::default();
    let mut ends: FxHashMap<usize, usize> = FxHashMap::default();
    let mut wide = 0;
    let mut seen = 0;
    for row in rows {
        let (Some(word), Some(next)) = (row.tokens.get(column), row.tokens.get(column + 1)) else { continue };
        *starts.entry(next.start - word.start).or_default() += 1;
        *ends.entry(next.end - word.start).or_default() += usize::from(next.kind == Kind::Number);
        wide += usize::from(next.start - word.end >= 2);
        seen += 1;
    }
    let most = starts.values().chain(ends.values()).max().copied().unwrap_or(0);
    seen * 10 >= rows.len() * 9 && most * 20 >= seen * 19 && wide * 2 >= seen && seen > 0
}

/// Whether nearly every line has a separator within five tokens of the last column, at no fixed place.
fn varying_separator(rows: &[Row<'_>], last: usize) -> bool {
    let near = |row: &&Row<'_>| (last + 1..=last + 5).any(|column| row.kind(column) == Some(Kind::Separator));
    rows.iter().filter(near).count() * 20 >= rows.len() * 19
}

/// Columns of lines without any time: numbers, levels and components that nearly every line starts with.
fn untimed(rows: &[Row<'_>], order: DayOrder) -> Option<Header> {
    let accepted = |column: &usize| {
        [Kind::Level, Kind::Number, Kind::Component, Kind::Bracket]
            .into_iter()
            .any(|kind| share(rows, *column, kind) >= 980)
    };
    let count = (0..4).take_while(accepted).count();
    let mut columns: Vec<Column> = (0..count).map(|column| describe(rows, column, usize::MAX)).collect();
    let typical = typical(rows, &columns)?;
    assign_roles(&mut columns, typical, order);
    (count > 0).then_some(Header { columns, key: None, form: 0, required_level: None, separator_cut: false })
}

mod turning;

#[cfg(test)]
mod tests;
