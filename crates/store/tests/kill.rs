//! A process killed with signal 9 leaves no lock, the trace of its leases, and all that it had acknowledged.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bench;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use jiff::{SignedDuration, Timestamp};
use trackward_core::{NewWatch, PageUrl, Target};
use trackward_store::{DuePages, HostWork, LeaseRequest, Maintenance, OpenOptions, SledStore, Store};

/// Names the store directory to the process that is to be killed.
const CHILD: &str = "TRACKWARD_STORE_TEST_CHILD";

async fn open_and_lease(dir: &Path) -> (SledStore, Vec<HostWork>) {
    let store = SledStore::open(dir, OpenOptions::default()).await.unwrap();
    let page = PageUrl::parse("https://host.example/post").unwrap();
    let watch = NewWatch::new(page, Target::parse("https://ours.example/a").unwrap());
    store.add(vec![watch], Timestamp::UNIX_EPOCH).await.unwrap();
    let request = LeaseRequest {
        now: Timestamp::UNIX_EPOCH,
        hold: SignedDuration::from_hours(1),
        hosts: 1,
        pages_a_host: 1,
        due: DuePages::Planned,
        cut: None,
        only: Vec::new(),
        even_idle: false,
    };
    let work = store.lease_hosts(request).await.unwrap();
    (store, work)
}

#[tokio::test]
async fn killed_process_leaves_no_lock_and_its_host_unclean() {
    if let Ok(dir) = std::env::var(CHILD) {
        let _held = open_and_lease(Path::new(&dir)).await;
        println!("leased");
        return std::future::pending().await;
    }
    let dir = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed_process_leaves_no_lock_and_its_host_unclean", "--nocapture"])
        .env(CHILD, dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap()).lines();
    let leased = said.map_while(Result::ok).any(|line| line.ends_with("leased"));
    let refused = SledStore::open(dir.path(), OpenOptions::default()).await;
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(leased, "the child leased its host");
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains(&format!("process {} on ", child.id())), "{refused}");

    let (_store, work) = open_and_lease(dir.path()).await;
    assert_eq!((work.len(), work[0].unclean, work[0].pages[0].links.len()), (1, true, 1));
}

/// Names the round, and by it the time, to the process that is to be killed.
const ROUND: &str = "TRACKWARD_STORE_TEST_ROUND";
/// Rounds where nobody says how many.
const ROUNDS: u64 = 50;
/// Rounds over one store; then it begins anew, so that a round does not take ever longer.
const ROUNDS_A_STORE: u64 = 10;
/// Links that are checked in each.
const LINKS: usize = 30;

/// Adds and checks until it is killed, saying after each call what was acknowledged.
async fn work_until_killed(dir: &Path, round: i64) {
    let store = bench::open(dir).await;
    bench::add(&store, LINKS).await.unwrap();
    say("added");
    for pass in 0.. {
        let now = bench::hour(round * 1_000 + pass);
        bench::check_each(&store, now, true, |last| say(&format!("event {last}"))).await.unwrap();
    }
}

fn say(what: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{what}").and_then(|()| out.flush()).unwrap();
}

fn begin(test: &str, dir: &Path, round: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, dir)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills it at a moment that the dice say; answers whether links were acknowledged, and the last event.
fn kill_at_random(mut child: Child, dice: &mut bench::Dice) -> (bool, u64) {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let (mut added, mut last) = (false, 0);
    let mut hear = |line: String| match line.rsplit(' ').next().map(str::parse) {
        Some(Ok(event)) if line.contains("event ") => last = event,
        _ => added |= line.ends_with("added"),
    };
    let heard = usize::try_from(dice.below(20)).unwrap();
    lines.by_ref().take(heard).for_each(&mut hear);
    (0..dice.below(20_000)).for_each(|_| std::hint::spin_loop());
    child.kill().unwrap();
    lines.for_each(&mut hear);
    child.wait().unwrap();
    (added, last)
}

#[tokio::test]
async fn whatever_was_acknowledged_before_a_kill_is_there_once_and_states_follow_from_events() {
    if let (Ok(dir), Ok(round)) = (std::env::var(CHILD), std::env::var(ROUND)) {
        return work_until_killed(Path::new(&dir), round.parse().unwrap()).await;
    }
    let test = "whatever_was_acknowledged_before_a_kill_is_there_once_and_states_follow_from_events";
    let mut dice = bench::Dice::new();
    let (rounds, mut with_news) = (bench::rounds(ROUNDS), 0);
    for first in (0..rounds).step_by(usize::try_from(ROUNDS_A_STORE).unwrap()) {
        let dir = tempfile::tempdir().unwrap();
        let mut events = 0;
        for round in first..rounds.min(first + ROUNDS_A_STORE) {
            let (added, last) = kill_at_random(begin(test, dir.path(), round), &mut dice);
            if dice.below(8) == 0 {
                std::fs::remove_dir_all(dir.path().join("sled")).unwrap_or_default();
            }
            let stored = examine(dir.path(), added).await;
            assert!(stored >= last.max(events), "round {round}: {last} acknowledged, {stored} stored");
            with_news += u64::from(stored > events);
            events = stored;
        }
        assert!(bench::set_aside(dir.path()).is_empty(), "a kill damages nothing");
    }
    assert!(with_news > 0, "no round came to a commit");
}

/// Opens what a kill left, and answers how many events are there.
async fn examine(dir: &Path, added: bool) -> u64 {
    let store = bench::open(dir).await;
    bench::is_whole(&store).await;
    assert!(!added || bench::links(&store).await.len() == LINKS);
    let events = bench::events(&store).await.len() as u64;
    drop(store);
    let store = Maintenance::begin(dir, OpenOptions::default()).await.unwrap();
    assert_eq!(store.verify().await.unwrap().faults, [""; 0]);
    events
}
