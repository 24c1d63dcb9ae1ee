//! A window of the store against a baseline: fills the columns of the change engine and reads the rows' examples.
//!
//! Records are read again only where their fields carry structure (request ids, threads, call sites), which a sample
//! tells; logs without such fields are compared from the columns alone.

use super::chunk::PREFIX;
use super::record::RecordNo;
use super::store::Store;
use super::summary::RecordRow;
use super::view::{Selection, View};
use crate::change::{self, Event, Input, Report, Role, Side, Values, change_point, is_call_site, role};
use crate::compute::CorpusError;
use crate::domain::{Field, Level, PatternId, Record, TimeWindow, Timestamp, Zone, moment};
use rustc_hash::FxHasher;
use std::collections::BTreeMap;
use std::hash::Hasher;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use thiserror::Error;

/// Records looked at to learn whether fields carry structure.
const PROBED: usize = 256;

/// A clock this far ahead of all others (ns) is looked at ...
const AHEAD: i64 = 5_000_000_000;
/// ... and one further ahead than this is another time, not a skewed clock, ns.
const FAR_AHEAD: i64 = 600_000_000_000;
/// Records of a service that tell about its clock.
const FEWEST: usize = 10;

/// What is compared.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// Filters for both sides; its window bounds them.
    pub selection: Selection,
    /// The window in question; `None`: from the detected change point on.
    pub window: Option<TimeWindow>,
    /// What it is compared with; `None`: what lies before the window.
    pub baseline: Option<TimeWindow>,
    /// Sources that are the baseline as a whole (`--against`); empty: one set of sources, split by time.
    pub against: Vec<u32>,
}

/// A report and the records its rows point at.
#[derive(Clone, Debug)]
pub struct ComparedReport {
    /// The rows.
    pub report: Report,
    /// Records behind the rows' examples.
    pub records: BTreeMap<u32, Record>,
}

