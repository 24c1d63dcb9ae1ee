//! The one window of everything: presets, typed times, a span selected on the timeline; and the zone it is shown in.

use super::case::Memo;
use super::command::Command;
use super::input::InputKind;
use super::notice::Notice;
use super::overlay::{Choice, Overlay, OverlayKind, Pick};
use super::state::{Focus, State};
use crate::change::Kind;
use crate::config::Action;
use crate::domain::{TimeError, TimeWindow, Timestamp, Zone, moment, parse_duration, parse_time};

/// Presets, counted back from the newest record.
const PRESETS: [&str; 7] = ["1m", "5m", "15m", "1h", "6h", "24h", "7d"];

impl State {
    /// Opens the choice of a window.
    pub(super) fn open_time(&mut self) {
        let choices = self.window_choices("");
        self.overlays.push(Overlay::new(OverlayKind::Time, choices));
        self.open_input(InputKind::Time);
    }

    /// Windows to choose from; a typed one comes first.
    pub(super) fn window_choices(&self, typed: &str) -> Vec<Choice> {
        let Some((first, last)) = self.logs.overview.as_ref().and_then(|overview| overview.span) else {
            return vec![Choice::text("these records have no times: there is no window to set")];
        };
        let whole = TimeWindow::spanning(first, last);
        let zone = self.zone();
        let shown = |window: TimeWindow| moment::window(&window, &zone);
        let mut choices = Vec::new();
        if !typed.trim().is_empty() {
            choices.push(match self.read_window(typed) {
                Ok(window) => Choice::new(typed.trim(), shown(window), Pick::Window(Some(window))),
                Err(why) => Choice::text(why),
            });
        }
        if let Some(changed) = self.changed_at()
            && let Ok(window) = TimeWindow::new(changed, whole.end())
        {
            choices.push(Choice::new("since the change", shown(window), Pick::Window(Some(window))));
        }
        if let Some(window) = self.last_first().and_then(|at| TimeWindow::new(at, whole.end()).ok()) {
            choices.push(Choice::new(
                "since the last deploy or rare event",
                shown(window),
                Pick::Window(Some(window)),
            ));
        }
        choices.extend(presets(&whole, &zone));
        choices.push(Choice::new("everything", shown(whole), Pick::Window(None)));
        choices
    }

    /// The newest rare record before the change: a deploy, a restart, a new setting.
    fn last_first(&self) -> Option<Timestamp> {
        let broke = self.broke.as_ref()?;
        let firsts = broke.comparison.report.changes.iter().filter(|change| change.kind == Kind::First);
        let records = firsts.flat_map(|change| change.examples.iter().filter_map(|no| broke.records.get(no)));
        records.filter_map(|record| record.ts).max()
    }

    /// Reads `15m`, `14:20`, `14:20 14:30` or `14:20 to 14:30`.
    fn read_window(&self, typed: &str) -> Result<TimeWindow, String> {
        let (_, last) =
            self.logs.overview.as_ref().and_then(|o| o.span).ok_or("these records have no times")?;
        let zone = self.zone();
        let typed = typed.trim().trim_start_matches("since ").trim_start_matches("last ");
        let said = |error: TimeError| error.to_string();
        let parts: Vec<&str> = typed.split(" to ").flat_map(|part| part.split("..")).collect();
        let parts: Vec<&str> = match parts.as_slice() {
            [one] if one.matches(' ').count() == 1 && parse_time(one, last, &zone).is_err() => {
                one.split(' ').collect()
            }
            _ => parts,
        };
        let end = last.plus_nanos(1);
        match parts.as_slice() {
            [start] => {
                let start = match parse_duration(start) {
                    Ok(nanos) => end.plus_nanos(-nanos),
                    Err(_) => parse_time(start, last, &zone).map_err(said)?,
                };
                TimeWindow::new(start, end).map_err(said)
            }
            [start, until] => {
                let start = parse_time(start.trim(), last, &zone).map_err(said)?;
                let until = match parse_duration(until.trim()) {
                    Ok(nanos) => start.plus_nanos(nanos),
                    Err(_) => parse_time(until.trim(), last, &zone).map_err(said)?,
                };
                TimeWindow::new(start, until).map_err(said)
            }
            _ => Err("expected a duration like 15m, a time like 14:20, or two times".to_owned()),
        }
    }

