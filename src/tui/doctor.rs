//! What the terminal is, how many colours it gets and why, and what the screen costs on the wire.

mod asking;

use super::clipboard::{self, Behind, MOST_SENT, Place};
use super::depth;
use super::measure::{self, Wire};
use super::screen::ColorDepth;
use crate::app::{Finding, Launch};
use asking::Sync;
use rustix::termios::{isatty, tcgetwinsize};
use std::collections::BTreeMap;

/// Smallest screen on which nothing is cut off.
const SMALLEST: (u16, u16) = (60, 15);
/// The sizes that are measured, with the most bytes a page of scrolling may have there.
const MEASURED: [((u16, u16), usize); 2] = [((120, 40), 6_000), ((80, 24), 3_000)];

/// Looks at the terminal.
#[must_use]
pub fn terminal(launch: &Launch) -> Vec<Finding> {
    let environment = &launch.environment;
    let mut findings = vec![kind(environment), ends(), size(), locale(launch)];
    findings.extend(between(environment));
    findings.push(colors(launch));
    findings.push(synchronized());
    findings.extend(wire(launch));
    findings
}

fn said<'e>(environment: &'e BTreeMap<String, String>, name: &str) -> Option<&'e str> {
    environment.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

fn kind(environment: &BTreeMap<String, String>) -> Finding {
    let name = "terminal";
    let program = said(environment, "TERM_PROGRAM").map(|program| format!(", {program}")).unwrap_or_default();
    let colors =
        said(environment, "COLORTERM").map(|color| format!(", COLORTERM {color}")).unwrap_or_default();
    match said(environment, "TERM") {
        None if !isatty(std::io::stdout()) => Finding::note(name, "TERM is not set, and no terminal is here"),
        None => {
            Finding::mend(name, "TERM is not set", "export TERM=xterm-256color, or what your terminal is")
        }
        Some("dumb") => Finding::note(name, "TERM is dumb: lines are used instead of a screen (--plain)"),
        Some(term) => Finding::fine(name, format!("TERM {term}{colors}{program}")),
    }
}

fn ends() -> Finding {
    let ends = [("stdin", isatty(std::io::stdin())), ("stdout", isatty(std::io::stdout()))];
    let not: Vec<&str> = ends.iter().filter(|(_, tty)| !tty).map(|(name, _)| *name).collect();
    if not.is_empty() {
        return Finding::fine("ends", "stdin and stdout are the terminal");
    }
    Finding::note("ends", format!("{}: not a terminal here", not.join(" and ")))
        .advise("run it without a pipe to look at the terminal itself")
}

fn size() -> Finding {
    let found = tcgetwinsize(std::io::stdout()).or_else(|_| tcgetwinsize(std::io::stderr()));
    match found.map(|size| (size.ws_col, size.ws_row)) {
        Err(_) => Finding::note("size", "not known: there is no terminal here"),
        Ok((0, _) | (_, 0)) => Finding::mend(
            "size",
            "the terminal says 0x0; 80x24 is drawn",
            "stty columns 120 rows 40, with your numbers",
        ),
        Ok((columns, rows)) if columns < SMALLEST.0 || rows < SMALLEST.1 => Finding::mend(
            "size",
            format!("{columns}x{rows}: rows are cut off"),
            format!("make the window {}x{} or larger", SMALLEST.0, SMALLEST.1),
        ),
        Ok((columns, rows)) => Finding::fine("size", format!("{columns}x{rows}")),
    }
}

fn locale(launch: &Launch) -> Finding {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| Some(format!("{name} {}", said(&launch.environment, name)?)));
    let set = set.unwrap_or_else(|| "no locale is set".to_owned());
    if launch.ascii {
        return Finding::note("characters", format!("{set}: drawn with ASCII only"))
            .advise("export LANG=C.UTF-8 for lines and bars, or theme.ascii = false");
    }
    Finding::fine("characters", format!("{set}: drawn with lines and bars"))
}

/// What stands between the program and the person.
fn between(environment: &BTreeMap<String, String>) -> Vec<Finding> {
    let place = Place::now(environment);
    let mut findings = Vec::new();
    let term = said(environment, "TERM").unwrap_or_default();
    match place.behind {
        Behind::Nothing => {}
        Behind::Tmux if place.tmux_here && !term.contains("256color") && !term.contains("direct") => {
            findings.push(Finding::mend(
                "tmux",
                format!("TERM is {term} inside tmux: 16 colours at most"),
                "set -g default-terminal tmux-256color in ~/.tmux.conf",
            ));
        }
        Behind::Tmux => findings.push(Finding::fine("tmux", "inside tmux")),
        Behind::Screen => findings.push(Finding::fine("screen", "inside GNU screen")),
        Behind::Either => findings.push(Finding::fine("tmux", "inside tmux or screen on another machine")),
    }
    if place.remote {
        let text =
            "over SSH: frames are differences, held until they are whole, and fewer when the link is slow";
        findings.push(Finding::fine("link", text));
    }
    findings
}

