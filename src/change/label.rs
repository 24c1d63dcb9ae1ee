//! Tells threads from labels.
//!
//! A bracket beside the level may hold a thread (`[worker-3]`) or a word of the code (`[createOrder]`). A thread runs many
//! steps and a step runs on many threads; a word of the code goes with its own few steps. Streams cut by the latter
//! would fall apart, so such a word becomes part of the step instead.

use super::{Event, Side};
use rustc_hash::{FxHashMap, FxHashSet};

/// Share of frequent templates that have to stay with at most two values.
const BOUND: f64 = 0.6;
/// Records that make a template frequent.
const FREQUENT: usize = 4;

/// Services whose span column names places in the code, judged by the records that belong to no request.
pub(super) fn labelled(sides: [&[Event]; 2]) -> FxHashSet<u32> {
    let mut templates: FxHashMap<(u32, u32), (usize, FxHashSet<u64>)> = FxHashMap::default();
    let mut spans: FxHashMap<u32, FxHashSet<u64>> = FxHashMap::default();
    for event in sides.into_iter().flatten().filter(|event| event.request == 0 && event.span != 0) {
        let (count, values) = templates.entry((event.service, event.template)).or_default();
        *count += 1;
        if values.len() <= 2 {
            values.insert(event.span);
        }
        let all = spans.entry(event.service).or_default();
        if all.len() <= FREQUENT {
            all.insert(event.span);
        }
    }
    let mut bound: FxHashMap<u32, (f64, f64)> = FxHashMap::default();
    for ((service, _), (count, values)) in templates {
        if count >= FREQUENT {
            let (few, all) = bound.entry(service).or_default();
            *few += f64::from(u8::from(values.len() <= 2));
            *all += 1.0;
        }
    }
    // With one or two values there is nothing to tell apart, and cutting by them does no harm.
    let several = |service: &u32| spans.get(service).is_some_and(|all| all.len() > 2);
    let labels = bound.into_iter().filter(|(service, (few, all))| few / all >= BOUND && several(service));
    labels.map(|(service, _)| service).collect()
}

/// The events with the labels of these services taken out of the span column.
pub(super) fn without_labels(side: &Side<'_>, labelled: &FxHashSet<u32>) -> Vec<Event> {
    let plain = |event: &Event| {
        let is_label = event.request == 0 && labelled.contains(&event.service);
        Event { span: if is_label { 0 } else { event.span }, ..*event }
    };
    side.events.iter().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(span_of: impl Fn(u32) -> u64) -> Vec<Event> {
        (0..200).map(|n| Event { template: n % 10, span: span_of(n), ..Event::default() }).collect()
    }

    #[test]
    fn a_word_that_goes_with_its_own_steps_is_a_label_and_a_worker_is_not() {
        let words = events(|n| u64::from(n % 10 / 2) + 1);
        let workers = events(|n| u64::from(n / 10 % 5) + 1);
        assert!(labelled([&words, &[]]).contains(&0));
        assert!(labelled([&workers, &[]]).is_empty());
    }
}
