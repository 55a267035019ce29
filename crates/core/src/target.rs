//! What is ours: the addresses whose references are watched.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::by_text::by_text;
use crate::page_url::{Domain, HostKey, MatchKey, PageUrl, UrlError};

/// Content of ours that others link to.
///
/// As text: `https://host/page` is one page, `https://host/path/*` all pages below a path,
/// `//host` one host, and a bare `example.com` a registrable domain with all its hosts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Target {
    /// One page.
    Page(PageUrl),
    /// All pages at and below a path, on a segment border.
    Prefix(PageUrl),
    /// All pages of a host.
    Host(HostKey),
    /// All pages of a registrable domain.
    Domain(Domain),
}

impl Target {
    /// Reads a target as it is typed; see the type's description for the four forms.
    ///
    /// # Errors
    /// When no `http(s)` address or host can be read from it.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        if let Some(path) = text.strip_suffix("/*") {
            let page = PageUrl::parse(&format!("{path}/"))?;
            let is_path = page.as_str().ends_with('/');
            return if is_path { Ok(Self::Prefix(page)) } else { Err(UrlError::Malformed(text.to_owned())) };
        }
        if let Some(host) = text.strip_prefix("//") {
            return HostKey::parse(host).map(Self::Host);
        }
        if text.contains("://") {
            return PageUrl::parse(text).map(Self::Page);
        }
        if text.contains('/') {
            return Err(UrlError::malformed(text));
        }
        let host = HostKey::parse(text)?;
        let domain = host.domain();
        Ok(if domain.as_str() == host.as_str() { Self::Domain(domain) } else { Self::Host(host) })
    }

    /// The page itself, where the target is one page.
    pub fn page(&self) -> Option<&PageUrl> {
        match self {
            Self::Page(page) => Some(page),
            _ => None,
        }
    }

    /// Whether two targets are the same content: pages by match key, others as written.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Page(ours), Self::Page(theirs)) => ours.is_same(theirs),
            _ => self == other,
        }
    }

    /// Whether `page` belongs to this target.
    pub fn covers(&self, page: &PageUrl) -> bool {
        match self {
            Self::Page(ours) => ours.is_same(page),
            Self::Prefix(ours) => {
                let (key, prefix) = (page.match_key(), ours.match_key());
                key.as_str()
                    .strip_prefix(prefix.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
            }
            Self::Host(host) => bare(page.host_key().as_str()) == bare(host.as_str()),
            Self::Domain(domain) => page.domain() == *domain,
        }
    }
}

fn bare(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // An empty fragment tells a page whose name is a star from a path.
            Self::Page(page) if page.as_str().ends_with("/*") => write!(f, "{page}#"),
            Self::Page(page) => f.pad(page.as_str()),
            Self::Prefix(page) => write!(f, "{}/*", page.as_str().strip_suffix('/').unwrap_or(page.as_str())),
            Self::Host(host) => write!(f, "//{host}"),
            Self::Domain(domain) => f.pad(domain.as_str()),
        }
    }
}

impl std::str::FromStr for Target {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        Self::parse(text)
    }
}

by_text!(Target, UrlError);

/// How an address was recognised as ours, most certain first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Equal to the target's address.
    Exact,
    /// Another spelling of the target's address.
    Normalised,
    /// Below a path of ours.
    Prefix,
    /// On a host of ours.
    Host,
    /// On a domain of ours.
    Domain,
}

/// The most specific target that covers an address, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetMatch {
    /// The target as it was given.
    pub target: Target,
    /// How the address was recognised.
    pub how: How,
}

/// Everything that is ours, made for one look-up an address.
#[derive(Debug, Clone, Default)]
pub struct TargetSet {
    pages: HashMap<MatchKey, Target>,
    prefixes: Vec<Target>,
    hosts: HashMap<String, Target>,
    domains: HashMap<Domain, Target>,
    everything: bool,
}

impl TargetSet {
    /// A set that covers every address: `check` without targets shows all external links.
    pub fn everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// Whether nothing is covered.
    pub fn is_empty(&self) -> bool {
        !self.everything
            && self.pages.is_empty()
            && self.prefixes.is_empty()
            && self.hosts.is_empty()
            && self.domains.is_empty()
    }

