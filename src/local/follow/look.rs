//! Looks at names: which files are there, which were renamed, replaced, removed or added since the last look.

use super::begin::{Place, line_start, place, place_at};
use super::build::Draft;
use super::cutter::Cutter;
use super::pipe::Pipe;
use super::siblings::{is_rotated_name, since_rotation};
use super::tail::Tail;
use super::{FollowOptions, Follower, MarkKind};
use crate::domain::Timestamp;
use crate::local::discover::{Found, Input, discover};
use crate::local::note::{Note, NoteKind};
use crate::local::open::{parse_options, timestamp_of};
use crate::local::part::{FileId, fill_at};
use crate::local::rotation::service_of;
use crate::local::store::Store;
use crate::local::text::{Kind, SNIFFED, kind_of};
use crate::parse::ParseOptions;
use rustix::fd::OwnedFd;
use std::fs::{File, Metadata};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Most files that are followed at once.
const MOST: usize = 512;
/// Directories are walked this often.
const WALK: Duration = Duration::from_secs(1);
/// A file that is away for longer is said to be.
const AWAY: Duration = Duration::from_secs(1);

impl Follower {
    /// Opens what is there at the start.
    pub(super) fn begin(&mut self, options: &FollowOptions<'_>, notes: &mut Vec<Note>) {
        let inputs = self.named.iter().cloned().map(Input::Path).collect();
        let mut files = Vec::new();
        for found in discover(inputs, &self.wanted, notes) {
            match found {
                Found::File(path) => files.push(path),
                Found::Pipe(path) => self.open_pipe(path, notes),
                Found::Stream { .. } | Found::Growing { .. } => {}
            }
        }
        let modified = |path: &PathBuf| std::fs::metadata(path).and_then(|meta| meta.modified()).ok();
        if files.len() > MOST {
            files.sort_by_key(|path| std::cmp::Reverse(modified(path)));
            let text = format!("{} files are there: the {MOST} written last are followed", files.len());
            notes.push(Note::new("", NoteKind::TooLarge, text));
            for path in files.drain(MOST..) {
                self.ignored.extend(id_of(&path));
            }
            files.sort();
        }
        for path in files {
            if let Err(error) = self.open_at_start(&path, options) {
                notes.push(Note::of_error(path.display().to_string(), &error));
            }
        }
    }

    fn open_at_start(&mut self, path: &Path, options: &FollowOptions<'_>) -> std::io::Result<()> {
        let file = File::open(path)?;
        let meta = file.metadata()?;
        if !self.is_text(&file, &meta) {
            return Ok(());
        }
        let parse = self.parse_options(&meta);
        let known = options.store.and_then(|store| store.end_of(FileId::of(&meta)));
        let place = match known {
            Some((end, lines, layout)) if end <= meta.len() => {
                let at = line_start(&file, end)?;
                place_at(&file, at, lines + u64::from(at == end), layout)?
            }
            _ => place(&file, meta.len(), options.begin, &parse)?,
        };
        let group = self.new_group();
        let cutter = self.cutter_at(&place, parse);
        self.add(path, file, &meta, cutter, place.at, group);
        Ok(())
    }

    fn cutter_at(&mut self, place: &Place, parse: ParseOptions) -> Cutter {
        if place.at == 0 {
            return Cutter::learning(parse);
        }
        self.patterns.seed(place.bodies.iter().map(Vec::as_slice));
        let mut cutter = Cutter::new(place.layout.clone(), parse, place.at, place.line);
        cutter.run_up(&place.run_up);
        cutter
    }

    fn add(&mut self, path: &Path, file: File, meta: &Metadata, cutter: Cutter, at: u64, group: usize) {
        let name = path.display().to_string();
        let service = service_of(name.rsplit('/').next().unwrap_or(&name));
        let mut tail = Tail::new(Some(path.to_owned()), name, service, Arc::new(file), meta, cutter, at);
        tail.group = group;
        self.tails.push(tail);
    }

