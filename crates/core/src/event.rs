//! What changed: events, numbered by the store, read by the report.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::evidence::EvidenceHash;
use crate::ids::{LinkId, RunId};
use crate::kind::Kind;
use crate::link::{Link, LossReason, Sighting, StateName};
use crate::names::names;
use crate::page_url::PageUrl;
use crate::rule::Rule;
use crate::target::Target;

/// Place of an event in the store's order, counted from 1 without gaps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventSeq(pub u64);

impl fmt::Display for EventSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Something that changed, with what proves it. Carries no names or texts of other people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When it was confirmed.
    pub at: Timestamp,
    /// The run that confirmed it; none for a person's act.
    pub run: Option<RunId>,
    /// The source page.
    pub page: PageUrl,
    /// The link; none where the event is about the page.
    pub link: Option<LinkId>,
    /// What the link points to.
    pub target: Option<Target>,
    /// The link's kind.
    pub kind: Option<Kind>,
    /// The link's client.
    #[serde(default)]
    pub client: Option<String>,
    /// The link's campaign.
    pub campaign: Option<String>,
    /// What happened.
    pub what: EventKind,
    /// The look that confirmed it; none for a person's act.
    pub basis: Option<Basis>,
    /// The text that proves it.
    pub evidence: Option<EvidenceHash>,
}

impl Event {
    /// Something that happened to a link, so far without what it rests on.
    pub(crate) fn about(link: &Link, at: Timestamp, what: EventKind) -> Self {
        Self {
            at,
            run: None,
            page: link.page.clone(),
            link: Some(link.id),
            target: Some(link.target.clone()),
            kind: link.kind,
            client: link.client.clone(),
            campaign: link.campaign.clone(),
            what,
            basis: None,
            evidence: None,
        }
    }
}

/// The look that confirmed an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// The page that was read in the end.
    pub on: PageUrl,
    /// The rule that decided; it names the verdict.
    pub rule: Rule,
    /// What exactly: a status, an error text, a robots line.
    pub detail: String,
}

/// What happened, with the facts that prove it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventKind {
    /// An imported link, or one found on the first look at a page, is there. Baseline: never counted as new.
    Verified {
        /// How it was seen.
        seen: Sighting,
    },
    /// An imported link is not there. Baseline: never counted as lost.
    NotFound {
        /// The first check that did not see it.
        first_absent: Timestamp,
    },
    /// A reference nobody told us of.
    Appeared {
        /// How it was seen.
        seen: Sighting,
    },
    /// A pending link is there.
    Approved {
        /// How it was seen.
        seen: Sighting,
        /// When it was sent.
        sent: Timestamp,
        /// The last readable check that did not see it: it was approved after this.
        after: Option<Timestamp>,
    },
    /// Pending too long.
    NoAnswer {
        /// When it was sent.
        sent: Timestamp,
        /// Readable checks that did not see it.
        absences: u32,
    },
    /// The endpoint or a person said no.
    Rejected,
    /// Confirmed gone.
    Removed {
        /// Why.
        reason: LossReason,
        /// How it was last seen.
        seen: Option<Sighting>,
        /// Since when it had been live.
        live_since: Timestamp,
        /// The first miss.
        first_missed: Timestamp,
        /// How many checks missed it.
        misses: u32,
        /// How many of them on strong evidence.
        strong: u32,
    },
    /// A lost link is back.
    Restored {
        /// How it was seen.
        seen: Sighting,
        /// When its loss had been confirmed.
        lost_at: Timestamp,
        /// Why it had been lost.
        reason: LossReason,
    },
    /// Attributes changed, seen twice.
    Attributes {
        /// What it means.
        effect: Effect,
        /// What changed; never empty.
        changes: Vec<AttributeChange>,
        /// When it was first seen so.
        first_seen: Timestamp,
    },
    /// The page lives at another address for good, the link with it.
    Moved {
        /// Where.
        to: PageUrl,
    },
    /// The page could not be checked for 14 days.
    Unreadable {
        /// Since when.
        since: Timestamp,
        /// What keeps it unread.
        rule: Rule,
        /// Watched links on it.
        links: u32,
    },
    /// A page announced as unreadable can be checked again.
    ReadableAgain {
        /// Since when it could not.
        since: Timestamp,
        /// Watched links on it.
        links: u32,
    },
    /// Lost and back again too often to tell each time.
    Flapping {
        /// Times it was lost or came back within [`crate::Policy::flapping_within`].
        flips: u32,
    },
    /// A person overruled what was known.
    Overruled {
        /// Who.
        by: String,
        /// Why.
        note: String,
        /// The state before.
        from: StateName,
        /// The state after.
        to: StateName,
    },
    /// A person stopped the watch.
    Archived {
        /// The state before.
        from: StateName,
    },
    /// A person took up the watch again.
    Resumed,
    /// A watch on a whole site was fulfilled by a link that is watched already; it is archived.
    Absorbed {
        /// That link.
        into: LinkId,
    },
    /// A person changed what is said of it.
    Edited {
        /// What changed, by the names of facts; never empty.
        changes: Vec<AttributeChange>,
    },
}

