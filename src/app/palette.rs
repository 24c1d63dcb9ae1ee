//! Menus and texts over the screen: palette, help, cases, spend, themes, what is sent; and the one-line inputs.

use super::case::Memo;
use super::command::{Command, Saved};
use super::input::{Input, InputKind};
use super::notice::Notice;
use super::overlay::{Choice, Overlay, OverlayKind, Pick};
use super::row::RowBody;
use super::state::{Focus, Found, State};
use super::view::{Landing, ViewKind};
use crate::config::{Action, Place};
use crate::domain::moment;
use crate::evidence::outgoing;
use crate::port::Direction;
use crate::query::Query;
use crate::safety::{display_line, display_safe};
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

impl State {
    pub(super) fn open_palette(&mut self) {
        let choices = self.palette_choices("");
        self.overlays.push(Overlay::new(OverlayKind::Palette, choices));
        self.open_input(InputKind::Palette);
    }

    fn palette_choices(&self, text: &str) -> Vec<Choice> {
        let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let mut scored: Vec<(u32, Choice)> = Vec::new();
        for entry in entries(self) {
            let label = entry.action.name().replace('-', " ");
            let text = format!("{label}  {}", entry.action.help());
            let Some(score) = pattern.score(Utf32Str::new(&text, &mut buffer), &mut matcher) else {
                continue;
            };
            let key = self.keys.label(entry.place, entry.action).unwrap_or_default();
            let choice =
                Choice::new(format!("{key:<10} {label}"), entry.action.help(), Pick::Do(entry.action));
            scored.push((score, choice));
        }
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        scored.into_iter().map(|(_, choice)| choice).collect()
    }

    pub(super) fn open_help(&mut self) {
        let place = self.place();
        let choices = self.help_lines(place);
        self.overlays.push(Overlay::new(OverlayKind::Help(place), choices));
    }

