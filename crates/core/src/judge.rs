//! From what came back to an observation: which rule decides.

use jiff::Timestamp;

use crate::extraction::Extraction;
use crate::fetched::{Response, Trouble};
use crate::link::Link;
use crate::memory::PageMemory;
use crate::observation::{Hop, Observation};
use crate::page_url::PageUrl;
use crate::policy::Policy;

/// Everything that came back from one visit to a page.
#[derive(Debug)]
pub struct Visited {
    /// The page that was asked for.
    pub page: PageUrl,
    /// When the visit ended.
    pub at: Timestamp,
    /// The redirects that were followed.
    pub chain: Vec<Hop>,
    /// Where they led.
    pub final_url: PageUrl,
    /// Whether validators were sent with the last request.
    pub conditional: bool,
    /// How it ended.
    pub end: VisitEnd,
}

/// How a visit ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum VisitEnd {
    /// With an answer; read as a page where it is one.
    Answered {
        /// The answer; its body may have been taken out.
        response: Response,
        /// What the page says.
        extraction: Option<Extraction>,
    },
    /// Without an answer.
    Failed(Trouble),
    /// robots.txt disallows the page; the deciding line.
    Disallowed(String),
    /// robots.txt could not be had; why.
    RobotsUnreachable(String),
    /// Redirects that lead nowhere; why.
    Lost(String),
    /// The parser failed on the page.
    ParserFault(String),
}

/// Judges a visit: finds the rule that decides, and says what was seen.
pub fn judge(_visited: Visited, _memory: &PageMemory, _links: &[Link], _policy: &Policy) -> Observation {
    unimplemented!()
}
