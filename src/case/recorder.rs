//! Saves a case beside the work: an owner thread writes, whoever has something to save never waits.
//!
//! The file is made with the first entry, so opening logs leaves nothing behind. What cannot be written (no space,
//! read-only, no directory) is said once, kept in memory in a bounded number and tried again with the next entry.

use super::CaseError;
use super::entry::CaseId;
use super::journal::Journal;
use super::seal::{Opening, Sealed};
use super::store::Store;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Entries on the way to the thread.
const QUEUE: usize = 64;
/// Entries kept while they cannot be written.
const KEPT: usize = 256;

/// Something the user should see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// The file was made.
    Started {
        /// Name of the case.
        id: CaseId,
        /// Its file.
        path: PathBuf,
    },
    /// Saving failed; the work goes on. Said again only when the words change.
    Trouble(String),
    /// Everything kept was written after all.
    Recovered,
}

/// How saving stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Name of the case, once its file was made.
    pub id: Option<CaseId>,
    /// Its file.
    pub path: Option<PathBuf>,
    /// Entries on the disk.
    pub saved: usize,
    /// Entries that wait, or could not be written so far.
    pub waiting: usize,
    /// Entries given up.
    pub lost: usize,
    /// What is wrong right now.
    pub trouble: Option<String>,
}

/// Saves one case from its own thread.
#[derive(Debug)]
pub struct Recorder {
    queue: SyncSender<Sealed>,
    done: Receiver<()>,
    status: Arc<Mutex<Status>>,
}

impl Recorder {
    /// Saves into a new case of `store`, made with the first entry. `news` is called on the recorder's thread.
    pub fn start(store: Option<Store>, opening: Opening, news: impl FnMut(News) + Send + 'static) -> Self {
        Self::spawn(Target::New { store, opening }, Status::default(), news)
    }

    /// Goes on with a case.
    pub fn resume(journal: Journal, news: impl FnMut(News) + Send + 'static) -> Self {
        let (id, path) = (Some(journal.id().clone()), Some(journal.path().to_owned()));
        Self::spawn(Target::Open(journal), Status { id, path, ..Status::default() }, news)
    }

    fn spawn(target: Target, status: Status, news: impl FnMut(News) + Send + 'static) -> Self {
        let (queue, incoming) = sync_channel(QUEUE);
        let (ended, done) = channel();
        let status = Arc::new(Mutex::new(status));
        let mut writer = Writer { target, kept: VecDeque::new(), status: Arc::clone(&status), news };
        std::thread::spawn(move || {
            for sealed in incoming {
                writer.keep(sealed);
                writer.flush();
            }
            writer.flush();
            // The last thing said; nobody may be waiting for it any more.
            let _ = ended.send(());
        });
        Self { queue, done, status }
    }

    /// Hands an entry over; never waits.
    ///
    /// # Errors
    /// [`CaseError::Busy`] when the disk is so far behind that the entry was not taken.
    pub fn record(&self, sealed: Sealed) -> Result<(), CaseError> {
        lock(&self.status).waiting += 1;
        match self.queue.try_send(sealed) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                let mut status = lock(&self.status);
                status.waiting -= 1;
                status.lost += 1;
                Err(CaseError::Busy(status.waiting))
            }
        }
    }

    /// How saving stands.
    #[must_use]
    pub fn status(&self) -> Status {
        lock(&self.status).clone()
    }

    /// Waits until everything handed over was written or tried, at most `patience`; the file is then unlocked.
    ///
    /// Without this call the thread still writes what it was handed, as long as the process lives.
    pub fn finish(self, patience: Duration) -> Status {
        let Self { queue, done, status } = self;
        drop(queue);
        if done.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
            let mut status = lock(&status);
            status.trouble.get_or_insert_with(|| "the disk did not answer in time".to_owned());
        }
        lock(&status).clone()
    }
}

/// A panic while the status is held leaves counts that are still true.
fn lock(status: &Mutex<Status>) -> MutexGuard<'_, Status> {
    status.lock().unwrap_or_else(PoisonError::into_inner)
}

enum Target {
    New { store: Option<Store>, opening: Opening },
    Open(Journal),
}

struct Writer<N> {
    target: Target,
    kept: VecDeque<Sealed>,
    status: Arc<Mutex<Status>>,
    news: N,
}

impl<N: FnMut(News)> Writer<N> {
    fn keep(&mut self, sealed: Sealed) {
        self.kept.push_back(sealed);
        if self.kept.len() > KEPT {
            self.kept.pop_front();
            let mut status = lock(&self.status);
            status.waiting -= 1;
            status.lost += 1;
        }
    }

    /// Writes what is kept, oldest first; stops at the first failure.
    fn flush(&mut self) {
        while let Some(sealed) = self.kept.front() {
            let written = journal(&mut self.target, &self.status, &mut self.news)
                .and_then(|journal| journal.append(sealed));
            match written {
                Ok(()) => {
                    self.kept.pop_front();
                    let mut status = lock(&self.status);
                    status.saved += 1;
                    status.waiting -= 1;
                }
                Err(error) => return self.trouble(&error),
            }
        }
        if lock(&self.status).trouble.take().is_some() {
            (self.news)(News::Recovered);
        }
    }

    fn trouble(&mut self, error: &CaseError) {
        let said = error.to_string();
        let known = lock(&self.status).trouble.replace(said.clone());
        if known.as_deref() != Some(said.as_str()) {
            (self.news)(News::Trouble(said));
        }
    }
}

/// The open file, made when it is needed first.
fn journal<'t>(
    target: &'t mut Target,
    status: &Mutex<Status>,
    news: &mut impl FnMut(News),
) -> Result<&'t mut Journal, CaseError> {
    if let Target::New { store, opening } = target {
        let made = Journal::create(store.as_ref().ok_or(CaseError::NoPlace)?, opening)?;
        let (id, path) = (made.id().clone(), made.path().to_owned());
        {
            let mut status = lock(status);
            status.id = Some(id.clone());
            status.path = Some(path.clone());
        }
        news(News::Started { id, path });
        *target = Target::Open(made);
    }
    match target {
        Target::Open(journal) => Ok(journal),
        Target::New { .. } => Err(CaseError::NoPlace),
    }
}
