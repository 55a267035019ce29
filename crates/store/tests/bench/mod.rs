//! A store in a folder, and checks to fill it with.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up fails its test")]

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use trackward_core::{
    Event, EventKind, EventSeq, Evidence, Link, LinkId, LinkState, NewWatch, PageUrl, Plan, Reason, Rule,
    Target,
};
use trackward_store::{
    Batch, CheckedPage, DuePage, DuePages, EventQuery, HostBatch, LeaseRequest, LinkQuery, OpenOptions,
    Result, SledStore, Store,
};

pub(crate) async fn open(dir: &Path) -> SledStore {
    SledStore::open(dir, OpenOptions::default()).await.unwrap()
}

/// So many hours after the bench's time begins.
pub(crate) fn hour(n: i64) -> Timestamp {
    "2026-11-16T06:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(n)
}

/// A watch on a page of one of three hosts.
pub(crate) fn watch(n: usize) -> NewWatch {
    let page = PageUrl::parse(&format!("https://host{}.example/{n}", n % 3)).unwrap();
    NewWatch::new(page, Target::parse("https://ours.example/a").unwrap())
}

pub(crate) async fn add(store: &dyn Store, watches: usize) -> Result<()> {
    store.add((0..watches).map(watch).collect(), hour(0)).await.map(drop)
}

/// Checks everything; answers the last event. `flips` says whether each link changes sides between live and lost.
pub(crate) async fn check_all(store: &dyn Store, now: Timestamp, flips: bool) -> Result<u64> {
    let mut last = 0;
    check_each(store, now, flips, |seq| last = seq).await?;
    Ok(last)
}

/// Checks everything, one commit a host; `told` hears the last event of each that was acknowledged.
pub(crate) async fn check_each(
    store: &dyn Store,
    now: Timestamp,
    flips: bool,
    mut told: impl FnMut(u64),
) -> Result<()> {
    let request = LeaseRequest {
        now,
        hold: SignedDuration::from_hours(1),
        hosts: 10,
        pages_a_host: 100,
        due: DuePages::NotCheckedSince(now),
        cut: None,
        only: Vec::new(),
        even_idle: false,
    };
    for work in store.lease_hosts(request).await? {
        let pages = work.pages.iter().map(|page| checked(page, now, flips)).collect();
        let part =
            HostBatch { lease: work.lease, last: true, state: work.state, pages, candidates: Vec::new() };
        let committed = store.commit(Batch { hosts: vec![part], run: None, lesson: None }).await?;
        if let Some((_, last)) = committed.events {
            told(last.0);
        }
    }
    Ok(())
}

fn checked(page: &DuePage, at: Timestamp, flips: bool) -> CheckedPage {
    let mut memory = page.memory.clone();
    memory.checks += 1;
    memory.last = Some((at, Rule::ALL[0]));
    memory.conclusive_at = Some(at);
    let proof = Evidence { page: page.url.clone(), at, text: format!("words of a neighbour at {at}") };
    let mut changed = CheckedPage {
        is_new: false,
        url: page.url.clone(),
        memory,
        plan: Plan { at: at + SignedDuration::from_hours(24), reason: Reason::Usual },
        links: page.links.iter().map(|link| Link { checked: Some(at), ..link.clone() }).collect(),
        appeared: Vec::new(),
        events: Vec::new(),
        evidence: Vec::new(),
    };
    if flips {
        changed.events = page.links.iter().map(|link| event(link, at, &proof)).collect();
        changed.links = page.links.iter().map(|link| flipped(link, at)).collect();
        changed.evidence = vec![proof];
    }
    changed
}

fn flipped(link: &Link, at: Timestamp) -> Link {
    let state = match link.state {
        LinkState::Live { .. } => LinkState::NotFound { since: at },
        _ => LinkState::Live { since: at },
    };
    Link { state, checked: Some(at), ..link.clone() }
}

fn event(link: &Link, at: Timestamp, proof: &Evidence) -> Event {
    Event {
        at,
        run: None,
        page: link.page.clone(),
        link: Some(link.id),
        target: Some(link.target.clone()),
        kind: None,
        client: None,
        campaign: None,
        what: EventKind::NotFound { first_absent: at },
        basis: None,
        evidence: Some(proof.hash()),
    }
}

