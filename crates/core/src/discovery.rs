//! Pages that nobody told us of: where they were found, and which of them are worth a look.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids::PageId;
use crate::limits::Limits;
use crate::names::names;
use crate::page_url::PageUrl;
use crate::placement::Placement;

/// Where a page was found that nobody told us of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A link on another page of its host.
    Crawl,
    /// A feed of its host.
    Feed,
    /// A sitemap of its host.
    Sitemap,
    /// A referrer in an access log of our own site.
    AccessLog,
    /// A list of addresses.
    List,
    /// An export of webmention.io.
    WebmentionIo,
}

names!(Source {
    Crawl => "crawl",
    Feed => "feed",
    Sitemap => "sitemap",
    AccessLog => "access_log",
    List => "list",
    WebmentionIo => "webmention_io",
});

/// How a page was found: kept with every link that it leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Where.
    pub source: Source,
    /// The page, feed or sitemap that names it, where there is one.
    pub via: Option<PageUrl>,
}

impl fmt::Display for Provenance {
    /// `feed https://host.example/feed/`, or the source alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.via {
            Some(via) => write!(f, "{} {via}", self.source),
            None => write!(f, "{}", self.source),
        }
    }
}

/// What a candidate is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A page that may refer to us.
    Page,
    /// A feed that names pages.
    Feed,
    /// A sitemap that names pages, or further sitemaps.
    Sitemap,
}

/// An address that discovery knows of: looked at, or still to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Where it is.
    pub page: PageUrl,
    /// What it is read as.
    pub form: Form,
    /// How it was found first.
    pub found: Provenance,
    /// Clicks from the front page, or from what a source named.
    pub clicks: u8,
    /// When it was written or changed last, as its source says.
    #[serde(with = "jiff::fmt::serde::timestamp::nanosecond::optional")]
    pub newest: Option<Timestamp>,
    /// When it was looked at last.
    #[serde(with = "jiff::fmt::serde::timestamp::nanosecond::optional")]
    pub looked: Option<Timestamp>,
    /// Looks in a row that came to nothing: no answer, or one that says "later".
    pub failed: u8,
}

impl Candidate {
    /// A page that a source names, not looked at yet.
    pub fn new(page: PageUrl, form: Form, source: Source, via: Option<PageUrl>) -> Self {
        let found = Provenance { source, via };
        Self { page, form, found, clicks: 0, newest: None, looked: None, failed: 0 }
    }

    /// What it is recognised by: its host and the rest. Spellings of one page are one candidate, a feed is another than
    /// the page it belongs to.
    pub fn key(&self) -> [u8; 16] {
        let mut key = PageId::of(&self.page).to_bytes();
        if self.form != Form::Page {
            key[8..].copy_from_slice(&blake3::hash(self.page.as_str().as_bytes()).as_bytes()[..8]);
        }
        key
    }

    /// How long a look holds: what lists news is looked at again soon, a page seldom.
    fn holds(&self) -> SignedDuration {
        let is_hub = self.form != Form::Page || self.page == self.page.front_page();
        SignedDuration::from_hours(if is_hub { Limits::HUB_HOURS } else { Limits::CANDIDATE_HOURS })
    }

    /// Whether it is to be looked at.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.looked.is_none_or(|looked| looked > now || now.duration_since(looked) >= self.holds())
    }

    /// Takes in that it was named again; answers whether that says anything new.
    pub fn rename(&mut self, again: &Self) -> bool {
        let before = self.clone();
        if self.looked.is_none() && self.found.source == Source::Crawl {
            self.found = again.found.clone(); // whoever names it on purpose tells more than a link
        }
        self.clicks = self.clicks.min(again.clicks);
        if again.newest > self.newest {
            // Written or changed since: what was seen of it no longer holds.
            self.looked = self.looked.filter(|looked| again.newest.is_some_and(|newest| newest <= *looked));
            self.newest = again.newest;
        }
        *self != before
    }

    /// Takes in what a look came to: one that came to nothing is tried again a few times.
    pub fn look(&mut self, at: Timestamp, came_to_something: bool) {
        self.failed = if came_to_something { 0 } else { self.failed.saturating_add(1) };
        if came_to_something || self.failed >= Limits::CANDIDATE_TRIES {
            self.looked = Some(at);
        }
    }

    /// The order in which candidates of a host are looked at: what is said to be newest first, then few clicks.
    pub fn turn(&self) -> impl Ord + use<> {
        (std::cmp::Reverse(self.newest), self.clicks, self.page.as_str().len(), self.page.to_string())
    }
}

