//! The few knobs of the schedule.

use jiff::SignedDuration;

use super::age::{DAY_SECONDS, days};
use crate::limits::Limits;

/// How checks are spread over pages and time.
#[derive(Debug, Clone, PartialEq)]
pub struct Cadence {
    /// By what the interval of a page goes.
    pub mode: Mode,
    /// Longest time between two checks of a page: a promise where the budget allows it
    /// ([`Cadence::longest_wait`]).
    pub max_delay: SignedDuration,
    /// Least time between two checks of a page.
    pub min_gap: SignedDuration,
    /// Requests a day; none for [`Cadence::CHECKS_A_LINK`].
    pub budget_per_day: Option<f64>,
    /// What knowing of a removal or a return a day sooner is worth, in approvals.
    pub removal_value: f64,
}

/// By what the interval of a page goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The same for all.
    Fixed(SignedDuration),
    /// By how likely an event is just now, within the budget.
    Expected,
}

impl Default for Cadence {
    fn default() -> Self {
        Self {
            mode: Mode::Expected,
            max_delay: SignedDuration::from_hours(6 * 24),
            min_gap: Self::LEAST_GAP,
            budget_per_day: None,
            removal_value: Self::REMOVAL_VALUE.into(),
        }
    }
}

impl Cadence {
    /// What knowing of a removal a day sooner is worth, in approvals, unless set otherwise.
    pub const REMOVAL_VALUE: u32 = 3;
    /// The usual fixed interval.
    pub const EVERY: SignedDuration = SignedDuration::from_hours(24);
    /// Time from a first miss to the check that clears most short outages.
    pub const AFTER_MISS: SignedDuration = SignedDuration::from_mins(20);
    /// Time between checks when misses are still wanting after the span.
    pub const STILL_WANTING: SignedDuration = SignedDuration::from_hours(6);
    /// How much early a check at a fixed interval is due while the rhythm of the runs is not known, so that a daily
    /// cron never finds it due a minute later.
    pub const EARLY: SignedDuration = SignedDuration::from_hours(1);
    /// Least time between two checks of a page, unless set otherwise.
    pub const LEAST_GAP: SignedDuration = SignedDuration::from_mins(10);
    /// No page is left alone for longer, however small the budget.
    const ENDLESS: SignedDuration = SignedDuration::from_hours(24 * 365);
    /// Checks a day for each link, where no budget is set ...
    pub const CHECKS_A_LINK: f64 = 1.0;
    /// ... and up to so many ...
    pub const CHECKS_A_FRESH_LINK: f64 = 24.0;
    /// ... as long as all together are not more than this.
    pub const FEW_REQUESTS: f64 = 1_000.0;

    /// Longest time that any plan lies ahead where [`Cadence::max_delay`] is kept, a rest that a host asked for
    /// included.
    pub fn longest(&self) -> SignedDuration {
        let usual = match self.mode {
            Mode::Fixed(every) => every.max(self.max_delay),
            Mode::Expected => self.max_delay,
        };
        usual.max(SignedDuration::from_hours(Limits::RETRY_AFTER_HOURS))
    }

    /// Part of the budget up to which keeping [`Cadence::max_delay`] may take.
    const PROMISED: f64 = 0.9;
    /// Part of the budget that looking at every page now and then takes where the promise cannot be kept.
    const UNPROMISED: f64 = 0.5;

    /// Longest time between two checks of a page, of so many, with a budget of so many checks a day:
    /// [`Cadence::max_delay`] where that can be kept, else what leaves half of the budget to where it matters more.
    pub fn longest_wait(&self, pages: u64, budget: f64) -> SignedDuration {
        if budget >= self.least_budget(pages) {
            return self.max_delay;
        }
        let days = pages as f64 / (Self::UNPROMISED * budget);
        let seconds = (days * DAY_SECONDS).min(Self::ENDLESS.as_secs_f64());
        SignedDuration::from_secs_f64(seconds).max(self.max_delay)
    }

    /// Checks a day that it takes to keep [`Cadence::max_delay`] for so many pages.
    pub fn least_budget(&self, pages: u64) -> f64 {
        pages as f64 / days(self.max_delay) / Self::PROMISED
    }

    /// Requests a day that so many watched links have: a limit where one is set, else what is aimed at.
    ///
    /// Few links may have more than one a day each, since they may all have been sent just now; what that costs is
    /// bounded by [`Price::LEAST`](super::Price::LEAST).
    pub fn budget(&self, links: u64) -> f64 {
        let links = links as f64;
        let few = (Self::CHECKS_A_FRESH_LINK * links).min(Self::FEW_REQUESTS);
        self.budget_per_day.unwrap_or((Self::CHECKS_A_LINK * links).max(few))
    }
}
