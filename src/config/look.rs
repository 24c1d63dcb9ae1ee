//! `[keys.PLACE]` and `[theme]` roles: entries whose names are not settings of their own, read one by one.
//!
//! What is wrong with them never keeps the screen from starting, so their errors can be told from the others.

use super::error::ConfigError;
use super::keys::{KeyMap, Remap};
use super::layer::{Entry, distance};
use super::theme::{Paint, Role};
use super::value::Given;
use super::{Action, Chord, Place};

/// Whether a dotted name is one of the keys or of the theme, in a profile or not.
pub(super) fn is_look(name: &str) -> bool {
    let name = match name.strip_prefix("profile.") {
        Some(rest) => rest.split_once('.').map_or("", |(_, inside)| inside),
        None => name,
    };
    ["keys", "theme"].iter().any(|section| {
        name.strip_prefix(section).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// The text without the sections of keys and theme; every line keeps its number.
pub(super) fn without_look(text: &str) -> String {
    let mut inside = false;
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        if let Some(name) = heading(line) {
            inside = is_look(name);
        }
        out.push_str(if inside { "" } else { line });
        out.push('\n');
    }
    out
}

/// The name in `[name]`.
fn heading(line: &str) -> Option<&str> {
    let (name, rest) = line.trim().strip_prefix('[')?.split_once(']')?;
    let after = rest.trim_start();
    let plain = |c: char| c.is_alphanumeric() || "._- ".contains(c);
    (name.chars().all(plain) && (after.is_empty() || after.starts_with('#'))).then_some(name.trim())
}

/// What an entry says.
pub(super) enum Said {
    /// An action's keys.
    Keys(Remap),
    /// A role's colour.
    Color(Role, Paint),
}

/// Reads `keys.PLACE.ACTION` or `theme.ROLE`.
pub(super) fn read(name: &str, entry: &Entry) -> Result<Said, ConfigError> {
    let wrong = |expected: String, fix: String| ConfigError::Value {
        place: entry.place.clone(),
        key: entry.written_as.clone(),
        value: entry.given.to_string(),
        expected,
        fix,
    };
    match name.split('.').collect::<Vec<_>>().as_slice() {
        ["theme", role] => {
            let known = Role::from_name(role).ok_or_else(|| {
                let roles: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
                let expected = format!("name, ascii, mouse or a role of {}", roles.join(", "));
                let fix = near(role, &roles).unwrap_or_else(|| "remove the line".to_owned());
                wrong(expected, fix)
            })?;
            let paint = entry.given.text().and_then(Paint::parse);
            let paint = paint.ok_or_else(|| {
                wrong(Paint::expected(), format!("write for example `{role} = \"light-red\"`"))
            })?;
            Ok(Said::Color(known, paint))
        }
        ["keys", place, action] => remap(place, action, entry).map(Said::Keys).map_err(|(e, f)| wrong(e, f)),
        _ => {
            let places = Place::ALL.map(Place::name).join(", ");
            let fix = "write for example `[keys.global]` above it".to_owned();
            Err(wrong(format!("a section `[keys.PLACE]` with a place of {places}"), fix))
        }
    }
}

/// Expected and fix, when it cannot be read.
fn remap(place: &str, action: &str, entry: &Entry) -> Result<Remap, (String, String)> {
    let places = Place::ALL.map(Place::name);
    let known = Place::ALL.into_iter().find(|known| known.name() == place).ok_or_else(|| {
        let fix = near(place, &places).unwrap_or_else(|| "write for example `[keys.global]`".to_owned());
        (format!("a place of {}", places.join(", ")), fix)
    })?;
    let allowed = KeyMap::allowed(known);
    let action = allowed.iter().copied().find(|allowed| allowed.name() == action).ok_or_else(|| {
        let names: Vec<&str> = allowed.iter().map(|action| action.name()).collect();
        let help = || format!("`watchfire config keys` lists the {} that are", names.len());
        let what = match Action::from_name(action) {
            Some(_) => format!("an action that means something in `{place}`"),
            None => "the name of an action".to_owned(),
        };
        (what, near(action, &names).unwrap_or_else(help))
    })?;
    let mut keys = Vec::new();
    let sample = || format!("write for example `{} = [\"k\", \"ctrl-k\"]`, or `[]` for none", action.name());
    for text in texts(&entry.given).ok_or_else(|| ("a key or a list of keys".to_owned(), sample()))? {
        keys.push(sequence(known, text).map_err(|(expected, fix)| (expected, fix.unwrap_or_else(sample)))?);
    }
    Ok(Remap { place: known, action, keys, at: entry.place.clone() })
}

fn texts(given: &Given) -> Option<Vec<&str>> {
    match given {
        Given::Toml(toml::Value::Array(list)) => list.iter().map(toml::Value::as_str).collect(),
        given => given.text().map(|text| vec![text]),
    }
}

/// Reads one or two keys in a row that can work in a place.
fn sequence(place: Place, text: &str) -> Result<Vec<Chord>, (String, Option<String>)> {
    let keys = Chord::parse_sequence(text)
        .ok_or_else(|| (format!("keys like {}; \"{text}\" is none", super::chord::EXPECTED), None))?;
    for key in &keys {
        if let Some(same) = key.same_as() {
            let fix = format!("write \"{same}\": terminals send the same for both");
            return Err((format!("a key that terminals can tell apart; \"{key}\" is not"), Some(fix)));
        }
    }
    let typed = matches!(place, Place::Prompt | Place::Input) && keys.first().is_some_and(Chord::is_typed);
    if typed {
        let fix = format!("write for example \"ctrl-{}\"", text.chars().next().unwrap_or('k'));
        return Err((format!("a key that is not typed as text; \"{text}\" is text here"), Some(fix)));
    }
    Ok(keys)
}

/// "did you mean", if something is near.
fn near(given: &str, known: &[&str]) -> Option<String> {
    let (distance, name) = known.iter().map(|name| (distance(given, name), *name)).min()?;
    (distance <= 2).then(|| format!("did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::super::Origin;
    use super::*;
    use rstest::rstest;

    fn read_line(name: &str, value: &str) -> Result<Said, String> {
        let table: toml::Table = format!("v = {value}").parse().unwrap();
        let entry = Entry {
            given: Given::Toml(table["v"].clone()),
            origin: Origin::Default,
            written_as: name.to_owned(),
            place: "c.toml: line 3".to_owned(),
        };
        read(name, &entry).map_err(|error| error.to_string())
    }

    #[rstest]
    #[case("keys.lists.open", "\"k\"", "expected a place of list, detail", "did you mean `list`?")]
    #[case("keys.list.opn", "\"k\"", "expected the name of an action", "did you mean `open`?")]
    #[case("keys.prompt.mute", "\"ctrl-y\"", "an action that means something in `prompt`", "config keys")]
    #[case("keys.list.open", "\"jj\"", "\"jj\" is none", "open = [\"k\", \"ctrl-k\"]")]
    #[case("keys.list.open", "3", "expected a key or a list of keys", "or `[]` for none")]
    #[case("keys.list.open", "[\"k\", 1]", "expected a key or a list of keys", "open =")]
    #[case("keys.list.open", "\"ctrl-m\"", "terminals can tell apart", "write \"enter\"")]
    #[case("keys.prompt.submit", "\"s\"", "\"s\" is text here", "write for example \"ctrl-s\"")]
    #[case("keys.quit", "\"Q\"", "a section `[keys.PLACE]`", "`[keys.global]`")]
    #[case("theme.errors", "\"red\"", "a role of text, dim", "did you mean `error`?")]
    #[case("theme.error", "\"pink\"", "of default, black, red", "error = \"light-red\"")]
    fn what_is_wrong_is_said_with_what_is_allowed(
        #[case] name: &str,
        #[case] value: &str,
        #[case] expected: &str,
        #[case] fix: &str,
    ) {
        let Err(said) = read_line(name, value) else { panic!("{name} = {value} was accepted") };
        assert!(said.starts_with(&format!("c.toml: line 3: `{name} = ")), "{said}");
        assert!(said.contains(expected) && said.contains(fix), "{said}");
    }

    #[test]
    fn one_key_several_keys_and_no_key_are_read() {
        let count = |value: &str| match read_line("keys.list.open", value) {
            Ok(Said::Keys(remap)) => remap.keys.len(),
            _ => panic!("{value} was refused"),
        };
        assert_eq!([count("\"k\""), count("[\"k\", \"ctrl-x ctrl-k\"]"), count("[]")], [1, 2, 0]);
    }

    #[test]
    fn only_sections_of_keys_and_theme_are_taken_out() {
        let text = "a = 1\n[keys.list] # mine\nopen = [\n  \"k\",\n]\n[search]\nb = 2\n[profile.x.theme]\nc = 3\n[themes]\nd = 4\n";
        assert_eq!(without_look(text), "a = 1\n\n\n\n\n[search]\nb = 2\n\n\n[themes]\nd = 4\n");
    }
}
