//! The sheets of a spreadsheet, row by row.

use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{DataRef, Reader, Xlsx, XlsxError, open_workbook};
use trackward_core::import::Row;

use crate::error::TableError;
use crate::limits::Limits;
use crate::records::Record;

/// The names of the sheets, in order.
pub(crate) fn names(path: &Path) -> Result<Vec<String>, TableError> {
    guarded(|| Ok(open(path)?.sheet_names()))
}

/// Hands over the rows of a sheet that are not empty.
pub(crate) fn each(
    path: &Path,
    sheet: &str,
    take: &mut dyn FnMut(Record) -> ControlFlow<()>,
) -> Result<(), TableError> {
    guarded(|| {
        let mut workbook = open(path)?;
        let mut cells = workbook.worksheet_cells_reader(sheet).map_err(of_sheet)?;
        let mut gathered = Gathered::default();
        while let Some(cell) = cells.next_cell().map_err(of_sheet)? {
            let (line, column) = cell.get_position();
            let done = (line != gathered.line).then(|| gathered.finish(line)).flatten();
            if done.is_some_and(|record| take(record).is_break()) {
                return Ok(());
            }
            gathered.put(column as usize, &text_of(cell.get_value()));
        }
        gathered.finish(0).map(take);
        Ok(())
    })
}

fn open(path: &Path) -> Result<Xlsx<BufReader<File>>, TableError> {
    open_workbook(path).map_err(of_sheet)
}

fn of_sheet(error: XlsxError) -> TableError {
    match error {
        XlsxError::Io(error) => TableError::Read(error),
        XlsxError::Password => TableError::Locked,
        other => TableError::Damaged(other.to_string()),
    }
}

/// A fault of the spreadsheet's reader is one of the file.
fn guarded<T>(read: impl FnOnce() -> Result<T, TableError>) -> Result<T, TableError> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(TableError::Damaged("its reader gave up on it".to_owned())))
}

/// The cells of the present row so far.
#[derive(Default)]
struct Gathered {
    line: u32,
    cells: Vec<String>,
    fault: Option<&'static str>,
}

impl Gathered {
    fn put(&mut self, column: usize, text: &str) {
        if column >= Limits::COLUMNS {
            self.fault = (!text.is_empty()).then_some("more columns than a table may have").or(self.fault);
        } else if text.len() > Limits::FIELD_BYTES {
            self.fault = Some("a field that is too long");
        } else {
            if self.cells.len() <= column {
                self.cells.resize(column + 1, String::new());
            }
            text.clone_into(&mut self.cells[column]);
        }
    }

    /// The row that was gathered, unless it is empty; the next begins.
    fn finish(&mut self, next: u32) -> Option<Record> {
        let mut row = Row::new(u64::from(self.line) + 1);
        self.cells.drain(..).for_each(|cell| row.push(&cell));
        self.line = next;
        match self.fault.take() {
            Some(why) => Some(Record::Broken(row, why.to_owned())),
            None => (row.width() > 0).then_some(Record::Row(row)),
        }
    }
}

/// A cell as text: dates in ISO form, whole numbers without a point.
fn text_of(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Bool(is) => is.to_string(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::DateTime(at) if at.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second) == (0, 0, 0) {
                date
            } else {
                format!("{date} {hour:02}:{minute:02}:{second:02}")
            }
        }
        DataRef::DateTime(length) => length.as_f64().to_string(),
        _ => String::new(),
    }
}
