//! What a WordPress page says of the site behind it, in head, headers and class names.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use trackward_core::{Headers, PageUrl, TargetSet, WordPressFacts};
use trackward_extract::{Page, extract};

const POST: &str = "https://host.example/post/";

fn facts_of(url: &str, link: &str, body: &str) -> WordPressFacts {
    let url = PageUrl::parse(url).unwrap();
    let headers = Headers::from_iter([("content-type", "text/html; charset=utf-8"), ("link", link)]);
    let page = Page { url: &url, headers: &headers, body: body.as_bytes(), complete: true, known: &[] };
    extract(&page, &TargetSet::default()).facts.wordpress
}

fn facts(body: &str) -> WordPressFacts {
    facts_of(POST, "", body)
}

#[test]
fn root_of_the_rest_interface_is_read_from_link_or_header() {
    let root = |link, body| facts_of(POST, link, body).api_root.map(|url| url.to_string());
    let expected = || Some("https://host.example/wp-json/".to_owned());
    assert_eq!(root("", "<link rel='https://api.w.org/' href='/wp-json/' />"), expected());
    assert_eq!(root("</wp-json/>; rel=\"https://api.w.org/\"", ""), expected());
    assert_eq!(root("</wp-json/>; rel=\"alternate\"", "<link rel=alternate href=/wp-json/>"), None);
    assert_eq!(root("", "<a rel='https://api.w.org/' href='/wp-json/'>"), None);
}

#[test]
fn number_of_the_post_is_read_wherever_it_stands() {
    let api = "<https://host.example/wp-json/wp/v2/posts/7>; rel=\"alternate\"; title=\"JSON\"";
    let plain = "<https://host.example/?rest_route=/wp/v2/posts/7>; rel=\"alternate\"";
    let short = "<https://host.example/?p=7>; rel=shortlink";
    for (link, body, post) in [
        ("", "<link rel=shortlink href='https://host.example/?p=7'>", Some(7)),
        (short, "", Some(7)),
        (api, "", Some(7)),
        (plain, "", Some(7)),
        ("", "<body class='single postid-7'>", Some(7)),
        ("", "<article id=post-7>", Some(7)),
        ("", "<article id=post-7></article><article id=post-7>", Some(7)),
        // What is nearest to the post's own word wins.
        (api, "<link rel=shortlink href=/?p=8><body class=postid-9><article id=post-10>", Some(8)),
        (api, "<body class=postid-9><article id=post-10>", Some(7)),
        // A list of posts is none of them.
        ("", "<article id=post-7></article><article id=post-8>", None),
        ("", "<article id=post-7></article><article id=post-8></article><article id=post-7>", None),
        ("", "<link rel=shortlink href=https://wp.me/p2x>", None),
        ("", "<link rel=alternate href=/?p=7>", None),
        ("<https://host.example/wp-json/wp/v2/pages/7>; rel=\"alternate\"", "", None),
        ("", "<body class='postid- postid-x'><article id=post-x>", None),
        ("", "<li id=comment-1><article id=post-7></article></li>", None),
    ] {
        assert_eq!(facts_of(POST, link, body).post_id, post, "{link} {body}");
    }
}

#[test]
fn feed_of_comments_is_the_one_that_belongs_to_the_post() {
    let feed = |url: &str, title: &str, href: &str| {
        let link = format!("<link rel=alternate type=application/rss+xml title='{title}' href='{href}'>");
        facts_of(url, "", &link).comment_feed.map(|url| url.to_string())
    };
    let title = "Blog &raquo; Hello Comments Feed";
    let of_post = || Some("https://host.example/post/feed/".to_owned());
    assert_eq!(feed(POST, title, "/post/feed/"), of_post());
    assert_eq!(feed(POST, "Blog &raquo; Hallo Kommentar-Feed", "/post/feed/"), of_post());
    assert_eq!(feed("https://host.example/post/comment-page-2/", title, "/post/feed/"), of_post());
    // Those of the whole site, of an archive, of another post.
    assert_eq!(feed(POST, "Blog &raquo; Comments Feed", "/comments/feed/"), None);
    assert_eq!(feed("https://host.example/tag/x/", "Blog &raquo; x Tag Feed", "/tag/x/feed/"), None);
    assert_eq!(feed(POST, title, "/other/feed/"), None);
    assert_eq!(feed(POST, title, "/post/"), None);
}

#[test]
fn feed_must_be_a_feed() {
    let as_text = "<link rel=alternate type=text/html title='Comments Feed' href=/post/feed/>";
    assert_eq!(facts(as_text).comment_feed, None);
    let as_atom = "<link rel=alternate type=application/atom+xml title='Comments' href=/post/feed/>";
    assert!(facts(as_atom).comment_feed.is_some());
}

#[test]
fn other_page_says_nothing_of_wordpress() {
    assert_eq!(facts("<title>x</title><article>y</article>"), WordPressFacts::default());
}
