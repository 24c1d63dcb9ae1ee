//! What is known about a source: which grammars it uses, its headers, its clock. Made once from a sample.

use super::clock::Clock;
use super::format::Allows;
use super::header::Header;
use super::json::unescape;
use super::keys::KeyMemo;
use super::known::Known;
use super::lex::{Kind, lex};
use super::prefix::Prefix;
use super::read::{Verdict, first_line};
use super::run::Run;
use super::sink::Nowhere;
use super::table::Table;
use super::time::{Date, DayOrder, Written};
use super::{ParseOptions, ZoneOrigin, object};
use crate::domain::Zone;
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// Lines of the sample that are looked at.
const SAMPLE_LINES: usize = 20_000;
/// Bytes of one line of the sample that are looked at.
const SAMPLE_BYTES: usize = 4096;
/// Lines that are read to see how well the plan fits.
const TRIAL_LINES: usize = 2_000;

/// The learned facts about a source.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) order: DayOrder,
    pub(super) headers: Vec<Header>,
    /// Known grammars seen in the sample, tried before headers.
    pub(super) first: Vec<Known>,
    pub(super) allows: Allows,
    /// Columns of a table with a heading.
    pub(super) table: Option<Table>,
    /// What a merging tool puts before every line.
    pub(super) prefix: Option<Prefix>,
    /// Records of this source state their time, so lines without one belong to the record before.
    pub(super) timed: bool,
    /// No line of the sample has any structure: then a line without one is understood as far as it can be.
    pub(super) plain: bool,
    /// Most lines are indented, so indentation says nothing.
    pub(super) indented: bool,
    pub(super) clock: Clock,
    pub(super) origin: ZoneOrigin,
    pub(super) description: String,
}

impl Plan {
    /// Learns from the first bytes of a source.
    pub(super) fn learn(sample: &[u8], options: &ParseOptions, allows: Allows) -> Self {
        let mut plan = Self::empty(options, allows);
        let mut lines: Vec<&[u8]> = lines(sample).collect();
        plan.prefix = Prefix::detect(&lines);
        if let Some(prefix) = plan.prefix {
            lines = lines.iter().filter_map(|line| Some(prefix.split(line)?.rest)).collect();
        }
        plan.table = plan.find_table(&lines);
        plan.order = day_order(&lines);
        plan.indented = {
            let is_indented = |line: &[u8]| matches!(line.first(), Some(b' ' | b'\t'));
            let indented = lines.iter().filter(|line| is_indented(line)).count();
            // A log full of stack traces is mostly indented too, but its records are not.
            let mut outside = lines.iter().filter(|line| !is_indented(line));
            indented * 2 > lines.len()
                && !outside.any(|line| leading_times(line, plan.order).next().is_some())
        };
        let texts = plan.texts(&lines);
        plan.first = plan.common_grammars(&texts);
        let free: Vec<&[u8]> = texts
            .iter()
            .map(Cow::as_ref)
            .filter(|text| {
                !plan.first.iter().any(|known| known.read(text, plan.order, &mut Nowhere).is_some())
            })
            .filter(|text| !matches!(text.first(), Some(b' ' | b'\t' | b'{')))
            .collect();
        if plan.allows.headers {
            plan.headers = super::learn::learn(&free, plan.order);
        }
        plan.settle_zone(&texts, options);
        plan.try_out(&lines);
        plan
    }

    fn find_table(&self, lines: &[&[u8]]) -> Option<Table> {
        match self.allows.table {
            None => Table::detect(lines),
            Some(delimiters) => {
                let heading = lines.iter().find(|line| !line.trim_ascii().is_empty())?;
                delimiters.iter().find_map(|delimiter| Table::named(heading, *delimiter))
            }
        }
    }

