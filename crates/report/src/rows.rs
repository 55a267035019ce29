//! The rows of the report's sections: which link, what happened to it, what proves it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use trackward_core::{
    AttributeChange, Breach, EventName, EventSeq, HostKey, Kind, LinkId, LossReason, Money, PageUrl, Rel,
    Rule, RunId, Sighting, StateName, Target, TargetFault, Verdict,
};

use crate::percent::Percent;

/// Which link a row is about. Rows are in the order of these fields.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Subject {
    /// The client it is made for.
    pub client: Option<String>,
    /// The link's campaign.
    pub campaign: Option<String>,
    /// The host of the linking page.
    #[schemars(with = "String")]
    pub site: HostKey,
    /// The linking page.
    #[schemars(with = "String")]
    pub page: PageUrl,
    /// What it points to.
    #[schemars(with = "Option<String>")]
    pub target: Option<Target>,
    /// The link.
    #[schemars(with = "Option<String>")]
    pub link: Option<LinkId>,
    /// How it came to be there.
    #[schemars(with = "Option<String>")]
    pub kind: Option<Kind>,
    /// Who looks after it; never in a client's report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// One event of the period: its link, its facts and its proof.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Row<F> {
    /// The link.
    #[serde(flatten)]
    pub subject: Subject,
    /// The number of the event; not in a client's report.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<u64>")]
    pub seq: Option<EventSeq>,
    /// When it was confirmed.
    pub confirmed: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub facts: F,
    /// What proves it; not in a client's report.
    pub evidence: Option<Proof>,
}

/// The text that proves an event, as it was read on the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Proof {
    /// The hash that the event carries, as lower-case hex.
    pub hash: String,
    /// Its first line, at most [`Proof::CHARS`] characters; none when it was erased.
    pub text: Option<String>,
    /// When it was read.
    pub read: Option<Timestamp>,
}

impl Proof {
    /// Characters of a proof that a report quotes; `trackward show` has all of it.
    pub const CHARS: usize = 300;
}

/// How a link looked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Look {
    /// Where on the page it stands.
    pub placement: String,
    /// Its `rel`.
    #[schemars(with = "String")]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LossGroup {
    /// The host.
    #[schemars(with = "String")]
    pub site: HostKey,
    /// The cause.
    #[schemars(with = "String")]
    pub reason: LossReason,
    /// The cause in words.
    pub reason_in_words: &'static str,
    /// The links; never empty.
    pub links: Vec<Row<Loss>>,
}

/// A link that is confirmed gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Loss {
    /// How it looked when it was last seen.
    #[serde(flatten)]
    pub look: Option<Look>,
    /// Why it is gone.
    #[schemars(with = "String")]
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
    /// What it cost; never in a client's report.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub cost: Option<Money>,
}

/// A link that nobody told us of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Find {
    /// How it looks.
    #[serde(flatten)]
    pub look: Look,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// How it was found.
    pub found_by: &'static str,
}

/// A link whose attributes or page address changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Change {
    /// What the change means.
    #[schemars(with = "String")]
    pub effect: EventName,
    /// What changed; never empty.
    pub changes: Vec<Altered>,
    /// When it was first seen so.
    pub first_seen: Option<Timestamp>,
}

/// One attribute before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Altered {
    /// Which.
    pub attribute: String,
    /// Its value before; empty for none.
    pub before: String,
    /// Its value now; empty for none.
    pub after: String,
}

impl From<&AttributeChange> for Altered {
    fn from(change: &AttributeChange) -> Self {
        let AttributeChange { attribute, before, after } = change.clone();
        Self { attribute, before, after }
    }
}

/// A lost link that is back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Return {
    /// How it looks.
    #[serde(flatten)]
    pub look: Look,
    /// When it was seen again.
    pub restored: Timestamp,
    /// When its loss had been confirmed.
    pub lost: Timestamp,
    /// Why it had been lost.
    #[schemars(with = "String")]
    pub reason: LossReason,
}

