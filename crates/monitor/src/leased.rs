//! A host in our hand: what is known of it, and what was seen on it since the last commit.

use jiff::{SignedDuration, Timestamp};
use trackward_core::{Candidate, Fetched, HostKey, HostState, Link, LinkState};
use trackward_fetch::retry_after;
use trackward_store::{CheckedPage, DuePage, HostBatch, LeaseId};

use crate::settings::Limits;

/// A host in our hand.
#[derive(Debug)]
pub(crate) struct LeasedHost {
    /// None for a host that another worker holds: a redirect led us there for a request.
    pub(crate) lease: Option<LeaseId>,
    /// What is known of it.
    pub(crate) state: HostState,
    /// Open visits that need it ([`crate::Visit::hosts`]).
    pub(crate) open: usize,
    /// Its pages that wait for a decision on their removals.
    pub(crate) removing: usize,
    /// Whether more of its pages are due than were leased at once.
    pub(crate) more: bool,
    /// Pages that were checked and not committed yet.
    pub(crate) checked: Vec<CheckedPage>,
    /// What discovery learned of its addresses and was not committed yet.
    pub(crate) candidates: Vec<Candidate>,
    /// Whether it was asked since the last commit.
    asked: bool,
}

impl LeasedHost {
    pub(crate) fn new(lease: Option<LeaseId>, state: HostState) -> Self {
        Self {
            lease,
            state,
            open: 0,
            removing: 0,
            more: false,
            checked: Vec::new(),
            candidates: Vec::new(),
            asked: false,
        }
    }

    /// Stands in for a host that nobody could lease to us.
    pub(crate) fn stranger(host: HostKey) -> Self {
        Self::new(None, HostState::new(host))
    }

    /// What a request to the host costs in milliseconds, rest included.
    pub(crate) fn request_ms(&self, rest: SignedDuration) -> u64 {
        u64::from(self.state.latency_ms) + u64::try_from(rest.as_millis()).unwrap_or(0)
    }

    /// Notes that a request took from `began` to `ended`.
    pub(crate) fn asked(&mut self, began: Timestamp, ended: Timestamp) {
        self.asked = true;
        let took = u32::try_from(ended.duration_since(began).as_millis()).unwrap_or(u32::MAX);
        let before = self.state.latency_ms;
        self.state.latency_ms = if before == 0 { took } else { before - before / 4 + took / 4 };
    }

    /// Puts another page first while the host is in trouble: the first is the probe, and it may be this page
    /// alone that fails.
    pub(crate) fn turn_to_another_probe(&self, pages: &mut [DuePage]) {
        if let (Some(down), false) = (&self.state.down, pages.is_empty()) {
            pages.rotate_left(down.checks as usize % pages.len());
        }
    }

    /// Whether it is to be left alone for longer than a run waits.
    pub(crate) fn is_parked(&self, now: Timestamp) -> bool {
        rests_too_long(&self.state, now)
    }

    /// Whether no visit needs it any more.
    pub(crate) fn is_done(&self) -> bool {
        self.open == 0 && self.removing == 0
    }

    /// Whether there is something to write down.
    pub(crate) fn has_news(&self) -> bool {
        self.asked || !self.checked.is_empty() || !self.candidates.is_empty()
    }

    /// What is to be committed now; with the last visit finished the lease ends. Where much of the host is missing,
    /// it is in doubt.
    pub(crate) fn batch(&mut self, is_in_doubt: bool) -> Option<HostBatch> {
        self.asked = false;
        let mut pages = std::mem::take(&mut self.checked);
        if is_in_doubt {
            pages.iter_mut().flat_map(|page| &mut page.links).for_each(doubt_the_host);
        }
        let candidates = std::mem::take(&mut self.candidates);
        let lease = self.lease.clone()?;
        Some(HostBatch { lease, last: self.is_done(), state: self.state.clone(), pages, candidates })
    }
}

/// A link that goes missing while much of its host does takes the long span to be called lost.
pub(crate) fn doubt_the_host(link: &mut Link) {
    if let LinkState::Missing { missed, .. } = &mut link.state {
        missed.host_wide = true;
    }
}

/// What an answer asks of us before the next request.
#[derive(Debug)]
pub(crate) struct Pause {
    origin: String,
    retry_after: Option<SignedDuration>,
}

impl Pause {
    /// Reads it off an answer that came at `now`.
    pub(crate) fn asked_by(fetched: &Fetched, now: Timestamp) -> Self {
        let retry_after = fetched.outcome.as_ref().ok().and_then(|response| retry_after(response, now));
        Self { origin: fetched.url.origin(), retry_after }
    }

    /// Gives the host its rest: the longest of the configured one, the `Crawl-delay` of the origin's robots.txt
    /// as it is known by then, and the `Retry-After`.
    pub(crate) fn rest(&self, state: &mut HostState, rest: SignedDuration, now: Timestamp) {
        let copy = state.robots_of(&self.origin);
        let crawl_delay = copy.and_then(|copy| copy.answer.crawl_delay());
        state.rest(now, rest, crawl_delay, self.retry_after);
    }
}

/// Whether a host is to be left alone for longer than anybody should wait.
pub(crate) fn rests_too_long(state: &HostState, now: Timestamp) -> bool {
    state.free_at.duration_since(now) > Limits::PATIENCE
}
