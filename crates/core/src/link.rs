//! A link: a reference followed over time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::agreed::Agreed;
use crate::cadence::Plan;
use crate::discovery::Provenance;
use crate::extraction::{Mechanism, Reference, RobotsMeta};
use crate::ids::{LinkId, RunId};
use crate::kind::Kind;
use crate::memory::PageMemory;
use crate::money::Money;
use crate::names::names;
use crate::page_url::PageUrl;
use crate::placement::{Placement, PlacementClass};
use crate::rel::Rel;
use crate::tags::Tags;
use crate::target::Target;

/// A reference followed over time: what was promised, what is known, how sure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Minted once, never recomputed.
    pub id: LinkId,
    /// The source page.
    pub page: PageUrl,
    /// What it points to.
    pub target: Target,
    /// How it came to be there, where known.
    pub kind: Option<Kind>,
    /// How it came to be watched.
    pub origin: Origin,
    /// When it was added.
    pub added: Timestamp,
    /// The client it is made for.
    #[serde(default)]
    pub client: Option<String>,
    /// The campaign it belongs to.
    pub campaign: Option<String>,
    /// Who looks after it.
    pub owner: Option<String>,
    /// A person's note.
    pub note: Option<String>,
    /// What a team sorts it by.
    #[serde(default)]
    pub tags: Tags,
    /// What it cost.
    #[serde(default)]
    pub cost: Option<Money>,
    /// Priority; 1 is usual.
    pub weight: f32,
    /// What was agreed with the host.
    pub agreed: Agreed,
    /// Counts changes; a commit names the version that it saw.
    pub version: u32,
    /// Its place in the lifecycle.
    pub state: LinkState,
    /// When and how it was last seen.
    pub seen: Option<Sighting>,
    /// Attributes that were confirmed; the first sight is the baseline.
    pub attributes: Option<Attributes>,
    /// Attributes seen once that differ, and when.
    pub shift: Option<(Attributes, Timestamp)>,
    /// The last conclusive check of this link.
    pub checked: Option<Timestamp>,
    /// Looks in a row at which the host approved its entry and did not show it: when first, and how many.
    pub undisplayed: Option<(Timestamp, u32)>,
    /// When it was lost or came back lately, oldest first.
    pub flips: Vec<Timestamp>,
}

impl Link {
    /// What a clock gone wrong wrote in the future begins now: no wait is longer for it, and none is over.
    pub(crate) fn forget_the_future(&mut self, now: Timestamp) {
        let past = |at: &mut Timestamp| *at = now.min(*at);
        match &mut self.state {
            LinkState::Imported { absent: Some((first, _)) } => past(first),
            LinkState::Pending { last_absent: Some(at), .. } => past(at),
            LinkState::Missing { missed, .. } => {
                [&mut missed.first, &mut missed.last].into_iter().for_each(past);
            }
            _ => {}
        }
        self.shift.iter_mut().for_each(|(_, first)| past(first));
        self.undisplayed.iter_mut().for_each(|(first, _)| past(first));
        self.flips.iter_mut().for_each(past);
    }

    /// Where it stands, or is expected to.
    pub fn class(&self) -> PlacementClass {
        match (&self.seen, self.kind) {
            (Some(seen), _) => seen.placement.class(),
            (None, Some(kind)) => kind.expected(),
            (None, None) => PlacementClass::Unknown,
        }
    }

    /// Whether `page` is where the link was last seen, or is watched: a move with the link is no reason for a
    /// later loss.
    pub fn is_at_home_on(&self, page: &PageUrl) -> bool {
        self.page.is_same(page) || self.seen.as_ref().is_some_and(|seen| seen.on.is_same(page))
    }

    /// How its page was found, where nobody told us of it.
    pub fn found(&self) -> Option<&Provenance> {
        match &self.origin {
            Origin::Discovered(found) => Some(found),
            _ => None,
        }
    }

    /// When it was sent or promised, where it was.
    pub fn sent(&self) -> Option<Timestamp> {
        match self.origin {
            Origin::Sent(at) => Some(at),
            _ => None,
        }
    }
}

/// How a link came to be watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Sent or promised at this time.
    Sent(Timestamp),
    /// Known from a file or a person.
    Imported,
    /// Found on a watched page.
    Found,
    /// Found on a page that nobody told us of.
    Discovered(Provenance),
}

impl Origin {
    /// Whether the link may have stood there for long before it was first seen.
    pub fn hides_age(&self) -> bool {
        matches!(self, Self::Imported | Self::Discovered(_))
    }
}

