//! Visits through a scripted web: robots.txt, redirects over hosts, loops, and what a run costs.

mod web;

use trackward_core::{Act, Clock, Deed, EventName, HostKey, Rule, RunScope, StateName, Verdict};
use trackward_monitor::{MonitorSettings, RunRequest};
use trackward_store::{LinkQuery, Store};
use web::{Answer, LINKED, Scene, seconds};

async fn last_rule(scene: &Scene) -> Rule {
    let links = scene.store.links(LinkQuery::default()).await.expect("the store works").rows;
    links[0].memory.last.map(|(_, rule)| rule).expect("the page was checked")
}

#[tokio::test]
async fn redirect_over_three_hosts_asks_robots_of_each_and_keeps_each_rest() {
    let scene = Scene::new(&[
        ("https://a.example/post", Answer::Redirect(301, "https://b.example/post")),
        ("https://b.example/post", Answer::Redirect(302, "https://c.example/post")),
        ("https://c.example/post", Answer::Page(LINKED)),
    ]);
    scene.watch("https://a.example/post").await;
    let run = scene.run().await;
    let asked = scene.asked();
    let order: Vec<&str> = asked.iter().map(|(_, url)| url.as_str()).collect();
    assert_eq!(
        order,
        [
            "https://a.example/robots.txt",
            "https://a.example/post",
            "https://b.example/robots.txt",
            "https://b.example/post",
            "https://c.example/robots.txt",
            "https://c.example/post",
        ]
    );
    let times: Vec<i64> = asked.iter().map(|(at, _)| *at).collect();
    assert_eq!(times, [0, 3, 3, 6, 6, 9], "each host rests 3 s, and none for another");
    assert_eq!((run.pages, run.requests), (1, 6));
    assert_eq!(scene.events().await[0].what.name(), EventName::Verified);
}

#[tokio::test]
async fn next_host_that_disallows_ends_the_visit_before_it_is_asked() {
    let scene = Scene::new(&[
        ("https://a.example/post", Answer::Redirect(301, "https://b.example/private")),
        ("https://b.example/robots.txt", Answer::Page("User-agent: *\nDisallow: /private\n")),
        ("https://b.example/private", Answer::Page(LINKED)),
    ]);
    scene.watch("https://a.example/post").await;
    scene.run().await;
    assert_eq!(last_rule(&scene).await, Rule::RobotsDisallow);
    assert!(scene.asked().iter().all(|(_, url)| url != "https://b.example/private"));
}

#[tokio::test]
async fn redirects_in_a_circle_end_as_unusable() {
    let scene = Scene::new(&[
        ("https://a.example/1", Answer::Redirect(302, "/2")),
        ("https://a.example/2", Answer::Redirect(302, "/1")),
    ]);
    scene.watch("https://a.example/1").await;
    scene.run().await;
    assert_eq!(last_rule(&scene).await.verdict(), Verdict::Unusable);
    assert_eq!(scene.asked().len(), 3, "robots.txt and each page once");
}

#[tokio::test]
async fn ten_redirects_are_followed_and_the_eleventh_is_not() {
    for (hops, rule) in [(10, Rule::Complete), (11, Rule::Redirects)] {
        let mut answers: Vec<(String, Answer)> = (0..hops)
            .map(|n| {
                let next: &'static str = format!("/{}", n + 1).leak();
                (format!("https://a.example/{n}"), Answer::Redirect(301, next))
            })
            .collect();
        answers.push((format!("https://a.example/{hops}"), Answer::Page(LINKED)));
        let answers: Vec<(&str, Answer)> = answers.iter().map(|(url, a)| (url.as_str(), a.clone())).collect();
        let scene = Scene::new(&answers);
        scene.watch("https://a.example/0").await;
        scene.run().await;
        assert_eq!(last_rule(&scene).await, rule, "{hops} redirects");
    }
}

#[tokio::test]
async fn redirect_that_leads_nowhere_is_unusable() {
    for to in ["ftp://a.example/", "javascript:alert(1)", "http://"] {
        let scene = Scene::new(&[("https://a.example/1", Answer::Redirect(302, to))]);
        scene.watch("https://a.example/1").await;
        scene.run().await;
        assert_eq!(last_rule(&scene).await, Rule::Redirects, "{to}");
    }
}

