//! Menus and texts over the screen: palette, help, cases, spend, themes, what is sent; and the one-line inputs.

use super::command::{Command, Saved};
use super::input::InputKind;
use super::notice::Notice;
use super::overlay::{Choice, Overlay, OverlayKind, Pick};
use super::state::{Focus, State};
use crate::config::{Action, Place};
use crate::safety::display_line;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// An action with its keys, for the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The action.
    pub action: Action,
    /// Where its key works.
    pub place: Place,
}

/// Every action that can be run from the palette, once.
#[must_use]
pub fn entries(state: &State) -> Vec<Entry> {
    let mut seen: Vec<Entry> = Vec::new();
    for binding in state.keys.bindings() {
        let typing = matches!(binding.place, Place::Prompt | Place::Input | Place::Overlay);
        if !typing && !seen.iter().any(|entry| entry.action == binding.action) {
            seen.push(Entry { action: binding.action, place: binding.place });
        }
    }
    seen
}

/// How well an action fits what was typed: whether that is its name, how well its name fits, how well all of it does.
type Rank = (bool, Option<u32>, u32);

impl State {
    pub(super) fn open_palette(&mut self) {
        let choices = self.palette_choices("");
        self.overlays.push(Overlay::new(OverlayKind::Palette, choices));
        self.open_input(InputKind::Palette);
    }

    pub(super) fn palette_choices(&self, text: &str) -> Vec<Choice> {
        let wanted = text.trim().to_lowercase();
        let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let mut scored: Vec<(Rank, Choice)> = Vec::new();
        for entry in entries(self) {
            let label = entry.action.name().replace('-', " ");
            let help = Some(entry.action.help()).filter(|help| *help != label).unwrap_or_default();
            let mut score = |text: &str| pattern.score(Utf32Str::new(text, &mut buffer), &mut matcher);
            let name = score(&label);
            let Some(all) = score(&format!("{label}  {help}")) else { continue };
            let key = self.keys.label(entry.place, entry.action).unwrap_or_default();
            let choice = Choice::new(format!("{key:<10} {label}"), help, Pick::Do(entry.action));
            scored.push(((label == wanted, name, all), choice));
        }
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        scored.into_iter().map(|(_, choice)| choice).collect()
    }

    pub(super) fn show_cases(&mut self, cases: Vec<Saved>) {
        if cases.is_empty() {
            return self
                .say(Notice::info("no case is saved yet: one begins with the first question, pin or note"));
        }
        let choice = |case: Saved| {
            let mark = if case.unfinished { "*" } else { " " };
            let question = display_line(case.question.as_bytes()).into_owned();
            let label = format!("{mark} {}  {}  {question}", case.id, case.when);
            Choice::new(label, case.summary, Pick::Case(case.id))
        };
        self.overlays.push(Overlay::new(OverlayKind::Cases, cases.into_iter().map(choice).collect()));
    }

    /// A key while a list lies over the screen.
    pub(super) fn act_overlay(&mut self, action: Action, out: &mut Vec<Command>) {
        let height = usize::from(self.size.1).saturating_sub(6).max(1);
        let before = self.overlays.last().map_or(0, |overlay| overlay.cursor);
        match action {
            Action::Open | Action::Submit => self.choose(out),
            Action::Back | Action::Leave => self.close_overlay(out),
            Action::Copy => {
                let text = self.overlays.last().map(|overlay| {
                    overlay.choices.iter().map(|line| line.label.as_str()).collect::<Vec<_>>().join("\n")
                });
                out.extend(text.map(Command::Copy));
            }
            Action::Find => self.open_input(InputKind::Help),
            Action::Top | Action::Bottom => {
                let by = if action == Action::Top { isize::MIN / 2 } else { isize::MAX / 2 };
                if let Some(overlay) = self.overlays.last_mut() {
                    overlay.move_by(by, height);
                }
            }
            _ => match super::moving::step(action, height) {
                Some(by) => {
                    if let Some(overlay) = self.overlays.last_mut() {
                        overlay.move_by(by, height);
                    }
                }
                None => self.act_everywhere(action, out),
            },
        }
        self.preview_theme(before, out);
    }

    pub(super) fn choose(&mut self, out: &mut Vec<Command>) {
        let Some(overlay) = self.overlays.last() else { return };
        let pick = overlay.current().map_or(Pick::Nothing, |choice| choice.pick.clone());
        if pick == Pick::Nothing {
            if !overlay.is_menu() {
                self.overlays.pop();
            }
            return;
        }
        self.overlays.pop();
        self.input = None;
        match pick {
            Pick::Nothing => {}
            Pick::Do(action) => self.run_from_palette(action, out),
            Pick::Window(window) => self.set_window(window, out),
            Pick::Question(question) => {
                self.focus = Focus::Prompt;
                self.set_text(question);
                self.complete_draft();
            }
            Pick::Case(id) => out.push(Command::OpenCase(id)),
            Pick::Theme(name) => {
                self.theme.clone_from(&name);
                out.push(Command::Theme(name));
            }
        }
    }

    /// An action chosen by name works where its key would: the pane it belongs to gets the focus.
    fn run_from_palette(&mut self, action: Action, out: &mut Vec<Command>) {
        let here = self.keys.label(self.place(), action).is_some();
        if !here || self.focus == Focus::Prompt {
            let place =
                entries(self).into_iter().find(|entry| entry.action == action).map(|entry| entry.place);
            self.focus = match place {
                Some(Place::Detail) if self.detail.is_some() => Focus::Detail,
                Some(Place::Answer) if self.current_turn().is_some() => Focus::Answer,
                Some(Place::Timeline) => Focus::Timeline,
                _ => Focus::List,
            };
        }
        self.act_screen(action, out);
    }

    /// A click: focuses the pane and selects the row.
    pub(super) fn clicked(&mut self, x: u16, y: u16, out: &mut Vec<Command>) {
        let layout = self.layout();
        if !self.overlays.is_empty() || self.input.is_some() {
            return;
        }
        let panes = [
            (layout.list, Focus::List),
            (layout.answer, Focus::Answer),
            (layout.detail, Focus::Detail),
            (layout.timeline, Focus::Timeline),
            (layout.prompt, Focus::Prompt),
        ];
        let Some((area, focus)) = panes.into_iter().find(|(area, _)| area.contains(x, y)) else { return };
        self.focus = focus;
        let body = area.body();
        if focus == Focus::List && body.contains(x, y) {
            self.clicked_row(usize::from(y - body.y), out);
        } else if focus == Focus::Timeline
            && let Some(window) = self.timeline.window()
        {
            let columns = i64::from(area.width.max(1));
            let at = window.start().plus_nanos(window.nanos() / columns * i64::from(x - area.x));
            self.timeline.cursor = Some(at);
        }
    }

    /// Selects the row at a visible line; opens it when it was selected already.
    fn clicked_row(&mut self, line: usize, out: &mut Vec<Command>) {
        let fit = self.fit();
        let Some(view) = self.view_mut() else { return };
        let mut bottom = 0;
        let rows = view.list.rows().iter().enumerate().skip(view.list.offset());
        let tall = |row| super::measure::height(row, fit);
        let mut hit = rows.skip_while(|(_, row)| {
            bottom += tall(row);
            bottom <= line
        });
        if let Some((at, _)) = hit.next() {
            let again = view.list.index() == Some(at);
            view.list.select(at);
            if again {
                self.act_screen(Action::Open, out);
            }
        }
    }
}
