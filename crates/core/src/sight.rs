//! What one observation says about one link.

use crate::extraction::Reference;
use crate::link::{Attributes, Link, LinkState, LossReason, Sighting};
use crate::memory::Landmarks;
use crate::observation::Observation;
use crate::placement::PlacementClass;
use crate::rule::Verdict;

/// What one observation says about one link.
#[derive(Debug)]
pub(crate) enum Sight<'a> {
    /// It is there.
    Present(&'a Reference),
    /// The host says that nothing has changed since it was there.
    Carried,
    /// It is not there, and the page may prove it.
    Absent {
        /// What the absence points to.
        reason: LossReason,
        /// Whether the page is otherwise unchanged, so that the miss counts twice.
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
        match seen.verdict() {
            Verdict::NotModified if matches!(link.state, LinkState::Live { .. }) => Self::Carried,
            Verdict::Gone => Self::Absent { reason: LossReason::PageGone, strong: false },
            Verdict::Readable => Self::Absent { reason: reason(link, seen), strong: is_strong(link, seen) },
            _ if host_gone && matches!(link.state, LinkState::Live { .. } | LinkState::Missing { .. }) => {
                Self::HostGone
            }
            _ => Self::Unknown,
        }
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
    /// How a reference was seen.
    pub(crate) fn of(reference: &Reference, seen: &Observation) -> Self {
        Self {
            at: seen.at,
            on: seen.final_url.clone(),
            url: reference.url.clone(),
            placement: reference.placement,
            placed_by: format!("step {}: {}", reference.evidence.step, reference.evidence.token),
            entry: reference.entry.clone(),
            container: reference.container.clone(),
            hidden: reference.hidden,
            attributes: Attributes::of(reference, seen.robots),
        }
    }
}

/// The reason an absence on a readable page points to, the widest first.
fn reason(link: &Link, seen: &Observation) -> LossReason {
    if seen.led_elsewhere() {
        return LossReason::PageMovedWithoutLink;
    }
    let (Some(last), Some(page)) = (&link.seen, &seen.landmarks) else { return LossReason::LinkRemoved };
    if last.container.as_ref().is_some_and(|container| !page.containers.contains(container)) {
        return LossReason::SectionRemoved;
    }
    let among_entries = matches!(last.placement.class(), PlacementClass::Ping | PlacementClass::Comment);
    let entry_stays = last.entry.as_ref().is_some_and(|entry| page.entries.contains(entry));
    if among_entries && !entry_stays { LossReason::EntryRemoved } else { LossReason::LinkRemoved }
}

/// Whether the page is otherwise unchanged: the list that held the entry is there with all its other entries.
fn is_strong(link: &Link, seen: &Observation) -> bool {
    let (Some(last), Some(before), Some(now)) = (&link.seen, &seen.before, &seen.landmarks) else {
        return false;
    };
    let Some(entry) = &last.entry else { return false };
    let list_stays = last.container.as_ref().is_none_or(|container| now.containers.contains(container));
    let mut neighbours = before.entries.iter().filter(|id| *id != entry).peekable();
    !seen.led_elsewhere()
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
    parts.join("; ")
}

/// What stands where an entry stood; nothing for a link that was no entry.
fn neighbours_in_words(last: &Sighting, page: &Landmarks) -> Option<String> {
    let entry = last.entry.as_ref()?;
    let there = match page.entries.len() {
        0 => "no entry on the page".to_owned(),
        1 => "1 entry on the page".to_owned(),
        n => format!("{n} entries on the page"),
    };
    let word = if page.entries.contains(entry) { "is still there" } else { "is not among them" };
    Some(if page.entries.is_empty() { there } else { format!("{there}, {entry} {word}") })
}
