//! The fence before the tree: what a page may cost, counted in one linear pass.
//!
//! html5ever's tree builder is quadratic in depth and in the attributes of a tag, and formatting elements
//! make the tree itself grow quadratically, as the standard demands. A running parser cannot be stopped,
//! so a page that is over a budget gets no tree. Real pages stay far below each.

use crate::markup::{self, Ending, Reader, Strictness, Tag};
use crate::nesting::{Nesting, is_formatting};

/// Decoded text, in bytes.
pub(crate) const TREE_BYTES: usize = 4 * 1024 * 1024;
/// Start tags.
pub(crate) const TREE_ELEMENTS: usize = 100_000;
/// Elements open at once.
pub(crate) const TREE_DEPTH: usize = 512;
/// Attributes of one tag.
pub(crate) const TREE_ATTRIBUTES: usize = 256;
/// Formatting start tags without an end tag: each is built again in every block that follows.
pub(crate) const TREE_PENDING: usize = 64;
/// Nodes of the tree, by estimate.
pub(crate) const TREE_NODES: usize = 200_000;
/// Nodes of the tree for each tag, by estimate.
pub(crate) const TREE_NODES_A_TAG: usize = 20;

/// Whether a tree may be built of `text`.
///
/// # Errors
/// The name of the first budget that does not suffice.
pub(crate) fn admit(text: &str) -> Result<(), &'static str> {
    if text.len() > TREE_BYTES {
        return Err("bytes");
    }
    let mut tally = Tally::default();
    // Strict: where `lol_html` and html5ever might disagree on what is a tag, nothing is promised.
    match markup::read(text, Strictness::Strict, &mut tally) {
        Ending::Stopped(limit) => Err(limit),
        Ending::Read => tally.verdict(),
    }
}

/// What was counted so far.
#[derive(Debug, Default)]
struct Tally {
    over: Option<&'static str>,
    elements: usize,
    tags: usize,
    pending: usize,
    nodes: usize,
    nesting: Nesting,
}

impl Tally {
    fn verdict(&self) -> Result<(), &'static str> {
        match self.over {
            Some(budget) => Err(budget),
            None if self.nodes > TREE_NODES_A_TAG * self.tags => Err("nodes"),
            None => Ok(()),
        }
    }

    fn tag(&mut self) {
        self.tags += 1;
        self.nodes += 1 + self.pending;
        self.check("nodes", self.nodes, TREE_NODES);
    }

    fn check(&mut self, budget: &'static str, used: usize, most: usize) {
        if used > most {
            self.over.get_or_insert(budget);
        }
    }
}

impl Reader for Tally {
    fn start(&mut self, tag: &Tag<'_, '_, '_>, _depth: usize) {
        self.elements += 1;
        self.check("elements", self.elements, TREE_ELEMENTS);
        self.check("attributes", tag.attribute_count(), TREE_ATTRIBUTES);
        self.tag();
        if is_formatting(tag.name) {
            self.pending += 1;
            self.check("pending", self.pending, TREE_PENDING);
        }
        if tag.has_content() {
            self.nesting.open(tag.name);
            self.check("depth", self.nesting.depth(), TREE_DEPTH);
        }
    }

    fn end(&mut self, name: &str, _depth: usize) {
        if is_formatting(name) {
            self.pending = self.pending.saturating_sub(1);
        }
        self.tag();
        self.nesting.close(name);
    }

    fn is_done(&self) -> bool {
        self.over.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Option<&'static str> {
        admit(text).err()
    }

    /// One unit below, at and above a budget: only the last is refused.
    fn at_limit_and_above(budget: &str, most: usize, page: impl Fn(usize) -> String) {
        assert_eq!(refused(&page(most)), None, "{budget} at the limit");
        assert_eq!(refused(&page(most + 1)), Some(budget), "{budget} one above");
    }

    #[test]
    fn each_budget_admits_its_limit_and_refuses_one_more() {
        at_limit_and_above("bytes", TREE_BYTES, |n| " ".repeat(n));
        at_limit_and_above("elements", TREE_ELEMENTS, |n| "<br>".repeat(n));
        at_limit_and_above("depth", TREE_DEPTH, |n| "<div>".repeat(n));
        at_limit_and_above("attributes", TREE_ATTRIBUTES, |n| {
            let attributes: Vec<String> = (0..n).map(|i| format!("a{i}")).collect();
            format!("<p {}>", attributes.join(" "))
        });
        // Room for the nodes that 64 pending elements cost: other tags before them.
        at_limit_and_above("pending", TREE_PENDING, |n| "<br>".repeat(1_000) + &"<b>".repeat(n));
        at_limit_and_above("nodes", TREE_NODES, |n| "</i>".repeat(n));
    }

    #[test]
    fn nodes_a_tag_are_limited_on_small_pages_too() {
        // 39 formatting tags cost 1 + 2 + … + 39 nodes, which is 20 a tag.
        assert_eq!(refused(&"<b>".repeat(39)), None);
        assert_eq!(refused(&"<b>".repeat(40)), Some("nodes"));
    }

    #[test]
    fn markup_that_parsers_read_differently_is_refused() {
        assert_eq!(refused("<select><xmp><a x=1></xmp></select>"), Some("ambiguous"));
    }
}
