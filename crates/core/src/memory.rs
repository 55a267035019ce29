//! What is remembered of a page from check to check.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::EventKind;
use crate::fetched::{BodyEnd, Response};
use crate::limits::Limits;
use crate::link::{Link, LinkState};
use crate::observation::Observation;
use crate::page_url::PageUrl;
use crate::policy::Policy;
use crate::rule::{Rule, Verdict};

/// What is remembered of a page from check to check; everything that is no link state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageMemory {
    /// Checks so far.
    pub checks: u32,
    /// The last check, and the rule that decided it.
    pub last: Option<(Timestamp, Rule)>,
    /// The last conclusive check.
    pub conclusive_at: Option<Timestamp>,
    /// Inconclusive checks in a row.
    pub failures: u32,
    /// The shape of the page at its last readable look.
    pub landmarks: Option<Landmarks>,
    /// Validators of the last full body.
    pub validators: Option<Validators>,
    /// Since when the page cannot be read.
    pub unreadable: Option<Unreadable>,
    /// A new shape that is not trusted yet.
    pub doubt: Option<Doubt>,
    /// When NXDOMAIN was first answered in a row, or the domain was for sale, and how often.
    pub no_such_host: Option<(Timestamp, u32)>,
    /// Where the page has moved for good, and how many checks in a row said so.
    pub moved: Option<(PageUrl, u32)>,
}

impl PageMemory {
    /// The validators to send with the next request, if any.
    ///
    /// Only while every watched link is live and unchanged, and the body they belong to is young enough:
    /// a host that says "unchanged" for ever delays the truth, and never hides it
    /// (`docs/states.md`, conditional requests).
    pub fn validators_to_send(&self, links: &[Link], policy: &Policy, now: Timestamp) -> Option<&Validators> {
        let settled = |link: &Link| matches!(link.state, LinkState::Live { .. }) && link.shift.is_none();
        let mut watched = links.iter().filter(|link| link.state.name().is_watched());
        self.validators.as_ref().filter(|validators| {
            validators.uses < policy.conditional_checks
                && validators.body_at <= now
                && now.duration_since(validators.body_at) <= policy.conditional_age
                && watched.all(settled)
        })
    }

    /// What a clock gone wrong wrote in the future begins now.
    pub(crate) fn forget_the_future(&mut self, now: Timestamp) {
        let past = |at: &mut Timestamp| *at = now.min(*at);
        self.conclusive_at.iter_mut().for_each(past);
        self.unreadable.iter_mut().for_each(|unreadable| past(&mut unreadable.since));
        self.doubt.iter_mut().for_each(|doubt| past(&mut doubt.since));
        self.no_such_host.iter_mut().for_each(|(first, _)| past(first));
    }

    /// Whether the name was gone or for sale often and long enough to prove the host gone.
    pub(crate) fn proves_host_gone(&self, policy: &Policy, now: Timestamp) -> bool {
        self.no_such_host.is_some_and(|(first, checks)| {
            checks >= policy.host_gone_checks && now.duration_since(first) >= policy.host_gone_after
        })
    }

    /// What is remembered after an observation; `links` are those of the page after it.
    pub(crate) fn after(&self, seen: &Observation, links: &[Link], policy: &Policy) -> Self {
        let verdict = seen.verdict();
        let conclusive = verdict.is_conclusive();
        let readable = verdict == Verdict::Readable;
        let tries = u32::from(!seen.rule.asked_nothing());
        Self {
            checks: self.checks + tries,
            last: Some((seen.at, seen.rule)),
            conclusive_at: if conclusive { Some(seen.at) } else { self.conclusive_at },
            failures: if conclusive { 0 } else { self.failures + tries },
            landmarks: seen.landmarks.clone().filter(|_| readable).or_else(|| self.landmarks.clone()),
            validators: self.validators_after(seen, links),
            unreadable: if conclusive { None } else { Some(self.unreadable_after(seen, policy)) },
            doubt: if conclusive { None } else { self.doubt_after(seen) },
            no_such_host: says_host_gone(seen).then(|| {
                let (first, checks) = self.no_such_host.unwrap_or((seen.at, 0));
                (first, checks + 1)
            }),
            moved: if conclusive { self.moved_after(seen, links) } else { self.moved.clone() },
        }
    }

    /// What the page itself has to report: unreadable for too long, or readable again after that.
    pub(crate) fn news(&self, next: &Self, links: &[Link]) -> Option<EventKind> {
        let watched = links.iter().filter(|link| link.state.name().is_watched()).count();
        let links = u32::try_from(watched).unwrap_or(u32::MAX);
        let announced = |memory: &Self| memory.unreadable.as_ref().is_some_and(|u| u.announced);
        match (&self.unreadable, &next.unreadable) {
            (Some(was), None) if was.announced => Some(EventKind::ReadableAgain { since: was.since, links }),
            (_, Some(is)) if is.announced && !announced(self) && links > 0 => {
                Some(EventKind::Unreadable { since: is.since, rule: is.rule, links })
            }
            _ => None,
        }
    }

