//! Sections as tables of cells: what all formats for people share.

use trackward_core::PageUrl;

use crate::rows::Proof;

/// One section with a heading.
#[derive(Debug)]
pub(crate) struct Section {
    /// Name in the page's address.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// Rows that the report has, shown or not.
    pub(crate) total: u64,
    /// What to know before the tables.
    pub(crate) lead: Option<String>,
    /// No table when there is nothing to show.
    pub(crate) tables: Vec<Table>,
}

impl Section {
    /// Says something before the tables; an empty text says nothing.
    pub(crate) fn led_by(self, lead: &str) -> Self {
        let lead = lead.trim_end();
        Self { lead: (!lead.is_empty()).then(|| lead.to_owned()), ..self }
    }
}

/// One table; `more` of its rows are not shown.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) columns: &'static [&'static str],
    pub(crate) rows: Vec<TableRow>,
    pub(crate) more: usize,
}

impl Table {
    /// Draws the first `limit` of the rows.
    pub(crate) fn of<R>(
        columns: &'static [&'static str],
        rows: impl ExactSizeIterator<Item = R>,
        limit: usize,
        draw: impl FnMut(R) -> TableRow,
    ) -> Self {
        let more = rows.len().saturating_sub(limit);
        Self { columns, rows: rows.take(limit).map(draw).collect(), more }
    }
}

/// One row: as many cells as its table has columns, the first of them names it.
#[derive(Debug, Default)]
pub(crate) struct TableRow {
    /// A heading above this row, where it begins a group.
    pub(crate) heading: Option<String>,
    pub(crate) cells: Vec<Cell>,
    pub(crate) proof: Option<Quoted>,
}

/// The evidence under a row.
#[derive(Debug)]
pub(crate) struct Quoted {
    /// None when it was erased.
    pub(crate) text: Option<String>,
    /// When it was read.
    pub(crate) read: String,
}

impl Quoted {
    /// The first line of a proof is in words; the markup of the entry that may follow is for `trackward show`.
    pub(crate) fn of(proof: &Proof, read: String) -> Self {
        let words = proof.text.as_ref().and_then(|text| text.lines().next());
        Self { text: words.map(str::to_owned), read }
    }
}

/// The lines of one cell; the first is what formats with little room show.
pub(crate) type Cell = Vec<Line>;

/// One line of a cell.
#[derive(Debug)]
pub(crate) enum Line {
    /// A linking page: its site, then the rest of its address, as one link.
    Page(PageUrl),
    /// A page of ours, as a link.
    Address(PageUrl),
    /// An anchor in quotation marks.
    Anchor(String),
    /// Plain text.
    Text(String),
    /// What is said beside, in small.
    Note(String),
    /// A day, a length of time or a count: never broken into lines.
    Short(String),
    /// The same, beside.
    ShortNote(String),
    /// A state or effect.
    Pill(Tone, String),
}

/// Whether something is welcome. Always beside words or a sign, never told by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Bad,
    Warn,
    Neutral,
}

impl Tone {
    /// Its name as a class in the style sheet.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Warn => "warn",
            Self::Neutral => "neutral",
        }
    }
}

/// An address as it is shown: without scheme, cut after [`ADDRESS_CHARS`].
pub(crate) fn shown_address(page: &PageUrl) -> String {
    let text = page.as_str();
    cut(text.split_once("://").map_or(text, |(_, rest)| rest), ADDRESS_CHARS)
}

/// The same in two parts: host with port, and the path that follows.
pub(crate) fn site_and_path(page: &PageUrl) -> (String, String) {
    let shown = shown_address(page);
    let (site, path) = shown.split_at(shown.find('/').unwrap_or(shown.len()));
    (site.to_owned(), path.to_owned())
}

/// Characters of an address that are shown; its link has all of it.
pub(crate) const ADDRESS_CHARS: usize = 120;

/// The first `chars` characters, the last of them `…` where something was cut off.
pub(crate) fn cut(text: &str, chars: usize) -> String {
    if text.chars().nth(chars).is_none() {
        return text.to_owned();
    }
    text.chars().take(chars.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_at_the_limit_is_whole_and_one_above_is_cut() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüx", 3), "äö…");
    }

    #[test]
    fn address_is_shown_whole_up_to_its_limit() {
        let page = |n: usize| PageUrl::parse(&format!("https://h.example/{}", "a".repeat(n))).unwrap();
        let path = ADDRESS_CHARS - "h.example/".len();
        assert!(!shown_address(&page(path)).contains('…'));
        assert_eq!(shown_address(&page(path + 1)).chars().count(), ADDRESS_CHARS);
        assert!(shown_address(&page(path + 1)).ends_with('…'));
    }
}
