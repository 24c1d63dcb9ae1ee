//! One file that is followed: bytes exactly once from an offset on, whatever happens to the file.
//!
//! The file stays open, so that what was written before it was renamed or removed can still be read. It was cut when it
//! is shorter than what was read, or when the bytes before the offset are not the ones that were read there.

use super::super::part::{FileId, fill_at};
use super::cutter::{Cut, Cutter};
use super::siblings::copy_of;
use std::fs::{File, Metadata};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

/// Bytes before the offset that are compared.
const COMPARED: usize = 256;
/// Bytes per read.
const STEP: u64 = 256 * 1024;

/// What reading on found, in order.
#[derive(Debug)]
pub(super) enum Found {
    Cut(Box<Cut>),
    Mark(super::MarkKind, String),
}

/// A followed file.
#[derive(Debug)]
pub(super) struct Tail {
    /// Where it lay when it was written to; nothing once another file lies there.
    pub(super) home: Option<PathBuf>,
    /// Where it lay first: copies of it are looked for there.
    first_home: Option<PathBuf>,
    /// Name shown to people and used in ids.
    pub(super) name: String,
    /// Service of records that state none.
    pub(super) service: String,
    pub(super) id: FileId,
    file: Arc<File>,
    /// Offset of the next byte.
    pub(super) at: u64,
    /// The bytes before it.
    end: Vec<u8>,
    seen: Option<(u64, SystemTime)>,
    pub(super) cutter: Cutter,
    /// When it last gave bytes.
    pub(super) active: Instant,
    /// Since when it is not at its place.
    pub(super) left: Option<Instant>,
    /// Whether its absence was said.
    pub(super) said_gone: bool,
    /// The file that is read to its end before this one.
    pub(super) after: Option<FileId>,
    /// Whether everything written was read.
    pub(super) drained: bool,
    /// What is said before its first record.
    pub(super) intro: Option<(super::MarkKind, String)>,
    /// Files that followed one another at one place have the same number.
    pub(super) group: usize,
    /// Why it cannot be read, said once.
    trouble: Option<String>,
}

impl Tail {
    pub(super) fn new(
        home: Option<PathBuf>,
        name: String,
        service: String,
        file: Arc<File>,
        meta: &Metadata,
        cutter: Cutter,
        at: u64,
    ) -> Self {
        let mut tail = Self {
            first_home: home.clone(),
            home,
            name,
            service,
            id: FileId::of(meta),
            file,
            at,
            end: Vec::new(),
            seen: None,
            cutter,
            active: Instant::now(),
            left: None,
            said_gone: false,
            after: None,
            drained: false,
            intro: None,
            group: 0,
            trouble: None,
        };
        tail.end = tail.before(at).unwrap_or_default();
        tail
    }

    fn before(&self, at: u64) -> io::Result<Vec<u8>> {
        let length = at.min(COMPARED as u64);
        let mut end = vec![0; usize::try_from(length).unwrap_or(0)];
        let filled = fill_at(&self.file, &mut end, at - length)?;
        end.truncate(filled);
        Ok(end)
    }

    /// Bytes written and not read yet.
    pub(super) fn behind(&self) -> u64 {
        self.file.metadata().map_or(0, |meta| meta.len().saturating_sub(self.at))
    }

    /// Whether no name leads to the file any more.
    pub(super) fn is_removed(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        self.file.metadata().is_ok_and(|meta| meta.nlink() == 0)
    }

    /// Reads on, at most so many bytes.
    pub(super) fn read(&mut self, most: u64, now: Instant, out: &mut Vec<Found>) {
        match self.try_read(most, now, out) {
            Ok(()) => self.trouble = None,
            Err(error) => {
                self.drained = true;
                let text = format!("cannot be read: {error}");
                if self.trouble.as_ref() != Some(&text) {
                    out.push(Found::Mark(super::MarkKind::Gap, text.clone()));
                    self.trouble = Some(text);
                }
            }
        }
    }

