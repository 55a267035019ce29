//! Hosts in trouble, hosts that lie, and ourselves in trouble: what a run asks, and what it believes.

mod web;

use trackward_core::{Clock, EventName, Rule, StateName, TargetFault};
use trackward_monitor::MonitorSettings;
use trackward_store::{LinkQuery, Store};
use web::{Answer, LINKED, Scene};

const DAY: i64 = 24 * 60;
const GONE: &str = "<html><head><title>Post</title></head><body><article><p>Read nothing of ours.</p></article>\
    <p>And some more text, so that it is no smaller than before.</p></body></html>";

/// A host with so many pages that link to us, each looked at once.
async fn host_of(pages: usize) -> (Scene, Vec<String>) {
    let pages: Vec<String> = (0..pages).map(|n| format!("https://a.example/{n}")).collect();
    let answers: Vec<(&str, Answer)> = pages.iter().map(|url| (url.as_str(), Answer::Page(LINKED))).collect();
    let scene = Scene::new(&answers);
    for page in &pages {
        scene.watch(page).await;
    }
    scene.run().await;
    (scene, pages)
}

/// All these pages answer differently from now on.
fn change_all(scene: &Scene, pages: &[String], answer: &Answer) {
    for page in pages {
        scene.change(page, answer.clone());
    }
}

async fn state(scene: &Scene) -> StateName {
    scene.store.links(LinkQuery::default()).await.expect("the store works").rows[0].link.state.name()
}

#[tokio::test]
async fn host_in_trouble_is_asked_three_times_then_by_one_probe_at_a_time_until_it_answers() {
    let (scene, pages) = host_of(20).await;
    let asked_pages =
        |scene: &Scene| scene.asked().iter().filter(|(_, url)| !url.ends_with("robots.txt")).count();
    let before = asked_pages(&scene);
    change_all(&scene, &pages, &Answer::Status(503));
    let run = scene.run_after(DAY).await;
    assert_eq!((run.pages, run.left, asked_pages(&scene) - before), (20, 0, 3));
    let rules = scene.rules().await;
    assert_eq!(rules.iter().filter(|rule| **rule == Rule::HostDown).count(), 17);

    let mut probes = Vec::new();
    for minutes in [14, 2, 28, 3, 61] {
        let asked = asked_pages(&scene);
        scene.run_after(minutes).await;
        probes.push(asked_pages(&scene) - asked);
    }
    assert_eq!(probes, [0, 1, 0, 1, 1], "after 15, 30 and 60 minutes");

    change_all(&scene, &pages, &Answer::Page(LINKED));
    assert!(scene.run_after(121).await.pages >= 17, "the probe frees the others in the same run");
    assert!(!scene.rules().await.contains(&Rule::HostDown));
}

#[tokio::test]
async fn one_broken_page_does_not_keep_its_host_from_being_probed_by_another() {
    let (scene, pages) = host_of(5).await;
    change_all(&scene, &pages, &Answer::Status(500));
    scene.run_after(DAY).await;
    change_all(&scene, &pages[1..], &Answer::Page(LINKED));
    for _ in 0..3 {
        scene.run_after(DAY).await;
    }
    let broken = scene.rules().await.iter().filter(|rule| rule.is_host_trouble()).count();
    assert_eq!(broken, 1, "{:?}", scene.rules().await);
}

#[tokio::test]
async fn pages_of_a_host_that_asked_for_a_long_pause_are_told_and_due_when_it_is_over() {
    let (scene, pages) = host_of(3).await;
    change_all(&scene, &pages, &Answer::Says(429, &[("retry-after", "7200")]));
    scene.run_after(DAY).await;
    let mut rules = scene.rules().await;
    rules.sort();
    assert_eq!(rules, [Rule::HostRests, Rule::HostRests, Rule::AskedTooOften]);
    let asked = scene.requests();
    assert_eq!((scene.run_after(100).await.pages, scene.requests() - asked), (0, 0));
    change_all(&scene, &pages, &Answer::Page(LINKED));
    assert!(scene.run_after(30).await.pages >= 2);
}

