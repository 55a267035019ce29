//! The search for pages that nobody told of, over a whole farm.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;
use trackward_core::{EventName, PageUrl};
use trackward_discover::{Means, search};
use trackward_farm::{Blog, BodyLink, Post, Theme, World};
use trackward_fetch::robots;
use trackward_monitor::{ExploreRequest, Explored, Explorer};
use trackward_tests::{Stage, rudeness, start};

const HOSTS: usize = 50;
/// With the front page and the page about the author 400 pages a host.
const POSTS: usize = 398;
/// Posts on a front page.
const LISTED: usize = 20;
/// Posts that each post links to.
const CHILDREN: usize = 4;
/// A host has so many references to us, all of them within reach but one.
const REFERENCES: usize = 5;
const REST: SignedDuration = SignedDuration::from_secs(3);

/// How many clicks a post is away from the front page.
fn clicks_to(post: usize) -> usize {
    match post {
        _ if post < LISTED => 1,
        _ if post == POSTS - 1 => 1 + clicks_to(post - 1),
        _ => 1 + clicks_to((post - LISTED) / CHILDREN),
    }
}

fn path(post: usize) -> &'static str {
    format!("/post-{post}/").leak()
}

/// The posts with references: spread over all depths, the last one one click deeper than all others.
fn refers(post: usize) -> bool {
    post % (POSTS / (REFERENCES - 1)) == 7 || post == POSTS - 1
}

fn host(n: usize) -> Blog {
    let post = |n: usize| {
        let children =
            (LISTED + n * CHILDREN..LISTED + (n + 1) * CHILDREN).filter(|child| *child < POSTS - 1);
        let children = children.chain((n == POSTS - 2).then_some(POSTS - 1));
        let more = children.map(|child| BodyLink::new(path(child), "more of this"));
        let ours = refers(n).then(|| BodyLink::new("https://ours.example/guide", "a guide"));
        more.chain(ours).fold(Post::new(path(n), "A post").alone(), Post::link)
    };
    (0..POSTS).map(post).fold(Blog::new(name(n), Theme::Editorial).listing(LISTED), Blog::post)
}

fn name(n: usize) -> &'static str {
    format!("host-{n}").leak()
}

async fn explore(stage: &Stage, hosts: usize, budget: u64, clicks: u8) -> Explored {
    let fronts: Vec<PageUrl> = (0..hosts).map(|n| stage.farm.url(name(n), "/")).collect();
    let (scout, orders) = Explorer::new();
    let request = ExploreRequest {
        budget,
        pages_a_host: 1_000,
        clicks,
        deny: robots::parse(b""),
        deadline: None,
        stop: CancellationToken::new(),
    };
    let means = Means { crawl: true, feeds: false, sitemaps: false };
    let told = |_: &trackward_monitor::Progress<'_>| ();
    let exploring = stage.monitor.explore(request, orders, &told);
    let (explored, ()) = tokio::join!(exploring, search(scout, fronts, means));
    explored.expect("the store works")
}

/// Pages that were asked for, with how often.
fn asked(stage: &Stage) -> BTreeMap<(String, String), usize> {
    let mut times = BTreeMap::new();
    for asked in stage.farm.log() {
        *times.entry((asked.host.to_string(), asked.path)).or_default() += 1;
    }
    times
}

#[tokio::test(flavor = "multi_thread")]
async fn all_references_within_reach_are_found_politely_and_none_is_invented() {
    let world = (0..HOSTS).fold(World::new(start()), |world, n| world.blog(host(n)));
    let stage = Stage::new(world).await;
    let clicks = 3;
    // robots.txt, the front page, the page about the author, and the posts.
    let within: Vec<usize> = (0..POSTS).filter(|post| clicks_to(*post) <= clicks.into()).collect();
    let needed = (HOSTS * (3 + within.len())) as u64;

    let first = explore(&stage, HOSTS, needed / 2, clicks).await;
    assert_eq!((first.run.requests, stage.farm.log().len() as u64), (needed / 2, needed / 2), "to the last");
    let second = explore(&stage, HOSTS, needed, clicks).await;
    assert_eq!(first.run.requests + second.run.requests, needed);
    let again: Vec<_> = asked(&stage).into_iter().filter(|(_, times)| *times > 1).collect();
    assert_eq!(again, [], "no page is asked for twice");

    assert_eq!(rudeness(&stage.farm.log(), REST), Vec::<String>::new());
    let found: BTreeSet<String> = stage.links().await.iter().map(|row| row.link.page.to_string()).collect();
    let there = |n| within.iter().filter(|post| refers(**post)).map(move |post| (n, *post));
    let expected: BTreeSet<String> =
        (0..HOSTS).flat_map(there).map(|(n, post)| stage.farm.url(name(n), path(post)).to_string()).collect();
    assert_eq!(found, expected);
    assert_eq!(expected.len(), HOSTS * (REFERENCES - 1), "the last one of each host is beyond reach");
    assert_eq!(stage.told().await, vec![EventName::Appeared; expected.len()]);
}
