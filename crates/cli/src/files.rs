//! Files that are whole or not there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, IntoInnerError, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// Writes a text beside its place, makes it durable and moves it there: an old one is never cut short.
pub(crate) fn write_whole(path: &Path, text: &str) -> Result<(), Failure> {
    write_whole_by(path, |file| file.write_all(text.as_bytes()))
}

/// The same with a file that is filled bit by bit.
pub(crate) fn write_whole_by(
    path: &Path,
    write_to: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), Failure> {
    let (place, file) = Beside::create(path)?;
    let mut file = BufWriter::new(file);
    let written = write_to(&mut file).and_then(|()| file.into_inner().map_err(IntoInnerError::into_error));
    let file = written.map_err(|error| place.cannot_write(&error))?;
    place.put(&file)
}

/// Where a file is written until it is whole; what is left of it is removed.
#[derive(Debug)]
pub(crate) struct Beside {
    path: PathBuf,
    part: PathBuf,
    folder: PathBuf,
}

impl Beside {
    /// Creates a file beside its place.
    pub(crate) fn create(path: &Path) -> Result<(Self, File), Failure> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let create = || {
            fs::create_dir_all(folder)?;
            let name = path.file_name().ok_or(ErrorKind::InvalidFilename)?.to_string_lossy();
            let part = folder.join(format!(".{name}.{}.part", std::process::id()));
            let file = create_new(&part)?;
            Ok((Self { path: path.to_owned(), part, folder: folder.to_owned() }, file))
        };
        create().map_err(|error: io::Error| cannot_write(path, &error))
    }

    /// Makes the file durable and moves it to its place.
    pub(crate) fn put(self, file: &File) -> Result<(), Failure> {
        let put = || {
            file.sync_all()?;
            fs::rename(&self.part, &self.path)?;
            File::open(&self.folder)?.sync_all()
        };
        put().map_err(|error| self.cannot_write(&error))
    }

    /// The failure to write the file.
    pub(crate) fn cannot_write(&self, error: &io::Error) -> Failure {
        cannot_write(&self.path, error)
    }
}

impl Drop for Beside {
    /// Best effort: what matters is that the old file is untouched.
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.part);
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::cannot_write(format!("cannot write {}: {error}", path.display()))
}

/// A file that was not there before. What lies in its place, left behind or planted, is removed and never
/// followed or written to.
fn create_new(path: &Path) -> io::Result<File> {
    let create = || OpenOptions::new().write(true).create_new(true).open(path);
    match create() {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            fs::remove_file(path)?;
            create()
        }
        created => created,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn link_planted_at_the_temporary_name_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let victim = folder.path().join("victim");
        fs::write(&victim, "precious").unwrap();
        let out = folder.path().join("out");
        fs::create_dir(&out).unwrap();
        let planted = out.join(format!(".report.html.{}.part", std::process::id()));
        symlink(&victim, &planted).unwrap();
        write_whole(&out.join("report.html"), "new").unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
        assert_eq!(fs::read_to_string(out.join("report.html")).unwrap(), "new");
        assert_eq!(names(&out), ["report.html"]);
    }

    #[test]
    fn link_at_the_place_of_a_report_is_replaced_and_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (victim, report) = (folder.path().join("victim"), folder.path().join("report.html"));
        fs::write(&victim, "precious").unwrap();
        symlink(&victim, &report).unwrap();
        write_whole(&report, "new").unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
        assert!(report.symlink_metadata().unwrap().is_file());
    }

    #[test]
    fn write_that_fails_leaves_no_part_behind() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("report.html");
        fs::create_dir_all(taken.join("full")).unwrap();
        write_whole(&taken, "new").unwrap_err();
        assert_eq!(names(folder.path()), ["report.html"]);
    }
}
