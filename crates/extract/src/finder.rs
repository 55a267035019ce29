//! The finder: one pass that decides whether any reference is on the page and gathers all page facts.

use std::collections::{BTreeSet, HashSet};

use lol_html::html_content::TextType;
use trackward_core::{Entry, Kind, Limits, PageUrl};

use crate::article::Article;
use crate::discussion::Discussion;
use crate::head::Head;
use crate::inert::Inert;
use crate::links::{self, Hit, Links};
use crate::marks::Marks;
use crate::markup::{Reader, Tag};
use crate::mentions::Mentions;
use crate::placement::names;
use crate::redirectors;
use crate::signatures::Signs;
use crate::text::decode_attribute;
use crate::wordpress::WordPress;

/// Further pages of comments that are kept.
const COMMENT_PAGES: usize = 50;

/// Links to targets of ours that are kept; several may be one reference.
pub(crate) const HITS: usize = 10 * Limits::REFERENCES;

/// Everything one pass gathers; addresses stay as written until the base is known.
#[derive(Debug)]
pub(crate) struct Finder {
    /// Title, canonical address, robots and the like.
    pub(crate) head: Head,
    /// Phrases and markup of pages that are not the page itself.
    pub(crate) signs: Signs,
    /// Whether there is the text of a post.
    pub(crate) article: Article,
    /// What the page says of its comments.
    pub(crate) discussion: Discussion,
    /// What WordPress says of itself.
    pub(crate) wordpress: WordPress,
    /// Addresses where no link is made of them.
    pub(crate) inert: Inert,
    /// Tokens of the ping and comment containers.
    pub(crate) containers: BTreeSet<&'static str>,
    /// Characters of visible text, white space not counted.
    pub(crate) text_chars: u64,
    /// Whether `</body>` or `</html>` was seen.
    pub(crate) ended: bool,
    /// Addresses that surely stay on the page's host begin with one of these.
    own_origins: [String; 2],
    links: Vec<Draft>,
    entries: Vec<Entry>,
    entry_ids: HashSet<String>,
    open_entries: Vec<OpenEntry>,
    mentions: Mentions,
    templates: Templates,
}

/// A link as it stands in the markup.
#[derive(Debug)]
struct Draft {
    /// As written: decoded only where it may lead elsewhere.
    href: String,
    rel: Option<String>,
    /// The innermost entry around it.
    entry: Option<usize>,
}

/// An entry whose end tag has not come yet.
#[derive(Debug)]
struct OpenEntry {
    depth: usize,
    id: String,
    /// Its place among the entries, unless there were too many.
    entry: Option<usize>,
}

/// What the links of a page come to.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// References to our targets, in document order.
    pub(crate) hits: Vec<Hit>,
    /// Whether there were more than are kept.
    pub(crate) has_more_hits: bool,
    /// Received pings and comments.
    pub(crate) entries: Vec<Entry>,
    /// Further pages of comments.
    pub(crate) comment_pages: Vec<PageUrl>,
    /// Addresses of ours outside links.
    pub(crate) mentions: Vec<PageUrl>,
}

impl Found {
    fn comment_page(&mut self, page: PageUrl) {
        if self.comment_pages.len() < COMMENT_PAGES && !self.comment_pages.contains(&page) {
            self.comment_pages.push(page);
        }
    }

    fn link(&mut self, url: &PageUrl, href: &str, draft: &Draft, links: &Links<'_>) {
        let hit = links.hit(url, href, draft.rel.as_deref());
        let outward = if links.is_outward(url) { Some(url) } else { hit.as_ref().map(|hit| &hit.url) };
        if let (Some(entry), Some(url)) = (draft.entry, outward) {
            self.entries[entry].href.get_or_insert_with(|| url.to_string());
        }
        if self.hits.len() < HITS {
            self.hits.extend(hit);
        } else {
            self.has_more_hits |= hit.is_some();
        }
    }
}

impl Finder {
    /// A finder for a page of this address.
    pub(crate) fn new(page: &PageUrl) -> Self {
        let host = page.as_url().host_str().unwrap_or_default();
        Self {
            head: Head::default(),
            signs: Signs::default(),
            article: Article::default(),
            discussion: Discussion::default(),
            wordpress: WordPress::default(),
            inert: Inert::default(),
            containers: BTreeSet::new(),
            text_chars: 0,
            ended: false,
            own_origins: [format!("https://{host}"), format!("http://{host}")],
            links: Vec::new(),
            entries: Vec::new(),
            entry_ids: HashSet::new(),
            open_entries: Vec::new(),
            mentions: Mentions::default(),
            templates: Templates::default(),
        }
    }

