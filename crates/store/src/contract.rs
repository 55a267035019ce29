//! The one small trait behind which state lives: lease hosts, commit observations.

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use trackward_core::{
    Act, Candidate, Claims, Class, Event, EventSeq, Evidence, EvidenceHash, HostKey, HostState, Lesson, Link,
    LinkId, NewWatch, OptOut, PageMemory, PageUrl, Plan, RunRecord, RunScope, Schedule, StateName, Visits,
    Watched,
};

use crate::StoreError;

/// What a store answers.
pub type Result<T> = std::result::Result<T, StoreError>;

/// State behind one small trait. Every promise is a function of [`crate::conformance`], run over every store.
///
/// A host is in one hand: while it is leased nobody else is given it, so two workers can never ask one
/// host at once. What a call answered with `Ok` is durable.
#[async_trait]
pub trait Store: Send + Sync + fmt::Debug {
    /// Adds watches or updates them (`trackward_core::admit`), in order; the answer has one entry a watch.
    ///
    /// A page that gets its first link, or a new one, is due at `now`. A host that is leased stays leased.
    /// There may be any number of watches; an error may come when some of them are added already, and
    /// adding all again does no harm. What a vendor claims of a link is kept beside it, and never touches its state
    /// or plan; that a loss is claimed of a live link for the first time is told.
    async fn add(&self, watches: Vec<NewWatch>, now: Timestamp) -> Result<Vec<Added>>;

    /// What [`Store::add`] would answer, without adding: a link that is new to each of several calls is new in each.
    async fn preview(&self, watches: Vec<NewWatch>, now: Timestamp) -> Result<Vec<Added>>;

    /// Leases hosts that have due pages, heaviest first (due pages times mean latency, then by name).
    ///
    /// Where very many pages are due, the heaviest are looked for among the hosts of those due soonest.
    /// A host whose `free_at` lies ahead is leased too: the frontier waits. A lease that was never
    /// committed, released or renewed ends at its `hold`, and the host is then [`HostWork::unclean`];
    /// for a store that only one process can open, opening ends all leases of earlier processes.
    async fn lease_hosts(&self, request: LeaseRequest) -> Result<Vec<HostWork>>;

    /// Counts the pages that a request would find due, leased ones too; its limits do not matter.
    async fn count_due(&self, request: &LeaseRequest) -> Result<u64>;

    /// Applies a batch: all of it or nothing, durably, and at most once.
    ///
    /// A part whose lease is no longer ours changes nothing and is named in the answer. A link whose stored
    /// version is not the one that was seen (a person's act or an import came between) keeps its stored
    /// state: that link's change and events are dropped and counted. A page whose memory is already the
    /// one in the batch was committed before: nothing of it counts twice. A page that a watch was added
    /// to, or resumed on, while it was checked keeps its plan: it is still due.
    async fn commit(&self, batch: Batch) -> Result<Committed>;

    /// Holds leases for longer; answers those that are still ours.
    async fn renew(&self, leases: &[LeaseId], until: Timestamp) -> Result<Vec<LeaseId>>;

    /// Gives leases back cleanly, without changing anything else.
    async fn release(&self, leases: &[LeaseId]) -> Result<()>;

    /// Applies a person's acts (`trackward_core::amend`), all or none. A page is due at once when a watch
    /// is resumed on it, and never while nothing on it is watched.
    async fn amend(&self, acts: Vec<Act>) -> Result<Vec<Link>>;

    /// Writes down what a host's owner asked for; it takes the place of an earlier word on the same host.
    async fn opt_out(&self, wish: OptOut) -> Result<()>;

    /// The last word on every host whose owner ever gave one, those taken back too.
    ///
    /// A damaged one is an error: nobody is visited while it is unknown who asked not to be.
    async fn opt_outs(&self) -> Result<Vec<OptOut>>;

    /// Links with their pages, in the order of their ids, a page of them at a time.
    async fn links(&self, query: LinkQuery) -> Result<Page<Watched, LinkId>>;

    /// What vendors claim of a link.
    async fn claims(&self, link: LinkId) -> Result<Claims>;

    /// Events by sequence number, a page of them at a time.
    async fn events(&self, query: EventQuery) -> Result<Page<(EventSeq, Event), EventSeq>>;

    /// The text of an evidence, unless it was erased.
    async fn evidence(&self, hash: EvidenceHash) -> Result<Option<Evidence>>;

    /// Erases evidence that was committed before; answers how many texts. Events and states stay as they are.
    ///
    /// An error may come when some of them are erased already; erasing again goes on.
    async fn erase(&self, what: Erase) -> Result<u64>;

    /// What is remembered of a host.
    async fn host(&self, host: &HostKey) -> Result<Option<HostState>>;

    /// Runs that began in `[from, to)`, in order.
    async fn runs(&self, from: Timestamp, to: Timestamp) -> Result<Vec<RunRecord>>;

    /// Writes down that a run begins; its number is one above the highest so far. [`Batch::run`] writes
    /// how it goes on and ends: the store fills in [`RunRecord::links`].
    async fn begin_run(&self, scope: RunScope, now: Timestamp) -> Result<RunRecord>;

