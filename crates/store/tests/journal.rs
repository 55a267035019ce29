//! The journal is the truth: what it holds, what it does not, and how the database follows it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bench;

use std::fs;
use std::io::Write;
use std::path::Path;

use bench::{
    add, check_all, copy, database, durable, events, hour, is_whole, journal, links, open, set_aside,
};
use tempfile::TempDir;
use trackward_store::{Erase, Store};

/// A folder with a store of six links that went live and were lost, closed.
async fn with_history() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    add(&store, 6).await.unwrap();
    check_all(&store, hour(1), true).await.unwrap();
    check_all(&store, hour(25), true).await.unwrap();
    dir
}

async fn told(dir: &Path) -> String {
    let store = open(dir).await;
    is_whole(&store).await;
    durable(&store).await
}

fn segment(dir: &Path) -> std::path::PathBuf {
    dir.join("journal/2026-11.ndjson")
}

#[tokio::test]
async fn check_that_finds_nothing_new_adds_no_line() {
    let dir = with_history().await;
    let store = open(dir.path()).await;
    let before = journal(dir.path());
    check_all(&store, hour(49), false).await.unwrap();
    assert_eq!(links(&store).await[0].checked, Some(hour(49)), "it was written");
    assert_eq!(journal(dir.path()), before);
}

#[tokio::test]
async fn journal_holds_every_event_and_no_text() {
    let dir = with_history().await;
    let text = String::from_utf8(journal(dir.path())).unwrap();
    assert_eq!(text.matches("\"not_found\":{\"first_absent\"").count(), 12);
    assert!(!text.contains("neighbour"), "{text}");
}

#[tokio::test]
async fn database_that_is_gone_is_rebuilt_from_the_journal_and_everything_is_due() {
    let dir = with_history().await;
    let before = told(dir.path()).await;
    fs::remove_dir_all(dir.path().join("sled")).unwrap();
    assert_eq!(told(dir.path()).await, before);
    let store = open(dir.path()).await;
    assert!(store.next_due().await.unwrap().unwrap() <= hour(25), "due by its last journaled plan");
    assert_eq!(check_all(&store, hour(49), true).await.unwrap(), 18, "events are numbered on");
    is_whole(&store).await;
}

#[tokio::test]
async fn lines_that_the_database_has_not_seen_are_put_back_when_it_is_opened() {
    let dir = tempfile::tempdir().unwrap();
    add(&open(dir.path()).await, 6).await.unwrap();
    let old = dir.path().join("old");
    copy(&dir.path().join("sled"), &old);
    check_all(&open(dir.path()).await, hour(1), true).await.unwrap();
    let before = told(dir.path()).await;
    fs::remove_dir_all(dir.path().join("sled")).unwrap();
    fs::rename(old, dir.path().join("sled")).unwrap();
    assert_eq!(told(dir.path()).await, before);
    assert_eq!(set_aside(dir.path()), [""; 0], "it was good as it was");
}

#[tokio::test]
async fn last_line_that_is_not_whole_is_cut_off_and_what_follows_is_read() {
    let dir = with_history().await;
    let before = (told(dir.path()).await, journal(dir.path()));
    let mut file = fs::OpenOptions::new().append(true).open(segment(dir.path())).unwrap();
    file.write_all(b"{\"at\":\"2026-11-17T").unwrap();
    drop(file);
    assert_eq!((told(dir.path()).await, journal(dir.path())), before);
    check_all(&open(dir.path()).await, hour(49), true).await.unwrap();
    let after = told(dir.path()).await;
    fs::remove_dir_all(dir.path().join("sled")).unwrap();
    assert_eq!(told(dir.path()).await, after);
}

#[tokio::test]
async fn damaged_line_is_skipped_where_there_is_no_database_either() {
    let dir = with_history().await;
    let mut bytes = fs::read(segment(dir.path())).unwrap();
    let second = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 20;
    bytes[second] ^= 1;
    fs::write(segment(dir.path()), bytes).unwrap();
    fs::remove_dir_all(dir.path().join("sled")).unwrap();
    let store = open(dir.path()).await;
    assert_eq!(links(&store).await.len(), 6);
    assert!(!events(&store).await.is_empty());
}

#[tokio::test]
async fn journal_that_lacks_what_the_database_has_seen_is_written_anew() {
    for cut in [1, 500] {
        let dir = with_history().await;
        let before = told(dir.path()).await;
        let length = fs::metadata(segment(dir.path())).unwrap().len();
        fs::OpenOptions::new().write(true).open(segment(dir.path())).unwrap().set_len(length - cut).unwrap();
        assert_eq!(told(dir.path()).await, before);
        assert_eq!(set_aside(dir.path()), ["journal.broken-1"]);
        fs::remove_dir_all(dir.path().join("sled")).unwrap();
        assert_eq!(told(dir.path()).await, before, "the new journal tells the same");
    }
}

#[tokio::test]
async fn store_from_before_the_journal_gets_one() {
    let dir = with_history().await;
    let before = told(dir.path()).await;
    fs::remove_dir_all(dir.path().join("journal")).unwrap();
    forget_the_journal(dir.path());
    assert_eq!(told(dir.path()).await, before);
    fs::remove_dir_all(dir.path().join("sled")).unwrap();
    assert_eq!(told(dir.path()).await, before);
}

/// Takes the place in the journal out of the database, as an earlier release never wrote it.
fn forget_the_journal(dir: &Path) {
    let db = database(dir);
    assert!(db.remove(b"mj").unwrap().is_some());
    db.flush().unwrap();
}

#[tokio::test]
async fn erased_text_is_in_no_file_of_the_journal_and_stays_erased_when_it_is_rebuilt() {
    let dir = with_history().await;
    let store = open(dir.path()).await;
    let hash = events(&store).await[0].1.evidence.unwrap();
    assert!(store.evidence(hash).await.unwrap().is_some());
    store.erase(Erase::OlderThan(hour(99))).await.unwrap();
    drop(store);
    fs::write(dir.path().join("sled/conf"), [0xA5; 62]).unwrap();
    let store = open(dir.path()).await;
    assert_eq!(store.evidence(hash).await.unwrap(), None);
}

#[cfg(unix)]
#[tokio::test]
async fn journal_is_closed_to_other_users() {
    use std::os::unix::fs::PermissionsExt;
    let dir = with_history().await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!([mode(&dir.path().join("journal")), mode(&segment(dir.path()))], [0o700, 0o600]);
}
