//! Markdown written by an answerer, taken apart into prose and code, so that prose can be changed and code is not.
//!
//! The text comes from a stranger and goes into a page of ours. Code is written back in one canonical form (fences at
//! the margin and always closed, unmatched back-ticks escaped), so that a renderer sees code exactly where this
//! module saw it.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// Rewrites the prose of `markdown` with `change`; code is kept.
pub(super) fn map_prose(markdown: &str, mut change: impl FnMut(&str) -> String) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut fence: Option<(char, usize)> = None;
    for line in markdown.lines() {
        match (fence, fence_mark(line)) {
            (None, Some((mark, length, info))) => {
                fence = Some((mark, length));
                out.extend(std::iter::repeat_n(mark, length));
                out.extend(info.chars().filter(|c| c.is_ascii_alphanumeric()));
            }
            (Some((open, least)), Some((mark, length, ""))) if open == mark && length >= least => {
                fence = None;
                out.extend(std::iter::repeat_n(mark, least));
            }
            (Some(_), _) => out.push_str(line),
            (None, None) => map_line(line, &mut out, &mut change),
        }
        out.push('\n');
    }
    if let Some((mark, length)) = fence {
        out.extend(std::iter::repeat_n(mark, length));
        out.push('\n');
    }
    out
}

/// The mark, its length and what stands behind it, for a line that opens or closes a block of code.
fn fence_mark(line: &str) -> Option<(char, usize, &str)> {
    let text = line.trim();
    let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let info = text.trim_start_matches(mark);
    let length = text.len() - info.len();
    (length >= 3 && !(mark == '`' && info.contains('`'))).then_some((mark, length, info.trim()))
}

/// Prose between spans of code; a span is closed by as many back-ticks as opened it, on the same line.
fn map_line(line: &str, out: &mut String, change: &mut impl FnMut(&str) -> String) {
    let mut prose = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        let ticks = run(&rest[at..]);
        let behind = &rest[at + ticks..];
        prose.push_str(&rest[..at]);
        match (backslashes(&prose).is_multiple_of(2)).then(|| closing(behind, ticks)).flatten() {
            Some(end) => {
                out.push_str(&change(&prose));
                out.push_str(&rest[at..at + 2 * ticks + end]);
                prose.clear();
                rest = &behind[end + ticks..];
            }
            None => {
                // A lone mark could open a span in a later line.
                if backslashes(&prose).is_multiple_of(2) {
                    prose.push('\\');
                }
                prose.push('`');
                rest = &rest[at + 1..];
            }
        }
    }
    prose.push_str(rest);
    out.push_str(&change(&prose));
}

fn run(text: &str) -> usize {
    text.len() - text.trim_start_matches('`').len()
}

fn backslashes(text: &str) -> usize {
    text.len() - text.trim_end_matches('\\').len()
}

/// Where the run of exactly `ticks` that closes a span begins.
fn closing(text: &str, ticks: usize) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = text[from..].find('`') {
        let at = from + found;
        let length = run(&text[at..]);
        if length == ticks {
            return Some(at);
        }
        from = at + length;
    }
    None
}

/// Replaces the numbers of citations; a number without a counterpart becomes `[?]`.
pub(super) fn renumber(markdown: &str, numbers: &BTreeMap<usize, usize>) -> String {
    map_prose(markdown, |prose| {
        let mut out = String::with_capacity(prose.len());
        let mut rest = prose;
        while let Some(open) = rest.find('[') {
            let behind = &rest[open + 1..];
            let digits = behind.len() - behind.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            out.push_str(&rest[..=open]);
            rest = behind;
            if digits > 0 && behind[digits..].starts_with(']') {
                let number = behind[..digits].parse().ok().and_then(|n: usize| numbers.get(&n));
                out.push_str(&number.map_or_else(|| "?".to_owned(), ToString::to_string));
                rest = &behind[digits..];
            }
        }
        out.push_str(rest);
        out
    })
}

/// Makes an answer fit into a page: headings become bold lines, and no tag, link target or picture is live.
pub(super) fn embedded(markdown: &str) -> String {
    map_prose(markdown, |prose| {
        let heading = prose.trim_start().trim_start_matches('#');
        let is_heading = prose.trim_start().starts_with('#') && heading.starts_with(' ');
        let text = if is_heading {
            Cow::from(format!("**{}**", heading.trim().replace("**", "")))
        } else {
            prose.into()
        };
        inert(&text)
    })
}

/// Escapes what a renderer would obey or hide; `<password#1>` would be taken for a tag and vanish.
pub(super) fn inert(prose: &str) -> String {
    let mut out = String::with_capacity(prose.len());
    let mut before = None;
    for c in prose.chars() {
        let escaped = match (before, c) {
            (_, '<') => backslashes(&out).is_multiple_of(2),
            (Some('!'), '[') | (Some(']'), '(' | ':') => true,
            _ => false,
        };
        if escaped {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out
}

/// One line of foreign text as a span of code, whatever it holds.
pub(super) fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    if text.is_empty() { "``` ```".to_owned() } else { format!("{ticks}{pad}{text}{pad}{ticks}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("see [1] and [2], not [3] or `a[1]`", "see [7] and [8], not [?] or `a[1]`\n")]
    #[case("```\n[1]\n```\n[1]", "```\n[1]\n```\n[7]\n")]
    #[case("list [x] [1](u) [12", "list [x] [7](u) [12\n")]
    fn citations_are_renumbered_outside_of_code(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(renumber(text, &BTreeMap::from([(1, 7), (2, 8)])), shown);
    }

    #[rstest]
    #[case::tag("a <b> c", "a \\<b> c\n")]
    #[case::escaped_tag("a \\<b> \\\\<b>", "a \\<b> \\\\\\<b>\n")]
    #[case::picture("![x](http://h/p)", "!\\[x]\\(http://h/p)\n")]
    #[case::link("[x](http://h)", "[x]\\(http://h)\n")]
    #[case::definition("[x]: http://h", "[x]\\: http://h\n")]
    #[case::heading("## Cause", "**Cause**\n")]
    #[case::code("`<b>`", "`<b>`\n")]
    #[case::escaped_tick("\\`<b>`", "\\`\\<b>\\`\n")]
    #[case::open_tick("a ` b\n` <b> `", "a \\` b\n` <b> `\n")]
    #[case::open_fence("```sh <b>\nrm", "```shb\nrm\n```\n")]
    #[case::indented_fence("    ```\n<b>\n    ```\n<b>", "```\n<b>\n```\n\\<b>\n")]
    fn nothing_in_an_answer_is_live_in_the_page(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(embedded(text), shown);
    }

    #[rstest]
    #[case("plain", "`plain`")]
    #[case("a `b` c", "``a `b` c``")]
    #[case("`b", "`` `b ``")]
    fn code_holds_back_ticks(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(code(text), shown);
    }
}
