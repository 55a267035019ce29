//! The rates over many hosts: governor, under our clock, never waited for.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{NotUntil, Quota, RateLimiter};
use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use trackward_core::Clock;
use trackward_fetch::shared_network;

/// Requests a second over all hosts, and over all hosts of one network.
pub(crate) struct Pace {
    all: RateLimiter<NotKeyed, InMemoryState, Ours, NoOpMiddleware<Nanos>>,
    networks: RateLimiter<IpNet, HashMapStateStore<IpNet>, Ours, NoOpMiddleware<Nanos>>,
    clock: Ours,
}

/// Why a request has to wait, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// All hosts have to.
    All(Timestamp),
    /// This host has to: others of its network were asked.
    Network(Timestamp),
}

impl Pace {
    pub(crate) fn new(rate: u32, network_rate: u32, clock: Arc<dyn Clock>) -> Self {
        let quota = |rate| Quota::per_second(NonZeroU32::new(rate).unwrap_or(NonZeroU32::MIN));
        let clock = Ours { start: clock.now(), clock };
        Self {
            all: RateLimiter::direct_with_clock(quota(rate), clock.clone()),
            networks: RateLimiter::hashmap_with_clock(
                quota(network_rate).allow_burst(NonZeroU32::MIN),
                clock.clone(),
            ),
            clock,
        }
    }

    /// Takes one request to a host that answered last from `peer` out of the rates, or says from when on there is
    /// one.
    pub(crate) fn take(&self, peer: Option<IpAddr>) -> Result<(), Wait> {
        let network =
            peer.and_then(shared_network).map_or(Ok(()), |network| self.networks.check_key(&network));
        network.map_err(|not_until| Wait::Network(self.until(&not_until)))?;
        self.all.check().map_err(|not_until| Wait::All(self.until(&not_until)))
    }

    fn until(&self, not_until: &NotUntil<Nanos>) -> Timestamp {
        let wait = not_until.wait_time_from(self.clock.now());
        let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
        self.clock.clock.now().saturating_add(wait).unwrap_or(Timestamp::MAX)
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
