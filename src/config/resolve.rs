//! Lays the layers over each other: the strongest valid value wins, every wrong one is reported.

use super::error::{ConfigError, ConfigErrors};
use super::key::Key;
use super::layer::{self, Entry, Layer};
use super::look::{self, Said};
use super::theme::theme_name;
use super::value::{self, Given};
use super::{Inputs, Origin, Setting, Settings};
use std::collections::BTreeSet;

/// A name that was set and that no part of this version uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// The name.
    pub name: String,
    /// Where it is set.
    pub origin: Origin,
}

/// Settings with what is wrong with keys and theme in the file, where the defaults hold instead.
#[derive(Clone, Debug)]
pub struct ForScreen {
    /// The settings.
    pub settings: Settings,
    /// What could not be used.
    pub left_out: Vec<ConfigError>,
}

/// Resolves all settings for the screen, which starts whatever is wrong with its keys and its theme.
///
/// # Errors
/// Everything else that is wrong in any layer, at once.
pub fn resolve_for_screen(inputs: &Inputs) -> Result<ForScreen, ConfigErrors> {
    let (settings, _, errors) = all(inputs);
    let (left_out, errors): (Vec<_>, Vec<_>) = errors.into_iter().partition(ConfigError::is_look);
    if errors.is_empty() { Ok(ForScreen { settings, left_out }) } else { Err(ConfigErrors(errors)) }
}

/// Resolves all settings, and lists names of the replaced system that are set but have no use in this version.
///
/// # Errors
/// Everything that is wrong in any layer, at once, also values that a stronger layer would have hidden.
pub fn resolve(inputs: &Inputs) -> Result<(Settings, Vec<Unused>), ConfigErrors> {
    let (settings, unused, errors) = all(inputs);
    if errors.is_empty() { Ok((settings, unused)) } else { Err(ConfigErrors(errors)) }
}

fn all(inputs: &Inputs) -> (Settings, Vec<Unused>, Vec<ConfigError>) {
    let mut errors = Vec::new();
    let mut unused = Vec::new();
    let mut layers = vec![layer::flags(&inputs.flags), layer::environment(&inputs.environment, &mut unused)];
    if let Some(file) = &inputs.dotenv {
        layers.push(layer::dotenv(file, &mut unused));
    }
    if let Some(file) = &inputs.secrets {
        layers.push(layer::secrets(file, &mut errors, &mut unused));
    }
    match (&inputs.file, &inputs.profile) {
        (Some(file), profile) => layers.extend(layer::file(file, profile.as_deref(), &mut errors)),
        (None, Some(name)) => errors.push(ConfigError::Profile {
            place: "the settings".to_owned(),
            name: name.clone(),
            fix: format!("there is no settings file; write one with a section `[profile.{name}]`"),
        }),
        (None, None) => {}
    }
    let mut pick = Pick { layers, errors };
    let mut settings = pick.settings();
    pick.order(&mut settings);
    pick.look(&mut settings);
    (settings, unused, pick.errors)
}

struct Pick {
    layers: Vec<Layer>,
    errors: Vec<ConfigError>,
}

impl Pick {
    fn settings(&mut self) -> Settings {
        let default = Settings::default();
        Settings {
            zone: self.pick(Key::Zone, default.zone, value::zone),
            color: self.pick(Key::Color, default.color, value::color),
            log_level: self.pick(Key::LogLevel, default.log_level, value::log_level),
            debug: self.pick(Key::Debug, default.debug, value::truth),
            prod: self.pick(Key::Prod, default.prod, value::truth_or_auto),
            limit: self.pick(Key::Limit, default.limit, value::count),
            max_limit: self.pick(Key::MaxLimit, default.max_limit, value::count),
            max_query_length: self.pick(Key::MaxQueryLength, default.max_query_length, value::count),
            cache_dir: self.pick(Key::CacheDir, default.cache_dir, value::cache_dir),
            spool_cap: self.pick(Key::SpoolCap, default.spool_cap, value::size),
            theme: self.pick(Key::Theme, default.theme, theme_name),
            ascii: self.pick(Key::Ascii, default.ascii, value::truth_or_auto),
            mouse: self.pick(Key::Mouse, default.mouse, value::truth),
            colors: Vec::new(),
            keys: Vec::new(),
        }
    }

