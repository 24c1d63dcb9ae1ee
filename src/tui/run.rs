//! The loop: keys first, then the backend, then the frame that is due.
//!
//! ```text
//! signals > keys > replies, news > a frame that is due
//!    draw only when something changed: a key at once, the backend at most every `Link::interval`
//! ```
//!
//! Nothing on it blocks: sources are opened on a thread, effects run on the blocking pool, frames are written by the
//! writer's thread. Without a change and without a running question it sleeps until something happens.

// size: everything of one run that is waited for or done, in one place
use super::cases::{About, Cases};
use super::effects::{self, Done};
use super::kept::Kept;
use super::live::{Feed, News};
use super::opening::{self, Opens};
use super::screen::{Drawn, Screen, ScreenError};
use super::signals::{Signal, Signals};
use super::terminal::{Modes, Terminal, TerminalHandle};
use super::theme::{THEMES, Theme};
use super::ui::Ui;
use super::{crash, depth, input, ports, view};
use crate::app::{Command, Event, Launch, Live, LogPhase, Notice, State, update};
use crate::config::Action;
use crate::demo::Incident;
use crate::domain::Timestamp;
use crate::investigate::{Reply, Request, Task, TurnId};
use crate::local::{LocalLogs, Store};
use crate::safety::{RedactOptions, Redactor};
use crossterm::event::EventStream;
use futures::StreamExt;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// While something runs its elapsed time moves on this often.
const TICK: Duration = Duration::from_millis(100);
/// Effects whose outcome may wait.
const EFFECTS: usize = 32;

/// Runs the screen until it is left; the process's exit code.
///
/// # Errors
/// A sentence when there is no terminal to draw on.
pub fn run(mut launch: Launch) -> Result<u8, String> {
    let kept = Kept::start(&mut launch);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start threads: {error}"))?;
    let terminal = Terminal::enter(Modes { mouse: launch.mouse }).map_err(|error| error.to_string())?;
    let handle = terminal.handle();
    let reports = launch.state_dir.clone().unwrap_or_else(std::env::temp_dir);
    crash::install(&handle, reports);
    let code = runtime.block_on(async {
        let signals =
            Signals::start(&handle).map_err(|error| format!("cannot listen to signals: {error}"))?;
        let (depth, _) = depth::chosen(&launch);
        let screen = Screen::new(&handle, depth).map_err(|error| error.to_string())?;
        Ok::<u8, String>(Session::new(launch, kept, handle, screen).live(signals).await)
    });
    // Threads that still read sources end with the process.
    runtime.shutdown_background();
    drop(terminal);
    code
}

/// What a frame is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dirty {
    /// Nothing changed.
    Clean,
    /// The backend changed something: it can wait for its turn.
    Backend,
    /// A key changed something: at once.
    Key,
}

/// Everything of one run.
struct Session {
    launch: Launch,
    state: State,
    ui: Ui,
    theme: Theme,
    terminal: TerminalHandle,
    screen: Screen,
    began: Instant,
    drawn: Instant,
    dirty: Dirty,
    waits_for_writer: bool,
    keys: Option<EventStream>,
    task: Option<Task>,
    replies: Option<mpsc::Receiver<(TurnId, Reply)>>,
    /// Requests made before the sources were open.
    early: Vec<(TurnId, Request)>,
    opens: mpsc::Receiver<Opens>,
    /// Live reading, while it goes on, and the logs it goes on from.
    feed: Option<Feed>,
    store: Option<Arc<Store>>,
    effects: (mpsc::Sender<Done>, mpsc::Receiver<Done>),
    /// When a request began, for the times on the screen.
    asked: BTreeMap<TurnId, Instant>,
    /// The bundled incident; its folder goes with it.
    incident: Option<Incident>,
    directory: PathBuf,
    cases: Cases,
    kept: Kept,
    /// An editor has the terminal.
    lent: bool,
}