/// The lifecycle of a link: exactly one of nine (`docs/states.md`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// Known from a file or a person, no conclusive check yet.
    Imported {
        /// Conclusive absences so far: when first, how many.
        absent: Option<(Timestamp, u32)>,
    },
    /// Sent or promised, not seen yet.
    Pending {
        /// Readable checks that did not see it.
        absences: u32,
        /// The last of them.
        last_absent: Option<Timestamp>,
    },
    /// Seen at the last conclusive check.
    Live {
        /// Since when.
        since: Timestamp,
    },
    /// Was live; misses not confirmed yet.
    Missing {
        /// Since when it had been live.
        live_since: Timestamp,
        /// The misses so far.
        missed: Missed,
    },
    /// Confirmed gone.
    Lost {
        /// When it was confirmed.
        since: Timestamp,
        /// Since when it had been live.
        live_since: Timestamp,
        /// Why.
        reason: LossReason,
    },
    /// Imported, and not there when first verified.
    NotFound {
        /// When that was confirmed.
        since: Timestamp,
    },
    /// Pending too long.
    NoAnswer {
        /// When it was given up.
        since: Timestamp,
        /// The last readable check that did not see it.
        last_absent: Option<Timestamp>,
    },
    /// The endpoint or a person said no.
    Rejected {
        /// When.
        since: Timestamp,
    },
    /// A person stopped the watch.
    Archived {
        /// When.
        since: Timestamp,
    },
}

impl LinkState {
    /// Its name, without what is known beside it.
    pub const fn name(&self) -> StateName {
        match self {
            Self::Imported { .. } => StateName::Imported,
            Self::Pending { .. } => StateName::Pending,
            Self::Live { .. } => StateName::Live,
            Self::Missing { .. } => StateName::Missing,
            Self::Lost { .. } => StateName::Lost,
            Self::NotFound { .. } => StateName::NotFound,
            Self::NoAnswer { .. } => StateName::NoAnswer,
            Self::Rejected { .. } => StateName::Rejected,
            Self::Archived { .. } => StateName::Archived,
        }
    }
}

/// The name of a lifecycle state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateName {
    /// As [`LinkState::Imported`].
    Imported,
    /// As [`LinkState::Pending`].
    Pending,
    /// As [`LinkState::Live`].
    Live,
    /// As [`LinkState::Missing`].
    Missing,
    /// As [`LinkState::Lost`].
    Lost,
    /// As [`LinkState::NotFound`].
    NotFound,
    /// As [`LinkState::NoAnswer`].
    NoAnswer,
    /// As [`LinkState::Rejected`].
    Rejected,
    /// As [`LinkState::Archived`].
    Archived,
}

names!(StateName {
    Imported => "imported",
    Pending => "pending",
    Live => "live",
    Missing => "missing",
    Lost => "lost",
    NotFound => "not_found",
    NoAnswer => "no_answer",
    Rejected => "rejected",
    Archived => "archived",
});

impl StateName {
    /// The words for people.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Imported => "to verify",
            Self::Pending => "pending",
            Self::Live => "live",
            Self::Missing => "missing, unconfirmed",
            Self::Lost => "lost",
            Self::NotFound => "not found",
            Self::NoAnswer => "no answer",
            Self::Rejected => "rejected",
            Self::Archived => "archived",
        }
    }

    /// Whether links in this state are still looked at.
    pub const fn is_watched(self) -> bool {
        !matches!(self, Self::Rejected | Self::Archived)
    }
}

/// Misses of a link that was live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// The first miss.
    pub first: Timestamp,
    /// The latest miss.
    pub last: Timestamp,
    /// The run of the latest miss; a later miss of a run that was held counts no further.
    pub run: RunId,
    /// How many checks missed it.
    pub checks: u32,
    /// How many of them on strong evidence.
    pub strong: u32,
    /// Whether one of them asked without validators.
    pub unconditional: bool,
    /// Whether the host's other links went missing with it: such losses take the longer span.
    pub host_wide: bool,
    /// The reason the latest miss points to.
    pub reason: LossReason,
}

impl Missed {
    /// What the misses weigh: strong ones count twice.
    pub const fn score(&self) -> u32 {
        self.checks + self.strong
    }
}

/// Why a link was lost, by precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LossReason {
    /// The host name no longer exists, or its domain is for sale.
    HostGone,
    /// The page answers 404 or 410.
    PageGone,
    /// The address leads to an unrelated site.
    SiteChangedHands,
    /// The page redirects to one without the link.
    PageMovedWithoutLink,
    /// A new comment system shows none of the old entries.
    CommentsNotMigrated,
    /// The whole list that held it is gone.
    SectionRemoved,
    /// Its entry is gone, its neighbours stay.
    EntryRemoved,
    /// The host's own interface says that its entry is held back or in the bin.
    TakenDown,
    /// The host's own interface says that its entry does not exist any more.
    Deleted,
    /// Its entry now links elsewhere.
    Retargeted,
    /// Its address still stands there as text.
    Unlinked,
    /// A listing moved on: a tag, an archive, a front page.
    RolledOff,
    /// The link is gone from the page.
    LinkRemoved,
    /// A person said so.
    SaidByPerson,
}

names!(LossReason {
    HostGone => "host_gone",
    PageGone => "page_gone",
    SiteChangedHands => "site_changed_hands",
    PageMovedWithoutLink => "page_moved_without_link",
    CommentsNotMigrated => "comments_not_migrated",
    SectionRemoved => "section_removed",
    EntryRemoved => "entry_removed",
    TakenDown => "taken_down",
    Deleted => "deleted",
    Retargeted => "retargeted",
    Unlinked => "unlinked",
    RolledOff => "rolled_off",
    LinkRemoved => "link_removed",
    SaidByPerson => "said_by_person",
});

