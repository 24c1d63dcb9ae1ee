//! Tables: columns as wide as what is in them; where that is too wide, the widest are cut.

use super::wrap::{Page, Prefix, Run, columns_of, cut};
use pulldown_cmark::Alignment;
use ratatui::style::Style;

/// Between two columns.
const BETWEEN: &str = " | ";
/// The same in the line under the heading.
const CROSSING: &str = "-+-";

/// A table while it is read.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) alignments: Vec<Alignment>,
    pub(super) rows: Vec<Vec<Vec<Run>>>,
}

impl Table {
    /// Adds the table's lines; the first row is its heading.
    pub(super) fn draw(self, page: &mut Page, prefix: &Prefix, width: usize, dim: Style) {
        let widths = fitted(&self.widths(), width);
        for (at, row) in self.rows.iter().enumerate() {
            let line = cut(&self.line(row, &widths, dim), width, dim);
            page.push(if at == 0 { &prefix.first } else { &prefix.rest }, line);
            if at == 0 {
                let rulers: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
                page.push(&prefix.rest, cut(&[Run::new(rulers.join(CROSSING), dim)], width, dim));
            }
        }
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths = vec![0; self.rows.iter().map(Vec::len).max().unwrap_or(0)];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = columns_of(cell).max(*width);
            }
        }
        widths
    }

    fn line(&self, row: &[Vec<Run>], widths: &[usize], dim: Style) -> Vec<Run> {
        let mut line = Vec::new();
        for (at, &width) in widths.iter().enumerate() {
            if at > 0 {
                line.push(Run::new(BETWEEN, dim));
            }
            let cell = row.get(at).map_or(&[][..], Vec::as_slice);
            let free = width.saturating_sub(columns_of(cell));
            let left = match self.alignments.get(at) {
                Some(Alignment::Right) => free,
                Some(Alignment::Center) => free / 2,
                _ => 0,
            };
            // The last column needs no space behind it.
            let right = if at + 1 == widths.len() { 0 } else { free - left };
            line.push(Run::new(" ".repeat(left), Style::new()));
            line.extend(cut(cell, width, dim).into_runs());
            line.push(Run::new(" ".repeat(right), Style::new()));
        }
        line
    }
}

/// Widths that fit together: the widest columns are cut to one width, narrower ones stay whole.
fn fitted(widths: &[usize], width: usize) -> Vec<usize> {
    let room = width.saturating_sub(BETWEEN.len() * widths.len().saturating_sub(1));
    let total = |cap: usize| widths.iter().map(|&width| width.min(cap)).sum::<usize>();
    let (mut low, mut high) = (1, widths.iter().copied().max().unwrap_or(0).min(room.max(1)).max(1));
    while low < high {
        let middle = (low + high).div_ceil(2);
        if total(middle) <= room { low = middle } else { high = middle - 1 }
    }
    widths.iter().map(|&width| width.min(low)).collect()
}
