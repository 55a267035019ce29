//! Leasing hosts with their due pages, and giving them back.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use jiff::Timestamp;
use trackward_core::{HostKey, PageId};

use crate::StoreError;
use crate::codec::decode_key;
use crate::contract::{DuePage, DuePages, HostWork, LeaseId, LeaseRequest, Result};
use crate::draft::{Draft, Readable, Stored, skip_damaged};
use crate::key::HostId;
use crate::ledger::RECORDS_AT_ONCE;
use crate::record::{At, Due, HostRecord, PageRecord, Tenure};

/// Entries of the due index, those of leased hosts not counted, among which the heaviest hosts are looked for.
const WINDOW: usize = 50_000;

/// A host that may be leased, with its due pages, soonest due first.
struct Candidate {
    host: HostRecord,
    pages: Vec<PageId>,
}

/// See [`crate::Store::lease_hosts`].
pub(crate) fn lease_hosts(
    draft: &mut Draft<'_>,
    owner: u64,
    request: &LeaseRequest,
) -> Result<Readable<Vec<HostWork>>> {
    let mut skipped = Vec::new();
    let mut candidates = if request.only.is_empty() {
        of_window(draft.stored, owner, request, WINDOW, &mut skipped)?
    } else {
        of_hosts(draft.stored, owner, request, &mut skipped)?
    };
    candidates
        .sort_by_cached_key(|candidate| (Reverse(candidate.weight()), candidate.host.state.host.clone()));
    let mut answer = Vec::new();
    for Candidate { host, pages } in candidates {
        if answer.len() == request.hosts {
            break;
        }
        let mut due = Vec::new();
        for page in pages.iter().take(request.pages_a_host) {
            due.extend(skip_damaged(due_page(draft, *page), &mut skipped)?);
        }
        if !due.is_empty() || pages.is_empty() || request.pages_a_host == 0 {
            answer.push(lease(draft, owner, request, host, due));
        }
    }
    Ok(Readable { answer, skipped })
}

impl Candidate {
    /// Milliseconds its due pages are expected to take; 1 a page while nothing is known of the host.
    fn weight(&self) -> u64 {
        self.pages.len() as u64 * u64::from(self.host.state.latency_ms.max(1))
    }
}

/// Hosts of the pages that are due soonest, as many pages as `window` says.
fn of_window(
    stored: Stored<'_>,
    owner: u64,
    request: &LeaseRequest,
    window: usize,
    skipped: &mut Vec<String>,
) -> Result<Vec<Candidate>> {
    let mut hosts: HashMap<HostId, Option<Candidate>> = HashMap::new();
    let mut seen = 0;
    for row in stored.scan::<Due>(&[], None) {
        let ((at, page), due) = row?;
        if request.due == DuePages::Planned && at > request.now {
            break;
        }
        let is_cut = request.cut.is_some_and(|last| (due.class, at) > last);
        if is_cut || !request.is_due(at, due.checked.map(At::get)) {
            continue;
        }
        let candidate = match hosts.entry(HostId::of_page(page)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let host = skip_damaged(stored.get::<HostRecord>(*new.key()), skipped)?;
                let free = host.flatten().filter(|host| !host.is_held(owner, request.now));
                new.insert(free.map(|host| Candidate { host, pages: Vec::new() }))
            }
        };
        if let Some(candidate) = candidate {
            candidate.pages.push(page);
            seen += 1;
        }
        if seen == window {
            break;
        }
    }
    Ok(hosts.into_values().flatten().collect())
}

