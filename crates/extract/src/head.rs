//! What a page says of itself in passing: title, first heading, language, generator, base, canonical,
//! refresh, robots.

use lol_html::html_content::TextType;
use trackward_core::{Limits, RobotsMeta};

use crate::markup::Tag;
use crate::text::{decode_text, tidy};
use crate::{refresh, robots_meta};

/// Facts as they are gathered; addresses stay as written until the base is known.
#[derive(Debug, Default)]
pub(crate) struct Head {
    /// The `title`.
    pub(crate) title: Capture,
    /// The first `h1`.
    pub(crate) heading: Capture,
    /// `lang` of the document element.
    pub(crate) language: Option<String>,
    /// The `generator` meta.
    pub(crate) generator: Option<String>,
    /// The first `base` with an address.
    pub(crate) base: Option<String>,
    /// Canonical links of the head.
    pub(crate) canonicals: Vec<String>,
    /// The first refresh that names an address.
    pub(crate) refresh: Option<(u32, String)>,
    /// Feeds that the head names.
    pub(crate) feeds: Vec<String>,
    /// What `meta` elements say to robots.
    pub(crate) robots: RobotsMeta,
    /// Whether the head has ended.
    in_body: bool,
}

impl Head {
    /// Takes in a start tag outside of templates.
    pub(crate) fn start(&mut self, tag: &Tag<'_, '_, '_>) {
        match tag.name {
            "title" if tag.is_html() => self.title.open(),
            "h1" => self.heading.open(),
            "html" => self.language = self.language.take().or_else(|| tag.attr("lang")),
            "base" => self.base = self.base.take().or_else(|| tag.attr("href")),
            "body" => self.in_body = true,
            "link" if !self.in_body => self.link(tag),
            "meta" => self.meta(tag),
            _ => {}
        }
    }

    /// Takes in an end tag.
    pub(crate) fn end(&mut self, name: &str) {
        match name {
            "title" => self.title.close(),
            "h1" => self.heading.close(),
            "head" => self.in_body = true,
            _ => {}
        }
    }

    /// Takes in text outside of templates.
    pub(crate) fn text(&mut self, text: &str, kind: TextType) {
        match kind {
            TextType::RCData => self.title.push(text),
            TextType::Data => self.heading.push(text),
            _ => {}
        }
    }

    fn link(&mut self, tag: &Tag<'_, '_, '_>) {
        let rel = tag.attr("rel").unwrap_or_default();
        let has = |name: &str| rel.split_ascii_whitespace().any(|token| token.eq_ignore_ascii_case(name));
        if has("canonical") {
            self.canonicals.extend(tag.attr("href"));
        }
        let is_feed = has("alternate") && tag.attr("type").is_some_and(|kind| names_feed(&kind));
        if is_feed && self.feeds.len() < Limits::FEEDS {
            self.feeds.extend(tag.attr("href"));
        }
    }

    fn meta(&mut self, tag: &Tag<'_, '_, '_>) {
        let Some(content) = tag.attr("content") else { return };
        if let Some(name) = tag.attr("name") {
            robots_meta::read_meta(&mut self.robots, &name, &content);
            if name.eq_ignore_ascii_case("generator") && self.generator.is_none() {
                self.generator = Some(tidy(&content, Limits::ANCHOR_CHARS));
            }
        }
        let is_refresh = tag.attr("http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("refresh"));
        if is_refresh && let Some((seconds, Some(address))) = refresh::parse(&content) {
            self.refresh.get_or_insert_with(|| (seconds, address.to_owned()));
        }
    }
}

/// Whether a media type is that of a feed.
fn names_feed(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(&*kind, "application/rss+xml" | "application/atom+xml" | "application/feed+json")
}

/// The text of the first element of a kind.
#[derive(Debug, Default)]
pub(crate) enum Capture {
    /// None was seen.
    #[default]
    Waiting,
    /// It is open.
    Open(String),
    /// It was closed.
    Closed(String),
}

impl Capture {
    /// Longest markup of a title that is kept, in bytes.
    const MOST: usize = 4 * Limits::ANCHOR_CHARS;

    fn open(&mut self) {
        if matches!(self, Self::Waiting) {
            *self = Self::Open(String::new());
        }
    }

    fn push(&mut self, text: &str) {
        if let Self::Open(so_far) = self
            && so_far.len() < Self::MOST
        {
            so_far.push_str(text);
        }
    }

    fn close(&mut self) {
        if let Self::Open(text) = self {
            *self = Self::Closed(std::mem::take(text));
        }
    }

    /// The text as it is shown, unless there is none.
    pub(crate) fn shown(&self) -> Option<String> {
        let (Self::Open(text) | Self::Closed(text)) = self else { return None };
        Some(tidy(&decode_text(text), Limits::ANCHOR_CHARS)).filter(|shown| !shown.is_empty())
    }
}