    /// Resolves what was gathered, now that the base is known.
    pub(crate) fn finish(&mut self, links: &Links<'_>) -> Found {
        let mut found = Found { entries: std::mem::take(&mut self.entries), ..Found::default() };
        found.mentions = std::mem::take(&mut self.mentions).finish(links);
        for draft in std::mem::take(&mut self.links) {
            if links.stays(&draft.href) && !links::names_comment_page(&draft.href) {
                continue;
            }
            let href = decode_attribute(&draft.href);
            if let Some(page) = links.comment_page(&href) {
                found.comment_page(page);
            } else if let Some(url) = links.address(&href) {
                found.link(&url, &href, &draft, links);
            }
        }
        found
    }

    fn link(&mut self, tag: &Tag<'_, '_, '_>) {
        let Some(raw) = raw_href(tag) else { return };
        let stays = self.own_origins.iter().any(|origin| links::is_on(origin, &raw));
        if stays && !links::names_comment_page(&raw) && !redirectors::may_name(&raw) {
            return;
        }
        let entry = self.open_entries.last().and_then(|open| open.entry);
        self.links.push(Draft { href: raw, rel: tag.attr("rel"), entry });
    }

    /// What an element is called: a container, an entry, or a sign of something else.
    fn names(&mut self, tag: &Tag<'_, '_, '_>, depth: usize) {
        let (id, class) = (tag.attr("id"), tag.attr("class"));
        let marks = Marks::new(tag.name, id.as_deref(), class.as_deref());
        self.containers.extend(names::container(&marks));
        if let Some(id) = names::entry_id(&marks).filter(|_| tag.has_content()) {
            self.entry(id, names::kind(&marks), depth);
        }
        self.signs.start(tag, id.as_deref(), class.as_deref());
        self.discussion.start(&marks, depth);
        if self.open_entries.is_empty() {
            self.article.start(tag, &marks, depth);
            self.wordpress.start(tag, &marks);
        }
    }

    /// Opens an entry; one inside another of the same id is the same entry.
    fn entry(&mut self, id: String, kind: Option<Kind>, depth: usize) {
        if let Some(open) = self.open_entries.last()
            && open.id == id
        {
            if let Some(entry) = open.entry.map(|n| &mut self.entries[n]) {
                entry.kind = entry.kind.or(kind);
            }
            return;
        }
        let has_room = self.entries.len() < Limits::ENTRIES && self.entry_ids.insert(id.clone());
        let entry = has_room.then(|| {
            self.entries.push(Entry { id: id.clone(), kind, href: None });
            self.entries.len() - 1
        });
        self.open_entries.push(OpenEntry { depth, id, entry });
    }
}

impl Reader for Finder {
    fn start(&mut self, tag: &Tag<'_, '_, '_>, depth: usize) {
        if tag.name == "template" && tag.has_content() {
            self.templates.open(tag.is_html());
        }
        if self.templates.is_inside() {
            self.inert.in_template(tag);
            return;
        }
        self.inert.start(tag);
        self.head.start(tag);
        self.names(tag, depth);
        self.mentions.start(tag.name, raw_href(tag).is_some());
        self.link(tag);
    }

    fn end(&mut self, name: &str, depth: usize) {
        match name {
            "template" => self.templates.close(),
            _ if self.templates.is_inside() => return,
            "body" | "html" => self.ended = true,
            _ => self.head.end(name),
        }
        self.inert.end(name);
        self.mentions.end(name);
        while self.open_entries.last().is_some_and(|open| open.depth > depth) {
            self.open_entries.pop();
        }
        self.article.end(depth);
        self.discussion.end(depth);
    }

    fn text(&mut self, text: &str, kind: TextType) {
        if self.templates.is_inside() {
            return;
        }
        self.inert.text(text);
        self.head.text(text, kind);
        self.signs.text(text, kind);
        self.discussion.text(text, kind);
        if self.open_entries.is_empty() {
            self.article.text(text, kind);
        }
        if matches!(kind, TextType::Data | TextType::CDataSection) {
            let visible = text.chars().filter(|c| !c.is_whitespace()).count();
            self.mentions.text(text);
            self.text_chars += u64::try_from(visible).unwrap_or(u64::MAX);
        }
    }
}

/// The address of an element that is a link, as written.
fn raw_href(tag: &Tag<'_, '_, '_>) -> Option<String> {
    match tag.name {
        "a" | "area" if tag.is_html() => tag.raw_attr("href"),
        "a" if tag.is_svg() => tag.raw_attr("href").or_else(|| tag.raw_attr("xlink:href")),
        _ => None,
    }
}

/// Open `template` elements: what stands in one of HTML is inert, in SVG or `MathML` it is like any other.
#[derive(Debug, Default)]
struct Templates {
    open: Vec<bool>,
    of_html: usize,
}

impl Templates {
    fn open(&mut self, of_html: bool) {
        self.open.push(of_html);
        self.of_html += usize::from(of_html);
    }

    fn close(&mut self) {
        self.of_html -= usize::from(self.open.pop().unwrap_or(false));
    }

    fn is_inside(&self) -> bool {
        self.of_html > 0
    }
}
