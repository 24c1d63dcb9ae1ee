//! Conditions on named values: parsed fields, typed slots, and the word before a slot.

use super::beside::Beside;
use super::{RecordView, SlotView};
use crate::pattern::SlotKind;
use crate::query::units::unit_in_name;
use crate::query::{Comparison, Dimension, Quantity, Test};
use std::cmp::Ordering;

/// Whether a field or slot that goes by `name` satisfies the test.
pub(super) fn satisfies(record: &dyn RecordView, name: &str, test: &Test) -> bool {
    let kind = slot_kind(name);
    record.any_slot(&mut |slot| slot_fits(slot, name, kind, test))
        || record.any_field(&mut |field, value| field_fits(field, value, name, kind, test))
}

/// The slot type a name in a query stands for.
fn slot_kind(name: &str) -> Option<SlotKind> {
    Some(match name.to_ascii_lowercase().as_str() {
        "ip" => SlotKind::Ip,
        "host" => SlotKind::Host,
        "user" => SlotKind::User,
        "path" => SlotKind::Path,
        "url" => SlotKind::Url,
        "uuid" => SlotKind::Uuid,
        "hex" => SlotKind::Hex,
        "number" | "num" => SlotKind::Number,
        "duration" | "dur" => SlotKind::Duration,
        "size" => SlotKind::Size,
        "time" => SlotKind::Time,
        "quoted" => SlotKind::Quoted,
        _ => return None,
    })
}

fn slot_fits(slot: &SlotView<'_>, name: &str, kind: Option<SlotKind>, test: &Test) -> bool {
    let beside = Beside::of(slot.after);
    let labelled = slot.label.eq_ignore_ascii_case(name)
        || beside.names.iter().any(|own| own.eq_ignore_ascii_case(name));
    if (labelled || kind == Some(slot.kind)) && value_fits(slot.value, slot.label, test) {
        return true;
    }
    if let Some(measured) = with_unit(slot.value, beside.unit)
        && (labelled || kind.is_some_and(|kind| measures(kind, &measured)))
        && compare(&measured, test)
    {
        return true;
    }
    if labelled && clock_span(slot.value).is_some_and(|span| compare(&span, test)) {
        return true;
    }
    let has_port = matches!(slot.kind, SlotKind::Ip | SlotKind::Host);
    has_port
        && name.eq_ignore_ascii_case("port")
        && split_port(slot.value).is_some_and(|(_, port)| value_fits(port, "", test))
}

fn field_fits(field: &str, value: &[u8], name: &str, kind: Option<SlotKind>, test: &Test) -> bool {
    if is_named(field, name) {
        return value_fits(value, field, test) || clock_span(value).is_some_and(|span| compare(&span, test));
    }
    // A field whose value is of a type counts as a slot of it (`elapsed_ms: 5200` for `duration>5s`, the client of an
    // access line for `ip:10.0.0.7`).
    let Some(kind) = kind else { return false };
    let alike = match kind {
        SlotKind::Duration | SlotKind::Size => quantity(value, field).is_some_and(|q| measures(kind, &q)),
        _ => looks_like(kind, value),
    };
    alike && value_fits(value, field, test)
}

/// Whether a bare value can only be of this type.
fn looks_like(kind: SlotKind, value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let address = |text: &str| text.parse::<std::net::IpAddr>().is_ok();
    match kind {
        SlotKind::Ip => {
            let host = split_port(value).and_then(|(host, _)| std::str::from_utf8(host).ok());
            address(text) || host.is_some_and(address)
        }
        SlotKind::Path => text.starts_with('/') && !text.contains(char::is_whitespace),
        SlotKind::Url => text.starts_with("http://") || text.starts_with("https://"),
        _ => false,
    }
}

fn measures(kind: SlotKind, quantity: &Quantity) -> bool {
    matches!(
        (kind, quantity.dimension),
        (SlotKind::Duration, Dimension::Duration) | (SlotKind::Size, Dimension::Size)
    )
}

