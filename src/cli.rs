//! The command line: one file per command; results on stdout, everything else on stderr.
//!
//! ```text
//! World -> arguments (clap) -> settings (config) -> command -> ports -> Line / document -> Output -> bytes
//! ```
//!
//! Nothing is printed but through `output`: text as `Line`s whose every piece has passed `safety::display_safe`,
//! documents through `safety::json_safe`. A closed pipe ends the process quietly; Ctrl-C marks what was printed as
//! partial and exits with 130.

mod arguments;
mod ask;
mod diff;
mod doctor;
mod document;
mod examples;
mod exit;
mod generate;
mod interrupt;
mod keys;
mod line;
mod mistyped;
mod open;
mod output;
mod patterns;
mod print_answer;
mod print_changes;
mod print_hits;
mod print_patterns;
mod progress;
mod raw;
mod replay;
mod report;
mod request;
mod screen;
mod search;
mod session;
mod settings;
mod stream;
mod tail;
mod world;

pub use doctor::Doctor;
pub use screen::{Start, say, start};
pub use world::{World, report_defects};

use arguments::{Cli, Command};
use clap::{CommandFactory, Parser};
use exit::{Exit, Stop};
use output::Output;
use session::Session;

/// Runs one command line and returns the process's exit code: 0 found or answered, 1 nothing found, 2 usage or
/// configuration, 3 a source failed, 4 refused by a limit, 130 interrupted.
#[must_use]
pub fn run(world: &World) -> u8 {
    let mut output = Output::plain(world);
    match run_with(world, &mut output) {
        Ok(exit) => exit.code(),
        Err(stop) => output.say_stop(&stop),
    }
}

fn run_with(world: &World, output: &mut Output) -> Result<Exit, Stop> {
    let cli = match Cli::try_parse_from(&world.arguments) {
        Ok(cli) => cli,
        Err(error) => return said_by_clap(&error, output),
    };
    let Some(command) = cli.command else {
        output.text(&Cli::command().render_help().to_string())?;
        return Ok(Exit::Found);
    };
    match command {
        Command::Completions(arguments) => generate::completions(&arguments, output),
        Command::Man(arguments) => generate::manual(&arguments, output),
        Command::Config(arguments) => settings::run(&arguments.what, world, &cli.global, output),
        Command::Report(arguments) => report::run(&arguments, world, &cli.global, output),
        Command::Replay(arguments) => replay::run(&arguments, world, &cli.global, output),
        command => {
            let session = Session::start(world, &cli.global, &command, output)?;
            session.run(command, output)
        }
    }
}

/// Help and version go to stdout; everything else clap says is a usage error.
fn said_by_clap(error: &clap::Error, output: &mut Output) -> Result<Exit, Stop> {
    let text = error.render().to_string();
    if error.use_stderr() {
        let text = text.strip_prefix("error: ").unwrap_or(&text).trim_end().to_owned();
        return Err(Stop::usage(text));
    }
    output.text(&text)?;
    Ok(Exit::Found)
}
