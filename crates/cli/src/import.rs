//! Link lists into the store: what a file is taken for, its rows in chunks, what became of each.

mod account;
mod choice;
mod rejects;
mod rules;
mod stream;

use std::path::Path;

pub(crate) use account::{Account, TableAccount, in_words};
pub(crate) use choice::{Choice, Chosen, choose};
pub(crate) use rejects::Rejects;
pub(crate) use rules::Rules;
pub(crate) use stream::read;

use trackward_tables::Tables;

use crate::failure::Failure;

/// Opens a file of rows.
pub(crate) async fn open(path: &Path) -> Result<Tables, Failure> {
    let here = path.to_owned();
    let opened = tokio::task::spawn_blocking(move || Tables::open(&here)).await;
    let opened = opened.map_err(|broken| Failure::failed(format!("{}: {broken}", path.display())))?;
    opened.map_err(|error| refused(path, &error.to_string(), error.advice()))
}

/// A file that is not imported, and what to do.
fn refused(path: &Path, what: &str, advice: &str) -> Failure {
    Failure::usage(format!("{}: {what}", path.display()), advice)
}
