//! What is remembered of a page from check to check.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::page_url::PageUrl;
use crate::rule::Rule;

/// What is remembered of a page from check to check; everything that is no link state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageMemory {
    /// Checks so far.
    pub checks: u32,
    /// The last check, and the rule that decided it.
    pub last: Option<(Timestamp, Rule)>,
    /// The last conclusive check.
    pub conclusive_at: Option<Timestamp>,
    /// Inconclusive checks in a row.
    pub failures: u32,
    /// The shape of the page at its last readable look.
    pub landmarks: Option<Landmarks>,
    /// Validators of the last full body.
    pub validators: Option<Validators>,
    /// Since when the page cannot be read.
    pub unreadable: Option<Unreadable>,
    /// A new shape that is not trusted yet.
    pub doubt: Option<Doubt>,
    /// When NXDOMAIN was first answered in a row, and how often.
    pub no_such_host: Option<(Timestamp, u32)>,
    /// Where the page has moved for good, and how many checks in a row said so.
    pub moved: Option<(PageUrl, u32)>,
}

/// The shape of a page, compared before an absence is believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Landmarks {
    /// Decoded size in bytes.
    pub bytes: u64,
    /// Its title.
    pub title: Option<String>,
    /// Its canonical address.
    pub canonical: Option<PageUrl>,
    /// Names of its ping and comment containers; sorted, unique.
    pub containers: Vec<String>,
    /// Ids of its entries, in document order; no names, no texts.
    pub entries: Vec<String>,
    /// Whether its comments go on over further pages.
    pub paginated: bool,
}

/// What a conditional request sends, and how long it may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag` as sent.
    pub etag: Option<String>,
    /// `Last-Modified` as sent.
    pub last_modified: Option<String>,
    /// When the body they belong to was read.
    pub body_at: Timestamp,
    /// Conditional checks since then.
    pub uses: u8,
}

/// A page that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// Since when.
    pub since: Timestamp,
    /// What keeps it unread.
    pub rule: Rule,
    /// In the host's or library's words.
    pub detail: String,
    /// Whether the one event was made.
    pub announced: bool,
}

/// A new shape of a page that is not trusted yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// The shape.
    pub shape: Landmarks,
    /// When it was first seen.
    pub since: Timestamp,
    /// How many checks in a row saw it.
    pub checks: u32,
}