    fn try_read(&mut self, most: u64, now: Instant, out: &mut Vec<Found>) -> io::Result<()> {
        let meta = self.file.metadata()?;
        let seen = (meta.len(), meta.modified().unwrap_or(SystemTime::UNIX_EPOCH));
        if self.seen == Some(seen) && self.drained {
            return Ok(());
        }
        if meta.len() < self.at || self.before(self.at)? != self.end {
            self.was_cut(meta.len() < self.at, out);
        }
        let from = self.at;
        self.seen = Some(seen);
        while self.at < meta.len() && self.at - from < most {
            let wanted = STEP.min(meta.len() - self.at).min(most - (self.at - from));
            let mut bytes = vec![0; usize::try_from(wanted).unwrap_or(0)];
            let filled = fill_at(&self.file, &mut bytes, self.at)?;
            bytes.truncate(filled);
            if bytes.is_empty() {
                break;
            }
            self.take(&bytes, out);
        }
        self.drained = self.at >= meta.len();
        if self.at > from {
            self.active = now;
        }
        Ok(())
    }

    fn take(&mut self, bytes: &[u8], out: &mut Vec<Found>) {
        self.at += bytes.len() as u64;
        self.end.extend_from_slice(bytes.get(bytes.len().saturating_sub(COMPARED)..).unwrap_or_default());
        self.end.drain(..self.end.len().saturating_sub(COMPARED));
        self.feed(bytes, out);
    }

    fn feed(&mut self, bytes: &[u8], out: &mut Vec<Found>) {
        let mut cuts = Vec::new();
        self.cutter.feed(bytes, &mut cuts);
        out.extend(cuts.into_iter().map(|cut| Found::Cut(Box::new(cut))));
    }

    /// Gives what is held back; with `all`, a line without an end too.
    pub(super) fn flush(&mut self, all: bool, out: &mut Vec<Found>) {
        let mut cuts = Vec::new();
        if all {
            self.cutter.end(&mut cuts);
        } else {
            self.cutter.release(&mut cuts);
        }
        out.extend(cuts.into_iter().map(|cut| Found::Cut(Box::new(cut))));
    }

    /// The file begins anew. What a copy of it holds beyond what was read here is read there.
    fn was_cut(&mut self, shorter: bool, out: &mut Vec<Found>) {
        let copy = self.first_home.as_ref().and_then(|home| copy_of(home, &self.end, self.at));
        if let Some(copy) = copy {
            let mut at = self.at;
            let mut bytes = vec![0; usize::try_from(STEP).unwrap_or(0)];
            while let Ok(filled @ 1..) = fill_at(&copy, &mut bytes, at) {
                at += filled as u64;
                self.feed(bytes.get(..filled).unwrap_or_default(), out);
            }
        }
        self.flush(true, out);
        let text = if shorter {
            format!("was cut: {} bytes are gone, reading on from its start", self.at)
        } else {
            "was written anew: reading on from its start".to_owned()
        };
        out.push(Found::Mark(super::MarkKind::Cut, text));
        (self.at, self.end, self.drained) = (0, Vec::new(), false);
        self.cutter.restart();
    }

    /// Jumps so that at most about `most` bytes lie ahead; the number of lines passed over.
    pub(super) fn pass_over(&mut self, most: u64, out: &mut Vec<Found>) -> io::Result<u64> {
        let target = self.at + self.behind().saturating_sub(most / 2);
        self.flush(false, out);
        let (mut at, mut lines, mut end) = (self.at, 0, self.at);
        let mut bytes = vec![0; 1 << 20];
        while at < target || end == self.at {
            let wanted = usize::try_from(target.saturating_sub(at)).unwrap_or(usize::MAX);
            let wanted = if wanted == 0 { 64 * 1024 } else { wanted.min(bytes.len()) };
            let filled = fill_at(&self.file, bytes.get_mut(..wanted).unwrap_or_default(), at)?;
            let read = bytes.get(..filled).unwrap_or_default();
            let Some(last) = memchr::memrchr(b'\n', read) else {
                if filled == 0 {
                    break;
                }
                at += filled as u64;
                continue;
            };
            lines += memchr::memchr_iter(b'\n', read).count() as u64;
            at += filled as u64;
            end = at - filled as u64 + last as u64 + 1;
        }
        self.cutter.pass_over(lines, end - self.at);
        self.at = end;
        self.end = self.before(end)?;
        Ok(lines)
    }
}
