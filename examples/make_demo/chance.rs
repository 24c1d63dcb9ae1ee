//! Repeatable chance: the same seed gives the same incident on every machine.
//!
//! Integer arithmetic only, because the last digit of a floating-point sine differs between platforms.

/// A small generator (SplitMix64).
#[derive(Clone, Debug)]
pub(crate) struct Chance {
    state: u64,
}

impl Chance {
    /// A stream of its own for one concern, so that changing one part of the story leaves the others alone.
    pub(crate) fn new(seed: u64, concern: &str) -> Self {
        let state = concern.bytes().fold(seed ^ 0x9e37_79b9, |hash, b| {
            (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3).rotate_left(17)
        });
        Self { state }
    }

    /// The next 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        (self.bits() >> 11) % end.max(1)
    }

    /// A number in `low..high`.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low).unsigned_abs()).cast_signed()
    }

    /// True in `n` of `of` cases.
    pub(crate) fn hits(&mut self, n: u64, of: u64) -> bool {
        self.below(of) < n
    }

    /// One of several.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[usize::try_from(self.below(from.len() as u64)).unwrap_or(0)]
    }

    /// A duration like a real one: mostly near `typical`, sometimes several times that.
    pub(crate) fn took(&mut self, typical: i64) -> i64 {
        let body = self.between(typical * 6 / 10, typical * 13 / 10 + 1);
        if self.hits(1, 14) { body + self.between(0, typical * 3) } else { body }
    }
}

/// A rate that wanders smoothly: arrivals in slots of 50 ms, so at most 20 a second.
#[derive(Debug)]
pub(crate) struct Arrivals {
    chance: Chance,
    /// Percent of the base rate at each full minute, joined by straight lines.
    knots: Vec<i64>,
    slot: i64,
}

impl Arrivals {
    /// Milliseconds per slot.
    const SLOT: i64 = 50;

    /// Arrivals over `minutes` minutes.
    pub(crate) fn new(seed: u64, concern: &str, minutes: usize) -> Self {
        let mut chance = Chance::new(seed, concern);
        let knots = (0..minutes + 2).map(|_| chance.between(82, 119)).collect();
        Self { chance, knots, slot: 0 }
    }

    /// The next arrival, in milliseconds from the start; `per_minute` is asked for the rate at each moment.
    pub(crate) fn next(&mut self, end: i64, per_minute: impl Fn(i64) -> i64) -> Option<i64> {
        loop {
            let at = self.slot * Self::SLOT;
            if at >= end {
                return None;
            }
            self.slot += 1;
            let (minute, within) = (at / 60_000, at % 60_000);
            let knot = usize::try_from(minute).unwrap_or(0);
            let (from, to) = (self.knots[knot], self.knots[knot + 1]);
            let percent = from + (to - from) * within / 60_000;
            // rate per slot in millionths: per_minute * percent / 100 / 1200 slots
            let millionths = per_minute(at) * percent * 1_000_000 / 100 / 1_200;
            if self.chance.hits(millionths.max(0).unsigned_abs(), 1_000_000) {
                return Some(at + self.chance.between(0, Self::SLOT));
            }
        }
    }
}
