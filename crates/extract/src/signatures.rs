//! Signatures: phrases and markup that say that a page is not the page itself.
//!
//! A phrase decides only on a page with little text, so only that much text is kept and searched: memory
//! is bounded, the work is linear, and where the stream is cut into chunks makes no difference.

mod json_ld;
#[cfg(test)]
mod samples;
mod shown;
mod table;
#[cfg(test)]
mod tests;

use lol_html::html_content::TextType;
use trackward_core::{Limits, Signature};

use crate::kept::Kept;
use crate::markup::Tag;
use crate::page::Page;
use shown::Shown;
use table::{Place, Row, TABLE, When};

/// Visible text that is kept: all of a thin page, whose characters take at most four bytes each and may
/// each be followed by a space.
#[expect(clippy::cast_possible_truncation, reason = "a few thousand")]
const TEXT_BYTES: usize = 5 * Limits::THIN_TEXT_CHARS as usize + char::MAX_LEN_UTF8;
/// Text for readers without scripts that is kept.
const NOSCRIPT_BYTES: usize = 8 * 1024;
/// Text of scripts that is kept; of JSON-LD as much again.
const SCRIPT_BYTES: usize = 64 * 1024;
/// Visible text below which a page with scripts is a bare shell, in characters.
const BARE_TEXT_CHARS: u64 = 200;

/// What one pass over a page gathers for the table.
#[derive(Debug)]
pub(crate) struct Signs {
    /// For each row, whether its markup was seen.
    markup: [bool; TABLE.len()],
    visible: Kept,
    noscript: Kept,
    scripts: Kept,
    json_ld: Kept,
    raw: Raw,
    has_script: bool,
}

/// What the text of the last element is, when it is no markup.
#[derive(Debug, Clone, Copy)]
enum Raw {
    Noscript,
    Script,
    JsonLd,
    Other,
}

/// What the rest of the page says, which a sign may depend on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    /// The page.
    pub(crate) page: &'a Page<'a>,
    /// Its title.
    pub(crate) title: Option<&'a str>,
    /// Its first `h1`.
    pub(crate) heading: Option<&'a str>,
    /// Characters of visible text.
    pub(crate) text_chars: u64,
    /// Whether it shows a received ping or comment.
    pub(crate) has_entries: bool,
}

impl Default for Signs {
    fn default() -> Self {
        Self {
            markup: [false; TABLE.len()],
            visible: Kept::new(TEXT_BYTES),
            noscript: Kept::new(NOSCRIPT_BYTES),
            scripts: Kept::new(SCRIPT_BYTES),
            json_ld: Kept::new(SCRIPT_BYTES),
            raw: Raw::Other,
            has_script: false,
        }
    }
}

impl Signs {
    /// Takes in a start tag outside of templates, its id and class as written.
    pub(crate) fn start(&mut self, tag: &Tag<'_, '_, '_>, id: Option<&str>, class: Option<&str>) {
        self.raw = Raw::of(tag);
        if tag.name == "script" {
            self.has_script = true;
        }
        if matches!(tag.name, "script" | "iframe" | "frame")
            && let Some(address) = tag.attr("src")
        {
            self.scripts.push(&address);
            self.scripts.push("\n");
        }
        for (row, seen) in TABLE.iter().zip(&mut self.markup) {
            *seen = *seen || row.is_marked(tag, id, class);
        }
    }

    /// Takes in a chunk of text outside of templates.
    pub(crate) fn text(&mut self, text: &str, kind: TextType) {
        match (kind, self.raw) {
            (TextType::Data | TextType::CDataSection, _) => self.visible.push(text),
            (TextType::RawText, Raw::Noscript) => self.noscript.push(text),
            (TextType::ScriptData, Raw::Script) => self.scripts.push(text),
            (TextType::ScriptData, Raw::JsonLd) => self.json_ld.push(text),
            _ => {}
        }
    }

    /// The signs that were seen, in the order of the table.
    pub(crate) fn seen(&self, around: &Surroundings<'_>) -> Vec<Signature> {
        let shown = Shown::new(self, around);
        let is_bare = self.has_script && around.text_chars < BARE_TEXT_CHARS;
        let rows = TABLE.iter().zip(self.markup).filter(|(row, marked)| {
            let counts = match row.when {
                When::Alone | When::Thin => true,
                When::NoEntries => !around.has_entries,
                When::Bare => is_bare,
            };
            counts && (*marked || shown.says(row))
        });
        rows.map(|(row, _)| Signature { id: row.id.to_owned(), class: row.class, alone: row.when.is_alone() })
            .collect()
    }
}

impl Raw {
    fn of(tag: &Tag<'_, '_, '_>) -> Self {
        let is_json_ld = || {
            let kind = tag.attr("type").unwrap_or_default();
            kind.trim_start().to_ascii_lowercase().starts_with("application/ld+json")
        };
        match tag.name {
            "noscript" => Self::Noscript,
            "script" if is_json_ld() => Self::JsonLd,
            "script" => Self::Script,
            _ => Self::Other,
        }
    }
}

impl Row {
    /// Whether a start tag is the markup that the row names.
    fn is_marked(&self, tag: &Tag<'_, '_, '_>, id: Option<&str>, class: Option<&str>) -> bool {
        let names = |value: &str| self.patterns.contains(&value);
        match self.place {
            Place::Id => id.is_some_and(names),
            Place::Class(name) => {
                name.is_none_or(|name| name == tag.name)
                    && class.is_some_and(|class| class.split_ascii_whitespace().any(names))
            }
            Place::Attribute(name, attribute) if name == tag.name => {
                tag.attr(attribute).is_some_and(|value| self.is_in(&value.to_ascii_lowercase()))
            }
            _ => false,
        }
    }
}
