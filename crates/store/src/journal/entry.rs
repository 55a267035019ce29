//! One record as the journal holds it, and which changes are worth one.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use trackward_core::{Event, EventSeq, HostKey, Link, LinkId, PageId, PageMemory, PageUrl, Plan, RunRecord};

use crate::codec::{decode, decode_key};
use crate::contract::Result;
use crate::draft::Stored;
use crate::journal::cold::Cold;
use crate::key::HostId;
use crate::record::{HostRecord, PageRecord, Record};
use crate::table::Changes;

/// Rest of a host from which on it is journaled: a shorter one is over before a store is rebuilt.
const LONG_REST: SignedDuration = SignedDuration::from_mins(5);

/// A record as it is after a commit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Entry {
    /// A link.
    Link(Box<Link>),
    /// A page.
    Page(Box<PageEntry>),
    /// An event.
    Event(Box<EventEntry>),
    /// A run.
    Run(Box<RunRecord>),
    /// A host that asked for a long rest.
    Host(HostEntry),
}

/// A page, without what is only for speed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PageEntry {
    pub(crate) url: PageUrl,
    pub(crate) links: Vec<LinkId>,
    pub(crate) plan: Plan,
    pub(crate) memory: PageMemory,
}

/// An event under its number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct EventEntry {
    pub(crate) seq: EventSeq,
    pub(crate) event: Event,
}

/// Until when a host is left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HostEntry {
    pub(crate) host: HostKey,
    pub(crate) free_at: Timestamp,
}

impl From<PageRecord> for PageEntry {
    fn from(page: PageRecord) -> Self {
        let memory = PageMemory { validators: None, ..page.memory };
        Self { url: page.url, links: page.links, plan: page.plan, memory }
    }
}

impl From<PageEntry> for PageRecord {
    fn from(page: PageEntry) -> Self {
        Self { url: page.url, plan: page.plan, memory: page.memory, links: page.links, joined: 0 }
    }
}

impl Entry {
    /// Whom the entry is about: a later entry about the same takes its place.
    pub(crate) fn key(&self) -> Vec<u8> {
        use crate::codec::encode_key;
        match self {
            Self::Link(link) => encode_key::<Link>(link.id),
            Self::Page(page) => encode_key::<PageRecord>(PageId::of(&page.url)),
            Self::Event(event) => encode_key::<Event>(event.seq),
            Self::Run(run) => encode_key::<RunRecord>(run.id),
            Self::Host(host) => encode_key::<HostRecord>(HostId::of(&host.host)),
        }
    }
}

/// Whether a host that is free at an instant rests for long from now on.
pub(crate) fn is_long_rest(free_at: Timestamp, now: Option<Timestamp>) -> bool {
    now.is_some_and(|now| free_at.duration_since(now) > LONG_REST)
}

/// Entries of the changes that are worth a line, links first, and the latest instant that the changes name.
pub(crate) fn entries_of(changes: &Changes, stored: Stored<'_>) -> Result<(Vec<Entry>, Option<Timestamp>)> {
    let mut found = Found { stored, entries: Vec::new(), latest: None };
    let mut hosts = Vec::new();
    for (key, value) in changes {
        let Some(value) = value else { continue };
        match key.first() {
            Some(&Link::PREFIX) => found.link(key, value)?,
            Some(&PageRecord::PREFIX) => found.page(key, value)?,
            Some(&Event::PREFIX) => found.event(key, value)?,
            Some(&RunRecord::PREFIX) => found.run(key, value)?,
            Some(&HostRecord::PREFIX) => hosts.push((key, value)),
            _ => {}
        }
    }
    // Whether a rest is long can only be said when the latest instant is known.
    for (key, value) in hosts {
        found.host(key, value)?;
    }
    found.entries.sort_by_key(order);
    Ok((found.entries, found.latest))
}

/// Links before their pages, so that a replayed page knows whether anything on it is watched.
fn order(entry: &Entry) -> u8 {
    match entry {
        Entry::Link(_) => 0,
        Entry::Page(_) => 1,
        Entry::Event(_) => 2,
        Entry::Run(_) => 3,
        Entry::Host(_) => 4,
    }
}

/// The entries found so far.
struct Found<'a> {
    stored: Stored<'a>,
    entries: Vec<Entry>,
    latest: Option<Timestamp>,
}

