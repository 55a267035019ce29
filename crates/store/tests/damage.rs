//! Bytes that a bad disk changes or loses, in every file: no panic, no silent change, named, and mended.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bench;

use std::fs;
use std::path::{Path, PathBuf};

use bench::{add, check_all, copy, durable, hour, is_whole, open};
use trackward_core::RunScope;
use trackward_store::{Maintenance, OpenOptions, Store};

/// Places of each file that are damaged where nobody says how many.
const PLACES: u64 = 8;

async fn maintain(dir: &Path) -> Maintenance {
    Maintenance::begin(dir, OpenOptions::default()).await.unwrap()
}

/// The files below a folder, relative to it.
fn files(dir: &Path, below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir.join(below)).unwrap() {
        let path = below.join(entry.unwrap().file_name());
        if dir.join(&path).is_dir() {
            found.extend(files(dir, &path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Flips a bit or cuts the file off, at a place that the dice say; answers what was done.
fn damage(file: &Path, dice: &mut bench::Dice) -> String {
    let mut bytes = fs::read(file).unwrap();
    let at = usize::try_from(dice.below(bytes.len().max(1) as u64)).unwrap();
    let bit = dice.below(16);
    if bit < 8 && !bytes.is_empty() {
        bytes[at] ^= 1 << bit;
    } else {
        bytes.truncate(at);
    }
    fs::write(file, bytes).unwrap();
    let how = if bit < 8 { format!("bit {bit} of byte {at} flipped") } else { format!("cut off at {at}") };
    format!("{} {how}", file.display())
}

#[tokio::test]
async fn damage_anywhere_is_no_panic_no_silent_change_and_mended_by_rebuilding() {
    let whole = tempfile::tempdir().unwrap();
    let store = open(whole.path()).await;
    store.begin_run(RunScope::All, hour(0)).await.unwrap();
    add(&store, 30).await.unwrap();
    for day in 0..4 {
        check_all(&store, hour(24 * day), true).await.unwrap();
    }
    let before = durable(&store).await;
    drop(store);
    let mut dice = bench::Dice::new();
    let mut found = 0;
    for file in files(whole.path(), Path::new("")) {
        for _ in 0..bench::rounds(PLACES) {
            let dir = tempfile::tempdir().unwrap();
            copy(whole.path(), dir.path());
            let done = damage(&dir.path().join(&file), &mut dice);
            let verified = maintain(dir.path()).await.verify().await.unwrap();
            if verified.fault_count == 0 {
                assert_eq!(durable(&open(dir.path()).await).await, before, "{done}: changed in silence");
                continue;
            }
            found += 1;
            maintain(dir.path()).await.rebuild().await.unwrap();
            let verified = maintain(dir.path()).await.verify().await.unwrap();
            assert_eq!(verified.faults, [""; 0], "{done}");
            let store = open(dir.path()).await;
            is_whole(&store).await;
            assert_eq!(durable(&store).await, before, "{done}");
        }
    }
    assert!(found > 0, "no place mattered");
}

#[tokio::test]
async fn copy_of_a_store_in_use_opens_as_it_was_at_some_moment_of_copying() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    add(&store, 30).await.unwrap();
    let mut dice = bench::Dice::new();
    for day in 0..20 {
        // The database as it was before a pass, the rest as it is after, or the other way round: a slow copy.
        let copied = tempfile::tempdir().unwrap();
        let (first, second) = if dice.below(2) == 0 { ("sled", "journal") } else { ("journal", "sled") };
        copy(&dir.path().join(first), &copied.path().join(first));
        let then = bench::events(&store).await.len();
        check_all(&store, hour(24 * day), true).await.unwrap();
        if first == "sled" && dice.below(2) == 0 {
            half_of_each(&dir.path().join("sled"), &copied.path().join("sled"));
        }
        copy(&dir.path().join(second), &copied.path().join(second));
        let now = bench::events(&store).await.len();
        let restored = open(copied.path()).await;
        is_whole(&restored).await;
        let there = bench::events(&restored).await.len();
        assert!(there == then || there == now, "day {day}, {first} first: {there}");
        if first == "sled" {
            assert_eq!(there, now, "day {day}: the journal was copied last");
        }
        drop(restored);
        let verified = maintain(copied.path()).await.verify().await.unwrap();
        assert_eq!(verified.faults, [""; 0], "day {day}");
    }
}

/// The first half of each file as it was, the second as it is: torn by copying while it is written.
fn half_of_each(now: &Path, copied: &Path) {
    for file in files(copied, Path::new("")) {
        let (Ok(new), Ok(old)) = (fs::read(now.join(&file)), fs::read(copied.join(&file))) else { continue };
        let half = old.len().min(new.len()) / 2;
        fs::write(copied.join(&file), [&old[..half], &new[half..]].concat()).unwrap();
    }
}
