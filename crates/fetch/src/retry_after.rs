//! How long a host asks us to stay away.

use jiff::{SignedDuration, Timestamp};
use trackward_core::{Limits, Response};

/// How far the answer's own `Date` may be from our clock and still be measured against.
const DATE_SLACK: SignedDuration = SignedDuration::from_hours(24);

/// The `Retry-After` of an answer (RFC 9110, 10.2.3), between zero and [`Limits::RETRY_AFTER_HOURS`].
///
/// Whole seconds or an HTTP date in any of its three forms. A date is measured against the answer's own
/// `Date` where that is within a day of `now`. None when the field is absent or nonsense, and on a
/// success, where it means nothing.
pub fn retry_after(response: &Response, now: Timestamp) -> Option<SignedDuration> {
    if (200..300).contains(&response.status) {
        return None;
    }
    let value = response.headers.get("retry-after")?.trim();
    let wait = seconds(value).or_else(|| Some(date(value)?.duration_since(reference(response, now))))?;
    Some(wait.clamp(SignedDuration::ZERO, SignedDuration::from_hours(Limits::RETRY_AFTER_HOURS)))
}

fn seconds(value: &str) -> Option<SignedDuration> {
    let is_number = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| SignedDuration::from_secs(value.parse().unwrap_or(i64::MAX)))
}

fn date(value: &str) -> Option<Timestamp> {
    httpdate::parse_http_date(value).ok()?.try_into().ok()
}

fn reference(response: &Response, now: Timestamp) -> Timestamp {
    let theirs = response.headers.get("date").and_then(date);
    theirs.filter(|at| at.duration_since(now).abs() <= DATE_SLACK).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use trackward_core::{BodyEnd, Headers};

    use super::*;

    fn asked(status: u16, fields: &[(&str, &str)]) -> Option<i64> {
        let headers: Headers = fields.iter().copied().collect();
        let response = Response { status, headers, body: Vec::new(), ending: BodyEnd::Complete };
        let now = "2026-11-16T06:00:00Z".parse().unwrap();
        retry_after(&response, now).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_and_the_three_date_forms_are_read() {
        for (value, seconds) in [
            ("0", 0),
            ("120", 120),
            (" 120 ", 120),
            ("Mon, 16 Nov 2026 06:10:00 GMT", 600),
            ("Monday, 16-Nov-26 06:10:00 GMT", 600),
            ("Mon Nov 16 06:10:00 2026", 600),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 0),
        ] {
            assert_eq!(asked(429, &[("retry-after", value)]), Some(seconds), "{value}");
        }
    }

    #[test]
    fn wait_is_clamped_to_a_day() {
        for (value, seconds) in [
            ("86400", 86_400),
            ("86401", 86_400),
            ("99999999999999999999999999", 86_400),
            ("Wed, 18 Nov 2026 06:00:00 GMT", 86_400),
        ] {
            assert_eq!(asked(503, &[("retry-after", value)]), Some(seconds), "{value}");
        }
    }

    #[test]
    fn nonsense_is_ignored() {
        for value in ["", " ", "-1", "+5", "1.5", "1e3", "soon", "10 s", "0x10", "2026-11-16T06:10:00Z"] {
            assert_eq!(asked(429, &[("retry-after", value)]), None, "{value:?}");
        }
    }

    #[test]
    fn date_is_measured_against_the_hosts_own_clock_when_that_is_sane() {
        let at = ("retry-after", "Mon, 16 Nov 2026 07:00:00 GMT");
        assert_eq!(asked(429, &[at, ("date", "Mon, 16 Nov 2026 06:59:00 GMT")]), Some(60));
        assert_eq!(asked(429, &[at, ("date", "Sun, 15 Nov 2026 06:00:00 GMT")]), Some(86_400));
        assert_eq!(asked(429, &[at, ("date", "Sun, 15 Nov 2026 05:59:59 GMT")]), Some(3_600));
        assert_eq!(asked(429, &[at, ("date", "Thu, 01 Jan 1970 00:00:00 GMT")]), Some(3_600));
    }

    #[test]
    fn success_asks_for_no_wait() {
        assert_eq!(asked(200, &[("retry-after", "60")]), None);
        assert_eq!(asked(301, &[("retry-after", "60")]), Some(60));
    }
}
