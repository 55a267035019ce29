//! The seam between what a store does and where its bytes lie.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::contract::Result;

/// Rows to be written, or removed where there is no value.
pub(crate) type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// Rows of a table in the order of their keys, from either end.
pub(crate) type Rows<'a> = Box<dyn DoubleEndedIterator<Item = Result<(Vec<u8>, Vec<u8>)>> + 'a>;

/// Keys and values in order: a map in memory, or a sled tree.
pub(crate) trait Table: Send {
    /// The value of a key.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>>;

    /// The rows whose keys lie in the range.
    fn rows(&self, keys: Range<Vec<u8>>) -> Rows<'_>;

    /// Makes all changes or none; they are durable when it returns.
    fn apply(&mut self, changes: Changes) -> Result<()>;

    /// Whoever opens it next is not to take it on trust: rows of it were found damaged.
    fn distrust(&mut self) {}
}
