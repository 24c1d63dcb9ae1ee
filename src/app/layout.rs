//! Where everything is on the screen, from its size and what is open.
//!
//! ```text
//! header
//! timeline            (3 lines from 30 rows on, 2 from 20; below that a strip in the header)
//! list | answer/detail | sidebar   (side by side from 100 columns on, one at a time below)
//! filters, notice     (only when there is something)
//! prompt
//! status              (only without a sidebar, from 20 rows on)
//! keys
//! ```

use super::state::{Focus, State};

/// Smallest terminal everything works in; below it a card says so.
pub const SMALLEST: (u16, u16) = (40, 8);
/// From here panes stand side by side.
const WIDE: u16 = 100;
/// From here the record stands below the answer instead of in its place.
const WIDER: u16 = 140;
/// Most lines of a question that are shown.
const PROMPT_LINES: usize = 5;

/// A rectangle of cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// Leftmost column.
    pub x: u16,
    /// Topmost row.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Area {
    /// Whether nothing can be drawn in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.width == 0 || self.height == 0
    }

    /// Rows below the title.
    #[must_use]
    pub fn body(self) -> Self {
        let title = self.height.min(1);
        Self { y: self.y + title, height: self.height - title, ..self }
    }

    /// Whether a cell is inside.
    #[must_use]
    pub const fn contains(self, x: u16, y: u16) -> bool {
        x >= self.x && y >= self.y && x - self.x < self.width && y - self.y < self.height
    }
}

/// How the panes share the screen; kept between runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaneSizes {
    /// Share of the list beside the answer, in percent.
    pub list: u16,
    /// Whether the focused pane has the whole screen.
    pub zoomed: bool,
}

impl Default for PaneSizes {
    fn default() -> Self {
        Self { list: 50, zoomed: false }
    }
}

impl PaneSizes {
    /// Changes the share of the list by some percent.
    #[must_use]
    pub fn resized(self, by: i16) -> Self {
        Self { list: self.list.saturating_add_signed(by).clamp(20, 80), ..self }
    }
}

/// Where everything is. Empty areas are not shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The whole screen.
    pub whole: Area,
    /// Whether there is only room for a card.
    pub too_small: bool,
    /// Source, window, counts.
    pub header: Area,
    /// Records over time.
    pub timeline: Area,
    /// Rows.
    pub list: Area,
    /// The answer.
    pub answer: Area,
    /// The record.
    pub detail: Area,
    /// Spend and limits.
    pub sidebar: Area,
    /// What is kept and left out.
    pub filters: Area,
    /// The one line of trouble.
    pub notice: Area,
    /// The question or another input.
    pub prompt: Area,
    /// Spend in one line.
    pub status: Area,
    /// The keys.
    pub bar: Area,
    /// Whether panes are shown one at a time.
    pub tabs: bool,
}

impl Layout {
    /// The layout of a state.
    #[must_use]
    pub fn of(state: &State) -> Self {
        let (width, height) = state.size;
        let whole = Area { x: 0, y: 0, width, height };
        if width < SMALLEST.0 || height < SMALLEST.1 {
            return Self { whole, too_small: true, ..Self::default() };
        }
        let mut layout = Self { whole, ..Self::default() };
        let mut top = Rows { whole, from: 0, to: height };
        layout.header = top.first(1);
        layout.timeline = top.first(match height {
            30.. => 3,
            20.. => 2,
            _ => 0,
        });
        layout.bar = top.last(1);
        let sidebar = width >= WIDE && !state.panes.zoomed;
        layout.status = top.last(u16::from(!sidebar && height >= 20));
        layout.prompt = top.last(prompt_lines(state, height));
        layout.notice = top.last(u16::from(state.notice.is_some()));
        layout.filters = top.last(u16::from(!state.filters.is_empty()));
        let mut main = top.rest();
        if sidebar {
            let columns = if width >= WIDER { 28 } else { 24 };
            layout.sidebar = Area { x: width - columns, width: columns, ..main };
            main.width -= columns;
        }
        layout.share(main, state);
        layout
    }

    /// Shares the middle between list, answer and record.
    fn share(&mut self, main: Area, state: &State) {
        let answer = state.current_turn().is_some();
        let detail = state.detail.is_some();
        self.tabs = self.whole.width < WIDE || state.panes.zoomed;
        if self.tabs {
            match shown_alone(state, answer, detail) {
                Focus::Answer => self.answer = main,
                Focus::Detail => self.detail = main,
                _ => self.list = main,
            }
            return;
        }
        if !answer && !detail {
            self.list = main;
            return;
        }
        let list = share_of(main.width, state.panes.list);
        self.list = Area { width: list, ..main };
        let right = Area { x: main.x + list, width: main.width - list, ..main };
        match (answer, detail) {
            (true, true) if self.whole.width >= WIDER => {
                let upper = right.height / 2;
                self.answer = Area { height: upper, ..right };
                self.detail = Area { y: right.y + upper, height: right.height - upper, ..right };
            }
            // Without room for both, the record covers the answer while it is open.
            (_, true) => self.detail = right,
            _ => self.answer = right,
        }
    }
}

fn share_of(width: u16, percent: u16) -> u16 {
    u16::try_from(u32::from(width) * u32::from(percent) / 100).unwrap_or(width)
}

/// The pane that is shown where there is room for one.
fn shown_alone(state: &State, answer: bool, detail: bool) -> Focus {
    match state.focus {
        Focus::Answer if answer => Focus::Answer,
        Focus::Detail if detail => Focus::Detail,
        Focus::Prompt | Focus::Timeline if detail => Focus::Detail,
        // While a question is written or answered, its answer is what is looked at.
        Focus::Prompt | Focus::Timeline if answer => Focus::Answer,
        _ => Focus::List,
    }
}

fn prompt_lines(state: &State, height: u16) -> u16 {
    let lines = if state.input.is_some() { 1 } else { state.draft.split('\n').count() };
    let chips = u16::from(state.input.is_none() && state.completed.is_some() && !state.uncompleted);
    let most = if height >= 20 { PROMPT_LINES } else { 2 };
    u16::try_from(lines.clamp(1, most)).unwrap_or(1) + chips
}

/// Rows that are handed out from both ends.
struct Rows {
    whole: Area,
    from: u16,
    to: u16,
}

impl Rows {
    fn first(&mut self, rows: u16) -> Area {
        let rows = rows.min(self.to - self.from);
        let area = Area { y: self.from, height: rows, ..self.whole };
        self.from += rows;
        area
    }

    fn last(&mut self, rows: u16) -> Area {
        let rows = rows.min(self.to - self.from);
        self.to -= rows;
        Area { y: self.to, height: rows, ..self.whole }
    }

    fn rest(&self) -> Area {
        Area { y: self.from, height: self.to - self.from, ..self.whole }
    }
}
