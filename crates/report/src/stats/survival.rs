//! How long live links stay: Kaplan and Meier's estimator with delayed entry.

use crate::stats::Z;

/// A link's first life, in whole days of its age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Life {
    /// Its age when it was first seen: what it outlived before is not known of others like it.
    pub(crate) entry: u16,
    /// Its age when it was lost, or last seen.
    pub(crate) exit: u16,
    /// Whether it was lost.
    pub(crate) lost: bool,
}

/// The share of links that are still live at an age, with 95 % bounds; `0..=1`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Step {
    /// Age in days.
    pub(crate) day: u16,
    /// Links that were live and watched just before.
    pub(crate) at_risk: u64,
    pub(crate) share: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// Fewer links at risk say nothing: the curve ends before.
pub(crate) const LEAST_AT_RISK: u64 = 10;

/// The steps of the curve, one a day on which links were lost, as far as [`LEAST_AT_RISK`] were at risk; and the
/// last day as far as which that holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Survival {
    pub(crate) steps: Vec<Step>,
    /// Links at risk by day of age, from day 1 on.
    at_risk: Vec<u64>,
}

impl Survival {
    /// The curve over lives, in any order.
    ///
    /// A life is at risk on the days after its entry up to its exit. Bounds are Greenwood's on the log-log scale,
    /// so that they stay within 0 and 1 (Kalbfleisch and Prentice 1980).
    pub(crate) fn of(lives: &[Life]) -> Self {
        let days = usize::from(lives.iter().map(|life| life.exit).max().unwrap_or(0));
        let (mut enter, mut leave, mut lost) = (vec![0; days + 1], vec![0; days + 1], vec![0_u64; days + 1]);
        for life in lives.iter().filter(|life| life.entry < life.exit) {
            enter[usize::from(life.entry)] += 1_u64;
            leave[usize::from(life.exit)] += 1_u64;
            lost[usize::from(life.exit)] += u64::from(life.lost);
        }
        let (mut at_risk, mut present) = (Vec::with_capacity(days), 0);
        for day in 1..=days {
            present += enter[day - 1];
            at_risk.push(present);
            present -= leave[day];
        }
        // Early on few may be at risk, when most were found at some age: the curve ends where it runs dry.
        let enough = at_risk.iter().rposition(|n| *n >= LEAST_AT_RISK).map_or(0, |last| last + 1);
        at_risk.truncate(enough);
        let (mut share, mut greenwood) = (1.0, 0.0);
        let mut steps = Vec::new();
        for (day, n) in (1_u16..).zip(&at_risk) {
            let d = lost[usize::from(day)];
            if d == 0 || *n < LEAST_AT_RISK {
                continue;
            }
            let (d, risk) = (d as f64, *n as f64);
            share *= 1.0 - d / risk;
            greenwood += d / (risk * (risk - d)).max(f64::MIN_POSITIVE);
            let (low, high) = bounds(share, greenwood);
            steps.push(Step { day, at_risk: *n, share, low, high });
        }
        Self { steps, at_risk }
    }

    /// The share at an age; none where fewer than [`LEAST_AT_RISK`] are at risk.
    pub(crate) fn at(&self, day: u16) -> Option<Step> {
        let at_risk = *self.at_risk.get(usize::from(day).checked_sub(1)?)?;
        if at_risk < LEAST_AT_RISK {
            return None;
        }
        let reached = self.steps.iter().rfind(|step| step.day <= day);
        let whole = Step { day, at_risk, share: 1.0, low: 1.0, high: 1.0 };
        Some(reached.map_or(whole, |step| Step { day, at_risk, ..*step }))
    }
}

/// `S^exp(±z·√V / ln S)` with V Greenwood's sum; certain where nothing or all was lost.
fn bounds(share: f64, greenwood: f64) -> (f64, f64) {
    if share <= 0.0 || share >= 1.0 {
        return (share, share);
    }
    let width = Z * greenwood.sqrt() / share.ln();
    (share.powf((-width).exp()), share.powf(width.exp()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::tests::{Dice, close};

    fn lives(groups: &[(usize, u16, u16, bool)]) -> Vec<Life> {
        let each = |(n, entry, exit, lost): &(usize, u16, u16, bool)| {
            vec![Life { entry: *entry, exit: *exit, lost: *lost }; *n]
        };
        groups.iter().flat_map(each).collect()
    }

    #[test]
    fn worked_by_hand() {
        // 20 at risk: 2 lost on day 5 (18/20), 4 seen no longer than day 7, 3 of 14 lost on day 10.
        let survival =
            Survival::of(&lives(&[(2, 0, 5, true), (4, 0, 7, false), (3, 0, 10, true), (11, 0, 30, false)]));
        let shares: Vec<_> = survival.steps.iter().map(|step| (step.day, step.at_risk)).collect();
        assert_eq!(shares, [(5, 20), (10, 14)]);
        let last = survival.steps[1];
        assert!((last.share - 0.9 * 11.0 / 14.0).abs() < 1e-12);
        // Greenwood: 2/(20·18) + 3/(14·11) = 0.0250361; ln S = −0.346513; width −0.894985.
        assert!((last.low - 0.4283).abs() < 5e-4 && (last.high - 0.8679).abs() < 5e-4, "{last:?}");
        assert!(close(survival.at(4).unwrap().share, 1.0));
        assert!(close(survival.at(30).unwrap().share, last.share));
        assert_eq!(survival.at(31), None);
    }

    #[test]
    fn life_that_was_found_late_is_at_risk_from_then_on_only() {
        // Ten from the start, of which one is lost on day 20; ten more enter at an age of 15 days.
        let survival = Survival::of(&lives(&[(1, 0, 20, true), (9, 0, 40, false), (10, 15, 40, false)]));
        assert!(survival.steps[0].at_risk == 20 && close(survival.steps[0].share, 0.95));
        assert_eq!(survival.at(15).unwrap().at_risk, 10);
        assert_eq!(survival.at(16).unwrap().at_risk, 20);
    }

    #[test]
    fn curve_ends_where_fewer_than_ten_are_at_risk() {
        let nine = Survival::of(&lives(&[(9, 0, 90, true)]));
        assert_eq!((nine.steps.len(), nine.at(1)), (0, None));
        let ten = Survival::of(&lives(&[(1, 0, 50, true), (9, 0, 90, false)]));
        assert!(close(ten.at(50).unwrap().share, 0.9));
        assert_eq!(ten.at(51), None);
        assert_eq!(Survival::of(&[]).at(1), None);
    }

    #[test]
    fn simulated_lives_give_back_the_true_share_within_their_bounds() {
        let (mut dice, mut covered) = (Dice::new(5), 0);
        for _ in 0..300 {
            let all: Vec<Life> = (0..200)
                .map(|_| {
                    let (age, end) = (dice.below(120), dice.wait(300.0));
                    let until = age + 30 + dice.below(100);
                    // One that was gone before it was looked at is not known of.
                    if end <= age {
                        return Life { entry: 0, exit: 0, lost: false };
                    }
                    Life { entry: age, exit: end.min(until), lost: end <= until }
                })
                .collect();
            let truth = (-90.0_f64 / 300.0).exp();
            let step = Survival::of(&all).at(90).unwrap();
            covered += u32::from(step.low <= truth && truth <= step.high);
        }
        assert!((273..=297).contains(&covered), "{covered} of 300 within the bounds");
    }
}
