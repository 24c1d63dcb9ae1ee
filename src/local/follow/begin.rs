//! Where following begins in a file that holds records already: offset, line number, and what came just before.

use super::super::part::fill_at;
use super::cutter::SAMPLE;
use crate::domain::Timestamp;
use crate::parse::{Layout, LineRole, ParseOptions};
use std::fs::File;
use std::io;

/// Bytes before the beginning whose patterns count as seen before.
const REMEMBERED: u64 = 4 << 20;
/// Bytes before the beginning that bring the parser into its state.
const RUN_UP: u64 = 16 * 1024;
/// Lines of a longer beginning are not counted.
const COUNTED: u64 = 256 << 20;
/// Bytes looked at for a time, and for the end of a line.
const LOOK: u64 = 64 * 1024;

/// Where to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// With what is written from now on.
    End,
    /// With the first record of this time or later.
    Since(Timestamp),
    /// With the first record.
    Start,
}

/// A beginning inside a file.
pub(super) struct Place {
    pub(super) at: u64,
    /// Line that begins there; 0: not known.
    pub(super) line: u64,
    pub(super) layout: Layout,
    /// Whole lines right before.
    pub(super) run_up: Vec<u8>,
    /// Bodies of records before.
    pub(super) bodies: Vec<Vec<u8>>,
}

/// Finds the place.
pub(super) fn place(file: &File, len: u64, begin: Begin, options: &ParseOptions) -> io::Result<Place> {
    let head = read(file, 0, (SAMPLE as u64).min(len))?;
    let whole = memchr::memrchr(b'\n', &head).map_or(0, |end| end + 1);
    let layout = Layout::learn(head.get(..whole).unwrap_or_default(), options);
    let at = match begin {
        Begin::Start => 0,
        Begin::End => line_start(file, len)?,
        Begin::Since(since) => first_since(file, len, &layout, since)?,
    };
    let line = if at <= COUNTED { 1 + lines_before(file, at)? } else { 0 };
    place_at(file, at, line, layout)
}

/// The place at a line whose offset and number are known.
pub(super) fn place_at(file: &File, at: u64, line: u64, layout: Layout) -> io::Result<Place> {
    let run_up = whole_lines(read(file, at.saturating_sub(RUN_UP), at)?, at > RUN_UP);
    let mut bodies = Vec::new();
    let mut parser = layout.parser();
    let before = at.saturating_sub(REMEMBERED);
    for line in whole_lines(read(file, before, at)?, before > 0).split(|byte| *byte == b'\n') {
        let parsed = parser.parse(line);
        if parsed.role == LineRole::Start {
            bodies.push(parsed.body.into_owned());
        }
    }
    Ok(Place { at, line, layout, run_up, bodies })
}

fn read(file: &File, from: u64, to: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(to - from).unwrap_or(0)];
    let filled = fill_at(file, &mut bytes, from)?;
    bytes.truncate(filled);
    Ok(bytes)
}

/// Without the rest of a line that began before.
fn whole_lines(mut bytes: Vec<u8>, cut: bool) -> Vec<u8> {
    if cut {
        let end = memchr::memchr(b'\n', &bytes).map_or(bytes.len(), |end| end + 1);
        bytes.drain(..end);
    }
    bytes
}

/// The start of the line that is being written at the end, so that it is read whole.
pub(super) fn line_start(file: &File, len: u64) -> io::Result<u64> {
    let from = len.saturating_sub(LOOK * 16);
    let bytes = read(file, from, len)?;
    let missing = if from == 0 { 0 } else { bytes.len() };
    Ok(from + memchr::memrchr(b'\n', &bytes).map_or(missing, |end| end + 1) as u64)
}

fn lines_before(file: &File, at: u64) -> io::Result<u64> {
    let (mut done, mut lines) = (0, 0);
    while done < at {
        let bytes = read(file, done, at.min(done + (1 << 20)))?;
        if bytes.is_empty() {
            break;
        }
        done += bytes.len() as u64;
        lines += memchr::memchr_iter(b'\n', &bytes).count() as u64;
    }
    Ok(lines)
}

/// The offset of the first record of a time or later: looks back in growing steps, then reads on from there.
fn first_since(file: &File, len: u64, layout: &Layout, since: Timestamp) -> io::Result<u64> {
    let mut step = LOOK * 4;
    let mut from = len.saturating_sub(step);
    while from > 0 {
        let lines = whole_lines(read(file, from, (from + LOOK).min(len))?, true);
        let mut parser = layout.parser();
        if lines
            .split(|byte| *byte == b'\n')
            .find_map(|line| parser.parse(line).ts)
            .is_some_and(|ts| ts < since)
        {
            break;
        }
        step *= 2;
        from = len.saturating_sub(step);
    }
    if from > 0 {
        from = line_start(file, from)?;
    }
    let mut parser = layout.parser();
    while from < len {
        let bytes = read(file, from, (from + LOOK * 16).min(len))?;
        let Some(last) = memchr::memrchr(b'\n', &bytes) else { break };
        let mut at = from;
        for line in bytes.get(..=last).unwrap_or_default().split_inclusive(|byte| *byte == b'\n') {
            if parser.parse(line.strip_suffix(b"\n").unwrap_or(line)).ts.is_some_and(|ts| ts >= since) {
                return Ok(at);
            }
            at += line.len() as u64;
        }
        from = at;
    }
    line_start(file, len)
}
