//! One JSON object as a record: its deciding members gathered, its fields listed, its text made up where it has no
//! message.

use super::gather::Gathered;
use super::json::{Members, Step, Value, unescape};
use super::keys::{KeyMemo, Meaning, meaning};
use super::sink::Sink;
use super::time::DayOrder;

/// Objects inside objects that are looked at for deciding members.
const NESTED: usize = 3;
/// Objects inside objects whose members become fields of their own; deeper ones stay JSON text.
const FLATTENED: usize = 8;

/// Gathers the members of `text`. `cut_off`: the line was longer than what is looked at, so a missing end is fine.
///
/// `None` if this is no object (see [`Members`]) or an empty one.
pub(super) fn read<'l, S: Sink>(
    text: &'l [u8],
    cut_off: bool,
    memo: &mut KeyMemo,
    order: DayOrder,
    sink: &mut S,
) -> Option<Gathered<'l, Value<'l>>> {
    let mut members = Members::new(text);
    let mut gathered = Gathered::new();
    let mut index = 0;
    loop {
        match members.step() {
            Step::Member(name, value) => {
                let found = memo.meaning(index, name);
                let value = if let Some(Meaning::Message(_)) = found { value.as_message() } else { value };
                if let Some(found) = found {
                    gather(&mut gathered, found, name, value, order, NESTED);
                }
                if S::WANTED
                    && !matches!(
                        (found, value),
                        (Some(Meaning::Message(_)), Value::Text(_) | Value::Bytes(_))
                    )
                {
                    flatten(&unescape(name), value, FLATTENED, sink);
                }
                index += 1;
            }
            Step::End => return (index > 0).then_some(gathered),
            Step::Broken => {
                let cut = cut_off && members.broke_in_value();
                return (cut && gathered.message.is_some()).then_some(gathered);
            }
        }
    }
}

/// Takes one member, or the members of an object whose name says that they count.
fn gather<'l>(
    gathered: &mut Gathered<'l, Value<'l>>,
    found: Meaning,
    path: &[u8],
    value: Value<'l>,
    order: DayOrder,
    depth: usize,
) {
    match (found, value) {
        (_, Value::Null) => {}
        (Meaning::Message(rank), Value::Text(_) | Value::Bytes(_)) => gathered.take_message(rank, value),
        (_, Value::Object(object)) => {
            if let Meaning::Message(_) = found {
                gathered.take_message(1, value);
            }
            let mut members = Members::new(object);
            while let (true, Step::Member(name, value)) = (depth > 0, members.step()) {
                let path = [path, b".", name].concat();
                if let Some(found) = meaning(&path) {
                    gather(gathered, found, &path, value, order, depth - 1);
                }
            }
        }
        (Meaning::Message(_), _) => gathered.take_message(1, value),
        (_, Value::Array(_)) => {}
        _ => gathered.take(found, || value.text(), order),
    }
}

/// Lists a value; members of objects get dotted names.
fn flatten<S: Sink>(path: &[u8], value: Value<'_>, depth: usize, sink: &mut S) {
    if let (Value::Object(object), true) = (value, depth > 0) {
        let mut members = Members::new(object);
        while let Step::Member(name, value) = members.step() {
            flatten(&[path, b".", &unescape(name)].concat(), value, depth - 1, sink);
        }
    } else {
        sink.put(path, &value.text());
    }
}

/// A record without a message as `name=value` pairs, without its time, level and service.
pub(super) fn render(text: &[u8], memo: &mut KeyMemo) -> Vec<u8> {
    let mut pairs = Pairs { out: Vec::with_capacity(text.len()) };
    let mut members = Members::new(text);
    let mut index = 0;
    while let Step::Member(name, value) = members.step() {
        let skipped = matches!(
            memo.meaning(index, name),
            Some(Meaning::Time(_) | Meaning::Level(_) | Meaning::Service(_) | Meaning::Replica(_))
        );
        if (!skipped || matches!(value, Value::Object(_))) && value != Value::Null {
            flatten(&unescape(name), value, FLATTENED, &mut pairs);
        }
        index += 1;
    }
    pairs.out
}

/// Writes pairs as text; values with blanks are quoted.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    pub(super) out: Vec<u8>,
}

impl Sink for Pairs {
    const WANTED: bool = true;

    fn put(&mut self, name: &[u8], value: &[u8]) {
        if !self.out.is_empty() {
            self.out.push(b' ');
        }
        self.out.extend_from_slice(name);
        self.out.push(b'=');
        let quoted = value.is_empty() || value.iter().any(u8::is_ascii_whitespace);
        if quoted {
            self.out.push(b'"');
        }
        self.out.extend(value.iter().map(|b| if matches!(b, b'\n' | b'\r') { b' ' } else { *b }));
        if quoted {
            self.out.push(b'"');
        }
    }
}
