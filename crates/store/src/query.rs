//! What reports and lists read.

use jiff::Timestamp;
use trackward_core::{Event, EventSeq, Link, LinkId, PageId, RunRecord, Watched};

use crate::codec::decode_key;
use crate::contract::{EventQuery, LinkQuery, Page, Result};
use crate::draft::{Readable, Stored, skip_damaged};
use crate::key::HostId;
use crate::lease::page_of_index;
use crate::record::{LinkEvent, PageRecord};

/// Rows of an answer when the query names no limit.
const PAGE_ROWS: usize = 1_000;

/// See [`crate::Store::links`].
pub(crate) fn links(stored: Stored<'_>, query: &LinkQuery) -> Result<Readable<Page<Watched, LinkId>>> {
    let candidates: Box<dyn Iterator<Item = Result<Link>>> = if let Some(page) = &query.page {
        let page = stored.get::<PageRecord>(PageId::of(page))?;
        let ids = page.map(|page| page.links).unwrap_or_default().into_iter();
        let rest = ids.filter(|id| query.after.is_none_or(|after| *id > after));
        Box::new(rest.filter_map(move |id| stored.get(id).transpose()))
    } else {
        let host = query.host.as_ref().map(HostId::of);
        let within = host.as_ref().map_or(&[][..], |host| &host.0);
        Box::new(stored.records(within, query.after).map(|row| row?.1))
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
        && (query.client.is_none() || query.client == link.client)
        && (query.campaign.is_none() || query.campaign == link.campaign)
        && (query.owner.is_none() || query.owner == link.owner)
        && query.tag.as_ref().is_none_or(|tag| link.tags.has(tag))
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
pub(crate) fn events(
    stored: Stored<'_>,
    query: &EventQuery,
) -> Result<Readable<Page<(EventSeq, Event), EventSeq>>> {
    let candidates: Box<dyn Iterator<Item = Result<(EventSeq, Event)>>> = match query.link {
        Some(link) => {
            let after = query.after.map(|after| (link, after));
            let seqs = stored.scan::<LinkEvent>(&link.to_bytes(), after);
            Box::new(seqs.filter_map(move |row| event_of_index(stored, row).transpose()))
        }
        None => Box::new(stored.records::<Event>(&[], query.after).map(|row| {
            let (key, event) = row?;
            Ok((decode_key::<Event>(&key)?, event?))
        })),
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

/// The first rows that read, up to the limit; one row more is looked for, so that the last page says it is the last.
fn page_of<T, C>(
    candidates: impl Iterator<Item = Result<T>>,
    limit: usize,
    cursor: impl FnOnce(&T) -> C,
) -> Result<Readable<Page<T, C>>> {
    let limit = if limit == 0 { PAGE_ROWS } else { limit };
    let mut skipped = Vec::new();
    let mut rows = Vec::new();
    for row in candidates {
        rows.extend(skip_damaged(row, &mut skipped)?);
        if rows.len() > limit {
            break;
        }
    }
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(cursor);
    Ok(Readable { answer: Page { rows, next }, skipped })
}

/// See [`crate::Store::runs`].
pub(crate) fn runs(stored: Stored<'_>, from: Timestamp, to: Timestamp) -> Result<Readable<Vec<RunRecord>>> {
    let (mut answer, mut skipped) = (Vec::new(), Vec::new());
    for row in stored.records::<RunRecord>(&[], None) {
        let run = skip_damaged(row?.1, &mut skipped)?;
        answer.extend(run.filter(|run| from <= run.started && run.started < to));
    }
    Ok(Readable { answer, skipped })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_without_a_limit_answers_a_page_of_rows() {
        let read = |rows: usize| {
            let page = page_of((0..rows).map(Ok), 0, |row| *row).unwrap().answer;
            (page.rows.len(), page.next)
        };
        assert_eq!(read(PAGE_ROWS), (PAGE_ROWS, None));
        assert_eq!(read(PAGE_ROWS + 1), (PAGE_ROWS, Some(PAGE_ROWS - 1)));
    }
}
