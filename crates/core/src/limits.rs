//! Limits of the domain.

/// Named limits of this crate; other crates have a struct of the same name for theirs.
#[derive(Debug, Clone, Copy)]
pub struct Limits;

impl Limits {
    /// Longest address that is accepted, in bytes.
    pub const URL_BYTES: usize = 2_048;
    /// Longest `ETag` or `Last-Modified` that is kept, in bytes.
    pub const VALIDATOR_BYTES: usize = 1_024;
    /// Longest anchor that is kept, in characters.
    pub const ANCHOR_CHARS: usize = 512;
    /// Longest context kept as evidence, in characters.
    pub const CONTEXT_CHARS: usize = 300;
    /// Longest markup of an entry kept as evidence, in bytes.
    pub const ENTRY_HTML_BYTES: usize = 4 * 1_024;
    /// Pages of comments read for one judgement.
    pub const COMMENT_PAGES: usize = 5;
    /// Visible text, in characters, from which on a page is no thin page any more.
    pub const THIN_TEXT_CHARS: u64 = 1_500;
    /// References kept of one page.
    pub const REFERENCES: usize = 2_000;
    /// Entries (pings, comments) kept of one page.
    pub const ENTRIES: usize = 500;
    /// Redirects followed for a page.
    pub const REDIRECTS: usize = 10;
    /// Redirects followed for a robots.txt (RFC 9309, 2.3.1.2).
    pub const ROBOTS_REDIRECTS: usize = 5;
    /// Longest `Retry-After` that is obeyed, in hours.
    pub const RETRY_AFTER_HOURS: i64 = 24;
    /// Longest `Crawl-delay` that is obeyed, in seconds.
    pub const CRAWL_DELAY_SECONDS: i64 = 60;
    /// Tags of one link.
    pub const TAGS: usize = 32;
    /// Longest tag, in characters.
    pub const TAG_CHARS: usize = 64;
    /// Most that one link costs, in whole units of its currency.
    pub const COST: u64 = 100_000_000;
    /// Longest text of a fact, in characters.
    pub const FACT_CHARS: usize = 1_000;
    /// Fields kept of what one vendor's file says of one link.
    pub const CLAIM_FIELDS: usize = 64;
    /// Longest name or value that is kept of them, in characters.
    pub const CLAIM_CHARS: usize = 256;
    /// Path segments of a page that discovery looks at.
    pub const PATH_SEGMENTS: usize = 12;
    /// How often one path segment stands in an address that is a trap.
    pub const SEGMENT_REPEATS: usize = 3;
    /// Query parameters of a page that discovery looks at.
    pub const QUERY_PARAMETERS: usize = 4;
    /// Hours that a look at a page holds which discovery knows of.
    pub const CANDIDATE_HOURS: i64 = 30 * 24;
    /// Hours that a look at a front page, a feed or a sitemap holds.
    pub const HUB_HOURS: i64 = 12;
    /// Looks in a row that may come to nothing before a candidate is left alone for a while.
    pub const CANDIDATE_TRIES: u8 = 3;
    /// Feeds of one page that are known.
    pub const FEEDS: usize = 10;
    /// Sitemaps of one robots.txt that are known.
    pub const SITEMAPS: usize = 20;
    /// Candidates known of one host.
    pub const CANDIDATES_A_HOST: usize = 10_000;
    /// Weeks with visits that are kept of one link: two years.
    pub const VISIT_WEEKS: usize = 104;
}
