//! What the schedule keeps from run to run: what was learned, the price, and how the budget was used.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::age::days_between;
use super::budget::Budget;
use super::hazard::{HazardDelta, Hazards};
use super::interest::Stake;
use super::plan::Terms;
use super::price::{Price, Turnover, Utilisation};
use super::rhythm::RunRhythm;

/// What the schedule keeps from run to run. The default has learned nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// How likely events are.
    pub hazards: Hazards,
    /// What a check costs.
    pub pricing: Pricing,
}

/// What a run adds to the [`Schedule`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lesson {
    /// What its checks taught.
    pub hazards: HazardDelta,
    /// The price as it is now.
    pub pricing: Pricing,
}

/// What a check costs, and how the budget was used.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Pricing {
    /// What a check costs.
    pub price: Price,
    /// Which part of the budget the price gives out.
    pub utilisation: Utilisation,
    /// Requests that may be made; none where no limit is set.
    pub budget: Option<Budget>,
    /// When the price was settled last.
    pub settled: Option<Timestamp>,
    /// Requests made since.
    pub used: u64,
    /// Pages that were due when the last run ended and had to wait.
    pub overdue: u64,
    /// The highest price by which pages may still be planned.
    pub planned: Option<Price>,
    /// Pages under watch, as the sample says that the price was settled by.
    pub pages: u64,
}

/// Pages that stand for all: those of some hosts, as a hash says.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// What each is worth checking for.
    pub stakes: Vec<Stake>,
    /// Which part of all pages it is, above 0 and up to 1.
    pub share: f64,
}

impl Sample {
    /// Pages under watch that it stands for.
    pub fn pages(&self) -> u64 {
        // At most some milliards: a share is never so small that this does not fit.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates, and is no debt"
        )]
        let pages = (self.stakes.len() as f64 / self.share.max(f64::MIN_POSITIVE)).round() as u64;
        pages
    }
}

impl Pricing {
    /// Least time between two settlements.
    pub const HOUR: SignedDuration = SignedDuration::from_hours(1);

    /// Whether the price is to be settled again; a time in the future was written by a clock gone wrong.
    pub fn is_to_settle(&self, now: Timestamp) -> bool {
        self.settled.is_none_or(|at| at > now || now.duration_since(at) >= Self::HOUR)
    }

    /// Keeps to so many requests a day from now on; to no limit where none are given.
    pub fn keep_to(&mut self, per_day: Option<f64>, rhythm: RunRhythm, now: Timestamp) {
        self.budget = per_day.map(|per_day| match self.budget.take() {
            None => Budget::new(per_day, rhythm, now),
            Some(mut budget) => {
                budget.change(per_day, rhythm, now);
                budget
            }
        });
    }

    /// Settles the price at which the pages of a sample ask for `budget` requests a day over all pages.
    pub fn settle(&mut self, sample: &Sample, budget: f64, terms: &Terms<'_>, now: Timestamp) {
        self.pages = sample.pages();
        let rounds = match self.settled {
            None => Price::COLD_ROUNDS,
            Some(before) => {
                let passed = days_between(before, now).clamp(0.0, 1.0);
                self.utilisation = self.utilisation.follow(&Turnover {
                    pages: self.pages as f64,
                    budget,
                    accrued: budget * passed,
                    used: self.used as f64,
                    overdue: self.overdue as f64,
                });
                Price::ROUNDS
            }
        };
        let given_out = self.utilisation.of(budget, terms.least_demand(self.pages));
        self.price = self.price.settle(&sample.stakes, given_out * sample.share, terms, rounds);
        if terms.cadence.budget_per_day.is_none() {
            self.price = self.price.max(Price::LEAST);
        }
        self.planned = Some(self.planned.map_or(self.price, |planned| planned.max(self.price)));
        (self.settled, self.used) = (Some(now), 0);
    }

    /// Whether checks have become so much cheaper that pages planned before are to be planned again; if so, they are
    /// taken to be.
    pub fn takes_replanning(&mut self) -> bool {
        let is_cheaper =
            self.planned.is_some_and(|planned| self.price.per_check() < Self::CHEAPER * planned.per_check());
        if is_cheaper {
            self.planned = Some(self.price);
        }
        is_cheaper
    }

    /// A price below this part of the one by which pages were planned makes them be planned again.
    const CHEAPER: f64 = 0.75;

    /// The price at which the pages of a sample ask for another budget, from this one.
    #[must_use]
    pub fn at_budget(&self, sample: &Sample, budget: f64, terms: &Terms<'_>) -> Price {
        let given_out = self.utilisation.of(budget, terms.least_demand(sample.pages()));
        let settled = self.price.settle(&sample.stakes, given_out * sample.share, terms, Price::COLD_ROUNDS);
        if terms.cadence.budget_per_day.is_none() { settled.max(Price::LEAST) } else { settled }
    }
}
