//! Reading records, and drafting changes that take effect together.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::iter::Peekable;
use std::marker::PhantomData;
use std::ops::Range;

use crate::StoreError;
use crate::codec::{decode, decode_key, encode, encode_hot, encode_hot_key, encode_key, name};
use crate::contract::Result;
use crate::record::Record;
use crate::table::{Changes, Rows, Table};

/// What is stored.
#[derive(Clone, Copy)]
pub(crate) struct Stored<'a>(pub(crate) &'a dyn Table);

impl<'a> Stored<'a> {
    pub(crate) fn get<R: Record>(self, key: R::Key) -> Result<Option<R>> {
        read(key, |row| self.0.get(row))
    }

    /// Records whose key begins with `within`, after a key, in order.
    pub(crate) fn scan<R: Record>(
        self,
        within: &[u8],
        after: Option<R::Key>,
    ) -> impl Iterator<Item = Result<(R::Key, R)>> + use<'a, R> {
        self.records::<R>(within, after).map(|row| {
            let (key, record) = row?;
            Ok((decode_key::<R>(&key)?, record?))
        })
    }

    /// Records whose key begins with `within`, the last one first.
    pub(crate) fn scan_back<R: Record>(
        self,
        within: &[u8],
    ) -> impl Iterator<Item = Result<(R::Key, R)>> + use<'a, R> {
        self.0.rows(keys_of(R::PREFIX, within, None)).rev().map(move |row| {
            let key = decode_key::<R>(&row?.0)?;
            let missing = || StoreError::Corrupt { what: "a record that was there a moment ago".into() };
            Ok((key, self.get(key)?.ok_or_else(missing)?))
        })
    }

    /// Records by the bytes of their keys, each with what is wrong with it if it does not read.
    pub(crate) fn records<R: Record>(self, within: &[u8], after: Option<R::Key>) -> Records<'a, R> {
        let rows = |prefix| {
            let after = after.map(|after| encode_key::<R>(after));
            self.0.rows(keys_of(prefix, within, after.as_ref().map(|after| &after[1..]))).peekable()
        };
        Records { cold: rows(R::PREFIX), hot: R::HOT.map(rows), kind: PhantomData }
    }

    /// The last key of a kind, whether its record reads or not.
    pub(crate) fn last_key<R: Record>(self) -> Result<Option<R::Key>> {
        let last = self.0.rows(keys_of(R::PREFIX, &[], None)).next_back().transpose()?;
        last.map(|(key, _)| decode_key::<R>(&key)).transpose()
    }

    /// How many records of a kind there are, damaged ones too.
    pub(crate) fn count<R: Record>(self) -> Result<u64> {
        self.0.rows(keys_of(R::PREFIX, &[], None)).try_fold(0, |count, row| row.map(|_| count + 1))
    }
}

/// Reads a record of which `row` answers the parts.
fn read<R: Record>(key: R::Key, row: impl Fn(&[u8]) -> Result<Option<Vec<u8>>>) -> Result<Option<R>> {
    let at = encode_key::<R>(key);
    let Some(bytes) = row(&at)? else { return Ok(None) };
    let hot = encode_hot_key::<R>(key).map(|at| row(&at)).transpose()?.flatten();
    decode(&at, &bytes, hot.as_deref()).map(Some)
}

/// An answer made of all that reads, and the names of damaged records that are not in it.
#[derive(Debug)]
pub(crate) struct Readable<T> {
    pub(crate) answer: T,
    pub(crate) skipped: Vec<String>,
}

/// Puts a damaged record among those that are skipped; other errors stay errors.
pub(crate) fn skip_damaged<T>(read: Result<T>, skipped: &mut Vec<String>) -> Result<Option<T>> {
    match read {
        Err(damage @ StoreError::Corrupt { .. }) => {
            skipped.push(damage.what());
            Ok(None)
        }
        read => read.map(Some),
    }
}

/// All keys with a prefix that begin with `within`, those up to `after` left out.
fn keys_of(prefix: u8, within: &[u8], after: Option<&[u8]>) -> Range<Vec<u8>> {
    let start: Vec<u8> = std::iter::once(prefix).chain(within.iter().copied()).collect();
    let mut end = start.clone();
    while end.pop_if(|last| *last == u8::MAX).is_some() {}
    let last = end.last_mut().expect("no prefix of a kind is 255");
    *last += 1;
    let next = |after: &[u8]| [&[prefix], after, &[0]].concat();
    let start = after.map(next).map_or(start.clone(), |next| next.max(start)).min(end.clone());
    start..end
}

