//! Joins coarse shapes that differ only in values which look like words.
//!
//! A cell is a set of shapes with one coarse form. Each step finds places where cells differ, asks the evidence
//! whether the place is a variable, and writes the places it accepted as values; cells that become equal are one.

use super::absorb;
use super::coarse::coarse;
use super::memory::Memory;
use super::spread;
use super::unit::{ANY, Unit, Units};
use super::vary;
use rustc_hash::FxHashMap;

/// Most rounds of the one-place step; each can open new places for the next.
const ROUNDS: usize = 4;

/// Shapes that are one pattern so far.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    /// The coarse form.
    pub(super) units: Vec<Unit>,
    /// Lines.
    pub(super) weight: u64,
    /// Indices of the shapes.
    pub(super) members: Vec<u32>,
}

/// Groups shapes (units and lines), which are given in order of content; so is the result.
pub(super) fn merge(units: &Units, shapes: &[(Vec<Unit>, u64)]) -> Vec<Cell> {
    let cells = shapes.iter().enumerate().map(|(at, (shape, weight))| Cell {
        units: coarse(units, shape),
        weight: *weight,
        members: vec![u32::try_from(at).unwrap_or(u32::MAX)],
    });
    let mut cells = unite(cells);
    let mut memory = Memory::default();
    cells = vary_all(units, cells, &mut memory, 1);
    let places = spread::places(units, &cells);
    memory.learn(units, &cells, &places);
    cells = generalise(units, cells, &places);
    cells = vary_all(units, cells, &mut memory, 1);
    cells = vary_all(units, cells, &mut memory, usize::MAX);
    absorb::absorb(units, &mut cells, &memory);
    let mut cells = unite(cells);
    spread::tails(units, &mut cells);
    unite(cells)
}

fn vary_all(units: &Units, mut cells: Vec<Cell>, memory: &mut Memory, longest: usize) -> Vec<Cell> {
    for _ in 0..ROUNDS {
        let places = vary::places(units, &cells, memory, longest);
        if places.is_empty() {
            break;
        }
        memory.learn(units, &cells, &places);
        cells = generalise(units, cells, &places);
    }
    cells
}

/// A range of units of a cell that is a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) cell: u32,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Writes places as values and joins cells that become equal.
pub(super) fn generalise(units: &Units, mut cells: Vec<Cell>, places: &[Place]) -> Vec<Cell> {
    let mut places = places.to_vec();
    places.sort_unstable();
    places.dedup();
    for group in places.chunk_by(|a, b| a.cell == b.cell) {
        let cell = &mut cells[group[0].cell as usize];
        let mut out = Vec::with_capacity(cell.units.len());
        let mut at = 0;
        for place in group {
            if (place.start as usize) < at {
                continue;
            }
            out.extend_from_slice(&cell.units[at..place.start as usize]);
            out.push(ANY);
            at = place.end as usize;
        }
        out.extend_from_slice(&cell.units[at..]);
        cell.units = coarse(units, &out);
    }
    unite(cells)
}

/// Joins cells of one form; order by content of the first member.
pub(super) fn unite(cells: impl IntoIterator<Item = Cell>) -> Vec<Cell> {
    let mut by_units: FxHashMap<Vec<Unit>, usize> = FxHashMap::default();
    let mut out: Vec<Cell> = Vec::new();
    for cell in cells {
        match by_units.get(&cell.units) {
            Some(&at) => {
                out[at].weight += cell.weight;
                out[at].members.extend_from_slice(&cell.members);
            }
            None => {
                by_units.insert(cell.units.clone(), out.len());
                out.push(cell);
            }
        }
    }
    out
}
