//! Promises about what reports and lists read.

use std::collections::BTreeMap;

use trackward_core::{EventSeq, NewWatch, RunId, RunScope, StateName, Tags};

use super::scene::{
    add, archive, batch, check_all, events, host, hour, lease, lost, ok, proof, unchanged, url, watch,
    watched,
};
use crate::{EventQuery, LinkQuery, Store};

/// Read page by page, every link comes once, in the order of the ids; the last page names no next.
pub async fn links_are_read_in_pages_without_gap_or_double(store: &dyn Store) {
    let pages: Vec<String> = (0..7).map(|n| format!("https://host{}.example/{n}", n % 3)).collect();
    let mut added = add(store, &pages.iter().map(String::as_str).collect::<Vec<_>>()).await;
    added.sort();
    for limit in [1, 2, 3, 6, 7, 8] {
        let (mut read, mut query) = (Vec::new(), LinkQuery { limit, ..LinkQuery::default() });
        loop {
            let page = ok(store.links(query.clone()).await);
            assert!(page.rows.len() <= limit && !page.rows.is_empty());
            read.extend(page.rows.into_iter().map(|row| row.link.id));
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        assert_eq!(read, added, "{limit} at a time");
    }
}

/// Each filter of a query leaves exactly the links it names.
pub async fn links_are_read_by_state_host_ledger_page_prefix_and_time(store: &dyn Store) {
    let campaign = NewWatch {
        client: Some("North".into()),
        campaign: Some("autumn".into()),
        owner: Some("mia".into()),
        tags: Tags::parse("paid, guest").expect("two tags"),
        ..watch("https://b.example/1")
    };
    let early = add(store, &["https://a.example/1", "https://a.example/2"]).await;
    let late = ok(store.add(vec![campaign], hour(5)).await)[0].link;
    archive(store, early[1], hour(3)).await;
    let all = LinkQuery::default;
    let prefix = early[0].to_string()[..9].to_owned();
    let cases = [
        ("state", LinkQuery { states: vec![StateName::Archived], ..all() }, vec![early[1]]),
        ("host", LinkQuery { host: Some(host("a.example")), ..all() }, early.clone()),
        ("client", LinkQuery { client: Some("North".into()), ..all() }, vec![late]),
        ("campaign", LinkQuery { campaign: Some("autumn".into()), ..all() }, vec![late]),
        ("owner", LinkQuery { owner: Some("mia".into()), ..all() }, vec![late]),
        ("tag", LinkQuery { tag: Some("guest".into()), ..all() }, vec![late]),
        ("part of a tag", LinkQuery { tag: Some("gue".into()), ..all() }, vec![]),
        ("page", LinkQuery { page: Some(url("http://a.example/1/")), ..all() }, vec![early[0]]),
        ("unknown page", LinkQuery { page: Some(url("http://a.example/9")), ..all() }, vec![]),
        ("prefix", LinkQuery { id_prefix: Some(prefix), ..all() }, vec![early[0]]),
        ("last event", LinkQuery { since: Some(hour(3)), ..all() }, vec![early[1], late]),
        ("added", LinkQuery { since: Some(hour(4)), ..all() }, vec![late]),
        (
            "after on a page",
            LinkQuery { page: Some(url("https://a.example/1")), after: Some(early[0]), ..all() },
            vec![],
        ),
    ];
    for (name, query, mut expected) in cases {
        expected.sort();
        let read: Vec<_> = watched(store, query).await.into_iter().map(|row| row.link.id).collect();
        assert_eq!(read, expected, "{name}");
    }
}

/// Events are numbered from 1 as they are written, whoever makes them, and read on from any number.
pub async fn events_are_numbered_without_gaps_and_read_in_pages(store: &dyn Store) {
    let links = add(store, &["https://a.example/1", "https://a.example/2", "https://b.example/1"]).await;
    archive(store, links[2], hour(0)).await;
    let work = lease(store, hour(0)).await.remove(0);
    let pages = work.pages.iter().map(|page| lost(page, hour(0))).collect();
    let committed = ok(store.commit(batch(&work, pages, true)).await);
    assert_eq!(committed.events, Some((EventSeq(2), EventSeq(3))));

    for limit in [1, 2, 3, 4] {
        let (mut read, mut query) = (Vec::new(), EventQuery { limit, ..EventQuery::default() });
        loop {
            let page = ok(store.events(query.clone()).await);
            assert!(page.rows.len() <= limit);
            read.extend(page.rows.into_iter().map(|(seq, _)| seq.0));
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        assert_eq!(read, [1, 2, 3], "{limit} at a time");
    }
}

/// A period holds its first instant and not its last; a link's history holds nothing of its neighbours.
pub async fn events_are_read_by_period_and_link(store: &dyn Store) {
    let links = add(store, &["https://a.example/1", "https://a.example/2", "https://a.example/3"]).await;
    for (hours, link) in links.iter().enumerate() {
        archive(store, *link, hour(i64::try_from(hours).expect("a small number"))).await;
    }
    let all = EventQuery::default;
    let cases = [
        ("from", EventQuery { from: Some(hour(1)), ..all() }, vec![2, 3]),
        ("to", EventQuery { to: Some(hour(1)), ..all() }, vec![1]),
        ("from and to", EventQuery { from: Some(hour(1)), to: Some(hour(2)), ..all() }, vec![2]),
        ("link", EventQuery { link: Some(links[1]), ..all() }, vec![2]),
        ("link after", EventQuery { link: Some(links[1]), after: Some(EventSeq(2)), ..all() }, vec![]),
        ("link out of period", EventQuery { link: Some(links[1]), from: Some(hour(2)), ..all() }, vec![]),
    ];
    for (name, query, expected) in cases {
        let read: Vec<_> = events(store, query).await.into_iter().map(|(seq, _)| seq.0).collect();
        assert_eq!(read, expected, "{name}");
    }
}

/// The counts are those of the links, after every way a link can change.
pub async fn counts_equal_a_scan(store: &dyn Store) {
    let links = add(store, &["https://a.example/1", "https://a.example/2", "https://b.example/1"]).await;
    archive(store, links[0], hour(0)).await;
    let sent = NewWatch { sent: Some(hour(0)), ..watch("https://b.example/1") };
    ok(store.add(vec![sent], hour(0)).await);
    for work in lease(store, hour(0)).await {
        let pages = work.pages.iter().map(|page| lost(page, hour(0))).collect();
        ok(store.commit(batch(&work, pages, true)).await);
    }
    let mut scanned = BTreeMap::new();
    for row in watched(store, LinkQuery::default()).await {
        *scanned.entry(row.link.state.name()).or_insert(0) += 1;
    }
    assert_eq!(ok(store.counts().await), scanned);
    assert_eq!(scanned, BTreeMap::from([(StateName::NotFound, 2), (StateName::Archived, 1)]));
}

/// The next due page is the one with the soonest plan.
pub async fn next_due_is_the_soonest_plan(store: &dyn Store) {
    assert_eq!(ok(store.next_due().await), None);
    add(store, &["https://a.example/1"]).await;
    assert_eq!(ok(store.next_due().await), Some(hour(0)));
    check_all(store, hour(0)).await;
    assert_eq!(ok(store.next_due().await), Some(hour(24)));
    ok(store.add(vec![watch("https://b.example/1")], hour(7)).await);
    assert_eq!(ok(store.next_due().await), Some(hour(7)));
}

/// What a clock gone wrong planned too late is due in time again; what nobody watches is not.
pub async fn pages_planned_too_late_are_pulled_in(store: &dyn Store) {
    add(store, &["https://a.example/1", "https://a.example/2"]).await;
    let archived = add(store, &["https://b.example/1"]).await[0];
    archive(store, archived, hour(0)).await;
    check_all(store, hour(24 * 3_650)).await;
    assert_eq!(ok(store.pull_in(hour(24 * 6)).await), 2);
    assert_eq!(ok(store.next_due().await), Some(hour(24 * 6)));
    assert_eq!(lease(store, hour(24 * 6)).await[0].pages.len(), 2);
    assert_eq!(ok(store.pull_in(hour(24 * 6)).await), 0);
}

/// Runs are numbered from 1 and read by when they began.
pub async fn runs_are_numbered_and_read_by_their_beginning(store: &dyn Store) {
    for hours in [0, 5, 9] {
        ok(store.begin_run(RunScope::Due, hour(hours)).await);
    }
    let runs = ok(store.runs(hour(5), hour(9)).await);
    assert_eq!(
        runs.iter().map(|run| (run.id, run.started, run.ended)).collect::<Vec<_>>(),
        [(RunId(2), hour(5), None)]
    );
    assert_eq!(ok(store.runs(hour(0), hour(99)).await).len(), 3);
}

/// Unknown evidence and unknown hosts are none; evidence that no event names is not kept.
pub async fn what_was_never_stored_is_none(store: &dyn Store) {
    add(store, &["https://a.example/1"]).await;
    assert_eq!(ok(store.host(&host("unknown.example")).await), None);
    let work = lease(store, hour(0)).await.remove(0);
    let unnamed = proof(&url("https://a.example/1"), hour(0), "nobody asked");
    let mut checked = unchanged(&work.pages[0], hour(0));
    checked.evidence = vec![unnamed.clone()];
    ok(store.commit(batch(&work, vec![checked], true)).await);
    assert_eq!(ok(store.evidence(unnamed.hash()).await), None);
}
