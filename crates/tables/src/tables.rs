//! A file, and the tables in it.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use encoding_rs::Encoding;

use crate::container::{self, Budget, Container, Part};
use crate::error::TableError;
use crate::json::{self, Objects};
use crate::limits::Limits;
use crate::records::{Record, Records};
use crate::separator::sniff;
use crate::sheet;
use crate::text::{Detector, Text};

/// A file that was opened, with the tables in it.
#[derive(Debug)]
pub struct Tables {
    path: PathBuf,
    tables: Vec<Table>,
}

/// A table of a file.
#[derive(Debug)]
pub struct Table {
    /// What the archive, the spreadsheet or the document calls it: a label, never a path. Empty for the file itself.
    pub name: String,
    form: Form,
}

#[derive(Debug)]
enum Form {
    Text { part: Part, encoding: &'static Encoding, separator: u8, width: usize },
    Json { part: Part, encoding: &'static Encoding, objects: Objects },
    Sheet,
}

impl Tables {
    /// Opens a file: what it is, that it keeps to [`crate::Limits`], how its text is encoded and divided.
    ///
    /// # Errors
    /// When it cannot be read, is too much of something, or holds no text.
    pub fn open(path: &Path) -> Result<Self, TableError> {
        let tables: Vec<Table> = match container::open(path)? {
            Container::Workbook => {
                sheet::names(path)?.into_iter().map(|name| Table { name, form: Form::Sheet }).collect()
            }
            Container::Texts(parts) => {
                let mut budget = Budget::new(Limits::BYTES);
                let read = parts.into_iter().map(|part| text_tables(path, &part, &mut budget));
                read.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect()
            }
        };
        if tables.is_empty() {
            return Err(TableError::NoText);
        }
        Ok(Self { path: path.to_owned(), tables })
    }

    /// The tables; one at least.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Hands over the records of a table until it is told to stop.
    ///
    /// # Errors
    /// When the file cannot be read, or has changed since it was opened.
    pub fn each(
        &self,
        table: usize,
        take: &mut dyn FnMut(Record) -> ControlFlow<()>,
    ) -> Result<(), TableError> {
        let Some(table) = self.tables.get(table) else { return Ok(()) };
        match &table.form {
            Form::Sheet => sheet::each(&self.path, &table.name, take),
            Form::Json { part, encoding, objects } => {
                objects.each(Text::new(part.read(&self.path)?, encoding), take)
            }
            Form::Text { part, encoding, separator, width } => {
                let text = Text::new(part.read(&self.path)?, encoding);
                let mut records = Records::new(text, *separator, Some(*width));
                while let Some(record) = records.next()? {
                    if take(record).is_break() {
                        break;
                    }
                }
                Ok(())
            }
        }
    }
}

impl Table {
    /// What the number of a row counts.
    pub fn unit(&self) -> &'static str {
        match &self.form {
            Form::Sheet => "row",
            Form::Json { objects, .. } if objects.list.is_some() => "object",
            Form::Text { .. } | Form::Json { .. } => "line",
        }
    }

    /// How its bytes are read, for people: the encoding and the separator, or that it is a sheet.
    pub fn form(&self) -> String {
        match &self.form {
            Form::Sheet => "a sheet".to_owned(),
            Form::Json { encoding, objects, .. } => match objects.list {
                None => format!("{}, JSON, an object a line", encoding.name()),
                Some(_) => format!("{}, JSON", encoding.name()),
            },
            Form::Text { width: 1, encoding, .. } => format!("{}, one column", encoding.name()),
            Form::Text { encoding, separator, .. } => {
                let by = match separator {
                    b'\t' => "tabs",
                    b',' => "commas",
                    b';' => "semicolons",
                    _ => "bars",
                };
                format!("{}, divided by {by}", encoding.name())
            }
        }
    }
}

/// The tables of a part that is text, with its encoding and what divides it; none where it is something else.
fn text_tables(path: &Path, part: &Part, budget: &mut Budget) -> Result<Vec<Table>, TableError> {
    let mut detector = Detector::new();
    part.measure(path, budget, &mut |bytes| detector.look_at(bytes))?;
    let Some(encoding) = detector.settle() else { return Ok(Vec::new()) };
    let mut open = || {
        let bytes = part.read(path).map_err(|error| std::io::Error::other(error.to_string()))?;
        Ok(Text::new(bytes, encoding))
    };
    if json::is_json(&mut open)? {
        let found = json::tables(&mut open)?;
        if found.is_empty() && part.name.is_empty() {
            return Err(TableError::NoList);
        }
        let table = |objects: Objects| {
            let names = [part.name.as_str(), objects.list.as_deref().unwrap_or_default()];
            let name = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ");
            Table { name, form: Form::Json { part: part.clone(), encoding, objects } }
        };
        return Ok(found.into_iter().map(table).collect());
    }
    let (separator, width) = sniff(&mut open)?;
    let (name, part) = (part.name.clone(), part.clone());
    Ok(vec![Table { name, form: Form::Text { part, encoding, separator, width } }])
}
