//! What a run would do, told without doing it, against what the run then does.

mod web;

use trackward_core::{Clock, HostKey, RunScope};
use trackward_store::{LinkQuery, Store};
use web::{Answer, LINKED, Scene};

/// Two hosts with three and one pages that link to us.
async fn scene() -> Scene {
    let pages = ["https://a.example/1", "https://a.example/2", "https://a.example/3", "https://b.example/1"];
    let scene = Scene::new(&pages.map(|page| (page, Answer::Page(LINKED))));
    for page in pages {
        scene.watch(page).await;
    }
    scene
}

async fn everything(scene: &Scene) -> String {
    let links = scene.store.links(LinkQuery::default()).await.expect("the store works");
    let runs = scene.store.runs(jiff::Timestamp::MIN, jiff::Timestamp::MAX).await.expect("the store works");
    format!("{links:?} {runs:?}")
}

#[tokio::test]
async fn forecast_asks_nobody_and_changes_nothing_and_the_run_then_does_as_it_says() {
    let scene = scene().await;
    let before = everything(&scene).await;
    let forecast = scene.monitor.forecast(&RunScope::Due).await.expect("the store works");
    assert_eq!((scene.requests(), everything(&scene).await), (0, before));
    let hosts: Vec<_> = forecast.hosts.iter().map(|host| (host.host.as_str(), host.pages)).collect();
    assert_eq!(hosts, [("a.example", 3), ("b.example", 1)], "the one that takes longest is first");
    assert_eq!(forecast.reasons, [("added".to_owned(), 4)].into());
    let began = scene.clock.now();
    let run = scene.run().await;
    assert_eq!((run.pages, run.requests), (forecast.pages, forecast.requests));
    assert_eq!(scene.clock.now().duration_since(began), forecast.shortest);
}

#[tokio::test]
async fn nothing_due_is_nothing_to_do_unless_all_or_a_host_is_asked_for() {
    let scene = scene().await;
    scene.run().await;
    let pages = async |scope| scene.monitor.forecast(&scope).await.expect("the store works").pages;
    assert_eq!(pages(RunScope::Due).await, 0);
    assert_eq!(pages(RunScope::All).await, 4);
    let host = HostKey::parse("a.example").expect("it is a host");
    assert_eq!(pages(RunScope::Hosts(vec![host])).await, 3);
}
