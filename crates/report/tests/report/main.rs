//! What the report promises, over whole weeks.

#![expect(
    clippy::unwrap_used,
    reason = "clippy sees tests only in `#[test]` functions, not in their helpers"
)]

mod browser;
mod contrast;
mod coverage;
mod golden;
mod hostile;
mod sums;
mod weeks;
