//! The one exit to the disk: every text of an entry is masked, then clipped, then made visible to whoever prints it.
//!
//! Works on the serialised entry, so that a field added later is masked without anybody remembering to. What is no
//! text (times, kinds, levels) is told by its name and left alone: an open private key in one record must not eat
//! the dates behind it.

use super::entry::{CaseId, Entry, Header};
use super::make::first_sources;
use super::{CaseError, SCHEMA};
use crate::domain::{Timestamp, Zone};
use crate::safety::{Redactor, json_safe};
use serde::Serialize;
use serde_json::Value;

/// Names of values that are no text.
const NO_TEXT: [&str; 16] = [
    "at",
    "ts",
    "start",
    "end",
    "kind",
    "row",
    "section",
    "change",
    "unit",
    "confidence",
    "level",
    "pattern",
    "created",
    "since",
    "last",
    "reason_not",
];
/// Longest part of a text that is looked at; what lies behind it would be clipped anyway.
const MAX_LOOKED_AT: usize = 1 << 20;
/// Longest message of a record, in bytes.
const MAX_MESSAGE: usize = 4 << 10;
/// Longest other text, in bytes.
const MAX_TEXT: usize = 256 << 10;
/// What stands for a text the redactor could not vouch for.
const WITHHELD: &str = "<withheld: redaction failed>";

/// A line that may be written: masked, clipped, without its line break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    line: String,
    masked: usize,
}

impl Sealed {
    /// The JSON object.
    #[must_use]
    pub fn line(&self) -> &str {
        &self.line
    }

    /// Values masked on the way.
    #[must_use]
    pub const fn masked(&self) -> usize {
        self.masked
    }
}

/// Masks and clips an entry; `redactor` is the one of the case, so that equal values have equal stand-ins.
///
/// # Errors
/// [`CaseError::Encode`] for an entry that is no JSON; nothing of it may be written then.
pub fn seal(entry: &Entry, redactor: &mut Redactor) -> Result<Sealed, CaseError> {
    let before = redactor.masked();
    let mut value = serde_json::to_value(entry)?;
    mask(&mut value, "", redactor);
    let masked = redactor.masked() - before;
    if let Some(fields) = value.as_object_mut() {
        fields.insert("masked".to_owned(), Value::from(masked));
    }
    Ok(Sealed { line: line_of(&value)?, masked })
}

fn line_of(value: &impl Serialize) -> Result<String, CaseError> {
    Ok(json_safe(&serde_json::to_string(value)?).into_owned())
}

fn mask(value: &mut Value, name: &str, redactor: &mut Redactor) {
    match value {
        Value::String(text) if !NO_TEXT.contains(&name) => {
            let longest = if name == "message" { MAX_MESSAGE } else { MAX_TEXT };
            *text = masked_text(text, longest, redactor);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, name, redactor)),
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| mask(value, name, redactor)),
        _ => {}
    }
}

/// Masked before it is clipped: half a secret is not recognised as one.
fn masked_text(text: &str, longest: usize, redactor: &mut Redactor) -> String {
    let looked_at = prefix(text, MAX_LOOKED_AT);
    let Ok(masked) = redactor.redact(looked_at) else { return WITHHELD.to_owned() };
    let kept = prefix(&masked, longest);
    if kept.len() < masked.len() || looked_at.len() < text.len() {
        format!("{kept}… ({} bytes in all)", text.len())
    } else {
        kept.to_owned()
    }
}

/// The longest prefix of at most `bytes` that ends between two characters.
fn prefix(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

/// What the first line of a case says, masked; the id is chosen when the file is made.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    created: Timestamp,
    program: String,
    sources: Vec<String>,
    zone: String,
}

impl Opening {
    /// The opening of a case made now by this version of the program.
    #[must_use]
    pub fn new(
        created: Timestamp,
        program: &str,
        sources: &[String],
        zone: &Zone,
        redactor: &mut Redactor,
    ) -> Self {
        let sources = first_sources(sources);
        Self {
            created,
            program: program.to_owned(),
            sources: sources.iter().map(|name| masked_text(name, MAX_MESSAGE, redactor)).collect(),
            zone: zone.label().to_owned(),
        }
    }

    pub(super) const fn created(&self) -> Timestamp {
        self.created
    }

    pub(super) fn header(&self, id: CaseId) -> Result<Sealed, CaseError> {
        let Self { created, program, sources, zone } = self.clone();
        let header = Header { schema: SCHEMA.to_owned(), id, created, program, sources, zone };
        Ok(Sealed { line: line_of(&header)?, masked: 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry::{Asked, Noted, Opened, What};
    use super::*;
    use crate::domain::TimeWindow;

    fn sealed(what: What) -> (String, usize) {
        let entry = Entry::new(Timestamp::from_millis(1_000), what);
        let sealed = seal(&entry, &mut Redactor::default()).unwrap();
        (sealed.line().to_owned(), sealed.masked())
    }

    #[test]
    fn an_open_private_key_does_not_eat_the_times_behind_it() {
        let window =
            TimeWindow::spanning(Timestamp::from_millis(0), Timestamp::from_millis(1_709_303_261_118));
        let text = ["-----BEGIN RSA PRIVATE", " KEY-----\nMIIEow"].concat();
        let (line, masked) = sealed(What::Asked(Asked { turn: 1, text, window: Some(window) }));
        let back: Entry = serde_json::from_str(&line).unwrap();
        let What::Asked(asked) = back.what else { panic!("{line}") };
        assert_eq!((asked.window, back.masked, masked), (Some(window), 1, 1));
        assert!(!line.contains("MIIEow"), "{line}");
    }

    #[test]
    fn a_secret_at_the_edge_of_a_clipped_text_is_masked_whole() {
        let key = ["AKIA", "Q2W3E4R5T6Y7U2I3"].concat();
        let text = format!("{} {key} tail", "x".repeat(MAX_TEXT - 10));
        let (line, _) = sealed(What::Noted(Noted::on_case(text)));
        assert!(!line.contains("AKIA"), "the beginning of the key is in the file");
        assert!(line.contains("bytes in all)"));
    }

    #[test]
    fn a_line_holds_no_byte_a_terminal_obeys() {
        let (line, _) = sealed(What::Noted(Noted::on_case("a\u{1b}]0;b\u{9b}2J\u{202e}\n")));
        assert!(!line.chars().any(char::is_control) && !line.contains('\u{202e}'), "{line:?}");
    }

    #[test]
    fn secrets_in_file_names_are_masked() {
        let sources = vec!["s3://u:hunter2!@bucket/app.log".to_owned()];
        let (line, masked) = sealed(What::Opened(Opened::of(&sources, None, 3)));
        assert_eq!((line.contains("hunter2"), masked), (false, 1));
        let opening =
            Opening::new(Timestamp::from_millis(0), "1", &sources, &Zone::utc(), &mut Redactor::default());
        assert!(!opening.header(CaseId("0abc".to_owned())).unwrap().line().contains("hunter2"));
    }
}