/// A pending link that was given up or declined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Close {
    /// `no_answer` or `rejected`.
    #[schemars(with = "String")]
    pub outcome: EventName,
    /// When it was sent, where known.
    pub sent: Option<Timestamp>,
    /// Readable checks that did not see it, where counted.
    pub checks: Option<u32>,
}

/// The first look at an imported link: in no other count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FirstLook {
    /// `verified` or `not_found`.
    #[schemars(with = "String")]
    pub outcome: EventName,
    /// How it looks, where it is there.
    #[serde(flatten)]
    pub look: Option<Look>,
    /// The first check that told.
    pub first_check: Timestamp,
}

/// What had been told of a link and was not so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Correction {
    /// What the link had been taken for.
    #[schemars(with = "String")]
    pub reported_as: StateName,
    /// When that had been told, where known.
    pub reported: Option<Timestamp>,
    /// What it is.
    #[schemars(with = "String")]
    pub truth: StateName,
    /// Who found out.
    pub found_by: FoundBy,
    /// The person; never in a client's report.
    pub by: Option<String>,
    /// Why; never in a client's report.
    pub note: Option<String>,
}

/// Who found out that something told was not so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// A person, by their own word.
    Person,
    /// A later check: the link was back soon after its loss had been told.
    LaterCheck,
}

/// A link that was sent or promised and not seen yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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
    /// The chance, in per cent, that it is approved within a year of sending; not in a client's report.
    pub chance_left: Option<Percent>,
    /// From when on it may be given up.
    pub no_answer_from: Timestamp,
}

/// A page that cannot be checked, with its watched links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unread {
    /// Its host.
    #[schemars(with = "String")]
    pub site: HostKey,
    /// The page.
    #[schemars(with = "String")]
    pub page: PageUrl,
    /// Watched links on it.
    pub links: u64,
    /// What the last check came to.
    #[schemars(with = "String")]
    pub verdict: Verdict,
    /// The rule that decided.
    #[schemars(with = "String")]
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

/// A page of ours that live links point to and that needs a look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OwnPage {
    /// The page as it is linked.
    #[schemars(with = "String")]
    pub page: PageUrl,
    /// When it was asked for.
    pub at: Timestamp,
    /// What is wrong with it.
    #[schemars(with = "String")]
    pub fault: TargetFault,
    /// The fault in words.
    pub fault_in_words: &'static str,
    /// The page that readers get in its place.
    #[schemars(with = "String")]
    pub leads_to: PageUrl,
}

/// Something that a person can do now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Action {
    /// Its place, from 1.
    pub rank: u64,
    /// What happened.
    pub what: &'static str,
    /// Links that it concerns.
    pub links: u64,
    /// The page to look at first.
    #[schemars(with = "String")]
    pub page: PageUrl,
    /// What its link points to.
    #[schemars(with = "Option<String>")]
    pub target: Option<Target>,
    /// Why it happened.
    pub reason: String,
    /// What proves it.
    pub evidence: Option<String>,
    /// What to do.
    pub step: &'static str,
    /// Since when.
    pub since: Timestamp,
    /// Who looks after the link; never in a client's report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// What is known of a host: how it answers, and what lives there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HostRow {
    /// The host.
    #[schemars(with = "String")]
    pub site: HostKey,
    /// Links ever sent to it.
    pub sent: u64,
    /// Those of them that were approved.
    pub approved: u64,
    /// Those that were declined.
    pub rejected: u64,
    /// Those that are pending.
    pub pending: u64,
    /// Those that were given up.
    pub no_answer: u64,
    /// How many of those sent 30 to 120 days ago were approved within 30 days.
    pub rate: Rate,
    /// The wait in the middle of those approved within 90 days; none below ten approvals.
    pub median_wait: Option<Wait>,
    /// Links that live there now, missing ones that are not confirmed gone included.
    pub live: u64,
    /// Links still live 90 days after approval; none where fewer than ten were watched so long.
    pub survival_90: Option<Percent>,
    /// The last approval.
    pub last_approval: Option<Timestamp>,
    /// Its place among the hosts to send to next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_best: Option<u64>,
}

