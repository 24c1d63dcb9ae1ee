//! People and places: card numbers, e-mail addresses and, when asked for, IP addresses.

use super::{Found, SecretKind as Kind};
use rustc_hash::FxHashMap;
use std::net::Ipv4Addr;

/// Adds card numbers and e-mail addresses, and IP addresses if wanted.
pub(super) fn find(text: &[u8], addresses: bool, found: &mut Vec<Found>) {
    cards(text, found);
    for at in memchr::memchr_iter(b'@', text) {
        found.extend(email(text, at));
    }
    if addresses {
        ipv4(text, found);
    }
}

/// Fewest characters of a card number.
const SHORTEST_CARD: usize = 13;

/// Card numbers: 13 to 19 digits, bare or in groups, of a known issuer and with a right check digit.
fn cards(text: &[u8], found: &mut Vec<Found>) {
    let part = |at: usize| text.get(at).is_some_and(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-'));
    let mut at = SHORTEST_CARD - 1;
    while at < text.len() {
        // Any 13 characters of a number hold this one: most text is skipped 13 bytes at a time.
        if !part(at) {
            at += SHORTEST_CARD;
            continue;
        }
        let back = (0..=at).rev().take_while(|&i| part(i)).count();
        let start = at + 1 - back;
        let len = (start..text.len()).take_while(|&i| part(i)).count();
        if len >= SHORTEST_CARD {
            run_of_cards(text, start, start + len, found);
        }
        at = start + len + SHORTEST_CARD;
    }
}

fn run_of_cards(text: &[u8], start: usize, end: usize, found: &mut Vec<Found>) {
    let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = start;
    while at + SHORTEST_CARD <= end {
        let negative = at.checked_sub(2).and_then(|b| text.get(b..at)) == Some(b"_-");
        let begins = digit(at) && !negative && !at.checked_sub(1).is_some_and(|b| bound(text, b) || digit(b));
        match begins.then(|| card_len(text, at, end)).flatten() {
            Some(len) => {
                found.push(Found { range: at..at + len, kind: Kind::Card });
                at += len;
            }
            None => at += 1,
        }
    }
}

/// Whether the character ties digits to a longer word or number.
fn bound(text: &[u8], at: usize) -> bool {
    text.get(at).is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'.' | b'/' | b'#' | b'+'))
}

fn card_len(text: &[u8], start: usize, end: usize) -> Option<usize> {
    const GROUPINGS: [&[usize]; 6] = [&[16], &[4, 4, 4, 4], &[15], &[4, 6, 5], &[14], &[4, 6, 4]];
    const RARE: [&[usize]; 4] = [&[13], &[19], &[4, 4, 4, 4, 3], &[18]];
    GROUPINGS.iter().chain(&RARE).find_map(|groups| {
        let mut at = start;
        let mut digits = Vec::with_capacity(19);
        let mut separator = None;
        for (n, &group) in groups.iter().enumerate() {
            if n > 0 {
                let here = *text.get(at)?;
                if here.is_ascii_digit() || *separator.get_or_insert(here) != here {
                    return None;
                }
                at += 1;
            }
            let part = text.get(at..at + group)?;
            if !part.iter().all(u8::is_ascii_digit) {
                return None;
            }
            digits.extend(part.iter().map(|b| b - b'0'));
            at += group;
        }
        let after_digit = text.get(at).is_some_and(u8::is_ascii_digit);
        let dashed = text.get(at) == Some(&b'-') && text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
        let decimal = text.get(at) == Some(&b'.') && text.get(at + 1).is_some_and(u8::is_ascii_digit);
        let tied = text.get(at).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
        let alone = at <= end && !after_digit && !dashed && !decimal && !tied;
        (alone && is_issued(&digits) && luhn(&digits)).then_some(at - start)
    })
}

