//! How deep the tree of a page becomes, without building it: never less than it will be.
//!
//! The tree builder ignores end tags that do not reach their element, and moves the content of
//! formatting elements out of them. So in doubt an element counts as open.

/// The elements that are open.
#[derive(Debug, Default)]
pub(crate) struct Nesting(Vec<Open>);

#[derive(Debug)]
struct Open {
    name: String,
    class: Class,
}

/// What an element does to end tags, each class stopping at least what the one before it stops
/// (HTML Living Standard, 13.2.4.2 and 13.2.6.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Class {
    /// Rebuilt in what follows until its end tag comes.
    Formatting,
    /// An "ordinary" element: its end tag is ignored when a block is open inside.
    Inline,
    Block,
    /// A list: the end tag of an item does not reach beyond.
    List,
    /// Content that is not HTML, or holds HTML inside such: tags of HTML close it without a sign.
    Foreign,
    /// A border of scopes.
    Scope,
    Cell,
    Row,
    Table,
    Template,
}

impl Class {
    fn of(name: &str) -> Self {
        match name {
            "a" | "b" | "big" | "code" | "em" | "font" | "i" | "nobr" | "s" | "small" | "strike"
            | "strong" | "tt" | "u" => Self::Formatting,
            "address" | "article" | "aside" | "blockquote" | "center" | "dd" | "details" | "dialog"
            | "div" | "dl" | "dt" | "fieldset" | "figcaption" | "figure" | "footer" | "form" | "h1"
            | "h2" | "h3" | "h4" | "h5" | "h6" | "header" | "hgroup" | "li" | "listing" | "main" | "nav"
            | "p" | "pre" | "search" | "section" | "summary" => Self::Block,
            "dir" | "menu" | "ol" | "ul" => Self::List,
            "svg" | "math" | "foreignobject" | "desc" | "mi" | "mo" | "mn" | "ms" | "mtext"
            | "annotation-xml" => Self::Foreign,
            "applet" | "button" | "marquee" | "object" | "select" => Self::Scope,
            "td" | "th" | "caption" => Self::Cell,
            "tr" | "tbody" | "thead" | "tfoot" => Self::Row,
            "table" => Self::Table,
            "template" => Self::Template,
            _ => Self::Inline,
        }
    }
}

/// Whether the tree builder repeats an element in every block that follows until its end tag comes.
pub(crate) fn is_formatting(name: &str) -> bool {
    Class::of(name) == Class::Formatting
}

impl Nesting {
    /// How many elements are open.
    pub(crate) fn depth(&self) -> usize {
        self.0.len()
    }

    /// Takes in the start tag of an element with content.
    pub(crate) fn open(&mut self, name: &str) {
        let class = Class::of(name);
        let ignored = match class {
            Class::Cell | Class::Row => !self.0.iter().any(|open| open.class >= Class::Table),
            // There is one of each, whatever the page says.
            _ => matches!(name, "html" | "head" | "body" | "frameset"),
        };
        if !ignored {
            self.close_for(name, class);
            self.0.push(Open { name: name.to_owned(), class });
        }
    }

    /// Takes in an end tag.
    pub(crate) fn close(&mut self, name: &str) {
        let Some(at) = self.0.iter().rposition(|open| open.name == name) else { return };
        let class = Class::of(name);
        if matches!(class, Class::Formatting | Class::Foreign) || name == "form" {
            self.0.remove(at); // what stands inside may stay open
        } else if !self.0[at + 1..].iter().any(|inner| stops(inner.class, class, name)) {
            self.0.truncate(at);
        }
    }

    /// Closes what a new element takes the place of: a paragraph, or one of its own kind whose end tag was
    /// left out. Inline elements inside count as open still.
    fn close_for(&mut self, name: &str, class: Class) {
        if matches!(class, Class::Block | Class::List) {
            let at = self.0.iter().rposition(|open| open.name == "p" || open.class >= Class::Foreign);
            if let Some(at) = at.filter(|&at| self.0[at].name == "p") {
                self.0.remove(at);
            }
        }
        let closes: &[&str] = match name {
            "li" => &["li"],
            "dt" | "dd" => &["dt", "dd"],
            "td" | "th" => &["td", "th"],
            "tr" => &["tr"],
            "option" if self.0.last().is_some_and(|top| top.name == "option") => &["option"],
            _ => return,
        };
        let passed = |open: &Open| {
            open.class <= Class::Inline || open.name == "p" || (name == "tr" && open.class == Class::Cell)
        };
        let is_sought = |open: &Open| closes.contains(&open.name.as_str());
        let at = self.0.iter().rposition(|open| is_sought(open) || !passed(open));
        if let Some(at) = at.filter(|&at| is_sought(&self.0[at])) {
            let inside = self.0.split_off(at);
            self.0.extend(inside.into_iter().skip(1).filter(|open| open.class <= Class::Inline));
        }
    }
}

