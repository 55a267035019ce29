//! The kernel's lock on a store directory: exclusive, and never stale after a kill.

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use jiff::Timestamp;

use crate::StoreError;
use crate::contract::Result;
use crate::directory::open_private;

/// The file that is locked. What it says only serves the message to others.
const FILE: &str = "lock";

/// Holds the lock as long as it lives.
#[derive(Debug)]
pub(crate) struct StoreLock {
    _file: File,
}

impl StoreLock {
    /// Takes the lock of a directory, at once or not at all.
    pub(crate) fn take(dir: &Path) -> Result<Self> {
        let path = dir.join(FILE);
        let mut file = open_private(&path).map_err(StoreError::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Held { holder: holder(&mut file) }),
            Err(TryLockError::Error(source)) => return Err(StoreError::io("lock", &path)(source)),
        }
        sign(&mut file).map_err(StoreError::io("write", &path))?;
        Ok(Self { _file: file })
    }

    /// Who holds the lock of a directory, in words; none where nobody does. It is let go of at once, and what it
    /// says is left as it is.
    pub(crate) fn holder_of(dir: &Path) -> Result<Option<String>> {
        let path = dir.join(FILE);
        let mut file = match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(StoreError::io("open", &path))?,
        };
        match file.try_lock() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => Ok(Some(holder(&mut file))),
            Err(TryLockError::Error(source)) => Err(StoreError::io("lock", &path)(source)),
        }
    }
}

fn sign(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    write!(file, "process {} on {}", std::process::id(), host_name())
}

/// Who holds the lock, in words; since when, by the time the file was written.
fn holder(file: &mut File) -> String {
    let mut words = String::new();
    let read = file.read_to_string(&mut words);
    if read.is_err() || words.is_empty() {
        return "another process".into();
    }
    let written = file.metadata().and_then(|about| about.modified()).ok();
    match written.and_then(|at| Timestamp::try_from(at).ok()) {
        Some(at) => format!("{words} since {at:.0}"),
        None => words,
    }
}

fn host_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { "this machine".into() } else { name.to_owned() }
}