/// Issuer prefixes and the lengths they use.
fn is_issued(digits: &[u8]) -> bool {
    let lead = |n: usize| digits.iter().take(n).fold(0u32, |sum, &d| sum * 10 + u32::from(d));
    let varied = digits.iter().any(|d| Some(d) != digits.first());
    varied
        && match digits.len() {
            13 => lead(1) == 4,
            14 => matches!(lead(3), 300..=305) || matches!(lead(2), 36 | 38 | 39),
            15 => matches!(lead(2), 34 | 37),
            16 => {
                lead(1) == 4
                    || matches!(lead(2), 51..=55 | 65 | 62)
                    || matches!(lead(4), 2221..=2720 | 6011 | 3528..=3589)
                    || matches!(lead(3), 644..=649)
            }
            18 | 19 => lead(2) == 62,
            _ => false,
        }
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(n, &d)| {
            let d = u32::from(d);
            match (n % 2, d) {
                (0, d) => d,
                (_, d) if d > 4 => d * 2 - 9,
                (_, d) => d * 2,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Last labels of names that are machines or units, not mail domains.
const NOT_MAIL: &[&str] = &[
    "cluster",
    "device",
    "internal",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "mount",
    "path",
    "scope",
    "service",
    "slice",
    "socket",
    "svc",
    "target",
    "timer",
];

/// The e-mail address around an `@`.
fn email(text: &[u8], at: usize) -> Option<Found> {
    const LONGEST_LOCAL: usize = 64;
    let before = text.get(at.saturating_sub(LONGEST_LOCAL)..at)?;
    let part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'+' | b'-');
    let local = before.iter().rev().take_while(|b| part(b)).count();
    let mut start = at - local;
    // The letter of a `\n` in escaped text is no part of the address.
    if start.checked_sub(1).and_then(|b| text.get(b)) == Some(&b'\\') && at - start > 1 {
        start += 1;
    }
    let name = text.get(start..at)?;
    let rest = text.get(at + 1..)?;
    let domain =
        rest.iter().take(253).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-')).count();
    let domain = rest.get(..domain)?.trim_ascii_end();
    let domain = domain.strip_suffix(b".").unwrap_or(domain);
    let dot = domain.iter().rposition(|&b| b == b'.')?;
    let last = str::from_utf8(domain.get(dot + 1..)?).ok()?.to_ascii_lowercase();
    let good = !name.is_empty()
        && name != b"git"
        && dot > 0
        && (2..=24).contains(&last.len())
        && last.bytes().all(|b| b.is_ascii_lowercase())
        && !NOT_MAIL.contains(&last.as_str())
        && rest.get(domain.len()) != Some(&b':')
        && name.first().is_some_and(u8::is_ascii_alphanumeric);
    good.then(|| Found { range: start..at + 1 + domain.len(), kind: Kind::Email })
}

/// Dotted addresses that are not part of a longer number, without loopback and the unspecified address.
fn ipv4(text: &[u8], found: &mut Vec<Found>) {
    let part = |b: &u8| b.is_ascii_digit() || *b == b'.';
    let mut at = 0;
    while let Some(start) =
        text.get(at..).and_then(|rest| rest.iter().position(u8::is_ascii_digit)).map(|p| p + at)
    {
        let len = text.get(start..).unwrap_or_default().iter().take_while(|b| part(b)).count();
        at = start + len;
        let value = text.get(start..at).unwrap_or_default();
        let value = value.strip_suffix(b".").unwrap_or(value);
        let tied = start
            .checked_sub(1)
            .and_then(|b| text.get(b))
            .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'#'));
        let Some(ip) = str::from_utf8(value).ok().and_then(|v| v.parse::<Ipv4Addr>().ok()) else { continue };
        if !tied && !ip.is_loopback() && !ip.is_unspecified() {
            found.push(Found { range: start..start + value.len(), kind: Kind::Ip });
        }
    }
}

/// Numbers for networks (/24) and for hosts within them.
#[derive(Debug, Default)]
pub(super) struct Networks {
    numbers: FxHashMap<[u8; 3], (u32, FxHashMap<u8, u32>)>,
}

impl Networks {
    /// `<ip#2.7>`: the second network seen, its seventh host.
    pub(super) fn stand_in(&mut self, value: &str) -> String {
        let octets = value.parse::<Ipv4Addr>().map_or([0; 4], |ip| ip.octets());
        let [a, b, c, d] = octets;
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX).saturating_add(1);
        let (network, hosts) = self.numbers.entry([a, b, c]).or_insert_with(|| (next, FxHashMap::default()));
        let next = u32::try_from(hosts.len()).unwrap_or(u32::MAX).saturating_add(1);
        let host = *hosts.entry(d).or_insert(next);
        format!("<ip#{network}.{host}>")
    }
}
