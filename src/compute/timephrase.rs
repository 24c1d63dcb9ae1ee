//! Time phrases inside a question: "between 14:00 and 14:30", "after the deploy at 14:27", "in the last 10 minutes".

use super::words::Token;
use crate::domain::{TimeWindow, Timestamp, Zone, parse_duration, parse_time};

/// A window read from a question.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TimePhrase {
    pub(super) window: TimeWindow,
    /// Tokens it was read from.
    pub(super) used: Vec<usize>,
}

/// A point in time with the length of what it names (a minute, a day).
#[derive(Clone, Copy)]
struct Point {
    at: Timestamp,
    length: i64,
    tokens: usize,
}

const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 1_440 * MINUTE;

/// Reads the first time phrase; `None` without one or if the corpus has no times.
pub(super) fn read(tokens: &[Token], whole: Option<TimeWindow>, zone: &Zone) -> Option<TimePhrase> {
    let reader = Reader { tokens, whole: whole?, zone };
    (0..tokens.len()).find_map(|at| reader.span_at(at))
}

struct Reader<'q> {
    tokens: &'q [Token],
    whole: TimeWindow,
    zone: &'q Zone,
}

impl Reader<'_> {
    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.lower.as_str())
    }

    fn newest(&self) -> Timestamp {
        self.whole.end().plus_nanos(-1)
    }

    fn phrase(&self, start: Timestamp, end: Timestamp, used: std::ops::Range<usize>) -> Option<TimePhrase> {
        Some(TimePhrase { window: TimeWindow::new(start, end).ok()?, used: used.collect() })
    }

    fn span_at(&self, at: usize) -> Option<TimePhrase> {
        match self.word(at) {
            "between" | "from" => self.between(at).or_else(|| self.open_start(at)),
            "after" | "since" | "following" => self.open_start(at),
            "before" | "until" | "till" | "by" => self.open_end(at),
            "at" | "on" | "during" | "in" => self.at_point(at, 0).or_else(|| self.relative(at + 1, at)),
            "around" | "about" | "near" => self.at_point(at, 5 * MINUTE),
            _ => self.relative(at, at).or_else(|| self.bare(at)),
        }
    }

    fn between(&self, at: usize) -> Option<TimePhrase> {
        let first = self.point(at + 1)?;
        let joint = at + 1 + first.tokens;
        if !matches!(self.word(joint), "and" | "to" | "until" | "till" | "-" | "through") {
            return None;
        }
        let second = self.point(joint + 1)?;
        // A day or a second named as the end is included; a minute is where the window stops.
        let end = if second.length == MINUTE { second.at } else { second.at.plus_nanos(second.length) };
        self.phrase(first.at, end, at..joint + 1 + second.tokens)
    }

    /// "after 14:27", "after the deploy at 14:27".
    fn open_start(&self, at: usize) -> Option<TimePhrase> {
        let end = self.whole.end();
        if let Some(point) = self.point(at + 1) {
            return self.phrase(point.at, end.max(point.at.plus_nanos(1)), at..at + 1 + point.tokens);
        }
        let anchor = (at + 2..at + 7).find(|&i| self.word(i) == "at")?;
        let point = self.point(anchor + 1)?;
        self.phrase(point.at, end.max(point.at.plus_nanos(1)), at..anchor + 1 + point.tokens)
    }

    fn open_end(&self, at: usize) -> Option<TimePhrase> {
        let start = self.whole.start();
        let (point, used) = match self.point(at + 1) {
            Some(point) => (point, at..at + 1 + point.tokens),
            None => {
                let anchor = (at + 2..at + 7).find(|&i| self.word(i) == "at")?;
                let point = self.point(anchor + 1)?;
                (point, at..anchor + 1 + point.tokens)
            }
        };
        self.phrase(start.min(point.at.plus_nanos(-1)), point.at, used)
    }

    fn at_point(&self, at: usize, slack: i64) -> Option<TimePhrase> {
        let point = self.point(at + 1)?;
        let start = point.at.plus_nanos(-slack);
        self.phrase(start, point.at.plus_nanos(point.length + slack), at..at + 1 + point.tokens)
    }

    /// A date or a time of day without a preposition.
    fn bare(&self, at: usize) -> Option<TimePhrase> {
        let point = self.point(at)?;
        self.phrase(point.at, point.at.plus_nanos(point.length), at..at + point.tokens)
    }

    /// "the last 10 minutes", "past hour", "first half hour"; `from` is where the phrase begins.
    fn relative(&self, at: usize, from: usize) -> Option<TimePhrase> {
        let mut i = at;
        i += usize::from(self.word(i) == "the");
        let side = self.word(i);
        if !matches!(side, "last" | "past" | "previous" | "final" | "recent" | "first" | "opening") {
            return None;
        }
        let (nanos, next) = self.length(i + 1)?;
        if matches!(side, "first" | "opening") {
            let start = self.whole.start();
            return self.phrase(start, start.plus_nanos(nanos), from..next);
        }
        self.phrase(self.newest().plus_nanos(1 - nanos), self.whole.end(), from..next)
    }

    /// A length of time and the index behind it.
    fn length(&self, at: usize) -> Option<(i64, usize)> {
        let word = self.word(at);
        if let Some(unit) = unit_nanos(word) {
            return Some((unit, at + 1));
        }
        if word == "half" {
            let skip = usize::from(matches!(self.word(at + 1), "a" | "an"));
            return unit_nanos(self.word(at + 1 + skip)).map(|unit| (unit / 2, at + 2 + skip));
        }
        if let Some(count) = small_number(word) {
            return unit_nanos(self.word(at + 1)).map(|unit| (unit.saturating_mul(count), at + 2));
        }
        if word.is_empty() || !word.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        parse_duration(word).ok().map(|nanos| (nanos, at + 1))
    }

    /// A named point: a date with or without a time, a time of day, `yesterday`.
    fn point(&self, at: usize) -> Option<Point> {
        let word = self.word(at);
        if word == "the" {
            return None;
        }
        if matches!(word, "today" | "yesterday") {
            return parse_time(word, self.newest(), self.zone).ok().map(|at| Point {
                at,
                length: DAY,
                tokens: 1,
            });
        }
        let text = self.tokens.get(at)?.text.as_str();
        if let Some((date, tokens)) = self.date(at) {
            if let Some(clock) = clock_text(self.word(at + tokens), self.word(at + tokens + 1)) {
                let both = format!("{date}T{}", clock.text);
                let point = parse_time(&both, self.newest(), self.zone).ok()?;
                return Some(Point { at: point, length: clock.length, tokens: tokens + clock.tokens });
            }
            let point = parse_time(&date, self.newest(), self.zone).ok()?;
            return Some(Point { at: point, length: DAY, tokens });
        }
        if text.contains('T') && text.starts_with(|c: char| c.is_ascii_digit()) {
            let point = parse_time(text, self.newest(), self.zone).ok()?;
            let length = if text.matches(':').count() >= 2 { SECOND } else { MINUTE };
            return Some(Point { at: point, length, tokens: 1 });
        }
        let clock = clock_text(word, self.word(at + 1))?;
        let point = parse_time(&clock.text, self.newest(), self.zone).ok()?;
        Some(Point { at: point, length: clock.length, tokens: clock.tokens })
    }

    /// `2024-01-15`, `2024/01/15`, `Jan 15`, `15 January`, `Jan 15th, 2024` as an ISO date.
    fn date(&self, at: usize) -> Option<(String, usize)> {
        let word = self.word(at).replace('/', "-");
        if word.len() == 10 && word.parse::<jiff::civil::Date>().is_ok() {
            return Some((word, 1));
        }
        let (month, day) = match (month_of(&word), day_of(self.word(at + 1))) {
            (Some(month), Some(day)) => (month, day),
            _ => (month_of(self.word(at + 1))?, day_of(&word)?),
        };
        let here = self.newest().to_jiff().to_zoned(self.zone.time_zone().clone()).date();
        if let Some(year) = self.word(at + 2).parse::<i16>().ok().filter(|y| (1970..2200).contains(y)) {
            return Some((format!("{year:04}-{month:02}-{day:02}"), 3));
        }
        let this = jiff::civil::Date::new(here.year(), month, day).ok()?;
        let year = if this > here { here.year() - 1 } else { here.year() };
        Some((format!("{year:04}-{month:02}-{day:02}"), 2))
    }
}

