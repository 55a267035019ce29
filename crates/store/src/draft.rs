//! Reading records, and drafting changes that take effect together.

use std::ops::Range;

use crate::codec::{decode, decode_key, encode, encode_key};
use crate::contract::Result;
use crate::record::Record;
use crate::table::{Changes, Rows, Table};

/// What is stored.
#[derive(Clone, Copy)]
pub(crate) struct Stored<'a>(pub(crate) &'a dyn Table);

impl<'a> Stored<'a> {
    pub(crate) fn get<R: Record>(self, key: R::Key) -> Result<Option<R>> {
        let key = encode_key::<R>(key);
        self.0.get(&key)?.map(|bytes| decode(&key, &bytes)).transpose()
    }

    /// Records whose key begins with `within`, after a key, in order, from either end.
    pub(crate) fn scan<R: Record>(
        self,
        within: &[u8],
        after: Option<R::Key>,
    ) -> impl DoubleEndedIterator<Item = Result<(R::Key, R)>> + use<'a, R> {
        let mut keys = keys_of::<R>(within);
        if let Some(after) = after {
            let mut next = encode_key::<R>(after);
            next.push(0);
            keys.start = keys.start.max(next).min(keys.end.clone());
        }
        self.0.rows(keys).map(|row| {
            let (key, value) = row?;
            Ok((decode_key::<R>(&key)?, decode(&key, &value)?))
        })
    }

    /// All rows of a kind as they lie there.
    pub(crate) fn raw<R: Record>(self) -> Rows<'a> {
        self.0.rows(keys_of::<R>(&[]))
    }
}

/// All keys of a kind that begin with `within`.
fn keys_of<R: Record>(within: &[u8]) -> Range<Vec<u8>> {
    let start: Vec<u8> = std::iter::once(R::PREFIX).chain(within.iter().copied()).collect();
    let mut end = start.clone();
    while end.pop_if(|last| *last == u8::MAX).is_some() {}
    let last = end.last_mut().expect("no prefix of a kind is 255");
    *last += 1;
    start..end
}

/// Changes that take effect together, and what is stored beneath them.
pub(crate) struct Draft<'a> {
    /// What is stored, without the changes.
    pub(crate) stored: Stored<'a>,
    changes: Changes,
}

impl<'a> Draft<'a> {
    pub(crate) fn on(table: &'a dyn Table) -> Self {
        Self { stored: Stored(table), changes: Changes::new() }
    }

    /// The record as it is after the changes so far.
    pub(crate) fn get<R: Record>(&self, key: R::Key) -> Result<Option<R>> {
        let bytes = encode_key::<R>(key);
        match self.changes.get(&bytes) {
            Some(changed) => changed.as_deref().map(|value| decode(&bytes, value)).transpose(),
            None => self.stored.get(key),
        }
    }

    pub(crate) fn put<R: Record>(&mut self, key: R::Key, record: &R) {
        self.changes.insert(encode_key::<R>(key), Some(encode(record)));
    }

    pub(crate) fn remove<R: Record>(&mut self, key: R::Key) {
        self.changes.insert(encode_key::<R>(key), None);
    }

    pub(crate) fn into_changes(self) -> Changes {
        self.changes
    }
}
