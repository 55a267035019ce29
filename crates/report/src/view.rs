//! Tables as people see them: columns together, the first rows of each site, values in words.

use std::collections::HashMap;

use trackward_core::PageUrl;

use crate::actions::altered;
use crate::calendar::Calendar;
use crate::rows::Proof;
use crate::table::{Group, Part, Section, Table, TableRow, Value};
use crate::words::{bytes, days, range, signed, signed_tenths, tenths};

/// Rows of a table that people are shown; spreadsheets hold all.
pub(crate) const ROWS: usize = 50;
/// Rows of one site among them.
const ROWS_OF_A_SITE: usize = 10;

/// One section with a heading, as people see it.
#[derive(Debug)]
pub(crate) struct Shown {
    /// Its name in the page's address.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) total: u64,
    pub(crate) lead: Option<String>,
    /// No table when there is nothing to show.
    pub(crate) tables: Vec<ShownTable>,
}

/// One table; `more` of its rows are not shown.
#[derive(Debug)]
pub(crate) struct ShownTable {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) columns: Vec<&'static str>,
    pub(crate) rows: Vec<ShownRow>,
    pub(crate) more: u64,
}

/// One row: as many cells as its table has columns, the first of them names it.
#[derive(Debug)]
pub(crate) struct ShownRow {
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

/// A section as people see it, with at most `limit` rows a table.
pub(crate) fn shown(section: Section<'_>, calendar: &Calendar, limit: usize) -> Shown {
    let Section { id, title, total, lead, tables } = section;
    let tables = tables.into_iter().filter(|_| total > 0);
    let tables = tables.filter(|table| table.total > 0).map(|table| shown_table(table, calendar, limit));
    Shown { id, title, total, lead, tables: tables.collect() }
}

fn shown_table(table: Table<'_>, calendar: &Calendar, limit: usize) -> ShownTable {
    let Table { id, title, columns, layout, rows, total } = table;
    let place = |name: &str| columns.iter().position(|head| head.name == name);
    // Columns that the reader may not see are not there; what they alone would fill falls away.
    let groups: Vec<(&Group, Vec<Placed>)> = layout
        .iter()
        .map(|group| {
            (group, group.parts.iter().filter_map(|part| Placed::of(part, place)).collect::<Vec<_>>())
        })
        .filter(|(_, parts)| !parts.is_empty())
        .collect();
    let mut of_site: HashMap<String, usize> = HashMap::new();
    let mut kept = Vec::new();
    for row in rows {
        if kept.len() == limit {
            break;
        }
        if let Some(site) = &row.site {
            let rows = of_site.entry(site.clone()).or_default();
            *rows += 1;
            if *rows > ROWS_OF_A_SITE {
                continue;
            }
        }
        kept.push(shown_row(row, &groups, calendar));
    }
    let more = total - kept.len() as u64;
    ShownTable {
        id,
        title,
        columns: groups.iter().map(|(group, _)| group.heading).collect(),
        rows: kept,
        more,
    }
}

/// A part of a group, by the places of its columns.
enum Placed {
    Cell(usize),
    Note(&'static str, usize),
    Range(usize, usize),
}

impl Placed {
    fn of(part: &Part, place: impl Fn(&str) -> Option<usize>) -> Option<Self> {
        Some(match part {
            Part::Cell(column) => Self::Cell(place(column)?),
            Part::Note(word, column) => Self::Note(word, place(column)?),
            Part::Range(from, to) => Self::Range(place(from)?, place(to)?),
        })
    }
}

fn shown_row(row: TableRow, groups: &[(&Group, Vec<Placed>)], calendar: &Calendar) -> ShownRow {
    let cells = groups
        .iter()
        .map(|(_, parts)| parts.iter().flat_map(|part| lines(part, &row.cells, calendar)).collect::<Cell>());
    ShownRow {
        cells: cells.collect(),
        heading: row.heading,
        proof: row.proof.map(|proof| Quoted::of(proof, calendar)),
    }
}

impl Quoted {
    fn of(proof: Proof, calendar: &Calendar) -> Self {
        let read = proof.read.map(|at| format!("read {}", calendar.instant(at)));
        Self { text: proof.text, read: read.unwrap_or_default() }
    }
}

fn lines(part: &Placed, cells: &[Value], calendar: &Calendar) -> Vec<Line> {
    match part {
        Placed::Cell(column) => cell(&cells[*column], calendar),
        Placed::Note(word, column) => note(word, &cells[*column], calendar),
        Placed::Range(from, to) => {
            between(&cells[*from], &cells[*to], calendar).map(Line::Short).into_iter().collect()
        }
    }
}

fn cell(value: &Value, calendar: &Calendar) -> Vec<Line> {
    match value {
        Value::None => Vec::new(),
        Value::Text(text) => vec![Line::Text(text.clone())],
        Value::Anchor(text) => vec![Line::Anchor(text.clone())],
        Value::Page(page) => vec![Line::Page(page.clone())],
        Value::Address(page) => vec![Line::Address(page.clone())],
        Value::Pill(tone, text) => vec![Line::Pill(*tone, text.clone())],
        Value::Changes(changes) => changes.iter().map(|change| Line::Text(altered(change))).collect(),
        Value::Instant(at) => vec![Line::Short(calendar.day(*at))],
        number => vec![Line::Short(in_words(number, calendar))],
    }
}

fn note(word: &str, value: &Value, calendar: &Calendar) -> Vec<Line> {
    let after = |words: String| if word.is_empty() { words } else { format!("{word} {words}") };
    match value {
        Value::None => Vec::new(),
        Value::Text(text) | Value::Anchor(text) if text.is_empty() => Vec::new(),
        Value::Text(_) | Value::Anchor(_) | Value::Page(_) | Value::Address(_) | Value::Changes(_) => {
            vec![Line::Note(after(in_words(value, calendar)))]
        }
        short => vec![Line::ShortNote(after(in_words(short, calendar)))],
    }
}

/// "2–3 days", "30.1–53.2 %"; nothing where an end is not known.
fn between(from: &Value, to: &Value, calendar: &Calendar) -> Option<String> {
    match (from, to) {
        (Value::None, _) | (_, Value::None) => None,
        (Value::Seconds(from), Value::Seconds(to)) => Some(range(*from, *to)),
        (Value::Percent(from), Value::Percent(to)) => Some(format!("{}–{to}", from.bare())),
        _ => Some(format!("{}–{}", in_words(from, calendar), in_words(to, calendar))),
    }
}

/// A value in words, on one line.
pub(crate) fn in_words(value: &Value, calendar: &Calendar) -> String {
    match value {
        Value::None => String::new(),
        Value::Text(text) | Value::Anchor(text) | Value::Pill(_, text) => text.clone(),
        Value::Page(page) | Value::Address(page) => page.to_string(),
        Value::Instant(at) => calendar.day(*at),
        Value::Count(n) => n.to_string(),
        Value::Change(n) => signed(*n),
        Value::Tenths(n) => tenths(*n),
        Value::TenthsChange(n) => signed_tenths(*n),
        Value::Percent(percent) => percent.to_string(),
        Value::Seconds(seconds) => days(*seconds),
        Value::Bytes(n) => bytes(*n),
        Value::Money(money) => money.to_string(),
        Value::Day(day) => day.strftime("%-d %b %Y").to_string(),
        Value::Changes(changes) => changes.iter().map(altered).collect::<Vec<_>>().join(" · "),
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