    fn empty(options: &ParseOptions, allows: Allows) -> Self {
        let zone = options.zone.clone().unwrap_or_else(Zone::utc);
        let origin = if options.zone.is_some() { ZoneOrigin::Option } else { ZoneOrigin::Default };
        Self {
            order: DayOrder::MonthFirst,
            headers: Vec::new(),
            first: Vec::new(),
            allows,
            table: None,
            prefix: None,
            timed: false,
            plain: false,
            indented: false,
            clock: Clock::new(zone, options.newest),
            origin,
            description: String::new(),
        }
    }

    /// The texts whose headers are to be learned: plain lines and what envelopes hold.
    fn texts<'s>(&self, lines: &[&'s [u8]]) -> Vec<Cow<'s, [u8]>> {
        let mut memo = KeyMemo::default();
        let Some(table) = &self.table else {
            return lines.iter().filter_map(|line| self.text_of(line, &mut memo, 0)).collect();
        };
        let rows = lines.iter().map(|line| table.read(line, self.order, &mut Nowhere));
        let cells = rows.filter(|row| row.fits && row.has_message).map(|row| row.parts.body);
        let texts = cells.filter_map(|cell| match cell {
            Cow::Borrowed(cell) => self.text_of(cell, &mut memo, 0),
            Cow::Owned(cell) => self.text_of(&cell, &mut memo, 0).map(|text| Cow::Owned(text.into_owned())),
        });
        texts.collect()
    }

    fn text_of<'s>(&self, line: &'s [u8], memo: &mut KeyMemo, depth: u8) -> Option<Cow<'s, [u8]>> {
        if line.first() == Some(&b'{') && self.allows.json {
            let gathered = object::read(line, false, memo, self.order, &mut Nowhere)?;
            let (8, super::json::Value::Text(raw)) = gathered.message? else { return None };
            return match unescape(raw) {
                Cow::Borrowed(text) => Some(Cow::Borrowed(first_line(text))),
                Cow::Owned(text) => Some(Cow::Owned(first_line(&text).to_vec())),
            };
        }
        let wrapped =
            [Known::Cri, Known::Syslog].into_iter().find_map(|k| k.read(line, self.order, &mut Nowhere));
        match wrapped {
            Some(parts) if depth < 2 => match parts.body {
                Cow::Borrowed(body) => self.text_of(body, memo, depth + 1),
                Cow::Owned(_) => None,
            },
            _ => Some(Cow::Borrowed(line)),
        }
    }

    /// The zone of times without an offset: the user's, else the offset most other times state, else UTC.
    fn settle_zone(&mut self, texts: &[Cow<'_, [u8]>], options: &ParseOptions) {
        if options.zone.is_some() {
            return;
        }
        let mut offsets: FxHashMap<i32, usize> = FxHashMap::default();
        for text in texts.iter().take(TRIAL_LINES) {
            if let Some(offset) = leading_times(text, self.order).find_map(|time| time.offset) {
                *offsets.entry(offset).or_default() += 1;
            }
        }
        let Some((&seconds, _)) = offsets.iter().max_by_key(|(offset, count)| (**count, **offset)) else {
            return;
        };
        if let Ok(offset) = jiff::tz::Offset::from_seconds(seconds) {
            let label = if seconds == 0 { "UTC".to_owned() } else { format!("UTC{offset}") };
            self.clock = Clock::new(Zone::new(jiff::tz::TimeZone::fixed(offset), label), options.newest);
            self.origin = ZoneOrigin::File;
        }
    }

    /// Known grammars that at least one line in a hundred follows, the most frequent first.
    fn common_grammars(&self, texts: &[Cow<'_, [u8]>]) -> Vec<Known> {
        let texts = texts.get(..texts.len().min(TRIAL_LINES)).unwrap_or_default();
        let reads = |known: Known, text: &[u8]| known.read(text, self.order, &mut Nowhere).is_some();
        let count = |known: Known| texts.iter().filter(|text| reads(known, text)).count();
        let mut seen: Vec<(usize, Known)> =
            self.allows.known.iter().map(|known| (count(*known), *known)).collect();
        seen.retain(|(count, _)| count * 100 > texts.len());
        seen.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        seen.into_iter().map(|(_, known)| known).collect()
    }

    /// Reads some lines to see what they are and whether they state their time.
    fn try_out(&mut self, lines: &[&[u8]]) {
        let mut counts: FxHashMap<&'static str, usize> = FxHashMap::default();
        let (mut timed, mut fresh) = (0, 0);
        let mut run = Run::midway();
        // Taken for granted during the trial, so that the name of an exception counts for its record.
        self.timed = true;
        for line in lines.iter().filter(|line| !line.trim_ascii().is_empty()).take(TRIAL_LINES) {
            let parts = run.read(self, line, false, &mut Nowhere);
            if !matches!(parts.verdict, Verdict::Continuation | Verdict::Heading) {
                fresh += 1;
                timed += usize::from(parts.time.is_some());
                *counts.entry(parts.grammar).or_default() += usize::from(!parts.grammar.is_empty());
            }
        }
        self.timed = timed > 0 && timed * 10 >= fresh * 6;
        let mut counts: Vec<_> = counts.into_iter().filter(|(_, n)| n * 50 > fresh).collect();
        counts.sort_by_key(|(name, n)| (std::cmp::Reverse(*n), *name));
        let names: Vec<&str> = counts.iter().map(|(name, _)| *name).filter(|name| !name.is_empty()).collect();
        let free = self.allows.headers || !self.allows.json && self.allows.known.is_empty();
        self.plain = names.is_empty() && free && self.table.is_none();
        let names: Vec<&str> = self.prefix.map(Prefix::name).into_iter().chain(names).collect();
        self.description = if names.is_empty() { "plain lines".to_owned() } else { names.join(", ") };
    }
}

/// Whole lines of the sample, each cut to what is looked at.
fn lines(sample: &[u8]) -> impl Iterator<Item = &[u8]> {
    let whole = memchr::memrchr(b'\n', sample).map_or(sample, |end| &sample[..end]);
    let sample = if sample.ends_with(b"\n") || whole.len() * 2 > sample.len() { whole } else { sample };
    let lines = sample.split(|b| *b == b'\n').take(SAMPLE_LINES);
    lines
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .map(|line| line.get(..SAMPLE_BYTES).unwrap_or(line))
}

/// The times among the first tokens of a text.
fn leading_times(text: &[u8], order: DayOrder) -> impl Iterator<Item = Written> {
    let mut at = 0;
    let tokens = std::iter::from_fn(move || {
        let token = lex(text, at, order)?;
        at = token.end;
        Some(token)
    });
    tokens.take(6).filter(|token| token.kind == Kind::Time).filter_map(|token| token.time)
}

/// Day or month first: decided by the first date that fits only one order.
fn day_order(lines: &[&[u8]]) -> DayOrder {
    for line in lines {
        let as_month = leading_times(line, DayOrder::MonthFirst).next();
        let start = line.iter().take_while(|b| matches!(b, b'[' | b' ' | b'"')).count();
        let head = line.get(start..start + 6).unwrap_or_default();
        let numeric = |at: usize| head.get(at).is_some_and(u8::is_ascii_digit);
        let slashed =
            numeric(0) && numeric(1) && matches!(head.get(2), Some(b'/' | b'-')) && numeric(3) && numeric(4);
        if slashed && as_month.is_some_and(|time| matches!(time.date, Date::Full(_))) {
            let part = |at: usize| {
                head.get(at..at + 2).map_or(0, |p| u32::from(p[0] - b'0') * 10 + u32::from(p[1] - b'0'))
            };
            if part(0) > 12 {
                return DayOrder::DayFirst;
            }
            if part(3) > 12 {
                return DayOrder::MonthFirst;
            }
        }
    }
    DayOrder::MonthFirst
}
