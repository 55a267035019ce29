//! Promises about committing what was seen.

use trackward_core::{EventSeq, Kind, Link, LinkId, NewWatch, PlacementClass, RunId, RunScope, StateName};

use super::scene::{
    add, archive, batch, event, events, hour, lease, lease_one, lost, ok, request, unchanged, watch, watched,
    whole,
};
use crate::{Committed, EventQuery, LeaseRequest, LinkQuery, Store};

/// A commit writes all it carries: memory and plan, links counted up, host, numbered events, evidence.
pub async fn commit_writes_page_links_host_events_and_evidence(store: &dyn Store) {
    let id = add(store, &["https://a.example/1"]).await[0];
    let mut work = lease_one(store, hour(0)).await;
    work.state.free_at = hour(3);
    let checked = lost(&work.pages[0], hour(1));
    let committed = ok(store.commit(batch(&work, vec![checked.clone()], true)).await);
    let first = EventSeq(1);
    assert_eq!(committed, Committed { lost: vec![], events: Some((first, first)), overtaken: 0 });

    let row = watched(store, LinkQuery::default()).await.remove(0);
    assert_eq!((row.memory, row.plan), (checked.memory, checked.plan));
    assert_eq!(row.link, Link { version: 2, ..checked.links[0].clone() });
    assert_eq!(ok(store.host(&work.lease.host).await), Some(work.state));
    assert_eq!(events(store, EventQuery::default()).await, [(first, checked.events[0].clone())]);
    let evidence = ok(store.evidence(checked.evidence[0].hash()).await);
    assert_eq!(evidence.map(|evidence| evidence.text), Some(format!("where {id} was")));
}

/// A part that comes too late is named and changes nothing; the other parts of its batch count.
pub async fn part_whose_lease_was_lost_changes_nothing_and_the_others_count(store: &dyn Store) {
    add(store, &["https://a.example/1", "https://b.example/1", "https://c.example/1"]).await;
    let hosts = lease(store, hour(0)).await;
    ok(store.release(&[hosts[0].lease.clone()]).await);
    let taken = ok(store.lease_hosts(LeaseRequest { hosts: 1, ..request(hour(0)) }).await).remove(0);
    assert_eq!(taken.lease.host, hosts[0].lease.host);
    ok(store.release(&[hosts[1].lease.clone()]).await);

    let mut all = batch(&hosts[0], vec![], true);
    all.hosts.clear();
    for work in &hosts {
        all.hosts.extend(batch(work, vec![lost(&work.pages[0], hour(1))], true).hosts);
    }
    let committed = ok(store.commit(all).await);
    assert_eq!(committed.lost, [hosts[0].lease.clone(), hosts[1].lease.clone()]);
    assert_eq!(committed.events, Some((EventSeq(1), EventSeq(1))));
    let gone = LinkQuery { states: vec![StateName::NotFound], ..LinkQuery::default() };
    let gone = watched(store, gone).await;
    assert_eq!(gone.len(), 1);
    assert_eq!(gone[0].link.page.host_key(), hosts[2].lease.host);
    assert_eq!(ok(store.renew(std::slice::from_ref(&taken.lease), hour(1)).await), [taken.lease]);
}

/// What a person or an import said meanwhile stands; what the check made of the old link does not.
pub async fn link_changed_meanwhile_keeps_its_state_and_its_event_is_dropped(store: &dyn Store) {
    let trackback = NewWatch { kind: Some(Kind::Trackback), ..watch("https://a.example/1") };
    let comment = NewWatch { kind: Some(Kind::Comment), ..watch("https://a.example/1") };
    let added = ok(store.add(vec![trackback, comment], hour(0)).await);
    let work = lease_one(store, hour(0)).await;
    archive(store, added[0].link, hour(1)).await;

    let checked = lost(&work.pages[0], hour(1));
    let committed = ok(store.commit(batch(&work, vec![checked.clone()], true)).await);
    assert_eq!(committed, Committed { lost: vec![], events: Some((EventSeq(2), EventSeq(2))), overtaken: 1 });
    for row in watched(store, LinkQuery::default()).await {
        let archived = row.link.id == added[0].link;
        let state = if archived { StateName::Archived } else { StateName::NotFound };
        assert_eq!(row.link.state.name(), state);
        assert_eq!(row.plan, checked.plan, "the rest of the page was checked");
    }
    for evidence in &checked.evidence {
        let kept = ok(store.evidence(evidence.hash()).await).is_some();
        assert_eq!(kept, !evidence.text.contains(&added[0].link.to_string()), "{}", evidence.text);
    }
}

