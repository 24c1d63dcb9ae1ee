//! Template mining: message bodies in, shapes on the fly, templates at the end.
//!
//! A [`Miner`] per worker gives every body a [`ShapeId`] in one pass; [`Miner::absorb`] joins workers;
//! [`Miner::finish`] merges shapes into templates. The order of lines, the number of threads and the name of the
//! file do not change the result.

mod absorb;
mod capture;
mod coarse;
mod measure;
mod memory;
mod merge;
mod naming;
mod prose;
mod render;
mod scan;
mod spread;
mod time;
mod unit;
mod vary;
mod word;

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

impl SlotKind {
    /// Every kind, in the order of declaration; numbers in written shapes and cached indexes count in it.
    pub const ALL: [Self; 13] = [
        Self::Any,
        Self::Ip,
        Self::Host,
        Self::User,
        Self::Path,
        Self::Url,
        Self::Uuid,
        Self::Hex,
        Self::Number,
        Self::Duration,
        Self::Size,
        Self::Time,
        Self::Quoted,
    ];
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
    pub fn capture(&self, body: &[u8]) -> Option<Vec<Capture>> {
        capture::capture(&self.pieces, body)
    }

    /// The constant words, lower-cased, in order: what a search for words looks at.
    pub fn words(&self) -> impl Iterator<Item = String> {
        self.pieces
            .iter()
            .filter_map(|piece| if let Piece::Text(text) = piece { Some(text) } else { None })
            .flat_map(|text| {
                text.split(|c: char| !c.is_alphanumeric())
                    .filter(|word| !word.is_empty())
                    .map(str::to_lowercase)
                    .collect::<Vec<_>>()
            })
    }
}

/// Most distinct shapes that are kept apart; further ones are folded (see [`Miner`]).
pub const MOST_SHAPES: usize = 200_000;

/// Most bytes of written shapes that are kept.
const MOST_SHAPE_BYTES: usize = 64 << 20;

/// Most remembered hashes; several belong to one shape when white space differs.
const MOST_HASHES: usize = 4 * MOST_SHAPES;

/// Collects shapes from bodies; one per worker.
///
/// Memory is bounded: at most [`MOST_SHAPES`] distinct shapes with 64 MiB of text are kept apart. Past that, a body
/// of a new shape counts under its first word only, and past as many of those under one shape for everything.
#[derive(Debug, Default)]
pub struct Miner {
    hashes: FxHashMap<u64, u32>,
    shapes: FxHashMap<Box<[u8]>, u32>,
    counts: Vec<u64>,
    shape_bytes: usize,
    scratch: Vec<u8>,
}

impl Miner {
    /// An empty miner.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts one body and returns its shape.
    pub fn observe(&mut self, body: &[u8]) -> ShapeId {
        let mut hasher = scan::Hasher::new();
        scan::scan(body, &mut hasher);
        let hash = hasher.finish();
        if let Some(&id) = self.hashes.get(&hash) {
            self.counts[id as usize] += 1;
            return ShapeId(id);
        }
        self.observe_new(hash, body)
    }

    #[cold]
    fn observe_new(&mut self, hash: u64, body: &[u8]) -> ShapeId {
        let mut shape = std::mem::take(&mut self.scratch);
        shape.clear();
        scan::scan(body, &mut shape);
        let id = self.shape_id(&shape);
        self.scratch = shape;
        if self.hashes.len() < MOST_HASHES {
            self.hashes.insert(hash, id);
        }
        self.counts[id as usize] += 1;
        ShapeId(id)
    }

    /// The number of a written shape, folded when there are too many.
    fn shape_id(&mut self, shape: &[u8]) -> u32 {
        if let Some(&id) = self.shapes.get(shape) {
            return id;
        }
        let full =
            |n: usize| self.counts.len() >= n || self.shape_bytes >= MOST_SHAPE_BYTES / MOST_SHAPES * n;
        if full(2 * MOST_SHAPES) && shape != scan::EVERYTHING {
            return self.shape_id(scan::EVERYTHING);
        }
        if full(MOST_SHAPES) {
            let folded = scan::first_word(shape);
            if folded != shape {
                return self.shape_id(&folded);
            }
        }
        let id = u32::try_from(self.counts.len()).unwrap_or(u32::MAX);
        self.shapes.insert(shape.into(), id);
        self.shape_bytes += shape.len();
        self.counts.push(0);
        id
    }