/// The named hosts, where they have due pages or are wanted without.
fn of_hosts(
    stored: Stored<'_>,
    owner: u64,
    request: &LeaseRequest,
    skipped: &mut Vec<String>,
) -> Result<Vec<Candidate>> {
    let mut named: Vec<&HostKey> = request.only.iter().collect();
    named.sort();
    named.dedup();
    let mut candidates = Vec::new();
    for name in named {
        let id = HostId::of(name);
        let Some(host) = skip_damaged(stored.get::<HostRecord>(id), skipped)? else { continue };
        let host = host.unwrap_or_else(|| HostRecord::new(name.clone()));
        if host.is_held(owner, request.now) {
            continue;
        }
        let pages = due_of_host(stored, id, request, skipped)?;
        if !pages.is_empty() || request.even_idle {
            candidates.push(Candidate { host, pages });
        }
    }
    Ok(candidates)
}

/// See [`crate::Store::count_due`].
pub(crate) fn count_due(stored: Stored<'_>, request: &LeaseRequest) -> Result<u64> {
    let mut pages = 0;
    if request.only.is_empty() {
        for row in stored.scan::<Due>(&[], None) {
            let ((at, _), due) = row?;
            if request.due == DuePages::Planned && at > request.now {
                break;
            }
            pages += u64::from(request.is_due(at, due.checked.map(At::get)));
        }
    } else {
        for host in &request.only {
            pages += due_of_host(stored, HostId::of(host), request, &mut Vec::new())?.len() as u64;
        }
    }
    Ok(pages)
}

fn due_of_host(
    stored: Stored<'_>,
    host: HostId,
    request: &LeaseRequest,
    skipped: &mut Vec<String>,
) -> Result<Vec<PageId>> {
    let mut due = Vec::new();
    for row in stored.records::<PageRecord>(&host.0, None) {
        let (key, page) = row?;
        let Some(page) = skip_damaged(page, skipped)? else { continue };
        let id = decode_key::<PageRecord>(&key)?;
        let checked = page.memory.last.map(|(at, _)| at);
        if page.plan.at != Timestamp::MAX && request.is_due(page.plan.at, checked) {
            due.push((page.plan.at, id));
        }
    }
    due.sort_unstable();
    Ok(due.into_iter().map(|(_, id)| id).collect())
}

impl LeaseRequest {
    fn is_due(&self, at: Timestamp, checked: Option<Timestamp>) -> bool {
        match self.due {
            DuePages::Planned => at <= self.now,
            // A check in the future is one of a clock that had gone wrong.
            DuePages::NotCheckedSince(since) => {
                checked.is_none_or(|checked| checked < since || checked > self.now)
            }
        }
    }
}

impl HostRecord {
    /// Whether a lease keeps the host from being given away. One of an earlier owner never does.
    fn is_held(&self, owner: u64, now: Timestamp) -> bool {
        self.lease.is_some_and(|lease| lease.owner == owner && lease.until > now)
    }
}

fn lease(
    draft: &mut Draft<'_>,
    owner: u64,
    request: &LeaseRequest,
    mut host: HostRecord,
    pages: Vec<DuePage>,
) -> HostWork {
    let until = request.now.saturating_add(request.hold).unwrap_or(Timestamp::MAX);
    let unclean = host.lease.replace(Tenure { owner, until }).is_some();
    host.epoch += 1;
    draft.put(HostId::of(&host.state.host), &host);
    HostWork {
        lease: LeaseId { host: host.state.host.clone(), owner, epoch: host.epoch },
        state: host.state,
        pages,
        unclean,
    }
}

fn due_page(draft: &Draft<'_>, id: PageId) -> Result<DuePage> {
    let page = page_of_index(draft.stored, id)?;
    Ok(DuePage { links: draft.links(&page.links)?, url: page.url, plan: page.plan, memory: page.memory })
}

/// Moves some pages that are planned too late; see [`crate::Store::pull_in`].
pub(crate) fn pull_in(draft: &mut Draft<'_>, latest: Timestamp) -> Result<usize> {
    let late = draft.stored.scan_back::<Due>(&[]).map(|row| row.map(|((at, page), _)| (at, page)));
    let late = late.take_while(|row| row.as_ref().map_or(true, |(at, _)| *at > latest));
    let late: Vec<_> = late.take(RECORDS_AT_ONCE).collect::<Result<_>>()?;
    for (_, id) in &late {
        let mut page = page_of_index(draft.stored, *id)?;
        page.plan.at = latest;
        draft.put_page(*id, page)?;
    }
    Ok(late.len())
}