    fn pick<T>(&mut self, key: Key, default: Setting<T>, read: fn(&Given) -> Option<T>) -> Setting<T> {
        let mut chosen = None;
        for layer in &self.layers {
            let Some(entry) = layer.entries.get(&key) else { continue };
            match read(&entry.given) {
                Some(value) if chosen.is_none() && !layer.inactive => {
                    chosen = Some(Setting { value, origin: entry.origin.clone() });
                }
                Some(_) => {}
                None => self.errors.push(wrong(key, entry)),
            }
        }
        chosen.unwrap_or(default)
    }

    /// Reads keys and colours; those of a stronger layer come first and hide the same name in weaker ones.
    fn look(&mut self, settings: &mut Settings) {
        let mut seen = BTreeSet::new();
        for layer in &self.layers {
            for (name, entry) in &layer.look {
                let said = match look::read(name, entry) {
                    Ok(said) => said,
                    Err(error) => {
                        self.errors.push(error);
                        continue;
                    }
                };
                if layer.inactive || !seen.insert(name) {
                    continue;
                }
                let origin = entry.origin.clone();
                match said {
                    Said::Keys(value) => settings.keys.push(Setting { value, origin }),
                    Said::Color(role, paint) => {
                        settings.colors.push(Setting { value: (role, paint), origin });
                    }
                }
            }
        }
    }

    /// A default gives way to a stated maximum; two stated values have to agree.
    fn order(&mut self, settings: &mut Settings) {
        let (low, high) = (&mut settings.limit, &settings.max_limit);
        if low.origin == Origin::Default {
            low.value = low.value.min(high.value);
        } else if low.value > high.value {
            self.errors.push(ConfigError::Order {
                low: Key::Limit.name(),
                low_value: low.value,
                low_place: low.origin.to_string(),
                high: Key::MaxLimit.name(),
                high_value: high.value,
                high_place: high.origin.to_string(),
            });
        }
    }
}

