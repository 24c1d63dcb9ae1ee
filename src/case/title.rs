//! What a report is called: what the case found, never a question that these logs do not answer.

use super::appendix::{visible, visible_again};
use super::draft::{Impact, status_of_answer};
use super::entry::Answered;
use super::load::Turn;
use super::prose::{code, map_prose};
use super::suspects::Story;
use super::words;
use crate::evidence::RowKind;

/// Longest title, in characters.
const MAX_TITLE: usize = 110;

/// One line of Markdown: the first answer that tells what happened, else the likeliest candidate of the comparison, else
/// the first answer that holds, else a question that may still be answered.
pub(super) fn title(turns: &[Turn<'_>], story: Option<&Story>) -> String {
    let held = || {
        let answers = turns.iter().filter_map(|turn| turn.answered);
        answers.filter(|answer| answer.found && answer.complete)
    };
    let told = || held().filter(|answer| tells_what_happened(answer)).find_map(headline);
    let of_story = || story.filter(|story| story.found).and_then(of_candidate);
    let open = || turns.iter().filter(|turn| status_of_answer(turn).is_some_and(|status| status.may_change));
    let question = || open().find_map(Turn::question).and_then(|text| first_line(&visible(text)));
    let title = told().or_else(of_story).or_else(|| held().find_map(headline)).or_else(question);
    title.map_or_else(
        || if turns.is_empty() { "(no question was asked)" } else { "nothing was found yet" }.to_owned(),
        |title| clipped(&title),
    )
}

/// Whether an answer tells what happened: it cites lines, and none of them is a number computed for it.
fn tells_what_happened(answer: &Answered) -> bool {
    let kind = |n: usize| answer.evidence.iter().find(|row| row.n == n).map(|row| row.row);
    let good = answer.citations.iter().filter(|citation| citation.verified);
    let mut kinds = good.filter_map(|citation| kind(citation.n)).peekable();
    kinds.peek().is_some() && kinds.all(|kind| kind != RowKind::Fact)
}

/// The first line of an answer; a struck one says nothing.
fn headline(answer: &Answered) -> Option<String> {
    first_line(&visible_again(&answer.answer)).filter(|line| !line.contains("~~"))
}

fn of_candidate(story: &Story) -> Option<String> {
    let lead = story.candidates.first()?;
    let what =
        |row: &Impact| if row.what.is_empty() { String::new() } else { format!(" {}", code(&row.what)) };
    let row = |row: &Impact| format!("{}: {}{}", lead.service, words::kind(row.kind), what(row));
    Some(lead.rows.first().map_or_else(|| lead.service.clone(), row))
}

fn first_line(text: &str) -> Option<String> {
    text.lines().map(plain).find(|line| !line.is_empty())
}

/// A line of Markdown without headings, emphasis and citations; code stays code.
fn plain(line: &str) -> String {
    let text =
        map_prose(line.trim().trim_start_matches('#'), |prose| without_citations(&prose.replace("**", "")));
    text.trim().to_owned()
}

fn without_citations(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, piece) in text.split('[').enumerate() {
        let digits = piece.len() - piece.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        match piece[digits..].strip_prefix(']') {
            Some(behind) if index > 0 && digits > 0 => {
                out.truncate(out.trim_end().len());
                out.push_str(behind);
            }
            _ if index > 0 => {
                out.push('[');
                out.push_str(piece);
            }
            _ => out.push_str(piece),
        }
    }
    out
}

/// At most [`MAX_TITLE`] characters, cut between words; code that is cut is closed again.
fn clipped(title: &str) -> String {
    let Some((end, _)) = title.char_indices().nth(MAX_TITLE) else { return title.to_owned() };
    let cut = title[..end].rfind(' ').map_or(&title[..end], |space| &title[..space]);
    let close = if cut.matches('`').count() % 2 == 1 { "`" } else { "" };
    format!("{}{close}…", cut.trim_end_matches([' ', ',', ';', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::marks("## **Valves** fail [1], all [2]", "Valves fail, all")]
    #[case::code("new: `a <dur> [3]` [3].", "new: `a <dur> [3]`.")]
    #[case::brackets("list [x] [12", "list [x] [12")]
    fn a_title_keeps_words_and_code(#[case] line: &str, #[case] title: &str) {
        assert_eq!(plain(line), title);
    }

    #[test]
    fn a_long_title_ends_with_a_word_and_no_open_code() {
        let long = format!("new: `{}`", "word ".repeat(40));
        let cut = clipped(&long);
        assert!(cut.ends_with("word`…") && cut.chars().count() <= MAX_TITLE + 2, "{cut}");
    }
}
