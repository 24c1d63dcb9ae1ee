//! One pattern per physical line (`patterns --assign`): walks a part's bytes beside its columns.

use super::part::Part;
use super::record::ReadError;
use super::store::Store;
use crate::domain::PatternId;

/// Bytes read at once.
const STEP: usize = 1 << 20;

/// Calls `emit` for every physical line of a part; see [`Store::assign`].
pub(super) fn assign_part(
    store: &Store,
    number: usize,
    part: &Part,
    emit: &mut impl FnMut(Option<PatternId>),
) -> Result<(), ReadError> {
    let mut cursor = Cursor::new(store, number);
    let mut buffer = vec![0; STEP];
    let (mut at, mut line_start, mut blank) = (0u64, 0u64, true);
    loop {
        let filled = part.read_at(&mut buffer, at).map_err(|error| part.read_error(&error))?;
        let mut rest = buffer.get(..filled).unwrap_or_default();
        if rest.is_empty() {
            break;
        }
        at += filled as u64;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, after) = rest.split_at(end + 1);
            blank &= line.iter().all(u8::is_ascii_whitespace);
            emit(cursor.pattern_at(line_start).filter(|_| !blank));
            rest = after;
            line_start = at - rest.len() as u64;
            blank = true;
        }
        blank &= rest.iter().all(u8::is_ascii_whitespace);
    }
    if line_start < at {
        emit(cursor.pattern_at(line_start).filter(|_| !blank));
    }
    Ok(())
}

/// Follows the records and headings of one part from line to line.
struct Cursor<'s> {
    store: &'s Store,
    part: u32,
    /// Segment and position of the next record.
    segment: usize,
    i: usize,
    heading: usize,
    pattern: Option<PatternId>,
}

impl<'s> Cursor<'s> {
    fn new(store: &'s Store, number: usize) -> Self {
        let part = u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            store,
            part,
            segment: store.index.segments.partition_point(|s| s.part < part),
            i: 0,
            heading: store.index.headings.partition_point(|&(p, _)| p < part),
            pattern: None,
        }
    }

    /// The pattern of the record that holds the line at this offset; offsets must rise.
    fn pattern_at(&mut self, offset: u64) -> Option<PatternId> {
        let index = &self.store.index;
        while let Some(segment) = index.segments.get(self.segment).filter(|s| s.part == self.part) {
            if self.i >= segment.len() {
                (self.segment, self.i) = (self.segment + 1, 0);
            } else if segment.start_of(self.i) <= offset {
                self.pattern = Some(self.store.pattern_of(segment, self.i));
                self.i += 1;
            } else {
                break;
            }
        }
        if index.headings.get(self.heading) == Some(&(self.part, offset)) {
            self.heading += 1;
            return None;
        }
        self.pattern
    }
}
