//! Visits that links brought, counted from the team's own access logs.
//!
//! A count is taken in whole with one record, the site's tally, and then paid out to its links some at a time: sled
//! cannot change very many records at once. What a tally still owes counts wherever visits are read.

use std::collections::BTreeMap;

use jiff::Timestamp;
use trackward_core::{HostKey, Link, LinkId, PageId, PageUrl, Visits};

use crate::StoreError;
use crate::contract::{Counted, Result, VisitCount};
use crate::draft::{Draft, Stored};
use crate::key::HostId;
use crate::ledger::RECORDS_AT_ONCE;
use crate::record::{PageRecord, Tally};

/// Weeks of all links of one count together: what is still owed goes into the journal again with each payment.
const WEEKS_A_COUNT: usize = 20_000;

/// See [`crate::Store::count_visits`].
pub(crate) fn count(draft: &mut Draft<'_>, count: VisitCount) -> Result<Counted> {
    let before = draft.get::<Tally>(HostId::of(&count.site))?;
    if before.as_ref().is_some_and(|before| count.until <= before.until) {
        return Ok(Counted { counted_before: true, ..Counted::default() });
    }
    let mut counted = Counted::default();
    let mut owed: BTreeMap<LinkId, Visits> = BTreeMap::new();
    for (referrer, landing, days) in count.visits {
        let links = links_between(draft.stored, &referrer, &landing)?;
        if links.is_empty() {
            counted.unmatched += 1;
            continue;
        }
        counted.visits = days.values().fold(counted.visits, |sum, visits| sum.saturating_add(*visits));
        for link in links {
            owed.entry(link).or_default().extend(days.iter().map(|(day, visits)| (*day, *visits)));
        }
    }
    if owed.values().map(|visits| visits.latest().count()).sum::<usize>() > WEEKS_A_COUNT {
        return Err(StoreError::TooManyVisits { weeks: WEEKS_A_COUNT });
    }
    counted.links = owed.len() as u64;
    for (link, more) in before.into_iter().flat_map(|before| before.owed) {
        owed.entry(link).or_default().extend(more.latest());
    }
    draft.put(HostId::of(&count.site), &Tally { site: count.site.clone(), until: count.until, owed });
    pay(draft, &count.site)?;
    Ok(counted)
}

/// The links on a page whose target covers one of ours.
fn links_between(stored: Stored<'_>, referrer: &PageUrl, landing: &PageUrl) -> Result<Vec<LinkId>> {
    let Some(page) = stored.get::<PageRecord>(PageId::of(referrer))? else { return Ok(Vec::new()) };
    let mut links = Vec::new();
    for id in page.links {
        let link = stored.get::<Link>(id)?;
        links.extend(link.filter(|link| link.target.covers(landing)).map(|link| link.id));
    }
    Ok(links)
}

/// Moves some of what a site's tally owes to its links; answers whether it owes more.
pub(crate) fn pay(draft: &mut Draft<'_>, site: &HostKey) -> Result<bool> {
    let key = HostId::of(site);
    let Some(mut tally) = draft.get::<Tally>(key)?.filter(|tally| !tally.owed.is_empty()) else {
        return Ok(false);
    };
    for (link, more) in std::iter::from_fn(|| tally.owed.pop_first()).take(RECORDS_AT_ONCE - 1) {
        let mut visits = draft.get::<Visits>(link)?.unwrap_or_default();
        visits.extend(more.latest());
        draft.put(link, &visits);
    }
    draft.put(key, &tally);
    Ok(!tally.owed.is_empty())
}

/// See [`crate::Store::visits`].
pub(crate) fn visits(stored: Stored<'_>, link: LinkId) -> Result<Visits> {
    let mut visits = stored.get::<Visits>(link)?.unwrap_or_default();
    for row in stored.scan::<Tally>(&[], None) {
        visits.extend(row?.1.owed.get(&link).into_iter().flat_map(Visits::latest));
    }
    Ok(visits)
}

/// See [`crate::Store::counted_until`].
pub(crate) fn counted_until(stored: Stored<'_>, site: &HostKey) -> Result<Option<Timestamp>> {
    Ok(stored.get::<Tally>(HostId::of(site))?.map(|tally| tally.until))
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::{Date, date};
    use trackward_core::Limits;

    use super::*;
    use crate::admission;
    use crate::check::check_records;
    use crate::conformance::scene::{host, hour, url, watch};
    use crate::memory::MemoryTable;
    use crate::table::Table;

    const MONDAY: Date = date(2026, 11, 23);

    fn page(n: usize) -> String {
        format!("https://a.example/{n}")
    }

    /// A store with a link on each of so many pages.
    fn watching(pages: usize) -> MemoryTable {
        let mut table = MemoryTable::default();
        let mut draft = Draft::on(&table);
        admission::add(&mut draft, (0..pages).map(|n| watch(&page(n))).collect(), hour(0)).unwrap();
        let changes = draft.into_changes();
        table.apply(changes).unwrap();
        table
    }

    /// A visit from each of so many pages in each of so many weeks.
    fn visited(pages: usize, weeks: usize) -> VisitCount {
        let days: BTreeMap<Date, u64> =
            (0..weeks).map(|week| (MONDAY + i64::try_from(week).unwrap().weeks(), 1)).collect();
        let ours = url("https://ours.example/a");
        let visits = (0..pages).map(|n| (url(&page(n)), ours.clone(), days.clone())).collect();
        VisitCount { site: host("ours.example"), until: hour(1), visits }
    }

    /// Visits of each link.
    fn told(table: &MemoryTable) -> Vec<u64> {
        let links = Stored(table).scan::<Link>(&[], None).map(|row| row.unwrap().0);
        links
            .map(|link| visits(Stored(table), link).unwrap().latest().map(|(_, visits)| visits).sum())
            .collect()
    }

    #[test]
    fn visits_still_owed_are_read_as_if_they_were_paid() {
        let pages = RECORDS_AT_ONCE * 2;
        let mut table = watching(pages);
        let mut draft = Draft::on(&table);
        assert_eq!(count(&mut draft, visited(pages, 1)).unwrap().links, pages as u64);
        let mut calls = 0;
        loop {
            let changes = draft.into_changes();
            assert!(changes.len() <= RECORDS_AT_ONCE);
            table.apply(changes).unwrap();
            assert_eq!(told(&table), vec![1; pages], "after {calls} more calls");
            assert_eq!(check_records(Stored(&table)).unwrap().faults.count, 0);
            draft = Draft::on(&table);
            if !pay(&mut draft, &host("ours.example")).unwrap()
                && draft.written::<Tally>().unwrap().is_empty()
            {
                break;
            }
            calls += 1;
        }
        assert_eq!(calls, 2);
    }

    #[test]
    fn count_of_more_weeks_than_a_line_holds_is_refused_whole() {
        let pages = WEEKS_A_COUNT / Limits::VISIT_WEEKS + 1;
        let table = watching(pages);
        let mut draft = Draft::on(&table);
        let refused = count(&mut draft, visited(pages, Limits::VISIT_WEEKS)).unwrap_err();
        assert!(refused.to_string().contains("count a shorter part of the log"), "{refused}");
        assert!(draft.into_changes().is_empty());
        assert!(count(&mut Draft::on(&table), visited(pages - 1, Limits::VISIT_WEEKS)).is_ok());
    }
}
