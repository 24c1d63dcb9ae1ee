//! Collects time, level, service and message from named values, whatever they were written in.
//!
//! JSON members, logfmt pairs and CSV cells all end here, so that one rule decides which name wins.

use super::keys::{Meaning, RANK_NAME, Scale};
use super::service::without_replica;
use super::time::{Date, DayOrder, Written, epoch, scan_value};
use crate::domain::Level;
use std::borrow::Cow;

/// What named values say about a record so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered<'l, M> {
    pub(super) time: Option<(u8, Written)>,
    pub(super) level: Option<Level>,
    pub(super) service: Option<(u8, Cow<'l, [u8]>)>,
    /// The message, still as its source holds it.
    pub(super) message: Option<(u8, M)>,
    /// The stream of an envelope.
    pub(super) stream: Option<Cow<'l, [u8]>>,
    numeric_level: bool,
    name: Option<Cow<'l, [u8]>>,
}

impl<'l, M> Gathered<'l, M> {
    pub(super) fn new() -> Self {
        Self {
            time: None,
            level: None,
            service: None,
            message: None,
            stream: None,
            numeric_level: false,
            name: None,
        }
    }

    /// Takes a value whose name has a meaning; the first of equals wins.
    pub(super) fn take(&mut self, meaning: Meaning, value: impl FnOnce() -> Cow<'l, [u8]>, order: DayOrder) {
        match meaning {
            Meaning::Time(rank) => self.take_time(rank, &value(), order),
            Meaning::Nanos => self.take_nanos(&value()),
            Meaning::Level(scale) => self.take_level(scale, &value()),
            Meaning::Service(rank) => self.take_service(rank, value()),
            Meaning::Replica(rank) => {
                let name = match value() {
                    Cow::Borrowed(name) => Cow::Borrowed(without_replica(name)),
                    Cow::Owned(name) => Cow::Owned(without_replica(&name).to_vec()),
                };
                self.take_service(rank, name);
            }
            Meaning::Stream => self.stream = Some(value()),
            Meaning::Name => self.name = Some(value()),
            Meaning::Message(_) | Meaning::Logger | Meaning::Nest => {}
        }
    }

    /// Takes a message candidate.
    pub(super) fn take_message(&mut self, rank: u8, value: M) {
        if self.message.as_ref().is_none_or(|(known, _)| *known < rank) {
            self.message = Some((rank, value));
        }
    }

    /// The service, with bunyan's `name` as the last resort.
    pub(super) fn settled_service(&mut self) -> Option<(u8, Cow<'l, [u8]>)> {
        if self.service.is_none() && self.numeric_level {
            self.service = self.name.take().filter(|name| !name.is_empty()).map(|name| (RANK_NAME, name));
        }
        self.service.take()
    }

    fn take_service(&mut self, rank: u8, name: Cow<'l, [u8]>) {
        let plausible = !name.is_empty() && name.len() <= 256 && &*name != b"null" && &*name != b"-";
        if plausible && self.service.as_ref().is_none_or(|(known, _)| *known < rank) {
            self.service = Some((rank, name));
        }
    }

    fn take_time(&mut self, rank: u8, value: &[u8], order: DayOrder) {
        let Some(found) = time_value(value, order) else { return };
        let Some((known_rank, known)) = self.time else {
            self.time = Some((rank, found));
            return;
        };
        if known.nanos.is_none() && found.date == Date::Missing {
            self.time = Some((known_rank, known.joined(found)));
        } else if known.date == Date::Missing && found.nanos.is_none() {
            self.time = Some((rank, found.joined(known)));
        } else if found.is_whole() {
            let better = (known.offset.is_none() && found.offset.is_some()) || rank > known_rank;
            let finer = found.digits > known.digits && (found.offset.is_some() || known.offset.is_none());
            if !known.is_whole() || (better && found.digits >= known.digits) || (rank >= 7 && finer) {
                self.time = Some((rank, found));
            }
        }
    }

