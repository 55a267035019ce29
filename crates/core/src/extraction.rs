//! What one page says: references to our targets, and facts. Filled by `trackward-extract`, judged here.

use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::page_url::PageUrl;
use crate::placement::Placement;
use crate::rel::Rel;
use crate::target::TargetMatch;
use crate::userinfo::without_userinfo;

/// Everything one page says that matters to its links. It judges nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extraction {
    /// References to our targets, in document order, one for each (target, placement class).
    pub references: Vec<Reference>,
    /// What the page says of itself.
    pub facts: PageFacts,
    /// What was odd, in document order.
    pub warnings: Vec<Warning>,
    /// Whether a tree was built, and if not, why.
    pub tree: TreeUse,
}

/// One link on the page to a target of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The address the link resolves to.
    pub url: PageUrl,
    /// The target it matches, and how.
    pub matched: TargetMatch,
    /// The `href` as written; user name and password are left out where it is passed on.
    #[serde(serialize_with = "as_passed_on")]
    pub href: String,
    /// Its text: white space collapsed, control characters dropped, at most
    /// [`crate::Limits::ANCHOR_CHARS`] characters; an image's `alt` where there is no text.
    pub anchor: String,
    /// Its `rel` tokens.
    pub rel: Rel,
    /// Where it stands.
    pub placement: Placement,
    /// Which step and token decided the placement.
    pub evidence: PlacementEvidence,
    /// The kind its surroundings name, where they do.
    pub kind_hint: Option<Kind>,
    /// Id of the entry that holds it, such as `comment-7`.
    pub entry: Option<String>,
    /// The ping or comment container that holds it, as listed in [`PageFacts::containers`].
    pub container: Option<String>,
    /// Hidden by an attribute or inline style.
    pub hidden: bool,
    /// The text around it, at most [`crate::Limits::CONTEXT_CHARS`] characters. Evidence: kept apart from events.
    pub context: String,
    /// Markup of the entry that holds it, trimmed, at most [`crate::Limits::ENTRY_HTML_BYTES`]. Evidence as well.
    pub entry_html: String,
    /// What the entry says of itself.
    pub details: EntryDetails,
    /// Whether the `href` is a redirector that names the target.
    pub via_redirector: bool,
    /// The page of comments it stands on, where that is not the page itself.
    pub comment_page: Option<PageUrl>,
    /// How many links of this target and placement class were folded into this one.
    pub count: u32,
}

fn as_passed_on<S: serde::Serializer>(href: &str, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&without_userinfo(href))
}

/// What an entry says of itself, where its markup tells them apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryDetails {
    /// Title of the sender's page.
    pub title: Option<String>,
    /// The quoted text, at most [`crate::Limits::CONTEXT_CHARS`] characters.
    pub excerpt: Option<String>,
    /// Name of the sender's blog, or of the comment's author.
    pub blog_name: Option<String>,
    /// Its date as written.
    pub date: Option<String>,
}

/// Which of the twelve steps of the placement decided, and by what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacementEvidence {
    /// Number of the step in `docs/placement.md`; 0 when no tree was built.
    pub step: u8,
    /// The token, id or heading that decided.
    pub token: String,
}

impl std::fmt::Display for PlacementEvidence {
    /// `step 2: trackback`, or the step alone where nothing in particular decided.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.step, self.token.as_str()) {
            (0, _) => f.write_str("not placed"),
            (step, "") => write!(f, "step {step}"),
            (step, token) => write!(f, "step {step}: {token}"),
        }
    }
}

