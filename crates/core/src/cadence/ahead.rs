//! The coming days of one page, walked with the planner: when it is checked, and how late events are seen.

use std::ops::AddAssign;

use jiff::Timestamp;

use super::age::{days_after, days_between};
use super::hazard::Table;
use super::host_memory::HostMemory;
use super::interest::Interest;
use super::plan::{Plan, Terms, plan};
use crate::link::Link;
use crate::memory::PageMemory;
use crate::rule::Rule;

/// The coming days of a page, or of many, if nothing happens on them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ahead {
    /// Checks on each of the days to come.
    pub days: [u64; Ahead::DAYS],
    /// How late approvals are seen.
    pub approvals: Lateness,
    /// How late it is first seen that a link is gone.
    pub removals: Lateness,
}

/// How late events of a kind are seen.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Lateness {
    /// Events expected.
    events: f64,
    /// Days that pass until they are seen, over all of them.
    days: f64,
}

impl Lateness {
    /// Days that pass in the mean until an event is seen; none where none is expected.
    pub fn mean_days(self) -> Option<f64> {
        (self.events > 0.0).then(|| self.days / self.events)
    }
}

impl AddAssign for Lateness {
    fn add_assign(&mut self, more: Self) {
        self.events += more.events;
        self.days += more.days;
    }
}

impl AddAssign for Ahead {
    fn add_assign(&mut self, more: Self) {
        for (sum, more) in self.days.iter_mut().zip(more.days) {
            *sum += more;
        }
        self.approvals += more.approvals;
        self.removals += more.removals;
    }
}

impl Ahead {
    /// Days looked ahead.
    pub const DAYS: usize = 7;

    /// Checks in all of the days.
    pub fn checks(&self) -> u64 {
        self.days.iter().sum()
    }

    /// Walks a page from `now` on, with its next check when it is `due`, or when these terms plan it.
    pub fn of(
        links: &[Link],
        memory: &PageMemory,
        host: &HostMemory,
        due: Option<Timestamp>,
        terms: &Terms<'_>,
        now: Timestamp,
    ) -> Self {
        let mut ahead = Self::default();
        let mut memory = memory.clone();
        let mut before = memory.last.map_or(now, |(at, _)| at.min(now));
        let end = days_after(now, Self::DAYS as f64);
        let mut next = due.unwrap_or_else(|| plan(links, &memory, host, terms, now, now).at).max(now);
        while next < end {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "from 0 to the last day"
            )]
            let day = days_between(now, next).max(0.0) as usize;
            ahead.days[day.min(Self::DAYS - 1)] += 1;
            ahead.wait(links, host, terms, (before, next));
            memory.last = Some((next, Rule::Complete));
            memory.checks += 1;
            memory.unreadable = None;
            before = next;
            let Plan { at, .. } = plan(links, &memory, host, terms, next, next);
            next = at.max(days_after(next, Self::LEAST_STEP));
        }
        ahead.wait(links, host, terms, (before, next.min(days_after(end, Self::DAYS as f64))));
        ahead
    }

    /// Checks that follow one another are at least so far apart, in days: a second.
    const LEAST_STEP: f64 = 1.0 / 86_400.0;

    /// An interval between two checks: what happens in it is seen at its end.
    fn wait(
        &mut self,
        links: &[Link],
        host: &HostMemory,
        terms: &Terms<'_>,
        (from, to): (Timestamp, Timestamp),
    ) {
        let length = days_between(from, to).max(0.0);
        let middle = days_after(from, length / 2.0);
        for interest in links.iter().filter_map(|link| Interest::of(link, terms.cadence, middle)) {
            let bin = interest.table.bin(interest.age);
            let events = terms.hazards.rate(bin) * host.factor(bin) * length;
            let late = Lateness { events, days: events * length / 2.0 };
            match interest.table {
                Table::Pending => self.approvals += late,
                Table::Live => self.removals += late,
                Table::Lost => {}
            }
        }
    }
}
