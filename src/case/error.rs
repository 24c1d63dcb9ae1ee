//! What can go wrong with a case, said so that the reader knows which file and what to do.

use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// A case that could not be written, read or found.
#[derive(Debug, Error)]
pub enum CaseError {
    /// The platform names no directory and none was given.
    #[error("there is no place for cases: set WATCHFIRE_STATE_DIR to a directory that can be written")]
    NoPlace,
    /// The directory cannot be made or listed.
    #[error("cannot use the directory of cases {}: {source}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A case file cannot be opened or read.
    #[error("cannot read the case {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// An entry cannot be written, or is not known to be on the disk.
    #[error("cannot save to the case {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another process is writing the case.
    #[error("the case {} is open in another watchfire; close it there first", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The file holds no line of a case.
    #[error("{} is not a case file: {why}", path.display())]
    NotACase {
        /// The file.
        path: PathBuf,
        /// What its first line is instead.
        why: String,
    },
    /// No case and no file has this name.
    #[error("no case `{wanted}`; {known}")]
    Unknown {
        /// As typed.
        wanted: String,
        /// What exists, as a sentence.
        known: String,
    },
    /// Several cases begin with these digits.
    #[error("`{wanted}` fits several cases; {known}")]
    Ambiguous {
        /// As typed.
        wanted: String,
        /// Which, as a sentence.
        known: String,
    },
    /// The recorder is so far behind that an entry was not taken.
    #[error("the case is not saved: the disk has not taken the last {0} entries")]
    Busy(usize),
    /// An entry could not be put into words.
    #[error("cannot save an entry: {0}")]
    Encode(#[from] serde_json::Error),
}
