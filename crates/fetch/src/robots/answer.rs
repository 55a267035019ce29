//! What a fetched robots.txt comes to.

use jiff::SignedDuration;
use trackward_core::{BodyEnd, Cut, Fetched, Response, RobotsAnswer};

use super::parse;

/// What the answer to the request for a robots.txt comes to (RFC 9309, 2.3.1).
///
/// A 2xx is parsed, when it was read to its end or to the limit; a 4xx other than 429 means that there is
/// none; everything else that it cannot be had. A host that does not answer at all is no matter of
/// robots.txt: its trouble is kept as it is. Redirects are the visit's business and are resolved
/// before.
pub fn answer(fetched: &Fetched) -> RobotsAnswer {
    match &fetched.outcome {
        Ok(response) => of_response(response),
        Err(trouble) => RobotsAnswer::NoAnswer { trouble: trouble.clone() },
    }
}

/// How long the host says that its answer may be used (`Cache-Control`, RFC 9111, 5.2.2); none where it says
/// nothing. What must not be stored is used for no time.
pub fn max_age(fetched: &Fetched) -> Option<SignedDuration> {
    let control = fetched.outcome.as_ref().ok()?.headers.get("cache-control")?.to_ascii_lowercase();
    control.split(',').map(str::trim).find_map(|directive| match directive.split_once('=') {
        None if matches!(directive, "no-store" | "no-cache") => Some(SignedDuration::ZERO),
        Some(("max-age", seconds)) => {
            Some(SignedDuration::from_secs(seconds.trim().parse::<u32>().ok()?.into()))
        }
        _ => None,
    })
}

fn of_response(response: &Response) -> RobotsAnswer {
    match (response.status, &response.ending) {
        (200..300, BodyEnd::Complete | BodyEnd::Cut(Cut::TooLarge)) => parse(&response.body),
        (200..300, BodyEnd::Cut(cut)) => unreachable(&cut.to_string()),
        (429, _) => RobotsAnswer::Unreachable { why: "robots.txt answers 429".to_owned() },
        (status @ 400..500, _) => RobotsAnswer::Absent { status },
        (status, _) => RobotsAnswer::Unreachable { why: format!("robots.txt answers {status}") },
    }
}

fn unreachable(why: &str) -> RobotsAnswer {
    RobotsAnswer::Unreachable { why: format!("robots.txt could not be read: {why}") }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use trackward_core::{Headers, PageUrl, Trouble};

    use super::*;

    fn of(outcome: Result<(u16, BodyEnd), Trouble>) -> RobotsAnswer {
        let response = |(status, ending)| Response {
            status,
            headers: Headers::default(),
            body: b"User-agent: *\nDisallow: /".to_vec(),
            ending,
        };
        answer(&Fetched {
            url: PageUrl::parse("https://h.example/robots.txt").unwrap(),
            outcome: outcome.map(response),
            took: Duration::ZERO,
            wire_bytes: 0,
            peer: None,
        })
    }

    fn is_read(answer: &RobotsAnswer) -> bool {
        matches!(answer, RobotsAnswer::Rules { lines, .. } if lines.len() == 1)
    }

    #[test]
    fn status_decides_what_it_comes_to() {
        for status in [200, 203, 299] {
            assert!(is_read(&of(Ok((status, BodyEnd::Complete)))), "{status}");
        }
        for status in [400, 401, 403, 404, 410, 428, 430, 451, 499] {
            assert_eq!(of(Ok((status, BodyEnd::Complete))), RobotsAnswer::Absent { status });
        }
        for status in [199, 304, 429, 500, 503, 522, 999] {
            let why = format!("robots.txt answers {status}");
            assert_eq!(of(Ok((status, BodyEnd::Complete))), RobotsAnswer::Unreachable { why });
        }
    }

    #[test]
    fn host_that_does_not_answer_keeps_its_own_trouble() {
        let trouble = Trouble::NoSuchHost;
        assert_eq!(of(Err(trouble.clone())), RobotsAnswer::NoAnswer { trouble });
    }

    #[test]
    fn cut_bodies_mean_that_it_cannot_be_had() {
        for cut in [Cut::Truncated, Cut::Stalled, Cut::Slow, Cut::Timeout, Cut::Encoding("x".into())] {
            assert!(matches!(of(Ok((200, BodyEnd::Cut(cut)))), RobotsAnswer::Unreachable { .. }));
        }
    }

    #[test]
    fn body_above_the_limit_is_read_up_to_it() {
        assert!(is_read(&of(Ok((200, BodyEnd::Cut(Cut::TooLarge))))));
    }
}
