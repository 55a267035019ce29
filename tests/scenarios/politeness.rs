//! What the hosts' own logs prove.

use jiff::SignedDuration;
use trackward_core::{Clock, EventName, NewWatch, RunScope, StateName};
use trackward_farm::{Blog, Entry, Fault, Post, Theme, World};
use trackward_monitor::RunRequest;
use trackward_tests::{Stage, hours, rudeness, start};

const REST: SignedDuration = SignedDuration::from_secs(3);

/// One host with so many pages, a trackback of ours on each.
fn host(name: &'static str, pages: usize) -> Blog {
    (0..pages).fold(Blog::new(name, Theme::Classic).with_etag(), |blog, n| {
        let path: &'static str = format!("/post-{n}/").leak();
        let target: &'static str = format!("https://ours.example/{n}").leak();
        blog.post(Post::new(path, "A post").entry(Entry::trackback(path, target).approved()))
    })
}

fn watches(stage: &Stage, blog: &str, pages: usize) -> Vec<NewWatch> {
    (0..pages)
        .map(|n| stage.link(blog, &format!("/post-{n}/"), &format!("https://ours.example/{n}")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn robots_first_one_at_a_time_rested_and_named() {
    let stage = Stage::new(World::new(start()).blog(host("a", 20)).blog(host("b", 3))).await;
    stage.watch(watches(&stage, "a", 20)).await;
    stage.watch(watches(&stage, "b", 3)).await;
    stage.run_every(24, 72).await;
    let log = stage.farm.log();
    assert_eq!(rudeness(&log, REST), Vec::<String>::new());
    let conditional = log.iter().filter(|asked| asked.if_none_match.is_some()).count();
    assert!(conditional > 0, "later runs ask conditionally");
    assert!(log.iter().any(|asked| asked.status == Some(304)));
    let robots = log.iter().filter(|asked| asked.path == "/robots.txt").count();
    assert!(robots <= 2 * 4, "robots.txt is kept for a day");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_back_to_back_keep_the_rest_between_them() {
    let stage = Stage::new(World::new(start()).blog(host("a", 2))).await;
    stage.watch(watches(&stage, "a", 1)).await;
    stage.run().await;
    stage.watch(watches(&stage, "a", 2)).await;
    stage.run().await;
    let log = stage.farm.log();
    assert_eq!(log.len(), 3, "robots.txt, and each page once");
    assert_eq!(rudeness(&log, REST), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn crawl_delay_of_the_host_is_kept() {
    let slow = host("slow", 4).robots("User-agent: *\nCrawl-delay: 20\n");
    let stage = Stage::new(World::new(start()).blog(slow)).await;
    stage.watch(watches(&stage, "slow", 4)).await;
    stage.run().await;
    assert_eq!(rudeness(&stage.farm.log(), SignedDuration::from_secs(20)), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn retry_after_holds_the_whole_host_and_no_run_waits_for_it() {
    let limited = Fault::RateLimited { retry_after: 7_200 };
    let world = World::new(start()).blog(host("busy", 3)).outage(hours(20), hours(25), "busy", limited);
    let stage = Stage::new(world).await;
    stage.watch(watches(&stage, "busy", 3)).await;
    stage.run().await;
    let before = stage.farm.log().len();

    stage.clock.advance_to(start() + hours(23) + SignedDuration::from_mins(30));
    let all = RunRequest { scope: RunScope::All, ..RunRequest::due() };
    let run = stage.monitor.run(all, &|_| ()).await.expect("the store works");
    assert_eq!((run.pages, run.left), (3, 0), "one page is refused, the others are told to rest");
    assert!(stage.clock.now() < start() + hours(24), "the run does not wait for two hours");

    stage.run_every(1, 48).await;
    let log = stage.farm.log();
    assert_eq!(rudeness(&log, REST), Vec::<String>::new());
    let pause = log[before + 1].at.duration_since(log[before].ended);
    assert!(pause >= hours(2), "asked again after {pause:#}");
    assert_eq!(stage.told().await, [EventName::Verified; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn page_that_robots_disallows_is_never_asked_for() {
    let closed = host("closed", 2).robots("User-agent: trackward\nDisallow: /\n");
    let stage = Stage::new(World::new(start()).blog(closed)).await;
    stage.watch(watches(&stage, "closed", 2)).await;
    stage.run_every(24, 24 * 20).await;
    assert!(stage.farm.log().iter().all(|asked| asked.path == "/robots.txt"));
    assert!(stage.links().await.iter().all(|row| row.link.state.name() == StateName::Imported));
}
