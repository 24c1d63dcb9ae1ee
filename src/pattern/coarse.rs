//! The coarse form of a shape: types of values dropped, lists and repeated groups written once.
//!
//! Two bodies with one coarse form belong together: `[1, 2]` and `[1, 2, 3]`, `10.0.0.1:80` and `web:80`.

use super::unit::{ANY, Class, SPACE, Unit, Units};

/// Longest repeated group that is folded, in units.
const LONGEST_GROUP: usize = 12;

pub(super) fn coarse(units: &Units, shape: &[Unit]) -> Vec<Unit> {
    let mut out: Vec<Unit> = Vec::with_capacity(shape.len());
    for (at, &unit) in shape.iter().enumerate() {
        let unit = units.untyped(unit);
        let after_equals = out.last().is_some_and(|&u| units.byte(u) == Some(b'='));
        if unit == ANY && shape.get(at + 1).is_none_or(|&u| units.byte(u) != Some(b'>')) {
            // `< 1 sec`, `<1 sec`
            if out.len() >= 2 && out[out.len() - 2] == SPACE && units.byte(out[out.len() - 1]) == Some(b'<') {
                out.pop();
            }
        }
        if after_equals && is_end_of_value(units, unit) && follows_key(units, &out) {
            // `user= host=..`: the value is empty.
            out.push(ANY);
        }
        if units.class(unit) == Class::Quoted && out.last() == Some(&SPACE) {
            out.pop();
            drop_dash(units, &mut out);
            out.push(SPACE);
        }
        out.push(if after_equals && is_nothing(units.text(unit)) { ANY } else { unit });
        reduce(units, &mut out);
    }
    if follows_key(units, &out) {
        out.push(ANY);
    }
    drop_dash(units, &mut out);
    out
}

/// `200 -` beside `200 512`.
fn drop_dash(units: &Units, out: &mut Vec<Unit>) {
    if let [.., ANY, SPACE, last] = out[..]
        && units.text(last) == b"-"
    {
        out.truncate(out.len() - 2);
    }
}

/// Whether a form ends with `key=`.
fn follows_key(units: &Units, out: &[Unit]) -> bool {
    matches!(out, [.., key, equals] if units.byte(*equals) == Some(b'=') && units.is_word(*key))
}

fn is_end_of_value(units: &Units, unit: Unit) -> bool {
    unit == SPACE || matches!(units.byte(unit), Some(b',' | b';' | b')' | b']' | b'}'))
}

/// Words that stand for a missing value.
pub(super) fn is_nothing(word: &[u8]) -> bool {
    matches!(
        word,
        b"null"
            | b"NULL"
            | b"none"
            | b"None"
            | b"nil"
            | b"undefined"
            | b"N/A"
            | b"n/a"
            | b"-"
            | b"NaN"
            | b"nan"
    )
}

fn reduce(units: &Units, out: &mut Vec<Unit>) {
    loop {
        let before = out.len();
        close_bracket(units, out);
        join_values(units, out);
        if out.len() == before {
            break;
        }
    }
    fold_group(units, out);
}

/// `W (W)`, `=[W]` and `=Name{W}` are one value; an empty pair of brackets holds an unknown one.
fn close_bracket(units: &Units, out: &mut Vec<Unit>) {
    let Some(close) = out.last().and_then(|&u| units.byte(u)) else { return };
    let open = match close {
        b')' => b'(',
        b']' => b'[',
        b'}' => b'{',
        _ => return,
    };
    let n = out.len();
    let is = |at: usize, byte: u8| units.byte(out[at]) == Some(byte);
    if n >= 3 && is(n - 2, open) && units.is_gap(out[n - 3]) {
        out.insert(n - 1, ANY);
        return close_bracket(units, out);
    }
    if n >= 4 && close == b']' && out[n - 2] == ANY && is(n - 3, open) {
        // `node[01-04]` beside `node07`.
        if let Some(marked) = units.with_value(out[n - 4]).filter(|_| units.is_word(out[n - 4])) {
            out.truncate(n - 4);
            out.push(marked);
            return;
        }
    }
    if n < 5 || out[n - 2] != ANY || !is(n - 3, open) {
        return;
    }
    let extra = out[n - 4] == SPACE && out[n - 5] == ANY;
    if extra || is(n - 4, b'=') {
        out.truncate(n - 3);
        out.push(ANY);
    } else if is(n - 5, b'=') {
        out.truncate(n - 4);
        out.push(ANY);
    }
}

/// What may stand between the values of a list.
fn is_joint(units: &Units, unit: Unit) -> bool {
    unit == SPACE || matches!(units.byte(unit), Some(b',' | b':' | b';' | b'|'))
}

/// `W W`, `W, W`, `W:W` are one value.
fn join_values(units: &Units, out: &mut Vec<Unit>) {
    if out.last() != Some(&ANY) {
        return;
    }
    let n = out.len();
    let joint = |u: Unit| is_joint(units, u);
    for width in 1..=3 {
        if n < width + 2 {
            break;
        }
        if out[n - 2 - width] == ANY && out[n - 1 - width..n - 1].iter().all(|&u| joint(u)) {
            out.truncate(n - 1 - width);
            return;
        }
        if !joint(out[n - 1 - width]) {
            break;
        }
    }
}

/// `id=W, id=W` is written once.
fn fold_group(units: &Units, out: &mut Vec<Unit>) {
    let n = out.len();
    let Some(&last) = out.last() else { return };
    if units.is_gap(last) && !matches!(units.byte(last), Some(b')' | b']' | b'}' | b'>')) {
        return;
    }
    for width in 1..=LONGEST_GROUP.min(n / 2) {
        let group = &out[n - width..];
        if units.is_gap(group[0]) && !matches!(units.byte(group[0]), Some(b'(' | b'[' | b'{' | b'<')) {
            continue;
        }
        // `[W] [W]` are two columns, `id=W, id=W` is a list.
        let worded = group.iter().any(|&u| units.is_word(u));
        if !worded || !group.iter().any(|&u| u == ANY || units.info(u).marked) {
            continue;
        }
        for joint in 0..=2 {
            if n < 2 * width + joint {
                break;
            }
            let first = n - 2 * width - joint;
            if out[first..first + width] == out[n - width..]
                && out[n - width - joint..n - width].iter().all(|&u| is_joint(units, u))
            {
                out.truncate(n - width - joint);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::scan;

    fn form(body: &str) -> String {
        let mut units = Units::new();
        let mut shape = Vec::new();
        scan::scan(body.as_bytes(), &mut shape);
        let shape = units.split(&shape);
        let out = coarse(&units, &shape);
        out.iter()
            .map(|&u| {
                if u == ANY {
                    "W".into()
                } else {
                    String::from_utf8_lossy(units.text(u)).replace("\u{1}A", "~")
                }
            })
            .collect()
    }

    #[rstest::rstest]
    #[case("close, 12 bytes (1.1 KB) sent, 4 bytes received", "close, W sent, W received")]
    #[case("from 10.0.0.1:80 to [1, 2, 3]", "from W to [W]")]
    #[case("from 10.0.0.1 () at", "from W at")]
    #[case("lifetime <1 sec", "lifetime W")]
    #[case("delete blk_1 blk_-22 blk_333", "delete blk_~")]
    fn values_are_written_once(#[case] body: &str, #[case] expected: &str) {
        assert_eq!(form(body), expected);
    }
}
