//! Addresses: the page that is fetched, the key that is compared, the host that is rested.

use std::cell::RefCell;
use std::fmt;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::limits::Limits;
use crate::userinfo;

/// Why an address was not accepted. Its words never hold a user name or password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// It is no absolute URL at all.
    #[error("{0} is not a full web address, write it as https://host/path")]
    Malformed(String),
    /// Its scheme is not fetched.
    #[error("{0} is not an http or https address")]
    NotHttp(String),
    /// It is longer than [`Limits::URL_BYTES`].
    #[error("the address is longer than {max} bytes", max = Limits::URL_BYTES)]
    TooLong,
}

impl UrlError {
    /// Text that is no absolute address.
    pub(crate) fn malformed(text: &str) -> Self {
        Self::Malformed(userinfo::named(text))
    }
}

/// The address of a page as it is fetched: `http(s)`, no userinfo, no fragment, no default port, no
/// trailing dot of the host, at most [`Limits::URL_BYTES`] bytes.
///
/// Only steps that cannot change the resource are taken here; [`MatchKey`] folds further and is never
/// fetched.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PageUrl(Url);

impl PageUrl {
    /// Reads an absolute address.
    ///
    /// # Errors
    /// When it does not parse, is not `http(s)` or is too long.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        if text.len() > Limits::URL_BYTES {
            return Err(UrlError::TooLong);
        }
        let url = Url::parse(text).map_err(|_| UrlError::malformed(text))?;
        Self::from_url(url)
    }

    /// Normalises an already parsed address.
    ///
    /// # Errors
    /// As [`PageUrl::parse`].
    pub fn from_url(mut url: Url) -> Result<Self, UrlError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(UrlError::NotHttp(userinfo::named_url(&url)));
        }
        url.set_fragment(None);
        let refused = |url: &Url| UrlError::Malformed(userinfo::named_url(url));
        url.set_username("").map_err(|()| refused(&url))?;
        url.set_password(None).map_err(|()| refused(&url))?;
        let dotless = match url.host() {
            Some(Host::Domain(name)) => name.strip_suffix('.').map(str::to_owned),
            Some(_) => None,
            None => return Err(refused(&url)),
        };
        if let Some(name) = dotless {
            // A name of dots only would lose one more each time it is read.
            if name.is_empty() || name.ends_with('.') {
                return Err(refused(&url));
            }
            url.set_host(Some(&name)).map_err(|_| refused(&url))?;
        }
        if url.as_str().len() > Limits::URL_BYTES {
            return Err(UrlError::TooLong);
        }
        Ok(Self(url))
    }

    /// Resolves `href` as a link on this page.
    ///
    /// # Errors
    /// As [`PageUrl::parse`].
    pub fn join(&self, href: &str) -> Result<Self, UrlError> {
        let url = self.0.join(href).map_err(|_| UrlError::malformed(href))?;
        Self::from_url(url)
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The parsed address.
    pub fn as_url(&self) -> &Url {
        &self.0
    }

    /// The politeness key: host without port.
    pub fn host_key(&self) -> HostKey {
        HostKey(self.0.host_str().unwrap_or_default().to_ascii_lowercase())
    }

    /// The registrable domain, by the public suffix list with its private section.
    pub fn domain(&self) -> Domain {
        self.host_key().domain()
    }

    /// Scheme, host and port as text: the scope of one robots.txt (RFC 9309, 2.3).
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// The address of this origin's robots.txt.
    #[must_use]
    pub fn robots_url(&self) -> PageUrl {
        let mut url = self.0.clone();
        url.set_path("/robots.txt");
        url.set_query(None);
        PageUrl(url)
    }

    /// The front page of this origin.
    #[must_use]
    pub fn front_page(&self) -> PageUrl {
        let mut url = self.0.clone();
        url.set_path("/");
        url.set_query(None);
        PageUrl(url)
    }

    /// Whether two addresses name the same page for us.
    pub fn is_same(&self, other: &Self) -> bool {
        self == other || self.match_key() == other.match_key()
    }

    /// What two spellings of one page have in common.
    pub fn match_key(&self) -> MatchKey {
        MatchKey::of(&self.0)
    }
}

thread_local! {
    /// The addresses that were read last from records, the later one first.
    static LAST_READ: RefCell<[Option<PageUrl>; 2]> = const { RefCell::new([None, None]) };
}

impl TryFrom<String> for PageUrl {
    type Error = UrlError;

    /// Reads the address of a record. A link and its page name two addresses three times each; parsing them is a sixth
    /// of reading many, so one that was just read is copied.
    fn try_from(text: String) -> Result<Self, UrlError> {
        LAST_READ.with_borrow_mut(|last| {
            if let Some(same) = last.iter().flatten().find(|page| page.as_str() == text) {
                return Ok(same.clone());
            }
            let page = Self::parse(&text)?;
            last.swap(0, 1);
            last[0] = Some(page.clone());
            Ok(page)
        })
    }
}

