//! The outline of a tree: its elements in document order, flat, beside the text they hold.

use std::ops::Range;

use scraper::node::Element;
use scraper::{ElementRef, Html};

use crate::placement::names;
use crate::text::push_tidy;

const HTML_NAMESPACE: &str = "http://www.w3.org/1999/xhtml";
/// Elements whose text is not shown.
const UNSEEN: &[&str] = &[
    "script",
    "style",
    "noscript",
    "textarea",
    "title",
    "iframe",
    "xmp",
    "noembed",
    "noframes",
    "plaintext",
];
/// Elements that do not break the line.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "em", "font", "i", "img", "ins", "kbd", "mark",
    "q", "s", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var",
];

/// The elements of a page in document order, and its text.
///
/// A page's tree may be 512 elements deep, so nothing walks it by recursion: it is laid flat once, and from
/// then on elements are numbers.
#[derive(Debug)]
pub(crate) struct Outline<'a> {
    /// Elements in document order.
    pub(crate) nodes: Vec<OutlineNode<'a>>,
    /// The visible text, white space collapsed, a blank between blocks.
    pub(crate) text: String,
}

/// One element.
#[derive(Debug)]
pub(crate) struct OutlineNode<'a> {
    /// Its name and attributes.
    pub(crate) element: &'a Element,
    /// The same in the tree.
    pub(crate) in_tree: ElementRef<'a>,
    /// The element around it.
    pub(crate) parent: Option<usize>,
    /// One past its last descendant.
    pub(crate) end: usize,
    /// What it holds of the page's text.
    pub(crate) text: Range<usize>,
    /// Whether it holds the text or the main heading of a post.
    pub(crate) holds_post: bool,
    /// Whether it is the text of a post, or stands in it.
    pub(crate) in_post: bool,
}

impl<'a> Outline<'a> {
    /// Lays a tree flat. What stands in an HTML `template` is left out.
    pub(crate) fn new(html: &'a Html) -> Self {
        let mut outline = Self { nodes: Vec::new(), text: String::new() };
        let mut open: Vec<usize> = Vec::new();
        let mut node = html.tree.root();
        'walk: loop {
            let mut below = node.first_child();
            if let Some(element) = ElementRef::wrap(node) {
                open.push(outline.open(element, open.last().copied()));
                if is_template(element.value()) {
                    below = None;
                }
            } else if let Some(text) = node.value().as_text() {
                outline.push_text(text, open.last().copied());
            }
            if let Some(child) = below {
                node = child;
                continue;
            }
            loop {
                if node.value().is_element() {
                    outline.close(open.pop().expect("each element was opened"));
                }
                if let Some(sibling) = node.next_sibling() {
                    node = sibling;
                    continue 'walk;
                }
                match node.parent() {
                    Some(parent) => node = parent,
                    None => return outline,
                }
            }
        }
    }

    /// The elements around one, nearest first.
    pub(crate) fn ancestors(&self, node: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.nodes[node].parent, |&above| self.nodes[above].parent)
    }

    /// The elements inside one, in document order.
    pub(crate) fn inside(&self, node: usize) -> Range<usize> {
        node + 1..self.nodes[node].end
    }

    /// The visible text of an element.
    pub(crate) fn text_of(&self, node: usize) -> &str {
        self.text[self.nodes[node].text.clone()].trim()
    }

    /// What is shown of an element: its text, or an image's `alt` where there is none.
    pub(crate) fn shown(&self, node: usize) -> &str {
        let text = self.text_of(node);
        if !text.is_empty() {
            return text;
        }
        let images = self.inside(node).map(|inner| self.nodes[inner].element);
        images.filter(|image| image.name() == "img").find_map(|image| image.attr("alt")).unwrap_or_default()
    }

    /// Whether an element begins a line of its own.
    pub(crate) fn is_block(&self, node: usize) -> bool {
        !INLINE.contains(&self.nodes[node].element.name())
    }

    fn open(&mut self, in_tree: ElementRef<'a>, parent: Option<usize>) -> usize {
        let (number, element) = (self.nodes.len(), in_tree.value());
        let in_post = is_text(element) || parent.is_some_and(|parent| self.nodes[parent].in_post);
        let node =
            OutlineNode { element, in_tree, parent, end: number + 1, text: 0..0, holds_post: false, in_post };
        self.nodes.push(node);
        if self.is_block(number) {
            push_tidy(&mut self.text, " ");
        }
        self.nodes[number].text = self.text.len()..self.text.len();
        number
    }

    fn close(&mut self, number: usize) {
        let element = self.nodes[number].element;
        self.nodes[number].end = self.nodes.len();
        self.nodes[number].text.end = self.text.len();
        if let Some(parent) = self.nodes[number].parent {
            self.nodes[parent].holds_post |= self.nodes[number].holds_post || is_of_post(element);
        }
        if self.is_block(number) {
            push_tidy(&mut self.text, " ");
        }
    }

    fn push_text(&mut self, text: &str, parent: Option<usize>) {
        let unseen = parent.is_some_and(|parent| is_unseen(self.nodes[parent].element));
        if !unseen {
            push_tidy(&mut self.text, text);
        }
    }
}

fn is_text(element: &Element) -> bool {
    element.classes().any(|class| names::BODY_TEXTS.contains(&class))
}

fn is_of_post(element: &Element) -> bool {
    element.name() == "h1" || element.classes().any(|class| class == "entry-content")
}

/// Whether an element is of HTML, not of SVG or `MathML`.
pub(crate) fn is_html(element: &Element) -> bool {
    &*element.name.ns == HTML_NAMESPACE
}

/// Whether what an element holds is not shown: scripts, styles, templates and the like.
pub(crate) fn is_unseen(element: &Element) -> bool {
    is_html(element) && (UNSEEN.contains(&element.name()) || is_template(element))
}

fn is_template(element: &Element) -> bool {
    element.name() == "template" && is_html(element)
}
