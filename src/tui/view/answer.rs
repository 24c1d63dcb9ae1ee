//! The answer: its stage while it is worked on, Markdown with citations, what was checked.

use super::{frame, has_focus};
use crate::app::{Area, Focus, Phase, State, Turn, stage_name};
use crate::tui::markdown::Marks;
use crate::tui::pen::{Pen, wrapped};
use crate::tui::theme::Theme;
use crate::tui::ui::Ui;
use ratatui::buffer::Buffer;

/// Draws the answer shown.
pub(super) fn draw(buffer: &mut Buffer, area: Area, state: &State, ui: &mut Ui, theme: &Theme) {
    if area.is_empty() {
        return;
    }
    let Some(turn) = state.current_turn() else { return };
    let focused = has_focus(state, Focus::Answer);
    let body = frame(buffer, area, &title(state, turn), &checked(turn), focused, theme);
    let body = Area { x: body.x + body.width.min(1), width: body.width.saturating_sub(2), ..body };
    let question = wrapped(&turn.typed, usize::from(body.width));
    let mut row = 0;
    for line in question.iter().take(2) {
        if let Some(mut pen) = Pen::at(buffer, body, row) {
            pen.put(line, theme.name_style);
        }
        row += 1;
    }
    let mut rest = Area { y: body.y + row, height: body.height.saturating_sub(row), ..body };
    rest = foot(buffer, rest, turn, theme);
    text(buffer, rest, turn, ui);
}

/// The rendered text, scrolled to what is read.
fn text(buffer: &mut Buffer, rest: Area, turn: &Turn, ui: &mut Ui) {
    let marks = Marks {
        citations: turn.citations(),
        focused: turn.citation,
        streaming: turn.is_running(),
        styles: &ui.markdown_styles,
    };
    let rendered = ui.markdown.render(turn.id, turn.text(), rest.width, &marks);
    let most = rendered.lines.len().saturating_sub(usize::from(rest.height));
    // While it is written the end is what is read; a focused citation is always visible.
    let mut scroll = if turn.is_running() && turn.scroll == 0 { most } else { turn.scroll.min(most) };
    if let Some(line) = turn.citation.and_then(|at| rendered.citations.get(at)) {
        let height = usize::from(rest.height);
        if *line < scroll || *line >= scroll + height {
            scroll = line.saturating_sub(height / 2).min(most);
        }
    }
    for (row, line) in (0..rest.height).zip(rendered.lines.iter().skip(scroll)) {
        if let Some(mut pen) = Pen::at(buffer, rest, row) {
            for span in &line.spans {
                pen.put(&span.content, line.style.patch(span.style));
            }
        }
    }
}

fn title(state: &State, turn: &Turn) -> String {
    let place = format!("answer {} of {}", state.turn + 1, state.turns.len());
    match &turn.phase {
        Phase::Running { stage, since } => {
            let elapsed = state.now.saturating_sub(*since).as_secs_f64();
            format!("{place}  {} {elapsed:.1}s  Esc stops", stage_name(*stage))
        }
        Phase::Done(_) => {
            let took = turn.ended.unwrap_or_default().saturating_sub(turn.began).as_secs_f64();
            format!("{place}  {took:.1}s")
        }
        Phase::Stopped => format!("{place}  stopped by you"),
        Phase::Failed(_) => format!("{place}  failed"),
        Phase::Saved(..) => format!("{place}  saved"),
    }
}

fn checked(turn: &Turn) -> String {
    let counted = turn.counted();
    match (turn.is_running(), counted.verified + counted.struck) {
        (true, _) | (_, 0) => String::new(),
        (false, all) if counted.struck == 0 => format!("{all} of {all} verified"),
        (false, all) => format!("{}/{all} verified, {} struck", counted.verified, counted.struck),
    }
}

/// Why there is no (whole) answer, at the bottom; what is left for the text.
fn foot(buffer: &mut Buffer, area: Area, turn: &Turn, theme: &Theme) -> Area {
    let text = match &turn.phase {
        Phase::Stopped => "stopped by you: what came so far is kept, R asks again",
        Phase::Failed(why) => why.as_str(),
        Phase::Done(outcome) if !outcome.answer.complete => "incomplete: it was stopped",
        _ => return area,
    };
    let lines = wrapped(text, usize::from(area.width));
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(area.height);
    let top = area.height - height;
    for (row, line) in (top..area.height).zip(&lines) {
        if let Some(mut pen) = Pen::at(buffer, area, row) {
            pen.put(line, theme.warn);
        }
    }
    Area { height: top, ..area }
}
