//! Several files of one stream joined by time, each read on a thread of its own.
//!
//! ```text
//! file --records that match--> bounded queue --+
//! file --records that match--> bounded queue --+--> the earliest of the heads
//! ```
//!
//! A file without a match for a while says how far it came, so that the others need not wait for its end. A file's own
//! order is kept; where its clock goes back, its records come when their turn in the file has come.

use super::super::discover::{Found, Wanted};
use super::super::open::OpenOptions;
use super::{Pass, Streamed};
use crate::domain::{Level, Timestamp};
use crate::parse::Layout;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Most files that are joined; more come one after the other.
const MOST: usize = 32;
/// Records of a file that wait for their turn.
const QUEUED: usize = 32;
/// Records without a match after which a file says how far it came.
const SILENT: u64 = 1024;

/// The files of each source where there are several sources, few and of files only; else the inputs in order.
pub(super) fn sources(found: Vec<Vec<Found>>) -> Result<Vec<Vec<PathBuf>>, Vec<Found>> {
    let is_file = |input: &Found| matches!(input, Found::File(_));
    let fits = (2..=MOST).contains(&found.len()) && found.iter().flatten().all(is_file);
    if !fits {
        return Err(found.into_iter().flatten().collect());
    }
    let path = |input| if let Found::File(path) = input { Some(path) } else { None };
    Ok(found.into_iter().map(|inputs| inputs.into_iter().filter_map(path).collect()).collect())
}

/// Visits the records to keep of all sources, earliest first, until the visitor breaks.
pub(super) fn read(
    mut whole: Pass,
    sources: Vec<Vec<PathBuf>>,
    options: &OpenOptions,
    wanted: &Wanted,
    keep: &(dyn Fn(&Streamed<'_>) -> bool + Sync),
    visit: &mut dyn FnMut(&Streamed<'_>) -> ControlFlow<()>,
) -> Pass {
    std::thread::scope(|scope| {
        let mut heads = Vec::new();
        let mut threads = Vec::new();
        for paths in sources {
            let (sender, steps) = sync_channel(QUEUED);
            heads.push(Head { steps, next: None, upto: Timestamp::MIN, ended: false });
            threads.push(scope.spawn(move || read_source(paths, options, wanted, keep, &sender)));
        }
        let broken = give_in_order(&mut heads, visit).is_break();
        // Whoever still waits to hand something over learns that nobody takes it.
        drop(heads);
        for thread in threads {
            let pass = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            whole.read += pass.read;
            whole.over |= pass.over || broken;
            whole.notes.extend(pass.notes);
        }
        whole
    })
}

/// What a source says next.
enum Step {
    Record(Box<Kept>),
    /// It is at this time, without a match.
    Upto(Timestamp),
}

/// A record that waits for its turn.
struct Kept {
    at: Timestamp,
    source: String,
    line: u64,
    ts: Option<Timestamp>,
    level: Option<Level>,
    service: String,
    body: Vec<u8>,
    raw: Vec<u8>,
    unparsed: bool,
    layout: Layout,
}

impl Kept {
    fn of(record: &Streamed<'_>, at: Timestamp) -> Self {
        Self {
            at,
            source: record.source.to_owned(),
            line: record.line,
            ts: record.ts,
            level: record.level,
            service: record.service.to_owned(),
            body: record.body.to_vec(),
            raw: record.raw.to_vec(),
            unparsed: record.unparsed,
            layout: record.layout.clone(),
        }
    }

    fn view(&self) -> Streamed<'_> {
        Streamed {
            source: &self.source,
            line: self.line,
            ts: self.ts,
            level: self.level,
            service: &self.service,
            body: &self.body,
            raw: &self.raw,
            unparsed: self.unparsed,
            layout: &self.layout,
        }
    }
}

fn read_source(
    paths: Vec<PathBuf>,
    options: &OpenOptions,
    wanted: &Wanted,
    keep: &(dyn Fn(&Streamed<'_>) -> bool + Sync),
    sender: &SyncSender<Step>,
) -> Pass {
    let (mut at, mut silent) = (Timestamp::MIN, 0);
    let found = paths.into_iter().map(Found::File).collect();
    Pass::default().read(found, options, wanted, &mut |record| {
        at = record.ts.unwrap_or(at);
        silent += 1;
        let step = if keep(record) {
            Step::Record(Box::new(Kept::of(record, at)))
        } else if silent >= SILENT {
            Step::Upto(at)
        } else {
            return ControlFlow::Continue(());
        };
        silent = 0;
        if sender.send(step).is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })
}

/// One source: the record whose turn may come, and how far it is known to be.
struct Head {
    steps: Receiver<Step>,
    next: Option<Box<Kept>>,
    upto: Timestamp,
    ended: bool,
}

impl Head {
    /// Waits for what the source says next.
    fn advance(&mut self) {
        match self.steps.recv() {
            Ok(Step::Record(record)) => self.next = Some(record),
            Ok(Step::Upto(at)) => self.upto = at,
            Err(_) => self.ended = true,
        }
    }
}

fn give_in_order(
    heads: &mut [Head],
    visit: &mut dyn FnMut(&Streamed<'_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    loop {
        let waiting = heads.iter().enumerate().filter_map(|(i, head)| Some((head.next.as_ref()?.at, i)));
        let earliest = waiting.min();
        let may_be_earlier = |head: &&mut Head| earliest.is_none_or(|(at, _)| head.upto <= at) && !head.ended;
        match heads.iter_mut().filter(|head| head.next.is_none()).find(may_be_earlier) {
            Some(behind) => behind.advance(),
            None => {
                let Some((_, i)) = earliest else { return ControlFlow::Continue(()) };
                let record = heads.get_mut(i).and_then(|head| head.next.take());
                record.map_or(ControlFlow::Continue(()), |record| visit(&record.view()))?;
            }
        }
    }
}
