//! What a pending link can still hope for, from how waits are usually spread and how its host behaves.

use trackward_core::Hazards;

/// Age in days up to which an approval is hoped for.
pub(crate) const HORIZON: f64 = 365.0;
/// Weight of the prior in a host's factor, in approvals.
const PRIOR: f64 = 0.8;

/// Approvals that are usual of one link between two ages in days; 0 beyond [`HORIZON`].
pub(crate) fn usual_approvals(hazards: &Hazards, from: f64, to: f64) -> f64 {
    hazards.usual_approvals(from, to.min(HORIZON))
}

/// How much sooner than usual a host approves: `(α + D) / (α + E)` for D approvals where E were usual.
pub(crate) fn host_factor(approvals: u64, usual: f64) -> f64 {
    (PRIOR + approvals as f64) / (PRIOR + usual)
}

/// The chance that a link pending at an age is approved before another; `0..=1`.
pub(crate) fn chance(hazards: &Hazards, from: f64, to: f64, host_factor: f64) -> f64 {
    1.0 - (-host_factor * usual_approvals(hazards, from, to)).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual(from: f64, to: f64) -> f64 {
        usual_approvals(&Hazards::default(), from, to)
    }

    fn hope(from: f64, to: f64, factor: f64) -> f64 {
        chance(&Hazards::default(), from, to, factor)
    }

    #[test]
    fn worked_by_hand() {
        // From day 6 to day 13: 4 days at 0.0196 and 3 at 0.00781.
        assert!((usual(6.0, 13.0) - (4.0 * 0.0196 + 3.0 * 0.00781)).abs() < 1e-12);
        assert!((hope(6.0, 13.0, 1.0) - (1.0 - (-0.10183_f64).exp())).abs() < 1e-12);
        // Two approvals where half a one was usual: 2.8 / 1.3.
        assert!((host_factor(2, 0.5) - 2.8 / 1.3).abs() < 1e-12);
    }

    #[test]
    fn six_of_ten_are_ever_approved_and_the_old_have_little_hope() {
        let all = hope(0.0, HORIZON, 1.0);
        assert!((0.57..0.63).contains(&all), "{all}");
        assert!(hope(90.0, HORIZON, 1.0) < 0.02);
        assert!(hope(HORIZON, HORIZON + 7.0, 1.0).abs() < 1e-12);
    }

    #[test]
    fn hope_sinks_with_age_and_rises_with_the_host() {
        let ages = [0.0, 0.01, 0.3, 1.0, 4.0, 20.0, 100.0, 364.0];
        for pair in ages.windows(2) {
            assert!(hope(pair[0], HORIZON, 1.0) > hope(pair[1], HORIZON, 1.0));
        }
        assert!(hope(1.0, 8.0, host_factor(3, 1.0)) > hope(1.0, 8.0, host_factor(0, 1.0)));
    }
}
