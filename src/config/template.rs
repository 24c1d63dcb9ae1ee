//! The commented sample file, written from the keys themselves.

use super::Settings;
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
        let (in_section, name) = row.key.name().split_once('.').unwrap_or(("", row.key.name()));
        if in_section != section {
            section = in_section;
            let _ = write!(text, "\n[{section}]\n");
        }
        let _ = write!(
            text,
            "\n# {}\n# Values: {}. Environment: {}\n#= {name} = {}\n",
            row.key.doc(),
            row.key.expected(),
            row.key.variable(),
            row.value
        );
    }
    text
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
