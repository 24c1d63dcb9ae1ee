//! Settings: what was given on the command line, in the environment, in files, and what holds where nothing was.
//!
//! Pure: the binary reads the world and hands the texts in as [`Inputs`]; [`resolve()`] returns every value with its
//! [`Origin`], or all errors at once. Strongest first: flag, environment, `.env`, `secrets.toml`, the chosen profile's
//! section, the file, the default. Only settings that something uses exist here.

mod action;
mod chord;
mod error;
mod key;
mod keys;
mod layer;
mod look;
mod resolve;
mod template;
mod theme;
mod value;

pub use action::{Action, Place};
pub use chord::{Chord, Code};
pub use error::{ConfigError, ConfigErrors};
pub use key::{Key, LATER_NAMES};
pub use keys::{Binding, KeyMap, Meaning, Remap};
pub use resolve::{ForScreen, Unused, resolve, resolve_for_screen};
pub use template::template;
pub use theme::{Ansi, Paint, Role, THEMES};
pub use value::{CacheDir, Color, LogLevel};

use crate::domain::Zone;
use std::fmt;

/// A text file the binary read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileText {
    /// Path as shown to the user.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// Permission bits (`0o600`) where the platform has them.
    pub mode: Option<u32>,
}

/// Everything settings can come from, as read by the binary.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// `(flag as typed, key, value)`, e.g. `("--zone", Key::Zone, "UTC")`.
    pub flags: Vec<(&'static str, Key, String)>,
    /// The process environment.
    pub environment: Vec<(String, String)>,
    /// `.env` of the working directory.
    pub dotenv: Option<FileText>,
    /// `secrets.toml` beside the settings file; refused unless only its owner can read it.
    pub secrets: Option<FileText>,
    /// `config.toml`.
    pub file: Option<FileText>,
    /// The profile asked for (`--profile`, else `WATCHFIRE_PROFILE`).
    pub profile: Option<String>,
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nothing was given.
    Default,
    /// A key of the settings file.
    File {
        /// Path of the file.
        path: String,
    },
    /// A key of a profile's section in the settings file.
    Profile {
        /// Path of the file.
        path: String,
        /// Name of the profile.
        name: String,
    },
    /// A name in `secrets.toml`; its value is never printed in errors.
    Secrets {
        /// Path of the file.
        path: String,
        /// The name.
        name: String,
    },
    /// A name in `.env`.
    DotEnv {
        /// Path of the file.
        path: String,
        /// The name.
        name: String,
    },
    /// An environment variable.
    Environment {
        /// The name.
        name: String,
    },
    /// A command line flag.
    Flag {
        /// The flag.
        name: &'static str,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path } => f.write_str(path),
            Self::Profile { path, name } => write!(f, "{path}, profile {name}"),
            Self::Secrets { path, name } | Self::DotEnv { path, name } => write!(f, "{name} in {path}"),
            Self::Environment { name } => write!(f, "{name} in the environment"),
            Self::Flag { name } => f.write_str(name),
        }
    }
}

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting<T> {
    /// The effective value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

impl<T> Setting<T> {
    fn default(value: T) -> Self {
        Self { value, origin: Origin::Default }
    }
}

/// The effective settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Zone for times without an offset and for printing; `None`: what the file shows, else UTC.
    pub zone: Setting<Option<Zone>>,
    /// When output is coloured.
    pub color: Setting<Color>,
    /// Least severe notes written to stderr.
    pub log_level: Setting<LogLevel>,
    /// Whether timings and decisions are written to stderr as well.
    pub debug: Setting<bool>,
    /// Whether this is production; `None`: when the profile's name says so.
    pub prod: Setting<Option<bool>>,
    /// Hits shown when `--limit` is not given.
    pub limit: Setting<usize>,
    /// Most hits that may be asked for.
    pub max_limit: Setting<usize>,
    /// Longest accepted query or question, in characters.
    pub max_query_length: Setting<usize>,
    /// Where the index of what was read is kept.
    pub cache_dir: Setting<CacheDir>,
    /// Most bytes of decompressed or piped input kept on disk while running.
    pub spool_cap: Setting<u64>,
    /// Name of the screen's theme.
    pub theme: Setting<String>,
    /// Whether the screen is drawn with ASCII only; `None`: where the locale is not UTF-8.
    pub ascii: Setting<Option<bool>>,
    /// Whether the screen uses the mouse.
    pub mouse: Setting<bool>,
    /// Colours of single roles over the theme's own.
    pub colors: Vec<Setting<(Role, Paint)>>,
    /// Changes to the key table.
    pub keys: Vec<Setting<Remap>>,
}

