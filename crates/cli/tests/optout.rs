//! A site's owner asks not to be visited; another permits to pass its robots.txt.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bench;

use bench::{Bench, OURS, blog};
use serde_json::Value;
use trackward_core::PageUrl;
use trackward_farm::World;

async fn watching() -> (Bench, String) {
    let bench = Bench::with_farm(|start| World::new(start).blog(blog())).await;
    bench.add_trackback();
    let host = PageUrl::parse(&bench.farm_url("/roses/")).unwrap().host_key().to_string();
    (bench, host)
}

fn said(host: &str) -> [&str; 6] {
    ["optout", host, "--by", "mia", "--note", "mail of 3 May"]
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_of_a_site_that_opted_out_by_any_command() {
    let (bench, host) = watching().await;
    let page = bench.farm_url("/roses/");
    assert!(bench.ok(&said(&host)).contains("is not visited any more"));
    let why = "its owner asked not to be visited";
    assert!(bench.ok(&["run"]).contains("could not check: 1 disallowed"));
    bench.ok(&["run", "--host", &host]);
    assert!(bench.ok(&["run", "--all", "--dry-run"]).contains(why));
    assert!(bench.ok(&["check", &page, "--allow-networks", "127.0.0.0/8"]).contains(why));
    assert!(bench.ok(&["robots", &page, "--allow-networks", "127.0.0.0/8"]).contains(why));
    let doctor = bench.run(&["doctor"]).stdout;
    assert!(doctor.contains("1 owner asked not to be visited"), "{doctor}");
    assert_eq!(bench.farm_log().len(), 0);
    let shown = bench.ok(&["show", &page, OURS]);
    assert!(shown.contains("pending") && shown.contains("told to mia: mail of 3 May"), "{shown}");
    let added = bench.run(&["add", &bench.farm_url("/tulips/"), OURS]);
    assert!(added.code == 0 && added.stderr.contains(why), "{}", added.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn wish_is_listed_outlives_a_rebuild_and_may_be_taken_back() {
    let (bench, host) = watching().await;
    bench.ok(&said(&host));
    std::fs::remove_dir_all(bench.path("trackward-store/sled")).unwrap();
    let listed: Value = serde_json::from_str(&bench.ok(&["optout", "--list", "--json"])).unwrap();
    assert_eq!((&listed["opt_outs"][0]["host"], &listed["opt_outs"][0]["by"]), (&host.into(), &"mia".into()));
    let host = listed["opt_outs"][0]["host"].as_str().unwrap();
    assert!(bench.ok(&[&said(host)[..], &["--undo"]].concat()).contains("may be visited again"));
    assert_eq!(bench.ok(&["optout", "--list"]), "no site has opted out\n");
    assert!(bench.ok(&["run", "--all"]).contains("1 approved"));
    let again = bench.run(&[&said(host)[..], &["--undo"]].concat());
    assert!(again.code == 2 && again.stderr.contains("has not opted out"), "{}", again.stderr);
}

#[test]
fn wish_of_a_domain_is_kept_under_its_registrable_name() {
    let bench = Bench::configured("");
    bench.ok(&[&said("www.blog.co.uk")[..], &["--domain"]].concat());
    assert!(bench.ok(&["optout", "--list"]).starts_with("blog.co.uk with all its hosts  since "));
    bench.ok(&said("blog.co.uk"));
    assert!(bench.ok(&["optout", "--list"]).starts_with("blog.co.uk with all its hosts"), "not narrowed");
    let one = bench.run(&[&said("www.blog.co.uk")[..], &["--undo"]].concat());
    assert!(one.code == 2 && one.stderr.contains("domain's name"), "{}", one.stderr);
    bench.ok(&[&said("blog.co.uk")[..], &["--undo"]].concat());
    assert_eq!(bench.ok(&["optout", "--list"]), "no site has opted out\n");
}

#[test]
fn wrong_input_of_optout_says_what_is_wrong() {
    let bench = Bench::configured("");
    for (args, expected) in [
        (&[][..], "--by <NAME>"),
        (&["a.example", "--by", "mia"], "--note <TEXT>"),
        (&["a.example", "--by", "", "--note", "x"], "a value is required"),
        (&["a b", "--by", "mia", "--note", "x"], "HOST"),
    ] {
        let said = bench.run(&[&["optout"], args].concat());
        assert_eq!(said.code, 2, "{args:?}");
        assert!(said.stderr.contains(expected), "{args:?}: {}", said.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn overridden_robots_are_told_by_the_run_and_by_robots() {
    let shut = trackward_farm::Act::Robots("User-agent: *\nDisallow: /\n");
    let bench = Bench::with_farm(|start| {
        World::new(start).blog(blog()).after(jiff::SignedDuration::ZERO, "garden", shut)
    });
    let bench = bench.await;
    bench.add_trackback();
    let page = bench.farm_url("/roses/");
    let host = PageUrl::parse(&page).unwrap().host_key();
    let usual = std::fs::read_to_string(bench.path("trackward.toml")).unwrap();
    let rule = format!("[[hosts]]\nhost = \"{host}\"\nignore_robots = \"letter of 3 May\"\n");
    bench.write("trackward.toml", &format!("{usual}{rule}"));
    let run = bench.run(&["run"]);
    assert!(run.stdout.contains("1 approved"), "{} {}", run.stdout, run.stderr);
    assert_eq!(run.stderr.matches("letter of 3 May").count(), 1, "{}", run.stderr);
    assert!(
        run.stdout.contains(&format!("robots.txt of {host} overridden: letter of 3 May")),
        "{}",
        run.stdout
    );
    let wrote = bench.ok(&["report", "--since", "1d", "--format", "markdown"]);
    let file = wrote.lines().find_map(|line| line.strip_prefix("wrote ")).unwrap();
    let report = std::fs::read_to_string(bench.path(file)).unwrap();
    assert!(report.contains("robots.txt overridden:") && report.contains("letter of 3 May"), "{report}");
    let robots = bench.ok(&["robots", &page]);
    assert!(robots.contains("may look") && robots.contains("overridden by letter of 3 May"), "{robots}");
}
