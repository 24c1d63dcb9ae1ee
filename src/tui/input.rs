//! What the terminal sends, as events of the core: keys through the key table, text through the editor.

use super::ui::Ui;
use crate::app::{Event, State};
use crate::config::{Action, Chord, Code, Meaning, Place};
use crossterm::event::{
    Event as Sent, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind,
};
use tui_textarea::{CursorMove, Input, Key};

/// Most bytes of one paste that are taken.
const PASTE: usize = 64 * 1024;

/// What a message from the terminal means.
pub(super) fn event(sent: Sent, state: &State, ui: &mut Ui) -> Option<Event> {
    match sent {
        Sent::Key(key) if key.kind != KeyEventKind::Release => pressed(key, state, ui),
        Sent::Paste(text) => pasted(&text, state, ui),
        Sent::Resize(columns, rows) => Some(Event::Resized(columns, rows)),
        Sent::Mouse(mouse) => match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => Some(Event::Clicked(mouse.column, mouse.row)),
            MouseEventKind::ScrollDown => Some(Event::Scrolled(3)),
            MouseEventKind::ScrollUp => Some(Event::Scrolled(-3)),
            _ => None,
        },
        _ => None,
    }
}

/// A letter that came right behind an escape looks like one with Alt. Where Alt means nothing it is read as the two keys
/// that were pressed.
pub(super) fn apart(sent: &Sent, state: &State) -> Option<[Sent; 2]> {
    let Sent::Key(key) = sent else { return None };
    let chord = chord(*key).filter(|chord| chord.alt)?;
    (state.keys.meaning(state.place(), &[chord]) == Meaning::Nothing).then(|| {
        let plain = KeyEvent::new(key.code, key.modifiers - KeyModifiers::ALT);
        [Sent::Key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE)), Sent::Key(plain)]
    })
}

fn pressed(key: KeyEvent, state: &State, ui: &mut Ui) -> Option<Event> {
    let chord = chord(key)?;
    let place = state.place();
    let keys: Vec<Chord> = ui.pending.take().into_iter().chain([chord]).collect();
    // The core decides where arrows go in an empty question and in a list above an input.
    match state.keys.meaning(place, &keys) {
        Meaning::Action(action) => return Some(Event::Action(action)),
        Meaning::Pending => {
            ui.pending = Some(chord);
            return None;
        }
        Meaning::Nothing => {}
    }
    if state.text().is_none() {
        return Some(Event::Unbound(keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")));
    }
    if place == Place::Prompt && state.draft.is_empty() {
        let moved = match chord.code {
            Code::Up => Some(Action::Up),
            Code::Down => Some(Action::Down),
            Code::PageUp => Some(Action::PageUp),
            Code::PageDown => Some(Action::PageDown),
            Code::Char('?') if !chord.ctrl && !chord.alt => Some(Action::Help),
            _ => None,
        };
        if let Some(action) = moved {
            return Some(Event::Action(action));
        }
    }
    edit(key, state, ui)
}

/// Types a key into the editor; the whole text goes to the core.
fn edit(key: KeyEvent, state: &State, ui: &mut Ui) -> Option<Event> {
    ui.sync(state);
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    match (key.code, control) {
        (KeyCode::Char('u'), true) => {
            ui.editor.delete_line_by_head();
        }
        (KeyCode::Char('k'), true) => {
            ui.editor.delete_line_by_end();
        }
        (KeyCode::Char('w'), true) => {
            ui.editor.delete_word();
        }
        (KeyCode::Char('a'), true) | (KeyCode::Home, _) => ui.editor.move_cursor(CursorMove::Head),
        (KeyCode::Char('e'), true) | (KeyCode::End, _) => ui.editor.move_cursor(CursorMove::End),
        (KeyCode::Left, _) => ui.editor.move_cursor(CursorMove::Back),
        (KeyCode::Right, _) => ui.editor.move_cursor(CursorMove::Forward),
        (KeyCode::Up, _) => ui.editor.move_cursor(CursorMove::Up),
        (KeyCode::Down, _) => ui.editor.move_cursor(CursorMove::Down),
        (KeyCode::Char(_), true) => return None,
        (code, _) => {
            let key = match code {
                KeyCode::Char(c) => Key::Char(c),
                KeyCode::Backspace => Key::Backspace,
                KeyCode::Delete => Key::Delete,
                _ => return None,
            };
            ui.editor.input_without_shortcuts(Input { key, ctrl: false, alt: false, shift: false });
        }
    }
    // Moving the cursor changes nothing for the core, and has to be drawn all the same.
    Some(Event::Typed(ui.text()))
}

/// Adds a line break to the question.
pub(super) fn new_line(state: &State, ui: &mut Ui) -> Event {
    ui.sync(state);
    ui.editor.insert_newline();
    Event::Typed(ui.text())
}

/// A paste is text, never keys: it is bounded, its line ends are made plain, and it only goes into an open text.
fn pasted(text: &str, state: &State, ui: &mut Ui) -> Option<Event> {
    if state.text().is_none() {
        return Some(Event::Unbound("a paste".to_owned()));
    }
    ui.sync(state);
    let mut end = text.len().min(PASTE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or_default().replace("\r\n", "\n").replace('\r', "\n");
    let one_line = state.input.is_some();
    let text = if one_line { text.replace('\n', " ") } else { text };
    ui.editor.insert_str(text.trim_end_matches('\n'));
    Some(Event::Typed(ui.text()))
}

/// A key as the key table writes it; `None` for keys it has no name for.
fn chord(key: KeyEvent) -> Option<Chord> {
    let code = match key.code {
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        _ => return None,
    };
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let code = match code {
        Code::Char(c) if ctrl => Code::Char(c.to_ascii_lowercase()),
        other => other,
    };
    Some(Chord { code, ctrl, alt: key.modifiers.contains(KeyModifiers::ALT) })
}
