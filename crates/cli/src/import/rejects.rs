//! The rows that were not taken, as a file that can be mended and imported alone.

use std::path::{Path, PathBuf};

use trackward_core::import::{Layout, Reject, Row};

use crate::csv_out::CsvOut;
use crate::failure::Failure;

/// Why a row was not taken: the column that is added, first, since some rows have more cells than the table.
const REASON: &str = "rejected because";

/// A file of rejects that is begun with the first.
#[derive(Debug)]
pub(crate) struct Rejects {
    path: PathBuf,
    columns: Vec<String>,
    file: Option<CsvOut>,
}

impl Rejects {
    /// For the rejects of a file's table: `<file>.rejects.csv`, with a number from the second table on.
    pub(crate) fn beside(file: &Path, number: usize, layout: &Layout) -> Self {
        let ending =
            if number == 0 { "rejects.csv".to_owned() } else { format!("{}.rejects.csv", number + 1) };
        let columns = layout.names().map(str::to_owned).collect();
        Self { path: file.with_added_extension(ending), columns, file: None }
    }

    /// Writes a row with the reason.
    pub(crate) fn add(&mut self, row: &Row, reject: &Reject) -> Result<(), Failure> {
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                let mut file = CsvOut::create(&self.path)?;
                file.row([REASON].into_iter().chain(self.columns.iter().map(String::as_str)))?;
                none.insert(file)
            }
        };
        let width = self.columns.len().max(row.width());
        file.row([reject.reason.as_str()].into_iter().chain((0..width).map(|at| row.cell(at))))
    }

    /// Puts the file in its place; answers it when there were rejects.
    pub(crate) fn finish(self) -> Result<Option<PathBuf>, Failure> {
        let Some(file) = self.file else { return Ok(None) };
        file.finish()?;
        Ok(Some(self.path))
    }
}
