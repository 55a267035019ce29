//! How waits are spread when each is known as an interval only: Turnbull's self-consistent estimator.

/// A wait that ended in `(after, by]`, in whole units; `by` is none while it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Interval {
    /// It lasted longer than this.
    pub(crate) after: u32,
    /// It had ended by then; none for not yet.
    pub(crate) by: Option<u32>,
}

/// Where waits end: the share of all that ends within each cell, and how many never do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Curve {
    /// In order, without overlap, each with mass; the last may be open.
    pub(crate) cells: Vec<Cell>,
}

/// The share of waits that end in `(after, by]`; nothing is known of where within it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cell {
    pub(crate) after: u32,
    pub(crate) by: Option<u32>,
    pub(crate) mass: f64,
}

/// Rounds after which it is left as it is.
const ROUNDS: usize = 500;
/// Change of a cell's mass that counts as none.
const STILL: f64 = 1e-9;

impl Curve {
    /// Fits the curve; the order of the intervals changes nothing. Empty without intervals.
    ///
    /// Starts uniform and stops at a change below [`STILL`] or after [`ROUNDS`] (Turnbull 1976).
    pub(crate) fn fit(mut intervals: Vec<Interval>) -> Self {
        intervals.sort_unstable();
        let counted = counted(&intervals);
        let cells = innermost(&counted);
        if cells.is_empty() {
            return Self { cells: Vec::new() };
        }
        let spans: Vec<Span> = counted.iter().map(|(interval, n)| Span::of(*interval, *n, &cells)).collect();
        let all: f64 = spans.iter().map(|span| span.count).sum();
        let mut mass = vec![1.0 / cells.len() as f64; cells.len()];
        for _ in 0..ROUNDS {
            let next = improved(&mass, &spans, all);
            let change = mass.iter().zip(&next).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            mass = next;
            if change < STILL {
                break;
            }
        }
        let cells = cells.into_iter().zip(mass).map(|((after, by), mass)| Cell { after, by, mass });
        Self { cells: cells.filter(|cell| cell.mass >= STILL).collect() }
    }

    /// The share of waits that had ended by then, for certain: a cell that reaches past it does not count.
    pub(crate) fn ended_by(&self, time: u32) -> f64 {
        let ended = self.cells.iter().filter(|cell| cell.by.is_some_and(|by| by <= time));
        // The sum of no number is −0.0, which would be printed so.
        ended.map(|cell| cell.mass).sum::<f64>() + 0.0
    }

    /// The cell in which half of those that had ended by `time` had: their median wait; none if none had.
    pub(crate) fn median_of_ended_by(&self, time: u32) -> Option<(u32, u32)> {
        let half = self.ended_by(time) / 2.0;
        let mut ended = 0.0;
        self.cells.iter().find_map(|cell| {
            ended += cell.mass;
            // Half is reached when nothing but rounding is wanting.
            cell.by.filter(|_| half > 0.0 && ended >= half - STILL).map(|by| (cell.after, by))
        })
    }
}

/// Equal intervals as one with their number.
fn counted(sorted: &[Interval]) -> Vec<(Interval, u64)> {
    let groups = sorted.chunk_by(|a, b| a == b);
    groups.map(|group| (group[0], group.len() as u64)).filter(|(interval, _)| !interval.is_empty()).collect()
}

impl Interval {
    /// Whether it says nothing: no look has shown anything, or it ended before it began.
    fn is_empty(self) -> bool {
        self.by.is_some_and(|by| by <= self.after)
    }
}

/// The cells that can hold mass: each start of an interval that is followed by an end, with no other between.
fn innermost(counted: &[(Interval, u64)]) -> Vec<(u32, Option<u32>)> {
    let mut starts: Vec<u32> = counted.iter().map(|(interval, _)| interval.after).collect();
    let mut ends: Vec<Option<u32>> = counted.iter().map(|(interval, _)| interval.by).collect();
    starts.sort_unstable();
    starts.dedup();
    // An open end lies behind all others.
    ends.sort_unstable_by_key(|end| (end.is_none(), *end));
    ends.dedup();
    let mut cells = Vec::new();
    let mut next = starts.iter().peekable();
    for end in ends {
        let mut last = None;
        while let Some(start) = next.next_if(|start| end.is_none_or(|end| **start < end)) {
            last = Some(*start);
        }
        cells.extend(last.map(|start| (start, end)));
    }
    cells
}

/// Which cells an interval covers: `[first, last]`.
struct Span {
    first: usize,
    last: usize,
    count: f64,
}

impl Span {
    fn of(interval: Interval, count: u64, cells: &[(u32, Option<u32>)]) -> Self {
        let first = cells.partition_point(|(after, _)| *after < interval.after);
        let within = |by: &Option<u32>| interval.by.is_none_or(|end| by.is_some_and(|by| by <= end));
        let last = cells.partition_point(|(_, by)| within(by)) - 1;
        Self { first, last, count: count as f64 }
    }
}

