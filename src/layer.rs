//! Decorators over ports: what happens around a call, never inside it.
//!
//! Order, outermost first: meter. (Cache, limit, budget and retry join here when there is something to cache, limit,
//! pay or retry.)

mod meter;

pub use meter::{Metered, Timings};
