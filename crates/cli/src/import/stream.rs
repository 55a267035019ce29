//! The rows of a table in chunks: read and sorted on a thread of its own, a little ahead of the store.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::mpsc;
use trackward_core::NewWatch;
use trackward_core::import::{Reader, Reject, Row, Why};
use trackward_store::Sorter;
use trackward_tables::Record;

use super::choice::Chosen;
use super::rules::Rules;
use crate::failure::Failure;

/// Rows of a chunk.
const CHUNK: usize = 500;
/// Chunks that are read ahead.
const AHEAD: usize = 4;

/// What some rows came to.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    pub(crate) watches: Vec<NewWatch>,
    pub(crate) rejects: Vec<(Row, Reject)>,
}

impl Chunk {
    fn of(rejects: &mut Vec<(Row, Reject)>) -> Self {
        Self { watches: Vec::new(), rejects: std::mem::take(rejects) }
    }
}

/// Begins to read a table; the last chunk says whether it was read whole.
///
/// What is rejected comes as it is read. What is taken comes when all is read, by host and page: a database that is
/// filled in that order takes half the time.
pub(crate) fn read(
    chosen: Arc<Chosen>,
    rules: Arc<Rules>,
    folder: PathBuf,
) -> mpsc::Receiver<Result<Chunk, Failure>> {
    let (send, receive) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        if let Err(failure) = send_all(&chosen, &rules, &folder, &send) {
            // Nobody listens when the import has failed already.
            let _ = send.blocking_send(Err(failure));
        }
    });
    receive
}

fn send_all(
    chosen: &Chosen,
    rules: &Rules,
    folder: &Path,
    send: &mpsc::Sender<Result<Chunk, Failure>>,
) -> Result<(), Failure> {
    let mut sorter = Sorter::new(folder);
    read_rows(chosen, rules, &mut sorter, send)?;
    let mut watches = sorter.into_sorted().peekable();
    while watches.peek().is_some() {
        let watches = watches.by_ref().take(CHUNK).collect::<Result<_, _>>()?;
        if send.blocking_send(Ok(Chunk { watches, ..Chunk::default() })).is_err() {
            break;
        }
    }
    Ok(())
}

/// Reads all rows: what is taken goes to the sorter, what is rejected is sent.
fn read_rows(
    chosen: &Chosen,
    rules: &Rules,
    sorter: &mut Sorter,
    send: &mpsc::Sender<Result<Chunk, Failure>>,
) -> Result<(), Failure> {
    let reach = |page: &_| rules.reach(page);
    let terms = rules.terms(&chosen.path, &reach);
    let reader = Reader::new(&chosen.header.layout, &terms, chosen.orders.clone());
    let mut passed = 0;
    let mut pushed = Ok(());
    let mut rejects = Vec::new();
    let read = chosen.tables.each(chosen.at, &mut |record| {
        if passed < chosen.header.rows {
            passed += 1;
            return ControlFlow::Continue(());
        }
        match record {
            Record::Row(row) => match reader.read(&row) {
                Ok(watch) => pushed = sorter.push(watch),
                Err(reject) => rejects.push((row, reject)),
            },
            Record::Broken(row, reason) => {
                let reject = Reject { line: row.line, why: Why::Broken, reason };
                rejects.push((row, reject));
            }
        }
        let is_heard = rejects.len() < CHUNK || send.blocking_send(Ok(Chunk::of(&mut rejects))).is_ok();
        if pushed.is_ok() && is_heard { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    read.map_err(|error| {
        Failure::usage(format!("{}: {error}", chosen.name()), "nothing of it was imported")
    })?;
    pushed?;
    // Nobody listens when the import has failed already.
    let _ = send.blocking_send(Ok(Chunk::of(&mut rejects)));
    Ok(())
}
