//! Programs that take a text: started, fed, waited for, and never longer than their time.

use super::{Place, Step};
use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Longest run of one program.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often a running program is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// Gives the text to every program that can help from here; programs that are not installed are not mentioned.
pub(super) fn give(text: &str, place: &Place) -> Vec<Step> {
    let mut steps = Vec::new();
    if place.tmux_here {
        // tmux ignores clipboard sequences from inside unless told otherwise, but passes its own on (`-w`, tmux 3.2).
        steps.extend(run("tmux", &["load-buffer", "-w", "-"], text));
    }
    if !place.remote {
        steps.extend(local(place).into_iter().find_map(|(tool, arguments)| run(tool, arguments, text)));
    }
    steps
}

/// The programs for this machine's display, the best first.
pub(super) fn local(place: &Place) -> Vec<(&'static str, &'static [&'static str])> {
    let mut tools: Vec<(&'static str, &'static [&'static str])> = Vec::new();
    if place.wayland.is_some() {
        tools.push(("wl-copy", &[]));
    }
    if place.x11.is_some() {
        tools.push(("xclip", &["-selection", "clipboard", "-in"]));
        tools.push(("xsel", &["--clipboard", "--input"]));
    }
    if cfg!(target_os = "macos") {
        tools.push(("pbcopy", &[]));
    }
    tools
}

/// Runs one program; `None` when it is not installed.
fn run(tool: &'static str, arguments: &[&str], text: &str) -> Option<Step> {
    let started = Command::new(tool)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let child = match started {
        Ok(child) => child,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => return Some(Step::ToolFailed { tool, why: error.to_string() }),
    };
    Some(match feed(child, text) {
        Ok(status) if status.success() => Step::GivenTo { tool },
        Ok(status) => Step::ToolFailed { tool, why: status.to_string() },
        Err(error) => Step::ToolFailed { tool, why: error.to_string() },
    })
}

fn feed(mut child: Child, text: &str) -> io::Result<ExitStatus> {
    if let Some(mut stdin) = child.stdin.take() {
        let text = text.to_owned();
        // Its own thread: a program that does not read must not hold the copy, and ends by the deadline below.
        std::thread::Builder::new()
            .name("copy".to_owned())
            .spawn(move || stdin.write_all(text.as_bytes()))?;
    }
    wait(&mut child)
}

fn wait(child: &mut Child) -> io::Result<ExitStatus> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::new(io::ErrorKind::TimedOut, "no answer within a second"));
        }
        std::thread::sleep(LOOK);
    }
}

/// What tmux answers to a command; `None` when it does not.
pub(in crate::tui) fn ask_tmux(arguments: &[&str], environment: &BTreeMap<String, String>) -> Option<String> {
    let mut child = Command::new("tmux")
        .args(arguments)
        .envs(environment.get("TMUX").map(|socket| ("TMUX", socket)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut answer = child.stdout.take()?;
    let reader = std::thread::Builder::new().name("tmux".to_owned()).spawn(move || {
        let mut text = String::new();
        answer.read_to_string(&mut text).map(|_| text)
    });
    let status = wait(&mut child).ok()?;
    let text = reader.ok()?.join().ok()?.ok()?;
    status.success().then_some(text)
}
