//! What is asked of a fetcher.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use trackward_core::{Fetched, PageUrl, Validators};

/// Makes one request.
#[async_trait]
pub trait Fetch: Send + Sync + fmt::Debug {
    /// Makes exactly one GET; follows nothing, waits for nobody.
    async fn fetch(&self, request: &Request) -> Fetched;
}

/// One GET.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What is asked for.
    pub url: PageUrl,
    /// What for: decides how much is read.
    pub purpose: Purpose,
    /// Makes the request conditional: `If-None-Match`, or `If-Modified-Since` where there is no `ETag`.
    pub validators: Option<Validators>,
    /// Asks caches on the way for a fresh copy.
    pub no_cache: bool,
    /// What is left of the time of the visit.
    pub time_left: Duration,
}

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A page to be judged.
    Page,
    /// An answer of a host's programming interface, at most [`crate::Limits::INTERFACE_BYTES`].
    Interface,
    /// A robots.txt: its first [`crate::Limits::ROBOTS_BYTES`] are read.
    Robots,
    /// A feed.
    Feed,
    /// A sitemap.
    Sitemap,
}
