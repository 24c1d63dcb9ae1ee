//! What a session keeps of itself: its case, saved as it happens, with the comparison in front.

use super::session::Session;
use crate::app::{Event, Memo};
use crate::domain::{TimeWindow, Timestamp};
use crate::failure::Failure;
use crate::investigate::{Broke, Outcome};
use crate::port::ChangeRequest;
use crate::safety::display_safe;
use crate::tui::cases::{About, Cases};
use crate::tui::effects::Done;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// News of the case that wait to be said.
const NEWS: usize = 16;

/// The case of a session.
pub(super) struct Notebook {
    cases: Cases,
    news: mpsc::Receiver<Done>,
    /// The wall clock at the start.
    began: Timestamp,
    /// What was compared before the case began.
    compared: Option<Arc<Broke>>,
    has_begun: bool,
    /// Questions asked.
    turns: u32,
}

impl Notebook {
    pub(super) fn new(state_dir: Option<&Path>, began: Timestamp) -> Self {
        let (sender, news) = mpsc::channel(NEWS);
        let cases = Cases::new(state_dir, sender);
        Self { cases, news, began, compared: None, has_begun: false, turns: 0 }
    }

    fn now(&self, elapsed: Duration) -> Timestamp {
        self.began.plus_nanos(i64::try_from(elapsed.as_nanos()).unwrap_or(i64::MAX))
    }

    /// What went wrong with saving since it was asked last.
    fn trouble(&mut self) -> Vec<String> {
        let news = std::iter::from_fn(|| self.news.try_recv().ok());
        let trouble = news.filter_map(|done| match done {
            Done::Event(Event::CaseTrouble(Some(why))) => Some(why),
            _ => None,
        });
        trouble.collect()
    }

    /// Ends the case; a sentence about where it is, if there is one.
    fn finish(self, elapsed: Duration) -> Option<String> {
        let now = self.now(elapsed);
        self.cases.finish(now)
    }
}

impl<W: Write> Session<'_, W> {
    /// Keeps something. A case begins with the first of it, and with what broke: a report without that says little.
    pub(super) fn remember(&mut self, memo: &Memo) -> io::Result<()> {
        let Some(overview) = self.overview()? else { return Ok(()) };
        let about = About {
            zone: self.zone_of(&overview),
            sources: overview.sources,
            records: overview.records,
            now: self.notebook.now(self.investigation.clock.elapsed()),
        };
        if !self.notebook.has_begun {
            self.notebook.has_begun = true;
            if let Some(compared) = self.compared()? {
                self.notebook.cases.remember(&Memo::Broke(compared), &about);
            }
        }
        self.notebook.cases.remember(memo, &about);
        Ok(())
    }

    /// What broke, as it was said last, else compared now; nothing where these logs cannot be compared.
    fn compared(&mut self) -> io::Result<Option<Arc<Broke>>> {
        if let Some(compared) = self.notebook.compared.take() {
            return Ok(Some(compared));
        }
        let request = ChangeRequest { scope: self.scope.clone(), ..ChangeRequest::default() };
        let compare = |ports: crate::investigate::Investigation, cancel| async move {
            Ok(ports.broke(request, cancel).await.ok())
        };
        Ok(self.wait("comparing", compare)?.flatten().map(Arc::new))
    }

    /// Says what went wrong with saving, once, when nothing else is being said.
    pub(super) fn say_trouble(&mut self) -> io::Result<()> {
        let trouble = self.notebook.trouble();
        trouble.iter().try_for_each(|why| self.voice.say(&format!("note: the case: {why}")))
    }

    /// A comparison begins no case; it is kept when there is one.
    pub(super) fn remember_comparison(&mut self, broke: Broke) -> io::Result<()> {
        let broke = Arc::new(broke);
        if self.notebook.has_begun {
            return self.remember(&Memo::Broke(broke));
        }
        self.notebook.compared = Some(broke);
        Ok(())
    }

    /// A window begins no case, either.
    pub(super) fn remember_window(&mut self) -> io::Result<()> {
        let window: Option<TimeWindow> = self.scope.window;
        if self.notebook.has_begun { self.remember(&Memo::Window(window)) } else { Ok(()) }
    }

    pub(super) fn remember_question(&mut self, typed: &str) -> io::Result<()> {
        self.notebook.turns += 1;
        self.remember(&Memo::Asked(self.notebook.turns, typed.to_owned(), self.scope.window))
    }

    pub(super) fn remember_answer(&mut self, answered: &Result<Outcome, Failure>) -> io::Result<()> {
        let turn = self.notebook.turns;
        self.remember(&match answered {
            Ok(outcome) => {
                let mut kept = Box::new(outcome.clone());
                kept.answer.text = display_safe(kept.answer.text.as_bytes()).into_owned();
                Memo::Answered(turn, kept)
            }
            Err(failure) => Memo::Stopped(turn, String::new(), failure.advised()),
        })
    }

    /// Ends the session: the case is closed also when nobody listens any more.
    pub(super) fn end(mut self) -> io::Result<()> {
        let elapsed = self.investigation.clock.elapsed();
        self.notebook.finish(elapsed).map_or(Ok(()), |sentence| self.voice.say(&sentence))
    }
}
