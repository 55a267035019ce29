//! Opening a store: the journal is the truth, the database follows it or is made anew.

use std::path::Path;

use tracing::{info, warn};

use crate::StoreError;
use crate::carry::carry_over;
use crate::check::{Faults, check_journal, check_records};
use crate::contract::Result;
use crate::draft::{Draft, Stored};
use crate::folder::Folder;
use crate::journal::replay::{Replayed, replay};
use crate::journal::writer::{cut_off_after, open_file};
use crate::journal::{Journal, Position, Reader};
use crate::journaled::Journaled;
use crate::ledger::off_loop;
use crate::record::Layout;
use crate::seeding::seed;
use crate::sled_table::SledTable;
use crate::table::Table;

/// Opens the table of a store whose lock is held; a database that cannot be trusted is made anew.
pub(crate) async fn open_table(folder: &Folder) -> Result<Journaled> {
    let here = folder.clone();
    let opened = off_loop(move || {
        here.tidy()?;
        follow_journal(&here)
    });
    match opened.await {
        Err(damage) if damage.is_damage() && folder.has_journal()? => {
            let here = folder.clone();
            let old = off_loop(move || here.set_aside(&here.sled())).await?;
            warn!(
                why = damage.what(), moved_to = %old.display(),
                "the database cannot be used: rebuilding it from the journal"
            );
            rebuild_from_journal(folder, &old).await?;
            let here = folder.clone();
            off_loop(move || follow_journal(&here)).await
        }
        opened => opened,
    }
}

/// Makes the database anew from the journal, with what of an old one fits. Lines that do not read are skipped;
/// the journal is then written anew too.
pub(crate) async fn rebuild_from_journal(folder: &Folder, old: &Path) -> Result<()> {
    let (here, from) = (folder.clone(), old.to_owned());
    // sled may panic on what is damaged: then nothing is carried over.
    let carried = off_loop(move || rebuild_beside(&here, Some(&SledTable::open(&from)?)));
    let carried = match carried.await {
        Err(error) if error.is_damage() => {
            warn!(why = error.what(), "nothing of the old database is taken over");
            let here = folder.clone();
            off_loop(move || {
                here.tidy()?;
                rebuild_beside(&here, None)
            })
            .await
        }
        carried => carried,
    };
    let is_damaged = carried?;
    let here = folder.clone();
    off_loop(move || {
        here.put_in_place(&here.new_sled(), &here.sled())?;
        let mut table = SledTable::open_sealed(here.path(), &here.sled())?;
        if is_damaged {
            renew_journal(&here, &mut table)?;
        }
        Ok(())
    })
    .await
}

/// Makes a database beside the present one; answers whether lines of the journal were skipped.
fn rebuild_beside(folder: &Folder, old: Option<&SledTable>) -> Result<bool> {
    let mut new = SledTable::open(&folder.new_sled())?;
    let replayed = replay(&mut new, Reader::whole(&folder.journal())?)?;
    tell(&replayed);
    let carried = old.map_or(Ok(0), |old| carry_over(Stored(old), &mut new))?;
    info!(lines = replayed.lines, carried, "rebuilt the database");
    Ok(!replayed.damaged.is_empty())
}

fn tell(replayed: &Replayed) {
    for damaged in &replayed.damaged {
        warn!(what = damaged, "skipped a damaged line of the journal");
    }
    if replayed.torn {
        warn!("the last line of the journal is not whole, as a power cut leaves it: it does not count");
    }
}

/// Opens the database and brings it to the journal's end.
///
/// # Errors
/// [`StoreError::is_damage`] when the database cannot be trusted.
fn follow_journal(folder: &Folder) -> Result<Journaled> {
    if folder.has_journal()? && !folder.sled().exists() {
        warn!("there is a journal and no database: rebuilding it");
    }
    let mut table = SledTable::open_sealed(folder.path(), &folder.sled())?;
    let seen = Stored(&table).get::<Position>(Position::KEY)?;
    let end = match seen {
        None if !folder.has_journal()? => begin_journal(folder, &mut table)?,
        seen => catch_up(folder, &mut table, seen.unwrap_or_default())?,
    };
    let journal = Journal::new(&folder.journal(), end, Box::new(open_file))?;
    Ok(Journaled::new(Box::new(table), journal))
}

/// Writes down what a database from before the journal holds; a fresh store begins with an empty journal.
fn begin_journal(folder: &Folder, table: &mut SledTable) -> Result<Position> {
    if Stored(table).get::<Layout>(Layout::KEY)?.is_none() {
        return remember(table, Position::default());
    }
    info!("writing the journal of a store from before there was one");
    renew_journal(folder, table)
}

/// Puts back what the database has not seen, and checks it where no process closed it.
fn catch_up(folder: &Folder, table: &mut SledTable, seen: Position) -> Result<Position> {
    let Some(reader) = Reader::after(&folder.journal(), seen)? else {
        trust(check_records(Stored(table))?.faults)?;
        warn!("the journal lacks lines that the database has seen: writing it anew");
        return renew_journal(folder, table);
    };
    let replayed = replay(table, reader)?;
    tell(&replayed);
    let end = Stored(table).get::<Position>(Position::KEY)?.unwrap_or_default();
    if replayed.torn {
        cut_off_after(&folder.journal(), end)?;
    }
    // What was just made of the journal alone is as it says.
    let is_trusted = table.was_sealed() || seen.seq == 0;
    match (replayed.damaged.is_empty(), is_trusted) {
        (true, true) => Ok(end),
        (false, true) => renew_journal(folder, table),
        (_, false) => check(folder, table, end),
    }
}

/// Checks a database that no process closed: it may have been copied while it was written.
fn check(folder: &Folder, table: &mut SledTable, end: Position) -> Result<Position> {
    let records = check_records(Stored(table))?;
    trust(records.faults)?;
    let against = check_journal(&folder.journal(), Stored(table))?;
    for missing in records.gaps.named.iter().chain(&against.gaps.named) {
        warn!(missing, "lost, in the journal too");
    }
    if against.lines.is_empty() {
        trust(against.records)?;
        return Ok(end);
    }
    for what in &against.lines.named {
        warn!(what, "the journal is damaged: writing it anew from the database");
    }
    renew_journal(folder, table)
}

fn trust(faults: Faults) -> Result<()> {
    match faults.named.into_iter().next() {
        Some(fault) => Err(StoreError::Corrupt { what: format!("the database ({fault})") }),
        None => Ok(()),
    }
}

/// Writes the journal anew from the database, and keeps the old one beside it.
pub(crate) fn renew_journal(folder: &Folder, table: &mut SledTable) -> Result<Position> {
    let seeded = seed(folder, Stored(table))?;
    if folder.has_journal()? {
        let old = folder.set_aside(&folder.journal())?;
        warn!(moved_to = %old.display(), "kept the old journal");
    } else if folder.journal().exists() {
        crate::folder::remove(&folder.journal())?;
    }
    folder.put_in_place(&folder.new_journal(), &folder.journal())?;
    remember(table, seeded)
}

/// Writes down which line the database has seen last.
pub(crate) fn remember(table: &mut SledTable, end: Position) -> Result<Position> {
    let mut draft = Draft::on(table);
    draft.put(Position::KEY, &end);
    let changes = draft.into_changes();
    table.apply(changes)?;
    Ok(end)
}
