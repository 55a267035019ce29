//! The 140 cases of Google's robots.txt parser (`tests/data/README.md`).

use serde::Deserialize;
use trackward_core::RobotsAnswer;

use super::decide::longest;
use super::parse_for;

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    test: String,
    robots: String,
    agent: String,
    url: String,
    allowed: bool,
}

/// Google's own extras that are not followed, and why.
const NOT_FOLLOWED: &[(&str, &str)] = &[
    ("GoogleOnly_SystemTest", "asks with an empty agent or URL, which cannot be expressed here"),
    ("GoogleOnly_IndexHTMLisDirectory", "reads /index.html as /, which RFC 9309 does not"),
];

fn cases() -> Vec<Case> {
    let all: Cases = serde_json::from_str(include_str!("../../tests/data/robots_google.json")).unwrap();
    all.cases
}

/// The URL as written: some cases have letters that a `PageUrl` would escape.
fn is_allowed(case: &Case) -> bool {
    let RobotsAnswer::Rules { lines, .. } = parse_for(case.robots.as_bytes(), &case.agent) else {
        return false;
    };
    let after_scheme = case.url.split_once("://").map_or("", |(_, rest)| rest);
    let path = after_scheme.find('/').map_or("/", |at| &after_scheme[at..]);
    longest(&lines, path).is_none_or(|line| line.allow)
}

#[test]
fn every_case_that_is_followed_is_decided_as_google_does() {
    let is_followed = |case: &Case| NOT_FOLLOWED.iter().all(|(test, _)| *test != case.test);
    let (followed, skipped): (Vec<_>, Vec<_>) = cases().into_iter().partition(is_followed);
    assert_eq!((followed.len(), skipped.len()), (132, 8));
    for case in followed {
        assert_eq!(
            is_allowed(&case),
            case.allowed,
            "{}: {:?} for {} on {}",
            case.test,
            case.robots,
            case.agent,
            case.url
        );
    }
}