    pub(super) fn add_spool(&mut self, name: String, file: Arc<File>, notes: &mut Vec<Note>) {
        match file.metadata() {
            Ok(meta) => {
                let cutter = Cutter::learning(self.parse_options(&meta));
                let service = if name == "-" { "stdin".to_owned() } else { service_of(&name) };
                let group = self.new_group();
                let mut tail = Tail::new(None, name, service, file, &meta, cutter, 0);
                tail.group = group;
                self.tails.push(tail);
            }
            Err(error) => notes.push(Note::of_error(name, &error)),
        }
    }

    pub(super) fn add_pipe(&mut self, name: String, file: OwnedFd) {
        let parse = ParseOptions {
            zone: self.options.zone.clone(),
            format: self.options.format.clone(),
            newest: self.options.now,
        };
        let service = if name == "-" {
            "stdin".to_owned()
        } else {
            service_of(name.rsplit('/').next().unwrap_or(&name))
        };
        let group = self.new_group();
        self.pipes.push(Pipe::new(name, service, file, Cutter::learning(parse), group));
    }

    fn open_pipe(&mut self, path: PathBuf, notes: &mut Vec<Note>) {
        use rustix::fs::{Mode, OFlags, open};
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        match open(&path, flags, Mode::empty()) {
            Ok(file) => {
                self.add_pipe(path.display().to_string(), file);
                self.piped.insert(path);
            }
            Err(error) => notes.push(Note::of_error(path.display().to_string(), &error.into())),
        }
    }

    fn new_group(&mut self) -> usize {
        self.groups += 1;
        self.groups
    }

    fn parse_options(&self, meta: &Metadata) -> ParseOptions {
        let modified = meta.modified().ok().and_then(timestamp_of).unwrap_or(self.options.now);
        parse_options(modified.max(self.now()), &self.options)
    }

    /// The start's clock, moved on.
    fn now(&self) -> Timestamp {
        let passed = i64::try_from(self.began.elapsed().as_nanos()).unwrap_or(i64::MAX);
        self.options.now.plus_nanos(passed)
    }

    /// Whether a file can be followed; others are looked at once only.
    fn is_text(&mut self, file: &File, meta: &Metadata) -> bool {
        let mut head = vec![0; SNIFFED];
        let filled = fill_at(file, &mut head, 0).unwrap_or(0);
        head.truncate(filled);
        let is_text = matches!(kind_of(&head), Kind::Text | Kind::Empty);
        if !is_text {
            self.ignored.insert(FileId::of(meta));
        }
        is_text
    }

    /// Compares names with what is followed.
    pub(super) fn look(&mut self, now: Instant) {
        let mut here: Vec<(PathBuf, FileId)> = Vec::new();
        let walk = self.next_walk.is_none_or(|at| now >= at);
        for path in &self.named {
            match std::fs::metadata(path) {
                Ok(meta) if meta.is_file() => here.push((path.clone(), FileId::of(&meta))),
                Ok(meta) if meta.is_dir() && walk => {
                    let mut notes = Vec::new();
                    for found in discover(vec![Input::Path(path.clone())], &self.wanted, &mut notes) {
                        if let Found::File(path) = found {
                            here.extend(id_of(&path).map(|id| (path, id)));
                        }
                    }
                }
                _ => {}
            }
        }
        if walk {
            self.next_walk = Some(now + WALK);
            // The number of a removed file may be given to a new one.
            self.ignored.retain(|id| here.iter().any(|(_, there)| there == id));
        }
        self.find_moved(&here, walk, now);
        for (path, id) in here {
            let expected = self.tails.iter().any(|tail| tail.home.as_ref() == Some(&path));
            if (expected || !self.ignored.contains(&id)) && !self.tails.iter().any(|tail| tail.id == id) {
                self.appeared(&path, id);
            }
        }
    }

