//! How deep a service sits in the call graph, as far as the order of records tells: callers speak before the services
//! they call. Decides ties only: of two services with equal evidence the deeper one is the likelier origin.

use super::Side;
use super::episode::Episodes;

/// Longest silence inside a burst of the whole stream, ns.
const IDLE: i64 = 100_000_000;

/// Mean position (0 = first) of a service's first record among the services of a request, by service number.
pub(super) fn depths(side: &Side<'_>, episodes: &Episodes, services: usize) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); services];
    let mut seen: Vec<u32> = Vec::new();
    let mut take = |events: &[u32]| {
        seen.clear();
        for &index in events {
            let service = side.events[index as usize].service;
            if !seen.contains(&service) {
                if let Some((sum, count)) = sums.get_mut(service as usize) {
                    *sum += seen.len() as f64;
                    *count += 1.0;
                }
                seen.push(service);
            }
        }
    };
    let requests = &episodes.list[..episodes.requests];
    requests.iter().for_each(|request| take(&episodes.order[request.steps.clone()]));
    let rest = episodes.list[episodes.requests..].iter().flat_map(|e| &episodes.order[e.steps.clone()]);
    let mut rest: Vec<u32> = rest.copied().collect();
    rest.sort_unstable_by_key(|&index| (side.events[index as usize].time, index));
    let time = |index: u32| side.events[index as usize].time;
    rest.chunk_by(|&a, &b| time(b).saturating_sub(time(a)) <= IDLE).for_each(take);
    sums.into_iter().map(|(sum, count)| if count > 0.0 { sum / count } else { 0.0 }).collect()
}
