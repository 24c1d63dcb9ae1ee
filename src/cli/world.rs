//! The world outside the process, read once: arguments, environment, terminal, settings files, clock.

use crate::config::FileText;
use crate::domain::Timestamp;
use crate::safety::display_line;
use directories::ProjectDirs;
use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

/// What a run can see of its surroundings.
#[derive(Clone, Debug)]
pub struct World {
    /// Command line, program name first.
    pub arguments: Vec<OsString>,
    /// Environment variables that are UTF-8.
    pub environment: Vec<(String, String)>,
    /// Columns of the terminal on stdout; `None`: not a terminal, so nothing is shortened.
    pub columns: Option<usize>,
    /// Whether stderr is a terminal.
    pub stderr_is_terminal: bool,
    /// The wall clock at the start.
    pub now: Timestamp,
}

impl World {
    /// Reads the process's own surroundings.
    #[must_use]
    pub fn read() -> Self {
        let stdout = std::io::stdout();
        let columns = stdout.is_terminal().then(|| {
            let size = rustix::termios::tcgetwinsize(&stdout).map_or(0, |size| usize::from(size.ws_col));
            if size == 0 { 80 } else { size }
        });
        Self {
            arguments: std::env::args_os().collect(),
            environment: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
            columns,
            stderr_is_terminal: std::io::stderr().is_terminal(),
            now: Timestamp::from_jiff(jiff::Timestamp::now()),
        }
    }

    /// The value of an environment variable, if it is set to something.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        let set = self.environment.iter().find(|(known, _)| known == name);
        set.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The directory settings live in.
    pub(super) fn settings_directory(&self) -> Option<PathBuf> {
        match self.variable("WATCHFIRE_CONFIG_DIR") {
            Some(directory) => Some(PathBuf::from(directory)),
            None => ProjectDirs::from("", "", "watchfire").map(|dirs| dirs.config_dir().to_owned()),
        }
    }
}

/// Reads a text file that may be absent.
///
/// # Errors
/// A sentence when it is there and cannot be read.
pub(super) fn text_file(path: &Path) -> Result<Option<FileText>, String> {
    let shown = path.display().to_string();
    match std::fs::read(path) {
        Ok(bytes) => {
            let text = String::from_utf8(bytes).map_err(|_| format!("{shown} is not UTF-8 text"))?;
            Ok(Some(FileText { path: shown, text, mode: mode_of(path) }))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("cannot read {shown}: {error}")),
    }
}

#[cfg(unix)]
fn mode_of(path: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|meta| meta.mode())
}

#[cfg(not(unix))]
fn mode_of(_path: &Path) -> Option<u32> {
    None
}

/// Makes a defect of this program say so in safe text instead of a raw panic message.
pub fn report_defects() {
    std::panic::set_hook(Box::new(|info| {
        let text = format!("watchfire: this is a defect, please report it: {info}\n");
        let _ = std::io::stderr().write_all(display_line(text.trim_end().as_bytes()).as_bytes());
        let _ = std::io::stderr().write_all(b"\n");
    }));
}
