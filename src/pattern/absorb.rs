//! Rare cells that a general one already covers: `viewed wall clock` beside `viewed <*>`.

use super::memory::{Memory, before};
use super::merge::Cell;
use super::unit::{ANY, Unit, Units};
use rustc_hash::FxHashMap;

/// A general cell must have this many times the lines of one that it takes over.
const HEAVIER: u64 = 4;

/// Most general cells tried for one rare one.
const TRIES: usize = 64;

/// Gives rare cells the form of a general cell whose text they share and whose places they could fill.
pub(super) fn absorb(units: &Units, cells: &mut [Cell], memory: &Memory) {
    let words = |cell: &Cell| cell.units.iter().copied().filter(|&u| units.is_word(u)).collect::<Vec<Unit>>();
    let mut general: FxHashMap<Unit, Vec<usize>> = FxHashMap::default();
    for (index, cell) in cells.iter().enumerate() {
        let words = words(cell);
        // Filed under its longest word, which everything it covers must hold.
        if let Some(&key) = words.iter().max_by_key(|&&u| (units.text(u).len(), u))
            && words.len() >= 2
            && cell.units.contains(&ANY)
        {
            general.entry(key).or_default().push(index);
        }
    }
    for list in general.values_mut() {
        list.sort_by_key(|&c| (std::cmp::Reverse(cells[c].weight), c));
        list.truncate(TRIES);
    }
    let mut takers: Vec<(usize, usize)> = Vec::new();
    for (index, cell) in cells.iter().enumerate() {
        let mut words = words(cell);
        words.sort_unstable();
        words.dedup();
        let best = words
            .iter()
            .filter_map(|word| general.get(word))
            .flatten()
            .filter(|&&g| g != index && cells[g].weight >= HEAVIER * cell.weight)
            .filter(|&&g| covers(units, &cells[g].units, &cell.units, memory))
            .max_by_key(|&&g| (constants(&cells[g].units), cells[g].weight, std::cmp::Reverse(g)));
        if let Some(&g) = best {
            takers.push((index, g));
        }
    }
    let forms: Vec<(usize, Vec<Unit>)> = takers.iter().map(|&(c, g)| (c, cells[g].units.clone())).collect();
    for (cell, form) in forms {
        cells[cell].units = form;
    }
}

fn constants(form: &[Unit]) -> usize {
    form.iter().filter(|&&u| u != ANY).count()
}

/// Whether `form` matches with values that fit its places.
fn covers(units: &Units, general: &[Unit], form: &[Unit], memory: &Memory) -> bool {
    if constants(general) > form.len() {
        return false;
    }
    let mut parts = general.split(|&u| u == ANY).peekable();
    let Some(first) = parts.next() else { return false };
    if !form.starts_with(first) {
        return false;
    }
    let (mut at, mut in_general) = (first.len(), first.len());
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        let from = at + usize::from(!part.is_empty() || last);
        let start = if last {
            match form.len().checked_sub(part.len()) {
                Some(start) if start >= from && form[start..] == *part => start,
                _ => return false,
            }
        } else {
            let Some(rest) = form.get(from..) else { return false };
            match rest.windows(part.len().max(1)).position(|w| w == part) {
                Some(offset) => from + offset,
                None => return false,
            }
        };
        if !memory.fits(units, before(general, in_general), &form[at..start], last && part.is_empty()) {
            return false;
        }
        at = start + part.len();
        in_general += 1 + part.len();
    }
    at == form.len()
}
