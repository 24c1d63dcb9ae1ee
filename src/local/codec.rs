//! The bytes of a cached index: little-endian columns behind a version, a checksum at the end.
//!
//! Reading trusts nothing: every length is held against what is left, and any doubt gives `None`.

use super::column::{Column, Times};
use super::filter::WordFilter;
use super::segment::Segment;
use crate::domain::{PatternId, Timestamp};
use crate::pattern::{Piece, SlotKind, Template};

/// First bytes of a cached index; the number rises with every change of the format or of what mining and parsing do.
const MAGIC: &[u8; 8] = b"wfindex5";

/// Collects the bytes of a cached index.
pub(super) struct Encoder {
    bytes: Vec<u8>,
}

impl Encoder {
    pub(super) fn new() -> Self {
        let mut encoder = Self { bytes: MAGIC.to_vec() };
        encoder.text(env!("WATCHFIRE_INDEX_CODE"));
        encoder
    }

    /// The file's bytes, with the checksum.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let sum = xxhash_rust::xxh3::xxh3_64(&self.bytes);
        self.u64(sum);
        self.bytes
    }

    pub(super) fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    fn u16(&mut self, value: u16) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(super) fn u32(&mut self, value: u32) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(super) fn u64(&mut self, value: u64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(super) fn i64(&mut self, value: i64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(super) fn text(&mut self, text: &str) {
        self.u64(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn u32s(&mut self, values: &[u32]) {
        self.u64(values.len() as u64);
        self.bytes.reserve(values.len() * 4);
        values.iter().for_each(|&value| self.u32(value));
    }

    fn u64s(&mut self, values: &[u64]) {
        self.u64(values.len() as u64);
        values.iter().for_each(|&value| self.u64(value));
    }

    /// A template's constant text and the kinds of its slots; never a value.
    pub(super) fn template(&mut self, template: &Template) {
        self.text(&template.text);
        self.u64(template.pieces.len() as u64);
        for piece in &template.pieces {
            match piece {
                Piece::Text(text) => {
                    self.u8(u8::MAX);
                    self.text(text);
                }
                Piece::Slot(kind) => {
                    let number = SlotKind::ALL.iter().position(|known| known == kind).unwrap_or(0);
                    self.u8(u8::try_from(number).unwrap_or(0));
                }
            }
        }
    }

    /// A segment; its shapes are written as the numbers of their templates.
    pub(super) fn segment(&mut self, segment: &Segment, template_of: impl Fn(u32) -> u32) {
        self.u32(segment.part);
        self.u64(segment.base);
        self.u64(segment.line);
        self.u64(segment.end);
        self.u8(u8::from(segment.sorted));
        self.u32s(&segment.starts);
        self.u8(u8::from(segment.lines.is_some()));
        self.u32s(segment.lines.as_deref().unwrap_or_default());
        self.times(&segment.times);
        match segment.span {
            None => self.u8(0),
            Some((first, last)) => {
                self.u8(1);
                self.i64(first.as_nanos());
                self.i64(last.as_nanos());
            }
        }
        self.column(&segment.levels, Self::u8);
        self.column(&segment.services, Self::u16);
        let templates: Vec<u32> = segment.shapes.iter().map(|&shape| template_of(shape)).collect();
        self.u32s(&templates);
        self.u64s(segment.filter.as_ref().map_or(&[], WordFilter::words));
    }

    fn times(&mut self, times: &Times) {
        match times {
            Times::None => self.u8(0),
            Times::Packed { base, unit, deltas } => {
                self.u8(1);
                self.i64(*base);
                self.i64(*unit);
                self.u32s(deltas);
            }
            Times::Full(times) => {
                self.u8(2);
                self.u64(times.len() as u64);
                times.iter().for_each(|&time| self.i64(time));
            }
        }
    }

    fn column<T: Copy>(&mut self, column: &Column<T>, mut put: impl FnMut(&mut Self, T)) {
        match column {
            Column::All(value) => {
                self.u64(u64::MAX);
                put(self, *value);
            }
            Column::Each(values) => {
                self.u64(values.len() as u64);
                values.iter().for_each(|&value| put(self, value));
            }
        }
    }
}

/// Reads the bytes of a cached index.
pub(super) struct Decoder<'b> {
    rest: &'b [u8],
}

impl<'b> Decoder<'b> {
    /// Checks the checksum, the format and the version.
    pub(super) fn new(bytes: &'b [u8]) -> Option<Self> {
        let (content, sum) = bytes.split_last_chunk::<8>()?;
        if xxhash_rust::xxh3::xxh3_64(content) != u64::from_le_bytes(*sum) {
            return None;
        }
        let mut decoder = Self { rest: content.strip_prefix(MAGIC)? };
        (decoder.text()? == env!("WATCHFIRE_INDEX_CODE")).then_some(decoder)
    }

    /// Whether everything was read.
    pub(super) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn i64(&mut self) -> Option<i64> {
        self.array().map(i64::from_le_bytes)
    }

    /// A count of things that take at least `size` bytes each.
    pub(super) fn count(&mut self, size: usize) -> Option<usize> {
        let count = usize::try_from(self.u64()?).ok()?;
        (count.checked_mul(size)? <= self.rest.len()).then_some(count)
    }

    pub(super) fn text(&mut self) -> Option<String> {
        let length = self.count(1)?;
        String::from_utf8(self.take(length)?.to_vec()).ok()
    }

    fn u32s(&mut self) -> Option<Box<[u32]>> {
        let count = self.count(4)?;
        let (chunks, _) = self.take(count * 4)?.as_chunks::<4>();
        Some(chunks.iter().map(|chunk| u32::from_le_bytes(*chunk)).collect())
    }

    fn u64s(&mut self) -> Option<Box<[u64]>> {
        let count = self.count(8)?;
        let (chunks, _) = self.take(count * 8)?.as_chunks::<8>();
        Some(chunks.iter().map(|chunk| u64::from_le_bytes(*chunk)).collect())
    }

    pub(super) fn template(&mut self) -> Option<Template> {
        let text = self.text()?;
        let count = self.count(1)?;
        let mut pieces = Vec::with_capacity(count);
        for _ in 0..count {
            pieces.push(match self.u8()? {
                u8::MAX => Piece::Text(self.text()?),
                number => Piece::Slot(*SlotKind::ALL.get(usize::from(number))?),
            });
        }
        Some(Template { id: PatternId::of_template(&text), pieces, text })
    }

    /// A segment whose columns all have the same length; `first` is set by the index.
    pub(super) fn segment(&mut self) -> Option<Segment> {
        let (part, base, line, end) = (self.u32()?, self.u64()?, self.u64()?, self.u64()?);
        let sorted = self.u8()? != 0;
        let starts = self.u32s()?;
        let has_lines = self.u8()? != 0;
        let lines = self.u32s()?;
        let times = self.times()?;
        let span = match self.u8()? {
            0 => None,
            _ => Some((Timestamp::from_nanos(self.i64()?), Timestamp::from_nanos(self.i64()?))),
        };
        let levels = self.column(1, Self::u8)?;
        let services = self.column(2, |decoder| decoder.array().map(u16::from_le_bytes))?;
        let shapes = self.u32s()?;
        let words = self.u64s()?;
        let filter = match words.len() {
            0 => None,
            _ => Some(WordFilter::of_words(words)?),
        };
        let segment = Segment {
            part,
            first: 0,
            base,
            line,
            starts,
            lines: has_lines.then_some(lines),
            end,
            times,
            span,
            sorted,
            levels,
            services,
            shapes,
            filter,
        };
        segment.is_consistent().then_some(segment)
    }

    fn times(&mut self) -> Option<Times> {
        Some(match self.u8()? {
            0 => Times::None,
            1 => {
                let (base, unit) = (self.i64()?, self.i64()?);
                Times::Packed { base, unit, deltas: self.u32s()? }
            }
            2 => Times::Full(self.u64s()?.iter().map(|time| time.cast_signed()).collect()),
            _ => return None,
        })
    }

    fn column<T>(&mut self, size: usize, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Column<T>> {
        let count = self.u64()?;
        if count == u64::MAX {
            return Some(Column::All(one(self)?));
        }
        let count = usize::try_from(count).ok()?;
        if count.checked_mul(size)? > self.rest.len() {
            return None;
        }
        let values: Option<Vec<T>> = (0..count).map(|_| one(self)).collect();
        Some(Column::Each(values?.into()))
    }
}
