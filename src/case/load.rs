//! The reading side: a case as its entries, with whatever could not be read named by its line.
//!
//! Nothing in a file is trusted: lines and files have a longest length, an unknown kind of entry is kept and named
//! (a newer version wrote it), and a torn last line is what a killed process leaves.

use super::entry::{Answered, Asked, Broke, CaseId, Entry, Header, Noted, Pinned, Stopped, What};
use super::lines::{Lines, MAX_LINE};
use super::{CaseError, SCHEMA, journal};
use crate::domain::{TimeWindow, Timestamp, Zone};
use serde_json::Value;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

/// Most bytes read of a file.
const MAX_FILE: u64 = 512 << 20;

/// A saved investigation.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its file.
    pub path: PathBuf,
    /// Its name.
    pub id: CaseId,
    /// Its first line, if that could be read.
    pub header: Option<Header>,
    /// What happened, in the order written.
    pub entries: Vec<Entry>,
    /// Entries of kinds this version does not know.
    pub unknown: Vec<Unknown>,
    /// Lines that could not be read.
    pub problems: Vec<Problem>,
    /// Whether a process was writing it when it was read.
    pub live: bool,
    stand_ins: u32,
}

/// An entry that a newer version wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Line in the file, from 1.
    pub line: usize,
    /// Its kind.
    pub kind: String,
    /// The whole line.
    pub text: String,
}

/// A line that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line in the file, from 1.
    pub line: usize,
    /// Why.
    pub why: String,
}

/// One question and what followed from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn<'a> {
    /// Number, from 1.
    pub number: u32,
    /// When it was asked.
    pub at: Timestamp,
    /// The question as typed, if its entry could be read.
    pub asked: Option<&'a Asked>,
    /// The answer.
    pub answered: Option<&'a Answered>,
    /// How it ended without one.
    pub stopped: Option<&'a Stopped>,
}

impl<'a> Turn<'a> {
    /// The question: as typed, else as understood.
    #[must_use]
    pub fn question(&self) -> Option<&'a str> {
        let typed = self.asked.map(|asked| asked.text.as_str());
        typed.or_else(|| self.answered.map(|answered| answered.question.as_str()))
    }
}

impl Case {
    fn empty(path: &Path, id: CaseId, live: bool) -> Self {
        Self {
            path: path.to_owned(),
            id,
            header: None,
            entries: Vec::new(),
            unknown: Vec::new(),
            problems: Vec::new(),
            live,
            stand_ins: 0,
        }
    }

