//! When a page is checked next, and why.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::limits::Limits;
use crate::link::{Link, LinkState};
use crate::memory::PageMemory;
use crate::policy::Policy;
use crate::rule::{Rule, Verdict};

/// How often pages are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cadence {
    /// Usual time between two checks of a page.
    pub every: SignedDuration,
    /// Longest time between two checks of a page that cannot be read.
    pub max_delay: SignedDuration,
}

impl Default for Cadence {
    fn default() -> Self {
        Self { every: SignedDuration::from_hours(24), max_delay: SignedDuration::from_hours(6 * 24) }
    }
}

impl Cadence {
    /// Time from a first miss to the check that clears most short outages.
    pub const AFTER_MISS: SignedDuration = SignedDuration::from_mins(20);
    /// Time between checks when misses are still wanting after the span.
    pub const STILL_WANTING: SignedDuration = SignedDuration::from_hours(6);
    /// How much early a usual check is due, so that a daily cron never finds it due a minute later.
    pub const EARLY: SignedDuration = SignedDuration::from_hours(1);
    /// Least time between two checks of a page.
    pub const LEAST_GAP: SignedDuration = SignedDuration::from_mins(10);

    /// Longest time that any plan lies ahead, a rest that a host asked for included.
    pub fn longest(&self) -> SignedDuration {
        self.every.max(self.max_delay).max(SignedDuration::from_hours(Limits::RETRY_AFTER_HOURS))
    }
}

/// When a page is due, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// When it is due.
    pub at: Timestamp,
    /// Why then.
    pub reason: Reason,
}

/// Why a page is due when it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// Just added.
    Added,
    /// The usual interval.
    Usual,
    /// A link was missed: confirm or clear it.
    Confirm {
        /// Checks that missed it so far.
        misses: u32,
    },
    /// A first absence or a changed attribute asks for a second look.
    SecondLook,
    /// The page could not be checked: tried again after a back-off.
    Retry {
        /// What kept it unread.
        rule: Rule,
        /// Inconclusive checks in a row.
        failures: u32,
    },
    /// Nothing on the page is watched any more.
    NothingWatched,
    /// Its host is left alone until then.
    HostRests,
}

impl Plan {
    /// Due at once, for a page that was just added.
    pub fn added(now: Timestamp) -> Self {
        Self { at: now, reason: Reason::Added }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Added => f.write_str("first check"),
            Self::Usual => f.write_str("usual interval"),
            Self::Confirm { misses: 1 } => f.write_str("missed once, look again"),
            Self::Confirm { misses } => write!(f, "missed {misses} times, confirm or clear it"),
            Self::SecondLook => f.write_str("second look at what was seen once"),
            Self::Retry { rule, failures } => {
                write!(f, "try {} because {}", failures + 1, rule.in_words())
            }
            Self::HostRests => f.write_str("its site is left alone until then"),
            Self::NothingWatched => f.write_str("nothing on the page is watched"),
        }
    }
}

/// Plans the next check of a page from what is known after the check that ended at `now`; never before its host
/// is `free_at`.
pub fn plan(
    links: &[Link],
    memory: &PageMemory,
    policy: &Policy,
    cadence: &Cadence,
    free_at: Timestamp,
    now: Timestamp,
) -> Plan {
    let watched = || links.iter().filter(|link| link.state.name().is_watched());
    if watched().next().is_none() {
        return Plan { at: Timestamp::MAX, reason: Reason::NothingWatched };
    }
    if memory.last.is_some_and(|(_, rule)| rule.asked_nothing()) && free_at > now {
        return Plan { at: free_at, reason: Reason::HostRests };
    }
    let usual = Plan { at: after(now, cadence.every - Cadence::EARLY), reason: Reason::Usual };
    let retry = retry(memory, policy, cadence, now);
    let confirm = watched().filter_map(|link| confirm(link, policy, now)).min_by_key(|plan| plan.at);
    let second = watched().filter_map(|link| second_look(link, policy)).min();
    let second = second.map(|at| Plan { at, reason: Reason::SecondLook });
    let soonest = [confirm, second].into_iter().flatten().fold(usual, |a, b| if b.at < a.at { b } else { a });
    let plan = retry.unwrap_or(soonest);
    Plan { at: plan.at.max(after(now, Cadence::LEAST_GAP)).max(free_at), ..plan }
}

fn after(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

/// A page that could not be checked is tried again after a back-off that doubles, whatever waits on it,
/// and once more before it is announced as unreadable.
fn retry(memory: &PageMemory, policy: &Policy, cadence: &Cadence, now: Timestamp) -> Option<Plan> {
    let (_, rule) = memory.last?;
    let unreadable = memory.unreadable.as_ref()?;
    let doublings = memory.failures.saturating_sub(1).min(10);
    let (first, most) = match rule.verdict() {
        Verdict::Unreachable | Verdict::ServerError => (SignedDuration::from_mins(15), cadence.every),
        Verdict::Refused | Verdict::Unusable | Verdict::Doubtful => {
            (SignedDuration::from_hours(1), cadence.max_delay)
        }
        Verdict::Disallowed => (cadence.every, cadence.max_delay),
        _ => (cadence.max_delay, cadence.max_delay),
    };
    let wait = first.saturating_mul(1 << doublings).min(most);
    let backed_off = after(now, wait - Cadence::EARLY.min(wait / 24));
    let announced = after(unreadable.since, policy.unreadable_after);
    let at = if announced > now { backed_off.min(announced) } else { backed_off };
    Some(Plan { at, reason: Reason::Retry { rule, failures: memory.failures } })
}

/// A missing link is looked at after 20 minutes, then at the end of its span, then every 6 hours.
fn confirm(link: &Link, policy: &Policy, now: Timestamp) -> Option<Plan> {
    let LinkState::Missing { missed, .. } = &link.state else { return None };
    let at = if missed.checks == 1 {
        after(missed.last, Cadence::AFTER_MISS)
    } else {
        let end = after(missed.first, policy.confirm.span_of(missed));
        if end > now { end } else { after(now, Cadence::STILL_WANTING) }
    };
    Some(Plan { at, reason: Reason::Confirm { misses: missed.checks } })
}

fn second_look(link: &Link, policy: &Policy) -> Option<Timestamp> {
    let first = match (&link.state, &link.shift) {
        (LinkState::Imported { absent: Some((first, _)) }, _) | (_, Some((_, first))) => *first,
        _ => return None,
    };
    Some(after(first, policy.second_look))
}
