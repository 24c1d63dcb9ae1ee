//! What the arguments mean: checked texts, with every complaint a sentence that says what is accepted.

use super::arguments::{Search, Which};
use super::exit::Stop;
use crate::config::Settings;
use crate::domain::{Level, TimeWindow, Timestamp, Zone, parse_duration, parse_time};
use std::path::PathBuf;

/// Checks everything about the records that can be checked before reading: times, level.
///
/// # Errors
/// The first argument that makes no sense, as a sentence.
pub(super) fn check_which(which: &Which) -> Result<Option<Level>, Stop> {
    // Nonsense is nonsense at any reference time.
    let reference = Timestamp::from_millis(0);
    for (flag, text) in [("--since", &which.since), ("--until", &which.until)] {
        if let Some(text) = text {
            parse_time(text, reference, &Zone::utc()).map_err(|error| complaint(flag, text, &error))?;
        }
    }
    which.level.as_deref().map(level).transpose()
}

fn level(text: &str) -> Result<Level, Stop> {
    Level::from_word(text.as_bytes()).ok_or_else(|| {
        let names = Level::ALL.map(Level::as_str).join(", ");
        complaint("--level", text, &format!("expected one of {names}"))
    })
}

fn complaint(flag: &str, text: &str, what: &impl std::fmt::Display) -> Stop {
    Stop::usage(format!("`{flag} {text}`: {what}"))
}

/// The absolute window of `--since` and `--until`; `None` when neither is given.
///
/// # Errors
/// When the records have no times, or the window is empty.
pub(super) fn window(
    which: &Which,
    span: Option<(Timestamp, Timestamp)>,
    zone: &Zone,
) -> Result<Option<TimeWindow>, Stop> {
    if which.since.is_none() && which.until.is_none() {
        return Ok(None);
    }
    let Some((oldest, newest)) = span else {
        return Err(Stop::usage(
            "--since and --until need times, and no record here has one; try without, or force a --format",
        ));
    };
    let end = newest.plus_nanos(1);
    let read = |flag, text: &Option<String>, missing| match text {
        Some(text) => parse_time(text, newest, zone).map_err(|error| complaint(flag, text, &error)),
        None => Ok(missing),
    };
    let start = read("--since", &which.since, oldest)?;
    let end = read("--until", &which.until, end)?;
    let window = TimeWindow::new(start, end);
    window.map(Some).map_err(|error| {
        Stop::usage(format!(
            "{error}; the records here are from {oldest} to {newest}, and 15m counts back from the newest"
        ))
    })
}

/// The window of a stream, whose newest record is not known: only times that count back from nothing will do.
///
/// # Errors
/// When a time is relative, or the window is empty.
pub(super) fn absolute_window(which: &Which, zone: &Zone) -> Result<Option<TimeWindow>, Stop> {
    let references = (Timestamp::from_millis(0), Timestamp::from_millis(1_000_000_000_000));
    let read = |flag, text: &Option<String>, missing| {
        let Some(text) = text else { return Ok(missing) };
        let at = |reference| parse_time(text, reference, zone).map_err(|error| complaint(flag, text, &error));
        let (early, late) = (at(references.0)?, at(references.1)?);
        if early == late { Ok(early) } else { Err(complaint(flag, text, &RELATIVE)) }
    };
    if which.since.is_none() && which.until.is_none() {
        return Ok(None);
    }
    let start = read("--since", &which.since, Timestamp::MIN)?;
    let end = read("--until", &which.until, Timestamp::MAX)?;
    TimeWindow::new(start, end).map(Some).map_err(|error| Stop::usage(error.to_string()))
}

const RELATIVE: &str = "with --stream the newest record is not known yet: give a time with its day, \
                        like 2024-01-15T10:00, or leave --stream out";

/// The level and the first time of a live command, where durations count back from now.
///
/// # Errors
/// The first argument that makes no sense, as a sentence.
pub(super) fn live_which(
    severity: Option<&str>,
    since: Option<&str>,
    now: Timestamp,
    zone: &Zone,
) -> Result<(Option<Level>, Option<Timestamp>), Stop> {
    let read = |text: &str| parse_time(text, now, zone).map_err(|error| complaint("--since", text, &error));
    Ok((severity.map(level).transpose()?, since.map(read).transpose()?))
}

