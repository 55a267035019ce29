//! A table whose changes go to a journal first.

use std::ops::Range;

use trackward_core::Evidence;

use crate::StoreError;
use crate::codec::{encode, encode_key};
use crate::contract::Result;
use crate::draft::Draft;
use crate::journal::entry::entries_of;
use crate::journal::{Journal, Position};
use crate::record::{Record, Subjects};
use crate::table::{Changes, Rows, Table};

/// A table, and the journal that holds what of it must never be lost.
pub(crate) struct Journaled {
    table: Box<dyn Table>,
    journal: Journal,
    /// A change is not in the table as it should be: it must be opened again before it takes more.
    is_behind: bool,
}

impl Journaled {
    /// A table that has seen all lines of its journal.
    pub(crate) fn new(table: Box<dyn Table>, journal: Journal) -> Self {
        Self { table, journal, is_behind: false }
    }

    fn apply_or_fall_behind(&mut self, changes: Changes) -> Result<()> {
        self.table.apply(changes).inspect_err(|_| self.is_behind = true)
    }
}

impl Table for Journaled {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.table.get(key)
    }

    fn rows(&self, keys: Range<Vec<u8>>) -> Rows<'_> {
        self.table.rows(keys)
    }

    fn distrust(&mut self) {
        self.table.distrust();
    }

    /// What is worth no line goes to the table alone. Texts that prove something are written before the line
    /// that names them: an event whose text never was there could not be told from one whose text was erased.
    fn apply(&mut self, changes: Changes) -> Result<()> {
        if self.is_behind {
            return Err(StoreError::Behind);
        }
        let draft = Draft::with(&*self.table, changes);
        let (entries, at) = entries_of(&draft)?;
        let mut changes = draft.into_changes();
        if entries.is_empty() {
            return self.apply_or_fall_behind(changes);
        }
        let texts: Changes = changes.extract_if(.., |key, _| is_of_evidence(key)).collect();
        if !texts.is_empty() {
            self.apply_or_fall_behind(texts)?;
        }
        let end = self.journal.append(at, entries)?;
        changes.insert(encode_key::<Position>(Position::KEY), Some(encode(&end)));
        self.apply_or_fall_behind(changes)
    }
}

fn is_of_evidence(key: &[u8]) -> bool {
    matches!(key.first(), Some(&Evidence::PREFIX | &Subjects::PREFIX))
}
