//! The keys that matter here, from the one key table.

use crate::app::{Area, Focus, State, ViewKind};
use crate::config::{Action, Place};
use crate::tui::pen::Pen;
use crate::tui::theme::Theme;
use ratatui::buffer::Buffer;

/// Draws them, as many as fit; help is always there.
pub(super) fn draw(buffer: &mut Buffer, area: Area, state: &State, theme: &Theme) {
    let Some(mut pen) = Pen::at(buffer, area, 0) else { return };
    let place = state.place();
    let help =
        state.keys.label(place, Action::Help).filter(|_| !matches!(place, Place::Prompt | Place::Input));
    let help = help.map_or(String::new(), |key| format!("{key} help "));
    pen.put(" ", theme.dim);
    for (action, word) in shown(state) {
        let Some(key) = state.keys.label(place, action) else { continue };
        let key = pretty(&key);
        if pen.left() < key.len() + word.len() + 4 + help.len() {
            break;
        }
        pen.put(&key, theme.key).put(" ", theme.dim).put(word, theme.dim).put("  ", theme.dim);
    }
    pen.end(&help, theme.key);
}

/// `enter` as people know it from their keyboards.
pub(super) fn pretty(key: &str) -> String {
    match key {
        "enter" => "Enter".to_owned(),
        "esc" => "Esc".to_owned(),
        "tab" => "Tab".to_owned(),
        "space" => "Space".to_owned(),
        other => other.replace("ctrl-", "^").to_owned(),
    }
}

/// Actions worth a reminder, most useful first.
// size: a flat table of places
fn shown(state: &State) -> Vec<(Action, &'static str)> {
    use Action as A;
    match state.place() {
        Place::Prompt => vec![
            (A::Submit, "ask"),
            (A::Leave, "leave"),
            (A::NewLine, "new line"),
            (A::History, "earlier"),
            (A::Editor, "editor"),
        ],
        Place::Input => {
            vec![(A::Submit, "accept"), (A::Leave, "cancel"), (A::Down, "next"), (A::Up, "previous")]
        }
        Place::Overlay => vec![(A::Open, "choose"), (A::Back, "close"), (A::Down, "down"), (A::Copy, "copy")],
        Place::Answer if state.running().is_some() => vec![(A::Back, "stop"), (A::Down, "scroll")],
        Place::Answer => vec![
            (A::NextCitation, "citation"),
            (A::Open, "open"),
            (A::AskAgain, "ask again"),
            (A::Prompt, "ask more"),
            (A::Copy, "copy"),
            (A::Outgoing, "sent bytes"),
            (A::Report, "report"),
            (A::Back, "back"),
            (A::Palette, "all keys"),
        ],
        Place::Detail => vec![
            (A::Back, "back"),
            (A::More, "more context"),
            (A::ContextScope, "from where"),
            (A::Keep, "keep"),
            (A::Exclude, "without"),
            (A::Trace, "trace"),
            (A::AskAbout, "ask"),
            (A::Copy, "copy"),
            (A::Pin, "pin"),
            (A::Note, "note"),
            (A::Edit, "editor"),
        ],
        Place::Timeline => vec![
            (A::Left, "left"),
            (A::Right, "right"),
            (A::SelectStart, "from"),
            (A::SelectEnd, "to"),
            (A::Open, "records here"),
            (A::Back, "back"),
        ],
        Place::List | Place::Global => list(state),
    }
}

fn list(state: &State) -> Vec<(Action, &'static str)> {
    use Action as A;
    let mut keys = vec![(A::Open, "open")];
    let kind = state.view().map(|view| &view.kind);
    if state.focus == Focus::List && state.views.len() > 1 {
        keys.push((A::Back, "back"));
    }
    if !matches!(kind, Some(ViewKind::Broke)) {
        keys.push((A::Broke, "broke"));
    }
    if !matches!(kind, Some(ViewKind::Patterns)) {
        keys.push((A::Patterns, "patterns"));
    }
    if !matches!(kind, Some(ViewKind::Records(_))) {
        keys.push((A::Records, "records"));
    }
    keys.extend([(A::Find, "find"), (A::Prompt, "ask"), (A::Time, "time"), (A::NextError, "error")]);
    if matches!(kind, Some(ViewKind::Records(_) | ViewKind::Hits(_))) {
        keys.extend([(A::NextMatch, "match"), (A::Keep, "keep"), (A::Exclude, "without"), (A::Pin, "pin")]);
    }
    keys.extend([(A::Follow, "follow"), (A::NextPane, "pane"), (A::Palette, "all keys"), (A::Quit, "quit")]);
    keys
}
