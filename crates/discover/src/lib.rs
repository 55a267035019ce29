//! Where trackward looks for pages that nobody told it about.
//!
//! Whatever is asked for here is asked of an [`trackward_monitor::Explorer`]: robots.txt, the rest of hosts, the budget
//! and the look itself are its business, and no socket is opened here. [`search`] goes through hosts that link to us: their
//! feeds, their sitemaps, and with the feature `spider` all pages that their links lead to.

#[cfg(feature = "spider")]
mod crawl;
pub mod feed;
mod guard;
mod search;
pub mod sitemap;

pub use search::{Means, search};

/// Whether this build can crawl hosts.
pub const CRAWLS: bool = cfg!(feature = "spider");
