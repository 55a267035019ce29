//! Memory of a store on disk while much of it is written over: held by small batches and a bounded cache.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bench;

use std::fs;

use jiff::SignedDuration;

use bench::{add, check_all, hour, open};

/// Links that are checked.
const LINKS: usize = 3_000;
/// Most memory that the process may ever take.
const PEAK_MIB: u64 = 120;

/// Most memory that this process ever took, in MiB (`VmHWM`, proc(5)).
fn peak_mib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

#[tokio::test]
async fn memory_stays_bounded_while_every_record_is_written_over_and_over() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    add(&store, LINKS).await.unwrap();
    for pass in 0..3 {
        let at = hour(24 * pass);
        // Three hosts at a time, a hundred pages each.
        for step in (0..).take(LINKS.div_ceil(300)) {
            check_all(&store, at + SignedDuration::from_secs(step), false).await.unwrap();
        }
    }
    let peak = peak_mib();
    assert!(peak <= PEAK_MIB, "{peak} MiB");
}
