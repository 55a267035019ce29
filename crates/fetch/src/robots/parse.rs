//! Lines, groups and the rules of ours (RFC 9309, 2.1 and 2.2).

use std::time::Duration;

use trackward_core::{RobotsAnswer, RobotsLine};

use super::pattern::normalise;
use crate::agent::UserAgent;
use crate::limits::Limits;

/// The crawler of the search engine by which a page counts as closed to search.
const SEARCH: &str = "Googlebot";

/// The rules for our own agent, else those for `*`; of the first [`Limits::ROBOTS_BYTES`].
pub fn parse(body: &[u8]) -> RobotsAnswer {
    parse_for(body, UserAgent::PRODUCT)
}

/// The rules for `agent`, a product token, else those for `*`; of the first [`Limits::ROBOTS_BYTES`].
///
/// All groups that name the agent count together.
pub fn parse_for(body: &[u8], agent: &str) -> RobotsAnswer {
    let (lines, crawl_delay_ms) = group_of(body, agent);
    let (search, _) = group_of(body, SEARCH);
    RobotsAnswer::Rules { lines, crawl_delay_ms, search, sitemaps: sitemaps(body) }
}

/// The sitemaps that are named; they belong to no group (sitemaps.org, "Specifying the Sitemap location").
fn sitemaps(body: &[u8]) -> Vec<String> {
    let named = fields(first_lines(body)).filter(|(field, _)| matches!(field, Field::Sitemap));
    let texts = named.filter_map(|(_, value)| str::from_utf8(value).ok());
    texts
        .filter(|text| !text.is_empty() && text.len() <= trackward_core::Limits::URL_BYTES)
        .take(trackward_core::Limits::SITEMAPS)
        .map(str::to_owned)
        .collect()
}

/// The rules and the `Crawl-delay`, in milliseconds, for one agent.
fn group_of(body: &[u8], agent: &str) -> (Vec<RobotsLine>, Option<u32>) {
    let body = first_lines(body);
    let is_named =
        fields(body).any(|field| matches!(field, (Field::UserAgent, value) if names(value, agent)));
    let is_ours = |value| if is_named { names(value, agent) } else { is_everyone(value) };
    let (mut ours, mut among_agents) = (false, false);
    let (mut lines, mut crawl_delay_ms) = (Vec::new(), None);
    for (field, value) in fields(body) {
        match field {
            Field::UserAgent => {
                ours = is_ours(value) || (among_agents && ours);
                among_agents = true;
            }
            Field::Rule { allow } => {
                among_agents = false;
                if ours && !value.is_empty() {
                    lines.push(RobotsLine { allow, pattern: normalise(value) });
                }
            }
            Field::CrawlDelay if ours => crawl_delay_ms = crawl_delay_ms.max(milliseconds(value)),
            Field::CrawlDelay | Field::Sitemap => {}
        }
    }
    (lines, crawl_delay_ms)
}

/// What a line says; unknown fields are left out, so they never end a group.
#[derive(Debug, Clone, Copy)]
enum Field {
    UserAgent,
    Rule { allow: bool },
    CrawlDelay,
    Sitemap,
}

/// What is read of a body: a line that the limit cuts could allow more than it says.
fn first_lines(body: &[u8]) -> &[u8] {
    let Some(head) = body.get(..Limits::ROBOTS_BYTES) else { return body };
    let end = head.iter().rposition(|byte| is_line_end(*byte)).unwrap_or_default();
    if body.len() == head.len() { body } else { &head[..end] }
}

fn fields(body: &[u8]) -> impl Iterator<Item = (Field, &[u8])> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    body.split(|byte| is_line_end(*byte)).filter_map(field)
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

fn field(line: &[u8]) -> Option<(Field, &[u8])> {
    let line = line.split(|byte| *byte == b'#').next()?;
    let (name, value) = match line.iter().position(|byte| *byte == b':') {
        Some(colon) => (&line[..colon], &line[colon + 1..]),
        None => two_words(line)?,
    };
    let field = match name.trim_ascii().to_ascii_lowercase().as_slice() {
        b"user-agent" => Field::UserAgent,
        b"allow" => Field::Rule { allow: true },
        b"disallow" => Field::Rule { allow: false },
        b"crawl-delay" => Field::CrawlDelay,
        b"sitemap" => Field::Sitemap,
        _ => return None,
    };
    Some((field, value.trim_ascii()))
}

/// A name and a value whose colon was forgotten.
fn two_words(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let pair = (words.next()?, words.next()?);
    words.next().is_none().then_some(pair)
}

/// Whether a `user-agent` value names this agent: by its leading product token, whole, in any case.
fn names(value: &[u8], agent: &str) -> bool {
    let is_token = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-');
    let token = value.split(|byte| !is_token(byte)).next().unwrap_or_default();
    !token.is_empty() && token.eq_ignore_ascii_case(agent.as_bytes())
}

fn is_everyone(value: &[u8]) -> bool {
    matches!(value, [b'*'] | [b'*', b'\t' | b' ', ..])
}