/// See [`Stored::records`]. Both parts of a kind that has two are gone through side by side.
pub(crate) struct Records<'a, R> {
    cold: Peekable<Rows<'a>>,
    hot: Option<Peekable<Rows<'a>>>,
    kind: PhantomData<R>,
}

impl<R: Record> Iterator for Records<'_, R> {
    type Item = Result<(Vec<u8>, Result<R>)>;

    fn next(&mut self) -> Option<Self::Item> {
        let Some(hot) = &mut self.hot else {
            let row = self.cold.next()?;
            return Some(row.map(|(key, bytes)| {
                let record = decode(&key, &bytes, None);
                (key, record)
            }));
        };
        let order = match (self.cold.peek(), hot.peek()) {
            (_, Some(Err(_))) => return Some(Err(hot.next()?.err()?)),
            (Some(Ok((cold, _))), Some(Ok((hot, _)))) => cold[1..].cmp(&hot[1..]),
            (None, Some(_)) => Ordering::Greater,
            _ => Ordering::Less,
        };
        if order.is_gt() {
            return Some(hot.next()?.map(|(mut key, _)| {
                key[0] = R::PREFIX;
                let what = format!("half of {}", name::<R>(&key));
                (key, Err(StoreError::Corrupt { what }))
            }));
        }
        let hot = if order.is_eq() { hot.next()?.ok() } else { None };
        Some(self.cold.next()?.map(|(key, bytes)| {
            let record = decode(&key, &bytes, hot.as_ref().map(|(_, bytes)| &bytes[..]));
            (key, record)
        }))
    }
}

/// Changes that take effect together, and what is stored beneath them.
pub(crate) struct Draft<'a> {
    /// What is stored, without the changes.
    pub(crate) stored: Stored<'a>,
    changes: Changes,
    /// Rows of what is stored that were asked for one by one: none changes while this is drafted.
    read: RefCell<HashMap<Vec<u8>, Option<Vec<u8>>>>,
}

impl<'a> Draft<'a> {
    pub(crate) fn on(table: &'a dyn Table) -> Self {
        Self::with(table, Changes::new())
    }

    /// Changes that were drafted before.
    pub(crate) fn with(table: &'a dyn Table, changes: Changes) -> Self {
        Self { stored: Stored(table), changes, read: RefCell::default() }
    }

    /// The record as it is after the changes so far.
    pub(crate) fn get<R: Record>(&self, key: R::Key) -> Result<Option<R>> {
        read(key, |row| self.row(row))
    }

    fn row(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        if let Some(changed) = self.changes.get(key) {
            return Ok(changed.clone());
        }
        if let Some(known) = self.read.borrow().get(key) {
            return Ok(known.clone());
        }
        let row = self.stored.0.get(key)?;
        self.read.borrow_mut().insert(key.to_vec(), row.clone());
        Ok(row)
    }

    /// Writes a record; of one with a hot part the rest only if that is not there as it is.
    pub(crate) fn put<R: Record>(&mut self, key: R::Key, record: &R) {
        let at = encode_key::<R>(key);
        let Some(hot_at) = encode_hot_key::<R>(key) else {
            self.changes.insert(at, Some(encode(record)));
            return;
        };
        let mut cold = record.clone();
        let hot = encode_hot::<R>(&cold.cool());
        let cold = encode(&cold);
        self.changes.insert(hot_at, Some(hot));
        if !matches!(self.row(&at), Ok(Some(there)) if there == cold) {
            self.changes.insert(at, Some(cold));
        }
    }

    pub(crate) fn remove<R: Record>(&mut self, key: R::Key) {
        self.changes.insert(encode_key::<R>(key), None);
        if let Some(hot) = encode_hot_key::<R>(key) {
            self.changes.insert(hot, None);
        }
    }

    /// Keys of the records of a kind that were written, in order.
    pub(crate) fn written<R: Record>(&self) -> Result<Vec<R::Key>> {
        let of = |prefix| self.changes.range(keys_of(prefix, &[], None)).filter(|(_, value)| value.is_some());
        let keys = of(R::PREFIX).chain(R::HOT.into_iter().flat_map(of));
        let keys: BTreeSet<&[u8]> = keys.map(|(key, _)| &key[1..]).collect();
        keys.into_iter().map(|key| decode_key::<R>(&[&[R::PREFIX], key].concat())).collect()
    }

    pub(crate) fn into_changes(self) -> Changes {
        self.changes
    }
}
