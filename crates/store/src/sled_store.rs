//! State in a directory: a journal, and one sled tree that follows it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::contract::Result;
use crate::directory::create_private;
use crate::folder::Folder;
use crate::ledger::{Ledger, off_loop};
use crate::local::Local;
use crate::lock::StoreLock;
use crate::maintenance::is_worth_compacting;
use crate::opening::open_table;
use crate::seal::Seal;

/// Pause between two tries for the lock.
const LOCK_POLL: Duration = Duration::from_millis(100);

/// State in a directory that one process at a time may open.
///
/// What must never be lost is in a journal before a call is answered; the database beside it, sled, is brought to
/// the journal's end when the store is opened, and made anew from it when it cannot be read.
///
/// What is erased is removed from the tree at once; sled overwrites its bytes on disk when it uses their space
/// again.
#[derive(Debug)]
pub struct SledStore {
    ledger: Arc<Ledger>,
    folder: Folder,
}

/// How a store is opened.
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    /// How long to wait for another process to let go; none to fail at once.
    pub wait_lock: Option<Duration>,
}

impl SledStore {
    /// Opens the store in a directory, creating both where they are missing.
    ///
    /// # Errors
    /// When another process holds it ([`is_held`](crate::StoreError::is_held)), the directory cannot be written, or what
    /// it holds cannot be read ([`is_io`](crate::StoreError::is_io)).
    pub async fn open(path: &Path, options: OpenOptions) -> Result<Self> {
        let lock = lock_folder(path, &options).await?;
        let folder = Folder::new(path);
        let table = open_table(&folder).await?;
        let ledger = off_loop(move || Ledger::open(Box::new(table), Some(lock))).await?;
        Ok(Self { ledger, folder })
    }

    /// When the next page of a store is due, without opening it; [`Timestamp::MAX`] for never, none when only opening
    /// it tells: it is in use, was not closed in order, or is not there.
    pub fn peek_next_due(path: &Path) -> Option<Timestamp> {
        let folder = Folder::new(path);
        Seal::read(folder.path(), &folder.sled())
    }

    /// Whether the database takes much more space than it needs, so that it is worth
    /// [`Maintenance::compact`](crate::Maintenance::compact).
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn is_worth_compacting(&self) -> Result<bool> {
        is_worth_compacting(&self.folder, &self.ledger).await
    }
}

impl Local for SledStore {
    fn ledger(&self) -> &Arc<Ledger> {
        &self.ledger
    }
}

/// Takes the lock of a store directory, which is created where it is missing.
pub(crate) async fn lock_folder(path: &Path, options: &OpenOptions) -> Result<StoreLock> {
    create_private(path)?;
    lock_within(path, options.wait_lock.unwrap_or_default()).await
}

#[expect(clippy::disallowed_methods, reason = "waits for another process, which no simulated clock moves")]
async fn lock_within(path: &Path, mut left: Duration) -> Result<StoreLock> {
    loop {
        match StoreLock::take(path) {
            Err(held) if held.is_held() && !left.is_zero() => {
                let pause = LOCK_POLL.min(left);
                tokio::time::sleep(pause).await;
                left -= pause;
            }
            taken => return taken,
        }
    }
}