    /// The keys of a place, then those that work everywhere; generated from the one table.
    fn help_lines(&self, place: Place) -> Vec<Choice> {
        let mut lines = Vec::new();
        for shown in [place, Place::Global] {
            if shown == Place::Global && matches!(place, Place::Prompt | Place::Input) {
                continue;
            }
            if !lines.is_empty() {
                lines.push(Choice::text(""));
            }
            lines.push(Choice::text(format!("-- {} --", shown.heading())));
            let mut done: Vec<Action> = Vec::new();
            for binding in self.keys.bindings().iter().filter(|binding| binding.place == shown) {
                if done.contains(&binding.action) {
                    continue;
                }
                done.push(binding.action);
                let same = |other: &&crate::config::Binding| {
                    (other.place, other.action) == (binding.place, binding.action)
                };
                let keys: Vec<String> = self.keys.bindings().iter().filter(same).map(|b| b.label()).collect();
                lines.push(Choice::text(format!("{:<16} {}", keys.join("  "), binding.action.help())));
            }
        }
        lines
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

    pub(super) fn open_themes(&mut self) {
        let choice = |name: &String| {
            let detail = if *name == self.theme { "in use" } else { "" };
            Choice::new(name.clone(), detail, Pick::Theme(name.clone()))
        };
        let choices = self.themes.iter().map(choice).collect();
        self.overlays.push(Overlay::new(OverlayKind::Themes, choices));
    }

    /// What was spent and how long things took: true numbers only.
    pub(super) fn open_usage(&mut self) {
        let mut lines = vec![
            format!("answers by      {}", self.session.model),
            "cost            none: nothing leaves this machine".to_owned(),
            format!("questions       {}", self.times.asked),
        ];
        if let Some(overview) = &self.logs.overview {
            lines.push(format!("records read    {}", moment::count(overview.records)));
            lines.push(format!("patterns        {}", moment::count(self.logs.patterns as u64)));
            lines.push(format!("opened in       {:.0} ms", self.logs.opened_in.as_secs_f64() * 1e3));
        }
        if let Some(turn) = self.current_turn()
            && let super::answer::Phase::Done(outcome) = &turn.phase
        {
            lines.push(String::new());
            lines.push("the last answer".to_owned());
            for (stage, millis) in &outcome.timings_ms {
                lines.push(format!("  {stage:<14}{millis:.1} ms"));
            }
            let tokens = moment::count(outcome.evidence.tokens);
            lines.push(format!(
                "  {:<14}about {tokens} tokens in {} rows",
                "evidence",
                outcome.evidence.rows.len()
            ));
            lines.push(format!("  {:<14}{} values", "masked", outcome.evidence.masked));
        }
        let choices = lines.into_iter().map(Choice::text).collect();
        self.overlays.push(Overlay::new(OverlayKind::Usage, choices));
    }

    /// Exactly what was sent for the answer shown, or what would be sent to a model.
    pub(super) fn open_outgoing(&mut self) {
        let Some(turn) = self.current_turn() else {
            return self.say(Notice::info("nothing was asked yet, so nothing was sent"));
        };
        let Some(evidence) = turn.evidence() else {
            return self.say(Notice::info("there is no evidence yet"));
        };
        let zone = self.zone();
        // The nonce is drawn anew for every request; any that is not in the text shows the same bytes.
        let text =
            (0..8u128).find_map(|n| outgoing(&turn.ask.text, turn.ask.scope.window, &zone, evidence, n));
        let mut lines = vec![if self.session.model == "analyst" {
            "nothing was sent: the analyst runs here. A model would be sent exactly this:".to_owned()
        } else {
            format!("sent to {}:", self.session.model)
        }];
        lines.push(String::new());
        let text = display_safe(text.unwrap_or_default().as_bytes()).into_owned();
        lines.extend(text.lines().map(str::to_owned));
        let choices = lines.into_iter().map(Choice::text).collect();
        self.overlays.push(Overlay::new(OverlayKind::Outgoing, choices));
    }

    /// A key while a list lies over the screen.
    pub(super) fn act_overlay(&mut self, action: Action, out: &mut Vec<Command>) {
        let height = usize::from(self.size.1).saturating_sub(6).max(1);
        match action {
            Action::Open | Action::Submit => self.choose(out),
            Action::Back | Action::Leave => {
                self.overlays.pop();
            }
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
    }

    fn choose(&mut self, out: &mut Vec<Command>) {
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

    /// A key while a one-line input is open.
    pub(super) fn act_input(&mut self, action: Action, out: &mut Vec<Command>) {
        match action {
            Action::Submit => self.submit_input(out),
            Action::Leave | Action::Back | Action::Interrupt => self.close_input(),
            Action::Editor => {
                let text = self.input.as_ref().map(|input| input.text.clone()).unwrap_or_default();
                out.push(Command::Compose(text));
            }
            Action::Suspend | Action::Redraw => self.act_everywhere(action, out),
            _ if !self.overlays.is_empty() => self.act_overlay(action, out),
            _ => {}
        }
    }

    /// Closes the input with the list above it.
    fn close_input(&mut self) {
        let Some(input) = self.input.take() else { return };
        let with_list = matches!(input.kind, InputKind::Palette | InputKind::Time | InputKind::History);
        if with_list {
            self.overlays.pop();
        }
        self.text_set += 1;
    }

    /// After a letter was typed: the list above shows what still matches.
    pub(super) fn filter_choices(&mut self) {
        let Some(Input { kind, text, .. }) = self.input.clone() else { return };
        let choices = match kind {
            InputKind::Palette => self.palette_choices(&text),
            InputKind::History => self.history_choices(&text),
            InputKind::Time => self.window_choices(&text),
            InputKind::Help => {
                let Some(OverlayKind::Help(place)) = self.overlays.last().map(|overlay| overlay.kind.clone())
                else {
                    return;
                };
                let text = text.to_lowercase();
                let lines = self.help_lines(place);
                lines.into_iter().filter(|line| line.label.to_lowercase().contains(&text)).collect()
            }
            _ => return,
        };
        if let Some(overlay) = self.overlays.last_mut() {
            *overlay = Overlay::new(overlay.kind.clone(), choices);
        }
    }

    fn submit_input(&mut self, out: &mut Vec<Command>) {
        let Some(input) = self.input.clone() else { return };
        let text = input.text.trim().to_owned();
        match input.kind {
            InputKind::Palette | InputKind::Time | InputKind::History => return self.choose(out),
            InputKind::Find => self.find(&text, out),
            InputKind::Note(record) => self.write_note(record, text, out),
            InputKind::SaveAs => self.save_rows(&text, out),
            InputKind::Help => {}
        }
        self.input = None;
        self.text_set += 1;
    }

    /// Finds: in records the next match, elsewhere ranked hits.
    fn find(&mut self, text: &str, out: &mut Vec<Command>) {
        if text.is_empty() {
            self.found = None;
            return;
        }
        if let Err(error) = Query::parse(text, self.session.max_question) {
            return self.say(Notice::trouble(error.to_string().replace('\n', "  ")));
        }
        let words = text.split_whitespace().filter(|word| !word.starts_with('-') && !word.contains(':'));
        let words = words.map(|word| word.trim_matches(['"', '/', '(', ')']).to_lowercase());
        self.found =
            Some(Found { text: text.to_owned(), words: words.filter(|word| !word.is_empty()).collect() });
        match self.view().map(|view| view.kind.clone()) {
            Some(ViewKind::Records(_)) => self.next_match(true, out),
            Some(ViewKind::Raw(file)) => {
                let records = super::view::RecordsOf {
                    source: Some(file),
                    query: Some(text.to_owned()),
                    ..super::view::RecordsOf::default()
                };
                self.open_records(records, crate::port::Anchor::Start, Landing::First, out);
            }
            _ => self.open(ViewKind::Hits(text.to_owned()), out),
        }
    }

    fn write_note(&mut self, record: Option<crate::domain::RecordId>, text: String, out: &mut Vec<Command>) {
        if text.is_empty() {
            return;
        }
        let about = self.record_here().filter(|here| Some(&here.id) == record.as_ref());
        if let Some(about) = &about {
            let note = Some(text.clone());
            match self.pins.iter_mut().find(|pin| pin.record.id == about.id) {
                Some(pin) => pin.note = note,
                None => self.pins.push(super::state::Pin { record: std::sync::Arc::clone(about), note }),
            }
        }
        self.remember(Memo::Noted(about, text), out);
        self.list_pins();
        self.say(Notice::info("noted in the case"));
    }

    fn save_rows(&mut self, name: &str, out: &mut Vec<Command>) {
        let text = if self.focus == Focus::Answer {
            self.current_turn().map(|turn| turn.text().to_owned()).unwrap_or_default()
        } else {
            let rows = self.view().map(|view| view.list.rows()).unwrap_or_default();
            let line = |row: &super::row::Row| match &row.body {
                RowBody::Record(line) => String::from_utf8_lossy(&line.record.raw).into_owned(),
                _ => row.text(),
            };
            rows.iter().map(line).collect::<Vec<_>>().join("\n")
        };
        let name = if name.is_empty() { "watchfire-rows.txt".to_owned() } else { name.to_owned() };
        out.push(Command::Save { name, text });
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
            let (wrap, width, row) = (self.wrap, usize::from(area.width), usize::from(y - body.y));
            let Some(view) = self.view_mut() else { return };
            let mut top = 0;
            let offset = view.list.offset();
            let mut hit = None;
            for (at, shown) in view.list.rows().iter().enumerate().skip(offset) {
                top += super::row::height(shown, wrap, width);
                if row < top {
                    hit = Some(at);
                    break;
                }
            }
            if let Some(at) = hit {
                let again = view.list.index() == Some(at);
                view.list.select(at);
                if again {
                    self.act_screen(Action::Open, out);
                }
            }
        } else if focus == Focus::Timeline
            && let Some(window) = self.timeline.window()
        {
            let columns = i64::from(area.width.max(1));
            let at = window.start().plus_nanos(window.nanos() / columns * i64::from(x - area.x));
            self.timeline.cursor = Some(at);
        }
        let _ = Direction::Forward;
    }
}
