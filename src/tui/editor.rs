//! The user's own editor: a file at a line, or a text that comes back changed.
//!
//! The program is `$VISUAL`, else `$EDITOR`, else `vi`, with its arguments; it is started directly and never through a
//! shell, so a file name is one argument whatever is in it. The terminal is lent for the time it runs. Everything here
//! blocks until the editor ends, and the caller's key reader has to be dropped first: two readers share the keys.

use super::terminal::{TerminalError, TerminalHandle};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use thiserror::Error;

/// Started when neither variable is set.
const USUAL: &str = "vi";
/// Largest text taken back, in bytes.
const MOST_TEXT: u64 = 1024 * 1024;

/// Why nothing was edited.
#[derive(Debug, Error)]
pub enum EditorError {
    /// The variable's value has a quote that does not end, or no program.
    #[error("{variable} is not a command: {value}; set it to a program such as vim")]
    Unreadable {
        /// `VISUAL` or `EDITOR`.
        variable: &'static str,
        /// Its value.
        value: String,
    },
    /// There is no such program, or it may not be run.
    #[error(
        "cannot start the editor {program} ({from}): {source}; set VISUAL or EDITOR to one that is installed"
    )]
    Start {
        /// The program's name.
        program: String,
        /// Where the name comes from.
        from: &'static str,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// It ran and said that it failed; a text was not taken over.
    #[error("the editor {program} ended with {status}; nothing was taken over")]
    Failed {
        /// The program's name.
        program: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// The text's file could not be written or read back.
    #[error("the text for the editor: {0}")]
    Text(#[source] io::Error),
    /// What was saved is larger than a text may be.
    #[error("the saved text is over {MOST_TEXT} bytes; nothing was taken over")]
    TooLong,
    /// The terminal could not be lent or taken back.
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

/// An editor's command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Editor {
    program: String,
    arguments: Vec<String>,
    from: &'static str,
}

impl Editor {
    /// Reads `$VISUAL`, then `$EDITOR`; `vi` when neither says anything. Nothing is started.
    ///
    /// # Errors
    /// When the variable's value is not a command.
    pub fn from_environment(environment: &BTreeMap<String, String>) -> Result<Self, EditorError> {
        for variable in ["VISUAL", "EDITOR"] {
            let Some(value) = environment.get(variable).filter(|value| !value.trim().is_empty()) else {
                continue;
            };
            let mut words = words(value).unwrap_or_default().into_iter();
            let Some(program) = words.next().filter(|program| !program.is_empty()) else {
                return Err(EditorError::Unreadable { variable, value: value.clone() });
            };
            return Ok(Self { program, arguments: words.collect(), from: variable });
        }
        Ok(Self {
            program: USUAL.to_owned(),
            arguments: Vec::new(),
            from: "neither VISUAL nor EDITOR is set",
        })
    }

    /// Opens a file, at a line counted from one where the editor is known to take one.
    ///
    /// # Errors
    /// When the editor cannot be started or the terminal cannot be lent; how it ended does not matter.
    pub fn open(&self, terminal: &TerminalHandle, file: &Path, line: Option<u64>) -> Result<(), EditorError> {
        self.run(terminal, &self.place(file, line)).map(drop)
    }

    /// Lets the user change a text in a file only they can read, and gives back what was saved.
    ///
    /// # Errors
    /// When the editor cannot be started or reports failure (`:cq` in vi), or the text is over one megabyte.
    pub fn edit_text(&self, terminal: &TerminalHandle, text: &str) -> Result<String, EditorError> {
        let folder = tempfile::Builder::new().prefix("watchfire-").tempdir().map_err(EditorError::Text)?;
        // The ending lets editors wrap and colour it as what it is; made by tempfile, so 0600 in a 0700 folder.
        let mut file = tempfile::Builder::new()
            .prefix("text-")
            .suffix(".md")
            .tempfile_in(folder.path())
            .map_err(EditorError::Text)?;
        file.write_all(text.as_bytes()).and_then(|()| file.flush()).map_err(EditorError::Text)?;
        let status = self.run(terminal, &self.place(file.path(), None))?;
        if !status.success() {
            return Err(EditorError::Failed { program: self.program.clone(), status });
        }
        read_back(file.path())
    }

    fn run(&self, terminal: &TerminalHandle, place: &[OsString]) -> Result<ExitStatus, EditorError> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).args(place);
        // Logs may be coming in on standard input; an editor wants keys there.
        if !io::stdin().is_terminal()
            && let Ok(tty) = File::open("/dev/tty")
        {
            command.stdin(Stdio::from(tty));
        }
        terminal.lend(|| command.status())?.map_err(|source| EditorError::Start {
            program: self.program.clone(),
            from: self.from,
            source,
        })
    }

    /// The arguments that name the file and, for a known editor, the line.
    fn place(&self, file: &Path, line: Option<u64>) -> Vec<OsString> {
        // A name such as `-c` would be an option.
        let file: PathBuf = if file.is_relative() { Path::new(".").join(file) } else { file.to_owned() };
        let name = Path::new(&self.program).file_stem().and_then(OsStr::to_str).unwrap_or_default();
        let at_line = |line: u64| {
            let mut named = file.clone().into_os_string();
            named.push(format!(":{line}"));
            named
        };
        match (name, line) {
            (
                "vi" | "vim" | "nvim" | "view" | "gvim" | "nano" | "pico" | "emacs" | "emacsclient" | "less"
                | "kak" | "micro" | "joe" | "mg" | "ne",
                Some(line),
            ) => vec![format!("+{line}").into(), file.into_os_string()],
            ("hx" | "helix" | "zed" | "subl", Some(line)) => vec![at_line(line)],
            ("code" | "codium" | "cursor", Some(line)) => vec!["-g".into(), at_line(line)],
            _ => vec![file.into_os_string()],
        }
    }
}

