//! A host that links to us writes again: its feed tells.

use trackward_core::EventName;

use crate::sent::create;
use crate::story::Story;
use crate::wordpress::Turn;

#[tokio::test(flavor = "multi_thread")]
async fn new_post_is_found_through_the_feed_of_its_host_within_one_run() {
    let Some(wordpress) = Turn::take() else { return };
    let ours = "http://127.0.0.2/guide";
    let linking = format!("<p>As told in <a href=\"{ours}\">this guide</a>.</p>");
    let (_, known) = create(&wordpress, "grinding", &linking);
    let story = Story::new("feeds");
    story.sent(&known, ours).await;
    story.days(1).await;

    let (_, new) = create(&wordpress, "tamping", &linking);
    let (_, plain) = create(&wordpress, "nothing-of-ours", "<p>About cups.</p>");
    let found = story.search_feeds(&known).await;
    assert_eq!((found.found, found.links), (1, 1), "{found:?}");
    assert_eq!(found.run.events.keys().copied().collect::<Vec<_>>(), [EventName::Appeared]);
    let link = story.link(&new, ours).await;
    let provenance = link.found().expect("discovery found it").to_string();
    assert!(provenance.starts_with("feed http://"), "{provenance}");
    assert!(found.looked >= 2, "{plain} was looked at too, and holds nothing");
}
