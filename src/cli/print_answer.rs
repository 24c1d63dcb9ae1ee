//! An answer as text: the Markdown wrapped to the terminal, then the lines its citations point at.

use super::line::{Line, Style};
use super::output::Output;
use crate::domain::moment;
use crate::evidence::EvidenceRow;
use crate::investigate::Outcome;
use std::collections::BTreeSet;
use std::io;
use unicode_width::UnicodeWidthStr;

/// Wider text is hard to read, also on a wide terminal.
const WIDEST: usize = 110;

/// Prints the answer and the rows it cites.
pub(super) fn answer(output: &mut Output, outcome: &Outcome) -> io::Result<()> {
    if let Some(window) = &outcome.window {
        output.inform(&format!("window {}", moment::window(window, &outcome.zone)));
    }
    for line in outcome.answer.text.trim_end().lines() {
        match output.columns() {
            Some(columns) => wrapped(output, line, columns.min(WIDEST))?,
            None => output.whole_line(Line::new().push_visible(Style::Plain, line))?,
        }
    }
    if !outcome.answer.complete {
        output.warn("the answer is incomplete: it was stopped");
    }
    footnotes(output, outcome)?;
    for note in &outcome.evidence.left_out {
        output.inform(&format!("evidence: {note}"));
    }
    Ok(())
}

fn wrapped(output: &mut Output, text: &str, columns: usize) -> io::Result<()> {
    let indent = text.len() - text.trim_start().len();
    // A list item goes on under its text, not under its mark.
    let hang = if text.trim_start().starts_with("- ") { indent + 2 } else { indent };
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.trim().is_empty() && line.width() + 1 + word.width() > columns {
            output.whole_line(Line::new().push_visible(Style::Plain, &line))?;
            line = " ".repeat(hang);
        } else if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    output.whole_line(Line::new().push_visible(Style::Plain, &line))
}

/// `[3] logs/payment.log:812 (and 4 more)  14:27:03 payment I ..`, once per cited row, in order; the text goes below a
/// place that leaves it no room.
fn footnotes(output: &mut Output, outcome: &Outcome) -> io::Result<()> {
    let cited: BTreeSet<usize> = outcome.answer.citations.iter().map(|citation| citation.n).collect();
    let rows: Vec<&EvidenceRow> = outcome.evidence.rows.iter().filter(|row| cited.contains(&row.n)).collect();
    if rows.is_empty() {
        return Ok(());
    }
    output.whole_line(&Line::new())?;
    let width = rows.iter().map(|row| row.n.to_string().len()).max().unwrap_or(1) + 2;
    for row in &rows {
        let mut line = Line::new();
        line.column(Style::Bold, &format!("[{}]", row.n), width, false).push(Style::Plain, " ");
        if let Some(first) = row.records.first() {
            let more = match row.records.len() - 1 {
                0 => String::new(),
                more => format!(" (and {more} more)"),
            };
            line.push(Style::Dim, &format!("{}{more}  ", first.0));
        }
        let mut text = Line::new();
        text.push_visible(Style::Plain, &row.text);
        output.lines(&line.with_text(text, output.columns()))?;
    }
    Ok(())
}
