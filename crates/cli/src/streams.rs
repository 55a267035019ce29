//! What a store holds as plain streams, a page of it at a time: for readers on a blocking thread.

use std::cell::RefCell;
use std::io;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::runtime::Handle;
use trackward_core::{Event, EventSeq, Evidence, EvidenceHash, Watched};
use trackward_report::Records;
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
    fn links(&self, mut query: LinkQuery) -> Stream<'_, Watched> {
        Stream::of(move || {
            let Page { rows, next } = self.runtime.block_on(self.store.links(query.clone()))?;
            query.after = next;
            Ok((rows, next.is_some()))
        })
    }

    /// The events that a query admits, with their numbers.
    fn events(&self, mut query: EventQuery) -> Stream<'_, (EventSeq, Event)> {
        Stream::of(move || {
            let Page { rows, next } = self.runtime.block_on(self.store.events(query.clone()))?;
            query.after = next;
            Ok((rows, next.is_some()))
        })
    }

    /// A text that proves an event, unless it was erased.
    fn evidence(&self, hash: EvidenceHash) -> Result<Option<Evidence>, Failure> {
        Ok(self.runtime.block_on(self.store.evidence(hash))?)
    }
}

/// What a report is made from, read from a store as often as it is wanted. What could not be read is missing: ask
/// [`Source::end`] before what was made of it is believed.
#[derive(Debug)]
pub(crate) struct Source {
    store: Blocking,
    events_from: Timestamp,
    failure: RefCell<Option<Failure>>,
}

impl Source {
    /// Events from an instant on, and all links.
    pub(crate) fn new(store: Blocking, events_from: Timestamp) -> Self {
        Self { store, events_from, failure: RefCell::default() }
    }

    /// Fails where something could not be read: for a file that is not to be put in its place then.
    pub(crate) fn is_whole(&self) -> io::Result<()> {
        match *self.failure.borrow() {
            None => Ok(()),
            Some(_) => Err(io::Error::other("the store could not be read")),
        }
    }

    /// Why something could not be read, where it could not.
    pub(crate) fn end(self) -> Result<(), Failure> {
        self.failure.into_inner().map_or(Ok(()), Err)
    }

    /// The same rows; the failure at which they end is kept.
    fn rows<'a, T: 'a>(&'a self, mut stream: Stream<'a, T>) -> Box<dyn Iterator<Item = T> + 'a> {
        Box::new(std::iter::from_fn(move || {
            let row = stream.next();
            if let Some(failure) = stream.failure.take() {
                self.failure.replace(Some(failure));
            }
            row
        }))
    }
}

impl Records for Source {
    fn events(&self) -> Box<dyn Iterator<Item = (EventSeq, Event)> + '_> {
        let query = EventQuery { from: Some(self.events_from), ..EventQuery::default() };
        self.rows(self.store.events(query))
    }

    /// Links of every kind: the scope is the report's to judge, its rules hold for events too.
    fn links(&self) -> Box<dyn Iterator<Item = Watched> + '_> {
        self.rows(self.store.links(LinkQuery::default()))
    }

    fn evidence(&self, hash: EvidenceHash) -> Option<Evidence> {
        self.store.evidence(hash).unwrap_or_else(|failure| {
            self.failure.replace(Some(failure));
            None
        })
    }
}

/// The next rows, and whether more follow.
type NextPage<'a, T> = Box<dyn FnMut() -> Result<(Vec<T>, bool), Failure> + 'a>;

/// Rows one by one, until there is no more or a failure.
struct Stream<'a, T> {
    next_page: NextPage<'a, T>,
    rows: std::vec::IntoIter<T>,
    more: bool,
    failure: Option<Failure>,
}

impl<'a, T> Stream<'a, T> {
    fn of(next_page: impl FnMut() -> Result<(Vec<T>, bool), Failure> + 'a) -> Self {
        Self { next_page: Box::new(next_page), rows: Vec::new().into_iter(), more: true, failure: None }
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
