//! The trait, for every store that is one process's ledger.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use trackward_core::{
    Act, Candidate, Claims, Class, Event, EventSeq, Evidence, EvidenceHash, HostKey, HostState, Link, LinkId,
    NewWatch, OptOut, PageUrl, Plan, RunRecord, RunScope, Schedule, StateName, Visits, Watched,
};

use crate::contract::{
    Added, Batch, Committed, Counted, Erase, EventQuery, HostWork, LeaseId, LeaseRequest, LinkQuery, Noted,
    Page, Result, Store, VisitCount,
};
use crate::draft::Draft;
use crate::key::HostId;
use crate::ledger::{Ledger, RECORDS_AT_ONCE};
use crate::record::{Counters, Due, Hearsay, HostRecord};
use crate::{acts, admission, candidates, commit, erasure, lease, query, schedule, visits};

/// A store that only one process opens at a time.
pub(crate) trait Local: Send + Sync + fmt::Debug {
    /// Its ledger.
    fn ledger(&self) -> &Arc<Ledger>;
}

#[async_trait]
impl<S: Local> Store for S {
    async fn add(&self, watches: Vec<NewWatch>, now: Timestamp) -> Result<Vec<Added>> {
        let mut added = Vec::with_capacity(watches.len());
        let mut watches = watches.into_iter();
        while watches.len() > 0 {
            let some = watches.by_ref().take(admission::WATCHES_AT_ONCE).collect();
            added.extend(self.ledger().write(move |draft, _| admission::add(draft, some, now)).await?);
        }
        Ok(added)
    }

    async fn preview(&self, watches: Vec<NewWatch>, now: Timestamp) -> Result<Vec<Added>> {
        self.ledger().read(move |stored| admission::add(&mut Draft::on(stored.0), watches, now)).await
    }

    async fn lease_hosts(&self, request: LeaseRequest) -> Result<Vec<HostWork>> {
        let leased = self.ledger().write(move |draft, owner| lease::lease_hosts(draft, owner, &request));
        Ok(self.ledger().told(leased.await?))
    }

    async fn count_due(&self, request: &LeaseRequest) -> Result<u64> {
        let request = request.clone();
        self.ledger().read(move |stored| lease::count_due(stored, &request)).await
    }

    async fn commit(&self, batch: Batch) -> Result<Committed> {
        self.ledger().write(move |draft, owner| commit::commit(draft, owner, batch)).await
    }

    async fn renew(&self, leases: &[LeaseId], until: Timestamp) -> Result<Vec<LeaseId>> {
        let leases = leases.to_vec();
        self.ledger().write(move |draft, owner| lease::renew(draft, owner, leases, until)).await
    }

    async fn release(&self, leases: &[LeaseId]) -> Result<()> {
        let leases = leases.to_vec();
        self.ledger().write(move |draft, owner| lease::release(draft, owner, &leases)).await
    }

    async fn amend(&self, acts: Vec<Act>) -> Result<Vec<Link>> {
        self.ledger().write(move |draft, _| acts::amend_links(draft, &acts)).await
    }

