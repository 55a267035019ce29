//! `rebuild`: the database from the journal, or the journal from the database.

use std::path::PathBuf;

use tracing::warn;

use crate::check::{Faults, check_journal, check_lines, check_records};
use crate::contract::Result;
use crate::draft::Stored;
use crate::folder::{Folder, remove};
use crate::journal::replay::replay;
use crate::journal::{Position, Reader};
use crate::ledger::off_loop;
use crate::opening::{open_table, rebuild_from_journal, renew_journal};
use crate::sled_table::SledTable;

/// What was rebuilt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// The journal was damaged and the database was not: the journal was written anew from it.
    pub journal: bool,
    /// Folders that hold what was damaged, for whoever wants to look at it; they may be removed.
    pub set_aside: Vec<PathBuf>,
}

/// See [`super::Maintenance::rebuild`].
pub(super) async fn rebuild(folder: &Folder) -> Result<Rebuilt> {
    let before = folder.aside()?;
    let here = folder.clone();
    let is_sled_good = match off_loop(move || holds_together(&here)).await {
        Err(damage) if damage.is_damage() => false,
        good => good?,
    };
    let here = folder.clone();
    let is_journal_good = off_loop(move || is_whole(&here)).await?;
    let from_database = is_sled_good && !is_journal_good;
    if from_database {
        let here = folder.clone();
        off_loop(move || {
            let mut table = SledTable::open_sealed(here.path(), &here.sled())?;
            renew_journal(&here, &mut table).map(drop)
        })
        .await?;
    } else if folder.has_journal()? && folder.sled().exists() {
        let here = folder.clone();
        let old = off_loop(move || here.set_aside(&here.sled())).await?;
        rebuild_from_journal(folder, &old).await?;
        if is_sled_good {
            off_loop(move || remove(&old)).await?;
        }
    }
    // What is still missing is made as by any opening.
    drop(open_table(folder).await?);
    let set_aside = folder.aside()?.into_iter().filter(|path| !before.contains(path)).collect();
    Ok(Rebuilt { journal: from_database, set_aside })
}

/// Whether the database opens, holds together, and is as a journal says that is whole itself.
fn holds_together(folder: &Folder) -> Result<bool> {
    if !folder.sled().exists() {
        return Ok(false);
    }
    let mut table = SledTable::open(&folder.sled())?;
    let seen = Stored(&table).get::<Position>(Position::KEY)?;
    if let Some(reader) = Reader::after(&folder.journal(), seen.unwrap_or_default())? {
        replay(&mut table, reader)?;
    }
    let records = check_records(Stored(&table))?;
    let against = check_journal(&folder.journal(), Stored(&table))?;
    // A damaged journal says nothing about the records.
    let is_told = seen.is_some() && against.lines.is_empty();
    let contradicted = if is_told { against.records } else { Faults::default() };
    for fault in records.faults.named.iter().chain(&contradicted.named) {
        warn!(fault, "the database is damaged");
    }
    Ok(records.faults.is_empty() && records.gaps.is_empty() && contradicted.is_empty())
}

/// Whether all lines of the journal read, and those that the database has seen are there.
fn is_whole(folder: &Folder) -> Result<bool> {
    let (_, faults) = check_lines(&folder.journal())?;
    for fault in &faults.named {
        warn!(fault, "the journal is damaged");
    }
    Ok(faults.is_empty() && folder.has_journal()?)
}
