//! Searches for pages that nobody told us of.
#![expect(clippy::unwrap_used, reason = "a scene that cannot be set up fails its test")]

mod web;

use std::collections::BTreeMap;

use tokio_util::sync::CancellationToken;
use trackward_core::{
    EventName, HostKey, NewWatch, OptOut, Origin, PageUrl, Provenance, RunScope, Source, Target,
};
use trackward_fetch::robots;
use trackward_monitor::{ExploreRequest, Explored, Explorer, MonitorSettings};
use trackward_store::{LinkQuery, Store};
use web::{Answer, LINKED, Scene, daily};

const FRONT: &str = "<a href=/one>1</a> <a href=/two>2</a> <a href=/three>3</a>";

fn settings() -> MonitorSettings {
    MonitorSettings { sites: vec![Target::parse("ours.example").unwrap()], ..daily() }
}

fn request(budget: u64) -> ExploreRequest {
    ExploreRequest {
        budget,
        pages_a_host: 100,
        clicks: 3,
        deny: robots::parse(b""),
        deadline: None,
        stop: CancellationToken::new(),
    }
}

fn url(text: &str) -> PageUrl {
    PageUrl::parse(text).unwrap()
}

/// Follows the links of a host, one level of pages after the other.
async fn crawl(explorer: Explorer, front: &str) {
    let mut level = vec![url(front)];
    while !level.is_empty() {
        let mut looks = tokio::task::JoinSet::new();
        for page in level {
            let explorer = explorer.clone();
            looks.spawn(async move { explorer.look(page).await });
        }
        let found = looks.join_all().await.into_iter().flatten();
        let next: BTreeMap<String, PageUrl> = found.map(|page| (page.to_string(), page)).collect();
        level = next.into_values().collect();
    }
    explorer.leave(&url(front).host_key()).await;
}

impl Scene {
    async fn explore(&self, request: ExploreRequest) -> Explored {
        let (scout, orders) = Explorer::new();
        let driver = tokio::spawn(crawl(scout, "https://a.example/"));
        let explored = self.monitor.explore(request, orders, &|_| ()).await.unwrap();
        driver.await.unwrap();
        explored
    }

    fn pages_asked(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for (_, url) in self.asked() {
            *counts.entry(url).or_default() += 1;
        }
        counts
    }
}

fn site() -> Scene {
    let answers = [
        ("https://a.example/", Answer::Page(FRONT)),
        ("https://a.example/one", Answer::Page("<a href=/deep>deep</a>")),
        ("https://a.example/two", Answer::Page(LINKED)),
        ("https://a.example/three", Answer::Page("nothing")),
        ("https://a.example/deep", Answer::Page(LINKED)),
    ];
    Scene::with(&answers, settings())
}

#[tokio::test]
async fn pages_with_references_are_watched_from_then_on_with_where_they_were_found() {
    let scene = site();
    let explored = scene.explore(request(100)).await;
    assert_eq!((explored.looked, explored.found, explored.links), (5, 2, 2));
    assert_eq!(explored.run.scope, RunScope::Discovery);
    let events: Vec<EventName> = scene.events().await.iter().map(|event| event.what.name()).collect();
    assert_eq!(events, [EventName::Appeared, EventName::Appeared], "a find is news");
    let links = scene.store.links(LinkQuery::default()).await.unwrap().rows;
    let deep = links.iter().find(|row| row.link.page.as_str() == "https://a.example/deep").unwrap();
    let via = Some(url("https://a.example/one"));
    assert_eq!(deep.link.origin, Origin::Discovered(Provenance { source: Source::Crawl, via }));
    assert!(deep.plan.at > scene.clock_now(), "its next check is planned");
}

#[tokio::test]
async fn hosts_keep_their_rest_and_robots_txt_comes_first() {
    let scene = site();
    scene.explore(request(100)).await;
    let asked = scene.asked();
    assert_eq!(asked[0].1, "https://a.example/robots.txt");
    assert!(asked.windows(2).all(|pair| pair[1].0 - pair[0].0 >= 3), "{asked:?}");
}

#[tokio::test]
async fn nothing_is_asked_twice_while_a_look_holds() {
    let scene = site();
    scene.explore(request(100)).await;
    let before = scene.requests();
    let again = scene.explore(request(100)).await;
    assert_eq!((scene.requests(), again.looked), (before, 0));
}

#[tokio::test]
async fn budget_is_used_to_the_last_request_and_never_beyond() {
    let scene = site();
    for (spent, budget) in [(3, 3), (5, 2), (6, 100)] {
        let explored = scene.explore(request(budget)).await;
        assert_eq!(scene.requests(), spent);
        assert_eq!(explored.run.requests, explored.run.requests.min(budget));
    }
    assert!(scene.pages_asked().values().all(|&times| times == 1), "{:?}", scene.pages_asked());
}

