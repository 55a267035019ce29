//! Estimators that do not flatter: pure functions over counts and intervals, the same bytes for the same input.

pub(crate) mod chance;
pub(crate) mod survival;
pub(crate) mod turnbull;
pub(crate) mod wilson;

/// Quantile of the normal distribution that bounds 95 % on both sides.
const Z: f64 = 1.959_964;

#[cfg(test)]
pub(crate) mod tests {
    /// Seeded numbers from 0 to 1 (splitmix64).
    pub(crate) struct Dice(u64);

    impl Dice {
        pub(crate) fn new(seed: u64) -> Self {
            Self(seed)
        }

        pub(crate) fn roll(&mut self) -> f64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
        }

        /// A whole number below this one.
        pub(crate) fn below(&mut self, n: u16) -> u16 {
            whole(self.roll() * f64::from(n))
        }

        /// A wait of exponential law with this mean, rounded up to whole units.
        pub(crate) fn wait(&mut self, mean: f64) -> u16 {
            whole((-mean * (1.0 - self.roll()).ln()).ceil())
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast saturates, as is meant"
    )]
    fn whole(value: f64) -> u16 {
        value as u16
    }

    /// Whether two shares are the same but for rounding.
    pub(crate) fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }
}
