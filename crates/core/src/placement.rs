//! Where on the page a reference stands.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::names::names;

/// Where on the page a reference stands, most telling first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// A received trackback, pingback or webmention.
    Ping,
    /// A comment.
    Comment(CommentPart),
    /// The box about the author.
    AuthorBio,
    /// A list of recommended sites.
    Blogroll,
    /// Menus, header, footer.
    Navigation,
    /// Related posts and advertising.
    Related,
    /// The text of the page.
    Body,
    /// A "recent comments" list: repeats entries of other pages, never makes, keeps or breaks a link.
    WidgetEcho,
    /// Could not be told.
    Unknown,
}

/// Which part of a comment holds the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommentPart {
    /// The name of its author.
    Author,
    /// Its text.
    Text,
}

/// The placement without its finer part: what a link is recognised by (`docs/states.md`, identity).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlacementClass {
    /// As [`Placement::Ping`].
    Ping,
    /// As [`Placement::Comment`].
    Comment,
    /// As [`Placement::AuthorBio`].
    AuthorBio,
    /// As [`Placement::Blogroll`].
    Blogroll,
    /// As [`Placement::Navigation`].
    Navigation,
    /// As [`Placement::Related`].
    Related,
    /// As [`Placement::Body`].
    Body,
    /// As [`Placement::WidgetEcho`].
    WidgetEcho,
    /// As [`Placement::Unknown`].
    Unknown,
}

names!(PlacementClass {
    Ping => "ping",
    Comment => "comment",
    AuthorBio => "author_bio",
    Blogroll => "blogroll",
    Navigation => "navigation",
    Related => "related",
    Body => "body",
    WidgetEcho => "widget_echo",
    Unknown => "unknown",
});

impl Placement {
    /// The class without its finer part.
    pub const fn class(self) -> PlacementClass {
        match self {
            Self::Ping => PlacementClass::Ping,
            Self::Comment(_) => PlacementClass::Comment,
            Self::AuthorBio => PlacementClass::AuthorBio,
            Self::Blogroll => PlacementClass::Blogroll,
            Self::Navigation => PlacementClass::Navigation,
            Self::Related => PlacementClass::Related,
            Self::Body => PlacementClass::Body,
            Self::WidgetEcho => PlacementClass::WidgetEcho,
            Self::Unknown => PlacementClass::Unknown,
        }
    }
}

impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Comment(CommentPart::Author) => f.pad("comment author"),
            Self::Comment(CommentPart::Text) => f.pad("comment text"),
            other => f.pad(other.class().as_str()),
        }
    }
}
