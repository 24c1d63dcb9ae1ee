//! Opens the named paths and says how they were understood.

use super::arguments::{Reading, Which};
use super::document::Timings;
use super::exit::Stop;
use super::interrupt::Interrupt;
use super::output::Output;
use super::request;
use super::session::Session;
use crate::config::CacheDir;
use crate::domain::moment;
use crate::domain::{Level, Zone};
use crate::local::{Input, LocalLogs, Note, NoteKind, OpenOptions, Store};
use crate::port::Scope;
use directories::ProjectDirs;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{Read, Stdin};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// Logs that are open, with what every command needs to know about them.
pub(super) struct Opened {
    pub(super) logs: LocalLogs,
    /// The zone times are shown in.
    pub(super) zone: Zone,
    /// Window and filters of the command line.
    pub(super) scope: Scope,
    /// What was not covered.
    pub(super) degraded: Vec<String>,
    /// Whether the user stopped the reading.
    pub(super) partial: bool,
    pub(super) timings: Timings,
}

impl Session {
    /// Reads and indexes `paths`.
    ///
    /// # Errors
    /// When nothing can be read, or the window makes no sense for what was read.
    // size: one story from paths to opened logs, half of it what is said about them
    pub(super) fn open(
        &self,
        paths: &[PathBuf],
        reading: &Reading,
        which: &Which,
        level: Option<Level>,
        output: &mut Output,
    ) -> Result<Opened, Stop> {
        let start = Instant::now();
        let store = Store::open(inputs(paths, &self.interrupt), &self.options(reading))
            .map_err(|error| Stop::usage(error.to_string()));
        self.meter.finish();
        let store = Arc::new(store?);
        let mut timings = Timings::default();
        timings.add("open", start.elapsed());
        let degraded = self.degraded(&store);
        let partial = self.interrupt.seen() || !store.is_complete();
        let zone = self.settings.zone.value.clone().unwrap_or_else(|| store.zone());
        let window = request::window(which, store.span(), &zone)?;
        for sentence in &degraded {
            output.warn(sentence);
        }
        if let (Some(window), true) = (window, which.since.is_some() || which.until.is_some()) {
            output.inform(&format!(
                "window {}, counted from the records' own times",
                moment::window(&window, &zone)
            ));
        }
        for source in store.sources() {
            output.debug(&format!(
                "{}: {}, {} records, {} lines not understood, times in {}",
                source.name,
                source.format,
                moment::count(source.records),
                moment::count(source.not_understood),
                source.zone.label()
            ));
        }
        let scope = Scope { window, service: which.service.clone(), level };
        let logs = LocalLogs::new(store);
        Ok(Opened { logs, zone, scope, degraded, partial, timings })
    }

    /// How files are found and read.
    pub(super) fn options(&self, reading: &Reading) -> OpenOptions {
        let mut options = OpenOptions::new(self.now, std::env::temp_dir());
        options.include.clone_from(&reading.include);
        options.exclude.clone_from(&reading.exclude);
        options.zone.clone_from(&self.settings.zone.value);
        options.format.clone_from(&reading.format);
        options.threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        options.max_unpacked = self.settings.spool_cap.value;
        options.cache_dir = match &self.settings.cache_dir.value {
            _ if reading.passing => None,
            CacheDir::Off => None,
            CacheDir::At(directory) => Some(directory.clone()),
            CacheDir::Auto => ProjectDirs::from("", "", "watchfire").map(|dirs| dirs.cache_dir().to_owned()),
        };
        options.cancel = Arc::clone(&self.interrupt.reading);
        if self.show_progress {
            let meter = Arc::clone(&self.meter);
            options.progress = Some(Arc::new(move |progress| meter.report(progress)));
        }
        options
    }

    /// Sentences about what was not read; a stopped reading is one of them.
    fn degraded(&self, store: &Store) -> Vec<String> {
        let mut degraded = sentences(store.notes());
        // Standard input ends where the user stopped it: the store cannot know that there was more.
        if self.interrupt.seen() && store.is_complete() {
            degraded.push(Note::stopped(store.len()).to_string());
        }
        degraded
    }
}

/// Empty files that are named one by one; more are counted.
const NAMED: usize = 3;

/// What the user should know about the inputs: losses, and files with nothing in them.
pub(super) fn sentences(notes: &[Note]) -> Vec<String> {
    let mut sentences: Vec<String> =
        notes.iter().filter(|note| note.is_loss()).map(ToString::to_string).collect();
    let empty: Vec<&Note> = notes.iter().filter(|note| note.kind == NoteKind::Empty).collect();
    if empty.len() <= NAMED {
        sentences.extend(empty.iter().map(ToString::to_string));
    } else {
        let names: Vec<&str> = empty.iter().take(NAMED).map(|note| note.source.as_str()).collect();
        sentences.push(format!(
            "{} files are empty: {} ..",
            moment::count(empty.len() as u64),
            names.join(", ")
        ));
    }
    sentences
}

/// `-` is standard input, once.
pub(super) fn inputs(paths: &[PathBuf], interrupt: &Interrupt) -> Vec<Input> {
    let mut piped = false;
    let mut inputs = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            if !std::mem::replace(&mut piped, true) {
                let reader = Box::new(Piped { stdin: std::io::stdin(), interrupt: interrupt.clone() });
                inputs.push(Input::Stream { name: "-".to_owned(), reader });
            }
        } else {
            inputs.push(Input::Path(path.clone()));
        }
    }
    inputs
}

/// Standard input that ends when the user stops: a producer that says nothing must not hold Ctrl-C up.
struct Piped {
    stdin: Stdin,
    interrupt: Interrupt,
}

impl Piped {
    /// Waits for bytes, or for the user.
    fn wait(&self) -> std::io::Result<bool> {
        let patience = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };
        while !self.interrupt.seen() {
            let mut watched = [PollFd::new(&self.stdin, PollFlags::IN)];
            match poll(&mut watched, Some(&patience)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                Ok(_) => return Ok(true),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(false)
    }
}

impl Read for Piped {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.interrupt.set_piping(true);
        // Straight from the descriptor: bytes in a buffer of our own would not wake `poll`.
        let read = match self.wait()? {
            true => rustix::io::read(&self.stdin, buffer)?,
            false => 0,
        };
        self.interrupt.set_piping(read > 0);
        Ok(read)
    }
}
