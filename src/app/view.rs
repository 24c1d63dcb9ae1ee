//! A list with what it is a list of; views lie one on another, `Esc` takes the top one away.

use super::list::List;
use super::refresh::KEPT;
use super::row::{Row, RowId};
use crate::domain::PatternId;
use crate::investigate::TurnId;
use crate::port::Anchor;
use std::collections::BTreeMap;

/// Which records are read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordsOf {
    /// Only this pattern, with its template.
    pub pattern: Option<(PatternId, String)>,
    /// Only what this query finds, besides the filters.
    pub query: Option<String>,
    /// Only this service.
    pub service: Option<String>,
    /// Only this source.
    pub source: Option<String>,
    /// Whether window and filters are left aside (the same trace everywhere).
    pub everywhere: bool,
}

/// What a view lists.
#[derive(Clone, Debug, PartialEq)]
pub enum ViewKind {
    /// What just broke.
    Broke,
    /// Patterns.
    Patterns,
    /// Records in time order.
    Records(RecordsOf),
    /// Ranked hits of a query.
    Hits(String),
    /// The evidence of a turn.
    Evidence(TurnId),
    /// A source line by line.
    Raw(String),
    /// Sources.
    Sources,
    /// Pins and notes.
    Pins,
}

/// Where a list of unknown length is being read on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pager {
    /// A page in front is being read.
    pub before: Option<TurnId>,
    /// A page behind is being read.
    pub after: Option<TurnId>,
    /// Another place is being read, after which the row to select.
    pub jump: Option<(TurnId, Landing)>,
    /// Whether there is nothing in front.
    pub at_start: bool,
    /// Whether there is nothing behind.
    pub at_end: bool,
    /// A search for a place to jump to: a record, to be read around when it is found.
    pub seeking: Option<TurnId>,
    /// Records in front of the first one here.
    pub first: Option<u64>,
    /// The request that counts them.
    pub placing: Option<TurnId>,
    /// Records (or lines) in all.
    pub total: Option<u64>,
    /// The request that counts them.
    pub counting: Option<TurnId>,
}

/// Which row is selected when a page arrives.
#[derive(Clone, Debug, PartialEq)]
pub enum Landing {
    /// The first.
    First,
    /// The last.
    Last,
    /// This one, else the first.
    Row(RowId),
}

/// A list with what it is a list of.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// What it lists.
    pub kind: ViewKind,
    /// The rows.
    pub list: List,
    /// The request that fills it.
    pub loading: Option<TurnId>,
    /// The request for when the patterns were.
    pub sparks: Option<TurnId>,
    /// When the patterns were.
    pub sparked: BTreeMap<PatternId, Vec<u32>>,
    /// What to say where there is nothing, or besides the rows.
    pub note: Option<String>,
    /// Where it is read on, for records and lines.
    pub pager: Pager,
    /// How many there are in all, for hits: and whether that is a lower bound.
    pub total: Option<(u64, bool)>,
    /// Sections whose rows are hidden.
    pub folded: Vec<crate::change::Section>,
}

impl View {
    /// An empty view.
    #[must_use]
    pub fn new(kind: ViewKind) -> Self {
        use crate::change::Section;
        Self {
            kind,
            list: List::default(),
            loading: None,
            sparks: None,
            sparked: BTreeMap::new(),
            note: None,
            pager: Pager::default(),
            total: None,
            folded: vec![Section::Worse, Section::Path, Section::Slower, Section::Recovered],
        }
    }

    /// What just broke.
    #[must_use]
    pub fn broke() -> Self {
        Self::new(ViewKind::Broke)
    }

    /// Whether it is read page by page.
    #[must_use]
    pub const fn is_paged(&self) -> bool {
        matches!(self.kind, ViewKind::Records(_) | ViewKind::Raw(_))
    }

    /// Whether anything is on its way.
    #[must_use]
    pub const fn is_loading(&self) -> bool {
        self.loading.is_some() || self.pager.jump.is_some() || self.pager.seeking.is_some()
    }

    /// Which of all its records is selected, 1-based, where that is known.
    #[must_use]
    pub fn ordinal(&self) -> Option<u64> {
        let upto = self.list.rows().get(..=self.list.index()?)?;
        Some(self.pager.first? + records(upto))
    }

    /// Adds rows behind; how many went in front.
    pub(super) fn append(&mut self, rows: Vec<Row>) -> usize {
        let excess = (self.list.rows().len() + rows.len()).saturating_sub(KEPT);
        let gone = records(self.list.rows().get(..excess).unwrap_or_default());
        self.pager.first = self.pager.first.map(|first| first + gone);
        self.list.append(rows, KEPT)
    }

    /// Adds rows in front; how many went behind.
    pub(super) fn prepend(&mut self, rows: Vec<Row>) -> usize {
        self.pager.first = self.pager.first.map(|first| first.saturating_sub(records(&rows)));
        self.list.prepend(rows, KEPT)
    }

    /// The anchor in front of the first row (or behind the last) to read on from.
    #[must_use]
    pub fn edge(&self, forward: bool) -> Option<Anchor> {
        let mut rows: Box<dyn Iterator<Item = &Row>> =
            if forward { Box::new(self.list.rows().iter().rev()) } else { Box::new(self.list.rows().iter()) };
        rows.find_map(|row| match &row.id {
            RowId::Record(id) if forward => Some(Anchor::After(id.clone())),
            RowId::Record(id) => Some(Anchor::Before(id.clone())),
            _ => None,
        })
    }
}

/// How many of these rows are records: marks in a live stream are none.
fn records(rows: &[Row]) -> u64 {
    rows.iter().filter(|row| matches!(row.id, RowId::Record(_))).count() as u64
}