/// `--window` and `--baseline` of `diff`: lengths counted back from `end`.
///
/// # Errors
/// When a text is no duration.
pub(super) fn spans(
    window: Option<&str>,
    baseline: Option<&str>,
    end: Option<Timestamp>,
) -> Result<(Option<TimeWindow>, Option<TimeWindow>), Stop> {
    let Some(window_text) = window else { return Ok((None, None)) };
    let length = |flag, text: &str| parse_duration(text).map_err(|error| complaint(flag, text, &error));
    let window_nanos = length("--window", window_text)?;
    let baseline_nanos = baseline.map(|text| length("--baseline", text)).transpose()?;
    let Some(end) = end else { return Ok((None, None)) };
    let end = end.plus_nanos(1);
    let start = end.plus_nanos(-window_nanos);
    let between = |start, end| TimeWindow::new(start, end).map_err(|error| Stop::usage(error.to_string()));
    let before = baseline_nanos.map(|nanos| between(start.plus_nanos(-nanos), start)).transpose()?;
    Ok((Some(between(start, end)?), before))
}

/// The paths of a command that cannot do without.
///
/// # Errors
/// A hint when there is none.
pub(super) fn require_paths(paths: &[PathBuf], example: &str) -> Result<(), Stop> {
    if paths.is_empty() {
        return Err(Stop::usage(format!(
            "nothing to read: name a file or directory, or - for standard input, as in `{example}`; \
             `watchfire demo` shows a sample incident"
        )));
    }
    Ok(())
}

/// The number of hits to show.
///
/// # Errors
/// Refused when more are asked for than the configuration allows.
pub(super) fn limit(asked: Option<usize>, settings: &Settings) -> Result<usize, Stop> {
    let most = settings.max_limit.value;
    match asked {
        Some(0) => Err(Stop::usage("`--limit 0`: expected at least 1; --count prints only the number")),
        Some(asked) if asked > most => Err(Stop::refused(format!(
            "`--limit {asked}` is above search.max_limit, {most} ({}); ask for less or raise it",
            settings.max_limit.origin
        ))),
        Some(asked) => Ok(asked),
        None => Ok(settings.limit.value),
    }
}

/// A query that looks like an option is a mistyped option; a query may start with one minus (`-health`).
///
/// # Errors
/// A hint how to search for such words.
pub(super) fn check_query(query: &str) -> Result<(), Stop> {
    if query.starts_with("--") {
        return Err(Stop::usage(format!(
            "there is no option `{query}` (see `watchfire search --help`); to search for it, write '\"{query}\"'"
        )));
    }
    Ok(())
}

/// Options of `search` that would silently cancel each other.
///
/// # Errors
/// A sentence that says which of two to leave out.
pub(super) fn check_modes(arguments: &Search) -> Result<(), Stop> {
    let around = [arguments.after_context, arguments.before_context, arguments.context];
    let around = around.iter().any(Option::is_some);
    let pairs = [
        (
            arguments.raw && arguments.json.json,
            "`--raw --json`: --raw prints lines as in the file, --json one \
         document whose hits hold them as `raw`; leave one of the two out",
        ),
        (
            arguments.count && around,
            "`--count` prints only a number; leave -A, -B and -C out, or leave --count out",
        ),
        (
            arguments.count && arguments.limit.is_some(),
            "`--count` counts all that match; leave --limit out, or leave --count out",
        ),
        (
            arguments.stream && around,
            "`--stream` prints records before the ones around them are known; leave \
         --stream out (`--raw -C 2` prints as it reads, too), or leave -A, -B and -C out",
        ),
    ];
    match pairs.into_iter().find(|(meet, _)| *meet) {
        Some((_, sentence)) => Err(Stop::usage(sentence)),
        None => Ok(()),
    }
}

