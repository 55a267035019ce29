//! `trackward doctor`, as a user meets it: on what is well, broken, held, or missing.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bench;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::SystemTime;

use bench::{Bench, OURS, Said, blog};
use serde_json::Value;
use trackward_farm::World;

/// The findings on one subject, as `level: what`, in their order.
fn about(said: &Said, about: &str) -> Vec<String> {
    let told: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(told["schema"], "trackward.doctor/1");
    let findings = told["findings"].as_array().unwrap().iter().filter(|finding| finding["about"] == about);
    findings.map(|finding| format!("{}: {}", finding["level"].as_str().unwrap(), finding["what"])).collect()
}

fn ask(bench: &Bench, args: &[&str]) -> Said {
    bench.run(&[&["doctor", "--json"], args].concat())
}

/// A folder with a store of one link, and a configuration that names who we are.
fn with_one_link() -> Bench {
    let bench = Bench::configured("contact = \"me@ours.example\"\nsites = [\"ours.example\"]\n");
    bench.ok(&["add", "https://blog.example/post", OURS]);
    bench
}

fn everything_below(folder: &Path) -> Vec<(PathBuf, Vec<u8>, SystemTime)> {
    let mut all = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            all.extend(everything_below(&path));
        } else {
            let changed = path.metadata().unwrap().modified().unwrap();
            all.push((path.clone(), fs::read(&path).unwrap(), changed));
        }
    }
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn only_robots_txt_is_asked_for_once_a_site_and_nothing_is_written() {
    let bench = Bench::with_farm(|start| World::new(start).blog(blog())).await;
    bench.add_trackback();
    let before = everything_below(bench.dir.path());
    let said = ask(&bench, &[]);
    let asked: Vec<String> = bench.farm_log().iter().map(|asked| asked.path.clone()).collect();
    assert_eq!((said.code, asked), (0, vec!["/robots.txt".to_owned()]), "{}", said.stderr);
    assert!(about(&said, "robots")[0].contains("1 of 1 site let"), "{}", said.stdout);
    assert_eq!(everything_below(bench.dir.path()), before, "something was written");
    ask(&bench, &["--offline"]);
    assert_eq!(bench.farm_log().len(), 1, "--offline asks nobody");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_run_has_read_of_robots_txt_is_used_and_its_rhythm_is_told() {
    let bench =
        Bench::with_farm(|start| World::new(start).blog(blog().robots("User-agent: *\nDisallow: /"))).await;
    bench.add_trackback();
    bench.run(&["run"]);
    let asked = bench.farm_log().len();
    let said = ask(&bench, &[]);
    assert_eq!(bench.farm_log().len(), asked, "a fresh copy is not asked for again");
    assert!(about(&said, "robots")[1].starts_with("warning"), "{}", said.stdout);
    assert!(about(&said, "robots")[1].contains("1 of 1 page: Disallow: /"), "{}", said.stdout);
    assert!(about(&said, "schedule")[0].contains("the last run began"), "{}", said.stdout);
}

#[test]
fn broken_configuration_is_a_fault_that_ends_with_2_and_its_store_is_looked_at() {
    let bench = with_one_link();
    bench.write("trackward.toml", "sites = []\nstoer = \"x\"\n");
    let said = ask(&bench, &[]);
    assert_eq!(said.code, 2);
    assert!(about(&said, "configuration")[0].contains("trackward.toml, line 2: unknown field `stoer`"));
    assert!(about(&said, "store")[0].contains("opens, with 1 link"), "{}", said.stdout);
    let said = bench.run(&["doctor", "--config", "none.toml"]);
    assert_eq!(said.code, 2);
    assert!(said.stdout.contains("there is no configuration file none.toml -> write one"), "{}", said.stdout);
}

#[test]
fn damaged_store_is_told_and_left_as_it_is() {
    let bench = with_one_link();
    let store = bench.dir.path().join("trackward-store");
    fs::write(store.join("sled/conf"), [0xA5; 62]).unwrap();
    let before = everything_below(&store);
    let said = ask(&bench, &["--offline"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "the next command mends it");
    assert!(about(&said, "store")[0].starts_with("warning"), "{}", said.stdout);
    assert_eq!(everything_below(&store), before);
    fs::remove_dir_all(store.join("journal")).unwrap();
    let said = ask(&bench, &["--offline"]);
    assert_eq!(said.code, 74, "without a journal nothing mends it: {}", said.stdout);
    assert!(about(&said, "store")[0].starts_with("fault"), "{}", said.stdout);
}

#[test]
fn store_path_that_is_a_file_ends_with_74_and_the_other_checks_go_on() {
    let bench = Bench::configured("");
    bench.write("trackward-store", "");
    let said = ask(&bench, &["--offline"]);
    assert_eq!(said.code, 74);
    assert!(about(&said, "store")[0].starts_with("fault"), "{}", said.stdout);
    assert_eq!(about(&said, "zone").len(), 1);
}

#[cfg(unix)]
#[test]
fn files_that_others_may_write_or_read_are_told() {
    use std::os::unix::fs::PermissionsExt;
    let bench = with_one_link();
    let open =
        |name: &str, mode| fs::set_permissions(bench.path(name), fs::Permissions::from_mode(mode)).unwrap();
    open("trackward.toml", 0o666);
    open("trackward-store", 0o755);
    let said = bench.run(&["doctor", "--offline"]);
    assert!(said.stdout.contains("chmod go-w trackward.toml"), "{}", said.stdout);
    assert!(said.stdout.contains("chmod 700 trackward-store"), "{}", said.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn store_that_a_run_holds_is_looked_into_and_the_run_is_not_disturbed() {
    let bench = Bench::with_farm(|start| World::new(start).blog(blog())).await;
    let page = bench.farm_url("/roses/");
    let host = page.split(['/', ':']).nth(3).unwrap();
    let usual = fs::read_to_string(bench.path("trackward.toml")).unwrap();
    bench.write("trackward.toml", &format!("{usual}[[hosts]]\nhost = \"{host}\"\nrest = \"60s\"\n"));
    bench.add_trackback();
    // The host rests for a minute after its robots.txt: the run goes on meanwhile.
    let mut run = bench.command(&["run"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while bench.farm_log().is_empty() {
        std::thread::yield_now();
    }
    let said = ask(&bench, &[]);
    run.kill().unwrap();
    run.wait().unwrap();
    assert_eq!((said.code, bench.farm_log().len()), (0, 1), "{}", said.stdout);
    let store = about(&said, "store");
    assert!(store[0].contains("opens, with 1 link"), "{store:?}");
    assert!(store[1].contains(&format!("in use, by process {}", run.id())), "{store:?}");
    assert!(!about(&said, "schedule").iter().any(|what| what.contains("did not come to an end")));
    let said = ask(&bench, &["--offline"]);
    assert!(
        about(&said, "schedule").iter().any(|what| what.contains("did not come to an end")),
        "{}",
        said.stdout
    );
}

#[test]
fn hostile_names_are_shown_escaped() {
    let bench = with_one_link();
    bench.write("trackward.toml", "sites = []\n\"\\u001b[31m\" = 1\n");
    let said = bench.run(&["doctor", "--offline"]);
    assert_eq!(said.code, 2);
    assert!(!said.stdout.contains('\u{1b}'), "{:?}", said.stdout);
}
