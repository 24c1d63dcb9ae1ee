//! What the screen costs on the wire: the bundled incident is opened and drawn off-screen, frame by frame, by the same
//! core, panes and encoder as on a terminal.

use super::depth;
use super::opening::{self, Opens};
use super::screen::Offscreen;
use super::theme::Theme;
use super::ui::Ui;
use super::view;
use crate::analyst::Analyst;
use crate::app::{Command, Event, Launch, Opened, Opening, State, update};
use crate::config::Action;
use crate::demo::Incident;
use crate::investigate::{Investigation, Limits, Reply, Task, TurnId};
use crate::layer::Timings;
use crate::local::LocalLogs;
use crate::port::Clock;
use crate::safety::{RedactOptions, Redactor};
use ratatui::layout::Size;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Pages that are scrolled; the dearest counts.
const PAGES: usize = 6;

/// Bytes of frames at one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wire {
    /// Columns and rows.
    pub(super) size: (u16, u16),
    /// The whole screen.
    pub(super) first: usize,
    /// A page of records further.
    pub(super) page: usize,
    /// One row further.
    pub(super) key: usize,
    /// The same screen again.
    pub(super) idle: usize,
}

/// Measures frames of the bundled incident at these sizes.
///
/// # Errors
/// A sentence when the incident cannot be opened.
pub(super) fn measure(launch: &Launch, sizes: &[(u16, u16)]) -> Result<Vec<Wire>, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start threads: {error}"))?;
    let mut launch = launch.clone();
    launch.session.demo = true;
    let measured = runtime.block_on(async {
        let (logs, opened, _incident) = open(&launch).await?;
        let mut wires = Vec::new();
        for size in sizes {
            wires.push(Rehearsal::start(&launch, &logs, *size)?.wire(&opened).await?);
        }
        Ok(wires)
    });
    runtime.shutdown_background();
    measured
}

async fn open(launch: &Launch) -> Result<(LocalLogs, Opened, Option<Incident>), String> {
    let mut opens = opening::start(launch, tokio::runtime::Handle::current());
    while let Some(opens) = opens.recv().await {
        match opens {
            Opens::Logs(logs, opened, incident) => return Ok((logs, *opened, incident)),
            Opens::News(Opening::Failed(why)) => return Err(why),
            Opens::News(_) => {}
        }
    }
    Err("the incident was not opened".to_owned())
}

/// Time stands still, so that no frame differs by an elapsed time.
struct Still;

impl Clock for Still {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
}

/// A screen without a terminal.
struct Rehearsal {
    state: State,
    ui: Ui,
    theme: Theme,
    screen: Offscreen,
    task: Task,
    replies: mpsc::Receiver<(TurnId, Reply)>,
    waiting: usize,
}

impl Rehearsal {
    fn start(launch: &Launch, logs: &LocalLogs, size: (u16, u16)) -> Result<Self, String> {
        let theme = Theme::of(launch);
        let investigation = Investigation {
            search: Arc::new(logs.clone()),
            browse: Arc::new(logs.clone()),
            model: Arc::new(Analyst),
            clock: Arc::new(Still),
            timings: Timings::default(),
            limits: Limits::default(),
        };
        let (task, replies) = Task::new(investigation, Redactor::new(RedactOptions::default()));
        let (columns, rows) = size;
        let screen = Offscreen::new(Size::new(columns, rows), depth::chosen(launch).0);
        let mut state = State::new(launch.session.clone(), size);
        state.keys = launch.keys.clone();
        Ok(Self {
            state,
            ui: Ui::new(&theme),
            theme,
            screen: screen.map_err(|error| error.to_string())?,
            task,
            replies,
            waiting: 0,
        })
    }

    async fn wire(mut self, opened: &Opened) -> Result<Wire, String> {
        let size = self.state.size;
        self.happen(Event::Opening(Opening::Opened(Box::new(opened.clone())))).await;
        let first = self.draw()?;
        let idle = self.draw()?;
        let key = self.press(Action::Down).await?;
        self.press(Action::Records).await?;
        self.press(Action::Top).await?;
        let mut page = 0;
        for _ in 0..PAGES {
            page = page.max(self.press(Action::PageDown).await?);
        }
        Ok(Wire { size, first, page, key, idle })
    }

    async fn press(&mut self, action: Action) -> Result<usize, String> {
        self.happen(Event::Action(action)).await;
        self.draw()
    }

    /// An event and everything that comes of it.
    async fn happen(&mut self, event: Event) {
        self.take(event);
        while self.waiting > 0 {
            let Some((id, reply)) = self.replies.recv().await else { return };
            if reply.is_final() {
                self.waiting -= 1;
                self.task.finish(id);
            }
            self.take(Event::Reply(id, Box::new(reply)));
        }
    }

    fn take(&mut self, event: Event) {
        for command in update(&mut self.state, Duration::ZERO, event) {
            if let Command::Start(id, request) = command {
                self.waiting += 1;
                self.task.start(id, request);
            }
        }
    }

    fn draw(&mut self) -> Result<usize, String> {
        self.ui.sync(&self.state);
        let (state, ui, theme) = (&self.state, &mut self.ui, &self.theme);
        let drawn = self.screen.draw(|frame| {
            if let Some(cursor) = view::draw(frame.buffer_mut(), state, ui, theme) {
                frame.set_cursor_position(cursor);
            }
        });
        drawn.map_err(|error| error.to_string())
    }
}

/// A start with nothing but defaults.
#[cfg(test)]
pub(super) fn launch() -> Launch {
    use crate::domain::Timestamp;
    use crate::local::OpenOptions;
    Launch {
        session: crate::app::Session::default(),
        paths: Vec::new(),
        options: OpenOptions::new(Timestamp::from_nanos(0), std::env::temp_dir()),
        window: None,
        service: None,
        level: None,
        keys: crate::config::KeyMap::default(),
        problems: Vec::new(),
        theme: "dark".to_owned(),
        theme_is_fixed: false,
        colors: Vec::new(),
        color: true,
        ascii: false,
        mouse: false,
        state_dir: None,
        environment: std::collections::BTreeMap::new(),
        resume: false,
        follow: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_of_the_incident_costs_little_and_an_idle_one_nothing() {
        let mut launch = launch();
        launch.environment.insert("TERM".to_owned(), "xterm-256color".to_owned());
        let wires = measure(&launch, &[(120, 40), (80, 24)]).unwrap();
        for (wire, page) in wires.iter().zip([6_000, 3_000]) {
            assert_eq!(wire.idle, 0, "{wire:?}");
            assert!(wire.page > 0 && wire.page <= page, "{wire:?}");
            assert!(wire.key > 0 && wire.key < wire.first, "{wire:?}");
        }
    }
}