/// Whether the end tag of an element does not get past an open one of class `inner`.
fn stops(inner: Class, class: Class, name: &str) -> bool {
    match class {
        Class::Formatting | Class::Foreign | Class::Inline => inner >= Class::Block,
        Class::Block if name == "li" => inner >= Class::List,
        Class::Block | Class::List | Class::Scope => inner >= Class::Foreign,
        Class::Cell | Class::Row => inner >= Class::Table,
        Class::Table => inner >= Class::Template,
        Class::Template => false,
    }
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::*;
    use crate::markup::{self, Reader, Strictness, Tag};

    /// The deepest nesting while a page is read.
    #[derive(Default)]
    struct Deepest(Nesting, usize);

    impl Reader for Deepest {
        fn start(&mut self, tag: &Tag<'_, '_, '_>, _depth: usize) {
            if tag.has_content() {
                self.0.open(tag.name);
                self.1 = self.1.max(self.0.depth());
            }
        }

        fn end(&mut self, name: &str, _depth: usize) {
            self.0.close(name);
        }
    }

    fn estimate(page: &str) -> usize {
        let mut deepest = Deepest::default();
        markup::read(page, Strictness::Lenient, &mut deepest);
        deepest.1
    }

    /// Formatting elements not counted: those that are rebuilt have a budget of their own.
    fn depth_of_tree(page: &str) -> usize {
        let html = Html::parse_document(page);
        let counts = |node: &scraper::Node| node.as_element().is_none_or(|el| !is_formatting(el.name()));
        let depths = html.tree.nodes().map(|node| node.ancestors().filter(|n| counts(n.value())).count());
        depths.max().unwrap_or_default()
    }

    #[test]
    fn elements_whose_end_tags_are_left_out_are_not_deep() {
        for (before, again) in [
            ("<ul>", "<li><p>text <span>more</span>"),
            ("<table>", "<tr><td>a<td>b"),
            ("<dl>", "<dt>a<dd>b"),
            ("<select>", "<option>a"),
            ("", "<p>text<div>x</div>"),
        ] {
            assert!(estimate(&(before.to_owned() + &again.repeat(100))) < 10, "{again}");
        }
    }

    #[test]
    fn elements_that_only_seem_closed_count_as_open() {
        for shape in [
            "<b><div></b>",
            "<div><table><tr><td></div>",
            "<span><div></span>",
            "<td><div></td>",
            "<body><div></body>",
            "<head><div></head>",
            "<svg><div></svg>",
            "<form><div></form>",
            "<li><ul></li>",
            "<li><dd>",
            "<div><select></div></select>",
            "<table><tr><td><table></td>",
            "<option><span>",
            "<div><svg><foreignObject></div>",
            "<x><div></x>",
        ] {
            let page = shape.repeat(50);
            // Slack: html, body, the text node and the few elements that a table implies at once.
            assert!(estimate(&page) + 6 >= depth_of_tree(&page).min(50), "{shape}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_stays_open_each_time_is_seen_to_add_up(
            names in proptest::collection::vec((proptest::bool::ANY, 0..NAMES.len()), 1..8)
        ) {
            let tag = |(closes, n): &(bool, usize)| {
                if *closes { format!("</{}>", NAMES[*n]) } else { format!("<{}>", NAMES[*n]) }
            };
            // An element that stays open each time makes the tree 150 deep; tables and templates imply up to four.
            let page = names.iter().map(tag).collect::<String>().repeat(150);
            let (taken, real) = (estimate(&page), depth_of_tree(&page));
            proptest::prop_assert!(5 * taken + 60 >= real, "{taken} for {real}: {page}");
        }
    }

    const NAMES: &[&str] = &[
        "div",
        "p",
        "span",
        "b",
        "a",
        "ul",
        "li",
        "dd",
        "table",
        "tr",
        "td",
        "tbody",
        "caption",
        "form",
        "button",
        "select",
        "option",
        "svg",
        "body",
        "html",
        "head",
        "h1",
        "section",
        "template",
        "label",
        "font",
        "object",
        "math",
        "mi",
        "foreignObject",
    ];
}
