//! What went wrong or was left out while reading, as sentences for the user.

use serde::Serialize;
use std::fmt;

/// What a [`Note`] is about; scripts match on this, people read the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// No such file or directory.
    Missing,
    /// The system refused to open or read it.
    Unreadable,
    /// Neither a file nor a directory (device, socket, pipe nobody writes to).
    NotAFile,
    /// More than 30 % of the beginning is not text.
    Binary,
    /// Nothing in it.
    Empty,
    /// A directory that leads back to itself.
    Loop,
    /// Compressed input ends before its end.
    Truncated,
    /// Compressed input or an archive that contradicts its own checksums or format.
    Corrupt,
    /// The limit for unpacked bytes or for the compression ratio was reached.
    TooLarge,
    /// The file became shorter, or another file took its place, while it was read.
    Changed,
    /// Bytes were read as another encoding (UTF-16) and turned into UTF-8.
    Transcoded,
    /// A record longer than what is parsed and shown at once.
    LongRecord,
    /// The user stopped the reading; what was read so far is used.
    Stopped,
    /// The index cache could not be used or written.
    Cache,
}

/// One thing the user should know about a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The file, archive member or directory; empty: all of them. Untrusted text.
    pub source: String,
    /// What it is about.
    pub kind: NoteKind,
    /// A sentence that says what happened and, where it helps, what to do. Untrusted text.
    pub text: String,
}

impl Note {
    pub(super) fn new(source: impl Into<String>, kind: NoteKind, text: impl Into<String>) -> Self {
        Self { source: source.into(), kind, text: text.into() }
    }

    /// The user stopped the reading after so many records.
    #[must_use]
    pub fn stopped(records: u32) -> Self {
        let text = format!("partial: stopped after {records} records; what follows covers only those");
        Self::new("", NoteKind::Stopped, text)
    }

    /// What the system said about a path, turned into the kind it is.
    pub(super) fn of_error(source: impl Into<String>, error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::NotFound => {
                Self::new(source, NoteKind::Missing, "no such file or directory: check the path")
            }
            ErrorKind::PermissionDenied => Self::new(
                source,
                NoteKind::Unreadable,
                "permission denied: read it as a user who may, or pipe it in with `-`",
            ),
            _ => Self::new(source, NoteKind::Unreadable, format!("cannot be read: {error}")),
        }
    }

    /// Whether this note means that something the user asked for was not read at all.
    #[must_use]
    pub fn is_loss(&self) -> bool {
        !matches!(self.kind, NoteKind::Empty | NoteKind::Transcoded | NoteKind::LongRecord | NoteKind::Cache)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source.as_str() {
            "" => f.write_str(&self.text),
            source => write!(f, "{source}: {}", self.text),
        }
    }
}
