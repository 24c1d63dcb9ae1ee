//! The index of logs that grow: extended by what came, on a thread of its own, a few seconds later.

use super::News;
use crate::app::Opening;
use crate::local::{Followed, Input, MarkKind, OpenOptions, Store};
use crate::tui::opening::{Opens, be_nice, logs};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Shortest time between two extensions of the index.
const INDEX: Duration = Duration::from_secs(2);
/// The index is extended for at most one part in so many of the time.
const SHARE: u32 = 20;

/// Keeps the index up with what comes.
pub(super) struct Index {
    pub(super) files: Vec<PathBuf>,
    /// Device and inode of rotated files that were not named, beside the named file.
    pub(super) moved: Vec<(PathBuf, (u64, u64))>,
    pub(super) pipe: Option<Arc<File>>,
    pub(super) store: Option<Arc<Store>>,
    pub(super) options: OpenOptions,
    pub(super) runtime: tokio::runtime::Handle,
    pub(super) sender: mpsc::Sender<News>,
    pub(super) next: Instant,
    /// Whether something came that is not indexed.
    pub(super) unindexed: bool,
    pub(super) busy: Option<(Instant, std::thread::JoinHandle<Option<Arc<Store>>>)>,
}

impl Index {
    /// Remembers where the beginning of a rotated file went: it stays searchable.
    pub(super) fn note(&mut self, followed: &[Followed]) {
        use std::os::unix::fs::MetadataExt as _;
        for followed in followed {
            if let Followed::Mark { kind: MarkKind::Rotated(Some(to)), .. } = followed
                && !self.files.iter().any(|file| file != to && to.starts_with(file))
                && let Ok(meta) = std::fs::metadata(to)
            {
                self.moved.push((to.clone(), (meta.dev(), meta.ino())));
            }
        }
    }

    fn inputs(&self) -> Vec<Input> {
        use std::os::unix::fs::MetadataExt as _;
        let mut inputs: Vec<Input> = self.files.iter().cloned().map(Input::Path).collect();
        for (path, id) in &self.moved {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let Ok(entries) = std::fs::read_dir(folder.unwrap_or(Path::new("."))) else { continue };
            let is_it = |entry: &std::fs::DirEntry| {
                entry.metadata().is_ok_and(|meta| (meta.dev(), meta.ino()) == *id)
            };
            let here = entries.filter_map(Result::ok).find(is_it);
            inputs.extend(here.map(|entry| Input::Path(path.with_file_name(entry.file_name()))));
        }
        if let Some(file) = &self.pipe {
            inputs.push(Input::Growing { name: "-".to_owned(), file: Arc::clone(file) });
        }
        inputs
    }

    pub(super) fn extend_if_due(&mut self) {
        if let Some((began, work)) = self.busy.take_if(|(_, work)| work.is_finished()) {
            self.store = work.join().ok().flatten().or_else(|| self.store.take());
            self.next = Instant::now() + INDEX.max(began.elapsed() * SHARE);
        }
        if self.unindexed && self.busy.is_none() && Instant::now() >= self.next {
            self.start();
        }
    }

    fn start(&mut self) {
        self.unindexed = false;
        let (inputs, options, known) = (self.inputs(), self.options.clone(), self.store.clone());
        let (runtime, sender) = (self.runtime.clone(), self.sender.clone());
        let work = move || {
            be_nice();
            let began = Instant::now();
            let opened = match &known {
                Some(known) => known.open_again(inputs, &options),
                None => Store::open(inputs, &options),
            };
            // What cannot be read now can be read the next time, or is said by the marks.
            let store = opened.ok()?;
            let news = logs(store, None, began, &runtime);
            let Opens::Logs(logs, opened, _) = news else { return None };
            let store = Arc::clone(logs.store());
            let news = match known {
                Some(_) => News::Logs(logs, opened),
                None => News::First(Opens::Logs(logs, opened, None)),
            };
            let _ = sender.blocking_send(news);
            Some(store)
        };
        self.busy = Some((Instant::now(), std::thread::spawn(work)));
    }

    /// Indexes the rest.
    pub(super) fn finish(&mut self) {
        if let Some((_, work)) = self.busy.take() {
            self.store = work.join().ok().flatten().or_else(|| self.store.take());
        }
        if self.unindexed && !self.sender.is_closed() {
            self.start();
            if let Some((_, work)) = self.busy.take() {
                let _ = work.join();
            }
        }
        if self.store.is_none()
            && self.pipe.as_ref().is_some_and(|file| file.metadata().is_ok_and(|m| m.len() == 0))
        {
            let text = "standard input is empty".to_owned();
            let failed = Opens::News(Opening::Failed(text));
            let _ = self.sender.blocking_send(News::First(failed));
        }
    }
}
