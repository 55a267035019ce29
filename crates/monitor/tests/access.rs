//! Owners who asked not to be visited, and owners who let us pass their robots.txt.

mod web;

use std::collections::BTreeMap;

use trackward_core::{Clock, HostKey, OptOut, Rule, RunScope, StateName};
use trackward_monitor::{MonitorSettings, RunRequest};
use trackward_store::{LinkQuery, Store};
use web::{Answer, LINKED, Scene, daily};

const POST: &str = "https://a.example/post";

async fn opt_out(scene: &Scene, host: &str, whole_domain: bool, withdrawn: bool) {
    let (by, note) = ("mia".to_owned(), "by mail".to_owned());
    let host = HostKey::parse(host).expect("a host");
    let wish = OptOut { host, whole_domain, withdrawn, by, note, at: scene.clock.now() };
    scene.store.opt_out(wish).await.expect("the store works");
}

async fn states(scene: &Scene) -> Vec<StateName> {
    let links = scene.store.links(LinkQuery::default()).await.expect("the store works").rows;
    links.iter().map(|row| row.link.state.name()).collect()
}

#[tokio::test]
async fn host_that_opted_out_is_never_asked_and_its_live_link_stays_live_for_months() {
    let scene = Scene::new(&[(POST, Answer::Page(LINKED))]);
    scene.watch(POST).await;
    scene.run().await;
    let before = scene.requests();
    opt_out(&scene, "a.example", false, false).await;
    scene.change(POST, Answer::Status(404));
    for _ in 0..100 {
        scene.run_after(24 * 60).await;
    }
    for scope in [RunScope::All, RunScope::Hosts(vec![HostKey::parse("a.example").expect("a host")])] {
        let asked = RunRequest { scope, ..RunRequest::due() };
        scene.monitor.run(asked, &|_| ()).await.expect("the store works");
    }
    assert_eq!((scene.requests(), scene.rules().await), (before, vec![Rule::OptedOut]));
    assert_eq!(states(&scene).await, [StateName::Live]);
    let names: Vec<_> = scene.events().await.iter().map(|event| event.what.name().to_string()).collect();
    assert_eq!(names, ["verified", "unreadable"]);
}

#[tokio::test]
async fn host_is_asked_again_when_the_wish_is_taken_back() {
    let scene = Scene::new(&[(POST, Answer::Page(LINKED))]);
    scene.watch(POST).await;
    opt_out(&scene, "a.example", false, false).await;
    scene.run().await;
    assert_eq!(scene.requests(), 0);
    opt_out(&scene, "a.example", false, true).await;
    scene.run_after(48 * 60).await;
    assert_eq!(states(&scene).await, [StateName::Live]);
}

#[tokio::test]
async fn redirects_of_pages_and_of_robots_to_a_host_that_opted_out_are_not_followed() {
    let to = Answer::Redirect(301, "https://www.quiet.example/x");
    for (from, rule) in [(POST, Rule::OptedOut), ("https://a.example/robots.txt", Rule::RobotsUnreachable)] {
        let mut answers = vec![(POST, Answer::Page(LINKED))];
        answers.push((from, to.clone()));
        let scene = Scene::new(&answers);
        scene.watch(POST).await;
        opt_out(&scene, "quiet.example", true, false).await;
        scene.run().await;
        assert_eq!(scene.rules().await, [rule]);
        assert!(scene.asked().iter().all(|(_, url)| !url.contains("quiet")), "{:?}", scene.asked());
    }
}

#[tokio::test]
async fn page_of_ours_on_a_host_that_opted_out_is_not_asked_for() {
    let settings = MonitorSettings { own_pages: true, ..daily() };
    let scene = Scene::with(&[(POST, Answer::Page(LINKED))], settings);
    scene.watch(POST).await;
    opt_out(&scene, "ours.example", false, false).await;
    let run = scene.run().await;
    assert!(scene.asked().iter().all(|(_, url)| !url.contains("ours")), "{:?}", scene.asked());
    assert!(run.targets.is_empty(), "that proves nothing");
}

#[tokio::test]
async fn forecast_asks_nothing_of_a_host_that_opted_out() {
    let scene = Scene::new(&[]);
    scene.watch(POST).await;
    opt_out(&scene, "a.example", false, false).await;
    let forecast = scene.monitor.forecast(&RunScope::All).await.expect("the store works");
    assert_eq!((forecast.pages, forecast.requests, forecast.hosts[0].opted_out), (1, 0, true));
}

#[tokio::test]
async fn robots_are_overridden_for_the_named_host_only_and_its_crawl_delay_holds() {
    let shut = "User-agent: *\nDisallow: /\nCrawl-delay: 20\n";
    let scene = Scene::new(&[
        ("https://a.example/robots.txt", Answer::Page(shut)),
        (POST, Answer::Page(LINKED)),
        ("https://b.example/robots.txt", Answer::Page(shut)),
        ("https://b.example/post", Answer::Page(LINKED)),
    ]);
    let ignore_robots =
        BTreeMap::from([(HostKey::parse("a.example").expect("a host"), "a letter".to_owned())]);
    let monitor = scene.monitor_with(MonitorSettings { ignore_robots, ..daily() });
    scene.watch(POST).await;
    scene.watch("https://b.example/post").await;
    let run = monitor.run(RunRequest::due(), &|_| ()).await.expect("the store works");
    let a = HostKey::parse("a.example").expect("a host");
    assert_eq!(run.overrides, BTreeMap::from([(a, "a letter".to_owned())]), "b.example was refused to us");
    let soon = run.started + jiff::SignedDuration::from_secs(1);
    assert_eq!(scene.store.runs(run.started, soon).await.expect("the store works"), [run]);
    let asked: Vec<_> = scene.asked().into_iter().filter(|(_, url)| url.ends_with("/post")).collect();
    assert_eq!(asked, [(20, POST.to_owned())]);
    let mut rules = scene.rules().await;
    rules.sort();
    assert_eq!(rules, [Rule::Complete, Rule::RobotsDisallow]);
}

#[tokio::test]
async fn opt_out_outweighs_a_permission_to_override_robots() {
    let scene = Scene::new(&[(POST, Answer::Page(LINKED))]);
    let ignore_robots =
        BTreeMap::from([(HostKey::parse("a.example").expect("a host"), "a letter".to_owned())]);
    let monitor = scene.monitor_with(MonitorSettings { ignore_robots, ..daily() });
    scene.watch(POST).await;
    opt_out(&scene, "a.example", false, false).await;
    monitor.run(RunRequest::due(), &|_| ()).await.expect("the store works");
    assert_eq!(scene.requests(), 0);
}
