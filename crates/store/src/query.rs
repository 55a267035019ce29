//! What reports and lists read.

use jiff::Timestamp;
use trackward_core::{Event, EventSeq, Link, LinkId, PageId, RunRecord, Watched};

use crate::contract::{EventQuery, LinkQuery, Page, Result};
use crate::draft::Stored;
use crate::key::HostId;
use crate::lease::page_of_index;
use crate::record::{LinkEvent, PageRecord};

/// Rows of an answer when the query names no limit.
const PAGE_ROWS: usize = 1_000;

/// See [`crate::Store::links`].
pub(crate) fn links(stored: Stored<'_>, query: &LinkQuery) -> Result<Page<Watched, LinkId>> {
    let candidates: Box<dyn Iterator<Item = Result<Link>>> = if let Some(page) = &query.page {
        let page = stored.get::<PageRecord>(PageId::of(page))?;
        let ids = page.map(|page| page.links).unwrap_or_default().into_iter();
        let rest = ids.filter(|id| query.after.is_none_or(|after| *id > after));
        Box::new(rest.filter_map(move |id| stored.get(id).transpose()))
    } else {
        let host = query.host.as_ref().map(HostId::of);
        let within = host.as_ref().map_or(&[][..], |host| &host.0);
        Box::new(stored.scan(within, query.after).map(|row| row.map(|(_, link)| link)))
    };
    let wanted = candidates.filter_map(|link| {
        let admitted = |link: Link| Ok(admits(stored, query, &link)?.then_some(link));
        link.and_then(admitted).transpose()
    });
    page_of(wanted.map(|link| watched(stored, link?)), query.limit, |row| row.link.id)
}

fn admits(stored: Stored<'_>, query: &LinkQuery, link: &Link) -> Result<bool> {
    let fits = (query.states.is_empty() || query.states.contains(&link.state.name()))
        && query.host.as_ref().is_none_or(|host| link.page.host_key() == *host)
        && (query.campaign.is_none() || query.campaign == link.campaign)
        && query.id_prefix.as_ref().is_none_or(|prefix| link.id.to_string().starts_with(prefix));
    match query.since {
        Some(since) if fits => changed_since(stored, link, since),
        _ => Ok(fits),
    }
}

/// Whether the link was added, or its last event was made, at or after an instant.
fn changed_since(stored: Stored<'_>, link: &Link, since: Timestamp) -> Result<bool> {
    if link.added >= since {
        return Ok(true);
    }
    let last = stored.scan_back::<LinkEvent>(&link.id.to_bytes()).next().transpose()?;
    Ok(last.is_some_and(|(_, event)| event.at >= since))
}

fn watched(stored: Stored<'_>, link: Link) -> Result<Watched> {
    let page = page_of_index(stored, PageId::of(&link.page))?;
    Ok(Watched { link, memory: page.memory, plan: page.plan })
}

/// See [`crate::Store::events`].
pub(crate) fn events(stored: Stored<'_>, query: &EventQuery) -> Result<Page<(EventSeq, Event), EventSeq>> {
    let candidates: Box<dyn Iterator<Item = Result<(EventSeq, Event)>>> = match query.link {
        Some(link) => {
            let after = query.after.map(|after| (link, after));
            let seqs = stored.scan::<LinkEvent>(&link.to_bytes(), after);
            Box::new(seqs.filter_map(move |row| event_of_index(stored, row).transpose()))
        }
        None => Box::new(stored.scan::<Event>(&[], query.after)),
    };
    let wanted = candidates.filter(|row| row.as_ref().map_or(true, |(_, event)| query.admits(event)));
    page_of(wanted, query.limit, |(seq, _)| *seq)
}

fn event_of_index(
    stored: Stored<'_>,
    row: Result<((LinkId, EventSeq), LinkEvent)>,
) -> Result<Option<(EventSeq, Event)>> {
    let ((_, seq), _) = row?;
    Ok(stored.get(seq)?.map(|event| (seq, event)))
}

/// The first rows up to the limit; one row more is looked for, so that the last page says it is the last.
fn page_of<T, C>(
    rows: impl Iterator<Item = Result<T>>,
    limit: usize,
    cursor: impl FnOnce(&T) -> C,
) -> Result<Page<T, C>> {
    let limit = if limit == 0 { PAGE_ROWS } else { limit };
    let mut rows: Vec<T> = rows.take(limit.saturating_add(1)).collect::<Result<_>>()?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(cursor);
    Ok(Page { rows, next })
}

/// See [`crate::Store::runs`].
pub(crate) fn runs(stored: Stored<'_>, from: Timestamp, to: Timestamp) -> Result<Vec<RunRecord>> {
    let all = stored.scan::<RunRecord>(&[], None).map(|row| row.map(|(_, run)| run));
    all.filter(|run| run.as_ref().map_or(true, |run| from <= run.started && run.started < to)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_without_a_limit_answers_a_page_of_rows() {
        let read = |rows: usize| {
            let page = page_of((0..rows).map(Ok), 0, |row| *row).unwrap();
            (page.rows.len(), page.next)
        };
        assert_eq!(read(PAGE_ROWS), (PAGE_ROWS, None));
        assert_eq!(read(PAGE_ROWS + 1), (PAGE_ROWS, Some(PAGE_ROWS - 1)));
    }
}
