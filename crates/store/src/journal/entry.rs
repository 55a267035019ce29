//! One record as the journal holds it, and which changes are worth one.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use trackward_core::{
    Event, EventSeq, Hazards, HostKey, Link, LinkId, OptOut, PageId, PageMemory, PageUrl, Plan, Pricing,
    RunRecord, Schedule, Visits,
};

use crate::contract::Result;
use crate::draft::Draft;
use crate::journal::cold::Cold;
use crate::key::HostId;
use crate::record::{HAZARDS, HostRecord, PRICING, PageRecord, Record, Tally};

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
    /// What the schedule has learned so far, and the price.
    Schedule(Box<Schedule>),
    /// What a host's owner asked for.
    OptOut(Box<OptOut>),
    /// Visits that a link brought.
    Visits { link: LinkId, visits: Visits },
    /// Until when visits of a site are counted.
    Tally(Box<Tally>),
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
            Self::OptOut(wish) => encode_key::<OptOut>(HostId::of(&wish.host)),
            Self::Visits { link, .. } => encode_key::<Visits>(*link),
            Self::Tally(tally) => encode_key::<Tally>(HostId::of(&tally.site)),
            Self::Schedule(_) => encode_key::<Hazards>(HAZARDS),
        }
    }
}

/// Whether a host that is free at an instant rests for long from now on.
pub(crate) fn is_long_rest(free_at: Timestamp, now: Option<Timestamp>) -> bool {
    now.is_some_and(|now| free_at.duration_since(now) > LONG_REST)
}

/// Entries of what is drafted that are worth a line, links first, and the latest instant that the draft names.
pub(crate) fn entries_of(draft: &Draft<'_>) -> Result<(Vec<Entry>, Option<Timestamp>)> {
    let mut found = Found { draft, entries: Vec::new(), latest: None };
    found.links()?;
    found.pages()?;
    found.events()?;
    found.runs()?;
    found.schedule()?;
    found.opt_outs()?;
    found.visits()?;
    // Whether a rest is long can only be said when the latest instant is known.
    found.hosts()?;
    Ok((found.entries, found.latest))
}

/// The entries found so far. Links come before their pages, so that a replayed page knows whether anything on it is
/// watched.
struct Found<'a> {
    draft: &'a Draft<'a>,
    entries: Vec<Entry>,
    latest: Option<Timestamp>,
}

impl Found<'_> {
    fn names(&mut self, at: impl IntoIterator<Item = Timestamp>) {
        self.latest = at.into_iter().chain(self.latest).max();
    }

    /// Records of a kind that were written.
    fn written<R: Record>(&self) -> Result<Vec<(R::Key, R)>> {
        let keys = self.draft.written::<R>()?.into_iter();
        keys.filter_map(|key| Some(self.draft.get(key).transpose()?.map(|record| (key, record)))).collect()
    }

    /// Whether a record differs from the stored one in what is worth a line.
    fn is_news<R: Record + Cold>(&self, key: R::Key, record: &R) -> Result<bool> {
        let before = self.draft.stored.get::<R>(key)?;
        Ok(!before.is_some_and(|before| before.is_cold_equal(record)))
    }

    fn links(&mut self) -> Result<()> {
        for (id, link) in self.written::<Link>()? {
            self.names([link.added].into_iter().chain(link.checked));
            if self.is_news(id, &link)? {
                self.entries.push(Entry::Link(Box::new(link)));
            }
        }
        Ok(())
    }

    fn pages(&mut self) -> Result<()> {
        for (id, page) in self.written::<PageRecord>()? {
            self.names(page.memory.last.map(|(at, _)| at));
            if self.is_news(id, &page)? {
                self.entries.push(Entry::Page(Box::new(page.into())));
            }
        }
        Ok(())
    }

    fn events(&mut self) -> Result<()> {
        for (seq, event) in self.written::<Event>()? {
            self.names([event.at]);
            self.entries.push(Entry::Event(Box::new(EventEntry { seq, event })));
        }
        Ok(())
    }

    fn runs(&mut self) -> Result<()> {
        for (id, run) in self.written::<RunRecord>()? {
            self.names([run.started].into_iter().chain(run.ended));
            if self.is_news(id, &run)? {
                self.entries.push(Entry::Run(Box::new(run)));
            }
        }
        Ok(())
    }

    fn opt_outs(&mut self) -> Result<()> {
        for (_, wish) in self.written::<OptOut>()? {
            self.names([wish.at]);
            self.entries.push(Entry::OptOut(Box::new(wish)));
        }
        Ok(())
    }

    /// Their instants are those of another program's clock: they say nothing of the present one.
    fn visits(&mut self) -> Result<()> {
        let visits = self.written::<Visits>()?.into_iter();
        self.entries.extend(visits.map(|(link, visits)| Entry::Visits { link, visits }));
        let tallies = self.written::<Tally>()?.into_iter();
        self.entries.extend(tallies.map(|(_, tally)| Entry::Tally(Box::new(tally))));
        Ok(())
    }

    /// The price alone is worth no line: it is soon found again.
    fn schedule(&mut self) -> Result<()> {
        for (_, hazards) in self.written::<Hazards>()? {
            let pricing = self.draft.get::<Pricing>(PRICING)?.unwrap_or_default();
            self.entries.push(Entry::Schedule(Box::new(Schedule { hazards, pricing })));
        }
        Ok(())
    }

    fn hosts(&mut self) -> Result<()> {
        for (id, HostRecord { state, .. }) in self.written::<HostRecord>()? {
            let before = self.draft.stored.get::<HostRecord>(id)?;
            let free_before = before.map_or(Timestamp::MIN, |before| before.state.free_at);
            if state.free_at > free_before && is_long_rest(state.free_at, self.latest) {
                self.entries.push(Entry::Host(HostEntry { host: state.host, free_at: state.free_at }));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden;
    use crate::memory::MemoryTable;
    use crate::table::Table;

    /// What the journal would be told of these changes.
    fn told(table: &MemoryTable, change: impl FnOnce(&mut Draft<'_>)) -> Vec<Entry> {
        let mut draft = Draft::on(table);
        change(&mut draft);
        entries_of(&draft).unwrap().0
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
        let kinds: Vec<u8> = said.iter().map(|entry| entry.key()[0]).collect();
        assert_eq!(kinds, *b"lpeh", "links first");
    }
}