impl Session {
    // size: one field after another
    fn new(launch: Launch, kept: Kept, terminal: TerminalHandle, screen: Screen) -> Self {
        let theme = Theme::of(&launch);
        let size = terminal.size();
        let mut state = State::new(launch.session.clone(), (size.width, size.height));
        state.keys = launch.keys.clone();
        state.theme.clone_from(&launch.theme);
        state.panes = kept.panes();
        state.themes = THEMES.iter().map(ToString::to_string).collect();
        state.filters.service.clone_from(&launch.service);
        state.filters.level = launch.level;
        state.notice = launch.problems.first().map(|problem| Notice::trouble(problem.clone()));
        let runtime = tokio::runtime::Handle::current();
        let piped = launch.paths.iter().any(|path| path == std::path::Path::new("-"));
        let feed = piped.then(|| Feed::start(&launch, launch.paths.clone(), None, runtime.clone()));
        // A stream is read as it comes; nothing else is opened then.
        let opens = if piped { mpsc::channel(1).1 } else { opening::start(&launch, runtime) };
        let effects = mpsc::channel(EFFECTS);
        let cases = Cases::new(launch.state_dir.as_deref(), effects.0.clone());
        state.case.offered = cases.unfinished();
        let began = Instant::now();
        Self {
            ui: Ui::new(&theme),
            theme,
            state,
            terminal,
            screen,
            began,
            drawn: began,
            dirty: Dirty::Key,
            waits_for_writer: false,
            keys: Some(EventStream::new()),
            task: None,
            replies: None,
            early: Vec::new(),
            opens,
            feed,
            store: None,
            effects,
            cases,
            kept,
            asked: BTreeMap::new(),
            incident: None,
            directory: std::env::current_dir().unwrap_or_default(),
            lent: false,
            launch,
        }
    }

    // size: the one place where everything that can happen is waited for, in the order of its urgency
    async fn live(mut self, mut signals: Signals) -> u8 {
        loop {
            if let Some(code) = self.draw_if_due() {
                return code;
            }
            let due = self.due();
            tokio::select! {
                biased;
                signal = signals.next() => {
                    if let Some(code) = self.signalled(signal) {
                        return code;
                    }
                }
                key = next_key(&mut self.keys) => match key {
                    Some(Ok(sent)) => self.sent(sent),
                    // The terminal is gone; the signal says so, too.
                    Some(Err(_)) | None => self.keys = None,
                },
                () = self.screen.ready(), if self.waits_for_writer => self.waits_for_writer = false,
                Some(reply) = next_reply(&mut self.replies) => self.replied(reply),
                Some(opens) = self.opens.recv() => self.opened(opens),
                news = next_news(&mut self.feed) => self.heard(news),
                Some(done) = self.effects.1.recv() => self.done(done),
                () = tokio::time::sleep_until(due.into()), if self.is_moving() || self.dirty == Dirty::Backend => {
                    self.state.now = self.began.elapsed();
                    self.soil(Dirty::Backend);
                }
            }
            if self.state.quitting {
                return self.end();
            }
        }
    }

    /// Leaves: the case is closed and said on the line below.
    fn end(self) -> u8 {
        opening::stop(&self.launch);
        let now = self.wall_clock();
        self.terminal.leave();
        if let Some(text) = self.cases.finish(now) {
            self.terminal.say(&text);
        }
        0
    }

    fn wall_clock(&self) -> Timestamp {
        let passed = i64::try_from(self.began.elapsed().as_nanos()).unwrap_or(i64::MAX);
        self.launch.options.now.plus_nanos(passed)
    }

    fn about(&self) -> About {
        let overview = self.state.logs.overview.as_ref();
        About {
            sources: overview.map(|overview| overview.sources.clone()).unwrap_or_default(),
            records: overview.map_or(0, |overview| overview.records),
            zone: self.state.zone(),
            now: self.wall_clock(),
        }
    }

    fn soil(&mut self, by: Dirty) {
        if by == Dirty::Key || self.dirty == Dirty::Clean {
            self.dirty = by;
        }
    }

    /// Whether something on the screen moves by itself: an elapsed time.
    fn is_moving(&self) -> bool {
        self.state.running().is_some()
    }

    /// When the next frame may come without a key.
    fn due(&mut self) -> Instant {
        let interval = self.screen.link().interval;
        self.drawn + if self.dirty == Dirty::Backend { interval } else { TICK.max(interval) }
    }

    /// Draws when a key changed something, or when it is time; the exit code when the terminal is gone.
    fn draw_if_due(&mut self) -> Option<u8> {
        if self.dirty == Dirty::Clean || self.waits_for_writer || self.lent {
            return None;
        }
        let now = Instant::now();
        if self.dirty == Dirty::Backend && now < self.due() {
            return None;
        }
        self.ui.sync(&self.state);
        let (state, ui, theme) = (&self.state, &mut self.ui, &self.theme);
        let drawn = self.screen.draw(|frame| {
            let cursor = view::draw(frame.buffer_mut(), state, ui, theme);
            if let Some(cursor) = cursor {
                frame.set_cursor_position(cursor);
            }
        });
        match drawn {
            Ok(Drawn::Busy) => self.waits_for_writer = true,
            Ok(_) => {
                self.drawn = now;
                self.dirty = Dirty::Clean;
            }
            Err(ScreenError::Gone | ScreenError::Thread(_) | ScreenError::Draw(_)) => return Some(129),
        }
        None
    }

