//! The last list: numbered rows, said a page at a time.

use super::item::Item;

/// Rows said at once.
const PAGE: usize = 20;

/// A list, and how much of it was said.
#[derive(Clone, Debug, Default)]
pub(super) struct Listing {
    rows: Vec<Item>,
    said: usize,
}

impl Listing {
    pub(super) const fn new(rows: Vec<Item>) -> Self {
        Self { rows, said: 0 }
    }

    /// The next page as lines; the last says what is left.
    pub(super) fn page(&mut self) -> Vec<String> {
        let rows = self.rows.iter().skip(self.said).take(PAGE);
        let mut lines: Vec<String> = rows.map(|row| format!("{}. {}", row.number, row.text)).collect();
        self.said = (self.said + PAGE).min(self.rows.len());
        match self.rows.len() - self.said {
            0 if lines.is_empty() => lines.push("there are no more rows".to_owned()),
            0 => {}
            left => lines.push(format!("{left} more rows: type more")),
        }
        lines
    }

    /// The row with a number.
    pub(super) fn row(&self, number: usize) -> Option<&Item> {
        self.rows.iter().find(|row| row.number == number)
    }

    /// The numbers that can be opened, in words.
    pub(super) fn numbers(&self) -> String {
        match (self.rows.first(), self.rows.last()) {
            (Some(first), Some(last)) => {
                format!("the last list has rows {} to {}", first.number, last.number)
            }
            _ => "there is no list yet: type broke, patterns, records or a question".to_owned(),
        }
    }
}
