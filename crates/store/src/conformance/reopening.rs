//! Promises of a store that outlives its process.

use async_trait::async_trait;
use trackward_core::RunScope;

use super::scene::{add, batch, events, hour, lease_one, lost, ok, whole};
use crate::{Erase, EventQuery, Store};

/// A store that outlives its process.
#[async_trait]
pub trait Reopen: Sized + Send + Sync {
    /// The open store.
    fn store(&self) -> &dyn Store;

    /// Ends the process that holds the store, without a word, and opens it in the next.
    async fn reopen(self) -> Self;
}

/// Whatever a call answered with `Ok` is there after the process ended.
pub async fn what_was_acknowledged_is_there_after_reopening<R: Reopen>(kept: R) {
    add(kept.store(), &["https://a.example/1", "https://b.example/1"]).await;
    let work = super::scene::lease(kept.store(), hour(0)).await.remove(0);
    let checked = lost(&work.pages[0], hour(0));
    let evidence = checked.evidence[0].clone();
    ok(kept.store().commit(batch(&work, vec![checked], true)).await);
    let run = ok(kept.store().begin_run(RunScope::All, hour(0)).await);
    let before = whole(kept.store()).await;

    let kept = kept.reopen().await;
    assert_eq!(whole(kept.store()).await, before);
    assert_eq!(ok(kept.store().evidence(evidence.hash()).await), Some(evidence));
    assert_eq!(ok(kept.store().runs(hour(0), hour(1)).await), [run]);
    let committed = {
        let work = lease_one(kept.store(), hour(0)).await;
        ok(kept.store().commit(batch(&work, vec![lost(&work.pages[0], hour(0))], true)).await)
    };
    assert_eq!(committed.events.map(|(first, _)| first.0), Some(2), "events are numbered on");
    assert_eq!(events(kept.store(), EventQuery::default()).await.len(), 2);
}

/// What was erased is not there again after the process ended.
pub async fn erased_evidence_stays_erased_after_reopening<R: Reopen>(kept: R) {
    add(kept.store(), &["https://a.example/1"]).await;
    let work = lease_one(kept.store(), hour(0)).await;
    let checked = lost(&work.pages[0], hour(0));
    let evidence = checked.evidence[0].clone();
    ok(kept.store().commit(batch(&work, vec![checked], true)).await);
    assert_eq!(ok(kept.store().erase(Erase::Host(work.lease.host)).await), 1);
    let before = whole(kept.store()).await;

    let kept = kept.reopen().await;
    assert_eq!(ok(kept.store().evidence(evidence.hash()).await), None);
    assert_eq!(ok(kept.store().erase(Erase::OlderThan(hour(99))).await), 0);
    assert_eq!(whole(kept.store()).await, before);
}

/// A host that a killed process held is free at once, and may just have been asked.
pub async fn host_leased_by_an_earlier_process_is_leased_as_unclean<R: Reopen>(kept: R) {
    add(kept.store(), &["https://a.example/1"]).await;
    let first = lease_one(kept.store(), hour(0)).await;
    let kept = kept.reopen().await;
    let second = lease_one(kept.store(), hour(0)).await;
    assert_eq!((second.unclean, second.pages), (true, first.pages));
    assert_ne!(second.lease.owner, first.lease.owner);
}

/// A host that an earlier process gave back comes without suspicion.
pub async fn host_released_by_an_earlier_process_is_leased_cleanly<R: Reopen>(kept: R) {
    add(kept.store(), &["https://a.example/1"]).await;
    let first = lease_one(kept.store(), hour(0)).await;
    ok(kept.store().release(&[first.lease]).await);
    let kept = kept.reopen().await;
    assert!(!lease_one(kept.store(), hour(0)).await.unclean);
}

/// A lease of an earlier process can neither be renewed nor committed under.
pub async fn lease_of_an_earlier_process_is_not_ours<R: Reopen>(kept: R) {
    add(kept.store(), &["https://a.example/1"]).await;
    let work = lease_one(kept.store(), hour(0)).await;
    let kept = kept.reopen().await;
    let before = whole(kept.store()).await;
    assert_eq!(ok(kept.store().renew(std::slice::from_ref(&work.lease), hour(5)).await), []);
    let committed = ok(kept.store().commit(batch(&work, vec![lost(&work.pages[0], hour(0))], true)).await);
    assert_eq!((committed.lost, whole(kept.store()).await), (vec![work.lease], before));
}