impl Default for Settings {
    /// The one documented default of every key.
    fn default() -> Self {
        Self {
            zone: Setting::default(None),
            color: Setting::default(Color::Auto),
            log_level: Setting::default(LogLevel::Info),
            debug: Setting::default(false),
            prod: Setting::default(None),
            limit: Setting::default(10),
            max_limit: Setting::default(10_000),
            max_query_length: Setting::default(2_000),
            cache_dir: Setting::default(CacheDir::Auto),
            spool_cap: Setting::default(2 << 30),
            theme: Setting::default(THEMES[0].to_owned()),
            ascii: Setting::default(None),
            mouse: Setting::default(false),
            colors: Vec::new(),
            keys: Vec::new(),
        }
    }
}

/// One setting as text, for `config show` and the template.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The key; `None` for keys of actions and colours of roles.
    pub key: Option<Key>,
    /// The dotted name in the settings file.
    pub name: String,
    /// The effective value as TOML writes it.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

impl Settings {
    /// The effective key table, and the keys that would mean two things, one sentence each.
    #[must_use]
    pub fn key_map(&self) -> (KeyMap, Vec<String>) {
        let remaps: Vec<Remap> = self.keys.iter().map(|setting| setting.value.clone()).collect();
        KeyMap::with(&remaps)
    }

    /// Whether this is production: as stated, else by the profile's name.
    #[must_use]
    pub fn is_prod(&self, profile: Option<&str>) -> bool {
        let says = |part: &str| ["prod", "production"].iter().any(|name| part.eq_ignore_ascii_case(name));
        let named = || profile.is_some_and(|name| name.split(|c: char| !c.is_ascii_alphanumeric()).any(says));
        self.prod.value.unwrap_or_else(named)
    }

    /// Every setting in the order of the template, then the colours and keys that were changed.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let color = |setting: &Setting<(Role, Paint)>| Row {
            key: None,
            name: format!("theme.{}", setting.value.0.name()),
            value: value::quoted(&setting.value.1.to_string()),
            origin: setting.origin.clone(),
        };
        let keys = |setting: &Setting<Remap>| Row {
            key: None,
            name: format!("keys.{}.{}", setting.value.place.name(), setting.value.action.name()),
            value: setting.value.value(),
            origin: setting.origin.clone(),
        };
        let mut rows = self.scalars();
        rows.extend(self.colors.iter().map(color));
        rows.extend(self.keys.iter().map(keys));
        rows
    }

    fn scalars(&self) -> Vec<Row> {
        let zone = self.zone.value.as_ref().map_or("auto", Zone::label);
        Key::ALL
            .into_iter()
            .map(|key| {
                let (value, origin) = match key {
                    Key::Prod => (value::truth_text(self.prod.value), &self.prod.origin),
                    Key::Theme => (value::quoted(&self.theme.value), &self.theme.origin),
                    Key::Ascii => (value::truth_text(self.ascii.value), &self.ascii.origin),
                    Key::Mouse => (self.mouse.value.to_string(), &self.mouse.origin),
                    Key::Zone => (value::quoted(zone), &self.zone.origin),
                    Key::Color => (value::quoted(self.color.value.as_str()), &self.color.origin),
                    Key::LogLevel => (value::quoted(self.log_level.value.as_str()), &self.log_level.origin),
                    Key::Debug => (self.debug.value.to_string(), &self.debug.origin),
                    Key::Limit => (self.limit.value.to_string(), &self.limit.origin),
                    Key::MaxLimit => (self.max_limit.value.to_string(), &self.max_limit.origin),
                    Key::MaxQueryLength => {
                        (self.max_query_length.value.to_string(), &self.max_query_length.origin)
                    }
                    Key::CacheDir => {
                        (value::quoted(&self.cache_dir.value.to_string()), &self.cache_dir.origin)
                    }
                    Key::SpoolCap => {
                        (value::quoted(&value::size_text(self.spool_cap.value)), &self.spool_cap.origin)
                    }
                };
                Row { key: Some(key), name: key.name().to_owned(), value, origin: origin.clone() }
            })
            .collect()
    }
}