/// A link that came to be known meanwhile does not appear, nor does its event.
pub async fn link_that_is_known_does_not_appear_again(store: &dyn Store) {
    add(store, &["https://a.example/1"]).await;
    let work = lease_one(store, hour(0)).await;
    let known = &work.pages[0].links[0];
    let id = LinkId::mint(&known.page, &known.target, PlacementClass::Body);
    let fresh = Link { id, ..known.clone() };
    let mut checked = unchanged(&work.pages[0], hour(1));
    checked.appeared = vec![known.clone(), fresh.clone()];
    checked.events = vec![event(known, hour(1)), event(&fresh, hour(1))];

    let committed = ok(store.commit(batch(&work, vec![checked], true)).await);
    assert_eq!(committed.overtaken, 1);
    assert_eq!(watched(store, LinkQuery::default()).await.len(), 2);
    let events = events(store, EventQuery::default()).await;
    assert_eq!(events.iter().map(|(_, event)| event.link).collect::<Vec<_>>(), [Some(fresh.id)]);
}

/// A batch that is sent again, because its answer was lost, changes nothing, not even by its page events.
pub async fn commit_repeated_changes_nothing(store: &dyn Store) {
    for last in [false, true] {
        let page = format!("https://{last}.example/1");
        ok(store.add(vec![watch(&page)], hour(0)).await);
        let work = lease_one(store, hour(0)).await;
        let mut checked = lost(&work.pages[0], hour(0));
        let link = &work.pages[0].links[0];
        let id = LinkId::mint(&link.page, &link.target, PlacementClass::Body);
        checked.appeared.push(Link { id, ..link.clone() });
        checked.events.push(trackward_core::Event { link: None, ..event(link, hour(0)) });
        let batch = batch(&work, vec![checked], last);
        ok(store.commit(batch.clone()).await);
        let before = whole(store).await;
        let repeated = ok(store.commit(batch).await);
        assert_eq!((repeated.events, whole(store).await), (None, before));
        ok(store.release(&[work.lease]).await);
    }
}

/// The lease ends with the batch that says so, and with no other.
pub async fn last_commit_of_a_host_ends_its_lease(store: &dyn Store) {
    add(store, &["https://a.example/1", "https://a.example/2"]).await;
    let work = lease_one(store, hour(0)).await;
    ok(store.commit(batch(&work, vec![unchanged(&work.pages[0], hour(0))], false)).await);
    assert_eq!(lease(store, hour(0)).await, []);
    ok(store.commit(batch(&work, vec![], true)).await);
    let next = lease_one(store, hour(0)).await;
    assert_eq!((next.unclean, &next.pages[..]), (false, &work.pages[1..]));
}

/// A check cannot have looked for a link that was added while it ran: the page stays due.
pub async fn link_added_during_a_check_leaves_its_page_due(store: &dyn Store) {
    let kind = |kind| NewWatch { kind: Some(kind), ..watch("https://a.example/1") };
    ok(store.add(vec![kind(Kind::Trackback)], hour(0)).await);
    let work = lease_one(store, hour(0)).await;
    ok(store.add(vec![kind(Kind::Comment)], hour(0)).await);
    ok(store.commit(batch(&work, vec![unchanged(&work.pages[0], hour(0))], true)).await);

    let work = lease_one(store, hour(0)).await;
    assert_eq!(work.pages[0].links.len(), 2);
    ok(store.commit(batch(&work, vec![unchanged(&work.pages[0], hour(1))], true)).await);
    assert_eq!(lease(store, hour(2)).await, [], "the second check knew the link");
}

/// A batch writes how its run goes on, with all links counted by state.
pub async fn run_goes_on_with_the_links_counted(store: &dyn Store) {
    add(store, &["https://a.example/1", "https://b.example/1"]).await;
    let mut run = ok(store.begin_run(RunScope::All, hour(0)).await);
    let work = lease(store, hour(0)).await.remove(0);
    run.pages = 1;
    let mut checked = batch(&work, vec![lost(&work.pages[0], hour(0))], true);
    checked.run = Some(run);
    ok(store.commit(checked).await);

    let runs = ok(store.runs(hour(0), hour(1)).await);
    assert_eq!((runs[0].id, runs[0].pages, runs[0].watched()), (RunId(1), 1, 2));
    assert_eq!(runs[0].links, ok(store.counts().await));
    assert_eq!(runs[0].links.get(&StateName::NotFound), Some(&1));
}
