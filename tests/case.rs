//! Saved investigations: what survives, what is masked, what a report says.

#![expect(clippy::unwrap_used, reason = "a broken fixture has to stop the test")]

#[path = "case/crash.rs"]
mod crash;
#[path = "case/damage.rs"]
mod damage;
#[path = "case/incident.rs"]
mod incident;
#[path = "case/places.rs"]
mod places;
#[path = "case/report.rs"]
mod report;
#[path = "case/round.rs"]
mod round;

use std::path::PathBuf;
use tempfile::TempDir;
use watchfire::case::{Entry, Journal, Noted, Opening, Sealed, Store, What, seal};
use watchfire::domain::{Timestamp, Zone};
use watchfire::safety::Redactor;

/// Seconds after the invented incident began.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_772_372_520_000 + seconds * 1_000)
}

pub(crate) fn store() -> (TempDir, Store) {
    let dir = TempDir::new().unwrap();
    let store = Store::new(dir.path().join("cases"));
    (dir, store)
}

pub(crate) fn opening(created: Timestamp) -> Opening {
    let sources = ["valve.log".to_owned(), "pump.log".to_owned()];
    Opening::new(created, "watchfire 0.1.0", &sources, &Zone::utc(), &mut Redactor::default())
}

pub(crate) fn sealed(entry: &Entry) -> Sealed {
    seal(entry, &mut Redactor::default()).unwrap()
}

pub(crate) fn note(number: i64) -> Entry {
    Entry::new(at(number), What::Noted(Noted::on_case(format!("note {number} {}", "x".repeat(200)))))
}

/// A case with these entries, and where it is.
pub(crate) fn saved(store: &Store, entries: &[Entry]) -> PathBuf {
    let mut journal = Journal::create(store, &opening(at(0))).unwrap();
    let mut redactor = Redactor::default();
    for entry in entries {
        journal.append(&seal(entry, &mut redactor).unwrap()).unwrap();
    }
    journal.path().to_owned()
}
