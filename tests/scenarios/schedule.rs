//! When pages are looked at: soon after a link was sent, seldom once it stands.

use trackward_core::EventName;
use trackward_farm::{Act, Blog, Entry, Post, Theme, World};
use trackward_tests::{Stage, hours, start};

const OURS: &str = "https://ours.example/roses";

#[tokio::test(flavor = "multi_thread")]
async fn approval_is_seen_within_hours_and_the_link_is_left_alone_afterwards() {
    let post = Post::new("/roses/", "Roses").entry(Entry::trackback("ours", OURS));
    let blog = Blog::new("garden", Theme::Classic).post(post);
    let world = World::new(start()).blog(blog).after(hours(5), "garden", Act::Approve("ours"));
    let stage = Stage::new(world).await;
    let mut watch = stage.link("garden", "/roses/", OURS);
    watch.sent = Some(start());
    stage.watch(vec![watch]).await;

    stage.run_every(1, 24).await;
    let events = stage.events().await;
    let approved = events.iter().find(|event| event.what.name() == EventName::Approved).expect("it was seen");
    assert!(approved.at <= start() + hours(8), "approved after 5 hours, seen at {}", approved.at);
    let looks = |log: &[trackward_farm::Asked]| log.iter().filter(|asked| asked.path == "/roses/").count();
    let of_first_day = looks(&stage.farm.log());
    assert!((4..=14).contains(&of_first_day), "{of_first_day} looks on the first day");

    stage.run_every(1, 24 * 40).await;
    let before = looks(&stage.farm.log());
    stage.run_every(1, 24 * 54).await;
    let later = looks(&stage.farm.log()) - before;
    assert!((3..=20).contains(&later), "{later} looks in two weeks, a month later");
    assert_eq!(stage.told().await, [EventName::Approved]);
}
