//! Log files under construction: records in any order in, lines in time order out.

use std::collections::BTreeMap;

/// Milliseconds of the day at which the story starts (14:02:00).
const START_OF_STORY: i64 = (14 * 60 + 2) * 60_000;

/// The last moment that is written down: 14:47:00.
pub(crate) const END: Moment = Moment(45 * 60_000);

/// A moment of the story: milliseconds after 14:02:00.000 UTC on 2026-03-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub(crate) i64);

impl Moment {
    /// `14:27:41.118` as a moment.
    pub(crate) const fn at(hour: i64, minute: i64, second: i64, milli: i64) -> Self {
        Self(((hour * 60 + minute) * 60 + second) * 1000 + milli - START_OF_STORY)
    }

    /// This moment later by `ms` (earlier when negative).
    pub(crate) const fn plus(self, ms: i64) -> Self {
        Self(self.0 + ms)
    }

    /// `14:27:41`
    pub(crate) fn clock(self) -> String {
        let seconds = (self.0 + START_OF_STORY) / 1000;
        format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    /// `14:27:41.118`, with `separator` in place of the point.
    pub(crate) fn precise(self, separator: char) -> String {
        format!("{}{separator}{:03}", self.clock(), (self.0 + START_OF_STORY) % 1000)
    }

    /// `2026-03-01T14:27:41.118Z`
    pub(crate) fn iso(self) -> String {
        format!("2026-03-01T{}Z", self.precise('.'))
    }
}

/// The records of one file with the moment each was written.
pub(crate) type Records = Vec<(Moment, Vec<u8>)>;

/// All files of the incident.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    files: BTreeMap<&'static str, Records>,
}

impl Journal {
    /// Adds one record (its lines joined by newlines, no final one) to a file; drops it after the story's end.
    pub(crate) fn write(&mut self, file: &'static str, at: Moment, record: impl Into<Vec<u8>>) {
        if at > END {
            return;
        }
        self.files.entry(file).or_default().push((at, record.into()));
    }

    /// The files in name order, records in time order; each with its records' bytes.
    pub(crate) fn into_files(self) -> Vec<(&'static str, Records)> {
        let mut files: Vec<_> = self.files.into_iter().collect();
        for (_, records) in &mut files {
            records.sort_by_key(|record| record.0);
        }
        files
    }
}

/// Joins records to the bytes of a file.
pub(crate) fn joined(records: &[(Moment, Vec<u8>)]) -> Vec<u8> {
    records.iter().flat_map(|(_, record)| record.iter().copied().chain([b'\n'])).collect()
}
