//! Conditions on named values: parsed fields, typed slots, and the word before a slot.

use super::{RecordView, SlotView};
use crate::pattern::SlotKind;
use crate::query::units::unit_in_name;
use crate::query::{Comparison, Dimension, Quantity, Test};

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
    let named = kind == Some(slot.kind) || slot.label.eq_ignore_ascii_case(name);
    if named && value_fits(slot.value, slot.label, test) {
        return true;
    }
    let has_port = matches!(slot.kind, SlotKind::Ip | SlotKind::Host);
    has_port
        && name.eq_ignore_ascii_case("port")
        && split_port(slot.value).is_some_and(|(_, port)| value_fits(port, "", test))
}

fn field_fits(field: &str, value: &[u8], name: &str, kind: Option<SlotKind>, test: &Test) -> bool {
    if is_named(field, name) {
        return value_fits(value, field, test);
    }
    // A field whose value is a duration or size counts as a slot of that type (`elapsed_ms: 5200` for `duration>5s`).
    let dimension = match kind {
        Some(SlotKind::Duration) => Dimension::Duration,
        Some(SlotKind::Size) => Dimension::Size,
        _ => return false,
    };
    quantity(value, field).is_some_and(|q| q.dimension == dimension) && value_fits(value, field, test)
}

/// The whole name, the last component of a dotted one, or either without its unit; letter case ignored.
fn is_named(field: &str, name: &str) -> bool {
    let last = field.rsplit('.').next().unwrap_or(field);
    let base = unit_in_name(last).map_or(last, |(base, _, _)| base);
    [field, last, base].iter().any(|own| own.eq_ignore_ascii_case(name))
}

fn quantity(value: &[u8], name: &str) -> Option<Quantity> {
    Some(Quantity::parse(std::str::from_utf8(value).ok()?)?.with_unit_of_name(name))
}

fn value_fits(value: &[u8], name: &str, test: &Test) -> bool {
    match test {
        Test::Exists => !value.is_empty(),
        Test::Is(glob) => forms(value).any(|form| glob.matches(form)),
        Test::IsNot(glob) => !forms(value).any(|form| glob.matches(form)),
        Test::Compare(comparison, wanted) => {
            let found = quantity(value, name).and_then(|own| own.compare(wanted));
            match found {
                Some(ordering) => comparison.accepts(ordering),
                None => *comparison == Comparison::Unequal && !value.is_empty(),
            }
        }
    }
}

/// The value, without what encloses it, and without its port.
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
    std::iter::once(value).chain(bare_form).chain(split_port(bare).map(|(host, _)| host))
}

/// `host:port` in two; `None` for anything else (IPv6 addresses have more colons).
fn split_port(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memchr(b':', value)?;
    let (host, port) = (&value[..colon], &value[colon + 1..]);
    let fits = !host.is_empty() && (1..=5).contains(&port.len()) && port.iter().all(u8::is_ascii_digit);
    fits.then_some((host, port))
}
