//! What a session remembers and how it obeys a command.

use super::PlainOptions;
use super::command::{Command, HELP};
use super::item::{Item, record_line, whole_record};
use super::listing::Listing;
use super::notebook::Notebook;
use super::pins::Pin;
use super::voice::Voice;
use super::wait::Wait;
use super::window::read_window;
use crate::app::{Filter, FilterKind, Filters};
use crate::compute::rewrite_followup;
use crate::domain::{TimeWindow, Zone, moment};
use crate::failure::{Failure, FailureKind};
use crate::investigate::{Ask, Investigation, Outcome};
use crate::port::{Anchor, ChangeRequest, Direction, Overview, PageRequest, Scope};
use crate::safety::{RedactOptions, Redactor};
use crate::tui::markdown::{MarkdownStyles, Marks, render};
use std::collections::BTreeSet;
use std::future::Future;
use std::io::{self, Write};
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

/// Events buffered between a question and its reader.
const EVENTS: usize = 64;
/// Records listed; more are counted.
const RECORDS: usize = 500;
/// Records said before and after the one that is opened.
const AROUND: usize = 3;
/// Columns of an answer's tables; text is broken by who reads it, not here.
const COLUMNS: u16 = 2_000;

/// A session.
pub(super) struct Session<'r, W> {
    pub(super) voice: Voice<W>,
    pub(super) investigation: Investigation,
    pub(super) notebook: Notebook,
    runtime: &'r Handle,
    interrupt: Arc<Notify>,
    pub(super) scope: Scope,
    given_zone: Option<Zone>,
    filters: Filters,
    list: Listing,
    /// What was opened last.
    pub(super) opened: Option<Item>,
    pub(super) pins: Vec<Pin>,
    redactor: Redactor,
    /// The question before, for a follow-up.
    asked: Option<String>,
}

impl<'r, W: Write> Session<'r, W> {
    pub(super) fn new(
        output: W,
        investigation: Investigation,
        runtime: &'r Handle,
        options: PlainOptions,
    ) -> Self {
        Self {
            voice: Voice::new(output),
            notebook: Notebook::new(options.state_dir.as_deref(), options.now),
            investigation,
            runtime,
            interrupt: options.interrupt,
            scope: options.scope,
            given_zone: options.zone,
            filters: Filters::default(),
            list: Listing::default(),
            opened: None,
            pins: Vec::new(),
            redactor: Redactor::new(RedactOptions::default()),
            asked: None,
        }
    }

    /// Says what was opened and how to go on.
    pub(super) fn greet(&mut self) -> io::Result<()> {
        if let Some(overview) = self.overview()? {
            let records = counted(overview.records, "record");
            let sources = counted(overview.sources.len() as u64, "source");
            self.voice.say(&format!("watchfire, in plain lines. {records} from {sources}"))?;
            for sentence in &overview.degraded {
                self.voice.say(&format!("note: {sentence}"))?;
            }
            self.say_window(&overview)?;
        }
        self.voice.say("type a question, or help")
    }

    pub(super) fn too_long(&mut self, most: u64) -> io::Result<()> {
        self.voice.say(&format!("that line is longer than {most} bytes and was not read: type a shorter one"))
    }

    /// Obeys a line; `false` ends the session.
    pub(super) fn obey(&mut self, line: &str) -> io::Result<bool> {
        match Command::read(line) {
            Command::Nothing => {}
            Command::Quit => return self.voice.say("bye").map(|()| false),
            Command::Help => HELP.iter().try_for_each(|line| self.voice.say(line))?,
            Command::Ask(question) => self.ask(&question)?,
            Command::Broke => self.broke()?,
            Command::Patterns => self.patterns()?,
            Command::Records => self.records()?,
            Command::More => self.next_page()?,
            Command::Open(number) => self.open(number)?,
            Command::Keep(text) => self.filter(FilterKind::Keep, text.clone(), text)?,
            Command::Exclude(text) => {
                self.filter(FilterKind::Exclude, format!("-({text})"), format!("without {text}"))?;
            }
            Command::Clear => {
                self.filters = Filters::default();
                self.voice.say("no conditions")?;
            }
            Command::Window(typed) => self.window(typed.as_deref())?,
            Command::Pin(Some(number)) => self.pin(number)?,
            Command::Pin(None) => self.say_pins()?,
            Command::Note(text) => self.note(text)?,
        }
        Ok(true)
    }