#[tokio::test]
async fn robots_that_redirect_are_followed_five_times_and_hold_for_the_host_first_asked() {
    let page = ("https://a.example/post", Answer::Page(LINKED));
    let robots = ("https://a.example/robots.txt", Answer::Redirect(301, "https://b.example/rules"));
    let rules = ("https://b.example/rules", Answer::Page("User-agent: *\nDisallow: /post\n"));
    let scene = Scene::new(&[page.clone(), robots, rules]);
    scene.watch("https://a.example/post").await;
    scene.run().await;
    assert_eq!(last_rule(&scene).await, Rule::RobotsDisallow);

    let endless = ("https://a.example/robots.txt", Answer::Redirect(301, "/robots.txt"));
    let scene = Scene::new(&[page, endless]);
    scene.watch("https://a.example/post").await;
    scene.run().await;
    assert_eq!(last_rule(&scene).await, Rule::RobotsUnreachable);
    assert_eq!(scene.asked().len(), 6, "robots.txt and five redirects, never the page");
}

#[tokio::test]
async fn five_redirects_of_robots_are_followed_and_the_sixth_is_not() {
    for (hops, rule, requests) in [(5, Rule::RobotsDisallow, 6), (6, Rule::RobotsUnreachable, 6)] {
        let address = |n: usize| match n {
            0 => "https://a.example/robots.txt".to_owned(),
            n => format!("https://a.example/robots-{n}"),
        };
        let redirect = |n: usize| Answer::Redirect(302, address(n + 1).leak());
        let mut answers: Vec<(String, Answer)> = (0..hops).map(|n| (address(n), redirect(n))).collect();
        answers.push((address(hops), Answer::Page("User-agent: *\nDisallow: /post\n")));
        let answers: Vec<(&str, Answer)> = answers.iter().map(|(url, a)| (url.as_str(), a.clone())).collect();
        let scene = Scene::new(&answers);
        scene.watch("https://a.example/post").await;
        scene.run().await;
        assert_eq!((last_rule(&scene).await, scene.requests()), (rule, requests), "{hops} redirects");
    }
}

#[tokio::test]
async fn robots_that_cannot_be_had_disallow_and_ones_that_are_not_there_allow() {
    for (answer, verdict) in [
        (Answer::Status(404), Verdict::Readable),
        (Answer::Status(403), Verdict::Readable),
        (Answer::Status(500), Verdict::Disallowed),
        (Answer::Status(429), Verdict::Disallowed),
        (Answer::Broken, Verdict::Unreachable),
    ] {
        let scene = Scene::new(&[
            ("https://a.example/robots.txt", answer.clone()),
            ("https://a.example/post", Answer::Page(LINKED)),
        ]);
        scene.watch("https://a.example/post").await;
        scene.run().await;
        assert_eq!(last_rule(&scene).await.verdict(), verdict, "{answer:?}");
    }
}

#[tokio::test]
async fn meta_refresh_without_our_link_is_a_hop_and_with_it_is_not() {
    let refresh =
        "<html><head><meta http-equiv=refresh content=\"0; url=/new\"></head><body>moved</body></html>";
    let scene = Scene::new(&[
        ("https://a.example/old", Answer::Page(refresh)),
        ("https://a.example/new", Answer::Page(LINKED)),
    ]);
    scene.watch("https://a.example/old").await;
    scene.run().await;
    assert_eq!(scene.events().await[0].what.name(), EventName::Verified);
}

#[tokio::test]
async fn run_stops_at_its_deadline_and_says_what_is_left() {
    let pages: Vec<String> = (0..10).map(|n| format!("https://a.example/{n}")).collect();
    let answers: Vec<(&str, Answer)> = pages.iter().map(|url| (url.as_str(), Answer::Page(LINKED))).collect();
    let scene = Scene::new(&answers);
    for page in &pages {
        scene.watch(page).await;
    }
    let request = RunRequest { deadline: Some(scene.clock.now() + seconds(10)), ..RunRequest::due() };
    let run = scene.monitor.run(request, &|_| ()).await.unwrap();
    assert_eq!((run.pages, run.left), (3, 7), "robots.txt at 0 s, pages at 3, 6 and 9 s");
    assert_eq!(scene.run().await.pages, 7);
}

