//! What a page says of its text and of its discussion: an article, a number of entries, a script.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use trackward_core::{Headers, PageFacts, PageUrl, TargetSet};
use trackward_extract::{Page, extract};

fn facts(body: &str) -> PageFacts {
    let url = PageUrl::parse("https://host.example/post/").unwrap();
    let headers = Headers::from_iter([("content-type", "text/html; charset=utf-8")]);
    let page = Page { url: &url, headers: &headers, body: body.as_bytes(), complete: true, known: &[] };
    extract(&page, &TargetSet::default()).facts
}

#[test]
fn article_is_a_container_that_holds_the_text_of_a_post() {
    let text = "x".repeat(200);
    for (page, has_article) in [
        (format!("<article>{text}</article>"), true),
        (format!("<div class='entry-content wide'>{text}</div>"), true),
        (format!("<div class=post-content><p>{text}</div>"), true),
        (format!("<div class=hentry><p>{}</p><p>{}</p></div>", &text[..100], &text[..100]), true),
        (format!("<div itemprop=articleBody>{text}</div>"), true),
        (format!("<article>{}</article>", &text[..199]), false),
        (format!("<article>{0}</article><article>{0}</article>", &text[..199]), false),
        (format!("<article></article><p>{text}</p>"), false),
        (format!("<article><script>{text}</script></article>"), false),
        (format!("<template><article>{text}</article></template>"), false),
        (format!("<body class=hentry>{text}</body>"), false),
        (format!("<p>{text}</p>"), false),
    ] {
        assert_eq!(facts(&page).has_article, has_article, "{page}");
    }
}

#[test]
fn text_of_entries_and_of_a_notice_in_place_of_a_post_is_no_article() {
    let text = "x".repeat(300);
    for page in [
        // Twenty Twenty marks up comments as articles, Twenty Eleven what stands in place of a missing post.
        format!("<div id=comment-7 class=comment><article id=div-comment-7>{text}</article></div>"),
        format!("<article class=hentry><ol><li id=comment-7 class=comment>{text}</li></ol></article>"),
        format!("<article id=post-0 class='post no-results not-found'><div class=entry-content>{text}</div>"),
        format!("<section class=error-404><div class=entry-content>{text}</div></section>"),
    ] {
        assert!(!facts(&page).has_article, "{page}");
    }
}

#[test]
fn number_of_entries_is_the_largest_that_a_heading_or_link_states() {
    for (page, stated) in [
        ("<h2 class=comments-title>3 responses to “Hello”</h2>", Some(3)),
        ("<h2><span>One</span> Comment</h2>", Some(1)),
        ("<h3>2&nbsp;Trackbacks</h3>", Some(2)),
        ("<div id=comments-title>4 thoughts on “Hello”</div>", Some(4)),
        ("<a href=#comments>5 Comments</a><h2>3 Responses</h2><h3>2 Trackbacks</h3>", Some(5)),
        ("<h2>コメント (3)</h2>", Some(3)),
        ("<h2>No comments</h2>", None),
        ("<h2>Leave a reply</h2>", None),
        ("<p>3 comments were lost</p>", None),
        ("<template><h2>3 comments</h2></template>", None),
    ] {
        assert_eq!(facts(page).stated_entries, stated, "{page}");
    }
}

#[test]
fn script_that_draws_the_comments_is_named() {
    for (page, script) in [
        ("<div id=disqus_thread></div>", Some("disqus")),
        ("<div id=wpdiscuz-loading-bar></div>", Some("wpdiscuz")),
        ("<div class=jetpack-lazy-comments></div>", Some("jetpack")),
        ("<button>Load Comments</button>", Some("button")),
        ("<a href=#>Load more <b>comments</b></a>", Some("button")),
        ("<img class=jetpack-lazy-image>", None),
        ("<p>Load comments</p>", None),
        ("<h2>Comments</h2>", None),
    ] {
        assert_eq!(facts(page).script_comments.as_deref(), script, "{page}");
    }
}