    /// Links by state, without reading them; states without links are left out.
    async fn counts(&self) -> Result<BTreeMap<StateName, u64>>;

    /// Brings pages that are planned later than `latest` forward to it, and answers how many: a clock that had
    /// gone wrong planned them. Pages on which nothing is watched stay as they are.
    ///
    /// An error may come when some of them are moved already; moving again goes on.
    async fn pull_in(&self, latest: Timestamp) -> Result<u64>;

    /// When the next page is due; none when nothing is watched.
    async fn next_due(&self) -> Result<Option<Timestamp>>;

    /// What the schedule keeps from run to run; [`Batch::lesson`] adds to it.
    async fn schedule(&self) -> Result<Schedule>;

    /// Where to cut off what a request would find due so that some `pages` are left, those that go first
    /// (`trackward_core::Plan::order`); none when there are no more.
    async fn cut(&self, request: &LeaseRequest, pages: u64) -> Result<Option<(Class, Timestamp)>>;

    /// Brings pages forward that are planned for later; those that are not watched stay as they are.
    async fn bring_forward(&self, pages: Vec<(PageUrl, Plan)>) -> Result<()>;

    /// Notes addresses that discovery may look at; of a host at most `trackward_core::Limits::CANDIDATES_A_HOST`.
    /// One that is known keeps what was seen of it (`trackward_core::Candidate::rename`).
    ///
    /// An error may come when some of them are noted already, and noting all again does no harm.
    async fn note(&self, candidates: Vec<Candidate>) -> Result<Noted>;

    /// All that discovery knows of a host, in no order.
    async fn candidates(&self, host: &HostKey) -> Result<Vec<Candidate>>;

    /// Adds visits from a site's access log to the links that brought them: those on the referring page, whatever its
    /// spelling (`trackward_core::PageId`), whose target covers the page that was visited. The site is then
    /// [counted until](Store::counted_until) the count's end.
    ///
    /// A count that does not end later than what was counted before changes nothing. All of a count is told by
    /// [`Store::visits`] or nothing is, also when this call breaks off.
    async fn count_visits(&self, count: VisitCount) -> Result<Counted>;

    /// Visits that a link brought.
    async fn visits(&self, link: LinkId) -> Result<Visits>;

    /// Until when visits of a site are counted; none when they never were.
    async fn counted_until(&self, site: &HostKey) -> Result<Option<Timestamp>>;

    /// How many damaged records leases and queries have gone on without so far: what they tell is incomplete.
    fn skipped(&self) -> u64;
}

/// What became of one watch that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    /// The link.
    pub link: LinkId,
    /// What became of it.
    pub outcome: AddOutcome,
    /// Whether a vendor claims for the first time that it is lost, and it was live at its last look.
    pub claimed_lost: bool,
}

/// What became of a watch that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AddOutcome {
    /// Not watched before.
    New,
    /// Watched already, with other facts.
    Updated,
    /// Watched already, nothing new said.
    Unchanged,
    /// A person archived it; it stays so.
    Archived,
}

/// Which hosts to lease, and how many of their pages.
#[derive(Debug, Clone)]
pub struct LeaseRequest {
    /// The present instant.
    pub now: Timestamp,
    /// How long the lease holds.
    pub hold: SignedDuration,
    /// At most so many hosts.
    pub hosts: usize,
    /// At most so many pages of a host, soonest due first; those left are leased with the host's next lease.
    pub pages_a_host: usize,
    /// Which pages count as due.
    pub due: DuePages,
    /// Only pages that go as early as this one; see [`Store::cut`].
    pub cut: Option<(Class, Timestamp)>,
    /// Only these hosts; empty for all.
    pub only: Vec<HostKey>,
    /// Lease the named hosts even when no page of theirs is due: a redirect led there. They come without
    /// pages then, and with a fresh [`HostState`] where nothing is known of them.
    pub even_idle: bool,
}

/// Which pages count as due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DuePages {
    /// Planned for now or earlier.
    Planned,
    /// All watched pages that were not checked at or after this instant.
    NotCheckedSince(Timestamp),
}

/// A host in our hand, with its due pages.
#[derive(Debug, Clone, PartialEq)]
pub struct HostWork {
    /// The lease.
    pub lease: LeaseId,
    /// What is remembered of the host.
    pub state: HostState,
    /// Its due pages, soonest due first.
    pub pages: Vec<DuePage>,
    /// Somebody held this host and never gave it back: it may just have been asked, so it rests from now.
    pub unclean: bool,
}

/// A page that is due, with its links and memory.
#[derive(Debug, Clone, PartialEq)]
pub struct DuePage {
    /// The page as it is fetched.
    pub url: PageUrl,
    /// When it was due, and why.
    pub plan: Plan,
    /// What is remembered of it.
    pub memory: PageMemory,
    /// All its links, in the order of their ids.
    pub links: Vec<Link>,
}

/// A lease: fenced by owner and epoch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeaseId {
    /// The host.
    pub host: HostKey,
    /// Who holds it: one number a process.
    pub owner: u64,
    /// Counts the leases of the host.
    pub epoch: u64,
}

