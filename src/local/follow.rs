//! Follows sources as they are written: every record once and in order, with a mark where a file was rotated or cut.
//!
//! ```text
//! paths -> look (stat: new, renamed, gone) -> Tail / Pipe (bytes) -> Cutter (records) -> Patterns -> Followed
//! ```
//!
//! Looks and reads instead of being told, so that it works on every file system; it waits longer while nothing comes.
//! Each look reads a bounded number of bytes of a source; what is left is read next. Synchronous, for a thread.

mod begin;
mod build;
mod cutter;
mod look;
mod matching;
mod patterns;
mod pipe;
mod siblings;
mod tail;
#[cfg(test)]
mod tests;

use super::discover::Wanted;
use super::note::Note;
use super::open::{OpenOptions, StoreError};
use super::part::FileId;
use super::store::Store;
use crate::domain::Record;
pub use begin::Begin;
use build::Draft;
pub use matching::satisfies;
use patterns::Patterns;
use pipe::Pipe;
use rustc_hash::FxHashSet;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tail::{Found, Tail};

/// Bytes of a source that are read at once.
const BURST: u64 = 1 << 20;
/// A record is held back for this long, since its next line may still come.
const QUIET: Duration = Duration::from_millis(200);
/// Silence of all sources that is worth a mark.
const SILENCE: Duration = Duration::from_secs(60);
/// A renamed file is read on for this long after its last line.
const LINGER: Duration = Duration::from_secs(10);
/// Shortest and longest pause between two looks.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(500));

/// What following found.
#[derive(Clone, Debug)]
pub enum Followed {
    /// A record, and whether it is the first of its pattern ever.
    Record(Box<Record>, bool),
    /// Something happened to a source.
    Mark {
        /// Its name; empty: all of them. Untrusted.
        source: String,
        /// What happened.
        kind: MarkKind,
        /// A sentence about it. Untrusted.
        text: String,
    },
}

/// What happened to a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// Another file took its place; where the old one is now, if it was found.
    Rotated(Option<PathBuf>),
    /// It begins anew: it was cut or written anew.
    Cut,
    /// It is not there any more.
    Gone,
    /// It is there again.
    Back,
    /// A file that was not there before.
    New,
    /// Nothing came for a while, or something cannot be read.
    Gap,
    /// So many lines were passed over.
    Skipped(u64),
    /// A stream ended.
    Ended,
}

impl MarkKind {
    /// One word for it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Rotated(_) => "rotated",
            Self::Cut => "cut",
            Self::Gone => "gone",
            Self::Back => "back",
            Self::New => "new_file",
            Self::Gap => "gap",
            Self::Skipped(_) => "skipped",
            Self::Ended => "ended",
        }
    }
}

/// What is followed.
#[derive(Debug)]
pub enum Followable {
    /// A file, a directory or a named pipe.
    Path(PathBuf),
    /// A stream, read as it comes.
    Stream {
        /// Name to show, `-` for standard input.
        name: String,
        /// Its reading end.
        file: File,
    },
    /// A file without a name that grows.
    Spool {
        /// Name to show.
        name: String,
        /// The file; it must be readable.
        file: Arc<File>,
    },
}

/// What the caller decides.
#[derive(Debug)]
pub struct FollowOptions<'s> {
    /// Which files, zone and format.
    pub reading: &'s OpenOptions,
    /// Where to begin in files that the store does not know.
    pub begin: Begin,
    /// Opened logs: their files are followed from where its index ends, their patterns are known.
    pub store: Option<&'s Store>,
    /// Bytes of a file that may lie ahead; of more, lines are passed over with a mark. `None`: nothing is.
    pub most_behind: Option<u64>,
}

/// Follows sources; see the module.
#[derive(Debug)]
pub struct Follower {
    options: OpenOptions,
    wanted: Wanted,
    named: Vec<PathBuf>,
    tails: Vec<Tail>,
    pipes: Vec<Pipe>,
    /// Files that are not followed: no text, copies, beyond the limit.
    ignored: FxHashSet<FileId>,
    /// Pipes that are read already.
    piped: FxHashSet<PathBuf>,
    patterns: Patterns,
    most_behind: Option<u64>,
    groups: usize,
    began: Instant,
    next_walk: Option<Instant>,
    /// When something came last.
    active: Instant,
    marks: Vec<Draft>,
}

impl Follower {
    /// Finds the sources and where to begin; the notes say what is not followed.
    ///
    /// # Errors
    /// [`StoreError::NothingReadable`] if no source is there, [`StoreError::Glob`] for a bad glob.
    // size: one field after the other, then one source after the other
    pub fn new(
        sources: Vec<Followable>,
        options: &FollowOptions<'_>,
    ) -> Result<(Self, Vec<Note>), StoreError> {
        let known = options.store.map(Store::templates).unwrap_or_default();
        let mut follower = Self {
            options: options.reading.clone(),
            wanted: Wanted::from_options(options.reading)?,
            named: Vec::new(),
            tails: Vec::new(),
            pipes: Vec::new(),
            ignored: FxHashSet::default(),
            piped: FxHashSet::default(),
            patterns: Patterns::knowing(known.iter().map(|template| &**template)),
            most_behind: options.most_behind,
            groups: 0,
            began: Instant::now(),
            next_walk: None,
            active: Instant::now(),
            marks: Vec::new(),
        };
        let mut notes = Vec::new();
        let mut spooled = false;
        for source in sources {
            match source {
                Followable::Path(path) => follower.named.push(path),
                Followable::Stream { name, file } => follower.add_pipe(name, file.into()),
                Followable::Spool { name, file } => {
                    spooled = true;
                    follower.add_spool(name, file, &mut notes);
                }
            }
        }
        follower.begin(options, &mut notes);
        let nothing = follower.tails.is_empty() && follower.pipes.is_empty() && !spooled;
        let waits = follower.named.iter().any(|path| path.is_dir());
        if nothing && !waits {
            return Err(StoreError::NothingReadable { notes });
        }
        Ok((follower, notes))
    }

