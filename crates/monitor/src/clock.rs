//! The two clocks: the machine's, and one that jumps.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use rustix::time::{ClockId, clock_gettime};
use trackward_core::{Clock, Hold, Holds};

/// The machine's clock, as it stood when this was made, and the time that has passed since.
///
/// So a clock that is set while a run goes on moves nothing; time that the machine slept counts.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    start: Timestamp,
    passed_before: Duration,
}

impl SystemClock {
    /// Reads the machine's clock.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    pub fn new() -> Self {
        Self { start: Timestamp::now(), passed_before: passed() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

/// Time since some fixed instant, sleep of the machine included where the system counts it.
fn passed() -> Duration {
    #[cfg(target_os = "linux")]
    let id = ClockId::Boottime;
    #[cfg(not(target_os = "linux"))]
    let id = ClockId::Monotonic;
    clock_gettime(id).try_into().unwrap_or_default()
}

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let passed = passed().saturating_sub(self.passed_before);
        self.start.saturating_add(passed).unwrap_or(Timestamp::MAX)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that waits")]
    async fn sleep_until(&self, at: Timestamp) {
        // Slept in pieces, so that a machine that was suspended wakes up in time.
        const LONGEST: Duration = Duration::from_secs(30);
        while let Ok(left) = Duration::try_from(at.duration_since(self.now()))
            && !left.is_zero()
        {
            tokio::time::sleep(left.min(LONGEST)).await;
        }
    }

    fn hold(&self) -> Hold {
        Hold::default()
    }
}

/// A clock that stands still while work is in flight and jumps to the next wake-up otherwise: months of
/// polite checks take seconds.
///
/// It serves one sleeper: a sleep that begins while something is in flight never ends by itself, the
/// loop asks again after each answer.
#[derive(Debug)]
pub struct SimulatedClock {
    now: Mutex<Timestamp>,
    holds: Holds,
}

impl SimulatedClock {
    /// A clock that shows `start`.
    pub fn new(start: Timestamp) -> Self {
        Self { now: Mutex::new(start), holds: Holds::default() }
    }

    /// Jumps forward to `at`; a time that has passed changes nothing.
    pub fn advance_to(&self, at: Timestamp) {
        let mut now = self.now.lock().expect("no holder of the clock panics");
        *now = at.max(*now);
    }
}

#[async_trait]
impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().expect("no holder of the clock panics")
    }

    async fn sleep_until(&self, at: Timestamp) {
        if self.holds.any() {
            return std::future::pending().await;
        }
        self.advance_to(at);
    }

    fn hold(&self) -> Hold {
        self.holds.take()
    }
}
