//! The screen without a terminal: the same core, ports, keys and panes, drawn into cells. For pictures and tests.
//!
//! Keys go through the real key table and editor; requests run against real ports. Effects that leave the program
//! (copying, editors, saving) are collected instead of done.

use super::theme::Theme;
use super::ui::Ui;
use super::{input, view};
use crate::app::{Command, Event, Opened, Opening, Session, State, update};
use crate::config::{Action, Chord, Code};
use crate::investigate::{Investigation, Reply, Task, TurnId};
use crate::safety::{RedactOptions, Redactor};
use crossterm::event::{Event as Sent, KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::mpsc;

/// A screen that is played by a script.
#[derive(Debug)]
pub struct Rehearsal {
    /// Everything the screen shows.
    pub state: State,
    /// Effects that were asked for and not done.
    pub effects: Vec<Command>,
    ui: Ui,
    theme: Theme,
    task: Task,
    replies: mpsc::Receiver<(TurnId, Reply)>,
    waiting: BTreeSet<TurnId>,
    now: Duration,
}

impl Rehearsal {
    /// A screen of this size over ports. Must be used inside a tokio runtime.
    #[must_use]
    pub fn new(investigation: Investigation, session: Session, size: (u16, u16), theme: &Theme) -> Self {
        let (task, replies) = Task::new(investigation, Redactor::new(RedactOptions::default()));
        let mut state = State::new(session, size);
        state.theme = theme.name.to_owned();
        state.themes = super::theme::THEMES.iter().map(ToString::to_string).collect();
        Self {
            state,
            effects: Vec::new(),
            ui: Ui::new(theme),
            theme: theme.clone(),
            task,
            replies,
            waiting: BTreeSet::new(),
            now: Duration::ZERO,
        }
    }

    /// Tells the screen that the sources are open, and waits for what it asks then.
    pub async fn opened(&mut self, opened: Opened) {
        self.happen(Event::Opening(Opening::Opened(Box::new(opened))));
        self.rest().await;
    }

    /// Lets an event happen.
    pub fn happen(&mut self, event: Event) {
        self.now += Duration::from_millis(1);
        for command in update(&mut self.state, self.now, event) {
            match command {
                Command::Start(id, request) => {
                    self.waiting.insert(id);
                    self.task.start(id, request);
                }
                Command::Cancel(id) => self.task.cancel(id),
                other => self.effects.push(other),
            }
        }
    }

    /// Presses keys as the key table writes them (`j`, `ctrl-d`, `enter`), without waiting for replies.
    ///
    /// # Panics
    /// Never; a text that is no key is typed letter by letter.
    pub fn press(&mut self, keys: &str) {
        match Chord::parse_sequence(keys) {
            Some(chords) => chords.into_iter().for_each(|chord| self.key(event_of(chord))),
            None => keys.chars().for_each(|c| self.key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE))),
        }
    }

    fn key(&mut self, key: KeyEvent) {
        self.ui.sync(&self.state);
        if let Some(event) = input::event(Sent::Key(key), &self.state, &mut self.ui) {
            let event = match event {
                Event::Action(Action::NewLine) => input::new_line(&self.state, &mut self.ui),
                other => other,
            };
            self.happen(event);
        }
    }

    /// Presses keys one after the other and waits for everything each of them asks for.
    pub async fn play(&mut self, keys: &[&str]) {
        for key in keys {
            self.press(key);
            self.rest().await;
        }
    }

    /// Takes replies in until nothing is on its way.
    pub async fn rest(&mut self) {
        while !self.waiting.is_empty() {
            let Some((id, reply)) = self.replies.recv().await else { return };
            if reply.is_final() {
                self.waiting.remove(&id);
                self.task.finish(id);
            }
            self.happen(Event::Reply(id, Box::new(reply)));
        }
    }

    /// Takes one reply in; `false` when nothing is on its way.
    pub async fn step(&mut self) -> bool {
        if self.waiting.is_empty() {
            return false;
        }
        let Some((id, reply)) = self.replies.recv().await else { return false };
        if reply.is_final() {
            self.waiting.remove(&id);
            self.task.finish(id);
        }
        self.happen(Event::Reply(id, Box::new(reply)));
        true
    }

    /// Draws; the cells and where the cursor is.
    pub fn draw(&mut self) -> (Buffer, Option<Position>) {
        self.ui.sync(&self.state);
        let (width, height) = self.state.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let cursor = view::draw(&mut buffer, &self.state, &mut self.ui, &self.theme);
        (buffer, cursor)
    }

    /// The screen as lines of text.
    pub fn lines(&mut self) -> Vec<String> {
        let (buffer, _) = self.draw();
        let area = buffer.area;
        let line = |y| {
            let cells = (area.left()..area.right()).filter_map(|x| buffer.cell((x, y)));
            cells.map(ratatui::buffer::Cell::symbol).collect::<String>().trim_end().to_owned()
        };
        (area.top()..area.bottom()).map(line).collect()
    }
}

fn event_of(chord: Chord) -> KeyEvent {
    let code = match chord.code {
        Code::Char(c) => KeyCode::Char(c),
        Code::Enter => KeyCode::Enter,
        Code::Esc => KeyCode::Esc,
        Code::Tab => KeyCode::Tab,
        Code::BackTab => KeyCode::BackTab,
        Code::Backspace => KeyCode::Backspace,
        Code::Delete => KeyCode::Delete,
        Code::Up => KeyCode::Up,
        Code::Down => KeyCode::Down,
        Code::Left => KeyCode::Left,
        Code::Right => KeyCode::Right,
        Code::Home => KeyCode::Home,
        Code::End => KeyCode::End,
        Code::PageUp => KeyCode::PageUp,
        Code::PageDown => KeyCode::PageDown,
    };
    let mut modifiers = KeyModifiers::NONE;
    modifiers.set(KeyModifiers::CONTROL, chord.ctrl);
    modifiers.set(KeyModifiers::ALT, chord.alt);
    KeyEvent::new(code, modifiers)
}
