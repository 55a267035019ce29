//! `verify`: all that can be wrong, by name.

use crate::StoreError;
use crate::check::{Faults, check_journal, check_lines, check_records};
use crate::contract::Result;
use crate::draft::Stored;
use crate::folder::Folder;
use crate::journal::replay::replay;
use crate::journal::writer::cut_off_after;
use crate::journal::{Position, Reader};
use crate::ledger::off_loop;
use crate::sled_table::SledTable;
use crate::table::Table;

/// What a check of the whole store came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Records that read.
    pub records: u64,
    /// Lines of the journal that read.
    pub lines: u64,
    /// What is wrong, in words; at most a thousand.
    pub faults: Vec<String>,
    /// How much is wrong in all.
    pub fault_count: u64,
}

impl Verified {
    fn add(&mut self, faults: Faults) {
        self.fault_count += faults.count;
        self.faults.extend(faults.named);
    }

    fn add_error(&mut self, error: &StoreError) {
        let mut faults = Faults::default();
        faults.add(error.what());
        self.add(faults);
    }
}

/// See [`super::Maintenance::verify`].
pub(super) async fn verify(folder: &Folder) -> Result<Verified> {
    let here = folder.clone();
    // sled panics on some damage: that is one more fault.
    match off_loop(move || verify_both(&here)).await {
        Err(damage) if damage.is_damage() => {
            let here = folder.clone();
            let mut verified = off_loop(move || verify_lines(&here)).await?;
            verified.add_error(&damage);
            Ok(verified)
        }
        verified => verified,
    }
}

/// The journal alone, where the database cannot be read at all.
fn verify_lines(folder: &Folder) -> Result<Verified> {
    let (lines, faults) = check_lines(&folder.journal())?;
    let mut verified = Verified { lines, ..Verified::default() };
    verified.add(faults);
    Ok(verified)
}

fn verify_both(folder: &Folder) -> Result<Verified> {
    let mut table = SledTable::open_sealed(folder.path(), &folder.sled())?;
    let verified = catch_up(folder, &mut table).and_then(|()| check(folder, Stored(&table)));
    // With a fault the next opening is not to take it on trust.
    if !table.was_sealed() || !matches!(&verified, Ok(verified) if verified.fault_count == 0) {
        table.distrust();
    }
    verified
}

/// Puts back what the database has not seen: so every opening begins.
fn catch_up(folder: &Folder, table: &mut SledTable) -> Result<()> {
    let seen = Stored(table).get::<Position>(Position::KEY)?.unwrap_or_default();
    let Some(reader) = Reader::after(&folder.journal(), seen)? else { return Ok(()) };
    if replay(table, reader)?.torn {
        let end = Stored(table).get::<Position>(Position::KEY)?.unwrap_or_default();
        cut_off_after(&folder.journal(), end)?;
    }
    Ok(())
}

fn check(folder: &Folder, stored: Stored<'_>) -> Result<Verified> {
    let records = check_records(stored)?;
    let mut verified = Verified { records: records.read, ..Verified::default() };
    verified.add(records.faults);
    verified.add(records.gaps);
    // A store from before the journal gets one when it is opened.
    if stored.get::<Position>(Position::KEY)?.is_some() {
        let against = check_journal(&folder.journal(), stored)?;
        verified.lines = against.read;
        verified.add(against.lines);
        verified.add(against.records);
        verified.add(against.gaps);
    }
    Ok(verified)
}
