//! State in a directory, in one sled tree.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::StoreError;
use crate::contract::Result;
use crate::directory::{create_private, files_of, make_private};
use crate::ledger::{Ledger, off_loop};
use crate::local::Local;
use crate::lock::StoreLock;
use crate::table::{Changes, Rows, Table};

/// Where sled's files lie below the store directory.
const FILES: &str = "sled";

/// Bytes of sled's page cache.
const CACHE_BYTES: u64 = 64 * 1024 * 1024;

/// Pause between two tries for the lock.
const LOCK_POLL: Duration = Duration::from_millis(100);

/// State in a directory that one process at a time may open.
///
/// What is erased is removed from the tree at once; sled overwrites its bytes on disk when it uses their space
/// again.
#[derive(Debug)]
pub struct SledStore(Arc<Ledger>);

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
    /// When another process holds it ([`StoreError::is_held`]), the directory cannot be written, or what
    /// it holds cannot be read ([`StoreError::is_io`]).
    pub async fn open(path: &Path, options: OpenOptions) -> Result<Self> {
        create_private(path)?;
        let lock = lock_within(path, options.wait_lock.unwrap_or_default()).await?;
        let dir = path.join(FILES);
        let ledger = off_loop(move || Ledger::open(Box::new(SledTable::open(dir, lock)?))).await?;
        Ok(Self(ledger))
    }
}

impl Local for SledStore {
    fn ledger(&self) -> &Arc<Ledger> {
        &self.0
    }
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

/// The tree, with the lock that must outlive it.
struct SledTable {
    db: sled::Db,
    dir: PathBuf,
    _lock: StoreLock,
}

impl SledTable {
    fn open(dir: PathBuf, lock: StoreLock) -> Result<Self> {
        create_private(&dir)?;
        remove_half_snapshots(&dir)?;
        let config = sled::Config::new().path(&dir).cache_capacity(CACHE_BYTES).flush_every_ms(None);
        let db = config.open().map_err(|error| refine("open", &dir, error))?;
        make_private(&dir)?; // sled creates them by the umask
        Ok(Self { db, dir, _lock: lock })
    }

    fn refine(&self, what: &'static str) -> impl Fn(sled::Error) -> StoreError {
        move |error| refine(what, &self.dir, error)
    }
}

impl Table for SledTable {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let value = self.db.get(key).map_err(self.refine("read"))?;
        Ok(value.map(|value| value.to_vec()))
    }

    fn rows(&self, keys: Range<Vec<u8>>) -> Rows<'_> {
        let owned = |(key, value): (sled::IVec, sled::IVec)| (key.to_vec(), value.to_vec());
        Box::new(self.db.range(keys).map(move |row| row.map(owned).map_err(self.refine("read"))))
    }

    fn apply(&mut self, changes: Changes) -> Result<()> {
        let mut batch = sled::Batch::default();
        for (key, value) in changes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        self.db.apply_batch(batch).map_err(self.refine("write"))?;
        self.db.flush().map_err(self.refine("write"))?;
        Ok(())
    }
}

fn refine(what: &'static str, dir: &Path, error: sled::Error) -> StoreError {
    match error {
        sled::Error::Io(source) => StoreError::io(what, dir)(source),
        other => StoreError::Corrupt { what: format!("the database in {} ({other})", dir.display()) },
    }
}

/// Removes what a crash during a snapshot leaves: sled 0.34.7 would refuse to open for ever (spacejam/sled#1527).
fn remove_half_snapshots(dir: &Path) -> Result<()> {
    for path in files_of(dir)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            tracing::warn!(path = %path.display(), "removed a half-written snapshot");
            fs::remove_file(&path).map_err(StoreError::io("remove", &path))?;
        }
    }
    Ok(())
}
