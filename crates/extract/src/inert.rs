//! Inert addresses: ours, but where no link is made of them without a script.

use std::collections::BTreeSet;

use trackward_core::{PageUrl, Warning};

use crate::links::Links;
use crate::markup::Tag;
use crate::text::decode_attribute;

/// Attributes that scripts turn into links.
const ATTRIBUTES: &[&str] = &["data-href", "onclick"];
/// Texts that are kept.
const TEXTS: usize = 500;
/// Text of `noscript` elements that is kept, in bytes.
const NOSCRIPT_BYTES: usize = 64 * 1024;
/// Warnings of one page.
const WARNINGS: usize = 10;

/// What of a page may hold such an address, as written.
#[derive(Debug, Default)]
pub(crate) struct Inert {
    /// Each with where it stood.
    texts: Vec<(&'static str, String)>,
    noscript: String,
    in_noscript: bool,
}

impl Inert {
    /// Takes in a start tag outside of templates.
    pub(crate) fn start(&mut self, tag: &Tag<'_, '_, '_>) {
        self.in_noscript = tag.name == "noscript";
        for name in ATTRIBUTES {
            self.keep(name, tag.raw_attr(name));
        }
    }

    /// Takes in a start tag inside a template.
    pub(crate) fn in_template(&mut self, tag: &Tag<'_, '_, '_>) {
        self.keep("template", tag.raw_attr("href"));
    }

    /// Takes in an end tag.
    pub(crate) fn end(&mut self, name: &str) {
        if name == "noscript" {
            self.in_noscript = false;
            self.noscript.push(' ');
        }
    }

    /// Takes in a piece of text.
    pub(crate) fn text(&mut self, text: &str) {
        if self.in_noscript && self.noscript.len() < NOSCRIPT_BYTES {
            self.noscript.push_str(text);
        }
    }

    fn keep(&mut self, place: &'static str, text: Option<String>) {
        let worth = text.filter(|text| text.contains("//") && self.texts.len() < TEXTS);
        self.texts.extend(worth.map(|text| (place, text)));
    }

    /// One warning for each place and address of ours, in that order.
    pub(crate) fn warnings(&self, links: &Links<'_>) -> Vec<Warning> {
        let texts = self.texts.iter().map(|(place, text)| (*place, text.as_str()));
        let found = texts.chain([("noscript", self.noscript.as_str())]).flat_map(|(place, text)| {
            let addresses =
                decode_attribute(text).split(ends_address).filter_map(address).collect::<Vec<_>>();
            addresses.into_iter().filter(|url| links.ours(url).is_some()).map(move |url| (place, url))
        });
        let unique: BTreeSet<(&str, PageUrl)> = found.collect();
        let warning = |(place, url): (&str, PageUrl)| Warning {
            code: "inert".to_owned(),
            detail: format!("{place} {url}"),
        };
        unique.into_iter().take(WARNINGS).map(warning).collect()
    }
}

fn ends_address(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '(' | ')')
}

/// The absolute address in a word, such as that of `href=https://…`.
fn address(word: &str) -> Option<PageUrl> {
    let start = word.find("http://").or_else(|| word.find("https://"))?;
    PageUrl::parse(&word[start..]).ok()
}
