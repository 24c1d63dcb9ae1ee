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
        facts.push(format!("{} sources", moment::count(overview.sources.len() as u64)));
    }
    if let LogPhase::Ready = state.logs.phase {
        facts.push(String::new());
        facts.push(format!("open   {:>8.0} ms", state.logs.opened_in.as_secs_f64() * 1e3));
    }
    if let Some(broke) = state.times.broke {
        facts.push(format!("broke  {broke:>8.0} ms"));
    }
    if let Some(search) = state.times.search_p95() {
        facts.push(format!("search p95 {search:>4.0} ms"));
    }
    if let Some(ask) = state.times.ask {
        facts.push(format!("ask    {ask:>8.0} ms"));
        facts.push(format!("{} asked, $0", state.times.asked));
    }
    facts.extend(masked(state));
    if let Some((id, _)) = state.case.offered.as_ref().filter(|_| state.case.id.is_none()) {
        facts.push(String::new());
        facts.push(format!("unfinished: {id}"));
        facts.push("c opens cases".to_owned());
    }
    if !state.pins.is_empty() {
        facts.push(format!("{} pinned", state.pins.len()));
    }
    facts
}

/// What was masked for the answer shown.
fn masked(state: &State) -> Option<String> {
    let masked = state.current_turn()?.evidence()?.masked;
    (masked > 0).then(|| format!("{masked} values masked"))
}

/// The same in one line, where there is no room for a pane.
pub(super) fn status(buffer: &mut Buffer, area: Area, state: &State, theme: &Theme) {
    let Some(mut pen) = Pen::at(buffer, area, 0) else { return };
    let mut facts = vec![format!("free: {}", state.session.model)];
    if let LogPhase::Ready = state.logs.phase {
        facts.push(format!("open {:.0} ms", state.logs.opened_in.as_secs_f64() * 1e3));
    }
    let times = &state.times;
    let taken = [("broke", times.broke), ("search p95", times.search_p95()), ("ask", times.ask)];
    let taken = taken.into_iter().filter_map(|(name, took)| Some(format!("{name} {:.0} ms", took?)));
    facts.extend(taken);
    if state.times.asked > 0 {
        facts.push(format!("{} asked, $0", state.times.asked));
    }
    facts.extend(masked(state));
    if !state.pins.is_empty() {
        facts.push(format!("{} pinned", state.pins.len()));
    }
    match (&state.case.id, &state.case.offered) {
        // From there on the header has it.
        (Some(id), _) if area.width < 100 => facts.push(format!("case {id}")),
        (None, Some((id, _))) => facts.push(format!("unfinished case {id}: c")),
        _ => {}
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
