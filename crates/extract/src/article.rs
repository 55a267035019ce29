//! Whether a page has an article: a container that holds the text of a post.

use lol_html::html_content::TextType;

use crate::marks::Marks;
use crate::markup::Tag;

/// Least text of an article, in characters: a notice in its place is shorter.
const ARTICLE_CHARS: usize = 200;

/// Class tokens of containers.
const CONTAINERS: &[&str] = &["entry-content", "post-content", "hentry"];

/// What themes call the container that stands in place of a post that is not there.
const NOTHING: &[&str] = &["error404", "error-404", "not-found", "no-results"];

/// Looks for an article while a page is read.
#[derive(Debug, Default)]
pub(crate) struct Article {
    open: Option<Open>,
    found: bool,
}

/// The outermost container whose end tag has not come yet.
#[derive(Debug)]
struct Open {
    depth: usize,
    /// Whether it stands in place of an article.
    is_nothing: bool,
    chars: usize,
}

impl Article {
    /// Whether there was one.
    pub(crate) fn is_found(&self) -> bool {
        self.found
    }

    /// Takes in a start tag outside of received entries, which themes mark up as articles too.
    pub(crate) fn start(&mut self, tag: &Tag<'_, '_, '_>, marks: &Marks<'_>, depth: usize) {
        if self.open.is_some() || !tag.has_content() || marks.is_frame() {
            return;
        }
        let is_nothing = marks.token_in(NOTHING).is_some();
        if is_nothing || is_container(tag, marks) {
            self.open = Some(Open { depth, is_nothing, chars: 0 });
        }
    }

    /// Takes in an end tag.
    pub(crate) fn end(&mut self, depth: usize) {
        if self.open.as_ref().is_some_and(|open| open.depth > depth) {
            self.open = None;
        }
    }

    /// Takes in text outside of received entries.
    pub(crate) fn text(&mut self, text: &str, kind: TextType) {
        if let Some(open) = &mut self.open
            && !open.is_nothing
            && matches!(kind, TextType::Data | TextType::CDataSection)
        {
            open.chars += text.chars().filter(|c| !c.is_whitespace()).count();
            self.found |= open.chars >= ARTICLE_CHARS;
        }
    }
}

fn is_container(tag: &Tag<'_, '_, '_>, marks: &Marks<'_>) -> bool {
    tag.name == "article"
        || marks.token_in(CONTAINERS).is_some()
        || tag.attr("itemprop").is_some_and(|prop| prop.eq_ignore_ascii_case("articleBody"))
}
