//! Bytes of a page to references with placement, and page facts. Never fails, never slow.
//!
//! A page is read in two stages. The **finder** streams over it once: it decides whether any link to our
//! targets is there, and gathers all page facts. The **tree** is built only after a hit, or when a known
//! link is missing, and only where it is certain to be cheap; it tells where on the page a link stands.
//! A page that is refused a tree keeps its references, with placement unknown, and a missing link is not
//! judged by it.
//!
//! Deliberately absent: network, clock, style sheets, scripts, and any judgement: verdicts and losses are
//! `trackward-core`'s.
//!
//! ```
//! use trackward_core::{Headers, PageUrl, Placement, Target, TargetSet};
//! use trackward_extract::{Page, extract};
//!
//! let url = PageUrl::parse("https://blog.example/post/")?;
//! let headers = Headers::from_iter([("content-type", "text/html")]);
//! let body = br#"<ol class="comment-list"><li id="comment-7" class="pingback">
//!     Pingback: <a href="https://ours.example/reply" rel="ugc">Ours</a></li></ol>"#;
//! let page = Page { url: &url, headers: &headers, body, complete: true, known: &[] };
//! let ours: TargetSet = [Target::parse("ours.example")?].into_iter().collect();
//!
//! let reference = &extract(&page, &ours).references[0];
//! assert_eq!(reference.placement, Placement::Ping);
//! assert_eq!(reference.entry.as_deref(), Some("comment-7"));
//! # Ok::<(), trackward_core::UrlError>(())
//! ```

#[cfg(test)]
mod agreement;
mod article;
mod budget;
mod charset;
mod discussion;
mod entry;
mod facts;
mod finder;
mod fold;
mod head;
mod inert;
mod kept;
mod link_header;
mod links;
mod marks;
mod markup;
mod mentions;
mod nesting;
mod outline;
mod outlinks;
mod page;
mod placement;
mod redirectors;
mod refresh;
mod repair;
mod robots_meta;
mod signatures;
mod sink;
mod text;
mod tree;
mod wordpress;

use std::collections::HashSet;

use finder::{Finder, Found};
use links::{Hit, Links};
use markup::{Ending, Strictness};
pub use outlinks::outlinks;
pub use page::Page;
use trackward_core::{
    EntryDetails, Extraction, Limits, Placement, PlacementEvidence, Reference, Target, TargetSet, TreeUse,
    Warning,
};

/// Reads a page: its references to `targets`, and what it says of itself.
///
/// Never fails, never panics and is never slow: every odd input yields a smaller answer and a warning.
/// Containers, entries and all other facts are there whether or not a tree was built.
pub fn extract(page: &Page<'_>, targets: &TargetSet) -> Extraction {
    if !page.is_html() {
        return Extraction { facts: facts::other_than_html(page), ..Extraction::default() };
    }
    let decoded = charset::decode(page.body, page.headers.get("content-type"), page.is_from_japan());
    let mut finder = Finder::new(page.url);
    let ending = markup::read(&decoded.text, Strictness::Lenient, &mut finder);
    let links = Links::new(page.url, finder.head.base.as_deref(), targets);
    let mut found = finder.finish(&links);
    let mut warnings = facts::warnings(page, &decoded, &finder, &links);
    let facts = facts::facts(page, &decoded, &finder, &mut found, &links);

    let admitted = match ending {
        Ending::Stopped(limit) => Err(limit),
        Ending::Read if !wants_tree(page, &found.hits) => {
            return Extraction { facts, warnings, ..Extraction::default() };
        }
        Ending::Read => budget::admit(&decoded.text),
    };
    let placed = admitted.and_then(|()| tree::references(&decoded.text, page.url, &links));
    let (references, limit) = put_together(placed, found);
    warnings.extend(limit.map(|name| Warning { code: "tree_refused".to_owned(), detail: name.to_owned() }));
    let tree = limit.map_or(TreeUse::Built, |name| TreeUse::Refused(name.to_owned()));
    Extraction { references, facts, warnings, tree }
}

/// Whether there is something to place, or a known link to look for once more.
///
/// A page that was cut off proves no absence, so there a missing link is no reason.
fn wants_tree(page: &Page<'_>, hits: &[Hit]) -> bool {
    let is_missing = |target: &Target| !hits.iter().any(|hit| target.covers(&hit.url));
    !hits.is_empty() || (page.complete && page.known.iter().any(is_missing))
}

/// The references of the tree, then those that only the finder saw: it alone decides on presence.
///
/// With the name of the limit that stands against judging an absence, if any.
fn put_together(
    placed: Result<Vec<Reference>, &'static str>,
    found: Found,
) -> (Vec<Reference>, Option<&'static str>) {
    let mut limit = placed.as_ref().err().copied();
    let mut references = placed.unwrap_or_default();
    let known: HashSet<_> = references.iter().map(|reference| reference.url.match_key()).collect();
    references
        .extend(found.hits.into_iter().filter(|hit| !known.contains(&hit.url.match_key())).map(unplaced));
    let mut references = fold::fold(references);
    if found.has_more_hits || references.len() > Limits::REFERENCES {
        references.truncate(Limits::REFERENCES);
        limit = limit.or(Some("references"));
    }
    (references, limit)
}

fn unplaced(hit: Hit) -> Reference {
    Reference {
        url: hit.url,
        matched: hit.matched,
        href: hit.href,
        anchor: String::new(),
        rel: hit.rel,
        placement: Placement::Unknown,
        evidence: PlacementEvidence::default(),
        kind_hint: None,
        entry: None,
        container: None,
        hidden: false,
        context: String::new(),
        entry_html: String::new(),
        details: EntryDetails::default(),
        via_redirector: hit.via_redirector,
        comment_page: None,
        count: 1,
    }
}