    async fn opt_out(&self, wish: OptOut) -> Result<()> {
        let put = move |draft: &mut crate::draft::Draft<'_>, _| {
            draft.put(HostId::of(&wish.host), &wish);
            Ok(())
        };
        self.ledger().write(put).await
    }

    async fn opt_outs(&self) -> Result<Vec<OptOut>> {
        let all = |stored: crate::draft::Stored<'_>| {
            stored.scan::<OptOut>(&[], None).map(|row| row.map(|(_, wish)| wish)).collect()
        };
        self.ledger().read(all).await
    }

    async fn links(&self, query: LinkQuery) -> Result<Page<Watched, LinkId>> {
        let links = self.ledger().read(move |stored| query::links(stored, &query)).await?;
        Ok(self.ledger().told(links))
    }

    async fn claims(&self, link: LinkId) -> Result<Claims> {
        let hearsay = self.ledger().read(move |stored| stored.get::<Hearsay>(link)).await?;
        Ok(hearsay.unwrap_or_default().0)
    }

    async fn events(&self, query: EventQuery) -> Result<Page<(EventSeq, Event), EventSeq>> {
        let events = self.ledger().read(move |stored| query::events(stored, &query)).await?;
        Ok(self.ledger().told(events))
    }

    async fn evidence(&self, hash: EvidenceHash) -> Result<Option<Evidence>> {
        self.ledger().read(move |stored| stored.get(hash.to_bytes())).await
    }

    async fn erase(&self, what: Erase) -> Result<u64> {
        let found = self.ledger().read(move |stored| erasure::find(stored, &what)).await?;
        let mut erased = 0;
        for some in found.chunks(erasure::EVIDENCES_AT_ONCE) {
            let some = some.to_vec();
            erased += self.ledger().write(move |draft, _| erasure::remove(draft, &some)).await?;
        }
        Ok(erased)
    }

    async fn host(&self, host: &HostKey) -> Result<Option<HostState>> {
        let id = HostId::of(host);
        self.ledger().read(move |stored| Ok(stored.get::<HostRecord>(id)?.map(|host| host.state))).await
    }

    async fn runs(&self, from: Timestamp, to: Timestamp) -> Result<Vec<RunRecord>> {
        let runs = self.ledger().read(move |stored| query::runs(stored, from, to)).await?;
        Ok(self.ledger().told(runs))
    }

    async fn begin_run(&self, scope: RunScope, now: Timestamp) -> Result<RunRecord> {
        self.ledger().write(move |draft, _| commit::begin_run(draft, scope, now)).await
    }

    async fn counts(&self) -> Result<BTreeMap<StateName, u64>> {
        let counters = self.ledger().read(|stored| stored.get::<Counters>(Counters::KEY)).await?;
        Ok(counters.unwrap_or_default().links)
    }

    async fn pull_in(&self, latest: Timestamp) -> Result<u64> {
        let mut moved = 0;
        loop {
            let some = self.ledger().write(move |draft, _| lease::pull_in(draft, latest)).await?;
            moved += some as u64;
            if some < RECORDS_AT_ONCE {
                return Ok(moved);
            }
        }
    }

    async fn schedule(&self) -> Result<Schedule> {
        self.ledger().read(schedule::schedule).await
    }

    async fn cut(&self, request: &LeaseRequest, pages: u64) -> Result<Option<(Class, Timestamp)>> {
        let request = request.clone();
        self.ledger().read(move |stored| schedule::cut(stored, &request, pages)).await
    }

    async fn bring_forward(&self, pages: Vec<(PageUrl, Plan)>) -> Result<()> {
        let mut pages = pages.into_iter();
        while pages.len() > 0 {
            let some: Vec<_> = pages.by_ref().take(schedule::PAGES_AT_ONCE).collect();
            self.ledger().write(move |draft, _| schedule::bring_forward(draft, some)).await?;
        }
        Ok(())
    }

    async fn note(&self, candidates: Vec<Candidate>) -> Result<Noted> {
        let mut noted = Noted::default();
        let mut candidates = candidates.into_iter();
        while candidates.len() > 0 {
            let some: Vec<_> = candidates.by_ref().take(candidates::CANDIDATES_AT_ONCE).collect();
            let more = self.ledger().write(move |draft, _| candidates::note(draft, some)).await?;
            noted.new += more.new;
            noted.known += more.known;
            noted.refused += more.refused;
        }
        Ok(noted)
    }

    async fn candidates(&self, host: &HostKey) -> Result<Vec<Candidate>> {
        let host = host.clone();
        let known = self.ledger().read(move |stored| candidates::candidates(stored, &host)).await?;
        Ok(self.ledger().told(known))
    }

    async fn count_visits(&self, count: VisitCount) -> Result<Counted> {
        let site = count.site.clone();
        pay_visits(self.ledger(), &site).await?;
        let counted = self.ledger().write(move |draft, _| visits::count(draft, count)).await?;
        pay_visits(self.ledger(), &site).await?;
        Ok(counted)
    }

    async fn visits(&self, link: LinkId) -> Result<Visits> {
        self.ledger().read(move |stored| visits::visits(stored, link)).await
    }

    async fn counted_until(&self, site: &HostKey) -> Result<Option<Timestamp>> {
        let site = site.clone();
        self.ledger().read(move |stored| visits::counted_until(stored, &site)).await
    }

    fn skipped(&self) -> u64 {
        self.ledger().skipped()
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        self.ledger()
            .read(|stored| Ok(stored.scan::<Due>(&[], None).next().transpose()?.map(|((at, _), _)| at)))
            .await
    }
}

/// Moves all that counts of a site still owe to the links.
async fn pay_visits(ledger: &Arc<Ledger>, site: &HostKey) -> Result<()> {
    let mut owes = true;
    while owes {
        let site = site.clone();
        owes = ledger.write(move |draft, _| visits::pay(draft, &site)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::scene::{hour, request, watch};
    use crate::draft::Draft;
    use crate::memory::{MemoryStore, MemoryTable};
    use crate::table::{Changes, Table};

    /// A store with a page on each of three hosts, in which one bit of a row has flipped.
    fn damaged(prefix: u8) -> MemoryStore {
        let mut table = MemoryTable::default();
        let mut draft = Draft::on(&table);
        let pages = ["https://a.example/1", "https://b.example/1", "https://c.example/1"];
        admission::add(&mut draft, pages.map(watch).to_vec(), hour(0)).unwrap();
        let changes = draft.into_changes();
        table.apply(changes).unwrap();
        let row = table.rows(vec![prefix]..vec![prefix + 1]).next().unwrap();
        let (key, mut value) = row.unwrap();
        value[3] ^= 4;
        table.apply(Changes::from([(key, Some(value))])).unwrap();
        MemoryStore(Ledger::open(Box::new(table), None).unwrap())
    }

    #[tokio::test]
    async fn damaged_record_is_counted_once_and_the_rest_goes_on_without_it() {
        for prefix in *b"lLpPhH" {
            let store = damaged(prefix);
            let leased = store.lease_hosts(request(hour(0))).await.unwrap();
            assert_eq!(leased.len(), 2, "{}", char::from(prefix));
            assert_eq!(store.skipped(), 1);
            store.lease_hosts(request(hour(0))).await.unwrap();
            let links = store.links(LinkQuery::default()).await.unwrap().rows;
            assert_eq!(links.len(), if b"hH".contains(&prefix) { 3 } else { 2 });
            assert_eq!(store.skipped(), 1, "each record once");
        }
    }
}
