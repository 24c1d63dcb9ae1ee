//! Opens the named paths and says how they were understood.

use super::arguments::{Reading, Which};
use super::document::Timings;
use super::exit::Stop;
use super::moment;
use super::output::Output;
use super::request;
use super::session::Session;
use crate::config::CacheDir;
use crate::domain::{Level, Zone};
use crate::local::{Input, OpenOptions, Selection, Store, View};
use directories::ProjectDirs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// Logs that are open, with what every command needs to know about them.
pub(super) struct Opened {
    pub(super) store: Arc<Store>,
    /// The zone times are shown in.
    pub(super) zone: Zone,
    /// Window and filters of the command line.
    pub(super) scope: Selection,
    /// What was not covered.
    pub(super) degraded: Vec<String>,
    pub(super) timings: Timings,
}

impl Opened {
    /// The records in question.
    pub(super) fn view(&self) -> View {
        self.store.view(self.scope.clone())
    }
}

impl Session {
    /// Reads and indexes `paths`.
    ///
    /// # Errors
    /// When nothing can be read, or the window makes no sense for what was read.
    pub(super) fn open(
        &self,
        paths: &[PathBuf],
        reading: &Reading,
        which: &Which,
        level: Option<Level>,
        output: &mut Output,
    ) -> Result<Opened, Stop> {
        let start = Instant::now();
        let store = Store::open(inputs(paths), &self.options(reading))
            .map_err(|error| Stop::usage(error.to_string()));
        self.meter.finish();
        let store = Arc::new(store?);
        let mut timings = Timings::default();
        timings.add("open", start.elapsed());
        let degraded = self.degraded(&store);
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
        let scope = Selection {
            window,
            level,
            services: which.service.iter().cloned().collect(),
            sources: Vec::new(),
        };
        Ok(Opened { store, zone, scope, degraded, timings })
    }

    fn options(&self, reading: &Reading) -> OpenOptions {
        let mut options = OpenOptions::new(self.now, std::env::temp_dir());
        options.include.clone_from(&reading.include);
        options.exclude.clone_from(&reading.exclude);
        options.zone.clone_from(&self.settings.zone.value);
        options.format.clone_from(&reading.format);
        options.threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        options.max_unpacked = self.settings.spool_cap.value;
        options.cache_dir = match &self.settings.cache_dir.value {
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
        let mut degraded: Vec<String> =
            store.notes().iter().filter(|note| note.is_loss()).map(ToString::to_string).collect();
        if !store.is_complete() {
            degraded.push(format!(
                "partial: stopped after {} records; what follows covers only those",
                moment::count(u64::from(store.len()))
            ));
        }
        degraded
    }
}

/// `-` is standard input, once.
fn inputs(paths: &[PathBuf]) -> Vec<Input> {
    let mut piped = false;
    let mut inputs = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            if !std::mem::replace(&mut piped, true) {
                inputs.push(Input::Stream { name: "-".to_owned(), reader: Box::new(std::io::stdin()) });
            }
        } else {
            inputs.push(Input::Path(path.clone()));
        }
    }
    inputs
}
