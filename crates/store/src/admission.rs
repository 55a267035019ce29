//! Adding watches, and what vendors say of them.

use jiff::Timestamp;
use trackward_core::{Admission, Claim, Link, LinkState, NewWatch, PageId, admit};

use crate::contract::{AddOutcome, Added, Result};
use crate::draft::Draft;
use crate::ledger::RECORDS_AT_ONCE;
use crate::record::{Hearsay, PageRecord};

/// Watches added at once: each changes up to nine rows (link, host and page, two each, the page's old and new due
/// time, and its claims).
pub(crate) const WATCHES_AT_ONCE: usize = RECORDS_AT_ONCE / 9;

/// See [`crate::Store::add`].
pub(crate) fn add(draft: &mut Draft<'_>, watches: Vec<NewWatch>, now: Timestamp) -> Result<Vec<Added>> {
    watches.into_iter().map(|watch| add_one(draft, watch, now)).collect()
}

fn add_one(draft: &mut Draft<'_>, mut watch: NewWatch, now: Timestamp) -> Result<Added> {
    let (claim, first_check) = (watch.claim.take(), watch.first_check);
    let page = draft.get::<PageRecord>(PageId::of(&watch.page))?;
    let known = page.as_ref().map_or_else(|| Ok(Vec::new()), |page| draft.links(&page.links))?;
    let added = |link, outcome| Added { link, outcome, claimed_lost: false };
    let added = match admit(&known, watch, now) {
        Admission::New(link) if known.iter().any(|known| known.id == link.id) => {
            added(link.id, AddOutcome::Unchanged)
        }
        Admission::New(link) => {
            begin(draft, page, &link, first_check.unwrap_or(now))?;
            added(link.id, AddOutcome::New)
        }
        Admission::Updated(link) => {
            draft.put_link(&link)?;
            added(link.id, AddOutcome::Updated)
        }
        Admission::Unchanged(link) => added(link, AddOutcome::Unchanged),
        Admission::Archived(link) => added(link, AddOutcome::Archived),
    };
    match claim {
        Some(claim) => hear(draft, added, &claim),
        None => Ok(added),
    }
}

/// Writes a new link; its page is due, its host known from now on.
fn begin(draft: &mut Draft<'_>, page: Option<PageRecord>, link: &Link, first_check: Timestamp) -> Result<()> {
    let host = draft.known_host_of(&link.page)?;
    let mut page = page.unwrap_or_else(|| PageRecord::new(link.page.clone(), first_check));
    page.insert_link(link.id);
    page.due_for_joined(first_check, &host);
    draft.put_link(link)?;
    draft.put_page(PageId::of(&link.page), page)
}

/// Writes what a vendor says of a link that is not archived. A list of our own says nothing of a link that is known
/// here. A loss that is claimed for the first time is told of a live link, and proves nothing.
fn hear(draft: &mut Draft<'_>, added: Added, claim: &Claim) -> Result<Added> {
    let is_told_back = claim.vendor == Claim::OURSELVES && added.outcome != AddOutcome::New;
    if added.outcome == AddOutcome::Archived || is_told_back {
        return Ok(added);
    }
    let before = draft.get::<Hearsay>(added.link)?.unwrap_or_default();
    let mut claims = before.clone();
    let heard = claims.0.add(claim);
    if claims != before {
        draft.put(added.link, &claims);
    }
    let is_live = |link: Link| matches!(link.state, LinkState::Live { .. });
    let claimed_lost = heard.lost && draft.get::<Link>(added.link)?.is_some_and(is_live);
    let outcome = match added.outcome {
        AddOutcome::Unchanged if heard.news => AddOutcome::Updated,
        other => other,
    };
    Ok(Added { outcome, claimed_lost, ..added })
}
