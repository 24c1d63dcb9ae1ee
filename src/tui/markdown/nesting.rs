//! The lists and quotes a block stands in, and what they put in front of its lines.

use super::wrap::{Beside, Prefix};
use ratatui::style::Style;

/// In front of quoted lines.
const BAR: &str = "| ";
/// Columns that are left for text where there are twice as many; narrower text is not indented for being code.
pub(super) const NARROW: usize = 20;

/// What a block stands in.
#[derive(Debug)]
pub(super) enum Container {
    /// A quote.
    Quote,
    /// A list with its next number.
    List(Option<u64>),
    /// An item with its mark.
    Item(String),
}

/// Containers, outermost first.
#[derive(Debug)]
pub(super) struct Nesting {
    containers: Vec<Container>,
    /// Containers from here on have not shown their mark.
    unmarked: usize,
    width: usize,
    dim: Style,
}

impl Nesting {
    /// Nothing yet, on lines of `width` columns.
    pub(super) const fn new(width: usize, dim: Style) -> Self {
        Self { containers: Vec::new(), unmarked: 0, width, dim }
    }

    pub(super) fn enter(&mut self, container: Container) {
        self.containers.push(container);
    }

    /// Enters the next item of the list.
    pub(super) fn enter_item(&mut self) {
        let mark = match self.containers.last_mut() {
            Some(Container::List(Some(number))) => {
                let mark = format!("{number}. ");
                *number += 1;
                mark
            }
            _ => "- ".to_owned(),
        };
        self.enter(Container::Item(mark));
    }

    pub(super) fn leave(&mut self) {
        self.containers.pop();
        self.unmarked = self.unmarked.min(self.containers.len());
    }

    /// Whether the innermost mark was not shown yet.
    pub(super) const fn is_unmarked(&self) -> bool {
        self.unmarked < self.containers.len()
    }

    /// The bars of a blank line in the outermost quotes.
    pub(super) fn bars(&self) -> String {
        let quotes = self.containers.iter().take_while(|c| matches!(c, Container::Quote));
        let most = self.deepest() / BAR.len();
        BAR.repeat(quotes.take(most).count()).trim_end().to_owned()
    }

    /// Columns that marks and bars may take.
    const fn deepest(&self) -> usize {
        if self.width >= 2 * NARROW { self.width - NARROW } else { self.width / 2 }
    }

    /// What stands in front of the next block's lines, and the columns left for it; marks are shown once.
    pub(super) fn prefix(&mut self, indent: &str) -> (Prefix, usize) {
        let deepest = self.deepest();
        let (mut first, mut rest, mut width) = (Beside::default(), Beside::default(), 0);
        for (depth, container) in self.containers.iter().enumerate() {
            let (mark, style) = match container {
                Container::List(_) => continue,
                Container::Quote => (BAR, self.dim),
                Container::Item(mark) => (mark.as_str(), Style::new()),
            };
            if width + mark.len() > deepest {
                break;
            }
            width += mark.len();
            let blank = " ".repeat(mark.len());
            let under = if matches!(container, Container::Quote) { mark } else { &blank };
            first.push(if depth >= self.unmarked { mark } else { under }, mark.len(), style);
            rest.push(under, mark.len(), style);
        }
        self.unmarked = self.containers.len();
        if !indent.is_empty() && width + indent.len() < self.width {
            width += indent.len();
            first.push(indent, indent.len(), Style::new());
            rest.push(indent, indent.len(), Style::new());
        }
        (Prefix { first: first.into_spans(), rest: rest.into_spans() }, self.width - width)
    }
}
