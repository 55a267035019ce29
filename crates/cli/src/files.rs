//! Files that are whole or not there.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use crate::failure::Failure;

/// Writes a file beside its place, makes it durable and moves it there: an old one is never cut short.
pub(crate) fn write_whole(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = path.with_extension("part");
    let write = || {
        fs::create_dir_all(folder)?;
        let mut file = File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        File::open(folder)?.sync_all()
    };
    write().map_err(|error| {
        // Best effort: what matters is that the old file is untouched.
        let _ = fs::remove_file(&beside);
        Failure::cannot_write(format!("cannot write {}: {error}", path.display()))
    })
}