    /// log4j's JSON has the second and its nanoseconds apart, in this order.
    fn take_nanos(&mut self, value: &[u8]) {
        let number = std::str::from_utf8(value).ok().and_then(|v| v.parse::<i64>().ok());
        if let (Some((_, time)), Some(number @ 0..1_000_000_000)) = (&mut self.time, number)
            && time.digits == 0
        {
            time.nanos = time.nanos.map(|nanos| nanos + number);
            time.digits = 9;
        }
    }

    fn take_level(&mut self, scale: Scale, value: &[u8]) {
        let number = std::str::from_utf8(value).ok().and_then(|v| v.trim().parse::<f64>().ok());
        if let (Some(_), Scale::Usual) = (number, scale) {
            self.numeric_level = true;
        }
        let found = match number {
            // Levels are small whole numbers; a fraction is cut off.
            #[expect(clippy::cast_possible_truncation, reason = "float to int casts saturate")]
            Some(number) => numeric_level(scale, number as i64),
            None => Level::from_word(value.trim_ascii()),
        };
        self.level = self.level.or(found);
    }
}

fn numeric_level(scale: Scale, number: i64) -> Option<Level> {
    let small = u8::try_from(number).ok()?;
    match scale {
        Scale::Usual if small < 8 => Level::from_syslog(small),
        Scale::Usual => bunyan(small),
        Scale::Python => bunyan(small.checked_add(10)?),
        Scale::Priority => Level::from_syslog(small % 8),
        Scale::Telemetry => Some(match small {
            1..=4 => Level::Trace,
            5..=8 => Level::Debug,
            9..=12 => Level::Info,
            13..=16 => Level::Warn,
            17..=20 => Level::Error,
            21..=24 => Level::Fatal,
            _ => return None,
        }),
    }
}

/// Bunyan and pino: 10 trace to 60 fatal.
fn bunyan(number: u8) -> Option<Level> {
    Some(match number {
        10..=19 => Level::Trace,
        20..=29 => Level::Debug,
        30..=39 => Level::Info,
        40..=49 => Level::Warn,
        50..=59 => Level::Error,
        60..=69 => Level::Fatal,
        _ => return None,
    })
}

/// A whole value as a time: text in any known form, an epoch number, zap's `1.7053128e+09`.
fn time_value(value: &[u8], order: DayOrder) -> Option<Written> {
    scan_value(value, order).or_else(|| {
        let number = std::str::from_utf8(value.trim_ascii()).ok()?;
        if number.bytes().all(|b| b.is_ascii_digit()) {
            return epoch(number.as_bytes());
        }
        let number: f64 = number.parse().ok()?;
        let unit = match number {
            1e9..4.2e9 => 1e9,
            1e12..4.2e12 => 1e6,
            1e15..4.2e15 => 1e3,
            _ => return None,
        };
        #[expect(clippy::cast_possible_truncation, reason = "the range above fits")]
        Some(Written::from_epoch((number * unit) as i64, 6))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Scale::Usual, "30", Some(Level::Info))]
    #[case(Scale::Usual, "3", Some(Level::Error))]
    #[case(Scale::Usual, "WARNING", Some(Level::Warn))]
    #[case(Scale::Python, "40", Some(Level::Error))]
    #[case(Scale::Python, "10", Some(Level::Debug))]
    #[case(Scale::Telemetry, "17", Some(Level::Error))]
    #[case(Scale::Priority, "6", Some(Level::Info))]
    #[case(Scale::Priority, "34", Some(Level::Fatal))]
    #[case(Scale::Usual, "loud", None)]
    #[case(Scale::Usual, "999", None)]
    fn levels_are_words_or_numbers(
        #[case] scale: Scale,
        #[case] value: &str,
        #[case] expected: Option<Level>,
    ) {
        let mut gathered = Gathered::<()>::new();
        gathered.take(Meaning::Level(scale), || Cow::Borrowed(value.as_bytes()), DayOrder::MonthFirst);
        assert_eq!(gathered.level, expected);
    }
}
