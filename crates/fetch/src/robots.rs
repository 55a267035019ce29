//! robots.txt by RFC 9309: what a host asks of us, and what follows for one page.
//!
//! Besides the RFC, `Crawl-delay` is read because hosts still set it, and a line of two words without a
//! colon counts as name and value. Not followed: Google's reading of `/index.html` as `/`.

mod answer;
mod decide;
mod parse;
mod pattern;

#[cfg(test)]
mod google_cases;

pub use answer::{answer, max_age};
pub use decide::{Decision, decide, is_closed_to_search};
pub use parse::{parse, parse_for};
