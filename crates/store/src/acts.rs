//! A person's acts on links.

use trackward_core::{Act, ActError, Amended, Link, PageId, amend};

use crate::contract::Result;
use crate::draft::Draft;
use crate::record::PageRecord;

/// See [`crate::Store::amend`].
pub(crate) fn amend_links(draft: &mut Draft<'_>, acts: &[Act]) -> Result<Vec<Link>> {
    acts.iter().map(|act| amend_link(draft, act)).collect()
}

fn amend_link(draft: &mut Draft<'_>, act: &Act) -> Result<Link> {
    let before = draft.get::<Link>(act.link)?.ok_or(ActError::NoSuchLink(act.link))?;
    let Amended { link, event } = amend(&before, act)?;
    draft.put_link(&link)?;
    draft.append_event(&event)?;
    let id = PageId::of(&link.page);
    if let Some(mut page) = draft.get::<PageRecord>(id)? {
        if link.state.name().is_watched() && !before.state.name().is_watched() {
            let host = draft.known_host_of(&page.url)?;
            page.due_for_joined(act.at, &host);
        }
        draft.put_page(id, page)?;
    }
    Ok(link)
}
