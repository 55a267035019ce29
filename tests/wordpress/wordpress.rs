//! A WordPress of our own: brought up by the kit, ended with the last test that holds it.

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use serde_json::Value;
use tempfile::TempDir;

const KIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/wordpress/kit");

/// What the kit needs of Debian, as `apt-get` is told.
const PACKAGES: &str = "mariadb-server nginx-light php-cli php-curl php-fpm php-mbstring php-mysql php-xml";

/// The one instance that tests share: they run in turn, since themes and settings are those of a whole site.
static SHARED: Mutex<Weak<WordPress>> = Mutex::new(Weak::new());
static TURN: Mutex<()> = Mutex::new(());

/// A running WordPress; it is stopped by the kit, by pid, when it is dropped.
#[derive(Debug)]
pub(crate) struct WordPress {
    run: TempDir,
    port: u16,
}

/// A test's turn on the shared WordPress, emptied for it.
pub(crate) struct Turn {
    _turn: MutexGuard<'static, ()>,
    wordpress: Arc<WordPress>,
}

impl std::ops::Deref for Turn {
    type Target = WordPress;

    fn deref(&self) -> &WordPress {
        &self.wordpress
    }
}

impl Turn {
    /// Waits for the turn; nothing where services are missing and not required.
    pub(crate) fn take() -> Option<Self> {
        // The instance is held while waiting, so that it lives on from test to test.
        let wordpress = shared()?;
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        wordpress.ctl(&["maintenance", "off"]); // a test that failed may have left it on
        wordpress.raise();
        wordpress.ctl(&["reset"]);
        Some(Self { _turn: turn, wordpress })
    }
}

fn shared() -> Option<Arc<WordPress>> {
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(wordpress) = shared.upgrade() {
        return Some(wordpress);
    }
    match WordPress::start() {
        Ok(wordpress) => {
            let wordpress = Arc::new(wordpress);
            *shared = Arc::downgrade(&wordpress);
            Some(wordpress)
        }
        Err(why) => {
            let why =
                format!("no WordPress to test with: {}\nget it: apt-get install {PACKAGES}", why.trim());
            let required = std::env::var("TRACKWARD_REQUIRE_SERVICES").is_ok_and(|value| value == "1");
            assert!(!required, "{why}");
            // Written straight to stderr: the output of a test that passes is not shown otherwise.
            writeln!(std::io::stderr(), "SKIPPED, {why}").expect("stderr can be written to");
            None
        }
    }
}

impl WordPress {
    /// Brings one up on a free port; the reason where the machine has not what it takes.
    fn start() -> Result<Self, String> {
        let run = tempfile::Builder::new().prefix("wp").tempdir().expect("a directory");
        // The packages are kept with the build, so that each is downloaded once.
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wordpress-debs");
        std::fs::create_dir_all(&kept).expect("a directory");
        symlink(kept, run.path().join("deb")).expect("a link");
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
        let wordpress = Self { run, port: port.expect("loopback can be listened on").port() };
        let prepared =
            wordpress.command("up.sh").arg("--prepare").output().map_err(|error| error.to_string())?;
        if !prepared.status.success() {
            return Err(String::from_utf8_lossy(&prepared.stderr).into_owned());
        }
        wordpress.raise();
        Ok(wordpress)
    }

    /// Starts what is not running.
    pub(crate) fn raise(&self) {
        self.kit("up.sh", &[]);
    }

    /// Stops the database alone.
    pub(crate) fn stop_database(&self) {
        self.kit("down.sh", &["db"]);
    }

    /// Runs a verb of the kit's `wpctl` and answers the last line it printed.
    pub(crate) fn ctl(&self, words: &[&str]) -> Value {
        let output = self.kit("wpctl.sh", words);
        let text = String::from_utf8_lossy(&output.stdout);
        let last = text.lines().last().expect("wpctl prints a line");
        serde_json::from_str(last).expect("wpctl prints JSON")
    }

    fn kit(&self, script: &str, words: &[&str]) -> Output {
        let output = self.command(script).args(words).output().expect("the kit runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{script} {words:?}: {errors}");
        output
    }

    fn command(&self, script: &str) -> Command {
        let mut command = Command::new(Path::new(KIT).join(script));
        command.env("WPKIT_RUN", self.run.path()).env("WPKIT_PORT", self.port.to_string());
        command.env("WPKIT_APT", "no").env("WPKIT_DB", "mariadb").env("WPKIT_WEB", "nginx");
        command
    }
}

impl Drop for WordPress {
    fn drop(&mut self) {
        // `deb` is a link out of the directory: `--wipe` stops everything and leaves it alone.
        drop(self.command("down.sh").arg("--wipe").output());
    }
}
