//! What a schedule came to: delays, alarms, requests, and the least delay open to anyone.

use crate::world::{Truth, World};

/// Events within these days are counted: earlier ones meet a schedule that has not settled, and of later ones it
/// is not known in time whether they are told.
pub(crate) const COUNTED: (f64, f64) = (20.0, 150.0);
/// What a day's delay of a removal or a return costs, in approvals.
const REMOVAL_VALUE: f64 = 3.0;

/// What was seen and told of one link, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    /// Checks that saw it.
    pub(crate) seen: Vec<f64>,
    /// Checks that missed it while it was live.
    pub(crate) missed: Vec<f64>,
    /// Removals told.
    pub(crate) alarms: Vec<f64>,
}

/// What a schedule came to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    /// Hours from approval to the check that saw it.
    pub(crate) approvals: Vec<f64>,
    /// Hours from removal to the first check that missed it.
    pub(crate) misses: Vec<f64>,
    /// Hours from removal to the alarm.
    pub(crate) alarms: Vec<f64>,
    /// Hours from the first miss to the alarm.
    pub(crate) confirmed: Vec<f64>,
    /// Alarms while the link was there.
    pub(crate) false_alarms: usize,
    /// Events that were never told.
    pub(crate) untold: usize,
    /// Requests made in the counted days.
    pub(crate) requests: f64,
    /// Requests that the budget allowed in them.
    pub(crate) allowed: f64,
    /// Days under watch in them, over all links.
    pub(crate) link_days: f64,
    /// Longest time between two checks, in days.
    pub(crate) longest: f64,
    /// Delay to the first check that sees it, weighted, in days, and the least possible.
    pub(crate) weighted: f64,
    pub(crate) bound: f64,
}

impl Tally {
    /// Adds what was told of a link.
    pub(crate) fn count(&mut self, truth: &Truth, told: &Told) {
        let first_in = |times: &[f64], from: f64, until: f64| {
            times.iter().copied().find(|at| *at >= from && *at < until)
        };
        for (n, (from, until)) in truth.stays.iter().copied().enumerate() {
            let weight = f64::from(truth.weight) * if n == 0 { 1.0 } else { REMOVAL_VALUE };
            if is_counted(from) && until - from > 0.0 {
                let seen = first_in(&told.seen, from, until);
                match seen {
                    Some(at) if n == 0 => self.approvals.push(24.0 * (at - from)),
                    Some(_) => {}
                    None => self.untold += 1,
                }
                self.weighted += weight * seen.map_or(0.0, |at| at - from);
            }
            let known = first_in(&told.seen, from, until).is_some() || (n == 0 && truth.is_old());
            if is_counted(until) && known {
                let back = truth.stays.get(n + 1).map_or(f64::INFINITY, |(from, _)| *from);
                let weight = f64::from(truth.weight) * REMOVAL_VALUE;
                let missed = first_in(&told.missed, until, back);
                if let Some(at) = missed {
                    self.misses.push(24.0 * (at - until));
                    self.weighted += weight * (at - until);
                }
                match first_in(&told.alarms, until, back) {
                    Some(at) => {
                        self.alarms.push(24.0 * (at - until));
                        self.confirmed.extend(missed.map(|missed| 24.0 * (at - missed)));
                    }
                    None => self.untold += 1,
                }
            }
        }
        let wrong = told.alarms.iter().filter(|at| is_counted(**at) && truth.is_there(**at));
        self.false_alarms += wrong.count();
    }

    /// The least weighted delay that the requests made could come to, for anyone who knows every hazard:
    /// `(Σ∫ √(w·h))² / 2N`.
    pub(crate) fn bind(&mut self, world: &World) {
        let area: f64 = world.links.iter().map(|truth| area(world, truth)).sum();
        self.bound = area * area / (2.0 * self.requests);
    }

    /// The sum of two.
    pub(crate) fn add(&mut self, other: &Self) {
        self.approvals.extend(&other.approvals);
        self.misses.extend(&other.misses);
        self.alarms.extend(&other.alarms);
        self.confirmed.extend(&other.confirmed);
        self.false_alarms += other.false_alarms;
        self.untold += other.untold;
        self.requests += other.requests;
        self.allowed += other.allowed;
        self.link_days += other.link_days;
        self.longest = self.longest.max(other.longest);
        self.weighted += other.weighted;
        self.bound += other.bound;
    }

    /// The part of the budget that was used.
    pub(crate) fn used(&self) -> f64 {
        self.requests / self.allowed
    }

    /// The part of all alarms that were false.
    pub(crate) fn false_share(&self) -> f64 {
        self.false_alarms as f64 / (self.false_alarms + self.alarms.len()).max(1) as f64
    }

    /// Weighted delay in times of the least possible.
    pub(crate) fn off_bound(&self) -> f64 {
        self.weighted / self.bound
    }
}

/// Whether an event of this day is counted.
pub(crate) fn is_counted(at: f64) -> bool {
    (COUNTED.0..COUNTED.1).contains(&at)
}

/// The mean of some hours.
pub(crate) fn mean(hours: &[f64]) -> f64 {
    hours.iter().sum::<f64>() / hours.len().max(1) as f64
}

/// The hours that this many percent of them do not exceed.
pub(crate) fn percentile(hours: &[f64], percent: usize) -> f64 {
    let mut sorted = hours.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1))).copied().unwrap_or(0.0)
}

/// `∫ √(w·h)` of a link over the counted days, in steps that widen with its age.
fn area(world: &World, truth: &Truth) -> f64 {
    let mut at = COUNTED.0.max(truth.sent);
    let mut area = 0.0;
    while at < COUNTED.1 {
        let turns = truth.stays.iter().flat_map(|(from, until)| [*from, *until]);
        let since = turns.clone().filter(|turn| *turn <= at).fold(truth.sent, f64::max);
        let next = turns.filter(|turn| *turn > at).fold(COUNTED.1, f64::min);
        let step = ((at - since) / 20.0).clamp(5e-4, 2.0).min(next - at).max(1e-6);
        let awaits_approval = truth.stays.first().is_none_or(|(from, _)| *from > at);
        let weight = f64::from(truth.weight) * if awaits_approval { 1.0 } else { REMOVAL_VALUE };
        area += (weight * world.hazard(truth, at + step / 2.0)).sqrt() * step;
        at += step;
    }
    area
}
