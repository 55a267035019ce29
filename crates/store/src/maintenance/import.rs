//! `import`: what was exported, into a store that is empty.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use trackward_core::{Event, Link, PageId, RunRecord};

use crate::StoreError;
use crate::contract::Result;
use crate::draft::{Draft, Stored};
use crate::folder::{Folder, remove};
use crate::key::HostId;
use crate::ledger::{RECORDS_AT_ONCE, off_loop};
use crate::maintenance::export::{Exhibit, Exported, Header, Trailer, VERSION};
use crate::opening::{open_table, remember};
use crate::record::{HAZARDS, Hearsay, HostRecord, PRICING, PageRecord, Tenure};
use crate::seeding::seed;
use crate::sled_table::SledTable;
use crate::table::Table;

/// Exported records put in at once: a page changes four.
const EXHIBITS_AT_ONCE: usize = RECORDS_AT_ONCE / 4;

/// See [`super::Maintenance::import`].
pub(super) async fn import(folder: &Folder, file: PathBuf) -> Result<Exported> {
    let table = open_table(folder).await?;
    let here = folder.clone();
    off_loop(move || {
        if !is_empty(Stored(&table))? {
            let why = "the store is not empty; name a folder that is with --store".into();
            return Err(StoreError::Import { path: file, why });
        }
        drop(table);
        let imported = read_beside(&here, &file)?;
        // The journal last: a database that has seen more than it is taken for whole.
        remove(&here.sled())?;
        here.put_in_place(&here.new_sled(), &here.sled())?;
        remove(&here.journal())?;
        here.put_in_place(&here.new_journal(), &here.journal())?;
        drop(SledTable::open_sealed(here.path(), &here.sled())?);
        Ok(imported)
    })
    .await
}

fn is_empty(stored: Stored<'_>) -> Result<bool> {
    let links = stored.scan::<Link>(&[], None).next().transpose()?;
    let events = stored.scan::<Event>(&[], None).next().transpose()?;
    let runs = stored.scan::<RunRecord>(&[], None).next().transpose()?;
    Ok(links.is_none() && events.is_none() && runs.is_none())
}

/// Makes a database and a journal beside the present ones; they are whole when this answers.
fn read_beside(folder: &Folder, file: &Path) -> Result<Exported> {
    let mut new = SledTable::open(&folder.new_sled())?;
    let imported = read(file, &mut new)?;
    let end = seed(folder, Stored(&new))?;
    remember(&mut new, end)?;
    Ok(imported)
}

/// Puts all records of a file into a table; answers once number and hash fit.
fn read(path: &Path, table: &mut dyn Table) -> Result<Exported> {
    let refuse = |why: &str| StoreError::Import { path: path.to_owned(), why: why.into() };
    let cut = || refuse("it ends too early");
    let file = File::open(path).map_err(StoreError::io("open", path))?;
    let mut lines = Lines { file: BufReader::new(file), path, hasher: blake3::Hasher::new() };
    let header = lines.next()?.ok_or_else(cut)?;
    match serde_json::from_slice::<Header>(&header) {
        Ok(header) if header.trackward_export == VERSION => {}
        Ok(header) => {
            let found = header.trackward_export;
            return Err(StoreError::Newer { what: path.display().to_string(), found, known: VERSION });
        }
        Err(_) => return Err(refuse("it is no export of trackward")),
    }
    let mut records = 0;
    let mut some = Vec::new();
    loop {
        let hash = lines.hasher.finalize().to_hex().to_string();
        let line = lines.next()?.ok_or_else(cut)?;
        let Ok(exhibit) = serde_json::from_slice::<Exhibit>(&line) else {
            let trailer: Trailer = serde_json::from_slice(&line)
                .map_err(|_| refuse(&format!("its record {} does not read", records + 1)))?;
            if trailer.records != records || trailer.blake3 != hash || lines.next()?.is_some() {
                return Err(refuse("it was changed after it was exported"));
            }
            put(table, some)?;
            return Ok(Exported { records, hash });
        };
        records += 1;
        some.push(exhibit);
        if some.len() == EXHIBITS_AT_ONCE {
            put(table, std::mem::take(&mut some))?;
        }
    }
}

/// The lines of a file, hashed as they are read.
struct Lines<'a> {
    file: BufReader<File>,
    path: &'a Path,
    hasher: blake3::Hasher,
}

impl Lines<'_> {
    fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        self.file.read_until(b'\n', &mut line).map_err(StoreError::io("read", self.path))?;
        self.hasher.update(&line);
        Ok((!line.is_empty()).then_some(line))
    }
}

fn put(table: &mut dyn Table, exhibits: Vec<Exhibit>) -> Result<()> {
    let mut draft = Draft::on(table);
    for exhibit in exhibits {
        put_one(&mut draft, exhibit)?;
    }
    let changes = draft.into_changes();
    table.apply(changes)
}

fn put_one(draft: &mut Draft<'_>, exhibit: Exhibit) -> Result<()> {
    match exhibit {
        Exhibit::Link(link) => draft.put_link(&link)?,
        Exhibit::Page(page) => draft.put_page(PageId::of(&page.url), PageRecord { joined: 0, ..*page })?,
        Exhibit::Host(state) => {
            // Whoever exported may have asked it just now.
            let id = HostId::of(&state.host);
            draft.put(id, &HostRecord { state: *state, epoch: 0, lease: Some(Tenure::ENDED) });
        }
        Exhibit::Claims { link, claims } => draft.put(link, &Hearsay(claims)),
        Exhibit::Event { seq, event } => {
            draft.put_event(seq, &event);
            draft.count_events_to(seq)?;
        }
        Exhibit::Evidence { evidence, about } => {
            let hash = evidence.hash().to_bytes();
            draft.put((evidence.at, hash), &about);
            draft.put(hash, &evidence);
        }
        Exhibit::OptOut(wish) => draft.put(HostId::of(&wish.host), &*wish),
        Exhibit::Candidate(candidate) => draft.put(candidate.key(), &*candidate),
        Exhibit::Visits { link, visits } => draft.put(link, &visits),
        Exhibit::Tally(tally) => draft.put(HostId::of(&tally.site), &*tally),
        Exhibit::Run(run) => draft.put(run.id, &*run),
        Exhibit::Schedule(schedule) => {
            draft.put(HAZARDS, &schedule.hazards);
            draft.put(PRICING, &schedule.pricing);
        }
    }
    Ok(())
}
