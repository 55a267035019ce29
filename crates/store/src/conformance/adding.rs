//! Promises about adding watches.

use trackward_core::{Kind, Link, LinkId, NewWatch, PlacementClass, Target};

use super::scene::{
    add, archive, batch, check_all, hour, lease_one, ok, unchanged, url, urls, watch, watched, whole,
};
use crate::{AddOutcome, LinkQuery, Store};

/// A page that gets its first link is due when it was added.
pub async fn added_page_is_due_at_once(store: &dyn Store) {
    let links = add(store, &["https://a.example/1"]).await;
    let work = lease_one(store, hour(0)).await;
    assert_eq!(urls(&work), ["https://a.example/1"]);
    assert_eq!(work.pages[0].links.iter().map(|link| link.id).collect::<Vec<_>>(), links);
}

/// A page that is to be checked first at some later time is due then, and not put off by another watch.
pub async fn page_is_due_when_its_first_check_is_to_be(store: &dyn Store) {
    let later = NewWatch { first_check: Some(hour(5)), ..watch("https://a.example/1") };
    ok(store.add(vec![later], hour(0)).await);
    assert_eq!(ok(store.next_due().await), Some(hour(5)));
    let to = |target: &str, first_check| NewWatch {
        target: Target::parse(target).expect("an address"),
        first_check,
        ..watch("https://a.example/1")
    };
    let others = vec![to("https://ours.example/b", None), to("https://ours.example/c", Some(hour(9)))];
    ok(store.add(others, hour(1)).await);
    assert_eq!(ok(store.next_due().await), Some(hour(1)));
}

/// The same watch again is the same link, and nothing changes.
pub async fn same_watch_twice_is_one_link(store: &dyn Store) {
    let added = ok(store.add(vec![watch("https://a.example/1"); 2], hour(0)).await);
    assert_eq!(
        added.iter().map(|added| added.outcome).collect::<Vec<_>>(),
        [AddOutcome::New, AddOutcome::Unchanged]
    );
    assert_eq!(added[0].link, added[1].link);
    let again = ok(store.add(vec![watch("https://a.example/1")], hour(1)).await);
    assert_eq!((again[0].link, again[0].outcome), (added[0].link, AddOutcome::Unchanged));
    assert_eq!(watched(store, LinkQuery::default()).await.len(), 1);
}

/// Spellings of a page are one page with the links of all, fetched as it was first written.
pub async fn spellings_of_a_page_share_it_and_the_first_is_fetched(store: &dyn Store) {
    let trackback = NewWatch { kind: Some(Kind::Trackback), ..watch("https://a.example/1") };
    let comment = NewWatch { kind: Some(Kind::Comment), ..watch("http://a.example/1/?utm_source=x") };
    ok(store.add(vec![trackback, comment], hour(0)).await);
    let work = lease_one(store, hour(0)).await;
    assert_eq!(urls(&work), ["https://a.example/1"]);
    assert_eq!(work.pages[0].links.len(), 2);
    assert!(work.pages[0].links.is_sorted_by_key(|link| link.id));
}

/// Facts that a later watch names are written, and counted as a change of the link.
pub async fn watch_with_more_facts_updates_its_link(store: &dyn Store) {
    add(store, &["https://a.example/1"]).await;
    let more = NewWatch { campaign: Some("autumn".into()), ..watch("https://a.example/1") };
    let added = ok(store.add(vec![more], hour(1)).await);
    assert_eq!(added[0].outcome, AddOutcome::Updated);
    let link = watched(store, LinkQuery::default()).await.remove(0).link;
    assert_eq!((link.campaign.as_deref(), link.version), (Some("autumn"), 2));
}

/// A preview answers as adding would, and adds nothing.
pub async fn preview_answers_as_adding_would_and_adds_nothing(store: &dyn Store) {
    let links = add(store, &["https://a.example/1"]).await;
    let more = NewWatch { campaign: Some("autumn".into()), ..watch("https://a.example/1") };
    let watches = vec![watch("https://a.example/1"), more, watch("https://b.example/1")];
    let before = whole(store).await;
    let previewed = ok(store.preview(watches.clone(), hour(1)).await);
    assert_eq!(whole(store).await, before);
    assert_eq!(previewed[0].link, links[0]);
    assert_eq!(previewed, ok(store.add(watches, hour(1)).await));
}

/// A link that a person archived stays archived.
pub async fn archived_link_stays_archived_when_added_again(store: &dyn Store) {
    let links = add(store, &["https://a.example/1"]).await;
    archive(store, links[0], hour(1)).await;
    let added = ok(store.add(vec![watch("https://a.example/1")], hour(2)).await);
    assert_eq!((added[0].link, added[0].outcome), (links[0], AddOutcome::Archived));
    assert_eq!(ok(store.next_due().await), None);
}

/// A further link makes its page due again, and keeps what is remembered of the page.
pub async fn link_added_to_a_checked_page_makes_it_due(store: &dyn Store) {
    let kind = |kind| NewWatch { kind: Some(kind), ..watch("https://a.example/1") };
    ok(store.add(vec![kind(Kind::Trackback)], hour(0)).await);
    check_all(store, hour(0)).await;
    ok(store.add(vec![kind(Kind::Comment)], hour(1)).await);
    let page = lease_one(store, hour(1)).await.pages.remove(0);
    assert_eq!((page.plan.at, page.memory.checks, page.links.len()), (hour(1), 1, 2));
}

/// Any number of watches is added by one call and answered in order; what was said first decides.
pub async fn any_number_of_watches_is_added_in_order(store: &dyn Store) {
    let pages: Vec<String> = (0..250).map(|n| format!("https://a.example/{n}")).collect();
    let twice = || pages.iter().chain(&pages).map(|page| watch(page)).collect();
    let added = ok(store.add(twice(), hour(0)).await);
    let outcomes: Vec<AddOutcome> = added.iter().map(|added| added.outcome).collect();
    assert_eq!(outcomes, [[AddOutcome::New; 250], [AddOutcome::Unchanged; 250]].concat());
    for (page, added) in pages.iter().zip(&added) {
        let query = LinkQuery { page: Some(url(page)), ..LinkQuery::default() };
        assert_eq!(watched(store, query).await[0].link.id, added.link, "{page}");
    }
}

/// A watch that would be given the id of another link leaves that link as it is.
pub async fn watch_whose_id_is_taken_adds_nothing(store: &dyn Store) {
    let ours = add(store, &["https://a.example/1"]).await[0];
    let work = lease_one(store, hour(0)).await;
    let link = &work.pages[0].links[0];
    let id = LinkId::mint(&link.page, &link.target, PlacementClass::Comment);
    let found = Link { id, kind: Some(Kind::Trackback), ..link.clone() };
    let mut checked = unchanged(&work.pages[0], hour(0));
    checked.links = vec![Link { kind: Some(Kind::Editorial), ..link.clone() }];
    checked.appeared = vec![found.clone()];
    ok(store.commit(batch(&work, vec![checked], true)).await);

    let comment = NewWatch { kind: Some(Kind::Comment), ..watch("https://a.example/1") };
    let added = ok(store.add(vec![comment], hour(1)).await);
    assert_eq!((added[0].link, added[0].outcome), (id, AddOutcome::Unchanged));
    let query = LinkQuery { page: Some(url("https://a.example/1")), ..LinkQuery::default() };
    let links: Vec<Link> = watched(store, query).await.into_iter().map(|row| row.link).collect();
    assert!(links.contains(&found) && links.iter().any(|link| link.id == ours) && links.len() == 2);
}
