//! Runs of a watch: what becomes due while they go on, and how they end.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod web;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;
use trackward_core::{Clock, EventName, Fetched, Hold, NewWatch, PageUrl, RunRecord, StateName, Target};
use trackward_fetch::{Fetch, Request};
use trackward_monitor::{Monitor, MonitorSettings, SimulatedClock, WatchRequest};
use trackward_store::{LinkQuery, MemoryStore, Store};
use web::{Answer, LINKED, Scene, seconds};

const GONE: &str = "<html><head><title>Post</title></head><body><article><p>Read nothing of ours.</p></article>\
    <p>And some more text, so that it is no smaller than before.</p></body></html>";
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// A host with so many pages that link to us.
async fn host_of(pages: usize) -> (Scene, Vec<String>) {
    let pages: Vec<String> = (0..pages).map(|n| format!("https://a.example/{n}")).collect();
    let answers: Vec<(&str, Answer)> = pages.iter().map(|url| (url.as_str(), Answer::Page(LINKED))).collect();
    let scene = Scene::new(&answers);
    for page in &pages {
        scene.watch(page).await;
    }
    (scene, pages)
}

fn request(scene: &Scene, lasts: SignedDuration) -> WatchRequest {
    let until = scene.clock.now() + lasts;
    WatchRequest { until, cut: CancellationToken::new(), stop: CancellationToken::new() }
}

async fn watch(scene: &Scene, lasts: SignedDuration) -> RunRecord {
    scene.monitor.watch(request(scene, lasts), &|_| ()).await.unwrap()
}

async fn states(scene: &Scene) -> Vec<StateName> {
    let links = scene.store.links(LinkQuery::default()).await.unwrap().rows;
    links.iter().map(|row| row.link.state.name()).collect()
}

async fn removed(scene: &Scene) -> usize {
    scene.events().await.iter().filter(|event| event.what.name() == EventName::Removed).count()
}

/// Pages asked for, robots.txt left out.
fn pages_asked(scene: &Scene) -> Vec<(i64, String)> {
    scene.asked().into_iter().filter(|(_, url)| !url.ends_with("robots.txt")).collect()
}

#[tokio::test]
async fn page_that_becomes_due_meanwhile_is_looked_at_when_it_is_due_in_the_same_run() {
    let (scene, pages) = host_of(2).await;
    scene.run().await;
    scene.change(&pages[0], Answer::Page(GONE));
    scene.clock.advance_to(scene.clock.now() + HOUR * 24);
    let before = pages_asked(&scene).len();
    let began = scene.clock.now();
    let run = watch(&scene, HOUR).await;
    let asked: Vec<_> = pages_asked(&scene).split_off(before);
    assert_eq!((run.pages, asked.len()), (3, 3), "both, and the one that was missed once more");
    let again = asked[2].0 - asked.iter().find(|(_, url)| *url == pages[0]).unwrap().0;
    assert!((1_200..1_203).contains(&again), "after 20 minutes: {again} s");
    assert_eq!((run.left, run.ended), (0, Some(scene.clock.now())));
    assert!(scene.clock.now() < began + HOUR, "nothing more is due in this hour");
}

#[tokio::test]
async fn run_with_nothing_to_come_ends_like_any_other() {
    let (scene, _) = host_of(2).await;
    let (before, run) = (scene.clock.now(), watch(&scene, HOUR).await);
    assert_eq!((run.pages, run.left), (2, 0));
    assert!(scene.clock.now().duration_since(before) < seconds(10));
}

#[tokio::test]
async fn run_that_is_over_leaves_what_waits_to_the_next_one_and_nothing_is_asked_twice_or_too_soon() {
    let (scene, pages) = host_of(30).await;
    let mut looked_at = 0;
    let mut runs = Vec::new();
    while looked_at < pages.len() as u64 {
        let run = watch(&scene, seconds(20)).await;
        looked_at += run.pages;
        runs.push(run);
    }
    assert!(runs.len() > 3, "{}", runs.len());
    let asked = pages_asked(&scene);
    assert_eq!(asked.len(), pages.len(), "each once");
    assert!(asked.windows(2).all(|pair| pair[1].0 - pair[0].0 >= 3), "{asked:?}");
    let left: Vec<u64> = runs.iter().map(|run| run.left).collect();
    assert!(left.windows(2).all(|pair| pair[1] < pair[0]) && left.last() == Some(&0), "{left:?}");
    assert!(runs.iter().all(|run| run.ended.is_some()));
}

#[tokio::test]
async fn what_became_due_in_a_run_that_is_over_is_no_part_that_it_left() {
    let (scene, pages) = host_of(440).await;
    scene.run().await;
    for page in &pages {
        scene.change(page, Answer::Page(GONE));
    }
    scene.clock.advance_to(scene.clock.now() + HOUR * 24);
    // The pages missed first are due once more after 1,200 s, when the run has not come to all yet.
    let before = pages_asked(&scene).len();
    let run = watch(&scene, seconds(1_300)).await;
    let asked = pages_asked(&scene).len() - before;
    assert_eq!(run.left, (pages.len() - asked) as u64);
    let due = scene.monitor.forecast(&trackward_core::RunScope::Due).await.unwrap().pages;
    assert!(due > run.left, "{due} are due, {} of them from before", run.left);
}

