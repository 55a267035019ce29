//! Pages, checks and batches to hold a store to its promises with.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use trackward_core::{
    Act, Deed, Event, EventKind, EventSeq, Evidence, HostKey, Link, LinkId, LinkState, NewWatch, PageUrl,
    Plan, Reason, Rule, StateName, Target, Watched,
};

use crate::{
    Batch, CheckedPage, DuePage, DuePages, EventQuery, HostBatch, HostWork, LeaseRequest, LinkQuery, Result,
    Store,
};

/// An answer that must not be an error.
pub(crate) fn ok<T>(answer: Result<T>) -> T {
    answer.expect("the store answers")
}

/// So many hours after the scene begins.
pub(crate) fn hour(hours: i64) -> Timestamp {
    let start = Timestamp::from_second(1_794_808_800).expect("a second of the year 2026");
    start + SignedDuration::from_hours(hours)
}

pub(crate) fn url(text: &str) -> PageUrl {
    PageUrl::parse(text).expect("a full address")
}

pub(crate) fn host(name: &str) -> HostKey {
    HostKey::parse(name).expect("a host name")
}

/// A watch for a link from a page to our one page.
pub(crate) fn watch(page: &str) -> NewWatch {
    NewWatch::new(url(page), Target::parse("https://ours.example/a").expect("a full address"))
}

/// Adds a watch a page at hour 0.
pub(crate) async fn add(store: &dyn Store, pages: &[&str]) -> Vec<LinkId> {
    let watches = pages.iter().map(|page| watch(page)).collect();
    ok(store.add(watches, hour(0)).await).into_iter().map(|added| added.link).collect()
}

/// Asks for all that is due, held for an hour.
pub(crate) fn request(now: Timestamp) -> LeaseRequest {
    LeaseRequest {
        now,
        hold: SignedDuration::from_hours(1),
        hosts: 100,
        pages_a_host: 100,
        due: DuePages::Planned,
        cut: None,
        only: Vec::new(),
        even_idle: false,
    }
}

pub(crate) async fn lease(store: &dyn Store, now: Timestamp) -> Vec<HostWork> {
    ok(store.lease_hosts(request(now)).await)
}

/// Leases what is due, which is one host.
pub(crate) async fn lease_one(store: &dyn Store, now: Timestamp) -> HostWork {
    let mut hosts = lease(store, now).await;
    assert_eq!(hosts.len(), 1, "one host is due");
    hosts.remove(0)
}

/// Names of hosts in the order they were leased.
pub(crate) fn names(hosts: &[HostWork]) -> Vec<&str> {
    hosts.iter().map(|work| work.lease.host.as_str()).collect()
}

/// Addresses of due pages in the order they came.
pub(crate) fn urls(work: &HostWork) -> Vec<&str> {
    work.pages.iter().map(|page| page.url.as_str()).collect()
}

/// A check that found nothing new; the page is due a day later.
pub(crate) fn unchanged(page: &DuePage, at: Timestamp) -> CheckedPage {
    let mut memory = page.memory.clone();
    memory.checks += 1;
    memory.last = Some((at, Rule::ALL[0]));
    CheckedPage {
        is_new: false,
        url: page.url.clone(),
        memory,
        plan: Plan { at: at + SignedDuration::from_hours(24), reason: Reason::Usual },
        links: Vec::new(),
        appeared: Vec::new(),
        events: Vec::new(),
        evidence: Vec::new(),
    }
}

/// A check that lost every link of the page, an event with evidence each.
pub(crate) fn lost(page: &DuePage, at: Timestamp) -> CheckedPage {
    let mut checked = unchanged(page, at);
    for link in &page.links {
        let evidence = proof(&page.url, at, &format!("where {} was", link.id));
        checked.events.push(Event { evidence: Some(evidence.hash()), ..event(link, at) });
        checked.links.push(Link { state: LinkState::NotFound { since: at }, ..link.clone() });
        checked.evidence.push(evidence);
    }
    checked
}

/// A text that was read on a page.
pub(crate) fn proof(page: &PageUrl, at: Timestamp, text: &str) -> Evidence {
    Evidence { page: page.clone(), at, text: text.into() }
}

pub(crate) fn event(link: &Link, at: Timestamp) -> Event {
    Event {
        at,
        run: None,
        page: link.page.clone(),
        link: Some(link.id),
        target: Some(link.target.clone()),
        kind: link.kind,
        client: link.client.clone(),
        campaign: link.campaign.clone(),
        what: EventKind::NotFound { first_absent: at },
        basis: None,
        evidence: None,
    }
}

/// The batch of one host, whose lease ends with it or not.
pub(crate) fn batch(work: &HostWork, pages: Vec<CheckedPage>, last: bool) -> Batch {
    let part = HostBatch {
        lease: work.lease.clone(),
        last,
        state: work.state.clone(),
        pages,
        candidates: Vec::new(),
    };
    Batch { hosts: vec![part], run: None, lesson: None }
}

/// Leases all that is due, checks every page without finding anything new, and gives the hosts back.
pub(crate) async fn check_all(store: &dyn Store, now: Timestamp) {
    for work in lease(store, now).await {
        let pages = work.pages.iter().map(|page| unchanged(page, now)).collect();
        ok(store.commit(batch(&work, pages, true)).await);
    }
}

pub(crate) async fn archive(store: &dyn Store, link: LinkId, at: Timestamp) {
    ok(store.amend(vec![Act { link, deed: Deed::Archive, at }]).await);
}

pub(crate) async fn watched(store: &dyn Store, query: LinkQuery) -> Vec<Watched> {
    ok(store.links(query).await).rows
}

pub(crate) async fn events(store: &dyn Store, query: EventQuery) -> Vec<(EventSeq, Event)> {
    ok(store.events(query).await).rows
}

/// All that can be read of a store, to see that nothing changed.
pub(crate) type Whole = (Vec<Watched>, Vec<(EventSeq, Event)>, BTreeMap<StateName, u64>, Option<Timestamp>);

pub(crate) async fn whole(store: &dyn Store) -> Whole {
    (
        watched(store, LinkQuery::default()).await,
        events(store, EventQuery::default()).await,
        ok(store.counts().await),
        ok(store.next_due().await),
    )
}
