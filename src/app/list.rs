//! A list of rows with a selection that is kept by identity, not by position.

use super::row::{Row, RowBody, RowId};

/// Rows, the selected one, and what is visible of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct List {
    rows: Vec<Row>,
    selected: Option<RowId>,
    /// First visible row.
    offset: usize,
    /// Columns scrolled to the right.
    pub sideways: usize,
}

impl List {
    /// A list whose first row that can be opened is selected.
    #[must_use]
    pub fn new(rows: Vec<Row>) -> Self {
        let mut list = Self::default();
        list.replace(rows);
        list
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The first visible row.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Position of the selected row.
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        let id = self.selected.as_ref()?;
        self.rows.iter().position(|row| row.id == *id)
    }

    /// The selected row.
    #[must_use]
    pub fn current(&self) -> Option<&Row> {
        self.rows.get(self.index()?)
    }

    /// The selected row, to change it.
    pub fn current_mut(&mut self) -> Option<&mut Row> {
        let index = self.index()?;
        self.rows.get_mut(index)
    }

    /// Puts other rows in; the selection stays where its row is, else near where it was.
    pub fn replace(&mut self, rows: Vec<Row>) {
        let before = self.index();
        self.rows = rows;
        if self.index().is_none() {
            match before {
                Some(index) => self.select(index),
                None => self.select_first(),
            }
        }
        self.offset = self.offset.min(self.rows.len().saturating_sub(1));
    }

    /// Selects the first row that is more than a heading.
    pub fn select_first(&mut self) {
        let first = self.rows.iter().position(|row| !matches!(row.body, RowBody::Section(..)));
        self.select(first.unwrap_or(0));
    }

    /// Adds rows behind; `keep` is the most rows kept, the first ones go.
    pub fn append(&mut self, rows: Vec<Row>, keep: usize) -> usize {
        self.rows.extend(rows);
        let dropped = self.rows.len().saturating_sub(keep);
        self.rows.drain(..dropped);
        self.offset = self.offset.saturating_sub(dropped);
        self.reselect();
        dropped
    }

    /// Adds rows in front; `keep` is the most rows kept, the last ones go.
    pub fn prepend(&mut self, mut rows: Vec<Row>, keep: usize) -> usize {
        self.offset += rows.len();
        rows.append(&mut self.rows);
        self.rows = rows;
        let dropped = self.rows.len().saturating_sub(keep);
        self.rows.truncate(keep);
        self.reselect();
        dropped
    }

    fn reselect(&mut self) {
        if self.index().is_none() {
            self.select(self.offset.min(self.rows.len().saturating_sub(1)));
        }
    }

    /// Selects a row by position, the nearest that there is.
    pub fn select(&mut self, index: usize) {
        let last = self.rows.len().saturating_sub(1);
        self.selected = self.rows.get(index.min(last)).map(|row| row.id.clone());
    }

    /// Selects a row by identity; `false` if it is not here.
    pub fn select_id(&mut self, id: &RowId) -> bool {
        let here = self.rows.iter().any(|row| row.id == *id);
        if here {
            self.selected = Some(id.clone());
        }
        here
    }

    /// Moves the selection by some rows; `false` if it was at the end already.
    pub fn move_by(&mut self, by: isize) -> bool {
        let Some(index) = self.index() else {
            self.select(0);
            return false;
        };
        let last = self.rows.len().saturating_sub(1);
        let to = index.saturating_add_signed(by).min(last);
        self.select(to);
        to != index
    }

    /// Selects the next (or previous) row for which `wanted` holds; `false` if there is none.
    pub fn seek(&mut self, forward: bool, wanted: impl Fn(&Row) -> bool) -> bool {
        let at = self.index().unwrap_or(0);
        let found = if forward {
            (at + 1..self.rows.len()).find(|&i| self.rows.get(i).is_some_and(&wanted))
        } else {
            (0..at).rev().find(|&i| self.rows.get(i).is_some_and(&wanted))
        };
        found.inspect(|&index| self.select(index)).is_some()
    }

    /// Scrolls so that the selected row is visible in `height` lines.
    pub fn show_selected(&mut self, height: usize, tall: impl Fn(&Row) -> usize) {
        let Some(index) = self.index() else {
            self.offset = 0;
            return;
        };
        self.offset = self.offset.min(index);
        let height = height.max(1);
        // Row by row from the selection upwards: never more than a screen of them.
        let mut used = self.rows.get(index).map_or(1, &tall).min(height);
        let mut first = index;
        while first > self.offset {
            let above = self.rows.get(first - 1).map_or(1, &tall);
            if used + above > height {
                break;
            }
            used += above;
            first -= 1;
        }
        self.offset = first;
    }

    /// Scrolls so that the selected row stands about a third down.
    pub fn centre(&mut self, height: usize) {
        self.offset = self.index().unwrap_or(0).saturating_sub(height / 3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(numbers: std::ops::Range<u64>) -> Vec<Row> {
        numbers.map(|n| Row { id: RowId::Divider(n), body: RowBody::Divider(n.to_string()) }).collect()
    }

    #[test]
    fn the_selection_follows_its_row_and_not_its_place() {
        let mut list = List::new(rows(10..20));
        list.select(3);
        list.replace(rows(5..20));
        assert_eq!(
            (list.index(), list.current().map(|row| row.id.clone())),
            (Some(8), Some(RowId::Divider(13)))
        );
        list.prepend(rows(0..5), 100);
        assert_eq!(list.current().map(|row| row.id.clone()), Some(RowId::Divider(13)));
        list.replace(rows(50..52));
        assert_eq!(list.index(), Some(1), "near where it was when its row is gone");
    }

    #[test]
    fn what_is_read_does_not_move_when_rows_come_in_front_or_go() {
        let mut list = List::new(rows(10..30));
        list.select(9);
        list.show_selected(5, |_| 1);
        let seen = |list: &List| list.rows().get(list.offset()).map(|row| row.id.clone());
        let first = seen(&list);
        list.prepend(rows(0..10), 100);
        assert_eq!(seen(&list), first);
        list.append(rows(30..40), 35);
        assert_eq!(seen(&list), first);
    }

    #[test]
    fn the_selected_row_is_always_visible() {
        let mut list = List::new(rows(0..100));
        for (to, height) in [(50, 10), (0, 10), (99, 3), (98, 1), (10, 40)] {
            list.select(to);
            list.show_selected(height, |_| 2);
            let above = to - list.offset();
            assert!(list.offset() <= to && (above == 0 || above * 2 + 2 <= height), "{to} {height}");
        }
    }

    #[test]
    fn an_empty_list_takes_every_move() {
        let mut list = List::default();
        assert!(!list.move_by(1) && !list.seek(true, |_| true));
        list.show_selected(0, |_| 1);
        list.centre(0);
        list.select(7);
        assert_eq!((list.index(), list.offset()), (None, 0));
    }
}
