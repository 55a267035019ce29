//! `trackward run --dry-run`: what would be done, without doing it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bench;

use bench::{Bench, OURS, blog};
use serde_json::Value;
use trackward_farm::World;

async fn bench() -> Bench {
    let bench = Bench::with_farm(|start| World::new(start).blog(blog())).await;
    bench.add_trackback();
    bench.ok(&["add", &bench.farm_url("/other/"), OURS]);
    bench
}

fn json(bench: &Bench, args: &[&str]) -> Value {
    serde_json::from_str(&bench.ok(&[&["run", "--dry-run", "--json"], args].concat())).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_no_run_is_recorded_and_the_pages_stay_due() {
    let bench = bench().await;
    for _ in 0..2 {
        let told = bench.ok(&["run", "--dry-run"]);
        assert!(told.contains("would check 2 pages on 1 site with at least 3 requests"), "{told}");
        assert!(told.contains("due because: 2 added") && told.contains("2 pages, "), "{told}");
    }
    assert!(bench.farm_log().is_empty());
    let stats: Value = serde_json::from_str(&bench.ok(&["store", "stats", "--json"])).unwrap();
    assert_eq!(stats["runs"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_run_nothing_is_left_to_do_but_by_all_or_host() {
    let bench = bench().await;
    let told = json(&bench, &[]);
    assert_eq!((&told["schema"], &told["pages"]), (&"trackward.forecast/1".into(), &2.into()));
    assert_eq!((&told["reasons"]["added"], &told["hosts"][0]["requests"]), (&2.into(), &3.into()));
    bench.run(&["run"]);
    assert!(bench.ok(&["run", "--dry-run"]).contains("nothing would be checked"));
    let host = bench.farm_url("/roses/").split(['/', ':']).nth(3).unwrap().to_owned();
    for args in [&["--all"][..], &["--host", &host]] {
        let told = json(&bench, args);
        assert_eq!((&told["pages"], &told["requests"]), (&2.into(), &2.into()), "robots.txt is known now");
    }
    let said = bench.run(&["run", "--dry-run", "--host", "unknown.example"]);
    assert_eq!(said.code, 2);
    let said = bench.run(&["run", "--dry-run", "--fail-on", "removed"]);
    assert_eq!(said.code, 2, "nothing happens in a dry run");
}
