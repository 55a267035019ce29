//! What a store directory goes through: locks, kills, damage, and the file system saying no.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bench;

use std::fs;
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use trackward_core::{Event, EventKind, Evidence, NewWatch, PageMemory, PageUrl, Rule, Target};
use trackward_store::{
    Batch, CheckedPage, DuePages, Erase, HostBatch, LeaseRequest, LinkQuery, OpenOptions, SledStore, Store,
    StoreError,
};

fn at_once() -> OpenOptions {
    OpenOptions::default()
}

async fn open(dir: &Path) -> SledStore {
    SledStore::open(dir, at_once()).await.unwrap()
}

/// A directory with a store of one link, closed.
async fn with_one_link() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let page = PageUrl::parse("https://host.example/post").unwrap();
    let watch = NewWatch::new(page, Target::parse("https://ours.example/a").unwrap());
    open(dir.path()).await.add(vec![watch], Timestamp::UNIX_EPOCH).await.unwrap();
    dir
}

/// Checks the page of the one link and loses it, with a text that proves it.
async fn lose_with_evidence(store: &SledStore) -> Evidence {
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
    let work = store.lease_hosts(request).await.unwrap().remove(0);
    let page = &work.pages[0];
    let at = Timestamp::UNIX_EPOCH;
    let proof = Evidence { page: page.url.clone(), at, text: "a neighbour's words".into() };
    let event = Event {
        at,
        run: None,
        page: page.url.clone(),
        link: Some(page.links[0].id),
        target: None,
        kind: None,
        client: None,
        campaign: None,
        what: EventKind::NotFound { first_absent: at },
        basis: None,
        evidence: Some(proof.hash()),
    };
    let checked = CheckedPage {
        is_new: false,
        url: page.url.clone(),
        memory: PageMemory { last: Some((at, Rule::ALL[0])), ..page.memory.clone() },
        plan: page.plan.clone(),
        links: Vec::new(),
        appeared: Vec::new(),
        events: vec![event],
        evidence: vec![proof.clone()],
    };
    let part = HostBatch {
        lease: work.lease,
        last: true,
        state: work.state,
        pages: vec![checked],
        candidates: Vec::new(),
    };
    store.commit(Batch { hosts: vec![part], run: None, lesson: None }).await.unwrap();
    proof
}

/// Changes the one value whose key begins with `prefix`, as a bad disk or a later release would.
fn rewrite(dir: &TempDir, prefix: u8, change: impl FnOnce(&mut Vec<u8>)) {
    let db = bench::database(dir.path());
    let (key, value) = db.scan_prefix([prefix]).next().unwrap().unwrap();
    let mut value = value.to_vec();
    change(&mut value);
    db.insert(key, value).unwrap();
    db.flush().unwrap();
}

#[tokio::test]
async fn second_opening_is_refused_and_names_the_holder() {
    let dir = tempfile::tempdir().unwrap();
    let _held = open(dir.path()).await;
    let refused = SledStore::open(dir.path(), at_once()).await.unwrap_err();
    assert!(refused.is_held() && !refused.is_io());
    let StoreError::Held { holder } = refused else { panic!("{refused}") };
    assert!(holder.starts_with(&format!("process {} on ", std::process::id())), "{holder}");
    assert!(holder.contains(" since 20"), "{holder}");
}

#[tokio::test(start_paused = true)]
async fn waiting_for_the_lock_ends_when_the_holder_lets_go() {
    let dir = tempfile::tempdir().unwrap();
    let held = open(dir.path()).await;
    let path = dir.path().to_owned();
    let patient = OpenOptions { wait_lock: Some(Duration::from_mins(1)) };
    let waiting = tokio::spawn(async move { SledStore::open(&path, patient).await });
    tokio::task::yield_now().await;
    drop(held);
    waiting.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn waiting_for_the_lock_ends_when_its_time_is_over() {
    let dir = tempfile::tempdir().unwrap();
    let _held = open(dir.path()).await;
    let begun = tokio::time::Instant::now();
    let patient = OpenOptions { wait_lock: Some(Duration::from_millis(250)) };
    assert!(SledStore::open(dir.path(), patient).await.unwrap_err().is_held());
    assert_eq!(begun.elapsed().as_millis(), 250);
}

#[tokio::test]
async fn half_written_snapshot_of_a_crash_is_removed() {
    let dir = with_one_link().await;
    let half = dir.path().join("sled/snap.00000000000F0000.generating");
    fs::write(&half, "half").unwrap();
    let store = open(dir.path()).await;
    assert!(!half.exists());
    assert_eq!(store.links(LinkQuery::default()).await.unwrap().rows.len(), 1);
}

/// The folders that were moved out of the way.
fn set_aside(dir: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name());
    entries.filter_map(|name| name.into_string().ok()).filter(|name| name.contains(".broken-")).collect()
}

