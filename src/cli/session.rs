//! What every command that reads logs starts with: settings, a cancel token, checked arguments.

use super::arguments::{Command, Global};
use super::exit::{Exit, Stop};
use super::interrupt::cancel_on_signal;
use super::output::Output;
use super::world::World;
use super::{request, settings};
use crate::config::Settings;
use tokio_util::sync::CancellationToken;

/// Settings and the means to stop.
pub(super) struct Session {
    pub(super) settings: Settings,
    pub(super) cancel: CancellationToken,
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
            _ => None,
        };
        let (settings, _) = settings::resolve(world, global, zone)?;
        output.configure(&settings, world);
        Ok(Self { settings, cancel: cancel_on_signal() })
    }

    pub(super) fn run(&self, command: Command, _output: &mut Output) -> Result<Exit, Stop> {
        match command {
            Command::Ask(ask) => {
                request::check_length(&ask.question, &self.settings)?;
                request::check_which(&ask.which)?;
                request::require_paths(&ask.paths, "watchfire ask 'what broke?' app.log")?;
                request::limit(ask.limit, &self.settings)?;
            }
            Command::Search(search) => {
                request::check_query(&search.query)?;
                request::check_length(&search.query, &self.settings)?;
                request::check_which(&search.which)?;
                request::require_paths(&search.paths, "watchfire search timeout app.log")?;
                request::limit(search.limit, &self.settings)?;
            }
            Command::Patterns(patterns) => {
                request::check_which(&patterns.which)?;
                request::require_paths(&patterns.paths, "watchfire patterns app.log")?;
            }
            Command::Diff(diff) => {
                request::check_which(&diff.which)?;
                request::spans(diff.window.as_deref(), diff.baseline.as_deref(), None)?;
                request::require_paths(&diff.paths, "watchfire diff app.log --window 15m")?;
            }
            _ => {}
        }
        Err(Stop::Said { code: 3, message: "this build cannot read logs yet".to_owned() })
    }
}
