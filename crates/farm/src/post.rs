//! A post with its links and what it received.

use crate::entry::Entry;

/// A post: some paragraphs, editorial links, and received entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    pub(crate) path: &'static str,
    pub(crate) title: &'static str,
    pub(crate) links: Vec<BodyLink>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) has_neighbours: bool,
    /// Whether the list of trackbacks is shown; with it goes the whole discussion where they are one list.
    pub(crate) shows_list: bool,
    pub(crate) noindex: bool,
}

/// A link that the author set in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLink {
    /// Where it leads.
    pub href: &'static str,
    /// Its text.
    pub anchor: &'static str,
    /// Its `rel`; empty for none.
    pub rel: &'static str,
}

impl Post {
    /// A post at `path` (`/words-in-between/`), with a few trackbacks and comments by others.
    pub fn new(path: &'static str, title: &'static str) -> Self {
        Self {
            path,
            title,
            links: Vec::new(),
            entries: Vec::new(),
            has_neighbours: true,
            shows_list: true,
            noindex: false,
        }
    }

    /// Without trackbacks and comments by others.
    #[must_use]
    pub fn alone(self) -> Self {
        Self { has_neighbours: false, ..self }
    }

    /// With an entry.
    #[must_use]
    pub fn entry(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }

    /// With a link in its text.
    #[must_use]
    pub fn link(mut self, link: BodyLink) -> Self {
        self.links.push(link);
        self
    }
}

impl BodyLink {
    /// A link without `rel`.
    pub fn new(href: &'static str, anchor: &'static str) -> Self {
        Self { href, anchor, rel: "" }
    }

    /// With this `rel`.
    #[must_use]
    pub fn rel(self, rel: &'static str) -> Self {
        Self { rel, ..self }
    }
}
