//! One polite GET of one URL: address gate, robots.txt, caps and clocks.
//!
//! [`HttpFetch`] makes exactly one request and says how it ended as [`trackward_core::Fetched`];
//! trouble is data, not an error. [`AddressGate`] is the only way to a socket. [`robots`] reads what a
//! host asks of us.
//!
//! Deliberately absent: following redirects, retries, waiting for a host's rest, cookies, a `Referer`.
//! They are the business of a visit (`trackward-monitor`), or of nobody.
//!
//! ```
//! use trackward_core::PageUrl;
//! use trackward_fetch::robots;
//!
//! let answer = robots::parse(b"User-agent: *\nDisallow: /private");
//! let decision = robots::decide(&answer, &PageUrl::parse("https://host.example/private/post")?);
//! assert!(!decision.allowed);
//! assert_eq!(decision.rule, "Disallow: /private");
//! # Ok::<(), trackward_core::UrlError>(())
//! ```

mod agent;
mod body;
mod client;
mod decode;
mod error;
mod gate;
mod http;
mod limits;
mod request;
mod resolve;
mod retry_after;
pub mod robots;
mod trouble;

pub use agent::UserAgent;
pub use error::FetchError;
pub use gate::{AddressGate, Network, shared_network};
pub use http::{FetchSettings, HttpFetch};
pub use limits::Limits;
pub use request::{Fetch, Purpose, Request};
pub use retry_after::retry_after;
