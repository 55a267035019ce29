//! What a page says to robots: `meta` elements and `X-Robots-Tag` headers.

use trackward_core::{Mechanism, RobotsMeta};

/// Directives with a value: these look like `botname:` in a header.
const VALUED: &[&str] = &["unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"];

/// Takes in a `meta` element of this name; names of other bots than Google's are no matter.
pub(crate) fn read_meta(robots: &mut RobotsMeta, name: &str, content: &str) {
    if is_heeded(name) {
        directives(content).for_each(|directive| read(robots, directive, Mechanism::Meta));
    }
}

/// Takes in one `X-Robots-Tag` header: a bot's name holds for the rest of its line.
pub(crate) fn read_header(robots: &mut RobotsMeta, value: &str) {
    let mut heeded = true;
    for directive in directives(value) {
        let (bot, directive) = split_bot(directive);
        heeded = bot.map_or(heeded, is_heeded);
        if heeded {
            read(robots, directive, Mechanism::Header);
        }
    }
}

/// The pieces of a list. A date holds commas too, but no piece of one is a directive that is heeded.
fn directives(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim)
}

/// The bot's name that a directive of a header begins with, and the directive.
fn split_bot(directive: &str) -> (Option<&str>, &str) {
    match directive.split_once(':') {
        Some((name, rest)) if is_bot(name.trim()) => (Some(name.trim()), rest.trim()),
        _ => (None, directive),
    }
}

/// Whether what stands before a colon names a bot: neither a directive nor, as in `25 Jun 2026 15:00`, a date.
fn is_bot(name: &str) -> bool {
    let is_word = !name.is_empty() && !name.contains(|c: char| c.is_ascii_whitespace());
    let has_letter = name.contains(|c: char| c.is_ascii_alphabetic());
    // `2026-06-25T15:00:00`
    let is_time =
        name.starts_with(|c: char| c.is_ascii_digit()) && name.ends_with(|c: char| c.is_ascii_digit());
    is_word && has_letter && !is_time && !VALUED.contains(&name.to_ascii_lowercase().as_str())
}

fn is_heeded(name: &str) -> bool {
    let name = name.trim();
    name.eq_ignore_ascii_case("robots") || name.eq_ignore_ascii_case("googlebot")
}

/// Several directives combine, the strictest wins; what said it first is kept.
fn read(robots: &mut RobotsMeta, directive: &str, by: Mechanism) {
    let (noindex, nofollow) = match directive.to_ascii_lowercase().as_str() {
        "noindex" => (true, false),
        "nofollow" => (false, true),
        "none" => (true, true),
        _ => return,
    };
    if noindex {
        robots.noindex.get_or_insert(by);
    }
    if nofollow {
        robots.nofollow.get_or_insert(by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(read: impl Fn(&mut RobotsMeta)) -> (bool, bool) {
        let mut robots = RobotsMeta::default();
        read(&mut robots);
        (robots.noindex.is_some(), robots.nofollow.is_some())
    }

    #[test]
    fn meta_directives_combine_for_robots_and_googlebot_only() {
        for (name, content, expected) in [
            ("robots", "noindex, nofollow", (true, true)),
            ("ROBOTS", "NOINDEX", (true, false)),
            ("robots", "none", (true, true)),
            ("robots", "index, follow, max-snippet:-1", (false, false)),
            ("googlebot", "nofollow", (false, true)),
            ("bingbot", "noindex", (false, false)),
            ("robots", "unavailable_after: 25 Jun 2026 15:00:00 PST, noindex", (true, false)),
            ("robots", "unavailable_after: Thursday, 25-Jun-26 15:00:00 UTC, NOFOLLOW", (false, true)),
            ("robots", "noindex: x, googlebot: nofollow", (false, false)),
            ("robots", "noindexing, no follow,", (false, false)),
        ] {
            assert_eq!(flags(|r| read_meta(r, name, content)), expected, "{name}: {content}");
        }
    }

    #[test]
    fn header_bot_name_holds_for_the_rest_of_its_line() {
        for (value, expected) in [
            ("noindex", (true, false)),
            ("googlebot: noindex, nofollow", (true, true)),
            ("otherbot: noindex, nofollow", (false, false)),
            ("noindex, otherbot: nofollow", (true, false)),
            ("max-snippet: 5, nofollow", (false, true)),
            ("unavailable_after: 25 Jun 2026 15:00:00 PST, none", (true, true)),
            ("unavailable_after: Thu, 25 Jun 2026 15:00:00 GMT, noindex", (true, false)),
            ("unavailable_after: Thu, 2026-06-25T15:00:00Z, noindex", (true, false)),
            ("otherbot: unavailable_after: Thu, 25 Jun 2026 15:00:00 GMT, noindex", (false, false)),
            ("otherbot: noindex, googlebot: nofollow", (false, true)),
            ("unavailable_after: Thu, 25 Jun 2026 15:00:00 GMT, otherbot: noindex", (false, false)),
            ("googlebot : none", (true, true)),
            ("max-image-preview: large, max-video-preview: -1, noindex", (true, false)),
        ] {
            assert_eq!(flags(|r| read_header(r, value)), expected, "{value}");
        }
    }
}
