//! Promises about erasing evidence.

use jiff::{SignedDuration, Timestamp};
use trackward_core::{Evidence, Kind, NewWatch};

use super::scene::{
    add, batch, check_all, event, host, hour, lease, lease_one, lost, ok, proof, unchanged, url, watch, whole,
};
use crate::{CheckedPage, Erase, Store};

/// Evidence read before an instant goes, that of the instant and later stays; so do all events and states.
pub async fn older_evidence_is_erased_and_its_events_stay(store: &dyn Store) {
    let old = prove(store, &["https://a.example/1", "https://b.example/1"], hour(0)).await;
    let new = prove(store, &["https://a.example/2"], hour(1)).await;
    let before = whole(store).await;
    let all = || [&old[0], &old[1], &new[0]];
    assert_eq!(ok(store.erase(Erase::OlderThan(hour(0))).await), 0);
    assert_eq!(kept(store, all()).await, [true; 3]);
    assert_eq!(ok(store.erase(Erase::OlderThan(hour(1))).await), 2);
    assert_eq!(kept(store, all()).await, [false, false, true]);
    assert_eq!(ok(store.erase(Erase::OlderThan(Timestamp::MAX)).await), 1);
    assert_eq!((kept(store, all()).await, whole(store).await), ([false; 3], before));
}

/// Evidence of a page goes, however the page is spelled, and that of its neighbours stays.
pub async fn evidence_of_a_page_is_erased(store: &dyn Store) {
    let pages = ["https://a.example/1", "https://a.example/2"];
    let proofs = prove(store, &pages, hour(0)).await;
    let before = whole(store).await;
    assert_eq!(ok(store.erase(Erase::Page(url("http://a.example/1/?utm_source=x"))).await), 1);
    assert_eq!(kept(store, [&proofs[0], &proofs[1]]).await, [false, true]);
    assert_eq!(whole(store).await, before);
}

/// Evidence of all pages of a host goes, and that of hosts with a longer or shorter name stays.
pub async fn evidence_of_a_host_is_erased(store: &dyn Store) {
    let pages =
        ["https://a.example/1", "https://a.example/2", "https://a.example.org/1", "https://example/1"];
    let proofs = prove(store, &pages, hour(0)).await;
    let before = whole(store).await;
    assert_eq!(ok(store.erase(Erase::Host(host("a.example"))).await), 2);
    let all = [&proofs[0], &proofs[1], &proofs[2], &proofs[3]];
    assert_eq!(kept(store, all).await, [false, false, true, true]);
    assert_eq!(whole(store).await, before);
}

/// Evidence of a link goes, and that of another link on its page stays.
pub async fn evidence_of_a_link_is_erased(store: &dyn Store) {
    let kind = |kind| NewWatch { kind: Some(kind), ..watch("https://a.example/1") };
    let added = ok(store.add(vec![kind(Kind::Trackback), kind(Kind::Comment)], hour(0)).await);
    let proofs = lose_all(store, hour(0)).await;
    let before = whole(store).await;
    let ours = added[0].link;
    assert_eq!(ok(store.erase(Erase::Link(ours)).await), 1);
    for proof in &proofs {
        assert_eq!(kept(store, [proof]).await, [!proof.text.contains(&ours.to_string())], "{}", proof.text);
    }
    assert_eq!((proofs.len(), whole(store).await), (2, before));
}

/// Evidence read where a watched page led to belongs to both pages and both hosts.
pub async fn evidence_read_after_a_redirect_is_erased_by_either_page(store: &dyn Store) {
    let (from, to) = (url("https://a.example/1"), url("https://b.example/moved"));
    let link = add(store, &[from.as_str()]).await[0];
    let ways = [
        Erase::Page(from.clone()),
        Erase::Page(to.clone()),
        Erase::Host(from.host_key()),
        Erase::Host(to.host_key()),
        Erase::Link(link),
    ];
    for (n, way) in (1..).zip(ways) {
        let work = lease_one(store, hour(24 * n)).await;
        let proof = proof(&to, hour(24 * n), "over here");
        let mut checked = unchanged(&work.pages[0], hour(24 * n));
        checked.events = vec![event(&work.pages[0].links[0], proof.at)];
        checked.events[0].evidence = Some(proof.hash());
        checked.evidence = vec![proof.clone()];
        ok(store.commit(batch(&work, vec![checked], true)).await);
        assert_eq!(ok(store.erase(way.clone()).await), 1, "{way:?}");
        assert_eq!(kept(store, [&proof]).await, [false], "{way:?}");
    }
}

