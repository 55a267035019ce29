//! A row of a table, as text.

/// A row of a table: its cells as text, and the line of the file on which it begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Counted from 1; of a spreadsheet, the number of the row.
    pub line: u64,
    text: String,
    ends: Vec<usize>,
}

impl Row {
    /// A row without cells.
    pub fn new(line: u64) -> Self {
        Self { line, ..Self::default() }
    }

    /// Adds a cell.
    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }

    /// A cell without the blanks around it; empty where there is none.
    pub fn cell(&self, at: usize) -> &str {
        let Some(end) = self.ends.get(at) else { return "" };
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        self.text[start..*end].trim()
    }

    /// The cells in order.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.cell(at))
    }

    /// How many cells there are, empty ones too.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no cell at all.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many cells there are, without empty ones at the end.
    pub fn width(&self) -> usize {
        (0..self.len()).rev().find(|at| !self.cell(*at).is_empty()).map_or(0, |last| last + 1)
    }
}

impl<'a> FromIterator<&'a str> for Row {
    /// A row on line 1.
    fn from_iter<I: IntoIterator<Item = &'a str>>(cells: I) -> Self {
        let mut row = Self::new(1);
        cells.into_iter().for_each(|cell| row.push(cell));
        row
    }
}
