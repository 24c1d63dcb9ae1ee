//! How the screen is started: decides between screen and command, and puts together what the screen needs.

use super::Doctor;
use super::arguments::{Cli, Command, Demo, Reading, Which};
use super::exit::Stop;
use super::output::Output;
use super::world::World;
use super::{mistyped, request, settings};
use crate::app::{Launch, Session};
use crate::config::{CacheDir, Color, ConfigError, ForScreen, Origin, Settings};
use crate::domain::Zone;
use crate::local::OpenOptions;
use crate::safety::display_line;
use clap::Parser;
use directories::ProjectDirs;
use std::path::{Path, PathBuf};

/// What a command line starts.
#[derive(Debug)]
pub enum Start {
    /// The screen.
    Screen(Box<Launch>),
    /// A session of lines, for screen readers and dumb terminals.
    Plain(Box<Launch>),
    /// The doctor, who wants to hear about the terminal.
    Doctor(Box<Doctor>),
    /// A command of the command line: [`super::run`] does it.
    Command,
    /// It ended already, with this exit code; what was wrong is said.
    Ended(u8),
}

/// Decides what a command line starts.
#[must_use]
pub fn start(world: &World) -> Start {
    // What clap does not understand is said by the command line.
    let Ok(mut cli) = Cli::try_parse_from(&world.arguments) else { return Start::Command };
    let demo = match &cli.command {
        None => cli.paths.is_empty(),
        Some(Command::Demo(Demo { screen, json })) if !json.json => {
            cli.screen = screen.clone();
            true
        }
        Some(Command::Doctor(asked)) => {
            return match Doctor::start(world, &cli, asked.area, asked.json.json) {
                Ok(doctor) => Start::Doctor(Box::new(doctor)),
                Err(stop) => Start::Ended(Output::plain(world).say_stop(&stop)),
            };
        }
        Some(_) => return Start::Command,
    };
    if let Some(sentence) = mistyped::first_path(&cli.paths) {
        return Start::Ended(Output::plain(world).say_stop(&Stop::usage(sentence)));
    }
    let dumb = world.variable("TERM").is_none_or(|term| term == "dumb");
    let plain = cli.screen.plain || dumb;
    if world.columns.is_none() && !cli.screen.plain {
        let asked = cli.command.is_some();
        return if asked { Start::Command } else { no_terminal(world, demo) };
    }
    let mut output = Output::plain(world);
    match launch(world, &cli, demo) {
        Ok(launch) if plain => Start::Plain(Box::new(launch)),
        Ok(launch) => Start::Screen(Box::new(launch)),
        Err(stop) => Start::Ended(output.say_stop(&stop)),
    }
}

/// Says why there is no screen, and what to do instead.
#[must_use]
pub fn say(world: &World, why: &str) -> u8 {
    Output::plain(world)
        .say_stop(&Stop::usage(format!("{why}; `watchfire ask 'what broke?' PATH` needs no screen")))
}

fn no_terminal(world: &World, demo: bool) -> Start {
    let instead = if demo {
        "watchfire demo, or watchfire ask 'what broke?' app.log"
    } else {
        "watchfire ask 'what broke?' PATH"
    };
    let message = format!("there is no terminal to draw on: {instead} prints an answer without one");
    Start::Ended(Output::plain(world).say_stop(&Stop::usage(message)))
}

fn launch(world: &World, cli: &Cli, demo: bool) -> Result<Launch, Stop> {
    let level = request::check_which(&cli.which)?;
    let zone = cli.reading.zone.as_deref();
    let settings = settings::resolve_for_screen(world, &cli.global, zone, &cli.screen)?;
    Ok(Launch { level, ..put_together(world, cli, demo, settings) })
}