impl From<PageUrl> for String {
    fn from(page: PageUrl) -> String {
        page.0.into()
    }
}

impl std::str::FromStr for PageUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        Self::parse(text)
    }
}

impl fmt::Display for PageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for PageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PageUrl({})", self.as_str())
    }
}

/// The politeness key: a lower-case host name or IP address, without port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct HostKey(String);

impl HostKey {
    /// Reads a host as a person types it: a bare name, or any address on it.
    ///
    /// # Errors
    /// When no host can be read from it.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        let full = if text.contains("://") { text.to_owned() } else { format!("http://{text}/") };
        PageUrl::parse(&full).map(|page| page.host_key()).map_err(|_| UrlError::malformed(text))
    }

    /// The host as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The registrable domain; of an IP literal, the address itself.
    pub fn domain(&self) -> Domain {
        let is_address = self.0.starts_with('[') || self.0.parse::<std::net::Ipv4Addr>().is_ok();
        let registrable = if is_address { None } else { psl::domain_str(&self.0) };
        Domain(registrable.unwrap_or(&self.0).to_owned())
    }
}

impl From<HostKey> for String {
    fn from(host: HostKey) -> Self {
        host.0
    }
}

impl TryFrom<String> for HostKey {
    type Error = UrlError;

    fn try_from(text: String) -> Result<Self, UrlError> {
        Self::parse(&text)
    }
}

impl std::str::FromStr for HostKey {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        Self::parse(text)
    }
}

impl fmt::Display for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A registrable domain such as `example.co.uk`; of an IP literal, the address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Domain(String);

impl Domain {
    /// The domain as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Two addresses with one match key name the same page for us. Only compared, never fetched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MatchKey(String);

/// Query names that never name another page: campaign, click and session ids, WordPress' reply forms.
const DROPPED_QUERY: &[&str] =
    &["gclid", "fbclid", "msclkid", "mc_cid", "mc_eid", "igshid", "replytocom", "cpage", "amp", "phpsessid"];

impl MatchKey {
    fn of(url: &Url) -> Self {
        let host = url.host_str().unwrap_or_default();
        let host = host.strip_prefix("www.").unwrap_or(host);
        let mut key = host.to_owned();
        if let Some(port) = url.port() {
            key.push(':');
            key.push_str(&port.to_string());
        }
        key.push_str(&fold_path(url.path()));
        let query = fold_query(url.query().unwrap_or_default());
        if !query.is_empty() {
            key.push('?');
            key.push_str(&query);
        }
        Self(key)
    }

    /// The key as text, without scheme.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The path with one spelling for each resource: escapes normalised, endings of the same post removed.
fn fold_path(path: &str) -> String {
    let unescaped = normalise_escapes(path);
    let mut rest = match unescaped.to_ascii_lowercase().find(";jsessionid=") {
        Some(at) => &unescaped[..at],
        None => &unescaped,
    };
    loop {
        let before = rest;
        rest = rest.strip_suffix('/').unwrap_or(rest);
        for ending in ["/trackback", "/amp", "/feed", "/index.html", "/index.htm", "/index.php"] {
            rest = rest.strip_suffix(ending).unwrap_or(rest);
        }
        if let Some((head, tail)) = rest.rsplit_once('/')
            && let Some(number) = tail.strip_prefix("comment-page-")
            && !number.is_empty()
            && number.bytes().all(|b| b.is_ascii_digit())
        {
            rest = head;
        }
        if rest.len() == before.len() {
            return rest.to_owned();
        }
    }
}

/// Upper-case hex digits; unreserved characters (RFC 3986, 2.3) as themselves; a `%` that begins no escape
/// escaped, or it would begin one together with what follows.
fn normalise_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let hex = rest.get(at + 1..at + 3).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => out.push(byte.into()),
            Some(byte) => out.extend(['%', hex_digit(byte >> 4), hex_digit(byte & 15)]),
            None => {
                out.push_str("%25");
                rest = &rest[at + 1..];
                continue;
            }
        }
        rest = &rest[at + 3..];
    }
    out.push_str(rest);
    out
}

fn hex_digit(value: u8) -> char {
    char::from_digit(value.into(), 16).expect("four bits are a hex digit").to_ascii_uppercase()
}

fn fold_query(query: &str) -> String {
    let pairs = query.split('&').map(normalise_escapes);
    pairs.filter(|pair| !pair.is_empty() && !is_dropped(pair)).collect::<Vec<_>>().join("&")
}

