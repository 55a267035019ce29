//! How likely approval, removal and return are by age: priors, and what was learned on top.

use std::ops::{AddAssign, Range};

use serde::{Deserialize, Serialize};

/// What a link awaits, and so by which table its hazard goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// Approval, by age since it was sent.
    Pending,
    /// Removal, by age since it was approved.
    Live,
    /// Return, by age since it was lost.
    Lost,
}

/// Bins of all tables together.
pub(super) const BINS: usize = 32;

/// Left edges of the bins in days of age: pending, live, lost. The last bin of each table is open.
const EDGES: [f64; BINS] = [
    0.0,
    0.5 / 24.0,
    1.0 / 24.0,
    2.0 / 24.0,
    4.0 / 24.0,
    8.0 / 24.0,
    16.0 / 24.0,
    1.25,
    2.5,
    5.0,
    10.0,
    20.0,
    40.0,
    80.0,
    160.0,
    //
    0.0,
    1.0,
    3.0,
    7.0,
    14.0,
    30.0,
    90.0,
    180.0,
    365.0,
    730.0,
    1_460.0,
    //
    0.0,
    1.0,
    7.0,
    30.0,
    90.0,
    365.0,
];

/// Hazards a day before anything was learned; where they come from: `docs/schedule.md`.
const PRIORS: [f64; BINS] = [
    2.48, 2.08, 1.27, 0.69, 0.385, 0.235, 0.148, 0.0849, 0.043, 0.0196, 0.00781, 0.00257, 6.6e-4, 1.3e-4,
    2.0e-5, //
    5.5e-3, 2.6e-3, 1.8e-3, 1.3e-3, 9.7e-4, 6.6e-4, 4.7e-4, 3.6e-4, 2.7e-4, 2.0e-4, 1.5e-4, //
    6.9e-3, 5.5e-3, 2.3e-3, 2.1e-4, 1e-7, 1e-7,
];

impl Table {
    /// Its bins.
    pub(super) const fn bins(self) -> Range<usize> {
        match self {
            Self::Pending => 0..15,
            Self::Live => 15..26,
            Self::Lost => 26..BINS,
        }
    }

    /// The bin of an age in days; of one below zero the first.
    pub(super) fn bin(self, age: f64) -> usize {
        let bins = self.bins();
        let later = EDGES[bins.start + 1..bins.end].partition_point(|edge| *edge <= age);
        bins.start + later
    }

    /// The age at which a bin of this table begins, in days.
    pub(super) fn start_of(bin: usize) -> f64 {
        EDGES[bin]
    }

    /// The age at which a bin of this table ends, in days; infinite for the last.
    pub(super) fn end_of(self, bin: usize) -> f64 {
        if bin + 1 < self.bins().end { EDGES[bin + 1] } else { f64::INFINITY }
    }
}

/// What all checks so far taught of approvals, removals and returns: sums beside the priors, so that they can be
/// added up in any order. The default has learned nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hazards {
    /// Events in each bin.
    events: [f64; BINS],
    /// Days that links spent in each bin under watch.
    exposure: [f64; BINS],
    /// Siblings of lost links that were looked at, and those of them that were missing too.
    siblings: [f64; 2],
}

impl Default for Hazards {
    fn default() -> Self {
        Self { events: [0.0; BINS], exposure: [0.0; BINS], siblings: [0.0; 2] }
    }
}

impl Hazards {
    /// Events that a prior is worth.
    const PRIOR_EVENTS: f64 = 2.0;
    /// Siblings that the prior share of those missing too is worth, and how many of them were missing.
    const PRIOR_SIBLINGS: [f64; 2] = [5.0, 1.0];

    /// The hazard of a bin, a day.
    pub(super) fn rate(&self, bin: usize) -> f64 {
        let events = Self::PRIOR_EVENTS + self.events[bin].max(0.0);
        events / (Self::PRIOR_EVENTS / PRIORS[bin] + self.exposure[bin].max(0.0))
    }

    /// Approvals that are usual of one pending link between two ages in days: its hazard summed up.
    pub fn usual_approvals(&self, from: f64, to: f64) -> f64 {
        let within = Table::Pending.bins().map(|bin| {
            let days = to.min(Table::Pending.end_of(bin)) - from.max(Table::start_of(bin));
            self.rate(bin) * days.max(0.0)
        });
        within.sum()
    }

