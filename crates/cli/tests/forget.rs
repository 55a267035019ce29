//! Evidence is erased by hand and by age; what happened stays on record.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bench;

use bench::{Bench, OURS, blog};
use serde_json::Value;
use trackward_core::PageUrl;
use trackward_farm::World;

/// A bench whose one link was approved in a run, with evidence unless it was erased at once.
async fn approved(settings: &str) -> Bench {
    let bench = Bench::with_farm(|start| World::new(start).blog(blog())).await;
    let usual = std::fs::read_to_string(bench.path("trackward.toml")).unwrap();
    bench.write("trackward.toml", &format!("{settings}\n{usual}"));
    bench.add_trackback();
    let said = bench.run(&["run"]);
    assert!(said.code == 0 && said.stdout.contains("1 approved"), "{} {}", said.stdout, said.stderr);
    bench
}

/// The link's state, the names of its history, and whether each still has its text.
fn history(bench: &Bench) -> (String, Vec<(String, bool)>) {
    let shown = bench.ok(&["show", &bench.farm_url("/roses/"), OURS, "--json"]);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let events = shown["history"].as_array().unwrap().iter();
    let told = events
        .map(|event| (event["name"].as_str().unwrap().to_owned(), event["evidence_text"].as_str().is_some()));
    (shown["state"].as_str().unwrap().to_owned(), told.collect())
}

fn host_of(page: &str) -> String {
    PageUrl::parse(page).unwrap().host_key().to_string()
}

fn with_text(kept: bool) -> (String, Vec<(String, bool)>) {
    ("live".to_owned(), vec![("approved".to_owned(), kept)])
}

#[tokio::test(flavor = "multi_thread")]
async fn forget_erases_the_text_and_keeps_state_and_history() {
    for way in ["--url", "--host", "--link"] {
        let bench = approved("").await;
        let page = bench.farm_url("/roses/");
        let host = host_of(&page);
        let named: &[&str] = match way {
            "--url" => &[&page],
            "--host" => &[&host],
            _ => &[&page, OURS],
        };
        assert_eq!(history(&bench), with_text(true));
        let forget = [&["forget", way], named].concat();
        let said: Value = serde_json::from_str(&bench.ok(&[&forget[..], &["--json"]].concat())).unwrap();
        assert_eq!((&said["schema"], &said["erased"]), (&"trackward.forget/1".into(), &1.into()), "{way}");
        assert_eq!(history(&bench), with_text(false), "{way}");
        assert!(bench.ok(&forget).contains("nothing to erase"), "{way}: a second time");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forget_tells_how_many_texts_and_leaves_other_pages_and_hosts_alone() {
    let bench = approved("").await;
    let other = bench.farm_url("/tulips/");
    assert!(bench.ok(&["forget", "--url", &other]).contains("nothing to erase"));
    assert!(bench.ok(&["forget", "--host", "elsewhere.example"]).contains("nothing to erase"));
    assert_eq!(history(&bench), with_text(true));
    assert_eq!(bench.ok(&["forget", "--host", &host_of(&other)]), "1 text erased\n");
}

#[test]
fn wrong_input_of_forget_says_what_is_wrong() {
    let bench = Bench::configured("");
    for (args, expected) in [
        (&[][..], "<--url <URL>|--host <HOST>|--link <LINK>...>"),
        (&["--host", "a.example", "--link", "3f9a"], "cannot be used with"),
        (&["--url", "blog.example/post"], "https://host/path"),
        (&["--host", "blog example"], "'--host <HOST>'"),
        (&["--link", "3f9a"], "trackward list"),
        (&["--link", "post", OURS], "https://host/path"),
    ] {
        let said = bench.run(&[&["forget"], args].concat());
        assert_eq!(said.code, 2, "{args:?}");
        assert!(said.stderr.contains(expected), "{args:?}: {}", said.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn run_ends_by_erasing_what_is_older_than_the_retention() {
    assert_eq!(history(&approved("retention = \"1h\"").await), with_text(true));
    assert_eq!(history(&approved("retention = \"0s\"").await), with_text(false));
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_longer_than_time_itself_erases_nothing() {
    assert_eq!(history(&approved("retention = \"7000000d\"").await), with_text(true));
}

#[test]
fn wrong_retention_says_how_to_write_it() {
    for wrong in ["ever", "-1d", "365"] {
        let said = Bench::configured(&format!("retention = \"{wrong}\"\n")).run(&["list"]);
        assert_eq!(said.code, 2, "{wrong}");
        assert!(said.stderr.contains("write it as"), "{wrong}: {}", said.stderr);
    }
}
