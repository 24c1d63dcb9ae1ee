//! Spend and limits as they are true now; filters and the one line of trouble.

use super::frame;
use crate::app::{Area, FilterKind, LogPhase, State, Tone};
use crate::domain::moment;
use crate::tui::pen::Pen;
use crate::tui::theme::Theme;
use ratatui::buffer::Buffer;

/// Draws the pane on the right.
pub(super) fn draw(buffer: &mut Buffer, area: Area, state: &State, theme: &Theme) {
    if area.is_empty() {
        return;
    }
    let body = frame(buffer, area, "spend", "", false, theme);
    for (row, line) in (0..).zip(facts(state)) {
        if let Some(mut pen) = Pen::at(buffer, body, row) {
            pen.put(" ", theme.text).put(&line, theme.text);
        }
    }
}

/// What is true now, one fact a line.
fn facts(state: &State) -> Vec<String> {
    let mut facts = vec![format!("free: {}", state.session.model)];
    if let Some(overview) = &state.logs.overview {
        facts.push(format!("{} records", moment::count(overview.records)));
        facts.push(format!("{} sources", moment::count(overview.sources.len() as u64)));
    }
    if let LogPhase::Ready = state.logs.phase {
        facts.push(String::new());
        facts.push(format!("open   {:>8.0} ms", state.logs.opened_in.as_secs_f64() * 1e3));
    }
    if let Some(broke) = state.times.broke {
        facts.push(format!("broke  {broke:>8.0} ms"));
    }
    if let Some(last) = state.times.searches.last() {
        facts.push(format!("search {last:>8.0} ms"));
    }
    if let Some(ask) = state.times.ask {
        facts.push(format!("ask    {ask:>8.0} ms"));
        facts.push(format!("{} asked, $0", state.times.asked));
    }
    facts.extend(checked(state));
    if let Some((id, _)) = state.case.offered.as_ref().filter(|_| state.case.id.is_none()) {
        facts.push(String::new());
        facts.push(format!("unfinished: {id}"));
        facts.push("c opens cases".to_owned());
    }
    if let Some(id) = &state.case.id {
        facts.push(String::new());
        facts.push(format!("case {id}"));
    }
    if !state.pins.is_empty() {
        facts.push(format!("{} pinned", state.pins.len()));
    }
    facts
}

/// What was checked of the answer shown, and what was masked for it.
fn checked(state: &State) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(turn) = state.current_turn() {
        let counted = turn.counted();
        if counted.verified + counted.struck > 0 {
            facts.push(String::new());
            facts.push(format!("{} of {} verified", counted.verified, counted.verified + counted.struck));
            if counted.struck > 0 {
                facts.push(format!("{} struck", counted.struck));
            }
        }
        if let Some(masked) = turn.evidence().map(|evidence| evidence.masked).filter(|masked| *masked > 0) {
            facts.push(format!("{masked} values masked"));
        }
    }
    facts
}

/// The same in one line, where there is no room for a pane.
pub(super) fn status(buffer: &mut Buffer, area: Area, state: &State, theme: &Theme) {
    let Some(mut pen) = Pen::at(buffer, area, 0) else { return };
    let mut facts = vec![format!("free: {}", state.session.model)];
    if state.times.asked > 0 {
        facts.push(format!("{} asked, $0", state.times.asked));
    }
    if let Some(ask) = state.times.ask {
        facts.push(format!("ask {ask:.0} ms"));
    }
    if let Some(turn) = state.current_turn() {
        let counted = turn.counted();
        if counted.verified + counted.struck > 0 {
            facts.push(format!("{} of {} verified", counted.verified, counted.verified + counted.struck));
        }
    }
    if let Some(id) = &state.case.id {
        facts.push(format!("case {id}"));
    } else if let Some((id, _)) = &state.case.offered {
        facts.push(format!("unfinished case {id}: c"));
    }
    pen.put(" ", theme.dim).put(&facts.join("  "), theme.dim);
}

/// What is kept and left out.
pub(super) fn filters(buffer: &mut Buffer, area: Area, state: &State, theme: &Theme) {
    let Some(mut pen) = Pen::at(buffer, area, 0) else { return };
    pen.put(" only ", theme.dim);
    if let Some(service) = &state.filters.service {
        pen.put(&format!("service:{service}  "), theme.name_style);
    }
    if let Some(level) = state.filters.level {
        pen.put(&format!("level:{}  ", level.as_str()), theme.name_style);
    }
    for filter in &state.filters.list {
        let style = match filter.kind {
            FilterKind::Keep | FilterKind::Matches => theme.name_style,
            FilterKind::Exclude | FilterKind::Mute => theme.warn,
        };
        pen.put(&filter.label, style).put("  ", theme.dim);
    }
    pen.end("U undoes one, X all ", theme.dim);
}

/// The one line of trouble.
pub(super) fn notice(buffer: &mut Buffer, area: Area, state: &State, theme: &Theme) {
    let Some(notice) = &state.notice else { return };
    let Some(mut pen) = Pen::at(buffer, area, 0) else { return };
    let (mark, style) = match notice.tone {
        Tone::Info => (" ", theme.good),
        Tone::Trouble => ("!", theme.warn),
    };
    pen.put(mark, style).rest(&notice.text, 0, style, theme.glyphs().cut);
}