    /// Which files are where they were, which elsewhere, which nowhere.
    fn find_moved(&mut self, here: &[(PathBuf, FileId)], walked: bool, now: Instant) {
        for tail in &mut self.tails {
            let Some(home) = &tail.home else { continue };
            let named = self.named.contains(home);
            if !named && !walked {
                continue;
            }
            let at_home = here.iter().any(|(path, id)| path == home && *id == tail.id);
            if at_home {
                if std::mem::take(&mut tail.said_gone) {
                    let text = "is back: reading on".to_owned();
                    self.marks.push(Draft::mark(&tail.name, tail.group, MarkKind::Back, text));
                }
                tail.left = None;
                continue;
            }
            let left = *tail.left.get_or_insert(now);
            let replaced = here.iter().any(|(path, _)| path == home);
            if !replaced && !tail.said_gone && now.saturating_duration_since(left) >= AWAY && tail.drained {
                tail.said_gone = true;
                let text = "is gone: waiting for it to come back".to_owned();
                self.marks.push(Draft::mark(&tail.name, tail.group, MarkKind::Gone, text));
            }
        }
    }

    /// A file that is not followed yet: one that took a followed one's place, or one that is new.
    // size: the ways a name can lead to another file, told side by side
    fn appeared(&mut self, path: &Path, id: FileId) {
        let old = self.tails.iter().position(|tail| tail.home.as_deref() == Some(path));
        let Some(at) = old else {
            let followed = self.tails.iter().filter_map(|tail| tail.home.clone());
            if is_rotated_name(path, followed) || self.tails.len() >= MOST {
                self.ignored.insert(id);
                return;
            }
            let size = std::fs::metadata(path).map_or(0, |meta| meta.len());
            let group = self.new_group();
            let intro = (MarkKind::New, format!("is new: {size} bytes so far"));
            self.follow_from_start(path, path, intro, None, group);
            return;
        };
        let Some((before, group, gone)) = self.tails.get_mut(at).map(|tail| {
            tail.home = None;
            (tail.id, tail.group, tail.said_gone)
        }) else {
            return;
        };
        let (moved_to, between) = since_rotation(path, before);
        let mut after = before;
        let mut to = moved_to;
        for sibling in between {
            if sibling.id == id || self.tails.iter().any(|tail| tail.id == sibling.id) {
                continue;
            }
            let intro = (MarkKind::Rotated(to.take()), rotated(&sibling.path));
            if self.follow_from_start(&sibling.path, path, intro, Some(after), group) {
                if let Some(tail) = self.tails.last_mut() {
                    tail.home = None;
                }
                after = sibling.id;
                to = Some(sibling.path);
            }
        }
        let text = match (&to, gone) {
            (Some(to), _) => format!("was rotated to {}: reading the new file", to.display()),
            (None, true) => "is back as a new file: reading it".to_owned(),
            (None, false) => "was replaced: reading the new file".to_owned(),
        };
        let kind = if gone && to.is_none() { MarkKind::Back } else { MarkKind::Rotated(to) };
        self.follow_from_start(path, path, (kind, text), Some(after), group);
    }

    /// Follows a file from its beginning; whether it can be.
    fn follow_from_start(
        &mut self,
        path: &Path,
        called: &Path,
        intro: (MarkKind, String),
        after: Option<FileId>,
        group: usize,
    ) -> bool {
        let Ok(file) = File::open(path) else { return false };
        let Ok(meta) = file.metadata() else { return false };
        if !self.is_text(&file, &meta) {
            return false;
        }
        let cutter = Cutter::learning(self.parse_options(&meta));
        self.add(called, file, &meta, cutter, 0, group);
        if let Some(tail) = self.tails.last_mut() {
            (tail.intro, tail.after) = (Some(intro), after);
        }
        true
    }
}

fn rotated(to: &Path) -> String {
    format!("was rotated more than once: reading {}", to.display())
}

fn id_of(path: &Path) -> Option<FileId> {
    std::fs::metadata(path).ok().map(|meta| FileId::of(&meta))
}

impl Store {
    /// Where the index of a file ends: bytes, lines, layout.
    fn end_of(&self, id: FileId) -> Option<(u64, u64, crate::parse::Layout)> {
        use crate::local::part::Origin;
        let at = self.parts.iter().position(|part| part.origin == Origin::File(id))?;
        let part = self.parts.get(at)?;
        Some((part.len, self.index.part_lines.get(at).copied()?, part.layout.clone()))
    }
}
