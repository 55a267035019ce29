//! What a page says at each place of the table.

use crate::page::Page;
use crate::signatures::table::{Place, Row};
use crate::signatures::{Signs, Surroundings, json_ld};

/// Longest stretch that `…` in a pattern stands for, in bytes.
pub(super) const GAP_BYTES: usize = 16;

/// What a page says at each place, in lower case.
pub(super) struct Shown<'a> {
    page: &'a Page<'a>,
    address: String,
    title: String,
    heading: String,
    visible: String,
    noscript: String,
    scripts: String,
    json_ld: String,
}

impl<'a> Shown<'a> {
    /// Puts it in lower case.
    pub(super) fn new(signs: &Signs, around: &Surroundings<'a>) -> Self {
        let lower = |text: Option<&str>| text.unwrap_or_default().to_lowercase();
        let url = around.page.url.as_url();
        let path = url.path().trim_end_matches('/');
        Self {
            page: around.page,
            address: format!("//{}{path}/", url.host_str().unwrap_or_default()).to_lowercase(),
            title: lower(around.title),
            heading: lower(around.heading),
            visible: signs.visible.shown(),
            noscript: signs.noscript.shown(),
            scripts: signs.scripts.lower(),
            json_ld: signs.json_ld.lower(),
        }
    }

    /// Whether the text of its place says what the row names.
    pub(super) fn says(&self, row: &Row) -> bool {
        match row.place {
            Place::Header(name) => {
                self.page.headers.all(name).any(|value| row.is_in(&value.to_ascii_lowercase()))
            }
            Place::Address => row.is_in(&self.address),
            Place::Title => row.is_in(&self.title),
            Place::Headline => row.is_in(&self.title) || row.is_in(&self.heading),
            Place::Opening => row.patterns.iter().any(|pattern| self.visible.starts_with(pattern)),
            Place::Text => row.is_in(&self.visible) || row.is_in(&self.noscript),
            Place::Script => row.is_in_script(&self.scripts),
            Place::JsonLdDenies => row.patterns.iter().any(|key| json_ld::denies(&self.json_ld, key)),
            Place::Id | Place::Class(_) | Place::Attribute(..) => false,
        }
    }
}

impl Row {
    /// Whether a text holds one of the patterns.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.patterns.iter().any(|pattern| text.contains(pattern))
    }

    /// The same, where `…` in a pattern stands for a few characters.
    fn is_in_script(&self, text: &str) -> bool {
        self.patterns.iter().any(|pattern| match pattern.split_once('…') {
            Some((start, end)) => text.match_indices(start).any(|(at, _)| {
                let rest = &text[at + start.len()..];
                rest[..rest.floor_char_boundary(GAP_BYTES + end.len())].contains(end)
            }),
            None => text.contains(pattern),
        })
    }
}