/// Refuses a query or question that is longer than the configuration allows.
///
/// # Errors
/// Refused, with both lengths.
pub(super) fn check_length(text: &str, settings: &Settings) -> Result<(), Stop> {
    let (length, most) = (text.chars().count(), settings.max_query_length.value);
    if length > most {
        return Err(Stop::refused(format!(
            "the query has {length} characters, above search.max_query_length, {most} ({}); shorten it or raise it",
            settings.max_query_length.origin
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn said<T: std::fmt::Debug>(result: Result<T, Stop>) -> String {
        match result.unwrap_err() {
            Stop::Said { message, .. } => message,
            Stop::PipeClosed => panic!("not a sentence"),
        }
    }

    fn which(since: Option<&str>, until: Option<&str>) -> Which {
        Which { since: since.map(str::to_owned), until: until.map(str::to_owned), ..Which::default() }
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::from_jiff(text.parse().unwrap())
    }

    #[test]
    fn nonsense_is_answered_with_what_is_accepted() {
        assert_eq!(
            said(check_which(&which(Some("15mm"), None))),
            "`--since 15mm`: expected a duration like 15m or a time like 2024-01-15T10:00, got \"15mm\""
        );
        let loud = Which { level: Some("loud".to_owned()), ..Which::default() };
        assert_eq!(
            said(check_which(&loud)),
            "`--level loud`: expected one of trace, debug, info, notice, warn, error, fatal"
        );
    }

    #[rstest]
    #[case(Some("15m"), None, "2024-01-15T09:45:00Z", "2024-01-15T10:00:00.000000001Z")]
    #[case(None, Some("15m"), "2024-01-15T09:00:00Z", "2024-01-15T09:45:00Z")]
    #[case(Some("09:10"), Some("09:20"), "2024-01-15T09:10:00Z", "2024-01-15T09:20:00Z")]
    fn times_count_back_from_the_newest_record(
        #[case] since: Option<&str>,
        #[case] until: Option<&str>,
        #[case] start: &str,
        #[case] end: &str,
    ) {
        let span = Some((at("2024-01-15T09:00:00Z"), at("2024-01-15T10:00:00Z")));
        let window = window(&which(since, until), span, &Zone::utc()).unwrap().unwrap();
        assert_eq!((window.start(), window.end()), (at(start), at(end)));
    }

    #[test]
    fn a_window_over_records_without_times_is_a_sentence() {
        assert!(
            said(window(&which(Some("15m"), None), None, &Zone::utc()))
                .starts_with("--since and --until need")
        );
        assert_eq!(window(&which(None, None), None, &Zone::utc()).unwrap(), None);
    }

    #[test]
    fn a_stream_takes_absolute_times_only() {
        let absolute = which(Some("2024-01-15T09:00"), None);
        let window = absolute_window(&absolute, &Zone::utc()).unwrap().unwrap();
        assert_eq!((window.start(), window.end()), (at("2024-01-15T09:00:00Z"), Timestamp::MAX));
        assert!(said(absolute_window(&which(Some("15m"), None), &Zone::utc())).contains("with --stream"));
    }

    #[test]
    fn an_empty_window_says_what_there_is() {
        let span = Some((at("2024-01-15T09:00:00Z"), at("2024-01-15T10:00:00Z")));
        let said = said(window(&which(Some("5m"), Some("10m")), span, &Zone::utc()));
        assert!(
            said.contains("the records here are from 2024-01-15T09:00:00Z to 2024-01-15T10:00:00Z"),
            "{said}"
        );
    }

    #[test]
    fn a_window_of_diff_and_its_baseline_touch() {
        let end = at("2024-01-15T10:00:00Z");
        let (window, baseline) = spans(Some("15m"), Some("1h"), Some(end)).unwrap();
        let (window, baseline) = (window.unwrap(), baseline.unwrap());
        assert!(window.contains(end));
        assert_eq!(baseline.end(), window.start());
        assert_eq!(baseline.nanos(), 3_600_000_000_000);
        assert!(said(spans(Some("x"), None, None)).starts_with("`--window x`: expected a duration"));
    }

    #[test]
    fn a_mistyped_option_is_not_searched_for() {
        assert!(said(check_query("--jsno")).starts_with("there is no option `--jsno`"));
        assert!(check_query("-health").is_ok());
    }

    #[test]
    fn a_limit_above_the_maximum_is_refused_with_its_own_code() {
        let stop = limit(Some(20_000), &Settings::default()).unwrap_err();
        assert_eq!(stop.code(), 4);
        assert_eq!(limit(None, &Settings::default()).unwrap(), 10);
        assert_eq!(check_length(&"x".repeat(2_001), &Settings::default()).unwrap_err().code(), 4);
    }
}