struct Clock {
    text: String,
    length: i64,
    tokens: usize,
}

/// `14:27`, `14:27:03`, `2pm`, `2:30 pm` as 24-hour text.
fn clock_text(word: &str, next: &str) -> Option<Clock> {
    let (number, suffix) =
        match word.strip_suffix("am").map(|n| (n, "am")).or(word.strip_suffix("pm").map(|n| (n, "pm"))) {
            Some((number, suffix)) => (number, Some((suffix, 1))),
            None => (word, matches!(next, "am" | "pm").then_some((next, 2))),
        };
    let colons = number.matches(':').count();
    let digits =
        !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | ','));
    if !digits || number.starts_with(':') || (colons == 0 && suffix.is_none()) || colons > 2 {
        return None;
    }
    let (hour, rest) = number.split_once(':').unwrap_or((number, "00"));
    let hour: u8 = hour.parse().ok().filter(|hour| *hour < 24)?;
    let hour = match suffix {
        Some(("pm", _)) if hour < 12 => hour + 12,
        Some(("am", _)) if hour == 12 => 0,
        _ => hour,
    };
    let text = format!("{hour:02}:{}", rest.replace(',', "."));
    text.parse::<jiff::civil::Time>().ok()?;
    let length = if colons == 2 { SECOND } else { MINUTE };
    Some(Clock { text, length, tokens: suffix.map_or(1, |(_, tokens)| tokens) })
}

