//! What one observation says about one link.

use crate::extraction::{Entry, Reference};
use crate::link::{Attributes, Link, LinkState, LossReason, Sighting};
use crate::listing::is_listing;
use crate::memory::Landmarks;
use crate::observation::{Observation, Said};
use crate::page_url::PageUrl;
use crate::placement::{CommentPart, Placement, PlacementClass};
use crate::rule::{Rule, Verdict};

/// What one observation says about one link.
#[derive(Debug)]
pub(crate) enum Sight<'a> {
    /// It is there.
    Present(&'a Reference),
    /// The host says that nothing has changed since it was there.
    Carried,
    /// Its entry is there, the link in it is not.
    Delinked,
    /// The host says that its entry is approved, the page does not show it.
    Undisplayed,
    /// It is not there, and the page may prove it.
    Absent {
        /// What the absence points to.
        reason: LossReason,
        /// Whether the page is otherwise unchanged or the host says so itself: the miss counts twice.
        strong: bool,
    },
    /// Its host name has been gone often and long enough.
    HostGone,
    /// Nothing.
    Unknown,
}

impl<'a> Sight<'a> {
    /// Reads one link off an observation.
    pub(crate) fn of(
        link: &Link,
        reference: Option<&'a Reference>,
        seen: &Observation,
        host_gone: bool,
    ) -> Self {
        if let Some(reference) = reference {
            return Self::Present(reference);
        }
        let was_there = matches!(link.state, LinkState::Live { .. } | LinkState::Missing { .. });
        match seen.verdict() {
            Verdict::NotModified if matches!(link.state, LinkState::Live { .. }) => Self::Carried,
            Verdict::Gone => Self::Absent { reason: LossReason::PageGone, strong: false },
            _ if host_gone && was_there => Self::HostGone,
            Verdict::Readable | Verdict::Doubtful => Self::on_a_read_page(link, seen, was_there),
            _ => Self::Unknown,
        }
    }

    /// What stands where the link stood, then the host's own word, then the page as a whole.
    fn on_a_read_page(link: &Link, seen: &Observation, was_there: bool) -> Self {
        let readable = seen.verdict() == Verdict::Readable;
        if readable && was_there && own_entry(link, seen).is_some_and(|entry| entry.href.is_none()) {
            return Self::Delinked;
        }
        match testimony(link, seen) {
            Some(Said::Approved) => return Self::Undisplayed,
            Some(Said::TakenDown) => return Self::Absent { reason: LossReason::TakenDown, strong: true },
            Some(Said::Deleted) => return Self::Absent { reason: LossReason::Deleted, strong: true },
            None => {}
        }
        // A page that is trusted only since every wanted link was seen on it proves nothing about others.
        if !readable || seen.rule == Rule::LinksSeen {
            return Self::Unknown;
        }
        Self::Absent { reason: reason(link, seen), strong: is_strong(link, seen) }
    }

    /// The loss that an absence points to, and whether its evidence is strong.
    pub(crate) fn loss(&self) -> Option<(LossReason, bool)> {
        match self {
            Self::Absent { reason, strong } => Some((*reason, *strong)),
            Self::HostGone => Some((LossReason::HostGone, false)),
            _ => None,
        }
    }

    /// Whether the sight proves the loss by itself: it sums up many checks already.
    pub(crate) fn is_proven(&self) -> bool {
        matches!(self, Self::HostGone)
    }
}

impl Sighting {
    /// How a reference was seen. Where no tree could be built, what only a tree tells is kept from `earlier`.
    pub(crate) fn of(reference: &Reference, seen: &Observation, earlier: Option<&Self>) -> Self {
        let on = reference.comment_page.clone().unwrap_or_else(|| seen.final_url.clone());
        let noncanonical = seen.noncanonical.clone();
        let attributes = Attributes::of(reference, seen.robots, noncanonical, seen.search_blocked);
        if let (0, Some(earlier)) = (reference.evidence.step, earlier) {
            let attributes = Attributes { rel: attributes.rel, ..earlier.attributes.clone() };
            return Self { at: seen.at, on, attributes, ..earlier.clone() };
        }
        Self {
            at: seen.at,
            on,
            url: reference.url.clone(),
            placement: reference.placement,
            placed_by: reference.evidence.to_string(),
            entry: reference.entry.clone(),
            container: reference.container.clone(),
            hidden: reference.hidden,
            attributes,
        }
    }

    /// The same link with its entry still there and the link gone from it.
    pub(crate) fn delinked(&self, seen: &Observation) -> Self {
        let attributes = Attributes { delinked: true, ..self.attributes.clone() };
        Self { at: seen.at, attributes, ..self.clone() }
    }

    /// The same link, approved by its host and not shown for long; it was last seen when it was.
    pub(crate) fn not_displayed(&self) -> Self {
        let attributes = Attributes { not_displayed: true, ..self.attributes.clone() };
        Self { attributes, ..self.clone() }
    }

    /// Whether the link is what its entry is signed with, so that the entry's own link is ours.
    fn signs_its_entry(&self) -> bool {
        matches!(self.placement, Placement::Ping | Placement::Comment(CommentPart::Author))
    }
}

