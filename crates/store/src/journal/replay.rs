//! Putting journaled records back, with the indexes and counters that are drawn from them.

use jiff::Timestamp;
use trackward_core::{Event, EventSeq, Link, PageId, PageUrl, Plan};

use crate::contract::Result;
use crate::draft::Draft;
use crate::journal::entry::{Entry, HostEntry};
use crate::journal::{Line, Position, Reader, Token};
use crate::key::HostId;
use crate::ledger::RECORDS_AT_ONCE;
use crate::record::{HAZARDS, HostRecord, PRICING, PageRecord, Tenure};
use crate::table::Table;

/// What a replay came to.
#[derive(Debug, Default)]
pub(crate) struct Replayed {
    /// Lines that were put back.
    pub(crate) lines: u64,
    /// Lines that could not be.
    pub(crate) damaged: Vec<String>,
    /// Whether the last line was not whole.
    pub(crate) torn: bool,
}

/// Puts back all that a reader gives, some lines at once. Doing it again changes nothing.
pub(crate) fn replay(table: &mut dyn Table, mut reader: Reader) -> Result<Replayed> {
    let mut replayed = Replayed::default();
    let mut pending: Vec<Line> = Vec::new();
    let mut records = 0;
    loop {
        let token = reader.next()?;
        let is_end = token.is_none();
        match token {
            Some(Token::Line(line)) => {
                replayed.lines += 1;
                records += line.put.len() * RECORDS_AN_ENTRY;
                pending.push(line);
            }
            Some(Token::Damaged(what)) => replayed.damaged.push(what),
            Some(Token::Torn) => replayed.torn = true,
            None => {}
        }
        if records >= RECORDS_AT_ONCE || is_end {
            put_back(table, std::mem::take(&mut pending), reader.end())?;
            records = 0;
        }
        if is_end {
            return Ok(replayed);
        }
    }
}

/// Rows that one entry changes: a page and its host, two each, and its old and new due time.
const RECORDS_AN_ENTRY: usize = 6;

fn put_back(table: &mut dyn Table, lines: Vec<Line>, end: Position) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut draft = Draft::on(table);
    for line in lines {
        let at = line.at.unwrap_or(Timestamp::UNIX_EPOCH);
        for entry in line.put {
            draft.put_entry(entry, at)?;
        }
    }
    draft.put(Position::KEY, &end);
    let changes = draft.into_changes();
    table.apply(changes)
}

impl Draft<'_> {
    /// Puts one record back.
    fn put_entry(&mut self, entry: Entry, at: Timestamp) -> Result<()> {
        match entry {
            Entry::Link(link) => self.put_link_back(&link, at),
            Entry::Page(page) => {
                let id = PageId::of(&page.url);
                self.know_host_of(&page.url)?;
                self.put_page(id, (*page).into())
            }
            Entry::Event(said) => self.put_event_back(said.seq, &said.event),
            Entry::Run(run) => {
                self.put(run.id, &*run);
                Ok(())
            }
            Entry::Host(host) => self.put_rest_back(host),
            Entry::OptOut(wish) => {
                self.put(HostId::of(&wish.host), &*wish);
                Ok(())
            }
            Entry::Visits { link, visits } => {
                self.put(link, &visits);
                Ok(())
            }
            Entry::Tally(tally) => {
                self.put(HostId::of(&tally.site), &*tally);
                Ok(())
            }
            Entry::Schedule(schedule) => {
                self.put(HAZARDS, &schedule.hazards);
                self.put(PRICING, &schedule.pricing);
                Ok(())
            }
        }
    }

    /// Puts a link back; its page is due when the link came back into the watch, and never with nothing watched.
    fn put_link_back(&mut self, link: &Link, at: Timestamp) -> Result<()> {
        self.put_link(link)?;
        let id = PageId::of(&link.page);
        let Some(mut page) = self.get::<PageRecord>(id)? else { return Ok(()) };
        if link.state.name().is_watched() && page.plan.at == Timestamp::MAX {
            page.plan = Plan::added(at);
        }
        self.put_page(id, page)
    }

    fn put_event_back(&mut self, seq: EventSeq, event: &Event) -> Result<()> {
        self.put_event(seq, event);
        self.count_events_to(seq)
    }

    /// A host that was not known may just have been asked: its first lease is an unclean one.
    fn know_host_of(&mut self, page: &PageUrl) -> Result<()> {
        let host = page.host_key();
        let id = HostId::of(&host);
        if self.get::<HostRecord>(id)?.is_none() {
            self.put(id, &HostRecord { lease: Some(Tenure::ENDED), ..HostRecord::new(host) });
        }
        Ok(())
    }

    fn put_rest_back(&mut self, rest: HostEntry) -> Result<()> {
        let id = HostId::of(&rest.host);
        let known = self.get::<HostRecord>(id)?;
        let fresh = HostRecord { lease: Some(Tenure::ENDED), ..HostRecord::new(rest.host) };
        let mut host = known.unwrap_or(fresh);
        host.state.free_at = host.state.free_at.max(rest.free_at);
        self.put(id, &host);
        Ok(())
    }
}
