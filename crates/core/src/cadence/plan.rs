//! When a page is due next: the soonest of what waits on it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::age::{after, days, days_after, kept};
use super::backoff::retry;
use super::confirm::{confirm, second_look};
use super::hazard::Hazards;
use super::host_memory::HostMemory;
use super::outlook::Outlook;
use super::price::Price;
use super::reason::{Awaited, Class, Expected, Reason};
use super::rhythm::RunRhythm;
use super::settings::{Cadence, Mode};
use crate::link::Link;
use crate::memory::PageMemory;
use crate::policy::Policy;

/// When a page is due, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// When it is due.
    pub at: Timestamp,
    /// Why then.
    pub reason: Reason,
}

impl Plan {
    /// Due at once, for a page that was just added.
    pub fn added(now: Timestamp) -> Self {
        Self { at: now, reason: Reason::Added }
    }

    /// Where it stands among all due pages when there are more than the budget allows: those that sort first go
    /// first, within a class by due time, so that none waits for ever.
    pub fn order(&self) -> (Class, Timestamp) {
        (self.reason.class(), self.at)
    }
}

/// What all plans of a run have in common.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// What it takes to change a state.
    pub policy: &'a Policy,
    /// The knobs.
    pub cadence: &'a Cadence,
    /// What was learned of events.
    pub hazards: &'a Hazards,
    /// What a check costs.
    pub price: Price,
    /// When runs happen.
    pub rhythm: RunRhythm,
    /// Longest time between two checks of a page: [`Cadence::longest_wait`].
    pub longest: SignedDuration,
}

impl Terms<'_> {
    /// Checks a day that so many pages get at any price, for the longest wait.
    pub fn least_demand(&self, pages: u64) -> f64 {
        pages as f64 / days(self.longest)
    }

    /// Least time between two usual checks of a page, in days.
    pub(super) fn least_gap(&self) -> f64 {
        days(self.cadence.min_gap.max(self.rhythm.least_gap()))
    }
}

/// Plans the next check of a page from what is known after its last one: never in the past, and never before its
/// host is `free_at`.
///
/// A page that was never checked is due at once. The same input gives the same plan, so a page may be planned again
/// at any time: when a link is added to it, or when the price has moved.
pub fn plan(
    links: &[Link],
    memory: &PageMemory,
    host: &HostMemory,
    terms: &Terms<'_>,
    free_at: Timestamp,
    now: Timestamp,
) -> Plan {
    let watched = || links.iter().filter(|link| link.state.name().is_watched());
    if watched().next().is_none() {
        return Plan { at: Timestamp::MAX, reason: Reason::NothingWatched };
    }
    let Some((last, rule)) = memory.last else { return Plan::added(now.max(free_at)) };
    if rule.asked_nothing() && free_at > now {
        return Plan { at: free_at, reason: Reason::HostRests };
    }
    let last = last.min(now);
    let plan = retry(memory, terms, last).unwrap_or_else(|| {
        let second = watched().filter_map(|link| second_look(link, terms.policy));
        let confirm = watched().filter_map(|link| confirm(link, terms, last));
        let usual = usual(links, memory, host, terms, last);
        second.chain(confirm).fold(usual, |a, b| if b.at < a.at { b } else { a })
    });
    Plan { at: plan.at.max(after(last, terms.cadence.min_gap)).max(free_at).max(now), ..plan }
}

/// The next check when nothing is to be confirmed.
fn usual(links: &[Link], memory: &PageMemory, host: &HostMemory, terms: &Terms<'_>, last: Timestamp) -> Plan {
    let earliest = after(last, terms.cadence.min_gap);
    let near = |ideal, most| terms.rhythm.due_near(ideal, earliest, after(last, most));
    match terms.cadence.mode {
        Mode::Fixed(every) => {
            let (run, by_run) = near(after(last, every), SignedDuration::MAX);
            let at = if by_run { run } else { after(last, every - Cadence::EARLY) };
            Plan { at, reason: Reason::Usual }
        }
        Mode::Expected => {
            let outlook = Outlook::of(links, host, terms, last);
            let most = days(terms.longest);
            let wait = outlook.wait.min(most / (1.0 + SPREAD)) * (1.0 + spread(links, memory));
            let (at, by_run) = near(days_after(last, wait), terms.longest);
            let watched = links.iter().filter(|link| link.state.name().is_watched()).count();
            let expected = Expected {
                awaited: Awaited::first_of(links, host, terms, last),
                links: u32::try_from(watched).unwrap_or(u32::MAX),
                wait_s: kept(at.duration_since(last).as_secs_f64()),
                daily_milli: kept(outlook.daily * 1_000.0),
                by_run,
                longest: outlook.wait >= most,
            };
            Plan { at, reason: Reason::Expected(expected) }
        }
    }
}

/// How far off its best time a check is made at most, in parts of the wait, so that pages added together drift
/// apart.
const SPREAD: f64 = 0.02;

/// A part of the wait between −[`SPREAD`] and +[`SPREAD`] that page and check decide.
fn spread(links: &[Link], memory: &PageMemory) -> f64 {
    let id = links.first().map_or([0; 16], |link| link.id.to_bytes());
    let page = u64::from_be_bytes(std::array::from_fn(|n| id[n + 8]));
    let mixed = mix(page ^ mix(u64::from(memory.checks)));
    SPREAD * ((mixed >> 11) as f64 / (1_u64 << 52) as f64 - 1.0)
}

/// One step of splitmix64: the same page at its next check lands elsewhere.
fn mix(value: u64) -> u64 {
    let z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
