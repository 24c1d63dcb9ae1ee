//! `watchfire ask`: one question, one checked answer; and `watchfire demo`: the same on the bundled incident.

use super::arguments::{Ask, Demo, Reading, Which};
use super::document::{self, PatternRow, Spent, Window};
use super::exit::{Exit, Stop};
use super::line::{Line, Style};
use super::open::Opened;
use super::output::Output;
use super::session::Session;
use super::{print_answer, request};
use crate::analyst::Analyst;
use crate::demo::{Incident, QUESTION};
use crate::domain::Level;
use crate::domain::moment;
use crate::investigate::{self, BackendEvent, Investigation, Limits, Outcome};
use crate::layer::{self, Metered};
use crate::port::Clock;
use crate::safety::{RedactOptions, Redactor};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Events buffered between the turn and its reader.
const EVENTS: usize = 64;

/// Time since the program started asking.
struct Monotonic(Instant);

impl Clock for Monotonic {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A question with where to look for its answer.
struct Inquiry<'a> {
    question: &'a str,
    paths: &'a [PathBuf],
    reading: &'a Reading,
    which: &'a Which,
    level: Option<Level>,
    limit: usize,
    json: bool,
}

pub(super) fn run(arguments: &Ask, session: &Session, output: &mut Output) -> Result<Exit, Stop> {
    request::check_length(&arguments.question, &session.settings)?;
    let level = request::check_which(&arguments.which)?;
    request::require_paths(&arguments.paths, "watchfire ask 'what broke?' app.log")?;
    let inquiry = Inquiry {
        question: &arguments.question,
        paths: &arguments.paths,
        reading: &arguments.reading,
        which: &arguments.which,
        level,
        limit: request::limit(arguments.limit, &session.settings)?,
        json: arguments.json.json,
    };
    answer(&inquiry, session, output)
}

pub(super) fn demo(arguments: &Demo, session: &Session, output: &mut Output) -> Result<Exit, Stop> {
    let unpacking = |error: std::io::Error| Stop::Said {
        code: 3,
        message: format!("cannot unpack the demo incident: {error}; check that TMPDIR can be written"),
    };
    let incident = Incident::unpack().map_err(unpacking)?;
    // Lines are cited as `payment.log:557` on every run, not by the name of a folder that is gone afterwards.
    std::env::set_current_dir(incident.folder()).map_err(unpacking)?;
    let files: Vec<PathBuf> =
        incident.paths().iter().filter_map(|path| path.file_name().map(PathBuf::from)).collect();
    let inquiry = Inquiry {
        question: QUESTION,
        paths: &files,
        reading: &Reading { passing: true, ..Reading::default() },
        which: &Which::default(),
        level: None,
        limit: session.settings.limit.value,
        json: arguments.json.json,
    };
    output.inform(&format!("45 minutes of a small shop's logs; the question: {QUESTION}"));
    let exit = answer(&inquiry, session, output);
    incident.remove().map_err(unpacking)?;
    exit
}

fn answer(inquiry: &Inquiry<'_>, session: &Session, output: &mut Output) -> Result<Exit, Stop> {
    let opened = session.open(inquiry.paths, inquiry.reading, inquiry.which, inquiry.level, output)?;
    let investigation = investigation(&opened);
    let ask = investigate::Ask { text: inquiry.question.to_owned(), scope: opened.scope.clone() };
    let cancel = session.interrupt.asking.clone();
    let (events, mut reader) = mpsc::channel(EVENTS);
    let turn = async move {
        let mut redactor = Redactor::new(RedactOptions::default());
        investigation.ask(ask, &mut redactor, &events, cancel).await
    };
    let notices = async {
        let mut notices = Vec::new();
        while let Some(event) = reader.recv().await {
            if let BackendEvent::Notice(text) = event {
                notices.push(text);
            }
        }
        notices
    };
    let both = async {
        let (outcome, notices) = tokio::join!(turn, notices);
        outcome.map(|outcome| (outcome, notices))
    };
    let (outcome, notices) = session.wait(both)?;
    for notice in &notices {
        output.inform(notice);
    }
    print(inquiry, opened, &outcome, output)?;
    Ok(if outcome.found { Exit::Found } else { Exit::Nothing })
}

fn investigation(opened: &Opened) -> Investigation {
    let clock: Arc<dyn Clock> = Arc::new(Monotonic(Instant::now()));
    let timings = layer::Timings::default();
    Investigation {
        search: Arc::new(Metered::new(opened.logs.clone(), Arc::clone(&clock), timings.clone())),
        browse: Arc::new(opened.logs.clone()),
        model: Arc::new(Analyst),
        clock,
        timings,
        limits: Limits::default(),
    }
}

fn print(inquiry: &Inquiry<'_>, opened: Opened, outcome: &Outcome, output: &mut Output) -> Result<(), Stop> {
    if inquiry.json {
        return document(inquiry, opened, outcome, output);
    }
    for sentence in outcome.degraded.iter().filter(|sentence| !opened.degraded.contains(sentence)) {
        output.warn(sentence);
    }
    if opened.partial {
        let records = moment::count(u64::from(opened.logs.store().len()));
        output.line(
            Line::new().push(Style::Bold, &format!("partial: from the first {records} records read")),
        )?;
    }
    print_answer::answer(output, outcome)?;
    Ok(())
}

fn document(
    inquiry: &Inquiry<'_>,
    opened: Opened,
    outcome: &Outcome,
    output: &mut Output,
) -> Result<(), Stop> {
    let Opened { mut degraded, mut timings, .. } = opened;
    let more: Vec<String> = outcome.degraded.iter().filter(|s| !degraded.contains(s)).cloned().collect();
    degraded.extend(more);
    for (stage, millis) in &outcome.timings_ms {
        timings.add_millis(stage, *millis);
    }
    output.document(&document::Ask {
        schema: "watchfire.ask/1",
        question: &outcome.question,
        window: outcome.window.map(|window| Window::of(&window, &outcome.zone)),
        answered: outcome.found,
        answerer: &outcome.model,
        answer: &outcome.answer.text,
        citations: &outcome.answer.citations,
        evidence: &outcome.evidence.rows,
        hits: &outcome.hits[..outcome.hits.len().min(inquiry.limit)],
        patterns: outcome.patterns.iter().map(PatternRow::of).collect(),
        usage: Spent::nothing(outcome.usage),
        cache: "miss",
        degraded: &degraded,
        timings_ms: timings,
    })?;
    Ok(())
}
