//! `trackward watch` as a service manager and its neighbours meet it: signals, the store let go, the watchdog.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bench;

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command};
use std::thread::yield_now;
use std::time::Duration;

use bench::{Bench, OURS, blog};
use trackward_farm::{Asked, World};

/// A watch under way, with what it says in files.
struct Watch<'a> {
    bench: &'a Bench,
    child: Child,
}

impl<'a> Watch<'a> {
    fn begin(bench: &'a Bench, environment: &[(&str, &str)]) -> Self {
        let file = |name: &str| File::create(bench.path(name)).unwrap();
        let mut command = bench.command(&["watch", "--json"]);
        command.envs(environment.iter().copied()).stdout(file("stdout")).stderr(file("stderr"));
        Self { bench, child: command.spawn().unwrap() }
    }

    fn stdout(&self) -> String {
        fs::read_to_string(self.bench.path("stdout")).unwrap()
    }

    fn stderr(&self) -> String {
        fs::read_to_string(self.bench.path("stderr")).unwrap()
    }

    /// Waits until something holds; the watch must go on meanwhile.
    fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        while !holds(self) {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "it ended before {what}: {}{}", self.stdout(), self.stderr());
            yield_now();
        }
    }

    fn until_runs(&mut self, runs: usize) {
        self.until("its runs", |watch| watch.stdout().lines().count() >= runs);
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    fn ended(mut self) -> (Option<i32>, String, String) {
        let code = tokio::task::block_in_place(|| self.child.wait()).unwrap().code();
        (code, self.stdout(), self.stderr())
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        // It has ended where the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn bench() -> Bench {
    let bench = Bench::with_farm(|start| World::new(start).blog(blog())).await;
    bench.add_trackback();
    bench
}

/// Has the blog's host rest for a minute after each request.
fn let_it_rest(bench: &Bench) {
    let page = bench.farm_url("/roses/");
    let host = page.split(['/', ':']).nth(3).unwrap();
    let usual = fs::read_to_string(bench.path("trackward.toml")).unwrap();
    bench.write("trackward.toml", &format!("{usual}[[hosts]]\nhost = \"{host}\"\nrest = \"60s\"\n"));
}

fn has_asked(bench: &Bench, what: impl Fn(&Asked) -> bool) -> bool {
    bench.farm_log().iter().any(what)
}

#[tokio::test(flavor = "multi_thread")]
async fn due_page_is_checked_told_as_a_run_and_sigterm_ends_it_with_0() {
    let bench = bench().await;
    let mut watch = Watch::begin(&bench, &[]);
    watch.until_runs(1);
    watch.signal("TERM");
    let (code, told, log) = watch.ended();
    assert_eq!(code, Some(0), "{log}");
    let run: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&run["pages"], &run["events"]["approved"], &run["left"]), (&1.into(), &1.into(), &0.into()));
    assert!(bench.ok(&["list"]).contains("live"));
}