/// The name of an event: what `--fail-on` and reports go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventName {
    /// See [`EventKind::Verified`].
    Verified,
    /// See [`EventKind::NotFound`].
    NotFound,
    /// See [`EventKind::Appeared`].
    Appeared,
    /// See [`EventKind::Approved`].
    Approved,
    /// See [`EventKind::NoAnswer`].
    NoAnswer,
    /// See [`EventKind::Rejected`].
    Rejected,
    /// See [`EventKind::Removed`].
    Removed,
    /// See [`EventKind::Restored`].
    Restored,
    /// See [`Effect::Weakened`].
    Weakened,
    /// See [`Effect::Strengthened`].
    Strengthened,
    /// See [`Effect::Changed`].
    Changed,
    /// See [`Effect::Breached`].
    Breached,
    /// See [`Effect::AsAgreed`].
    AsAgreed,
    /// See [`EventKind::Moved`].
    Moved,
    /// See [`EventKind::Unreadable`].
    Unreadable,
    /// See [`EventKind::ReadableAgain`].
    ReadableAgain,
    /// See [`EventKind::Flapping`].
    Flapping,
    /// See [`EventKind::Overruled`].
    Overruled,
    /// See [`EventKind::Archived`].
    Archived,
    /// See [`EventKind::Resumed`].
    Resumed,
    /// See [`EventKind::Absorbed`].
    Absorbed,
    /// See [`EventKind::Edited`].
    Edited,
}

names!(EventName {
    Verified => "verified",
    NotFound => "not_found",
    Appeared => "appeared",
    Approved => "approved",
    NoAnswer => "no_answer",
    Rejected => "rejected",
    Removed => "removed",
    Restored => "restored",
    Weakened => "weakened",
    Strengthened => "strengthened",
    Changed => "changed",
    Breached => "breached",
    AsAgreed => "as_agreed",
    Moved => "moved",
    Unreadable => "unreadable",
    ReadableAgain => "readable_again",
    Flapping => "flapping",
    Overruled => "overruled",
    Archived => "archived",
    Resumed => "resumed",
    Absorbed => "absorbed",
    Edited => "edited",
});

impl EventKind {
    /// Its name.
    pub const fn name(&self) -> EventName {
        match self {
            Self::Verified { .. } => EventName::Verified,
            Self::NotFound { .. } => EventName::NotFound,
            Self::Appeared { .. } => EventName::Appeared,
            Self::Approved { .. } => EventName::Approved,
            Self::NoAnswer { .. } => EventName::NoAnswer,
            Self::Rejected => EventName::Rejected,
            Self::Removed { .. } => EventName::Removed,
            Self::Restored { .. } => EventName::Restored,
            Self::Attributes { effect, .. } => effect.name(),
            Self::Moved { .. } => EventName::Moved,
            Self::Unreadable { .. } => EventName::Unreadable,
            Self::ReadableAgain { .. } => EventName::ReadableAgain,
            Self::Flapping { .. } => EventName::Flapping,
            Self::Overruled { .. } => EventName::Overruled,
            Self::Archived { .. } => EventName::Archived,
            Self::Resumed => EventName::Resumed,
            Self::Absorbed { .. } => EventName::Absorbed,
            Self::Edited { .. } => EventName::Edited,
        }
    }
}

/// What a change of attributes means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Worth less than before.
    Weakened,
    /// Worth more than before.
    Strengthened,
    /// Different, worth the same.
    Changed,
    /// No longer as agreed.
    Breached,
    /// As agreed again.
    AsAgreed,
}

impl Effect {
    const fn name(self) -> EventName {
        match self {
            Self::Weakened => EventName::Weakened,
            Self::Strengthened => EventName::Strengthened,
            Self::Changed => EventName::Changed,
            Self::Breached => EventName::Breached,
            Self::AsAgreed => EventName::AsAgreed,
        }
    }
}

/// One attribute before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeChange {
    /// Its name, as in `rel`, `anchor` or `page nofollow`; of an edit, that of the fact.
    pub attribute: String,
    /// Its value before; empty for none.
    pub before: String,
    /// Its value now; empty for none.
    pub after: String,
}
