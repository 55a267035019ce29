//! Posts on the WordPress, and pings of ours that were sent to them and held.

use serde_json::Value;

use crate::ours::Ours;
use crate::wordpress::WordPress;

/// A ping of ours that waits for the moderator of a post.
#[derive(Debug)]
pub(crate) struct Sent {
    /// Number of the post.
    pub(crate) post: String,
    /// Address of the post.
    pub(crate) page: String,
    /// Number of the ping.
    pub(crate) ping: String,
    /// Our page.
    pub(crate) target: String,
}

impl Sent {
    /// A trackback to a new post.
    pub(crate) fn trackback(wordpress: &WordPress, target: String, slug: &str) -> Self {
        let (post, page) = create(wordpress, slug, "<p>About beans.</p>");
        let ping = trackback(wordpress, &post, &target);
        Self { post, page, ping, target }
    }

    /// A pingback to a new post: WordPress fetches our page and looks for its own address there.
    pub(crate) fn pingback(wordpress: &WordPress, ours: &Ours, path: &str, slug: &str) -> Self {
        let (post, page) = create(wordpress, slug, "<p>About cups.</p>");
        ours.link_to(&page);
        let target = ours.url(path);
        let sent = wordpress.ctl(&["send-pingback", &page, &format!("--source={target}")]);
        let ping = number(&sent["comment"]);
        Self { post, page, ping, target }
    }
}

/// A new post: its number and its address.
pub(crate) fn create(wordpress: &WordPress, slug: &str, content: &str) -> (String, String) {
    let (title, slug) = (format!("--title=On {slug}"), format!("--slug={slug}"));
    let post = wordpress.ctl(&["post-create", &title, &slug, &format!("--content={content}")]);
    (number(&post["post"]), post["url"].as_str().expect("an address").to_owned())
}

/// Sends a trackback to a post and answers its number; WordPress holds it.
pub(crate) fn trackback(wordpress: &WordPress, post: &str, from: &str) -> String {
    // Each text is new, or it would be refused; it names no address, or WordPress would link it.
    let words = from.rsplit('/').next().unwrap_or_default();
    let (url, text) = (format!("--url={from}"), format!("--excerpt=Our words on {words}"));
    let sent = wordpress.ctl(&["send-trackback", post, &url, "--blog-name=Some blog", &text]);
    assert_eq!(sent["status"], "unapproved", "a trackback waits for the moderator: {sent}");
    number(&sent["comment"])
}

fn number(value: &Value) -> String {
    value.as_u64().expect("a number").to_string()
}
