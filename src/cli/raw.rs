//! `search --raw`: matching records whole and as in the file, with the records around them where asked for.
//!
//! Read page by page in time order, so that the first is printed at once and memory does not grow with what matches.

use super::exit::{Exit, Stop};
use super::open::Opened;
use super::output::Output;
use super::session::Session;
use crate::local::{RecordNo, Store};
use crate::port::{Anchor, Browse as _, PageRequest, Slice};
use crate::query::Query;
use std::sync::Arc;

/// Records read at once.
const PAGE: usize = 4096;

pub(super) fn run(
    query: Arc<Query>,
    context: (usize, usize),
    limit: usize,
    opened: &Opened,
    session: &Session,
    output: &mut Output,
) -> Result<Exit, Stop> {
    let store = opened.logs.store();
    let slice = Slice { scope: opened.scope.clone(), filter: Some(query), ..Slice::default() };
    let mut printer = Printer::new(context, store);
    let (mut anchor, mut left) = (Anchor::Start, limit);
    while left > 0 {
        let request =
            PageRequest { slice: slice.clone(), anchor, limit: left.min(PAGE), ..PageRequest::default() };
        let page = session.wait(opened.logs.page(request, session.interrupt.asking.clone()))?;
        for record in &page.records {
            store.find_id(&record.id).map_or(Ok(()), |no| printer.print(no, output))?;
        }
        left -= page.records.len();
        match page.records.last() {
            Some(last) if !page.is_last => anchor = Anchor::After(last.id.clone()),
            _ => break,
        }
    }
    Ok(if left == limit { Exit::Nothing } else { Exit::Found })
}

/// Prints some records in the order given.
pub(super) fn print(
    records: impl Iterator<Item = RecordNo>,
    context: (usize, usize),
    store: &Store,
    output: &mut Output,
) -> Result<(), Stop> {
    let mut printer = Printer::new(context, store);
    for no in records {
        printer.print(no, output)?;
    }
    Ok(())
}

/// Prints records once each, with `--` where something between two was left out and context is shown.
struct Printer<'s> {
    store: &'s Store,
    before: usize,
    after: usize,
    /// Printed last.
    last: Option<RecordNo>,
    /// A bit per record, set once it is printed: contexts overlap.
    printed: Vec<u64>,
}

impl<'s> Printer<'s> {
    fn new((before, after): (usize, usize), store: &'s Store) -> Self {
        let words = if before + after > 0 { store.len() as usize / 64 + 1 } else { 0 };
        Self { store, before, after, last: None, printed: vec![0; words] }
    }

    fn print(&mut self, no: RecordNo, output: &mut Output) -> Result<(), Stop> {
        if self.before + self.after == 0 {
            return self.whole(no, output);
        }
        let (before, after) = self.store.context(no, self.before, self.after);
        for no in before.into_iter().chain([no]).chain(after) {
            if !self.is_first_time(no) {
                continue;
            }
            if self.last.is_some_and(|last| last.0 + 1 != no.0) {
                output.raw(b"--\n")?;
            }
            self.whole(no, output)?;
            self.last = Some(no);
        }
        Ok(())
    }

    fn is_first_time(&mut self, no: RecordNo) -> bool {
        let Some(word) = self.printed.get_mut(no.0 as usize / 64) else { return false };
        let before = *word;
        *word |= 1 << (no.0 % 64);
        *word != before
    }

    /// The record as in the file, hostile bytes shown, nothing shortened.
    fn whole(&self, no: RecordNo, output: &mut Output) -> Result<(), Stop> {
        let raw = self.store.raw(no).map_err(|error| Stop::Said { code: 3, message: error.to_string() })?;
        output.raw(&raw)?;
        output.raw(b"\n")?;
        Ok(())
    }
}
