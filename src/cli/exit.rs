//! How a command ends: with a result, or with a sentence that says why not.

use crate::config::ConfigErrors;
use std::io;

/// A command that did what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Found or answered.
    Found,
    /// Nothing found, not in these logs, no change.
    Nothing,
    /// Stopped by the user; what was printed is partial.
    Interrupted,
}

impl Exit {
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Found => 0,
            Self::Nothing => 1,
            Self::Interrupted => 130,
        }
    }
}

/// A command that could not.
#[derive(Debug)]
pub(super) enum Stop {
    /// Said on stderr, with this exit code.
    Said { code: u8, message: String },
    /// The reader of stdout went away (`| head`): no word, success.
    PipeClosed,
}

impl Stop {
    /// Usage or configuration.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::Said { code: 2, message: message.into() }
    }

    /// A limit of the configuration says no.
    pub(super) fn refused(message: impl Into<String>) -> Self {
        Self::Said { code: 4, message: message.into() }
    }

    pub(super) const fn code(&self) -> u8 {
        match self {
            Self::Said { code, .. } => *code,
            Self::PipeClosed => 0,
        }
    }
}

impl From<io::Error> for Stop {
    /// Output errors; everything else a command reads is wrapped where it is read.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::PipeClosed,
            _ => Self::Said { code: 3, message: format!("cannot write the output: {error}") },
        }
    }
}

impl From<ConfigErrors> for Stop {
    fn from(errors: ConfigErrors) -> Self {
        Self::usage(errors.to_string())
    }
}
