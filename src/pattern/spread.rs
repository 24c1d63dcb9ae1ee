//! Several places vary at once (each line a new pair of values), and free text at the end of a line.

use super::merge::{Cell, Place};
use super::prose::{is_closed, is_missing, is_quoted, weight};
use super::unit::{ANY, Class, SPACE, Unit, Units};
use rustc_hash::FxHashMap;

/// Places of cells that share length, separators and first word and differ in many combinations.
pub(super) fn places(units: &Units, cells: &[Cell]) -> Vec<Place> {
    let mut groups: FxHashMap<Vec<Unit>, Vec<u32>> = FxHashMap::default();
    for (index, cell) in cells.iter().enumerate() {
        groups.entry(skeleton(units, &cell.units)).or_default().push(index as u32);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_unstable();
    let mut places = Vec::new();
    for group in groups {
        split(units, cells, &group, &mut places, 0);
    }
    places
}

/// Words replaced by one stand-in, the first one kept.
fn skeleton(units: &Units, form: &[Unit]) -> Vec<Unit> {
    let first = form.iter().position(|&u| !units.is_gap(u));
    form.iter()
        .enumerate()
        .map(|(at, &u)| if units.is_gap(u) || Some(at) == first { u } else { u32::MAX })
        .collect()
}

/// What the values of one place say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// A closed set: never a variable here.
    Closed,
    /// A value stands among them.
    Valued,
    /// So many different words.
    Words(usize),
}

fn verdict(units: &Units, mut values: Vec<Unit>) -> Option<Verdict> {
    values.sort_unstable();
    values.dedup();
    if values.len() < 2 {
        return None;
    }
    Some(
        if values.contains(&ANY)
            || values.iter().any(|&v| is_missing(units.text(v)))
            || is_quoted(units, &values)
        {
            Verdict::Valued
        } else if values.len() < 10 && is_closed(units, &values) {
            Verdict::Closed
        } else {
            Verdict::Words(values.len())
        },
    )
}

/// A group by what stands at one place, in order.
fn parts(cells: &[Cell], group: &[u32], at: usize) -> Vec<Vec<u32>> {
    let mut parts: FxHashMap<Unit, Vec<u32>> = FxHashMap::default();
    for &cell in group {
        parts.entry(cells[cell as usize].units[at]).or_default().push(cell);
    }
    let mut parts: Vec<_> = parts.into_values().collect();
    parts.sort_unstable();
    parts
}

/// Splits a group at closed sets and at its steadiest places until what is left varies everywhere.
fn split(units: &Units, cells: &[Cell], group: &[u32], places: &mut Vec<Place>, depth: usize) {
    if group.len() < 2 || depth > 32 {
        return;
    }
    let form = &cells[group[0] as usize].units;
    let varying: Vec<(usize, Verdict)> = (0..form.len())
        .filter_map(|at| {
            let values = group.iter().map(|&c| cells[c as usize].units[at]).collect();
            verdict(units, values).map(|v| (at, v))
        })
        .collect();
    let steadiest = varying
        .iter()
        .filter_map(|&(at, verdict)| match verdict {
            Verdict::Closed => Some((0, at)),
            Verdict::Words(distinct) if distinct <= (group.len() / 4).max(2) => Some((distinct, at)),
            _ => None,
        })
        .min();
    if let Some((_, at)) = steadiest {
        for part in parts(cells, group, at) {
            split(units, cells, &part, places, depth + 1);
        }
        return;
    }
    let constant: usize = (0..form.len())
        .filter(|&at| varying.iter().all(|v| v.0 != at))
        .map(|at| weight(units, form[at]))
        .sum();
    let sure = varying.iter().all(|v| v.1 == Verdict::Valued);
    // Quoted texts are values on their own account and need no text around them.
    let bare = varying.iter().filter(|v| units.class(form[v.0]) != Class::Quoted).count();
    if constant >= bare.max(2) && (sure || group.len() >= 4) {
        for &cell in group {
            let starts = varying.iter().map(|v| v.0 as u32);
            places.extend(starts.map(|start| Place { cell, start, end: start + 1 }));
        }
    }
}

/// Cuts free text at the end: a prefix of two words and more that goes on in ten ways and lengths.
pub(super) fn tails(units: &Units, cells: &mut [Cell]) {
    let mut order: Vec<usize> = (0..cells.len()).collect();
    order.sort_by(|&a, &b| cells[a].units.cmp(&cells[b].units));
    let mut cuts: FxHashMap<usize, usize> = FxHashMap::default();
    find_tails(units, cells, &order, 0, 0, &mut cuts);
    for (cell, at) in cuts {
        cells[cell].units.truncate(at);
        cells[cell].units.push(ANY);
    }
}

fn find_tails(
    units: &Units,
    cells: &[Cell],
    order: &[usize],
    depth: usize,
    words: usize,
    cuts: &mut FxHashMap<usize, usize>,
) {
    if order.len() < 10 {
        return;
    }
    let next = |c: usize| cells[c].units.get(depth).copied();
    let parts: Vec<&[usize]> = order.chunk_by(|&a, &b| next(a) == next(b)).collect();
    let largest = parts.iter().map(|p| p.len()).max().unwrap_or(0);
    let lengths = order.iter().any(|&c| cells[c].units.len() != cells[order[0]].units.len());
    let after_space = depth > 0 && cells[order[0]].units[depth - 1] == SPACE;
    if words >= 2 && after_space && parts.len() >= 10 && largest * 10 <= order.len() * 3 && lengths {
        for &cell in order {
            cuts.insert(cell, depth);
        }
        return;
    }
    for part in parts {
        if let Some(unit) = next(part[0]) {
            find_tails(units, cells, part, depth + 1, words + usize::from(units.is_word(unit)), cuts);
        }
    }
}
