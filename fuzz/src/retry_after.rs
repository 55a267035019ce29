//! A wait that a host asks for is between nothing and a day.

use jiff::{SignedDuration, Timestamp};
use trackward_core::{BodyEnd, Headers, Limits, Response};
use trackward_fetch::retry_after;

use super::input::line;

/// Checks an input of two lines: `Retry-After` and `Date`.
pub fn check(input: &[u8]) {
    let (wait, rest) = line(input);
    let (date, _) = line(rest);
    let headers = Headers::from_iter([("retry-after", &wait), ("date", &date)].map(|(n, v)| (n, v.as_ref())));
    let most = SignedDuration::from_hours(Limits::RETRY_AFTER_HOURS);
    let now = "2026-11-16T06:00:00Z".parse().expect("a date");
    for now in [Timestamp::MIN, now, Timestamp::MAX] {
        let response =
            Response { status: 503, headers: headers.clone(), body: Vec::new(), ending: BodyEnd::Complete };
        let asked = retry_after(&response, now);
        assert!(asked.is_none_or(|wait| wait >= SignedDuration::ZERO && wait <= most), "{asked:?}");
        if let Ok(seconds) = wait.trim().parse::<u32>().map(i64::from)
            && !wait.contains('+')
        {
            assert_eq!(asked, Some(SignedDuration::from_secs(seconds).min(most)));
        }
        assert_eq!(retry_after(&Response { status: 200, ..response }, now), None);
    }
}
