//! `completions` and `man`: generated from the arguments themselves, so they cannot differ from them.

use super::arguments::{Cli, Completions, Man};
use super::exit::{Exit, Stop};
use super::output::Output;
use clap::CommandFactory;
use clap_mangen::roff::Roff;
use std::path::Path;

pub(super) fn completions(arguments: &Completions, output: &mut Output) -> Result<Exit, Stop> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "watchfire", &mut script);
    output.raw(&script)?;
    output.flush()?;
    Ok(Exit::Found)
}

pub(super) fn manual(arguments: &Man, output: &mut Output) -> Result<Exit, Stop> {
    match &arguments.dir {
        Some(directory) => {
            write_pages(directory).map_err(|error| {
                Stop::usage(format!("cannot write manual pages into {}: {error}", directory.display()))
            })?;
            output.inform(&format!("manual pages written into {}", directory.display()));
        }
        None => {
            output.raw(&overview()?)?;
            output.flush()?;
        }
    }
    Ok(Exit::Found)
}

/// One page for everything: the overview, then every command's own synopsis and options.
fn overview() -> std::io::Result<Vec<u8>> {
    let mut command = Cli::command();
    command.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for sub in command.get_subcommands() {
        let mut heading = Roff::new();
        heading.control("SH", [format!("COMMAND {}", sub.get_name()).as_str()]);
        heading.to_writer(&mut page)?;
        let man = clap_mangen::Man::new(sub.clone());
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    Ok(page)
}

fn write_pages(directory: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(directory)?;
    clap_mangen::generate_to(Cli::command(), directory)
}
