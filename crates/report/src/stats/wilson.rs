//! A share with what chance alone may have made of it.

use crate::stats::Z;

/// The 95 % interval of a share by Wilson's score method; `0..=1`, none of an empty base.
///
/// Centre `(p + z²/2n) / (1 + z²/n)`, half width `z / (1 + z²/n) · √(p(1−p)/n + z²/4n²)` (Wilson 1927).
pub(crate) fn interval(successes: u64, n: u64) -> Option<(f64, f64)> {
    if n == 0 {
        return None;
    }
    let (p, n) = (successes as f64 / n as f64, n as f64);
    let spread = 1.0 + Z * Z / n;
    let centre = (p + Z * Z / (2.0 * n)) / spread;
    let half = Z / spread * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    Some(((centre - half).max(0.0), (centre + half).min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::tests::Dice;

    #[test]
    fn worked_by_hand() {
        // 8 of 20: p = 0.4, z² = 3.8415; centre 0.496037 / 1.192073, half 1.644164 · √0.0144009.
        let (low, high) = interval(8, 20).unwrap();
        assert!((low - 0.2188).abs() < 5e-5 && (high - 0.6134).abs() < 5e-5, "{low} {high}");
        // None of ten: the upper bound is z² / (n + z²).
        let (low, high) = interval(0, 10).unwrap();
        assert!(low.abs() < 1e-12 && (high - 0.27753).abs() < 5e-5, "{low} {high}");
        assert_eq!(interval(0, 0), None);
    }

    #[test]
    fn bounds_stay_within_nought_and_one() {
        for n in 1..200 {
            for successes in [0, n / 2, n] {
                let (low, high) = interval(successes, n).unwrap();
                let p = successes as f64 / n as f64;
                assert!(0.0 <= low && low <= p + 1e-12 && p - 1e-12 <= high && high <= 1.0);
            }
        }
    }

    #[test]
    fn covers_the_true_rate_of_simulated_cohorts() {
        let mut dice = Dice::new(7);
        let (cohorts, sent, rate) = (1_000, 80, 0.41);
        let covered = (0..cohorts).filter(|_| {
            let approved = (0..sent).filter(|_| dice.roll() < rate).count() as u64;
            let (low, high) = interval(approved, sent).unwrap();
            low <= rate && rate <= high
        });
        let share = covered.count() as f64 / f64::from(cohorts);
        assert!((0.93..=0.97).contains(&share), "covers {share}");
    }
}
