//! Why a file is no table.

use std::io;

use crate::limits::Limits;

/// Why a file is no table that can be read. Its words name the limit; [`TableError::advice`] says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
    /// A spreadsheet of before 2007.
    #[error("a spreadsheet in the old XLS format")]
    OldSpreadsheet,
    /// More bytes than [`Limits::BYTES`].
    #[error("larger than {mib} MiB unpacked", mib = Limits::BYTES >> 20)]
    TooLarge,
    /// A member unfolds more than [`Limits::RATIO`] times.
    #[error("unfolds to more than {ratio} times its size", ratio = Limits::RATIO)]
    Unfolds,
    /// More members than [`Limits::MEMBERS`].
    #[error("an archive of more than {most} files", most = Limits::MEMBERS)]
    Members,
    /// More lists than [`Limits::LISTS`].
    #[error("a JSON document with more than {most} lists of objects", most = Limits::LISTS)]
    Lists,
    /// JSON without one.
    #[error("JSON without a list of objects")]
    NoList,
    /// More distinct texts than a spreadsheet's reader can hold.
    #[error("a spreadsheet with more than {mib} MiB of texts", mib = Limits::SHARED_TEXT_BYTES >> 20)]
    SharedText,
    /// A member is locked with a password.
    #[error("an archive that is locked with a password")]
    Locked,
    /// The archive or the spreadsheet does not hold together.
    #[error("damaged: {0}")]
    Damaged(String),
    /// Nothing in it is text.
    #[error("no text")]
    NoText,
}

impl TableError {
    /// What to do about it.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Read(_) => "name a file that can be read",
            Self::OldSpreadsheet => "save it as XLSX or CSV and import that",
            Self::SharedText => "save it as CSV and import that",
            Self::TooLarge | Self::Members => "split it and import the parts",
            Self::Unfolds => "unpack it yourself and import what is in it, if you trust it",
            Self::Locked => "unpack it and import what is in it",
            Self::Lists | Self::NoList => "name JSON that is a list of links, or an object a line",
            Self::Damaged(_) => "export or save it again",
            Self::NoText => "name a CSV, XLSX or JSON file, or an archive of them",
        }
    }
}
