//! Directories and files that only their owner may read.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::StoreError;
use crate::contract::Result;

/// The files that lie in a directory.
pub(crate) fn files_of(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(dir).and_then(|entries| {
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()
    });
    let paths = entries.map_err(StoreError::io("read", dir))?;
    Ok(paths.into_iter().filter(|path| path.is_file()).collect())
}

/// Creates a directory that only its owner may enter, unless it is there.
pub(crate) fn create_private(dir: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(StoreError::io("create", dir))
}

/// Takes the files of a directory from everybody but their owner.
#[cfg(unix)]
pub(crate) fn make_private(dir: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    for path in files_of(dir)? {
        let private = fs::Permissions::from_mode(0o600);
        fs::set_permissions(&path, private).map_err(StoreError::io("protect", &path))?;
    }
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn make_private(_: &Path) -> Result<()> {
    Ok(())
}

/// Makes durable which files a directory names.
pub(crate) fn sync_directory(dir: &Path) -> io::Result<()> {
    if cfg!(unix) { fs::File::open(dir)?.sync_all() } else { Ok(()) }
}

/// Opens a file to write to that only its owner may read, created where it is missing.
pub(crate) fn open_private(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
