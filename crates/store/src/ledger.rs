//! One process's hand on a table: who we are, one operation at a time, off the async loop.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::warn;

use crate::StoreError;
use crate::contract::Result;
use crate::draft::{Draft, Readable, Stored};
use crate::lock::StoreLock;
use crate::record::{Layout, Owner};
use crate::table::Table;

/// Version of the layout this release writes.
const LAYOUT: Layout = Layout(1);

/// Records changed at once by a call that need not be atomic: sled's memory follows the size of its
/// batches, measured at 5.2 GiB with 10,000 records and 265 MiB with 500.
pub(crate) const RECORDS_AT_ONCE: usize = 500;

/// Damaged records that are named and counted: of a database that is damaged all over no more are remembered.
const SKIPPED: usize = 1_000;

/// A table in the hand of one process.
pub(crate) struct Ledger {
    owner: u64,
    table: Mutex<Box<dyn Table>>,
    /// Damaged records that calls went on without, by name.
    skipped: Mutex<BTreeSet<String>>,
    /// Let go of after the table is closed.
    _lock: Option<StoreLock>,
}

impl Ledger {
    /// Takes a table into hand under a new owner number: leases of earlier owners have ended.
    pub(crate) fn open(mut table: Box<dyn Table>, lock: Option<StoreLock>) -> Result<Arc<Self>> {
        let mut draft = Draft::on(&*table);
        check_layout(&mut draft)?;
        let owner = draft.get::<Owner>(Owner::KEY)?.map_or(1, |last| last.0 + 1);
        draft.put(Owner::KEY, &Owner(owner));
        let changes = draft.into_changes();
        table.apply(changes)?;
        Ok(Arc::new(Self { owner, table: Mutex::new(table), skipped: Mutex::default(), _lock: lock }))
    }

    /// Reads, on a thread that may block.
    pub(crate) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        operation: impl FnOnce(Stored<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let ledger = Arc::clone(self);
        off_loop(move || operation(Stored(&**ledger.lock()))).await
    }

    /// Drafts changes as this owner and applies them if all went well, on a thread that may block.
    pub(crate) async fn write<T: Send + 'static>(
        self: &Arc<Self>,
        operation: impl FnOnce(&mut Draft<'_>, u64) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let ledger = Arc::clone(self);
        off_loop(move || {
            let mut table = ledger.lock();
            let mut draft = Draft::on(&**table);
            let answer = operation(&mut draft, ledger.owner)?;
            let changes = draft.into_changes();
            if !changes.is_empty() {
                table.apply(changes)?;
            }
            Ok(answer)
        })
        .await
    }

    /// Answers a call that went on without damaged records: each is named once, and counted.
    pub(crate) fn told<T>(&self, read: Readable<T>) -> T {
        let mut skipped = self.skipped.lock().unwrap_or_else(PoisonError::into_inner);
        for what in read.skipped {
            if skipped.len() < SKIPPED && skipped.insert(what.clone()) {
                warn!(what, "skipped a damaged record: the next command restores it from the journal");
                self.lock().distrust();
            }
        }
        read.answer
    }

    /// How many damaged records calls went on without, up to a thousand.
    pub(crate) fn skipped(&self) -> u64 {
        self.skipped.lock().unwrap_or_else(PoisonError::into_inner).len() as u64
    }

    /// A panic under the lock left no half-made change: changes are applied as one.
    fn lock(&self) -> std::sync::MutexGuard<'_, Box<dyn Table>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").field("owner", &self.owner).finish_non_exhaustive()
    }
}

fn check_layout(draft: &mut Draft<'_>) -> Result<()> {
    match draft.get::<Layout>(Layout::KEY)? {
        Some(found) if found == LAYOUT => {}
        Some(Layout(found)) => {
            return Err(StoreError::Newer { what: "the store".into(), found, known: LAYOUT.0 });
        }
        None => draft.put(Layout::KEY, &LAYOUT),
    }
    Ok(())
}

/// Runs what blocks away from the async loop; a panic there, which sled prefers to an error on some damaged
/// files, becomes an error of its own.
pub(crate) async fn off_loop<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|broken| Err(StoreError::Broken(broken)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::MemoryTable;

    #[tokio::test]
    async fn panic_in_a_call_is_told_from_damage_changes_nothing_and_the_next_call_works() {
        let ledger = Ledger::open(Box::new(MemoryTable::default()), None).unwrap();
        let broken = ledger.write(|draft, _| -> Result<()> {
            draft.put(Owner::KEY, &Owner(9));
            panic!("out of bounds")
        });
        let broken = broken.await.unwrap_err();
        assert!(matches!(&broken, StoreError::Broken(why) if why.to_string().contains("out of bounds")));
        assert!(broken.is_io());
        assert_eq!(ledger.read(|stored| stored.get::<Owner>(Owner::KEY)).await.unwrap(), Some(Owner(1)));
    }
}
