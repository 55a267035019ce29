//! The steps in their order; each looks at the surroundings of one link and decides, or passes on.

use trackward_core::{Kind, PageUrl, Placement};

use super::{Around, DESCENDANTS, Place, Surroundings, comments, names, words};

/// One step: a place, or nothing where it cannot tell.
pub(crate) type Step = fn(&Surroundings<'_>) -> Option<Place>;

/// Steps 2 to 11. A list of recent comments that is nearer than any ping or comment decides before all
/// others, though it is numbered with the sidebar.
pub(crate) const STEPS: &[Step] = &[
    echo,
    ping_list,
    microformats,
    label,
    section,
    comments::comment,
    author_bio,
    sidebar,
    chrome,
    related,
    body,
];

/// Relations between people (XFN), as blogrolls carry them.
const XFN: &[&str] = &[
    "contact",
    "acquaintance",
    "friend",
    "met",
    "co-worker",
    "colleague",
    "co-resident",
    "neighbor",
    "child",
    "parent",
    "sibling",
    "spouse",
    "kin",
    "muse",
    "crush",
    "date",
    "sweetheart",
];

fn echo(link: &Surroundings<'_>) -> Option<Place> {
    for around in &link.above {
        if let Some(token) = names::echo(&around.marks) {
            return Some(Place::new(8, Placement::WidgetEcho, token));
        }
        let marks = &around.marks;
        let is_entry = ping_item(link, around).is_some() || names::is_plain_comment(marks);
        if is_entry || names::container(marks).is_some() {
            return None;
        }
    }
    None
}

fn ping_list(link: &Surroundings<'_>) -> Option<Place> {
    for around in &link.above {
        if let Some(token) = ping_item(link, around) {
            return Some(Place::new(2, Placement::Ping, token).hinting(names::kind(&around.marks)));
        }
        if let Some(token) = names::ping_container(&around.marks) {
            return Some(Place::new(2, Placement::Ping, token)); // a list holds all kinds, whatever its name
        }
        if names::is_plain_comment(&around.marks) {
            return None; // a reply in the thread of a ping
        }
    }
    None
}

/// What names one received ping. What holds the text of a post is none, whatever its class.
fn ping_item(link: &Surroundings<'_>, around: &Around<'_>) -> Option<String> {
    let token = names::ping_item(&around.marks)?;
    let is_post = link.outline.nodes[around.node].holds_post && names::entry_id(&around.marks).is_none();
    (!is_post).then_some(token)
}

fn microformats(link: &Surroundings<'_>) -> Option<Place> {
    const RESPONSES: &[&str] = &["u-like", "u-repost", "u-mention", "u-bookmark"];
    let cite = link.above.iter().find(|around| around.marks.token_in(&["h-cite"]).is_some())?;
    let response = cite.marks.token_in(RESPONSES);
    let comment =
        || cite.marks.token_in(&["u-comment", "p-comment"]).filter(|_| is_from_elsewhere(link, cite));
    let token = response.or_else(comment)?;
    Some(Place::new(3, Placement::Ping, token).hinting(Some(Kind::Webmention)))
}

/// Whether a microformats citation names an address of another site as its own, besides its author's.
fn is_from_elsewhere(link: &Surroundings<'_>, cite: &Around<'_>) -> bool {
    let has = |node: usize, class: &str| link.outline.nodes[node].element.classes().any(|c| c == class);
    let mut author_end = 0;
    let mut inside = link.outline.inside(cite.node).take(DESCENDANTS);
    let address = inside.find(|&node| {
        let is_of_author = node < author_end;
        if !is_of_author && (has(node, "h-card") || has(node, "p-author")) {
            author_end = link.outline.nodes[node].end;
        }
        !is_of_author && has(node, "u-url")
    });
    let address =
        address.and_then(|node| PageUrl::parse(link.outline.nodes[node].element.attr("href")?).ok());
    address.is_some_and(|url| url.domain() != *link.own)
}

fn label(link: &Surroundings<'_>) -> Option<Place> {
    let item = link.above.iter().find(|around| is_item(around))?;
    if link.container().is_none() && names::comment_item(&item.marks).is_none() {
        return None; // a list outside any comment section
    }
    let before = &link.outline.text[..link.outline.nodes[link.link].text.start];
    let word =
        words::opening_label(link.outline.text_of(item.node)).or_else(|| words::closing_label(before))?;
    Some(Place::new(4, Placement::Ping, word.text).hinting(word.kind))
}

fn is_item(around: &Around<'_>) -> bool {
    names::comment_item(&around.marks).is_some() || matches!(around.marks.name, "li" | "dd" | "dt")
}

fn section(link: &Surroundings<'_>) -> Option<Place> {
    let heading = link.section?;
    let kind = words::names_pings(heading).and_then(|word| word.kind);
    Some(Place::new(5, Placement::Ping, heading).hinting(kind))
}

fn author_bio(link: &Surroundings<'_>) -> Option<Place> {
    let by_rel = ["author", "me"].into_iter().find(|token| link.rel.has(token));
    let token = by_rel.or_else(|| nearest(link, names::AUTHOR_BOXES))?;
    Some(Place::new(7, Placement::AuthorBio, token))
}

fn sidebar(link: &Surroundings<'_>) -> Option<Place> {
    let by_rel = || XFN.iter().copied().find(|token| link.rel.has(token));
    let token = link.above.iter().find_map(sidebar_token).or_else(|| by_rel().map(str::to_owned))?;
    Some(Place::new(8, Placement::Blogroll, token))
}

fn sidebar_token(around: &Around<'_>) -> Option<String> {
    let marks = &around.marks;
    let by_id = marks.id().filter(|id| id.starts_with("linkcat-"));
    match (marks.name, role(around)) {
        ("aside", _) => Some("aside".to_owned()),
        (_, Some("complementary")) => Some("complementary".to_owned()),
        _ if marks.is_frame() => None,
        _ => marks.name_in(names::SIDEBARS).or(by_id).map(str::to_owned),
    }
}

fn chrome(link: &Surroundings<'_>) -> Option<Place> {
    let token = link.above.iter().find_map(|around| chrome_token(around, &link.above))?;
    Some(Place::new(9, Placement::Navigation, token))
}

fn chrome_token(around: &Around<'_>, above: &[Around<'_>]) -> Option<String> {
    let is_in_article =
        || above.iter().any(|other| other.node < around.node && other.marks.name == "article");
    match (around.marks.name, role(around)) {
        ("nav", _) => Some("nav".to_owned()),
        (_, Some(role @ ("navigation" | "banner" | "contentinfo"))) => Some(role.to_owned()),
        (name @ ("header" | "footer"), _) if !is_in_article() => Some(name.to_owned()),
        _ if around.marks.is_frame() => None,
        _ => around.marks.name_in(names::CHROME).map(str::to_owned),
    }
}

/// Whether an element is a sidebar or the chrome of a page: what ends a section of the text.
pub(crate) fn ends_section(around: &Around<'_>, above: &[Around<'_>]) -> bool {
    sidebar_token(around).is_some() || chrome_token(around, above).is_some()
}

fn role<'a>(around: &Around<'a>) -> Option<&'a str> {
    around.element.attr("role")
}

fn related(link: &Surroundings<'_>) -> Option<Place> {
    let by_rel = || link.rel.has("sponsored").then_some("sponsored");
    let token = nearest(link, names::RELATED).or_else(by_rel)?;
    Some(Place::new(10, Placement::Related, token))
}

fn body(link: &Surroundings<'_>) -> Option<Place> {
    let token = link.above.iter().find_map(|around| match around.marks.name {
        name @ ("article" | "main") => Some(name),
        _ if around.element.attr("itemprop") == Some("articleBody") => Some("articleBody"),
        _ => around.marks.name_in(names::BODIES),
    })?;
    Some(Place::new(11, Placement::Body, token))
}

fn nearest(link: &Surroundings<'_>, list: &[&'static str]) -> Option<&'static str> {
    link.above.iter().filter(|around| !around.marks.is_frame()).find_map(|around| around.marks.name_in(list))
}
