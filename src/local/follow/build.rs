//! From cut records to domain records: sources of one look joined by time, each record with its pattern.

use super::cutter::Cut;
use super::patterns::Patterns;
use super::pipe::Pipe;
use super::tail::{Found, Tail};
use super::{Followed, MarkKind};
use crate::domain::{PatternId, Record, RecordId, Timestamp};
use crate::parse::Layout;
use rustc_hash::FxHashMap;
use std::time::Duration;

/// A record without its pattern, or a mark.
#[derive(Debug)]
pub(super) struct Draft {
    /// Files that followed one another at one place keep their order.
    group: usize,
    what: What,
}

#[derive(Debug)]
enum What {
    Record { record: Box<Record>, body: Vec<u8>, late: bool },
    Mark { source: String, kind: MarkKind, text: String },
}

impl Draft {
    pub(super) fn of(tail: &Tail, found: Found) -> Self {
        match found {
            Found::Cut(cut) => Self::record(&tail.name, &tail.service, &tail.cutter.layout, tail.group, *cut),
            Found::Mark(kind, text) => Self::mark(&tail.name, tail.group, kind, text),
        }
    }

    pub(super) fn of_pipe(pipe: &Pipe, cut: Cut) -> Self {
        Self::record(&pipe.name, &pipe.service, &pipe.cutter.layout, pipe.group, cut)
    }

    pub(super) fn mark(source: &str, group: usize, kind: MarkKind, text: String) -> Self {
        Self { group, what: What::Mark { source: source.to_owned(), kind, text } }
    }

    /// Nothing came for a while.
    pub(super) fn gap(silent: Duration) -> Self {
        let seconds = silent.as_secs();
        let text = match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
            (0, minutes, seconds) => format!("nothing came for {minutes}m {seconds}s"),
            (hours, minutes, _) => format!("nothing came for {hours}h {minutes}m"),
        };
        Self::mark("", usize::MAX, MarkKind::Gap, text)
    }

    pub(super) const fn is_record(&self) -> bool {
        matches!(self.what, What::Record { .. })
    }

    fn record(name: &str, service: &str, layout: &Layout, group: usize, cut: Cut) -> Self {
        let message = if cut.late { cut.raw.clone() } else { layout.message(&cut.raw).into_owned() };
        let id = match cut.line {
            0 => format!("{name}@{}", cut.at),
            line => format!("{name}:{line}"),
        };
        let record = Record {
            id: RecordId(id),
            ts: cut.ts,
            level: cut.level,
            service: Some(cut.service.filter(|name| !name.is_empty()).unwrap_or_else(|| service.to_owned())),
            message: String::from_utf8_lossy(&message).into_owned(),
            fields: if cut.late { Vec::new() } else { layout.fields(&cut.raw) },
            raw: cut.raw,
            source: name.to_owned(),
            line: cut.line,
            pattern: PatternId::of_template(""),
        };
        Self { group, what: What::Record { record: Box::new(record), body: cut.body, late: cut.late } }
    }
}

/// Joins what one look found by time, and gives records their patterns.
pub(super) fn build(drafts: Vec<Draft>, patterns: &mut Patterns) -> Vec<Followed> {
    let mut drafts = joined(drafts);
    let bodies: Vec<&[u8]> = drafts
        .iter()
        .filter_map(|draft| match &draft.what {
            What::Record { body, .. } => Some(body.as_slice()),
            What::Mark { .. } => None,
        })
        .collect();
    let mut assigned = patterns.assign(&bodies).into_iter();
    let followed = |draft: Draft| match draft.what {
        What::Record { mut record, late, .. } => {
            let (pattern, fresh) = assigned.next().unwrap_or((record.pattern, false));
            record.pattern = pattern;
            Followed::Record(record, fresh && !late)
        }
        What::Mark { source, kind, text } => Followed::Mark { source, kind, text },
    };
    drafts.drain(..).map(followed).collect()
}

/// In time order over the groups; inside a group nothing changes its place.
fn joined(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut newest: FxHashMap<usize, Timestamp> = FxHashMap::default();
    let mut keyed: Vec<(Timestamp, Draft)> = drafts
        .into_iter()
        .map(|draft| {
            let newest = newest.entry(draft.group).or_insert(Timestamp::MIN);
            if let What::Record { record, .. } = &draft.what {
                *newest = record.ts.unwrap_or(*newest).max(*newest);
            }
            (*newest, draft)
        })
        .collect();
    keyed.sort_by_key(|(at, _)| *at);
    keyed.into_iter().map(|(_, draft)| draft).collect()
}
