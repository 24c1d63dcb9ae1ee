//! What the core asked for, done: copying, saving, editors. Everything that may block runs off the loop.

use super::clipboard;
use super::editor::Editor;
use super::terminal::TerminalHandle;
use crate::app::{Event, Notice};
use crate::safety::display_line;
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What came of an effect.
pub(super) enum Done {
    /// An event for the core.
    Event(Event),
    /// Bytes for the terminal and what to say.
    Pass(Option<Vec<u8>>, Notice),
    /// The program that had the terminal ended; what came of it.
    Back(Box<Done>),
    /// Nothing to say.
    Nothing,
}

/// Copies a text.
pub(super) fn copy(text: &str, environment: &BTreeMap<String, String>, state_dir: &Path) -> Done {
    let copied = clipboard::copy(text, environment, state_dir);
    let summary = copied.summary();
    Done::Pass(copied.sequence, Notice::info(summary))
}

/// Writes rows to a new file: one that is there already is never written over.
pub(super) fn save(path: &Path, text: &str) -> Event {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let written = free_name(path).and_then(|path| {
        let mut file = options.open(&path)?;
        file.write_all(text.as_bytes())?;
        file.write_all(b"\n")?;
        Ok(path)
    });
    Event::Said(match written {
        Ok(path) => {
            let lines = text.lines().count();
            Notice::info(format!(
                "{lines} lines written to {}",
                display_line(path.display().to_string().as_bytes())
            ))
        }
        Err(error) => Notice::trouble(format!(
            "cannot write {}: {error}",
            display_line(path.display().to_string().as_bytes())
        )),
    })
}

/// `rows.txt`, else `rows-2.txt`, `rows-3.txt` ..
fn free_name(path: &Path) -> std::io::Result<PathBuf> {
    if !path.exists() {
        return Ok(path.to_owned());
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let ending = path.extension().map_or(String::new(), |ending| format!(".{}", ending.to_string_lossy()));
    let free =
        (2..1_000).map(|n| path.with_file_name(format!("{stem}-{n}{ending}"))).find(|path| !path.exists());
    free.ok_or_else(|| std::io::Error::new(std::io::ErrorKind::AlreadyExists, "there are too many like it"))
}

/// Opens a source in the editor at a line.
pub(super) fn edit(
    file: &str,
    line: u64,
    environment: &BTreeMap<String, String>,
    terminal: &TerminalHandle,
) -> Done {
    let path = Path::new(file);
    if !path.exists() {
        let text = format!("{} is no file that an editor can open", display_line(file.as_bytes()));
        return Done::Event(Event::Said(Notice::trouble(text)));
    }
    let opened =
        Editor::from_environment(environment).and_then(|editor| editor.open(terminal, path, Some(line)));
    match opened {
        Ok(()) => Done::Nothing,
        Err(error) => Done::Event(Event::Said(Notice::trouble(error.to_string()))),
    }
}

/// Edits a text in the editor.
pub(super) fn compose(text: &str, environment: &BTreeMap<String, String>, terminal: &TerminalHandle) -> Done {
    Done::Event(
        match Editor::from_environment(environment).and_then(|editor| editor.edit_text(terminal, text)) {
            Ok(edited) => Event::Edited(Some(edited)),
            Err(error) => Event::Said(Notice::trouble(error.to_string())),
        },
    )
}
