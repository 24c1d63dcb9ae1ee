//! Everything the screen shows.

use super::answer::Turn;
use super::detail::Detail;
use super::filter::Filters;
use super::input::Input;
use super::layout::{Layout, PaneSizes};
use super::measure::Fit;
use super::notice::Notice;
use super::overlay::Overlay;
use super::timeline::Timeline;
use super::times::Times;
use super::view::View;
use crate::config::{KeyMap, Place};
use crate::domain::{Record, TimeWindow, Timestamp, Zone, moment};
use crate::investigate::{Broke, TurnId};
use crate::local::Progress;
use crate::port::Overview;
use std::sync::Arc;
use std::time::Duration;

/// What does not change while the program runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// What is looked at: `./logs (8 files)`.
    pub title: String,
    /// Name of the chosen profile.
    pub profile: Option<String>,
    /// Whether the profile is one of production.
    pub prod: bool,
    /// Who answers.
    pub model: String,
    /// The zone of this machine, to switch to.
    pub local_zone: Zone,
    /// Zone given by the user; `None`: what the sources show.
    pub zone: Option<Zone>,
    /// Longest accepted question or query, in characters.
    pub max_question: usize,
    /// Whether this is the bundled incident.
    pub demo: bool,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            title: String::new(),
            profile: None,
            prod: false,
            model: "analyst".to_owned(),
            local_zone: Zone::utc(),
            zone: None,
            max_question: 2_000,
            demo: false,
        }
    }
}

/// How far the sources are.
#[derive(Clone, Debug, Default)]
pub enum Phase {
    /// They are found, read and indexed.
    #[default]
    Starting,
    /// How far the reading is and when it began.
    Opening(Progress, Duration),
    /// Everything that can be read was read.
    Ready,
    /// Nothing can be read.
    Failed(String),
}

/// What is known about the sources as a whole.
#[derive(Clone, Debug, Default)]
pub struct Logs {
    /// How far they are.
    pub phase: Phase,
    /// What they hold.
    pub overview: Option<Overview>,
    /// Patterns in all of them.
    pub patterns: usize,
    /// How long opening took.
    pub opened_in: Duration,
    /// Records in the window, with its filters.
    pub in_window: Option<u64>,
}

/// What has the keyboard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    /// The rows.
    #[default]
    List,
    /// The record.
    Detail,
    /// The answer.
    Answer,
    /// The timeline.
    Timeline,
    /// The question.
    Prompt,
}

/// What is searched for in the rows that are read.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// As typed.
    pub text: String,
    /// Words to highlight, lower case.
    pub words: Vec<String>,
}

/// A pinned record with its note.
#[derive(Clone, Debug, PartialEq)]
pub struct Pin {
    /// The record.
    pub record: Arc<Record>,
    /// What was noted on it.
    pub note: Option<String>,
}

/// Live reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Following {
    /// Whether new lines are shown as they come.
    pub on: bool,
    /// Lines that came while the selection was not at the end.
    pub waiting: usize,
    /// Lines of the last second.
    pub rate: u64,
    /// Age of the newest line when it was read.
    pub lag: Option<Duration>,
    /// Lines since following began.
    pub lines: u64,
    /// When lines came in the last second, and how many.
    pub recent: std::collections::VecDeque<(Duration, u64)>,
    /// Marks so far.
    pub marks: u64,
    /// Rows that wait for the list to be read.
    pub held: Vec<super::row::Row>,
}

/// The saved investigation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CaseState {
    /// Its id, when it has begun.
    pub id: Option<String>,
    /// An unfinished one that can be opened, with its first question.
    pub offered: Option<(String, String)>,
    /// Why nothing can be saved.
    pub trouble: Option<String>,
    /// Whether anything was kept yet.
    pub begun: bool,
    /// Whether it is shown from a file, without the logs.
    pub replayed: bool,
}

/// All of it.
#[derive(Clone, Debug)]
pub struct State {
    /// What does not change.
    pub session: Session,
    /// Time since the start.
    pub now: Duration,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// How the panes share the screen.
    pub panes: PaneSizes,
    /// The sources.
    pub logs: Logs,
    /// The window of everything; `None`: all there is.
    pub window: Option<TimeWindow>,
    /// What is kept and left out.
    pub filters: Filters,
    /// Whether times are shown in this machine's zone.
    pub local_time: bool,
    /// Whether long lines are wrapped.
    pub wrap: bool,
    /// Records over time.
    pub timeline: Timeline,
    /// Lists one on another; the last one is shown.
    pub views: Vec<View>,
    /// The last comparison.
    pub broke: Option<Arc<Broke>>,
    /// The open record.
    pub detail: Option<Detail>,
    /// Questions with their answers.
    pub turns: Vec<Turn>,
    /// Which of them is shown.
    pub turn: usize,
    /// The question being written.
    pub draft: String,
    /// What a short question would be completed to.
    pub completed: Option<String>,
    /// Whether the user declined that completion.
    pub uncompleted: bool,
    /// The open text input.
    pub input: Option<Input>,
    /// Grows when a text was set from here, so that the editor takes it over.
    pub text_set: u64,
    /// Lists over the screen; the last one has the keyboard.
    pub overlays: Vec<Overlay>,
    /// What has the keyboard otherwise.
    pub focus: Focus,
    /// What is searched for.
    pub found: Option<Found>,
    /// Pins in the order they were made.
    pub pins: Vec<Pin>,
    /// Questions asked before, oldest first.
    pub history: Vec<String>,
    /// The one line above the prompt.
    pub notice: Option<Notice>,
    /// Times of requests.
    pub times: Times,
    /// Live reading.
    pub following: Following,
    /// The saved investigation.
    pub case: CaseState,
    /// Whether the program is about to end.
    pub quitting: bool,
    /// The key table.
    pub keys: KeyMap,
    /// Themes that can be chosen.
    pub themes: Vec<String>,
    /// Name of the theme.
    pub theme: String,
    pub(super) next_turn: u64,
}

