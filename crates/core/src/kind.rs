//! The kinds of reference that are watched.

use serde::{Deserialize, Serialize};

use crate::names::names;
use crate::placement::{CommentPart, Placement, PlacementClass};

/// How a reference came to stand on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `TrackBack` 1.2.
    Trackback,
    /// Pingback 1.0.
    Pingback,
    /// W3C Webmention.
    Webmention,
    /// A comment that links to us.
    Comment,
    /// A link an author set.
    Editorial,
}

names!(Kind {
    Trackback => "trackback",
    Pingback => "pingback",
    Webmention => "webmention",
    Comment => "comment",
    Editorial => "editorial",
});

impl Kind {
    /// Whether a reference standing there can be the one that was sent or promised.
    ///
    /// Themes swap trackback, pingback and webmention, and untyped themes print them as comments, so
    /// those kinds are one family (`docs/states.md`).
    pub fn fits(self, placement: Placement) -> bool {
        match (self, placement) {
            (_, Placement::WidgetEcho) => false,
            (_, Placement::Unknown) => true,
            (Self::Trackback | Self::Pingback | Self::Webmention, place) => {
                matches!(place, Placement::Ping | Placement::Comment(CommentPart::Author))
            }
            (Self::Comment, place) => matches!(place, Placement::Comment(_)),
            (Self::Editorial, place) => !matches!(place, Placement::Ping | Placement::Comment(_)),
        }
    }

    /// Where such a reference is expected to stand.
    pub fn expected(self) -> PlacementClass {
        match self {
            Self::Trackback | Self::Pingback | Self::Webmention => PlacementClass::Ping,
            Self::Comment => PlacementClass::Comment,
            Self::Editorial => PlacementClass::Body,
        }
    }
}