/// One round: each interval shares its count among its cells as the mass says.
fn improved(mass: &[f64], spans: &[Span], all: f64) -> Vec<f64> {
    let mut below = Vec::with_capacity(mass.len() + 1);
    below.push(0.0);
    for (n, mass) in mass.iter().enumerate() {
        below.push(below[n] + mass);
    }
    let mut gains = vec![0.0; mass.len() + 1];
    for span in spans {
        let held = below[span.last + 1] - below[span.first];
        if held > 0.0 {
            gains[span.first] += span.count / held;
            gains[span.last + 1] -= span.count / held;
        }
    }
    let mut gain = 0.0;
    let share = mass.iter().zip(&gains).map(|(mass, change)| {
        gain += change;
        // What was added up and taken off again leaves rounding behind.
        mass * f64::max(gain, 0.0) / all
    });
    share.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::tests::{Dice, close};

    fn fit(intervals: &[(u32, Option<u32>)]) -> Curve {
        Curve::fit(intervals.iter().map(|(after, by)| Interval { after: *after, by: *by }).collect())
    }

    fn exact(time: u32) -> (u32, Option<u32>) {
        (time - 1, Some(time))
    }

    #[test]
    fn exact_waits_with_some_going_on_are_kaplan_meier() {
        // Ends at 2 and 5 and 7, going on at 3 and 6. Kaplan–Meier: S = 4/5, then 4/5·2/3, then 0.
        let curve = fit(&[exact(2), (3, None), exact(5), (6, None), exact(7)]);
        for (time, ended) in [(1, 0.0), (2, 0.2), (4, 0.2), (5, 1.0 - 0.8 * 2.0 / 3.0), (7, 1.0)] {
            assert!((curve.ended_by(time) - ended).abs() < 1e-6, "{time}: {}", curve.ended_by(time));
        }
    }

    #[test]
    fn none_approved_is_a_curve_at_nought() {
        let curve = fit(&[(3, None), (9, None)]);
        assert!(close(curve.ended_by(1_000), 0.0));
        assert_eq!(curve.median_of_ended_by(1_000), None);
        assert_eq!(curve.cells, [Cell { after: 9, by: None, mass: 1.0 }]);
    }

    #[test]
    fn one_interval_holds_all_and_is_the_median() {
        let curve = fit(&[(3, Some(8))]);
        assert!(close(curve.ended_by(7), 0.0) && close(curve.ended_by(8), 1.0));
        assert_eq!(curve.median_of_ended_by(90), Some((3, 8)));
        assert_eq!(fit(&[]).cells, []);
    }

    #[test]
    fn overlapping_intervals_put_their_mass_where_they_meet() {
        // (0, 4], (2, 6] and (8, 9]: the first two meet in (2, 4].
        let curve = fit(&[(0, Some(4)), (2, Some(6)), (8, Some(9))]);
        let cells: Vec<_> = curve.cells.iter().map(|cell| (cell.after, cell.by)).collect();
        assert_eq!(cells, [(2, Some(4)), (8, Some(9))]);
        assert!((curve.ended_by(4) - 2.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn many_that_never_end_keep_the_curve_below_one_and_out_of_the_median() {
        let curve = fit(&[exact(1), exact(2), exact(3), (90, None), (90, None), (90, None)]);
        assert!((curve.ended_by(90) - 0.5).abs() < 1e-9);
        assert_eq!(curve.median_of_ended_by(90), Some((1, 2)));
    }

    #[test]
    fn order_changes_no_bit() {
        let mut dice = Dice::new(3);
        let mut waits: Vec<_> = (0..400)
            .map(|_| {
                let after = u32::from(dice.below(60));
                Interval { after, by: (dice.roll() < 0.7).then_some(after + 1 + u32::from(dice.below(9))) }
            })
            .collect();
        let curve = Curve::fit(waits.clone());
        waits.reverse();
        assert_eq!(Curve::fit(waits), curve);
        let all: f64 = curve.cells.iter().map(|cell| cell.mass).sum();
        assert!((all - 1.0).abs() < 1e-6);
    }

    #[test]
    fn simulated_cohorts_seen_at_checks_give_back_the_true_shares() {
        // 60 % are ever approved, after 6 days in the mean; checked daily, for 20 to 100 days.
        let (mut dice, mut worst) = (Dice::new(11), 0.0_f64);
        for _ in 0..20 {
            let waits = (0..600).map(|_| {
                let (approved, watched) = (dice.roll() < 0.6, 20 + u32::from(dice.below(80)));
                let by = u32::from(dice.wait(6.0));
                if approved && by <= watched {
                    Interval { after: by.saturating_sub(1), by: Some(by) }
                } else {
                    Interval { after: watched, by: None }
                }
            });
            let curve = Curve::fit(waits.collect());
            for time in [7, 30, 90] {
                let truth = 0.6 * (1.0 - (-f64::from(time) / 6.0).exp());
                worst = worst.max((curve.ended_by(time) - truth).abs());
            }
        }
        // Three standard errors of a share of 600 are 0.06.
        assert!(worst < 0.06, "off by {worst}");
    }
}