#[tokio::test]
async fn hosts_that_stay_down_do_not_make_later_runs_doubt_themselves() {
    let mut answers = Vec::new();
    for host in 0..6 {
        answers.extend((0..4).map(|n| format!("https://h{host}.example/{n}")));
    }
    let web: Vec<(&str, Answer)> = answers.iter().map(|url| (url.as_str(), Answer::Page(LINKED))).collect();
    let scene = Scene::new(&web);
    for page in &answers {
        scene.watch(page).await;
    }
    scene.run().await;
    change_all(&scene, &answers, &Answer::Broken);
    assert!(scene.run_after(DAY).await.held.is_some(), "all hosts at once: our own network may be down");
    for _ in 0..48 {
        assert_eq!(scene.run_after(60).await.held, None);
    }
}

#[tokio::test]
async fn removal_is_not_confirmed_by_a_run_that_distrusts_itself() {
    let pages: Vec<String> = (0..12).map(|n| format!("https://h{n}.example/post")).collect();
    let web: Vec<(&str, Answer)> = pages.iter().map(|url| (url.as_str(), Answer::Page(LINKED))).collect();
    let scene = Scene::new(&web);
    for page in &pages {
        scene.watch(page).await;
    }
    scene.run().await;
    // Two misses of one link, a day apart; then the network is gone, and then everything answers 404.
    scene.change(&pages[11], Answer::Page(GONE));
    scene.run_after(DAY).await;
    scene.run_after(21).await;
    change_all(&scene, &pages[..11], &Answer::Broken);
    assert!(scene.run_after(DAY).await.held.is_some());
    assert!(scene.events().await.iter().all(|event| event.what.name() != EventName::Removed));
}

#[tokio::test]
async fn panic_of_the_fetcher_stays_with_its_page() {
    let (scene, pages) = host_of(5).await;
    scene.change(&pages[2], Answer::Panics);
    let run = scene.run_after(DAY).await;
    assert_eq!(run.pages, 5);
    let rules = scene.rules().await;
    assert_eq!(rules.iter().filter(|rule| **rule == Rule::Protocol).count(), 1, "{rules:?}");
}

#[tokio::test]
async fn rules_of_an_old_robots_go_on_to_hold_while_it_cannot_be_had() {
    let robots = "https://a.example/robots.txt";
    let scene = Scene::new(&[
        (robots, Answer::Page("User-agent: *\nDisallow: /private\n")),
        ("https://a.example/private", Answer::Page(LINKED)),
        ("https://a.example/post", Answer::Page(LINKED)),
    ]);
    scene.watch("https://a.example/private").await;
    scene.watch("https://a.example/post").await;
    for failure in [Answer::Status(200), Answer::Status(503), Answer::Broken, Answer::Status(503)] {
        if !matches!(failure, Answer::Status(200)) {
            scene.change(robots, failure);
        }
        scene.run_after(6 * DAY).await;
        let mut rules = scene.rules().await;
        rules.sort();
        assert_eq!(rules, [Rule::Complete, Rule::RobotsDisallow]);
    }
    assert!(scene.asked().iter().all(|(_, url)| !url.ends_with("/private")));
    scene.run_after(24 * DAY).await;
    scene.run_after(6 * DAY).await;
    assert!(
        scene.asked().iter().any(|(_, url)| url.ends_with("/private")),
        "thirty days count as no robots.txt"
    );
}

