//! Erasing evidence: texts go, the events that name them stay.

use trackward_core::{Evidence, PageId};

use crate::contract::{Erase, Result};
use crate::draft::{Draft, Stored};
use crate::key::HostId;
use crate::ledger::RECORDS_AT_ONCE;
use crate::record::{Record, Subjects};

/// Evidences erased at once: each is two records.
pub(crate) const EVIDENCES_AT_ONCE: usize = RECORDS_AT_ONCE / 2;

/// Where an evidence stands in its index: when it was read, and its hash.
pub(crate) type EvidenceKey = <Subjects as Record>::Key;

/// The evidences that are meant: one pass over their index, which ends at the age that is asked for.
pub(crate) fn find(stored: Stored<'_>, what: &Erase) -> Result<Vec<EvidenceKey>> {
    let wanted = selects(what);
    let mut found = Vec::new();
    for row in stored.scan::<Subjects>(&[], None) {
        let (key, subjects) = row?;
        if matches!(what, Erase::OlderThan(end) if key.0 >= *end) {
            break;
        }
        if wanted(&subjects) {
            found.push(key);
        }
    }
    Ok(found)
}

fn selects(what: &Erase) -> Box<dyn Fn(&Subjects) -> bool> {
    match what {
        Erase::OlderThan(_) => Box::new(|_| true),
        Erase::Page(page) => {
            let page = PageId::of(page);
            Box::new(move |subjects| subjects.pages.contains(&page))
        }
        Erase::Host(host) => {
            let host = HostId::of(host);
            Box::new(move |subjects| subjects.pages.iter().any(|page| HostId::of_page(*page) == host))
        }
        Erase::Link(link) => {
            let link = *link;
            Box::new(move |subjects| subjects.links.contains(&link))
        }
    }
}

/// Removes evidences with their index; answers how many were still there. Damaged texts go too: none is read.
pub(crate) fn remove(draft: &mut Draft<'_>, keys: &[EvidenceKey]) -> Result<u64> {
    let mut removed = 0;
    for key in keys {
        if draft.get::<Subjects>(*key)?.is_some() {
            draft.remove::<Subjects>(*key);
            draft.remove::<Evidence>(key.1);
            removed += 1;
        }
    }
    Ok(removed)
}