/// The whole name, the last component of a dotted one, or either without its unit; letter case ignored.
fn is_named(field: &str, name: &str) -> bool {
    let last = field.rsplit('.').next().unwrap_or(field);
    let base = unit_in_name(last).map_or(last, |(base, _, _)| base);
    [field, last, base].iter().any(|own| own.eq_ignore_ascii_case(name))
}

fn written(value: &[u8]) -> Option<Quantity> {
    Quantity::parse(std::str::from_utf8(value).ok()?)
}

fn quantity(value: &[u8], name: &str) -> Option<Quantity> {
    Some(written(value)?.with_unit_of_name(name))
}

/// A bare number with the unit that stands behind it in the text.
fn with_unit(value: &[u8], unit: Option<&str>) -> Option<Quantity> {
    let bare = written(value).filter(|own| own.dimension == Dimension::Number)?;
    let unit = Quantity::parse(&format!("1{}", unit?))?;
    Some(Quantity { value: bare.value * unit.value, ..unit })
}

/// `mm:ss` and `h:mm:ss` as a length of time; only where a name says that it is one.
fn clock_span(value: &[u8]) -> Option<Quantity> {
    let text = std::str::from_utf8(value).ok()?;
    let mut seconds = 0.0;
    let mut parts = 0;
    for part in text.split(':') {
        let digits = part.bytes().all(|b| b.is_ascii_digit() || b == b'.') && !part.is_empty();
        let number: f64 = part.parse().ok().filter(|n| digits && (parts == 0 || *n < 60.0))?;
        seconds = seconds * 60.0 + number;
        parts += 1;
    }
    (2..=3).contains(&parts).then_some(Quantity { value: seconds * 1e9, dimension: Dimension::Duration })
}

fn compare(found: &Quantity, test: &Test) -> bool {
    let Test::Compare(comparison, wanted) = test else { return false };
    order(found, wanted).is_some_and(|ordering| comparison.accepts(ordering))
}

/// Order of what was found and what is wanted; a bare number counts bytes where a size was found.
fn order(found: &Quantity, wanted: &Quantity) -> Option<Ordering> {
    let bytes = found.dimension == Dimension::Size && wanted.dimension == Dimension::Number;
    if bytes { found.value.partial_cmp(&wanted.value) } else { found.compare(wanted) }
}

fn value_fits(value: &[u8], name: &str, test: &Test) -> bool {
    match test {
        Test::Exists => !value.is_empty(),
        Test::Is(glob) => forms(value).any(|form| glob.matches(form)),
        Test::IsNot(glob) => !forms(value).any(|form| glob.matches(form)),
        Test::Compare(comparison, wanted) => {
            let with_unit = quantity(value, name).and_then(|own| order(&own, wanted));
            // A bare number is compared with the number as it is written, whatever unit stands beside it.
            let as_written = || order(&Quantity::number(std::str::from_utf8(value).ok()?)?, wanted);
            let found = with_unit.or_else(as_written);
            match found {
                Some(ordering) => comparison.accepts(ordering),
                None => *comparison == Comparison::Unequal && !value.is_empty(),
            }
        }
    }
}

/// The value, without what encloses it, without its port, and a path without its query.
fn forms(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let bare = match value {
        [b'"', inner @ .., b'"']
        | [b'\'', inner @ .., b'\'']
        | [b'[', inner @ .., b']']
        | [b'(', inner @ .., b')'] => inner,
        [b'/', inner @ ..] if inner.first().is_some_and(u8::is_ascii_digit) => inner,
        _ => value,
    };
    let bare_form = (bare.len() != value.len()).then_some(bare);
    let without_query =
        memchr::memchr(b'?', bare).filter(|_| bare.starts_with(b"/")).and_then(|at| bare.get(..at));
    std::iter::once(value).chain(bare_form).chain(split_port(bare).map(|(host, _)| host)).chain(without_query)
}

/// `host:port` in two; `None` for anything else (IPv6 addresses have more colons).
fn split_port(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memchr(b':', value)?;
    let (host, port) = (&value[..colon], &value[colon + 1..]);
    let fits = !host.is_empty() && (1..=5).contains(&port.len()) && port.iter().all(u8::is_ascii_digit);
    fits.then_some((host, port))
}