#[tokio::test]
async fn hosts_of_one_network_share_a_limit_and_those_of_another_do_not_wait_for_them() {
    let pages: Vec<String> = (0..30).map(|n| format!("https://h{n}.example/post")).collect();
    let web: Vec<(&str, Answer)> = pages.iter().map(|url| (url.as_str(), Answer::Page(LINKED))).collect();
    let scene = Scene::with(&web, MonitorSettings { network_rate: 2, ..web::daily() });
    for (n, page) in pages.iter().enumerate() {
        scene.watch(page).await;
        let network = if n < 20 { "9.9.9" } else { "9.9.10" };
        scene.place(&format!("h{n}.example"), &format!("{network}.{n}"));
    }
    scene.run().await;
    let asked = scene.requests();
    scene.run_after(DAY).await;
    let log = &scene.asked()[asked..];
    let of = |from: usize, to: usize| -> Vec<i64> {
        let ours = |url: &str| (from..to).any(|n| url.starts_with(&format!("https://h{n}.example/")));
        log.iter().filter(|(_, url)| ours(url)).map(|(at, _)| *at).collect()
    };
    let (shared, other) = (of(0, 20), of(20, 30));
    for second in shared[0]..=*shared.last().unwrap() {
        let within = shared.iter().filter(|at| **at == second).count();
        assert!(within <= 3, "{within} requests in one second");
    }
    assert!(shared.last().unwrap() - shared[0] >= 19, "40 requests at 2 a second");
    assert!(other.last().unwrap() - other[0] <= 12, "20 requests at 2 a second");
}

#[tokio::test]
async fn page_that_was_read_counts_though_no_time_is_left_to_ask_further() {
    const PAGED: &str = "<html><head><title>Post</title></head><body><article><p>A post of <a \
        href='https://ours.example/a'>ours</a>.</p></article><ol class=commentlist><li id=comment-1 class=comment>\
        <p>Hello</p></li></ol><nav class=comment-navigation><a href='/post/comment-page-1/'>Older</a></nav></body></html>";
    let page = "https://a.example/post/";
    let scene = Scene::new(&[(page, Answer::Slow(44, PAGED))]);
    scene.watch(page).await;
    scene
        .store
        .add(
            vec![trackward_core::NewWatch::new(
                trackward_core::PageUrl::parse(page).unwrap(),
                trackward_core::Target::parse("https://ours.example/b").unwrap(),
            )],
            scene.clock.now(),
        )
        .await
        .unwrap();
    scene.change("https://a.example/post/comment-page-1/", Answer::Slow(20, GONE));
    scene.run().await;
    let states: Vec<StateName> = scene
        .store
        .links(LinkQuery::default())
        .await
        .unwrap()
        .rows
        .iter()
        .map(|w| w.link.state.name())
        .collect();
    assert!(states.contains(&StateName::Live), "{states:?}");
}

#[tokio::test]
async fn chain_of_slow_hops_ends_with_the_time_of_the_visit() {
    let scene = Scene::new(&[
        ("https://a.example/robots.txt", Answer::Slow(20, "")),
        ("https://a.example/post", Answer::Slow(25, "<meta http-equiv=refresh content='0; url=/next'>")),
        ("https://a.example/next", Answer::Page(LINKED)),
    ]);
    scene.watch("https://a.example/post").await;
    scene.run().await;
    assert_eq!((scene.rules().await, scene.requests()), (vec![Rule::Timeout], 2));
}

#[tokio::test]
async fn absence_behind_a_304_that_never_ends_is_seen_within_five_checks() {
    let page = "https://a.example/post";
    let scene = Scene::new(&[(page, Answer::Sticky(LINKED))]);
    scene.watch(page).await;
    scene.run().await;
    scene.change(page, Answer::Sticky(GONE));
    let mut checks = 0;
    while state(&scene).await == StateName::Live {
        checks += 1;
        assert!(checks <= 5);
        scene.run_after(DAY).await;
    }
    assert_eq!(state(&scene).await, StateName::Missing);
    scene.change(page, Answer::Status(304));
    scene.run_after(DAY).await;
    assert_eq!(scene.rules().await, [Rule::Unasked304]);
}

#[tokio::test]
async fn miss_on_an_old_copy_of_a_cache_is_believed_only_when_a_fresh_one_was_asked_for() {
    let page = "https://a.example/post";
    let scene = Scene::new(&[(page, Answer::Page(LINKED))]);
    scene.watch(page).await;
    scene.run().await;
    scene.change(page, Answer::With(&[("age", "999999")], GONE));
    scene.run_after(DAY).await;
    assert_eq!((scene.rules().await, state(&scene).await), (vec![Rule::OldCopy], StateName::Live));
    scene.run_after(DAY).await;
    assert_eq!(
        state(&scene).await,
        StateName::Missing,
        "a cache that never renews its copy hides nothing for ever"
    );
}

