//! Exceptions and deaths inside a record, its continuation lines included: which type, on which line, how grave.

use super::corpus::Row;

/// Bytes one of which every record with an exception or a death holds, as written.
pub(super) const TELLING: [&str; 20] = [
    "Exception",
    "Error",
    "Throwable",
    "Traceback (most",
    "panic",
    "fatal error: ",
    "ut of memory",
    "oom-kill",
    "OOMKilled",
    "Killed",
    "segfault",
    "egmentation fault",
    "core dumped",
    "SIGSEGV",
    "SIGABRT",
    "SIGKILL",
    "signal: killed",
    "on signal ",
    "code 137",
    "status 137",
];
/// Endings of the names of types that are thrown.
const ENDINGS: [&str; 4] = ["Exception", "Error", "Throwable", "Interrupt"];
/// What the system says of a process it ended, in lower case, and what that is called.
const DEATHS: [(&str, &str); 14] = [
    ("out of memory: kill", "out of memory"),
    ("oom-kill", "out of memory"),
    ("oomkilled", "out of memory"),
    ("segmentation fault", "segmentation fault"),
    ("segfault at", "segmentation fault"),
    ("sigsegv", "segmentation fault"),
    ("core dumped", "core dump"),
    ("sigabrt", "abort"),
    ("signal: killed", "killed"),
    ("sigkill", "killed"),
    ("killed by signal", "killed"),
    ("exited on signal", "killed"),
    ("code 137", "killed"),
    ("status 137", "killed"),
];
/// Lines of one record that are looked at.
const LINES: usize = 4_096;

/// How much a line says about the end of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gravity {
    /// Named in a message.
    Named,
    /// With the stack it was thrown from, or as the head of a line of its own.
    Traced,
    /// Nobody caught it, or the system ended the process.
    Fatal,
}

/// One exception or death of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Thrown {
    /// Its type as written (`java.io.IOException`), `panic`, or what the system did.
    pub(super) name: String,
    /// The line that says it.
    pub(super) line: String,
    pub(super) gravity: Gravity,
    /// The thread, where the line names it.
    pub(super) thread: Option<String>,
    /// Named as the cause of another one.
    pub(super) cause: bool,
}

impl Thrown {
    /// The name without its package: `IOException`.
    pub(super) fn short(&self) -> &str {
        self.name.rsplit(['.', '$', ':']).next().unwrap_or(&self.name)
    }
}

/// Everything thrown in a record, in the order of its lines.
pub(super) fn thrown(row: &Row<'_>) -> Vec<Thrown> {
    let lines = lines_of(row);
    let traced = lines.iter().any(|line| is_frame(line));
    let mut reader = Reader { found: Vec::new(), python: false, traced };
    for (at, line) in lines.iter().enumerate() {
        reader.line(line, lines.get(at + 1).copied(), at > 0);
    }
    reader.found
}

/// The message, then the lines behind it; a structured record writes its line breaks as `\n`.
fn lines_of<'r>(row: &Row<'r>) -> Vec<&'r str> {
    let raw = std::str::from_utf8(row.raw).unwrap_or_default();
    if raw.starts_with('{') && raw.contains("\\n") {
        let texts = json_texts(raw).into_iter().flat_map(|text| text.split("\\n"));
        return texts.map(|line| line.trim_start_matches("\\t")).take(LINES).collect();
    }
    let body = std::str::from_utf8(row.body).unwrap_or_default();
    let place = raw.find(body).filter(|_| !body.is_empty());
    let first = raw.lines().next().unwrap_or_default();
    let first = place.and_then(|at| first.get(at..)).unwrap_or(first);
    std::iter::once(first).chain(raw.lines().skip(1)).take(LINES).collect()
}

/// What stands between the quotation marks of a JSON record, as written.
fn json_texts(raw: &str) -> Vec<&str> {
    let (mut texts, mut from, mut escaped) = (Vec::new(), 0, false);
    for (at, byte) in raw.bytes().enumerate() {
        match byte {
            b'\\' if !escaped => escaped = true,
            b'"' if !escaped => {
                texts.push(&raw[from..at]);
                from = at + 1;
            }
            _ => escaped = false,
        }
    }
    texts
}

