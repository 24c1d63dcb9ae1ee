//! Asking the backend for what the screen shows: comparison, timeline, tables, pages.

use super::command::Command;
use super::notice::Notice;
use super::row::{Row, RowBody, RowId, SourceRow};
use super::state::State;
use super::timeline::SLICES;
use super::view::{Landing, Pager, RecordsOf, View, ViewKind};
use crate::investigate::{Request, TurnId};
use crate::port::{Anchor, ChangeRequest, Direction, PageRequest, Scope, SearchRequest, Slice, Sort};
use crate::query::Query;
use crate::safety::display_line;
use std::sync::Arc;

/// Records or lines read at once.
pub(super) const PAGE: usize = 200;
/// Records or lines kept in a list that is read page by page.
pub(super) const KEPT: usize = 1_000;
/// Slices of time of a pattern's sparkline.
pub(super) const SPARKS: usize = 12;
/// Hits of a ranked search.
const HITS: usize = 200;
/// Rows beyond the visible ones that are read ahead.
const AHEAD: usize = 60;

impl State {
    /// Starts a request.
    pub(super) fn request(&mut self, request: Request, out: &mut Vec<Command>) -> TurnId {
        let id = self.new_turn();
        out.push(Command::Start(id, request));
        id
    }

    /// The window, service and level of everything.
    pub(super) fn scope(&self) -> Scope {
        Scope { window: self.window, service: self.filters.service.clone(), level: self.filters.level }
    }

    /// Asks for everything anew: sources, window or filters changed.
    pub(super) fn refresh(&mut self, out: &mut Vec<Command>) {
        if !self.is_ready() {
            return;
        }
        self.load_timeline(out);
        for at in 0..self.views.len() {
            if matches!(self.views.get(at).map(|view| &view.kind), Some(ViewKind::Broke)) {
                self.load_broke(at, out);
            }
        }
        self.load_top(out);
    }

    /// Fills the list on top.
    pub(super) fn load_top(&mut self, out: &mut Vec<Command>) {
        let Some(at) = self.views.len().checked_sub(1) else { return };
        let Some(kind) = self.views.get(at).map(|view| view.kind.clone()) else { return };
        match kind {
            ViewKind::Broke => {
                let missing = |view: &View| view.list.is_empty() && view.loading.is_none();
                if self.is_ready() && self.views.get(at).is_some_and(missing) {
                    self.load_broke(at, out);
                }
            }
            ViewKind::Evidence(_) | ViewKind::Raw(_) => {}
            ViewKind::Patterns => {
                let request = Request::Patterns(self.scope());
                let id = self.request(request, out);
                self.expect(at, id);
                let sparks = self.request(Request::Sparks(self.scope(), SPARKS), out);
                if let Some(view) = self.views.get_mut(at) {
                    view.sparks = Some(sparks);
                }
            }
            ViewKind::Hits(text) => self.load_hits(at, &text, out),
            ViewKind::Records(_) => {
                let kept = self.view().and_then(|view| view.list.current()).map(|row| row.id.clone());
                let anchor = match &kept {
                    Some(RowId::Record(id)) => Anchor::Before(id.clone()),
                    _ => Anchor::Start,
                };
                let landing = kept.map_or(Landing::First, Landing::Row);
                self.jump_records(anchor, Direction::Forward, landing, out);
                self.count_records(out);
            }
            ViewKind::Sources => self.list_sources(),
            ViewKind::Pins => self.list_pins(),
        }
    }

    fn expect(&mut self, at: usize, id: TurnId) {
        if let Some(view) = self.views.get_mut(at) {
            view.loading = Some(id);
        }
    }

    /// Compares the window with what lies before it; without a window the change point is searched.
    pub(super) fn load_broke(&mut self, at: usize, out: &mut Vec<Command>) {
        let whole = self.logs.overview.as_ref().and_then(|overview| overview.span);
        // A window that begins where the logs begin has nothing before it: the change is searched inside it.
        let window = self.window.filter(|window| whole.is_some_and(|(first, _)| first < window.start()));
        let mut scope = self.scope();
        if window.is_some() {
            scope.window = None;
        }
        let request = ChangeRequest { scope, window, baseline: None };
        let id = self.request(Request::Broke(request), out);
        self.expect(at, id);
    }

    pub(super) fn load_timeline(&mut self, out: &mut Vec<Command>) {
        let slice = self.filters.slice(self.scope());
        let id = self.request(Request::Histogram(slice, SLICES), out);
        self.timeline.loading = Some(id);
    }

    fn load_hits(&mut self, at: usize, text: &str, out: &mut Vec<Command>) {
        let whole = self.filters.list.iter().map(|filter| format!(" ({})", filter.query));
        let whole: String = std::iter::once(text.to_owned()).chain(whole).collect();
        match Query::parse(&whole, self.session.max_question) {
            Ok(query) => {
                let request = SearchRequest {
                    query: Arc::new(query),
                    scope: self.scope(),
                    limit: HITS,
                    sort: Sort::Rank,
                    exact: false,
                };
                let id = self.request(Request::Search(request), out);
                self.expect(at, id);
            }
            Err(error) => self.say(Notice::trouble(error.to_string().replace('\n', "  "))),
        }
    }

    /// The records a view reads, with the filters.
    pub(super) fn slice_of(&self, records: &RecordsOf) -> Slice {
        let mut slice = if records.everywhere { Slice::default() } else { self.filters.slice(self.scope()) };
        slice.pattern = records.pattern.as_ref().map(|(id, _)| *id);
        slice.source.clone_from(&records.source);
        if records.service.is_some() {
            slice.scope.service.clone_from(&records.service);
        }
        if let Some(text) = &records.query {
            let mut parts = vec![format!("({text})")];
            if !records.everywhere {
                parts.extend(self.filters.list.iter().map(|filter| format!("({})", filter.query)));
            }
            // The text was read before the view was opened.
            slice.filter = Query::parse(&parts.join(" "), 64 * 1024).ok().map(Arc::new);
        }
        slice
    }

