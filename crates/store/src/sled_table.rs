//! A table in one sled tree.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use crate::StoreError;
use crate::codec::decode_key;
use crate::contract::Result;
use crate::directory::{create_private, files_of, make_private};
use crate::record::{Due, Record};
use crate::seal::Seal;
use crate::table::{Changes, Rows, Table};

/// Bytes of sled's page cache.
const CACHE_BYTES: u64 = 64 * 1024 * 1024;

/// Tries to open a database that a thread of our own may still hold.
const LOCK_TRIES: u32 = 500;
/// Pause between two of them: ten seconds in all.
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// The tree.
pub(crate) struct SledTable {
    db: sled::Db,
    dir: PathBuf,
    was_sealed: bool,
    /// Put on when all else is closed.
    seal: Option<Seal>,
}

impl SledTable {
    /// Opens the tree in a directory, creating both where they are missing.
    pub(crate) fn open(dir: &Path) -> Result<Self> {
        create_private(dir)?;
        remove_half_snapshots(dir)?;
        let config = sled::Config::new().path(dir).cache_capacity(CACHE_BYTES).flush_every_ms(None);
        let db = open_patiently(&config).map_err(|error| refine("open", dir, error))?;
        make_private(dir)?; // sled creates them by the umask
        Ok(Self { db, dir: dir.to_owned(), was_sealed: false, seal: None })
    }

    /// Opens the tree of a store; it is sealed when it is closed in order.
    pub(crate) fn open_sealed(store: &Path, dir: &Path) -> Result<Self> {
        let was_sealed = Seal::fits(store, dir);
        let seal = Seal::take_off(store, dir)?;
        let mut table = Self::open(dir)?;
        (table.was_sealed, table.seal) = (was_sealed, Some(seal));
        Ok(table)
    }

    /// Whether its files were as the process left them that closed it last.
    pub(crate) fn was_sealed(&self) -> bool {
        self.was_sealed
    }

    fn refine(&self, what: &'static str) -> impl Fn(sled::Error) -> StoreError {
        move |error| refine(what, &self.dir, error)
    }
}

impl Drop for SledTable {
    fn drop(&mut self) {
        let Some(seal) = &mut self.seal else { return };
        let first = self.db.scan_prefix([Due::PREFIX]).keys().next();
        match first.map(|key| key.map(|key| decode_key::<Due>(&key))) {
            None => seal.note_due(Timestamp::MAX),
            Some(Ok(Ok((at, _)))) => seal.note_due(at),
            Some(_) => seal.break_it(),
        }
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
        let written = self.db.apply_batch(batch).and_then(|()| self.db.flush());
        if written.is_err() {
            self.distrust();
        }
        written.map(drop).map_err(self.refine("write"))
    }

    fn distrust(&mut self) {
        if let Some(seal) = &mut self.seal {
            seal.break_it();
        }
    }
}

/// Opens a database that may have been closed a moment ago: a thread of sled's, which was writing or had panicked,
/// may hold its lock a little longer. No other process does: the lock of the whole folder is ours.
fn open_patiently(config: &sled::Config) -> sled::Result<sled::Db> {
    let is_held =
        |error: &sled::Error| matches!(error, sled::Error::Io(why) if why.to_string().contains("lock"));
    for _ in 0..LOCK_TRIES {
        match config.open() {
            Err(error) if is_held(&error) => std::thread::sleep(LOCK_PAUSE),
            opened => return opened,
        }
    }
    config.open()
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