impl State {
    /// A screen of this size with nothing on it yet.
    #[must_use]
    pub fn new(session: Session, size: (u16, u16)) -> Self {
        Self {
            session,
            now: Duration::ZERO,
            size,
            panes: PaneSizes::default(),
            logs: Logs::default(),
            window: None,
            filters: Filters::default(),
            local_time: false,
            wrap: false,
            timeline: Timeline::default(),
            views: vec![View::broke()],
            broke: None,
            detail: None,
            turns: Vec::new(),
            turn: 0,
            draft: String::new(),
            completed: None,
            uncompleted: false,
            input: None,
            text_set: 0,
            overlays: Vec::new(),
            focus: Focus::default(),
            found: None,
            pins: Vec::new(),
            history: Vec::new(),
            notice: None,
            times: Times::default(),
            following: Following::default(),
            case: CaseState::default(),
            quitting: false,
            keys: KeyMap::default(),
            themes: Vec::new(),
            theme: String::new(),
            next_turn: 0,
        }
    }

    /// Where a key is looked up.
    #[must_use]
    pub fn place(&self) -> Place {
        if self.input.is_some() {
            return Place::Input;
        }
        if !self.overlays.is_empty() {
            return Place::Overlay;
        }
        match self.focus {
            Focus::List => Place::List,
            Focus::Detail => Place::Detail,
            Focus::Answer => Place::Answer,
            Focus::Timeline => Place::Timeline,
            Focus::Prompt => Place::Prompt,
        }
    }

    /// The text that is being edited.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match (&self.input, self.focus) {
            (Some(input), _) => Some(&input.text),
            (None, Focus::Prompt) if self.overlays.is_empty() => Some(&self.draft),
            _ => None,
        }
    }

    /// The list on top.
    #[must_use]
    pub fn view(&self) -> Option<&View> {
        self.views.last()
    }

    /// The list on top, to change it.
    pub fn view_mut(&mut self) -> Option<&mut View> {
        self.views.last_mut()
    }

    /// The answer shown.
    #[must_use]
    pub fn current_turn(&self) -> Option<&Turn> {
        self.turns.get(self.turn)
    }

    /// Where everything is on the screen.
    #[must_use]
    pub fn layout(&self) -> Layout {
        Layout::of(self)
    }

    /// Zone times are shown in.
    #[must_use]
    pub fn zone(&self) -> Zone {
        if self.local_time {
            return self.session.local_zone.clone();
        }
        let shown = || self.logs.overview.as_ref().map(|overview| overview.zone.clone());
        self.session.zone.clone().or_else(shown).unwrap_or_else(Zone::utc)
    }

    /// The window, else the span of everything.
    #[must_use]
    pub fn span(&self) -> Option<TimeWindow> {
        let whole = || {
            let (first, last) = self.logs.overview.as_ref()?.span?;
            Some(TimeWindow::spanning(first, last))
        };
        self.window.or_else(whole)
    }

    /// Columns of the times of records.
    #[must_use]
    pub fn clock_columns(&self) -> usize {
        moment::record_clock_columns(self.span().map_or(0, |window| window.nanos()))
    }

    /// What decides how tall rows of the list are.
    #[must_use]
    pub fn fit(&self) -> Fit {
        Fit { wrap: self.wrap, width: usize::from(self.layout().list.width), clock: self.clock_columns() }
    }

    /// When it changed, if the comparison says so.
    #[must_use]
    pub fn changed_at(&self) -> Option<Timestamp> {
        let report = &self.broke.as_ref()?.comparison.report;
        report.found.then(|| report.window.start())
    }

    /// Whether sources are open and can be asked.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        matches!(self.logs.phase, Phase::Ready)
    }

    /// The turn that runs, if one does.
    #[must_use]
    pub fn running(&self) -> Option<TurnId> {
        self.turns.iter().rev().find(|turn| turn.is_running()).map(|turn| turn.id)
    }

    pub(super) fn new_turn(&mut self) -> TurnId {
        self.next_turn += 1;
        TurnId(self.next_turn)
    }

    /// Says something in the line above the prompt.
    pub(super) fn say(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// Replaces the text that is being edited.
    pub(super) fn set_text(&mut self, text: impl Into<String>) {
        match &mut self.input {
            Some(input) => input.text = text.into(),
            None => self.draft = text.into(),
        }
        self.text_set += 1;
    }
}
