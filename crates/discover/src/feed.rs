//! Feeds: RSS, Atom and JSON Feed, of posts and of comments.
//!
//! They name the newest entries only (ten, as WordPress is set up): what is older than the last look shows in no feed.
//! An entry of a comment feed leads to the page that the comment stands on.

use jiff::Timestamp;
use trackward_core::PageUrl;

use crate::guard;

/// Bytes of a feed.
pub const BYTES: usize = 8 * 1024 * 1024;
/// Entries of a feed.
pub const ENTRIES: usize = 1_000;

/// A page that a feed names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedEntry {
    /// The page.
    pub page: PageUrl,
    /// When it was written or changed last, as the feed says.
    pub newest: Option<Timestamp>,
}

/// Reads the feed at an address: the pages of its own host that it names, each once, in its order.
///
/// # Errors
/// Why it is not read, in words.
pub fn read(body: &[u8], at: &PageUrl) -> Result<Vec<FeedEntry>, String> {
    if body.len() > BYTES {
        return Err("it is too large".to_owned());
    }
    guard::look_over(body)?;
    let parser = feed_rs::parser::Builder::new().base_uri(Some(at.as_str())).build();
    let feed = parser.parse(body).map_err(|error| error.to_string())?;
    let mut entries: Vec<FeedEntry> = Vec::new();
    for entry in feed.entries.into_iter().take(ENTRIES) {
        let newest = entry.updated.max(entry.published);
        let newest = newest.and_then(|at| Timestamp::from_second(at.timestamp()).ok());
        let is_page = |link: &&feed_rs::model::Link| {
            let kind = link.media_type.as_deref().unwrap_or("text/html");
            matches!(link.rel.as_deref(), None | Some("alternate")) && kind.contains("html")
        };
        let link = entry.links.iter().find(is_page);
        let page = link.and_then(|link| at.join(&link.href).ok());
        let Some(page) = page.filter(|page| page.host_key() == at.host_key()) else { continue };
        match entries.iter_mut().find(|known| known.page.is_same(&page)) {
            Some(known) => known.newest = known.newest.max(newest),
            None => entries.push(FeedEntry { page, newest }),
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at() -> PageUrl {
        PageUrl::parse("https://host.example/feed/").unwrap()
    }

    fn named(body: &str) -> Vec<String> {
        let entries = read(body.as_bytes(), &at()).unwrap();
        let shown = |entry: &FeedEntry| {
            let newest = entry.newest.map(|at| at.to_string()).unwrap_or_default();
            format!("{} {newest}", entry.page.as_url().path())
        };
        entries.iter().map(shown).collect()
    }

    #[test]
    fn posts_are_read_of_every_kind_of_feed() {
        let rss2 = r#"<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><item><title>p</title>
            <link>https://host.example/post/</link><pubDate>Tue, 24 Nov 2026 08:30:00 +0000</pubDate></item></channel></rss>"#;
        let rss1 = r#"<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
            xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://host.example/"><title>t</title>
            <link>https://host.example/</link><description>d</description></channel>
            <item rdf:about="https://host.example/post/"><title>p</title><link>https://host.example/post/</link></item></rdf:RDF>"#;
        let atom = r#"<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>x</id>
            <updated>2026-11-24T08:30:00Z</updated><entry><title>p</title><id>y</id><updated>2026-11-24T08:30:00Z</updated>
            <link rel="replies" href="https://host.example/post/feed/" type="application/atom+xml"/>
            <link rel="alternate" type="text/html" href="/post/"/></entry></feed>"#;
        let json = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [
            {"id": "1", "url": "https://host.example/post/", "content_text": "x", "date_published": "2026-11-24T08:30:00Z"}]}"#;
        for dated in [rss2, atom, json] {
            assert_eq!(named(dated), ["/post/ 2026-11-24T08:30:00Z"], "{dated}");
        }
        assert_eq!(named(rss1), ["/post/ "]);
    }

    #[test]
    fn comments_lead_to_their_page_once_with_the_newest_of_them() {
        let item = |n: u32, day: u32| {
            format!(
                "<item><title>c</title><link>https://host.example/post/#comment-{n}</link>\
                 <guid isPermaLink=\"false\">https://host.example/?p=1#comment-{n}</guid>\
                 <pubDate>{day} Nov 2026 08:00:00 +0000</pubDate></item>"
            )
        };
        let body = format!("<rss version=\"2.0\"><channel>{}{}</channel></rss>", item(7, 23), item(6, 22));
        assert_eq!(named(&body), ["/post/ 2026-11-23T08:00:00Z"]);
    }

    #[test]
    fn pages_of_other_hosts_are_left_out() {
        let body = "<rss version=\"2.0\"><channel><item><link>https://other.example/post/</link></item></channel></rss>";
        assert_eq!(named(body), [""; 0]);
    }

    #[test]
    fn what_is_no_feed_says_so() {
        for body in ["", "plain", "<html><body>not found</body></html>", "{}"] {
            assert!(read(body.as_bytes(), &at()).is_err(), "{body}");
        }
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><rss version=\"2.0\"><channel/></rss>";
        assert_eq!(read(bomb.as_bytes(), &at()), Err("it has a document type".to_owned()));
        let large = vec![b' '; BYTES + 1];
        assert_eq!(read(&large, &at()), Err("it is too large".to_owned()));
    }

    #[test]
    fn very_many_entries_are_read_to_the_limit() {
        let items: Vec<String> = (0..=ENTRIES).map(|n| format!("<item><link>/{n}</link></item>")).collect();
        let items = items.concat();
        let body = format!("<rss version=\"2.0\"><channel>{items}</channel></rss>");
        assert_eq!(read(body.as_bytes(), &at()).unwrap().len(), ENTRIES);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(body in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&body, &at());
            let _ = read(&[b"<rss version=\"2.0\"><channel><item><link>", body.as_slice()].concat(), &at());
        }
    }
}
