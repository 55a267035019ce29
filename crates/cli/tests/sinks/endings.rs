//! Exit codes and files where a run is stopped, held or not listened to.

use std::process::{Command, Stdio};

use trackward_farm::{Blog, Entry, Post, Theme, World};

use crate::bench::{Bench, OURS, blog};

const BLOGS: [&str; 5] = ["one", "two", "three", "four", "five"];

fn blog_called(name: &'static str) -> Blog {
    Blog::new(name, Theme::Classic)
        .post(Post::new("/roses/", "Roses").entry(Entry::trackback("ours", OURS).approved()))
}

async fn five_blogs() -> Bench {
    let world = |start| {
        BLOGS.into_iter().fold(World::new(start).blog(blog()), |world, name| world.blog(blog_called(name)))
    };
    let bench = Bench::with_farm(world).await;
    for name in BLOGS {
        let add = ["add", &bench.page_of(name), OURS, "--kind", "trackback", "--sent", "2026-01-01"];
        assert_eq!(bench.run(&add).code, 0);
    }
    bench
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_finishes_the_commits_and_ends_by_the_table() {
    for (fail_on, code) in [("removed", 0), ("approved", 10)] {
        let bench = Bench::with_farm(|start| World::new(start).blog(blog()).blog(blog_called("slow"))).await;
        let slow = bench.page_of("slow");
        let host = slow.split(['/', ':']).nth(3).unwrap();
        let usual = std::fs::read_to_string(bench.path("trackward.toml")).unwrap();
        bench.write("trackward.toml", &format!("{usual}[[hosts]]\nhost = \"{host}\"\nrest = \"60s\"\n"));
        bench.add_trackback();
        assert_eq!(bench.run(&["add", &slow, OURS]).code, 0);
        let mut run = bench.command(&["run", "--fail-on", fail_on]);
        let run = run.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        // One page is being asked for, the other host rests for a minute after its robots.txt.
        let asked = |what: &dyn Fn(&trackward_farm::Asked) -> bool| bench.farm_log().iter().any(what);
        while !(asked(&|asked| asked.path == "/roses/") && asked(&|asked| asked.host.as_str() == host)) {
            std::thread::yield_now();
        }
        let sent = Command::new("kill").args(["-TERM", &run.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let output = tokio::task::block_in_place(|| run.wait_with_output()).unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(code), "{told}");
        assert!(told.contains("1 approved") && told.contains("1 page is still due"), "{told}");
        assert!(bench.ok(&["list", "--state", "live"]).contains(&bench.farm_url("/roses/")));
        let reported = bench.ok(&["report", "--since", "1d"]);
        assert!(reported.contains("INCOMPLETE: Run 1 stopped with 1 due page left"), "{reported}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn run_that_doubts_its_own_network_ends_with_1() {
    let bench = five_blogs().await;
    let said = bench.run(&["run"]);
    assert!(said.code == 0 && said.stdout.contains("5 approved"), "{} {}", said.stdout, said.stderr);
    bench.stop_farm().await;
    let said = bench.run(&["run", "--all", "--fail-on", "removed,unreadable"]);
    assert_eq!(said.code, 1, "{} {}", said.stdout, said.stderr);
    assert!(said.stdout.contains("held: 5 of 5 sites"), "{}", said.stdout);
    let reported = bench.run(&["report", "--since", "1d"]);
    assert!(reported.code == 0 && reported.stdout.contains("5 approved"), "{}", reported.stdout);
    assert!(reported.stdout.contains("INCOMPLETE: Run 2 was held"), "{}", reported.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_run_is_reported_as_partial_until_one_is_whole() {
    let bench = Bench::with_farm(|start| World::new(start).blog(blog())).await;
    bench.add_trackback();
    bench.kill_run_at_its_first_request();
    let reported = bench.ok(&["report", "--since", "1d"]);
    assert!(reported.contains("INCOMPLETE: Run 1 did not come to its end"), "{reported}");
    bench.ok(&["run", "--all"]);
    let reported = bench.ok(&["report", "--since", "1d"]);
    assert!(!reported.contains("INCOMPLETE"), "{reported}");
}

#[tokio::test(flavor = "multi_thread")]
async fn reader_that_went_away_is_success() {
    let bench = Bench::with_farm(|start| World::new(start).blog(blog())).await;
    bench.add_trackback();
    let page = bench.farm_url("/roses/");
    for args in [
        &["run"][..],
        &["run", "--all", "--json"],
        &["list"],
        &["list", "--json"],
        &["show", &page, OURS],
        &["check", &page],
        &["report", "--since", "1d"],
        &["report", "--help"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = bench.command(args);
        let output = tokio::task::block_in_place(|| command.stdout(writer).output()).unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {told}");
        assert!(!told.contains("panicked") && !told.contains("cannot write"), "{args:?}: {told}");
    }
    assert!(bench.ok(&["list"]).contains("live"), "what was run is committed");
}

#[cfg(target_os = "linux")]
#[test]
fn import_that_never_ends_is_refused_at_the_limit() {
    let said = Bench::configured("").run(&["import", "/dev/zero"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("/dev/zero: larger than 256 MiB"), "{}", said.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn report_of_a_hostile_campaign_stays_in_its_folder_under_a_name_of_ours() {
    let bench = Bench::configured("");
    for campaign in ["../../escaped", "/tmp/escaped", "..", "CON", "a/b\\c", "x\u{202e}\n"] {
        let add = ["add", "https://h.example/", OURS, "--campaign", campaign];
        assert_eq!(bench.run(&add).code, 0);
        let report = ["report", "--week", "2026-W47", "--out", "out", "--campaign", campaign];
        assert_eq!(bench.run(&report).code, 0, "{campaign:?}");
        let files = std::fs::read_dir(bench.path("out")).unwrap().map(|file| file.unwrap().file_name());
        let mut names: Vec<_> = files.collect();
        names.sort();
        assert_eq!(names, ["trackward-2026-W47.html", "trackward-2026-W47.json"], "{campaign:?}");
    }
    bench.write("links.csv", &format!("source,target,campaign\nhttps://nul.example/,{OURS},../\u{0}/..\n"));
    bench.ok(&["import", "links.csv"]);
    bench.ok(&["report", "--week", "2026-W47", "--out", "out"]);
    assert_eq!(std::fs::read_dir(bench.path("out")).unwrap().count(), 2);
    let wrong = bench.run(&["report", "--week", "../../2026-W47"]);
    assert_eq!(wrong.code, 2, "a week is a week");
}
