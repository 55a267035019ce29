//! A link, and a page, as the schedule sees them: what is awaited, how likely, of what worth.

use jiff::Timestamp;

use super::age::days_between;
use super::hazard::{Hazards, Table};
use super::host_memory::HostMemory;
use super::settings::Cadence;
use crate::link::{Link, LinkState};

/// What a link awaits, and since when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Interest {
    pub(super) table: Table,
    /// Its age in days at the instant asked for.
    pub(super) age: f64,
    /// What a day's delay of its event costs.
    pub(super) worth: f64,
}

impl Interest {
    /// Age from which the live table is read for links that came from a file or a person: they have stood for long.
    pub(super) const IMPORTED_DAYS: f64 = 365.0;
    /// Weights are clamped to this.
    const WEIGHT: (f64, f64) = (0.01, 100.0);

    /// What a link awaits at an instant; none when it awaits nothing by itself: not watched, never seen, or missing,
    /// which is confirmed apart.
    pub(super) fn of(link: &Link, cadence: &Cadence, at: Timestamp) -> Option<Self> {
        let age = |since| days_between(since, at).max(0.0);
        let weight = f64::from(link.weight);
        let weight = if weight.is_nan() { 1.0 } else { weight.clamp(Self::WEIGHT.0, Self::WEIGHT.1) };
        let removal = weight * cadence.removal_value;
        let (table, age, worth) = match &link.state {
            LinkState::Pending { .. } | LinkState::NoAnswer { .. } => {
                (Table::Pending, age(link.sent().unwrap_or(link.added)), weight)
            }
            LinkState::Live { since } if link.origin.hides_age() => {
                (Table::Live, Self::IMPORTED_DAYS + age(*since), removal)
            }
            LinkState::Live { since } => (Table::Live, age(*since), removal),
            LinkState::Lost { since, .. } => (Table::Lost, age(*since), removal),
            _ => return None,
        };
        Some(Self { table, age, worth })
    }
}

/// What a page is worth checking for at an instant: the sum over its links.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Stake {
    /// Events a day.
    pub(super) hazard: f64,
    /// What a day's delay of them costs, a day.
    pub(super) worth: f64,
}

impl Stake {
    /// What a page with these links is worth checking for now.
    pub fn of(
        links: &[Link],
        host: &HostMemory,
        hazards: &Hazards,
        cadence: &Cadence,
        now: Timestamp,
    ) -> Self {
        let interests = links.iter().filter_map(|link| Interest::of(link, cadence, now));
        interests.fold(Self::default(), |mut stake, interest| {
            stake.add(interest, host, hazards);
            stake
        })
    }

    /// Adds a link; answers its bin.
    pub(super) fn add(&mut self, interest: Interest, host: &HostMemory, hazards: &Hazards) -> usize {
        let bin = interest.table.bin(interest.age);
        let hazard = hazards.rate(bin) * host.factor(bin);
        self.hazard += hazard;
        self.worth += hazard * interest.worth;
        bin
    }

    /// Checks a day that it is worth at a price.
    pub(super) fn density(self, price: f64) -> f64 {
        super::density(self.hazard, self.worth / self.hazard, price)
    }
}
