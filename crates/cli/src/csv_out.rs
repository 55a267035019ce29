//! CSV files for people: what a spreadsheet would take for a formula is guarded.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use trackward_core::guarded;

use crate::failure::Failure;
use crate::files::Beside;

/// A CSV file that is whole or not there.
#[derive(Debug)]
pub(crate) struct CsvOut {
    csv: csv::Writer<BufWriter<File>>,
    place: Beside,
}

impl CsvOut {
    /// Begins a file beside its place.
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        let (place, file) = Beside::create(path)?;
        Ok(Self { csv: csv::WriterBuilder::new().flexible(true).from_writer(BufWriter::new(file)), place })
    }

    /// Writes a row of texts, guarded.
    pub(crate) fn row<'a>(&mut self, cells: impl Iterator<Item = &'a str>) -> Result<(), Failure> {
        cells
            .map(guarded)
            .try_for_each(|cell| self.csv.write_field(cell.as_bytes()))
            .and_then(|()| self.csv.write_record(None::<&[u8]>))
            .map_err(|error| self.place.cannot_write(&error.into()))
    }

    /// Makes the file durable and moves it to its place.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let Self { csv, place } = self;
        let file = csv.into_inner().map_err(|error| place.cannot_write(&error.into_error()))?;
        let file = file.into_inner().map_err(|error| place.cannot_write(error.error()))?;
        place.put(&file)
    }
}
