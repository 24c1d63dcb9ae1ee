//! The one order records are browsed in: by time over all sources, in file order inside one time.
//!
//! A place in it is a number from 0 to the number of records. Where record numbers are in time order already, as in a
//! single file, places are record numbers and nothing is kept; otherwise 4 bytes per record, made when first needed.

use super::record::RecordNo;
use super::store::Store;
use crate::domain::Timestamp;
use std::sync::OnceLock;

/// Record numbers by place; empty until it is needed.
pub(super) type Order = OnceLock<Box<[u32]>>;

impl Store {
    fn order(&self) -> Option<&[u32]> {
        (!self.in_time_order).then(|| &**self.order.get_or_init(|| self.sorted()))
    }

    fn sorted(&self) -> Box<[u32]> {
        let mut keyed: Vec<(Timestamp, u32)> = Vec::with_capacity(self.index.records as usize);
        let mut carried = (u32::MAX, Timestamp::MIN);
        for segment in &self.index.segments {
            let source = self.parts.get(segment.part as usize).map_or(0, |part| part.source);
            if carried.0 != source {
                carried = (source, Timestamp::MIN);
            }
            for (i, no) in (0..segment.len()).zip(segment.first..) {
                carried.1 = segment.times.at(i).unwrap_or(carried.1);
                keyed.push((carried.1, no));
            }
        }
        keyed.sort();
        keyed.into_iter().map(|(_, no)| no).collect()
    }

    /// Whether places are record numbers.
    pub(super) fn places_are_numbers(&self) -> bool {
        self.in_time_order
    }

    /// The record at a place.
    pub(super) fn record_at(&self, place: u32) -> Option<RecordNo> {
        match self.order() {
            Some(order) => order.get(place as usize).copied().map(RecordNo),
            None => (place < self.index.records).then_some(RecordNo(place)),
        }
    }

    /// The place of a record.
    pub(super) fn place_of(&self, no: RecordNo) -> u32 {
        let Some(order) = self.order() else { return no.0 };
        let key = (self.time_at(no), no.0);
        let before = order.partition_point(|&other| (self.time_at(RecordNo(other)), other) < key);
        u32::try_from(before).unwrap_or(u32::MAX)
    }

    /// The place of the first record at or after a time.
    pub(super) fn place_at(&self, ts: Timestamp) -> u32 {
        if let Some(order) = self.order() {
            let before = order.partition_point(|&no| self.time_at(RecordNo(no)) < ts);
            return u32::try_from(before).unwrap_or(u32::MAX);
        }
        // Segments without any time lie between the others: they are passed over, not compared.
        let mut timed = self.index.segments.iter().filter(|segment| segment.span.is_some());
        let found = timed.find(|segment| segment.span.is_some_and(|(_, last)| ts <= last));
        let Some(segment) = found else { return self.index.records };
        let within = (0u32..).zip(0..segment.len());
        let first = within.into_iter().find(|&(_, i)| segment.times.at(i).is_some_and(|own| ts <= own));
        segment.first + first.map_or(0, |(i, _)| i)
    }
}
