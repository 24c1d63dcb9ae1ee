//! Formats a user can force by name when detection errs.

use super::known::Known;
use thiserror::Error;

/// The names `--format` takes, each with what it reads.
pub const FORMATS: [(&str, &str); 20] = [
    ("text", "lines with a time and columns in front, learned from the file"),
    ("iso", "the same; lines that start with an ISO 8601 time"),
    ("epoch", "the same; lines with an epoch number"),
    ("java", "log4j, logback and Spring text"),
    ("python", "Python logging text"),
    ("go", "Go's log package and logrus on a terminal"),
    ("postgres", "PostgreSQL server log"),
    ("mysql", "MySQL error log and slow query log"),
    ("syslog", "RFC 3164, RFC 5424 and syslog files"),
    ("klog", "Kubernetes components, glog"),
    ("access", "Apache and nginx access logs"),
    ("error", "Apache and nginx error logs"),
    ("json", "one JSON object per line, any members"),
    ("docker", "Docker's JSON around any text"),
    ("journald", "journalctl -o json"),
    ("cri", "container runtime lines around any text"),
    ("logfmt", "name=value pairs"),
    ("csv", "comma or semicolon separated rows under a heading"),
    ("tsv", "tab separated rows under a heading"),
    ("plain", "no header at all: every line is a message"),
];

/// A name that is no format.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown format \"{name}\": expected one of {}", names())]
pub struct UnknownFormat {
    /// The name as given.
    pub name: String,
}

fn names() -> String {
    FORMATS.map(|(name, _)| name).join(", ")
}

/// What may be tried on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Allows {
    pub(super) json: bool,
    pub(super) known: Vec<Known>,
    /// Learned headers, and guessed ones where those do not fit.
    pub(super) headers: bool,
    /// Delimiters of a table under a heading; `None`: any that fits.
    pub(super) table: Option<&'static [u8]>,
}

impl Allows {
    /// Everything.
    pub(super) fn all() -> Self {
        Self { json: true, known: Known::ALL.to_vec(), headers: true, table: None }
    }

    /// What a forced format leaves.
    pub(super) fn only(name: &str) -> Result<Self, UnknownFormat> {
        let none = Self { json: false, known: Vec::new(), headers: false, table: Some(b"") };
        let text = |known: &[Known]| Self { known: known.to_vec(), headers: true, ..none.clone() };
        let wrapped = |known: &[Known]| Self { json: true, ..text(known) };
        let just = |known: Known| Self { known: vec![known], ..none.clone() };
        Ok(match name.to_ascii_lowercase().as_str() {
            "text" | "iso" | "epoch" | "java" | "postgres" | "error" => text(&[Known::LevelFirst]),
            "python" => text(&[Known::PythonBasic, Known::LevelFirst]),
            "go" => text(&[Known::Logrus, Known::Logfmt]),
            "mysql" => text(&[Known::SlowQuery]),
            "syslog" => wrapped(&[Known::Syslog]),
            "cri" => wrapped(&[Known::Cri]),
            "docker" => wrapped(&[]),
            "klog" => just(Known::Klog),
            "access" => just(Known::Access),
            "logfmt" => just(Known::Logfmt),
            "json" | "journald" => Self { json: true, ..none },
            "csv" => Self { table: Some(b",;"), ..wrapped(&[]) },
            "tsv" => Self { table: Some(b"\t"), ..wrapped(&[]) },
            "plain" => none,
            _ => return Err(UnknownFormat { name: name.to_owned() }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_name_is_a_format_and_others_are_not() {
        assert!(FORMATS.iter().all(|(name, _)| Allows::only(name).is_ok()));
        let error = Allows::only("jsom").unwrap_err().to_string();
        assert!(error.starts_with("unknown format \"jsom\": expected one of text, iso, "), "{error}");
    }
}