/// Why an address is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unworthy {
    /// A picture, a film, a program: no page.
    File,
    /// A form, a feed, a cart, another form of a page that has an address of its own.
    Machinery,
    /// A page of a calendar: the posts are linked elsewhere.
    Calendar,
    /// More path segments than pages have.
    Deep,
    /// One path segment again and again.
    Repeats,
    /// More query parameters than pages have.
    Parameters,
}

names!(Unworthy {
    File => "file",
    Machinery => "machinery",
    Calendar => "calendar",
    Deep => "deep",
    Repeats => "repeats",
    Parameters => "parameters",
});

/// Endings of addresses that are no pages.
const FILES: &[&str] = &[
    "7z",
    "apk",
    "avi",
    "avif",
    "bmp",
    "bz2",
    "css",
    "csv",
    "deb",
    "dmg",
    "doc",
    "docx",
    "eot",
    "epub",
    "exe",
    "flac",
    "gif",
    "gz",
    "ico",
    "ics",
    "iso",
    "jpeg",
    "jpg",
    "js",
    "json",
    "m4a",
    "m4v",
    "mjs",
    "mkv",
    "mov",
    "mp3",
    "mp4",
    "mpeg",
    "mpg",
    "msi",
    "odp",
    "ods",
    "odt",
    "ogg",
    "ogv",
    "opus",
    "otf",
    "pdf",
    "png",
    "ppt",
    "pptx",
    "rar",
    "rpm",
    "rss",
    "svg",
    "swf",
    "tar",
    "tgz",
    "tif",
    "tiff",
    "torrent",
    "ttf",
    "vcf",
    "wav",
    "webm",
    "webmanifest",
    "webp",
    "wmv",
    "woff",
    "woff2",
    "xls",
    "xlsx",
    "xml",
    "xz",
    "zip",
];

/// Path segments of what is no page of its own (`wp-login.php`), or only another form of one (`/amp/`).
const MACHINERY: &[&str] = &[
    "amp",
    "cart",
    "cgi-bin",
    "checkout",
    "embed",
    "feed",
    "login",
    "logout",
    "oembed",
    "rdf",
    "register",
    "signin",
    "signup",
    "trackback",
    "wp-admin",
    "wp-comments-post.php",
    "wp-cron.php",
    "wp-json",
    "wp-login.php",
    "xmlrpc.php",
];

/// Query parameters that make another address of the same page, or change something.
const MACHINE_PARAMETERS: &[&str] = &[
    "action",
    "add-to-cart",
    "filter",
    "format",
    "jsessionid",
    "like",
    "order",
    "orderby",
    "phpsessid",
    "print",
    "redirect_to",
    "replytocom",
    "s",
    "search",
    "session",
    "sessionid",
    "share",
    "sid",
    "sort",
    "view",
];

/// Whether an address is worth a look by its shape: no file, no machinery, no trap for crawlers.
///
/// # Errors
/// Why not.
pub fn worth_a_look(page: &PageUrl) -> Result<(), Unworthy> {
    let url = page.as_url();
    let segments: Vec<String> =
        url.path().split('/').filter(|part| !part.is_empty()).map(str::to_ascii_lowercase).collect();
    let ending = segments.last().and_then(|last| last.rsplit_once('.')).map(|(_, ending)| ending);
    let repeats = |segment: &String| segments.iter().filter(|other| *other == segment).count();
    if ending.is_some_and(|ending| FILES.contains(&ending)) {
        return Err(Unworthy::File);
    }
    if segments.iter().any(|segment| MACHINERY.contains(&segment.as_str()))
        || url.query_pairs().any(|(name, _)| MACHINE_PARAMETERS.contains(&name.to_ascii_lowercase().as_str()))
    {
        return Err(Unworthy::Machinery);
    }
    if is_calendar(&segments)
        || url.query_pairs().any(|(name, _)| matches!(&*name, "m" | "day" | "month" | "year"))
    {
        return Err(Unworthy::Calendar);
    }
    if segments.len() > Limits::PATH_SEGMENTS {
        return Err(Unworthy::Deep);
    }
    if segments.iter().map(repeats).max().unwrap_or(0) >= Limits::SEGMENT_REPEATS {
        return Err(Unworthy::Repeats);
    }
    if url.query_pairs().count() > Limits::QUERY_PARAMETERS {
        return Err(Unworthy::Parameters);
    }
    Ok(())
}