#[tokio::test(flavor = "multi_thread")]
async fn link_that_is_added_meanwhile_is_checked_without_being_told_to() {
    let bench = bench().await;
    let mut watch = Watch::begin(&bench, &[]);
    watch.until_runs(1);
    bench.ok(&["add", &bench.farm_url("/other/"), OURS, "--wait-lock", "30s"]);
    watch.until_runs(2);
    assert!(has_asked(&bench, |asked| asked.path == "/other/"));
    bench.ok(&["report", "--since", "1d", "--wait-lock", "30s"]);
    watch.signal("INT");
    assert_eq!(watch.ended().0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_in_a_run_commits_what_is_there_and_says_what_is_left() {
    let bench = bench().await;
    let_it_rest(&bench);
    let mut watch = Watch::begin(&bench, &[]);
    watch.until("robots.txt", |_| has_asked(&bench, |asked| asked.path == "/robots.txt"));
    watch.signal("TERM");
    let (code, told, log) = watch.ended();
    assert_eq!(code, Some(0), "{log}");
    let run: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&run["pages"], &run["left"]), (&0.into(), &1.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn second_sigterm_stops_at_once() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let bench = Bench::configured(
        "contact = \"https://ours.example/bot\"\n[fetch]\nallow_networks = [\"127.0.0.0/8\"]\n",
    );
    bench.ok(&["add", &format!("http://{}/post", silent.local_addr().unwrap()), OURS]);
    let mut watch = Watch::begin(&bench, &[]);
    let (_never_answered, _) = silent.accept().unwrap();
    watch.signal("TERM");
    watch.until("it says that it stops", |watch| watch.stderr().contains("once more to stop at once"));
    watch.signal("TERM");
    assert_eq!(watch.ended().0, Some(1));
    assert!(bench.run(&["list"]).code == 0, "the store opens");
}

#[tokio::test(flavor = "multi_thread")]
async fn sighup_takes_a_good_configuration_and_keeps_the_old_one_for_a_bad_one() {
    let bench = bench().await;
    let good = fs::read_to_string(bench.path("trackward.toml")).unwrap();
    let mut watch = Watch::begin(&bench, &[]);
    watch.until_runs(1);
    bench.write("trackward.toml", "contcat = 1\n");
    watch.signal("HUP");
    watch.until("it says so", |watch| watch.stderr().contains("the configuration is at fault"));
    assert!(watch.stderr().contains("trackward.toml, line 1: unknown field `contcat`"), "{}", watch.stderr());
    bench.write("trackward.toml", &good.replace("ours.example/bot", "ours.example/other"));
    watch.signal("HUP");
    watch.until("it is read", |watch| watch.stderr().contains("read the configuration again"));
    bench.ok(&["add", &bench.farm_url("/other/"), OURS, "--wait-lock", "30s"]);
    watch.until_runs(2);
    let agent_of =
        |path: &str| bench.farm_log().into_iter().find(|asked| asked.path == path).unwrap().agent.unwrap();
    assert!(agent_of("/roses/").contains("/bot)") && agent_of("/other/").contains("/other)"));
    bench.write("trackward.toml", &format!("store = \"elsewhere\"\n{good}"));
    watch.signal("HUP");
    watch.until("it says so", |watch| watch.stderr().contains("another store takes a restart"));
    watch.signal("TERM");
    assert_eq!(watch.ended().0, Some(0));
    assert!(!bench.dir.path().join("elsewhere").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn sighup_in_a_run_lets_others_have_the_store_and_the_watch_goes_on() {
    let bench = bench().await;
    let_it_rest(&bench);
    let mut watch = Watch::begin(&bench, &[]);
    watch.until("robots.txt", |_| has_asked(&bench, |asked| asked.path == "/robots.txt"));
    let said = bench.run(&["list"]);
    assert_eq!(said.code, 75, "a run holds the store");
    assert!(said.stderr.contains(&format!("process {}", watch.child.id())), "{}", said.stderr);
    watch.signal("HUP");
    assert_eq!(bench.ok(&["list", "--wait-lock", "30s"]).lines().count(), 1);
    watch.until_runs(1);
    watch.signal("TERM");
    assert_eq!(watch.ended().0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn service_manager_is_told_ready_reloading_stopping_and_hears_from_it_meanwhile() {
    let bench = bench().await;
    let path = bench.path("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let mut watch = Watch::begin(&bench, &[("NOTIFY_SOCKET", &path), ("WATCHDOG_USEC", "200000")]);
    let next = || {
        let mut said = [0; 200];
        let length = tokio::task::block_in_place(|| socket.recv(&mut said)).unwrap();
        String::from_utf8(said[..length].to_vec()).unwrap()
    };
    assert_eq!(next(), "READY=1");
    watch.until_runs(1);
    for _ in 0..20 {
        assert_eq!(next(), "WATCHDOG=1", "while it waits as well");
    }
    watch.signal("HUP");
    let told: Vec<String> =
        std::iter::repeat_with(next).filter(|said| said != "WATCHDOG=1").take(2).collect();
    assert!(told[0].starts_with("RELOADING=1\nMONOTONIC_USEC=") && told[1] == "READY=1", "{told:?}");
    watch.signal("TERM");
    assert!(std::iter::repeat_with(next).take(100).any(|said| said == "STOPPING=1"));
    assert_eq!(watch.ended().0, Some(0));
}

#[test]
fn wrong_configuration_ends_it_with_2_before_it_is_ready() {
    let bench = Bench::configured("contcat = 1\n");
    assert_eq!(bench.run(&["watch"]).code, 2);
    assert_eq!(bench.run(&["watch", "--config", "none.toml"]).code, 2);
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn watch_with_nothing_due_takes_hardly_any_time_of_the_processor() {
    let bench = bench().await;
    let mut watch = Watch::begin(&bench, &[]);
    watch.until_runs(1);
    let stat = format!("/proc/{}/stat", watch.child.id());
    // User and system time, in hundredths of a second.
    let ticks = || -> u64 {
        let text = fs::read_to_string(&stat).unwrap();
        let fields: Vec<&str> = text.rsplit(')').next().unwrap().split_whitespace().collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    };
    // The store was let go when `list` gets it; the watch looks now and then whether anything was added.
    bench.ok(&["list", "--wait-lock", "30s"]);
    let before = ticks();
    bench.ok(&["add", &bench.farm_url("/other/"), OURS, "--wait-lock", "30s"]);
    watch.until("it asks for the page", |_| has_asked(&bench, |asked| asked.path == "/other/"));
    let spent = ticks() - before;
    assert!(spent < 100, "{spent} hundredths of a second in about five seconds");
    watch.signal("TERM");
    assert_eq!(watch.ended().0, Some(0));
}
