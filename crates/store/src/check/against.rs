//! The journal by itself, and against the records that were made of it.

use std::collections::HashMap;
use std::path::Path;

use trackward_core::{Event, EventSeq, Link, RunRecord};

use crate::StoreError;
use crate::check::Faults;
use crate::codec::{encode, hex, name};
use crate::contract::Result;
use crate::draft::Stored;
use crate::journal::cold::Cold;
use crate::journal::{Entry, Line, Position, Reader, Token};
use crate::record::{PageRecord, Record};

/// Bytes of the longest key of a record that is journaled over and over: prefix and id.
const KEY: usize = 17;

/// Each record by its key, as the journal says last: a digest of its cold part. About 60 bytes of memory a record.
type Said = HashMap<[u8; KEY], u64>;

/// What is wrong between a journal and the records.
#[derive(Debug, Default)]
pub(crate) struct Against {
    /// Lines that read.
    pub(crate) read: u64,
    /// What is wrong with its lines.
    pub(crate) lines: Faults,
    /// What records are not as it says.
    pub(crate) records: Faults,
    /// Events that it does not hold.
    pub(crate) gaps: Faults,
}

/// Checks all lines of the journal, and that the records are as it says.
///
/// # Errors
/// When either cannot be read, or a later release wrote it.
pub(crate) fn check_journal(dir: &Path, stored: Stored<'_>) -> Result<Against> {
    let mut check = Check::of(stored);
    let mut reader = Reader::whole(dir)?;
    let (read, lines) = each_line(&mut reader, |line| check.take(line))?;
    let end = reader.end();
    let seen = stored.get::<Position>(Position::KEY)?.unwrap_or_default();
    check.faults.expect(seen == end, || {
        format!("the database has seen the journal's line {}, its last one is {}", seen.seq, end.seq)
    });
    check.each::<Link>()?;
    check.each::<PageRecord>()?;
    check.each::<RunRecord>()?;
    check.left_over();
    check.last_event()?;
    Ok(Against { read, lines, records: check.faults, gaps: check.gaps })
}

/// Checks the lines of the journal by themselves; answers how many read, and what is wrong.
///
/// # Errors
/// When they cannot be read, or a later release wrote them.
pub(crate) fn check_lines(dir: &Path) -> Result<(u64, Faults)> {
    each_line(&mut Reader::whole(dir)?, |_| Ok(()))
}

fn each_line(reader: &mut Reader, mut take: impl FnMut(Line) -> Result<()>) -> Result<(u64, Faults)> {
    let (mut read, mut faults) = (0, Faults::default());
    while let Some(token) = reader.next()? {
        match token {
            Token::Line(line) => {
                read += 1;
                take(line)?;
            }
            Token::Damaged(what) => faults.add(what),
            Token::Torn => faults.add("the last line of the journal is not whole"),
        }
    }
    Ok((read, faults))
}

struct Check<'a> {
    stored: Stored<'a>,
    said: Said,
    /// The last number that an event had.
    events: u64,
    faults: Faults,
    gaps: Faults,
}

impl<'a> Check<'a> {
    fn of(stored: Stored<'a>) -> Self {
        Self { stored, said: Said::new(), events: 0, faults: Faults::default(), gaps: Faults::default() }
    }

    fn take(&mut self, line: Line) -> Result<()> {
        for entry in line.put {
            let key = pad(&entry.key());
            match entry {
                Entry::Link(known) => drop(self.said.insert(key, digest(&*known))),
                Entry::Page(page) => drop(self.said.insert(key, digest(&PageRecord::from(*page)))),
                Entry::Run(run) => drop(self.said.insert(key, digest(&*run))),
                Entry::Event(event) => self.event(event.seq, &event.event)?,
                Entry::Host(_) => {} // a rest that may be over by now
            }
        }
        Ok(())
    }

    fn event(&mut self, seq: EventSeq, event: &Event) -> Result<()> {
        let next = self.events + 1;
        self.gaps.expect(seq.0 == next, || format!("event {next} is not in the journal, {seq} is"));
        self.events = seq.0;
        let stored = match self.stored.get::<Event>(seq) {
            Err(StoreError::Corrupt { .. }) => return Ok(()), // named with the records
            read => read?,
        };
        let fits = stored.as_ref() == Some(event);
        self.faults.expect(fits, || format!("event {seq} is not as the journal says"));
        Ok(())
    }

    /// Compares the records of a kind with what was said of them.
    fn each<R: Record + Cold>(&mut self) -> Result<()> {
        for row in self.stored.records::<R>(&[], None) {
            let (key, record) = row?;
            let said = self.said.remove(&pad(&key));
            let Ok(record) = record else { continue };
            match said {
                None => self.faults.add(format!("{} is not in the journal", name::<R>(&key))),
                Some(said) if said != digest(&record) => {
                    self.faults.add(format!("{} is not as the journal says", name::<R>(&key)));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// What the journal says and no record does.
    fn left_over(&mut self) {
        let mut keys: Vec<_> = self.said.keys().copied().collect();
        keys.sort_unstable();
        for key in keys {
            let kind = match key[0] {
                Link::PREFIX => Link::NAME,
                PageRecord::PREFIX => PageRecord::NAME,
                _ => RunRecord::NAME,
            };
            self.faults.add(format!("{kind} {} of the journal is missing", hex(&key[1..])));
        }
    }

    fn last_event(&mut self) -> Result<()> {
        if let Some(last) = self.stored.last_key::<Event>()? {
            let said = EventSeq(self.events);
            let why = || format!("event {last} is not in the journal, which ends at {said}");
            self.faults.expect(last <= said, why);
        }
        Ok(())
    }
}

fn pad(key: &[u8]) -> [u8; KEY] {
    let mut padded = [0; KEY];
    let length = key.len().min(KEY);
    padded[..length].copy_from_slice(&key[..length]);
    padded
}

fn digest<R: Record + Cold>(record: &R) -> u64 {
    let hash = blake3::hash(&encode(&record.cold()));
    u64::from_be_bytes(*hash.as_bytes().first_chunk().expect("a hash has 32 bytes"))
}
