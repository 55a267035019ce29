//! A list of recent comments repeats our link on every page of a blog: that is no link.

use rstest::rstest;
use trackward_core::StateName;

use crate::ours::Ours;
use crate::sent::{Sent, create};
use crate::story::Story;
use crate::wordpress::Turn;

/// The widget as a block in the text of a page; Twenty Twenty-One has it in the sidebar of every page as well.
const RECENT_COMMENTS: &str = "<p>About this blog.</p><!-- wp:latest-comments /-->";

#[rstest]
#[case::twenty_twenty_one("twentytwentyone")]
#[case::twenty_twenty_two("twentytwentytwo")]
#[case::twenty_twenty_three("twentytwentythree")]
#[case::classic("wpkit-classic")]
#[case::pings_apart("wpkit-pings")]
#[tokio::test(flavor = "multi_thread")]
async fn page_with_recent_comments_alone_stays_pending(#[case] theme: &'static str) {
    let Some(wordpress) = Turn::take() else { return };
    wordpress.ctl(&["set-theme", theme]);
    let ours = Ours::start().await;
    let sent = Sent::trackback(&wordpress, ours.url("roses"), "grinding");
    wordpress.ctl(&["approve", &sent.ping]);
    let (_, echo) = create(&wordpress, "about", RECENT_COMMENTS);

    let mut story = Story::new(theme);
    story.sent(&echo, &sent.target).await;
    story.days(3).await;
    story.tells("echoed", &[]).await;
    story.is_in("echoed", &echo, &sent.target, &[StateName::Pending]).await;
    story.end();
}
