//! Committing what was seen.

use std::collections::BTreeSet;

use trackward_core::{Event, Evidence, Link, LinkId, PageId, RunId, RunRecord, RunScope};

use crate::contract::{Batch, CheckedPage, Committed, Result};
use crate::draft::Draft;
use crate::key::HostId;
use crate::lease::fenced;
use crate::record::{Counters, PageRecord};

/// See [`crate::Store::commit`].
pub(crate) fn commit(draft: &mut Draft<'_>, owner: u64, batch: Batch) -> Result<Committed> {
    let mut done = Committed::default();
    for part in batch.hosts {
        let Some(mut host) = fenced(draft, owner, &part.lease)? else {
            done.lost.push(part.lease);
            continue;
        };
        for page in part.pages {
            commit_page(draft, host.epoch, page, &mut done)?;
        }
        for candidate in part.candidates {
            draft.put(candidate.key(), &candidate);
        }
        host.state = part.state;
        if part.last {
            host.lease = None;
        }
        draft.put(HostId::of(&part.lease.host), &host);
    }
    if let Some(lesson) = batch.lesson {
        draft.learn(&lesson)?;
    }
    if let Some(run) = batch.run {
        let counters = draft.get::<Counters>(Counters::KEY)?.unwrap_or_default();
        draft.put(run.id, &RunRecord { links: counters.links, ..run });
    }
    Ok(done)
}

fn commit_page(draft: &mut Draft<'_>, epoch: u64, checked: CheckedPage, done: &mut Committed) -> Result<()> {
    let id = PageId::of(&checked.url);
    let stored = match draft.get::<PageRecord>(id)? {
        None if checked.is_new => Some(PageRecord::new(checked.url.clone(), checked.plan.at)),
        Some(_) if checked.is_new => None,
        stored => stored,
    };
    let Some(mut page) = stored.filter(|page| !was_committed(page, &checked)) else {
        return Ok(());
    };
    let mut overtaken = BTreeSet::new();
    for link in checked.links {
        overtaken.extend(change_link(draft, link)?);
    }
    for link in checked.appeared {
        overtaken.extend(add_link(draft, &mut page, &link)?);
    }
    let kept = |event: &Event| event.link.is_none_or(|link| !overtaken.contains(&link));
    let events: Vec<Event> = checked.events.into_iter().filter(kept).collect();
    for evidence in &checked.evidence {
        keep_if_named(draft, id, evidence, &events)?;
    }
    for event in &events {
        let seq = draft.append_event(event)?;
        done.events = Some((done.events.map_or(seq, |(first, _)| first), seq));
    }
    done.overtaken += overtaken.len() as u64;
    page.memory = checked.memory;
    if page.joined != epoch {
        page.plan = checked.plan;
    }
    draft.put_page(id, page)
}

/// Writes an evidence that an event names; without one nobody could find it.
fn keep_if_named(draft: &mut Draft<'_>, page: PageId, evidence: &Evidence, events: &[Event]) -> Result<()> {
    let hash = evidence.hash();
    let named: Vec<&Event> = events.iter().filter(|event| event.evidence == Some(hash)).collect();
    if named.is_empty() {
        return Ok(());
    }
    draft.put_evidence(evidence, page, named.iter().filter_map(|event| event.link))
}

/// Whether this very check of the page was committed before: nothing of it may count twice.
fn was_committed(page: &PageRecord, checked: &CheckedPage) -> bool {
    checked.memory.last.is_some() && page.memory == checked.memory
}

/// Writes a changed link, or answers its id when it had changed meanwhile.
fn change_link(draft: &mut Draft<'_>, link: Link) -> Result<Option<LinkId>> {
    match draft.get::<Link>(link.id)? {
        Some(stored) if stored.version == link.version => {
            draft.put_link(&Link { version: link.version + 1, ..link })?;
            Ok(None)
        }
        _ => Ok(Some(link.id)),
    }
}

/// Writes a link that appeared, or answers its id when it is known already.
fn add_link(draft: &mut Draft<'_>, page: &mut PageRecord, link: &Link) -> Result<Option<LinkId>> {
    if draft.get::<Link>(link.id)?.is_some() {
        return Ok(Some(link.id));
    }
    page.insert_link(link.id);
    draft.put_link(link)?;
    Ok(None)
}

/// See [`crate::Store::begin_run`].
pub(crate) fn begin_run(draft: &mut Draft<'_>, scope: RunScope, now: jiff::Timestamp) -> Result<RunRecord> {
    let id = RunId(draft.stored.last_key::<RunRecord>()?.map_or(1, |last| last.0 + 1));
    let run = RunRecord::begin(id, scope, now);
    draft.put(id, &run);
    Ok(run)
}
