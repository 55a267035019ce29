//! Promises about what discovery knows of.

use trackward_core::{Candidate, Form, Limits, Link, LinkState, Origin, Provenance, Source};

use super::scene::{add, batch, hour, lease, lease_one, ok, request, unchanged, url, watched};
use crate::{Batch, CheckedPage, HostWork, LeaseRequest, LinkQuery, Noted, Store};

fn candidate(page: &str) -> Candidate {
    Candidate::new(url(page), Form::Page, Source::Crawl, None)
}

/// Leases a host on which nothing is due.
async fn lease_idle(store: &dyn Store, page: &str) -> HostWork {
    let only = vec![url(page).host_key()];
    let request = LeaseRequest { only, even_idle: true, pages_a_host: 0, ..request(hour(0)) };
    ok(store.lease_hosts(request).await).remove(0)
}

fn with_candidates(work: &HostWork, candidates: Vec<Candidate>) -> Batch {
    let mut batch = batch(work, Vec::new(), true);
    batch.hosts[0].candidates = candidates;
    batch
}

/// An address that is named again keeps what was seen of it.
pub async fn candidate_is_noted_once_and_keeps_its_look(store: &dyn Store) {
    let noted =
        ok(store.note(vec![candidate("https://a.example/1"), candidate("https://b.example/1")]).await);
    assert_eq!(noted, Noted { new: 2, ..Noted::default() });
    let mut seen = candidate("https://a.example/1");
    seen.look(hour(0), true);
    let work = lease_idle(store, "https://a.example/").await;
    ok(store.commit(with_candidates(&work, vec![seen.clone()])).await);

    let noted =
        ok(store.note(vec![candidate("http://a.example/1/"), candidate("https://a.example/2")]).await);
    assert_eq!(noted, Noted { new: 1, known: 1, refused: 0 });
    let mut known = ok(store.candidates(&url("https://a.example/").host_key()).await);
    known.sort_by_key(|candidate| candidate.page.to_string());
    assert_eq!(known, [seen, candidate("https://a.example/2")]);
}

/// A host cannot fill the store with addresses; those of other hosts are noted all the same.
pub async fn candidates_of_a_host_are_bounded(store: &dyn Store) {
    let many = (0..=Limits::CANDIDATES_A_HOST).map(|n| candidate(&format!("https://a.example/{n}")));
    let noted = ok(store.note(many.chain([candidate("https://b.example/")]).collect()).await);
    assert_eq!(noted, Noted { new: Limits::CANDIDATES_A_HOST as u64 + 1, known: 0, refused: 1 });
}

/// A worker that lost its lease writes no candidates.
pub async fn candidates_of_a_lost_lease_change_nothing(store: &dyn Store) {
    let work = lease_idle(store, "https://a.example/").await;
    ok(store.release(std::slice::from_ref(&work.lease)).await);
    let lost = ok(store.commit(with_candidates(&work, vec![candidate("https://a.example/1")])).await);
    assert_eq!(lost.lost, [work.lease]);
    assert!(ok(store.candidates(&url("https://a.example/").host_key()).await).is_empty());
}

/// A page that discovery found, with a link on it that appeared.
async fn found(store: &dyn Store, work: &HostWork, page: &str) -> (CheckedPage, Link) {
    let known = watched(store, LinkQuery::default()).await.remove(0);
    let provenance = Provenance { source: Source::Crawl, via: Some(url("https://b.example/")) };
    let class = trackward_core::PlacementClass::Body;
    let link = Link {
        id: trackward_core::LinkId::mint(&url(page), &known.link.target, class),
        page: url(page),
        origin: Origin::Discovered(provenance),
        state: LinkState::Live { since: hour(0) },
        ..known.link
    };
    let due = crate::DuePage {
        url: url(page),
        plan: trackward_core::Plan::added(hour(0)),
        memory: trackward_core::PageMemory::default(),
        links: Vec::new(),
    };
    assert_eq!(work.lease.host, link.page.host_key());
    (CheckedPage { is_new: true, appeared: vec![link.clone()], ..unchanged(&due, hour(0)) }, link)
}

/// A page that discovery found is watched from then on, and only where discovery says so.
pub async fn page_that_discovery_found_is_watched_from_then_on(store: &dyn Store) {
    add(store, &["https://a.example/1"]).await;
    let work = lease_idle(store, "https://b.example/").await;
    let (page, link) = found(store, &work, "https://b.example/2").await;
    let unasked = CheckedPage { is_new: false, ..page.clone() };
    ok(store.commit(batch(&work, vec![unasked], false)).await);
    assert_eq!(watched(store, LinkQuery::default()).await.len(), 1, "nobody watches it");

    ok(store.commit(batch(&work, vec![page], true)).await);
    let query = LinkQuery { page: Some(link.page.clone()), ..LinkQuery::default() };
    let stored = watched(store, query).await.remove(0);
    assert_eq!((stored.link, stored.plan.at), (link, hour(24)));
    assert!(lease(store, hour(24)).await.iter().any(|work| work.lease.host.as_str() == "b.example"));
}

/// A page that is watched already is left as it is.
pub async fn page_that_was_known_is_not_found_again(store: &dyn Store) {
    add(store, &["https://a.example/1"]).await;
    let work = lease_one(store, hour(0)).await;
    let (page, _) = found(store, &work, "https://a.example/1").await;
    let before = watched(store, LinkQuery::default()).await;
    ok(store.commit(batch(&work, vec![page], true)).await);
    assert_eq!(watched(store, LinkQuery::default()).await, before);
}