/// A line of a stack, whatever the language.
fn is_frame(line: &str) -> bool {
    let text = line.trim_start();
    (text.starts_with("at ") && text.contains(['(', ':']))
        || text.starts_with("File \"")
        || text.starts_with("goroutine ")
        || (text.starts_with("... ") && text.ends_with(" more"))
}

struct Reader {
    found: Vec<Thrown>,
    /// Inside the stack of a traceback, whose last line is not indented.
    python: bool,
    traced: bool,
}

impl Reader {
    fn line(&mut self, line: &str, next: Option<&str>, further: bool) {
        let text = line.trim();
        if text.starts_with("Traceback (most recent call last)") {
            self.python = true;
        } else if is_frame(text) {
            self.goroutine(text);
        } else if self.python && further && !line.starts_with([' ', '\t']) && !text.is_empty() {
            self.python = false;
            self.tail_of_traceback(text);
        } else if !(self.python || self.panic(text, next) || self.death(text)) {
            self.exception(text);
        }
        if !further && text.contains("Traceback (most recent call last)") {
            self.python = true;
        }
    }

    fn push(&mut self, name: &str, line: &str, gravity: Gravity) {
        let (name, line) = (name.to_owned(), line.to_owned());
        self.found.push(Thrown { name, line, gravity, thread: None, cause: false });
    }

    /// The stack behind a panic says which goroutine it was.
    fn goroutine(&mut self, text: &str) {
        if let Some(last) = self.found.last_mut().filter(|last| last.name == "panic" && last.thread.is_none())
            && let Some((name, _)) = text.strip_prefix("goroutine ").and_then(|rest| rest.split_once(' '))
        {
            last.thread = Some(format!("goroutine {name}"));
        }
    }

    fn tail_of_traceback(&mut self, text: &str) {
        let name = text.split([':', ' ']).next().unwrap_or_default();
        let dotted = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_');
        if !name.is_empty() && name.chars().all(dotted) {
            // A traceback within one is of what came first.
            self.push(name, text, Gravity::Traced);
        }
    }

    fn panic(&mut self, text: &str, next: Option<&str>) -> bool {
        let quoted = text.split_once("thread '").and_then(|(_, rest)| rest.split_once("' panicked at "));
        if let Some((thread, _)) = quoted {
            let more = next.filter(|_| text.ends_with(':')).map(str::trim).unwrap_or_default();
            self.push("panic", format!("{text} {more}").trim_end(), Gravity::Fatal);
            if let Some(last) = self.found.last_mut() {
                last.thread = Some(thread.to_owned());
            }
            return true;
        }
        let starts = text.starts_with("panic: ") || text.starts_with("fatal error: ");
        let serving = text.find(": panic serving ").is_some() || text.starts_with("panic serving ");
        if starts || serving {
            self.push("panic", text, if starts { Gravity::Fatal } else { Gravity::Traced });
        }
        starts || serving
    }

    fn death(&mut self, text: &str) -> bool {
        let lower = text.to_ascii_lowercase();
        let name = if text == "Killed" {
            Some("killed")
        } else {
            DEATHS.iter().find(|(said, _)| lower.contains(said)).map(|(_, name)| *name)
        };
        if let Some(name) = name {
            self.push(name, text, Gravity::Fatal);
        }
        name.is_some()
    }

