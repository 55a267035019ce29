//! `export`: all records as lines of JSON, and the form of those lines.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use trackward_core::{
    Candidate, Claims, Event, EventSeq, Evidence, HostState, Link, LinkId, OptOut, RunRecord, Schedule,
    Visits,
};

use crate::StoreError;
use crate::contract::Result;
use crate::directory::{open_private, sync_directory};
use crate::draft::Stored;
use crate::record::{Hearsay, HostRecord, PageRecord, Subjects, Tally};
use crate::schedule::schedule;

/// Version of the lines this release writes.
pub(super) const VERSION: u32 = 1;

/// What was exported or imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Records.
    pub records: u64,
    /// blake3 of all lines but the last, as hexadecimal digits.
    pub hash: String,
}

/// The first line.
#[derive(Serialize, Deserialize)]
pub(super) struct Header {
    /// Version of the lines.
    pub(super) trackward_export: u32,
}

/// The last line.
#[derive(Serialize, Deserialize)]
pub(super) struct Trailer {
    pub(super) records: u64,
    pub(super) blake3: String,
}

/// Every other line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Exhibit {
    Link(Box<Link>),
    Page(Box<PageRecord>),
    Host(Box<HostState>),
    Claims { link: LinkId, claims: Claims },
    Event { seq: EventSeq, event: Box<Event> },
    Evidence { evidence: Evidence, about: Subjects },
    Run(Box<RunRecord>),
    Schedule(Box<Schedule>),
    OptOut(Box<OptOut>),
    Candidate(Box<Candidate>),
    Visits { link: LinkId, visits: Visits },
    Tally(Box<Tally>),
}

/// See [`super::Maintenance::export`].
pub(super) fn export(stored: Stored<'_>, file: &Path) -> Result<Exported> {
    let part = file.with_added_extension("part");
    let written = write(stored, &part).and_then(|exported| {
        fs::rename(&part, file).map_err(StoreError::io("write", file))?;
        let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
        sync_directory(dir).map_err(StoreError::io("write", dir))?;
        Ok(exported)
    });
    if written.is_err() {
        // Best effort: what was there before is untouched.
        let _ = fs::remove_file(&part);
    }
    written
}

fn write(stored: Stored<'_>, part: &Path) -> Result<Exported> {
    let open = open_private(part).and_then(|file| file.set_len(0).map(|()| file));
    let mut out = Out {
        file: BufWriter::new(open.map_err(StoreError::io("write", part))?),
        path: part,
        hasher: blake3::Hasher::new(),
        records: 0,
    };
    out.line(&Header { trackward_export: VERSION })?;
    for exhibit in exhibits(stored) {
        out.line(&exhibit?)?;
        out.records += 1;
    }
    out.finish()
}

/// A file with all lines so far.
struct Out<'a> {
    file: BufWriter<File>,
    path: &'a Path,
    hasher: blake3::Hasher,
    records: u64,
}

impl Out<'_> {
    fn line(&mut self, line: &impl Serialize) -> Result<()> {
        let mut bytes = serde_json::to_vec(line)
            .map_err(|_| StoreError::Corrupt { what: "a record that JSON cannot hold".into() })?;
        bytes.push(b'\n');
        self.hasher.update(&bytes);
        self.file.write_all(&bytes).map_err(StoreError::io("write", self.path))
    }

    fn finish(mut self) -> Result<Exported> {
        let hash = self.hasher.finalize().to_hex().to_string();
        let records = self.records;
        self.line(&Trailer { records, blake3: hash.clone() })?;
        let synced = self.file.into_inner().map_err(std::io::IntoInnerError::into_error);
        synced.and_then(|file| file.sync_all()).map_err(StoreError::io("write", self.path))?;
        Ok(Exported { records, hash })
    }
}

fn exhibits(stored: Stored<'_>) -> impl Iterator<Item = Result<Exhibit>> + use<'_> {
    let links = stored.scan::<Link>(&[], None).map(|row| Ok(Exhibit::Link(Box::new(row?.1))));
    let pages = stored.scan::<PageRecord>(&[], None).map(|row| Ok(Exhibit::Page(Box::new(row?.1))));
    let hosts = stored.scan::<HostRecord>(&[], None).map(|row| Ok(Exhibit::Host(Box::new(row?.1.state))));
    let claims = stored.scan::<Hearsay>(&[], None).map(|row| {
        let (link, Hearsay(claims)) = row?;
        Ok(Exhibit::Claims { link, claims })
    });
    let events = stored.scan::<Event>(&[], None).map(|row| {
        let (seq, event) = row?;
        Ok(Exhibit::Event { seq, event: Box::new(event) })
    });
    let texts = stored.scan::<Subjects>(&[], None).filter_map(move |row| match row {
        Ok((key, about)) => {
            let text = stored.get::<Evidence>(key.1).transpose()?;
            Some(text.map(|evidence| Exhibit::Evidence { evidence, about }))
        }
        Err(error) => Some(Err(error)),
    });
    let runs = stored.scan::<RunRecord>(&[], None).map(|row| Ok(Exhibit::Run(Box::new(row?.1))));
    let wishes = stored.scan::<OptOut>(&[], None).map(|row| Ok(Exhibit::OptOut(Box::new(row?.1))));
    let candidates = stored.scan::<Candidate>(&[], None).map(|row| Ok(Exhibit::Candidate(Box::new(row?.1))));
    let visits = stored.scan::<Visits>(&[], None).map(|row| {
        let (link, visits) = row?;
        Ok(Exhibit::Visits { link, visits })
    });
    let tallies = stored.scan::<Tally>(&[], None).map(|row| Ok(Exhibit::Tally(Box::new(row?.1))));
    let learned = schedule(stored)
        .map(|schedule| (schedule != Schedule::default()).then(|| Exhibit::Schedule(Box::new(schedule))));
    links
        .chain(pages)
        .chain(hosts)
        .chain(claims)
        .chain(events)
        .chain(texts)
        .chain(runs)
        .chain(wishes)
        .chain(candidates)
        .chain(visits)
        .chain(tallies)
        .chain(learned.transpose())
}
