//! The one word for everything a comparison says, the same in every face.

use super::{Change, Confidence, Kind, Unit};

impl Kind {
    /// The word of the documents and the screen.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Lost => "lost",
            Self::More => "more",
            Self::Fewer => "fewer",
            Self::Switched => "switched",
            Self::Slow => "slow",
            Self::Rate => "rate",
            Self::Quiet => "quiet",
            Self::Field => "field",
            Self::First => "first",
        }
    }

    /// How sure a row of this kind is; a first rare record is not tested, so it says so instead.
    #[must_use]
    pub const fn sure(self, confidence: Confidence) -> &'static str {
        match (self, confidence) {
            (Self::First, _) => "untested",
            (_, Confidence::Strong) => "strong",
            (_, Confidence::Likely) => "likely",
            (_, Confidence::Weak) => "weak",
        }
    }
}

impl Change {
    /// How sure it is, in a word.
    #[must_use]
    pub const fn sure(&self) -> &'static str {
        self.kind.sure(self.confidence)
    }
}

impl Unit {
    /// What is counted, in the plural.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Episodes => "episodes",
            Self::Records => "records",
            Self::Pauses => "pauses",
            Self::Cells => "stretches",
            Self::Seconds => "s",
        }
    }
}
