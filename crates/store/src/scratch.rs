//! A copy of a store, to be looked into in place of the store itself.

use std::fs;
use std::path::{Path, PathBuf};

use crate::StoreError;
use crate::contract::Result;
use crate::folder::Folder;
use crate::seal::Seal;

/// A copy of a store, to be looked into in place of the store itself; removed when it is dropped.
///
/// It is what a backup would be: it may be made while another process has the store open, and opens like any store.
#[derive(Debug)]
pub struct ScratchCopy(PathBuf);

impl ScratchCopy {
    /// Copies the store in a directory into a new folder below another one, which only we may enter.
    ///
    /// What was moved aside is left out.
    ///
    /// # Errors
    /// When something cannot be read or written; nothing is left of the copy then.
    pub fn make(store: &Path, within: &Path) -> Result<Self> {
        let named = |n: u32| within.join(format!("trackward-copy-{}-{n}", std::process::id()));
        let path = (1..=u32::MAX).map(named).find(|path| !path.exists()).expect("some number is free");
        create_new_private(&path)?;
        let copy = Self(path);
        let folder = Folder::new(store);
        // The database first: the journal then holds all that it has seen.
        for part in [folder.sled(), folder.old_sled(), folder.journal()] {
            if part.is_dir() {
                copy_all(&part, &copy.0.join(part.file_name().expect("parts are named")))?;
            }
        }
        Seal::copy(store, &copy.0)?;
        Ok(copy)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Whether it was damaged: opening it has moved something aside and made it anew.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn was_mended(&self) -> Result<bool> {
        Ok(!Folder::new(&self.0).aside()?.is_empty())
    }
}

impl Drop for ScratchCopy {
    fn drop(&mut self) {
        // Best effort: it lies in a folder for what is temporary.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Creates a directory that nobody else can have put there.
fn create_new_private(dir: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(StoreError::io("create", dir))
}

/// Copies a folder with its files and their times of change; what goes away meanwhile is left out.
fn copy_all(from: &Path, to: &Path) -> Result<()> {
    create_new_private(to)?;
    let entries = fs::read_dir(from).map_err(StoreError::io("read", from))?;
    for entry in entries {
        let path = entry.map_err(StoreError::io("read", from))?.path();
        let copy = to.join(path.file_name().expect("entries are named"));
        if path.is_dir() {
            copy_all(&path, &copy)?;
        } else {
            match copy_file(&path, &copy) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                copied => copied.map_err(StoreError::io("copy", &path))?,
            }
        }
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::copy(from, to)?;
    let changed = from.metadata()?.modified()?;
    fs::File::options().write(true).open(to)?.set_modified(changed)
}
