//! Unlinked mentions: addresses of ours that stand as text outside links.

use std::collections::BTreeSet;

use trackward_core::{Limits, PageUrl};

use crate::links::Links;
use crate::text::decode_text;

/// Addresses in text that are looked at. No article names more; a list of hosts might.
const CANDIDATES: usize = 2_000;
/// Mentions that are kept.
const MENTIONS: usize = 100;

/// The words of a page that may be addresses, gathered as its text streams by.
#[derive(Debug, Default)]
pub(crate) struct Mentions {
    /// The word that is not yet over: text comes in pieces.
    word: String,
    in_link: bool,
    candidates: Vec<String>,
}

impl Mentions {
    /// Takes in a start tag. A link stays open until the next one, as browsers have it.
    pub(crate) fn start(&mut self, name: &str, is_link: bool) {
        self.end_word();
        if name == "a" {
            self.in_link = is_link;
        }
    }

    /// Takes in an end tag.
    pub(crate) fn end(&mut self, name: &str) {
        self.end_word();
        self.in_link &= name != "a";
    }

    /// Takes in a piece of visible text.
    pub(crate) fn text(&mut self, text: &str) {
        if self.in_link {
            return;
        }
        for c in text.chars() {
            if !is_of_address(c) {
                self.end_word();
            } else if self.word.len() <= Limits::URL_BYTES {
                self.word.push(c);
            }
        }
    }

    fn end_word(&mut self) {
        let is_address = self.word.len() <= Limits::URL_BYTES && looks_like_address(&self.word);
        if is_address && self.candidates.len() < CANDIDATES {
            self.candidates.push(self.word.clone());
        }
        self.word.clear();
    }

    /// The addresses among them that are ours: sorted, unique.
    pub(crate) fn finish(mut self, links: &Links<'_>) -> Vec<PageUrl> {
        self.end_word();
        let ours = self.candidates.iter().filter_map(|word| {
            let url = address(&decode_text(word))?;
            let matched = links.ours(&url)?;
            Some(matched.target.page().cloned().unwrap_or(url))
        });
        ours.collect::<BTreeSet<_>>().into_iter().take(MENTIONS).collect()
    }
}

/// Characters an address is written with (RFC 3986), but for brackets: text puts addresses in them.
fn is_of_address(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#@!$&'*+,;=%".contains(c)
}

/// Whether a word has a dot in the host and a slash: a host alone is only a name.
fn looks_like_address(word: &str) -> bool {
    let rest = word.split_once("://").map_or(word, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    word.contains('/') && host.contains('.') && host.starts_with(|c: char| c.is_ascii_alphanumeric())
}

fn address(word: &str) -> Option<PageUrl> {
    let word = word.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*']);
    if word.contains("://") {
        PageUrl::parse(word).ok()
    } else {
        PageUrl::parse(&format!("https://{word}")).ok()
    }
}
