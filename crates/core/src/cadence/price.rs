//! What a check costs: one number for all pages, found so that what they ask for meets the budget.

use serde::{Deserialize, Serialize};

use super::age::days;
use super::interest::Stake;
use super::plan::Terms;

/// What a check costs, in days by which the event of a link of weight 1 is known sooner.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Price(f64);

impl Default for Price {
    /// The price before any was found.
    fn default() -> Self {
        Self::LEAST
    }
}

impl Price {
    /// The least price where no budget is set: a link sent an hour ago is then checked every hour, one that has stood
    /// for a month once a day.
    pub const LEAST: Self = Self(1e-3);
    /// Rounds from the last price, once an hour.
    pub const ROUNDS: u32 = 4;
    /// Rounds where there was no price yet.
    pub const COLD_ROUNDS: u32 = 20;
    /// Prices are kept between these.
    const RANGE: (f64, f64) = (1e-12, 1e12);
    /// Most that a round changes the price, either way.
    const STEP: f64 = 10.0;
    /// Demand that is so near to the budget meets it.
    const NEAR: f64 = 1e-3;

    /// The price itself.
    pub fn per_check(self) -> f64 {
        self.0
    }

    /// The dearer of two.
    pub(super) fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }

    /// The price, from this one, at which pages with these stakes ask for `budget` checks a day.
    ///
    /// The caps bind: pages at the longest wait ask for no less at any price, so a budget below that is exceeded
    /// by the demand, never by what is done.
    #[must_use]
    pub fn settle(self, stakes: &[Stake], budget: f64, terms: &Terms<'_>, rounds: u32) -> Self {
        let mut price = self.0;
        for _ in 0..rounds {
            let off = Self(price).demand(stakes, terms) / budget.max(f64::MIN_POSITIVE);
            if (off - 1.0).abs() < Self::NEAR {
                break;
            }
            let step = (off * off).clamp(1.0 / Self::STEP, Self::STEP);
            price = (price * step).clamp(Self::RANGE.0, Self::RANGE.1);
        }
        Self(price)
    }

    /// Checks a day that pages with these stakes ask for at this price.
    pub fn demand(self, stakes: &[Stake], terms: &Terms<'_>) -> f64 {
        let (most, least) = (1.0 / terms.least_gap(), 1.0 / days(terms.longest));
        stakes.iter().map(|stake| stake.density(self.0).min(most).max(least)).sum()
    }
}

/// Which part of the budget is given out by the price: the rest goes to confirmations and second tries. Follows what
/// is really used.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Utilisation(f64);

/// How the budget was used for an hour, or since the last run.
#[derive(Debug, Clone, Copy)]
pub struct Turnover {
    /// Pages under watch.
    pub pages: f64,
    /// Requests a day that are allowed.
    pub budget: f64,
    /// Requests that were allowed in the time.
    pub accrued: f64,
    /// Requests that were made.
    pub used: f64,
    /// Pages that are due and had to wait.
    pub overdue: f64,
}

impl Default for Utilisation {
    fn default() -> Self {
        Self(0.93)
    }
}

impl Utilisation {
    /// It stays between these.
    const RANGE: (f64, f64) = (0.5, 1.6);
    /// What it changes by at once, where each page is checked once a day or more often; less where it takes longer
    /// until a change is felt.
    const STEP: f64 = 0.01;
    /// Overdue pages, in parts of a day's budget, from which on too much is given out.
    const OVERDUE: f64 = 0.02;
    /// The part of the budget below which too little is.
    const USED: f64 = 0.97;

    /// What the price gives out of a budget, of which `least` checks a day are made at any price
    /// ([`Terms::least_demand`]).
    pub fn of(self, budget: f64, least: f64) -> f64 {
        least + self.0 * (budget - least).max(0.0)
    }

    /// Follows how the budget was used.
    #[must_use]
    pub fn follow(self, turnover: &Turnover) -> Self {
        let direction = if turnover.overdue > Self::OVERDUE * turnover.budget {
            -1.0
        } else if turnover.used < Self::USED * turnover.accrued {
            1.0
        } else {
            0.0
        };
        let step = Self::STEP * (turnover.budget / turnover.pages.max(1.0)).min(1.0);
        Self((self.0 + direction * step).clamp(Self::RANGE.0, Self::RANGE.1))
    }
}