    fn signalled(&mut self, signal: Signal) -> Option<u8> {
        if let Some(code) = signal.exit_code() {
            opening::stop(&self.launch);
            return Some(code);
        }
        self.screen.redraw();
        self.soil(Dirty::Key);
        None
    }

    fn sent(&mut self, sent: crossterm::event::Event) {
        if let Some(keys) = input::apart(&sent, &self.state) {
            keys.into_iter().for_each(|key| self.sent(key));
            return;
        }
        let typed = matches!(sent, crossterm::event::Event::Key(_) | crossterm::event::Event::Paste(_));
        if let Some(event) = input::event(sent, &self.state, &mut self.ui) {
            let event = match event {
                Event::Action(Action::NewLine) => input::new_line(&self.state, &mut self.ui),
                other => other,
            };
            self.take(event);
        }
        if typed {
            self.soil(Dirty::Key);
        }
    }

    /// Gives an event to the core and does what it asks for.
    fn take(&mut self, event: Event) {
        self.soil(Dirty::Key);
        self.happen(event);
    }

    fn happen(&mut self, event: Event) {
        let now = self.began.elapsed();
        let resized = matches!(event, Event::Resized(..));
        for command in update(&mut self.state, now, event) {
            self.command(command);
        }
        if resized {
            self.soil(Dirty::Key);
        }
    }

    fn replied(&mut self, (id, reply): (TurnId, Reply)) {
        if reply.is_final() {
            if let Some(task) = &mut self.task {
                task.finish(id);
            }
            self.note_time(id, &reply);
        }
        self.happen(Event::Reply(id, Box::new(reply)));
        self.soil(Dirty::Backend);
    }

    fn note_time(&mut self, id: TurnId, reply: &Reply) {
        let Some(began) = self.asked.remove(&id) else { return };
        let took = began.elapsed().as_secs_f64() * 1e3;
        match reply {
            Reply::Broke(_) => self.state.times.broke = Some(took),
            Reply::Found(_) => self.state.times.searches.push(took),
            _ => {}
        }
    }

    fn opened(&mut self, opens: Opens) {
        match opens {
            Opens::News(news) => self.happen(Event::Opening(news)),
            Opens::Logs(logs, opened, incident) => {
                self.incident = incident;
                self.serve(logs);
                self.happen(Event::Opening(crate::app::Opening::Opened(opened)));
                self.first_window();
                if self.launch.follow && !self.state.following.on {
                    self.happen(Event::Action(Action::Follow));
                }
                if self.launch.resume
                    && let Some((id, _)) = self.cases.unfinished()
                {
                    self.command(Command::OpenCase(id));
                }
            }
        }
        self.soil(Dirty::Backend);
    }

    /// Puts the ports together over opened logs.
    fn serve(&mut self, logs: LocalLogs) {
        self.store = Some(Arc::clone(logs.store()));
        let investigation = ports::investigation(logs, self.began);
        if let Some(task) = &mut self.task {
            task.serve(investigation);
            return;
        }
        let (mut task, replies) = Task::new(investigation, Redactor::new(RedactOptions::default()));
        for (id, request) in self.early.drain(..) {
            task.start(id, request);
        }
        self.task = Some(task);
        self.replies = Some(replies);
    }

    /// Takes news of live reading in; `None`: it has ended.
    fn heard(&mut self, news: Option<News>) {
        match news {
            None => self.feed = None,
            Some(News::Live(live)) => self.happen(Event::Live(live)),
            Some(News::First(opens)) => return self.opened(opens),
            Some(News::Logs(logs, opened)) => {
                self.serve(logs);
                self.happen(Event::Live(Live::Grown(opened.overview, opened.patterns)));
            }
            Some(News::IsLive) if self.state.following.on => {}
            Some(News::IsLive) => self.happen(Event::Action(Action::Follow)),
        }
        self.soil(Dirty::Backend);
    }

    /// Begins or ends live reading.
    fn follow(&mut self, on: bool) {
        match (&self.feed, &self.store) {
            (Some(feed), _) if feed.piped || !on => feed.show(on),
            (_, Some(store)) if on => {
                let mut paths = self.launch.paths.clone();
                paths.extend(self.incident.as_ref().map(|incident| incident.folder().to_owned()));
                let runtime = tokio::runtime::Handle::current();
                self.feed = Some(Feed::start(&self.launch, paths, Some(Arc::clone(store)), runtime));
            }
            _ => {}
        }
    }

