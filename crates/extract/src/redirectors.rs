//! Redirectors: addresses that forward to another one, which they name in a query value or path tail.

use std::borrow::Cow;
use std::sync::LazyLock;

use serde::Deserialize;
use trackward_core::PageUrl;
use url::Url;

/// How often an address may be escaped inside another.
const DECODINGS: usize = 2;

static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("redirectors.toml")).expect("a test reads the table"));

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// Endings of paths that share an address.
    shares: Vec<String>,
    /// Names of query values that say so.
    share_queries: Vec<String>,
    redirectors: Vec<Redirector>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Redirector {
    /// Without `www.`.
    host: String,
    /// What its path begins with.
    path: String,
    /// An address of it that leads to ours, for the test.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the test of the table"))]
    example: String,
}

/// Whether an `href`, decoded or as written, may name an address inside; spares most links a closer look.
pub(crate) fn may_name(href: &str) -> bool {
    // What the URL parser drops, and references that may stand for any letter, could hide it.
    let hides = href.contains(['\t', '\n', '\r'])
        || ["&#", "&Tab;", "&NewLine;"].iter().any(|reference| href.contains(reference));
    hides || href.as_bytes().windows(4).skip(1).any(|four| four.eq_ignore_ascii_case(b"http"))
}

/// The addresses that a link on `page` to `url` may forward to; none where it is no redirector.
pub(crate) fn named(url: &PageUrl, page: &PageUrl) -> Vec<PageUrl> {
    let is_known = || host(url) == host(page) || TABLE.redirectors.iter().any(|row| row.covers(url));
    let url = url.as_url();
    if !may_name(url.as_str()) || !is_known() || is_share(url) {
        return Vec::new();
    }
    candidates(url).into_iter().filter_map(address).collect()
}

fn host(url: &PageUrl) -> &str {
    let host = url.as_url().host_str().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host)
}

impl Redirector {
    fn covers(&self, url: &PageUrl) -> bool {
        host(url) == self.host && url.as_url().path().starts_with(&self.path)
    }
}

fn is_share(url: &Url) -> bool {
    let path = url.path().trim_end_matches('/').to_ascii_lowercase();
    let names_share =
        || url.query_pairs().any(|(name, _)| TABLE.share_queries.iter().any(|share| *share == name));
    TABLE.shares.iter().any(|share| path.ends_with(share.as_str())) || names_share()
}

/// The parts of an address in which another may stand, as written.
fn candidates(url: &Url) -> Vec<&str> {
    let query = url.query().unwrap_or_default();
    let values = query.split('&').filter_map(|pair| Some(pair.split_once('=')?.1));
    let from = url.as_str().find(url.path()).unwrap_or_default();
    // An address in the path takes the query after it along, unless it is escaped.
    let whole = tail(&url.as_str()[from..]);
    let alone = tail(url.path());
    whole.into_iter().chain(alone).chain([query]).chain(values).collect()
}

/// What begins with `http` in a later segment of a path: in the first, it is a slip of the pen.
fn tail(path: &str) -> Option<&str> {
    let slash = path.to_ascii_lowercase().find("/http").filter(|&slash| slash > 0)?;
    Some(&path[slash + 1..])
}

/// The absolute address that a text is, escaped or not.
fn address(text: &str) -> Option<PageUrl> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..=DECODINGS {
        let is_absolute = ["http://", "https://"]
            .iter()
            .any(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
        if is_absolute {
            return PageUrl::parse(&text).ok();
        }
        text = Cow::Owned(unescape(&text));
    }
    None
}

/// Undoes percent-escapes once.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let escaped = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| byte == b'%');
        bytes.push(escaped.unwrap_or(byte));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads_to(url: &str) -> Vec<String> {
        let page = PageUrl::parse("https://host.example/post/").unwrap();
        named(&page.join(url).unwrap(), &page).iter().map(PageUrl::to_string).collect()
    }

    #[test]
    fn each_row_of_the_table_leads_to_the_address_it_names() {
        for row in &TABLE.redirectors {
            assert!(leads_to(&row.example).contains(&"https://ours.example/reply".to_owned()), "{row:?}");
        }
    }

    #[test]
    fn own_host_forwards_in_queries_and_path_tails_escaped_twice_at_most() {
        for (url, leads) in [
            ("/go?u=https://ours.example/reply", true),
            ("https://www.host.example/out?x=1&to=HTTPS%3a%2F%2Fours.example%2Freply", true),
            ("/go?u=https%253A%252F%252Fours.example%252Freply", true),
            ("/go?u=https%25253A%25252F%25252Fours.example%25252Freply", false),
            ("/out/https://ours.example/reply", true),
            ("/out/https%3A%2F%2Fours.example%2Freply?from=5", true),
            ("/go?https://ours.example/reply", true),
            ("/https://ours.example/reply", false),
            ("/go?u=ours.example/reply", false),
            ("/go#https://ours.example/reply", false),
            ("https://evil.example/?u=https://ours.example/reply", false),
        ] {
            assert_eq!(leads_to(url).contains(&"https://ours.example/reply".to_owned()), leads, "{url}");
        }
    }

    #[test]
    fn query_after_an_address_in_the_path_is_of_that_address() {
        let archived = leads_to("https://web.archive.org/web/2026/https://ours.example/?p=5");
        assert_eq!(archived[0], "https://ours.example/?p=5");
    }

    #[test]
    fn each_share_button_leads_nowhere() {
        for share in &TABLE.shares {
            assert_eq!(leads_to(&format!("{share}?url=https://ours.example/reply")), [""; 0], "{share}");
        }
        for name in &TABLE.share_queries {
            assert_eq!(leads_to(&format!("?{name}=x&url=https://ours.example/reply")), [""; 0], "{name}");
        }
    }
}