    /// Looks at every source once; never waits.
    #[must_use]
    pub fn poll(&mut self) -> Vec<Followed> {
        self.poll_at(Instant::now())
    }

    /// Whether everything is read and nothing can follow: only streams, and all ended.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.named.is_empty() && self.tails.is_empty() && self.pipes.iter().all(|pipe| pipe.ended)
    }

    /// Whether everything that was written was read.
    #[must_use]
    pub fn is_drained(&self) -> bool {
        self.tails.iter().all(|tail| tail.drained) && self.pipes.iter().all(|pipe| pipe.drained)
    }

    /// How long to wait for the next look.
    #[must_use]
    pub fn pause(&self) -> Duration {
        let held = |holds: bool| holds.then_some(PAUSES.0);
        if !self.is_drained() {
            return Duration::ZERO;
        }
        let holds = self.tails.iter().any(|tail| tail.cutter.holds_record())
            || self.pipes.iter().any(|pipe| pipe.cutter.holds_record());
        held(holds).unwrap_or_else(|| (self.active.elapsed() / 20).clamp(PAUSES.0, PAUSES.1))
    }

    /// Waits for the next look; a stream that has something ends the wait.
    pub fn wait(&self) {
        let pause = self.pause();
        match self.pipes.iter().filter(|pipe| !pipe.ended).collect::<Vec<_>>().as_slice() {
            [] => std::thread::sleep(pause),
            [only] if self.tails.is_empty() && !only.cutter.holds_record() => only.wait(PAUSES.1),
            [only] => only.wait(pause),
            _ => std::thread::sleep(pause.min(PAUSES.0)),
        }
    }

    /// Gives everything that is held back: nothing is read after this.
    #[must_use]
    pub fn finish(&mut self) -> Vec<Followed> {
        let mut drafts = Vec::new();
        for tail in &mut self.tails {
            let mut found = Vec::new();
            tail.flush(true, &mut found);
            drafts.extend(found.into_iter().map(|found| Draft::of(tail, found)));
        }
        for pipe in &mut self.pipes {
            let mut cuts = Vec::new();
            pipe.cutter.end(&mut cuts);
            drafts.extend(cuts.into_iter().map(|cut| Draft::of_pipe(pipe, cut)));
        }
        build::build(drafts, &mut self.patterns)
    }

    fn poll_at(&mut self, now: Instant) -> Vec<Followed> {
        self.look(now);
        let mut drafts = std::mem::take(&mut self.marks);
        for at in 0..self.tails.len() {
            self.read_tail(at, now, &mut drafts);
        }
        for pipe in &mut self.pipes {
            read_pipe(pipe, now, &mut drafts);
        }
        if drafts.iter().any(Draft::is_record) {
            let silent = now.saturating_duration_since(self.active);
            if silent >= SILENCE {
                drafts.insert(0, Draft::gap(silent));
            }
            self.active = now;
        }
        self.let_go(now);
        build::build(drafts, &mut self.patterns)
    }

    /// Reads one file on, unless the one before it is not read to its end.
    fn read_tail(&mut self, at: usize, now: Instant, drafts: &mut Vec<Draft>) {
        let mut found = Vec::new();
        if let Some(before) = self.tails.get(at).and_then(|tail| tail.after)
            && let Some(before) = self.tails.iter_mut().find(|tail| tail.id == before)
        {
            if !before.drained {
                return;
            }
            before.flush(true, &mut found);
            drafts.extend(found.drain(..).map(|found| Draft::of(before, found)));
        }
        let Some(tail) = self.tails.get_mut(at) else { return };
        tail.after = None;
        if let Some((kind, text)) = tail.intro.take() {
            found.push(Found::Mark(kind, text));
        }
        if let Some(most) = self.most_behind.filter(|most| tail.behind() > *most)
            && let Ok(lines @ 1..) = tail.pass_over(most, &mut found)
        {
            let text = format!("{lines} lines skipped on screen");
            found.push(Found::Mark(MarkKind::Skipped(lines), text));
        }
        tail.read(BURST, now, &mut found);
        if tail.cutter.holds_record() && now.saturating_duration_since(tail.active) >= QUIET {
            tail.flush(false, &mut found);
        }
        drafts.extend(found.into_iter().map(|found| Draft::of(tail, found)));
    }

    /// Closes files that were renamed or removed and are written to no more.
    fn let_go(&mut self, now: Instant) {
        let waited_for: FxHashSet<FileId> = self.tails.iter().filter_map(|tail| tail.after).collect();
        self.tails.retain(|tail| {
            let Some(left) = tail.left else { return true };
            let quiet = now.saturating_duration_since(tail.active.max(left)) >= LINGER;
            let replaced = tail.home.is_none() || tail.is_removed();
            !(quiet && replaced && tail.drained && !waited_for.contains(&tail.id))
        });
    }
}

fn read_pipe(pipe: &mut Pipe, now: Instant, drafts: &mut Vec<Draft>) {
    if pipe.ended {
        return;
    }
    let mut cuts = Vec::new();
    let ended = pipe.read(BURST, now, &mut cuts);
    if pipe.cutter.holds_record() && now.saturating_duration_since(pipe.active) >= QUIET {
        pipe.cutter.release(&mut cuts);
    }
    drafts.extend(cuts.into_iter().map(|cut| Draft::of_pipe(pipe, cut)));
    if ended {
        drafts.push(Draft::mark(&pipe.name, pipe.group, MarkKind::Ended, "ended".to_owned()));
    }
}
