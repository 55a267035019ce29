//! The hot parts of records: what every look changes, kept apart from all that it leaves as it was.
//!
//! A look that finds nothing new writes these alone, at most [`HOT_BYTES`] each. Putting a hot part back into what
//! was left of its record gives the record as it was, byte for byte.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use trackward_core::{HostCounts, Link, LinkId, LinkState, PageId, Plan, Reason, Rule};

use crate::key::HostId;
use crate::record::{At, HostRecord, PageRecord, Record, Tenure};

/// Most bytes that the hot part of a record takes, version and checksum counted.
#[cfg(test)]
const HOT_BYTES: usize = 100;

/// What every look changes of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HotLink {
    version: u32,
    checked: Option<At>,
    seen: Option<At>,
    absences: u32,
    last_absent: Option<At>,
}

impl Record for Link {
    type Key = LinkId;
    type Hot = HotLink;
    const PREFIX: u8 = b'l';
    const HOT: Option<u8> = Some(b'L');
    const NAME: &'static str = "link";

    fn cool(&mut self) -> HotLink {
        let (absences, last_absent) = match &mut self.state {
            LinkState::Pending { absences, last_absent } => (std::mem::take(absences), last_absent.take()),
            LinkState::NoAnswer { last_absent, .. } => (0, last_absent.take()),
            _ => (0, None),
        };
        HotLink {
            version: std::mem::take(&mut self.version),
            checked: self.checked.take().map(At),
            seen: self.seen.as_mut().map(|seen| At(std::mem::take(&mut seen.at))),
            absences,
            last_absent: last_absent.map(At),
        }
    }

    fn warm(&mut self, hot: HotLink) {
        self.version = hot.version;
        self.checked = hot.checked.map(At::get);
        if let (Some(seen), Some(At(at))) = (&mut self.seen, hot.seen) {
            seen.at = at;
        }
        match &mut self.state {
            LinkState::Pending { absences, last_absent } => {
                (*absences, *last_absent) = (hot.absences, hot.last_absent.map(At::get));
            }
            LinkState::NoAnswer { last_absent, .. } => *last_absent = hot.last_absent.map(At::get),
            _ => {}
        }
    }
}

/// What every look changes of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HotPage {
    due: At,
    reason: Reason,
    checks: u32,
    last: Option<(At, Rule)>,
    conclusive: Option<At>,
    failures: u32,
    /// Decoded size at the last readable look.
    bytes: Option<u64>,
    /// When the body was read that the validators belong to, and their uses since.
    validated: Option<(At, u8)>,
    joined: u64,
}

impl Record for PageRecord {
    type Key = PageId;
    type Hot = HotPage;
    const PREFIX: u8 = b'p';
    const HOT: Option<u8> = Some(b'P');
    const NAME: &'static str = "page";

    fn cool(&mut self) -> HotPage {
        let memory = &mut self.memory;
        let plan = std::mem::replace(&mut self.plan, Plan::added(Timestamp::UNIX_EPOCH));
        HotPage {
            due: At(plan.at),
            reason: plan.reason,
            checks: std::mem::take(&mut memory.checks),
            last: memory.last.take().map(|(at, rule)| (At(at), rule)),
            conclusive: memory.conclusive_at.take().map(At),
            failures: std::mem::take(&mut memory.failures),
            bytes: memory.landmarks.as_mut().map(|shape| std::mem::take(&mut shape.bytes)),
            validated: memory.validators.as_mut().map(|validators| {
                (At(std::mem::take(&mut validators.body_at)), std::mem::take(&mut validators.uses))
            }),
            joined: std::mem::take(&mut self.joined),
        }
    }

    fn warm(&mut self, hot: HotPage) {
        let memory = &mut self.memory;
        self.plan = Plan { at: hot.due.get(), reason: hot.reason };
        memory.checks = hot.checks;
        memory.last = hot.last.map(|(at, rule)| (at.get(), rule));
        memory.conclusive_at = hot.conclusive.map(At::get);
        memory.failures = hot.failures;
        if let (Some(shape), Some(bytes)) = (&mut memory.landmarks, hot.bytes) {
            shape.bytes = bytes;
        }
        if let (Some(validators), Some((At(body_at), uses))) = (&mut memory.validators, hot.validated) {
            (validators.body_at, validators.uses) = (body_at, uses);
        }
        self.joined = hot.joined;
    }
}

