//! One record with its fields and what is around it.

use super::row::RowId;
use super::state::Focus;
use crate::domain::{Field, Record, RecordId};
use crate::investigate::TurnId;
use crate::port::Standing;
use std::sync::Arc;

/// Where neighbours are taken from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Around {
    /// The same source.
    #[default]
    Source,
    /// The same service, in all sources.
    Service,
    /// All sources.
    Everything,
}

impl Around {
    /// The next one.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Source => Self::Service,
            Self::Service => Self::Everything,
            Self::Everything => Self::Source,
        }
    }

    /// As shown.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Source => "same source",
            Self::Service => "same service",
            Self::Everything => "all sources",
        }
    }
}

/// Something in the detail the cursor can stand on.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A neighbour before it, by position.
    Before(usize),
    /// The message.
    Message,
    /// The pattern.
    Pattern,
    /// A field, by position.
    Field(usize),
    /// The bytes as they stand in the source.
    Raw,
    /// A neighbour behind it, by position.
    After(usize),
}

/// One record with its fields and what is around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    /// Which record.
    pub id: RecordId,
    /// The record, when it was read.
    pub record: Option<Arc<Record>>,
    /// Neighbours before it, oldest first.
    pub before: Vec<Arc<Record>>,
    /// Neighbours after it, oldest first.
    pub after: Vec<Arc<Record>>,
    /// Neighbours wanted on each side.
    pub wanted: usize,
    /// Where they are taken from.
    pub around: Around,
    /// Why it ranked where it did, for a hit.
    pub why: Option<String>,
    /// How it stands among the others, when that was counted.
    pub standing: Option<Standing>,
    /// The field that names its trace or request, by position, and the records elsewhere that have the same.
    pub elsewhere: Option<(usize, u64)>,
    pub(super) standing_turn: Option<TurnId>,
    pub(super) elsewhere_turn: Option<(TurnId, usize)>,
    /// Position of the cursor in [`Detail::items`].
    pub cursor: usize,
    /// First visible line.
    pub offset: usize,
    /// Requests that fill it: the record with its source's neighbours, or those before and after from elsewhere.
    pub loading: Vec<TurnId>,
    pub(super) before_turn: Option<TurnId>,
    pub(super) after_turn: Option<TurnId>,
    /// The pane it was opened from, to go back to.
    pub back: Focus,
    /// The row it was opened from.
    pub from: Option<RowId>,
}

impl Detail {
    /// A record that is still to be read.
    #[must_use]
    pub const fn new(id: RecordId, record: Option<Arc<Record>>, from: Option<RowId>) -> Self {
        Self {
            id,
            record,
            before: Vec::new(),
            after: Vec::new(),
            wanted: 3,
            around: Around::Source,
            why: None,
            standing: None,
            elsewhere: None,
            standing_turn: None,
            elsewhere_turn: None,
            cursor: 0,
            offset: 0,
            loading: Vec::new(),
            before_turn: None,
            after_turn: None,
            back: Focus::List,
            from,
        }
    }

    /// Everything the cursor can stand on, top to bottom.
    #[must_use]
    pub fn items(&self) -> Vec<Item> {
        let fields = self.record.as_ref().map_or(0, |record| record.fields.len());
        let mut items: Vec<Item> = (0..self.before.len()).map(Item::Before).collect();
        items.extend([Item::Message, Item::Pattern]);
        items.extend((0..fields).map(Item::Field));
        items.push(Item::Raw);
        items.extend((0..self.after.len()).map(Item::After));
        items
    }

    /// What the cursor stands on.
    #[must_use]
    pub fn item(&self) -> Item {
        self.items().get(self.cursor).cloned().unwrap_or(Item::Message)
    }

    /// Puts the cursor on an item.
    pub fn stand_on(&mut self, item: &Item) {
        if let Some(at) = self.items().iter().position(|known| known == item) {
            self.cursor = at;
        }
    }

    /// Whether it waits for a reply.
    #[must_use]
    pub fn waits_for(&self, id: TurnId) -> bool {
        self.loading.contains(&id)
            || self.standing_turn == Some(id)
            || self.elsewhere_turn.is_some_and(|(turn, _)| turn == id)
    }

    /// The field under the cursor.
    #[must_use]
    pub fn field(&self) -> Option<&Field> {
        match self.item() {
            Item::Field(at) => self.record.as_ref()?.fields.get(at),
            _ => None,
        }
    }

    /// The neighbour under the cursor.
    #[must_use]
    pub fn neighbour(&self) -> Option<&Arc<Record>> {
        match self.item() {
            Item::Before(at) => self.before.get(at),
            Item::After(at) => self.after.get(at),
            _ => None,
        }
    }
}