/// Reads the file anew by its name: editors that save by renaming leave ours behind.
fn read_back(path: &Path) -> Result<String, EditorError> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MOST_TEXT + 1).read_to_end(&mut bytes))
        .map_err(EditorError::Text)?;
    if bytes.len() as u64 > MOST_TEXT {
        return Err(EditorError::TooLong);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Splits a command as a shell does, with quotes and backslashes and nothing else; `None` when a quote stays open.
fn words(command: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut chars = command.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some('"') | None, '\\') => word.get_or_insert_default().push(chars.next()?),
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn editor(pairs: &[(&str, &str)]) -> Result<Editor, EditorError> {
        let environment =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Editor::from_environment(&environment)
    }

    fn place(command: &str, file: &str, line: Option<u64>) -> Vec<OsString> {
        editor(&[("EDITOR", command)]).unwrap().place(Path::new(file), line)
    }

    #[rstest]
    #[case(&[("VISUAL", "nvim"), ("EDITOR", "ed")], "nvim", &[])]
    #[case(&[("VISUAL", " "), ("EDITOR", "ed")], "ed", &[])]
    #[case(&[], "vi", &[])]
    #[case(&[("EDITOR", "code --wait")], "code", &["--wait"])]
    #[case(&[("EDITOR", r#"'/opt/my tools/ed' -x "a b" c\ d"#)], "/opt/my tools/ed", &["-x", "a b", "c d"])]
    fn the_command_comes_from_the_first_variable_that_says_something(
        #[case] pairs: &[(&str, &str)],
        #[case] program: &str,
        #[case] arguments: &[&str],
    ) {
        let editor = editor(pairs).unwrap();
        assert_eq!(
            (editor.program.as_str(), editor.arguments),
            (program, arguments.iter().map(|&a| a.to_owned()).collect())
        );
    }

    #[test]
    fn an_open_quote_is_an_error_that_names_the_variable() {
        let error = editor(&[("EDITOR", "vim 'a")]).unwrap_err();
        assert_eq!(error.to_string(), "EDITOR is not a command: vim 'a; set it to a program such as vim");
    }

    #[rstest]
    #[case("vim", &["+12", "/logs/a b.log"])]
    #[case("/usr/bin/nano -l", &["+12", "/logs/a b.log"])]
    #[case("hx", &["/logs/a b.log:12"])]
    #[case("code --wait", &["-g", "/logs/a b.log:12"])]
    #[case("ed", &["/logs/a b.log"])]
    fn the_line_is_given_as_the_editor_takes_it(#[case] command: &str, #[case] arguments: &[&str]) {
        assert_eq!(place(command, "/logs/a b.log", Some(12)), arguments);
    }

    #[test]
    fn a_file_named_like_an_option_is_still_a_file() {
        assert_eq!(place("vim", "-c:quit", None), ["./-c:quit"]);
    }
}