/// What every visit changes of a host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct HotHost {
    free: At,
    latency_ms: u32,
    epoch: u64,
    lease: Option<Tenure>,
    counts: HostCounts,
}

impl Record for HostRecord {
    type Key = HostId;
    type Hot = HotHost;
    const PREFIX: u8 = b'h';
    const HOT: Option<u8> = Some(b'H');
    const NAME: &'static str = "host";

    fn cool(&mut self) -> HotHost {
        HotHost {
            free: At(std::mem::take(&mut self.state.free_at)),
            latency_ms: std::mem::take(&mut self.state.latency_ms),
            epoch: std::mem::take(&mut self.epoch),
            lease: self.lease.take(),
            counts: std::mem::take(&mut self.state.schedule.counts),
        }
    }

    fn warm(&mut self, hot: HotHost) {
        self.state.free_at = hot.free.get();
        self.state.latency_ms = hot.latency_ms;
        self.epoch = hot.epoch;
        self.lease = hot.lease;
        self.state.schedule.counts = hot.counts;
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;
    use crate::codec::encode_hot;
    use crate::draft::{Draft, Stored};
    use crate::golden;
    use crate::memory::MemoryTable;
    use crate::table::Table;

    /// Splits a record and puts it together again; answers the bytes of its hot part.
    fn split<R: Record + PartialEq + Debug>(record: &R) -> usize {
        let mut cold = record.clone();
        let hot = cold.cool();
        assert_ne!(&cold, record, "something was taken out");
        let bytes = encode_hot::<R>(&hot).len();
        assert!(bytes <= HOT_BYTES, "{bytes} bytes of {}", R::NAME);
        cold.warm(hot);
        assert_eq!(&cold, record);
        bytes
    }

    #[test]
    fn records_come_together_as_they_were_and_hot_parts_are_small() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let far = at(253_000_000_000);
        let pending = LinkState::Pending { absences: u32::MAX, last_absent: Some(far) };
        let given_up = LinkState::NoAnswer { since: at(3), last_absent: Some(far) };
        for state in [golden::link().state, pending, given_up] {
            let mut link = Link { state, version: u32::MAX, checked: Some(far), ..golden::link() };
            link.seen.as_mut().unwrap().at = far;
            split(&link);
            split(&Link { seen: None, checked: None, ..link });
        }
        let mut page = golden::page_record();
        split(&page);
        page.plan = Plan { at: Timestamp::MAX, reason: Reason::NothingWatched };
        page.memory = trackward_core::PageMemory { checks: u32::MAX, ..Default::default() };
        split(&page);
        split(&golden::host_record());
    }

    #[test]
    fn look_that_finds_nothing_new_writes_the_hot_part_alone() {
        let before = golden::page_record();
        let id = PageId::of(&before.url);
        let mut table = MemoryTable::default();
        let mut draft = Draft::on(&table);
        draft.put(id, &before);
        let changes = draft.into_changes();
        table.apply(changes).unwrap();
        let mut after = before.clone();
        after.plan.at = Timestamp::MAX;
        after.memory.checks += 1;
        after.memory.last = Some((Timestamp::MAX, Rule::ALL[0]));
        after.memory.conclusive_at = Some(Timestamp::MAX);
        after.memory.landmarks.as_mut().unwrap().bytes += 1;
        after.memory.validators.as_mut().unwrap().uses += 1;
        let mut draft = Draft::on(&table);
        draft.put(id, &after);
        assert_eq!(draft.get::<PageRecord>(id).unwrap().as_ref(), Some(&after));
        let changes = draft.into_changes();
        assert_eq!(changes.keys().map(|key| key[0]).collect::<Vec<_>>(), [b'P']);
        table.apply(changes).unwrap();
        assert_eq!(Stored(&table).get::<PageRecord>(id).unwrap(), Some(after));
    }

    #[test]
    fn half_of_a_record_is_damage() {
        let page = golden::page_record();
        let id = PageId::of(&page.url);
        for lost in [b'p', b'P'] {
            let mut table = MemoryTable::default();
            let mut draft = Draft::on(&table);
            draft.put(id, &page);
            let mut changes = draft.into_changes();
            changes.retain(|key, _| key[0] != lost);
            table.apply(changes).unwrap();
            let all: Vec<_> = Stored(&table).records::<PageRecord>(&[], None).map(Result::unwrap).collect();
            let [(key, Err(damage))] = &all[..] else { panic!("{all:?}") };
            assert!(key[0] == b'p' && damage.what().contains("half of page"), "{damage}");
        }
    }
}