    /// Sets the window of everything.
    pub(super) fn set_window(&mut self, window: Option<TimeWindow>, out: &mut Vec<Command>) {
        self.timeline.anchor = None;
        if self.window == window && self.filters.is_empty() && window.is_some() {
            return;
        }
        self.window = window;
        let zone = self.zone();
        self.say(Notice::info(match &window {
            Some(window) => format!("window {}", moment::window(window, &zone)),
            None => "everything there is, no window".to_owned(),
        }));
        if self.case.begun {
            self.remember(Memo::Window(window), out);
        }
        self.refresh(out);
    }

    /// Shows times in the other zone, everywhere at once.
    pub(super) fn switch_zone(&mut self) {
        self.local_time = !self.local_time;
        let label = self.zone().label().to_owned();
        self.say(Notice::info(format!("times in {label}")));
    }

    /// A key on the timeline.
    pub(super) fn act_timeline(&mut self, action: Action, out: &mut Vec<Command>) -> bool {
        let columns = usize::from(self.size.0).max(1);
        match action {
            Action::Left => self.timeline.move_by(-1, columns, self.changed_at()),
            Action::Right => self.timeline.move_by(1, columns, self.changed_at()),
            Action::HalfUp | Action::PageUp => self.timeline.move_by(-10, columns, None),
            Action::HalfDown | Action::PageDown => self.timeline.move_by(10, columns, None),
            Action::Top => self.timeline.cursor = self.timeline.window().map(|window| window.start()),
            Action::Bottom => {
                self.timeline.cursor = self.timeline.window().map(|window| window.end().plus_nanos(-1));
            }
            Action::Open if self.timeline.anchor.is_some() => self.select_end(out),
            Action::Open | Action::Down => {
                if let Some(at) = self.timeline.cursor {
                    use super::view::{Landing, RecordsOf};
                    let anchor = crate::port::Anchor::Time(at);
                    self.open_records(RecordsOf::default(), anchor, Landing::First, out);
                } else {
                    self.focus = Focus::List;
                }
            }
            Action::Up => self.focus = Focus::List,
            _ => return false,
        }
        true
    }

    /// Begins a span at the cursor of the timeline, or at the record under the cursor.
    pub(super) fn select_start(&mut self) {
        let here = match self.focus {
            Focus::Timeline => self.timeline.cursor,
            _ => self.record_here().and_then(|record| record.ts).or(self.timeline.cursor),
        };
        let Some(at) =
            here.or_else(|| self.changed_at()).or_else(|| self.timeline.window().map(|w| w.start()))
        else {
            return self.say(Notice::info("these records have no times"));
        };
        self.timeline.anchor = Some(at);
        self.timeline.cursor = Some(at);
        self.say(Notice::info("move to the other end and press ]; Esc drops the span"));
    }

    /// Ends the span; it becomes the window of everything.
    pub(super) fn select_end(&mut self, out: &mut Vec<Command>) {
        if self.focus != Focus::Timeline
            && let Some(at) = self.record_here().and_then(|record| record.ts)
        {
            self.timeline.cursor = Some(at);
        }
        match self.timeline.selected() {
            Some(window) if window.nanos() > 1 => self.set_window(Some(window), out),
            _ => self.say(Notice::info("begin a span with [ first, then move")),
        }
    }
}

/// Windows of round lengths that end with the newest record, as far as they fit.
fn presets(whole: &TimeWindow, zone: &Zone) -> Vec<Choice> {
    let choice = |preset: &str| {
        let start = whole.end().plus_nanos(-parse_duration(preset).ok()?);
        let window = TimeWindow::new(start, whole.end()).ok().filter(|_| start > whole.start())?;
        let shown = moment::window(&window, zone);
        Some(Choice::new(format!("last {preset}"), shown, Pick::Window(Some(window))))
    };
    PRESETS.into_iter().filter_map(choice).collect()
}
