//! What the report promises, over whole weeks.

#![expect(
    clippy::unwrap_used,
    reason = "clippy sees tests only in `#[test]` functions, not in their helpers"
)]

mod browser;
mod client;
mod contrast;
mod coverage;
mod formats;
mod golden;
mod hostile;
mod schema;
mod sums;
mod trends;
mod weeks;