    fn ask(&mut self, typed: &str) -> io::Result<()> {
        let completed = self.asked.as_deref().and_then(|before| rewrite_followup(before, typed));
        let text = completed.filter(|text| !text.is_empty()).unwrap_or_else(|| typed.to_owned());
        if text != typed {
            self.voice.say(&format!("asked as: {text}"))?;
        }
        let (events, reader) = mpsc::channel(EVENTS);
        let cancel = CancellationToken::new();
        let ask = Ask { text: text.clone(), scope: self.scope.clone() };
        self.remember_question(typed)?;
        let call = self.investigation.ask(ask, &mut self.redactor, &events, cancel.clone());
        let wait = Wait { interrupt: &self.interrupt, cancel, voice: &mut self.voice, reader };
        let answered = self.runtime.block_on(wait.run("opening", call))?;
        self.remember_answer(&answered)?;
        if let Some(outcome) = self.said(answered)? {
            self.asked = Some(text);
            self.answer(&outcome)?;
        }
        Ok(())
    }

    /// Says an answer and the rows it cites, under their own numbers.
    fn answer(&mut self, outcome: &Outcome) -> io::Result<()> {
        let styles = MarkdownStyles::default();
        let citations = &outcome.answer.citations;
        let marks = Marks { citations, focused: None, streaming: false, styles: &styles };
        for line in render(outcome.answer.text.trim_end(), COLUMNS, &marks).lines {
            self.voice.say_safe(&line.to_string())?;
        }
        for sentence in &outcome.degraded {
            self.voice.say(&format!("note: {sentence}"))?;
        }
        let cited: BTreeSet<usize> = citations.iter().map(|citation| citation.n).collect();
        let rows = outcome.evidence.rows.iter().filter(|row| cited.contains(&row.n));
        let rows: Vec<Item> = rows.map(Item::evidence).collect();
        if rows.is_empty() {
            return self.voice.say("the answer points at no line");
        }
        self.voice.say(&format!("{} behind the answer:", counted(rows.len() as u64, "line")))?;
        self.list(rows)
    }

    fn broke(&mut self) -> io::Result<()> {
        let request = ChangeRequest { scope: self.scope.clone(), ..ChangeRequest::default() };
        let Some(zone) = self.zone()? else { return Ok(()) };
        let broke =
            self.wait("comparing", |ports, cancel| async move { ports.broke(request, cancel).await })?;
        let Some(broke) = broke else { return Ok(()) };
        let report = &broke.comparison.report;
        let (now, base) = (moment::window(&report.window, &zone), moment::window(&report.baseline, &zone));
        self.voice.say(&format!("{now}, compared with {base}"))?;
        for sentence in &broke.degraded {
            self.voice.say(&format!("note: {sentence}"))?;
        }
        let rows = Item::changes(&broke);
        self.remember_comparison(broke)?;
        if rows.is_empty() { self.voice.say("no change found") } else { self.list(rows) }
    }

    fn patterns(&mut self) -> io::Result<()> {
        let scope = self.scope.clone();
        let call = |ports: Investigation, cancel| async move { ports.search.patterns(scope, cancel).await };
        let Some(patterns) = self.wait("counting patterns", call)? else { return Ok(()) };
        if self.filters.beyond_patterns() {
            self.voice.say("note: keep and exclude count for records, not for this table")?;
        }
        self.voice.say(&counted(patterns.len() as u64, "pattern"))?;
        self.list(patterns.iter().enumerate().map(|(at, pattern)| Item::pattern(at + 1, pattern)).collect())
    }

    fn records(&mut self) -> io::Result<()> {
        let Some(zone) = self.zone()? else { return Ok(()) };
        let slice = self.filters.slice(self.scope.clone());
        let request = PageRequest {
            slice: slice.clone(),
            anchor: Anchor::Start,
            direction: Direction::Forward,
            limit: RECORDS,
        };
        let call = |ports: Investigation, cancel: CancellationToken| async move {
            let page = ports.browse.page(request, cancel.clone()).await?;
            Ok((page, ports.browse.count(slice, Anchor::End, cancel).await?))
        };
        let Some((page, total)) = self.wait("reading records", call)? else { return Ok(()) };
        self.voice.say(&counted(total, "record"))?;
        if !page.is_last {
            self.voice.say(&format!("the list holds the first {RECORDS}: narrow it with keep or window"))?;
        }
        let rows = page.records.iter().enumerate();
        self.list(rows.map(|(at, record)| Item::record(at + 1, record, &zone)).collect())
    }

    fn filter(&mut self, kind: FilterKind, query: String, label: String) -> io::Result<()> {
        match self.filters.push(Filter { kind, query, label, pattern: None }) {
            Ok(()) => {
                let labels: Vec<&str> =
                    self.filters.list.iter().map(|filter| filter.label.as_str()).collect();
                self.voice.say(&format!("only records with: {}", labels.join("; ")))?;
                self.records()
            }
            Err(why) => self.voice.say(&why),
        }
    }

