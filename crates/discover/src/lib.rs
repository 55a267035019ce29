//! Where trackward looks for pages that nobody told it about.
//!
//! Whatever is asked for here is asked of an [`trackward_monitor::Explorer`]: robots.txt, the rest of hosts, the budget
//! and the look itself are its business, and no socket is opened here. [`search`] goes through hosts that link to us: their
//! feeds, their sitemaps, and with the feature `spider` all pages that their links lead to.
//!
//! What people already have is read without asking anybody: [`access_log`], plain
//! [`list`]s and exports of [`webmention_io`].

pub mod access_log;
#[cfg(feature = "spider")]
mod crawl;
pub mod feed;
mod guard;
mod lines;
pub mod list;
mod log_line;
mod referrer;
mod search;
pub mod sitemap;
mod unusable;
pub mod webmention_io;

pub use search::{Means, search};
pub use unusable::{NAMED, Unusable};

/// Whether this build can crawl hosts.
pub const CRAWLS: bool = cfg!(feature = "spider");