    /// Reads the records on top from another place.
    pub(super) fn jump_records(
        &mut self,
        anchor: Anchor,
        direction: Direction,
        landing: Landing,
        out: &mut Vec<Command>,
    ) {
        let Some(ViewKind::Records(records)) = self.view().map(|view| view.kind.clone()) else { return };
        let first = (anchor == Anchor::Start).then_some(0);
        let request = PageRequest { slice: self.slice_of(&records), anchor, direction, limit: PAGE };
        let id = self.request(Request::Page(request), out);
        let Some(view) = self.view_mut() else { return };
        view.pager = Pager { jump: Some((id, landing)), first, total: view.pager.total, ..Pager::default() };
    }

    /// Counts the records on top.
    pub(super) fn count_records(&mut self, out: &mut Vec<Command>) {
        let Some(ViewKind::Records(records)) = self.view().map(|view| view.kind.clone()) else { return };
        let slice = self.slice_of(&records);
        let id = self.request(Request::Count(slice, Anchor::End), out);
        if let Some(view) = self.view_mut() {
            view.pager.counting = Some(id);
        }
    }

    /// Reads a source line by line from a line on.
    pub(super) fn jump_lines(&mut self, from: u64, landing: Landing, out: &mut Vec<Command>) {
        let Some(ViewKind::Raw(file)) = self.view().map(|view| view.kind.clone()) else { return };
        let id = self.request(Request::Lines(file, from.max(1), PAGE), out);
        let Some(view) = self.view_mut() else { return };
        view.pager = Pager { jump: Some((id, landing)), total: view.pager.total, ..Pager::default() };
    }

    /// Reads on where the selection or the visible rows come near an end of what is here.
    pub(super) fn read_on(&mut self, out: &mut Vec<Command>) {
        let Some(view) = self.view().filter(|view| view.is_paged() && !view.is_loading()) else { return };
        let Some(index) = view.list.index() else { return };
        let page = usize::from(self.size.1);
        let behind = index + page + AHEAD >= view.list.rows().len();
        let in_front = index < page + AHEAD;
        let kind = view.kind.clone();
        if behind && !view.pager.at_end && view.pager.after.is_none() {
            let id = self.read_page(&kind, true, out);
            if let Some(view) = self.view_mut() {
                view.pager.after = id;
            }
        }
        let Some(view) = self.view() else { return };
        if in_front && !view.pager.at_start && view.pager.before.is_none() {
            let id = self.read_page(&kind, false, out);
            if let Some(view) = self.view_mut() {
                view.pager.before = id;
            }
        }
    }

    fn read_page(&mut self, kind: &ViewKind, forward: bool, out: &mut Vec<Command>) -> Option<TurnId> {
        let view = self.view()?;
        let request = match kind {
            ViewKind::Records(records) => {
                let anchor = view.edge(forward)?;
                let direction = if forward { Direction::Forward } else { Direction::Backward };
                Request::Page(PageRequest { slice: self.slice_of(records), anchor, direction, limit: PAGE })
            }
            ViewKind::Raw(file) => {
                let row = if forward { view.list.rows().last() } else { view.list.rows().first() };
                let RowId::Line(line) = row?.id else { return None };
                let (from, count) = if forward {
                    (line + 1, PAGE)
                } else {
                    let from = line.saturating_sub(PAGE as u64).max(1);
                    (from, usize::try_from(line - from).ok()?)
                };
                Request::Lines(file.clone(), from, count)
            }
            _ => return None,
        };
        Some(self.request(request, out))
    }

    fn list_sources(&mut self) {
        let names = self.logs.overview.as_ref().map(|overview| overview.sources.clone()).unwrap_or_default();
        let rows = names.into_iter().enumerate().map(|(at, name)| {
            let shown = display_line(name.as_bytes()).into_owned();
            Row { id: RowId::Source(at), body: RowBody::Source(SourceRow { name: shown, file: name }) }
        });
        let rows = rows.collect();
        if let Some(view) = self.view_mut() {
            view.list.replace(rows);
        }
    }

    pub(super) fn list_pins(&mut self) {
        let rows: Vec<Row> = self.pins.iter().map(|pin| Row::record((*pin.record).clone())).collect();
        if let Some(view) = self.views.iter_mut().rev().find(|view| view.kind == ViewKind::Pins) {
            view.note = rows.is_empty().then(|| "nothing is pinned yet".to_owned());
            view.list.replace(rows);
        }
    }

    /// Puts another list on top (once: the same list again is only brought back).
    pub(super) fn open(&mut self, kind: ViewKind, out: &mut Vec<Command>) {
        if let Some(at) = self.views.iter().position(|view| view.kind == kind) {
            let view = self.views.remove(at);
            self.views.push(view);
        } else {
            self.views.push(View::new(kind));
        }
        self.focus = super::state::Focus::List;
        if self.view().is_some_and(|view| view.list.is_empty()) {
            self.load_top(out);
        }
    }

    /// Opens records at a place.
    pub(super) fn open_records(
        &mut self,
        records: RecordsOf,
        anchor: Anchor,
        landing: Landing,
        out: &mut Vec<Command>,
    ) {
        let kind = ViewKind::Records(records);
        self.views.retain(|view| view.kind != kind);
        self.views.push(View::new(kind));
        self.focus = super::state::Focus::List;
        let direction = if anchor == Anchor::End { Direction::Backward } else { Direction::Forward };
        self.jump_records(anchor, direction, landing, out);
        self.count_records(out);
    }
}
