//! Any sequence of calls is answered alike by memory and by sled, whenever sled is opened again, and a journal
//! tells the same in the end.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use tempfile::TempDir;
use trackward_core::{
    Act, Deed, Event, EventKind, Evidence, Kind, LinkState, NewWatch, PageUrl, Plan, Reason, Rule, RunScope,
    Target,
};
use trackward_store::{
    Batch, CheckedPage, DuePage, DuePages, Erase, EventQuery, HostBatch, HostWork, LeaseRequest, LinkQuery,
    MemoryStore, OpenOptions, SledStore, Store,
};

/// One call, or the end of a process.
#[derive(Debug, Clone)]
enum Step {
    Add { page: u8, kind: Option<Kind>, campaign: bool },
    Lease { hosts: usize, pages: usize, hours: i64, all: bool },
    Commit { lost: bool, ends: bool, twice: bool },
    Amend { link: usize, resume: bool },
    Erase { link: usize, by: u8 },
    Run,
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let kind = proptest::option::of(proptest::sample::select(Kind::ALL));
    let step = prop_oneof![
        4 => (0..6_u8, kind, any::<bool>()).prop_map(|(page, kind, campaign)| Step::Add { page, kind, campaign }),
        4 => (1..4_usize, 1..3_usize, 0..40_i64, any::<bool>())
            .prop_map(|(hosts, pages, hours, all)| Step::Lease { hosts, pages, hours, all }),
        4 => (any::<bool>(), any::<bool>(), any::<bool>())
            .prop_map(|(lost, ends, twice)| Step::Commit { lost, ends, twice }),
        2 => (0..6_usize, any::<bool>()).prop_map(|(link, resume)| Step::Amend { link, resume }),
        1 => (0..6_usize, 0..4_u8).prop_map(|(link, by)| Step::Erase { link, by }),
        1 => Just(Step::Run),
        1 => Just(Step::Reopen),
    ];
    proptest::collection::vec(step, 1..30)
}

/// A store with what the test holds of it.
struct Side<S> {
    store: S,
    now: Timestamp,
    leased: Vec<HostWork>,
}

impl<S: Store> Side<S> {
    fn new(store: S) -> Self {
        Self { store, now: Timestamp::UNIX_EPOCH, leased: Vec::new() }
    }

    /// Takes a step and answers what the store said, without the number of its owner.
    async fn take(&mut self, step: &Step) -> String {
        match step {
            Step::Add { page, kind, campaign } => {
                let page = PageUrl::parse(&format!("https://host{}.example/{page}", page % 3)).unwrap();
                let campaign = campaign.then(|| "autumn".to_owned());
                let target = Target::parse("https://ours.example/a").unwrap();
                let watch = NewWatch { kind: *kind, campaign, ..NewWatch::new(page, target) };
                format!("{:?}", self.store.add(vec![watch], self.now).await)
            }
            Step::Lease { hosts, pages, hours, all } => {
                self.now += SignedDuration::from_hours(*hours);
                let due = if *all { DuePages::NotCheckedSince(self.now) } else { DuePages::Planned };
                let leased = self.store.lease_hosts(self.request(*hosts, *pages, due)).await.unwrap();
                let said: Vec<_> =
                    leased.iter().map(|w| (w.lease.epoch, &w.state, &w.pages, w.unclean)).collect();
                let said = format!("{said:?}");
                self.leased.extend(leased);
                said
            }
            Step::Commit { lost, ends, twice } => self.commit(*lost, *ends, *twice).await,
            Step::Amend { link, resume } => {
                let links = self.store.links(LinkQuery::default()).await.unwrap().rows;
                let Some(row) = links.get(*link) else { return String::new() };
                let deed = if *resume { Deed::Resume } else { Deed::Archive };
                format!("{:?}", self.store.amend(vec![Act { link: row.link.id, deed, at: self.now }]).await)
            }
            Step::Erase { link, by } => {
                let links = self.store.links(LinkQuery::default()).await.unwrap().rows;
                let Some(link) = links.into_iter().map(|row| row.link).nth(*link) else {
                    return String::new();
                };
                let what = match by {
                    0 => Erase::OlderThan(self.now),
                    1 => Erase::Page(link.page),
                    2 => Erase::Host(link.page.host_key()),
                    _ => Erase::Link(link.id),
                };
                format!("{:?}", self.store.erase(what).await)
            }
            Step::Run => format!("{:?}", self.store.begin_run(RunScope::Due, self.now).await),
            Step::Reopen => {
                let leases: Vec<_> = self.leased.drain(..).map(|work| work.lease).collect();
                format!("{:?}", self.store.release(&leases).await)
            }
        }
    }

    fn request(&self, hosts: usize, pages_a_host: usize, due: DuePages) -> LeaseRequest {
        let hold = SignedDuration::from_hours(20);
        LeaseRequest {
            now: self.now,
            hold,
            hosts,
            pages_a_host,
            due,
            cut: None,
            only: Vec::new(),
            even_idle: false,
        }
    }

