//! The commented sample file, written from the keys themselves.

use super::value::quoted;
use super::{Ansi, KeyMap, Place, Role, Settings};
use std::fmt::Write as _;

/// The sample `config.toml`: every key with its meaning, its environment name and its default.
///
/// A default stands behind `#= `, so that the file as printed changes nothing; taking the marker away from a line sets
/// the key.
#[must_use]
pub fn template() -> String {
    let mut text = String::from(
        "# Settings of Watchfire. A line after `#=` shows a default: remove the `#= ` and change the value.\n\
         # Stronger than this file: a [profile.NAME] section (--profile NAME), secrets.toml, .env, the environment, flags.\n\
         # `watchfire config show` prints what holds now and where it came from.\n",
    );
    let mut section = "";
    for row in Settings::default().rows() {
        let Some(key) = row.key else { continue };
        let (in_section, name) = key.name().split_once('.').unwrap_or(("", key.name()));
        if in_section != section {
            section = in_section;
            let _ = write!(text, "\n[{section}]\n");
        }
        let _ = write!(
            text,
            "\n# {}\n# Values: {}. Environment: {}\n#= {name} = {}\n",
            key.doc(),
            key.expected(),
            key.variable(),
            row.value
        );
    }
    colors(&mut text);
    keys(&mut text);
    text
}

fn colors(text: &mut String) {
    text.push_str(
        "\n# Colours of single roles, over the theme's own: `error = \"light-red\"`, `prod = \"white on red\"`. Roles:\n",
    );
    for role in Role::ALL {
        let _ = writeln!(text, "#   {:<9} {}", role.name(), role.help());
    }
    let names: Vec<&str> = Ansi::ALL.iter().map(|ansi| ansi.name()).collect();
    let (first, second) = names.split_at(names.len() / 2);
    let _ = writeln!(text, "# Colours: {},\n# {}", first.join(", "), second.join(", "));
}

/// The whole key table: every line is a default that can be changed.
fn keys(text: &mut String) {
    text.push_str(
        "\n# Keys: `action = \"k\"`, `[\"k\", \"ctrl-k\"]` or `[]`; two keys in a row are \"ctrl-x ctrl-e\".\n\
         # A key set here wins over a default it collides with; `watchfire config keys` shows what holds.\n",
    );
    for place in Place::ALL {
        let _ = write!(text, "\n# {}\n[keys.{}]\n", place.heading(), place.name());
        for action in KeyMap::allowed(place) {
            let keys: Vec<String> = KeyMap::defaults(place, action).iter().map(|key| quoted(key)).collect();
            let value = match keys.as_slice() {
                [] => continue,
                [only] => only.clone(),
                keys => format!("[{}]", keys.join(", ")),
            };
            let _ = writeln!(text, "#= {} = {value}", action.name());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Key;
    use super::*;

    #[test]
    fn the_sample_in_the_repository_is_the_template() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/config/config.toml");
        if std::env::var_os("UPDATE_TEMPLATE").is_some() {
            std::fs::write(path, template()).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(committed, template(), "run the test with UPDATE_TEMPLATE=1 to write it");
    }

    #[test]
    fn every_key_is_documented_once() {
        let text = template();
        for key in Key::ALL {
            assert_eq!(text.matches(key.doc()).count(), 1, "{}", key.name());
        }
    }
}
