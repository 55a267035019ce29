//! `trackward store …`, and a disk that has no room, as a user meets them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bench;

use bench::{Bench, OURS};
use serde_json::Value;

const SOURCE: &str = "https://blog.example/post";

/// A folder with a store of one link.
fn with_one_link() -> Bench {
    let bench = Bench::configured("");
    bench.ok(&["add", SOURCE, OURS]);
    bench
}

fn json(bench: &Bench, args: &[&str]) -> Value {
    serde_json::from_str(&bench.ok(&[args, &["--json"]].concat())).unwrap()
}

#[test]
fn good_store_verifies_with_0_and_damage_is_named_with_74_until_it_is_rebuilt() {
    let bench = with_one_link();
    assert!(bench.ok(&["store", "verify"]).contains("all is well"));
    let journal = std::fs::read_dir(bench.dir.path().join("trackward-store/journal")).unwrap();
    let segment = journal.map(|entry| entry.unwrap().path()).next().unwrap();
    let mut bytes = std::fs::read(&segment).unwrap();
    bytes[60] ^= 1;
    std::fs::write(&segment, bytes).unwrap();
    let said = bench.run(&["store", "verify"]);
    assert_eq!(said.code, 74);
    assert!(said.stdout.contains("journal") && said.stdout.contains("store rebuild"), "{}", said.stdout);
    let said = bench.run(&["store", "verify", "--json"]);
    let told: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!((said.code, &told["schema"]), (74, &"trackward.verify/1".into()));
    let rebuilt = json(&bench, &["store", "rebuild"]);
    assert_eq!(rebuilt["rebuilt_from"], "database");
    assert!(bench.ok(&["store", "verify"]).contains("all is well"));
    assert_eq!(bench.ok(&["list"]).lines().count(), 1);
}

#[test]
fn database_that_is_gone_is_rebuilt_and_said() {
    let bench = with_one_link();
    std::fs::write(bench.dir.path().join("trackward-store/sled/conf"), [0xA5; 62]).unwrap();
    let said = bench.run(&["list"]);
    assert_eq!((said.code, said.stdout.lines().count()), (0, 1), "{}", said.stderr);
    assert!(said.stderr.contains("rebuilding it from the journal"), "{}", said.stderr);
    assert!(said.stderr.contains("sled.broken-1"), "{}", said.stderr);
}

#[test]
fn export_goes_into_an_empty_store_and_no_other() {
    let bench = with_one_link();
    let exported = json(&bench, &["store", "export", "all.ndjson"]);
    let refused = bench.run(&["store", "import", "all.ndjson"]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("not empty") && refused.stderr.contains("--store"), "{}", refused.stderr);
    let imported = json(&bench, &["store", "import", "all.ndjson", "--store", "other"]);
    assert_eq!((&imported["records"], &imported["blake3"]), (&exported["records"], &exported["blake3"]));
    assert_eq!(bench.ok(&["list", "--store", "other"]), bench.ok(&["list"]));
}

#[test]
fn compact_and_stats_tell_counts_and_bytes() {
    let bench = with_one_link();
    assert!(bench.ok(&["store", "compact"]).contains("the database took"));
    assert!(json(&bench, &["store", "compact"])["after"].is_u64());
    let stats = json(&bench, &["store", "stats"]);
    assert_eq!(
        (&stats["links"]["imported"], &stats["pages"], &stats["journal_lines"]),
        (&1.into(), &1.into(), &1.into())
    );
    let told = bench.ok(&["store", "stats"]);
    assert!(
        told.contains("links     1  1 to verify") && told.contains("journal   1 line in 1 month"),
        "{told}"
    );
}

/// Neither killed by SIGXFSZ nor half recorded.
#[cfg(unix)]
#[test]
fn file_size_limit_ends_with_74_and_the_next_command_is_clean() {
    let bench = with_one_link();
    let rows: Vec<String> = (0..3_000).map(|n| format!("https://blog.example/{n},{OURS}")).collect();
    bench.write("links.csv", &format!("source,target\n{}\n", rows.join("\n")));
    let said = bench.limited(&["import", "links.csv"], 1_500);
    assert_eq!(said.code, 74, "{}", said.stderr);
    assert!(said.stderr.contains("ulimit -f"), "{}", said.stderr);
    let verified = json(&bench, &["store", "verify"]);
    assert_eq!(verified["fault_count"], 0, "{verified}");
    bench.ok(&["import", "links.csv"]);
    assert_eq!(bench.ok(&["list"]).lines().count(), 3_001);
}