    /// What a journal holds of all that: everything but what every look changes, and the texts.
    async fn durable(&self) -> String {
        let links = self.store.links(LinkQuery::default()).await.unwrap().rows;
        let links: Vec<_> = links
            .into_iter()
            .map(|row| trackward_core::Link { version: 0, checked: None, ..row.link })
            .collect();
        let events = self.store.events(EventQuery::default()).await.unwrap().rows;
        let counts = self.store.counts().await.unwrap();
        let runs = self.store.runs(Timestamp::MIN, Timestamp::MAX).await.unwrap();
        format!("{links:?} {events:?} {counts:?} {runs:?}")
    }

    async fn commit(&mut self, lost: bool, ends: bool, twice: bool) -> String {
        let Some(work) = self.leased.pop() else { return String::new() };
        let pages = work.pages.iter().map(|page| checked(page, self.now, lost)).collect();
        let part = HostBatch {
            lease: work.lease.clone(),
            last: ends,
            state: work.state.clone(),
            pages,
            candidates: Vec::new(),
        };
        let batch = Batch { hosts: vec![part], run: None, lesson: None };
        if !ends {
            self.leased.push(work);
        }
        let committed = self.store.commit(batch.clone()).await.unwrap();
        if twice {
            let before = self.whole().await;
            self.store.commit(batch).await.unwrap();
            assert_eq!(self.whole().await, before, "a repeated commit changes nothing");
        }
        format!("{:?} {} {}", committed.events, committed.overtaken, committed.lost.len())
    }

    /// All that can be read, and what must hold of it.
    async fn whole(&self) -> String {
        let links = self.store.links(LinkQuery::default()).await.unwrap().rows;
        let events = self.store.events(EventQuery::default()).await.unwrap().rows;
        let counts = self.store.counts().await.unwrap();
        assert_eq!(counts.values().sum::<u64>(), links.len() as u64);
        for (state, count) in &counts {
            assert_eq!(links.iter().filter(|row| row.link.state.name() == *state).count() as u64, *count);
        }
        assert!(events.iter().map(|(seq, _)| seq.0).eq(1..=events.len() as u64), "no gaps");
        let soonest =
            links.iter().filter(|row| row.link.state.name().is_watched()).map(|row| row.plan.at).min();
        let next = self.store.next_due().await.unwrap();
        assert_eq!(next, soonest, "every watched page is in the due index, and no other");
        let mut texts = Vec::new();
        for hash in events.iter().filter_map(|(_, event)| event.evidence) {
            texts.extend(self.store.evidence(hash).await.unwrap().map(|evidence| evidence.text));
        }
        format!("{links:?} {events:?} {counts:?} {texts:?}")
    }
}

fn checked(page: &DuePage, at: Timestamp, lost: bool) -> CheckedPage {
    let mut memory = page.memory.clone();
    memory.checks += 1;
    memory.last = Some((at, Rule::ALL[0]));
    let mut links = page.links.clone();
    links.retain(|link| lost && link.state.name().is_watched());
    for link in &mut links {
        link.state = LinkState::NotFound { since: at };
    }
    let event = |link: &trackward_core::Link| Event {
        at,
        run: None,
        page: link.page.clone(),
        link: Some(link.id),
        target: None,
        kind: None,
        client: None,
        campaign: None,
        what: EventKind::NotFound { first_absent: at },
        basis: None,
        evidence: Some(proof(link, at).hash()),
    };
    CheckedPage {
        is_new: false,
        url: page.url.clone(),
        memory,
        plan: Plan { at: at + SignedDuration::from_hours(24), reason: Reason::Usual },
        events: links.iter().map(event).collect(),
        evidence: links.iter().map(|link| proof(link, at)).collect(),
        links,
        appeared: Vec::new(),
    }
}

fn proof(link: &trackward_core::Link, at: Timestamp) -> Evidence {
    Evidence { page: link.page.clone(), at, text: format!("where {} was", link.id) }
}

async fn open(dir: &TempDir) -> SledStore {
    SledStore::open(dir.path(), OpenOptions::default()).await.unwrap()
}

async fn compare(steps: Vec<Step>) {
    let dir = tempfile::tempdir().unwrap();
    let mut memory = Side::new(MemoryStore::new());
    let mut sled = Side::new(open(&dir).await);
    for step in steps {
        assert_eq!(memory.take(&step).await, sled.take(&step).await, "{step:?}");
        if let Step::Reopen = step {
            let now = sled.now;
            drop(sled);
            sled = Side { now, ..Side::new(open(&dir).await) };
        }
        assert_eq!(memory.whole().await, sled.whole().await, "after {step:?}");
    }
    drop(sled);
    std::fs::remove_dir_all(dir.path().join("sled")).unwrap();
    let rebuilt = Side::new(open(&dir).await);
    assert_eq!(memory.durable().await, rebuilt.durable().await, "rebuilt from the journal");
    rebuilt.whole().await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn memory_and_sled_answer_alike(steps in steps()) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(compare(steps));
    }
}
