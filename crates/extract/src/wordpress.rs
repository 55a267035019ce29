//! What a WordPress page says of the site behind it: its REST interface, the post, the comments' feed.

use trackward_core::{PageUrl, WordPressFacts};

use crate::link_header::{self, has_rel};
use crate::links::Links;
use crate::marks::Marks;
use crate::markup::Tag;
use crate::page::Page;

/// The `rel` that names the root of the REST interface.
const API_REL: &str = "https://api.w.org/";
/// The path of posts in the REST interface.
const API_POSTS: &str = "/wp/v2/posts/";
/// Words for comments in the titles of feeds.
const COMMENT_WORDS: &[&str] = &["comment", "kommentar", "comentario", "comentário", "reactie", "コメント"];
/// Feeds that are looked at.
const FEEDS: usize = 8;

/// Gathers it while the page is read; addresses stay as written until the base is known.
#[derive(Debug, Default)]
pub(crate) struct WordPress {
    api_root: Option<String>,
    shortlink: Option<String>,
    feeds: Vec<String>,
    body_post: Option<u64>,
    article: Posts,
}

/// The post that the articles of a page are.
#[derive(Debug, Default, Clone, Copy)]
enum Posts {
    #[default]
    None,
    One(u64),
    /// A list of posts is the page of none of them.
    Several,
}

impl WordPress {
    /// Takes in a start tag outside of templates and of received entries.
    pub(crate) fn start(&mut self, tag: &Tag<'_, '_, '_>, marks: &Marks<'_>) {
        match tag.name {
            "link" => self.link(tag),
            "body" => self.body_post = marks.tokens().find_map(|token| numbered(token, "postid-")),
            "article" => {
                if let Some(id) = marks.id().and_then(|id| numbered(id, "post-")) {
                    self.article = self.article.and(id);
                }
            }
            _ => {}
        }
    }

    fn link(&mut self, tag: &Tag<'_, '_, '_>) {
        let rel = tag.attr("rel").unwrap_or_default();
        if has_rel(&rel, API_REL) {
            self.api_root = self.api_root.take().or_else(|| tag.attr("href"));
        } else if has_rel(&rel, "shortlink") {
            self.shortlink = self.shortlink.take().or_else(|| tag.attr("href"));
        } else if has_rel(&rel, "alternate") && self.feeds.len() < FEEDS && is_comment_feed(tag) {
            self.feeds.extend(tag.attr("href"));
        }
    }

    /// What it comes to, with what the headers say.
    pub(crate) fn facts(&self, page: &Page<'_>, links: &Links<'_>) -> WordPressFacts {
        let headers = || page.headers.all("link").flat_map(link_header::links);
        let header = |token| headers().find(move |(_, rel)| has_rel(rel, token)).map(|(address, _)| address);
        let resolve = |href: &Option<String>| links.resolve(href.as_deref()?);
        let join = |address: &str| page.url.join(address).ok();

        let shortlink = resolve(&self.shortlink).or_else(|| header("shortlink").and_then(join));
        let api_post = || headers().filter_map(|(address, _)| join(address)).find_map(|url| api_post(&url));
        WordPressFacts {
            api_root: resolve(&self.api_root).or_else(|| header(API_REL).and_then(join)),
            post_id: shortlink
                .and_then(|url| short_post(&url))
                .or_else(api_post)
                .or(self.body_post)
                .or_else(|| self.article.only()),
            comment_feed: self
                .feeds
                .iter()
                .filter_map(|href| links.resolve(href))
                .find(|feed| is_feed_of(feed, page.url)),
        }
    }
}

impl Posts {
    fn and(self, id: u64) -> Self {
        match self {
            Self::None => Self::One(id),
            Self::One(first) if first == id => self,
            _ => Self::Several,
        }
    }

    fn only(self) -> Option<u64> {
        if let Self::One(id) = self { Some(id) } else { None }
    }
}

/// Whether a link leads to a feed that calls itself one of comments.
fn is_comment_feed(tag: &Tag<'_, '_, '_>) -> bool {
    let is_feed = matches!(tag.attr("type").as_deref(), Some("application/rss+xml" | "application/atom+xml"));
    let title = tag.attr("title").unwrap_or_default().to_lowercase();
    is_feed && COMMENT_WORDS.iter().any(|word| title.contains(word))
}

/// Whether a feed belongs to this page and not to the whole site: it lies right under the page's address.
fn is_feed_of(feed: &PageUrl, page: &PageUrl) -> bool {
    let path = feed.as_url().path();
    path.trim_end_matches('/').ends_with("/feed") && feed.match_key() == page.match_key()
}

/// The post of a shortlink such as `/?p=7`.
fn short_post(url: &PageUrl) -> Option<u64> {
    url.as_url().query_pairs().find(|(name, _)| name == "p")?.1.parse().ok()
}

/// The post of an address of the REST interface, in its path or, without permalinks, in its query.
fn api_post(url: &PageUrl) -> Option<u64> {
    let after = |text: &str| text.split_once(API_POSTS)?.1.trim_end_matches('/').parse().ok();
    let url = url.as_url();
    let route =
        || url.query_pairs().find(|(name, _)| name == "rest_route").and_then(|(_, route)| after(&route));
    after(url.path()).or_else(route)
}

fn numbered(name: &str, prefix: &str) -> Option<u64> {
    name.strip_prefix(prefix)?.parse().ok()
}
