//! Records among themselves: each reads, and each index says what its records say.

use std::collections::BTreeMap;

use jiff::Timestamp;
use trackward_core::{
    Candidate, Event, EventSeq, Evidence, Hazards, Link, LinkId, OptOut, PageId, Pricing, RunId, RunRecord,
    StateName, Visits,
};

use crate::StoreError;
use crate::check::Faults;
use crate::codec::{decode_key, hex};
use crate::contract::Result;
use crate::draft::Stored;
use crate::journal::Position;
use crate::key::{HostId, Key};
use crate::record::{
    Counters, Due, HAZARDS, Hearsay, HostRecord, Layout, LinkEvent, Live, Owner, PRICING, PageRecord, Record,
    Subjects, Tally,
};

/// First bytes of the keys of all kinds.
const PREFIXES: &[u8] = &[
    Link::PREFIX,
    PageRecord::PREFIX,
    HostRecord::PREFIX,
    Due::PREFIX,
    Hearsay::PREFIX,
    Event::PREFIX,
    LinkEvent::PREFIX,
    Evidence::PREFIX,
    Subjects::PREFIX,
    RunRecord::PREFIX,
    Layout::PREFIX,
    Hazards::PREFIX,
    Pricing::PREFIX,
    OptOut::PREFIX,
    Candidate::PREFIX,
    Visits::PREFIX,
    Tally::PREFIX,
];

/// First bytes of the keys of their hot parts.
const HOT_PREFIXES: &[Option<u8>] = &[Link::HOT, PageRecord::HOT, HostRecord::HOT];

/// What is wrong with the records.
#[derive(Debug, Default)]
pub(crate) struct Records {
    /// Records that read.
    pub(crate) read: u64,
    /// What does not read, or contradicts another record.
    pub(crate) faults: Faults,
    /// Events that are missing: lost for good where the journal lost them too.
    pub(crate) gaps: Faults,
}

/// Checks all records.
///
/// # Errors
/// When the table cannot be read, or a later release wrote to it.
pub(crate) fn check_records(stored: Stored<'_>) -> Result<Records> {
    let mut check = Check { stored, read: 0, faults: Faults::default(), gaps: Faults::default() };
    let links = check.links()?;
    check.pages()?;
    check.hosts()?;
    check.due()?;
    check.claims()?;
    let events = check.events()?;
    check.event_index()?;
    check.evidence()?;
    check.evidence_index()?;
    check.runs()?;
    check.opt_outs()?;
    check.candidates()?;
    check.visits()?;
    check.tallies()?;
    check.single::<Layout>(Layout::KEY)?;
    check.single::<Owner>(Owner::KEY)?;
    check.single::<Position>(Position::KEY)?;
    check.single::<Live>(Live::KEY)?;
    check.single::<Hazards>(HAZARDS)?;
    check.single::<Pricing>(PRICING)?;
    check.strangers()?;
    check.counters(&Counters { events, links })?;
    Ok(Records { read: check.read, faults: check.faults, gaps: check.gaps })
}

struct Check<'a> {
    stored: Stored<'a>,
    read: u64,
    faults: Faults,
    gaps: Faults,
}

/// The first digits of a key, by which a fault is found again.
fn name<R: Record>(key: R::Key) -> String {
    let mut bytes = Vec::new();
    key.write(&mut bytes);
    format!("{} {}", R::NAME, hex(&bytes))
}