/// A share of what was sent, with what chance alone may have made of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rate {
    /// Approved within 30 days.
    pub approved: u64,
    /// Approved so, or known not to be.
    pub decided: u64,
    /// Links of which neither is known: left out.
    pub undecided: u64,
    /// The share of approved in decided; none below [`Rate::LEAST_BASE`].
    pub percent: Option<Percent>,
    /// Its lower 95 % bound.
    pub low: Option<Percent>,
    /// Its upper 95 % bound.
    pub high: Option<Percent>,
}

/// An agreement that is not kept now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OpenBreach {
    /// The link.
    #[serde(flatten)]
    pub subject: Subject,
    /// The terms that are not kept.
    #[schemars(with = "Vec<String>")]
    pub terms: Vec<Breach>,
    /// The last day on which it was to go live, where agreed.
    #[schemars(with = "Option<String>")]
    pub deadline: Option<Date>,
    /// The last day on which it was to be there, where agreed.
    #[schemars(with = "Option<String>")]
    pub guaranteed_until: Option<Date>,
    /// When it was last seen.
    pub last_seen: Option<Timestamp>,
}

/// What the links of a campaign cost in one currency, and what became of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MoneyRow {
    /// The client.
    pub client: Option<String>,
    /// The campaign.
    pub campaign: Option<String>,
    /// What they cost together.
    #[schemars(with = "Option<String>")]
    pub cost: Option<Money>,
    /// Links that were agreed or paid.
    pub agreed: u64,
    /// Those of them that were ever seen.
    pub delivered: u64,
    /// Those that live now.
    pub live: u64,
    /// The cost shared out among the live ones.
    #[schemars(with = "Option<String>")]
    pub cost_per_live: Option<Money>,
    /// Of those delivered so long ago, how many lived on for 3, 6 and 12 months.
    pub still_live: Vec<StillLive>,
}

/// How many links lived on for some days, of those of which it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StillLive {
    /// Days since the first sight.
    pub days: u16,
    /// Links that lived on.
    pub live: u64,
    /// Links of which it is known.
    pub of: u64,
}

/// What one run did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunRow {
    /// Its number.
    #[schemars(with = "u64")]
    pub run: RunId,
    /// When it began.
    pub started: Timestamp,
    /// When it ended; none when it did not come to its end.
    pub ended: Option<Timestamp>,
    /// Pages that were due: checked or left.
    pub due: u64,
    /// Pages checked.
    pub checked: u64,
    /// Those of them that told something.
    pub conclusive: u64,
    /// Requests made: pages, robots.txt, redirects.
    pub requests: u64,
    /// Hosts asked.
    pub hosts: u64,
    /// Bytes read from the wire.
    pub bytes: u64,
    /// Pages that answered "not modified".
    pub not_modified: u64,
    /// The share of those in all checked; none for a small base.
    pub not_modified_share: Option<Percent>,
    /// Pages that were refused to us.
    pub refused: u64,
    /// Pages that robots.txt forbids.
    pub disallowed: u64,
    /// Pages that could not be had: no connection, or an error of the server.
    pub errors: u64,
    /// Why the run distrusted itself.
    pub held: Option<String>,
    /// Sites of which it asked what their robots.txt forbids, each with the owner's written permission.
    #[schemars(with = "BTreeMap<String, String>")]
    pub overrides: BTreeMap<HostKey, String>,
}

/// Seconds from `start` to `end`, at least 0: dates given by people may lie after what was seen.
pub(crate) fn seconds_between(start: Timestamp, end: Timestamp) -> i64 {
    end.duration_since(start).max(SignedDuration::ZERO).as_secs()
}
