//! Any robots.txt is read the same however its lines end, and never forbids to read itself.

use trackward_core::{PageUrl, RobotsAnswer};
use trackward_fetch::{Limits, robots};

use super::input::line;

/// Checks an input of a path, a line break and a robots.txt.
pub fn check(input: &[u8]) {
    let (path, body) = line(input);
    let root = PageUrl::parse("https://host.example/").expect("an address");
    let answer = robots::parse(body);
    check_spellings(&answer, body);
    assert!(robots::decide(&answer, &root.robots_url()).allowed);
    let Ok(page) = root.join(&path) else { return };
    let decision = robots::decide(&answer, &page);
    let forbids = decision.rule.starts_with("Disallow: ");
    assert_eq!(forbids, !decision.allowed, "{decision:?}");
    robots::is_closed_to_search(&answer, &page);
}

/// Line ends, a byte order mark, comments and unknown fields say nothing.
fn check_spellings(answer: &RobotsAnswer, body: &[u8]) {
    if body.len() >= Limits::ROBOTS_BYTES / 2 {
        return;
    }
    let lines: Vec<&[u8]> = body.split(|byte| matches!(byte, b'\r' | b'\n')).collect();
    for end in ["\r", "\r\n", " # comment\n", "\nHost: user-agent\n"] {
        assert_eq!(robots::parse(&lines.join(end.as_bytes())), *answer, "{end:?}");
    }
    if !body.starts_with(b"\xef\xbb\xbf") {
        assert_eq!(robots::parse(&[b"\xef\xbb\xbf", body].concat()), *answer);
    }
}
