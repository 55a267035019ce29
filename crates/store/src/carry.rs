//! Carrying over from a damaged database what a journal does not hold: due times, texts, claims, what is for speed.
//!
//! Nothing is carried over that says otherwise than the journal: a rebuilt database is as the journal says, only
//! quicker and with its texts.

use trackward_core::{Evidence, Link, RunRecord};

use crate::codec::decode_key;
use crate::contract::Result;
use crate::draft::{Draft, Stored};
use crate::journal::cold::Cold;
use crate::ledger::RECORDS_AT_ONCE;
use crate::record::{Hearsay, HostRecord, PageRecord, Record, Subjects, Tenure};
use crate::table::Table;

/// Records read from the old database before what is worth it is written: a page changes four.
const READ_AT_ONCE: usize = RECORDS_AT_ONCE / 4;

/// Takes over from an old table what fits a rebuilt one; answers how many records.
///
/// # Errors
/// When the old table cannot be read further, or the new one not be written.
pub(crate) fn carry_over(old: Stored<'_>, new: &mut dyn Table) -> Result<u64> {
    Ok(each::<Link>(old, new, |draft, key, link| carry_link(draft, key, &link))?
        + each::<PageRecord>(old, new, carry_page)?
        + each::<RunRecord>(old, new, |draft, key, run| carry_run(draft, key, &run))?
        + each::<HostRecord>(old, new, carry_host)?
        + each::<Hearsay>(old, new, |draft, key, claims| carry_claims(draft, key, &claims))?
        + each::<Subjects>(old, new, |draft, key, subjects| Ok(carry_text(old, draft, key, &subjects)))?)
}

/// Goes through the records of a kind that read.
fn each<R: Record>(
    old: Stored<'_>,
    new: &mut dyn Table,
    mut carry: impl FnMut(&mut Draft<'_>, R::Key, R) -> Result<bool>,
) -> Result<u64> {
    let mut carried = 0;
    let mut records = old.records::<R>(&[], None);
    loop {
        let mut draft = Draft::on(new);
        let mut read = 0;
        for row in records.by_ref().take(READ_AT_ONCE) {
            let (key, record) = row?;
            read += 1;
            if let (Ok(record), Ok(key)) = (record, decode_key::<R>(&key)) {
                carried += u64::from(carry(&mut draft, key, record)?);
            }
        }
        let changes = draft.into_changes();
        if !changes.is_empty() {
            new.apply(changes)?;
        }
        if read < READ_AT_ONCE {
            return Ok(carried);
        }
    }
}

fn carry_link(draft: &mut Draft<'_>, key: trackward_core::LinkId, link: &Link) -> Result<bool> {
    let fits = draft.get::<Link>(key)?.is_some_and(|new| new.is_cold_equal(link));
    if fits {
        draft.put(key, link);
    }
    Ok(fits)
}

fn carry_page(draft: &mut Draft<'_>, key: trackward_core::PageId, page: PageRecord) -> Result<bool> {
    let fits = draft.get::<PageRecord>(key)?.is_some_and(|new| new.is_cold_equal(&page));
    if fits {
        draft.put_page(key, PageRecord { joined: 0, ..page })?;
    }
    Ok(fits)
}

fn carry_run(draft: &mut Draft<'_>, key: trackward_core::RunId, run: &RunRecord) -> Result<bool> {
    let fits = draft.get::<RunRecord>(key)?.is_some_and(|new| new.is_cold_equal(run));
    if fits {
        draft.put(key, run);
    }
    Ok(fits)
}

/// A host's rest is the longer of both.
fn carry_host(draft: &mut Draft<'_>, key: crate::key::HostId, mut host: HostRecord) -> Result<bool> {
    let Some(new) = draft.get::<HostRecord>(key)? else { return Ok(false) };
    host.state.free_at = host.state.free_at.max(new.state.free_at);
    host.lease = Some(Tenure::ENDED);
    host.epoch = 0;
    draft.put(key, &host);
    Ok(true)
}

fn carry_claims(draft: &mut Draft<'_>, key: trackward_core::LinkId, claims: &Hearsay) -> Result<bool> {
    let fits = draft.get::<Link>(key)?.is_some();
    if fits {
        draft.put(key, claims);
    }
    Ok(fits)
}

/// A text comes with its place in the index, or not at all.
fn carry_text(
    old: Stored<'_>,
    draft: &mut Draft<'_>,
    key: <Subjects as Record>::Key,
    subjects: &Subjects,
) -> bool {
    let text = old.get::<Evidence>(key.1).ok().flatten().filter(|text| text.hash().to_bytes() == key.1);
    if let Some(text) = &text {
        draft.put(key.1, text);
        draft.put(key, subjects);
    }
    text.is_some()
}