#[tokio::test]
async fn stopped_run_commits_what_it_has_and_gives_its_hosts_back() {
    let scene = Scene::new(&[("https://a.example/1", Answer::Page(LINKED))]);
    scene.watch("https://a.example/1").await;
    scene.watch("https://a.example/2").await;
    let request = RunRequest::due();
    let stop = request.stop.clone();
    let run = scene.monitor.run(request, &|_| stop.cancel()).await.unwrap();
    assert_eq!((run.pages, run.left), (1, 1));
    assert_eq!(scene.run().await.pages, 1);
}

#[tokio::test]
async fn global_rate_spaces_requests_over_all_hosts() {
    let pages: Vec<String> = (0..6).map(|n| format!("https://host{n}.example/")).collect();
    let answers: Vec<(&str, Answer)> = pages.iter().map(|url| (url.as_str(), Answer::Page(LINKED))).collect();
    let scene = Scene::with(&answers, MonitorSettings { rate: 2, ..web::daily() });
    for page in &pages {
        scene.watch(page).await;
    }
    scene.run().await;
    let asked = scene.asked();
    assert_eq!(asked.len(), 12);
    for second in 0..=asked.last().unwrap().0 {
        let within = asked.iter().filter(|(at, _)| (second..second + 1).contains(at)).count();
        assert!(within <= 4, "{within} requests in second {second}: a burst of 2 and 2 a second");
    }
    assert!(asked.last().unwrap().0 >= 5, "12 requests at 2 a second after a burst of 2");
}

#[tokio::test]
async fn one_heavy_host_and_many_light_ones_take_as_long_as_the_heavy_one() {
    let mut pages: Vec<String> = (0..40).map(|n| format!("https://heavy.example/{n}")).collect();
    pages.extend((0..60).map(|n| format!("https://light{n}.example/")));
    let answers: Vec<(&str, Answer)> = pages.iter().map(|url| (url.as_str(), Answer::Page(LINKED))).collect();
    let scene = Scene::with(&answers, MonitorSettings { slots: 4, rate: 1_000, ..web::daily() });
    for page in &pages {
        scene.watch(page).await;
    }
    scene.run().await;
    let makespan = scene.asked().last().unwrap().0;
    let longest_host = 40 * 3;
    assert!(makespan * 100 <= longest_host * 105, "{makespan} s against {longest_host} s");
}

#[tokio::test]
async fn archived_link_is_not_asked_for() {
    let scene = Scene::new(&[("https://a.example/1", Answer::Page(LINKED))]);
    scene.watch("https://a.example/1").await;
    scene.run().await;
    let link = scene.store.links(LinkQuery::default()).await.unwrap().rows[0].link.id;
    let act = Act { link, deed: Deed::Archive, at: scene.clock.now() };
    scene.store.amend(vec![act]).await.unwrap();
    let asked = scene.asked().len();
    scene.clock.advance_to(scene.clock.now() + seconds(86_400 * 30));
    assert_eq!((scene.run().await.pages, scene.asked().len()), (0, asked));
    let link = scene.store.links(LinkQuery::default()).await.unwrap().rows.remove(0).link;
    assert_eq!(link.state.name(), StateName::Archived);
}

#[tokio::test]
async fn robots_that_redirect_back_over_another_host_are_asked_once() {
    let scene = Scene::new(&[
        ("https://a.example/x", Answer::Redirect(302, "https://b.example/x")),
        ("https://b.example/robots.txt", Answer::Redirect(302, "https://a.example/robots.txt")),
        ("https://b.example/x", Answer::Page(LINKED)),
    ]);
    scene.watch("https://a.example/x").await;
    let run = scene.run().await;
    assert_eq!((run.pages, run.hosts, scene.asked().len()), (1, 2, 5), "{:?}", scene.asked());
}

#[tokio::test]
async fn robots_of_an_origin_are_asked_once_for_all_its_pages() {
    let pages: Vec<String> = (0..8).map(|n| format!("https://b.example/{n}")).collect();
    let mut answers: Vec<(&str, Answer)> =
        pages.iter().map(|url| (url.as_str(), Answer::Page(LINKED))).collect();
    answers.push(("https://b.example/robots.txt", Answer::Redirect(301, "https://a.example/robots.txt")));
    answers.push(("https://a.example/busy", Answer::Page(LINKED)));
    let scene = Scene::new(&answers);
    scene.watch("https://a.example/busy").await;
    for page in &pages {
        scene.watch(page).await;
    }
    let run = scene.run().await;
    let asked = scene.asked();
    let times = |url: &str| asked.iter().filter(|(_, asked)| asked == url).count();
    assert_eq!((run.pages, times("https://b.example/robots.txt")), (9, 1));
    assert!(times("https://a.example/robots.txt") <= 2, "for its own page, and for those of b");
}

