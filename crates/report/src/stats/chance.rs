//! What a pending link can still hope for, from how waits are usually spread and how its host behaves.

/// Age in days at which each hazard begins to hold, and the hazard of approval a day. The last is cut off at
/// [`HORIZON`].
///
/// Bins of a mixture of log-normal waits of which 60 % ever end; no public study exists.
const PENDING: [(f64, f64); 15] = [
    (0.0, 2.48),
    (0.5 / 24.0, 2.08),
    (1.0 / 24.0, 1.27),
    (2.0 / 24.0, 0.69),
    (4.0 / 24.0, 0.385),
    (8.0 / 24.0, 0.235),
    (16.0 / 24.0, 0.148),
    (1.25, 0.0849),
    (2.5, 0.043),
    (5.0, 0.0196),
    (10.0, 0.00781),
    (20.0, 0.00257),
    (40.0, 6.6e-4),
    (80.0, 1.3e-4),
    (160.0, 2.0e-5),
];

/// Age in days up to which an approval is hoped for.
pub(crate) const HORIZON: f64 = 365.0;
/// Weight of the prior in a host's factor, in approvals.
const PRIOR: f64 = 0.8;

/// Approvals that are usual between two ages, for one link: the hazard summed up. Ages in days; 0 beyond
/// [`HORIZON`].
pub(crate) fn usual_approvals(from: f64, to: f64) -> f64 {
    let to = to.min(HORIZON);
    let ends = PENDING.iter().skip(1).map(|(edge, _)| *edge).chain([HORIZON]);
    let within = PENDING.iter().zip(ends).map(|((start, hazard), end)| {
        let days = to.min(end) - from.max(*start);
        hazard * days.max(0.0)
    });
    within.sum()
}

/// How much sooner than usual a host approves: `(α + D) / (α + E)` for D approvals where E were usual.
pub(crate) fn host_factor(approvals: u64, usual: f64) -> f64 {
    (PRIOR + approvals as f64) / (PRIOR + usual)
}

/// The chance that a link pending at an age is approved before another; `0..=1`.
pub(crate) fn chance(from: f64, to: f64, host_factor: f64) -> f64 {
    1.0 - (-host_factor * usual_approvals(from, to)).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        // From day 6 to day 13: 4 days at 0.0196 and 3 at 0.00781.
        assert!((usual_approvals(6.0, 13.0) - (4.0 * 0.0196 + 3.0 * 0.00781)).abs() < 1e-12);
        assert!((chance(6.0, 13.0, 1.0) - (1.0 - (-0.10183_f64).exp())).abs() < 1e-12);
        // Two approvals where half a one was usual: 2.8 / 1.3.
        assert!((host_factor(2, 0.5) - 2.8 / 1.3).abs() < 1e-12);
    }

    #[test]
    fn six_of_ten_are_ever_approved_and_the_old_have_little_hope() {
        let all = chance(0.0, HORIZON, 1.0);
        assert!((0.57..0.63).contains(&all), "{all}");
        assert!(chance(90.0, HORIZON, 1.0) < 0.02);
        assert!(chance(HORIZON, HORIZON + 7.0, 1.0).abs() < 1e-12);
    }

    #[test]
    fn hope_sinks_with_age_and_rises_with_the_host() {
        let ages = [0.0, 0.01, 0.3, 1.0, 4.0, 20.0, 100.0, 364.0];
        for pair in ages.windows(2) {
            assert!(chance(pair[0], HORIZON, 1.0) > chance(pair[1], HORIZON, 1.0));
        }
        assert!(chance(1.0, 8.0, host_factor(3, 1.0)) > chance(1.0, 8.0, host_factor(0, 1.0)));
    }
}