    /// Takes over another miner's shapes; the result maps the other's shape numbers to this miner's.
    pub fn absorb(&mut self, other: &Self) -> Vec<ShapeId> {
        let mut map = vec![ShapeId(0); other.counts.len()];
        let mut shapes: Vec<_> = other.shapes.iter().collect();
        shapes.sort_unstable();
        for (shape, &theirs) in shapes {
            let id = self.shape_id(shape);
            self.counts[id as usize] += other.counts[theirs as usize];
            map[theirs as usize] = ShapeId(id);
        }
        map
    }

    /// Merges shapes into templates. May be called again after more lines.
    #[must_use]
    pub fn finish(&self) -> PatternSet {
        let mut ordered: Vec<(&[u8], u32)> = self.shapes.iter().map(|(shape, &id)| (&**shape, id)).collect();
        ordered.sort_unstable();
        let mut units = unit::Units::new();
        let shapes: Vec<(Vec<unit::Unit>, u64)> =
            ordered.iter().map(|(shape, id)| (units.split(shape), self.counts[*id as usize])).collect();
        let mut made: Vec<(Template, Vec<u32>)> = merge::merge(&units, &shapes)
            .into_iter()
            .map(|cell| {
                let members: Vec<(&[unit::Unit], u64)> =
                    cell.members.iter().map(|&m| (&*shapes[m as usize].0, shapes[m as usize].1)).collect();
                (render::template(&units, &members), cell.members)
            })
            .collect();
        made.sort_by(|a, b| a.0.text.cmp(&b.0.text));
        let mut set = PatternSet { templates: Vec::new(), by_shape: vec![0; self.counts.len()] };
        for (template, members) in made {
            if set.templates.last().is_none_or(|last| last.text != template.text) {
                set.templates.push(template);
            }
            let index = u32::try_from(set.templates.len() - 1).unwrap_or(u32::MAX);
            for member in members {
                set.by_shape[ordered[member as usize].1 as usize] = index;
            }
        }
        set
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn normal(bytes: &[u8]) -> Vec<u8> {
        let words: Vec<&[u8]> = bytes.split(|&b| scan::is_space(b)).filter(|word| !word.is_empty()).collect();
        words.join(&b' ')
    }

    /// Puts constants and captured ranges together again.
    fn rebuilt(template: &Template, body: &[u8]) -> Option<Vec<u8>> {
        let captures = template.capture(body)?;
        let mut slots = captures.iter();
        let mut out = Vec::new();
        for piece in &template.pieces {
            match piece {
                Piece::Text(text) => out.extend_from_slice(text.as_bytes()),
                Piece::Slot(_) => out.extend_from_slice(&body[slots.next()?.range.clone()]),
            }
        }
        slots.next().is_none().then_some(out)
    }

    fn mine(bodies: &[Vec<u8>]) -> (PatternSet, Vec<ShapeId>) {
        let mut miner = Miner::new();
        let shapes = bodies.iter().map(|body| miner.observe(body)).collect();
        (miner.finish(), shapes)
    }

    fn texts(bodies: &[Vec<u8>]) -> Vec<String> {
        let (set, shapes) = mine(bodies);
        shapes.iter().map(|&shape| set.templates()[set.template_of(shape)].text.clone()).collect()
    }

    fn body() -> impl Strategy<Value = Vec<u8>> {
        let word = prop_oneof![
            Just("user ".to_owned()),
            Just("job".to_owned()),
            Just(" failed after ".to_owned()),
            Just("  ".to_owned()),
            Just("key=".to_owned()),
            Just("\"two words\" ".to_owned()),
            Just("null".to_owned()),
            Just("\t(".to_owned()),
            Just("), ".to_owned()),
            Just("größe ".to_owned()),
            "[a-c]{1,3} ",
            "[0-9]{1,4}",
            "[0-9]{1,3} ms ",
            "10\\.0\\.0\\.[0-9]:[0-9]{2} ",
            "[ -~]{0,6}",
            "blk_[0-9]{1,3} ",
        ];
        prop_oneof![
            9 => proptest::collection::vec(word, 0..8).prop_map(|words| words.concat().into_bytes()),
            1 => proptest::collection::vec(any::<u8>(), 0..40),
        ]
    }

    #[test]
    fn a_text_of_seven_bytes_is_no_text_of_eight() {
        // Found by fuzzing: the length of the last word was mixed in where an eighth byte `p` stands.
        let bodies =
            [b"tap xChromep gone".to_vec(), b"tap xChrome gone".to_vec(), b"tap xChrome  gone".to_vec()];
        let mut fresh = Vec::new();
        for body in &bodies {
            let (mut hasher, mut shape) = (scan::Hasher::new(), Vec::new());
            scan::scan(body, &mut hasher);
            scan::scan(body, &mut shape);
            fresh.push((hasher.finish(), shape));
        }
        for (a, b) in [(0, 1), (1, 2), (0, 2)] {
            assert!(fresh[a].0 != fresh[b].0 || fresh[a].1 == fresh[b].1, "{a} {b}");
        }
        let mut eight = scan::Hasher::new();
        scan::Sink::text(&mut eight, b"xChromep");
        let mut seven = scan::Hasher::new();
        scan::Sink::text(&mut seven, b"xChrome");
        assert_ne!(eight.finish(), seven.finish());
    }

    proptest! {
        #[test]
        fn every_body_is_rebuilt_from_its_template_and_values(bodies in proptest::collection::vec(body(), 1..60)) {
            let (set, shapes) = mine(&bodies);
            for (body, shape) in bodies.iter().zip(shapes) {
                let template = &set.templates()[set.template_of(shape)];
                let rebuilt = rebuilt(template, body);
                prop_assert_eq!(rebuilt.as_deref().map(normal), Some(normal(body)), "{}", template.text);
            }
        }

        #[test]
        fn order_and_splitting_do_not_matter(bodies in proptest::collection::vec(body(), 1..60), cut in 0_usize..60) {
            let together = texts(&bodies);
            let mut reversed: Vec<_> = bodies.iter().rev().cloned().collect();
            let mut backwards = texts(&reversed);
            backwards.reverse();
            prop_assert_eq!(&together, &backwards);
            let rest = bodies.split_at(cut.min(bodies.len()));
            reversed.clear();
            let (mut left, mut right) = (Miner::new(), Miner::new());
            let mut shapes: Vec<ShapeId> = rest.0.iter().map(|b| left.observe(b)).collect();
            let theirs: Vec<ShapeId> = rest.1.iter().map(|b| right.observe(b)).collect();
            let map = left.absorb(&right);
            shapes.extend(theirs.iter().map(|shape| map[shape.0 as usize]));
            let set = left.finish();
            let joined: Vec<String> =
                shapes.iter().map(|&s| set.templates()[set.template_of(s)].text.clone()).collect();
            prop_assert_eq!(together, joined);
        }
    }

    #[test]
    fn a_long_body_is_cut_and_still_captured() {
        let body = [b"payload ".to_vec(), b"word ".repeat(3000)].concat();
        let (set, shapes) = mine(std::slice::from_ref(&body));
        let template = &set.templates()[set.template_of(shapes[0])];
        assert!(template.text.ends_with("<*>") && template.text.len() < 5000);
        assert_eq!(rebuilt(template, &body).as_deref().map(normal), Some(normal(&body)));
    }

    #[test]
    fn past_the_cap_new_shapes_are_folded_and_still_captured() {
        let mut miner = Miner::new();
        let letters = |n: usize| n.to_string().bytes().map(|b| (b - b'0' + b'g') as char).collect::<String>();
        for n in 0..MOST_SHAPES {
            miner.observe(letters(n).as_bytes());
        }
        let late = b"brand new text".to_vec();
        let shape = miner.observe(&late);
        assert_eq!(shape, miner.observe(b"brand other text"));
        let set = miner.finish();
        assert!(set.templates()[set.template_of(shape)].capture(&late).is_some());
    }

    #[test]
    fn slots_are_typed_and_named() {
        let (set, _) = mine(&[b"pool at 10.1.2.3:5432 exhausted after 30 s, used /var/lib/db".to_vec()]);
        assert_eq!(set.templates()[0].text, "pool at <ip>:<num> exhausted after <dur>, used <path>");
    }
}
