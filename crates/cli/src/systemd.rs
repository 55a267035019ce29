//! What systemd is told of a service, and hears from it while it is alive (`sd_notify(3)`, `sd_watchdog_enabled(3)`).

use std::env;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use rustix::time::{ClockId, clock_gettime};
use trackward_core::{Clock, Hold};
use trackward_monitor::SystemClock;

/// The service manager, where there is one that listens.
pub(crate) struct Systemd {
    #[cfg(unix)]
    socket: Option<(std::os::unix::net::UnixDatagram, std::os::unix::net::SocketAddr)>,
    /// It takes the service for dead when it hears nothing for so long.
    patience: Option<Duration>,
}

impl Systemd {
    /// Whom the environment names: `NOTIFY_SOCKET`, and `WATCHDOG_USEC` where it is meant for this process.
    pub(crate) fn of_environment() -> Self {
        let number = |name| env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
        let is_ours = number("WATCHDOG_PID").is_none_or(|pid| pid == u64::from(std::process::id()));
        let patience = number("WATCHDOG_USEC").filter(|usec| is_ours && *usec > 0).map(Duration::from_micros);
        Self {
            #[cfg(unix)]
            socket: env::var("NOTIFY_SOCKET").ok().and_then(|name| open(&name)),
            patience,
        }
    }

    /// It does what it is there for.
    pub(crate) fn ready(&self) {
        self.tell("READY=1");
    }

    /// It reads its configuration again, until it is ready.
    pub(crate) fn reloading(&self) {
        let now = Duration::try_from(clock_gettime(ClockId::Monotonic)).unwrap_or_default();
        self.tell(&format!("RELOADING=1\nMONOTONIC_USEC={}", now.as_micros()));
    }

    /// It comes to its end.
    pub(crate) fn stopping(&self) {
        self.tell("STOPPING=1");
    }

    /// Best effort: a service that nobody listens to goes on all the same.
    fn tell(&self, state: &str) {
        #[cfg(unix)]
        if let Some((socket, to)) = &self.socket {
            let _ = socket.send_to_addr(state.as_bytes(), to);
        }
        #[cfg(not(unix))]
        let _ = state;
    }
}

/// A socket, and the address of a path or, with an `@`, of an abstract name.
#[cfg(unix)]
fn open(name: &str) -> Option<(std::os::unix::net::UnixDatagram, std::os::unix::net::SocketAddr)> {
    use std::os::unix::net::{SocketAddr, UnixDatagram};
    let address = match name.strip_prefix('@') {
        #[cfg(target_os = "linux")]
        Some(name) => {
            use std::os::linux::net::SocketAddrExt;
            SocketAddr::from_abstract_name(name).ok()?
        }
        #[cfg(not(target_os = "linux"))]
        Some(_) => return None,
        None => SocketAddr::from_pathname(name).ok()?,
    };
    Some((UnixDatagram::unbound().ok()?, address))
}

impl fmt::Debug for Systemd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Systemd").field("patience", &self.patience).finish_non_exhaustive()
    }
}

/// The machine's clock; systemd hears from whoever goes by it, so that a loop that hangs is found out.
#[derive(Debug)]
pub(crate) struct WatchdogClock {
    clock: SystemClock,
    systemd: Arc<Systemd>,
    heard: Mutex<Timestamp>,
}

impl WatchdogClock {
    pub(crate) fn new(systemd: Arc<Systemd>) -> Self {
        Self { clock: SystemClock::new(), systemd, heard: Mutex::new(Timestamp::MIN) }
    }

    /// Time between two signs of life: half of what systemd bears.
    fn pace(&self) -> Option<SignedDuration> {
        self.systemd.patience.and_then(|patience| SignedDuration::try_from(patience / 2).ok())
    }

    fn beat(&self, now: Timestamp) {
        let Some(pace) = self.pace() else { return };
        let mut heard = self.heard.lock().expect("no holder panics");
        // `heard` may lie far back: as a difference it would be beyond what a length holds.
        if *heard <= now.saturating_sub(pace).unwrap_or(Timestamp::MIN) {
            *heard = now;
            self.systemd.tell("WATCHDOG=1");
        }
    }
}

#[async_trait]
impl Clock for WatchdogClock {
    fn now(&self) -> Timestamp {
        let now = self.clock.now();
        self.beat(now);
        now
    }

    async fn sleep_until(&self, at: Timestamp) {
        while let now = self.now()
            && now < at
        {
            let pace = self.pace().and_then(|pace| now.saturating_add(pace).ok());
            self.clock.sleep_until(pace.map_or(at, |sign| sign.min(at))).await;
        }
    }

    fn hold(&self) -> Hold {
        self.clock.hold()
    }
}
