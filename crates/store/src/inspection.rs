//! What lies in a store directory, found out without opening or changing anything.

use std::fs;
use std::path::{Path, PathBuf};

use crate::StoreError;
use crate::contract::Result;
use crate::folder::Folder;
use crate::journal::segment::months_of;
use crate::lock::StoreLock;
use crate::maintenance::bytes_below;
use crate::seal::Seal;

/// What lies in a store directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inspected {
    /// Who has it open, in words for people.
    pub holder: Option<String>,
    /// Whether the database is as the process left it that closed it in order.
    pub is_sealed: bool,
    /// Bytes of the database on disk.
    pub database_bytes: u64,
    /// Bytes of the journal.
    pub journal_bytes: u64,
    /// Files of the journal, one a month.
    pub journal_months: u64,
    /// What was damaged and moved aside.
    pub aside: Vec<PathBuf>,
    /// Whether others than its owner may enter the directory or list it.
    pub is_exposed: bool,
    /// Files and folders that belong to another user than this process runs as.
    pub foreign: Vec<PathBuf>,
    /// Bytes that may still be written there; none where the system does not say.
    pub free_bytes: Option<u64>,
}

/// Looks at a store directory; none where there is no such directory. Its lock is tried, and let go of at once.
///
/// # Errors
/// When the directory cannot be read, or is a file.
pub fn inspect(dir: &Path) -> Result<Option<Inspected>> {
    if !dir.exists() {
        return Ok(None);
    }
    let folder = Folder::new(dir);
    let about = fs::metadata(dir).map_err(StoreError::io("read", dir))?;
    Ok(Some(Inspected {
        holder: StoreLock::holder_of(dir)?,
        is_sealed: Seal::fits(dir, &folder.sled()),
        database_bytes: bytes_below(&folder.sled()),
        journal_bytes: bytes_below(&folder.journal()),
        journal_months: months_of(&folder.journal())?.len() as u64,
        aside: folder.aside()?,
        is_exposed: is_exposed(&about),
        foreign: all_below(dir)?.into_iter().filter(|path| is_foreign(path)).collect(),
        free_bytes: free_bytes(dir),
    }))
}

/// The directory, and all files and folders below it.
fn all_below(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = vec![dir.to_owned()];
    let entries = fs::read_dir(dir).map_err(StoreError::io("read", dir))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() && !path.is_symlink() {
            paths.extend(all_below(&path)?);
        } else {
            paths.push(path);
        }
    }
    Ok(paths)
}

#[cfg(unix)]
fn is_exposed(about: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    about.permissions().mode() & 0o077 != 0
}

#[cfg(unix)]
fn is_foreign(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::symlink_metadata(path).is_ok_and(|about| about.uid() != rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
fn is_exposed(_: &fs::Metadata) -> bool {
    false
}

#[cfg(not(unix))]
fn is_foreign(_: &Path) -> bool {
    false
}

/// Bytes that a process without privileges may still write where a directory lies.
#[cfg(unix)]
pub fn free_bytes(dir: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(dir).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Bytes that may still be written where a directory lies.
#[cfg(not(unix))]
pub fn free_bytes(_: &Path) -> Option<u64> {
    None
}
