//! Opens the sources on a thread of its own; the screen is there before, and stays usable meanwhile.

use crate::app::{Launch, Opened, Opening};
use crate::demo::Incident;
use crate::local::{Input, LocalLogs, Store};
use crate::port::Search;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;
use tokio::sync::mpsc;

/// What comes from the opening thread.
pub(super) enum Opens {
    /// How it goes.
    News(Opening),
    /// The logs, with what they hold. The incident's folder lives as long as its logs.
    Logs(LocalLogs, Box<Opened>, Option<Incident>),
}

/// Starts opening; the last message is the logs or why there are none.
pub(super) fn start(launch: &Launch, runtime: tokio::runtime::Handle) -> mpsc::Receiver<Opens> {
    let (sender, receiver) = mpsc::channel(16);
    let mut options = launch.options.clone();
    let (paths, demo) = (launch.paths.clone(), launch.session.demo);
    let progress = sender.clone();
    options.progress = Some(Arc::new(move |now| {
        // Progress that nobody has time for is old by then.
        let _ = progress.try_send(Opens::News(Opening::Progress(now)));
    }));
    // One core is left to the keyboard.
    options.threads = options.threads.saturating_sub(1).max(1);
    let work = move || {
        be_nice();
        let began = Instant::now();
        let failed = |why: String| Opens::News(Opening::Failed(why));
        let incident = match demo.then(Incident::unpack).transpose() {
            Ok(incident) => incident,
            Err(error) => {
                let _ = sender.blocking_send(failed(format!("cannot unpack the bundled incident: {error}")));
                return;
            }
        };
        let inputs = incident.as_ref().map_or_else(|| inputs(&paths), unpacked);
        let message = match Store::open(inputs, &options) {
            Ok(store) => logs(store, incident, began, &runtime),
            Err(error) => failed(error.to_string()),
        };
        // The program ended while the logs were read.
        let _ = sender.blocking_send(message);
    };
    std::thread::spawn(work);
    receiver
}

/// The incident's files. They are cited as `payment.log:557`, not by the name of a folder that is gone afterwards.
fn unpacked(incident: &Incident) -> Vec<Input> {
    if std::env::set_current_dir(incident.folder()).is_err() {
        return vec![Input::Path(incident.folder().to_owned())];
    }
    let paths = incident.paths();
    let names = paths.iter().filter_map(|path| path.file_name());
    names.map(|name| Input::Path(name.into())).collect()
}

pub(super) fn logs(
    store: Store,
    incident: Option<Incident>,
    began: Instant,
    runtime: &tokio::runtime::Handle,
) -> Opens {
    let partial = !store.is_complete();
    let patterns = store.templates().len();
    let logs = LocalLogs::new(Arc::new(store));
    match runtime.block_on(logs.overview()) {
        Ok(overview) => {
            let opened = Opened { overview, patterns, took: began.elapsed(), partial };
            Opens::Logs(logs, Box::new(opened), incident)
        }
        Err(failure) => Opens::News(Opening::Failed(failure.to_string())),
    }
}

fn inputs(paths: &[std::path::PathBuf]) -> Vec<Input> {
    let input = |path: &std::path::PathBuf| {
        if path == Path::new("-") {
            Input::Stream { name: "-".to_owned(), reader: Box::new(std::io::stdin()) }
        } else {
            Input::Path(path.clone())
        }
    };
    paths.iter().map(input).collect()
}

/// The keyboard comes before the reading.
pub(super) fn be_nice() {
    let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), 10);
}

/// Asks the reading to stop.
pub(super) fn stop(launch: &Launch) {
    launch.options.cancel.store(true, Ordering::Relaxed);
}
