//! Promises about what vendors claim.

use jiff::civil::Date;
use trackward_core::{Claim, Link, LinkState, NewWatch};

use super::scene::{add, archive, batch, events, hour, lease_one, ok, unchanged, watch, watched};
use crate::{AddOutcome, EventQuery, LinkQuery, Store};

/// A watch with what a vendor says on a day of November.
fn claimed(vendor: &str, day: i8, name: &str, value: &str) -> NewWatch {
    let mut claim = Claim::new(vendor, Date::constant(2026, 11, day));
    claim.say(name, value);
    NewWatch { claim: Some(claim), ..watch("https://a.example/1") }
}

/// What a vendor says is kept with the link, counts as an update when it is news, and changes nothing else.
pub async fn claim_is_kept_beside_its_link(store: &dyn Store) {
    let added = ok(store.add(vec![claimed("ahrefs", 5, "UR", "12")], hour(0)).await);
    let (link, before) = (added[0].link, watched(store, LinkQuery::default()).await);
    let outcomes = ok(store
        .add(vec![claimed("ahrefs", 5, "UR", "12"), claimed("ahrefs", 6, "UR", "13")], hour(1))
        .await);
    let outcomes: Vec<_> = outcomes.iter().map(|added| added.outcome).collect();
    assert_eq!(outcomes, [AddOutcome::Unchanged, AddOutcome::Updated]);
    assert_eq!(watched(store, LinkQuery::default()).await, before);
    let claims = ok(store.claims(link).await);
    let told: Vec<_> =
        claims.iter().map(|claim| (claim.vendor.as_str(), claim.fields["UR"].as_str())).collect();
    assert_eq!(told, [("ahrefs", "13")]);
    assert!(events(store, EventQuery::default()).await.is_empty());
}

/// The first claim that a live link is lost is told, no later one is; neither its state nor its plan changes.
pub async fn loss_that_is_claimed_of_a_live_link_is_told_once(store: &dyn Store) {
    add(store, &["https://a.example/1"]).await;
    let check = async |at| {
        let work = lease_one(store, at).await;
        let live = |link: &Link| Link { state: LinkState::Live { since: at }, ..link.clone() };
        let links = work.pages[0].links.iter().map(live).collect();
        let page = crate::CheckedPage { links, ..unchanged(&work.pages[0], at) };
        ok(store.commit(batch(&work, vec![page], true)).await);
    };
    let told = async |vendor, day, name| {
        let added = ok(store.add(vec![claimed(vendor, day, name, "2026-11-04")], hour(2)).await);
        added[0].claimed_lost
    };
    assert!(!told("moz", 5, "lost").await, "it was never seen");
    check(hour(0)).await;
    let before = watched(store, LinkQuery::default()).await;
    assert!(!told("ahrefs", 4, "UR").await);
    assert!(told("ahrefs", 5, "lost").await);
    assert!(!told("ahrefs", 6, "lost").await);
    assert_eq!(watched(store, LinkQuery::default()).await, before);
}

/// Nothing is heard of a link that a person archived; our own list says nothing of a link that is known here.
pub async fn claim_of_an_archived_link_or_of_our_own_list_is_not_kept(store: &dyn Store) {
    let link = add(store, &["https://a.example/1"]).await[0];
    let own = ok(store.add(vec![claimed(Claim::OURSELVES, 5, "state", "lost")], hour(1)).await);
    assert_eq!(own[0].outcome, AddOutcome::Unchanged);
    archive(store, link, hour(2)).await;
    let archived = ok(store.add(vec![claimed("ahrefs", 5, "lost", "yes")], hour(3)).await);
    assert_eq!(archived[0].outcome, AddOutcome::Archived);
    assert!(ok(store.claims(link).await).is_empty());
}
