//! The case of this session: memos of the core become masked entries of a file; saved cases come back.

use super::effects::Done;
use crate::app::{Event, Memo, Notice, Pin, Saved, SavedCase, SavedTurn};
use crate::case::{
    AnswerParts, Answered, Asked, Broke, Case, Entry, Journal, News, Noted, Opened, Opening, Pinned,
    Recorder, Stopped, Store, Summary, What, draft, load, markdown, seal,
};
use crate::domain::{Timestamp, Zone, moment};
use crate::safety::{RedactOptions, Redactor};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Stand-ins of this session's answers stay below it, so that those of pins and notes never look the same.
const OWN_STAND_INS: u32 = 10_000;
/// How long the end of the program waits for the last entry.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the case of a session is made with.
#[derive(Clone, Debug)]
pub(super) struct About {
    /// Names of the sources.
    pub(super) sources: Vec<String>,
    /// Records in them.
    pub(super) records: u64,
    /// Zone times are shown in.
    pub(super) zone: Zone,
    /// The wall clock.
    pub(super) now: Timestamp,
}

/// The case of this session and where cases are kept.
#[derive(Debug)]
pub(super) struct Cases {
    store: Option<Store>,
    recorder: Option<Recorder>,
    redactor: Redactor,
    resumed: Option<PathBuf>,
    news: mpsc::Sender<Done>,
}

impl Cases {
    /// No case yet; `news` hears of its file.
    pub(super) fn new(state_dir: Option<&Path>, news: mpsc::Sender<Done>) -> Self {
        let redactor = Redactor::new(RedactOptions::default()).continue_after(OWN_STAND_INS);
        let store = state_dir.map(|directory| Store::new(directory.join("cases")));
        Self { store, recorder: None, redactor, resumed: None, news }
    }

    /// Keeps something; the first thing kept makes the file.
    pub(super) fn remember(&mut self, memo: &Memo, about: &About) {
        if self.recorder.is_none() {
            self.recorder = self.begin(about);
        }
        let entry = Entry::new(about.now, what(memo));
        let sealed = seal(&entry, &mut self.redactor);
        let Some(recorder) = &self.recorder else { return };
        if let Err(error) = sealed.and_then(|sealed| recorder.record(sealed)) {
            self.say(Event::CaseTrouble(Some(error.to_string())));
        }
    }

    fn begin(&mut self, about: &About) -> Option<Recorder> {
        let news = self.news.clone();
        let tell = move |what: News| {
            let event = match what {
                News::Started { id, .. } => Event::CaseStarted(id.to_string()),
                News::Trouble(why) => Event::CaseTrouble(Some(why)),
                News::Recovered => Event::CaseTrouble(None),
            };
            // The session ended: nobody needs to hear it.
            let _ = news.try_send(Done::Event(event));
        };
        if let Some(path) = self.resumed.take() {
            match Journal::resume(&path) {
                Ok(journal) => return Some(Recorder::resume(journal, tell)),
                Err(error) => self.say(Event::CaseTrouble(Some(error.to_string()))),
            }
        }
        let version = env!("CARGO_PKG_VERSION");
        let opening = Opening::new(about.now, version, &about.sources, &about.zone, &mut self.redactor);
        let recorder = Recorder::start(self.store.clone(), opening, tell);
        let opened = What::Opened(Opened::of(&about.sources, None, about.records));
        if let Ok(sealed) = seal(&Entry::new(about.now, opened), &mut self.redactor) {
            // The queue of a new recorder is empty.
            let _ = recorder.record(sealed);
        }
        Some(recorder)
    }

    fn say(&self, event: Event) {
        let _ = self.news.try_send(Done::Event(event));
    }

    /// Ends the case; waits a little for what is not on the disk yet. What could not be saved, as a sentence.
    pub(super) fn finish(mut self, now: Timestamp) -> Option<String> {
        let recorder = self.recorder.take()?;
        if let Ok(sealed) = seal(&Entry::new(now, What::Closed), &mut self.redactor) {
            let _ = recorder.record(sealed);
        }
        let status = recorder.finish(PATIENCE);
        let id = status.id.as_ref().map(ToString::to_string).unwrap_or_default();
        match (status.trouble, status.waiting + status.lost) {
            (Some(why), _) => Some(format!("the case was not saved: {why}")),
            (None, 0) => Some(format!("case {id} is saved: watchfire report {id} writes it up")),
            (None, missing) => Some(format!("case {id}: {missing} entries could not be saved")),
        }
    }

    /// Lists saved cases, the last written first.
    pub(super) fn list(&self, zone: &Zone) -> Event {
        let Some(store) = &self.store else {
            return Event::Said(Notice::trouble("there is no directory for cases: set WATCHFIRE_STATE_DIR"));
        };
        match store.list() {
            Ok(listing) => Event::Cases(listing.cases.iter().map(|case| saved(case, zone)).collect()),
            Err(error) => Event::Said(Notice::trouble(error.to_string())),
        }
    }

