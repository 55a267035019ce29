//! What the schedule remembers of a host: how it differs from others.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::hazard::Table;
use super::price::Price;

/// Groups of bins whose hazards a host shifts as one: pending below 8 h, 2.5 d, 20 d and above; live.
const GROUPS: usize = 5;

/// What the schedule remembers of a host; travels with its state. The default knows nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HostMemory {
    /// What came of what was expected.
    pub counts: HostCounts,
    /// When a loss of it was confirmed last.
    pub last_loss: Option<Timestamp>,
    /// The price at which the checks of its pages stay within what it may be asked, where they would not by
    /// themselves; see [`HostMemory::price`].
    pub least_price: Option<Price>,
}

/// Events on a host, and how many the tables expected.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HostCounts {
    /// Events by group.
    pub(super) events: [f32; GROUPS],
    /// Events that the tables expected, by group.
    pub(super) expected: [f32; GROUPS],
}

impl HostMemory {
    /// Days for which a loss makes the next one on the host suspect to be of the whole host.
    pub const SHARED_LOSS: SignedDuration = SignedDuration::from_hours(3 * 24);
    /// How slowly a host is believed to differ from others: as if so many events had been expected, and had come.
    const DOUBT: [f64; GROUPS] = [0.8, 0.8, 0.8, 0.8, 1.5];

    /// The group of a bin; lost links have none.
    pub(super) fn group_of(bin: usize) -> Option<usize> {
        match bin {
            0..5 => Some(0),
            5..8 => Some(1),
            8..11 => Some(2),
            11..15 => Some(3),
            _ if Table::Live.bins().contains(&bin) => Some(4),
            _ => None,
        }
    }

    /// How many times as likely events of this bin are here as elsewhere.
    pub(super) fn factor(&self, bin: usize) -> f64 {
        let Some(group) = Self::group_of(bin) else { return 1.0 };
        let events = Self::DOUBT[group] + f64::from(self.counts.events[group]).max(0.0);
        events / (Self::DOUBT[group] + f64::from(self.counts.expected[group]).max(0.0))
    }

    /// The price of a check here: the price of all, or the host's own where it may not be asked more often.
    ///
    /// [`HostMemory::least_price`] is [`Price::settle`] over the host's own pages with what its rest, or the user,
    /// allows a day as the budget.
    pub fn price(&self, of_all: Price) -> Price {
        self.least_price.map_or(of_all, |least| of_all.max(least))
    }

    /// Whether a loss was confirmed here lately: then the next is taken for one of the whole host, and waits for
    /// the longer span.
    pub fn lost_lately(&self, now: Timestamp) -> bool {
        self.last_loss.is_some_and(|at| at <= now && now.duration_since(at) <= Self::SHARED_LOSS)
    }
}
