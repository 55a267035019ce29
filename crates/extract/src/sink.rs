//! The fence around the tree while it is built: what it holds is counted, and over the budget it is given up.
//!
//! The fence before it (`budget`) estimates; should it ever be wrong, this one is not.

use std::borrow::Cow;
use std::cell::{Cell, Ref};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ParseOpts, QualName};
use scraper::{Html, HtmlTreeSink};

use crate::budget::TREE_NODES;

/// Longest value of an attribute that is read anew for each link inside the element, in bytes.
const SHARED_BYTES: usize = 1024;
/// Those attributes.
const SHARED: &[&str] = &["class", "id", "itemprop", "itemtype", "name", "style"];
/// How much is read between two looks at what the tree holds, in bytes.
const PIECE_BYTES: usize = 4 * 1024;

/// The tree of a page.
///
/// # Errors
/// The name of the budget, where the tree would hold more than [`TREE_NODES`].
pub(crate) fn parse(text: &str) -> Result<Html, &'static str> {
    let sink = CountingSink { tree: HtmlTreeSink::new(Html::new_document()), nodes: Cell::new(0) };
    let mut parser = html5ever::parse_document(sink, ParseOpts::default());
    let mut fed = 0;
    while fed < text.len() {
        let end = text.ceil_char_boundary(fed + PIECE_BYTES);
        parser.process(StrTendril::from_slice(&text[fed..end]));
        if parser.tokenizer.sink.sink.nodes.get() > TREE_NODES {
            return Err("nodes");
        }
        fed = end;
    }
    Ok(parser.finish())
}

/// Builds the tree, and counts its nodes as they are made.
#[derive(Debug)]
struct CountingSink {
    tree: HtmlTreeSink,
    nodes: Cell<usize>,
}

impl CountingSink {
    fn count(&self) {
        self.nodes.set(self.nodes.get() + 1);
    }
}

fn cut(attribute: &mut Attribute) {
    let length = attribute.value.floor_char_boundary(SHARED_BYTES);
    if length < attribute.value.len() && SHARED.contains(&&*attribute.name.local) {
        attribute.value = StrTendril::from_slice(&attribute.value[..length]);
    }
}

/// Text is not counted: it stands between other nodes, and so there are at most as many pieces of it.
impl TreeSink for CountingSink {
    type Output = Html;
    type Handle = <HtmlTreeSink as TreeSink>::Handle;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Html {
        self.tree.finish()
    }

    fn parse_error(&self, _message: Cow<'static, str>) {
        // A page may have one at every byte, and nobody asks for them.
    }

    fn get_document(&self) -> Self::Handle {
        self.tree.get_document()
    }

    fn elem_name<'a>(&'a self, target: &'a Self::Handle) -> Ref<'a, QualName> {
        self.tree.elem_name(target)
    }

    fn create_element(&self, name: QualName, mut attrs: Vec<Attribute>, flags: ElementFlags) -> Self::Handle {
        self.count();
        attrs.iter_mut().for_each(cut);
        self.tree.create_element(name, attrs, flags)
    }

    fn create_comment(&self, text: StrTendril) -> Self::Handle {
        self.count();
        self.tree.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> Self::Handle {
        self.count();
        self.tree.create_pi(target, data)
    }

    fn append(&self, parent: &Self::Handle, child: NodeOrText<Self::Handle>) {
        self.tree.append(parent, child);
    }

    fn append_based_on_parent_node(
        &self,
        element: &Self::Handle,
        previous: &Self::Handle,
        child: NodeOrText<Self::Handle>,
    ) {
        self.tree.append_based_on_parent_node(element, previous, child);
    }

    fn append_doctype_to_document(&self, name: StrTendril, public: StrTendril, system: StrTendril) {
        self.count();
        self.tree.append_doctype_to_document(name, public, system);
    }

    fn get_template_contents(&self, target: &Self::Handle) -> Self::Handle {
        self.tree.get_template_contents(target)
    }

    fn same_node(&self, one: &Self::Handle, other: &Self::Handle) -> bool {
        self.tree.same_node(one, other)
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.tree.set_quirks_mode(mode);
    }

    fn append_before_sibling(&self, sibling: &Self::Handle, node: NodeOrText<Self::Handle>) {
        self.tree.append_before_sibling(sibling, node);
    }

    fn add_attrs_if_missing(&self, target: &Self::Handle, attrs: Vec<Attribute>) {
        self.tree.add_attrs_if_missing(target, attrs);
    }

    fn remove_from_parent(&self, target: &Self::Handle) {
        self.tree.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &Self::Handle, new_parent: &Self::Handle) {
        self.tree.reparent_children(node, new_parent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outline::Outline;

    /// `html`, `head` and `body`, which are there though the page does not say so.
    const IMPLIED: usize = 3;

    #[test]
    fn tree_is_built_up_to_its_nodes_and_given_up_above() {
        for shape in ["<br>", "<!-- -->", "<?x>", "x<i>y</i>"] {
            let of = |nodes: usize| parse(&format!("<body>{}", shape.repeat(nodes - IMPLIED))).err();
            assert_eq!(of(TREE_NODES), None, "{shape}");
            assert_eq!(of(TREE_NODES + 1), Some("nodes"), "{shape}");
        }
    }

    #[test]
    fn attribute_that_links_inside_share_is_cut_at_its_limit() {
        let value_of = |name: &str, bytes: usize| {
            let html = parse(&format!("<p {name}='{}'>", "é".repeat(bytes / 2))).unwrap();
            let paragraph = Outline::new(&html).nodes[IMPLIED].element;
            paragraph.attr(name).unwrap().len()
        };
        assert_eq!(value_of("class", SHARED_BYTES), SHARED_BYTES);
        assert_eq!(value_of("class", SHARED_BYTES + 2), SHARED_BYTES);
        assert_eq!(value_of("href", SHARED_BYTES + 2), SHARED_BYTES + 2);
    }

    #[test]
    fn tree_that_grows_faster_than_its_page_is_given_up_soon() {
        // Each paragraph holds all the formatting elements before it: 1.7 million nodes if built to the end.
        let shape: Vec<String> = (0..2_000).map(|n| format!("<p><b class=c{n}>")).collect();
        assert_eq!(parse(&shape.concat()).err(), Some("nodes"));
    }

    #[test]
    fn tree_is_the_same_as_if_read_in_one_piece() {
        let page =
            "<!doctype html><title>é</title><table>x<tr><p>&amp;é<template><b>y</template>".repeat(100);
        assert_eq!(parse(&page).unwrap().html(), Html::parse_document(&page).html());
    }

    #[test]
    fn deepest_tree_is_read_and_dropped_on_a_small_stack() {
        let small = std::thread::Builder::new().stack_size(512 * 1024);
        let deep = small.spawn(|| {
            let html = parse(&"<span>".repeat(TREE_NODES - IMPLIED)).unwrap();
            Outline::new(&html).nodes.len()
        });
        assert_eq!(deep.unwrap().join().unwrap(), TREE_NODES);
    }
}
