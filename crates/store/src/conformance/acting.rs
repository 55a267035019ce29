//! Promises about a person's acts.

use trackward_core::{Act, ActError, Deed, EventKind, HostKey, OptOut, StateName};

use super::scene::{
    add, archive, batch, check_all, events, hour, lease, lease_one, ok, unchanged, url, urls, watched, whole,
};
use crate::{EventQuery, LinkQuery, Store, StoreError};

/// An act changes the link, counts it up, and makes its event.
pub async fn act_is_written_with_its_event(store: &dyn Store) {
    let link = add(store, &["https://a.example/1"]).await[0];
    let (by, note) = ("mia".into(), "looked by hand".into());
    let deed = Deed::Confirm { present: true, by, note };
    let amended = ok(store.amend(vec![Act { link, deed, at: hour(1) }]).await);
    assert_eq!((amended[0].state.name(), amended[0].version), (StateName::Live, 2));
    assert_eq!(watched(store, LinkQuery::default()).await[0].link, amended[0]);
    let events = events(store, EventQuery { link: Some(link), ..EventQuery::default() }).await;
    assert!(matches!(events[0].1.what, EventKind::Overruled { to: StateName::Live, .. }));
}

/// When one act cannot be done, none is.
pub async fn refused_act_refuses_all(store: &dyn Store) {
    let link = add(store, &["https://a.example/1"]).await[0];
    let before = whole(store).await;
    let act = |deed| Act { link, deed, at: hour(1) };
    let refused = store.amend(vec![act(Deed::Archive), act(Deed::Archive)]).await;
    assert!(matches!(refused, Err(StoreError::Act(ActError::NoChange(StateName::Archived)))), "{refused:?}");
    assert_eq!(whole(store).await, before);
}

/// A page leaves the due pages with its last watched link, and is due at once when one is resumed.
pub async fn page_with_nothing_watched_is_not_due_until_resumed(store: &dyn Store) {
    let link = add(store, &["https://a.example/1"]).await[0];
    check_all(store, hour(0)).await;
    archive(store, link, hour(1)).await;
    assert_eq!((ok(store.next_due().await), lease(store, hour(99)).await), (None, vec![]));

    ok(store.amend(vec![Act { link, deed: Deed::Resume, at: hour(2) }]).await);
    assert_eq!(ok(store.next_due().await), Some(hour(2)));
    assert_eq!(urls(&lease_one(store, hour(2)).await), ["https://a.example/1"]);
}

/// The plan of a check that began before the last link was archived does not bring the page back.
pub async fn page_whose_last_link_was_archived_during_a_check_is_not_due(store: &dyn Store) {
    let link = add(store, &["https://a.example/1"]).await[0];
    let work = lease_one(store, hour(0)).await;
    archive(store, link, hour(0)).await;
    ok(store.commit(batch(&work, vec![unchanged(&work.pages[0], hour(0))], true)).await);
    assert_eq!(ok(store.next_due().await), None);
    let query = LinkQuery { page: Some(url("https://a.example/1")), ..LinkQuery::default() };
    assert_eq!(watched(store, query).await[0].memory.checks, 1, "the check itself counts");
}

/// Of each host the last word of its owner is there, taken back or not.
pub async fn last_word_of_a_hosts_owner_is_kept(store: &dyn Store) {
    let wish = |host: &str, withdrawn| {
        let host = HostKey::parse(host).expect("a host");
        let (by, note) = ("mia".into(), "by mail".into());
        OptOut { host, whole_domain: false, withdrawn, by, note, at: hour(1) }
    };
    assert_eq!(ok(store.opt_outs().await), []);
    for said in [wish("a.example", false), wish("b.example", false), wish("a.example", true)] {
        ok(store.opt_out(said).await);
    }
    let mut kept = ok(store.opt_outs().await);
    kept.sort_by(|a, b| a.host.cmp(&b.host));
    assert_eq!(kept, [wish("a.example", true), wish("b.example", false)]);
}
