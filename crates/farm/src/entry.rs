//! A received trackback, pingback or comment, and its moderation.

use crate::prose;

/// A received trackback, pingback or comment; held for moderation until it is approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub(crate) key: &'static str,
    pub(crate) kind: EntryKind,
    pub(crate) name: &'static str,
    pub(crate) url: &'static str,
    pub(crate) rel: Option<&'static str>,
    pub(crate) text: &'static str,
    pub(crate) moderation: Moderation,
    /// Given by the blog in the order received, from 1; `comment-N` in the markup.
    pub(crate) number: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    Trackback,
    Pingback,
    Comment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moderation {
    Held,
    Approved,
    Trashed,
}

impl Entry {
    /// A trackback from `url`; `key` names it in the script and is unique on its blog.
    pub fn trackback(key: &'static str, url: &'static str) -> Self {
        Self::new(EntryKind::Trackback, key, url)
    }

    /// A pingback from `url`; `key` as for [`Entry::trackback`].
    pub fn pingback(key: &'static str, url: &'static str) -> Self {
        Self::new(EntryKind::Pingback, key, url)
    }

    /// A comment whose author's name links to `url`; `key` as for [`Entry::trackback`].
    pub fn comment(key: &'static str, url: &'static str) -> Self {
        Self::new(EntryKind::Comment, key, url)
    }

    fn new(kind: EntryKind, key: &'static str, url: &'static str) -> Self {
        Self {
            key,
            kind,
            name: prose::OUR_NAME,
            url,
            rel: None,
            text: prose::OUR_EXCERPT,
            moderation: Moderation::Held,
            number: 0,
        }
    }

    /// Shown from the moment it is there.
    #[must_use]
    pub fn approved(self) -> Self {
        Self { moderation: Moderation::Approved, ..self }
    }

    /// The name it links from.
    #[must_use]
    pub fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// Its `rel`, in place of the theme's; empty for none.
    #[must_use]
    pub fn rel(self, rel: &'static str) -> Self {
        Self { rel: Some(rel), ..self }
    }

    pub(crate) fn is_shown(&self) -> bool {
        self.moderation == Moderation::Approved
    }
}

impl EntryKind {
    pub(crate) fn is_ping(self) -> bool {
        self != Self::Comment
    }

    /// The class WordPress gives the entry.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Trackback => "trackback",
            Self::Pingback => "pingback",
            Self::Comment => "comment",
        }
    }
}
