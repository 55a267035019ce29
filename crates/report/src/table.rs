//! Tables of typed cells: one description of each, from which every format draws.

use jiff::Timestamp;
use jiff::civil::Date;
use trackward_core::{Money, PageUrl};

use crate::percent::Percent;
use crate::rows::{Altered, Proof};
use crate::view::Tone;

/// One section with a heading.
#[derive(Debug)]
pub(crate) struct Section<'a> {
    /// Its name in addresses and file names.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// Rows that the report has, shown or not.
    pub(crate) total: u64,
    /// What to know before the tables.
    pub(crate) lead: Option<String>,
    pub(crate) tables: Vec<Table<'a>>,
}

/// One table; its rows are made while they are read.
pub(crate) struct Table<'a> {
    /// Its name as a file and as a sheet.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) columns: Vec<Head>,
    /// How people see it: columns together in one.
    pub(crate) layout: &'static [Group],
    pub(crate) rows: Box<dyn Iterator<Item = TableRow> + 'a>,
    /// All its rows, also those that are not kept in the report.
    pub(crate) total: u64,
}

impl std::fmt::Debug for Table<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("id", &self.id).field("total", &self.total).finish_non_exhaustive()
    }
}

/// A column's heading, and who sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) name: &'static str,
    /// Whether it stands in spreadsheets; the others are drawn for people alone.
    pub(crate) in_sheets: bool,
}

/// A column: its heading, and the cell that it has of each row.
#[derive(Debug)]
pub(crate) struct Column<R> {
    pub(crate) head: Head,
    /// Whether clients see it.
    pub(crate) for_clients: bool,
    pub(crate) cell: fn(&R) -> Value,
}

/// A column that everybody sees.
pub(crate) fn column<R>(name: &'static str, cell: fn(&R) -> Value) -> Column<R> {
    Column { head: Head { name, in_sheets: true }, for_clients: true, cell }
}

impl<R> Column<R> {
    /// The same for the team alone.
    pub(crate) fn internal(self) -> Self {
        Self { for_clients: false, ..self }
    }

    /// The same for people alone: in spreadsheets other columns say it.
    pub(crate) fn for_people(self) -> Self {
        Self { head: Head { in_sheets: false, ..self.head }, ..self }
    }
}

/// Columns that people see as one.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) heading: &'static str,
    pub(crate) parts: &'static [Part],
}

/// A part of a column as people see it, by the names of columns.
#[derive(Debug)]
pub(crate) enum Part {
    /// The cell itself.
    Cell(&'static str),
    /// The cell in small, after a word.
    Note(&'static str, &'static str),
    /// From one cell to another.
    Range(&'static str, &'static str),
}

/// One row: a cell for each column.
#[derive(Debug, Default)]
pub(crate) struct TableRow {
    /// A heading above this row, where it begins a group.
    pub(crate) heading: Option<String>,
    /// The site that it belongs to: people see the first rows of each only.
    pub(crate) site: Option<String>,
    pub(crate) cells: Vec<Value>,
    pub(crate) proof: Option<Proof>,
}

/// The content of a cell, with its type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// Nothing.
    None,
    /// Words: ours, or of the web or a person.
    Text(String),
    /// Words of a link; may be empty.
    Anchor(String),
    /// A linking page.
    Page(PageUrl),
    /// A page of ours.
    Address(PageUrl),
    /// A point in time.
    Instant(Timestamp),
    /// So many.
    Count(u64),
    /// So many more or less.
    Change(i64),
    /// So many tenths.
    Tenths(u64),
    /// So many tenths more or less.
    TenthsChange(i64),
    /// A share.
    Percent(Percent),
    /// A length of time, in seconds; spreadsheets have it in days.
    Seconds(i64),
    /// Bytes.
    Bytes(u64),
    /// A sum; its currency stands beside it.
    Money(Money),
    /// A day of the calendar.
    Day(Date),
    /// A state or effect.
    Pill(Tone, String),
    /// What changed.
    Changes(Vec<Altered>),
}

impl Value {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A cell that may be empty.
    pub(crate) fn maybe<T>(value: Option<T>, cell: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::None, cell)
    }
}

impl<'a> Table<'a> {
    /// A table whose columns are those that the edition may see.
    pub(crate) fn of<R: 'a>(
        shape: Shape<R>,
        for_client: bool,
        rows: impl ExactSizeIterator<Item = R> + 'a,
    ) -> Self {
        let total = rows.len() as u64;
        Self::streamed(shape, for_client, total, rows)
    }

    /// The same over a stream of `total` rows.
    pub(crate) fn streamed<R: 'a>(
        shape: Shape<R>,
        for_client: bool,
        total: u64,
        rows: impl Iterator<Item = R> + 'a,
    ) -> Self {
        let Shape { id, title, columns, layout, row } = shape;
        let columns: Vec<Column<R>> = columns.into_iter().filter(|c| c.for_clients || !for_client).collect();
        let heads = columns.iter().map(|column| column.head).collect();
        let cells = move |r: &R| columns.iter().map(|column| (column.cell)(r)).collect();
        let draw = move |r: R| TableRow { cells: cells(&r), ..row(&r) };
        Self { id, title, columns: heads, layout, rows: Box::new(rows.map(draw)), total }
    }
}

/// What a table looks like, whatever its rows are.
pub(crate) struct Shape<R> {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) columns: Vec<Column<R>>,
    pub(crate) layout: &'static [Group],
    /// What a row has besides its cells: its site, its proof, a heading above it.
    pub(crate) row: fn(&R) -> TableRow,
}

/// A row that has nothing besides its cells.
pub(crate) fn bare<R>(_: &R) -> TableRow {
    TableRow::default()
}