#[tokio::test]
async fn removal_is_told_at_the_end_of_the_run() {
    let (scene, pages) = host_of(3).await;
    scene.run().await;
    scene.change(&pages[0], Answer::Page(GONE));
    let mut told = Vec::new();
    for _ in 0..40 {
        let wakes_at = scene.store.next_due().await.unwrap().unwrap();
        scene.clock.advance_to(wakes_at);
        let run = watch(&scene, HOUR).await;
        told.extend(run.events.keys().copied());
        if removed(&scene).await > 0 {
            break;
        }
    }
    assert_eq!((told, removed(&scene).await), (vec![EventName::Removed], 1));
}

#[tokio::test]
async fn front_page_of_a_host_that_is_in_doubt_is_read_though_the_run_is_over() {
    let (scene, pages) = host_of(12).await;
    scene.run().await;
    for page in &pages {
        scene.change(page, Answer::Page(GONE));
    }
    scene.change("https://a.example/", Answer::Page(LINKED));
    for _ in 0..100 {
        let wakes_at = scene.store.next_due().await.unwrap().unwrap();
        scene.clock.advance_to(wakes_at);
        // Too short for what is due: each run is over before it has come to all.
        watch(&scene, seconds(30)).await;
    }
    assert_eq!(states(&scene).await, [StateName::Lost; 12]);
    assert!(pages_asked(&scene).iter().any(|(_, url)| url == "https://a.example/"));
}

#[tokio::test]
async fn page_that_is_missed_over_and_over_in_one_run_does_not_put_its_host_in_doubt() {
    let (scene, pages) = host_of(4).await;
    scene.run().await;
    scene.change(&pages[0], Answer::Page(GONE));
    for _ in 0..12 {
        scene.clock.advance_to(scene.store.next_due().await.unwrap().unwrap());
        watch(&scene, HOUR * 12).await;
    }
    assert_eq!(removed(&scene).await, 1);
    assert!(!pages_asked(&scene).iter().any(|(_, url)| url == "https://a.example/"), "no control was needed");
}

#[tokio::test]
async fn run_that_is_told_to_stop_finishes_what_is_in_flight_and_commits_it() {
    let (scene, pages) = host_of(5).await;
    let request = request(&scene, HOUR);
    let stop = request.stop.clone();
    let run = scene.monitor.watch(request, &move |_| stop.cancel()).await.unwrap();
    assert_eq!((run.pages, run.left), (1, pages.len() as u64 - 1));
    assert!(states(&scene).await.contains(&StateName::Live));
}

#[tokio::test]
async fn run_that_is_cut_short_is_over_at_once_and_in_order() {
    let (scene, pages) = host_of(5).await;
    let request = request(&scene, HOUR);
    let cut = request.cut.clone();
    let run = scene.monitor.watch(request, &move |_| cut.cancel()).await.unwrap();
    assert_eq!((run.pages, run.left, run.ended.is_some()), (1, pages.len() as u64 - 1, true));
    assert_eq!(watch(&scene, HOUR).await.pages, 4);
}

/// A clock that cancels a token the n-th time that somebody looks at it.
#[derive(Debug)]
struct Cancelling(Arc<SimulatedClock>, AtomicU32, CancellationToken);

#[async_trait]
impl Clock for Cancelling {
    fn now(&self) -> Timestamp {
        if self.1.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.2.cancel();
        }
        self.0.now()
    }

    async fn sleep_until(&self, at: Timestamp) {
        self.0.sleep_until(at).await;
    }

    fn hold(&self) -> Hold {
        self.0.hold()
    }
}

#[tokio::test]
async fn run_ends_whenever_it_is_told_to_stop_or_cut_short() {
    for is_cut in [false, true] {
        for nth in 1.. {
            let (scene, pages) = host_of(3).await;
            scene.run().await;
            scene.change(&pages[0], Answer::Page(GONE));
            scene.clock.advance_to(scene.clock.now() + HOUR * 24);
            let request = request(&scene, HOUR);
            let token = if is_cut { request.cut.clone() } else { request.stop.clone() };
            let clock = Arc::new(Cancelling(scene.clock.clone(), AtomicU32::new(nth), token.clone()));
            let settings = MonitorSettings { own_pages: false, ..MonitorSettings::default() };
            let monitor = Monitor::new(scene.store.clone(), scene.web.clone(), clock, settings);
            let running = monitor.watch(request, &|_| ());
            let ended = tokio::time::timeout(std::time::Duration::from_secs(30), running).await;
            let run =
                ended.unwrap_or_else(|_| panic!("it goes on after the {nth}th look, cut: {is_cut}")).unwrap();
            assert!(run.ended.is_some());
            if !token.is_cancelled() {
                assert!(nth > 50, "{nth} looks at the clock");
                break;
            }
        }
    }
}

