//! How long requests took.

/// Times of finished requests, in milliseconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Times {
    /// Last comparison.
    pub broke: Option<f64>,
    /// Finished searches, the last ones.
    pub searches: Vec<f64>,
    /// Last answer.
    pub ask: Option<f64>,
    /// Questions asked.
    pub asked: usize,
}

impl Times {
    /// The time within which 95 of 100 searches ended.
    #[must_use]
    pub fn search_p95(&self) -> Option<f64> {
        let mut sorted = self.searches.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get((sorted.len() * 95).div_ceil(100).checked_sub(1)?).copied()
    }
}
