//! An ordinary page of a blog: head, menu, post, comments and pings, sidebar.

use std::fmt::Write;

const PROSE: &str = "Last week the question came up again whether anybody still reads what other people \
    write about their posts, and &#8220;who links here&#8221; was what most of the answers were about. ";

const TOP: &str = "<!DOCTYPE html>\n<html lang=\"en-US\">\n<head>\n<meta charset=\"UTF-8\" />\n\
    <title>Who links here? &#8211; An ordinary blog</title>\n<meta name='robots' content='max-image-preview:large' />\n\
    <link rel=\"alternate\" type=\"application/rss+xml\" title=\"An ordinary blog\" href=\"https://host.example/feed/\" />\n\
    <link rel='stylesheet' id='style-css' href='https://host.example/style.css?ver=6.1' type='text/css' media='all' />\n\
    <style>body{margin:0;font:16px/1.5 serif}.entry-content p{margin:0 0 1em}</style>\n\
    <link rel=\"canonical\" href=\"https://host.example/post/\" />\n</head>\n<body class=\"single single-post postid-7\">\n\
    <nav id=\"site-navigation\" class=\"main-navigation\"><ul class=\"menu\"><li class=\"menu-item\"><a href=\"https://host.example/\">Home</a></li>\
    <li class=\"menu-item\"><a href=\"https://host.example/about/\">About</a></li></ul></nav>\n<main id=\"main\" class=\"site-main\">\n\
    <article id=\"post-7\" class=\"post-7 post type-post hentry\"><header class=\"entry-header\"><h1 class=\"entry-title\">Who links here?</h1></header>\n\
    <div class=\"entry-content\">\n";

const BOTTOM: &str = "</ol></div></main>\n<aside id=\"secondary\" class=\"widget-area\"><section class=\"widget widget_recent_comments\">\
    <h2 class=\"widget-title\">Recent Comments</h2><ul id=\"recentcomments\"><li class=\"recentcomments\"><a href=\"https://ours.example/reply\" \
    rel=\"external nofollow\" class=\"url\">Ours</a> on <a href=\"https://host.example/post/#comment-1\">Who links here?</a></li></ul></section></aside>\n\
    <script src='https://host.example/view.js?ver=6.1'></script>\n</body>\n</html>\n";

/// A page of at most this many bytes, hardly fewer.
pub(crate) fn page(bytes: usize) -> String {
    let mut page = TOP.to_owned();
    for paragraph in 0..bytes / 2_000 {
        writeln!(
            page,
            "<p>{PROSE}<a href=\"https://other{paragraph}.example/post/{paragraph}/\">A post</a> <em>says</em> so. {PROSE}</p>"
        )
        .unwrap();
    }
    page += "<p>Read <a href=\"https://ours.example/reply\">our reply</a>.</p></div></article>\n\
        <div id=\"comments\" class=\"comments-area\"><h2 class=\"comments-title\">Responses</h2><ol class=\"comment-list\">\n";
    for n in 0.. {
        let comment = comment(n);
        if page.len() + comment.len() + BOTTOM.len() > bytes {
            break;
        }
        page += &comment;
    }
    page + BOTTOM
}

fn comment(n: usize) -> String {
    format!(
        "<li id=\"comment-{n}\" class=\"comment even thread-even depth-1\"><article id=\"div-comment-{n}\" class=\"comment-body\">\
         <footer class=\"comment-meta\"><div class=\"comment-author vcard\"><img alt='' src='https://host.example/avatar/{n}?s=42' \
         class='avatar avatar-42 photo' height='42' width='42' /><b class=\"fn\"><a href='https://reader{n}.example/' \
         rel='external nofollow ugc' class='url'>Reader {n}</a></b> <span class=\"says\">says:</span></div>\
         <div class=\"comment-metadata\"><a href=\"https://host.example/post/#comment-{n}\"><time datetime=\"2026-03-01T10:00:00+00:00\">\
         March 1, 2026 at 10:00 am</time></a></div></footer><div class=\"comment-content\"><p>{PROSE}</p></div></article></li>\n"
    )
}