/// What a page says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageFacts {
    /// Whether the bytes are HTML by content type, or by their beginning where none is given.
    pub html: bool,
    /// Label of the charset that was used, such as `utf-8`.
    pub charset: String,
    /// The `title`, white space collapsed.
    pub title: Option<String>,
    /// The first `h1`.
    pub heading: Option<String>,
    /// Language of the document element.
    pub language: Option<String>,
    /// The `generator` meta.
    pub generator: Option<String>,
    /// The one canonical address, from the head or the `Link` header.
    pub canonical: Option<PageUrl>,
    /// A refresh by meta or header.
    pub refresh: Option<Refresh>,
    /// What robots meta and `X-Robots-Tag` say.
    pub robots: RobotsMeta,
    /// Decoded size in bytes.
    pub bytes: u64,
    /// Characters of visible text.
    pub text_chars: u64,
    /// Whether `</body>` or `</html>` was seen.
    pub ended: bool,
    /// Ping and comment containers that are there, by the token that names them; sorted, unique.
    pub containers: Vec<String>,
    /// Received pings and comments, at most [`crate::Limits::ENTRIES`].
    pub entries: Vec<Entry>,
    /// Links to further pages of comments; empty when there is one page.
    pub comment_pages: Vec<PageUrl>,
    /// Whether it has an article: a container that holds the text of a post.
    pub has_article: bool,
    /// Phrases and markup that say that this is not the page itself, in the order of the table.
    pub signatures: Vec<Signature>,
    /// Targets of ours whose address stands as text outside links; sorted, unique.
    pub mentions: Vec<PageUrl>,
    /// How many comments or trackbacks the page says it has, such as "3 responses".
    pub stated_entries: Option<u32>,
    /// What draws the comments by script, such as `disqus`: their absence in HTML proves nothing.
    pub script_comments: Option<String>,
    /// What WordPress says of itself.
    pub wordpress: WordPressFacts,
    /// Feeds that it names in its head, those of comments too, at most [`crate::Limits::FEEDS`].
    pub feeds: Vec<PageUrl>,
}

/// What a WordPress page says of the site behind it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordPressFacts {
    /// Root of the REST interface (`rel="https://api.w.org/"`, link or header).
    pub api_root: Option<PageUrl>,
    /// Number of the post.
    pub post_id: Option<u64>,
    /// Feed of the post's comments.
    pub comment_feed: Option<PageUrl>,
}

/// A phrase or piece of markup that says that a page is not the page itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Its row in the table.
    pub id: String,
    /// What it speaks for.
    pub class: SignatureClass,
    /// Whether it decides on any page; others decide only on a page with little text and no article.
    pub alone: bool,
}

/// What a signature speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureClass {
    /// A test whether a person is looking.
    Challenge,
    /// A site under maintenance.
    Maintenance,
    /// An error text with a good status.
    ErrorText,
    /// A form to log in.
    Login,
    /// A text for subscribers.
    Paywall,
    /// A wall that asks for consent.
    Consent,
    /// Not shown in our region.
    Region,
    /// A domain that is for sale.
    Parked,
    /// An empty shell that a script fills.
    Shell,
    /// "Not found" with a good status; two signs of it are needed.
    SoftGone,
}

/// One received ping or comment on the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its id attribute, such as `comment-7`.
    pub id: String,
    /// The kind its markup names.
    pub kind: Option<Kind>,
    /// The first link to another host, if any.
    pub href: Option<String>,
}

/// A refresh that asks for another page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refresh {
    /// Seconds to wait.
    pub seconds: u32,
    /// Where to.
    pub url: PageUrl,
}

/// Robots directives of a page, each with where it was said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RobotsMeta {
    /// Not to be indexed.
    pub noindex: Option<Mechanism>,
    /// No link of the page is followed.
    pub nofollow: Option<Mechanism>,
}

/// Where a directive was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mechanism {
    /// In a `meta` element.
    Meta,
    /// In an `X-Robots-Tag` header.
    Header,
}

impl Mechanism {
    /// The word printed beside a flag.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Header => "header",
        }
    }
}

/// Whether the tree was built for placement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TreeUse {
    /// No reference was found and none is known: the finder was enough.
    #[default]
    NotNeeded,
    /// Built: placement is decided, and an absence may be judged.
    Built,
    /// Refused by this budget: presence stands, absence is not judged.
    Refused(String),
}

/// Something odd about a page, with a stable code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Stable code, such as `tree_refused` or `charset_conflict`.
    pub code: String,
    /// What exactly.
    pub detail: String,
}
