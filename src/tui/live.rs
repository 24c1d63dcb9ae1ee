//! Live reading on threads of its own: follows the sources, keeps the index up with them, and takes standard input in.
//!
//! ```text
//! stdin --spooler--> file without a name --+
//! files -----------------------------------+--> Follower --rows, marks--> screen   at most 30 times a second
//!                                          +--> Store::open_again --ports--> screen   after a few seconds
//! ```
//!
//! What the screen has no time for waits here; of a burst only the last rows are shown, with a mark.

mod index;

use super::opening::{Opens, be_nice};
use crate::app::{Launch, Live, Opened, Row, RowBody};
use crate::domain::Timestamp;
use crate::local::{
    Begin, FollowOptions, Followable, Followed, Follower, LocalLogs, MarkKind, OpenOptions, Store,
};
use crate::safety::display_line;
use index::Index;
use std::collections::VecDeque;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Rows are sent this often at most.
const BEAT: Duration = Duration::from_millis(33);
/// Rows of one beat that are shown; of more, the last.
const SHOWN: usize = 500;
/// Bytes of a source that are read row by row; of more, lines are passed over.
const BEHIND: u64 = 8 << 20;
/// A stream that is open for longer is a live one.
const OPEN: Duration = Duration::from_millis(700);

/// What live reading sends.
pub(super) enum News {
    /// For the core.
    Live(Live),
    /// The logs with what came since.
    Logs(LocalLogs, Box<Opened>),
    /// The first logs of a stream.
    First(Opens),
    /// Standard input is a live stream: its lines are worth showing as they come.
    IsLive,
}

/// Live reading under way.
pub(super) struct Feed {
    shown: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    /// Whether it takes standard input in, which goes on whether or not it is shown.
    pub(super) piped: bool,
    news: mpsc::Receiver<News>,
}

impl Feed {
    /// Follows the sources of a launch from where the index of `store` ends, or standard input from its beginning.
    pub(super) fn start(
        launch: &Launch,
        paths: Vec<PathBuf>,
        store: Option<Arc<Store>>,
        runtime: tokio::runtime::Handle,
    ) -> Self {
        let (sender, news) = mpsc::channel(4);
        let (shown, stop) = (Arc::new(AtomicBool::new(store.is_some())), Arc::new(AtomicBool::new(false)));
        let piped = store.is_none();
        let mut options = launch.options.clone();
        options.threads = options.threads.saturating_sub(1).max(1);
        options.progress = None;
        options.cache_dir = None;
        let work = Work {
            paths,
            options,
            store,
            runtime,
            sender,
            shown: Arc::clone(&shown),
            stop: Arc::clone(&stop),
        };
        std::thread::spawn(move || {
            be_nice();
            let sender = work.sender.clone();
            if let Err(why) = work.run() {
                // The screen ended.
                let _ = sender.blocking_send(News::Live(Live::Ended(why)));
            }
        });
        Self { shown, stop, piped, news }
    }

    /// Shows rows, or only keeps the index up; reading files ends with the second.
    pub(super) fn show(&self, shown: bool) {
        self.shown.store(shown, Ordering::Relaxed);
        if !shown && !self.piped {
            self.stop();
        }
    }

    /// Asks it to end; what came is indexed before.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// The next news; `None` when it has ended.
    pub(super) async fn next(&mut self) -> Option<News> {
        self.news.recv().await
    }
}

/// What the thread works with.
struct Work {
    paths: Vec<PathBuf>,
    options: OpenOptions,
    store: Option<Arc<Store>>,
    runtime: tokio::runtime::Handle,
    sender: mpsc::Sender<News>,
    shown: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
}

