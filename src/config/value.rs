//! The values settings take, and how each is read from a file or from text.

use crate::domain::Zone;
use std::fmt;
use std::path::PathBuf;

/// When output is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// On a terminal without `NO_COLOR`.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// The name in the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }
}

/// Least severe notes written to stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Only what failed.
    Error,
    /// Also what makes the result partial.
    Warning,
    /// Also how the input was understood.
    Info,
    /// Also timings and decisions.
    Debug,
}

impl LogLevel {
    /// The name in the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }
}

/// Where the index of what was read is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CacheDir {
    /// The platform's cache directory.
    Auto,
    /// Nowhere: every run reads everything.
    Off,
    /// A directory.
    At(PathBuf),
}

impl fmt::Display for CacheDir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Off => f.write_str("off"),
            Self::At(path) => write!(f, "{}", path.display()),
        }
    }
}

/// A value as it was given: typed in a file, text everywhere else.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Given {
    /// From a TOML file.
    Toml(toml::Value),
    /// From a flag, the environment or `.env`.
    Text(String),
}

impl Given {
    /// The text, unless the file wrote a number, a truth value or something larger.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Toml(toml::Value::String(text)) => Some(text.trim()),
            Self::Toml(_) => None,
        }
    }
}

impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Toml(value) => write!(f, "{value}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

pub(super) fn zone(given: &Given) -> Option<Option<Zone>> {
    match given.text()? {
        "auto" => Some(None),
        name => Zone::from_name(name).ok().map(Some),
    }
}

pub(super) fn color(given: &Given) -> Option<Color> {
    [Color::Auto, Color::Always, Color::Never]
        .into_iter()
        .find(|color| given.text().is_some_and(|text| text.eq_ignore_ascii_case(color.as_str())))
}

/// Accepts the names of the replaced system (`WARNING`, `CRITICAL`) in any case.
pub(super) fn log_level(given: &Given) -> Option<LogLevel> {
    Some(match given.text()?.to_ascii_lowercase().as_str() {
        "error" | "critical" | "fatal" => LogLevel::Error,
        "warning" | "warn" => LogLevel::Warning,
        "info" => LogLevel::Info,
        "debug" | "trace" => LogLevel::Debug,
        _ => return None,
    })
}

pub(super) fn truth(given: &Given) -> Option<bool> {
    match given {
        Given::Toml(value) => value.as_bool(),
        Given::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Some(true),
            "false" | "0" | "no" | "off" | "" => Some(false),
            _ => None,
        },
    }
}

/// `None` inside: as the surroundings say.
pub(super) fn truth_or_auto(given: &Given) -> Option<Option<bool>> {
    if given.text() == Some("auto") { Some(None) } else { truth(given).map(Some) }
}

/// A whole number of at least 1.
pub(super) fn count(given: &Given) -> Option<usize> {
    let number = match given {
        Given::Toml(value) => usize::try_from(value.as_integer()?).ok()?,
        Given::Text(text) => text.trim().parse().ok()?,
    };
    (number > 0).then_some(number)
}

pub(super) fn cache_dir(given: &Given) -> Option<CacheDir> {
    Some(match given.text()? {
        "" => return None,
        "auto" => CacheDir::Auto,
        "off" => CacheDir::Off,
        path => CacheDir::At(PathBuf::from(path)),
    })
}

const UNITS: [(&str, u64); 4] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

/// `4GiB`, `512 MiB`, `1000` (bytes); decimal units (`GB`, `G`) are read as their binary neighbours.
pub(super) fn size(given: &Given) -> Option<u64> {
    if let Given::Toml(toml::Value::Integer(bytes)) = given {
        return u64::try_from(*bytes).ok().filter(|bytes| *bytes > 0);
    }
    let text = given.text()?;
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let amount: u64 = text[..digits].parse().ok()?;
    let unit: u64 = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        "t" | "tb" | "tib" => 1 << 40,
        _ => return None,
    };
    amount.checked_mul(unit).filter(|bytes| *bytes > 0)
}

/// The shortest exact text of a size.
pub(super) fn size_text(bytes: u64) -> String {
    let unit = UNITS.into_iter().find(|(_, unit)| bytes >= *unit && bytes.is_multiple_of(*unit));
    let (name, unit) = unit.unwrap_or(("B", 1));
    format!("{}{name}", bytes / unit)
}

/// `auto` or a truth value as TOML writes it.
pub(super) fn truth_text(value: Option<bool>) -> String {
    value.map_or_else(|| quoted("auto"), |value| value.to_string())
}

/// The text as a TOML string.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn text(text: &str) -> Given {
        Given::Text(text.to_owned())
    }

    #[rstest]
    #[case("4GiB", Some(4 << 30))]
    #[case("512 mb", Some(512 << 20))]
    #[case("1000", Some(1000))]
    #[case("0", None)]
    #[case("99999999999T", None)]
    #[case("-1", None)]
    #[case("4 parsecs", None)]
    fn sizes_are_read_with_their_unit(#[case] given: &str, #[case] bytes: Option<u64>) {
        assert_eq!(size(&text(given)), bytes);
        if let Some(bytes) = bytes {
            assert_eq!(size(&text(&size_text(bytes))), Some(bytes));
        }
    }

    #[rstest]
    #[case("WARNING", Some(LogLevel::Warning))]
    #[case("critical", Some(LogLevel::Error))]
    #[case("loud", None)]
    fn levels_of_the_replaced_system_are_understood(#[case] given: &str, #[case] level: Option<LogLevel>) {
        assert_eq!(log_level(&text(given)), level);
    }

    #[test]
    fn a_number_in_quotes_is_not_a_number_in_a_file() {
        assert_eq!(count(&Given::Toml(toml::Value::String("20".to_owned()))), None);
        assert_eq!(count(&Given::Toml(toml::Value::Integer(20))), Some(20));
        assert_eq!(count(&text("20")), Some(20));
        assert_eq!(count(&text("0")), None);
    }
}
