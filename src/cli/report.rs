//! `watchfire report`: a saved case as the first draft of an incident report; and how a case is found by its name.

use super::arguments::{Global, Report};
use super::exit::{Exit, Stop};
use super::line::{Line, Style};
use super::output::Output;
use super::settings;
use super::world::World;
use crate::case::{self, Case, CaseError, Store};
use crate::domain::Zone;
use std::path::{Path, PathBuf};

pub(super) fn run(
    arguments: &Report,
    world: &World,
    global: &Global,
    output: &mut Output,
) -> Result<Exit, Stop> {
    let stated = zone(arguments.zone.as_deref(), world, global, output)?;
    let Some(path) = named_or_latest(arguments.case.as_deref(), world)? else {
        output.inform("no case is saved yet; a case begins with the first question, pin or note");
        return Ok(Exit::Nothing);
    };
    let case = open(&path, output)?;
    let draft = case::draft(&case);
    if arguments.json.json {
        output.document(&draft)?;
    } else {
        let zone = stated.unwrap_or_else(|| case.zone());
        for line in case::markdown(&draft, &zone).lines() {
            output.whole_line(Line::new().push_visible(Style::Plain, line))?;
        }
    }
    output.flush()?;
    Ok(Exit::Found)
}

/// Takes over the settings; the zone times are printed in, if one was stated anywhere.
pub(super) fn zone(
    flag: Option<&str>,
    world: &World,
    global: &Global,
    output: &mut Output,
) -> Result<Option<Zone>, Stop> {
    let (settings, _) = settings::resolve(world, global, flag)?;
    output.configure(&settings, world);
    Ok(settings.zone.value)
}

/// The file of the case that is named, else of the one written last; `None`: there is none.
fn named_or_latest(named: Option<&str>, world: &World) -> Result<Option<PathBuf>, Stop> {
    if let Some(named) = named {
        return find(named, world).map(Some);
    }
    let Some(store) = store(world) else { return Ok(None) };
    Ok(store.latest().map_err(stop)?.map(|summary| summary.path))
}

/// The file that an id or a path means.
pub(super) fn find(named: &str, world: &World) -> Result<PathBuf, Stop> {
    match store(world) {
        Some(store) => store.find(named).map_err(stop),
        // Without a place for cases a path is still a path.
        None => Ok(PathBuf::from(named)),
    }
}

fn store(world: &World) -> Option<Store> {
    Store::of_platform(world.variable("WATCHFIRE_STATE_DIR").map(Path::new))
}

/// Reads a case and says what of it could not be read.
pub(super) fn open(path: &Path, output: &mut Output) -> Result<Case, Stop> {
    let case = case::load(path).map_err(stop)?;
    for sentence in case.damage() {
        output.warn(&sentence);
    }
    Ok(case)
}

/// A name that fits nothing is wrong usage; a place that cannot be read is a failure.
#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
fn stop(error: CaseError) -> Stop {
    let code = match error {
        CaseError::Directory { .. } => 3,
        _ => 2,
    };
    Stop::Said { code, message: error.to_string() }
}
