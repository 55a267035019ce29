//! What is done to a store as a whole: verify, rebuild, compact, export, import, count.

mod compaction;
mod export;
mod import;
mod rebuilding;
mod stats;
mod verifying;

use std::path::{Path, PathBuf};

use crate::contract::Result;
use crate::folder::Folder;
use crate::ledger::off_loop;
use crate::lock::StoreLock;
use crate::sled_store::{OpenOptions, lock_folder};

pub use compaction::Compacted;
pub(crate) use compaction::is_worth_compacting;
pub use export::Exported;
pub use rebuilding::Rebuilt;
pub use stats::Stats;
pub use verifying::Verified;

/// A store directory in the hand of somebody who does not crawl: nobody else has it open meanwhile.
///
/// ```
/// use trackward_store::{Maintenance, OpenOptions};
/// # let dir = tempfile::tempdir()?;
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let store = Maintenance::begin(dir.path(), OpenOptions::default()).await?;
/// assert!(store.verify().await?.faults.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Maintenance {
    folder: Folder,
    _lock: StoreLock,
}

impl Maintenance {
    /// Takes the lock of a store directory, creating it where it is missing.
    ///
    /// # Errors
    /// When another process holds it ([`crate::StoreError::is_held`]), or the directory cannot be written.
    pub async fn begin(path: &Path, options: OpenOptions) -> Result<Self> {
        let lock = lock_folder(path, &options).await?;
        let folder = Folder::new(path);
        let here = folder.clone();
        off_loop(move || here.tidy()).await?;
        Ok(Self { folder, _lock: lock })
    }

    /// Checks every record, every index entry both ways, every number, and the journal against them.
    ///
    /// What the database has not seen of the journal is put back first, as whenever a store is opened.
    ///
    /// # Errors
    /// When the files cannot be read, or a later release wrote them. What is wrong is no error but the answer.
    pub async fn verify(&self) -> Result<Verified> {
        verifying::verify(&self.folder).await
    }

    /// Makes the database anew from the journal; where only the journal is damaged, the journal from the database.
    ///
    /// What was damaged is moved aside, never removed.
    ///
    /// # Errors
    /// When the files cannot be read or written, or neither can be used.
    pub async fn rebuild(&self) -> Result<Rebuilt> {
        rebuilding::rebuild(&self.folder).await
    }

    /// Writes the database anew beside the old one and takes its place: the only way sled gives space back.
    ///
    /// # Errors
    /// When there is no room for both, or the files cannot be read or written; the old one is untouched then.
    pub async fn compact(&self) -> Result<Compacted> {
        compaction::compact(&self.folder).await
    }

    /// Writes all records as lines of JSON, with their number and a hash at the end.
    ///
    /// The file is whole or not there.
    ///
    /// # Errors
    /// When the store cannot be read or the file not be written.
    pub async fn export(&self, file: &Path) -> Result<Exported> {
        let file = file.to_owned();
        self.with_table(move |table| export::export(table, &file)).await
    }

    /// Reads what [`Maintenance::export`] wrote into a store that is empty; all of it or nothing.
    ///
    /// # Errors
    /// When the store is not empty, or the file is not what was exported.
    pub async fn import(&self, file: &Path) -> Result<Exported> {
        import::import(&self.folder, file.to_owned()).await
    }

    /// Counts records and bytes.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn stats(&self) -> Result<Stats> {
        let folder = self.folder.clone();
        self.with_table(move |table| stats::stats(&folder, table)).await
    }

    /// Opens the store as a run would, and works on its table.
    async fn with_table<T: Send + 'static>(
        &self,
        work: impl FnOnce(crate::draft::Stored<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let table = crate::opening::open_table(&self.folder).await?;
        off_loop(move || work(crate::draft::Stored(&table))).await
    }
}

/// Bytes of all files below a directory; those that come and go meanwhile do not count.
pub(crate) fn bytes_below(dir: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(dir) else { return 0 };
    let size = |path: PathBuf| match path.metadata() {
        Ok(about) if about.is_dir() => bytes_below(&path),
        Ok(about) => about.len(),
        Err(_) => 0,
    };
    entries.flatten().map(|entry| size(entry.path())).sum()
}
