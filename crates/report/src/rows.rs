//! The rows of the report's sections: which link, what happened to it, what proves it.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use trackward_core::{
    AttributeChange, EventName, EventSeq, HostKey, Kind, LinkId, LossReason, PageUrl, Rel, Rule, Sighting,
    StateName, Target, Verdict,
};

/// Which link a row is about. Rows are in the order of these fields.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Subject {
    /// The link's campaign.
    pub campaign: Option<String>,
    /// The host of the linking page.
    pub site: HostKey,
    /// The linking page.
    pub page: PageUrl,
    /// What it points to.
    pub target: Option<Target>,
    /// The link.
    pub link: Option<LinkId>,
    /// How it came to be there.
    pub kind: Option<Kind>,
}

/// One event of the period: its link, its facts and its proof.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row<F> {
    /// The link.
    #[serde(flatten)]
    pub subject: Subject,
    /// The number of the event.
    pub seq: EventSeq,
    /// When it was confirmed.
    pub confirmed: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub facts: F,
    /// What proves it.
    pub evidence: Option<Proof>,
}

/// The text that proves an event, as it was read on the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// The hash that the event carries, as lower-case hex.
    pub hash: String,
    /// The text; none when it was erased.
    pub text: Option<String>,
    /// When it was read.
    pub read: Option<Timestamp>,
}

/// How a link looked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Look {
    /// Where on the page it stands.
    pub placement: String,
    /// Its `rel`.
    pub rel: Rel,
    /// Its text.
    pub anchor: String,
    /// What it is worth: `full`, `nofollow`, `not indexable` or `none`.
    pub grade: &'static str,
}

impl From<&Sighting> for Look {
    fn from(seen: &Sighting) -> Self {
        Self {
            placement: seen.placement.to_string(),
            rel: seen.attributes.rel.clone(),
            anchor: seen.attributes.anchor.clone(),
            grade: seen.attributes.grade(),
        }
    }
}

/// A wait is an interval: it ended between two checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Wait {
    /// Seconds from sending to the last check that did not see the link; 0 when there was none.
    pub at_least_seconds: i64,
    /// Seconds from sending to the first check that saw it.
    pub at_most_seconds: i64,
}

impl Wait {
    /// The wait of a link sent at `sent`, absent at `after` and present at `before`; never negative.
    pub fn between(sent: Timestamp, after: Option<Timestamp>, before: Timestamp) -> Self {
        let since_sent = |at| seconds_between(sent, at);
        Self { at_least_seconds: after.map_or(0, since_sent), at_most_seconds: since_sent(before) }
    }
}

/// A pending link that is there now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Approval {
    /// How it looks.
    #[serde(flatten)]
    pub look: Look,
    /// When it was sent.
    pub sent: Timestamp,
    /// The last check that did not see it.
    pub approved_after: Option<Timestamp>,
    /// The first check that saw it.
    pub approved_before: Timestamp,
    /// How long it took.
    pub wait: Wait,
}

/// Losses of one host and one cause.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LossGroup {
    /// The host.
    pub site: HostKey,
    /// The cause.
    pub reason: LossReason,
    /// The cause in words.
    pub reason_in_words: &'static str,
    /// The links; never empty.
    pub links: Vec<Row<Loss>>,
}

/// A link that is confirmed gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Loss {
    /// How it looked when it was last seen.
    #[serde(flatten)]
    pub look: Option<Look>,
    /// Why it is gone.
    pub reason: LossReason,
    /// When it was last seen.
    pub last_seen: Option<Timestamp>,
    /// The first check that missed it.
    pub first_missed: Timestamp,
    /// Seconds from the first sight to the last, or to the first miss where no sight is kept.
    pub lived_seconds: i64,
    /// Checks that missed it.
    pub misses: u32,
    /// How many of them on strong evidence.
    pub strong_misses: u32,
}

/// A link that nobody told us of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Find {
    /// How it looks.
    #[serde(flatten)]
    pub look: Look,
    /// When it was first seen.
    pub first_seen: Timestamp,
}

/// A link whose attributes or page address changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What the change means.
    pub effect: EventName,
    /// What changed; never empty.
    pub changes: Vec<AttributeChange>,
    /// When it was first seen so.
    pub first_seen: Option<Timestamp>,
}

/// A lost link that is back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Return {
    /// How it looks.
    #[serde(flatten)]
    pub look: Look,
    /// When it was seen again.
    pub restored: Timestamp,
    /// When its loss had been confirmed.
    pub lost: Timestamp,
    /// Why it had been lost.
    pub reason: LossReason,
}

/// A pending link that was given up or declined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Close {
    /// `no_answer` or `rejected`.
    pub outcome: EventName,
    /// When it was sent, where known.
    pub sent: Option<Timestamp>,
    /// Readable checks that did not see it, where counted.
    pub checks: Option<u32>,
}

/// The first look at an imported link: in no other count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FirstLook {
    /// `verified` or `not_found`.
    pub outcome: EventName,
    /// How it looks, where it is there.
    #[serde(flatten)]
    pub look: Option<Look>,
    /// The first check that told.
    pub first_check: Timestamp,
}

/// A person overruled what was known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Correction {
    /// What the link had been taken for.
    pub reported_as: StateName,
    /// What it is.
    pub truth: StateName,
    /// Who said so.
    pub by: String,
    /// Why.
    pub note: String,
}

/// A link that was sent or promised and not seen yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The link.
    #[serde(flatten)]
    pub subject: Subject,
    /// When it was sent.
    pub sent: Timestamp,
    /// Seconds from sending to the report's as-of instant.
    pub age_seconds: i64,
    /// Readable checks that did not see it.
    pub checks: u32,
    /// Its last conclusive check.
    pub last_check: Option<Timestamp>,
}

/// A page that cannot be checked, with its watched links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// Its host.
    pub site: HostKey,
    /// The page.
    pub page: PageUrl,
    /// Watched links on it.
    pub links: u64,
    /// What the last check came to.
    pub verdict: Verdict,
    /// The rule that decided.
    pub rule: Rule,
    /// The rule in words that finish "because …".
    pub because: &'static str,
    /// In the host's or library's words.
    pub detail: String,
    /// Since when it cannot be read.
    pub since: Timestamp,
    /// Checks in a row that failed.
    pub tries: u32,
    /// The last of them.
    pub last_try: Option<Timestamp>,
    /// When it is tried again.
    pub next_try: Timestamp,
    /// What a person can do.
    pub what_to_do: &'static str,
}

/// Seconds from `start` to `end`, at least 0: dates given by people may lie after what was seen.
pub(crate) fn seconds_between(start: Timestamp, end: Timestamp) -> i64 {
    end.duration_since(start).max(SignedDuration::ZERO).as_secs()
}
