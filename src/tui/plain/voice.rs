//! The only way out: whole lines, each safe to print.

use crate::safety::display_safe;
use std::io::{self, Write};

/// Writes lines.
#[derive(Debug)]
pub(super) struct Voice<W> {
    out: W,
}

impl<W: Write> Voice<W> {
    pub(super) const fn new(out: W) -> Self {
        Self { out }
    }

    /// Says text from anywhere; nothing in it is obeyed by a terminal.
    pub(super) fn say(&mut self, text: &str) -> io::Result<()> {
        self.write(&display_safe(text.as_bytes()))
    }

    /// Says text that was made safe already: to do it twice would spell out what was spelled out.
    pub(super) fn say_safe(&mut self, text: &str) -> io::Result<()> {
        self.write(text)
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        for line in text.split('\n') {
            writeln!(self.out, "{}", line.replace('\t', "    ").trim_end())?;
        }
        self.out.flush()
    }
}
