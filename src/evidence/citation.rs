//! Reads `[n "quote"]` out of an answer and strikes what its evidence does not carry.
//!
//! A citation holds when row `n` was sent in this request and its text contains the quote (runs of white space count
//! as one space; nothing else is forgiven). A bare `[n]` has no quote to check and fails. A sentence all of whose
//! citations fail is struck through; a failed citation beside good ones is struck alone. `[n]` inside code is text.

use super::row::Evidence;
use crate::domain::{Answer, Citation};
use std::ops::Range;

/// Longest quote read, in bytes; longer ones fail.
const MAX_QUOTE: usize = 400;

/// One citation as it stands in the text.
#[derive(Clone, Debug, PartialEq)]
struct Found {
    span: Range<usize>,
    n: usize,
    quote: Option<String>,
}

/// Checks a finished (or stopped) answer against the evidence it was given.
///
/// The result's text shows `[n]` for citations that hold and struck text for those that do not.
#[must_use]
pub fn check(text: &str, evidence: &Evidence, complete: bool) -> Answer {
    let mut out = String::with_capacity(text.len());
    let mut citations = Vec::new();
    let mut in_fence = false;
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("```") {
            in_fence = !in_fence;
        }
        if in_fence {
            out.push_str(line);
        } else {
            check_line(line, evidence, &mut out, &mut citations);
        }
    }
    Answer { text: out, citations, complete }
}

/// Where the citations of an answer stand, with their row numbers, in the order [`check`] counts them.
///
/// Reads both the text as streamed (`[n "quote"]`) and the text as checked (`[n]`). Takes time in proportion to the
/// text.
#[must_use]
pub fn citation_places(text: &str) -> Vec<(Range<usize>, usize)> {
    let (mut places, mut start, mut in_fence) = (Vec::new(), 0, false);
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("```") {
            in_fence = !in_fence;
        }
        if !in_fence {
            let found = find_citations(line).into_iter();
            places.extend(found.map(|f| (start + f.span.start..start + f.span.end, f.n)));
        }
        start += line.len();
    }
    places
}

/// Checks one line sentence by sentence, so that a failed claim is struck and its neighbours stay.
fn check_line(line: &str, evidence: &Evidence, out: &mut String, citations: &mut Vec<Citation>) {
    let found = find_citations(line);
    if found.is_empty() {
        out.push_str(line);
        return;
    }
    for sentence in sentences(line, &found) {
        let inside: Vec<&Found> = found.iter().filter(|f| sentence.contains(&f.span.start)).collect();
        let verdicts: Vec<bool> = inside.iter().map(|f| holds(f, evidence)).collect();
        let struck = !inside.is_empty() && verdicts.iter().all(|&good| !good);
        let mut body = String::new();
        let mut from = sentence.start;
        for (citation, &verified) in inside.iter().zip(&verdicts) {
            body.push_str(&line[from..citation.span.start]);
            body.push_str(&shown(citation.n, verified || struck));
            from = citation.span.end;
            let quote = citation.quote.clone().unwrap_or_default();
            citations.push(Citation { n: citation.n, quote, verified });
        }
        body.push_str(&line[from..sentence.end]);
        if struck { strike(&body, out) } else { out.push_str(&body) }
    }
}

fn shown(n: usize, plain: bool) -> String {
    if plain { format!("[{n}]") } else { format!("~~[{n}]~~") }
}

/// Writes `body` struck through, keeping list marks, headings and outer white space outside.
fn strike(body: &str, out: &mut String) {
    let trimmed = body.trim_start();
    let marker = marker_len(trimmed);
    let start = body.len() - trimmed.len() + marker;
    let end = start + body[start..].trim_end().len();
    out.push_str(&body[..start]);
    out.push_str("~~");
    out.push_str(&body[start..end].replace("~~", ""));
    out.push_str("~~ (unverified)");
    out.push_str(&body[end..]);
}

/// Length of a leading list, heading or quote mark with its space.
fn marker_len(text: &str) -> usize {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits > 0 && text[digits..].starts_with(". ") {
        return digits + 2;
    }
    let marks = text.len() - text.trim_start_matches(['-', '*', '#', '>', '+']).len();
    if marks > 0 && text[marks..].starts_with(' ') { marks + 1 } else { 0 }
}

