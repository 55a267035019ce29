//! The report as CSV: one file a section, and one of all links.

use std::borrow::Cow;
use std::io::{self, Write};

use csv::{Terminator, Writer, WriterBuilder};
use trackward_core::{Money, Watched};

use crate::list;
use crate::records::Records;
use crate::report::Report;
use crate::sections::sheets;
use crate::table::{Column, Table, Value};
use crate::words::{DAY, tenths};

/// A mark at the beginning of a file by which spreadsheets know UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// The names of the CSV files of a report, without their ending.
pub fn csv_names(report: &Report) -> Vec<&'static str> {
    sheets(report, None).iter().map(|table| table.id).collect()
}

/// Writes one file of [`csv_names`]: UTF-8 with a mark, CRLF, RFC 4180, times in UTC. `links` is the list of all links
/// of the report's scope, which an import reads again.
///
/// `records` are what the report was built from. Text that a spreadsheet could take for a formula begins with `'`,
/// unless it is asked for raw.
///
/// # Errors
/// When it cannot be written, or there is no such file.
pub fn csv(
    report: &Report,
    name: &str,
    raw: bool,
    records: &dyn Records,
    out: &mut dyn Write,
) -> io::Result<()> {
    let table = sheets(report, Some(records)).into_iter().find(|table| table.id == name);
    let missing = || io::Error::new(io::ErrorKind::NotFound, format!("no section is named '{name}'"));
    write_table(table.ok_or_else(missing)?, raw, out)
}

fn write_table(table: Table<'_>, raw: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut file = begin(out)?;
    let in_sheets: Vec<bool> = table.columns.iter().map(|head| head.in_sheets).collect();
    file.write_record(table.columns.iter().filter(|head| head.in_sheets).map(|head| head.name))?;
    for row in table.rows {
        let cells = row.cells.iter().zip(&in_sheets).filter(|(_, shown)| **shown);
        for (value, _) in cells {
            file.write_field(&*cell(value, raw))?;
        }
        file.write_record(None::<&[u8]>)?;
    }
    file.flush()
}

/// A list of links as CSV, as a report has it: what an import reads of each, and what is known.
#[derive(Debug)]
pub struct LinkList<W: Write> {
    file: Writer<W>,
    columns: Vec<Column<Watched>>,
    raw: bool,
}

impl<W: Write> LinkList<W> {
    /// Begins a list with the names of its columns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(out: W, raw: bool) -> io::Result<Self> {
        let columns = list::shape().columns;
        let mut file = begin(out)?;
        file.write_record(columns.iter().map(|column| column.head.name))?;
        Ok(Self { file, columns, raw })
    }

    /// Adds a link.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, watched: &Watched) -> io::Result<()> {
        for column in &self.columns {
            self.file.write_field(&*cell(&(column.cell)(watched), self.raw))?;
        }
        Ok(self.file.write_record(None::<&[u8]>)?)
    }

    /// Ends the list.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn begin<W: Write>(mut out: W) -> io::Result<Writer<W>> {
    out.write_all(BOM)?;
    Ok(WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out))
}

/// A value as programs read it; text is guarded, our own numbers stay numbers.
pub(crate) fn cell(value: &Value, raw: bool) -> Cow<'_, str> {
    Cow::Owned(match value {
        Value::None => return Cow::Borrowed(""),
        Value::Text(text) | Value::Anchor(text) | Value::Pill(_, text) => return guarded(text, raw),
        Value::Page(page) | Value::Address(page) => return guarded(page.as_str(), raw),
        Value::Instant(at) => at.to_string(),
        Value::Count(n) | Value::Bytes(n) => n.to_string(),
        Value::Change(n) => n.to_string(),
        Value::Tenths(n) => tenths(*n),
        Value::TenthsChange(n) => format!("{}{}", if *n < 0 { "-" } else { "" }, tenths(n.unsigned_abs())),
        Value::Percent(percent) => percent.bare(),
        Value::Seconds(seconds) => days(*seconds),
        Value::Money(money) => without_currency(*money),
        Value::Day(day) => day.to_string(),
        Value::Changes(changes) => {
            let all: Vec<String> = changes.iter().map(crate::actions::altered).collect();
            guarded(&all.join(" · "), raw).into_owned()
        }
    })
}

fn without_currency(money: Money) -> String {
    let text = money.to_string();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// Seconds as days, to a hundredth, rounded down.
fn days(seconds: i64) -> String {
    let hundredths = seconds.max(0) * 100 / DAY;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Text that no spreadsheet evaluates, or as it is.
pub(crate) fn guarded(text: &str, raw: bool) -> Cow<'_, str> {
    if raw { Cow::Borrowed(text) } else { trackward_core::guarded(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_ours_stay_numbers() {
        assert_eq!(cell(&Value::Change(-3), false), "-3");
        assert_eq!(cell(&Value::TenthsChange(-5), false), "-0.5");
        assert_eq!(cell(&Value::Seconds(DAY * 3 / 2), false), "1.50");
        assert_eq!(cell(&Value::text("-3"), false), "'-3");
    }
}
