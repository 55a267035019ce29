//! What lies where in a store directory.

use std::fs;
use std::path::{Path, PathBuf};

use crate::StoreError;
use crate::contract::Result;
use crate::directory::sync_directory;
use crate::journal::segment::months_of;

/// A store directory.
#[derive(Debug, Clone)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The database.
    pub(crate) fn sled(&self) -> PathBuf {
        self.0.join("sled")
    }

    /// A database that is being made; it counts once it is whole and in its place.
    pub(crate) fn new_sled(&self) -> PathBuf {
        self.0.join("sled.new")
    }

    /// The journal.
    pub(crate) fn journal(&self) -> PathBuf {
        self.0.join("journal")
    }

    /// A journal that is being made.
    pub(crate) fn new_journal(&self) -> PathBuf {
        self.0.join("journal.new")
    }

    /// Whether there is a journal to rebuild from.
    pub(crate) fn has_journal(&self) -> Result<bool> {
        Ok(!months_of(&self.journal())?.is_empty())
    }

    /// A database that another one takes the place of.
    pub(crate) fn old_sled(&self) -> PathBuf {
        self.0.join("sled.old")
    }

    /// Puts the new database in the place of the present one, which is kept as the old one.
    pub(crate) fn exchange_sled(&self) -> Result<()> {
        self.put_in_place(&self.sled(), &self.old_sled())?;
        self.put_in_place(&self.new_sled(), &self.sled())
    }

    /// Removes what an interrupted step left half made, and takes back what it had taken away.
    pub(crate) fn tidy(&self) -> Result<()> {
        if self.old_sled().exists() {
            if self.sled().exists() {
                remove(&self.old_sled())?;
            } else {
                self.put_in_place(&self.old_sled(), &self.sled())?;
            }
        }
        for half in [self.new_sled(), self.new_journal()] {
            if half.exists() {
                remove(&half)?;
            }
        }
        Ok(())
    }

    /// Moves a folder out of the way, to `NAME.broken-1` or the next number that is free; answers where.
    pub(crate) fn set_aside(&self, what: &Path) -> Result<PathBuf> {
        let named = |n: u32| what.with_extension(format!("broken-{n}"));
        let aside = (1..=u32::MAX).map(named).find(|path| !path.exists()).expect("some number is free");
        fs::rename(what, &aside).map_err(StoreError::io("move", what))?;
        self.sync()?;
        Ok(aside)
    }

    /// The folders that were moved out of the way.
    pub(crate) fn aside(&self) -> Result<Vec<PathBuf>> {
        let entries = fs::read_dir(&self.0).map_err(StoreError::io("read", &self.0))?;
        let names = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
        let mut aside: Vec<PathBuf> =
            names.filter(|path| path.to_string_lossy().contains(".broken-")).collect();
        aside.sort();
        Ok(aside)
    }

    /// Puts what was made in its place, which must be free, for good.
    pub(crate) fn put_in_place(&self, made: &Path, place: &Path) -> Result<()> {
        fs::rename(made, place).map_err(StoreError::io("move", made))?;
        self.sync()
    }

    fn sync(&self) -> Result<()> {
        sync_directory(&self.0).map_err(StoreError::io("write", &self.0))
    }
}

/// Removes a folder with all that is in it.
pub(crate) fn remove(dir: &Path) -> Result<()> {
    fs::remove_dir_all(dir).map_err(StoreError::io("remove", dir))
}
