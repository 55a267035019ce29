//! What a farm serves over loopback, and what its log says.

#![expect(clippy::unwrap_used, reason = "helpers of tests, where a failure is to panic")]

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use trackward_core::{Clock, Hold, PageUrl};
use trackward_farm::{Act, Blog, Demo, Entry, Farm, Fault, Post, Theme, World};

const OURS: &str = "https://ours.example/roses";

/// A clock that stands where it was set.
#[derive(Debug)]
struct SetClock(Mutex<Timestamp>);

impl SetClock {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(start())))
    }

    fn set(&self, hours: i64) {
        *self.0.lock().unwrap() = after(hours);
    }
}

#[async_trait]
impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    async fn sleep_until(&self, _at: Timestamp) {}

    fn hold(&self) -> Hold {
        Hold::default()
    }
}

fn start() -> Timestamp {
    "2026-11-02T06:00:00Z".parse().unwrap()
}

fn after(hours: i64) -> Timestamp {
    start() + SignedDuration::from_hours(hours)
}

fn world() -> World {
    let roses = Post::new("/roses/", "Roses").entry(Entry::trackback("ours", OURS));
    let garden = Blog::new("garden", Theme::Classic).with_etag().post(roses);
    World::new(start()).blog(garden).blog(Blog::new("kitchen", Theme::Blocks))
}

async fn farm(world: World) -> (Farm, Arc<SetClock>) {
    let clock = SetClock::new();
    (Farm::start(world, Arc::clone(&clock) as Arc<dyn Clock>).await.unwrap(), clock)
}

async fn connect(page: &PageUrl) -> TcpStream {
    let address = page.as_url().socket_addrs(|| None).unwrap()[0];
    TcpStream::connect(address).await.unwrap()
}

fn request(page: &PageUrl, header: &str) -> Vec<u8> {
    let path = page.as_url().path();
    format!("GET {path} HTTP/1.1\r\nhost: farm\r\nconnection: close\r\n{header}\r\n").into_bytes()
}

/// The whole answer as text; empty when there is none.
async fn get(page: &PageUrl, header: &str) -> String {
    let mut stream = connect(page).await;
    stream.write_all(&request(page, header)).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn page_follows_the_clock() {
    let world = world().after(SignedDuration::from_hours(30), "garden", Act::Approve("ours"));
    let (farm, clock) = farm(world).await;
    let page = farm.url("garden", "/roses/");
    assert!(!get(&page, "").await.contains(OURS));
    clock.set(30);
    assert!(get(&page, "").await.contains(OURS));
}

#[tokio::test]
async fn page_with_the_clients_etag_answers_304_until_it_changes() {
    let world = world().after(SignedDuration::from_hours(30), "garden", Act::Approve("ours"));
    let (farm, clock) = farm(world).await;
    let page = farm.url("garden", "/roses/");
    let first = get(&page, "").await;
    let etag = first.lines().find_map(|line| line.strip_prefix("etag: ")).expect("an etag").to_owned();
    let conditional = format!("if-none-match: {etag}\r\n");
    let same = get(&page, &conditional).await;
    assert!(same.starts_with("HTTP/1.1 304 ") && same.ends_with("\r\n\r\n"), "{same}");
    clock.set(30);
    assert!(get(&page, &conditional).await.starts_with("HTTP/1.1 200 "));
    let statuses: Vec<_> = farm.log().into_iter().map(|asked| (asked.status, asked.if_none_match)).collect();
    assert_eq!(statuses, [(Some(200), None), (Some(304), Some(etag.clone())), (Some(200), Some(etag))]);
}

#[tokio::test]
async fn log_says_who_asked_what_when_and_alone() {
    let (farm, clock) = farm(world()).await;
    clock.set(5);
    let page = farm.url("garden", "/roses/");
    for _ in 0..2 {
        get(&page, "user-agent: trackward/0.1 (+https://ours.example/bot)\r\n").await;
    }
    let log = farm.log();
    assert_eq!(log.len(), 2);
    for asked in log {
        assert_eq!((asked.at, asked.ended), (after(5), after(5)));
        assert_eq!((asked.blog, asked.path.as_str(), asked.status), ("garden", "/roses/", Some(200)));
        assert_eq!((asked.host, asked.in_flight), (page.host_key(), 1));
        assert_eq!(asked.agent.as_deref(), Some("trackward/0.1 (+https://ours.example/bot)"));
    }
}

#[tokio::test]
async fn two_requests_at_once_to_one_host_are_counted_as_two() {
    let (farm, _) = farm(world()).await;
    let page = farm.url("garden", "/roses/");
    let (mut one, mut two) = (connect(&page).await, connect(&page).await);
    // Both are in the kernel's hands before this one thread lets the farm run.
    for stream in [&mut one, &mut two] {
        stream.write_all(&request(&page, "")).await.unwrap();
    }
    for stream in [&mut one, &mut two] {
        stream.read_to_end(&mut Vec::new()).await.unwrap();
    }
    assert_eq!(farm.log().iter().map(|asked| asked.in_flight).collect::<Vec<_>>(), [1, 2]);
}

#[tokio::test]
async fn reset_ends_the_connection_without_an_answer_and_is_logged() {
    let fault = Act::Break(Fault::Reset);
    let (farm, _) = farm(world().after(SignedDuration::ZERO, "garden", fault)).await;
    assert_eq!(get(&farm.url("garden", "/roses/"), "").await, "");
    assert_eq!(farm.log().iter().map(|asked| asked.status).collect::<Vec<_>>(), [None]);
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn each_blog_has_a_host_of_its_own() {
    let (farm, _) = farm(world()).await;
    assert_eq!(farm.url("garden", "/").host_key().as_str(), "127.0.0.2");
    assert_eq!(farm.url("kitchen", "/").host_key().as_str(), "127.0.0.3");
}

#[tokio::test]
async fn stopped_farm_ends_its_connections() {
    let (farm, _) = farm(world()).await;
    let mut idle = connect(&farm.url("garden", "/roses/")).await;
    farm.stop().await;
    assert!(matches!(idle.read(&mut [0]).await, Ok(0) | Err(_)));
}

#[tokio::test]
#[should_panic(expected = "no entry nobody on garden")]
async fn script_that_names_what_is_not_there_fails_at_the_start() {
    farm(world().after(SignedDuration::from_hours(900), "garden", Act::Approve("nobody"))).await;
}

#[tokio::test]
async fn watches_of_the_demo_lead_to_pages_that_are_there() {
    let demo = Demo::new(start());
    let (farm, _) = farm(demo.world.clone()).await;
    let watches = demo.watches(&farm);
    assert_eq!(watches.len(), 28);
    for watch in watches {
        let answer = get(&watch.page, "").await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{}", watch.page);
    }
}
