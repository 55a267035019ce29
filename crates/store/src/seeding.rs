//! Writing a journal from what a database holds: for a store from before the journal, and in place of a damaged one.

use jiff::Timestamp;
use trackward_core::{Event, Link, OptOut, RunRecord, Schedule, Visits};

use crate::contract::Result;
use crate::draft::Stored;
use crate::folder::Folder;
use crate::journal::entry::{Entry, EventEntry, HostEntry, is_long_rest};
use crate::journal::writer::open_file;
use crate::journal::{Journal, Position};
use crate::record::{HostRecord, PageRecord, Tally};
use crate::schedule::schedule;

/// Records in a line.
const RECORDS_A_LINE: usize = 250;

/// Writes all that a journal holds of these records into a new one beside its place; answers its end.
pub(crate) fn seed(folder: &Folder, stored: Stored<'_>) -> Result<Position> {
    let latest = latest(stored)?;
    let mut journal = Journal::new(&folder.new_journal(), Position::default(), Box::new(open_file))?;
    let mut line = Vec::new();
    for entry in entries(stored, latest) {
        line.push(entry?);
        if line.len() == RECORDS_A_LINE {
            journal.append(latest, std::mem::take(&mut line))?;
        }
    }
    if !line.is_empty() {
        journal.append(latest, line)?;
    }
    Ok(journal.end())
}

/// All records that are journaled, links first.
fn entries(stored: Stored<'_>, latest: Option<Timestamp>) -> impl Iterator<Item = Result<Entry>> + use<'_> {
    let links = stored.scan::<Link>(&[], None).map(|row| Ok(Entry::Link(Box::new(row?.1))));
    let pages = stored.scan::<PageRecord>(&[], None).map(|row| Ok(Entry::Page(Box::new(row?.1.into()))));
    let events = stored.scan::<Event>(&[], None).map(|row| {
        let (seq, event) = row?;
        Ok(Entry::Event(Box::new(EventEntry { seq, event })))
    });
    let runs = stored.scan::<RunRecord>(&[], None).map(|row| Ok(Entry::Run(Box::new(row?.1))));
    let hosts = stored.scan::<HostRecord>(&[], None).filter_map(move |row| {
        let state = match row {
            Ok((_, host)) => host.state,
            Err(error) => return Some(Err(error)),
        };
        is_long_rest(state.free_at, latest)
            .then_some(Ok(Entry::Host(HostEntry { host: state.host, free_at: state.free_at })))
    });
    let wishes = stored.scan::<OptOut>(&[], None).map(|row| Ok(Entry::OptOut(Box::new(row?.1))));
    let visits = stored.scan::<Visits>(&[], None).map(|row| {
        let (link, visits) = row?;
        Ok(Entry::Visits { link, visits })
    });
    let tallies = stored.scan::<Tally>(&[], None).map(|row| Ok(Entry::Tally(Box::new(row?.1))));
    let learned = schedule(stored)
        .map(|schedule| (schedule != Schedule::default()).then(|| Entry::Schedule(Box::new(schedule))));
    links
        .chain(pages)
        .chain(events)
        .chain(runs)
        .chain(hosts)
        .chain(wishes)
        .chain(visits)
        .chain(tallies)
        .chain(learned.transpose())
}

/// The latest instant that a run or an event names.
fn latest(stored: Stored<'_>) -> Result<Option<Timestamp>> {
    let run = stored.scan_back::<RunRecord>(&[]).next().transpose()?;
    let event = stored.scan_back::<Event>(&[]).next().transpose()?;
    let run = run.map(|(_, run)| run.ended.unwrap_or(run.started));
    Ok(run.into_iter().chain(event.map(|(_, event)| event.at)).max())
}
