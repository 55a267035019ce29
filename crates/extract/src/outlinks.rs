//! Where a page leads to on its own host: what a crawl goes on with.

use std::collections::HashSet;

use trackward_core::{PageUrl, Rel};

use crate::charset;
use crate::markup::{self, Reader, Strictness, Tag};
use crate::page::Page;
use crate::text::decode_attribute;

/// Links that are kept of one page.
const OUTLINKS: usize = 1_000;

/// Links that are read of one page, most of which may lead elsewhere.
const HREFS: usize = 10_000;

/// Other pages of the page's own host that it links to, in document order, each spelling once, at most 1,000.
///
/// Links that it asks not to follow (`rel=nofollow`) are none; whether the page as a whole asks for that is among its
/// facts ([`trackward_core::PageFacts::robots`]).
pub fn outlinks(page: &Page<'_>) -> Vec<PageUrl> {
    if !page.is_html() {
        return Vec::new();
    }
    let decoded = charset::decode(page.body, page.headers.get("content-type"), page.is_from_japan());
    let mut links = Outlinks::default();
    markup::read(&decoded.text, Strictness::Lenient, &mut links);
    let base = links.base.as_deref().and_then(|href| page.url.join(href).ok());
    let base = base.as_ref().unwrap_or(page.url);
    let host = page.url.host_key();
    let mut seen = HashSet::from([page.url.match_key()]);
    let led_to = links.hrefs.iter().filter_map(|href| base.join(&decode_attribute(href)).ok());
    led_to.filter(|url| url.host_key() == host && seen.insert(url.match_key())).take(OUTLINKS).collect()
}

/// Links as they stand in the markup.
#[derive(Debug, Default)]
struct Outlinks {
    base: Option<String>,
    hrefs: Vec<String>,
}

impl Reader for Outlinks {
    fn start(&mut self, tag: &Tag<'_, '_, '_>, _depth: usize) {
        match tag.name {
            "base" if self.base.is_none() => self.base = tag.attr("href"),
            "a" | "area" if tag.is_html() && self.hrefs.len() < HREFS => {
                let is_nofollow = tag.attr("rel").is_some_and(|rel| Rel::parse(&rel).is_nofollow());
                self.hrefs.extend(tag.raw_attr("href").filter(|_| !is_nofollow));
            }
            _ => {}
        }
    }

    fn end(&mut self, _name: &str, _depth: usize) {}

    fn is_done(&self) -> bool {
        self.hrefs.len() >= HREFS
    }
}

#[cfg(test)]
mod tests {
    use trackward_core::Headers;

    use super::*;

    fn outlinks_of(body: &str) -> Vec<String> {
        let url = PageUrl::parse("https://host.example/blog/").unwrap();
        let headers = Headers::from_iter([("content-type", "text/html")]);
        let page = Page { url: &url, headers: &headers, body: body.as_bytes(), complete: true, known: &[] };
        outlinks(&page).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn other_pages_of_the_host_are_named_once_in_their_order() {
        let body = r#"<a href="post">1</a> <a href="/about?a=1&amp;b=2">2</a> <a href="post#comment-1">3</a>
            <a href="https://other.example/">4</a> <a href="/blog/">itself</a> <a href="mailto:x@host.example">5</a>"#;
        assert_eq!(
            outlinks_of(body),
            ["https://host.example/blog/post", "https://host.example/about?a=1&b=2"]
        );
    }

    #[test]
    fn base_holds_and_nofollow_is_obeyed() {
        let body = r#"<base href="/other/"><a href="x" rel="nofollow ugc">x</a><a href="y" rel="next">y</a>"#;
        assert_eq!(outlinks_of(body), ["https://host.example/other/y"]);
    }

    #[test]
    fn page_of_very_many_links_names_some() {
        let many: Vec<String> = (0..2 * HREFS).map(|n| format!("<a href=/{n}>")).collect();
        assert_eq!(outlinks_of(&many.concat()).len(), OUTLINKS);
    }
}
