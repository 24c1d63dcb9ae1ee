//! The one way out: results to stdout, notes to stderr, both safe and both quiet about a closed pipe.

use super::exit::Stop;
use super::line::{Line, Style};
use super::world::World;
use crate::config::{Color, LogLevel, Settings};
use crate::safety::{display_safe, json_safe};
use serde::Serialize;
use std::io::{self, BufWriter, Stdout, Write};

/// Writes a command's output.
pub(super) struct Output {
    stdout: BufWriter<Stdout>,
    color: bool,
    color_of_notes: bool,
    columns: Option<usize>,
    log_level: LogLevel,
}

impl Output {
    /// Before settings are known: no colour, all notes.
    pub(super) fn plain(world: &World) -> Self {
        Self {
            stdout: BufWriter::with_capacity(64 * 1024, io::stdout()),
            color: false,
            color_of_notes: false,
            columns: world.columns,
            log_level: LogLevel::Info,
        }
    }

    /// Takes over colour and verbosity from the settings.
    pub(super) fn configure(&mut self, settings: &Settings, world: &World) {
        let dumb = world.variable("TERM") == Some("dumb");
        let color = |terminal: bool| match settings.color.value {
            Color::Auto => terminal && !dumb,
            Color::Always => true,
            Color::Never => false,
        };
        self.color = color(world.columns.is_some());
        self.color_of_notes = color(world.stderr_is_terminal);
        self.log_level = if settings.debug.value { LogLevel::Debug } else { settings.log_level.value };
    }

    /// Columns of the terminal; `None`: not a terminal, nothing is shortened.
    pub(super) const fn columns(&self) -> Option<usize> {
        self.columns
    }

    /// Prints a line of results, cut to the terminal.
    pub(super) fn line(&mut self, line: &Line) -> io::Result<()> {
        writeln!(self.stdout, "{}", line.render(self.color, self.columns))
    }

    /// Prints lines of results, each cut to the terminal.
    pub(super) fn lines(&mut self, lines: &[Line]) -> io::Result<()> {
        lines.iter().try_for_each(|line| self.line(line))
    }

    /// Prints a line of results whole, whatever the terminal's width.
    pub(super) fn whole_line(&mut self, line: &Line) -> io::Result<()> {
        writeln!(self.stdout, "{}", line.render(self.color, None))
    }

    /// Prints text of several lines as it is, safe.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        self.raw(text.as_bytes())?;
        if text.ends_with('\n') { Ok(()) } else { self.stdout.write_all(b"\n") }
    }

    /// Prints bytes of any origin, safe, with their line breaks and no other.
    pub(super) fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stdout.write_all(display_safe(bytes).as_bytes())
    }

    /// Prints one JSON document, indented for a terminal, on one line for a program.
    pub(super) fn document(&mut self, document: &impl Serialize) -> io::Result<()> {
        let pretty = self.columns.is_some();
        let text =
            if pretty { serde_json::to_string_pretty(document) } else { serde_json::to_string(document) };
        writeln!(self.stdout, "{}", json_safe(&text.map_err(io::Error::other)?))
    }

    /// Prints one document on a line of its own, also on a terminal.
    pub(super) fn document_line(&mut self, document: &impl Serialize) -> io::Result<()> {
        let text = serde_json::to_string(document).map_err(io::Error::other)?;
        writeln!(self.stdout, "{}", json_safe(&text))
    }

    /// Hands over what is buffered, so that a reader sees it now.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }

    /// What makes the result partial.
    pub(super) fn warn(&mut self, text: &str) {
        self.note(LogLevel::Warning, "warning: ", Style::Yellow, text);
    }

    /// How the input was understood.
    pub(super) fn inform(&mut self, text: &str) {
        self.note(LogLevel::Info, "", Style::Dim, text);
    }

    /// Timings and decisions.
    pub(super) fn debug(&mut self, text: &str) {
        self.note(LogLevel::Debug, "debug: ", Style::Dim, text);
    }

    fn note(&mut self, level: LogLevel, prefix: &str, style: Style, text: &str) {
        if level > self.log_level {
            return;
        }
        // Notes explain results that may still be in the buffer: keep the order a terminal shows.
        let _ = self.stdout.flush();
        self.stderr_lines(prefix, style, text);
    }

    fn stderr_lines(&self, prefix: &str, style: Style, text: &str) {
        let mut stderr = io::stderr().lock();
        for (number, part) in text.split('\n').enumerate() {
            let mut line = Line::new();
            line.push(style, if number == 0 { prefix } else { "" }).push(style, part);
            // A closed stderr leaves nobody to tell.
            let _ = writeln!(stderr, "{}", line.render(self.color_of_notes, None));
        }
    }

    /// Says why a command stopped and returns its exit code.
    pub(super) fn say_stop(&mut self, stop: &Stop) -> u8 {
        if let Stop::Said { message, .. } = stop {
            let _ = self.stdout.flush();
            self.stderr_lines("watchfire: ", Style::Plain, message);
        }
        stop.code()
    }
}
