//! The statistics every finding is judged by: the 2x2 G statistic, its tail probability, false-discovery control.
//!
//! Counts may be fractions (a request that passes one place several times weighs one in total).

/// Two rates side by side: `a` of `n` now, `y` of `m` before.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Table {
    pub(super) a: f64,
    pub(super) n: f64,
    pub(super) y: f64,
    pub(super) m: f64,
}

impl Table {
    /// Rate now.
    pub(super) fn now(&self) -> f64 {
        if self.n > 0.0 { self.a / self.n } else { 0.0 }
    }

    /// Rate before.
    pub(super) fn before(&self) -> f64 {
        if self.m > 0.0 { self.y / self.m } else { 0.0 }
    }

    /// Rate now minus rate before.
    pub(super) fn effect(&self) -> f64 {
        self.now() - self.before()
    }

    /// Log-likelihood ratio statistic of equal rates (G, one degree of freedom).
    pub(super) fn g(&self) -> f64 {
        let total = self.n + self.m;
        if self.n <= 0.0 || self.m <= 0.0 {
            return 0.0;
        }
        let hits = self.a + self.y;
        let cell = |observed: f64, margin: f64, group: f64| {
            if observed > 0.0 { observed * (observed * total / (margin * group)).ln() } else { 0.0 }
        };
        let misses = total - hits;
        let sum = cell(self.a, hits, self.n)
            + cell(self.n - self.a, misses, self.n)
            + cell(self.y, hits, self.m)
            + cell(self.m - self.y, misses, self.m);
        (2.0 * sum).max(0.0)
    }

    /// Probability of a difference at least this large by chance, for independent units.
    pub(super) fn p(&self) -> f64 {
        chi2_tail(self.corrected().g())
    }

    /// The table half a count nearer to equal rates (Yates 1934), which keeps sparse tables honest.
    pub(super) fn corrected(&self) -> Self {
        let expected = (self.a + self.y) * self.n / (self.n + self.m);
        let shift = (self.a - expected).abs().min(0.5).copysign(self.a - expected);
        Self { a: self.a - shift, y: self.y + shift, ..*self }
    }
}

/// Upper tail of chi-square with one degree of freedom.
pub(super) fn chi2_tail(x: f64) -> f64 {
    if x <= 0.0 { 1.0 } else { erfc((x / 2.0).sqrt()) }
}

/// Upper tail for a statistic divided by a dispersion that was estimated with `freedom` degrees of freedom: Student's t
/// squared, by Wallace's normal approximation (1959).
pub(super) fn scaled_tail(x: f64, freedom: f64) -> f64 {
    let nu = freedom.max(1.0);
    let z = (8.0 * nu + 1.0) / (8.0 * nu + 3.0) * (nu * (x / nu).ln_1p()).sqrt();
    chi2_tail(z * z)
}

/// G of two Poisson counts over different spans of time.
pub(super) fn poisson_g(a: f64, time_a: f64, y: f64, time_y: f64) -> f64 {
    let rate = (a + y) / (time_a + time_y);
    let part = |count: f64, time: f64| {
        let expected = rate * time;
        if count > 0.0 { count * (count / expected).ln() - (count - expected) } else { expected }
    };
    (2.0 * (part(a, time_a) + part(y, time_y))).max(0.0)
}

/// Complementary error function for `x >= 0`, relative error below 1.2e-7 (Numerical Recipes, 2nd ed., 6.2).
fn erfc(x: f64) -> f64 {
    const C: [f64; 10] = [
        -1.265_512_23,
        1.000_023_68,
        0.374_091_96,
        0.096_784_18,
        -0.186_288_06,
        0.278_868_07,
        -1.135_203_98,
        1.488_515_87,
        -0.822_152_23,
        0.170_872_77,
    ];
    let t = 1.0 / (1.0 + 0.5 * x);
    let series = C.iter().rev().fold(0.0, |sum, c| sum * t + c);
    t * (series - x * x).exp()
}

/// Turns probabilities into q values (Benjamini and Hochberg 1995); `extra` further tests that cannot pass are counted.
pub(super) fn false_discovery(p: &[f64], extra: usize) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&i, &j| p[i].total_cmp(&p[j]));
    let tests = (p.len() + extra) as f64;
    let mut q = vec![1.0; p.len()];
    let mut lowest = 1.0f64;
    for (rank, &i) in order.iter().enumerate().rev() {
        lowest = lowest.min(p[i] * tests / (rank + 1) as f64);
        q[i] = lowest;
    }
    q
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(3.841, 0.05)]
    #[case(6.635, 0.01)]
    #[case(10.828, 0.001)]
    fn the_tail_matches_the_printed_tables(#[case] x: f64, #[case] p: f64) {
        assert!((chi2_tail(x) - p).abs() < p * 1e-2, "{} {p}", chi2_tail(x));
    }

    #[test]
    fn equal_rates_are_no_evidence_and_opposite_rates_are() {
        assert!(Table { a: 5.0, n: 50.0, y: 10.0, m: 100.0 }.g() < 1e-9);
        let table = Table { a: 19.0, n: 19.0, y: 0.0, m: 6.0 };
        assert!((table.g() - 27.554).abs() < 0.01, "{}", table.g());
        assert!(table.p() < 1e-4);
    }

    #[test]
    fn sparse_tables_stay_near_the_exact_test() {
        // Fisher's exact test gives 0.0075 for 2 of 10 against 0 of 100.
        let p = Table { a: 2.0, n: 10.0, y: 0.0, m: 100.0 }.p();
        assert!((0.004..0.03).contains(&p), "{p}");
    }

    #[test]
    fn an_estimated_dispersion_has_the_heavier_tail_of_student() {
        // Two-sided t quantile for 10 degrees of freedom at 0.01 is 3.169.
        let p = scaled_tail(3.169 * 3.169, 10.0);
        assert!((p - 0.01).abs() < 0.0005, "{p}");
        assert!(scaled_tail(9.0, 5.0) > chi2_tail(9.0));
    }

    #[test]
    fn poisson_counts_in_proportion_to_their_time_are_no_evidence() {
        assert!(poisson_g(30.0, 3.0, 10.0, 1.0) < 1e-9);
        assert!(poisson_g(30.0, 3.0, 0.0, 1.0) > 10.0);
    }

    #[test]
    fn q_values_follow_benjamini_and_hochberg() {
        let q = false_discovery(&[0.01, 0.04, 0.03, 0.5], 0);
        let want = [0.04, 0.16 / 3.0, 0.16 / 3.0, 0.5];
        assert!(q.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-12), "{q:?}");
        assert!(false_discovery(&[0.01], 9)[0] > 0.099);
    }
}