fn holds(found: &Found, evidence: &Evidence) -> bool {
    let Some(quote) = found.quote.as_deref() else { return false };
    let wanted = squeeze(quote);
    !wanted.is_empty() && evidence.row(found.n).is_some_and(|row| squeeze(&row.text).contains(&wanted))
}

/// White-space runs as one space, ends trimmed.
fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Sentence ranges of a line; a citation directly behind a full stop belongs to the sentence before it.
fn sentences(line: &str, found: &[Found]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    let bytes = line.as_bytes();
    let mut at = marker_len(line.trim_start()) + (line.len() - line.trim_start().len());
    while at < bytes.len() {
        if let Some(citation) = found.iter().find(|f| f.span.contains(&at)) {
            at = citation.span.end;
            continue;
        }
        let ends = matches!(bytes[at], b'.' | b';' | b'!' | b'?') && bytes.get(at + 1) == Some(&b' ');
        let cited_next = ends
            && found
                .iter()
                .any(|f| line[at + 1..f.span.start.max(at + 1)].trim().is_empty() && f.span.start > at);
        if ends && !cited_next {
            ranges.push(start..at + 2);
            start = at + 2;
        }
        at += 1;
    }
    if start < line.len() {
        ranges.push(start..line.len());
    }
    ranges
}

