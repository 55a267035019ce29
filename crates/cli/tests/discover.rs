//! `trackward discover` as it is typed, before a farm on loopback.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;
use trackward_core::Clock;
use trackward_farm::{Blog, BodyLink, Farm, Post, Theme, World};
use trackward_monitor::SystemClock;

const HOSTS: usize = 3;
const POSTS: usize = 40;

fn leak(text: String) -> &'static str {
    text.leak()
}

/// Blogs with a reference to us on every eighth post.
async fn farm() -> Farm {
    let post = |n: usize| {
        let post = Post::new(leak(format!("/post-{n}/")), "A post").alone();
        if n.is_multiple_of(8) {
            post.link(BodyLink::new("https://ours.example/guide", "a guide"))
        } else {
            post
        }
    };
    let blog = |n: usize| {
        (0..POSTS).map(post).fold(Blog::new(leak(format!("blog-{n}")), Theme::Editorial), Blog::post)
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let world = World::new(Timestamp::UNIX_EPOCH);
    let world = (0..HOSTS).map(blog).fold(world, World::blog);
    Farm::start(world, clock).await.expect("loopback can be listened on")
}

/// A folder with a configuration under which farm hosts are asked without much of a rest.
fn folder(farm: &Farm) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let rules: Vec<String> = (0..HOSTS)
        .map(|n| {
            let host = farm.url(&format!("blog-{n}"), "/").host_key();
            format!("[[hosts]]\nhost = \"{host}\"\nrest = \"20ms\"\n")
        })
        .collect();
    let config = format!(
        "sites = [\"ours.example\"]\n[fetch]\nrate = 1000\nnetwork_rate = 1000\nallow_networks = [\"127.0.0.0/8\"]\n{}",
        rules.concat()
    );
    std::fs::write(dir.path().join("trackward.toml"), config).expect("a file");
    dir
}

fn trackward(dir: &Path, typed: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trackward"));
    command.current_dir(dir).args(typed).stdin(Stdio::null()).env_remove("TRACKWARD_CONFIG");
    command
}

fn json(dir: &Path, typed: &[&str]) -> Value {
    let output = trackward(dir, typed).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The links that are watched.
fn links(dir: &Path) -> Vec<Value> {
    let output = trackward(dir, &["list", "--json"]).output().expect("it runs");
    let lines = String::from_utf8(output.stdout).expect("text");
    lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// What was asked for, with how often.
fn asked(farm: &Farm) -> BTreeMap<(String, String), usize> {
    let mut times = BTreeMap::new();
    for asked in farm.log() {
        *times.entry((asked.host.to_string(), asked.path)).or_default() += 1;
    }
    times
}

fn hosts(farm: &Farm) -> Vec<String> {
    (0..HOSTS).map(|n| farm.url(&format!("blog-{n}"), "/").as_str().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn search_that_is_killed_goes_on_without_asking_a_page_twice() {
    let farm = farm().await;
    let dir = folder(&farm);
    let hosts = hosts(&farm);
    let typed: Vec<&str> =
        ["discover", "--crawl", "--json"].into_iter().chain(hosts.iter().map(String::as_str)).collect();
    let mut killed =
        trackward(dir.path(), &typed).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
    while farm.log().len() < HOSTS * POSTS / 2 {
        assert!(killed.try_wait().expect("a child").is_none(), "it is not to end by itself");
        tokio::task::yield_now().await;
    }
    killed.kill().expect("it is there");
    killed.wait().expect("it ends");
    let before = asked(&farm);

    let summary = json(dir.path(), &typed);
    let again: Vec<_> = asked(&farm).into_iter().filter(|(_, times)| *times > 1).collect();
    assert!(again.len() <= HOSTS, "only what was in flight or not written yet, one a host: {again:?}");
    assert_eq!(asked(&farm).len(), HOSTS * (POSTS + 3), "all pages were asked for");
    let left = HOSTS * (POSTS + 3) - before.len() + again.len();
    assert_eq!(summary["requests"].as_u64(), Some(left as u64), "and nothing else");
    assert_eq!(links(dir.path()).len(), HOSTS * POSTS / 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn budget_holds_and_a_find_tells_where_it_was_found() {
    let farm = farm().await;
    let dir = folder(&farm);
    let host = hosts(&farm).remove(0);
    let summary = json(dir.path(), &["discover", &host, "--crawl", "--budget", "30", "--json"]);
    assert_eq!((summary["requests"].as_u64(), farm.log().len()), (Some(30), 30));
    let rest = json(dir.path(), &["discover", &host, "--crawl", "--json"]);
    assert_eq!(rest["requests"].as_u64(), Some(POSTS as u64 + 3 - 30));

    let link = links(dir.path()).remove(0);
    let shown = json(dir.path(), &["show", link["link_id"].as_str().expect("an id"), "--json"]);
    assert_eq!(
        (shown["found_by"].as_str(), shown["found_on"].as_str()),
        (Some("crawl"), Some(host.as_str()))
    );
}

#[tokio::test]
async fn search_without_anything_of_ours_says_what_to_do() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("trackward.toml"), "").expect("a file");
    let output = trackward(dir.path(), &["discover"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("sites = ["));
}
