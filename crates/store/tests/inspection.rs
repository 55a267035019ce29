//! Looking at a store, and into a copy of it, changes nothing.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use tempfile::TempDir;
use trackward_core::{NewWatch, PageUrl, Target};
use trackward_store::{LinkQuery, Maintenance, OpenOptions, ScratchCopy, SledStore, Store, inspect};

async fn open(dir: &Path) -> SledStore {
    SledStore::open(dir, OpenOptions::default()).await.unwrap()
}

/// A store with one link.
async fn store() -> TempDir {
    let dir = TempDir::new().unwrap();
    let page = PageUrl::parse("https://blog.example/post").unwrap();
    let watch = NewWatch::new(page, Target::parse("https://ours.example/a").unwrap());
    open(&dir.path().join("store")).await.add(vec![watch], Timestamp::UNIX_EPOCH).await.unwrap();
    dir
}

async fn links(dir: &Path) -> usize {
    open(dir).await.links(LinkQuery::default()).await.unwrap().rows.len()
}

/// All files below a folder with their bytes and times of change, sorted.
fn everything_below(dir: &Path) -> Vec<(PathBuf, Vec<u8>, SystemTime)> {
    let mut files = Vec::new();
    for path in fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            files.extend(everything_below(&path));
        } else {
            let changed = path.metadata().unwrap().modified().unwrap();
            files.push((path.clone(), fs::read(&path).unwrap(), changed));
        }
    }
    files.sort();
    files
}

#[tokio::test]
async fn looking_at_a_store_and_into_its_copy_changes_no_byte() {
    let dir = store().await;
    let path = dir.path().join("store");
    let before = everything_below(&path);
    let inspected = inspect(&path).unwrap().unwrap();
    let copy = ScratchCopy::make(&path, dir.path()).unwrap();
    assert_eq!((links(copy.path()).await, copy.was_mended().unwrap()), (1, false));
    let copied = copy.path().to_owned();
    drop(copy);
    assert_eq!(everything_below(&path), before);
    assert!(!copied.exists(), "the copy is left behind");
    assert!(inspected.is_sealed && inspected.holder.is_none());
    assert!(inspected.database_bytes > 0 && inspected.journal_months == 1);
    assert!(!inspected.is_exposed && inspected.foreign.is_empty() && inspected.aside.is_empty());
}

#[tokio::test]
async fn store_that_is_open_is_told_with_its_holder_and_its_copy_opens() {
    let dir = store().await;
    let path = dir.path().join("store");
    let held = open(&path).await;
    let inspected = inspect(&path).unwrap().unwrap();
    assert!(inspected.holder.unwrap().contains(&format!("process {}", std::process::id())));
    let copy = ScratchCopy::make(&path, dir.path()).unwrap();
    assert_eq!(links(copy.path()).await, 1);
    drop(held);
    assert_eq!(inspect(&path).unwrap().unwrap().holder, None);
}

#[tokio::test]
async fn copy_of_a_sealed_store_is_sealed() {
    let dir = store().await;
    let copy = ScratchCopy::make(&dir.path().join("store"), dir.path()).unwrap();
    assert!(inspect(copy.path()).unwrap().unwrap().is_sealed);
}

#[tokio::test]
async fn copy_of_a_damaged_store_is_mended_and_the_store_itself_is_not() {
    let dir = store().await;
    let path = dir.path().join("store");
    fs::write(path.join("sled/conf"), [0xA5; 62]).unwrap();
    let copy = ScratchCopy::make(&path, dir.path()).unwrap();
    assert_eq!((links(copy.path()).await, copy.was_mended().unwrap()), (1, true));
    assert_eq!(fs::read(path.join("sled/conf")).unwrap(), [0xA5; 62]);
    Maintenance::begin(&path, OpenOptions::default()).await.unwrap().rebuild().await.unwrap();
    let inspected = inspect(&path).unwrap().unwrap();
    assert_eq!(inspected.aside, [path.join("sled.broken-1")]);
    let copy = ScratchCopy::make(&path, dir.path()).unwrap();
    assert!(!copy.path().join("sled.broken-1").exists(), "what was moved aside is not copied");
}

#[cfg(unix)]
#[tokio::test]
async fn folder_that_others_may_enter_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let dir = store().await;
    let path = dir.path().join("store");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o750)).unwrap();
    assert!(inspect(&path).unwrap().unwrap().is_exposed);
}

#[tokio::test]
async fn folder_that_is_not_there_is_told_and_not_made() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("none");
    assert_eq!(inspect(&path).unwrap(), None);
    assert!(!path.exists());
}
