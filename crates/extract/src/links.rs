//! Links: from an attribute to an address, and from an address to a reference to our targets.

use trackward_core::{Domain, PageUrl, Rel, TargetMatch, TargetSet};

use crate::redirectors;

/// `rel` tokens of links that serve machines: never references.
const MACHINE_RELS: &[&str] = &["trackback", "pingback", "webmention", "canonical", "shortlink", "alternate"];

/// What links of one page mean.
#[derive(Debug)]
pub(crate) struct Links<'a> {
    page: &'a PageUrl,
    own: Domain,
    base: PageUrl,
    base_is_own: bool,
    targets: &'a TargetSet,
}

/// A link to a target of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    /// The address the link resolves to; of a redirector, the one it forwards to.
    pub(crate) url: PageUrl,
    /// The target it matches, and how.
    pub(crate) matched: TargetMatch,
    /// The `href` with character references decoded.
    pub(crate) href: String,
    /// Its `rel` tokens.
    pub(crate) rel: Rel,
    /// Whether the address was named by a redirector.
    pub(crate) via_redirector: bool,
}

impl<'a> Links<'a> {
    /// `base` is the `href` of the first `base` element that has one; a useless one is ignored.
    pub(crate) fn new(page: &'a PageUrl, base: Option<&str>, targets: &'a TargetSet) -> Self {
        let base = base.and_then(|href| page.join(href).ok()).unwrap_or_else(|| page.clone());
        let own = page.domain();
        let base_is_own = base.domain() == own;
        Self { page, own, base, base_is_own, targets }
    }

    /// The address a link leads to.
    pub(crate) fn resolve(&self, href: &str) -> Option<PageUrl> {
        self.base.join(href).ok()
    }

    /// Whether a link certainly stays on the page's own domain and leads nowhere else; spares most links
    /// from being parsed.
    pub(crate) fn stays(&self, href: &str) -> bool {
        self.base_is_own && is_relative(href) && !redirectors::may_name(href)
    }

    /// The address a link leads to, unless it certainly stays.
    pub(crate) fn address(&self, href: &str) -> Option<PageUrl> {
        if self.stays(href) { None } else { self.resolve(href) }
    }

    /// Whether an address is outside the page's registrable domain.
    pub(crate) fn is_outward(&self, url: &PageUrl) -> bool {
        url.domain() != self.own
    }

    /// The target of ours that an address outside the page's domain matches.
    pub(crate) fn ours(&self, url: &PageUrl) -> Option<TargetMatch> {
        if self.is_outward(url) { self.targets.find(url) } else { None }
    }

    /// The reference that a link to `url` is, when it or what it forwards to is ours.
    pub(crate) fn hit(&self, url: &PageUrl, href: &str, rel: Option<&str>) -> Option<Hit> {
        let direct = || Some((url.clone(), self.ours(url)?, false));
        let forwarded = || {
            let named = redirectors::named(url, self.page);
            named.into_iter().find_map(|url| self.ours(&url).map(|matched| (url, matched, true)))
        };
        let (url, matched, via_redirector) = direct().or_else(forwarded)?;
        let rel = Rel::parse(rel.unwrap_or_default());
        let for_machines = rel.tokens().any(|token| MACHINE_RELS.contains(&token));
        (!for_machines).then(|| Hit { url, matched, href: href.to_owned(), rel, via_redirector })
    }

    /// The address of another page of this page's comments, when the link leads to one.
    ///
    /// The address of a single comment is none, though it may name the page that the comment is on.
    pub(crate) fn comment_page(&self, href: &str) -> Option<PageUrl> {
        let is_entry = href.split_once('#').is_some_and(|(_, fragment)| fragment.starts_with("comment-"));
        if is_entry || !names_comment_page(href) {
            return None;
        }
        let url = self.resolve(href)?;
        (url != *self.page && url.match_key() == self.page.match_key()).then_some(url)
    }
}

/// Whether an address looks like a further page of comments.
pub(crate) fn names_comment_page(href: &str) -> bool {
    (href.contains("/comment-page-") || href.contains("cpage=")) && !href.contains("replytocom=")
}

/// Whether an `href`, decoded or as written, certainly stays on the host of its base.
fn is_relative(href: &str) -> bool {
    match href.as_bytes() {
        [] | [b'#' | b'?', ..] | [b'/'] => true,
        [b'/', next, ..] => next.is_ascii_alphanumeric() || b"-_.~?#%".contains(next),
        _ => false,
    }
}

