//! A pattern as people see it: a template with its counts over a window.

use super::{Level, Record, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Identity of a pattern: a hash of the final template text, equal across runs, files and machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatternId(u64);

impl PatternId {
    /// Hashes a template text (XXH3, 64 bits).
    #[must_use]
    pub fn of_template(text: &str) -> Self {
        Self(xxhash_rust::xxh3::xxh3_64(text.as_bytes()))
    }

    /// The raw 64 bits, for columns.
    #[must_use]
    pub const fn as_u64(self) -> u64 {
        self.0
    }

    /// The inverse of [`PatternId::as_u64`].
    #[must_use]
    pub const fn from_u64(bits: u64) -> Self {
        Self(bits)
    }
}

impl fmt::Display for PatternId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Serialize for PatternId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PatternId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16).map(Self).map_err(serde::de::Error::custom)
    }
}

/// One row of a pattern table: a template and what was counted for it in a window.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pattern {
    /// Identity, the hash of `template`.
    pub id: PatternId,
    /// Template text; slots are written `<ip>`, `<dur>`, `<*>` ..
    pub template: String,
    /// Records of this pattern in the window.
    pub count: u64,
    /// Time of the earliest record that has one.
    pub first: Option<Timestamp>,
    /// Time of the latest record that has one.
    pub last: Option<Timestamp>,
    /// Records per stated level, most severe first; records without a level are not listed.
    pub levels: Vec<(Level, u64)>,
    /// Records per service, most first.
    pub services: Vec<(String, u64)>,
    /// A few records that differ from each other.
    pub examples: Vec<Record>,
}
