//! Percentages that do not pretend.

use std::fmt;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// A percentage to 0.1, rounded half to even.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
#[schemars(with = "f64")]
pub struct Percent {
    tenths: u64,
}

impl Percent {
    /// Below so many links a percentage says more than is known, and only the counts are given.
    pub const LEAST_BASE: u64 = 20;

    /// The share of `part` in `whole`; none below [`Percent::LEAST_BASE`].
    pub fn of(part: u64, whole: u64) -> Option<Self> {
        (whole >= Self::LEAST_BASE).then(|| Self { tenths: divide_half_to_even(part * 1_000, whole) })
    }

    /// An estimated share, `0..=1`.
    pub(crate) fn of_share(share: f64) -> Self {
        // The cast is exact: a clamped share has at most 1,000 tenths of a per cent.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
        let tenths = (share.clamp(0.0, 1.0) * 1_000.0).round_ties_even() as u64;
        Self { tenths }
    }

    /// As a number: 94.3.
    pub(crate) fn value(self) -> f64 {
        self.tenths as f64 / 10.0
    }

    /// In tenths of a per cent.
    pub(crate) fn tenths(self) -> u64 {
        self.tenths
    }

    /// Without its sign: "94.3".
    pub(crate) fn bare(self) -> String {
        format!("{}.{}", self.tenths / 10, self.tenths % 10)
    }
}

fn divide_half_to_even(dividend: u64, divisor: u64) -> u64 {
    let (quotient, twice_rest) = (dividend / divisor, dividend % divisor * 2);
    let up = twice_rest > divisor || (twice_rest == divisor && quotient % 2 == 1);
    quotient + u64::from(up)
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A space that never breaks: the sign stays with its number.
        write!(f, "{}\u{a0}%", self.bare())
    }
}

impl Serialize for Percent {
    /// As a number: 94.3.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn share_of_a_small_base_is_not_given() {
        assert_eq!(Percent::of(19, 19), None);
        assert_eq!(Percent::of(20, 20).unwrap().to_string(), "100.0\u{a0}%");
    }

    #[test]
    fn estimate_is_rounded_the_same_way_and_never_leaves_the_scale() {
        let shares = [(0.943, "94.3"), (0.0005, "0.0"), (0.0015, "0.2"), (-0.1, "0.0"), (1.7, "100.0")];
        for (share, shown) in shares {
            assert_eq!(Percent::of_share(share).bare(), shown);
        }
    }

    #[test]
    fn half_a_tenth_goes_to_the_even_tenth() {
        let printed = |part, whole| Percent::of(part, whole).unwrap().to_string();
        assert_eq!(printed(412, 437), "94.3\u{a0}%");
        assert_eq!(printed(1, 2_000), "0.0\u{a0}%");
        assert_eq!(printed(3, 2_000), "0.2\u{a0}%");
        assert_eq!(printed(5, 2_000), "0.2\u{a0}%");
    }
}