impl LossReason {
    /// The words for people.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::HostGone => "the site is gone",
            Self::PageGone => "the page is gone",
            Self::SiteChangedHands => "the address leads to an unrelated site",
            Self::PageMovedWithoutLink => "the page moved and no longer carries the link",
            Self::CommentsNotMigrated => "a new comment system shows none of the old entries",
            Self::SectionRemoved => "the whole list of trackbacks and comments is gone",
            Self::EntryRemoved => "the entry was taken out, its neighbours are still there",
            Self::TakenDown => "the site holds the entry back or put it in the bin",
            Self::Deleted => "the site deleted the entry",
            Self::Retargeted => "the entry now links elsewhere",
            Self::Unlinked => "the address stands there as text, no longer as a link",
            Self::RolledOff => "the listing moved on",
            Self::LinkRemoved => "the link was taken off the page",
            Self::SaidByPerson => "a person said so",
        }
    }

    /// What kind of sight the loss rests on: only misses of one kind add up.
    pub(crate) const fn kind(self) -> u8 {
        match self {
            Self::HostGone => 0,
            Self::PageGone => 1,
            Self::SiteChangedHands | Self::PageMovedWithoutLink => 2,
            _ => 3,
        }
    }

    /// Whether other links of the host can be expected to share it: such losses take the longer span.
    pub const fn takes_long_span(self) -> bool {
        matches!(
            self,
            Self::HostGone
                | Self::PageGone
                | Self::SiteChangedHands
                | Self::PageMovedWithoutLink
                | Self::CommentsNotMigrated
        )
    }
}

/// What may change about a link while it lives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each flag stands for itself")]
pub struct Attributes {
    /// Its `rel`.
    pub rel: Rel,
    /// Its text.
    pub anchor: String,
    /// Whether its page asks not to be indexed, and where it says so.
    pub noindex: Option<Mechanism>,
    /// Whether its page asks that none of its links be followed, and where it says so.
    pub page_nofollow: Option<Mechanism>,
    /// The page that its page names in its place, where that is another.
    pub noncanonical: Option<PageUrl>,
    /// Where it stands.
    pub placement: Option<PlacementClass>,
    /// Hidden by an attribute or inline style.
    pub hidden: bool,
    /// Its entry is there, the link in it is not.
    pub delinked: bool,
    /// It leads through a redirector.
    pub via_redirector: bool,
    /// Its host says that the entry is approved, but has not shown it for long.
    pub not_displayed: bool,
    /// The host's robots.txt asks Google not to look at the page.
    pub search_blocked: bool,
}

impl Attributes {
    /// Reads them off a reference and its page.
    pub fn of(
        reference: &Reference,
        robots: RobotsMeta,
        noncanonical: Option<PageUrl>,
        search_blocked: bool,
    ) -> Self {
        Self {
            rel: reference.rel.clone(),
            anchor: reference.anchor.clone(),
            noindex: robots.noindex,
            page_nofollow: robots.nofollow,
            noncanonical,
            placement: Some(reference.placement.class()),
            hidden: reference.hidden,
            delinked: false,
            via_redirector: reference.via_redirector,
            not_displayed: false,
            search_blocked,
        }
    }

    /// Whether search engines may follow it.
    pub fn is_followed(&self) -> bool {
        !self.rel.is_nofollow() && self.page_nofollow.is_none()
    }

    /// Whether search engines may read and keep its page.
    pub fn is_indexable(&self) -> bool {
        self.noindex.is_none() && !self.search_blocked
    }

    /// What it is worth: `full`, `nofollow`, `not indexable`, or `none` when both apply.
    pub fn grade(&self) -> &'static str {
        if self.delinked || self.not_displayed {
            return "none";
        }
        match (self.is_followed(), self.is_indexable()) {
            (true, true) => "full",
            (false, true) => "nofollow",
            (true, false) => "not indexable",
            (false, false) => "none",
        }
    }
}

/// When and how a link was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// When it was last seen.
    pub at: Timestamp,
    /// The page it was seen on, after redirects.
    pub on: PageUrl,
    /// The address it resolves to.
    pub url: PageUrl,
    /// Where it stands.
    pub placement: Placement,
    /// Which step and token decided the placement, as one line.
    pub placed_by: String,
    /// Id of the entry that holds it.
    pub entry: Option<String>,
    /// The container that holds it.
    pub container: Option<String>,
    /// Hidden by an attribute or inline style.
    pub hidden: bool,
    /// Its attributes.
    pub attributes: Attributes,
}

/// A link with what is known of its page: what lists and reports show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Watched {
    /// The link.
    pub link: Link,
    /// What is remembered of its page.
    pub memory: PageMemory,
    /// When the page is checked next, and why.
    pub plan: Plan,
}