pub(crate) async fn links(store: &dyn Store) -> Vec<Link> {
    let query = LinkQuery { limit: 1_000_000, ..LinkQuery::default() };
    store.links(query).await.unwrap().rows.into_iter().map(|row| row.link).collect()
}

pub(crate) async fn events(store: &dyn Store) -> Vec<(EventSeq, Event)> {
    store.events(EventQuery { limit: 1_000_000, ..EventQuery::default() }).await.unwrap().rows
}

/// Every event is there once and in order, and each link's state is what its last event left.
pub(crate) async fn is_whole(store: &dyn Store) {
    let events = events(store).await;
    assert!(events.iter().map(|(seq, _)| seq.0).eq(1..=events.len() as u64), "one of each number");
    let mut flips: HashMap<LinkId, (u64, Timestamp)> = HashMap::new();
    for (_, event) in &events {
        let (count, last) = flips.entry(event.link.unwrap()).or_default();
        (*count, *last) = (*count + 1, event.at);
    }
    for link in links(store).await {
        let expected = match flips.get(&link.id) {
            None => LinkState::Imported { absent: None },
            Some((count, last)) if count % 2 == 1 => LinkState::Live { since: *last },
            Some((_, last)) => LinkState::NotFound { since: *last },
        };
        assert_eq!(link.state, expected, "the state is the fold of its events");
    }
}

/// All that a journal tells, to see that nothing of it changed.
pub(crate) async fn durable(store: &dyn Store) -> String {
    let links: Vec<_> =
        links(store).await.into_iter().map(|link| Link { version: 0, checked: None, ..link }).collect();
    let runs = store.runs(Timestamp::MIN, Timestamp::MAX).await.unwrap();
    format!("{links:?} {:?} {:?} {runs:?}", events(store).await, store.counts().await.unwrap())
}

/// Bytes of all lines of the journal.
pub(crate) fn journal(dir: &Path) -> Vec<u8> {
    let Ok(segments) = fs::read_dir(dir.join("journal")) else { return Vec::new() };
    let mut paths: Vec<_> = segments.map(|segment| segment.unwrap().path()).collect();
    paths.sort();
    paths.iter().flat_map(|path| fs::read(path).unwrap()).collect()
}

/// Names of what was moved out of the way, in order.
pub(crate) fn set_aside(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name());
    let names = entries.filter_map(|name| name.into_string().ok());
    let mut aside: Vec<String> = names.filter(|name| name.contains(".broken-")).collect();
    aside.sort();
    aside
}

/// Copies a folder with all that is below it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &place);
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}

/// Numbers that look random and are the same for the same seed.
pub(crate) struct Dice(u64);

impl Dice {
    /// Thrown with the seed in `TRACKWARD_CRASH_SEED`, or with another one each time; it is printed.
    #[expect(clippy::print_stdout, reason = "a run that failed is repeated by its seed")]
    pub(crate) fn new() -> Self {
        use std::hash::{BuildHasher, RandomState};
        let given = std::env::var("TRACKWARD_CRASH_SEED").ok().map(|seed| seed.parse().unwrap());
        let seed = given.unwrap_or_else(|| RandomState::new().hash_one(0));
        println!("TRACKWARD_CRASH_SEED={seed}");
        Self(seed)
    }

    /// A number below `end` (`SplitMix64`).
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }
}

/// Rounds of a crash test: `TRACKWARD_CRASH_ROUNDS`, or so many.
pub(crate) fn rounds(usual: u64) -> u64 {
    std::env::var("TRACKWARD_CRASH_ROUNDS").map_or(usual, |rounds| rounds.parse().unwrap())
}

/// Opens the database of a store that was closed a moment ago: sled may hold its own lock a little longer.
pub(crate) fn database(dir: &Path) -> sled::Db {
    for _ in 0..100_000 {
        match sled::open(dir.join("sled")) {
            Err(sled::Error::Io(why)) if why.to_string().contains("lock") => std::thread::yield_now(),
            opened => return opened.unwrap(),
        }
    }
    panic!("the database is held by somebody else")
}
