//! A process killed with signal 9 leaves no lock, and the trace of its leases.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::{SignedDuration, Timestamp};
use trackward_core::{NewWatch, PageUrl, Target};
use trackward_store::{DuePages, HostWork, LeaseRequest, OpenOptions, SledStore, Store};

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