fn is_dropped(pair: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let name = name.to_ascii_lowercase();
    name.starts_with("utm_")
        || DROPPED_QUERY.contains(&name.as_str())
        || (name == "sid" && value.len() == 32 && value.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str) -> String {
        PageUrl::parse(text).unwrap().match_key().as_str().to_owned()
    }

    #[test]
    fn page_url_drops_what_cannot_change_the_resource() {
        let page = PageUrl::parse(" https://user:secret@Example.COM.:443/a?b=1#top ").unwrap();
        assert_eq!(page.as_str(), "https://example.com/a?b=1");
    }

    #[test]
    fn address_of_a_record_is_read_as_any_other_whatever_was_read_before() {
        let text = |n: usize| format!("HTTPS://host{}.example/a#{n}", n % 3);
        for n in [0, 0, 1, 0, 2, 1, 1, 0, 2] {
            assert_eq!(PageUrl::try_from(text(n)), PageUrl::parse(&text(n)));
            let normal = PageUrl::parse(&text(n)).unwrap();
            assert_eq!(PageUrl::try_from(normal.as_str().to_owned()), Ok(normal));
            assert!(PageUrl::try_from("nowhere".to_owned()).is_err());
        }
    }

    #[test]
    fn page_url_refuses_other_schemes_and_overlong_addresses() {
        assert!(matches!(PageUrl::parse("ftp://example.com/"), Err(UrlError::NotHttp(_))));
        assert!(matches!(PageUrl::parse("example.com/post"), Err(UrlError::Malformed(_))));
        assert!(matches!(PageUrl::parse("http://../"), Err(UrlError::Malformed(_))));
        let at_limit = format!("http://e.example/{}", "a".repeat(Limits::URL_BYTES - 17));
        assert!(PageUrl::parse(&at_limit).is_ok());
        assert_eq!(PageUrl::parse(&format!("{at_limit}a")), Err(UrlError::TooLong));
    }

    #[test]
    fn refused_address_keeps_its_password_to_itself() {
        let page = PageUrl::parse("https://page.example/").unwrap();
        for text in [
            "ftp://user:secret@h.example/a",
            "user:secret@h.example",
            "https://user:secret@",
            "https://user:secret@../",
        ] {
            for error in [PageUrl::parse(text), page.join(text)].into_iter().filter_map(Result::err) {
                assert!(!format!("{error} {error:?}").contains("secret"), "{text}: {error:?}");
            }
            let host = HostKey::parse(text).map(|host| host.to_string());
            assert!(!format!("{host:?}").contains("secret"), "{text}: {host:?}");
        }
        let error = page.join("ftp://user:secret@h.example/a").unwrap_err();
        assert_eq!(error.to_string(), "'ftp://h.example/a' is not an http or https address");
    }

    #[test]
    fn spellings_of_one_page_share_a_match_key() {
        let plain = key("https://example.com/post");
        for same in [
            "http://www.example.com/post/",
            "https://example.com/post/?utm_source=mail&fbclid=1",
            "https://example.com/post/trackback/",
            "https://example.com/post/comment-page-3/#comment-7",
            "https://example.com/%70ost/amp/",
            "https://example.com/post?replytocom=4",
            "https://example.com/post/index.php",
        ] {
            assert_eq!(key(same), plain, "{same}");
        }
    }

    #[test]
    fn percent_sign_that_begins_no_escape_never_comes_to_begin_one() {
        assert_eq!(key("https://example.com/%%34%31"), "example.com/%2541");
        assert_eq!(key("https://example.com/%+1"), "example.com/%25+1");
        assert_eq!(key("https://example.com/100%"), key("https://example.com/100%25"));
    }

    #[test]
    fn query_name_is_dropped_however_it_is_escaped() {
        assert_eq!(key("https://example.com/post?utm%5fsource=mail"), key("https://example.com/post"));
    }

    #[test]
    fn other_pages_keep_other_match_keys() {
        let plain = key("https://example.com/post");
        for other in [
            "https://example.com:8443/post",
            "https://example.com/Post",
            "https://example.com/post?id=2",
            "https://example.com/post/2",
            "https://example.net/post",
            "https://example.com/posts",
            "https://example.com.evil.example/post",
        ] {
            assert_ne!(key(other), plain, "{other}");
        }
    }

    #[test]
    fn domain_is_registrable_and_an_address_is_its_own() {
        assert_eq!(HostKey::parse("a.b.example.co.uk").unwrap().domain().as_str(), "example.co.uk");
        assert_eq!(HostKey::parse("me.github.io").unwrap().domain().as_str(), "me.github.io");
        assert_eq!(HostKey::parse("http://127.0.0.1:80/x").unwrap().domain().as_str(), "127.0.0.1");
        assert_eq!(HostKey::parse("[::1]").unwrap().domain().as_str(), "[::1]");
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(path in "[a-zA-Z0-9/%._~?=&;-]{0,60}") {
            let page = PageUrl::parse(&format!("https://example.com/{path}")).unwrap();
            let once = page.match_key();
            let again = PageUrl::parse(&format!("https://{}", once.as_str())).unwrap().match_key();
            prop_assert_eq!(once, again);
        }

        #[test]
        fn page_url_survives_its_own_text(text in "\\PC{0,80}") {
            if let Ok(page) = PageUrl::parse(&text) {
                prop_assert_eq!(PageUrl::parse(page.as_str()).unwrap(), page);
            }
        }
    }
}
