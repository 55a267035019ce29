//! The formats of tools, and the exports that hold no links.

use super::columns::normalised;
use crate::claim::Claim;

/// What a table was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Our own list.
    Trackward,
    /// Google Search Console, latest links or more sample links.
    SearchConsole,
    /// Ahrefs, link intersect.
    AhrefsIntersect,
    /// Ahrefs, backlinks or broken backlinks.
    Ahrefs,
    /// Ahrefs, the interface for programs.
    AhrefsApi,
    /// Semrush, backlinks.
    Semrush,
    /// Majestic, backlinks.
    Majestic,
    /// Moz, inbound links.
    Moz,
    /// Bing Webmaster Tools, backlinks.
    Bing,
    /// A spreadsheet with columns that are known by name.
    Spreadsheet,
    /// A list of addresses, one a line.
    Addresses,
    /// A table whose columns are known by what they hold only.
    Guessed,
}

impl Format {
    /// What people call it.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Trackward => "a list of trackward",
            Self::SearchConsole => "Google Search Console, links",
            Self::AhrefsIntersect => "Ahrefs, link intersect",
            Self::Ahrefs => "Ahrefs, backlinks",
            Self::AhrefsApi => "Ahrefs API, backlinks",
            Self::Semrush => "Semrush, backlinks",
            Self::Majestic => "Majestic, backlinks",
            Self::Moz => "Moz, inbound links",
            Self::Bing => "Bing Webmaster Tools, backlinks",
            Self::Spreadsheet => "a spreadsheet with columns known by name",
            Self::Addresses => "a list of addresses, one a line",
            Self::Guessed => "a table whose columns are known by what they hold",
        }
    }

    /// Whose claims it holds.
    pub const fn vendor(self) -> &'static str {
        match self {
            Self::Trackward => Claim::OURSELVES,
            Self::SearchConsole => "google",
            Self::AhrefsIntersect | Self::Ahrefs | Self::AhrefsApi => "ahrefs",
            Self::Semrush => "semrush",
            Self::Majestic => "majestic",
            Self::Moz => "moz",
            Self::Bing => "bing",
            Self::Spreadsheet | Self::Addresses | Self::Guessed => "file",
        }
    }

    /// The format whose telling columns are all among these names, which are normalised.
    pub(super) fn of(names: &[String]) -> Self {
        let found = SIGNS.iter().find(|(_, signs)| signs.iter().all(|sign| has(names, sign)));
        found.map_or(Self::Spreadsheet, |(format, _)| *format)
    }
}

/// The columns that tell a format, first match; each may be called by any of the names between bars.
const SIGNS: &[(Format, &[&str])] = &[
    (Format::Trackward, &["linkid", "source", "target"]),
    (Format::AhrefsIntersect, &["referringpageurl", "intersect"]),
    (Format::Ahrefs, &["referringpageurl", "targeturl|linkurl|urlto", "domainrating|ur|dr|urlrating"]),
    (Format::AhrefsApi, &["urlfrom", "urlto"]),
    (Format::Semrush, &["sourceurl", "targeturl", "pageascore|pagescore"]),
    (Format::Majestic, &["sourceurl", "targeturl", "flagnofollow"]),
    (Format::Moz, &["url|linkingpageurl", "targeturl", "pageauthority|pa|spamscore"]),
    (Format::Bing, &["sourceurl", "anchortext", "targeturl"]),
    (Format::SearchConsole, &["linkingpage|דףמקשר", "lastcrawled|נסרקלאחרונה"]),
];

fn has(names: &[String], sign: &str) -> bool {
    sign.split('|').any(|name| names.iter().any(|own| own == name))
}

/// Why a table is not imported, and what to export in its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Refusal {
    /// What it is.
    pub what: String,
    /// What to do.
    pub instead: String,
}

impl Refusal {
    pub(super) fn new(what: impl Into<String>, instead: impl Into<String>) -> Self {
        Self { what: what.into(), instead: instead.into() }
    }

    /// Refuses the exports that name no page that links; `table` is the name of the file or member.
    pub(super) fn of(names: &[String], table: &str) -> Option<Self> {
        let found = REFUSED.iter().find(|(signs, ..)| signs.iter().all(|sign| has(names, sign)));
        let (_, what, instead) = found?;
        let is_internal = normalised(table).contains("internal");
        let what = if is_internal {
            what.replace("linked from elsewhere", "linked from within")
        } else {
            (*what).into()
        };
        Some(Self::new(what, *instead))
    }
}

const LATEST_LINKS: &str = "in Search Console open Links, then Export external links, Latest links";
const AHREFS: &str = "in Ahrefs open Backlinks and export that";

/// Telling columns, what the table is, and the export to use instead.
const REFUSED: &[(&[&str], &str, &str)] = &[
    (
        &["site|אתר", "linkingpages|דפיםמקשרים", "targetpages|דפייעד"],
        "it lists sites, not the pages that link (Search Console, top linking sites)",
        LATEST_LINKS,
    ),
    (
        &["targetpage|דףיעד", "incominglinks|קישוריםנכנסים"],
        "it lists your own pages that are linked from elsewhere (Search Console, top linked pages)",
        LATEST_LINKS,
    ),
    (
        &["linkingtext|טקסטהקישור", "count|ספירה"],
        "it lists link texts, no addresses (Search Console, top linking text)",
        LATEST_LINKS,
    ),
    (
        &["domain", "linkstotarget"],
        "it lists domains, not the pages that link (Ahrefs, referring domains)",
        AHREFS,
    ),
    (
        &["url", "title", "pa", "linkingdomainstopage"],
        "it lists your own pages (Moz Link Explorer, top pages)",
        "in Moz open Inbound Links and export that",
    ),
    (
        &["domain", "backlinkscount"],
        "it lists domains, not the pages that link (Bing Webmaster Tools)",
        "in Bing open Backlinks, Pages, and export that",
    ),
    (
        &["anchor", "backlinkscount"],
        "it lists link texts, no addresses (Bing Webmaster Tools)",
        "in Bing open Backlinks, Pages, and export that",
    ),
    (
        &["domainascore", "domain"],
        "it lists domains, not the pages that link (Semrush, referring domains)",
        "in Semrush open Backlinks and export that",
    ),
];

/// Names of columns that hold domains: alone they name no page.
pub(super) const DOMAINS: [&str; 6] =
    ["domain", "referringdomain", "refdomain", "rootdomain", "linkingdomain", "site"];
