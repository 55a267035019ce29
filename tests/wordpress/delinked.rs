//! An entry may stay while the link in it goes: that weakens the link and removes nothing.

use rstest::rstest;

use crate::ours::Ours;
use crate::sent::Sent;
use crate::story::Story;
use crate::wordpress::Turn;

#[rstest]
#[case::twenty_twenty_one("twentytwentyone")]
#[case::twenty_twenty_two("twentytwentytwo")]
#[case::twenty_twenty_three("twentytwentythree")]
#[case::classic("wpkit-classic")]
#[case::pings_apart("wpkit-pings")]
#[tokio::test(flavor = "multi_thread")]
async fn live_link_whose_entry_lost_it_is_weakened_until_it_is_back(#[case] theme: &'static str) {
    let Some(wordpress) = Turn::take() else { return };
    wordpress.ctl(&["set-theme", theme]);
    let ours = Ours::start().await;
    let sent = Sent::trackback(&wordpress, ours.url("roses"), "grinding");
    wordpress.ctl(&["approve", &sent.ping]);

    let mut story = Story::new(theme);
    story.sent(&sent.page, &sent.target).await;
    story.days(1).await;
    story.tells("approved", &["roses: approved"]).await;
    for (shown_as, event) in [("text", "roses: weakened"), ("core", "roses: strengthened")] {
        wordpress.ctl(&["set-rel", shown_as]);
        story.days(4).await;
        story.tells(&format!("shown as {shown_as}"), &[event]).await;
    }
    story.end();
}