async fn has_its_link(dir: &TempDir) -> bool {
    open(dir.path()).await.links(LinkQuery::default()).await.unwrap().rows.len() == 1
}

#[tokio::test]
async fn flipped_byte_is_found_and_the_database_rebuilt() {
    let dir = with_one_link().await;
    rewrite(&dir, b'l', |value| value[7] ^= 1);
    assert!(has_its_link(&dir).await);
    assert_eq!(set_aside(&dir), ["sled.broken-1"]);
}

#[tokio::test]
async fn database_as_it_was_closed_is_not_checked_again_and_damage_is_skipped_when_it_is_read() {
    let dir = with_one_link().await;
    rewrite(&dir, b'l', |value| value[7] ^= 1);
    seal(&dir);
    let store = open(dir.path()).await;
    assert_eq!(store.skipped(), 0);
    assert_eq!(store.links(LinkQuery::default()).await.unwrap().rows, []);
    assert_eq!(store.skipped(), 1);
    drop(store);
    assert!(has_its_link(&dir).await, "the next opening mends it");
    assert_eq!(set_aside(&dir), ["sled.broken-1"]);
}

#[tokio::test]
async fn next_due_time_is_told_without_opening_a_store_that_was_closed_in_order() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(SledStore::peek_next_due(dir.path()), None, "there is no store");
    let store = open(dir.path()).await;
    assert_eq!(SledStore::peek_next_due(dir.path()), None, "it is in use");
    drop(store);
    assert_eq!(SledStore::peek_next_due(dir.path()), Some(Timestamp::MAX), "nothing is watched");
    let dir = with_one_link().await;
    let due = open(dir.path()).await.next_due().await.unwrap();
    assert!(due.is_some());
    assert_eq!(SledStore::peek_next_due(dir.path()), due);
    rewrite(&dir, b'l', |value| value[7] ^= 1);
    assert_eq!(SledStore::peek_next_due(dir.path()), None, "somebody else wrote to it");
}

/// Makes the files pass for what the last process closed.
fn seal(dir: &TempDir) {
    let mut lines = Vec::new();
    for entry in fs::read_dir(dir.path().join("sled")).unwrap() {
        let entry = entry.unwrap();
        let about = entry.metadata().unwrap();
        if about.is_file() {
            let changed = about.modified().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
            let name = entry.file_name().into_string().unwrap();
            lines.push(format!("{name} {} {changed}\n", about.len()));
        }
    }
    lines.sort();
    let due = Timestamp::MIN;
    fs::write(dir.path().join("sled.seal"), format!("due {due}\n{}", lines.concat())).unwrap();
}

#[tokio::test]
async fn erased_evidence_is_in_no_row_of_the_database() {
    let dir = with_one_link().await;
    let store = open(dir.path()).await;
    let proof = lose_with_evidence(&store).await;
    store.erase(Erase::Page(proof.page)).await.unwrap();
    drop(store);
    let db = bench::database(dir.path());
    let holds = |value: &[u8]| value.windows(proof.text.len()).any(|bytes| bytes == proof.text.as_bytes());
    let rows: Vec<_> = db.iter().map(Result::unwrap).collect();
    assert!(rows.iter().any(|(key, _)| key[0] == b'e'), "the event stays");
    assert!(!rows.iter().any(|(key, value)| b"vt".contains(&key[0]) || holds(value)));
}