#[tokio::test]
async fn clock_that_was_wrong_for_one_run_loses_no_page_and_makes_no_event() {
    for wrong in [3_650, -3_650, 1, -1] {
        let (scene, pages) = host_of(3).await;
        scene.change(&pages[2], Answer::Page(GONE));
        scene.run_wrong_by(wrong).await;
        scene.run_wrong_by(wrong).await;
        let told: Vec<EventName> = scene.events().await.iter().map(|event| event.what.name()).collect();
        assert_eq!(told, [EventName::Verified; 3], "wrong by {wrong} days");
        let mut last = Vec::new();
        for _ in 0..10 {
            scene.run_after(DAY).await;
            last = scene.events().await;
        }
        assert_eq!(
            last.last().map(|event| event.what.name()),
            Some(EventName::Removed),
            "wrong by {wrong} days"
        );
        assert_eq!(last.len(), 4, "wrong by {wrong} days");
        let week = scene.clock.now() - jiff::SignedDuration::from_hours(24 * 7);
        let links = scene.store.links(LinkQuery::default()).await.expect("the store works").rows;
        assert!(
            links.iter().all(|watched| watched.link.checked.is_some_and(|at| at > week)),
            "wrong by {wrong} days"
        );
    }
}

#[tokio::test]
async fn much_of_a_host_is_called_lost_only_when_its_front_page_reads_well() {
    const OTHER: &str = "<html><head><title>Post</title></head><body><p>A host of ours that says nothing else.</p></body></html>";
    let (scene, pages) = host_of(4).await;
    change_all(&scene, &pages, &Answer::Page(GONE));
    scene.change("https://a.example/", Answer::Status(503));
    let removed =
        async || scene.events().await.iter().filter(|e| e.what.name() == EventName::Removed).count();
    for _ in 0..10 {
        scene.run_after(DAY).await;
    }
    assert_eq!((removed().await, state(&scene).await), (0, StateName::Missing));
    scene.change("https://a.example/", Answer::Page(OTHER));
    for _ in 0..2 {
        scene.run_after(DAY).await;
    }
    assert_eq!(removed().await, 4);
}

#[tokio::test]
async fn pages_of_ours_are_asked_for_once_a_run_and_their_faults_are_noted() {
    let ours = "https://ours.example/a";
    let home = "https://ours.example/";
    for (answer, fault) in [
        (Answer::Page(GONE), None),
        (Answer::Status(503), None),
        (Answer::Status(404), Some(TargetFault::Gone)),
        (Answer::Redirect(301, "/"), Some(TargetFault::LedHome)),
        (Answer::Redirect(302, "/b"), Some(TargetFault::Temporary)),
        (Answer::Redirect(301, "/b"), Some(TargetFault::Moved)),
        (Answer::Redirect(301, "/1"), Some(TargetFault::LongChain)),
    ] {
        let pages: Vec<String> = (0..3).map(|n| format!("https://a.example/{n}")).collect();
        let mut web: Vec<(&str, Answer)> =
            pages.iter().map(|url| (url.as_str(), Answer::Page(LINKED))).collect();
        web.extend([(ours, answer.clone()), (home, Answer::Page(GONE))]);
        web.extend([
            ("https://ours.example/b", Answer::Page(GONE)),
            ("https://ours.example/1", Answer::Redirect(301, "/2")),
            ("https://ours.example/2", Answer::Redirect(301, "/b")),
        ]);
        let scene = Scene::with(&web, MonitorSettings { own_pages: true, ..web::daily() });
        for page in &pages {
            scene.watch(page).await;
        }
        let run = scene.run().await;
        assert_eq!(run.targets.first().map(|health| health.fault), fault, "{answer:?}");
        assert_eq!(scene.asked().iter().filter(|(_, url)| url == ours).count(), 1, "{answer:?}");
        assert_eq!((run.pages, scene.events().await.len()), (3, 3), "no watched page");
    }
}
