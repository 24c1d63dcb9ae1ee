//! How deep a service sits in the call graph, as far as the order of records tells: callers speak before the services
//! they call. Decides ties only: of two services with equal evidence the deeper one is the likelier origin.

use super::Side;

/// Mean position (0 = first) of a service's first record among the services of a group, by service number.
pub(super) fn depths(side: &Side<'_>, groups: &[&[u32]], services: usize) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); services];
    let mut seen: Vec<u32> = Vec::new();
    for group in groups {
        seen.clear();
        for &index in *group {
            let service = side.events[index as usize].service;
            if !seen.contains(&service) {
                if let Some((sum, count)) = sums.get_mut(service as usize) {
                    *sum += seen.len() as f64;
                    *count += 1.0;
                }
                seen.push(service);
            }
        }
    }
    sums.into_iter().map(|(sum, count)| if count > 0.0 { sum / count } else { 0.0 }).collect()
}
