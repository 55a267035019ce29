//! Every fallible call of a small run fails once: nothing that was acknowledged is lost, nothing is half there.

use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::{fs::File, io};

use trackward_core::{Act, Deed, EventSeq, RunScope, StateName};

use crate::check::{check_journal, check_records};
use crate::conformance::scene::{batch, hour, lost, request, watch};
use crate::contract::Result;
use crate::directory::open_private;
use crate::draft::Stored;
use crate::journal::replay::replay;
use crate::journal::writer::{Segment, cut_off_after};
use crate::journal::{Journal, Position, Reader};
use crate::journaled::Journaled;
use crate::ledger::Ledger;
use crate::local::Local;
use crate::memory::MemoryTable;
use crate::table::{Changes, Rows, Table};
use crate::{EventQuery, LinkQuery, Store, StoreError};

/// Counts fallible calls down; one of them fails.
#[derive(Clone, Default)]
struct Fate(Arc<AtomicU64>);

impl Fate {
    /// Fails at the `n`-th call from now on; 0 for never.
    fn strike_at(&self, n: u64) {
        self.0.store(n, Ordering::SeqCst);
    }

    fn call(&self) -> io::Result<()> {
        let left = self.0.load(Ordering::SeqCst);
        self.0.store(left.saturating_sub(1), Ordering::SeqCst);
        if left == 1 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn has_struck(&self) -> bool {
        self.0.load(Ordering::SeqCst) == 0
    }
}

/// A table that outlives its process, and may fail to change.
#[derive(Clone, Default)]
struct Disk {
    table: Arc<Mutex<MemoryTable>>,
    fate: Fate,
}

impl Table for Disk {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.table.lock().unwrap().get(key)
    }

    fn rows(&self, keys: Range<Vec<u8>>) -> Rows<'_> {
        let rows: Vec<_> = self.table.lock().unwrap().rows(keys).collect();
        Box::new(rows.into_iter())
    }

    fn apply(&mut self, changes: Changes) -> Result<()> {
        self.fate.call().map_err(StoreError::io("write", Path::new("the table")))?;
        self.table.lock().unwrap().apply(changes)
    }
}

/// A segment whose writing, syncing or cutting may fail; a failed write leaves half a line.
struct Page(File, Fate);

impl Segment for Page {
    fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.1.call() {
            Ok(()) => self.0.add(bytes),
            struck => self.0.add(&bytes[..bytes.len() / 2]).and(struck),
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        self.1.call()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.1.call()?;
        self.0.cut(length)
    }
}

#[derive(Debug)]
struct Tortured(Arc<Ledger>);

impl Local for Tortured {
    fn ledger(&self) -> &Arc<Ledger> {
        &self.0
    }
}

/// Opens as a store is opened: what the table has not seen of the journal is put back.
fn open(disk: &Disk, dir: &Path) -> Result<Tortured> {
    let mut table = disk.clone();
    let seen = Stored(&table).get::<Position>(Position::KEY)?.unwrap_or_default();
    let reader = Reader::after(dir, seen)?.expect("the table never sees more than the journal holds");
    let replayed = replay(&mut table, reader)?;
    assert!(replayed.damaged.is_empty(), "{replayed:?}");
    let end = Stored(&table).get::<Position>(Position::KEY)?.unwrap_or_default();
    if replayed.torn {
        cut_off_after(dir, end)?;
    }
    let fate = disk.fate.clone();
    let open_page = move |path: &Path| -> io::Result<Box<dyn Segment>> {
        fate.call()?;
        Ok(Box::new(Page(open_private(path)?, fate.clone())))
    };
    let journal = Journal::new(dir, end, Box::new(open_page))?;
    Ok(Tortured(Ledger::open(Box::new(Journaled::new(Box::new(table), journal)), None)?))
}

/// What was acknowledged.
#[derive(Debug, Default)]
struct Acknowledged {
    links: usize,
    events: u64,
    archived: bool,
}

/// A small run with a call of each kind; goes on until one fails.
async fn run(store: &dyn Store, done: &mut Acknowledged) -> Result<()> {
    let pages = ["https://a.example/1", "https://b.example/1", "https://b.example/2"];
    let added = store.add(pages.map(watch).to_vec(), hour(0)).await?;
    done.links = added.len();
    store.begin_run(RunScope::All, hour(0)).await?;
    for day in 0..2 {
        for work in store.lease_hosts(request(hour(24 * day))).await? {
            let pages = work.pages.iter().map(|page| lost(page, hour(24 * day))).collect();
            let committed = store.commit(batch(&work, pages, true)).await?;
            done.events = committed.events.map_or(done.events, |(_, EventSeq(last))| last);
        }
    }
    store.amend(vec![Act { link: added[0].link, deed: Deed::Archive, at: hour(50) }]).await?;
    done.archived = true;
    done.events += 1;
    Ok(())
}

/// What holds whenever a store is opened again.
async fn holds(disk: &Disk, dir: &Path, done: &Acknowledged, n: u64) {
    let store = open(disk, dir).unwrap();
    let links = store.links(LinkQuery::default()).await.unwrap().rows;
    let events = store.events(EventQuery::default()).await.unwrap().rows;
    assert!(links.len() >= done.links && events.len() as u64 >= done.events, "call {n}: {done:?}");
    for row in &links {
        let of_link = events.iter().filter(|(_, event)| event.link == Some(row.link.id)).count();
        let state = row.link.state.name();
        assert_eq!(
            of_link == 0,
            state == StateName::Imported,
            "call {n}: a state without its event, or the reverse"
        );
    }
    for (_, event) in &events {
        if let Some(hash) = event.evidence {
            assert!(store.evidence(hash).await.unwrap().is_some(), "call {n}: an event without its text");
        }
    }
    assert!(!done.archived || links.iter().any(|row| row.link.state.name() == StateName::Archived));
    let records = check_records(Stored(disk)).unwrap();
    assert!(records.faults.is_empty() && records.gaps.is_empty(), "call {n}: {records:?}");
    let against = check_journal(dir, Stored(disk)).unwrap();
    assert!(against.lines.is_empty() && against.records.is_empty(), "call {n}: {against:?}");
}

#[tokio::test]
async fn whichever_call_fails_what_was_acknowledged_is_there_and_the_run_can_be_done_again() {
    let mut calls = 0;
    for n in 1.. {
        let dir = tempfile::tempdir().unwrap();
        let disk = Disk::default();
        disk.fate.strike_at(n);
        let mut done = Acknowledged::default();
        let failed = match open(&disk, dir.path()) {
            Ok(store) => run(&store, &mut done).await.is_err(),
            Err(_) => true,
        };
        let struck = disk.fate.has_struck();
        disk.fate.strike_at(0);
        assert_eq!(failed, struck, "call {n}: a failure is told, and nothing else is one");
        holds(&disk, dir.path(), &done, n).await;
        if !struck {
            break;
        }
        calls = n;
        let mut again = Acknowledged::default();
        let run = run(&open(&disk, dir.path()).unwrap(), &mut again).await;
        assert!(run.is_ok() || matches!(run, Err(StoreError::Act(_))), "call {n}: {run:?}");
        holds(&disk, dir.path(), &again, n).await;
    }
    assert!(calls > 20, "every step of a commit is reached: {calls}");
}
