//! The life of a trackback: sent, held, approved, trashed, restored.

use trackward_core::{EventKind, EventName, Kind, LossReason, NewWatch, StateName};
use trackward_farm::{Act, Blog, Entry, Post, Theme, World};
use trackward_tests::{Stage, hours, start};

const OURS: &str = "https://ours.example/roses";

fn garden(theme: Theme) -> World {
    let post = Post::new("/roses/", "Roses").entry(Entry::trackback("ours", OURS));
    World::new(start()).blog(Blog::new("garden", theme).post(post))
}

async fn sent(world: World) -> Stage {
    let stage = Stage::new(world).await;
    let watch = NewWatch {
        kind: Some(Kind::Trackback),
        sent: Some(start()),
        ..stage.link("garden", "/roses/", OURS)
    };
    stage.watch(vec![watch]).await;
    stage
}

#[tokio::test(flavor = "multi_thread")]
async fn held_trackback_stays_pending_and_is_approved_once_in_every_theme() {
    for theme in [Theme::Classic, Theme::Blocks, Theme::Generic] {
        let stage = sent(garden(theme).after(hours(50), "garden", Act::Approve("ours"))).await;
        stage.run_every(24, 48).await;
        assert_eq!(stage.only_link().await.state.name(), StateName::Pending, "{theme:?}");
        stage.run_every(24, 120).await;
        let events = stage.events().await;
        let [event] = events.as_slice() else { panic!("{theme:?}: {events:?}") };
        let EventKind::Approved { seen, after, .. } = &event.what else { panic!("{theme:?}: {event:?}") };
        assert_eq!(seen.placement.to_string(), "ping", "{theme:?}");
        assert!(after.is_some_and(|after| after < event.at), "{theme:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn trashed_trackback_is_removed_with_its_reason_and_restored() {
    let world = garden(Theme::Classic)
        .after(hours(1), "garden", Act::Approve("ours"))
        .after(hours(60), "garden", Act::Trash("ours"))
        .after(hours(24 * 8), "garden", Act::Approve("ours"));
    let stage = sent(world).await;
    stage.run_every(6, 24 * 10).await;
    assert_eq!(stage.told().await, [EventName::Approved, EventName::Removed, EventName::Restored]);
    let events = stage.events().await;
    let EventKind::Removed { reason, first_missed, misses, .. } = &events[1].what else { panic!() };
    assert_eq!(*reason, LossReason::EntryRemoved);
    assert!(*misses >= 2 && events[1].at.duration_since(*first_missed) >= hours(23));
}

#[tokio::test(flavor = "multi_thread")]
async fn trackback_trashed_for_an_hour_is_never_told() {
    let world = garden(Theme::Blocks)
        .after(hours(1), "garden", Act::Approve("ours"))
        .after(hours(48), "garden", Act::Trash("ours"))
        .after(hours(49), "garden", Act::Approve("ours"));
    let stage = sent(world).await;
    stage.run_every(1, 24 * 5).await;
    assert_eq!(stage.told().await, [EventName::Approved]);
}