/// A text that events of several links name is one, and goes with any of them.
pub async fn evidence_of_several_links_is_erased_with_any(store: &dyn Store) {
    let kind = |kind| NewWatch { kind: Some(kind), ..watch("https://a.example/1") };
    let added = ok(store.add(vec![kind(Kind::Trackback), kind(Kind::Comment)], hour(0)).await);
    let work = lease_one(store, hour(0)).await;
    let proof = proof(&work.pages[0].url, hour(0), "not found");
    let mut checked = lost(&work.pages[0], hour(0));
    for event in &mut checked.events {
        event.evidence = Some(proof.hash());
    }
    checked.evidence = vec![proof.clone(), proof.clone()];
    ok(store.commit(batch(&work, vec![checked], true)).await);
    let erased = [
        ok(store.erase(Erase::Link(added[1].link)).await),
        ok(store.erase(Erase::Link(added[0].link)).await),
    ];
    assert_eq!((erased, kept(store, [&proof]).await), ([1, 0], [false]));
}

/// A text that two watched pages led to at the same instant is one, and goes with either.
pub async fn evidence_of_several_pages_is_erased_with_any(store: &dyn Store) {
    add(store, &["https://a.example/1", "https://a.example/2"]).await;
    let work = lease_one(store, hour(0)).await;
    let proof = proof(&url("https://b.example/moved"), hour(0), "over here");
    let led_there = |page| {
        let mut checked = lost(page, hour(0));
        checked.events[0].evidence = Some(proof.hash());
        CheckedPage { evidence: vec![proof.clone()], ..checked }
    };
    ok(store.commit(batch(&work, work.pages.iter().map(led_there).collect(), true)).await);
    for (page, erased) in work.pages.iter().zip([1, 0]) {
        assert_eq!(ok(store.erase(Erase::Page(page.url.clone())).await), erased, "{}", page.url);
    }
    assert_eq!(kept(store, [&proof]).await, [false]);
}

/// Any number of texts is erased by one call, each counted once; a second call finds none.
pub async fn any_number_of_evidences_is_erased_once(store: &dyn Store) {
    const MANY: u32 = 600;
    add(store, &["https://a.example/1"]).await;
    let work = lease_one(store, hour(0)).await;
    let mut checked = unchanged(&work.pages[0], hour(0));
    for n in 0..MANY {
        let at = hour(0) + SignedDuration::from_secs(n.into());
        let proof = proof(&work.pages[0].url, at, "again");
        let mut event = event(&work.pages[0].links[0], at);
        event.evidence = Some(proof.hash());
        checked.events.push(event);
        checked.evidence.push(proof);
    }
    let last = checked.evidence.last().cloned().expect("there are many");
    ok(store.commit(batch(&work, vec![checked], true)).await);
    let everything = || store.erase(Erase::OlderThan(Timestamp::MAX));
    assert_eq!((ok(everything().await), ok(everything().await)), (MANY.into(), 0));
    assert_eq!(kept(store, [&last]).await, [false]);
}

/// What nothing is kept of is no error.
pub async fn erasing_what_is_unknown_erases_nothing(store: &dyn Store) {
    let link = add(store, &["https://a.example/1"]).await[0];
    check_all(store, hour(0)).await;
    for what in [
        Erase::OlderThan(Timestamp::MAX),
        Erase::Page(url("https://unknown.example/")),
        Erase::Host(host("unknown.example")),
        Erase::Link(link),
    ] {
        assert_eq!(ok(store.erase(what.clone()).await), 0, "{what:?}");
    }
}

/// Watches pages and loses their links, an evidence each, in the order of the pages.
async fn prove(store: &dyn Store, pages: &[&str], at: Timestamp) -> Vec<Evidence> {
    ok(store.add(pages.iter().map(|page| watch(page)).collect(), at).await);
    let mut proofs = lose_all(store, at).await;
    proofs.sort_by_key(|proof| pages.iter().position(|page| *page == proof.page.as_str()));
    proofs
}

/// Loses all links of the pages that are due, an evidence each.
async fn lose_all(store: &dyn Store, at: Timestamp) -> Vec<Evidence> {
    let mut proofs = Vec::new();
    for work in lease(store, at).await {
        let pages: Vec<CheckedPage> = work.pages.iter().map(|page| lost(page, at)).collect();
        proofs.extend(pages.iter().flat_map(|page| page.evidence.clone()));
        ok(store.commit(batch(&work, pages, true)).await);
    }
    proofs
}

async fn kept<const N: usize>(store: &dyn Store, proofs: [&Evidence; N]) -> [bool; N] {
    let mut kept = [false; N];
    for (kept, proof) in kept.iter_mut().zip(proofs) {
        *kept = ok(store.evidence(proof.hash()).await).is_some();
    }
    kept
}
