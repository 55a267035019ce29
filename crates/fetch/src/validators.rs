//! What makes the next request for a page conditional.

use jiff::Timestamp;
use trackward_core::{BodyEnd, Limits, Response, Validators};

/// The validators of a complete 200 answer read at `now`; none when it has none that can be sent back.
///
/// Kept as sent when visible ASCII and at most [`Limits::VALIDATOR_BYTES`] long.
pub fn validators_of(response: &Response, now: Timestamp) -> Option<Validators> {
    if response.status != 200 || response.ending != BodyEnd::Complete {
        return None;
    }
    let etag = field(response, "etag");
    let last_modified = field(response, "last-modified");
    if etag.is_none() && last_modified.is_none() {
        return None;
    }
    Some(Validators { etag, last_modified, body_at: now, uses: 0 })
}

fn field(response: &Response, name: &str) -> Option<String> {
    let value = response.headers.get(name)?;
    let fits = (1..=Limits::VALIDATOR_BYTES).contains(&value.len());
    let visible = value.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    (fits && visible).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use trackward_core::Cut;

    use super::*;

    fn validators(status: u16, ending: BodyEnd, etag: &str) -> Option<Validators> {
        let headers = [("etag", etag)].into_iter().collect();
        validators_of(&Response { status, headers, body: Vec::new(), ending }, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn complete_page_keeps_its_validators_as_sent() {
        let kept = validators(200, BodyEnd::Complete, "W/\"a b\"").unwrap();
        assert_eq!((kept.etag.as_deref(), kept.last_modified, kept.uses), (Some("W/\"a b\""), None, 0));
    }

    #[test]
    fn cut_or_failed_answer_gives_none() {
        assert_eq!(validators(200, BodyEnd::Cut(Cut::Truncated), "\"a\""), None);
        assert_eq!(validators(404, BodyEnd::Complete, "\"a\""), None);
        assert_eq!(validators(304, BodyEnd::Complete, "\"a\""), None);
    }

    #[test]
    fn validator_that_is_too_long_or_not_visible_is_dropped() {
        let long = "x".repeat(Limits::VALIDATOR_BYTES);
        assert!(validators(200, BodyEnd::Complete, &long).is_some());
        assert_eq!(validators(200, BodyEnd::Complete, &format!("{long}x")), None);
        for odd in ["", "\"\u{7f}\"", "\"ü\"", "a\tb"] {
            assert_eq!(validators(200, BodyEnd::Complete, odd), None, "{odd:?}");
        }
    }
}
