//! Keeping indexes and counters in step with the records they are drawn from.

use std::collections::btree_map::Entry;

use jiff::Timestamp;
use trackward_core::{
    Event, EventSeq, Evidence, Link, LinkId, PageId, PageMemory, PageUrl, Plan, Reason, StateName,
};

use crate::contract::Result;
use crate::draft::Draft;
use crate::key::HostId;
use crate::record::{At, Counters, Due, HostRecord, LinkEvent, PageRecord, Subjects};

impl PageRecord {
    /// A page that gets its first link.
    pub(crate) fn new(url: PageUrl, now: Timestamp) -> Self {
        Self { url, plan: Plan::added(now), memory: PageMemory::default(), links: Vec::new(), joined: 0 }
    }

    /// Takes in a link that the page did not have.
    pub(crate) fn insert_link(&mut self, link: LinkId) {
        if let Err(at) = self.links.binary_search(&link) {
            self.links.insert(at, link);
        }
    }

    /// Makes the page due because a link joined its watch under the host's present epoch.
    pub(crate) fn due_for_joined(&mut self, now: Timestamp, host: &HostRecord) {
        self.joined = host.epoch;
        if self.plan.at > now {
            self.plan = Plan::added(now);
        }
    }

    /// What the due index says of it.
    pub(crate) fn due_entry(&self) -> Due {
        Due { checked: self.memory.last.map(|(at, _)| At(at)), class: self.plan.reason.class() }
    }

    fn due_key(&self, id: PageId) -> Option<(Timestamp, PageId)> {
        (self.plan.at != Timestamp::MAX).then_some((self.plan.at, id))
    }
}

impl Counters {
    /// Counts one link less in a state; a state without links is not listed.
    fn leave(&mut self, state: StateName) {
        if let Entry::Occupied(mut links) = self.links.entry(state) {
            *links.get_mut() -= 1;
            if *links.get() == 0 {
                links.remove();
            }
        }
    }
}

impl Draft<'_> {
    /// The links in the order given.
    pub(crate) fn links(&self, ids: &[LinkId]) -> Result<Vec<Link>> {
        ids.iter().filter_map(|id| self.get(*id).transpose()).collect()
    }

    /// The record of a page's host, which is written where it is not there.
    pub(crate) fn known_host_of(&mut self, page: &PageUrl) -> Result<HostRecord> {
        let host = page.host_key();
        let id = HostId::of(&host);
        if let Some(known) = self.get(id)? {
            return Ok(known);
        }
        let new = HostRecord::new(host);
        self.put(id, &new);
        Ok(new)
    }

    /// Writes a link and counts it under its state.
    pub(crate) fn put_link(&mut self, link: &Link) -> Result<()> {
        let before = self.get::<Link>(link.id)?.map(|before| before.state.name());
        let after = link.state.name();
        if before != Some(after) {
            self.update_counters(|counters| {
                if let Some(before) = before {
                    counters.leave(before);
                }
                *counters.links.entry(after).or_default() += 1;
            })?;
        }
        self.put(link.id, link);
        Ok(())
    }

    /// Writes a page and its place in the due index; a page that nothing is watched on is never due.
    pub(crate) fn put_page(&mut self, id: PageId, mut page: PageRecord) -> Result<()> {
        if !self.links(&page.links)?.iter().any(|link| link.state.name().is_watched()) {
            page.plan = Plan { at: Timestamp::MAX, reason: Reason::NothingWatched };
        }
        if let Some(before) = self.get::<PageRecord>(id)?.and_then(|before| before.due_key(id)) {
            self.remove::<Due>(before);
        }
        if let Some(due) = page.due_key(id) {
            self.put(due, &page.due_entry());
        }
        self.put(id, &page);
        Ok(())
    }

    /// Writes an evidence of a watched page and of some of its links, and its place in the index.
    pub(crate) fn put_evidence(
        &mut self,
        evidence: &Evidence,
        page: PageId,
        links: impl IntoIterator<Item = LinkId>,
    ) -> Result<()> {
        let hash = evidence.hash().to_bytes();
        let mut subjects = self.get::<Subjects>((evidence.at, hash))?.unwrap_or_default();
        subjects.pages.extend([page, PageId::of(&evidence.page)]);
        subjects.links.extend(links);
        self.put((evidence.at, hash), &subjects);
        self.put(hash, evidence);
        Ok(())
    }

    /// Writes an event under the next number.
    pub(crate) fn append_event(&mut self, event: &Event) -> Result<EventSeq> {
        let seq = EventSeq(self.update_counters(|counters| {
            counters.events += 1;
            counters.events
        })?);
        self.put_event(seq, event);
        Ok(seq)
    }

    /// Writes an event under its number, and its place in the index.
    pub(crate) fn put_event(&mut self, seq: EventSeq, event: &Event) {
        self.put(seq, event);
        if let Some(link) = event.link {
            self.put((link, seq), &LinkEvent { at: event.at });
        }
    }

    /// Counts events up to a number that was given.
    pub(crate) fn count_events_to(&mut self, seq: EventSeq) -> Result<()> {
        self.update_counters(|counters| counters.events = counters.events.max(seq.0))
    }

    fn update_counters<T>(&mut self, change: impl FnOnce(&mut Counters) -> T) -> Result<T> {
        let mut counters: Counters = self.get(Counters::KEY)?.unwrap_or_default();
        let answer = change(&mut counters);
        self.put(Counters::KEY, &counters);
        Ok(answer)
    }
}
