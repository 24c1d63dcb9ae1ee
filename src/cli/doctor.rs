//! `doctor`: settings, state and cache directories here; terminal and clipboard are looked at by the terminal room and
//! handed in by the binary. Exit code 0: nothing to mend, 1: something is.

use super::arguments::{Cli, DoctorArea};
use super::exit::Stop;
use super::line::{Line, Style};
use super::output::Output;
use super::world::World;
use super::{screen, settings};
use crate::app::{Finding, Health, Launch};
use crate::config::{self, CacheDir, ConfigErrors, ForScreen, Settings};
use directories::ProjectDirs;
use rustix::fs::{Access, access};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// A doctor's visit: what was found so far.
#[derive(Debug)]
pub struct Doctor {
    launch: Launch,
    settings: Settings,
    area: Option<DoctorArea>,
    json: bool,
    areas: Vec<Area>,
}

#[derive(Debug, Serialize)]
struct Area {
    area: &'static str,
    findings: Vec<Finding>,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    to_mend: usize,
    areas: &'a [Area],
}

impl Doctor {
    /// Looks at settings and directories, as far as they are asked for.
    pub(super) fn start(
        world: &World,
        cli: &Cli,
        area: Option<DoctorArea>,
        json: bool,
    ) -> Result<Self, Stop> {
        let inputs = settings::inputs(world, &cli.global, None)?;
        let (found, errors) = match config::resolve_for_screen(&inputs) {
            Ok(found) => (found, ConfigErrors(Vec::new())),
            Err(errors) => (ForScreen { settings: Settings::default(), left_out: Vec::new() }, errors),
        };
        let settings = found.settings.clone();
        let mut findings = config_findings(world, &inputs, &found, &errors);
        findings.extend(unused(&inputs));
        let launch = screen::put_together(world, cli, true, found);
        let cache = cache_directory(&settings);
        let doctor = Self { launch, settings, area, json, areas: Vec::new() };
        Ok(doctor
            .with("config", |_| findings)
            .with("state", |launch| vec![state_finding(launch.state_dir.as_deref())])
            .with("cache", |_| vec![cache_finding(cache)]))
    }

    /// Adds what an area finds with what the screen would be started with, if that area was asked for.
    #[must_use]
    pub fn with(mut self, area: &'static str, look: impl FnOnce(&Launch) -> Vec<Finding>) -> Self {
        if self.area.is_none_or(|asked| asked.name() == area) {
            let findings = look(&self.launch);
            self.areas.push(Area { area, findings });
        }
        self
    }

    /// Prints what was found; the exit code.
    #[must_use]
    pub fn report(&self, world: &World) -> u8 {
        let mut output = Output::plain(world);
        output.configure(&self.settings, world);
        let printed = if self.json { self.document(&mut output) } else { self.lines(&mut output) };
        match printed.and_then(|()| Ok(output.flush()?)) {
            Ok(()) => u8::from(self.to_mend() > 0),
            Err(stop) => output.say_stop(&stop),
        }
    }

    fn to_mend(&self) -> usize {
        let all = self.areas.iter().flat_map(|area| &area.findings);
        all.filter(|finding| finding.health == Health::Mend).count()
    }

    fn document(&self, output: &mut Output) -> Result<(), Stop> {
        let document = Document { schema: "watchfire.doctor/1", to_mend: self.to_mend(), areas: &self.areas };
        Ok(output.document(&document)?)
    }

    fn lines(&self, output: &mut Output) -> Result<(), Stop> {
        let names = self.areas.iter().flat_map(|area| &area.findings).map(|finding| finding.name.len());
        let width = names.max().unwrap_or(0) + 2;
        for area in &self.areas {
            let mut heading = Line::new();
            heading.push(Style::Bold, area.area);
            output.whole_line(&heading)?;
            for finding in &area.findings {
                let (word, style) = match finding.health {
                    Health::Fine => ("ok", Style::Green),
                    Health::Note => ("note", Style::Yellow),
                    Health::Mend => ("MEND", Style::Red),
                };
                let mut line = Line::new();
                line.push(Style::Plain, "  ").column(style, word, 6, false);
                line.column(Style::Plain, &finding.name, width, false).push(Style::Plain, &finding.text);
                output.whole_line(&line)?;
                if let Some(fix) = &finding.fix {
                    let mut line = Line::new();
                    line.push(Style::Plain, &" ".repeat(width + 8)).push(Style::Dim, &format!("-> {fix}"));
                    output.whole_line(&line)?;
                }
            }
        }
        match self.to_mend() {
            0 => output.inform("nothing to mend"),
            1 => output.inform("1 thing to mend"),
            some => output.inform(&format!("{some} things to mend")),
        }
        Ok(())
    }
}

