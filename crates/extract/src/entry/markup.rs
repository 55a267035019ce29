//! Markup of an entry as it is kept for evidence: trimmed, bounded, nothing in it that runs.

use scraper::node::Element;
use scraper::{ElementRef, Node};
use trackward_core::{Limits, without_userinfo};

use crate::marks::Marks;
use crate::outline::is_unseen;
use crate::placement::names;
use crate::text::push_tidy;

/// Attributes that say something of a link or of the entry it is in, in the order they are written in.
const KEPT: &[&str] = &[
    "id", "class", "href", "rel", "title", "alt", "name", "datetime", "itemprop", "itemtype", "hidden",
    "style",
];
/// Elements without an end tag.
const VOID: &[&str] = &["area", "br", "hr", "img", "input", "wbr"];
/// Nodes that are looked at, however little they hold.
const NODES: usize = 2_000;

/// The markup of an entry: no scripts, styles, comments or replies, white space collapsed, and at most
/// [`Limits::ENTRY_HTML_BYTES`].
pub(crate) fn markup(entry: ElementRef<'_>) -> String {
    let mut out = String::new();
    let own_id = entry_id(entry.value());
    let is_kept = |node: &Node| match node {
        Node::Element(element) => {
            !is_unseen(element) && entry_id(element).is_none_or(|id| own_id.as_ref() == Some(&id))
        }
        Node::Text(_) => true,
        _ => false,
    };
    let mut node = *entry;
    let mut visited = 0;
    'walk: while visited < NODES && out.len() < Limits::ENTRY_HTML_BYTES {
        visited += 1;
        let kept = is_kept(node.value());
        if kept {
            open(&mut out, node.value());
        }
        if let Some(child) = node.first_child().filter(|_| kept) {
            node = child;
            continue;
        }
        loop {
            if is_kept(node.value()) {
                close(&mut out, node.value());
            }
            if node == *entry {
                break 'walk;
            }
            if let Some(sibling) = node.next_sibling() {
                node = sibling;
                continue 'walk;
            }
            let Some(parent) = node.parent() else { break 'walk };
            node = parent;
        }
    }
    out.truncate(out.floor_char_boundary(Limits::ENTRY_HTML_BYTES));
    out
}

fn entry_id(element: &Element) -> Option<String> {
    names::entry_id(&Marks::new(element.name(), element.attr("id"), element.attr("class")))
}

fn open(out: &mut String, node: &Node) {
    match node {
        Node::Text(text) => push_tidy(out, &escape(text)),
        Node::Element(element) => {
            out.push('<');
            out.push_str(element.name());
            let value = |name: &&'static str| Some((*name, element.attr(name)?));
            for (name, value) in KEPT.iter().filter_map(value) {
                out.extend([" ", name, "=\""]);
                let value = if name == "href" { without_userinfo(value) } else { value.into() };
                push_tidy(out, &escape(&value));
                out.push('"');
            }
            out.push('>');
        }
        _ => {}
    }
}

fn close(out: &mut String, node: &Node) {
    if let Node::Element(element) = node
        && !VOID.contains(&element.name())
    {
        out.extend(["</", element.name(), ">"]);
    }
}

/// Text as markup; what is longer than all that is kept is cut before any work is done on it.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(Limits::ENTRY_HTML_BYTES) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use scraper::{Html, Selector};

    use super::*;

    fn markup_of(text: &str) -> String {
        let html = Html::parse_document(text);
        let entry = Selector::parse("li").unwrap();
        markup(html.select(&entry).next().unwrap())
    }

    #[test]
    fn entry_is_kept_without_what_runs_and_without_its_replies() {
        assert_eq!(
            markup_of(
                "<ol><li class=pingback id=comment-7 onclick=x()>Ping &amp;\n\n  <script>x()</script><style>*{}</style>\
                 <!-- no --><a href='/?a=\"&amp;b' data-x=1>us</a><br><ol><li id=comment-8>reply</li></ol></li></ol>"
            ),
            "<li id=\"comment-7\" class=\"pingback\">Ping &amp; <a href=\"/?a=&quot;&amp;b\">us</a><br><ol></ol></li>"
        );
    }

    #[test]
    fn entry_is_kept_without_the_passwords_of_its_links() {
        assert_eq!(
            markup_of("<li><a href='https://user:secret@ours.example/@a'>us</a></li>"),
            "<li><a href=\"https://ours.example/@a\">us</a></li>"
        );
    }

    #[test]
    fn entry_is_cut_at_its_limit_between_characters() {
        let of = |chars: usize| markup_of(&format!("<li>{}</li>", "é".repeat(chars)));
        let around = "<li></li>".len();
        let most = (Limits::ENTRY_HTML_BYTES - around) / 2;
        assert!(of(most).ends_with("é</li>"));
        let cut = of(Limits::ENTRY_HTML_BYTES);
        assert!(cut.len() <= Limits::ENTRY_HTML_BYTES && cut.len() > Limits::ENTRY_HTML_BYTES - 4);
        assert!(cut.ends_with('é'));
    }
}