impl Work {
    fn run(self) -> Result<(), String> {
        let is_stdin = |path: &PathBuf| path == Path::new("-");
        let pipe = match self.paths.iter().any(is_stdin) {
            true => Some(
                Spooled::start(&self.options)
                    .map_err(|error| format!("cannot keep standard input: {error}"))?,
            ),
            false => None,
        };
        let files: Vec<PathBuf> = self.paths.iter().filter(|path| !is_stdin(path)).cloned().collect();
        let mut sources: Vec<Followable> = files.iter().cloned().map(Followable::Path).collect();
        if let Some(pipe) = &pipe {
            sources.push(Followable::Spool { name: "-".to_owned(), file: Arc::clone(&pipe.file) });
        }
        let follow = FollowOptions {
            reading: &self.options,
            begin: Begin::End,
            store: self.store.as_deref(),
            most_behind: Some(BEHIND),
        };
        let (follower, _) = Follower::new(sources, &follow).map_err(|error| error.to_string())?;
        let index = Index {
            files,
            moved: Vec::new(),
            pipe: pipe.as_ref().map(|pipe| Arc::clone(&pipe.file)),
            store: self.store.clone(),
            options: self.options.clone(),
            runtime: self.runtime.clone(),
            sender: self.sender.clone(),
            next: Instant::now(),
            unindexed: false,
            busy: None,
        };
        self.follow(follower, index, pipe);
        Ok(())
    }

    fn follow(self, mut follower: Follower, mut index: Index, pipe: Option<Spooled>) {
        let began = Instant::now();
        let mut batch = Batch::new(self.options.now);
        let mut said_live = pipe.is_none();
        while !self.stop.load(Ordering::Relaxed) && !self.sender.is_closed() {
            // Asked first: what came before the end is read after this.
            let ended = pipe.as_ref().is_some_and(|pipe| pipe.ended.load(Ordering::Acquire));
            let followed = follower.poll();
            index.unindexed |= !followed.is_empty();
            index.note(&followed);
            batch.take(followed, self.shown.load(Ordering::Relaxed));
            if ended && follower.is_drained() {
                batch.take(follower.finish(), self.shown.load(Ordering::Relaxed));
                break;
            }
            if !said_live && began.elapsed() >= OPEN {
                said_live = true;
                let _ = self.sender.blocking_send(News::IsLive);
            }
            batch.send_if_due(&self.sender);
            index.extend_if_due();
            let pause = follower.pause();
            std::thread::sleep(if batch.is_waiting() || !said_live { pause.min(BEAT) } else { pause });
        }
        batch.send(&self.sender);
        index.finish();
        if let Some(pipe) = pipe.filter(|pipe| pipe.ended.load(Ordering::Acquire)) {
            let lost = pipe.lost.load(Ordering::Relaxed);
            let text = match lost {
                0 => "standard input ended: all of it is here".to_owned(),
                lost => format!(
                    "standard input ended: {lost} bytes beyond the limit for unpacked bytes were not kept"
                ),
            };
            let _ = self.sender.blocking_send(News::Live(Live::Ended(text)));
        }
    }
}

/// Standard input, copied to a file without a name as fast as it comes.
struct Spooled {
    file: Arc<File>,
    ended: Arc<AtomicBool>,
    lost: Arc<AtomicU64>,
}

impl Spooled {
    fn start(options: &OpenOptions) -> std::io::Result<Self> {
        use std::io::Read as _;
        use std::os::unix::fs::FileExt as _;
        let file = Arc::new(tempfile::tempfile_in(&options.temp_dir)?);
        let (ended, lost) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let most = options.max_unpacked;
        let (spool, over, left_out) = (Arc::clone(&file), Arc::clone(&ended), Arc::clone(&lost));
        std::thread::spawn(move || {
            let mut stdin = std::io::stdin().lock();
            let (mut buffer, mut at) = (vec![0; 64 * 1024], 0u64);
            loop {
                let read = match stdin.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(read) => read,
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                    Err(_) => break,
                };
                let bytes = buffer.get(..read).unwrap_or_default();
                // Read on past the limit: the writer must not hang because of it.
                if at + read as u64 > most || spool.write_all_at(bytes, at).is_err() {
                    left_out.fetch_add(read as u64, Ordering::Relaxed);
                } else {
                    at += read as u64;
                }
            }
            over.store(true, Ordering::Release);
        });
        Ok(Self { file, ended, lost })
    }
}