fn colors(launch: &Launch) -> Finding {
    let (depth, why) = depth::chosen(launch);
    let shown = match depth {
        ColorDepth::None => "none",
        ColorDepth::Ansi16 => "16",
        ColorDepth::Indexed256 => "256",
        ColorDepth::True => "16 million",
    };
    Finding::fine("colours", format!("{shown} ({why}), theme {}", launch.theme))
}

fn synchronized() -> Finding {
    let name = "whole frames";
    match asking::synchronized() {
        Sync::Known => Finding::fine(name, "the terminal holds a frame until it is whole (mode 2026)"),
        Sync::Unknown => {
            Finding::note(name, "the terminal does not know mode 2026: a large change may flicker")
        }
        Sync::Silent => {
            Finding::note(name, "the terminal did not answer within a second; mode 2026 is sent and ignored")
        }
        Sync::NotAsked => Finding::note(name, "not asked: stdin and stdout have to be the terminal"),
    }
}

fn wire(launch: &Launch) -> Vec<Finding> {
    let sizes = MEASURED.map(|(size, _)| size);
    match measure::measure(launch, &sizes) {
        Ok(wires) => wires.iter().zip(MEASURED).flat_map(|(wire, (_, most))| figures(wire, most)).collect(),
        Err(why) => vec![Finding::mend(
            "bytes",
            format!("cannot measure: {why}"),
            "make the temporary directory writable",
        )],
    }
}

fn figures(wire: &Wire, most: usize) -> Vec<Finding> {
    let (columns, rows) = wire.size;
    let name = |what: &str| format!("{what} {columns}x{rows}");
    let figure = |what: &str, bytes: usize, of: &str| {
        Finding::fine(name(what), format!("{bytes} bytes {of}")).measured(bytes as u64)
    };
    let page = if wire.page <= most {
        figure("page", wire.page, &format!("for a page of records; {most} at most"))
    } else {
        let text = format!("{} bytes for a page of records, over {most}", wire.page);
        Finding::mend(name("page"), text, "report it, please: this is a defect").measured(wire.page as u64)
    };
    vec![
        figure("first frame", wire.first, "for the whole screen of the bundled incident"),
        page,
        figure("key", wire.key, "for one row down"),
        figure("idle", wire.idle, "while nothing happens"),
    ]
}

/// Looks at the ways a copy can leave.
#[must_use]
pub fn clipboard(launch: &Launch) -> Vec<Finding> {
    let environment = &launch.environment;
    let place = Place::now(environment);
    let mut findings = vec![match place.behind {
        Behind::Nothing => Finding::fine(
            "terminal",
            format!("OSC 52, up to {MOST_SENT} bytes; whether the terminal takes it cannot be asked"),
        ),
        Behind::Tmux => {
            Finding::fine("terminal", format!("OSC 52 plain and wrapped for tmux, up to {MOST_SENT} bytes"))
        }
        Behind::Screen => {
            Finding::fine("terminal", format!("OSC 52 wrapped for screen, up to {MOST_SENT} bytes"))
        }
        Behind::Either => {
            Finding::fine("terminal", format!("OSC 52 plain and wrapped for screen, up to {MOST_SENT} bytes"))
        }
    }];
    if said(environment, "TERM_PROGRAM") == Some("Apple_Terminal") {
        findings.push(
            Finding::note("terminal", "Terminal.app ignores OSC 52").advise("the file below has every copy"),
        );
    }
    if place.tmux_here {
        findings.push(tmux(environment));
    }
    findings.push(tools(environment, &place));
    findings.push(file(launch));
    findings
}

fn tmux(environment: &BTreeMap<String, String>) -> Finding {
    let option = clipboard::ask_tmux(&["show-options", "-gsv", "set-clipboard"], environment);
    match option.as_deref().map(str::trim) {
        Some("off") => Finding::mend(
            "tmux",
            "set-clipboard is off: a copy stays inside tmux",
            "set -g set-clipboard on in ~/.tmux.conf",
        ),
        Some(value) => Finding::fine("tmux", format!("set-clipboard is {value}; load-buffer -w is used")),
        None => Finding::note("tmux", "tmux did not say what set-clipboard is"),
    }
}

fn tools(environment: &BTreeMap<String, String>, place: &Place) -> Finding {
    let name = "programs";
    if place.remote {
        return Finding::fine(name, "not used over SSH: they would fill the clipboard of this machine");
    }
    let wanted = clipboard::local(place);
    let path = said(environment, "PATH").unwrap_or_default();
    let there = |tool: &str| std::env::split_paths(path).any(|folder| folder.join(tool).is_file());
    match (wanted.iter().find(|tool| there(tool)), wanted.as_slice()) {
        (Some(tool), _) => Finding::fine(name, format!("{tool} takes a copy, too")),
        (None, []) => Finding::fine(name, "no display here, so none is used"),
        (None, wanted) => Finding::note(name, "a display is here and no program for its clipboard")
            .advise(format!("install {}", wanted.join(" or "))),
    }
}

fn file(launch: &Launch) -> Finding {
    let folder = launch.state_dir.clone().unwrap_or_else(std::env::temp_dir);
    let path = folder.join(clipboard::FILE);
    Finding::fine("file", format!("every copy is written to {} as well", path.display()))
}
