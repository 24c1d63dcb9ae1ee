//! Where a copy happens: behind which multiplexer, on whose machine, with which display.

use super::tool;
use std::collections::BTreeMap;

/// Variables that change when a tmux session is attached from elsewhere.
const MOVING: [&str; 4] = ["SSH_CONNECTION", "SSH_TTY", "DISPLAY", "WAYLAND_DISPLAY"];

/// The multiplexer between the program and the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Behind {
    /// None known.
    #[default]
    Nothing,
    /// tmux, here or on the machine the connection comes from.
    Tmux,
    /// GNU screen.
    Screen,
    /// One of the two, on another machine: both call their terminal `screen`.
    Either,
}

/// The surroundings of one copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// What the terminal is behind.
    pub behind: Behind,
    /// A tmux server on this machine runs us, and can be talked to.
    pub tmux_here: bool,
    /// The person sits at another machine.
    pub remote: bool,
    /// A Wayland display, by name.
    pub wayland: Option<String>,
    /// An X display, by name.
    pub x11: Option<String>,
}

impl Place {
    /// Reads the environment; inside tmux, what the client attached now has brought replaces what the shell inherited.
    #[must_use]
    pub fn now(environment: &BTreeMap<String, String>) -> Self {
        if environment.get("TMUX").is_none_or(String::is_empty) {
            return Self::of(environment);
        }
        let mut present = environment.clone();
        if let Some(said) = tool::ask_tmux(&["show-environment"], environment) {
            refresh(&mut present, &said);
        }
        Self::of(&present)
    }

    fn of(environment: &BTreeMap<String, String>) -> Self {
        let said = |name: &str| environment.get(name).filter(|value| !value.is_empty()).cloned();
        let tmux_here = said("TMUX").is_some();
        let term = said("TERM").unwrap_or_default();
        let behind = match () {
            () if tmux_here || term.starts_with("tmux") => Behind::Tmux,
            () if said("STY").is_some() => Behind::Screen,
            () if term.starts_with("screen") => Behind::Either,
            () => Behind::Nothing,
        };
        Self {
            behind,
            tmux_here,
            remote: said("SSH_CONNECTION").is_some() || said("SSH_TTY").is_some(),
            wayland: said("WAYLAND_DISPLAY"),
            x11: said("DISPLAY"),
        }
    }
}

/// Applies tmux's list: `NAME=value` is set, `-NAME` is not set, and a name that is missing says nothing.
fn refresh(environment: &mut BTreeMap<String, String>, said: &str) {
    for line in said.lines() {
        if let Some(name) = line.strip_prefix('-').filter(|name| MOVING.contains(name)) {
            environment.remove(name);
        } else if let Some((name, value)) = line.split_once('=').filter(|(name, _)| MOVING.contains(name)) {
            environment.insert(name.to_owned(), value.to_owned());
        }
    }
    // A client from this machine brings no connection; the terminal's name from an earlier one is then as old.
    if !environment.contains_key("SSH_CONNECTION") && said.lines().any(|line| line == "-SSH_CONNECTION") {
        environment.remove("SSH_TTY");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_client_attached_now_decides_who_sits_where() {
        let mut left_over =
            environment(&[("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22"), ("SSH_TTY", "/dev/pts/3")]);
        refresh(&mut left_over, "DISPLAY=:0\n-SSH_CONNECTION\nOTHER=1");
        assert_eq!(left_over, environment(&[("DISPLAY", ":0")]));
        let mut at_home = environment(&[("DISPLAY", ":0")]);
        refresh(&mut at_home, "-DISPLAY\nSSH_CONNECTION=10.0.0.1 1 10.0.0.2 22");
        assert!(Place::of(&at_home).remote);
        assert_eq!(Place::of(&at_home).x11, None);
    }

    #[rstest]
    #[case(&[("TMUX", "/s,1,0"), ("TERM", "screen-256color"), ("STY", "1.a")], Behind::Tmux)]
    #[case(&[("TERM", "tmux-256color")], Behind::Tmux)]
    #[case(&[("TERM", "screen.xterm"), ("STY", "1.a")], Behind::Screen)]
    #[case(&[("TERM", "screen-256color")], Behind::Either)]
    #[case(&[("TERM", "xterm")], Behind::Nothing)]
    fn what_is_between_is_read_from_the_environment(#[case] pairs: &[(&str, &str)], #[case] behind: Behind) {
        let place = Place::of(&environment(pairs));
        assert_eq!((place.behind, place.tmux_here), (behind, pairs[0].0 == "TMUX"));
    }
}