/// Why nothing could be compared.
#[derive(Clone, Debug, Error)]
pub enum CompareError {
    /// One side is empty; the text says which and what to do.
    #[error("{0}")]
    NothingToCompare(String),
    /// Reading failed or was stopped.
    #[error(transparent)]
    Reading(#[from] CorpusError),
}

/// Records of one side.
struct Own {
    events: Vec<Event>,
    span: TimeWindow,
}

/// Compares a window of `store` with its baseline.
///
/// # Errors
/// [`CompareError::NothingToCompare`] when a side has no record with a time, and when reading fails or is stopped.
pub fn compare(
    store: &Arc<Store>,
    asked: &Compared,
    cancel: &Arc<AtomicBool>,
) -> Result<ComparedReport, CompareError> {
    let (now, base, note) = if asked.against.is_empty() {
        by_time(store, asked, cancel)?
    } else {
        by_source(store, asked, cancel)?
    };
    let templates: Vec<(PatternId, String)> =
        store.templates().iter().map(|t| (t.id, t.text.clone())).collect();
    let input = Input {
        services: store.services(),
        templates: &templates,
        window: Side { events: &now.events, span: now.span },
        baseline: Side { events: &base.events, span: base.span },
    };
    let mut report = change::compare(&input, &mut Fields(store));
    report.notes.extend(note);
    let shown = report.changes.iter().flat_map(|change| change.examples.iter().chain(&change.before));
    let mut records = BTreeMap::new();
    for &no in shown {
        records.insert(no, store.record(RecordNo(no)).map_err(CorpusError::from)?);
    }
    Ok(ComparedReport { report, records })
}

/// The newest record to count back from, and a sentence when it is not the very newest.
///
/// A host whose clock runs ahead is the only one to write in the last minutes, and everybody else seems silent there.
/// Such a host begins late by as much as it ends late; a sole survivor does not.
#[must_use]
pub fn steady_newest(store: &Arc<Store>) -> Option<(Timestamp, Option<String>)> {
    let view = store.view(Selection::default());
    let (_, newest) = view.span()?;
    let mut spans: BTreeMap<u16, (Timestamp, Timestamp, usize)> = BTreeMap::new();
    for row in view.rows() {
        let Some(ts) = row.ts else { continue };
        let (first, last, count) = spans.entry(row.service).or_insert((ts, ts, 0));
        (*first, *last, *count) = ((*first).min(ts), (*last).max(ts), *count + 1);
    }
    let mut ends: Vec<(Timestamp, Timestamp, u16)> =
        spans.iter().map(|(&service, &(first, last, _))| (last, first, service)).collect();
    ends.sort_unstable_by(|a, b| b.cmp(a));
    let [(last, first, leader), (second, ..), _, ..] = ends.as_slice() else { return Some((newest, None)) };
    let ahead = last.since(*second);
    let begin = ends[1..].iter().map(|(_, first, _)| *first).min()?;
    let skewed = (AHEAD..=FAR_AHEAD).contains(&ahead)
        && spans[leader].2 >= FEWEST
        && first.since(begin).saturating_mul(2) >= ahead;
    if !skewed {
        return Some((newest, None));
    }
    let name = store.services().get(usize::from(*leader)).map_or("one service", String::as_str);
    let note = format!(
        "the clock of {name} seems to run {} s ahead of all others: counted back from {second}",
        ahead / 1_000_000_000
    );
    Some((*second, Some(note)))
}

/// One set of sources, split by time: as asked, else at the change point.
fn by_time(
    store: &Arc<Store>,
    asked: &Compared,
    cancel: &Arc<AtomicBool>,
) -> Result<(Own, Own, Option<String>), CompareError> {
    let view = store.view(asked.selection.clone()).with_cancel(Arc::clone(cancel));
    let Some((first, last)) = view.span() else {
        return Err(CompareError::NothingToCompare(no_times(store, "what is compared")));
    };
    let all = TimeWindow::spanning(first, last);
    let (window, baseline, note) = match (asked.window, asked.baseline) {
        (Some(window), baseline) => (window, baseline.unwrap_or_else(|| before(window, all)), None),
        (None, Some(baseline)) => (TimeWindow::spanning(baseline.end(), last), baseline, None),
        (None, None) => at_change_point(&view, all)?,
    };
    let side = |span: TimeWindow, name: &str| -> Result<Own, CompareError> {
        let view = store
            .view(Selection { window: Some(span), ..asked.selection.clone() })
            .with_cancel(Arc::clone(cancel));
        if view.records() == 0 {
            return Err(empty_side(name, span, all));
        }
        Ok(Own { events: events(&view)?, span })
    };
    Ok((side(window, "window")?, side(baseline, "baseline")?, note))
}

/// Why a side has no record with a time: the conditions leave none, or there is none.
fn no_times(store: &Arc<Store>, side: &str) -> String {
    if store.view(Selection::default()).span().is_some() {
        format!("no record with a time in {side}: widen --since, --until, --service and --level")
    } else {
        "no record here has a time, so there is no before and after: --format NAME forces a format whose times were \
         not recognised, and `watchfire patterns` needs none"
            .to_owned()
    }
}

/// What lies before a window: as long as the window is, more if there is less than ten times as much.
fn before(window: TimeWindow, all: TimeWindow) -> TimeWindow {
    let longest = window.nanos().saturating_mul(10);
    let start = window.start().plus_nanos(-longest).max(all.start());
    TimeWindow::new(start, window.start()).unwrap_or_else(|_| window.before())
}

fn empty_side(name: &str, span: TimeWindow, all: TimeWindow) -> CompareError {
    let [span, all] = [span, all].map(|window| moment::window(&window, &Zone::utc()));
    CompareError::NothingToCompare(format!(
        "no record in the {name}, {span}: these logs reach from {all}; --window and --baseline have to lie within"
    ))
}

/// Splits where things changed; steady logs are split in half so that the strongest hint can still be shown.
fn at_change_point(
    view: &View,
    all: TimeWindow,
) -> Result<(TimeWindow, TimeWindow, Option<String>), CompareError> {
    if let Some(onset) = change_point(&column_events(view)) {
        return Ok((onset.window, onset.baseline, None));
    }
    let middle = Timestamp::from_nanos(all.start().as_nanos() + all.nanos() / 2);
    let halves = || -> Result<_, crate::domain::TimeError> {
        Ok((TimeWindow::new(middle, all.end())?, TimeWindow::new(all.start(), middle)?))
    };
    let (window, baseline) = halves().map_err(|_| {
        CompareError::NothingToCompare(
            "all records have the same time: name a baseline with --against".to_owned(),
        )
    })?;
    let note = "no change point found; the second half is compared with the first".to_owned();
    Ok((window, baseline, Some(note)))
}

/// Two sets of sources; each side is all it holds (the window can be narrowed).
fn by_source(
    store: &Arc<Store>,
    asked: &Compared,
    cancel: &Arc<AtomicBool>,
) -> Result<(Own, Own, Option<String>), CompareError> {
    let count = u32::try_from(store.sources().len()).unwrap_or(u32::MAX);
    let suspected: Vec<u32> = (0..count).filter(|source| !asked.against.contains(source)).collect();
    let side = |sources: Vec<u32>, window: Option<TimeWindow>, name: &str| -> Result<Own, CompareError> {
        let selection = Selection { sources, window, ..asked.selection.clone() };
        let view = store.view(selection).with_cancel(Arc::clone(cancel));
        let Some((first, last)) = view.span() else {
            return Err(CompareError::NothingToCompare(no_times(store, name)));
        };
        Ok(Own { events: events(&view)?, span: TimeWindow::spanning(first, last) })
    };
    let window = asked.window.or(asked.selection.window);
    Ok((
        side(suspected, window, "the window")?,
        side(asked.against.clone(), asked.baseline, "the baseline")?,
        None,
    ))
}

/// Events from the columns alone.
fn column_events(view: &View) -> Vec<Event> {
    view.rows().filter_map(|row| event_of(&row)).collect()
}

fn event_of(row: &RecordRow) -> Option<Event> {
    Some(Event {
        time: row.ts?.as_nanos(),
        service: u32::from(row.service),
        template: row.template,
        record: row.no.0,
        level: row.level.map_or(0, Level::as_u8),
        ..Event::default()
    })
}

/// Events with request, span and call site where a sample says the fields carry them.
fn events(view: &View) -> Result<Vec<Event>, CorpusError> {
    if !carries_structure(view)? {
        return Ok(column_events(view));
    }
    let mut events = Vec::new();
    let store = Arc::clone(view.store());
    view.find(&[], &[], &mut |row, raw| {
        if let (Some(mut event), Some(place)) = (event_of(&row), store.place(row.no)) {
            let head = raw.get(..PREFIX.min(raw.len())).unwrap_or_default();
            structure(&place.part.layout.fields(head), &mut event);
            events.push(event);
        }
        ControlFlow::Continue(())
    })?;
    Ok(events)
}

/// Whether any of a few records, spread over the view, has a field with a role.
fn carries_structure(view: &View) -> Result<bool, CorpusError> {
    let total = usize::try_from(view.records()).unwrap_or(usize::MAX);
    let step = (total / PROBED).max(1);
    for row in view.rows().step_by(step) {
        let raw = view.store().raw_upto(row.no, PREFIX as u64)?;
        let Some(place) = view.store().place(row.no) else { continue };
        if place.part.layout.fields(&raw).iter().any(|field| role(&field.name).is_some()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A trace id names the request more widely than a session or a job, wherever it stands in the record.
fn structure(fields: &[Field], event: &mut Event) {
    let mut span_is_thread = true;
    let mut traced = false;
    for field in fields.iter().filter(|field| !field.value.is_empty()) {
        match role(&field.name) {
            Some(Role::Request) => {
                let trace = is_trace(&field.name);
                if event.request == 0 || (trace && !traced) {
                    event.request = hash(&field.value);
                    traced = trace;
                }
            }
            Some(Role::Span) => {
                event.span = hash(&field.value);
                span_is_thread = false;
            }
            Some(Role::Thread) if span_is_thread => event.span = hash(&field.value),
            Some(Role::Site) if is_call_site(&field.value) => {
                event.site = (hash(&field.value) >> 32) as u32 | 1;
            }
            _ => {}
        }
    }
}

/// Whether a field that names a request names its trace (`trace_id`, `X-B3-TraceId`, `traceparent`).
fn is_trace(name: &str) -> bool {
    let letters = |b: &u8| b.is_ascii_alphanumeric();
    let last = name.rsplit(['.', '/']).next().unwrap_or(name);
    let of = |text: &str| text.bytes().filter(letters).map(|b| b.to_ascii_lowercase()).collect::<Vec<u8>>();
    let trace = |name: Vec<u8>| memchr::memmem::find(&name, b"trace").is_some();
    trace(of(last)) || trace(of(name))
}

fn hash(value: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(value.as_bytes());
    hasher.finish().max(1)
}

/// Reads fields of records for the comparison of values.
struct Fields<'s>(&'s Store);

impl Values for Fields<'_> {
    fn fields(&mut self, record: u32) -> Vec<Field> {
        self.0.record(RecordNo(record)).map_or_else(|_| Vec::new(), |record| record.fields)
    }
}
