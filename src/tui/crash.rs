//! A panic on any thread: the terminal first, then one message and a crash file.
//!
//! The hook runs before unwinding and before an abort, so both builds give the terminal back. A panic message can quote
//! the text that was being read, and that text is somebody's log: quoted parts are left out of message and file; the
//! place and the backtrace are what a report needs.

use super::terminal::{Alarm, TerminalHandle};
use crate::safety::{display_line, display_safe};
use std::backtrace::Backtrace;
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Quotes that the standard library itself puts into messages.
const ALLOWED: [&str; 8] = [
    "Option::unwrap()",
    "Option::expect()",
    "Result::unwrap()",
    "Result::unwrap_err()",
    "None",
    "Some",
    "Ok",
    "Err",
];
/// What stands for a quote.
const LEFT_OUT: &str = "…";

/// Replaces the panic hook by one that gives the terminal back before anything is printed.
///
/// The report goes to `crash-SECONDS-PID.txt` (0600) in `reports`, which is made (0700) when it is missing. Only the
/// first panic is reported; every one gives the terminal back and rings
/// [`Signal::Crashed`](super::signals::Signal::Crashed).
pub fn install(terminal: &TerminalHandle, reports: PathBuf) {
    let terminal = terminal.clone();
    let reported = AtomicBool::new(false);
    std::panic::set_hook(Box::new(move |info| {
        terminal.leave();
        if !reported.swap(true, Ordering::AcqRel) {
            let message = message(info);
            let report = report(&message, &terminal);
            terminal.say(&format!("{message}\n{}\n", outcome(write(&reports, &report))));
        }
        terminal.wire.ring(Alarm::Crashed);
    }));
}

fn message(info: &PanicHookInfo<'_>) -> String {
    let text = without_quotes(info.payload_as_str().unwrap_or("no message"));
    let place = info.location().map(|at| format!(" at {at}")).unwrap_or_default();
    let thread = std::thread::current();
    let thread = thread.name().unwrap_or("unnamed");
    let line = format!("watchfire: this is a defect, please report it: {text}{place} (thread {thread})");
    display_line(line.as_bytes()).into_owned()
}

fn report(message: &str, terminal: &TerminalHandle) -> String {
    let size = terminal.size();
    let text = format!(
        "{message}\nversion: {}\nsystem: {} {}\nterminal: {}x{}\nbacktrace:\n{}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        size.width,
        size.height,
        Backtrace::force_capture(),
    );
    display_safe(text.as_bytes()).into_owned()
}

fn write(reports: &Path, report: &str) -> std::io::Result<PathBuf> {
    DirBuilder::new().recursive(true).mode(0o700).create(reports)?;
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let path = reports.join(format!("crash-{seconds}-{}.txt", std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    file.write_all(report.as_bytes())?;
    Ok(path)
}

fn outcome(written: std::io::Result<PathBuf>) -> String {
    let line = match written {
        Ok(path) => format!("watchfire: details are in {}", path.display()),
        Err(error) => format!("watchfire: the details could not be saved: {error}"),
    };
    display_line(line.as_bytes()).into_owned()
}

/// Leaves out what a message quotes; an open quote reaches to the end.
fn without_quotes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', '`']) {
        let (before, from) = rest.split_at(at);
        let quote = &from[..1];
        out.push_str(before);
        out.push_str(quote);
        let (inside, after) = split_quote(&from[1..], quote);
        out.push_str(if ALLOWED.contains(&inside) { inside } else { LEFT_OUT });
        out.push_str(quote);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The quoted part and what follows the closing quote; a quote behind a backslash does not close.
fn split_quote<'t>(text: &'t str, quote: &str) -> (&'t str, &'t str) {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '\\' if !escaped => escaped = true,
            c if !escaped && quote.starts_with(c) => return (&text[..at], &text[at + 1..]),
            _ => escaped = false,
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use std::os::unix::fs::PermissionsExt as _;

    #[rstest]
    #[case(
        "index out of bounds: the len is 3 but the index is 9",
        "index out of bounds: the len is 3 but the index is 9"
    )]
    #[case("called `Option::unwrap()` on a `None` value", "called `Option::unwrap()` on a `None` value")]
    #[case(
        "byte index 9 is not a char boundary of `user=ann pw=rose`",
        "byte index 9 is not a char boundary of `…`"
    )]
    #[case(
        r#"called `Result::unwrap()` on an `Err` value: Odd("a \"b\" c") here"#,
        r#"called `Result::unwrap()` on an `Err` value: Odd("…") here"#
    )]
    #[case("cut off: `rose", "cut off: `…`")]
    fn t2_what_a_panic_quotes_is_left_out(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(without_quotes(text), shown);
    }

    #[test]
    fn a_report_is_private_and_its_folder_is_made() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("state").join("crashes");
        let path = write(&folder, "report").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "report");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn i7_a_folder_that_cannot_be_made_is_said() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let said = outcome(write(&file.path().join("inside"), "report"));
        assert!(said.starts_with("watchfire: the details could not be saved: "), "{said}");
    }
}
