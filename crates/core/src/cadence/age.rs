//! Spans of time as the schedule counts them: days inside, whole seconds outside, round words for people.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

/// Seconds of a day.
pub(super) const DAY_SECONDS: f64 = 86_400.0;

/// Days from one instant to a later one; negative when it is earlier.
pub(super) fn days_between(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64() / DAY_SECONDS
}

/// A span in days.
pub(super) fn days(span: SignedDuration) -> f64 {
    span.as_secs_f64() / DAY_SECONDS
}

/// So many days after an instant, rounded to the second; never past the end of time.
pub(super) fn days_after(from: Timestamp, days: f64) -> Timestamp {
    after(from, SignedDuration::from_secs(whole(days * DAY_SECONDS)))
}

/// So long after an instant; never past the end of time.
pub(super) fn after(from: Timestamp, wait: SignedDuration) -> Timestamp {
    from.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

/// The nearest whole number; what is no number is zero.
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, and rounding is what is wanted")]
fn whole(value: f64) -> i64 {
    value.round() as i64
}

/// As [`whole`], for what is kept: between zero and the largest.
pub(super) fn kept(value: f64) -> u32 {
    u32::try_from(whole(value).max(0)).unwrap_or(u32::MAX)
}

/// Seconds in round words: `38 min`, `1.2 h`, `12 h`, `3.5 d`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Roughly(pub(super) u32);

impl fmt::Display for Roughly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = f64::from(self.0);
        let (value, unit) = match self.0 {
            0..3_570 => return write!(f, "{:.0} min", (seconds / 60.0).max(1.0)),
            3_570..172_800 => (seconds / 3_600.0, "h"),
            _ => (seconds / DAY_SECONDS, "d"),
        };
        let text = if value < 9.95 { format!("{value:.1}") } else { format!("{value:.0}") };
        write!(f, "{} {unit}", text.trim_end_matches(".0"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_people_say_them() {
        let hours = |n: u32| n * 3_600;
        let told = [
            (0, "1 min"),
            (2_280, "38 min"),
            (3_569, "59 min"),
            (3_570, "1 h"),
            (4_320, "1.2 h"),
            (hours(3), "3 h"),
            (hours(12), "12 h"),
            (hours(47), "47 h"),
            (hours(48), "2 d"),
            (hours(84), "3.5 d"),
            (hours(24 * 365), "365 d"),
        ];
        for (seconds, words) in told {
            assert_eq!(Roughly(seconds).to_string(), words);
        }
    }

    #[test]
    fn no_span_leaves_the_end_of_time() {
        assert_eq!(days_after(Timestamp::MAX, 1.0), Timestamp::MAX);
        assert_eq!(days_after(Timestamp::UNIX_EPOCH, f64::INFINITY), Timestamp::MAX);
        assert_eq!(kept(f64::NAN), 0);
    }
}