    /// The window that was given on the command line, now that there are times to count from.
    fn first_window(&mut self) {
        if let Some(window) = self.launch.window.take() {
            self.happen(Event::Action(Action::Time));
            self.happen(Event::Typed(window));
            self.happen(Event::Action(Action::Submit));
        }
    }

    fn done(&mut self, done: Done) {
        match done {
            Done::Event(event) => self.take(event),
            Done::Pass(bytes, notice) => {
                if let Some(bytes) = bytes {
                    self.screen.pass(&bytes);
                }
                self.take(Event::Said(notice));
            }
            Done::Back(done) => {
                self.lent = false;
                self.keys = Some(EventStream::new());
                self.screen.redraw();
                self.done(*done);
            }
            Done::Nothing => self.soil(Dirty::Key),
        }
    }

    /// Does what the core asked for.
    // size: a flat table of effects
    fn command(&mut self, command: Command) {
        match command {
            Command::Start(id, request) => {
                self.asked.insert(id, Instant::now());
                match &mut self.task {
                    Some(task) => task.start(id, request),
                    None if matches!(self.state.logs.phase, LogPhase::Failed(_)) => {}
                    None => self.early.push((id, request)),
                }
            }
            Command::Cancel(id) => {
                if let Some(task) = &self.task {
                    task.cancel(id);
                }
            }
            Command::Copy(text) => {
                let environment = self.launch.environment.clone();
                let place = self.launch.state_dir.clone().unwrap_or_else(std::env::temp_dir);
                self.effect(move || effects::copy(&text, &environment, &place));
            }
            Command::Save { name, text } => {
                let path = self.directory.join(name);
                self.effect(move || Done::Event(effects::save(&path, &text)));
            }
            Command::Edit { file, line } => {
                let (environment, terminal) = (self.launch.environment.clone(), self.terminal.clone());
                self.lend(move || effects::edit(&file, line, &environment, &terminal));
            }
            Command::Compose(text) => {
                let (environment, terminal) = (self.launch.environment.clone(), self.terminal.clone());
                self.lend(move || effects::compose(&text, &environment, &terminal));
            }
            Command::Suspend => {
                if let Err(error) = self.terminal.suspend() {
                    self.state.notice = Some(Notice::trouble(error.to_string()));
                }
            }
            Command::Redraw => self.screen.redraw(),
            Command::Preview(name) => self.restyle(&name),
            Command::Theme(name) => {
                self.restyle(&name);
                self.effect(self.kept.theme(&name));
            }
            Command::KeepLayout => self.effect(self.kept.layout(self.state.panes)),
            Command::Remember(memo) => {
                let about = self.about();
                self.cases.remember(&memo, &about);
            }
            Command::Report => {
                let event = self.cases.report(&self.directory, &self.state.zone());
                self.take(event);
            }
            Command::ListCases => {
                let event = self.cases.list(&self.state.zone());
                self.take(event);
            }
            Command::OpenCase(id) => {
                let event = self.cases.open(&id);
                self.take(event);
            }
            Command::Follow(on) => self.follow(on),
            Command::Quit => {}
        }
    }

    fn restyle(&mut self, name: &str) {
        self.launch.theme = name.to_owned();
        self.theme = Theme::of(&self.launch);
        self.ui.restyle(&self.theme);
        self.screen.set_depth(depth::chosen(&self.launch).0);
        self.screen.redraw();
    }

    /// Runs an effect on the blocking pool.
    fn effect(&self, work: impl FnOnce() -> Done + Send + 'static) {
        let done = self.effects.0.clone();
        tokio::task::spawn_blocking(move || {
            // The session ended meanwhile.
            let _ = done.blocking_send(work());
        });
    }

    /// Runs an effect that needs the terminal for another program; keys are its own meanwhile.
    fn lend(&mut self, work: impl FnOnce() -> Done + Send + 'static) {
        self.keys = None;
        self.lent = true;
        self.effect(move || Done::Back(Box::new(work())));
    }
}

async fn next_key(keys: &mut Option<EventStream>) -> Option<std::io::Result<crossterm::event::Event>> {
    match keys {
        Some(keys) => keys.next().await,
        None => std::future::pending().await,
    }
}

async fn next_news(feed: &mut Option<Feed>) -> Option<News> {
    match feed {
        Some(feed) => feed.next().await,
        None => std::future::pending().await,
    }
}

async fn next_reply(replies: &mut Option<mpsc::Receiver<(TurnId, Reply)>>) -> Option<(TurnId, Reply)> {
    match replies {
        Some(replies) => replies.recv().await,
        None => std::future::pending().await,
    }
}
