//! Numbers from a seed: splitmix64, so that a world is the same on every machine.

/// A stream of numbers that its seed decides.
#[derive(Debug, Clone)]
pub(crate) struct Seed(u64);

impl Seed {
    /// The stream of a seed and what tells it from others of the same seed.
    pub(crate) fn of(seed: u64, parts: &[u64]) -> Self {
        let mut mixed = Self(seed);
        for part in parts {
            mixed.0 = mixed.next() ^ part;
        }
        mixed
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Above 0, at most 1, all alike.
    pub(crate) fn unit(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// All alike between two numbers.
    pub(crate) fn between(&mut self, least: f64, most: f64) -> f64 {
        least + self.unit() * (most - least)
    }

    /// True in this share of cases.
    pub(crate) fn chance(&mut self, share: f64) -> bool {
        self.unit() <= share
    }

    /// Exponential, of mean 1.
    pub(crate) fn wait(&mut self) -> f64 {
        -self.unit().ln()
    }

    /// Log-normal, of this median and spread.
    pub(crate) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        let normal = (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos();
        median * (sigma * normal).exp()
    }

    /// Times of events that come once in `every` days, within `days`.
    pub(crate) fn times(&mut self, every: f64, days: f64) -> Vec<f64> {
        let mut at = 0.0;
        std::iter::repeat_with(|| {
            at += every * self.wait();
            at
        })
        .take_while(|at| *at < days)
        .collect()
    }
}