#[tokio::test]
async fn host_gets_its_share_of_looks_and_the_rest_stays_open() {
    let scene = site();
    let explored = scene.explore(ExploreRequest { pages_a_host: 2, ..request(100) }).await;
    assert_eq!((explored.looked, explored.put_off), (2, 3));
    let explored = scene.explore(request(100)).await;
    assert_eq!(explored.looked, 3);
    assert!(scene.pages_asked().values().all(|&times| times == 1));
}

#[tokio::test]
async fn links_are_followed_as_many_clicks_as_asked_for() {
    let scene = site();
    let explored = scene.explore(ExploreRequest { clicks: 1, ..request(100) }).await;
    assert_eq!((explored.looked, explored.found), (4, 1), "the deep page is two clicks away");
}

#[tokio::test]
async fn what_may_not_be_asked_for_is_not() {
    let scene = site();
    scene.change("https://a.example/robots.txt", Answer::Page("User-agent: *\nDisallow: /two"));
    let deny = robots::parse(b"User-agent: *\nDisallow: /three");
    let explored = scene.explore(ExploreRequest { deny, ..request(100) }).await;
    let asked = scene.pages_asked();
    assert!(!asked.contains_key("https://a.example/two") && !asked.contains_key("https://a.example/three"));
    assert_eq!(explored.refused, BTreeMap::from([("denied", 1)]));
}

#[tokio::test]
async fn page_that_is_denied_only_since_it_was_found_is_not_asked_for() {
    let scene = site();
    scene.explore(ExploreRequest { pages_a_host: 1, ..request(100) }).await;
    let deny = robots::parse(b"User-agent: *\nDisallow: /two");
    let explored = scene.explore(ExploreRequest { deny, ..request(100) }).await;
    assert!(!scene.pages_asked().contains_key("https://a.example/two"));
    assert_eq!((explored.looked, explored.refused), (3, BTreeMap::from([("denied", 1)])));
}

#[tokio::test]
async fn host_whose_owner_opted_out_is_not_asked_at_all() {
    let scene = site();
    let host = HostKey::parse("a.example").unwrap();
    let wish = OptOut {
        host,
        whole_domain: false,
        withdrawn: false,
        by: "mia".into(),
        note: String::new(),
        at: scene.clock_now(),
    };
    scene.store.opt_out(wish).await.unwrap();
    scene.explore(request(100)).await;
    assert_eq!(scene.requests(), 0);
}

#[tokio::test]
async fn page_that_is_watched_only_leads_on() {
    let scene = site();
    scene.watch("https://a.example/two").await;
    scene.run().await;
    let before = scene.events().await;
    let explored = scene.explore(request(100)).await;
    assert_eq!((explored.watched, explored.found), (1, 1), "the other one is new");
    assert_eq!(scene.events().await.len(), before.len() + 1);
}

#[tokio::test]
async fn page_that_moved_is_watched_where_it_lives_now() {
    let scene = site();
    scene.change("https://a.example/two", Answer::Redirect(301, "https://a.example/moved"));
    scene.change("https://a.example/moved", Answer::Page(LINKED));
    scene.explore(request(100)).await;
    let links = scene.store.links(LinkQuery::default()).await.unwrap().rows;
    let pages: Vec<&str> = links.iter().map(|row| row.link.page.as_str()).collect();
    assert!(
        pages.contains(&"https://a.example/moved") && !pages.contains(&"https://a.example/two"),
        "{pages:?}"
    );
}

#[tokio::test]
async fn list_of_watched_links_grows_by_so_much_at_once() {
    let scene = site();
    let many: Vec<String> =
        (0..1_500).map(|n| format!("<a href=https://ours.example/{n}>{n}</a> ")).collect();
    let many = many.concat();
    let body: &'static str = format!("<article><p>{many}</p></article>").leak();
    scene.change("https://a.example/one", Answer::Page(body));
    let explored = scene.explore(request(100)).await;
    assert!(explored.grew_too_fast && explored.put_off > 0);
}

#[tokio::test]
async fn watched_pages_are_not_looked_for_where_nothing_is_ours() {
    let scene = Scene::with(&[("https://a.example/", Answer::Page(LINKED))], daily());
    let watch = NewWatch::new(url("https://b.example/"), Target::parse("https://ours.example/b").unwrap());
    scene.store.add(vec![watch], scene.clock_now()).await.unwrap();
    assert_eq!(scene.explore(request(100)).await.found, 0);
}
