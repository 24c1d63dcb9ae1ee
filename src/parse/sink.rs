//! Where named values of a record go: nowhere in the hot loop, into a list for `fields`.

use crate::domain::Field;

/// Takes named values in source order.
pub(super) trait Sink {
    /// Whether values are wanted at all; lets the hot loop skip building them.
    const WANTED: bool;

    /// One value; neither name nor value is trusted to be UTF-8.
    fn put(&mut self, name: &[u8], value: &[u8]);
}

/// Drops everything.
#[derive(Debug)]
pub(super) struct Nowhere;

impl Sink for Nowhere {
    const WANTED: bool = false;

    fn put(&mut self, _name: &[u8], _value: &[u8]) {}
}

/// Most fields kept of one record.
const MOST: usize = 512;

impl Sink for Vec<Field> {
    const WANTED: bool = true;

    fn put(&mut self, name: &[u8], value: &[u8]) {
        if self.len() < MOST {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            self.push(Field { name: text(name), value: text(value) });
        }
    }
}
