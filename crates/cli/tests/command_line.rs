//! The binary as a user types it: results, messages and exit codes.

mod bench;

use bench::{Bench, OURS, blog};
use jiff::civil::date;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use trackward_core::{HostKey, PageUrl};
use trackward_farm::{Act, World};
use trackward_store::{OpenOptions, SledStore, Store, VisitCount};

#[test]
fn init_writes_a_configuration_that_reads_and_never_overwrites_one() {
    let bench = Bench::empty();
    bench.ok(&["init"]);
    bench.ok(&["list"]);
    let again = bench.run(&["init"]);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("exists already"), "{}", again.stderr);
}

#[test]
fn missing_configuration_says_what_to_do() {
    let said = Bench::empty().run(&["list"]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""));
    assert!(said.stderr.contains("trackward init") && said.stderr.contains("--config"), "{}", said.stderr);
}

#[test]
fn faults_of_the_configuration_show_file_line_and_what_to_write() {
    for (text, expected) in [
        ("contcat = \"me@example.com\"\n", "contact"),
        ("\n[fetch]\nrest = \"soon\"\n", "write it as 3s"),
        ("\n[fetch]\nrest = 3\n", "in quotes"),
        ("sites = [\"https://\"]\n", "https://host/path"),
        ("zone = \"Berlin\"\n", "Europe/Berlin"),
        ("[fetch]\nallow_networks = [\"loopback\"]\n", "10.1.2.3/32"),
        ("[fetch]\nslots = 0\n", "slots"),
        ("sites = [\n", "trackward.toml"),
    ] {
        let bench = Bench::configured(text);
        let said = bench.run(&["list"]);
        assert_eq!(said.code, 2, "{text}");
        assert!(said.stderr.contains(expected), "{text}: {}", said.stderr);
        assert!(said.stderr.contains("trackward.toml:"), "names file and line: {}", said.stderr);
    }
}

#[test]
fn environment_wins_over_the_file_and_flags_over_both() {
    let bench = Bench::configured("store = \"from-file\"\n");
    bench.ok(&["list"]);
    let environment = [("TRACKWARD_STORE", bench.path("from-environment"))];
    bench.run_with(&["list"], &environment);
    bench.run_with(&["list", "--store", &bench.path("from-flag")], &environment);
    for store in ["from-file", "from-environment", "from-flag"] {
        assert!(bench.dir.path().join(store).is_dir(), "{store}");
    }
}

#[test]
fn same_watch_twice_is_watched_once() {
    let bench = Bench::configured("");
    let add = ["add", "https://blog.example/post", "https://ours.example/a", "--kind", "trackback"];
    assert!(bench.ok(&add).contains("new"));
    assert!(bench.ok(&add).contains("watched already"));
    assert_eq!(bench.ok(&["list"]).lines().count(), 1);
}

#[test]
fn wrong_facts_of_a_watch_say_how_to_write_them() {
    let bench = Bench::configured("");
    for (args, expected) in [
        (["blog.example/post", "https://ours.example/a", "--kind", "trackback"], "https://host/path"),
        (["https://blog.example/", "https://ours.example/a", "--kind", "guestbook"], "trackback, pingback"),
        (["https://blog.example/", "https://ours.example/a", "--sent", "soon"], "2026-11-20"),
        (["https://ours.example/b", "ours.example", "--note", "x"], "same site"),
    ] {
        let said = bench.run(&[&["add"], args.as_slice()].concat());
        assert_eq!(said.code, 2, "{args:?}");
        assert!(said.stderr.contains(expected), "{args:?}: {}", said.stderr);
    }
}

#[test]
fn agreed_facts_and_ledger_are_shown_with_what_is_not_kept() {
    let bench = Bench::configured("");
    let facts = ["--client", "North", "--tags", "paid;guest,paid", "--cost", "€ 350", "--owner", "mia"];
    let agreed =
        ["--agreed-rel", "sponsored", "--deadline", "2020-01-31", "--guaranteed-until", "2021-01-31"];
    let add = ["add", "https://blog.example/post", "https://ours.example/a"];
    bench.ok(&[add.as_slice(), &facts, &agreed].concat());
    let link = ["show", "https://blog.example/post", "https://ours.example/a"];
    let shown = bench.ok(&link);
    for told in [
        "client       North",
        "tags         guest, paid",
        "cost         350.00 EUR",
        "agreed       rel sponsored, live by 2020-01-31, there until 2021-01-31",
        "breached     not live by the deadline",
    ] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    let json: Value = serde_json::from_str(&bench.ok(&[link.as_slice(), &["--json"]].concat())).unwrap();
    assert_eq!((&json["cost"], &json["tags"][0]), (&"350.00 EUR".into(), &"guest".into()));
    assert_eq!((&json["deadline"], &json["agreed_rel"]), (&"2020-01-31".into(), &"sponsored".into()));
}

