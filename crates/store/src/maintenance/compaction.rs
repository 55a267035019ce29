//! `compact`: the database written anew, and when that is worth it.

use tracing::info;

use crate::contract::Result;
use crate::draft::{Draft, Stored};
use crate::folder::{Folder, remove};
use crate::ledger::{Ledger, RECORDS_AT_ONCE, off_loop};
use crate::maintenance::bytes_below;
use crate::opening::open_table;
use crate::record::Live;
use crate::sled_table::SledTable;
use crate::table::{Changes, Table};

/// Bytes on disk below which compacting is not worth it, however few of them are live: 64 MiB.
const WORTH_BYTES: u64 = 64 * 1024 * 1024;

/// Bytes on disk for each live byte from which on compacting is worth it. A fresh sled has about 2, and grows
/// without end while its records are written over and over.
const WORTH_RATIO: u64 = 3;

/// What a compaction came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compacted {
    /// Bytes of the database before.
    pub before: u64,
    /// Bytes of the database now.
    pub after: u64,
}

/// Whether a database of so many bytes, of which so many are live, is worth compacting.
fn is_worth(on_disk: u64, live: u64) -> bool {
    on_disk > WORTH_BYTES && on_disk > live.saturating_mul(WORTH_RATIO)
}

/// Whether an open store's database is worth compacting.
///
/// Live bytes are counted only where they were fewer when they were counted last: they hardly ever become fewer.
pub(crate) async fn is_worth_compacting(folder: &Folder, ledger: &std::sync::Arc<Ledger>) -> Result<bool> {
    let on_disk = bytes_below(&folder.sled());
    let counted = ledger.read(|stored| stored.get::<Live>(Live::KEY)).await?.map_or(0, |live| live.0);
    if !is_worth(on_disk, counted) {
        return Ok(false);
    }
    let live = ledger.read(live_bytes).await?;
    ledger
        .write(move |draft, _| {
            draft.put(Live::KEY, &Live(live));
            Ok(())
        })
        .await?;
    Ok(is_worth(on_disk, live))
}

/// Bytes of all keys and values.
pub(super) fn live_bytes(stored: Stored<'_>) -> Result<u64> {
    let rows = stored.0.rows(Vec::new()..vec![u8::MAX]);
    rows.map(|row| row.map(|(key, value)| (key.len() + value.len()) as u64)).sum()
}

/// See [`super::Maintenance::compact`].
pub(super) async fn compact(folder: &Folder) -> Result<Compacted> {
    // Brought up to date and checked as by any opening.
    drop(open_table(folder).await?);
    let here = folder.clone();
    off_loop(move || {
        let before = bytes_below(&here.sled());
        copy(&SledTable::open(&here.sled())?, &here)?;
        here.exchange_sled()?;
        // Opened and closed once: so it is sealed.
        drop(SledTable::open_sealed(here.path(), &here.sled())?);
        remove(&here.old_sled())?;
        let after = bytes_below(&here.sled());
        info!(before, after, "compacted the database");
        Ok(Compacted { before, after })
    })
    .await
}

/// Writes all rows into a database beside the present one.
fn copy(old: &SledTable, folder: &Folder) -> Result<()> {
    let mut new = SledTable::open(&folder.new_sled())?;
    let mut rows = old.rows(Vec::new()..vec![u8::MAX]);
    let mut live = 0;
    loop {
        let some: Changes = (rows.by_ref().take(RECORDS_AT_ONCE))
            .map(|row| row.map(|(key, value)| (key, Some(value))))
            .collect::<Result<_>>()?;
        if some.is_empty() {
            break;
        }
        live += some.iter().map(|(key, value)| key.len() + value.as_ref().map_or(0, Vec::len)).sum::<usize>();
        new.apply(some)?;
    }
    let mut draft = Draft::on(&new);
    draft.put(Live::KEY, &Live(live as u64));
    let changes = draft.into_changes();
    new.apply(changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compacting_is_worth_it_above_three_times_the_live_bytes_and_the_floor() {
        let third = WORTH_BYTES / WORTH_RATIO;
        assert!(!is_worth(WORTH_BYTES, 0), "at the floor");
        assert!(is_worth(WORTH_BYTES + 1, 0));
        assert!(is_worth(WORTH_BYTES + 1, third));
        assert!(!is_worth(WORTH_BYTES * 3, WORTH_BYTES), "at the ratio");
        assert!(is_worth(WORTH_BYTES * 3 + 1, WORTH_BYTES));
        assert!(!is_worth(u64::MAX, u64::MAX / 2));
    }
}