/// All citations of a line, outside inline code.
fn find_citations(line: &str) -> Vec<Found> {
    let bytes = line.as_bytes();
    let mut found = Vec::new();
    let (mut at, mut in_code) = (0, false);
    while at < bytes.len() {
        match bytes[at] {
            b'`' => in_code = !in_code,
            b'[' if !in_code => {
                if let Some(citation) = read_citation(line, at) {
                    at = citation.span.end;
                    found.push(citation);
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Reads `[12]` or `[12 "a \"short\" quote"]` at `start`; links (`[12](..)`) are not citations.
fn read_citation(line: &str, start: usize) -> Option<Found> {
    let rest = &line[start + 1..];
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let n = rest.get(..digits)?.parse().ok()?;
    let after = &rest[digits..];
    if let Some(tail) = after.strip_prefix(']') {
        let end = start + 1 + digits + 1;
        return (!tail.starts_with('(')).then_some(Found { span: start..end, n, quote: None });
    }
    let quoted = after.strip_prefix(" \"").or_else(|| after.strip_prefix(": \""))?;
    let opened = start + 1 + digits + (after.len() - quoted.len());
    let mut quote = String::new();
    let mut escaped = false;
    for (offset, c) in quoted.char_indices() {
        match c {
            '"' if !escaped => {
                let end = opened + offset + 1;
                let closed = line[end..].starts_with(']');
                return (closed && quote.len() <= MAX_QUOTE).then_some(Found {
                    span: start..end + 1,
                    n,
                    quote: Some(quote),
                });
            }
            '\\' if !escaped && quoted[offset + 1..].starts_with('"') => escaped = true,
            // Too long already: reading on would take time in proportion to the line for every bracket.
            _ if quote.len() > MAX_QUOTE => return None,
            _ => {
                quote.push(c);
                escaped = false;
            }
        }
    }
    None
}

/// The part of a streamed answer that must not be shown yet: an unfinished citation at the end.
///
/// Late deltas complete it; a bracket that turns out to be text is let through.
#[derive(Debug, Default)]
pub struct CitationTail {
    held: String,
}

impl CitationTail {
    /// Takes the next delta and returns the text that is safe to show.
    pub fn push(&mut self, delta: &str) -> String {
        self.held.push_str(delta);
        let cut = match self.held.rfind('[') {
            Some(at) if may_become_citation(&self.held[at..]) => at,
            _ => self.held.len(),
        };
        let tail = self.held.split_off(cut);
        std::mem::replace(&mut self.held, tail)
    }

    /// The rest at the end of the stream.
    #[must_use]
    pub fn finish(self) -> String {
        self.held
    }
}

fn may_become_citation(text: &str) -> bool {
    let rest = &text[1..];
    let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    if after.is_empty() {
        return true;
    }
    let open = after.starts_with(" \"") || after.starts_with(": \"") || matches!(after, " " | ":" | ": ");
    open && after.len() < rest.len()
        && text.len() <= MAX_QUOTE + 16
        && !text.contains('\n')
        && read_citation(text, 0).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::row::{EvidenceRow, RowKind};
    use proptest::prelude::*;

    fn evidence(texts: &[&str]) -> Evidence {
        let rows = texts
            .iter()
            .enumerate()
            .map(|(index, text)| EvidenceRow {
                n: index + 1,
                kind: RowKind::Record,
                text: (*text).to_owned(),
                quote: 0..text.len(),
                records: Vec::new(),
                at: None,
                service: None,
                level: None,
                about: None,
            })
            .collect();
        Evidence { rows, ..Evidence::default() }
    }

    #[test]
    fn a_true_quote_stays_and_an_invented_one_is_struck() {
        let evidence = evidence(&["pool exhausted after 5s", "pool.max 50 -> 5"]);
        let answer = check(
            "1. The pool ran dry [1 \"exhausted after 5s\"]. It was halved [2 \"pool.max 50 -> 25\"].\n",
            &evidence,
            true,
        );
        assert_eq!(answer.text, "1. The pool ran dry [1]. ~~It was halved [2].~~ (unverified)\n");
        let verdicts: Vec<bool> = answer.citations.iter().map(|c| c.verified).collect();
        assert_eq!(verdicts, [true, false]);
    }

    #[test]
    fn a_row_that_was_not_sent_and_a_bare_number_fail() {
        let evidence = evidence(&["pool exhausted"]);
        let answer = check("dry [7 \"pool exhausted\"]; also [1]", &evidence, true);
        assert!(answer.citations.iter().all(|c| !c.verified));
        assert_eq!(answer.text, "~~dry [7];~~ (unverified) ~~also [1]~~ (unverified)");
    }

    #[test]
    fn a_bad_citation_beside_a_good_one_is_struck_alone() {
        let evidence = evidence(&["pool exhausted", "deploy 2.14"]);
        let answer = check("Broke [1 \"pool\"] after [2 \"deploy 9\"].", &evidence, true);
        assert_eq!(answer.text, "Broke [1] after ~~[2]~~.");
    }

    #[test]
    fn a_citation_after_the_full_stop_belongs_to_its_sentence() {
        let evidence = evidence(&["pool exhausted"]);
        let answer = check("All is well. The pool broke. [1 \"never said\"]", &evidence, true);
        assert_eq!(answer.text, "All is well. ~~The pool broke. [1]~~ (unverified)");
    }

    #[test]
    fn brackets_in_code_links_and_array_indices_are_text() {
        let evidence = evidence(&["x"]);
        for text in ["`a[1]`", "[1](http://x)", "```\nv[1]\n```\n", "list [a]"] {
            let answer = check(text, &evidence, true);
            assert_eq!((answer.text.as_str(), answer.citations.len()), (text, 0));
        }
    }

    #[test]
    fn quotes_may_hold_escaped_quotes_and_wrapped_space() {
        let evidence = evidence(&["user \"root\"  failed"]);
        let answer = check("x [1 \"user \\\"root\\\" failed\"]", &evidence, true);
        assert!(answer.citations[0].verified);
    }

    proptest! {
        #[test]
        fn any_part_of_a_row_verifies_and_no_text_panics(text in "\\PC{1,60}", from in 0usize..30, len in 1usize..30, noise in "\\PC{0,80}") {
            let evidence = evidence(&[&text]);
            let part: String = text.chars().skip(from).take(len).collect();
            if !part.trim().is_empty() && !part.contains('\\') {
                let cited = format!("claim [1 \"{}\"]", part.replace('"', "\\\""));
                prop_assert!(check(&cited, &evidence, true).citations[0].verified, "{cited}");
            }
            let _ = check(&noise, &evidence, true);
        }

        #[test]
        fn a_stream_cut_anywhere_shows_the_same_text(cuts in proptest::collection::vec(0usize..40, 0..6)) {
            let text = "a [1 \"pool\"] b [x] c [2 \"un";
            let mut tail = CitationTail::default();
            let (mut shown, mut from) = (String::new(), 0);
            let mut cuts: Vec<usize> = cuts.into_iter().filter(|&c| c <= text.len()).collect();
            cuts.sort_unstable();
            for cut in cuts {
                shown.push_str(&tail.push(&text[from..cut]));
                prop_assert!(!shown.ends_with("[1"));
                from = cut;
            }
            shown.push_str(&tail.push(&text[from..]));
            shown.push_str(&tail.finish());
            prop_assert_eq!(shown, text);
        }
    }
}
