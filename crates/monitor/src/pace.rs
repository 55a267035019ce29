//! The global rate: governor, under our clock, never waited for.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use jiff::{SignedDuration, Timestamp};
use trackward_core::Clock;

/// Requests a second over all hosts.
pub(crate) struct Pace {
    limiter: RateLimiter<NotKeyed, InMemoryState, Ours, NoOpMiddleware<Nanos>>,
    clock: Ours,
}

impl Pace {
    pub(crate) fn new(rate: u32, clock: Arc<dyn Clock>) -> Self {
        let rate = NonZeroU32::new(rate).unwrap_or(NonZeroU32::MIN);
        let clock = Ours { start: clock.now(), clock };
        Self { limiter: RateLimiter::direct_with_clock(Quota::per_second(rate), clock.clone()), clock }
    }

    /// Takes one request out of the rate, or says from when on there is one.
    pub(crate) fn take(&self) -> Result<(), Timestamp> {
        self.limiter.check().map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
            self.clock.clock.now().saturating_add(wait).unwrap_or(Timestamp::MAX)
        })
    }
}

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pace").finish_non_exhaustive()
    }
}

/// Our clock as governor reads one: nanoseconds since the run began.
#[derive(Clone)]
struct Ours {
    start: Timestamp,
    clock: Arc<dyn Clock>,
}

impl GovernorClock for Ours {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let passed = self.clock.now().duration_since(self.start);
        Nanos::from(std::time::Duration::try_from(passed).unwrap_or_default())
    }
}
