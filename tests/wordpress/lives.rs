//! The whole life of a trackback, in every theme.

use rstest::rstest;
use trackward_core::{EventKind, StateName};

use crate::ours::Ours;
use crate::sent::{Sent, trackback};
use crate::story::{Story, sighting};
use crate::wordpress::{Turn, WordPress};

#[rstest]
#[case::twenty_twenty_one("twentytwentyone")]
#[case::twenty_twenty_two("twentytwentytwo")]
#[case::twenty_twenty_three("twentytwentythree")]
#[case::classic("wpkit-classic")]
#[case::pings_apart("wpkit-pings")]
#[tokio::test(flavor = "multi_thread")]
async fn trackback_lives_its_whole_life(#[case] theme: &'static str) {
    let Some(wordpress) = Turn::take() else { return };
    wordpress.ctl(&["set-theme", theme]);
    let ours = Ours::start().await;
    let mut life = Life::begin(theme, &wordpress, &ours).await;

    life.waits_for_the_moderator().await;
    life.is_approved().await;
    life.changes_its_rel().await;
    life.leads_through_a_counter_of_clicks().await;
    life.is_kept_from_the_index().await;
    life.moves_to_another_comment_page().await;
    life.survives_outages().await;
    life.is_trashed_and_restored().await;
    life.moves_with_its_post().await;
    life.is_deleted().await;
    life.is_trashed_alone().await;
    life.goes_with_its_post().await;
    life.story.end();
}

/// One trackback of ours on one post, with neighbours.
struct Life<'a> {
    wordpress: &'a WordPress,
    ours: &'a Ours,
    story: Story,
    sent: Sent,
}