    /// Turns in the order asked.
    #[must_use]
    pub fn turns(&self) -> Vec<Turn<'_>> {
        let mut turns: Vec<Turn<'_>> = Vec::new();
        for entry in &self.entries {
            let (number, asked, answered, stopped) = match &entry.what {
                What::Asked(asked) => (asked.turn, Some(asked), None, None),
                What::Answered(answered) => (answered.turn, None, Some(&**answered), None),
                What::Stopped(stopped) => (stopped.turn, None, None, Some(stopped)),
                _ => continue,
            };
            let open = turns.iter_mut().rev().find(|turn| turn.number == number && asked.is_none());
            if let Some(turn) = open {
                turn.answered = turn.answered.or(answered);
                turn.stopped = turn.stopped.or(stopped);
            } else {
                turns.push(Turn { number, at: entry.at, asked, answered, stopped });
            }
        }
        turns
    }

    /// Pins that were not taken back, in the order made.
    #[must_use]
    pub fn pins(&self) -> Vec<&Pinned> {
        let mut pins: Vec<&Pinned> = Vec::new();
        for entry in &self.entries {
            match &entry.what {
                What::Pinned(pin) if !pins.iter().any(|known| known.record.id == pin.record.id) => {
                    pins.push(pin);
                }
                What::Unpinned { record } => pins.retain(|pin| pin.record.id != *record),
                _ => {}
            }
        }
        pins
    }

    /// Notes with the time they were written.
    pub fn notes(&self) -> impl Iterator<Item = (Timestamp, &Noted)> {
        self.entries.iter().filter_map(|entry| match &entry.what {
            What::Noted(note) => Some((entry.at, note)),
            _ => None,
        })
    }

    /// The last comparison.
    #[must_use]
    pub fn broke(&self) -> Option<&Broke> {
        self.entries.iter().rev().find_map(|entry| match &entry.what {
            What::Broke(broke) => Some(broke),
            _ => None,
        })
    }

    /// The window in force at the end.
    #[must_use]
    pub fn window(&self) -> Option<TimeWindow> {
        let stated = self.entries.iter().rev().find_map(|entry| match &entry.what {
            What::Window { window } => Some(*window),
            What::Opened(opened) => Some(opened.window),
            _ => None,
        });
        stated.flatten()
    }

    /// Names of the sources, as opened last.
    #[must_use]
    pub fn sources(&self) -> &[String] {
        let opened = self.entries.iter().rev().find_map(|entry| match &entry.what {
            What::Opened(opened) => Some(opened.sources.as_slice()),
            _ => None,
        });
        let first = self.header.as_ref().map(|header| header.sources.as_slice());
        opened.or(first).unwrap_or_default()
    }

    /// Records in the sources, as opened last.
    #[must_use]
    pub fn records(&self) -> Option<u64> {
        self.entries.iter().rev().find_map(|entry| match &entry.what {
            What::Opened(opened) => Some(opened.records),
            _ => None,
        })
    }

    /// The zone times were shown in; UTC when its label is not known here.
    #[must_use]
    pub fn zone(&self) -> Zone {
        let label = self.header.as_ref().map_or("", |header| header.zone.as_str());
        // A fixed offset is labelled `UTC+02:00`.
        let offset = label.strip_prefix("UTC").filter(|offset| !offset.is_empty());
        Zone::from_name(offset.unwrap_or(label)).unwrap_or_else(|_| Zone::utc())
    }

    /// Millionths of a US dollar, over all turns.
    #[must_use]
    pub fn cost_micro_usd(&self) -> u64 {
        let costs = self.entries.iter().map(|entry| match &entry.what {
            What::Answered(answered) => answered.cost_micro_usd,
            What::Stopped(stopped) => stopped.cost_micro_usd,
            _ => 0,
        });
        costs.fold(0, u64::saturating_add)
    }

    /// Places where a secret value was masked.
    #[must_use]
    pub fn masked(&self) -> usize {
        let counts = self.entries.iter().map(|entry| {
            let evidence = match &entry.what {
                What::Answered(answered) => answered.evidence_masked,
                _ => 0,
            };
            entry.masked.saturating_add(evidence)
        });
        counts.fold(0, usize::saturating_add)
    }

    /// Whether its owner ended it, and did not go on afterwards.
    #[must_use]
    pub fn closed(&self) -> bool {
        self.entries.last().is_some_and(|entry| entry.what == What::Closed)
    }

    /// The highest number a stand-in carries, for
    /// [`Redactor::continue_after`](crate::safety::Redactor::continue_after).
    #[must_use]
    pub const fn stand_ins(&self) -> u32 {
        self.stand_ins
    }

    /// A sentence for each line that is not shown.
    #[must_use]
    pub fn damage(&self) -> Vec<String> {
        let unreadable = self.problems.iter().map(|p| format!("line {} of the case: {}", p.line, p.why));
        let newer = self.unknown.iter().map(|u| {
            format!("line {} of the case: a newer version wrote an entry of kind `{}`", u.line, u.kind)
        });
        unreadable.chain(newer).collect()
    }

    fn take(&mut self, number: usize, line: &[u8], whole: bool) {
        let read = std::str::from_utf8(line).map_err(|_| "it is not UTF-8 text".to_owned());
        let read = read.and_then(|text| {
            self.stand_ins = self.stand_ins.max(highest_stand_in(text));
            read_entry(number, text)
        });
        match read {
            Ok(Understood::Entry(entry)) => self.entries.push(*entry),
            Ok(Understood::Unknown(unknown)) => self.unknown.push(unknown),
            Err(_) if !whole => {
                let why = "it is cut off: the program ended while it was written".to_owned();
                self.problems.push(Problem { line: number, why });
            }
            Err(why) => self.problems.push(Problem { line: number, why }),
        }
    }
}

/// What a line turned out to be.
enum Understood {
    Entry(Box<Entry>),
    Unknown(Unknown),
}

