//! Pages that list posts and move on by themselves.

use crate::page_url::PageUrl;

/// Path segments that begin a listing.
const LISTINGS: &[&str] =
    &["tag", "tags", "category", "categories", "author", "archive", "archives", "page", "topics"];

/// Whether the page is a front page, a tag, a category, an author, an archive by date, or a further page of one.
///
/// A link that goes from such a page says nothing about the post that holds it.
pub(crate) fn is_listing(page: &PageUrl) -> bool {
    let url = page.as_url();
    let segments: Vec<&str> = url.path().split('/').filter(|segment| !segment.is_empty()).collect();
    let number = |segment: &&str| !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_digit());
    let by_date = !segments.is_empty() && segments.len() <= 3 && segments.iter().all(number);
    let further = matches!(segments.as_slice(), [.., "page", n] if number(n));
    let paged = url.query_pairs().any(|(name, _)| matches!(&*name, "paged" | "cat" | "tag" | "m"));
    let front = segments.is_empty() && url.query().is_none();
    front || by_date || further || paged || segments.first().is_some_and(|first| LISTINGS.contains(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listings_are_told_from_posts() {
        let is = |path: &str| is_listing(&PageUrl::parse(&format!("https://h.example{path}")).unwrap());
        for listing in [
            "/",
            "/tag/roses/",
            "/category/a/b/",
            "/2026/11/",
            "/2026/",
            "/page/3/",
            "/blog/page/2",
            "/?paged=2",
        ] {
            assert!(is(listing), "{listing}");
        }
        for post in
            ["/roses/", "/2026/11/roses/", "/?p=7", "/tagged-roses", "/blog/roses", "/2026/11/17/roses"]
        {
            assert!(!is(post), "{post}");
        }
    }
}
