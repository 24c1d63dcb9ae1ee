//! What a typed line means. A line that is no command is a question, also where its first word is one.

/// A line, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// Nothing was typed.
    Nothing,
    /// A question.
    Ask(String),
    /// A window against its baseline.
    Broke,
    /// The pattern table.
    Patterns,
    /// The records that are left by the conditions.
    Records,
    /// The next rows of the last list.
    More,
    /// A row of the last list.
    Open(usize),
    /// Only records like this.
    Keep(String),
    /// No records like this.
    Exclude(String),
    /// No conditions.
    Clear,
    /// Says the window, or sets it.
    Window(Option<String>),
    /// Pins a row, or lists the pins.
    Pin(Option<usize>),
    /// A note on what was opened or pinned last.
    Note(String),
    /// The commands.
    Help,
    /// The end.
    Quit,
}

/// What `help` says.
pub(super) const HELP: &[&str] = &[
    "commands, one on a line; anything else is asked as a question:",
    "ask QUESTION: asks, also where the question begins with one of these words",
    "broke: what changed, against the time before",
    "patterns: the patterns of the window, most frequent first",
    "records: the records of the window that the conditions leave",
    "more: the next rows of the last list",
    "open N: row N of the last list, with its fields and the records around it",
    "keep TEXT, exclude TEXT: only records with the text, or without it (a query, as for search)",
    "clear: takes all conditions back",
    "window: says the window; window 15m, window 14:20 14:30, window all: sets it",
    "pin N: keeps row N at hand; pin: lists what is pinned",
    "note TEXT: a note on what was pinned or opened last",
    "quit: ends the session; questions, pins and notes are saved as a case, for watchfire report. Ctrl-C stops a running question",
];

/// Most words of a window; more are a question.
const WINDOW_WORDS: usize = 5;

impl Command {
    /// Reads a line.
    pub(super) fn read(line: &str) -> Self {
        let line = line.trim();
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        let number = rest.strip_prefix(['[', '#']).unwrap_or(rest).trim_end_matches(']').parse().ok();
        let question = || Self::Ask(line.to_owned());
        match (word.to_ascii_lowercase().as_str(), rest) {
            ("", _) => Self::Nothing,
            ("broke", "") => Self::Broke,
            ("patterns", "") => Self::Patterns,
            ("records", "") => Self::Records,
            ("more", "") => Self::More,
            ("clear", "") => Self::Clear,
            ("help" | "?", "") => Self::Help,
            ("quit" | "exit" | "q", "") => Self::Quit,
            ("window", "") => Self::Window(None),
            ("pin" | "pins", "") => Self::Pin(None),
            ("open", _) => number.map_or_else(question, Self::Open),
            ("pin", _) => number.map_or_else(question, |number| Self::Pin(Some(number))),
            (_, "") => question(),
            ("ask", _) => Self::Ask(rest.to_owned()),
            ("keep", _) => Self::Keep(rest.to_owned()),
            ("exclude", _) => Self::Exclude(rest.to_owned()),
            ("note", _) => Self::Note(rest.to_owned()),
            ("window", _) if rest.split_whitespace().count() <= WINDOW_WORDS && !rest.ends_with('?') => {
                Self::Window(Some(rest.to_owned()))
            }
            _ => question(),
        }
    }
}
