//! Whether a page may be asked for.

use trackward_core::{PageUrl, RobotsAnswer, RobotsLine};
use url::Position;

use super::pattern::{matches, upper_case_escapes};

/// Whether a page may be asked for, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whether it may.
    pub allowed: bool,
    /// What decided: a line such as `Disallow: /private`, or a few words where no line did.
    pub rule: String,
}

/// Decides by the longest matching pattern; of two equally long ones, `Allow` wins (RFC 9309, 2.2.2).
pub fn decide(answer: &RobotsAnswer, url: &PageUrl) -> Decision {
    if url.as_url().path() == "/robots.txt" {
        return Decision { allowed: true, rule: "robots.txt itself may always be read".to_owned() };
    }
    match answer {
        RobotsAnswer::Rules { lines, .. } => match longest(lines, &url.as_url()[Position::BeforePath..]) {
            Some(line) => Decision { allowed: line.allow, rule: in_words(line) },
            None => Decision { allowed: true, rule: "no rule matches".to_owned() },
        },
        RobotsAnswer::Absent { status } => {
            Decision { allowed: true, rule: format!("robots.txt answers {status}") }
        }
        RobotsAnswer::NoAnswer { trouble } => Decision { allowed: false, rule: trouble.to_string() },
        RobotsAnswer::Unreachable { why } => Decision { allowed: false, rule: why.clone() },
        RobotsAnswer::GivenUp { why } => {
            Decision { allowed: true, rule: format!("{why}, for so long that it counts as absent") }
        }
    }
}

/// Whether the host asks Google's crawler not to look at a page that we may read.
pub fn is_closed_to_search(answer: &RobotsAnswer, url: &PageUrl) -> bool {
    let RobotsAnswer::Rules { search, .. } = answer else { return false };
    longest(search, &url.as_url()[Position::BeforePath..]).is_some_and(|line| !line.allow)
}

/// The line that decides for a path with its query.
pub(super) fn longest<'a>(lines: &'a [RobotsLine], path: &str) -> Option<&'a RobotsLine> {
    let path = upper_case_escapes(path);
    let matching = lines.iter().filter(|line| matches(&line.pattern, &path));
    matching.max_by_key(|line| (line.pattern.len(), line.allow))
}

fn in_words(line: &RobotsLine) -> String {
    let name = if line.allow { "Allow" } else { "Disallow" };
    format!("{name}: {}", line.pattern)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::robots::parse;

    fn decided(body: &str, url: &str) -> (bool, String) {
        let decision = decide(&parse(body.as_bytes()), &PageUrl::parse(url).unwrap());
        (decision.allowed, decision.rule)
    }

    #[test]
    fn page_closed_to_google_alone_is_told() {
        let closed = |body: &str| {
            is_closed_to_search(&parse(body.as_bytes()), &PageUrl::parse("https://h.example/post").unwrap())
        };
        assert!(closed("User-agent: Googlebot\nDisallow: /\n\nUser-agent: *\nAllow: /\n"));
        assert!(!closed("User-agent: *\nAllow: /\n") && !closed(""));
    }

    #[test]
    fn longest_pattern_decides_and_is_named() {
        let body = "User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /*?print";
        for (path, allowed, rule) in [
            ("/a/c", false, "Disallow: /a"),
            ("/a/b", true, "Allow: /a/b"),
            ("/c", true, "no rule matches"),
            ("/c?print=1", false, "Disallow: /*?print"),
        ] {
            assert_eq!(
                decided(body, &format!("https://h.example{path}")),
                (allowed, rule.to_owned()),
                "{path}"
            );
        }
    }

    #[test]
    fn allow_wins_a_tie() {
        let either = ["User-agent: *\nAllow: /a\nDisallow: /a", "User-agent: *\nDisallow: /a\nAllow: /a"];
        assert!(either.iter().all(|body| decided(body, "https://h.example/a").0));
    }

    #[test]
    fn escapes_and_letters_outside_ascii_are_one_path() {
        for pattern in ["/caf\u{e9}", "/caf%C3%A9", "/caf%c3%a9"] {
            let body = format!("User-agent: *\nDisallow: {pattern}");
            for path in ["/caf\u{e9}", "/caf%C3%A9", "/caf%c3%a9"] {
                assert!(!decided(&body, &format!("https://h.example{path}")).0, "{pattern} on {path}");
            }
        }
    }

    #[test]
    fn robots_txt_itself_is_always_allowed() {
        assert!(decided("User-agent: *\nDisallow: /", "https://h.example/robots.txt").0);
    }

    #[test]
    fn absent_allows_and_unreachable_forbids_with_the_reason() {
        let page = PageUrl::parse("https://h.example/").unwrap();
        let absent = decide(&RobotsAnswer::Absent { status: 404 }, &page);
        assert_eq!((absent.allowed, absent.rule.as_str()), (true, "robots.txt answers 404"));
        let unreachable = decide(&RobotsAnswer::Unreachable { why: "robots.txt answers 503".into() }, &page);
        assert_eq!((unreachable.allowed, unreachable.rule.as_str()), (false, "robots.txt answers 503"));
    }

    /// 10,000 patterns of wildcards against the longest address: linear, or this takes minutes.
    #[test]
    fn wildcards_against_long_paths_take_no_time() {
        let hostile = format!("Disallow: /{}b\n", "a*".repeat(12)).repeat(10_000);
        let url = format!("https://h.example/{}", "a".repeat(2_000));
        assert!(decided(&format!("User-agent: *\n{hostile}"), &url).0);
    }
}