/// A web that is asked for one page while another is added to the store.
#[derive(Debug)]
struct Adding {
    scene: Scene,
    asked: AtomicU32,
}

#[async_trait]
impl Fetch for Adding {
    async fn fetch(&self, request: &Request) -> Fetched {
        if self.asked.fetch_add(1, Ordering::Relaxed) == 3 {
            self.scene.watch("https://b.example/new").await;
        }
        self.scene.web.fetch(request).await
    }
}

#[tokio::test]
async fn page_that_is_due_meanwhile_is_not_kept_waiting_by_a_host_that_takes_long() {
    let (scene, _) = host_of(200).await;
    scene.change("https://b.example/new", Answer::Page(LINKED));
    let (store, clock, request) = (scene.store.clone(), scene.clock.clone(), request(&scene, HOUR));
    let adding = Arc::new(Adding { scene, asked: AtomicU32::new(0) });
    let settings = web::daily();
    Monitor::new(store, adding.clone(), clock, settings).watch(request, &|_| ()).await.unwrap();
    let asked = pages_asked(&adding.scene);
    let new = asked.iter().find(|(_, url)| url == "https://b.example/new").unwrap().0;
    assert!(new < 60, "it was asked for after {new} s, the other host takes 600 s");
    assert_eq!(asked.len(), 201);
}

/// A clock that counts how often somebody waits for it.
#[derive(Debug)]
struct Counting(Arc<SimulatedClock>, AtomicU32);

#[async_trait]
impl Clock for Counting {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    async fn sleep_until(&self, at: Timestamp) {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.sleep_until(at).await;
    }

    fn hold(&self) -> Hold {
        self.0.hold()
    }
}

#[tokio::test]
async fn run_that_waits_for_its_end_with_a_removal_to_decide_wakes_up_now_and_then_and_spins_never() {
    let (scene, pages) = host_of(3).await;
    scene.run().await;
    scene.change(&pages[0], Answer::Page(GONE));
    while states(&scene).await.contains(&StateName::Live) && removed(&scene).await == 0 {
        scene.clock.advance_to(scene.store.next_due().await.unwrap().unwrap());
        let clock = Arc::new(Counting(scene.clock.clone(), AtomicU32::new(0)));
        let settings = web::daily();
        let monitor = Monitor::new(scene.store.clone(), scene.web.clone(), clock.clone(), settings);
        monitor.watch(request(&scene, HOUR), &|_| ()).await.unwrap();
        let waits = clock.1.load(Ordering::Relaxed);
        assert!(waits <= 150, "{waits} times in an hour");
    }
    assert_eq!(removed(&scene).await, 1);
}

#[tokio::test]
async fn a_month_of_watching_finds_what_a_month_of_hourly_runs_finds() {
    let mut found = Vec::new();
    for is_watch in [false, true] {
        let (scene, pages) = host_of(6).await;
        let end = scene.clock.now() + HOUR * 24 * 30;
        let turn = scene.clock.now() + HOUR * 24 * 5;
        let mut runs = 0;
        while scene.clock.now() < end {
            if scene.clock.now() > turn {
                scene.change(&pages[0], Answer::Page(GONE));
                scene.change(&pages[1], Answer::Status(503));
            }
            if is_watch {
                scene.clock.advance_to(scene.store.next_due().await.unwrap().unwrap());
                watch(&scene, HOUR).await;
            } else {
                scene.run_after(60).await;
            }
            runs += 1;
        }
        assert!(runs <= 24 * 30 + 1, "{runs} runs");
        let names: Vec<_> = scene.events().await.iter().map(|event| event.what.name()).collect();
        found.push((states(&scene).await, names));
    }
    assert_eq!(found[0], found[1]);
    assert_eq!(found[0].1.iter().filter(|name| **name == EventName::Removed).count(), 1);
}

#[tokio::test]
async fn watch_over_nothing_ends_at_once() {
    let clock = Arc::new(SimulatedClock::new("2026-11-16T06:00:00Z".parse().unwrap()));
    let store = Arc::new(MemoryStore::new());
    let scene = Scene::new(&[]);
    let monitor = Monitor::new(
        store.clone(),
        scene.web.clone(),
        clock.clone(),
        MonitorSettings { own_pages: true, ..web::daily() },
    );
    let run = monitor.watch(request(&scene, HOUR), &|_| ()).await.unwrap();
    assert_eq!((run.pages, clock.now()), (0, scene.clock.now()));
    let watch = NewWatch::new(
        PageUrl::parse("https://a.example/").unwrap(),
        Target::parse("https://ours.example/a").unwrap(),
    );
    store.add(vec![watch], clock.now()).await.unwrap();
    assert_eq!(monitor.watch(request(&scene, HOUR), &|_| ()).await.unwrap().pages, 1);
}
