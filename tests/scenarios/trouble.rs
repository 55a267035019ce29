//! Trouble removes nothing: outages, refusals, lies that heal.

use trackward_core::{EventName, StateName, Verdict};
use trackward_farm::{Act, Blog, Entry, Fault, Post, Theme, World};
use trackward_tests::{Stage, hours, start};

const OURS: &str = "https://ours.example/roses";

/// A live trackback on a host that fails from hour 30 on, for so long.
async fn live_then(fault: Fault, for_hours: i64) -> Stage {
    let post = Post::new("/roses/", "Roses").entry(Entry::trackback("ours", OURS).approved());
    let world = World::new(start()).blog(Blog::new("garden", Theme::Classic).post(post)).outage(
        hours(30),
        hours(30 + for_hours),
        "garden",
        fault,
    );
    let stage = Stage::new(world).await;
    stage.watch(vec![stage.link("garden", "/roses/", OURS)]).await;
    stage
}

#[tokio::test(flavor = "multi_thread")]
async fn three_weeks_of_errors_remove_nothing_and_are_told_once() {
    for (fault, verdict) in [
        (Fault::Unavailable { retry_after: 600 }, Verdict::ServerError),
        (Fault::Reset, Verdict::Unreachable),
        (Fault::RateLimited { retry_after: 3_600 }, Verdict::Refused),
    ] {
        let stage = live_then(fault, 24 * 21).await;
        let runs = stage.run_every(6, 24 * 20).await;
        let row = stage.links().await.remove(0);
        assert_eq!(row.link.state.name(), StateName::Live, "{fault:?}");
        assert!(runs.iter().any(|run| run.verdicts.contains_key(&verdict)), "{fault:?}");
        assert_eq!(stage.told().await, [EventName::Verified, EventName::Unreadable], "{fault:?}");
        stage.run_every(6, 24 * 30).await;
        assert_eq!(
            stage.told().await,
            [EventName::Verified, EventName::Unreadable, EventName::ReadableAgain],
            "{fault:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn host_that_lies_with_404_for_two_days_removes_nothing() {
    let stage = live_then(Fault::NotFound, 48).await;
    stage.run_every(6, 24 * 7).await;
    assert_eq!(stage.told().await, [EventName::Verified]);
    assert_eq!(stage.only_link().await.state.name(), StateName::Live);
}

#[tokio::test(flavor = "multi_thread")]
async fn challenge_page_for_three_days_removes_nothing() {
    let stage = live_then(Fault::Challenge, 72).await;
    stage.run_every(6, 24 * 7).await;
    assert_eq!(stage.told().await, [EventName::Verified]);
}

#[tokio::test(flavor = "multi_thread")]
async fn page_that_is_really_gone_is_told_after_three_days() {
    let post = Post::new("/roses/", "Roses").entry(Entry::trackback("ours", OURS).approved());
    let world = World::new(start()).blog(Blog::new("garden", Theme::Classic).post(post)).after(
        hours(30),
        "garden",
        Act::Delete("/roses/"),
    );
    let stage = Stage::new(world).await;
    stage.watch(vec![stage.link("garden", "/roses/", OURS)]).await;
    stage.run_every(6, 24 * 7).await;
    assert_eq!(stage.told().await, [EventName::Verified, EventName::Removed]);
}
