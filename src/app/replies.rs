//! What came back, put where it belongs; a reply nobody waits for is dropped.

use super::command::Command;
use super::list::List;
use super::notice::Notice;
use super::row::{PatternRow, Row, RowBody, RowId};
use super::state::State;
use super::view::{Landing, View, ViewKind};
use crate::domain::{Hit, Pattern, PatternId, Record};
use crate::investigate::{Reply, Request, TurnId};
use crate::port::{Page, RawLines, SearchReply};
use crate::safety::display_line;

impl State {
    /// Takes a reply in.
    pub(super) fn reply(&mut self, id: TurnId, reply: Reply, out: &mut Vec<Command>) {
        if self.turns.iter().any(|turn| turn.id == id) {
            return self.turn_reply(id, reply, out);
        }
        if self.detail.as_ref().is_some_and(|detail| detail.waits_for(id)) {
            return self.detail_reply(id, reply, out);
        }
        if self.timeline.loading == Some(id) {
            self.timeline.loading = None;
            if let Reply::Histogram(buckets) = reply {
                self.logs.in_window = Some(buckets.iter().map(|bucket| bucket.total).sum());
                self.timeline.buckets = buckets;
            }
            return;
        }
        let waits = |view: &View| {
            let pager = &view.pager;
            view.loading == Some(id)
                || view.sparks == Some(id)
                || [pager.before, pager.after, pager.seeking, pager.counting, pager.placing]
                    .contains(&Some(id))
                || pager.jump.as_ref().is_some_and(|(turn, _)| *turn == id)
        };
        if let Some(at) = self.views.iter().position(waits) {
            self.view_reply(at, id, reply, out);
        }
    }

    fn view_reply(&mut self, at: usize, id: TurnId, reply: Reply, out: &mut Vec<Command>) {
        let Some(view) = self.views.get_mut(at) else { return };
        if view.loading == Some(id) {
            view.loading = None;
        }
        match reply {
            Reply::Broke(broke) => self.broke_reply(at, *broke, out),
            Reply::Patterns(patterns) => self.patterns_reply(at, &patterns),
            Reply::Sparks(sparks) => view.show_sparks(sparks),
            Reply::Found(found) => view.found(&found),
            Reply::Page(page) => self.page_reply(at, id, page, out),
            Reply::Lines(lines) => view.lines(id, &lines),
            Reply::FoundLine(found) => self.line_found(at, id, found, out),
            Reply::Count(count) if view.pager.placing == Some(id) => {
                view.pager.placing = None;
                view.pager.first = Some(count);
            }
            Reply::Count(count) => {
                view.pager.counting = None;
                view.pager.total = Some(count);
            }
            Reply::Failed(failure) => {
                view.give_up(id);
                let text = display_line(failure.to_string().as_bytes()).into_owned();
                let nothing = matches!(view.kind, ViewKind::Broke) && view.list.is_empty();
                if nothing {
                    view.note = Some(text.clone());
                }
                match (failure.kind() == crate::failure::FailureKind::Cancelled, nothing) {
                    (true, _) => {}
                    (false, true) => self.nothing_changed(at, text, out),
                    (false, false) => self.say(Notice::trouble(text)),
                }
            }
            _ => {}
        }
    }

    fn patterns_reply(&mut self, at: usize, patterns: &[Pattern]) {
        let marks = self.marks();
        let mark = |id: &PatternId| marks.iter().find(|(known, _)| known == id).map(|(_, mark)| *mark);
        let muted = |id: &PatternId| self.filters.mutes(*id);
        let shown = patterns.iter().filter(|pattern| !muted(&pattern.id));
        let rows = shown.map(|pattern| Row {
            id: RowId::Pattern(pattern.id),
            body: RowBody::Pattern(PatternRow::of(pattern, mark(&pattern.id))),
        });
        let mut rows: Vec<Row> = rows.collect();
        if let Some(view) = self.views.get(at) {
            view.with_sparks(&mut rows);
        }
        let partial = self.filters.beyond_patterns();
        let Some(view) = self.views.get_mut(at) else { return };
        view.note = partial.then(|| "counts are of the whole window: filters apply to records".to_owned());
        view.list.replace(rows);
    }

    fn page_reply(&mut self, at: usize, id: TurnId, page: Page, out: &mut Vec<Command>) {
        let Some(view) = self.views.get_mut(at) else { return };
        if view.pager.seeking == Some(id) {
            view.pager.seeking = None;
            match page.records.into_iter().next() {
                Some(record) => self.land_on(&record, out),
                None => self.say(Notice::info("no more in this direction")),
            }
            return;
        }
        view.page(id, page);
        self.place_page(at, out);
    }

    /// Counts what lies in front of the first record here, unless that is known or on its way.
    fn place_page(&mut self, at: usize, out: &mut Vec<Command>) {
        let Some(view) = self.views.get(at) else { return };
        let (ViewKind::Records(records), None, None) = (&view.kind, view.pager.first, view.pager.placing)
        else {
            return;
        };
        let Some(anchor) = view.edge(false) else { return };
        let slice = self.slice_of(records);
        let id = self.request(Request::Count(slice, anchor), out);
        if let Some(view) = self.views.get_mut(at) {
            view.pager.placing = Some(id);
        }
    }

