//! Physical lines of a part by number: the columns lead near the line, the rest is counted in the text.

use super::chunk::PREFIX;
use super::part::Part;
use super::record::ReadError;
use super::store::Store;
use crate::port::{RawLine, RawLines};
use std::io;

/// Bytes read at once.
const STEP: u64 = 64 * 1024;

impl Store {
    /// Up to `count` lines of a part from line `from` (1-based) on; `None` if no part has this name.
    pub(super) fn lines(&self, part: &str, from: u64, count: usize) -> Option<Result<RawLines, ReadError>> {
        let number = self.parts.iter().position(|known| known.name == part)?;
        let part = self.parts.get(number)?;
        let total = self.index.part_lines.get(number).copied().unwrap_or(0);
        let (line, offset) = self.near_line(number, from.max(1));
        let wanted = usize::try_from(total.saturating_sub(from.max(1) - 1)).unwrap_or(usize::MAX).min(count);
        let read = read_lines(part, line, offset, from.max(1), wanted);
        Some(match read {
            Ok(lines) => Ok(RawLines { lines, total }),
            Err(error) => Err(part.read_error(&error)),
        })
    }

    /// The last record that starts at or before a line: its line and offset. The beginning of the part if there is none.
    pub(super) fn near_line(&self, part: usize, line: u64) -> (u64, u64) {
        let segments = &self.index.segments;
        let after = segments.partition_point(|s| (s.part as usize, s.line_of(0)) <= (part, line));
        let found = after.checked_sub(1).and_then(|at| segments.get(at)).filter(|s| s.part as usize == part);
        let Some(segment) = found else { return (1, 0) };
        let within = line - segment.line;
        let records = match &segment.lines {
            Some(lines) => lines.partition_point(|&start| u64::from(start) < within),
            None => usize::try_from(within).unwrap_or(usize::MAX).min(segment.len()),
        };
        let i = records.saturating_sub(1);
        (segment.line_of(i), segment.start_of(i))
    }
}

/// Reads `count` lines from line `from` on, beginning to count at a known line.
fn read_lines(
    part: &Part,
    mut line: u64,
    mut offset: u64,
    from: u64,
    count: usize,
) -> io::Result<Vec<RawLine>> {
    let mut lines: Vec<RawLine> = Vec::new();
    let mut open: Option<RawLine> = None;
    while lines.len() < count {
        let text = part.read_range(offset, offset.saturating_add(STEP))?;
        if text.is_empty() {
            lines.extend(open);
            break;
        }
        offset += text.len() as u64;
        for piece in text.split_inclusive(|&b| b == b'\n') {
            let ends = piece.ends_with(b"\n");
            if line >= from {
                let current = open.get_or_insert(RawLine { number: line, bytes: Vec::new(), is_cut: false });
                append(current, piece.strip_suffix(b"\n").unwrap_or(piece));
            }
            if ends {
                line += 1;
                lines.extend(open.take().map(without_return));
            }
        }
    }
    lines.truncate(count);
    Ok(lines)
}

fn append(line: &mut RawLine, piece: &[u8]) {
    let room = PREFIX.saturating_sub(line.bytes.len());
    line.is_cut |= piece.len() > room;
    line.bytes.extend_from_slice(piece.get(..room.min(piece.len())).unwrap_or_default());
}

fn without_return(mut line: RawLine) -> RawLine {
    if !line.is_cut && line.bytes.last() == Some(&b'\r') {
        line.bytes.pop();
    }
    line
}
