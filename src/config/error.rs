//! What can be wrong with settings; each error names its place, key, value and fix.

use super::look::is_look;
use thiserror::Error;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// A file that is not TOML.
    #[error(
        "{place}: line {line}: {problem}; correct the line or start again from `watchfire config template`"
    )]
    Syntax {
        /// The file.
        place: String,
        /// 1-based line.
        line: usize,
        /// What the parser said.
        problem: String,
        /// Whether only sections of keys and theme are unreadable.
        look: bool,
    },
    /// A key nobody reads.
    #[error("{place}: `{key}` is not a setting; {fix}")]
    Unknown {
        /// The file.
        place: String,
        /// The key as written, with its sections.
        key: String,
        /// What to do.
        fix: String,
    },
    /// A value of the wrong kind or out of range.
    #[error("{place}: `{key} = {value}`: expected {expected}; {fix}")]
    Value {
        /// The file, `environment` or `command line`.
        place: String,
        /// The key, variable or flag as written.
        key: String,
        /// The value as written; hidden if it came from `secrets.toml`.
        value: String,
        /// What is accepted.
        expected: String,
        /// What to do.
        fix: String,
    },
    /// Two values that do not go together.
    #[error(
        "`{low}` is {low_value} ({low_place}), above `{high}`, {high_value} ({high_place}); lower one or raise the other"
    )]
    Order {
        /// Key that has to be the smaller one.
        low: &'static str,
        /// Its value.
        low_value: usize,
        /// Where it came from.
        low_place: String,
        /// Key that has to be the larger one.
        high: &'static str,
        /// Its value.
        high_value: usize,
        /// Where it came from.
        high_place: String,
    },
    /// A profile that is in no file.
    #[error("no profile `{name}` in {place}; {fix}")]
    Profile {
        /// The file looked in.
        place: String,
        /// The profile asked for.
        name: String,
        /// What to do.
        fix: String,
    },
    /// A secrets file that others can read.
    #[error("{place}: its mode is {mode:04o}, so others can read it; run `chmod 600 {place}`")]
    Exposed {
        /// The file.
        place: String,
        /// Its permission bits.
        mode: u32,
    },
}

impl ConfigError {
    /// Whether it is about keys or theme in a file, without which the screen can do.
    #[must_use]
    pub fn is_look(&self) -> bool {
        match self {
            Self::Syntax { look, .. } => *look,
            Self::Unknown { key, .. } | Self::Value { key, .. } => is_look(key),
            Self::Order { .. } | Self::Profile { .. } | Self::Exposed { .. } => false,
        }
    }
}

/// Everything that is wrong, in the order it was found; never empty.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ConfigErrors(pub Vec<ConfigError>);