/// What was seen on some hosts, to be written at once.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The hosts.
    pub hosts: Vec<HostBatch>,
    /// The run so far.
    pub run: Option<RunRecord>,
    /// What its checks taught, and the price as it is now.
    pub lesson: Option<Lesson>,
}

/// What was seen on one host.
#[derive(Debug, Clone)]
pub struct HostBatch {
    /// The lease under which it was seen.
    pub lease: LeaseId,
    /// Whether the lease ends with this batch.
    pub last: bool,
    /// What is remembered of the host now.
    pub state: HostState,
    /// The pages that were checked.
    pub pages: Vec<CheckedPage>,
    /// What discovery knows now of addresses of the host.
    pub candidates: Vec<Candidate>,
}

/// One checked page.
#[derive(Debug, Clone)]
pub struct CheckedPage {
    /// The page.
    pub url: PageUrl,
    /// Whether discovery found it: it is watched from now on. One that is known already is left as it is.
    pub is_new: bool,
    /// What is remembered of it now.
    pub memory: PageMemory,
    /// When it is due next, and why.
    pub plan: Plan,
    /// Changed links; `Link::version` is still the one that was seen, the store counts it up.
    pub links: Vec<Link>,
    /// Links that appeared.
    pub appeared: Vec<Link>,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// The texts that the events name by hash; others are not kept.
    pub evidence: Vec<Evidence>,
}

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Committed {
    /// Leases that were no longer ours: their parts changed nothing.
    pub lost: Vec<LeaseId>,
    /// Sequence numbers given, first and last.
    pub events: Option<(EventSeq, EventSeq)>,
    /// Links that had changed meanwhile and were left as they are.
    pub overtaken: u64,
}

/// What became of addresses that were noted for discovery.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Noted {
    /// Not known before.
    pub new: u64,
    /// Known before.
    pub known: u64,
    /// Not kept: enough is known of their hosts.
    pub refused: u64,
}

/// Visits that an access log of ours tells of.
#[derive(Debug, Clone)]
pub struct VisitCount {
    /// The site whose log it is.
    pub site: HostKey,
    /// The end of what was read of the log: all visits lie before it, and after what was counted before.
    pub until: Timestamp,
    /// The page that referred, the page of ours that was visited, and how often by day; any day of a week will do.
    pub visits: Vec<(PageUrl, PageUrl, BTreeMap<Date, u64>)>,
}

/// What became of visits that were counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Whether the site was counted until then already: nothing was changed.
    pub counted_before: bool,
    /// Links that brought visits.
    pub links: u64,
    /// Visits, each once however many links of its page lead there.
    pub visits: u64,
    /// Pairs of a referring page and one of ours that belong to no link.
    pub unmatched: u64,
}

/// Which links, from where on.
#[derive(Debug, Clone, Default)]
pub struct LinkQuery {
    /// Only links in one of these states; empty for all.
    pub states: Vec<StateName>,
    /// Only links on this host.
    pub host: Option<HostKey>,
    /// Only links of this client.
    pub client: Option<String>,
    /// Only links of this campaign.
    pub campaign: Option<String>,
    /// Only links that this person looks after.
    pub owner: Option<String>,
    /// Only links with this tag.
    pub tag: Option<String>,
    /// Only links that were added, or whose last event was made, at or after this instant.
    pub since: Option<Timestamp>,
    /// Only links whose id as text begins so.
    pub id_prefix: Option<String>,
    /// Only links on this page, whatever its spelling (`trackward_core::PageId`).
    pub page: Option<PageUrl>,
    /// Only links after this one.
    pub after: Option<LinkId>,
    /// At most so many; 0 for the store's own page size.
    pub limit: usize,
}

/// Which events, from where on.
#[derive(Debug, Clone, Default)]
pub struct EventQuery {
    /// Only events at or after this instant.
    pub from: Option<Timestamp>,
    /// Only events before this instant.
    pub to: Option<Timestamp>,
    /// Only events of this link.
    pub link: Option<LinkId>,
    /// Only events after this one.
    pub after: Option<EventSeq>,
    /// At most so many; 0 for the store's own page size.
    pub limit: usize,
}

impl EventQuery {
    /// Whether the query asks for this event.
    pub fn admits(&self, event: &Event) -> bool {
        self.from.is_none_or(|from| event.at >= from)
            && self.to.is_none_or(|to| event.at < to)
            && self.link.is_none_or(|link| event.link == Some(link))
    }
}

/// Which evidence to erase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Erase {
    /// Read before this instant, to the microsecond.
    OlderThan(Timestamp),
    /// Read on this page, or on one that it led to, whatever its spelling (`trackward_core::PageId`).
    Page(PageUrl),
    /// Read on this host, or on a page that one of its pages led to.
    Host(HostKey),
    /// Named by an event of this link; the other links of such an event lose that text too.
    Link(LinkId),
}

/// Some of the rows, and where to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, C> {
    /// The rows.
    pub rows: Vec<T>,
    /// Give this as `after` for the next page; none when there is no more.
    pub next: Option<C>,
}
