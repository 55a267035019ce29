//! A disk that fills up: the command fails, nothing is half recorded, and with room again all goes on.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bench;

use std::path::Path;
use std::process::Command;

use bench::{check_all, durable, hour, is_whole, links, open, watch};
use tempfile::TempDir;
use trackward_store::{Maintenance, OpenOptions, Store};

/// Links added between two checks of all.
const STEP: usize = 400;

/// A small file system in memory, taken down when this goes.
struct Tmpfs(TempDir);

impl Tmpfs {
    /// None where it cannot be mounted, which is said, and a failure where all services are required.
    #[expect(clippy::print_stderr, reason = "what was skipped is said")]
    fn mount(size: &str) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        if mount(&["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"], dir.path()) {
            return Some(Self(dir));
        }
        assert!(
            std::env::var_os("TRACKWARD_REQUIRE_SERVICES").is_none(),
            "a tmpfs cannot be mounted, and TRACKWARD_REQUIRE_SERVICES asks for it"
        );
        eprintln!("skipped: a tmpfs cannot be mounted; run as root where mount(8) is allowed");
        None
    }

    fn grow(&self, size: &str) {
        assert!(mount(&["-o", &format!("remount,size={size}")], self.0.path()));
    }
}

fn mount(args: &[&str], dir: &Path) -> bool {
    Command::new("mount").args(args).arg(dir).output().is_ok_and(|done| done.status.success())
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).output();
    }
}

#[tokio::test]
async fn disk_that_fills_up_loses_nothing_acknowledged_and_leaves_nothing_half_recorded() {
    let Some(disk) = Tmpfs::mount("8m") else { return };
    let dir = disk.0.path().join("store");
    let store = open(&dir).await;
    let mut added = 0;
    let full = loop {
        let some = (added..added + STEP).map(watch).collect();
        match store.add(some, hour(0)).await {
            Ok(_) => added += STEP,
            Err(error) => break error,
        }
        if let Err(error) = check_all(&store, hour(i64::try_from(added).unwrap()), true).await {
            break error;
        }
    };
    assert!(full.is_io(), "{full}");
    assert!(added > STEP, "the disk was full at {added} links");
    drop(store);
    disk.grow("64m");
    let verified = {
        let store = Maintenance::begin(&dir, OpenOptions::default()).await.unwrap();
        store.verify().await.unwrap()
    };
    assert_eq!(verified.faults, [""; 0]);
    let store = open(&dir).await;
    is_whole(&store).await;
    assert!(links(&store).await.len() >= added, "{added} were acknowledged");
    check_all(&store, hour(1_000_000), true).await.unwrap();
    let before = durable(&store).await;
    drop(store);
    assert_eq!(durable(&open(&dir).await).await, before);
}