/// What the host's interface said of the link's entry, as long as the page itself was read.
///
/// WordPress answers for a private or locked post as for a comment that was taken down, so its word counts
/// only beside a page that reads, or that reads but for its comments.
fn testimony(link: &Link, seen: &Observation) -> Option<Said> {
    let comments_only = matches!(seen.rule, Rule::CommentPages | Rule::ScriptComments | Rule::CommentsHidden);
    if seen.verdict() != Verdict::Readable && !comments_only {
        return None;
    }
    let entry = link.seen.as_ref()?.entry.as_ref()?;
    seen.testimony.iter().find(|testimony| testimony.entry == *entry).map(|testimony| testimony.said)
}

/// The entry that the link signed, where it is still there.
fn own_entry<'a>(link: &Link, seen: &'a Observation) -> Option<&'a Entry> {
    let last = link.seen.as_ref().filter(|last| last.signs_its_entry())?;
    seen.entries.iter().find(|entry| Some(&entry.id) == last.entry.as_ref())
}

/// The reason an absence on a readable page points to, the widest first.
fn reason(link: &Link, seen: &Observation) -> LossReason {
    if !link.is_at_home_on(&seen.final_url) {
        let front = seen.final_url.as_url().path() == "/";
        let stranger = seen.final_url.domain() != seen.page.domain();
        return if stranger && front {
            LossReason::SiteChangedHands
        } else {
            LossReason::PageMovedWithoutLink
        };
    }
    let (Some(last), Some(page)) = (&link.seen, &seen.landmarks) else { return LossReason::LinkRemoved };
    if comments_were_replaced(seen, page) {
        return LossReason::CommentsNotMigrated;
    }
    if last.container.as_ref().is_some_and(|container| !page.containers.contains(container)) {
        return LossReason::SectionRemoved;
    }
    if own_entry(link, seen).is_some() {
        return LossReason::Retargeted;
    }
    let among_entries = matches!(last.placement.class(), PlacementClass::Ping | PlacementClass::Comment);
    let entry_stays = last.entry.as_ref().is_some_and(|entry| page.entries.contains(entry));
    if among_entries && !entry_stays {
        return LossReason::EntryRemoved;
    }
    if is_mentioned(link, &seen.mentions) {
        return LossReason::Unlinked;
    }
    if is_listing(&seen.page) { LossReason::RolledOff } else { LossReason::LinkRemoved }
}

/// Whether another comment system stands where several entries stood.
fn comments_were_replaced(seen: &Observation, page: &Landmarks) -> bool {
    let Some(before) = &seen.before else { return false };
    let none_stays = !before.entries.iter().any(|entry| page.entries.contains(entry));
    let new_system = page.containers.iter().any(|container| !before.containers.contains(container));
    before.entries.len() > 1 && none_stays && new_system
}

fn is_mentioned(link: &Link, mentions: &[PageUrl]) -> bool {
    mentions.iter().any(|mention| link.target.covers(mention))
}

/// Whether the page is otherwise unchanged: the list that held the entry is there with all its other entries.
fn is_strong(link: &Link, seen: &Observation) -> bool {
    let (Some(last), Some(before), Some(now)) = (&link.seen, &seen.before, &seen.landmarks) else {
        return false;
    };
    let Some(entry) = &last.entry else { return false };
    let list_stays = last.container.as_ref().is_none_or(|container| now.containers.contains(container));
    let mut neighbours = before.entries.iter().filter(|id| *id != entry).peekable();
    link.is_at_home_on(&seen.final_url)
        && list_stays
        && neighbours.peek().is_some()
        && neighbours.all(|id| now.entries.contains(id))
        && !now.entries.contains(entry)
}

/// What was seen in place of the link: the text that proves its absence.
pub(crate) fn absence_in_words(link: &Link, seen: &Observation) -> String {
    let mut parts = vec![format!("{} answered {}", seen.final_url, seen.detail)];
    if let Some(page) = &seen.landmarks {
        let title = page.title.as_deref().unwrap_or("none");
        parts.push(format!("{} bytes, title \"{title}\"", page.bytes));
        parts.extend(link.seen.as_ref().and_then(|last| neighbours_in_words(last, page)));
    }
    parts.extend(testimony(link, seen).map(|said| match said {
        Said::Approved => "the site says that the entry is approved".to_owned(),
        Said::TakenDown => "the site says that the entry may not be read".to_owned(),
        Said::Deleted => "the site says that there is no such entry".to_owned(),
    }));
    parts.join("; ")
}

/// What stands where an entry stood; nothing for a link that was no entry.
fn neighbours_in_words(last: &Sighting, page: &Landmarks) -> Option<String> {
    let entry = last.entry.as_ref()?;
    let there = match page.entries.len() {
        0 => return Some("no entry on the page".to_owned()),
        1 => "1 entry on the page".to_owned(),
        n => format!("{n} entries on the page"),
    };
    let word = if page.entries.contains(entry) { "is still there" } else { "is not among them" };
    Some(format!("{there}, {entry} {word}"))
}
