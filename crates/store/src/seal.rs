//! The seal on the database's files: they are as the last process left them that closed it.
//!
//! A folder that was copied during a run, or whose process was killed, has no seal that fits. Such a database is
//! checked against the journal before it is trusted (`docs/decisions/0009-journal-of-records.md`).
//!
//! On the seal stands when the next page is due: so whoever finds that nothing is need not open the database.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use jiff::Timestamp;

use crate::StoreError;
use crate::contract::Result;
use crate::directory::open_private;

/// The seal's file in the store directory.
const FILE: &str = "sled.seal";
/// What its first line begins with.
const DUE: &str = "due ";

/// Puts the seal on when it is dropped, unless it was broken.
pub(crate) struct Seal {
    path: PathBuf,
    files: PathBuf,
    due: Timestamp,
    is_broken: bool,
}

impl Seal {
    /// Whether the files are sealed, and as they were then.
    pub(crate) fn fits(store: &Path, files: &Path) -> bool {
        Self::read(store, files).is_some()
    }

    /// When the next page is due, as the seal says, if it fits; [`Timestamp::MAX`] for never.
    pub(crate) fn read(store: &Path, files: &Path) -> Option<Timestamp> {
        let sealed = fs::read_to_string(store.join(FILE)).ok()?;
        let (due, then) = sealed.split_once('\n')?;
        (describe(files).ok()? == then).then_some(())?;
        due.strip_prefix(DUE)?.parse().ok()
    }

    /// Takes the seal off for as long as this lives.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub(crate) fn take_off(store: &Path, files: &Path) -> Result<Self> {
        let path = store.join(FILE);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(StoreError::io("remove", &path)(error))
            }
            _ => Ok(Self { path, files: files.to_owned(), due: Timestamp::MIN, is_broken: false }),
        }
    }

    /// Notes when the next page is due; until then none is known not to be.
    pub(crate) fn note_due(&mut self, due: Timestamp) {
        self.due = due;
    }

    /// Puts the seal of a store, where it has one, on a copy of it.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub(crate) fn copy(store: &Path, copy: &Path) -> Result<()> {
        let path = store.join(FILE);
        match fs::copy(&path, copy.join(FILE)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(StoreError::io("copy", &path)(error))
            }
            _ => Ok(()),
        }
    }

    /// The files may not be as they should be: they stay unsealed.
    pub(crate) fn break_it(&mut self) {
        self.is_broken = true;
    }
}

impl Drop for Seal {
    fn drop(&mut self) {
        if self.is_broken || std::thread::panicking() {
            return;
        }
        // Without a seal the next opening takes longer, no more.
        let _ = describe(&self.files).map(|now| {
            open_private(&self.path).and_then(|mut file| {
                file.set_len(0)?;
                file.write_all(format!("{DUE}{}\n{now}", self.due).as_bytes())
            })
        });
    }
}

/// Name, length and time of change of every file, sorted.
fn describe(files: &Path) -> std::io::Result<String> {
    let mut lines = Vec::new();
    let mut open = vec![files.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir)? {
            let entry = entry?;
            let about = entry.metadata()?;
            if about.is_dir() {
                open.push(entry.path());
                continue;
            }
            let changed = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
            let path = entry.path();
            let name = path.strip_prefix(files).unwrap_or(&path).display();
            lines.push(format!("{name} {} {changed}\n", about.len()));
        }
    }
    lines.sort_unstable();
    Ok(lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seal_fits_until_a_file_changes_comes_or_goes() {
        let store = tempfile::tempdir().unwrap();
        let files = store.path().join("sled");
        fs::create_dir_all(files.join("blobs")).unwrap();
        fs::write(files.join("db"), "one").unwrap();
        let fits = || Seal::fits(store.path(), &files);
        let seal = || drop(Seal::take_off(store.path(), &files).unwrap());
        assert!(!fits(), "never sealed");
        seal();
        assert!(fits());
        assert_eq!(Seal::read(store.path(), &files), Some(Timestamp::MIN), "nothing is known not to be due");
        let mut noting = Seal::take_off(store.path(), &files).unwrap();
        noting.note_due(Timestamp::MAX);
        drop(noting);
        assert_eq!(Seal::read(store.path(), &files), Some(Timestamp::MAX));
        fs::write(files.join("db"), "other").unwrap();
        assert!(!fits());
        seal();
        fs::write(files.join("blobs/1"), "").unwrap();
        assert!(!fits());
    }

    #[test]
    fn files_in_use_or_left_in_doubt_are_not_sealed() {
        let store = tempfile::tempdir().unwrap();
        let files = store.path().join("sled");
        fs::create_dir_all(&files).unwrap();
        drop(Seal::take_off(store.path(), &files).unwrap());
        let mut seal = Seal::take_off(store.path(), &files).unwrap();
        assert!(!Seal::fits(store.path(), &files));
        seal.break_it();
        drop(seal);
        assert!(!Seal::fits(store.path(), &files));
    }
}