/// A delay in seconds, fractions allowed; nonsense is ignored.
fn milliseconds(value: &[u8]) -> Option<u32> {
    let seconds = str::from_utf8(value).ok()?.parse().ok()?;
    let delay = Duration::try_from_secs_f64(seconds).ok()?;
    Some(u32::try_from(delay.as_millis()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(body: impl AsRef<[u8]>) -> Vec<String> {
        match parse(body.as_ref()) {
            RobotsAnswer::Rules { lines, .. } => lines
                .into_iter()
                .map(|line| format!("{}{}", if line.allow { '+' } else { '-' }, line.pattern))
                .collect(),
            other => panic!("no rules: {other:?}"),
        }
    }

    fn delay(body: &str) -> Option<u32> {
        match parse(body.as_bytes()) {
            RobotsAnswer::Rules { crawl_delay_ms, .. } => crawl_delay_ms,
            other => panic!("no rules: {other:?}"),
        }
    }

    #[test]
    fn our_groups_are_merged_and_others_left_out() {
        let body = "User-agent: *\nDisallow: /all\n\nUser-agent: TrackWard/0.1\nDisallow: /a\n\
                    User-agent: other\nDisallow: /o\nUser-agent: x\nUser-agent: trackward\nAllow: /b\n";
        assert_eq!(rules(body), ["-/a", "+/b"]);
    }

    #[test]
    fn group_that_names_us_without_rules_stands_before_everyone() {
        assert_eq!(rules("User-agent: *\nDisallow: /\nUser-agent: trackward\nDisallow:\n"), [""; 0]);
    }

    #[test]
    fn name_is_compared_whole() {
        for other in ["track", "trackwards", "trackward-extra", "my trackward"] {
            assert_eq!(rules(format!("User-agent: {other}\nDisallow: /")), [""; 0], "{other}");
        }
    }

    #[test]
    fn line_ends_byte_order_mark_blanks_and_comments_are_read_over() {
        for body in [
            "\u{feff}User-agent: *\nDisallow: /a",
            "user-agent:*\rdisallow:/a\r",
            "USER-AGENT : * # all\r\n\r\n  Disallow\t: /a # not this\r\n",
            "user-agent *\ndisallow /a",
        ] {
            assert_eq!(rules(body), ["-/a"], "{body:?}");
        }
    }

    #[test]
    fn unknown_lines_do_not_end_a_group_and_rules_before_any_group_are_ignored() {
        assert_eq!(rules("Disallow: /early\nUser-agent: *\nSitemap: /s\nHost: x\nDisallow: /a"), ["-/a"]);
    }

    #[test]
    fn sitemaps_are_named_in_any_group_and_bounded() {
        let named = |body: &str| parse(body.as_bytes()).sitemaps().to_vec();
        let body = "Sitemap: https://a.example/1.xml\nUser-agent: other\nDisallow: /\nsitemap:/2.xml # two";
        assert_eq!(named(body), ["https://a.example/1.xml", "/2.xml"]);
        let most = trackward_core::Limits::SITEMAPS;
        assert_eq!(named(&"Sitemap: /s.xml\n".repeat(most + 1)).len(), most);
    }

    #[test]
    fn html_gives_no_rules() {
        assert_eq!(rules("<!doctype html>\n<p style=\"color: red\">Not found: sorry</p>"), [""; 0]);
    }

    #[test]
    fn bytes_that_are_no_text_do_no_harm() {
        assert_eq!(rules(b"User-agent: *\nDisallow: /\xff\0\nDisallow: /a"), ["-/%FF%00", "-/a"]);
    }

    #[test]
    fn crawl_delay_of_our_group_counts_and_the_longest_of_several() {
        assert_eq!(delay("User-agent: *\nCrawl-delay: 10\n"), Some(10_000));
        assert_eq!(delay("User-agent: *\nCrawl-delay: 0.5\nCrawl-delay: 2\n"), Some(2_000));
        assert_eq!(delay("User-agent: other\nCrawl-delay: 10\n\nUser-agent: *\nDisallow:\n"), None);
        assert_eq!(delay("User-agent: bing\nCrawl-delay: 10\n\nUser-agent: *\nDisallow: /a\n"), None);
        for nonsense in ["", "soon", "-1", "inf", "nan", "1,5"] {
            assert_eq!(delay(&format!("User-agent: *\nCrawl-delay: {nonsense}\n")), None, "{nonsense}");
        }
    }

    #[test]
    fn rules_within_the_limit_count_and_a_line_across_it_does_not() {
        let head = "User-agent: *\nDisallow: /a\n#";
        let line = "\nAllow: /b/c";
        let filled = |end: usize| format!("{head}{}{line}/d\n", "x".repeat(end - head.len() - line.len()));
        assert_eq!(rules(filled(Limits::ROBOTS_BYTES)), ["-/a"]);
        assert_eq!(rules(filled(Limits::ROBOTS_BYTES - "/d\n".len())), ["-/a", "+/b/c/d"]);
        assert_eq!(rules(filled(Limits::ROBOTS_BYTES - "/d".len())), ["-/a"]);
    }
}