    /// The most specific target that covers `page`: page before path, host and domain.
    pub fn find(&self, page: &PageUrl) -> Option<TargetMatch> {
        let matched = |target: &Target, how| TargetMatch { target: target.clone(), how };
        if let Some(target) = self.pages.get(&page.match_key()) {
            let exact = target.page() == Some(page);
            return Some(matched(target, if exact { How::Exact } else { How::Normalised }));
        }
        if let Some(target) = self.prefixes.iter().find(|prefix| prefix.covers(page)) {
            return Some(matched(target, How::Prefix));
        }
        if let Some(target) = self.hosts.get(bare(page.host_key().as_str())) {
            return Some(matched(target, How::Host));
        }
        if let Some(target) = self.domains.get(&page.domain()) {
            return Some(matched(target, How::Domain));
        }
        self.everything.then(|| TargetMatch { target: Target::Page(page.clone()), how: How::Exact })
    }
}

impl Extend<Target> for TargetSet {
    fn extend<I: IntoIterator<Item = Target>>(&mut self, targets: I) {
        for target in targets {
            match &target {
                Target::Page(page) => drop(self.pages.entry(page.match_key()).or_insert(target)),
                Target::Prefix(_) if self.prefixes.contains(&target) => {}
                Target::Prefix(_) => self.prefixes.push(target),
                Target::Host(host) => drop(self.hosts.insert(bare(host.as_str()).to_owned(), target)),
                Target::Domain(domain) => drop(self.domains.insert(domain.clone(), target)),
            }
        }
    }
}

impl FromIterator<Target> for TargetSet {
    fn from_iter<I: IntoIterator<Item = Target>>(targets: I) -> Self {
        let mut set = Self::default();
        set.extend(targets);
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> PageUrl {
        PageUrl::parse(text).unwrap()
    }

    #[test]
    fn target_text_reads_back_as_the_same_target() {
        for text in [
            "https://ours.example/post",
            "https://ours.example/blog/*",
            "//shop.ours.example",
            "ours.example",
        ] {
            let target = Target::parse(text).unwrap();
            assert_eq!(target.to_string(), text);
            assert_eq!(Target::parse(&target.to_string()).unwrap(), target);
        }
        assert!(matches!(Target::parse("shop.ours.example").unwrap(), Target::Host(_)));
    }

    #[test]
    fn page_whose_name_is_a_star_does_not_read_back_as_everything_below() {
        let star = Target::Page(page("https://ours.example/*"));
        assert_eq!(Target::parse(&star.to_string()).unwrap(), star);
        assert!(!Target::parse(&star.to_string()).unwrap().covers(&page("https://ours.example/post")));
    }

    #[test]
    fn path_target_reads_back_with_every_slash_and_needs_a_path() {
        let slashes = Target::parse("https://ours.example/blog//*").unwrap();
        assert_eq!(Target::parse(&slashes.to_string()).unwrap(), slashes);
        assert!(Target::parse("https://ours.example/blog#/*").is_err());
    }

    #[test]
    fn a_path_target_holds_on_segment_borders_only() {
        let blog = Target::parse("https://ours.example/blog/*").unwrap();
        assert!(blog.covers(&page("https://ours.example/blog/")));
        assert!(blog.covers(&page("http://www.ours.example/blog/post?x=1")));
        assert!(!blog.covers(&page("https://ours.example/blogger")));
    }

    #[test]
    fn the_most_specific_target_is_named() {
        let set: TargetSet =
            ["ours.example", "https://ours.example/blog/*", "https://ours.example/blog/post"]
                .iter()
                .map(|t| Target::parse(t).unwrap())
                .collect();
        let how = |text: &str| set.find(&page(text)).map(|m| m.how);
        assert_eq!(how("https://ours.example/blog/post"), Some(How::Exact));
        assert_eq!(how("http://ours.example/blog/post/"), Some(How::Normalised));
        assert_eq!(how("https://ours.example/blog/other"), Some(How::Prefix));
        assert_eq!(how("https://deep.ours.example/"), Some(How::Domain));
        assert_eq!(how("https://theirs.example/"), None);
    }

    #[test]
    fn look_alikes_are_not_ours() {
        let set: TargetSet = [Target::parse("ours.example").unwrap()].into_iter().collect();
        for other in [
            "https://ours.example@evil.example/",
            "https://ours.example.evil.example/",
            "https://evil.example/?u=https://ours.example/",
            "https://evil.example/#https://ours.example/",
            "https://evil.example/ours.example",
        ] {
            assert_eq!(set.find(&page(other)), None, "{other}");
        }
    }
}
