//! What `watchfire doctor` finds: a fact per line, whether something is to be mended, and how.

use serde::Serialize;

/// How a finding is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// As it should be.
    Fine,
    /// Worth knowing; the program copes.
    Note,
    /// Something to mend.
    Mend,
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at: `size`, `colours`.
    pub name: String,
    /// How it is meant.
    pub health: Health,
    /// What was found.
    pub text: String,
    /// What to do about it.
    pub fix: Option<String>,
    /// The number that was measured, if one was.
    pub value: Option<u64>,
}

impl Finding {
    /// Something as it should be.
    #[must_use]
    pub fn fine(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), health: Health::Fine, text: text.into(), fix: None, value: None }
    }

    /// Something worth knowing.
    #[must_use]
    pub fn note(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { health: Health::Note, ..Self::fine(name, text) }
    }

    /// Something to mend, and how.
    #[must_use]
    pub fn mend(name: impl Into<String>, text: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { health: Health::Mend, fix: Some(fix.into()), ..Self::fine(name, text) }
    }

    /// The same with advice.
    #[must_use]
    pub fn advise(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// The same with the number that was measured.
    #[must_use]
    pub fn measured(mut self, value: u64) -> Self {
        self.value = Some(value);
        self
    }
}