    /// The row of a record that was looked for: selected if it is here, else read around.
    fn land_on(&mut self, record: &Record, out: &mut Vec<Command>) {
        let row = RowId::Record(record.id.clone());
        let shown = self.view_mut().is_some_and(|view| view.list.select_id(&row));
        if !shown {
            use crate::port::{Anchor, Direction};
            let anchor = Anchor::Before(record.id.clone());
            self.jump_records(anchor, Direction::Forward, Landing::Row(row), out);
        }
        if self.detail.is_some() {
            let focus = self.focus;
            self.open_detail(record.id.clone(), out);
            self.focus = focus;
        }
    }
}

impl View {
    fn found(&mut self, reply: &SearchReply) {
        let row = |hit: &Hit| {
            let mut row = Row::record(hit.record.clone());
            if let RowBody::Record(line) = &mut row.body {
                line.rank = Some((hit.n, why(hit)));
            }
            row
        };
        self.list = List::new(reply.hits.iter().map(row).collect());
        self.total = Some((reply.total, reply.at_least));
        let mut notes = reply.expansions.clone();
        notes.extend(reply.degraded.iter().cloned());
        self.note = (!notes.is_empty()).then(|| display_line(notes.join("; ").as_bytes()).into_owned());
        if reply.hits.is_empty() {
            self.note = Some("nothing in this window matches".to_owned());
        }
    }

    fn give_up(&mut self, id: TurnId) {
        let pager = &mut self.pager;
        for slot in
            [&mut pager.before, &mut pager.after, &mut pager.seeking, &mut pager.counting, &mut pager.placing]
        {
            if *slot == Some(id) {
                *slot = None;
            }
        }
        if pager.jump.as_ref().is_some_and(|(turn, _)| *turn == id) {
            pager.jump = None;
            (pager.at_start, pager.at_end) = (true, true);
        }
    }

    fn page(&mut self, id: TurnId, page: Page) {
        let rows: Vec<Row> = page.records.into_iter().map(Row::record).collect();
        if let Some((_, landing)) = self.pager.jump.take_if(|(turn, _)| *turn == id) {
            if landing == Landing::Last {
                self.pager.at_end = true;
                self.pager.at_start = page.is_last;
            } else {
                self.pager.at_end = page.is_last;
            }
            self.note = rows.is_empty().then(|| "no record here".to_owned());
            self.land(rows, &landing);
        } else if self.pager.after.take_if(|turn| *turn == id).is_some() {
            self.pager.at_end = page.is_last;
            if self.append(rows) > 0 {
                self.pager.at_start = false;
            }
        } else if self.pager.before.take_if(|turn| *turn == id).is_some() {
            self.pager.at_start = page.is_last;
            if self.prepend(rows) > 0 {
                self.pager.at_end = false;
            }
        }
    }

    fn lines(&mut self, id: TurnId, lines: &RawLines) {
        let rows: Vec<Row> = lines.lines.iter().map(Row::line).collect();
        self.pager.total = Some(lines.total);
        let number = |row: Option<&Row>| match row.map(|row| &row.id) {
            Some(RowId::Line(line)) => *line,
            _ => 0,
        };
        let (first, last) = (number(rows.first()), number(rows.last()));
        if let Some((_, landing)) = self.pager.jump.take_if(|(turn, _)| *turn == id) {
            (self.pager.at_start, self.pager.at_end) = (first <= 1, last >= lines.total);
            self.note = rows.is_empty().then(|| "no line here".to_owned());
            self.land(rows, &landing);
        } else if self.pager.after.take_if(|turn| *turn == id).is_some() {
            self.pager.at_end = rows.is_empty() || last >= lines.total;
            if self.append(rows) > 0 {
                self.pager.at_start = false;
            }
        } else if self.pager.before.take_if(|turn| *turn == id).is_some() {
            self.pager.at_start = first <= 1;
            if self.prepend(rows) > 0 {
                self.pager.at_end = false;
            }
        }
    }

    fn land(&mut self, rows: Vec<Row>, landing: &Landing) {
        self.list = List::new(rows);
        match landing {
            Landing::First => self.list.select(0),
            Landing::Last => self.list.select(usize::MAX),
            Landing::Row(row) => {
                if !self.list.select_id(row) {
                    self.list.select(0);
                }
            }
        }
    }
}

/// Why a hit ranked where it did.
fn why(hit: &Hit) -> String {
    let score = &hit.score;
    let parts = [("text", score.text), ("vector", score.vector), ("fused", score.fused)];
    let parts = parts.into_iter().filter_map(|(name, value)| Some(format!("{name} {:.2}", value?)));
    format!("#{} {}", hit.n, parts.collect::<Vec<_>>().join("  "))
}