/// A page that an index or a link names.
pub(crate) fn page_of_index(stored: Stored<'_>, id: PageId) -> Result<PageRecord> {
    let missing = || StoreError::Corrupt { what: "the list of pages, where one is missing,".into() };
    stored.get(id)?.ok_or_else(missing)
}

/// The host of a lease, as long as the lease is ours.
pub(crate) fn fenced(draft: &Draft<'_>, owner: u64, lease: &LeaseId) -> Result<Option<HostRecord>> {
    let host = draft.get::<HostRecord>(HostId::of(&lease.host))?;
    Ok(host.filter(|host| {
        let held = host.lease.is_some_and(|tenure| tenure.owner == owner);
        held && (lease.owner, lease.epoch) == (owner, host.epoch)
    }))
}

/// See [`crate::Store::renew`].
pub(crate) fn renew(
    draft: &mut Draft<'_>,
    owner: u64,
    leases: Vec<LeaseId>,
    until: Timestamp,
) -> Result<Vec<LeaseId>> {
    let mut ours = Vec::new();
    for lease in leases {
        if let Some(mut host) = fenced(draft, owner, &lease)? {
            host.lease = Some(Tenure { owner, until });
            draft.put(HostId::of(&lease.host), &host);
            ours.push(lease);
        }
    }
    Ok(ours)
}

/// See [`crate::Store::release`].
pub(crate) fn release(draft: &mut Draft<'_>, owner: u64, leases: &[LeaseId]) -> Result<()> {
    for lease in leases {
        if let Some(mut host) = fenced(draft, owner, lease)? {
            host.lease = None;
            draft.put(HostId::of(&lease.host), &host);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use trackward_core::{NewWatch, PageUrl, Target};

    use super::*;
    use crate::admission::add;
    use crate::memory::MemoryTable;
    use crate::table::Table;

    #[test]
    fn window_counts_due_pages_and_not_those_of_leased_hosts() {
        let request = LeaseRequest {
            now: Timestamp::UNIX_EPOCH,
            hold: SignedDuration::from_hours(1),
            hosts: 1,
            pages_a_host: 1,
            due: DuePages::Planned,
            cut: None,
            only: Vec::new(),
            even_idle: false,
        };
        let mut table = MemoryTable::default();
        let mut draft = Draft::on(&table);
        let pages = ["https://a.example/1", "https://a.example/2", "https://b.example/1"];
        for (late, page) in pages.into_iter().enumerate() {
            let target = Target::parse("https://ours.example/a").unwrap();
            let watch = NewWatch::new(PageUrl::parse(page).unwrap(), target);
            let earlier = SignedDuration::from_secs(9 - i64::try_from(late).unwrap());
            add(&mut draft, vec![watch], request.now - earlier).unwrap();
        }
        let changes = draft.into_changes();
        table.apply(changes).unwrap();
        let pages_in = |table: &MemoryTable, window| -> Vec<usize> {
            let found = of_window(Stored(table), 1, &request, window, &mut Vec::new()).unwrap();
            let mut counts: Vec<usize> = found.iter().map(|candidate| candidate.pages.len()).collect();
            counts.sort_unstable();
            counts
        };
        assert_eq!([pages_in(&table, 2), pages_in(&table, 3)], [vec![2], vec![1, 2]]);

        let mut draft = Draft::on(&table);
        assert_eq!(lease_hosts(&mut draft, 1, &request).unwrap().answer[0].lease.host.as_str(), "a.example");
        let changes = draft.into_changes();
        table.apply(changes).unwrap();
        assert_eq!(pages_in(&table, 1), [1], "the leased host's two pages fill no window");
    }
}