#[tokio::test]
async fn damaged_evidence_is_erased_all_the_same() {
    let dir = with_one_link().await;
    let proof = lose_with_evidence(&open(dir.path()).await).await;
    rewrite(&dir, b'v', |value| value[7] ^= 1);
    seal(&dir);
    let store = open(dir.path()).await;
    assert!(matches!(store.evidence(proof.hash()).await, Err(StoreError::Corrupt { .. })));
    assert_eq!(store.erase(Erase::Host(proof.page.host_key())).await.unwrap(), 1);
    assert_eq!(store.evidence(proof.hash()).await.unwrap(), None);
}

#[tokio::test]
async fn value_cut_to_any_length_is_skipped_and_no_panic() {
    for length in [30, 5, 4, 1, 0] {
        let dir = with_one_link().await;
        rewrite(&dir, b'l', |value| value.truncate(length));
        seal(&dir);
        let store = open(dir.path()).await;
        let read = store.links(LinkQuery::default()).await.unwrap();
        assert_eq!((read.rows.len(), store.skipped()), (0, 1), "{length}");
    }
}

#[tokio::test]
async fn record_of_a_later_release_is_told_from_damage() {
    let dir = with_one_link().await;
    rewrite(&dir, b'l', |value| {
        value[0] = 2;
        let body = value.len() - 4;
        let crc = crc32fast::hash(&value[..body]);
        value[body..].copy_from_slice(&crc.to_be_bytes());
    });
    let newer = SledStore::open(dir.path(), at_once()).await.unwrap_err();
    assert!(matches!(newer, StoreError::Newer { found: 2, known: 1, .. }), "{newer}");
}

#[tokio::test]
async fn layout_of_a_later_release_is_not_opened() {
    let dir = with_one_link().await;
    let db = bench::database(dir.path());
    let mut layout = vec![1, 2];
    layout.extend(crc32fast::hash(&layout).to_be_bytes());
    db.insert(b"ms", layout).unwrap();
    drop(db);
    let newer = SledStore::open(dir.path(), at_once()).await.unwrap_err();
    assert!(matches!(newer, StoreError::Newer { found: 2, known: 1, .. }), "{newer}");
}

#[tokio::test]
async fn database_that_sled_cannot_read_is_moved_aside_and_rebuilt() {
    let dir = with_one_link().await;
    for expected in 1..=2 {
        fs::write(dir.path().join("sled/conf"), [0xA5; 62]).unwrap();
        assert!(has_its_link(&dir).await);
        assert_eq!(set_aside(&dir).len(), expected);
    }
}

#[tokio::test]
async fn database_that_sled_cannot_read_is_refused_where_there_is_no_journal() {
    let dir = with_one_link().await;
    fs::write(dir.path().join("sled/conf"), [0xA5; 62]).unwrap();
    fs::remove_dir_all(dir.path().join("journal")).unwrap();
    let damaged = SledStore::open(dir.path(), at_once()).await.unwrap_err();
    assert!(matches!(&damaged, StoreError::Corrupt { what } if what.contains("/sled")), "{damaged}");
}

#[tokio::test]
async fn path_that_is_a_file_is_refused_with_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    for path in [file.clone(), file.join("below")] {
        let refused = SledStore::open(&path, at_once()).await.unwrap_err();
        assert!(refused.is_io() && refused.to_string().contains(path.to_str().unwrap()), "{refused}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn directory_that_cannot_be_written_is_refused() {
    for path in ["/proc/trackward", "/proc/self"] {
        let refused = SledStore::open(Path::new(path), at_once()).await.unwrap_err();
        assert!(matches!(refused, StoreError::Io { .. }), "{refused}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn store_is_closed_to_other_users() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("new/store");
    drop(open(&dir).await);
    drop(open(&dir).await);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!([mode(&dir), mode(&dir.join("sled"))], [0o700; 2]);
    assert_eq!(mode(&dir.join("lock")), 0o600);
    for name in ["db", "conf"] {
        assert_eq!(mode(&dir.join("sled").join(name)), 0o600, "{name}");
    }
}
