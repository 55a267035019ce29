//! The second stage: the links of a page with their anchors, context and placement.

use scraper::Html;
use scraper::node::Element;
use trackward_core::{Limits, PageUrl, Reference};

use crate::links::{Hit, Links};
use crate::outline::{Outline, is_html};
use crate::placement::{self, Cursor, Surroundings};
use crate::text::tidy;

const SVG_NAMESPACE: &str = "http://www.w3.org/2000/svg";

/// References as the tree has them, in document order, not folded.
///
/// `text` must have been admitted by the budget. At most [`Limits::REFERENCES`] are placed.
pub(crate) fn references(text: &str, page: &PageUrl, links: &Links<'_>) -> Vec<Reference> {
    let html = Html::parse_document(text);
    let outline = Outline::new(&html);
    let mut cursor = Cursor::default();
    let mut references = Vec::new();
    for (node, place) in outline.nodes.iter().enumerate() {
        cursor.pass(&outline, node);
        let hit = href(place.element).and_then(|href| {
            let url = links.outward(href)?;
            links.hit(url, href, place.element.attr("rel"))
        });
        if let Some(hit) = hit {
            references.push(reference(&outline, node, hit, page, &cursor));
        }
        if references.len() == Limits::REFERENCES {
            break;
        }
    }
    references
}

/// The address of an element that is a link.
fn href(element: &Element) -> Option<&str> {
    match element.name() {
        "a" | "area" if is_html(element) => element.attr("href"),
        "a" if &*element.name.ns == SVG_NAMESPACE => element.attr("href").or_else(|| xlink_href(element)),
        _ => None,
    }
}

fn xlink_href(element: &Element) -> Option<&str> {
    let (_, value) = element.attrs.iter().find(|(name, _)| {
        &*name.local == "href" && name.prefix.as_ref().is_some_and(|prefix| &**prefix == "xlink")
    })?;
    Some(value)
}

fn reference(outline: &Outline<'_>, node: usize, hit: Hit, page: &PageUrl, cursor: &Cursor) -> Reference {
    let above = placement::above(outline, node);
    let surroundings = Surroundings {
        outline,
        link: node,
        rel: &hit.rel,
        url: hit.url.as_url(),
        own: &page.domain(),
        section: cursor.section_of(&above),
        above,
    };
    let place = surroundings.place();
    Reference {
        anchor: anchor(outline, node),
        placement: place.placement,
        evidence: place.evidence,
        kind_hint: place.kind_hint,
        entry: surroundings.entry(),
        container: surroundings.container().map(str::to_owned),
        hidden: surroundings.is_hidden(),
        context: context(outline, node),
        count: 1,
        url: hit.url,
        matched: hit.matched,
        href: hit.href,
        rel: hit.rel,
    }
}

/// The text of a link; an image's `alt` where there is none.
fn anchor(outline: &Outline<'_>, node: usize) -> String {
    let text = outline.text_of(node);
    if !text.is_empty() {
        return tidy(text, Limits::ANCHOR_CHARS);
    }
    let images = outline.inside(node).map(|inner| outline.nodes[inner].element);
    let alt = images.filter(|image| image.name() == "img").find_map(|image| image.attr("alt"));
    tidy(alt.unwrap_or_default(), Limits::ANCHOR_CHARS)
}

/// The text around a link, out of the block that holds it: as much before it as after it.
fn context(outline: &Outline<'_>, node: usize) -> String {
    let block = outline.ancestors(node).find(|&above| outline.is_block(above)).unwrap_or(node);
    let (link, block) = (&outline.nodes[node].text, &outline.nodes[block].text);
    let anchor = tidy(&outline.text[link.clone()], Limits::CONTEXT_CHARS);
    let side = (Limits::CONTEXT_CHARS - anchor.chars().count()) / 2;
    let before = &outline.text[block.start..link.start];
    let before = before.char_indices().rev().take(side).last().map_or("", |(at, _)| &before[at..]);
    let after: String = outline.text[link.end..block.end].chars().take(side).collect();
    tidy(&format!("{before}{anchor}{after}"), Limits::CONTEXT_CHARS)
}