fn read_entry(line: usize, text: &str) -> Result<Understood, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
    let Some(kind) = value.get("kind").and_then(Value::as_str) else {
        return Err("it is no entry of a case: it has no `kind`".to_owned());
    };
    if !What::knows(kind) {
        return Ok(Understood::Unknown(Unknown { line, kind: kind.to_owned(), text: text.to_owned() }));
    }
    let kind = kind.to_owned();
    let entry =
        serde_json::from_value(value).map_err(|error| format!("its entry `{kind}` is damaged: {error}"))?;
    Ok(Understood::Entry(Box::new(entry)))
}

/// The first line, or what is wrong with it.
pub(super) fn header_of(line: &[u8]) -> Result<Header, String> {
    let header: Header =
        serde_json::from_slice(line).map_err(|error| format!("its first line is no header: {error}"))?;
    let family = SCHEMA.split('/').next().unwrap_or(SCHEMA);
    if header.schema.split('/').next() == Some(family) {
        Ok(header)
    } else {
        Err(format!("its first line says `{}`, not `{SCHEMA}`", header.schema))
    }
}

/// Reads a case; damaged lines are named in it.
///
/// # Errors
/// When the file cannot be read or holds no line of a case.
pub fn load(path: &Path) -> Result<Case, CaseError> {
    let failed = |source| CaseError::Read { path: path.to_owned(), source };
    require_file(path)?;
    let file = File::open(path).map_err(failed)?;
    let live = journal::is_live(&file);
    let mut lines = Lines::new(BufReader::new(file.take(MAX_FILE)));
    let Some(first) = lines.next().map_err(failed)? else {
        return Err(CaseError::NotACase { path: path.to_owned(), why: "it is empty".to_owned() });
    };
    let header = if first.too_long { Err(too_long()) } else { header_of(&lines.line) };
    let id = header.as_ref().map(|header| header.id.clone()).unwrap_or_else(|_| id_of(path));
    let mut case = Case::empty(path, id, live);
    match header {
        Ok(header) => {
            case.problems.extend(newer(&header));
            case.header = Some(header);
        }
        Err(why) => case.problems.push(Problem { line: 1, why }),
    }
    while let Some(found) = lines.next().map_err(failed)? {
        if found.too_long {
            case.problems.push(Problem { line: lines.number, why: too_long() });
        } else if !lines.line.trim_ascii().is_empty() {
            case.take(lines.number, &lines.line, found.whole);
        }
    }
    if case.header.is_none() && case.entries.is_empty() {
        let why = case.problems.first().map(|problem| problem.why.clone()).unwrap_or_default();
        return Err(CaseError::NotACase { path: path.to_owned(), why });
    }
    Ok(case)
}

fn too_long() -> String {
    format!("it is longer than {} MiB", MAX_LINE >> 20)
}

/// A case of a later version of the format is read as far as it is understood.
fn newer(header: &Header) -> Option<Problem> {
    let why =
        format!("it says `{}`; this version reads `{SCHEMA}` and shows what it understands", header.schema);
    (header.schema != SCHEMA).then_some(Problem { line: 1, why })
}

/// A pipe or a device would block or never end.
pub(super) fn require_file(path: &Path) -> Result<(), CaseError> {
    let failed = |source| CaseError::Read { path: path.to_owned(), source };
    let meta = std::fs::metadata(path).map_err(failed)?;
    if meta.is_file() {
        return Ok(());
    }
    let why = if meta.is_dir() { "it is a directory" } else { "it is not a regular file" };
    Err(CaseError::NotACase { path: path.to_owned(), why: why.to_owned() })
}

fn id_of(path: &Path) -> CaseId {
    CaseId(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default())
}

/// The highest `n` of `<kind#n>` in a text.
fn highest_stand_in(text: &str) -> u32 {
    let numbers = text.match_indices('#').filter_map(|(at, _)| {
        let before = text[..at].trim_end_matches(|c: char| c.is_ascii_lowercase() || c == '-');
        let behind = &text[at + 1..];
        let digits = behind.len() - behind.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let stand_in = before.ends_with('<') && before.len() < at;
        if stand_in { behind[..digits].parse().ok() } else { None }
    });
    numbers.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_stand_in_is_found_and_other_numbers_are_not() {
        assert_eq!(highest_stand_in("a <password#3> <aws-key#12>, build #900, <#44>, x#71>"), 12);
        assert_eq!(highest_stand_in("nothing"), 0);
    }
}
