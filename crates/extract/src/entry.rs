//! The entry around a link: the received ping or comment that holds it.

mod details;
mod markup;

use std::ops::Range;

use details::Parts;
pub(crate) use details::details;
use trackward_core::Placement;

use crate::marks::Marks;
use crate::outline::Outline;
use crate::placement::{Around, DESCENDANTS, Surroundings, names};

/// One entry of a page: all it holds, but for the replies in its thread.
#[derive(Debug)]
pub(crate) struct EntryNode {
    /// The elements inside it that are looked at.
    pub(crate) inside: Range<usize>,
    /// Its part of the page's text.
    pub(crate) text: Range<usize>,
    /// What tells its title, excerpt, name and date apart.
    parts: Parts,
    /// Its markup, trimmed.
    pub(crate) html: String,
}

impl EntryNode {
    /// The entry that an element of the outline is.
    pub(crate) fn new(outline: &Outline<'_>, node: usize) -> Self {
        let own_id = entry_id(outline, node);
        let is_reply =
            |&inner: &usize| entry_id(outline, inner).is_some_and(|id| own_id.as_ref() != Some(&id));
        let inside = outline.inside(node);
        let near = inside.start..inside.end.min(inside.start + DESCENDANTS);
        let reply = near.clone().find(is_reply);
        let inside = near.start..reply.unwrap_or(near.end);
        let text = &outline.nodes[node].text;
        let text = text.start..reply.map_or(text.end, |reply| outline.nodes[reply].text.start);
        let parts = Parts::new(outline, &inside, &text);
        Self { inside, text, parts, html: markup::markup(outline.nodes[node].in_tree) }
    }
}

/// The ping or comment around a link that was placed in one; in a flat list, the block that holds it.
pub(crate) fn around(link: &Surroundings<'_>, placement: Placement) -> Option<usize> {
    if !matches!(placement, Placement::Ping | Placement::Comment(_)) {
        return None;
    }
    let nearest = |is: fn(&Around<'_>) -> bool| link.above.iter().find(|&around| is(around));
    let item = nearest(is_named_item)
        .or_else(|| nearest(|around| matches!(around.marks.name, "li" | "dd" | "dt")))
        .or_else(|| link.above.iter().find(|around| link.outline.is_block(around.node)))?;
    let holds_more = item.marks.is_frame() || names::container(&item.marks).is_some();
    (!holds_more).then_some(item.node)
}

fn is_named_item(around: &Around<'_>) -> bool {
    let marks = &around.marks;
    let by_class = names::ping_item(marks).is_some()
        || names::is_plain_comment(marks)
        || marks.token_in(&["h-cite"]).is_some();
    names::entry_id(marks).is_some() || (by_class && names::container(marks).is_none())
}

fn entry_id(outline: &Outline<'_>, node: usize) -> Option<String> {
    let element = outline.nodes[node].element;
    names::entry_id(&Marks::new(element.name(), element.attr("id"), element.attr("class")))
}
