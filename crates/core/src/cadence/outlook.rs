//! The coming days of one page: when the checks it is worth have added up to one, and what they cost.

use jiff::Timestamp;

use super::age::days;
use super::hazard::{Hazards, Table};
use super::host_memory::HostMemory;
use super::interest::{Interest, Stake};
use super::plan::Terms;
use crate::link::Link;

/// Days over which the cost of a page is told, where the longest wait is not longer.
const WEEK: f64 = 7.0;
/// Bins that follow one another sooner than this, in days and in parts of the time looked ahead, are taken as one:
/// pages with very many links have very many edges.
const LEAST_STEP: (f64, f64) = (1.0 / 1_440.0, 1.0 / 16.0);

/// What is ahead of a page that was checked at an instant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outlook {
    /// Days until the next check is worth it, within the caps.
    pub(super) wait: f64,
    /// Checks a day over the coming week, or the longest wait where that is longer.
    pub(super) daily: f64,
}

impl Outlook {
    /// The outlook after a check at `last`: the next check is after τ with `∫₀^τ n(h(age + s)) ds = 1`.
    pub(super) fn of(links: &[Link], host: &HostMemory, terms: &Terms<'_>, last: Timestamp) -> Self {
        let price = host.price(terms.price).per_check();
        let (gap, most) = (terms.least_gap(), days(terms.longest));
        let horizon = most.max(WEEK);
        let (mut ahead, mut due, mut spent, mut wait) = (0.0, 0.0, 0.0, None);
        while ahead < horizon {
            let (stake, edge) = stake_ahead(links, host, terms, last, ahead);
            let n = stake.density(price);
            let end = edge.max(ahead + LEAST_STEP.0 + ahead * LEAST_STEP.1).min(horizon);
            let reached = ahead + (1.0 - due) / n;
            if wait.is_none() && reached <= end {
                wait = Some(reached);
            }
            due += n * (end - ahead);
            spent += n.min(1.0 / gap).max(1.0 / most) * (end - ahead);
            ahead = end;
        }
        Self { wait: wait.unwrap_or(most).min(most).max(gap), daily: spent / horizon }
    }
}

/// What the page is worth checking for some days ahead, and how far ahead the first link of it changes bins.
fn stake_ahead(
    links: &[Link],
    host: &HostMemory,
    terms: &Terms<'_>,
    last: Timestamp,
    ahead: f64,
) -> (Stake, f64) {
    let mut stake = Stake::default();
    let mut edge = f64::INFINITY;
    for interest in links.iter().filter_map(|link| Interest::of(link, terms.cadence, last)) {
        let then = Interest { age: interest.age + ahead, ..interest };
        let bin = stake.add(then, host, terms.hazards);
        edge = edge.min(ahead + interest.table.end_of(bin) - then.age);
    }
    (stake, edge)
}

/// The age in days by which half of those that will be approved at all are approved on this host.
pub(super) fn typical_approval(host: &HostMemory, hazards: &Hazards) -> f64 {
    let bins = || {
        let closed = Table::Pending.bins().take_while(|bin| Table::Pending.end_of(*bin).is_finite());
        closed.map(|bin| {
            let (start, end) = (Table::start_of(bin), Table::Pending.end_of(bin));
            (start, end, hazards.rate(bin) * host.factor(bin))
        })
    };
    let ever = 1.0 - (-bins().map(|(start, end, rate)| rate * (end - start)).sum::<f64>()).exp();
    let mut left = -(-ever / 2.0).ln_1p();
    let mut age = 0.0;
    for (start, end, rate) in bins() {
        if left <= rate * (end - start) {
            return start + left / rate;
        }
        left -= rate * (end - start);
        age = end;
    }
    age
}