    pub(super) fn list(&mut self, rows: Vec<Item>) -> io::Result<()> {
        let any = !rows.is_empty();
        self.list = Listing::new(rows);
        if any { self.next_page() } else { Ok(()) }
    }

    fn next_page(&mut self) -> io::Result<()> {
        let lines = self.list.page();
        lines.iter().try_for_each(|line| self.voice.say_safe(line))
    }

    /// The row with a number, or a sentence about which there are.
    pub(super) fn row(&mut self, number: usize) -> io::Result<Option<Item>> {
        let row = self.list.row(number).cloned();
        if row.is_none() {
            self.voice.say(&format!("there is no row {number}: {}", self.list.numbers()))?;
        }
        Ok(row)
    }

    fn open(&mut self, number: usize) -> io::Result<()> {
        let Some(item) = self.row(number)? else { return Ok(()) };
        let Some(id) = item.id.clone() else {
            return self.voice.say("this row was counted over many lines: none stands for it");
        };
        let Some(zone) = self.zone()? else { return Ok(()) };
        let wanted = id.clone();
        let call =
            |ports: Investigation, _| async move { ports.browse.context(&wanted, AROUND, AROUND).await };
        let Some(records) = self.wait("reading", call)? else { return Ok(()) };
        let at = records.iter().position(|record| record.id == id).unwrap_or(0);
        for (place, record) in records.iter().enumerate() {
            if place == at {
                whole_record(record, &zone).iter().try_for_each(|line| self.voice.say(line))?;
            } else {
                let side = if place < at { "before" } else { "after" };
                self.voice.say_safe(&format!("{side}: {}", record_line(record, &zone)))?;
            }
        }
        self.opened = Some(item);
        Ok(())
    }

    fn window(&mut self, typed: Option<&str>) -> io::Result<()> {
        let Some(overview) = self.overview()? else { return Ok(()) };
        match typed {
            None => {}
            Some("all" | "everything") => self.scope.window = None,
            Some(typed) => match read_window(typed, &overview, &self.zone_of(&overview)) {
                Ok(window) => self.scope.window = Some(window),
                Err(why) => return self.voice.say(&why),
            },
        }
        if typed.is_some() {
            self.remember_window()?;
        }
        self.say_window(&overview)
    }

    fn say_window(&mut self, overview: &Overview) -> io::Result<()> {
        let zone = self.zone_of(overview);
        let said = match (&self.scope.window, overview.span) {
            (Some(window), _) => format!("window {}", moment::window(window, &zone)),
            (None, Some((first, last))) => {
                format!(
                    "no window: everything, {}",
                    moment::window(&TimeWindow::spanning(first, last), &zone)
                )
            }
            (None, None) => "no window: these records have no times".to_owned(),
        };
        self.voice.say(&said)
    }

    pub(super) fn overview(&mut self) -> io::Result<Option<Overview>> {
        self.wait("opening", |ports, _| async move { ports.search.overview().await })
    }

    fn zone(&mut self) -> io::Result<Option<Zone>> {
        Ok(self.overview()?.map(|overview| self.zone_of(&overview)))
    }

    pub(super) fn zone_of(&self, overview: &Overview) -> Zone {
        self.given_zone.clone().unwrap_or_else(|| overview.zone.clone())
    }

    /// Waits for a port; what went wrong is said.
    pub(super) fn wait<T, F>(
        &mut self,
        name: &'static str,
        call: impl FnOnce(Investigation, CancellationToken) -> F,
    ) -> io::Result<Option<T>>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let cancel = CancellationToken::new();
        let call = call(self.investigation.clone(), cancel.clone());
        let (_, reader) = mpsc::channel(1);
        let wait = Wait { interrupt: &self.interrupt, cancel, voice: &mut self.voice, reader };
        let done = self.runtime.block_on(wait.run(name, call))?;
        self.said(done)
    }

    fn said<T>(&mut self, done: Result<T, Failure>) -> io::Result<Option<T>> {
        match done {
            Ok(done) => Ok(Some(done)),
            Err(failure) if failure.kind() == FailureKind::Cancelled => {
                self.voice.say("stopped; nothing was lost").map(|()| None)
            }
            Err(failure) => self.voice.say(&failure.advised()).map(|()| None),
        }
    }
}

/// `1 record`, `1,200 records`.
fn counted(number: u64, what: &str) -> String {
    format!("{} {what}{}", moment::count(number), if number == 1 { "" } else { "s" })
}