/// Whether a path is nothing but a date, with or without a page number: `/2026/11/`, `/2026/11/25/page/2/`.
fn is_calendar(segments: &[String]) -> bool {
    let date = match segments {
        [date @ .., page, number] if page == "page" && is_number(number) => date,
        date => date,
    };
    let is_year = |text: &String| text.len() == 4 && (text.starts_with("19") || text.starts_with("20"));
    let is_part = |text: &String| text.len() <= 2;
    matches!(date, [year, rest @ ..] if is_year(year) && rest.len() <= 2 && rest.iter().all(is_part))
        && date.iter().all(|part| is_number(part))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Path segments above lists of posts.
const LISTS: &[&str] =
    &["archive", "archives", "author", "blog", "categories", "category", "tag", "tags", "topic", "topics"];

/// Whether a page lists others, as far as its address tells: what stands in its text stands on a page of its own too.
pub fn is_listing(page: &PageUrl) -> bool {
    let url = page.as_url();
    let segments: Vec<&str> = url.path().split('/').filter(|part| !part.is_empty()).collect();
    let is_list = |name: &str| matches!(name, "author" | "cat" | "category" | "page" | "paged" | "tag");
    let asks_for_list = url.query_pairs().any(|(name, _)| is_list(&name));
    match segments.as_slice() {
        [] => url.query().is_none() || asks_for_list,
        ["blog"] => true,
        [.., page, number] if *page == "page" && is_number(number) => true,
        [list, _] | [_, list, _] if *list != "blog" && LISTS.contains(list) => true,
        _ => asks_for_list,
    }
}

/// Whether a reference belongs to the page it was found on. What is repeated all over a site (menus, lists of
/// recommended sites) belongs to its front page, what stands in the text of a list belongs to the page it lists.
pub fn is_at_home(placement: Placement, page: &PageUrl) -> bool {
    match placement {
        Placement::Blogroll | Placement::Navigation | Placement::Related => *page == page.front_page(),
        Placement::Body => !is_listing(page),
        Placement::WidgetEcho => false,
        Placement::Ping | Placement::Comment(_) | Placement::AuthorBio | Placement::Unknown => true,
    }
}

/// The candidates of one host that are looked at next, in their turn.
pub fn open_candidates(mut candidates: Vec<Candidate>, now: Timestamp) -> Vec<Candidate> {
    candidates.retain(|candidate| candidate.is_open(now));
    candidates.sort_by_cached_key(Candidate::turn);
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(path: &str) -> PageUrl {
        PageUrl::parse(&format!("https://host.example{path}")).unwrap()
    }

    fn candidate(path: &str) -> Candidate {
        Candidate::new(page(path), Form::Page, Source::Crawl, None)
    }

    fn day(n: i64) -> Timestamp {
        "2026-11-01T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(24 * n)
    }

    #[test]
    fn pages_are_worth_a_look_and_traps_are_not() {
        for path in [
            "/",
            "/2026/11/25/a-post/",
            "/?p=12",
            "/blog/page/3/",
            "/a.html",
            "/post.php?id=7",
            "/2026-review",
        ] {
            assert_eq!(worth_a_look(&page(path)), Ok(()), "{path}");
        }
        let deep = "/x".repeat(2) + &(0..11).map(|n| format!("/{n}")).collect::<Vec<_>>().concat();
        let cases = [
            ("/photo.JPG", Unworthy::File),
            ("/post/trackback/", Unworthy::Machinery),
            ("/post/?replytocom=7", Unworthy::Machinery),
            ("/wp-login.php", Unworthy::Machinery),
            ("/2026/11/", Unworthy::Calendar),
            ("/2026/11/25/page/2/", Unworthy::Calendar),
            ("/?m=202611", Unworthy::Calendar),
            (deep.as_str(), Unworthy::Deep),
            ("/a/b/a/b/a/b", Unworthy::Repeats),
            ("/?a=1&b=2&c=3&d=4&e=5", Unworthy::Parameters),
        ];
        for (path, why) in cases {
            assert_eq!(worth_a_look(&page(path)), Err(why), "{path}");
        }
    }

    #[test]
    fn limits_of_an_address_hold_to_the_last_one_allowed() {
        let path =
            |segments: usize| page(&(0..segments).map(|n| format!("/s{n}")).collect::<Vec<_>>().concat());
        assert_eq!(worth_a_look(&path(Limits::PATH_SEGMENTS)), Ok(()));
        assert_eq!(worth_a_look(&path(Limits::PATH_SEGMENTS + 1)), Err(Unworthy::Deep));
        let same = |times: usize| page(&"/again".repeat(times));
        assert_eq!(worth_a_look(&same(Limits::SEGMENT_REPEATS - 1)), Ok(()));
        assert_eq!(worth_a_look(&same(Limits::SEGMENT_REPEATS)), Err(Unworthy::Repeats));
        let query = |n: usize| page(&format!("/?{}", vec!["k=1"; n].join("&")));
        assert_eq!(worth_a_look(&query(Limits::QUERY_PARAMETERS)), Ok(()));
        assert_eq!(worth_a_look(&query(Limits::QUERY_PARAMETERS + 1)), Err(Unworthy::Parameters));
    }

    #[test]
    fn lists_are_told_by_their_addresses() {
        for path in
            ["/", "/page/2/", "/blog", "/category/news/", "/blog/tag/rust/", "/?cat=3", "/author/mia/page/4"]
        {
            assert!(is_listing(&page(path)), "{path}");
        }
        for path in ["/a-post/", "/?p=12", "/blog/a-post", "/2026/11/25/a-post/", "/tag"] {
            assert!(!is_listing(&page(path)), "{path}");
        }
    }

    #[test]
    fn reference_belongs_where_it_stands_for_itself() {
        assert!(is_at_home(Placement::Body, &page("/post/")));
        assert!(!is_at_home(Placement::Body, &page("/page/2/")));
        assert!(is_at_home(Placement::Blogroll, &page("/")));
        assert!(!is_at_home(Placement::Blogroll, &page("/post/")));
        assert!(is_at_home(Placement::Ping, &page("/post/")));
        assert!(!is_at_home(Placement::WidgetEcho, &page("/")));
    }

    #[test]
    fn look_holds_for_long_at_a_page_and_briefly_at_what_lists_news() {
        let mut post = candidate("/post");
        let mut front = candidate("/");
        assert!(post.is_open(day(0)) && front.is_open(day(0)));
        post.look(day(0), true);
        front.look(day(0), true);
        assert!(!post.is_open(day(29)) && post.is_open(day(30)));
        let hub = |hours| day(0) + SignedDuration::from_hours(hours);
        assert!(!front.is_open(hub(Limits::HUB_HOURS - 1)) && front.is_open(hub(Limits::HUB_HOURS)));
    }

    #[test]
    fn look_that_comes_to_nothing_is_tried_again_a_few_times() {
        let mut post = candidate("/post");
        for _ in 1..Limits::CANDIDATE_TRIES {
            post.look(day(0), false);
            assert!(post.is_open(day(0)));
        }
        post.look(day(0), false);
        assert!(!post.is_open(day(0)));
    }

    #[test]
    fn page_that_changed_since_is_open_again() {
        let mut post = candidate("/post");
        post.look(day(5), true);
        let older = Candidate { newest: Some(day(4)), ..candidate("/post") };
        assert!(post.rename(&older) && !post.is_open(day(6)));
        let newer = Candidate { newest: Some(day(6)), ..candidate("/post") };
        assert!(post.rename(&newer) && post.is_open(day(6)));
        assert!(!post.rename(&newer));
    }

    #[test]
    fn source_that_names_a_page_on_purpose_tells_more_than_a_link() {
        let mut post = candidate("/post");
        let feed = Candidate::new(page("/post"), Form::Page, Source::Feed, Some(page("/feed/")));
        assert!(post.rename(&feed));
        assert_eq!(post.found.source, Source::Feed);
        post.rename(&candidate("/post"));
        assert_eq!(post.found.source, Source::Feed);
    }

    #[test]
    fn newest_go_first_then_those_few_clicks_away() {
        let dated = |path, n| Candidate { newest: Some(day(n)), clicks: 3, ..candidate(path) };
        let far = Candidate { clicks: 2, ..candidate("/far") };
        let all = vec![far, candidate("/near"), dated("/old", 1), dated("/new", 2)];
        let paths: Vec<_> =
            open_candidates(all, day(9)).iter().map(|c| c.page.as_url().path().to_owned()).collect();
        assert_eq!(paths, ["/new", "/old", "/near", "/far"]);
    }

    #[test]
    fn spellings_of_a_page_are_one_candidate_and_its_feed_is_another() {
        let feed = Candidate { form: Form::Feed, ..candidate("/post/feed/") };
        assert_eq!(candidate("/post").key(), candidate("/post/?utm_source=x").key());
        assert_ne!(candidate("/post/").key(), feed.key());
        assert_eq!(candidate("/post/").key()[..8], feed.key()[..8], "both are of one host");
    }
}
