//! A typed window.

use crate::domain::{TimeWindow, Zone, parse_duration, parse_time};
use crate::port::Overview;

/// Reads `15m`, `14:20`, `14:20 14:30` or `14:20 to 14:30`, counted back from the newest record.
pub(super) fn read_window(typed: &str, overview: &Overview, zone: &Zone) -> Result<TimeWindow, String> {
    let (_, last) = overview.span.ok_or("these records have no times")?;
    let end = last.plus_nanos(1);
    let at = |text: &str| parse_time(text, last, zone).map_err(|error| error.to_string());
    let words: Vec<&str> = typed.split_whitespace().filter(|word| !["to", "since"].contains(word)).collect();
    let (start, end) = match words.as_slice() {
        [start] => match parse_duration(start) {
            Ok(nanos) => (end.plus_nanos(-nanos), end),
            Err(_) => (at(start)?, end),
        },
        [start, until] => (at(start)?, at(until)?),
        _ => return Err("expected a duration like 15m, a time like 14:20, two times, or all".to_owned()),
    };
    TimeWindow::new(start, end).map_err(|error| error.to_string())
}
