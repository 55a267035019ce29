//! Adding watches.

use jiff::Timestamp;
use trackward_core::{Admission, Link, NewWatch, PageId, admit};

use crate::contract::{AddOutcome, Added, Result};
use crate::draft::Draft;
use crate::key::HostId;
use crate::ledger::RECORDS_AT_ONCE;
use crate::record::PageRecord;

/// Watches added at once: each changes up to eight rows (link, host and page, two each, and the page's old and new
/// due time).
pub(crate) const WATCHES_AT_ONCE: usize = RECORDS_AT_ONCE / 8;

/// See [`crate::Store::add`].
pub(crate) fn add(draft: &mut Draft<'_>, watches: Vec<NewWatch>, now: Timestamp) -> Result<Vec<Added>> {
    watches.into_iter().map(|watch| add_one(draft, watch, now)).collect()
}

fn add_one(draft: &mut Draft<'_>, watch: NewWatch, now: Timestamp) -> Result<Added> {
    let page = draft.get::<PageRecord>(PageId::of(&watch.page))?;
    let known = page.as_ref().map_or_else(|| Ok(Vec::new()), |page| draft.links(&page.links))?;
    let (link, outcome) = match admit(&known, watch, now) {
        Admission::New(link) if known.iter().any(|known| known.id == link.id) => {
            (link.id, AddOutcome::Unchanged)
        }
        Admission::New(link) => {
            begin(draft, page, &link, now)?;
            (link.id, AddOutcome::New)
        }
        Admission::Updated(link) => {
            draft.put_link(&link)?;
            (link.id, AddOutcome::Updated)
        }
        Admission::Unchanged(link) => (link, AddOutcome::Unchanged),
        Admission::Archived(link) => (link, AddOutcome::Archived),
    };
    Ok(Added { link, outcome })
}

/// Writes a new link; its page is due, its host known from now on.
fn begin(draft: &mut Draft<'_>, page: Option<PageRecord>, link: &Link, now: Timestamp) -> Result<()> {
    let host = draft.host_of(&link.page)?;
    let mut page = page.unwrap_or_else(|| PageRecord::new(link.page.clone(), now));
    page.insert_link(link.id);
    page.due_for_joined(now, &host);
    draft.put(HostId::of(&host.state.host), &host);
    draft.put_link(link)?;
    draft.put_page(PageId::of(&link.page), page)
}
