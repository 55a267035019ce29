//! The vocabulary: what systems and themes call the places of a page (`docs/placement.md`).

use trackward_core::Kind;

use crate::marks::Marks;

/// Lists of received pings.
const PING_CONTAINERS: &[&str] = &[
    "trackbacks",
    "pings",
    "pinglist",
    "ping-list",
    "pinglist-container",
    "trackback-list",
    "trackbacks-list",
    "trackbacklist",
    "trackbacks-content",
    "thetrackbacks",
    "comment-pings",
    "reaction-list",
    "webmentions",
    "linkbacks",
    "serendipity-section-trackbacks",
];

/// Lists of comments, which may hold pings as well.
const COMMENT_CONTAINERS: &[&str] = &[
    "comments",
    "commentlist",
    "comment-list",
    "comments-list",
    "comments-area",
    "wp-block-comments",
    "wp-block-comment-template",
];

/// One received ping.
const PING_ITEMS: &[&str] = &[
    "pingback",
    "trackback",
    "ping",
    "webmention",
    "linkback",
    "pingbacks",
    "trackbacks",
    "pings",
    "webmentions",
    "linkbacks",
];

/// One comment, or the part of it that holds its text.
const COMMENT_ITEMS: &[&str] = &[
    "comment",
    "comment-body",
    "review",
    "wp-block-comment-template",
    "b-comment",
    "evo-comment",
    "serendipity-comment",
    "idno-annotation",
    "wpd-comment",
];

/// The name of a comment's author.
pub(crate) const COMMENT_AUTHORS: &[&str] =
    &["comment-author", "vcard", "fn", "wp-block-comment-author-name", "p-author"];

/// The text of a comment.
pub(crate) const COMMENT_TEXTS: &[&str] =
    &["comment-content", "comment-text", "wp-block-comment-content", "e-content"];

/// The box about the author of the page.
pub(crate) const AUTHOR_BOXES: &[&str] = &[
    "author-bio",
    "author-box",
    "about-author",
    "author-info",
    "post-author-bio",
    "wp-block-post-author",
    "h-card",
    "vcard",
];

/// Sidebars and lists of recommended sites.
pub(crate) const SIDEBARS: &[&str] =
    &["sidebar", "widget", "blogroll", "linkroll", "linkcat", "textwidget", "xoxo", "widget-area"];

/// Menus, header and footer of a page.
pub(crate) const CHROME: &[&str] = &[
    "menu",
    "breadcrumbs",
    "breadcrumb",
    "footer",
    "site-footer",
    "colophon",
    "site-header",
    "masthead",
    "elementor-location-footer",
    "elementor-location-header",
];

/// Related posts, share bars and advertising.
pub(crate) const RELATED: &[&str] =
    &["yarpp", "jp-relatedposts", "related", "related-posts", "sharedaddy", "outbrain", "taboola"];

/// The text of the page.
pub(crate) const BODIES: &[&str] = &["entry-content", "post-content", "hentry", "e-content"];

/// The same without the frame around it, which may hold comments and pings too.
pub(crate) const BODY_TEXTS: &[&str] = &["entry-content", "post-content", "e-content"];

