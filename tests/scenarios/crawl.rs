//! The crawl of a host by spider, before a scripted web.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use trackward_core::{BodyEnd, Fetched, PageUrl, Response, Target};
use trackward_discover::{Means, search};
use trackward_fetch::{Fetch, Request, robots};
use trackward_monitor::{ExploreRequest, Explored, Explorer, Monitor, MonitorSettings, SimulatedClock};
use trackward_store::{LinkQuery, MemoryStore, Store};

const LINKED: &str = "<article><p>Read <a href=\"https://ours.example/a\">ours</a>.</p></article>";

/// A web of so many pages; what is not there is 404.
#[derive(Debug, Default)]
struct Web {
    pages: HashMap<String, String>,
    asked: Mutex<BTreeMap<String, usize>>,
}

#[async_trait]
impl Fetch for Web {
    async fn fetch(&self, request: &Request) -> Fetched {
        let url = request.url.to_string();
        *self.asked.lock().unwrap().entry(url.clone()).or_default() += 1;
        let page = self.pages.get(&url);
        let response = Response {
            status: if page.is_some() { 200 } else { 404 },
            headers: [("content-type", "text/html; charset=utf-8")].into_iter().collect(),
            body: page.cloned().unwrap_or_default().into_bytes(),
            ending: BodyEnd::Complete,
        };
        Fetched {
            url: request.url.clone(),
            outcome: Ok(response),
            took: Duration::ZERO,
            wire_bytes: 0,
            peer: None,
        }
    }
}

struct Scene {
    web: Arc<Web>,
    store: Arc<MemoryStore>,
    monitor: Monitor,
}

impl Scene {
    fn new(pages: &[(String, String)]) -> Self {
        let web = Arc::new(Web { pages: pages.iter().cloned().collect(), ..Web::default() });
        let store = Arc::new(MemoryStore::new());
        let clock = Arc::new(SimulatedClock::new("2026-11-16T06:00:00Z".parse().unwrap()));
        let sites = vec![Target::parse("ours.example").unwrap()];
        let settings = MonitorSettings { sites, own_pages: false, ..MonitorSettings::default() };
        let monitor = Monitor::new(store.clone(), web.clone(), clock, settings);
        Self { web, store, monitor }
    }

    async fn crawl(&self, front: &str, budget: u64) -> Explored {
        let (scout, orders) = Explorer::new();
        let fronts = vec![PageUrl::parse(front).unwrap()];
        let means = Means { crawl: true, feeds: false, sitemaps: false };
        let request = ExploreRequest {
            budget,
            pages_a_host: 1_000,
            clicks: 5,
            deny: robots::parse(b""),
            deadline: None,
            stop: CancellationToken::new(),
        };
        let explored = self.monitor.explore(request, orders, &|_| ());
        let (explored, ()) = tokio::join!(explored, search(scout, fronts, means));
        explored.unwrap()
    }

    /// Pages that were asked for more than once.
    fn asked_again(&self) -> Vec<String> {
        let asked = self.web.asked.lock().unwrap();
        asked.iter().filter(|(_, times)| **times > 1).map(|(url, _)| url.clone()).collect()
    }
}

/// A site of so many pages below its front page, ten links a page, with ours on every seventh.
fn site(origin: &str, pages: usize) -> Vec<(String, String)> {
    let links = |n: usize| {
        let led_to = (10 * n + 1..=10 * n + 10).filter(|n| *n <= pages);
        led_to.map(|n| format!("<a href=\"/Page-{n}\">{n}</a> ")).collect::<Vec<_>>().concat()
    };
    let body = |n: usize| if n % 7 == 3 { LINKED } else { "<p>nothing</p>" };
    let page = |n: usize| (format!("{origin}/Page-{n}"), body(n).to_owned() + &links(n));
    std::iter::once((format!("{origin}/"), links(0))).chain((1..=pages).map(page)).collect()
}

#[tokio::test]
async fn every_page_within_reach_is_asked_for_once_and_what_refers_to_us_is_found() {
    let scene = Scene::new(&site("https://a.example", 200));
    let explored = scene.crawl("https://a.example/", 1_000).await;
    assert_eq!((explored.looked, explored.found), (201, 29));
    assert_eq!(scene.asked_again(), Vec::<String>::new());
    assert_eq!(scene.store.links(LinkQuery::default()).await.unwrap().rows.len(), 29);
}

#[tokio::test]
async fn crawl_that_its_budget_ended_goes_on_where_it_was() {
    let scene = Scene::new(&site("https://a.example", 100));
    for _ in 0..4 {
        let explored = scene.crawl("https://a.example/", 25).await;
        assert_eq!(explored.run.requests, 25);
    }
    assert_eq!(
        scene.crawl("https://a.example/", 25).await.run.requests,
        2,
        "robots.txt and 101 pages in all"
    );
    assert_eq!(scene.asked_again(), Vec::<String>::new());
}

#[tokio::test]
async fn pages_that_differ_in_case_alone_are_two() {
    let front = "<a href=/Post>1</a> <a href=/post>2</a>".to_owned();
    let pages = [("/", front), ("/Post", LINKED.to_owned()), ("/post", LINKED.to_owned())]
        .map(|(path, body)| (format!("https://a.example{path}"), body));
    let scene = Scene::new(&pages);
    assert_eq!(scene.crawl("https://a.example/", 100).await.found, 2);
}

/// Nothing listens to the web but this: a connection to it can only be spider's own.
#[tokio::test]
async fn spider_never_opens_a_socket_itself() {
    let canary = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", canary.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = connections.clone();
    let listening = tokio::spawn(async move {
        while canary.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    let scene = Scene::new(&site(&origin, 30));
    let explored = scene.crawl(&format!("{origin}/"), 100).await;
    assert_eq!(explored.looked, 31, "all of it came through the explorer");
    assert!(scene.web.asked.lock().unwrap().contains_key(&format!("{origin}/robots.txt")));
    // The canary sings: what connected before this one was counted before it.
    tokio::net::TcpStream::connect(&origin["http://".len()..]).await.unwrap();
    while connections.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1, "the canary's own");
    listening.abort();
}