    /// The share of a lost link's siblings that turn out to be missing too.
    pub fn sibling_share(&self) -> f64 {
        let [looked_at, missing] = self.siblings;
        (Self::PRIOR_SIBLINGS[1] + missing) / (Self::PRIOR_SIBLINGS[0] + looked_at)
    }
}

/// What some checks taught: travels with what they saw, and is added to the [`Hazards`] where that is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HazardDelta {
    pub(super) events: [f32; BINS],
    pub(super) exposure: [f32; BINS],
    pub(super) siblings: [f32; 2],
}

impl Default for HazardDelta {
    fn default() -> Self {
        Self { events: [0.0; BINS], exposure: [0.0; BINS], siblings: [0.0; 2] }
    }
}

impl AddAssign<&HazardDelta> for HazardDelta {
    fn add_assign(&mut self, more: &HazardDelta) {
        add(&mut self.events, &more.events);
        add(&mut self.exposure, &more.exposure);
        add(&mut self.siblings, &more.siblings);
    }
}

impl AddAssign<&HazardDelta> for Hazards {
    fn add_assign(&mut self, more: &HazardDelta) {
        add(&mut self.events, &more.events);
        add(&mut self.exposure, &more.exposure);
        add(&mut self.siblings, &more.siblings);
    }
}

fn add<T: AddAssign + From<f32>>(sums: &mut [T], more: &[f32]) {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += T::from(*more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLES: [Table; 3] = [Table::Pending, Table::Live, Table::Lost];

    #[test]
    fn every_age_has_one_bin_that_holds_it() {
        for table in TABLES {
            for age in [-1.0, 0.0, 0.02, 0.5, 1.0, 6.99, 7.0, 365.0, 1e9] {
                let bin = table.bin(age);
                assert!(table.bins().contains(&bin));
                assert!(
                    Table::start_of(bin) <= age.max(0.0) && age < table.end_of(bin),
                    "{table:?} at {age}"
                );
            }
        }
    }

    #[test]
    fn usual_approvals_are_the_hazard_summed_over_the_bins_between_two_ages() {
        let untaught = Hazards::default();
        let usual = |from, to| untaught.usual_approvals(from, to);
        assert!((usual(6.0, 13.0) - (4.0 * 0.0196 + 3.0 * 0.00781)).abs() < 1e-12);
        assert!((usual(0.0, 400.0) - usual(0.0, 3.0) - usual(3.0, 400.0)).abs() < 1e-12);
        assert!(usual(9.0, 3.0).abs() < 1e-12);
    }

    #[test]
    fn untaught_hazards_are_the_priors() {
        for (bin, prior) in PRIORS.into_iter().enumerate() {
            assert!((Hazards::default().rate(bin) / prior - 1.0).abs() < 1e-12);
        }
        assert!((Hazards::default().sibling_share() - 0.2).abs() < 1e-12);
    }

    #[test]
    fn prior_is_worth_two_events() {
        let mut taught = Hazards::default();
        let mut delta = HazardDelta::default();
        let days = 2.0 / PRIORS[8];
        delta.exposure[8] = 100.0;
        taught += &delta;
        assert!((taught.rate(8) - 2.0 / (days + 100.0)).abs() < 1e-9, "exposure alone pulls it down");
        delta.events[8] = 10.0;
        taught += &delta;
        assert!((taught.rate(8) - 12.0 / (days + 200.0)).abs() < 1e-9);
    }

    #[test]
    fn events_taken_back_leave_a_hazard() {
        let mut taught = Hazards::default();
        taught += &HazardDelta { events: [-5.0; BINS], ..HazardDelta::default() };
        assert!((0..BINS).all(|bin| taught.rate(bin) > 0.0));
    }

    #[test]
    fn sums_of_workers_are_those_of_one() {
        let one = HazardDelta { events: [1.5; BINS], exposure: [2.25; BINS], siblings: [1.0, 0.0] };
        let other = HazardDelta { events: [0.5; BINS], exposure: [8.0; BINS], siblings: [3.0, 1.0] };
        let mut merged = one.clone();
        merged += &other;
        let (mut at_once, mut in_turn) = (Hazards::default(), Hazards::default());
        at_once += &merged;
        in_turn += &other;
        in_turn += &one;
        assert_eq!(at_once, in_turn);
    }
}
