//! The list of themes: the one under the cursor is shown at once, leaving the list goes back.

use super::command::Command;
use super::overlay::{Choice, Overlay, OverlayKind, Pick};
use super::state::State;

impl State {
    pub(super) fn open_themes(&mut self) {
        let choice = |name: &String| {
            let detail = if *name == self.theme { "in use" } else { "" };
            Choice::new(name.clone(), detail, Pick::Theme(name.clone()))
        };
        let mut overlay = Overlay::new(OverlayKind::Themes, self.themes.iter().map(choice).collect());
        overlay.cursor = self.themes.iter().position(|name| *name == self.theme).unwrap_or(0);
        self.overlays.push(overlay);
    }

    /// After a key in the list of themes: shows the one under the cursor.
    pub(super) fn preview_theme(&self, before: usize, out: &mut Vec<Command>) {
        let Some(overlay) = self.overlays.last().filter(|overlay| overlay.kind == OverlayKind::Themes) else {
            return;
        };
        if overlay.cursor != before
            && let Some(Pick::Theme(name)) = overlay.current().map(|choice| &choice.pick)
        {
            out.push(Command::Preview(name.clone()));
        }
    }

    /// Closes the top list; the theme that was shown on trial goes with it.
    pub(super) fn close_overlay(&mut self, out: &mut Vec<Command>) {
        if self.overlays.pop().is_some_and(|overlay| overlay.kind == OverlayKind::Themes) {
            out.push(Command::Preview(self.theme.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::app::{Command, Event, Session, State, update};
    use crate::config::Action;
    use std::time::Duration;

    fn press(state: &mut State, action: Action) -> Vec<String> {
        let commands = update(state, Duration::ZERO, Event::Action(action));
        let shown = |command| match command {
            Command::Preview(name) => Some(format!("preview {name}")),
            Command::Theme(name) => Some(format!("use {name}")),
            _ => None,
        };
        commands.into_iter().filter_map(shown).collect()
    }

    fn open() -> State {
        let mut state = State::new(Session::default(), (80, 24));
        state.themes = ["dark", "light", "none"].map(str::to_owned).to_vec();
        state.theme = "light".to_owned();
        assert_eq!(press(&mut state, Action::Themes), [""; 0]);
        state
    }

    #[test]
    fn the_theme_under_the_cursor_is_shown_and_leaving_goes_back() {
        let mut state = open();
        assert_eq!(press(&mut state, Action::Down), ["preview none"]);
        assert_eq!(press(&mut state, Action::Down), [""; 0]);
        assert_eq!(press(&mut state, Action::Top), ["preview dark"]);
        assert_eq!(press(&mut state, Action::Back), ["preview light"]);
        assert_eq!(state.theme, "light");
        assert!(state.overlays.is_empty());
    }

    #[test]
    fn a_chosen_theme_stays() {
        let mut state = open();
        assert_eq!(press(&mut state, Action::Up), ["preview dark"]);
        assert_eq!(press(&mut state, Action::Open), ["use dark"]);
        assert_eq!(state.theme, "dark");
    }
}
