//! The journal by itself, and against the records that were made of it.

use std::collections::HashMap;
use std::path::Path;

use trackward_core::{Event, EventSeq, Link, OptOut, RunRecord, Visits};

use crate::StoreError;
use crate::check::Faults;
use crate::codec::{encode, hex, name};
use crate::contract::Result;
use crate::draft::Stored;
use crate::journal::cold::Cold;
use crate::journal::{Entry, Line, Position, Reader, Token};
use crate::record::{PageRecord, Record, Tally};

/// Bytes of the longest key of a record that is journaled over and over: prefix and id.
const KEY: usize = 17;

/// Records compared in one pass over the journal: so many digests are held at once, in some 30 MB.
const RECORDS_A_PASS: u64 = 800_000;

/// Each record by its key, as the journal says last: a digest of its cold part.
type Said = HashMap<[u8; KEY], [u8; 8]>;

/// Which of the records a pass compares: those whose page or link hashes to it.
#[derive(Clone, Copy)]
struct Part {
    number: u64,
    of: u64,
}

impl Part {
    fn holds(self, key: &[u8]) -> bool {
        // Behind the prefix and the host's eight bytes: so the pages of one large host are spread too.
        let hash = key.get(9..13).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_be_bytes);
        u64::from(hash) % self.of == self.number
    }
}

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
/// A large store's journal is read several times, so that memory does not grow with the store.
///
/// # Errors
/// When either cannot be read, or a later release wrote it.
pub(crate) fn check_journal(dir: &Path, stored: Stored<'_>) -> Result<Against> {
    let records = stored.count::<Link>()?
        + stored.count::<PageRecord>()?
        + stored.count::<RunRecord>()?
        + stored.count::<Visits>()?;
    check_in_parts(dir, stored, records.div_ceil(RECORDS_A_PASS).max(1))
}

fn check_in_parts(dir: &Path, stored: Stored<'_>, parts: u64) -> Result<Against> {
    let mut check = Check::of(stored);
    let mut reader = Reader::whole(dir)?;
    let first = Part { number: 0, of: parts };
    let (read, lines) = each_line(&mut reader, |line| check.take(line, first, true))?;
    let end = reader.end();
    let seen = stored.get::<Position>(Position::KEY)?.unwrap_or_default();
    check.faults.expect(seen == end, || {
        format!("the database has seen the journal's line {}, its last one is {}", seen.seq, end.seq)
    });
    check.compare(first)?;
    for number in 1..parts {
        let part = Part { number, of: parts };
        each_line(&mut Reader::whole(dir)?, |line| check.take(line, part, false))?;
        check.compare(part)?;
    }
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

    /// Takes in what a line says of the records of a part, and of events in the pass that checks them.
    fn take(&mut self, line: Line, part: Part, with_events: bool) -> Result<()> {
        for entry in line.put {
            let key = entry.key();
            let digest = match entry {
                Entry::Event(event) if with_events => {
                    self.event(event.seq, &event.event)?;
                    continue;
                }
                Entry::Link(known) if part.holds(&key) => digest(&*known),
                Entry::Page(page) if part.holds(&key) => digest(&PageRecord::from(*page)),
                Entry::Run(run) if part.holds(&key) => digest(&*run),
                Entry::OptOut(wish) if part.holds(&key) => digest(&*wish),
                Entry::Visits { visits, .. } if part.holds(&key) => digest(&visits),
                Entry::Tally(tally) if part.holds(&key) => digest(&*tally),
                // Of another part; or a host's rest, which may be over by now.
                _ => continue,
            };
            self.said.insert(pad(&key), digest);
        }
        Ok(())
    }

    /// Compares all records of a part with what was said of them.
    fn compare(&mut self, part: Part) -> Result<()> {
        self.each::<Link>(part)?;
        self.each::<PageRecord>(part)?;
        self.each::<RunRecord>(part)?;
        self.each::<OptOut>(part)?;
        self.each::<Visits>(part)?;
        self.each::<Tally>(part)?;
        self.left_over();
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

    fn each<R: Record + Cold>(&mut self, part: Part) -> Result<()> {
        for row in self.stored.records::<R>(&[], None) {
            let (key, record) = row?;
            if !part.holds(&key) {
                continue;
            }
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
        let mut keys: Vec<_> = self.said.drain().map(|(key, _)| key).collect();
        keys.sort_unstable();
        for key in keys {
            let kind = match key[0] {
                Link::PREFIX => Link::NAME,
                PageRecord::PREFIX => PageRecord::NAME,
                OptOut::PREFIX => OptOut::NAME,
                Visits::PREFIX => Visits::NAME,
                Tally::PREFIX => Tally::NAME,
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

fn digest<R: Record + Cold>(record: &R) -> [u8; 8] {
    let hash = blake3::hash(&encode(&record.cold()));
    *hash.as_bytes().first_chunk().expect("a hash has 32 bytes")
}

#[cfg(test)]
mod tests {
    use trackward_core::PageId;

    use super::*;
    use crate::draft::Draft;
    use crate::golden;
    use crate::journal::Journal;
    use crate::journal::entry::entries_of;
    use crate::journal::writer::open_file;
    use crate::memory::MemoryTable;
    use crate::table::Table;

    #[test]
    fn several_passes_find_what_one_finds() {
        let dir = tempfile::tempdir().unwrap();
        let mut table = MemoryTable::default();
        let mut draft = Draft::on(&table);
        draft.put(golden::link().id, &golden::link());
        draft.put(PageId::of(&golden::page_record().url), &golden::page_record());
        draft.put(golden::run().id, &golden::run());
        let (entries, at) = entries_of(&draft).unwrap();
        let changes = draft.into_changes();
        table.apply(changes).unwrap();
        Journal::new(dir.path(), Position::default(), Box::new(open_file))
            .unwrap()
            .append(at, entries)
            .unwrap();
        let faults = |table: &MemoryTable, parts| {
            let against = check_in_parts(dir.path(), Stored(table), parts).unwrap();
            let mut named = against.records.named;
            named.sort();
            (against.read, named)
        };
        let whole = faults(&table, 1);
        assert_eq!(whole.1.len(), 1, "only the place is not written down: {whole:?}");
        let mut draft = Draft::on(&table);
        draft.put(golden::link().id, &Link { note: Some("other".into()), ..golden::link() });
        draft.remove::<PageRecord>(PageId::of(&golden::page_record().url));
        let changes = draft.into_changes();
        table.apply(changes).unwrap();
        let damaged = faults(&table, 1);
        assert_eq!(damaged.1.len(), 3, "{damaged:?}");
        for parts in [2, 3, 7] {
            assert_eq!(faults(&table, parts), damaged, "{parts} passes");
        }
    }
}
