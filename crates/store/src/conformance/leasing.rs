//! Promises about leasing hosts.

use std::collections::BTreeSet;

use jiff::Timestamp;
use trackward_core::HostState;

use super::scene::{
    add, archive, batch, check_all, host, hour, lease, lease_one, names, ok, request, unchanged, urls, watch,
};
use crate::{DuePages, LeaseRequest, Store};

/// A host is in one hand: while it is leased, no other call is given it.
pub async fn leased_host_is_not_leased_again(store: &dyn Store) {
    add(store, &["https://a.example/1", "https://a.example/2"]).await;
    assert_eq!(lease(store, hour(0)).await.len(), 1);
    assert_eq!(lease(store, hour(0)).await, []);
    let named = LeaseRequest { only: vec![host("a.example")], even_idle: true, ..request(hour(0)) };
    assert_eq!(ok(store.lease_hosts(named).await), []);
}

/// Calls at the same time share the hosts out among them.
pub async fn hosts_leased_at_the_same_time_are_disjoint(store: &dyn Store) {
    let pages: Vec<String> = (0..6).map(|n| format!("https://host{n}.example/")).collect();
    add(store, &pages.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let two = || store.lease_hosts(LeaseRequest { hosts: 2, ..request(hour(0)) });
    let (a, b, c, d) = tokio::join!(two(), two(), two(), two());
    let leased: Vec<_> = [a, b, c, d].into_iter().flat_map(ok).map(|work| work.lease.host).collect();
    let different: BTreeSet<_> = leased.iter().collect();
    assert_eq!((leased.len(), different.len()), (6, 6));
}

/// Hosts come by due pages times latency, heaviest first, equals by name.
pub async fn heavier_host_is_leased_first(store: &dyn Store) {
    add(store, &["https://b.example/1", "https://c.example/1", "https://a.example/1"]).await;
    add(store, &["https://heavy.example/1", "https://heavy.example/2"]).await;
    let hosts = lease(store, hour(0)).await;
    assert_eq!(names(&hosts), ["heavy.example", "a.example", "b.example", "c.example"]);

    for work in hosts {
        let latency_ms = if work.lease.host == host("c.example") { 300 } else { 100 };
        let state = HostState { latency_ms, ..work.state.clone() };
        let mut checked =
            batch(&work, work.pages.iter().map(|page| unchanged(page, hour(0))).collect(), true);
        checked.hosts[0].state = state;
        ok(store.commit(checked).await);
    }
    let hosts = lease(store, hour(24)).await;
    assert_eq!(names(&hosts), ["c.example", "heavy.example", "a.example", "b.example"]);
}

/// At most so many hosts and pages; the pages left, soonest due first, come with the host's next lease.
pub async fn no_more_is_leased_than_asked_for_and_the_rest_comes_next(store: &dyn Store) {
    ok(store.add(vec![watch("https://a.example/late")], hour(1)).await);
    add(store, &["https://a.example/soon", "https://b.example/1"]).await;
    let few = LeaseRequest { hosts: 1, pages_a_host: 1, ..request(hour(1)) };
    let work = ok(store.lease_hosts(few.clone()).await);
    assert_eq!((names(&work), urls(&work[0])), (vec!["a.example"], vec!["https://a.example/soon"]));
    ok(store.commit(batch(&work[0], vec![unchanged(&work[0].pages[0], hour(1))], true)).await);

    let work = ok(store.lease_hosts(few).await);
    assert_eq!((names(&work), urls(&work[0])), (vec!["a.example"], vec!["https://a.example/late"]));
}

/// A page is leased at the instant its plan names, not a second earlier.
pub async fn page_is_due_at_its_planned_instant_and_not_before(store: &dyn Store) {
    add(store, &["https://a.example/1"]).await;
    check_all(store, hour(0)).await;
    let second = jiff::SignedDuration::from_secs(1);
    assert_eq!(lease(store, hour(24) - second).await, []);
    assert_eq!(lease_one(store, hour(24)).await.pages[0].plan.at, hour(24));
}

/// Asked for what was not checked since an instant, plans do not count, and archived pages stay out.
pub async fn page_not_checked_since_is_due_whatever_its_plan(store: &dyn Store) {
    let links = add(store, &["https://a.example/early", "https://a.example/archived"]).await;
    check_all(store, hour(0)).await;
    ok(store.add(vec![watch("https://b.example/late")], hour(1)).await);
    check_all(store, hour(1)).await;
    archive(store, links[1], hour(1)).await;
    let since = |since: Timestamp, only| LeaseRequest {
        due: DuePages::NotCheckedSince(since),
        only,
        ..request(hour(2))
    };

    assert_eq!(ok(store.lease_hosts(since(hour(0), vec![])).await), []);
    let work = ok(store.lease_hosts(since(hour(1), vec![])).await);
    assert_eq!((names(&work), urls(&work[0])), (vec!["a.example"], vec!["https://a.example/early"]));
    ok(store.release(&[work[0].lease.clone()]).await);
    let work = ok(store.lease_hosts(since(hour(2), vec![host("a.example")])).await);
    assert_eq!((names(&work), urls(&work[0])), (vec!["a.example"], vec!["https://a.example/early"]));
}

/// Named hosts are leased where they have due pages, others not, each once.
pub async fn only_named_hosts_are_leased(store: &dyn Store) {
    add(store, &["https://a.example/1", "https://b.example/1", "https://idle.example/1"]).await;
    let only = vec![host("idle.example")];
    let idle = ok(store.lease_hosts(LeaseRequest { only, ..request(hour(0)) }).await).remove(0);
    ok(store.commit(batch(&idle, vec![unchanged(&idle.pages[0], hour(0))], true)).await);

    let only = ["b.example", "idle.example", "unknown.example", "b.example"].map(host).to_vec();
    let work = ok(store.lease_hosts(LeaseRequest { only, ..request(hour(0)) }).await);
    assert_eq!((names(&work), urls(&work[0])), (vec!["b.example"], vec!["https://b.example/1"]));
}

/// A redirect led to a host without due pages: it is leased, known or not, without pages.
pub async fn named_idle_host_is_leased_without_pages_where_asked_for(store: &dyn Store) {
    add(store, &["https://known.example/1"]).await;
    let work = lease_one(store, hour(0)).await;
    let mut checked = batch(&work, vec![unchanged(&work.pages[0], hour(0))], true);
    checked.hosts[0].state.latency_ms = 70;
    ok(store.commit(checked).await);

    let only = vec![host("known.example"), host("unknown.example")];
    let work = ok(store.lease_hosts(LeaseRequest { only, even_idle: true, ..request(hour(0)) }).await);
    assert_eq!(names(&work), ["known.example", "unknown.example"]);
    assert!(work.iter().all(|work| work.pages.is_empty() && !work.unclean));
    assert_eq!(work[0].state.latency_ms, 70);
    assert_eq!(work[1].state, HostState::new(host("unknown.example")));
}

/// A host that may not be asked yet is leased: its rest is the frontier's to wait for.
pub async fn resting_host_is_leased_all_the_same(store: &dyn Store) {
    add(store, &["https://a.example/1"]).await;
    let mut work = lease_one(store, hour(0)).await;
    work.state.free_at = hour(9);
    ok(store.commit(batch(&work, vec![], true)).await);
    assert_eq!(lease_one(store, hour(1)).await.state.free_at, hour(9));
}

/// A lease given back leaves the host free, with its pages due as before, and nobody suspects it.
pub async fn released_host_is_leased_again_cleanly(store: &dyn Store) {
    add(store, &["https://a.example/1"]).await;
    let first = lease_one(store, hour(0)).await;
    ok(store.release(std::slice::from_ref(&first.lease)).await);
    let second = lease_one(store, hour(0)).await;
    assert_eq!((second.unclean, &second.pages), (false, &first.pages));
    assert!(second.lease.epoch > first.lease.epoch);

    ok(store.release(&[first.lease]).await);
    assert_eq!(lease(store, hour(0)).await, [], "an earlier lease cannot give back a later one");
}

/// A lease that nobody ended holds until its time is over; the host may just have been asked then.
pub async fn lease_that_ran_out_is_leased_again_as_unclean(store: &dyn Store) {
    add(store, &["https://a.example/1"]).await;
    let first = lease_one(store, hour(0)).await;
    let second = jiff::SignedDuration::from_secs(1);
    assert_eq!(lease(store, hour(1) - second).await, []);
    let next = lease_one(store, hour(1)).await;
    assert!(next.unclean && !first.unclean);
    ok(store.commit(batch(&next, vec![], true)).await);
    assert!(!lease_one(store, hour(1)).await.unclean, "it was given back");
}

/// Renewing moves the end of a lease.
pub async fn renewed_lease_holds_longer(store: &dyn Store) {
    add(store, &["https://a.example/1"]).await;
    let lease_id = lease_one(store, hour(0)).await.lease;
    let ours = ok(store.renew(std::slice::from_ref(&lease_id), hour(5)).await);
    assert_eq!(ours, [lease_id]);
    assert_eq!(lease(store, hour(4)).await, []);
    assert_eq!(lease(store, hour(5)).await.len(), 1);
}

/// A lease that was given back or taken over is not ours to renew.
pub async fn lost_lease_is_not_renewed(store: &dyn Store) {
    add(store, &["https://a.example/1", "https://b.example/1"]).await;
    let first = lease(store, hour(0)).await;
    ok(store.release(&[first[1].lease.clone()]).await);
    let later = LeaseRequest { only: vec![host("a.example")], ..request(hour(2)) };
    ok(store.lease_hosts(later).await);
    let leases = [first[0].lease.clone(), first[1].lease.clone()];
    assert_eq!(ok(store.renew(&leases, hour(9)).await), []);
}
