//! What went wrong on the way to an answer, and what the user does next.
//!
//! One type for every port, so that the story above can degrade in steps without knowing who failed.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The kinds of failure the product reacts to differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The request itself cannot be understood (query syntax, window).
    BadRequest,
    /// Nothing to read: no path, no source, none readable.
    NoSource,
    /// A source or a service stopped working while it was used.
    Backend,
    /// A budget or a limit says no.
    Refused,
    /// The user stopped it.
    Cancelled,
}

/// A failure with its cause; cheap to clone so that it can travel in events.
#[derive(Clone, Debug)]
pub struct Failure {
    kind: FailureKind,
    message: String,
    source: Option<Arc<dyn Error + Send + Sync>>,
    retry_after: Option<Duration>,
}

impl Failure {
    /// A failure of `kind`; `message` says what was attempted, in lower case.
    #[must_use]
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None, retry_after: None }
    }

    /// The user's own stop.
    #[must_use]
    pub fn cancelled() -> Self {
        Self::new(FailureKind::Cancelled, "stopped")
    }

    /// Attaches the cause.
    #[must_use]
    pub fn because(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// Attaches the delay the other side asked for.
    #[must_use]
    pub const fn retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = Some(delay);
        self
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> FailureKind {
        self.kind
    }

    /// Whether trying the same again can help.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self.kind, FailureKind::Backend)
    }

    /// What the user does next, as one sentence; `None`: what was wrong with a request says how to mend it.
    #[must_use]
    pub const fn advice(&self) -> Option<&'static str> {
        match self.kind {
            FailureKind::BadRequest => None,
            FailureKind::NoSource => Some("name a file or directory, or - for standard input"),
            FailureKind::Backend => Some("check the source named above and try again"),
            FailureKind::Refused => Some("wait until the limit frees up, or raise it in the configuration"),
            FailureKind::Cancelled => Some("ask again when ready; nothing was lost"),
        }
    }

    /// What went wrong and what the user does next, once.
    #[must_use]
    pub fn advised(&self) -> String {
        self.advice().map_or_else(|| self.to_string(), |advice| format!("{self}; {advice}"))
    }

    /// The process exit code of the command contract.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self.kind {
            FailureKind::BadRequest | FailureKind::NoSource => 2,
            FailureKind::Backend => 3,
            FailureKind::Refused => 4,
            FailureKind::Cancelled => 130,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(source) = &self.source {
            write!(f, ": {source}")?;
        }
        if let Some(delay) = self.retry_after {
            write!(f, " (next try in {} s)", delay.as_secs())?;
        }
        Ok(())
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_its_cause_and_its_exit_code() {
        let failure = Failure::new(FailureKind::NoSource, "cannot open app.log")
            .because(std::io::Error::from(std::io::ErrorKind::PermissionDenied));
        assert_eq!(failure.to_string(), "cannot open app.log: permission denied");
        assert_eq!(failure.exit_code(), 2);
        assert!(!failure.is_retryable());
        assert!(
            failure
                .advised()
                .ends_with("permission denied; name a file or directory, or - for standard input")
        );
    }

    #[test]
    fn a_wrong_request_says_itself_what_to_do() {
        let failure = Failure::new(FailureKind::BadRequest, "the question is empty: type one");
        assert_eq!(failure.advised(), "the question is empty: type one");
    }
}