#[test]
fn import_takes_good_rows_and_lists_bad_ones_with_line_and_reason() {
    let bench = Bench::configured("");
    bench.write(
        "links.csv",
        "\u{feff}Target,Source,Kind,Sent,Colour\n\
         https://ours.example/a,https://blog.example/1,trackback,2026-11-01,red\n\
         https://ours.example/a,ftp://blog.example/2,,,\n\
         https://ours.example/a,,,,\n\
         https://ours.example/a,https://blog.example/4,guestbook,,\n\
         https://ours.example/a,\"https://blog.example/5\",,yesterday,\n\
         https://ours.example/b,https://blog.example/1,,,\n\
         https://ours.example/b,http://blog.example/1/?utm_source=x,,,\n",
    );
    let said: Value = serde_json::from_str(&bench.ok(&["import", "links.csv", "--json"])).unwrap();
    assert_eq!((&said["new"], &said["unchanged"], &said["rejected"]), (&2.into(), &1.into(), &4.into()));
    let lines: Vec<u64> = (said["tables"][0]["rejects"].as_array().unwrap().iter())
        .map(|reject| reject["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [3, 4, 5, 6]);
    let again = bench.ok(&["import", "links.csv"]);
    assert!(again.contains("3  watched already") && again.contains("line 3: source: "), "{again}");
}

#[test]
fn import_without_the_columns_it_needs_is_refused() {
    let bench = Bench::configured("");
    bench.write("links.csv", "page,link\nhttps://blog.example/1,https://ours.example/\n");
    let said = bench.run(&["import", "links.csv"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains("no column 'source'") && said.stderr.contains("source,target"),
        "{}",
        said.stderr
    );
    assert_eq!(bench.run(&["import", "missing.csv"]).code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn run_tells_what_changed_and_fail_on_ends_with_10() {
    let bench = Bench::with_farm(|start| World::new(start).blog(blog())).await;
    bench.add_trackback();
    let said = bench.run(&["run", "--fail-on", "removed,approved"]);
    assert_eq!(said.code, 10, "{}", said.stderr);
    assert!(said.stdout.contains("1 approved"), "{}", said.stdout);
    let said = bench.run(&["run", "--fail-on", "removed,approved"]);
    assert_eq!((said.code, said.stdout.contains("nothing is due before")), (0, true), "{}", said.stdout);
    let idle: Value = serde_json::from_str(&bench.ok(&["run", "--json"])).unwrap();
    assert!(idle["run"].is_null() && idle["next_due"].is_string(), "{idle}");
    let all: Value = serde_json::from_str(&bench.run(&["run", "--all", "--json"]).stdout).unwrap();
    assert_eq!((&all["schema"], &all["pages"]), (&"trackward.run/1".into(), &1.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn run_that_is_cut_short_says_whether_a_later_one_goes_on() {
    let bench = Bench::with_farm(|start| World::new(start).blog(blog())).await;
    bench.add_trackback();
    let run = |args: &[&str]| bench.ok(&[args, &["--max-duration", "0s"]].concat());
    assert!(run(&["run"]).contains("1 page is still due"));
    bench.ok(&["run"]);
    let told = run(&["run", "--all"]);
    assert!(told.contains("1 page is left") && !told.contains("a later run goes on"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn show_tells_facts_history_evidence_and_next_check() {
    let bench = Bench::with_farm(|start| World::new(start).blog(blog())).await;
    bench.add_trackback();
    bench.run(&["run"]);
    let page = bench.farm_url("/roses/");
    let shown = bench.run(&["show", &page, OURS]).stdout;
    for word in [
        "state        live",
        "stands in    ping",
        "approved: sent",
        "next check",
        "links like this are lost in a year",
    ] {
        assert!(shown.contains(word), "{word} is missing:\n{shown}");
    }
    let shown = bench.run(&["show", &page, OURS, "--json"]).stdout;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["history"][0]["name"], "approved");
    assert!(shown["history"][0]["evidence_text"].as_str().is_some_and(|text| !text.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn person_overrules_and_archives() {
    let bench = Bench::with_farm(|start| World::new(start).blog(blog())).await;
    bench.add_trackback();
    bench.run(&["run"]);
    let page = bench.farm_url("/roses/");
    let confirm = ["confirm", &page, OURS, "--gone", "--by", "mia", "--note", "cloaked"];
    let said = bench.run(&confirm);
    assert!(said.stdout.contains("live -> lost"), "{} {}", said.stdout, said.stderr);
    assert_eq!(bench.run(&confirm).code, 2, "a second time changes nothing");
    assert!(bench.run(&["archive", &page, OURS]).stdout.contains("lost -> archived"));
    let unknown = bench.run(&["archive", "ffff"]);
    assert!(unknown.code == 2 && unknown.stderr.contains("trackward list"), "{}", unknown.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn check_names_verdict_rule_and_every_reference_without_a_store() {
    let bench = Bench::with_farm(|start| World::new(start).blog(blog())).await;
    let page = bench.farm_url("/roses/");
    let check = ["check", &page, "--target", "ours.example", "--allow-networks", "127.0.0.0/8", "--json"];
    let said = bench.run(&check);
    let said: Value = serde_json::from_str(&said.stdout).unwrap_or_else(|_| panic!("{}", said.stderr));
    assert_eq!((&said["schema"], &said["verdict"]), (&"trackward.check/1".into(), &"readable".into()));
    assert_eq!(said["references"][0]["placement"], "ping");
    for field in ["url", "rule", "chain", "final_url", "facts", "warnings", "robots"] {
        assert!(!said[field].is_null(), "{field}");
    }
    let refused = bench.run(&["check", &page, "--json", "--config", "none.toml"]);
    assert_eq!(refused.code, 2, "a configuration that is named must be there");
}

#[tokio::test(flavor = "multi_thread")]
async fn loopback_is_not_contacted_unless_allowed() {
    let bench = Bench::with_farm(|start| World::new(start).blog(blog())).await;
    bench.write("closed.toml", "");
    let page = bench.farm_url("/roses/");
    let said = bench.run(&["check", &page, "--config", "closed.toml"]);
    assert!(said.stdout.contains("blocked") || said.stdout.contains("disallowed"), "{}", said.stdout);
    assert!(bench.farm_log().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn report_writes_whole_files_and_a_summary() {
    let bench = Bench::with_farm(|start| World::new(start).blog(blog())).await;
    bench.add_trackback();
    bench.run(&["run"]);
    let said = bench.run(&["report", "--since", "1d", "--out", "out"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stdout.contains("1 approved"), "{}", said.stdout);
    let files = std::fs::read_dir(bench.dir.path().join("out")).unwrap();
    let mut endings: Vec<_> =
        files.map(|file| file.unwrap().path().extension().unwrap().to_owned()).collect();
    endings.sort();
    assert_eq!(endings, ["html", "json"]);

    let wrong = bench.run(&["report", "--week", "47"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("2026-W47"), "{}", wrong.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn store_in_use_ends_with_75_and_says_who_holds_it() {
    let bench = Bench::configured("");
    let _held =
        SledStore::open(&bench.dir.path().join("trackward-store"), OpenOptions::default()).await.unwrap();
    let said = bench.run(&["run"]);
    assert_eq!(said.code, 75);
    assert!(said.stderr.contains(&std::process::id().to_string()), "{}", said.stderr);
    let waited = bench.run(&["list", "--wait-lock", "200ms"]);
    assert_eq!(waited.code, 75);
}

#[tokio::test(flavor = "multi_thread")]
async fn show_tells_visits_of_a_link_by_week() {
    let bench = Bench::configured("");
    let page = "https://blog.example/roses";
    bench.ok(&["add", page, OURS]);
    assert!(!bench.ok(&["show", page, OURS]).contains("visits"), "none were ever counted");
    let store =
        SledStore::open(&bench.dir.path().join("trackward-store"), OpenOptions::default()).await.unwrap();
    let weeks =
        (0..13_i32).map(|week| (date(2026, 1, 7) + (7 * week).days(), u64::from(week.unsigned_abs()) + 1));
    let visits = vec![(PageUrl::parse(page).unwrap(), PageUrl::parse(OURS).unwrap(), weeks.collect())];
    let site = HostKey::parse("ours.example").unwrap();
    store.count_visits(VisitCount { site, until: Timestamp::UNIX_EPOCH, visits }).await.unwrap();
    drop(store);
    let shown = bench.ok(&["show", page, OURS]);
    let told = shown.split_once("visits through this link, by week\n").unwrap().1;
    assert!(told.starts_with("  2026-03-30      13\n  2026-03-23      12\n"), "{told}");
    assert!(told.contains("2026-01-12       2") && !told.contains("2026-01-05"), "twelve weeks: {told}");
    let json: Value = serde_json::from_str(&bench.ok(&["show", page, OURS, "--json"])).unwrap();
    assert_eq!((&json["visits"]["2026-01-05"], &json["visits"]["2026-03-30"]), (&1.into(), &13.into()));
}

#[test]
fn store_that_cannot_be_written_ends_with_74() {
    let bench = Bench::configured("store = \"a-file/store\"\n");
    bench.write("a-file", "");
    let said = bench.run(&["list"]);
    assert_eq!(said.code, 74, "{}", said.stderr);
    assert!(
        said.stderr.contains("a-file") && said.stderr.contains("a file is in the way"),
        "{}",
        said.stderr
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn import_with_run_ends_with_the_baseline() {
    let bench = Bench::with_farm(|start| World::new(start).blog(blog())).await;
    let page = bench.farm_url("/roses/");
    bench.write("links.csv", &format!("source,target\n{page},{OURS}\n"));
    let said = bench.run(&["import", "links.csv", "--run"]);
    assert!(
        said.stdout.contains("1 verified") && said.stdout.to_lowercase().contains("baseline"),
        "{}",
        said.stdout
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn outage_removes_nothing_and_the_list_says_when_a_link_was_last_seen() {
    let bench = Bench::with_farm(|start| World::new(start).blog(blog())).await;
    bench.add_trackback();
    bench.run(&["run"]);
    bench.stop_farm().await;
    let said = bench.run(&["run", "--all"]);
    assert!(
        said.stdout.contains("1 unreachable") && said.stdout.contains("nothing changed"),
        "{}",
        said.stdout
    );
    assert!(bench.run(&["list"]).stdout.contains("live, seen"), "never shown as fresh");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_run_loses_nothing_it_said_and_doubles_nothing() {
    let bench = Bench::with_farm(|start| {
        let approve = Act::Approve("ours");
        World::new(start).blog(blog()).after(jiff::SignedDuration::ZERO, "garden", approve)
    })
    .await;
    bench.add_trackback();
    for _ in 0..3 {
        bench.kill_run_at_its_first_request();
    }
    bench.run(&["run"]);
    bench.run(&["run", "--all"]);
    let shown = bench.run(&["show", &bench.farm_url("/roses/"), OURS, "--json"]).stdout;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["history"].as_array().unwrap().len(), 1);
    let gaps = trackward_pauses(&bench);
    assert!(gaps.iter().all(|gap| *gap >= bench::REST), "{gaps:?}");
}

/// Pauses of the host between the end of a request and the start of the next.
fn trackward_pauses(bench: &Bench) -> Vec<jiff::SignedDuration> {
    bench.farm_log().windows(2).map(|pair| pair[1].at.duration_since(pair[0].ended)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn robots_names_the_line_that_decides_and_the_rest_and_asks_for_nothing_else() {
    let rules =
        "User-agent: trackward\nDisallow: /private\nCrawl-delay: 90\n\nUser-agent: Googlebot\nDisallow: /\n";
    let bench = Bench::with_farm(|start| World::new(start).blog(blog().robots(rules))).await;
    let closed = bench.ok(&["robots", &bench.farm_url("/private/x")]);
    assert!(closed.contains("may not look at") && closed.contains("because: Disallow: /private"), "{closed}");
    assert!(closed.contains("rest between two requests: 1m"), "{closed}");
    let open: Value =
        serde_json::from_str(&bench.ok(&["robots", &bench.farm_url("/roses/"), "--json"])).unwrap();
    assert_eq!((&open["allowed"], &open["closed_to_search"]), (&Value::Bool(true), &Value::Bool(true)));
    assert_eq!((&open["rule"], &open["rest_seconds"]), (&"no rule matches".into(), &60.0.into()));
    assert!(bench.farm_log().iter().all(|asked| asked.path == "/robots.txt"));
    bench.stop_farm().await;
    let silent = bench.ok(&["robots", &bench.farm_url("/roses/")]);
    assert!(silent.contains("may not look at"), "{silent}");
}
