//! Step 6: comments, and the pings that old themes print as comments.

use trackward_core::{CommentPart, Kind, Placement};

use super::{Around, DESCENDANTS, Place, Surroundings, names};

/// A comment's author or text.
pub(crate) fn comment(link: &Surroundings<'_>) -> Option<Place> {
    let (at, token) = link.above.iter().enumerate().find_map(|(at, around)| Some((at, token(around)?)))?;
    let part = part(&link.above[..at]);
    if part == CommentPart::Author && is_untyped_ping(link) {
        return Some(Place::new(6, Placement::Ping, "probable"));
    }
    Some(Place::new(6, Placement::Comment(part), token).hinting(Some(Kind::Comment)))
}

fn token(around: &Around<'_>) -> Option<String> {
    let by_type = || {
        let of_comment = around.element.attr("itemtype")?.ends_with("Comment");
        of_comment.then(|| "itemtype".to_owned())
    };
    names::comment_item(&around.marks).or_else(by_type)
}

/// Which part of a comment holds a link, by the elements between the two, nearest first.
fn part(between: &[Around<'_>]) -> CommentPart {
    for (at, around) in between.iter().enumerate() {
        let is_author = around.marks.token_in(names::COMMENT_AUTHORS).is_some()
            || around.element.attr("itemprop") == Some("author")
            || (around.marks.name == "cite" && !between[at + 1..].iter().any(is_prose));
        if is_author {
            return CommentPart::Author;
        }
        if around.marks.token_in(names::COMMENT_TEXTS).is_some() || is_prose(around) {
            return CommentPart::Text;
        }
    }
    CommentPart::Text
}

fn is_prose(around: &Around<'_>) -> bool {
    matches!(around.marks.name, "p" | "blockquote")
}

/// Whether an author's link looks like a ping in a theme that tells none from a comment (Kubrick): it leads
/// to a page, not to a site, and the text is an excerpt.
fn is_untyped_ping(link: &Surroundings<'_>) -> bool {
    let Some(item) = link.above.iter().find(|around| names::entry_id(&around.marks).is_some()) else {
        return false;
    };
    let says_comment = names::kind(&item.marks) == Some(Kind::Comment);
    !says_comment && link.url.path() != "/" && is_excerpt(link, item)
}

/// Whether the text of an item starts and ends with `[...]`, or opens with a title in `strong`.
fn is_excerpt(link: &Surroundings<'_>, item: &Around<'_>) -> bool {
    let outline = link.outline;
    let is_ellipsis = |text: &str| text == "[...]" || text == "[\u{2026}]";
    let inside = outline.inside(item.node).take(DESCENDANTS);
    let prose: Vec<usize> = inside.filter(|&node| outline.nodes[node].element.name() == "p").collect();
    let (Some(&first), Some(&last)) = (prose.first(), prose.last()) else { return false };
    let begins = outline.text_of(first).split(' ').next().is_some_and(is_ellipsis);
    let ends = outline.text_of(last).rsplit(' ').next().is_some_and(is_ellipsis);
    let titled = outline.inside(first).next().is_some_and(|inner| {
        let inner = &outline.nodes[inner];
        inner.element.name() == "strong" && inner.text.start == outline.nodes[first].text.start
    });
    (begins && ends) || titled
}