impl<'a> Life<'a> {
    /// The post has comments and a trackback from elsewhere; ours is sent and held.
    async fn begin(theme: &'static str, wordpress: &'a WordPress, ours: &'a Ours) -> Life<'a> {
        let sent = Sent::trackback(wordpress, ours.url("roses"), "grinding");
        wordpress.ctl(&["comment-create", &sent.post, "2"]);
        let neighbour = trackback(wordpress, &sent.post, "http://127.0.0.3/tea");
        wordpress.ctl(&["approve", &neighbour]);
        let story = Story::new(theme);
        story.sent(&sent.page, &sent.target).await;
        Life { wordpress, ours, story, sent }
    }

    async fn waits_for_the_moderator(&mut self) {
        self.story.days(2).await;
        self.story.tells("held", &[]).await;
        self.story.is_in("held", &self.sent.page, &self.sent.target, &[StateName::Pending]).await;
    }

    async fn is_approved(&mut self) {
        self.wordpress.ctl(&["approve", &self.sent.ping]);
        self.story.days(1).await;
        let events = self.story.tells("approved", &["roses: approved"]).await;
        let Some(event) = events.first() else { return };
        let Some(seen) = sighting(event) else { return };
        let entry = seen.entry.clone().unwrap_or_default();
        let found = (seen.placement.to_string(), entry, seen.attributes.rel.to_string());
        let expected =
            ("ping".to_owned(), format!("comment-{}", self.sent.ping), "external nofollow ugc".to_owned());
        if found != expected {
            self.story.fault("approved", &format!("seen as {found:?}, expected {expected:?}")).await;
        }
        let waited = matches!(&event.what, EventKind::Approved { sent, after: Some(after), .. }
            if sent < after && *after < event.at);
        if !waited {
            self.story.fault("approved", &format!("no wait interval: {:?}", event.what)).await;
        }
    }

    async fn changes_its_rel(&mut self) {
        for (rel, event) in [("dofollow", "roses: strengthened"), ("core", "roses: weakened")] {
            self.wordpress.ctl(&["set-rel", rel]);
            self.story.days(3).await;
            self.story.tells(&format!("rel {rel}"), &[event]).await;
        }
    }

    async fn leads_through_a_counter_of_clicks(&mut self) {
        for rel in ["redirect", "core"] {
            self.wordpress.ctl(&["set-rel", rel]);
            self.story.days(4).await;
            self.story.tells(&format!("link as {rel}"), &["roses: changed"]).await;
        }
    }

    async fn is_kept_from_the_index(&mut self) {
        for (noindex, event) in [("on", "roses: weakened"), ("off", "roses: strengthened")] {
            self.wordpress.ctl(&["set-noindex", noindex]);
            self.story.days(3).await;
            self.story.tells(&format!("noindex {noindex}"), &[event]).await;
        }
    }

    async fn moves_to_another_comment_page(&mut self) {
        for first_shown in ["newest", "oldest"] {
            self.wordpress.ctl(&["set-pagination", "1", first_shown]);
            self.stays_unlost(&format!("one comment a page, {first_shown} first"), 5).await;
        }
        self.wordpress.ctl(&["set-pagination", "off"]);
        self.is_live_again("pagination off").await;
    }

    async fn survives_outages(&mut self) {
        self.wordpress.ctl(&["maintenance", "on"]);
        self.is_unread_but_unlost("maintenance").await;
        self.wordpress.ctl(&["maintenance", "off"]);
        self.is_live_again("maintenance over").await;

        self.wordpress.stop_database();
        self.is_unread_but_unlost("database down").await;
        self.wordpress.raise();
        self.is_live_again("database up").await;

        self.wordpress.ctl(&["post-status", &self.sent.post, "password"]);
        self.is_unread_but_unlost("password").await;
        self.wordpress.ctl(&["post-status", &self.sent.post, "publish"]);
        self.is_live_again("password off").await;
    }

    async fn is_trashed_and_restored(&mut self) {
        self.wordpress.ctl(&["trash", &self.sent.ping]);
        self.story.days(4).await;
        self.story.tells("trashed", &["roses: removed taken_down"]).await;
        self.wordpress.ctl(&["restore", &self.sent.ping]);
        self.wordpress.ctl(&["approve", &self.sent.ping]);
        self.story.days(2).await;
        self.story.tells("restored", &["roses: restored"]).await;
    }

    async fn moves_with_its_post(&mut self) {
        self.wordpress.ctl(&["post-slug", &self.sent.post, "grinding-again"]);
        self.story.days(3).await;
        self.story.tells("slug changed", &["roses: moved"]).await;
        self.story.is_in("slug changed", &self.sent.page, &self.sent.target, &[StateName::Live]).await;
    }

    /// Another trackback on the post that has moved.
    async fn is_deleted(&mut self) {
        let target = self.ours.url("lilies");
        let ping = trackback(self.wordpress, &self.sent.post, &target);
        let lilies = Sent { post: self.sent.post.clone(), page: self.sent.page.clone(), ping, target };
        self.watches(&lilies, "lilies: approved").await;
        self.wordpress.ctl(&["delete", &lilies.ping]);
        self.story.days(4).await;
        self.story.tells("deleted", &["lilies: removed deleted"]).await;
    }

    /// The only entry of its post: with it, the whole list goes.
    async fn is_trashed_alone(&mut self) {
        let daisies = Sent::trackback(self.wordpress, self.ours.url("daisies"), "brewing");
        self.watches(&daisies, "daisies: approved").await;
        self.wordpress.ctl(&["trash", &daisies.ping]);
        self.story.days(4).await;
        self.story.tells("trashed alone", &["daisies: removed taken_down"]).await;
    }

    /// A pingback, for a change: WordPress verifies it at our own site.
    async fn goes_with_its_post(&mut self) {
        let tulips = Sent::pingback(self.wordpress, self.ours, "tulips", "serving");
        self.watches(&tulips, "tulips: approved").await;
        self.wordpress.ctl(&["post-status", &tulips.post, "trash"]);
        self.story.days(5).await;
        self.story.tells("post trashed", &["tulips: removed page_gone"]).await;
    }

    async fn watches(&mut self, sent: &Sent, expected: &str) {
        self.story.sent(&sent.page, &sent.target).await;
        self.wordpress.ctl(&["approve", &sent.ping]);
        self.story.days(1).await;
        self.story.tells("another approved", &[expected]).await;
    }

    /// Lets days go by in which nothing may be told and nothing may be lost.
    async fn stays_unlost(&mut self, step: &str, days: i64) {
        self.story.days(days).await;
        self.story.tells(step, &[]).await;
        self.story.is_in(step, &self.sent.page, &self.sent.target, &[StateName::Live]).await;
    }

    async fn is_unread_but_unlost(&mut self, step: &str) {
        self.stays_unlost(step, 5).await;
        self.story.is_unread(step, &self.sent.page).await;
    }

    /// After an outage the next look may be a back-off of up to six days away.
    async fn is_live_again(&mut self, step: &str) {
        self.story.days(7).await;
        self.story.tells(step, &[]).await;
        self.story.is_in(step, &self.sent.page, &self.sent.target, &[StateName::Live]).await;
    }
}
