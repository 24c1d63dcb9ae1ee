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
mod resolve;
mod template;
mod value;

pub use action::{Action, Place};
pub use chord::{Chord, Code};
pub use error::{ConfigError, ConfigErrors};
pub use key::{Key, LATER_NAMES};
pub use keys::{Binding, KeyMap, Meaning, Remap};
pub use resolve::{Unused, resolve};
pub use template::template;
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
}

impl Default for Settings {
    /// The one documented default of every key.
    fn default() -> Self {
        Self {
            zone: Setting::default(None),
            color: Setting::default(Color::Auto),
            log_level: Setting::default(LogLevel::Info),
            debug: Setting::default(false),
            limit: Setting::default(10),
            max_limit: Setting::default(10_000),
            max_query_length: Setting::default(2_000),
            cache_dir: Setting::default(CacheDir::Auto),
            spool_cap: Setting::default(2 << 30),
        }
    }
}

/// One setting as text, for `config show` and the template.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The key.
    pub key: Key,
    /// The effective value as TOML writes it.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

impl Settings {
    /// Every setting in the order of the template.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let zone = self.zone.value.as_ref().map_or("auto", Zone::label);
        Key::ALL
            .into_iter()
            .map(|key| {
                let (value, origin) = match key {
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
                Row { key, value, origin: origin.clone() }
            })
            .collect()
    }
}