impl Check<'_> {
    /// Goes through the records of a kind; those that do not read are faults.
    fn each<R: Record>(&mut self, mut look: impl FnMut(&mut Self, R::Key, R) -> Result<()>) -> Result<()> {
        for row in self.stored.records::<R>(&[], None) {
            let (key, record) = row?;
            match decode_key::<R>(&key).and_then(|id| Ok((id, record?))) {
                Ok((id, record)) => {
                    self.read += 1;
                    look(self, id, record)?;
                }
                Err(newer @ StoreError::Newer { .. }) => return Err(newer),
                Err(damaged) => self.faults.add(damaged.what()),
            }
        }
        Ok(())
    }

    /// A record that another names; a damaged one is found when its own kind is gone through.
    fn named<R: Record>(&self, key: R::Key) -> Result<Option<R>> {
        match self.stored.get::<R>(key) {
            Err(StoreError::Corrupt { .. }) => Ok(None),
            read => read,
        }
    }

    fn links(&mut self) -> Result<BTreeMap<StateName, u64>> {
        let mut states = BTreeMap::new();
        self.each::<Link>(|check, id, link| {
            *states.entry(link.state.name()).or_default() += 1;
            let page = check.named::<PageRecord>(PageId::of(&link.page))?;
            let known = page.is_some_and(|page| page.links.binary_search(&id).is_ok());
            check.faults.expect(link.id == id, || format!("{} holds another link", name::<Link>(id)));
            check.faults.expect(known, || format!("{} is not on its page", name::<Link>(id)));
            Ok(())
        })?;
        Ok(states)
    }

    fn pages(&mut self) -> Result<()> {
        self.each::<PageRecord>(|check, id, page| {
            let this = || name::<PageRecord>(id);
            check.faults.expect(PageId::of(&page.url) == id, || format!("{} holds another page", this()));
            let mut is_watched = false;
            for link in &page.links {
                let link = check.named::<Link>(*link)?;
                check.faults.expect(link.is_some(), || format!("{} names a link that is missing", this()));
                is_watched |= link.is_some_and(|link| link.state.name().is_watched());
            }
            let is_due = page.plan.at != Timestamp::MAX;
            check.faults.expect(is_due == is_watched, || format!("{} has a wrong plan", this()));
            let host = check.named::<HostRecord>(HostId::of_page(id))?;
            check.faults.expect(host.is_some(), || format!("{} has no host", this()));
            if is_due {
                let due = check.named::<Due>((page.plan.at, id))?;
                let fits = due == Some(page.due_entry());
                check.faults.expect(fits, || format!("{} is not in the due index as it should be", this()));
            }
            Ok(())
        })
    }

    fn hosts(&mut self) -> Result<()> {
        self.each::<HostRecord>(|check, id, host| {
            let fits = HostId::of(&host.state.host) == id;
            check.faults.expect(fits, || format!("{} holds another host", name::<HostRecord>(id)));
            Ok(())
        })
    }

    fn candidates(&mut self) -> Result<()> {
        self.each::<Candidate>(|check, key, candidate| {
            check.faults.expect(candidate.key() == key, || {
                format!("{} holds another address", name::<Candidate>(key))
            });
            Ok(())
        })
    }

    fn opt_outs(&mut self) -> Result<()> {
        self.each::<OptOut>(|check, id, wish| {
            let fits = HostId::of(&wish.host) == id;
            check.faults.expect(fits, || format!("{} holds another host", name::<OptOut>(id)));
            Ok(())
        })
    }

    fn visits(&mut self) -> Result<()> {
        self.each::<Visits>(|check, id, _| {
            let link = check.named::<Link>(id)?;
            check.faults.expect(link.is_some(), || format!("{} are of no link", name::<Visits>(id)));
            Ok(())
        })
    }

    fn tallies(&mut self) -> Result<()> {
        self.each::<Tally>(|check, id, tally| {
            let fits = HostId::of(&tally.site) == id;
            check.faults.expect(fits, || format!("{} holds another site", name::<Tally>(id)));
            Ok(())
        })
    }

    fn due(&mut self) -> Result<()> {
        self.each::<Due>(|check, (at, id), _| {
            let page = check.named::<PageRecord>(id)?;
            let fits = page.is_some_and(|page| page.plan.at.as_microsecond() == at.as_microsecond());
            check
                .faults
                .expect(fits, || format!("{} names a page that is not due then", name::<Due>((at, id))));
            Ok(())
        })
    }

    fn claims(&mut self) -> Result<()> {
        self.each::<Hearsay>(|check, id, _| {
            let link = check.named::<Link>(id)?;
            check.faults.expect(link.is_some(), || format!("{} are of no link", name::<Hearsay>(id)));
            Ok(())
        })
    }

    /// Checks that events are numbered without a gap; answers the last number.
    fn events(&mut self) -> Result<u64> {
        let mut last = 0;
        self.each::<Event>(|check, seq, event| {
            for missing in last + 1..seq.0 {
                check.gaps.add(format!("{} is missing", name::<Event>(EventSeq(missing))));
            }
            last = seq.0;
            if let Some(link) = event.link {
                let index = check.named::<LinkEvent>((link, seq))?;
                let fits = index == Some(LinkEvent { at: event.at });
                check.faults.expect(fits, || format!("{} is not in the event index", name::<Event>(seq)));
            }
            Ok(())
        })?;
        Ok(last)
    }

    fn event_index(&mut self) -> Result<()> {
        self.each::<LinkEvent>(|check, key: (LinkId, EventSeq), _| {
            let event = check.named::<Event>(key.1)?;
            let fits = event.is_some_and(|event| event.link == Some(key.0));
            check
                .faults
                .expect(fits, || format!("{} names an event that is not there", name::<LinkEvent>(key)));
            Ok(())
        })
    }

    fn evidence(&mut self) -> Result<()> {
        self.each::<Evidence>(|check, hash, evidence| {
            let fits = evidence.hash().to_bytes() == hash;
            check.faults.expect(fits, || format!("{} has another hash", name::<Evidence>(hash)));
            let index = check.named::<Subjects>((evidence.at, hash))?;
            check
                .faults
                .expect(index.is_some(), || format!("{} is not in its index", name::<Evidence>(hash)));
            Ok(())
        })
    }

    fn evidence_index(&mut self) -> Result<()> {
        self.each::<Subjects>(|check, key, _| {
            let text = check.named::<Evidence>(key.1)?;
            check.faults.expect(text.is_some(), || format!("{} names no text", name::<Subjects>(key)));
            Ok(())
        })
    }

    fn runs(&mut self) -> Result<()> {
        let mut last = 0;
        self.each::<RunRecord>(|check, id, run| {
            check.faults.expect(run.id == id, || format!("{} holds another run", name::<RunRecord>(id)));
            for missing in last + 1..id.0 {
                check.gaps.add(format!("{} is missing", name::<RunRecord>(RunId(missing))));
            }
            last = id.0;
            Ok(())
        })
    }

    /// A record of which there is one.
    fn single<R: Record>(&mut self, key: R::Key) -> Result<()> {
        match self.stored.get::<R>(key) {
            Err(damaged @ StoreError::Corrupt { .. }) => self.faults.add(damaged.what()),
            read => self.read += u64::from(read?.is_some()),
        }
        Ok(())
    }

    /// Rows that no kind of record claims.
    fn strangers(&mut self) -> Result<()> {
        let is_known = |prefix| PREFIXES.contains(&prefix) || HOT_PREFIXES.contains(&Some(prefix));
        for prefix in (0..u8::MAX).filter(|prefix| !is_known(*prefix)) {
            for row in self.stored.0.rows(vec![prefix]..vec![prefix + 1]) {
                self.faults.add(format!("row {} is of no known kind", hex(&row?.0)));
            }
        }
        Ok(())
    }

    fn counters(&mut self, counted: &Counters) -> Result<()> {
        let stored = match self.stored.get::<Counters>(Counters::KEY) {
            Err(damaged @ StoreError::Corrupt { .. }) => {
                self.faults.add(damaged.what());
                return Ok(());
            }
            read => read?.unwrap_or_default(),
        };
        let fits = stored == *counted;
        self.faults.expect(fits, || format!("the counters say {stored:?}, counted were {counted:?}"));
        Ok(())
    }
}