    fn unreadable_after(&self, seen: &Observation, policy: &Policy) -> Unreadable {
        let before = self.unreadable.as_ref();
        let since = before.map_or(seen.at, |unreadable| unreadable.since);
        let announced = before.is_some_and(|unreadable| unreadable.announced)
            || seen.at.duration_since(since) >= policy.unreadable_after;
        Unreadable { since, rule: seen.rule, detail: seen.detail.clone(), announced }
    }

    /// Validators are kept only after a look at which every watched link was there.
    fn validators_after(&self, seen: &Observation, links: &[Link]) -> Option<Validators> {
        let all_live = links
            .iter()
            .filter(|link| link.state.name().is_watched())
            .all(|link| matches!(link.state, LinkState::Live { .. }));
        match seen.verdict() {
            Verdict::Readable if all_live && seen.chain.is_empty() => seen.validators.clone(),
            Verdict::NotModified => {
                let used = self.validators.clone()?;
                Some(Validators { uses: used.uses.saturating_add(1), ..used })
            }
            _ => None,
        }
    }

    fn doubt_after(&self, seen: &Observation) -> Option<Doubt> {
        let Some(shape) = &seen.landmarks else { return self.doubt.clone() };
        let same = self.doubt.as_ref().filter(|doubt| doubt.shape.looks_like(shape));
        match (same, seen.rule.may_become_normal()) {
            (Some(doubt), true) => Some(Doubt { checks: doubt.checks + 1, ..doubt.clone() }),
            (Some(doubt), false) => Some(doubt.clone()),
            (None, true) => Some(Doubt { shape: shape.clone(), since: seen.at, checks: 1 }),
            // Another page altogether was read: the doubtful shape did not last.
            (None, false) => None,
        }
    }

    fn moved_after(&self, seen: &Observation, links: &[Link]) -> Option<(PageUrl, u32)> {
        let carries_us = links.iter().any(|link| matches!(link.state, LinkState::Live { .. }));
        if !seen.moved_for_good() || !carries_us {
            return None;
        }
        match &self.moved {
            Some((to, checks)) if *to == seen.final_url => Some((to.clone(), checks + 1)),
            _ => Some((seen.final_url.clone(), 1)),
        }
    }
}

/// Whether the page's own host name does not exist, or its domain is for sale: then a redirect to the seller
/// says the same.
fn says_host_gone(seen: &Observation) -> bool {
    match seen.rule {
        Rule::NoSuchHost => seen.chain.is_empty(),
        rule => rule == Rule::Parked,
    }
}

impl Landmarks {
    /// Least size of a page that may prove an absence, in percent of its last readable size.
    pub const LEAST_PERCENT: u64 = 40;

    /// Whether two looks show the same page: its entries and exact size may differ.
    pub fn looks_like(&self, other: &Self) -> bool {
        self.title == other.title && self.canonical == other.canonical && self.containers == other.containers
    }
}

impl Validators {
    /// The validators of a complete 200 answer read at `at`, as sent; none when it has none that can be
    /// sent back: visible ASCII, at most [`Limits::VALIDATOR_BYTES`].
    pub fn of(response: &Response, at: Timestamp) -> Option<Self> {
        if response.status != 200 || response.ending != BodyEnd::Complete {
            return None;
        }
        let kept = |name: &str| {
            let value = response.headers.get(name)?;
            let fits = (1..=Limits::VALIDATOR_BYTES).contains(&value.len());
            let visible = value.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
            (fits && visible).then(|| value.to_owned())
        };
        let (etag, last_modified) = (kept("etag"), kept("last-modified"));
        (etag.is_some() || last_modified.is_some()).then_some(Self {
            etag,
            last_modified,
            body_at: at,
            uses: 0,
        })
    }
}

/// The shape of a page, compared before an absence is believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Landmarks {
    /// Decoded size in bytes.
    pub bytes: u64,
    /// Its title.
    pub title: Option<String>,
    /// Its canonical address.
    pub canonical: Option<PageUrl>,
    /// Names of its ping and comment containers; sorted, unique.
    pub containers: Vec<String>,
    /// Ids of its entries, in document order; no names, no texts.
    pub entries: Vec<String>,
    /// Whether its comments go on over further pages.
    pub paginated: bool,
    /// Whether it asks not to be indexed.
    pub noindex: bool,
}

/// What a conditional request sends, and how long it may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag` as sent.
    pub etag: Option<String>,
    /// `Last-Modified` as sent.
    pub last_modified: Option<String>,
    /// When the body they belong to was read.
    pub body_at: Timestamp,
    /// Conditional checks since then.
    pub uses: u8,
}

/// A page that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// Since when.
    pub since: Timestamp,
    /// What keeps it unread.
    pub rule: Rule,
    /// In the host's or library's words.
    pub detail: String,
    /// Whether the one event was made.
    pub announced: bool,
}

/// A new shape of a page that is not trusted yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// The shape.
    pub shape: Landmarks,
    /// When it was first seen.
    pub since: Timestamp,
    /// How many checks in a row saw it.
    pub checks: u32,
}