    /// Type names in a line: the head of the line, behind words that lead to it, or anywhere in a message.
    fn exception(&mut self, text: &str) {
        let (head, cause) = match text.strip_prefix("Caused by: ") {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let (head, thread) = uncaught(head);
        let fatal = thread.is_some();
        let Some((at, name)) = type_name(head) else { return };
        // `Error: no route` is a type only where a stack follows.
        if ENDINGS.contains(&name) && !((self.traced || fatal) && at == 0) {
            return;
        }
        let leads = at == 0 && head[name.len()..].chars().next().is_none_or(|c| matches!(c, ':' | ' '));
        let gravity = match (fatal, self.traced || leads) {
            (true, _) => Gravity::Fatal,
            (false, true) => Gravity::Traced,
            (false, false) => Gravity::Named,
        };
        self.push(name, text, gravity);
        if let Some(last) = self.found.last_mut() {
            last.thread = thread.flatten();
            last.cause = cause;
        }
    }
}

/// What follows words that say that nobody caught it, and the thread they name.
fn uncaught(text: &str) -> (&str, Option<Option<String>>) {
    if let Some((_, rest)) = text.split_once("Exception in thread \"")
        && let Some((thread, rest)) = rest.split_once("\" ")
    {
        return (rest, Some(Some(thread.to_owned())));
    }
    for said in ["Uncaught exception: ", "Unhandled exception: ", "Unhandled exception. ", "Uncaught "] {
        if let Some((_, rest)) = text.split_once(said) {
            return (rest, Some(None));
        }
    }
    (text, None)
}

/// The first word of a text that is the name of a type that is thrown, with its place.
fn type_name(text: &str) -> Option<(usize, &str)> {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '$');
    let mut at = 0;
    while let Some(start) = text[at..].find(inside).map(|skip| at + skip) {
        let end = text[start..].find(|c| !inside(c)).map_or(text.len(), |len| start + len);
        let name = text[start..end].trim_end_matches(['.', '$']);
        let calls = text[end..].starts_with('(');
        if !calls && is_type(name) {
            return Some((start, name));
        }
        at = end;
    }
    None
}

/// Whether a word is written like the name of a type that is thrown (`ValueError`, `java.io.IOException`).
pub(super) fn is_type(name: &str) -> bool {
    let last = name.rsplit(['.', '$']).next().unwrap_or(name);
    let starts = last.starts_with(char::is_uppercase);
    starts && ENDINGS.iter().any(|end| last.ends_with(end)) && last.contains(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::RecordId;
    use rstest::rstest;

    fn names(body: &str, more: &str) -> Vec<String> {
        let raw = format!("12:00:00 {body}\n{more}");
        let id = RecordId("a:1".to_owned());
        let row = Row {
            id: &id,
            pattern: 0,
            ts: None,
            level: None,
            service: "",
            body: body.as_bytes(),
            raw: raw.as_bytes(),
            captures: &[],
            fields: &[],
        };
        let shown = |t: Thrown| format!("{} {:?} {}", t.name, t.gravity, t.thread.unwrap_or_default());
        thrown(&row).into_iter().map(|t| shown(t).trim_end().to_owned()).collect()
    }

    #[rstest]
    #[case(
        "kiln stopped",
        "panic: index out of range [5]\n\ngoroutine 12 [running]:\nmain.f()",
        "panic Fatal goroutine 12"
    )]
    #[case(
        "glaze failed",
        "Traceback (most recent call last):\n  File \"a.py\", line 3, in f\n    g()\nValueError: cold",
        "ValueError Traced"
    )]
    #[case(
        "Exception in thread \"oven-1\" java.lang.IllegalStateException: hot",
        "\tat a.B.c(B.java:3)",
        "java.lang.IllegalStateException Fatal oven-1"
    )]
    #[case("thread 'main' panicked at src/kiln.rs:4:5:", "no heat", "panic Fatal main")]
    #[case(
        "TypeError: Cannot read properties of undefined",
        "    at fire (/k/kiln.js:3:9)",
        "TypeError Traced"
    )]
    #[case("Out of memory: Killed process 411 (kiln)", "", "out of memory Fatal")]
    #[case("tray lost: TrayMissingException at shelf 4", "", "TrayMissingException Named")]
    #[case("Error: nothing in the kiln", "", "")]
    #[case("ErrorHandler registered, throwError(3) called", "", "")]
    fn what_was_thrown_is_read_from_the_whole_record(
        #[case] body: &str,
        #[case] more: &str,
        #[case] expected: &str,
    ) {
        assert_eq!(names(body, more).join("|"), expected);
    }

    #[test]
    fn a_cause_is_told_from_what_it_caused() {
        let more =
            "java.lang.RuntimeException: no firing\n\tat a.B.c(B.java:3)\nCaused by: a.ColdException: 3 C";
        let found = names("firing failed", more);
        assert_eq!(found, ["java.lang.RuntimeException Traced", "a.ColdException Traced"]);
    }
}
