//! Whether the pages of ours that links point to are in order.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::names::names;
use crate::observation::{Hop, Observation};
use crate::page_url::PageUrl;
use crate::rule::Verdict;

/// A page of ours that links point to and that needs a look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetHealth {
    /// The page as it is linked.
    pub page: PageUrl,
    /// When it was asked for.
    pub at: Timestamp,
    /// What is wrong with it.
    pub fault: TargetFault,
    /// The page that readers get in its place.
    pub leads_to: PageUrl,
}

/// What is wrong with a page of ours; the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetFault {
    /// It is gone.
    Gone,
    /// It redirects to the front page: what it said is lost to readers and search engines.
    LedHome,
    /// It takes more than [`TargetHealth::REDIRECTS`] redirects to get to.
    LongChain,
    /// It redirects for the time being only.
    Temporary,
    /// It redirects for good: nothing is wrong, but the link might as well name the new address.
    Moved,
}

names!(TargetFault {
    Gone => "gone",
    LedHome => "led_home",
    LongChain => "long_chain",
    Temporary => "temporary",
    Moved => "moved",
});

impl TargetFault {
    /// The fault in words.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Gone => "the page is gone",
            Self::LedHome => "it redirects to the front page",
            Self::LongChain => "it takes more than two redirects",
            Self::Temporary => "it redirects for the time being (302, 303, 307)",
            Self::Moved => "it has moved for good; a note only",
        }
    }
}

impl TargetHealth {
    /// Redirects that are in order.
    pub const REDIRECTS: usize = 2;

    /// What a look at a page of ours shows; none when it is in order, or when the look proves nothing (a refusal,
    /// an error of the server).
    pub fn of(seen: &Observation) -> Option<Self> {
        let home = seen.final_url == seen.final_url.front_page() && seen.page != seen.page.front_page();
        let fault = match seen.verdict() {
            Verdict::Gone => TargetFault::Gone,
            Verdict::Readable if seen.chain.is_empty() => return None,
            Verdict::Readable if home => TargetFault::LedHome,
            Verdict::Readable if seen.chain.len() > Self::REDIRECTS => TargetFault::LongChain,
            Verdict::Readable if !seen.chain.iter().all(Hop::is_permanent) => TargetFault::Temporary,
            Verdict::Readable => TargetFault::Moved,
            _ => return None,
        };
        Some(Self { page: seen.page.clone(), at: seen.at, fault, leads_to: seen.final_url.clone() })
    }
}