fn month_of(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let at =
        MONTHS.iter().position(|month| word == *month || (word.len() == 3 && month.starts_with(word)))?;
    i8::try_from(at + 1).ok()
}

fn day_of(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let suffix = &word[digits.len()..];
    let day = digits.parse::<i8>().ok().filter(|day| (1..=31).contains(day))?;
    matches!(suffix, "" | "st" | "nd" | "rd" | "th").then_some(day)
}

/// Nanoseconds of a unit word of time.
pub(super) fn unit_nanos(word: &str) -> Option<i64> {
    Some(match word {
        "second" | "seconds" | "sec" | "secs" => SECOND,
        "minute" | "minutes" | "min" | "mins" => MINUTE,
        "hour" | "hours" | "hr" | "hrs" => 60 * MINUTE,
        "day" | "days" => DAY,
        "week" | "weeks" => 7 * DAY,
        _ => return None,
    })
}

/// A number in digits or a small one in words.
pub(super) fn small_number(word: &str) -> Option<i64> {
    const WORDS: [(&str, i64); 18] = [
        ("one", 1),
        ("a", 1),
        ("an", 1),
        ("two", 2),
        ("couple", 2),
        ("three", 3),
        ("few", 3),
        ("four", 4),
        ("five", 5),
        ("six", 6),
        ("seven", 7),
        ("eight", 8),
        ("nine", 9),
        ("ten", 10),
        ("fifteen", 15),
        ("twenty", 20),
        ("thirty", 30),
        ("sixty", 60),
    ];
    let spelled = WORDS.iter().find(|(name, _)| *name == word).map(|(_, n)| *n);
    spelled.or_else(|| word.parse().ok().filter(|n| (1..1_000_000).contains(n)))
}

#[cfg(test)]
mod tests {
    use super::super::words::tokenize;
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("errors between 14:00 and 14:30", "14:00:00", "14:30:00")]
    #[case("errors from 2pm to 2:30 pm", "14:00:00", "14:30:00")]
    #[case("what failed after the deploy at 14:27?", "14:27:00", "15:00:00")]
    #[case("errors since 14:27:30", "14:27:30", "15:00:00")]
    #[case("errors before 13:10", "13:00:00", "13:10:00")]
    #[case("errors in the last 10 minutes", "14:50:00", "15:00:00")]
    #[case("errors in the last half hour", "14:30:00", "15:00:00")]
    #[case("errors in the past 15m", "14:45:00", "15:00:00")]
    #[case("errors in the first five minutes", "13:00:00", "13:05:00")]
    #[case("errors at 14:27", "14:27:00", "14:28:00")]
    #[case("errors around 14:27", "14:22:00", "14:33:00")]
    #[case("errors on 2024-01-15 14:27:03", "14:27:03", "14:27:04")]
    #[case("errors at Jan 15 14:27:03", "14:27:03", "14:27:04")]
    fn phrases_become_windows(#[case] question: &str, #[case] start: &str, #[case] end: &str) {
        let at =
            |clock: &str| parse_time(&format!("2024-01-15T{clock}Z"), Timestamp::MIN, &Zone::utc()).unwrap();
        let whole = TimeWindow::new(at("13:00:00"), at("15:00:00")).unwrap();
        let phrase = read(&tokenize(question), Some(whole), &Zone::utc()).unwrap();
        assert_eq!(phrase.window, TimeWindow::new(at(start), at(end)).unwrap());
    }

    #[test]
    fn a_question_without_times_has_no_window() {
        let whole = TimeWindow::spanning(Timestamp::from_millis(0), Timestamp::from_millis(9_000));
        for question in
            ["which port did 10.0.0.1:80 use", "who logged in after the restart", "the last error"]
        {
            assert_eq!(read(&tokenize(question), Some(whole), &Zone::utc()), None, "{question}");
        }
    }
}
