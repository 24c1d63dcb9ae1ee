//! Severity of a record, as the source states it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Severity of a record, ordered from least to most severe.
///
/// Only what the source states: a level is never guessed from a word in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Level {
    /// Finer than debug.
    Trace = 1,
    /// Diagnostic detail.
    Debug = 2,
    /// Normal operation.
    Info = 3,
    /// Normal but significant (syslog `notice`).
    Notice = 4,
    /// Something is off and the work went on.
    Warn = 5,
    /// Something failed.
    Error = 6,
    /// The process or a whole function of it cannot go on (`fatal`, `critical`, `alert`, `emerg`, `panic`).
    Fatal = 7,
}

impl Level {
    /// Every level, least severe first.
    pub const ALL: [Self; 7] =
        [Self::Trace, Self::Debug, Self::Info, Self::Notice, Self::Warn, Self::Error, Self::Fatal];

    /// Reads the spellings loggers use, in any case (`WARN`, `warning`, `E`, `err`, `CRITICAL`, `SEVERE` ..).
    ///
    /// Returns `None` for anything that is not a level word. Single letters are accepted (`V D I W E F`).
    #[must_use]
    pub fn from_word(word: &[u8]) -> Option<Self> {
        let mut lower = [0u8; 13];
        let lower = lower.get_mut(..word.len())?;
        lower.copy_from_slice(word);
        lower.make_ascii_lowercase();
        Some(match &*lower {
            b"v" | b"t" | b"trace" | b"trc" | b"verbose" | b"vrb" | b"finest" | b"finer" => Self::Trace,
            b"d" | b"debug" | b"dbg" | b"fine" | b"debug1" | b"debug2" | b"debug3" | b"debug4"
            | b"debug5" => Self::Debug,
            b"i" | b"info" | b"inf" | b"information" | b"informational" | b"log" | b"config" => Self::Info,
            b"n" | b"notice" | b"note" | b"ntc" => Self::Notice,
            b"w" | b"warn" | b"warning" | b"wrn" | b"minor" => Self::Warn,
            b"e" | b"error" | b"err" | b"severe" | b"failure" | b"major" => Self::Error,
            b"f" | b"c" | b"fatal" | b"ftl" | b"crit" | b"critical" | b"alert" | b"emerg" | b"emergency"
            | b"panic" | b"dpanic" => Self::Fatal,
            _ => return None,
        })
    }

    /// Maps a syslog severity (RFC 5424 section 6.2.1, 0 = emergency .. 7 = debug).
    #[must_use]
    pub fn from_syslog(severity: u8) -> Option<Self> {
        Some(match severity {
            0..=2 => Self::Fatal,
            3 => Self::Error,
            4 => Self::Warn,
            5 => Self::Notice,
            6 => Self::Info,
            7 => Self::Debug,
            _ => return None,
        })
    }

    /// The lower-case name used in output and queries.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Notice => "notice",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Fatal => "fatal",
        }
    }

    /// The value stored in a one-byte column; 0 means "no level".
    #[must_use]
    pub const fn as_u8(self) -> u8 {
        self as u8
    }

    /// The inverse of [`Level::as_u8`]; `None` for 0 and unknown values.
    #[must_use]
    pub fn from_u8(value: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_u8() == value)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_survives_its_column_byte_and_its_name() {
        for level in Level::ALL {
            assert_eq!(Level::from_u8(level.as_u8()), Some(level));
            assert_eq!(Level::from_word(level.as_str().as_bytes()), Some(level));
        }
        assert_eq!(Level::from_u8(0), None);
    }

    #[test]
    fn words_that_are_not_levels_are_not_guessed() {
        assert_eq!(Level::from_word(b"failed"), None);
        assert_eq!(Level::from_word(b""), None);
        assert_eq!(Level::from_word(b"informationally"), None);
    }
}
