//! Time of the simulation: minutes since its start.

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};

pub(crate) const HOUR: i64 = 60;
pub(crate) const DAY: i64 = 24 * HOUR;
pub(crate) const YEAR: i64 = 365 * DAY;

static START: LazyLock<Timestamp> = LazyLock::new(crate::support::start);

/// The instant of a minute.
pub(crate) fn instant(minute: i64) -> Timestamp {
    *START + SignedDuration::from_mins(minute)
}

/// The minute of an instant, rounded up.
pub(crate) fn minute(at: Timestamp) -> i64 {
    (at.duration_since(*START).as_secs() + 59).div_euclid(60)
}
