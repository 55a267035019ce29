//! The second stage: the links of a page with their anchors, context and placement.

use std::collections::HashMap;

use scraper::node::Element;
use trackward_core::{EntryDetails, Limits, PageUrl, Reference};

use crate::entry::{self, EntryNode};
use crate::links::{Hit, Links};
use crate::outline::{Outline, is_html};
use crate::placement::{self, Around, Cursor, Surroundings};
use crate::sink;
use crate::text::tidy;

/// Names of the elements around links that are read, all links taken together; each costs up to 0.2 µs.
const PLACE_NAMES: usize = 2_000_000;

const SVG_NAMESPACE: &str = "http://www.w3.org/2000/svg";

/// References as the tree has them, in document order, not folded.
///
/// `text` must have been admitted by the budget. At most [`Limits::REFERENCES`] are placed.
///
/// # Errors
/// The name of the budget that does not suffice after all.
pub(crate) fn references(
    text: &str,
    page: &PageUrl,
    links: &Links<'_>,
) -> Result<Vec<Reference>, &'static str> {
    let html = sink::parse(text)?;
    let outline = Outline::new(&html);
    let mut cursor = Cursor::default();
    let mut entries = HashMap::new();
    let mut references = Vec::new();
    let mut names = 0;
    for (node, place) in outline.nodes.iter().enumerate() {
        cursor.pass(&outline, node);
        let hit = href(place.element).and_then(|href| {
            let url = links.address(href)?;
            links.hit(&url, href, place.element.attr("rel"))
        });
        if let Some(hit) = hit {
            let above = placement::above(&outline, node);
            names += above.iter().map(|around| 1 + around.marks.tokens().count()).sum::<usize>();
            if names > PLACE_NAMES {
                return Err("place_names");
            }
            references.push(reference(&outline, node, above, hit, page, &cursor, &mut entries));
        }
        if references.len() == Limits::REFERENCES {
            break;
        }
    }
    Ok(references)
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

fn reference<'a>(
    outline: &'a Outline<'a>,
    node: usize,
    above: Vec<Around<'a>>,
    hit: Hit,
    page: &PageUrl,
    cursor: &Cursor,
    entries: &mut HashMap<usize, EntryNode>,
) -> Reference {
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
    let entry = entry::around(&surroundings, place.placement)
        .map(|around| &*entries.entry(around).or_insert_with(|| EntryNode::new(outline, around)));
    Reference {
        anchor: tidy(outline.shown(node), Limits::ANCHOR_CHARS),
        placement: place.placement,
        evidence: place.evidence,
        kind_hint: place.kind_hint,
        entry: surroundings.entry(),
        container: surroundings.container().map(str::to_owned),
        hidden: surroundings.is_hidden(),
        context: context(outline, node, entry),
        entry_html: entry.map_or_else(String::new, |entry| entry.html.clone()),
        details: entry.map_or_else(EntryDetails::default, |entry| entry::details(outline, entry, node)),
        via_redirector: hit.via_redirector,
        comment_page: None,
        count: 1,
        url: hit.url,
        matched: hit.matched,
        href: hit.href,
        rel: hit.rel,
    }
}

/// The text around a link, out of the entry or else the block that holds it: as much before it as after
/// it, and more of one where the other is short.
fn context(outline: &Outline<'_>, node: usize, entry: Option<&EntryNode>) -> String {
    let block = || outline.ancestors(node).find(|&above| outline.is_block(above)).unwrap_or(node);
    let around = entry.map_or_else(|| outline.nodes[block()].text.clone(), |entry| entry.text.clone());
    let link = &outline.nodes[node].text;
    let anchor = tidy(&outline.text[link.clone()], Limits::CONTEXT_CHARS);
    let room = Limits::CONTEXT_CHARS - anchor.chars().count();
    let before = outline.text[around.start..link.start].trim_start();
    let after = &outline.text[link.end..around.end.max(link.end)];
    let spare = |text: &str| (room / 2).saturating_sub(text.chars().take(room).count());
    let first = room / 2 + spare(after);
    let before = before.char_indices().rev().take(first).last().map_or("", |(at, _)| &before[at..]);
    let after: String = after.chars().take(room - before.chars().count()).collect();
    tidy(&format!("{before}{anchor}{after}"), Limits::CONTEXT_CHARS)
}
