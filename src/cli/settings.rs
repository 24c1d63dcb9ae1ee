//! `config show` and `config template`, and how every command gets its settings.

use super::arguments::{ConfigWhat, Global};
use super::exit::{Exit, Stop};
use super::line::{Line, Style};
use super::output::Output;
use super::world::{World, text_file};
use crate::config::{self, Inputs, Key, Settings, Unused};
use serde::Serialize;
use std::path::Path;

/// Reads every place settings can stand in and resolves them.
///
/// # Errors
/// Everything that is wrong with them, at once.
pub(super) fn resolve(
    world: &World,
    global: &Global,
    zone: Option<&str>,
) -> Result<(Settings, Vec<Unused>), Stop> {
    let mut flags = Vec::new();
    if let Some(zone) = zone {
        flags.push(("--zone", Key::Zone, zone.to_owned()));
    }
    if global.no_color {
        flags.push(("--no-color", Key::Color, "never".to_owned()));
    }
    let directory = world.settings_directory();
    let beside = |name: &str| match &directory {
        Some(directory) => text_file(&directory.join(name)).map_err(Stop::usage),
        None => Ok(None),
    };
    let file = match &global.config {
        Some(path) => Some(
            text_file(path)
                .map_err(Stop::usage)?
                .ok_or_else(|| Stop::usage(format!("--config {}: there is no such file", path.display())))?,
        ),
        None => beside("config.toml")?,
    };
    let inputs = Inputs {
        flags,
        environment: world.environment.clone(),
        dotenv: text_file(Path::new(".env")).map_err(Stop::usage)?,
        secrets: beside("secrets.toml")?,
        file,
        profile: global.profile.clone().or_else(|| world.variable("WATCHFIRE_PROFILE").map(str::to_owned)),
    };
    Ok(config::resolve(&inputs)?)
}

pub(super) fn run(
    what: &ConfigWhat,
    world: &World,
    global: &Global,
    output: &mut Output,
) -> Result<Exit, Stop> {
    match what {
        ConfigWhat::Template => output.text(&config::template())?,
        ConfigWhat::Show { json, zone } => {
            let (settings, unused) = resolve(world, global, zone.as_deref())?;
            output.configure(&settings, world);
            if json.json {
                output.document(&Document::of(&settings, &unused))?;
            } else {
                print(&settings, &unused, output)?;
            }
        }
    }
    output.flush()?;
    Ok(Exit::Found)
}

fn print(settings: &Settings, unused: &[Unused], output: &mut Output) -> Result<(), Stop> {
    let rows = settings.rows();
    let widest = |width: fn(&config::Row) -> usize| rows.iter().map(width).max().unwrap_or(0);
    let (name, value) = (widest(|row| row.key.name().len()), widest(|row| row.value.chars().count()));
    for row in &rows {
        let mut line = Line::new();
        line.column(Style::Bold, row.key.name(), name + 2, false)
            .column(Style::Plain, &row.value, value + 2, false)
            .push(Style::Dim, &row.origin.to_string());
        output.whole_line(&line)?;
    }
    for Unused { name, origin } in unused {
        output.inform(&format!("{name} is set ({origin}); no part of this version uses it"));
    }
    Ok(())
}

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    settings: Vec<Entry>,
    unused: Vec<String>,
}

#[derive(Serialize)]
struct Entry {
    key: &'static str,
    value: String,
    origin: String,
    variable: &'static str,
}

impl Document {
    fn of(settings: &Settings, unused: &[Unused]) -> Self {
        let entry = |row: config::Row| Entry {
            key: row.key.name(),
            value: row.value,
            origin: row.origin.to_string(),
            variable: row.key.variable(),
        };
        Self {
            schema: "watchfire.config/1",
            settings: settings.rows().into_iter().map(entry).collect(),
            unused: unused.iter().map(|unused| unused.name.clone()).collect(),
        }
    }
}
