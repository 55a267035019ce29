//! The rows of a table in chunks: read on a thread of its own, a little ahead of the store.

use std::ops::ControlFlow;
use std::sync::Arc;

use jiff::SignedDuration;
use tokio::sync::mpsc;
use trackward_core::NewWatch;
use trackward_core::import::{Reader, Reject, Row, Why};
use trackward_tables::{Record, TableError};

use super::choice::Chosen;
use super::rules::Rules;

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
    fn rows(&self) -> usize {
        self.watches.len() + self.rejects.len()
    }
}

/// Begins to read a table; the chunks come in order, and the last says whether it was read whole.
///
/// First checks are spread over `spread`.
pub(crate) fn read(
    chosen: Arc<Chosen>,
    rules: Arc<Rules>,
    spread: Option<SignedDuration>,
) -> mpsc::Receiver<Result<Chunk, TableError>> {
    let (send, receive) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        if let Err(error) = send_all(&chosen, &rules, spread, &send) {
            // Nobody listens when the import has failed already.
            let _ = send.blocking_send(Err(error));
        }
    });
    receive
}

fn send_all(
    chosen: &Chosen,
    rules: &Rules,
    spread: Option<SignedDuration>,
    send: &mpsc::Sender<Result<Chunk, TableError>>,
) -> Result<(), TableError> {
    let reach = |page: &_| rules.reach(page);
    let terms = rules.terms(&chosen.path, spread, &reach);
    let reader = Reader::new(&chosen.header.layout, &terms, chosen.orders.clone());
    let mut passed = 0;
    let mut chunk = Chunk::default();
    chosen.tables.each(chosen.at, &mut |record| {
        if passed < chosen.header.rows {
            passed += 1;
            return ControlFlow::Continue(());
        }
        match record {
            Record::Row(row) => match reader.read(&row) {
                Ok(watch) => chunk.watches.push(watch),
                Err(reject) => chunk.rejects.push((row, reject)),
            },
            Record::Broken(row, reason) => {
                let reject = Reject { line: row.line, why: Why::Broken, reason };
                chunk.rejects.push((row, reject));
            }
        }
        let full = chunk.rows() == CHUNK;
        if full && send.blocking_send(Ok(std::mem::take(&mut chunk))).is_err() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    // Nobody listens when the import has failed already.
    let _ = send.blocking_send(Ok(chunk));
    Ok(())
}
