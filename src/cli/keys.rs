//! `config keys`: the effective key table by place, what was changed, and keys that collide.

use super::exit::Stop;
use super::line::{Line, Style};
use super::output::Output;
use crate::config::{Action, KeyMap, Place, Settings};
use serde::Serialize;

/// Prints the table.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn print(settings: &Settings, json: bool, output: &mut Output) -> Result<(), Stop> {
    let (map, conflicts) = settings.key_map();
    let places: Vec<PlaceKeys> = Place::ALL.into_iter().map(|place| PlaceKeys::of(place, &map)).collect();
    if json {
        let document = Document { schema: "watchfire.keys/1", places, conflicts, hidden: map.hidden() };
        return Ok(output.document(&document)?);
    }
    let rows = || places.iter().flat_map(|place| &place.actions);
    let name = rows().map(|row| row.action.len()).max().unwrap_or(0) + 2;
    let keys = rows().map(|row| row.label().chars().count()).max().unwrap_or(0) + 1;
    for (number, place) in places.iter().enumerate() {
        if number > 0 {
            output.whole_line(&Line::new())?;
        }
        let mut heading = Line::new();
        heading.push(Style::Bold, &format!("[keys.{}]", place.place));
        heading.push(Style::Dim, &format!("  {}", place.heading));
        output.whole_line(&heading)?;
        for row in &place.actions {
            let mut line = Line::new();
            line.push(Style::Plain, "  ")
                .column(Style::Plain, row.action, name, false)
                .column(Style::Cyan, &row.label(), keys, false)
                .column(Style::Yellow, if row.remapped { "*" } else { "" }, 2, false)
                .push(Style::Dim, row.help);
            output.line(&line)?;
        }
    }
    if rows().any(|row| row.remapped) {
        output.inform("* changed in the settings file");
    }
    conflicts.iter().for_each(|conflict| output.warn(conflict));
    map.hidden().iter().for_each(|hidden| output.inform(hidden));
    Ok(())
}

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    places: Vec<PlaceKeys>,
    conflicts: Vec<String>,
    hidden: Vec<String>,
}

#[derive(Serialize)]
struct PlaceKeys {
    place: &'static str,
    heading: &'static str,
    actions: Vec<ActionKeys>,
}

#[derive(Serialize)]
struct ActionKeys {
    action: &'static str,
    keys: Vec<String>,
    default: &'static [&'static str],
    remapped: bool,
    help: &'static str,
}

impl PlaceKeys {
    /// Every action that has a key in the place, or had one before the settings file took it.
    fn of(place: Place, map: &KeyMap) -> Self {
        let row = |action: &Action| {
            let same =
                |binding: &&crate::config::Binding| (binding.place, binding.action) == (place, *action);
            let keys: Vec<String> = map.bindings().iter().filter(same).map(|b| b.label()).collect();
            let default = KeyMap::defaults(place, *action);
            let mut before = default.to_vec();
            let mut now: Vec<&str> = keys.iter().map(String::as_str).collect();
            before.sort_unstable();
            now.sort_unstable();
            let remapped = before != now;
            (remapped || !keys.is_empty()).then_some(ActionKeys {
                action: action.name(),
                keys,
                default,
                remapped,
                help: action.help(),
            })
        };
        let actions = Action::ALL.iter().filter_map(row).collect();
        Self { place: place.name(), heading: place.heading(), actions }
    }
}

impl ActionKeys {
    fn label(&self) -> String {
        if self.keys.is_empty() { "(none)".to_owned() } else { self.keys.join("  ") }
    }
}
