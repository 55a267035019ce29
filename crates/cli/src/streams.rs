//! What a store holds as plain streams, a page of it at a time: for readers on a blocking thread.

use std::sync::Arc;

use tokio::runtime::Handle;
use trackward_core::{Event, EventSeq, Evidence, EvidenceHash, Watched};
use trackward_store::{EventQuery, LinkQuery, Page, Store};

use crate::failure::Failure;

/// A store that is read from a blocking thread.
#[derive(Debug, Clone)]
pub(crate) struct Blocking {
    store: Arc<dyn Store>,
    runtime: Handle,
}

impl Blocking {
    /// Of the runtime that this is called in.
    pub(crate) fn new(store: &Arc<dyn Store>) -> Self {
        Self { store: store.clone(), runtime: Handle::current() }
    }

    /// The links that a query admits.
    pub(crate) fn links(&self, mut query: LinkQuery) -> Stream<'_, Watched> {
        Stream::of(move || {
            let Page { rows, next } = self.runtime.block_on(self.store.links(query.clone()))?;
            query.after = next;
            Ok((rows, next.is_some()))
        })
    }

    /// The events that a query admits, with their numbers.
    pub(crate) fn events(&self, mut query: EventQuery) -> Stream<'_, (EventSeq, Event)> {
        Stream::of(move || {
            let Page { rows, next } = self.runtime.block_on(self.store.events(query.clone()))?;
            query.after = next;
            Ok((rows, next.is_some()))
        })
    }

    /// A text that proves an event, unless it was erased.
    pub(crate) fn evidence(&self, hash: EvidenceHash) -> Result<Option<Evidence>, Failure> {
        Ok(self.runtime.block_on(self.store.evidence(hash))?)
    }
}

/// The next rows, and whether more follow.
type NextPage<'a, T> = Box<dyn FnMut() -> Result<(Vec<T>, bool), Failure> + 'a>;

/// Rows one by one. It ends at a failure: ask [`Stream::end`] before what was read is believed.
pub(crate) struct Stream<'a, T> {
    next_page: NextPage<'a, T>,
    rows: std::vec::IntoIter<T>,
    more: bool,
    failure: Option<Failure>,
}

impl<'a, T> Stream<'a, T> {
    fn of(next_page: impl FnMut() -> Result<(Vec<T>, bool), Failure> + 'a) -> Self {
        Self { next_page: Box::new(next_page), rows: Vec::new().into_iter(), more: true, failure: None }
    }

    /// Why it ended too soon, where it did.
    pub(crate) fn end(self) -> Result<(), Failure> {
        self.failure.map_or(Ok(()), Err)
    }
}

impl<T> Iterator for Stream<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        loop {
            if let Some(row) = self.rows.next() {
                return Some(row);
            }
            if !self.more {
                return None;
            }
            match (self.next_page)() {
                Ok((rows, more)) => (self.rows, self.more) = (rows.into_iter(), more),
                Err(failure) => (self.failure, self.more) = (Some(failure), false),
            }
        }
    }
}