/// What the screen is started with, by these settings.
pub(super) fn put_together(world: &World, cli: &Cli, demo: bool, found: ForScreen) -> Launch {
    let ForScreen { settings, left_out } = found;
    let (keys, conflicts) = settings.key_map();
    let state_dir = state_directory(world);
    let profile =
        cli.global.profile.clone().or_else(|| world.variable("WATCHFIRE_PROFILE").map(str::to_owned));
    let session = Session {
        title: title(&cli.paths, demo),
        prod: settings.is_prod(profile.as_deref()),
        profile,
        local_zone: Zone::from_name("local").unwrap_or_else(|_| Zone::utc()),
        zone: settings.zone.value.clone(),
        max_question: settings.max_query_length.value,
        demo,
        ..Session::default()
    };
    Launch {
        session,
        paths: cli.paths.clone(),
        options: options(world, &settings, &cli.reading, demo),
        window: window(&cli.which),
        service: cli.which.service.clone(),
        level: None,
        keys,
        problems: problems(&left_out, conflicts),
        theme_is_fixed: matches!(
            settings.theme.origin,
            Origin::Flag { .. } | Origin::Environment { .. } | Origin::DotEnv { .. }
        ),
        theme: settings.theme.value,
        colors: settings.colors.iter().map(|setting| setting.value).collect(),
        color: settings.color.value != Color::Never,
        ascii: settings.ascii.value.unwrap_or_else(|| !is_utf8(world)),
        mouse: settings.mouse.value,
        state_dir,
        environment: world.environment.iter().cloned().collect(),
        resume: cli.screen.resume,
        follow: cli.screen.follow,
    }
}

/// The window as typed.
fn window(which: &Which) -> Option<String> {
    match (&which.since, &which.until) {
        (None, None) => None,
        (Some(since), None) => Some(since.clone()),
        (since, Some(until)) => Some(format!("{} to {until}", since.as_deref().unwrap_or("1970-01-01"))),
    }
}

/// What the screen says at its start, the first one whole: that defaults hold, for how much, and why.
fn problems(left_out: &[ConfigError], conflicts: Vec<String>) -> Vec<String> {
    let held =
        left_out.iter().map(|error| format!("left out, the default holds: {}", near_home(error.to_string())));
    let mut said: Vec<String> = held.chain(conflicts.into_iter().map(near_home)).collect();
    let all = said.len();
    if let Some(first) = said.first_mut().filter(|_| all > 1) {
        *first = format!("1 of {all} (watchfire doctor config has all): {first}");
    }
    said.iter().map(|text| display_line(text.as_bytes()).into_owned()).collect()
}

/// The text with `~` for the home directory: there is one line for it.
fn near_home(text: String) -> String {
    match directories::BaseDirs::new() {
        Some(dirs) => text.replace(&format!("{}/", dirs.home_dir().display()), "~/"),
        None => text,
    }
}

/// Whether the terminal is told to be one for Unicode; nothing said counts as yes only with a modern `TERM`.
fn is_utf8(world: &World) -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| world.variable(name));
    match set {
        Some(locale) => {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        }
        None => !world.variable("TERM").is_some_and(|term| term == "linux" || term.starts_with("vt")),
    }
}

fn title(paths: &[PathBuf], demo: bool) -> String {
    let shown = |path: &Path| display_line(path.display().to_string().as_bytes()).into_owned();
    match paths {
        _ if demo => "demo incident".to_owned(),
        [] => String::new(),
        [only] if only == Path::new("-") => "standard input".to_owned(),
        [only] => shown(only),
        [first, rest @ ..] => format!("{} +{}", shown(first), rest.len()),
    }
}

fn options(world: &World, settings: &Settings, reading: &Reading, demo: bool) -> OpenOptions {
    let mut options = OpenOptions::new(world.now, std::env::temp_dir());
    options.include.clone_from(&reading.include);
    options.exclude.clone_from(&reading.exclude);
    options.zone.clone_from(&settings.zone.value);
    options.format.clone_from(&reading.format);
    options.threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    options.max_unpacked = settings.spool_cap.value;
    options.cache_dir = match &settings.cache_dir.value {
        _ if demo => None,
        CacheDir::Off => None,
        CacheDir::At(directory) => Some(directory.clone()),
        CacheDir::Auto => ProjectDirs::from("", "", "watchfire").map(|dirs| dirs.cache_dir().to_owned()),
    };
    options
}

/// Where cases, crash reports and copies are kept.
pub(super) fn state_directory(world: &World) -> Option<PathBuf> {
    if let Some(directory) = world.variable("WATCHFIRE_STATE_DIR") {
        return Some(PathBuf::from(directory));
    }
    let dirs = ProjectDirs::from("", "", "watchfire")?;
    Some(dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_owned())
}
