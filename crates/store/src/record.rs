//! The kinds of record a store holds, each with its prefix, key and version.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use trackward_core::{
    Candidate, Claims, Class, Event, EventSeq, Evidence, Hazards, HostKey, HostState, LinkId, OptOut, PageId,
    PageMemory, PageUrl, Plan, Pricing, RunId, RunRecord, StateName, Visits,
};

use crate::journal::Position;
use crate::key::{HostId, Key};

/// A kind of record: where it lies and how it is written.
///
/// A kind may lie in two parts: what every look changes is its hot part, which lies under a key of its own.
pub(crate) trait Record: Clone + Serialize + DeserializeOwned {
    /// What it is found by.
    type Key: Key;
    /// What every look changes of it; nothing for most kinds.
    type Hot: Serialize + DeserializeOwned;
    /// First byte of its keys.
    const PREFIX: u8;
    /// First byte of the keys of its hot part.
    const HOT: Option<u8>;
    /// What messages call it.
    const NAME: &'static str;
    /// Version of its bytes; a reader of every released version stays.
    const VERSION: u8 = 1;

    /// Takes the hot part out.
    fn cool(&mut self) -> Self::Hot;
    /// Puts the hot part back.
    fn warm(&mut self, hot: Self::Hot);
}

/// An instant as a number: text would take three times the space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct At(
    #[serde(with = "jiff::fmt::serde::timestamp::nanosecond::required")] pub(crate) Timestamp,
);

impl At {
    pub(crate) fn get(self) -> Timestamp {
        self.0
    }
}

/// A page with what is remembered of it. In the due index unless its plan is for [`Timestamp::MAX`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PageRecord {
    /// The first spelling that was added: the one that is fetched.
    pub(crate) url: PageUrl,
    pub(crate) plan: Plan,
    pub(crate) memory: PageMemory,
    /// Its links, sorted.
    pub(crate) links: Vec<LinkId>,
    /// The host's epoch when a link last joined the watch: a check under that lease did not know the link.
    pub(crate) joined: u64,
}

/// What vendors say of a link. No truth of ours: it is in no journal, and can be imported again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hearsay(pub(crate) Claims);

/// Until when visits of a site are counted. It holds what was counted and is not yet with its links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    pub(crate) site: HostKey,
    pub(crate) until: Timestamp,
    pub(crate) owed: BTreeMap<LinkId, Visits>,
}

/// A host with its lease.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct HostRecord {
    pub(crate) state: HostState,
    /// Counts its leases.
    pub(crate) epoch: u64,
    /// The present lease; also one that ran out or whose process ended, until the next begins.
    pub(crate) lease: Option<Tenure>,
}

/// Who holds a host, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tenure {
    pub(crate) owner: u64,
    #[serde(with = "jiff::fmt::serde::timestamp::nanosecond::required")]
    pub(crate) until: Timestamp,
}

impl Tenure {
    /// A lease of nobody, long over: it says that somebody may have held the host.
    pub(crate) const ENDED: Self = Self { owner: 0, until: Timestamp::UNIX_EPOCH };
}

impl HostRecord {
    pub(crate) fn new(host: HostKey) -> Self {
        Self { state: HostState::new(host), epoch: 0, lease: None }
    }
}

/// A page that is watched, by when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Due {
    /// Its last check.
    pub(crate) checked: Option<At>,
    /// Whether it goes before others.
    pub(crate) class: Class,
}

/// An event, by its link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LinkEvent {
    /// When it was made.
    #[serde(with = "jiff::fmt::serde::timestamp::nanosecond::required")]
    pub(crate) at: Timestamp,
}

/// What an evidence tells of, by when it was read: so it is found when it is to be erased.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Subjects {
    /// The page it was read on, and the watched pages that led there.
    pub(crate) pages: BTreeSet<PageId>,
    /// The links whose events name it.
    pub(crate) links: BTreeSet<LinkId>,
}

/// What is counted rather than read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counters {
    /// The last sequence number given.
    pub(crate) events: u64,
    /// Links by state.
    pub(crate) links: BTreeMap<StateName, u64>,
}

/// Version of the whole layout: which records there are, and their keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Layout(pub(crate) u32);

/// How often the store was opened; the number of the present owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Owner(pub(crate) u64);

/// Bytes of all keys and values when they were counted last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Live(pub(crate) u64);

/// Kinds that lie in one part.
macro_rules! records {
    ($($type:ty: $prefix:literal, $key:ty, $name:literal;)+) => {$(
        impl Record for $type {
            type Key = $key;
            type Hot = ();
            const PREFIX: u8 = $prefix;
            const HOT: Option<u8> = None;
            const NAME: &'static str = $name;

            fn cool(&mut self) {}

            fn warm(&mut self, (): ()) {}
        }
    )+};
}

records! {
    Due: b'd', (Timestamp, PageId), "due index";
    Hearsay: b'c', LinkId, "claims";
    Event: b'e', EventSeq, "event";
    LinkEvent: b'x', (LinkId, EventSeq), "event index";
    Evidence: b'v', [u8; 16], "evidence";
    Subjects: b't', (Timestamp, [u8; 16]), "evidence index";
    RunRecord: b'r', RunId, "run";
    Layout: b'm', [u8; 1], "layout";
    Owner: b'm', [u8; 1], "owner";
    Counters: b'm', [u8; 1], "counters";
    Hazards: b'z', [u8; 1], "hazards";
    OptOut: b'o', HostId, "opt-out";
    Candidate: b'f', [u8; 16], "candidate";
    Visits: b'w', LinkId, "visits";
    Tally: b'y', HostId, "visit count";
    Pricing: b'q', [u8; 1], "price";
    Position: b'm', [u8; 1], "place in the journal";
    Live: b'm', [u8; 1], "live bytes";
}

/// Keys of the records of which there is one.
impl Layout {
    pub(crate) const KEY: [u8; 1] = [b's'];
}

impl Owner {
    pub(crate) const KEY: [u8; 1] = [b'o'];
}

impl Counters {
    pub(crate) const KEY: [u8; 1] = [b'c'];
}

/// Where what all checks taught lies, and the price: there is one of each.
pub(crate) const HAZARDS: [u8; 1] = [0];
pub(crate) const PRICING: [u8; 1] = [0];

/// The last line of the journal whose changes are here.
impl Position {
    pub(crate) const KEY: [u8; 1] = [b'j'];
}

impl Live {
    pub(crate) const KEY: [u8; 1] = [b'l'];
}
