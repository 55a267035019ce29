//! Step 5: the section a link stands in, where only a heading before a flat list tells.

use super::{Around, steps, words};
use crate::outline::Outline;

/// The last heading or anchor in document order that names received pings.
#[derive(Debug, Default)]
pub(crate) struct Cursor {
    section: Option<Section>,
}

#[derive(Debug)]
struct Section {
    /// What names it, such as the heading's text.
    name: String,
    /// Level of the heading; anchors and legends are below all.
    level: u8,
    /// The `main`, `article` or child of `body` it stands in.
    scope: Option<usize>,
}

/// Longest heading that is looked at and kept as evidence, in characters.
const NAME_CHARS: usize = 80;
/// Level of what is no `h1` to `h6`.
const LOWEST: u8 = 7;

impl Cursor {
    /// Moves on to an element: a heading opens a section, or ends the one before.
    pub(crate) fn pass(&mut self, outline: &Outline<'_>, node: usize) {
        let element = outline.nodes[node].element;
        let level = match element.name() {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => element.name().as_bytes()[1] - b'0',
            "legend" => LOWEST,
            "a" if element.attr("href").is_none() => LOWEST,
            _ if element.classes().any(|class| class == "comments-head") => LOWEST,
            _ => return,
        };
        let id = element.attr("id").or(element.attr("name")).unwrap_or_default();
        let text: String = outline.text_of(node).chars().take(NAME_CHARS).collect();
        let names_pings = words::names_pings(&text).is_some()
            || (words::names_pings(id).is_some() && !is_of_comments(&text));
        // The text of a post may well be about trackbacks.
        let in_post = outline.nodes[node].parent.is_some_and(|parent| outline.nodes[parent].in_post);
        if names_pings && !in_post {
            let name = if text.is_empty() { id.to_owned() } else { text };
            self.section = Some(Section { name, level, scope: scope(outline, node) });
        } else if is_of_comments(&text) || is_of_comments(id) || self.is_left_at(level) {
            self.section = None;
        }
    }

    /// Whether a heading of another kind ends the section; one below its level belongs to an entry.
    fn is_left_at(&self, level: u8) -> bool {
        level < LOWEST && self.section.as_ref().is_some_and(|section| level <= section.level)
    }

    /// The section a link with these elements around it stands in.
    pub(crate) fn section_of(&self, above: &[Around<'_>]) -> Option<&str> {
        let section = self.section.as_ref()?;
        let inside = match section.scope {
            Some(scope) => &above[..above.iter().position(|around| around.node == scope)?],
            None => above,
        };
        let has_left = inside.iter().any(|around| steps::ends_section(around, above));
        (!has_left).then_some(section.name.as_str())
    }
}

fn is_of_comments(text: &str) -> bool {
    words::names_comments(&text.to_lowercase())
}

/// The nearest `main` or `article` around an element, or else the child of `body` that holds it.
fn scope(outline: &Outline<'_>, node: usize) -> Option<usize> {
    let named = |&above: &usize| matches!(outline.nodes[above].element.name(), "main" | "article");
    let below_body = |&above: &usize| {
        outline.nodes[above].parent.is_some_and(|parent| outline.nodes[parent].element.name() == "body")
    };
    outline.ancestors(node).find(named).or_else(|| outline.ancestors(node).find(below_body))
}
