//! What every command that reads logs starts with: settings, the means to stop, a runtime for the ports.

use super::arguments::{Command, Global};
use super::exit::{Exit, Stop};
use super::interrupt::Interrupt;
use super::output::Output;
use super::progress::Meter;
use super::settings;
use super::world::World;
use super::{ask, diff, patterns, search, tail};
use crate::config::Settings;
use crate::domain::Timestamp;
use crate::failure::{Failure, FailureKind};
use std::future::Future;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// Settings, clock and cancellation of one run.
pub(super) struct Session {
    pub(super) settings: Settings,
    pub(super) interrupt: Interrupt,
    pub(super) now: Timestamp,
    pub(super) meter: Arc<Meter>,
    pub(super) show_progress: bool,
    runtime: Runtime,
}

impl Session {
    pub(super) fn start(
        world: &World,
        global: &Global,
        command: &Command,
        output: &mut Output,
    ) -> Result<Self, Stop> {
        let zone = match command {
            Command::Ask(ask) => ask.reading.zone.as_deref(),
            Command::Search(search) => search.reading.zone.as_deref(),
            Command::Patterns(patterns) => patterns.reading.zone.as_deref(),
            Command::Diff(diff) => diff.reading.zone.as_deref(),
            Command::Tail(tail) => tail.reading.zone.as_deref(),
            _ => None,
        };
        let (settings, _) = settings::resolve(world, global, zone)?;
        output.configure(&settings, world);
        Ok(Self {
            settings,
            interrupt: Interrupt::listen(),
            now: world.now,
            meter: Arc::new(Meter::start()),
            show_progress: world.stderr_is_terminal,
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_time()
                .build()
                .map_err(|error| Stop::Said { code: 3, message: format!("cannot start threads: {error}") })?,
        })
    }

    /// Runs a command that reads logs.
    pub(super) fn run(&self, command: Command, output: &mut Output) -> Result<Exit, Stop> {
        let exit = match command {
            Command::Ask(arguments) => ask::run(&arguments, self, output)?,
            Command::Search(arguments) => search::run(&arguments, self, output)?,
            Command::Patterns(arguments) => patterns::run(&arguments, self, output)?,
            Command::Diff(arguments) => diff::run(&arguments, self, output)?,
            Command::Tail(arguments) => tail::run(&arguments, self, output)?,
            Command::Demo(arguments) => ask::demo(&arguments, self, output)?,
            Command::Report(_) | Command::Replay(_) | Command::Doctor(_) => Exit::Found,
            Command::Config(_) | Command::Completions(_) | Command::Man(_) => Exit::Found,
        };
        output.flush()?;
        Ok(if self.interrupt.seen() { Exit::Interrupted } else { exit })
    }

    /// Waits for a port; from here on Ctrl-C stops the question.
    pub(super) fn wait<T>(&self, call: impl Future<Output = Result<T, Failure>>) -> Result<T, Stop> {
        self.interrupt.begin_asking();
        self.runtime.block_on(call).map_err(Stop::from)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        let message = match failure.kind() {
            FailureKind::Cancelled => "stopped; nothing was lost".to_owned(),
            _ => failure.advised(),
        };
        Self::Said { code: failure.exit_code(), message }
    }
}
