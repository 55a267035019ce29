//! Finding the header of a table, and which column holds what.

use super::columns::{ALIASES, Field, normalised};
use super::format::{DOMAINS, Format, Refusal};
use super::row::Row;

/// Rows among which the header is looked for: Moz writes six lines before it.
pub(super) const HEADER_WITHIN: usize = 20;

/// Where the columns of a table are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// What the table was taken for.
    pub format: Format,
    /// The columns as the file names them.
    pub(super) names: Vec<String>,
    /// What each holds; none for what is kept as a claim under its own name.
    pub(super) fields: Vec<Option<Field>>,
}

/// A layout, and where its rows begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Where the columns are.
    pub layout: Layout,
    /// Rows before the first that counts: those before the header, and itself.
    pub rows: usize,
}

/// Finds the header among the first rows of a table, and what the table is; none when no row names a column that
/// holds pages.
///
/// # Errors
/// When it is an export that names no page that links to us.
pub fn recognise(head: &[Row], table: &str) -> Result<Option<Header>, Refusal> {
    let mut best: Option<(usize, Header)> = None;
    for (n, row) in head.iter().take(HEADER_WITHIN).enumerate() {
        let names: Vec<String> = row.cells().map(normalised).collect();
        if let Some(refusal) = Refusal::of(&names, table) {
            return Err(refusal);
        }
        let layout = Layout::named(row, &names);
        let score = layout.fields.iter().flatten().count();
        if layout.column(Field::Source).is_some() && best.as_ref().is_none_or(|(most, _)| score > *most) {
            best = Some((score, Header { layout, rows: n + 1 }));
        }
    }
    match best {
        Some((_, header)) => Ok(Some(header)),
        None if head.iter().take(HEADER_WITHIN).any(lists_domains) => Err(Refusal::new(
            "it lists domains, not the pages that link",
            "export the backlinks, with the address of each page",
        )),
        None => Ok(None),
    }
}

fn lists_domains(row: &Row) -> bool {
    row.cells().any(|name| DOMAINS.contains(&normalised(name).as_str()))
}

impl Layout {
    /// Columns by their names. The first name of a field that is there wins; what is left is kept as claims.
    fn named(row: &Row, names: &[String]) -> Self {
        let mut fields = vec![None; names.len()];
        for (field, aliases) in ALIASES {
            for alias in *aliases {
                let found = names.iter().position(|name| name == alias).filter(|at| fields[*at].is_none());
                if let Some(at) = found {
                    fields[at] = Some(*field);
                    if !field.is_repeated() {
                        break;
                    }
                }
            }
        }
        let names_as_written = row.cells().map(str::to_owned).collect();
        Self { format: Format::of(names), names: names_as_written, fields }
    }

    /// The column of a field.
    pub(super) fn column(&self, field: Field) -> Option<usize> {
        self.fields.iter().position(|own| *own == Some(field))
    }

    /// Whether the table says what each link points to.
    pub fn has_targets(&self) -> bool {
        self.column(Field::Target).is_some()
    }

    /// The column of the pages, and that of the targets, as the file names them.
    pub fn addresses(&self) -> (Option<&str>, Option<&str>) {
        let name = |field| self.column(field).map(|at| self.names[at].as_str());
        (name(Field::Source), name(Field::Target))
    }

    /// What each column that is known holds, as the file names it: `source`, `target`, the name of a fact or of a claim,
    /// or `left out`. All others are kept as claims under their own names.
    pub fn meanings(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let columns = self.names.iter().zip(&self.fields);
        columns.filter_map(|(name, field)| field.map(|field| (name.as_str(), field.name())))
    }

    /// The columns as the file names them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }
}
