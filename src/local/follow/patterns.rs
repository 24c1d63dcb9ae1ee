//! Patterns of records as they come, against those known before: which one a record has, and whether it is new.
//!
//! A body that a known template takes apart is of that pattern. Others are mined together with bodies seen before, so
//! that one more value is not taken for a new pattern. Ids do not change once they were given.

use crate::domain::PatternId;
use crate::pattern::{Miner, Piece, ShapeId, Template};
use rustc_hash::{FxHashMap, FxHashSet};

/// Shapes that are mined together; past that a new shape stands for itself.
const MINED: usize = 4_000;
/// Templates that a body is held against.
const KNOWN: usize = 20_000;
/// Bytes of constant text a template must have to cover a body it was not mined from.
const TELLING: usize = 4;

/// Known patterns and the shapes that were given one.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    miner: Miner,
    /// Templates, those with the most constant text first.
    known: Vec<(usize, Template)>,
    ids: FxHashSet<PatternId>,
    by_shape: FxHashMap<ShapeId, PatternId>,
}

impl Patterns {
    /// Starts with the templates of an index.
    pub(super) fn knowing<'t>(templates: impl Iterator<Item = &'t Template>) -> Self {
        let mut patterns = Self::default();
        for template in templates {
            patterns.ids.insert(template.id);
            let length = constant(template);
            if length >= TELLING && patterns.known.len() < KNOWN {
                patterns.known.push((length, template.clone()));
            }
        }
        patterns.known.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
        patterns
    }

    /// Takes bodies for seen before.
    pub(super) fn seed<'b>(&mut self, bodies: impl Iterator<Item = &'b [u8]>) {
        let shapes: FxHashSet<ShapeId> = bodies
            .filter_map(|body| {
                let shape = self.miner.observe(body);
                if self.by_shape.contains_key(&shape) {
                    return None;
                }
                match self.covering(body) {
                    Some(id) => self.by_shape.insert(shape, id),
                    None => return Some(shape),
                };
                None
            })
            .collect();
        if !shapes.is_empty() {
            let set = self.miner.finish();
            for shape in shapes {
                if let Some(template) = set.templates().get(set.template_of(shape)) {
                    self.learn(shape, template);
                }
            }
        }
    }

    /// The pattern of each body, and whether it is the first of it ever.
    pub(super) fn assign(&mut self, bodies: &[&[u8]]) -> Vec<(PatternId, bool)> {
        let shapes: Vec<ShapeId> = bodies.iter().map(|body| self.miner.observe(body)).collect();
        let mut unknown: FxHashMap<ShapeId, &[u8]> = FxHashMap::default();
        for (shape, body) in shapes.iter().zip(bodies) {
            if self.by_shape.contains_key(shape) || unknown.contains_key(shape) {
                continue;
            }
            match self.covering(body) {
                Some(id) => drop(self.by_shape.insert(*shape, id)),
                None => drop(unknown.insert(*shape, body)),
            }
        }
        let mut fresh = FxHashSet::default();
        if !unknown.is_empty() {
            self.name(&unknown, &mut fresh);
        }
        let nothing = PatternId::of_template("");
        shapes
            .iter()
            .map(|shape| {
                let id = self.by_shape.get(shape).copied().unwrap_or(nothing);
                (id, fresh.remove(&id))
            })
            .collect()
    }

    /// Gives shapes that no known template covers the pattern of an earlier shape, or one of their own.
    fn name(&mut self, unknown: &FxHashMap<ShapeId, &[u8]>, fresh: &mut FxHashSet<PatternId>) {
        if self.by_shape.len() + unknown.len() > MINED {
            for (shape, body) in unknown {
                let mut alone = Miner::new();
                alone.observe(body);
                if let Some(template) = alone.finish().templates().first() {
                    fresh.extend(self.learn(*shape, template));
                }
            }
            return;
        }
        let set = self.miner.finish();
        let earlier: FxHashMap<usize, PatternId> =
            self.by_shape.iter().map(|(shape, id)| (set.template_of(*shape), *id)).collect();
        for shape in unknown.keys() {
            let at = set.template_of(*shape);
            match (earlier.get(&at), set.templates().get(at)) {
                (Some(id), _) => drop(self.by_shape.insert(*shape, *id)),
                (None, Some(template)) => fresh.extend(self.learn(*shape, template)),
                (None, None) => {}
            }
        }
    }

    /// The pattern of a known template that takes a body apart: the one with the most constant text.
    fn covering(&self, body: &[u8]) -> Option<PatternId> {
        let covers = |(_, template): &&(usize, Template)| template.capture(body).is_some();
        self.known.iter().find(covers).map(|(_, template)| template.id)
    }

    /// Keeps a template; its id if it is new.
    fn learn(&mut self, shape: ShapeId, template: &Template) -> Option<PatternId> {
        self.by_shape.insert(shape, template.id);
        let new = self.ids.insert(template.id);
        let length = constant(template);
        if new && length >= TELLING && self.known.len() < KNOWN {
            let at = self.known.partition_point(|(known, _)| *known >= length);
            self.known.insert(at, (length, template.clone()));
        }
        new.then_some(template.id)
    }
}

fn constant(template: &Template) -> usize {
    let length = |piece: &Piece| if let Piece::Text(text) = piece { text.len() } else { 0 };
    template.pieces.iter().map(length).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh(patterns: &mut Patterns, body: &str) -> bool {
        patterns.assign(&[body.as_bytes()])[0].1
    }

    #[test]
    fn a_pattern_is_new_once_and_another_value_is_no_new_pattern() {
        let mut patterns = Patterns::default();
        let seen: Vec<String> = (0..30).map(|i| format!("job {i} took {} ms on w{i}", i * 7)).collect();
        patterns.seed(seen.iter().map(String::as_bytes));
        assert!(!fresh(&mut patterns, "job 400 took 3 ms on w77"));
        assert!(fresh(&mut patterns, "disk sda is gone for good"));
        assert!(!fresh(&mut patterns, "disk sda is gone for good"));
        let ids = patterns.assign(&[b"job 1 took 1 ms on w9", b"job 2 took 9 ms on w1"]);
        assert_eq!(ids[0].0, ids[1].0);
    }

    #[test]
    fn patterns_of_an_index_keep_their_ids() {
        let mut miner = Miner::new();
        for i in 0..20 {
            miner.observe(format!("order {i} placed").as_bytes());
        }
        let set = miner.finish();
        let mut patterns = Patterns::knowing(set.templates().iter());
        assert_eq!(patterns.assign(&[b"order 99 placed"]), [(set.templates()[0].id, false)]);
    }

    #[test]
    fn of_several_new_ones_at_once_each_is_called_out_once() {
        let mut patterns = Patterns::default();
        let bodies: [&[u8]; 4] =
            [b"cache warmed up", b"cache warmed up", b"leader elected", b"cache warmed up"];
        let fresh: Vec<bool> = patterns.assign(&bodies).into_iter().map(|(_, fresh)| fresh).collect();
        assert_eq!(fresh, [true, false, true, false]);
    }
}
