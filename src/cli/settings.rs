//! `config show`, `config template` and `config keys`, and how every command gets its settings.

use super::arguments::{ConfigWhat, Global, Screen};
use super::exit::{Exit, Stop};
use super::keys;
use super::line::{Line, Style};
use super::output::Output;
use super::world::{World, text_file};
use crate::config::{self, ForScreen, Inputs, Key, Settings, Unused};
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
    Ok(config::resolve(&inputs(world, global, zone)?)?)
}

/// The same for the screen, which does without what is wrong with its keys and its theme in the settings file.
///
/// # Errors
/// Everything else that is wrong with them, at once.
pub(super) fn resolve_for_screen(
    world: &World,
    global: &Global,
    zone: Option<&str>,
    screen: &Screen,
) -> Result<ForScreen, Stop> {
    let mut inputs = inputs(world, global, zone)?;
    let flags = &mut inputs.flags;
    flags.extend(screen.theme.as_ref().map(|name| ("--theme", Key::Theme, name.clone())));
    flags.extend(screen.ascii.then(|| ("--ascii", Key::Ascii, "true".to_owned())));
    flags.extend(screen.mouse.then(|| ("--mouse", Key::Mouse, "true".to_owned())));
    Ok(config::resolve_for_screen(&inputs)?)
}

/// Everything settings can stand in, read.
pub(super) fn inputs(world: &World, global: &Global, zone: Option<&str>) -> Result<Inputs, Stop> {
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
    Ok(Inputs {
        flags,
        environment: world.environment.clone(),
        dotenv: text_file(Path::new(".env")).map_err(Stop::usage)?,
        secrets: beside("secrets.toml")?,
        file,
        profile: global.profile.clone().or_else(|| world.variable("WATCHFIRE_PROFILE").map(str::to_owned)),
    })
}

pub(super) fn run(
    what: &ConfigWhat,
    world: &World,
    global: &Global,
    output: &mut Output,
) -> Result<Exit, Stop> {
    match what {
        ConfigWhat::Template => output.text(&config::template())?,
        ConfigWhat::Keys { json } => {
            let (settings, _) = resolve(world, global, None)?;
            output.configure(&settings, world);
            keys::print(&settings, json.json, output)?;
        }
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
    let (name, value) = (widest(|row| row.name.len()), widest(|row| row.value.chars().count()));
    for row in &rows {
        let mut line = Line::new();
        line.column(Style::Bold, &row.name, name + 2, false)
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
    key: String,
    value: String,
    origin: String,
    variable: &'static str,
}

impl Document {
    fn of(settings: &Settings, unused: &[Unused]) -> Self {
        let entry = |row: config::Row| Entry {
            variable: row.key.map_or("", Key::variable),
            key: row.name,
            value: row.value,
            origin: row.origin.to_string(),
        };
        Self {
            schema: "watchfire.config/1",
            settings: settings.rows().into_iter().map(entry).collect(),
            unused: unused.iter().map(|unused| unused.name.clone()).collect(),
        }
    }
}
