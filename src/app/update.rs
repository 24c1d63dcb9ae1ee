//! The only writer of [`State`]: an event in, effects out.

use super::answer::Phase;
use super::case::Memo;
use super::command::Command;
use super::event::{Event, Opening};
use super::input::InputKind;
use super::notice::Notice;
use super::state::{Focus, Phase as Logs, State};
use crate::config::Action;
use std::time::Duration;

/// Takes an event in. Total: every event is allowed in every state; `now` is the time since the start.
#[must_use]
pub fn update(state: &mut State, now: Duration, event: Event) -> Vec<Command> {
    let mut out = Vec::new();
    state.now = now;
    match event {
        Event::Action(action) => {
            state.notice = None;
            state.act(action, &mut out);
        }
        Event::Unbound(key) => state.unbound(&key),
        Event::Typed(text) => state.typed(text),
        Event::Resized(columns, rows) => state.size = (columns, rows),
        Event::Opening(opening) => state.opening(opening, &mut out),
        Event::Reply(id, reply) => state.reply(id, *reply, &mut out),
        Event::Said(notice) => state.say(notice),
        Event::Edited(text) => {
            if let Some(text) = text {
                state.typed(text.clone());
                state.set_text(text.trim_end());
            }
        }
        Event::Cases(cases) => state.show_cases(cases),
        Event::CaseOpened(saved) => state.open_case(*saved),
        Event::CaseStarted(id) => state.case.id = Some(id),
        Event::CaseTrouble(why) => {
            if let Some(why) = &why {
                state.say(Notice::trouble(format!("this case is not saved: {why}")));
            }
            state.case.trouble = why;
        }
        Event::Live(live) => state.live(live, &mut out),
        Event::Clicked(x, y) => state.clicked(x, y, &mut out),
        Event::Scrolled(rows) => {
            let action = if rows > 0 { Action::Down } else { Action::Up };
            (0..rows.unsigned_abs().min(10)).for_each(|_| state.act(action, &mut out));
        }
    }
    state.settle(&mut out);
    out
}

impl State {
    /// What a key does: the open input first, then the top overlay, then what is focused, then what works everywhere.
    pub(super) fn act(&mut self, action: Action, out: &mut Vec<Command>) {
        if self.input.is_some() {
            self.act_input(action, out);
        } else if !self.overlays.is_empty() {
            self.act_overlay(action, out);
        } else if self.focus == Focus::Prompt {
            self.act_prompt(action, out);
        } else {
            self.act_screen(action, out);
        }
    }

    /// Actions that mean the same wherever the focus is.
    pub(super) fn act_everywhere(&mut self, action: Action, out: &mut Vec<Command>) {
        match action {
            Action::Suspend => out.push(Command::Suspend),
            Action::Redraw => out.push(Command::Redraw),
            Action::Interrupt => match self.running() {
                Some(_) => self.stop(out),
                None => self.quit(out),
            },
            Action::Quit => self.quit(out),
            Action::Palette => self.open_palette(),
            Action::Help => self.open_help(),
            Action::Zone => self.switch_zone(),
            _ => {}
        }
    }

    fn quit(&mut self, out: &mut Vec<Command>) {
        self.quitting = true;
        out.push(Command::Quit);
    }

    /// Stops the running answer; what came is kept.
    pub(super) fn stop(&mut self, out: &mut Vec<Command>) {
        let now = self.now;
        let Some(at) = self.turns.iter().rposition(super::answer::Turn::is_running) else { return };
        let Some(turn) = self.turns.get_mut(at) else { return };
        turn.phase = Phase::Stopped;
        turn.ended = Some(now);
        let (id, text) = (turn.id, turn.streamed.clone());
        out.push(Command::Cancel(id));
        self.say(Notice::info("stopped; what came so far is kept"));
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        self.remember(Memo::Stopped(number, text, "stopped by the user".to_owned()), out);
    }

    fn unbound(&mut self, key: &str) {
        let ask = self.keys.label(self.place(), Action::Prompt).unwrap_or_default();
        let help = self.keys.label(self.place(), Action::Help).unwrap_or_default();
        self.say(Notice::info(format!("{key} means nothing here: {ask} to ask, {help} for the keys")));
    }

    fn typed(&mut self, text: String) {
        let Some(input) = &mut self.input else {
            if self.focus == Focus::Prompt {
                self.draft = bounded(text, self.session.max_question);
                self.complete_draft();
            }
            return;
        };
        input.text = bounded(text, self.session.max_question);
        match input.kind {
            InputKind::Palette | InputKind::History | InputKind::Time | InputKind::Help => {
                self.filter_choices();
            }
            _ => {}
        }
    }

    fn opening(&mut self, opening: Opening, out: &mut Vec<Command>) {
        match opening {
            Opening::Progress(progress) => {
                let since = match self.logs.phase {
                    Logs::Opening(_, since) => since,
                    _ => self.now,
                };
                if !self.is_ready() {
                    self.logs.phase = Logs::Opening(progress, since);
                }
            }
            Opening::Opened(opened) => {
                self.logs.overview = Some(opened.overview);
                self.logs.patterns = opened.patterns;
                self.logs.opened_in = opened.took;
                self.logs.phase = Logs::Ready;
                self.refresh(out);
            }
            Opening::Failed(why) => self.logs.phase = Logs::Failed(why),
        }
    }

    /// After every event: the selection is visible, and what is about to be needed is asked for.
    fn settle(&mut self, out: &mut Vec<Command>) {
        self.read_on(out);
        let height = usize::from(self.layout().list.body().height);
        let fit = self.fit();
        if let Some(view) = self.views.last_mut() {
            view.list.show_selected(height, |row| super::measure::height(row, fit));
        }
        if self.focus == Focus::Answer && self.current_turn().is_none()
            || self.focus == Focus::Detail && self.detail.is_none()
        {
            self.focus = Focus::List;
        }
    }
}

/// Text of at most so many characters; a longer paste is cut.
fn bounded(mut text: String, most: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
    }
    text
}
