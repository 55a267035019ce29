//! A folder of its own, the binary, and a blog farm with the machine's time.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up fails its test")]

use std::fs;
use std::process::{Command, Stdio};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tokio::sync::Mutex;
use trackward_core::Clock;
use trackward_farm::{Asked, Blog, Entry, Farm, Post, Theme, World};
use trackward_monitor::SystemClock;

/// What the farm's blog links to.
pub(crate) const OURS: &str = "https://ours.example/roses";
/// The rest of a host in these tests.
pub(crate) const REST: SignedDuration = SignedDuration::from_millis(200);

/// A blog with our approved trackback on `/roses/`.
pub(crate) fn blog() -> Blog {
    Blog::new("garden", Theme::Classic)
        .post(Post::new("/roses/", "Roses").entry(Entry::trackback("ours", OURS).approved()))
}

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A folder of its own with the binary run in it, and a farm where one is wanted.
pub(crate) struct Bench {
    pub(crate) dir: TempDir,
    farm: Mutex<Option<Farm>>,
    roses: Option<String>,
}

impl Bench {
    pub(crate) fn empty() -> Self {
        Self { dir: TempDir::new().unwrap(), farm: Mutex::new(None), roses: None }
    }

    pub(crate) fn configured(text: &str) -> Self {
        let bench = Self::empty();
        bench.write("trackward.toml", text);
        bench
    }

    pub(crate) async fn with_farm(world: impl FnOnce(Timestamp) -> World) -> Self {
        let clock = Arc::new(SystemClock::new());
        let farm = Farm::start(world(clock.now()), clock).await.unwrap();
        let roses = farm.url("garden", "/roses/").to_string();
        let mut bench = Self::configured(&format!(
            "contact = \"https://ours.example/bot\"\nsites = [\"ours.example\"]\n\
             [fetch]\nrest = \"{}ms\"\nallow_networks = [\"127.0.0.0/8\"]\n\
             [schedule]\nown_pages = false\n",
            REST.as_millis()
        ));
        bench.farm = Mutex::new(Some(farm));
        bench.roses = Some(roses);
        bench
    }

    pub(crate) fn farm_url(&self, path: &str) -> String {
        self.roses.as_ref().unwrap().replace("/roses/", path)
    }

    /// The page of the named blog that all these blogs have.
    pub(crate) fn page_of(&self, blog: &str) -> String {
        self.farm.try_lock().unwrap().as_ref().unwrap().url(blog, "/roses/").to_string()
    }

    pub(crate) fn farm_log(&self) -> Vec<Asked> {
        self.farm.try_lock().unwrap().as_ref().map(Farm::log).unwrap_or_default()
    }

    pub(crate) async fn stop_farm(&self) {
        if let Some(farm) = self.farm.lock().await.take() {
            farm.stop().await;
        }
    }

    /// Watches the trackback as sent a day ago.
    pub(crate) fn add_trackback(&self) {
        let sent = (SystemClock::new().now() - SignedDuration::from_hours(24)).to_string();
        let page = self.farm_url("/roses/");
        let said = self.run(&["add", &page, OURS, "--kind", "trackback", "--sent", &sent]);
        assert_eq!(said.code, 0, "{}", said.stderr);
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.dir.path().join(name), text).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.dir.path().join(name).display().to_string()
    }

    pub(crate) fn run(&self, args: &[&str]) -> Said {
        self.run_with(args, &[])
    }

    pub(crate) fn run_with(&self, args: &[&str], environment: &[(&str, String)]) -> Said {
        let mut command = self.command(args);
        command.envs(environment.iter().map(|(name, value)| (*name, value.as_str())));
        // The farm goes on answering meanwhile.
        let output = tokio::task::block_in_place(|| command.output()).unwrap();
        Said {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a command that may write no file of more than so many KiB.
    #[cfg(unix)]
    pub(crate) fn limited(&self, args: &[&str], kib: u64) -> Said {
        let mut shell = Command::new("bash");
        // `ulimit -f` counts in KiB in bash.
        let script = format!("ulimit -f {kib}; exec \"$0\" \"$@\"");
        shell.args(["-c", &script, env!("CARGO_BIN_EXE_trackward")]).args(args).current_dir(self.dir.path());
        let output = shell.output().unwrap();
        Said {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a command that must end with 0, and gives its results.
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        let said = self.run(args);
        assert_eq!(said.code, 0, "{args:?}: {}", said.stderr);
        said.stdout
    }

    /// Begins a run and kills it (SIGKILL) when its first request has come to the farm.
    pub(crate) fn kill_run_at_its_first_request(&self) {
        let before = self.farm_log().len();
        let mut child =
            self.command(&["run", "--all"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while self.farm_log().len() == before && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trackward"));
        command.args(args).current_dir(self.dir.path());
        for name in ["TRACKWARD_CONFIG", "TRACKWARD_STORE", "TRACKWARD_CONTACT", "TRACKWARD_LOG", "NO_COLOR"]
        {
            command.env_remove(name);
        }
        command
    }
}