fn config_findings(
    world: &World,
    inputs: &config::Inputs,
    found: &ForScreen,
    errors: &ConfigErrors,
) -> Vec<Finding> {
    let mut findings = vec![match (&inputs.file, world.settings_directory()) {
        (Some(file), _) => Finding::fine("file", file.path.clone()),
        (None, Some(directory)) => {
            let path = directory.join("config.toml");
            Finding::fine("file", format!("{} is not there: defaults hold", path.display()))
        }
        (None, None) => Finding::note("file", "no home directory is known: defaults hold")
            .advise("set HOME or WATCHFIRE_CONFIG_DIR"),
    }];
    if let Some(secrets) = &inputs.secrets {
        findings.push(Finding::fine("secrets", secrets.path.clone()));
    }
    if let Some(profile) = &inputs.profile {
        let prod = if found.settings.is_prod(Some(profile)) { ", marked as production" } else { "" };
        findings.push(Finding::fine("profile", format!("{profile}{prod}")));
    }
    for error in errors.0.iter().chain(&found.left_out) {
        let said = error.to_string();
        let (text, fix) = said.rsplit_once("; ").unwrap_or((&said, "see `watchfire config template`"));
        findings.push(Finding::mend("setting", text, fix));
    }
    let (map, conflicts) = found.settings.key_map();
    for conflict in conflicts {
        let (text, fix) = conflict.rsplit_once("; ").unwrap_or((&conflict, "change one of them"));
        findings.push(Finding::mend("keys", text, fix));
    }
    findings.extend(map.hidden().into_iter().map(|hidden| Finding::note("keys", hidden)));
    findings
}

fn unused(inputs: &config::Inputs) -> Vec<Finding> {
    let Ok((_, unused)) = config::resolve(inputs) else { return Vec::new() };
    let text = |one: &config::Unused| {
        format!("{} is set ({}); no part of this version uses it", one.name, one.origin)
    };
    unused.iter().map(|one| Finding::note("unused", text(one))).collect()
}

fn state_finding(directory: Option<&Path>) -> Finding {
    let name = "directory";
    match directory {
        None => Finding::mend(
            name,
            "no home directory is known: cases, copies and choices are not kept",
            "set HOME or WATCHFIRE_STATE_DIR",
        ),
        Some(directory) => directory_finding(directory, "cases, copies and choices", "WATCHFIRE_STATE_DIR"),
    }
}

fn cache_directory(settings: &Settings) -> Option<PathBuf> {
    match &settings.cache_dir.value {
        CacheDir::Off => None,
        CacheDir::At(directory) => Some(directory.clone()),
        CacheDir::Auto => ProjectDirs::from("", "", "watchfire").map(|dirs| dirs.cache_dir().to_owned()),
    }
}

fn cache_finding(directory: Option<PathBuf>) -> Finding {
    let Some(directory) = directory else {
        return Finding::note("directory", "off: every run reads everything")
            .advise("set local.cache_dir to \"auto\" to open files faster the second time");
    };
    let finding = directory_finding(&directory, "what is known of files read before", "WATCHFIRE_CACHE_DIR");
    match size_of(&directory) {
        Some(bytes) if finding.health == Health::Fine => {
            let text = format!("{}, {} kB in it", finding.text, bytes / 1000);
            Finding { text, ..finding }.measured(bytes)
        }
        _ => finding,
    }
}

/// Bytes of the files directly in a directory.
fn size_of(directory: &Path) -> Option<u64> {
    let entries = std::fs::read_dir(directory).ok()?;
    Some(
        entries
            .flatten()
            .filter_map(|entry| entry.metadata().ok())
            .filter(|meta| meta.is_file())
            .map(|m| m.len())
            .sum(),
    )
}

/// Whether a directory, or the one it would be made in, can be written.
fn directory_finding(directory: &Path, what: &str, variable: &str) -> Finding {
    let there = directory.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/"));
    let wrong = match () {
        () if !there.is_dir() => "is no directory",
        () if access(there, Access::WRITE_OK | Access::EXEC_OK).is_err() => "cannot be written",
        () => {
            let made = if there == directory { "" } else { " (made when needed)" };
            return Finding::fine("directory", format!("{}{made}: {what}", directory.display()));
        }
    };
    let there = there.display();
    Finding::mend(
        "directory",
        format!("{there} {wrong}: not kept there: {what}"),
        format!("make {there} a directory you can write, or set {variable}"),
    )
}
