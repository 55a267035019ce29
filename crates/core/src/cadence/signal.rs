//! What brings a check forward. A signal never puts one off, and never proves anything.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::age::days_between;
use super::hazard::Table;
use super::interest::Interest;
use super::plan::{Plan, Terms};
use super::reason::Reason;
use crate::link::Link;

/// What brought a check forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Signal {
    /// Another link on the host was lost.
    Sibling,
    /// Another link on the host is missing: does this one still read?
    Control,
    /// An imported list claims that it is lost.
    Claim,
}

impl Signal {
    /// The words for people.
    pub(super) const fn in_words(self) -> &'static str {
        match self {
            Self::Sibling => "another link on the site was lost",
            Self::Control => "another link on the site is missing: does this one still read?",
            Self::Claim => "an imported list says that it is lost",
        }
    }
}

impl Plan {
    /// Due now, because of a signal; none where it is due by now anyhow.
    pub fn brought_forward(&self, signal: Signal, now: Timestamp) -> Option<Self> {
        (self.at > now).then_some(Self { at: now, reason: Reason::Signal(signal) })
    }
}

/// Whether a page that is due at `due` is worth a check now, where something says with this `share` of being right
/// that its live links are gone: if `share · worth · days until then` is more than the price of a check.
pub fn is_worth_a_check(
    share: f64,
    links: &[Link],
    terms: &Terms<'_>,
    due: Timestamp,
    now: Timestamp,
) -> bool {
    let interests = links.iter().filter_map(|link| Interest::of(link, terms.cadence, now));
    let worth: f64 =
        interests.filter(|interest| interest.table == Table::Live).map(|interest| interest.worth).sum();
    share * worth * days_between(now, due) > terms.price.per_check()
}
