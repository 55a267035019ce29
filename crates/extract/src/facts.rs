//! Page facts: what the finder gathered and the headers say, put together.

use trackward_core::{Headers, PageFacts, PageUrl, Refresh, RobotsMeta, Warning};

use crate::charset::Decoded;
use crate::finder::{Finder, Found};
use crate::head::Head;
use crate::link_header::has_rel;
use crate::links::Links;
use crate::page::Page;
use crate::signatures::Surroundings;
use crate::{link_header, refresh, robots_meta};

/// Puts the facts of a page together.
pub(crate) fn facts(
    page: &Page<'_>,
    decoded: &Decoded<'_>,
    finder: &Finder,
    found: &mut Found,
    links: &Links<'_>,
) -> PageFacts {
    let head = &finder.head;
    let (title, heading) = (head.title.shown(), head.heading.shown());
    let around = Surroundings {
        page,
        title: title.as_deref(),
        heading: heading.as_deref(),
        text_chars: finder.text_chars,
        has_entries: !found.entries.is_empty(),
    };
    PageFacts {
        signatures: finder.signs.seen(&around),
        html: true,
        charset: decoded.charset.name().to_ascii_lowercase(),
        title,
        heading,
        language: head.language.clone(),
        generator: head.generator.clone(),
        canonical: canonical(&canonicals(head, page, links)),
        refresh: refresh_of(head, page, links),
        robots: robots(head, page.headers),
        bytes: size(page),
        text_chars: finder.text_chars,
        ended: finder.ended,
        containers: finder.containers.iter().map(|&token| token.to_owned()).collect(),
        entries: std::mem::take(&mut found.entries),
        comment_pages: std::mem::take(&mut found.comment_pages),
        mentions: std::mem::take(&mut found.mentions),
        has_article: finder.article.is_found(),
        stated_entries: finder.discussion.stated(),
        script_comments: finder.discussion.loader().map(str::to_owned),
        wordpress: finder.wordpress.facts(page, links),
        feeds: head.feeds.iter().filter_map(|href| links.resolve(href)).collect(),
    }
}

/// What is known of a page that is not HTML.
pub(crate) fn other_than_html(page: &Page<'_>) -> PageFacts {
    PageFacts { bytes: size(page), robots: robots(&Head::default(), page.headers), ..PageFacts::default() }
}

/// Warns where the page contradicts itself, and where an address of ours is no link.
pub(crate) fn warnings(
    page: &Page<'_>,
    decoded: &Decoded<'_>,
    finder: &Finder,
    links: &Links<'_>,
) -> Vec<Warning> {
    let warning = |code: &str, detail: String| Warning { code: code.to_owned(), detail };
    let charset = decoded.disbelieved.map(|charset| {
        let detail = format!("header says {}, read as {}", charset.name(), decoded.charset.name());
        warning("charset_conflict", detail)
    });
    let named = canonicals(&finder.head, page, links);
    let conflict = (!named.is_empty() && canonical(&named).is_none()).then(|| {
        let addresses: Vec<&str> = named.iter().map(PageUrl::as_str).collect();
        warning("canonical_conflict", addresses.join(" "))
    });
    charset.into_iter().chain(conflict).chain(finder.inert.warnings(links)).collect()
}

fn size(page: &Page<'_>) -> u64 {
    u64::try_from(page.body.len()).unwrap_or(u64::MAX)
}

/// All canonical addresses a page names, in head and header.
fn canonicals(head: &Head, page: &Page<'_>, links: &Links<'_>) -> Vec<PageUrl> {
    let by_element = head.canonicals.iter().filter_map(|href| links.resolve(href));
    let by_header = page.headers.all("link").flat_map(link_header::links);
    let named = by_header.filter(|(_, rel)| has_rel(rel, "canonical"));
    by_element.chain(named.filter_map(|(href, _)| page.url.join(href).ok())).collect()
}

/// Several that agree are one, several that differ are none.
fn canonical(named: &[PageUrl]) -> Option<PageUrl> {
    let first = named.first()?;
    named.iter().all(|other| other == first).then(|| first.clone())
}

/// The refresh of the header, or else of the page.
fn refresh_of(head: &Head, page: &Page<'_>, links: &Links<'_>) -> Option<Refresh> {
    let by_header = || {
        let (seconds, address) = refresh::parse(page.headers.get("refresh")?)?;
        Some(Refresh { seconds, url: page.url.join(address?).ok()? })
    };
    let by_element = || {
        let (seconds, address) = head.refresh.as_ref()?;
        Some(Refresh { seconds: *seconds, url: links.resolve(address)? })
    };
    by_header().or_else(by_element)
}

fn robots(head: &Head, headers: &Headers) -> RobotsMeta {
    let mut robots = head.robots;
    headers.all("x-robots-tag").for_each(|value| robots_meta::read_header(&mut robots, value));
    robots
}
