//! How densely checks pay: the one equation of the schedule.

/// Checks a day that a link, or a page, is worth: of this `hazard` a day, of `value` for each day an event is known
/// sooner, at this `price` a check.
///
/// Where checks come at intervals of `x / hazard` days, the one after which an event is known comes late by what
/// `eˣ − 1 − x = hazard·price / value` balances against the price of a check; for rare events this is
/// `√(hazard·value / 2·price)` checks a day (J. B. Keller, "Optimum checking schedules for systems subject to random
/// failure", Management Science 21, 1974). No hazard, no checks: the caps decide.
pub fn density(hazard: f64, value: f64, price: f64) -> f64 {
    if hazard <= 0.0 || value <= 0.0 {
        return 0.0;
    }
    hazard / chances_between(hazard * price / value)
}

/// Below this the series is more exact than the difference of nearly equal numbers.
const SMALL: f64 = 1e-4;
/// Newton's steps: from the starts below these leave an error under 10⁻⁷ up to 10⁹.
const ROUNDS: usize = 3;

/// Solves `eˣ − 1 − x = y` for `x ≥ 0`: the hazard that adds up between two checks.
fn chances_between(y: f64) -> f64 {
    let root = (2.0 * y).sqrt();
    if y < SMALL {
        return root * (1.0 - root / 6.0 + root * root / 36.0);
    }
    let start = if y < 1.0 { root } else { (y + y.ln_1p()).ln_1p() };
    (0..ROUNDS).fold(start, |x, _| x - (x - (x + y).ln_1p()) * (1.0 + x + y) / (x + y))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same by bisection, as exactly as it goes.
    fn bisected(y: f64) -> f64 {
        let (mut low, mut high) = (0.0, 50.0);
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            if middle.exp_m1() - middle < y {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }

    #[test]
    fn solution_is_that_of_bisection_up_to_a_milliard() {
        for step in -160..=180 {
            let y = 10_f64.powf(f64::from(step) / 20.0);
            // Below that the difference which bisection looks at loses more digits than it has.
            let exact =
                if y > 1e-6 { bisected(y) } else { (2.0 * y).sqrt() * (1.0 - (2.0 * y).sqrt() / 6.0) };
            let tolerance = if y > 1e-6 { 1e-7 } else { y };
            let error = (chances_between(y) / exact - 1.0).abs();
            assert!(error < tolerance, "y = {y:e}: {} for {exact}, off by {error:e}", chances_between(y));
        }
    }

    #[test]
    fn rare_events_are_checked_by_the_square_root() {
        let n = density(1e-6, 3.0, 1e-3);
        assert!((n / (1e-6 * 3.0 / (2.0 * 1e-3_f64)).sqrt() - 1.0).abs() < 1e-3, "{n}");
    }

    #[test]
    fn nothing_awaited_is_not_checked_for() {
        assert!(density(0.0, 1.0, 1e-3) <= 0.0);
        assert!(density(1.0, 0.0, 1e-3) <= 0.0);
    }

    proptest! {
        #[test]
        fn density_rises_with_hazard_and_value_and_falls_with_price(
            hazard in -8.0..2.0_f64, value in -2.0..3.0_f64, price in -8.0..4.0_f64, more in 1.01..10.0_f64,
        ) {
            let (h, w, c) = (10_f64.powf(hazard), 10_f64.powf(value), 10_f64.powf(price));
            let n = density(h, w, c);
            prop_assert!(n.is_finite() && n > 0.0);
            prop_assert!(density(h * more, w, c) > n);
            prop_assert!(density(h, w * more, c) > n);
            prop_assert!(density(h, w, c * more) < n);
        }

        #[test]
        fn half_the_price_is_the_square_root_of_two_in_checks_of_rare_events(hazard in -8.0..-4.0_f64) {
            let h = 10_f64.powf(hazard);
            let ratio = density(h, 1.0, 5e-4) / density(h, 1.0, 1e-3);
            prop_assert!((ratio / 2_f64.sqrt() - 1.0).abs() < 1e-3, "{}", ratio);
        }
    }
}
