//! What pending links can hope for: each by itself, so that a stream of them need not be kept.

use std::collections::HashMap;

use jiff::Timestamp;
use trackward_core::{Hazards, Link, LinkState, Policy, Watched};

use crate::hosts::{HostId, host_of};
use crate::percent::Percent;
use crate::report::Edition;
use crate::rows::{Subject, Waiting, seconds_between};
use crate::scope::Scope;
use crate::stats::chance::{HORIZON, chance};
use crate::words::DAY;

/// What pending links can hope for, by how much sooner than usual their hosts approve.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outlook {
    as_of: Timestamp,
    edition: Edition,
    hazards: Hazards,
    factors: HashMap<HostId, f64>,
}

impl Outlook {
    pub(crate) fn new(
        as_of: Timestamp,
        edition: Edition,
        hazards: Hazards,
        factors: HashMap<HostId, f64>,
    ) -> Self {
        Self { as_of, edition, hazards, factors }
    }

    /// The row of a pending link of the scope; none of another, or of one that was sent after the as-of instant.
    pub(crate) fn row(&self, scope: &Scope, watched: &Watched) -> Option<Waiting> {
        if !scope.admits_link(&watched.link) {
            return None;
        }
        let LinkState::Pending { absences, .. } = watched.link.state else { return None };
        let sent = watched.link.sent().filter(|sent| *sent <= self.as_of)?;
        let waiting = Self::waiting(&watched.link, sent, absences, self.as_of, self.edition);
        Some(Waiting { chance_left: self.chance_left(&waiting), ..waiting })
    }

    /// The row of a pending link, but for its chance.
    pub(crate) fn waiting(
        link: &Link,
        sent: Timestamp,
        checks: u32,
        as_of: Timestamp,
        edition: Edition,
    ) -> Waiting {
        Waiting {
            subject: Subject::of(link, edition),
            sent,
            age_seconds: seconds_between(sent, as_of),
            checks,
            last_check: link.checked,
            chance_left: None,
            no_answer_from: sent.saturating_add(Policy::default().no_answer_after).unwrap_or(Timestamp::MAX),
        }
    }

    /// The chance that a pending link is approved within a year of sending; not told to clients.
    pub(crate) fn chance_left(&self, waiting: &Waiting) -> Option<Percent> {
        let link = waiting.subject.link.filter(|_| self.edition == Edition::Internal)?;
        let factor = self.factors.get(&host_of(link)).copied().unwrap_or(1.0);
        Some(Percent::of_share(chance(
            &self.hazards,
            waiting.age_seconds as f64 / DAY as f64,
            HORIZON,
            factor,
        )))
    }
}

impl Subject {
    /// A link as it is now; clients are not told who looks after it.
    pub(crate) fn of(link: &Link, edition: Edition) -> Self {
        Self {
            client: link.client.clone(),
            campaign: link.campaign.clone(),
            site: link.page.host_key(),
            page: link.page.clone(),
            target: Some(link.target.clone()),
            link: Some(link.id),
            kind: link.kind,
            owner: link.owner.clone().filter(|_| edition == Edition::Internal),
        }
    }
}
