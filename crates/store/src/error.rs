//! What goes wrong with a store.

use std::io;
use std::path::{Path, PathBuf};

use tokio::task::JoinError;
use trackward_core::ActError;

/// What went wrong with a store, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process has it open.
    #[error("the store is held by {holder}: wait until it ends, or give --wait-lock")]
    Held {
        /// Process number, host and since when, as far as the lock file tells; for people only.
        holder: String,
    },
    /// The file system refused.
    #[error("cannot {what} {}", path.display())]
    Io {
        /// What was tried, such as `create`.
        what: &'static str,
        /// On what.
        path: PathBuf,
        /// In the system's words.
        source: io::Error,
    },
    /// What is stored cannot be read back.
    #[error("{what} is damaged: run `trackward store rebuild`, which restores it from the journal")]
    Corrupt {
        /// What cannot be read.
        what: String,
    },
    /// It was written by a later release.
    #[error("{what} has version {found}, this release reads up to {known}: install a newer trackward")]
    Newer {
        /// What cannot be read.
        what: String,
        /// The version found.
        found: u32,
        /// The highest version this release reads.
        known: u32,
    },
    /// The call broke off: a fault of this program, or files so damaged that sled panics on them.
    #[error("the store broke off: if it does so again, run `trackward store rebuild` and report the fault")]
    Broken(#[source] JoinError),
    /// An earlier change did not get through in this process; opening the store again sets it right.
    #[error("the store takes no more changes after one that failed: run the command again")]
    Behind,
    /// What is imported is not what was exported, or there is something in the way.
    #[error("cannot import {}: {why}", path.display())]
    Import {
        /// What was to be imported.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// One count of visits holds more than can be written at once; nothing was changed.
    #[error(
        "the log tells of visits in more than {weeks} weeks of links: count a shorter part of the log at a time"
    )]
    TooManyVisits {
        /// How many weeks, of all its links together, a count may hold.
        weeks: usize,
    },
    /// A person's act was refused; nothing was changed.
    #[error(transparent)]
    Act(#[from] ActError),
}

impl StoreError {
    /// Whether another process holds the store: the command may be repeated later (exit code 75).
    pub fn is_held(&self) -> bool {
        matches!(self, Self::Held { .. })
    }

    /// Whether the store cannot be read or written as it is (exit code 74).
    pub fn is_io(&self) -> bool {
        matches!(
            self,
            Self::Io { .. } | Self::Corrupt { .. } | Self::Newer { .. } | Self::Broken(_) | Self::Behind
        )
    }

    /// Whether what is stored is at fault, so that it can be rebuilt from the journal.
    pub(crate) fn is_damage(&self) -> bool {
        matches!(self, Self::Corrupt { .. } | Self::Broken(_))
    }

    /// What is damaged, or the error in words.
    pub(crate) fn what(&self) -> String {
        match self {
            Self::Corrupt { what } => format!("{what} is damaged"),
            other => other.to_string(),
        }
    }

    pub(crate) fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { what, path: path.to_owned(), source }
    }
}