fn wrong(key: Key, entry: &Entry) -> ConfigError {
    let row = Settings::default().rows().into_iter().find(|row| row.key == Some(key));
    let sample = row.map(|row| row.value).unwrap_or_default();
    let hidden = matches!(entry.origin, Origin::Secrets { .. });
    let fix = match &entry.given {
        Given::Toml(_) => format!("write for example `{} = {sample}`", entry.written_as),
        Given::Text(_) => format!("give for example {}", sample.trim_matches('"')),
    };
    ConfigError::Value {
        place: entry.place.clone(),
        key: entry.written_as.clone(),
        value: if hidden { "(hidden)".to_owned() } else { entry.given.to_string() },
        expected: key.expected().to_owned(),
        fix,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CacheDir, Color, FileText, KeyMap, LogLevel, template};
    use super::*;
    use rstest::rstest;

    fn file(path: &str, text: &str) -> FileText {
        FileText { path: path.to_owned(), text: text.to_owned(), mode: Some(0o600) }
    }

    fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn messages(inputs: &Inputs) -> Vec<String> {
        resolve(inputs).unwrap_err().0.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_layer_hides_the_weaker_ones_and_the_origin_says_which_won() {
        let mut inputs = Inputs {
            file: Some(file("config.toml", "[search]\nlimit = 2\n[profile.night.search]\nlimit = 3\n")),
            ..Inputs::default()
        };
        let limit = |inputs: &Inputs| {
            let (settings, _) = resolve(inputs).unwrap();
            (settings.limit.value, settings.limit.origin.to_string())
        };
        assert_eq!(limit(&Inputs::default()), (10, "default".to_owned()));
        assert_eq!(limit(&inputs), (2, "config.toml".to_owned()));
        inputs.profile = Some("night".to_owned());
        assert_eq!(limit(&inputs), (3, "config.toml, profile night".to_owned()));
        inputs.secrets = Some(file("secrets.toml", "DEFAULT_SEARCH_SIZE = 4\n"));
        assert_eq!(limit(&inputs), (4, "DEFAULT_SEARCH_SIZE in secrets.toml".to_owned()));
        inputs.dotenv = Some(file(".env", "# sizes\nexport DEFAULT_SEARCH_SIZE='5' # five\n"));
        assert_eq!(limit(&inputs), (5, "DEFAULT_SEARCH_SIZE in .env".to_owned()));
        inputs.environment = variables(&[("DEFAULT_SEARCH_SIZE", "6")]);
        assert_eq!(limit(&inputs), (6, "DEFAULT_SEARCH_SIZE in the environment".to_owned()));
        inputs.flags = vec![("--limit", Key::Limit, "7".to_owned())];
        assert_eq!(limit(&inputs), (7, "--limit".to_owned()));
    }

    #[test]
    fn all_errors_come_at_once_with_place_key_value_and_fix() {
        let inputs = Inputs {
            flags: vec![("--zone", Key::Zone, "Mars".to_owned())],
            environment: variables(&[("MAX_SEARCH_SIZE", "lots")]),
            secrets: Some(file("secrets.toml", "MAX_QUERY_LENGTH = \"hunter2\"\n")),
            file: Some(file(
                "c.toml",
                "colour = 1\n[search]\nlimit = \"20\"\n[profile.x.local]\nspool_cap = 0\n",
            )),
            ..Inputs::default()
        };
        assert_eq!(
            messages(&inputs),
            [
                "c.toml: line 1: `colour` is not a setting; did you mean `color`?",
                "command line: `--zone = Mars`: expected auto, UTC, local, an IANA name like Europe/Berlin or an offset like +02:00; give for example auto",
                "c.toml: line 3: `search.limit = \"20\"`: expected a whole number of at least 1; write for example `search.limit = 10`",
                "environment: `MAX_SEARCH_SIZE = lots`: expected a whole number of at least 1; give for example 10000",
                "secrets.toml: `MAX_QUERY_LENGTH = (hidden)`: expected a whole number of at least 1; give for example 2000",
                "c.toml: line 5: `profile.x.local.spool_cap = 0`: expected a size like 512MiB or 4GiB; write for example `profile.x.local.spool_cap = \"2GiB\"`",
            ]
        );
    }

    #[rstest]
    #[case("limit = [", "c.toml: line 1: ")]
    #[case("zone = \"UTC\"\nzone = \"UTC\"\n", "c.toml: line 2: duplicate key")]
    #[case(
        "[keys]\nquit = \"q\"\n",
        "c.toml: line 2: `keys.quit = \"q\"`: expected a section `[keys.PLACE]`"
    )]
    #[case("[theme]\nname = \"pink\"\n", "c.toml: line 2: `theme.name = \"pink\"`: expected dark, light")]
    #[case("profile = 1\n", "c.toml: line 1: `profile = 1` is not a setting")]
    #[case("search = 1\n", "c.toml: line 1: `search` is not a setting")]
    #[case(
        "[search]\nlimit = 20\nmax_limit = 5\n",
        "`search.limit` is 20 (c.toml), above `search.max_limit`, 5 (c.toml)"
    )]
    fn a_broken_file_is_said_in_a_sentence(#[case] text: &str, #[case] start: &str) {
        let said = messages(&Inputs { file: Some(file("c.toml", text)), ..Inputs::default() });
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with(start), "{said:?}");
    }

    #[test]
    fn a_profile_that_does_not_exist_names_those_that_do() {
        let text = "[profile.day]\n[profile.night]\n";
        let mut inputs = Inputs { profile: Some("noon".to_owned()), ..Inputs::default() };
        assert!(
            messages(&inputs)[0].starts_with("no profile `noon` in the settings; there is no settings file")
        );
        inputs.file = Some(file("c.toml", text));
        assert_eq!(messages(&inputs), ["no profile `noon` in c.toml; it has day, night"]);
    }

    #[test]
    fn secrets_that_others_can_read_are_refused_unread() {
        let mut secrets = file("s.toml", "not even toml");
        secrets.mode = Some(0o100_644);
        let said = messages(&Inputs { secrets: Some(secrets), ..Inputs::default() });
        assert_eq!(said, ["s.toml: its mode is 0644, so others can read it; run `chmod 600 s.toml`"]);
    }

    #[test]
    fn names_of_the_replaced_system_work_and_those_without_a_use_are_listed() {
        let inputs = Inputs {
            environment: variables(&[
                ("LOG_LEVEL", "WARNING"),
                ("ENABLE_DEBUG_MODE", "true"),
                ("AWS_REGION", "eu-central-1"),
                ("NO_COLOR", "1"),
                ("WATCHFIRE_CACHE_DIR", "off"),
                ("HOME", "/nowhere"),
            ]),
            ..Inputs::default()
        };
        let (settings, unused) = resolve(&inputs).unwrap();
        assert_eq!(settings.log_level.value, LogLevel::Warning);
        assert!(settings.debug.value);
        assert_eq!(settings.color.value, Color::Never);
        assert_eq!(settings.cache_dir.value, CacheDir::Off);
        assert_eq!(unused.iter().map(|u| u.name.as_str()).collect::<Vec<_>>(), ["AWS_REGION"]);
    }

    #[test]
    fn a_default_limit_gives_way_to_a_lower_maximum() {
        let inputs = Inputs { environment: variables(&[("MAX_SEARCH_SIZE", "4")]), ..Inputs::default() };
        assert_eq!(resolve(&inputs).unwrap().0.limit.value, 4);
    }

    #[test]
    fn an_explicit_colour_wins_over_no_color_and_an_empty_no_color_is_none() {
        let color = |pairs: &[(&str, &str)]| {
            let inputs = Inputs { environment: variables(pairs), ..Inputs::default() };
            resolve(&inputs).unwrap().0.color.value
        };
        assert_eq!(color(&[("NO_COLOR", "1"), ("WATCHFIRE_COLOR", "always")]), Color::Always);
        assert_eq!(color(&[("WATCHFIRE_COLOR", "always"), ("NO_COLOR", "1")]), Color::Always);
        assert_eq!(color(&[("NO_COLOR", "")]), Color::Auto);
    }

    fn on_screen(text: &str) -> ForScreen {
        let inputs = Inputs { file: Some(file("c.toml", text)), ..Inputs::default() };
        resolve_for_screen(&inputs).unwrap()
    }

    #[test]
    fn the_screen_does_without_what_is_wrong_with_keys_and_theme() {
        let text = "[keys.list]\nopen = 1\nmute = \"ctrl-k\"\n[theme]\nname = \"pink\"\nerror = \"light-red\"\n[search]\nlimit = 3\n";
        let ForScreen { settings, left_out } = on_screen(text);
        assert_eq!(left_out.len(), 2, "{left_out:?}");
        assert_eq!((settings.theme.value.as_str(), settings.limit.value), ("dark", 3));
        assert_eq!(settings.keys.len(), 1);
        assert_eq!(settings.colors[0].value.1.to_string(), "light-red");
        let inputs = Inputs { file: Some(file("c.toml", text)), ..Inputs::default() };
        assert_eq!(resolve(&inputs).unwrap_err().0.len(), 2);
    }

    #[test]
    fn a_key_section_that_is_no_toml_leaves_the_other_sections_readable() {
        let ForScreen { settings, left_out } = on_screen("[search]\nlimit = 3\n[keys.list]\nopen = = 1\n");
        assert_eq!(settings.limit.value, 3);
        assert!(left_out[0].to_string().starts_with("c.toml: line 4: "), "{left_out:?}");
        let broken = Inputs { file: Some(file("c.toml", "[search]\nlimit = = 3\n")), ..Inputs::default() };
        assert!(resolve_for_screen(&broken).is_err());
    }

    #[test]
    fn keys_and_colours_of_the_profile_hide_those_of_the_file() {
        let text = "[keys.list]\nmute = \"x\"\n[theme]\nerror = \"red\"\n[profile.p]\nprod = true\n[profile.p.keys.list]\nmute = []\n[profile.p.theme]\nerror = \"blue\"\n";
        let mut inputs = Inputs { file: Some(file("c.toml", text)), ..Inputs::default() };
        let said = |inputs: &Inputs| {
            let (settings, _) = resolve(inputs).unwrap();
            (settings.keys[0].value.value(), settings.colors[0].value.1.to_string(), settings.prod.value)
        };
        assert_eq!(said(&inputs), ("\"x\"".to_owned(), "red".to_owned(), None));
        inputs.profile = Some("p".to_owned());
        assert_eq!(said(&inputs), ("[]".to_owned(), "blue".to_owned(), Some(true)));
    }

    #[test]
    fn the_template_with_every_line_switched_on_says_the_defaults() {
        let text: String = template().lines().map(|line| line.strip_prefix("#= ").unwrap_or(line)).fold(
            String::new(),
            |mut text, line| {
                text.push_str(line);
                text.push('\n');
                text
            },
        );
        let inputs = Inputs { file: Some(file("t.toml", &text)), ..Inputs::default() };
        let (settings, _) = resolve(&inputs).unwrap();
        let expected = Settings::default().rows();
        let (map, conflicts) = settings.key_map();
        assert_eq!(conflicts, [""; 0]);
        let plain = |map: &KeyMap| -> Vec<_> {
            map.bindings().iter().map(|binding| (binding.place, binding.action, binding.label())).collect()
        };
        assert_eq!(plain(&map), plain(&KeyMap::with(&[]).0));
        let rows: Vec<_> = settings.rows().into_iter().filter(|row| row.key.is_some()).collect();
        assert!(rows.iter().all(|row| row.origin != Origin::Default), "a key is missing in the template");
        assert_eq!(
            rows.into_iter().map(|row| (row.key, row.value)).collect::<Vec<_>>(),
            expected.into_iter().map(|row| (row.key, row.value)).collect::<Vec<_>>()
        );
    }
}
