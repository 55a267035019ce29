//! What one check saw: never a state, only what reconcile may draw states from.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::extraction::{Entry, Reference, RobotsMeta, Warning};
use crate::memory::{Landmarks, Validators};
use crate::page_url::PageUrl;
use crate::rule::{Rule, Verdict};

/// What one check of a page saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// When the check ended.
    pub at: Timestamp,
    /// The page that was asked for.
    pub page: PageUrl,
    /// The rule that decided the verdict.
    pub rule: Rule,
    /// What exactly, in the host's or library's words: a status, an error text, a robots line.
    pub detail: String,
    /// The redirects that led to [`Observation::final_url`].
    pub chain: Vec<Hop>,
    /// The page that was read in the end.
    pub final_url: PageUrl,
    /// Whether the page was asked for without validators.
    pub unconditional: bool,
    /// References to our targets that were seen, whatever the verdict.
    pub references: Vec<Reference>,
    /// What the page says to search engines.
    pub robots: RobotsMeta,
    /// The page that it names in its place, where that is another.
    pub noncanonical: Option<PageUrl>,
    /// Whether the host's robots.txt asks Google not to look at the page.
    pub search_blocked: bool,
    /// The entries of the page, those of further pages of comments included.
    pub entries: Vec<Entry>,
    /// Targets of ours that stand on it as text.
    pub mentions: Vec<PageUrl>,
    /// What the host's own interface said of entries that were not seen.
    pub testimony: Vec<Testimony>,
    /// The shape of the page as read, where it was.
    pub landmarks: Option<Landmarks>,
    /// Its shape at the last readable look, where there was one.
    pub before: Option<Landmarks>,
    /// Validators that came with the answer.
    pub validators: Option<Validators>,
    /// What was odd.
    pub warnings: Vec<Warning>,
}

impl Observation {
    /// The verdict of the deciding rule.
    pub fn verdict(&self) -> Verdict {
        self.rule.verdict()
    }

    /// Whether the redirects led to another page than the one that was asked for.
    pub fn led_elsewhere(&self) -> bool {
        !self.final_url.is_same(&self.page)
    }

    /// Whether the page now lives at another address, by permanent redirects alone.
    pub fn moved_for_good(&self) -> bool {
        self.led_elsewhere() && self.chain.iter().all(Hop::is_permanent)
    }
}

/// What a host's own interface said of one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Testimony {
    /// The entry, such as `comment-7`.
    pub entry: String,
    /// What was said.
    pub said: Said,
}

/// What WordPress' REST interface says of a comment by its number (`docs/states.md`, testimony).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// 200: still approved.
    Approved,
    /// 401 `rest_cannot_read`: held back, spam or in the bin.
    TakenDown,
    /// 404 `rest_comment_invalid_id`: deleted.
    Deleted,
}

/// One redirect of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// The address that answered.
    pub from: PageUrl,
    /// Its status; 200 for a refresh by meta or header.
    pub status: u16,
}

impl Hop {
    /// Whether the status says that the move is for good (301 and 308).
    pub fn is_permanent(&self) -> bool {
        matches!(self.status, 301 | 308)
    }
}