/// Rows and marks that wait to be sent.
struct Batch {
    items: VecDeque<Live>,
    rows: usize,
    skipped: usize,
    newest: Option<Timestamp>,
    sent: Instant,
    /// Whether the screen shows a rate that is not zero.
    moving: bool,
    began: (Instant, Timestamp),
}

impl Batch {
    fn new(now: Timestamp) -> Self {
        let began = Instant::now();
        Self {
            items: VecDeque::new(),
            rows: 0,
            skipped: 0,
            newest: None,
            sent: began,
            moving: false,
            began: (began, now),
        }
    }

    fn is_waiting(&self) -> bool {
        !self.items.is_empty()
    }

    fn take(&mut self, followed: Vec<Followed>, shown: bool) {
        for followed in followed.into_iter().filter(|_| shown) {
            match followed {
                Followed::Record(record, fresh) => {
                    self.newest = record.ts.max(self.newest);
                    let mut row = Row::record(*record);
                    if let RowBody::Record(line) = &mut row.body {
                        line.fresh = fresh;
                    }
                    self.rows += 1;
                    match self.items.back_mut() {
                        Some(Live::Rows(rows, _)) if rows.len() < SHOWN => rows.push(row),
                        _ => self.items.push_back(Live::Rows(vec![row], None)),
                    }
                }
                Followed::Mark { source, kind, text } => {
                    let moved = match &kind {
                        MarkKind::Rotated(to) => Some(to.as_ref().map(|to| to.display().to_string())),
                        MarkKind::Cut | MarkKind::Back => Some(None),
                        _ => None,
                    };
                    let shown = if source.is_empty() { text } else { format!("{source} {text}") };
                    if let Some(to) = moved {
                        self.items.push_back(Live::Moved(source, to));
                    }
                    self.items.push_back(Live::Mark(display_line(shown.as_bytes()).into_owned()));
                }
            }
            self.forget();
        }
    }

    /// Keeps only the last rows: nobody reads more in the time between two frames.
    fn forget(&mut self) {
        while self.rows > 2 * SHOWN {
            let at = self.items.iter().position(|item| matches!(item, Live::Rows(..)));
            let Some(Live::Rows(rows, _)) = at.and_then(|at| self.items.remove(at)) else { return };
            self.rows -= rows.len();
            self.skipped += rows.len();
        }
    }

    fn send_if_due(&mut self, sender: &mpsc::Sender<News>) {
        if self.is_waiting() {
            if self.sent.elapsed() >= BEAT {
                self.send(sender);
            }
        } else if self.moving && self.sent.elapsed() >= Duration::from_secs(1) {
            // So that the rate falls to nothing.
            self.moving = false;
            let _ = sender.blocking_send(News::Live(Live::Rows(Vec::new(), None)));
        }
    }

    fn send(&mut self, sender: &mpsc::Sender<News>) {
        if self.skipped > 0 {
            let text = format!("{} lines skipped on screen: they are searchable soon", self.skipped);
            let _ = sender.blocking_send(News::Live(Live::Mark(text)));
        }
        let passed = i64::try_from(self.began.0.elapsed().as_nanos()).unwrap_or(i64::MAX);
        let now = self.began.1.plus_nanos(passed);
        // A log that is played back says nothing about how late it is.
        let lag = self
            .newest
            .map(|ts| Duration::from_nanos(u64::try_from(now.since(ts)).unwrap_or(0)))
            .filter(|lag| *lag < Duration::from_secs(86_400));
        for mut item in self.items.drain(..) {
            if let Live::Rows(_, age) = &mut item {
                *age = lag;
            }
            // The screen ended.
            let _ = sender.blocking_send(News::Live(item));
        }
        (self.rows, self.skipped, self.newest) = (0, 0, None);
        (self.sent, self.moving) = (Instant::now(), true);
    }
}