#[tokio::test]
async fn run_over_one_host_visits_no_page_of_a_host_that_a_redirect_led_to() {
    let scene = Scene::new(&[
        ("https://a.example/1", Answer::Redirect(301, "https://b.example/1")),
        ("https://b.example/1", Answer::Page(LINKED)),
        ("https://b.example/2", Answer::Page(LINKED)),
    ]);
    scene.watch("https://a.example/1").await;
    scene.watch("https://b.example/2").await;
    let scope = RunScope::Hosts(vec![HostKey::parse("a.example").unwrap()]);
    let run = scene.monitor.run(RunRequest { scope, ..RunRequest::due() }, &|_| ()).await.unwrap();
    assert_eq!(run.pages, 1);
    assert!(scene.asked().iter().all(|(_, url)| url != "https://b.example/2"));
}

#[tokio::test]
async fn page_due_on_a_host_that_a_redirect_led_to_is_visited_all_the_same() {
    let scene = Scene::new(&[
        ("https://a.example/1", Answer::Redirect(301, "https://b.example/1")),
        ("https://b.example/1", Answer::Page(LINKED)),
        ("https://b.example/2", Answer::Page(LINKED)),
    ]);
    scene.watch("https://a.example/1").await;
    scene.watch("https://b.example/2").await;
    let monitor = scene.monitor_with(MonitorSettings { slots: 1, ..web::daily() });
    assert_eq!(monitor.run(RunRequest::due(), &|_| ()).await.unwrap().pages, 2);
}

#[tokio::test]
async fn host_that_does_not_answer_is_unreachable_and_asked_once() {
    let scene = Scene::new(&[("https://a.example/robots.txt", Answer::Broken)]);
    for n in 0..3 {
        scene.watch(&format!("https://a.example/{n}")).await;
    }
    let run = scene.run().await;
    assert_eq!((run.pages, scene.asked().len()), (3, 1));
    assert_eq!(last_rule(&scene).await, Rule::Reset);
}

#[tokio::test]
async fn further_pages_of_comments_are_read_before_a_link_is_missed() {
    const FIRST: &str = "<html><head><title>Post</title></head><body><article><p>A post.</p></article>\
        <ol class=commentlist><li id=comment-1 class=comment><cite class=fn><a href='https://x.example/'>x</a></cite>\
        <p>Hello</p></li></ol><nav class=comment-navigation><a href='/post/comment-page-1/'>Older</a></nav></body></html>";
    const OLDER: &str = "<html><head><title>Post</title></head><body><article><p>A post.</p></article>\
        <ol class=commentlist><li id=comment-7 class='trackback'><p>Trackback: \
        <a href='https://ours.example/a' rel='external nofollow ugc'>Ours</a></p></li></ol></body></html>";
    let scene = Scene::new(&[
        ("https://a.example/post/", Answer::Page(FIRST)),
        ("https://a.example/post/comment-page-1/", Answer::Page(OLDER)),
    ]);
    scene.watch("https://a.example/post/").await;
    scene.run().await;
    let asked: Vec<String> = scene.asked().into_iter().map(|(_, url)| url).collect();
    assert_eq!(asked.last().map(String::as_str), Some("https://a.example/post/comment-page-1/"));
    let link = scene.store.links(LinkQuery::default()).await.unwrap().rows.remove(0).link;
    assert_eq!(link.state.name(), StateName::Live);
    assert_eq!(link.seen.unwrap().on.as_str(), "https://a.example/post/comment-page-1/");
}

#[tokio::test]
async fn front_page_is_asked_when_a_live_page_is_gone_and_saves_it_when_it_is_gone_too() {
    for (front, rule) in [(Answer::Status(404), Rule::FrontPageToo), (Answer::Page(LINKED), Rule::GoneStatus)]
    {
        let page = "https://a.example/post";
        let scene = Scene::new(&[(page, Answer::Page(LINKED)), ("https://a.example/", front.clone())]);
        scene.watch(page).await;
        scene.run().await;
        scene.change(page, Answer::Status(404));
        scene.clock.advance_to(scene.clock.now() + seconds(86_400));
        scene.run().await;
        assert_eq!(last_rule(&scene).await, rule, "{front:?}");
    }
}