/// The token that names a list of pings.
pub(crate) fn ping_container(marks: &Marks<'_>) -> Option<&'static str> {
    if holds_no_list(marks) { None } else { marks.name_in(PING_CONTAINERS) }
}

/// The token that names a list of pings or comments.
pub(crate) fn container(marks: &Marks<'_>) -> Option<&'static str> {
    let comments = || if holds_no_list(marks) { None } else { marks.name_in(COMMENT_CONTAINERS) };
    ping_container(marks).or_else(comments)
}

/// Whether a name says nothing of what the element holds: the frame of the page, headings and anchors.
fn holds_no_list(marks: &Marks<'_>) -> bool {
    marks.is_frame() || matches!(marks.name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "legend" | "a")
}

/// What names one received ping: a class token, or the id.
pub(crate) fn ping_item(marks: &Marks<'_>) -> Option<String> {
    if marks.is_frame() || marks.id().is_some_and(is_post_id) {
        return None;
    }
    let by_class = marks.token_in(PING_ITEMS).map(str::to_owned);
    by_class.or_else(|| marks.id().filter(|id| is_ping_id(id)).map(|id| format!("#{id}")))
}

/// What names one comment: a class token, or the id.
pub(crate) fn comment_item(marks: &Marks<'_>) -> Option<String> {
    if marks.is_frame() {
        return None;
    }
    let by_class = marks.token_in(COMMENT_ITEMS).map(str::to_owned);
    by_class.or_else(|| entry_id(marks).map(|id| format!("#{id}")))
}

/// Whether the element is one whole comment, not a part of an entry of another kind.
pub(crate) fn is_plain_comment(marks: &Marks<'_>) -> bool {
    marks.token_in(&["comment"]).is_some() && ping_item(marks).is_none()
}

/// The id of a received ping or comment, in the form it is linked by: `comment-7` for `li-comment-7` too.
pub(crate) fn entry_id(marks: &Marks<'_>) -> Option<String> {
    let id = marks.id().filter(|_| !holds_no_list(marks))?;
    let bare = id.strip_prefix("div-").or_else(|| id.strip_prefix("li-")).unwrap_or(id);
    let is_comment = bare.strip_prefix("comment-").is_some_and(is_number);
    // `c7` alone may be anything: a column, a chapter.
    let is_short = id.strip_prefix('c').is_some_and(is_number)
        && (marks.token_in(PING_ITEMS).is_some() || marks.token_in(COMMENT_ITEMS).is_some());
    (is_comment || is_ping_id(bare) || is_short).then(|| bare.to_owned())
}

/// The kind that class tokens, or else the id, name.
pub(crate) fn kind(marks: &Marks<'_>) -> Option<Kind> {
    marks.names().find_map(|name| match name.trim_end_matches(|c: char| c == '-' || c.is_ascii_digit()) {
        "trackback" | "trackbacks" => Some(Kind::Trackback),
        "pingback" | "pingbacks" => Some(Kind::Pingback),
        "webmention" | "webmentions" => Some(Kind::Webmention),
        // A `comment-7` id is given to pings as well.
        "comment" if name == "comment" => Some(Kind::Comment),
        _ => None,
    })
}

/// The token that names a list of recent comments or pings of the whole site.
pub(crate) fn echo(marks: &Marks<'_>) -> Option<String> {
    if marks.is_frame() {
        return None;
    }
    marks.names().find(|name| is_echo(name)).map(str::to_owned)
}

fn is_echo(name: &str) -> bool {
    const RECENT: &[&str] = &["recent", "latest"];
    const THINGS: &[&str] = &[
        "comments",
        "trackbacks",
        "trackback",
        "pingbacks",
        "pingback",
        "pings",
        "linkbacks",
        "linkback",
        "webmentions",
        "webmention",
    ];
    let has = |list: &[&str]| name.split('-').any(|part| list.contains(&part));
    name == "recentcomments" || (has(RECENT) && has(THINGS))
}

fn is_ping_id(id: &str) -> bool {
    let bare = id.strip_prefix("div-").unwrap_or(id);
    let numbered = ["ping", "trackback", "pingback", "tb"]
        .iter()
        .filter_map(|word| bare.strip_prefix(word))
        .any(|rest| is_number(rest.strip_prefix('-').unwrap_or(rest)));
    numbered || bare.strip_prefix("ping-6a").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn is_post_id(id: &str) -> bool {
    id.strip_prefix("post-").is_some_and(is_number)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks<'a>(id: &'a str, class: &'a str) -> Marks<'a> {
        Marks::new("div", (!id.is_empty()).then_some(id), Some(class))
    }

    #[test]
    fn names_around_pings_that_are_no_pings_are_not_taken() {
        for name in [
            "trackback-url",
            "trackbacks-info",
            "social-pingback",
            "comment-form-trackback",
            "recent-trackback",
        ] {
            assert_eq!(ping_item(&marks(name, name)), None, "{name}");
            assert_eq!(container(&marks(name, name)), None, "{name}");
        }
        assert_eq!(ping_item(&marks("post-7", "post pingback")), None);
        assert_eq!(ping_item(&Marks::new("body", None, Some("pingback"))), None);
    }

    #[test]
    fn pings_are_named_by_token_or_id() {
        for (id, class) in [
            ("comment-7", "trackback even depth-1"),
            ("", "post pingback"),
            ("", "pingback ping hentry"),
            ("trackback-3", ""),
            ("div-ping12", ""),
            ("ping-6a00d83451b19169e2", ""),
        ] {
            assert!(ping_item(&marks(id, class)).is_some(), "#{id} .{class}");
        }
    }

    #[test]
    fn entry_id_is_the_one_that_is_linked() {
        for (id, class, entry) in [
            ("comment-7", "", Some("comment-7")),
            ("li-comment-7", "", Some("comment-7")),
            ("div-comment-7", "comment-body", Some("comment-7")),
            ("trackback-3", "", Some("trackback-3")),
            ("c12", "ping", Some("c12")),
            ("c12", "column", None),
            ("comment-form", "", None),
            ("comment-", "", None),
        ] {
            assert_eq!(entry_id(&marks(id, class)).as_deref(), entry, "#{id} .{class}");
        }
    }

    #[test]
    fn lists_of_recent_comments_are_echoes() {
        for name in [
            "recentcomments",
            "widget_recent_comments",
            "wp-block-latest-comments",
            "wp-block-latest-comments__comment-author",
            "module-recent-trackbacks",
            "recent-comments-2",
            "recent-pings",
            "recent-pingback-3",
            "latest-linkback",
            "recent_webmention",
        ] {
            assert!(echo(&marks("", name)).is_some(), "{name}");
        }
        assert_eq!(echo(&marks("comments", "comment-list")), None);
    }
}