/// Whether an `href` as written certainly leads to an origin such as `https://host.example`.
pub(crate) fn is_on(origin: &str, href: &str) -> bool {
    href.strip_prefix(origin).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

#[cfg(test)]
mod tests {
    use trackward_core::Target;

    use super::*;

    fn page() -> PageUrl {
        PageUrl::parse("https://host.example/blog/post/").unwrap()
    }

    fn hit(base: Option<&str>, href: &str, rel: &str) -> Option<String> {
        let (page, targets) = (page(), TargetSet::from_iter([Target::parse("ours.example").unwrap()]));
        let links = Links::new(&page, base, &targets);
        links.hit(&links.address(href)?, href, Some(rel)).map(|hit| hit.url.to_string())
    }

    #[test]
    fn our_addresses_are_recognised_in_every_spelling() {
        for href in [
            "https://ours.example/a",
            "HTTPS://OURS.EXAMPLE/a",
            "//ours.example/a",
            " https://ours.example/a ",
            "https://ours.exa\n\tmple/a",
            "https:\\\\ours.example\\a",
            "https://user:pw@ours.example/a",
            "https://ours.example./a",
        ] {
            assert_eq!(hit(None, href, "").as_deref(), Some("https://ours.example/a"), "{href:?}");
        }
    }

    #[test]
    fn link_that_its_own_host_forwards_is_a_hit_of_the_address_it_names() {
        assert_eq!(hit(None, "/go?u=https://ours.example/a", "").as_deref(), Some("https://ours.example/a"));
        assert_eq!(hit(None, "/go?u=https://theirs.example/a", ""), None);
        assert_eq!(hit(None, "/share?u=https://ours.example/a", ""), None);
    }

    #[test]
    fn look_alikes_are_no_hits() {
        for href in [
            "https://ours.example@evil.example/",
            "https://ours.example.evil.example/",
            "https://evil.example/?u=https://ours.example/",
            "https://evil.example/#https://ours.example/",
            "ours.example/a",
            "/https://ours.example/",
            "javascript:location='https://ours.example/'",
            "mailto:me@ours.example",
            "https://notours.example/",
        ] {
            assert_eq!(hit(None, href, ""), None, "{href:?}");
        }
    }

    #[test]
    fn links_for_machines_are_no_references() {
        for rel in MACHINE_RELS {
            assert_eq!(hit(None, "https://ours.example/", rel), None, "{rel}");
        }
        assert!(hit(None, "https://ours.example/", "bookmark nofollow").is_some());
    }

    #[test]
    fn base_moves_relative_links_and_a_useless_one_is_ignored() {
        let url = |base, href| hit(base, href, "");
        assert_eq!(url(Some("https://ours.example/x/"), "y").as_deref(), Some("https://ours.example/x/y"));
        assert_eq!(url(Some("https://ours.example/x/"), "/y").as_deref(), Some("https://ours.example/y"));
        assert_eq!(url(Some("data:text/html,x"), "y"), None);
        assert_eq!(url(Some("javascript:0"), "//ours.example/a").as_deref(), Some("https://ours.example/a"));
    }

    #[test]
    fn links_within_the_registrable_domain_are_internal() {
        let page = PageUrl::parse("https://blog.ours.example/post").unwrap();
        let targets = TargetSet::from_iter([Target::parse("ours.example").unwrap()]);
        let links = Links::new(&page, None, &targets);
        let (href, forwards) = ("https://www.ours.example/", "/go?to=https://www.ours.example/");
        for href in [href, forwards] {
            assert_eq!(links.hit(&links.address(href).unwrap(), href, None), None, "{href}");
        }
    }

    #[test]
    fn comment_pages_are_those_of_this_post() {
        let (page, targets) = (page(), TargetSet::default());
        let links = Links::new(&page, None, &targets);
        let found = |href| links.comment_page(href).map(|url| url.to_string());
        let second = "https://host.example/blog/post/comment-page-2/";
        assert_eq!(found("/blog/post/comment-page-2/#comments").as_deref(), Some(second));
        assert_eq!(found("?cpage=2").as_deref(), Some("https://host.example/blog/post/?cpage=2"));
        for other in [
            "/blog/post/comment-page-2/#comment-7",
            "/blog/other/comment-page-2/",
            "?replytocom=7&cpage=2",
            "/blog/post/",
        ] {
            assert_eq!(found(other), None, "{other}");
        }
    }

    #[test]
    fn only_what_surely_stays_is_spared() {
        for (href, stays) in [
            ("/a", true),
            ("#top", true),
            ("?p=1", true),
            ("/", true),
            ("//ours.example", false),
            ("/\\ours.example", false),
            ("/\t/ours.example", false),
            ("/&#47;ours.example", false),
            (" /a", false),
            ("a", false),
        ] {
            assert_eq!(is_relative(href), stays, "{href:?}");
        }
        assert!(is_on("https://host.example", "https://host.example/x"));
        assert!(!is_on("https://host.example", "https://host.example.evil/"));
        assert!(!is_on("https://host.example", "https://host.example@ours.example/"));
    }
}