    /// The last unfinished case: its id and first question.
    pub(super) fn unfinished(&self) -> Option<(String, String)> {
        let summary = self.store.as_ref()?.latest_unfinished().ok()??;
        Some((summary.id.to_string(), summary.first_question.unwrap_or_default()))
    }

    /// Opens a saved case; what is added from here on goes into its file.
    pub(super) fn open(&mut self, id: &str) -> Event {
        let found = self.store.as_ref().map(|store| store.find(id).and_then(|path| load(&path)));
        match found {
            Some(Ok(case)) => {
                self.resumed = Some(case.path.clone()).filter(|_| !case.live);
                self.recorder = None;
                let taken = case.stand_ins().max(OWN_STAND_INS);
                self.redactor = Redactor::new(RedactOptions::default()).continue_after(taken);
                Event::CaseOpened(Box::new(shown(&case)))
            }
            Some(Err(error)) => Event::Said(Notice::trouble(error.to_string())),
            None => Event::Said(Notice::trouble("there is no directory for cases")),
        }
    }

    /// Writes the report of this session's case beside the logs.
    pub(super) fn report(&self, directory: &Path, zone: &Zone) -> Event {
        let path =
            self.recorder.as_ref().and_then(|recorder| recorder.status().path).or(self.resumed.clone());
        let Some(path) = path else {
            return Event::Said(Notice::info("nothing to report yet: ask, pin or note something first"));
        };
        match load(&path) {
            Ok(case) => {
                let text = markdown(&draft(&case), zone);
                super::effects::save(&directory.join(format!("incident-{}.md", case.id)), &text)
            }
            Err(error) => Event::Said(Notice::trouble(error.to_string())),
        }
    }
}

fn what(memo: &Memo) -> What {
    match memo {
        Memo::Asked(turn, text, window) => {
            What::Asked(Asked { turn: *turn, text: text.clone(), window: *window })
        }
        Memo::Answered(turn, outcome) => What::Answered(Box::new(Answered::of(&AnswerParts {
            turn: *turn,
            question: &outcome.question,
            window: outcome.window,
            model: &outcome.model,
            answer: &outcome.answer,
            found: outcome.found,
            evidence: &outcome.evidence,
            hits: &outcome.hits,
            total: outcome.total,
            usage: outcome.usage,
            cost_micro_usd: 0,
            degraded: &outcome.degraded,
            timings_ms: &outcome.timings_ms,
        }))),
        Memo::Stopped(turn, text, reason) => What::Stopped(Stopped {
            turn: *turn,
            text: text.clone(),
            reason: reason.clone(),
            usage: crate::domain::Usage::default(),
            cost_micro_usd: 0,
        }),
        Memo::Broke(broke) => What::Broke(Broke::of(&broke.comparison, &broke.records, &broke.degraded)),
        Memo::Pinned(record) => What::Pinned(Pinned::of(record)),
        Memo::Unpinned(record) => What::Unpinned { record: record.clone() },
        Memo::Noted(Some(record), text) => What::Noted(Noted::on_record(record, text.clone())),
        Memo::Noted(None, text) => What::Noted(Noted::on_case(text.clone())),
        Memo::Window(window) => What::Window { window: *window },
    }
}

fn saved(case: &Summary, zone: &Zone) -> Saved {
    let parts = [(case.turns, "asked"), (case.pins, "pinned"), (case.notes, "noted")];
    let parts =
        parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    let damaged =
        if case.problems > 0 { format!("  {} lines unreadable", case.problems) } else { String::new() };
    Saved {
        id: case.id.to_string(),
        when: moment::seconds(case.created, zone),
        question: case.first_question.clone().unwrap_or_else(|| "no question".to_owned()),
        summary: format!("{}{damaged}", parts.collect::<Vec<_>>().join(", ")),
        unfinished: case.unfinished(),
    }
}

fn shown(case: &Case) -> SavedCase {
    let turn = |turn: &crate::case::Turn<'_>| SavedTurn {
        question: turn.question().unwrap_or_default().to_owned(),
        window: turn.asked.and_then(|asked| asked.window),
        answered: turn.answered.map(|answered| (answered.answer(), answered.evidence())),
        stopped: turn.stopped.map(|stopped| (stopped.text.clone(), stopped.reason.clone())),
    };
    let pin = |pinned: &&Pinned| {
        let record = pinned.record.to_record();
        let noted = case.notes().filter(|(_, noted)| noted.record.as_ref() == Some(&record.id)).last();
        let note = noted.map(|(_, noted)| noted.text.clone());
        Pin { record: Arc::new(record), note }
    };
    SavedCase {
        id: case.id.to_string(),
        turns: case.turns().iter().map(turn).collect(),
        pins: case.pins().iter().map(pin).collect(),
        window: case.window(),
        problems: case.damage(),
        replayed: false,
    }
}
