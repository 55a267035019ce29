//! `stats`: how many records there are, and how many bytes they take.

use std::collections::BTreeMap;

use trackward_core::{Event, Evidence, RunRecord, StateName};

use crate::contract::Result;
use crate::draft::Stored;
use crate::folder::Folder;
use crate::journal::Position;
use crate::journal::segment::months_of;
use crate::maintenance::bytes_below;
use crate::maintenance::compaction::live_bytes;
use crate::record::{Counters, HostRecord, PageRecord};

/// Counts and sizes of a store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// Links by state.
    pub links: BTreeMap<StateName, u64>,
    /// Pages.
    pub pages: u64,
    /// Hosts.
    pub hosts: u64,
    /// Events.
    pub events: u64,
    /// Runs.
    pub runs: u64,
    /// Texts that prove something.
    pub evidence: u64,
    /// Lines of the journal.
    pub journal_lines: u64,
    /// Files of the journal, one a month.
    pub journal_months: u64,
    /// Bytes of the journal.
    pub journal_bytes: u64,
    /// Bytes of the database on disk.
    pub sled_bytes: u64,
    /// Bytes of its keys and values.
    pub live_bytes: u64,
}

impl Stats {
    /// Links in all states.
    pub fn all_links(&self) -> u64 {
        self.links.values().sum()
    }
}

/// See [`super::Maintenance::stats`].
pub(super) fn stats(folder: &Folder, stored: Stored<'_>) -> Result<Stats> {
    let counters = stored.get::<Counters>(Counters::KEY)?.unwrap_or_default();
    Ok(Stats {
        links: counters.links,
        pages: stored.count::<PageRecord>()?,
        hosts: stored.count::<HostRecord>()?,
        events: stored.count::<Event>()?,
        runs: stored.count::<RunRecord>()?,
        evidence: stored.count::<Evidence>()?,
        journal_lines: stored.get::<Position>(Position::KEY)?.unwrap_or_default().seq,
        journal_months: months_of(&folder.journal())?.len() as u64,
        journal_bytes: bytes_below(&folder.journal()),
        sled_bytes: bytes_below(&folder.sled()),
        live_bytes: live_bytes(stored)?,
    })
}
