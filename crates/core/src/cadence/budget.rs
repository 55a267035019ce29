//! How many requests may be made: what accrues with time, and no more.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::age::{DAY_SECONDS, days, days_after, days_between};
use super::rhythm::RunRhythm;

/// A bucket of requests that fills with time; full at the start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    per_day: f64,
    /// Most that is kept.
    most: f64,
    left: f64,
    at: Timestamp,
}

impl Budget {
    /// Time for which a service saves up.
    pub const SERVICE: SignedDuration = SignedDuration::from_mins(30);
    /// Requests that may be saved up in any case.
    const LEAST_SAVED: f64 = 20.0;
    /// Time for which runs save up.
    pub const RUNS: SignedDuration = SignedDuration::from_hours(24);

    /// A full budget of so many requests a day.
    pub fn new(per_day: f64, rhythm: RunRhythm, now: Timestamp) -> Self {
        let most = Self::most(per_day, rhythm);
        Self { per_day, most, left: most, at: now }
    }

    /// Changes the rate from now on.
    pub fn change(&mut self, per_day: f64, rhythm: RunRhythm, now: Timestamp) {
        self.accrue(now);
        (self.per_day, self.most) = (per_day, Self::most(per_day, rhythm));
        self.left = self.left.min(self.most);
    }

    fn most(per_day: f64, rhythm: RunRhythm) -> f64 {
        let saved = if rhythm == RunRhythm::Service { Self::SERVICE } else { Self::RUNS };
        (per_day * days(saved)).max(Self::LEAST_SAVED)
    }

    /// What sums of parts of requests may be short of whole ones.
    const ROUNDING: f64 = 1e-6;

    /// Whether another request may be made now.
    pub fn allows(&mut self, now: Timestamp) -> bool {
        self.accrue(now);
        self.left >= 1.0 - Self::ROUNDING
    }

    /// Whole requests that may be made now.
    pub fn left(&mut self, now: Timestamp) -> u64 {
        self.accrue(now);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates, and is no debt"
        )]
        let whole = (self.left + Self::ROUNDING).max(0.0) as u64;
        whole
    }

    /// Counts requests that were made. Where one check took more than was left, the next waits until that is made up
    /// for.
    pub fn spend(&mut self, requests: u32) {
        self.left -= f64::from(requests);
    }

    /// When another request may be made, if none is until then.
    pub fn allows_at(&self) -> Timestamp {
        self.has_at(1)
    }

    /// When so many requests may be made, as far as so many may be saved up at all; none where they may be now.
    pub fn wait_for(&mut self, requests: u64, now: Timestamp) -> Option<Timestamp> {
        self.accrue(now);
        let at = self.has_at(requests);
        (at > now).then_some(at)
    }

    fn has_at(&self, requests: u64) -> Timestamp {
        let wanting = (requests as f64).min(self.most) - Self::ROUNDING - self.left;
        if wanting <= 0.0 {
            return self.at;
        }
        let seconds = (wanting / self.per_day * DAY_SECONDS).ceil();
        days_after(self.at, seconds / DAY_SECONDS)
    }

    /// Adds what has come together since the last time; after a clock was set back, nothing.
    fn accrue(&mut self, now: Timestamp) {
        let passed = days_between(self.at, now).max(0.0);
        self.left = (self.left + self.per_day * passed).min(self.most);
        self.at = now;
    }
}