impl Found<'_> {
    fn names(&mut self, at: impl IntoIterator<Item = Timestamp>) {
        self.latest = at.into_iter().chain(self.latest).max();
    }

    /// Whether the record differs from the stored one in what is worth a line.
    fn is_news<R: Record + Cold>(&self, key: &[u8], record: &R) -> Result<bool> {
        let before = self.stored.get::<R>(decode_key::<R>(key)?)?;
        Ok(!before.is_some_and(|before| before.is_cold_equal(record)))
    }

    fn link(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let link: Link = decode(key, value)?;
        self.names([link.added].into_iter().chain(link.checked));
        if self.is_news(key, &link)? {
            self.entries.push(Entry::Link(Box::new(link)));
        }
        Ok(())
    }

    fn page(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let page: PageRecord = decode(key, value)?;
        self.names(page.memory.last.map(|(at, _)| at));
        if self.is_news(key, &page)? {
            self.entries.push(Entry::Page(Box::new(page.into())));
        }
        Ok(())
    }

    fn event(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let event: Event = decode(key, value)?;
        self.names([event.at]);
        let seq = decode_key::<Event>(key)?;
        self.entries.push(Entry::Event(Box::new(EventEntry { seq, event })));
        Ok(())
    }

    fn run(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let run: RunRecord = decode(key, value)?;
        self.names([run.started].into_iter().chain(run.ended));
        if self.is_news(key, &run)? {
            self.entries.push(Entry::Run(Box::new(run)));
        }
        Ok(())
    }

    fn host(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let HostRecord { state, .. } = decode(key, value)?;
        let before = self.stored.get::<HostRecord>(decode_key::<HostRecord>(key)?)?;
        let free_before = before.map_or(Timestamp::MIN, |before| before.state.free_at);
        if state.free_at > free_before && is_long_rest(state.free_at, self.latest) {
            self.entries.push(Entry::Host(HostEntry { host: state.host, free_at: state.free_at }));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Draft;
    use crate::golden;
    use crate::memory::MemoryTable;
    use crate::table::Table;

    /// What the journal would be told of these changes.
    fn told(table: &MemoryTable, change: impl FnOnce(&mut Draft<'_>)) -> Vec<Entry> {
        let mut draft = Draft::on(table);
        change(&mut draft);
        entries_of(&draft.into_changes(), Stored(table)).unwrap().0
    }

    fn checked(draft: &mut Draft<'_>, rest: SignedDuration) {
        let mut page = golden::page_record();
        let at = page.memory.last.unwrap().0;
        page.memory.checks += 1;
        let mut host = golden::host_record();
        host.state.free_at = at + rest;
        draft.put(PageId::of(&page.url), &page);
        draft.put(HostId::of(&host.state.host), &host);
    }

    #[test]
    fn check_that_finds_nothing_new_is_worth_no_line() {
        let mut table = MemoryTable::default();
        let mut draft = Draft::on(&table);
        checked(&mut draft, SignedDuration::ZERO);
        let changes = draft.into_changes();
        table.apply(changes).unwrap();
        assert_eq!(told(&table, |draft| checked(draft, LONG_REST)), []);
    }

    #[test]
    fn host_that_asks_for_a_long_rest_is_worth_a_line() {
        let mut table = MemoryTable::default();
        let mut draft = Draft::on(&table);
        checked(&mut draft, SignedDuration::ZERO);
        let changes = draft.into_changes();
        table.apply(changes).unwrap();
        let longer = LONG_REST + SignedDuration::from_secs(1);
        let said = told(&table, |draft| checked(draft, longer));
        assert!(matches!(&said[..], [Entry::Host(host)] if host.host.as_str() == "host.example"), "{said:?}");
    }

    #[test]
    fn entries_hold_neither_evidence_nor_validators_nor_robots() {
        let said = told(&MemoryTable::default(), |draft| {
            draft.put(golden::link().id, &golden::link());
            draft.put(EventSeq(1), &golden::event());
            draft.put(golden::evidence().hash().to_bytes(), &golden::evidence());
            checked(draft, LONG_REST * 2);
        });
        let text = serde_json::to_string(&said).unwrap();
        for absent in ["a neighbour", "\\\"e\\\"", "/private"] {
            assert!(!text.contains(absent), "{absent}: {text}");
        }
        let kinds: Vec<u8> = said.iter().map(order).collect();
        assert_eq!(kinds, [0, 1, 2, 4], "links first");
    }
}
