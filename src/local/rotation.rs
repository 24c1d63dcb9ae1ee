//! Rotated sets: `app.log`, `app.log.1`, `app.log.2.gz`, `app.log-20240115` are one source in parts, oldest first.
//!
//! Only names decide, and only among the files of one directory that were asked for. A date counts as a suffix
//! after the stem (`app-2024-01-15.log`), never as the beginning of a name.

use std::cmp::Ordering;

/// Where a file stands among its rotated siblings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rotation {
    /// Name without its rotation and compression suffixes; equal for siblings.
    pub(super) stem: String,
    /// When it was rotated.
    pub(super) age: Age,
}

/// Order among siblings: what sorts first was written first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Age {
    /// Digits of the date in the name, then a counter that rises with time.
    Dated(String, u64),
    /// `app.log.N`: the higher, the older.
    Counted(u64),
    /// The file still written to.
    Current,
}

impl Age {
    fn rank(&self) -> u8 {
        match self {
            Self::Dated(..) => 0,
            Self::Counted(_) => 1,
            Self::Current => 2,
        }
    }
}

impl Ord for Age {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Dated(a, i), Self::Dated(b, j)) => a.cmp(b).then(i.cmp(j)),
            (Self::Counted(a), Self::Counted(b)) => b.cmp(a),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for Age {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

const PACKED: [&str; 10] = ["gz", "gzip", "zst", "zstd", "bz2", "xz", "lz4", "tgz", "txz", "tbz2"];

/// Reads a file name.
pub(super) fn rotation_of(file_name: &str) -> Rotation {
    let name = without_packing(file_name);
    if let Some((stem, count)) = name.rsplit_once('.')
        && count.len() <= 4
        && let Ok(count) = count.parse::<u64>()
        && !stem.is_empty()
    {
        if let Some((stem, date)) = dated(stem) {
            return Rotation { stem, age: Age::Dated(date, count) };
        }
        return Rotation { stem: stem.to_owned(), age: Age::Counted(count) };
    }
    match dated(name) {
        Some((stem, date)) => {
            let (stem, count) = without_inner_count(stem);
            Rotation { stem, age: Age::Dated(date, count) }
        }
        None => Rotation { stem: name.to_owned(), age: Age::Current },
    }
}

/// The service a file's records belong to when they do not say: the stem without its extensions.
pub(super) fn service_of(file_name: &str) -> String {
    let stem = rotation_of(file_name).stem;
    let mut service = stem.as_str();
    while let Some((rest, extension)) = service.rsplit_once('.') {
        let known = ["log", "logs", "txt", "json", "jsonl", "ndjson", "csv", "tsv", "out", "err", "tar"];
        if rest.is_empty() || !known.contains(&extension.to_ascii_lowercase().as_str()) {
            break;
        }
        service = rest;
    }
    service.to_owned()
}

fn without_packing(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((rest, last)) if !rest.is_empty() && PACKED.contains(&last.to_ascii_lowercase().as_str()) => {
            rest
        }
        _ => name,
    }
}

/// `app.3.log`, left of `app.2024-01-15.3.log`, is the third file of that day.
fn without_inner_count(stem: String) -> (String, u64) {
    let mut pieces: Vec<&str> = stem.split('.').collect();
    let at = pieces.len().saturating_sub(2);
    match pieces.get(at).map(|piece| piece.parse::<u64>()) {
        Some(Ok(count)) if at > 0 => {
            pieces.remove(at);
            (pieces.join("."), count)
        }
        _ => (stem, 0),
    }
}

/// Takes a date out of a name: `app.log-20240115`, `app.log.2024-01-15`, `app-2024-01-15.log`, `app-2024-01-15-10.log`.
fn dated(name: &str) -> Option<(String, String)> {
    let bytes = name.as_bytes();
    for (at, _) in name.match_indices(['.', '-', '_']).filter(|(at, _)| *at > 0) {
        let rest = bytes.get(at + 1..)?;
        let Some(length) = date_length(rest) else { continue };
        let (date, tail) = (name.get(at + 1..at + 1 + length)?, name.get(at + 1 + length..)?);
        if tail.is_empty() || tail.starts_with('.') {
            let digits = date.chars().filter(char::is_ascii_digit).collect();
            return Some((format!("{}{tail}", name.get(..at)?), digits));
        }
    }
    None
}

/// Length of a date (`YYYYMMDD` or `YYYY-MM-DD`, and perhaps hours to seconds) at the start of `bytes`.
fn date_length(bytes: &[u8]) -> Option<usize> {
    let digits = |from: usize, n: usize| {
        bytes.get(from..from + n).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let split = |at: usize| matches!(bytes.get(at), Some(b'-' | b'_' | b'.'));
    let mut length = if digits(0, 4) && split(4) && digits(5, 2) && split(7) && digits(8, 2) {
        10
    } else if digits(0, 8) {
        8
    } else {
        return None;
    };
    let plausible = matches!(bytes.get(..2), Some(b"19" | b"20"));
    for clock in [6, 4, 2] {
        let gap = usize::from(matches!(bytes.get(length), Some(b'-' | b'_' | b'T')));
        if digits(length + gap, clock) && !digits(length + gap, clock + 1) {
            length += gap + clock;
            break;
        }
    }
    (plausible && !digits(length, 1)).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("app.log", "app.log", Age::Current)]
    #[case("app.log.1", "app.log", Age::Counted(1))]
    #[case("app.log.12.gz", "app.log", Age::Counted(12))]
    #[case("app.log-20240115", "app.log", Age::Dated("20240115".into(), 0))]
    #[case("app.log-20240115.zst", "app.log", Age::Dated("20240115".into(), 0))]
    #[case("app.log.2024-01-15", "app.log", Age::Dated("20240115".into(), 0))]
    #[case("app-2024-01-15.log", "app.log", Age::Dated("20240115".into(), 0))]
    #[case("app.2024-01-15.3.log", "app.log", Age::Dated("20240115".into(), 3))]
    #[case("app-2024-01-15-10.log.gz", "app.log", Age::Dated("2024011510".into(), 0))]
    #[case("app.log.2024-01-15.3.gz", "app.log", Age::Dated("20240115".into(), 3))]
    #[case("2024-01-15_10_log.csv.gz", "2024-01-15_10_log.csv", Age::Current)]
    #[case("build-12345678.log", "build-12345678.log", Age::Current)]
    #[case(".1", ".1", Age::Current)]
    fn the_name_says_when_a_file_was_rotated(#[case] name: &str, #[case] stem: &str, #[case] age: Age) {
        assert_eq!(rotation_of(name), Rotation { stem: stem.into(), age });
    }

    #[test]
    fn rotated_parts_sort_oldest_first() {
        let mut names =
            ["a.log", "a.log.1", "a.log.10.gz", "a.log.2.gz", "a.log-20240201", "a.log-20240115.gz"];
        names.sort_by_key(|name| rotation_of(name).age);
        assert_eq!(
            names,
            ["a.log-20240115.gz", "a.log-20240201", "a.log.10.gz", "a.log.2.gz", "a.log.1", "a.log"]
        );
    }

    #[rstest]
    #[case("checkout.log.2.gz", "checkout")]
    #[case("checkout-2024-01-15.json.gz", "checkout")]
    #[case("syslog", "syslog")]
    #[case("nginx.access.log", "nginx.access")]
    #[case(".log", ".log")]
    fn the_service_of_a_file_is_its_stem(#[case] name: &str, #[case] service: &str) {
        assert_eq!(service_of(name), service);
    }
}
