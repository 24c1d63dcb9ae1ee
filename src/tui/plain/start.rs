//! Starts a session of lines from what the screen would be started with.

use super::window::read_window;
use super::{PlainOptions, run};
use crate::app::{Launch, Opened, Opening};
use crate::demo::Incident;
use crate::local::LocalLogs;
use crate::port::Scope;
use crate::tui::opening::{self, Opens};
use crate::tui::ports;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::Notify;

/// Runs a session of lines until it is left; the process's exit code.
///
/// Lines are read from stdin, or from the terminal when stdin holds the logs.
///
/// # Errors
/// A sentence when nothing can be read or said.
pub fn plain_session(launch: Launch) -> Result<u8, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start threads: {error}"))?;
    let interrupt = Interrupt::listen();
    let said = greet(&launch);
    let input = input(&launch)?;
    let (logs, opened, incident) = open(&launch, runtime.handle())?;
    interrupt.keep(incident);
    interrupt.opened.store(true, Ordering::SeqCst);
    let zone = launch.session.zone.clone().unwrap_or_else(|| opened.overview.zone.clone());
    let window =
        launch.window.as_deref().map(|typed| read_window(typed, &opened.overview, &zone)).transpose()?;
    let investigation = ports::investigation(logs, Instant::now());
    let options = PlainOptions {
        scope: Scope { window, service: launch.service, level: launch.level },
        zone: launch.session.zone,
        state_dir: launch.state_dir,
        now: launch.options.now,
        interrupt: Arc::clone(&interrupt.asked),
    };
    let ran = said.and_then(|()| run(input, io::stdout(), investigation, runtime.handle(), options));
    runtime.shutdown_background();
    drop(taken(&interrupt.incident));
    match ran {
        Ok(()) => Ok(0),
        // Who listened went away.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(0),
        Err(error) => Err(format!("the session ended: {error}")),
    }
}

/// Says what is being read, and what of the settings is left out.
fn greet(launch: &Launch) -> io::Result<()> {
    let mut out = io::stdout();
    for problem in &launch.problems {
        writeln!(out, "{problem}")?;
    }
    writeln!(out, "reading {}", launch.session.title)
}

fn input(launch: &Launch) -> Result<Box<dyn BufRead>, String> {
    if !launch.paths.iter().any(|path| path == Path::new("-")) {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let tty = File::open("/dev/tty");
    let tty =
        tty.map_err(|error| format!("stdin holds the logs and there is no terminal to type on: {error}"))?;
    Ok(Box::new(BufReader::new(tty)))
}

fn open(
    launch: &Launch,
    runtime: &tokio::runtime::Handle,
) -> Result<(LocalLogs, Opened, Option<Incident>), String> {
    let mut opens = opening::start(launch, runtime.clone());
    while let Some(opens) = opens.blocking_recv() {
        match opens {
            Opens::Logs(logs, opened, incident) => return Ok((logs, *opened, incident)),
            Opens::News(Opening::Failed(why)) => return Err(why),
            Opens::News(_) => {}
        }
    }
    Err("the sources were not opened".to_owned())
}

/// Ctrl-C ends the program while logs are read, and stops the running question afterwards. A terminal that goes away
/// and a request to end take the bundled incident with them; the case is on the disk already.
#[derive(Default)]
struct Interrupt {
    asked: Arc<Notify>,
    opened: Arc<AtomicBool>,
    incident: Shared,
}

/// The bundled incident, for whoever ends the program.
type Shared = Arc<Mutex<Option<Incident>>>;

/// Takes the incident out; its folder goes when it is dropped.
fn taken(incident: &Shared) -> Option<Incident> {
    incident.lock().unwrap_or_else(PoisonError::into_inner).take()
}

impl Interrupt {
    fn listen() -> Self {
        let interrupt = Self::default();
        let (asked, opened) = (Arc::clone(&interrupt.asked), Arc::clone(&interrupt.opened));
        let incident = Arc::clone(&interrupt.incident);
        // Without a handler the default action ends the process.
        if let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) {
            std::thread::spawn(move || {
                for signal in signals.forever() {
                    if signal == SIGINT && opened.load(Ordering::SeqCst) {
                        asked.notify_waiters();
                        continue;
                    }
                    drop(taken(&incident));
                    signal_hook::low_level::exit(128 + signal);
                }
            });
        }
        interrupt
    }

    fn keep(&self, incident: Option<Incident>) {
        *self.incident.lock().unwrap_or_else(PoisonError::into_inner) = incident;
    }
}
