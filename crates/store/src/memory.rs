//! State in memory, gone with the process: for tests and for embedding.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::contract::Result;
use crate::ledger::Ledger;
use crate::local::Local;
use crate::table::{Changes, Rows, Table};

/// State in memory, gone when it is dropped.
#[derive(Debug)]
pub struct MemoryStore(pub(crate) Arc<Ledger>);

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        let ledger = Ledger::open(Box::new(MemoryTable::default()), None);
        Self(ledger.expect("an empty table in memory has nothing that could be damaged"))
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl Local for MemoryStore {
    fn ledger(&self) -> &Arc<Ledger> {
        &self.0
    }
}

#[derive(Default)]
pub(crate) struct MemoryTable(BTreeMap<Vec<u8>, Vec<u8>>);

impl Table for MemoryTable {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(self.0.get(key).cloned())
    }

    fn rows(&self, keys: Range<Vec<u8>>) -> Rows<'_> {
        Box::new(self.0.range(keys).map(|(key, value)| Ok((key.clone(), value.clone()))))
    }

    fn apply(&mut self, changes: Changes) -> Result<()> {
        for (key, value) in changes {
            match value {
                Some(value) => self.0.insert(key, value),
                None => self.0.remove(&key),
            };
        }
        Ok(())
    }
}
