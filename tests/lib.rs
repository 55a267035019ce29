//! What the scenario tests share: a farm, a simulated clock, a store and a monitor on one stage.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use trackward_core::{Clock, Event, EventName, HostKey, Link, NewWatch, RunRecord, Target, Watched};
use trackward_farm::{Asked, Farm, World};
use trackward_fetch::{AddressGate, FetchSettings, HttpFetch, UserAgent};
use trackward_monitor::{Monitor, MonitorSettings, RunRequest, SimulatedClock};
use trackward_store::{EventQuery, LinkQuery, MemoryStore, Store};

/// Monday on which every scenario begins.
///
/// # Panics
/// Never: the date is written down here.
pub fn start() -> Timestamp {
    "2026-11-02T06:00:00Z".parse().expect("a date")
}

/// So many hours.
pub fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

/// A farm with the whole of trackward before it: real HTTP over loopback, simulated time.
#[derive(Debug)]
pub struct Stage {
    /// The web.
    pub farm: Farm,
    /// The time.
    pub clock: Arc<SimulatedClock>,
    /// What is known.
    pub store: Arc<dyn Store>,
    /// What looks.
    pub monitor: Monitor,
}

impl Stage {
    /// A stage with a fresh store in memory.
    ///
    /// # Panics
    /// When the farm cannot listen on loopback.
    pub async fn new(world: World) -> Self {
        Self::over(Arc::new(MemoryStore::new()), &[], world).await
    }

    /// A stage over a given store, on the ports of an earlier farm where there was one.
    ///
    /// # Panics
    /// When the farm cannot listen on loopback.
    pub async fn over(store: Arc<dyn Store>, ports: &[u16], world: World) -> Self {
        let clock = Arc::new(SimulatedClock::new(start()));
        let farm = Farm::start_on(ports, world, clock.clone()).await.expect("loopback can be listened on");
        let monitor = monitor(store.clone(), clock.clone());
        Self { farm, clock, store, monitor }
    }

    /// Goes on with another store.
    pub fn change_store(&mut self, store: Arc<dyn Store>) {
        self.monitor = monitor(store.clone(), self.clock.clone());
        self.store = store;
    }

    /// Ends the farm and answers its ports.
    pub async fn leave(self) -> Vec<u16> {
        let ports = self.farm.ports();
        self.farm.stop().await;
        ports
    }

    /// Watches links.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn watch(&self, watches: Vec<NewWatch>) {
        self.store.add(watches, self.clock.now()).await.expect("the store works");
    }

    /// A watch on a page of the farm.
    ///
    /// # Panics
    /// When the target does not read.
    pub fn link(&self, blog: &str, path: &str, target: &str) -> NewWatch {
        NewWatch::new(self.farm.url(blog, path), Target::parse(target).expect("a target"))
    }

    /// One run over what is due now.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn run(&self) -> RunRecord {
        self.monitor.run(RunRequest::due(), &|_| ()).await.expect("the store works")
    }

    /// Runs every so many hours until so many hours after the start.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn run_every(&self, every: i64, until: i64) -> Vec<RunRecord> {
        let mut runs = Vec::new();
        let mut next = self.clock.now();
        while next <= start() + hours(until) {
            self.clock.advance_to(next);
            runs.push(self.run().await);
            next = (next + hours(every)).max(self.clock.now());
        }
        runs
    }

    /// Everything that happened.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn events(&self) -> Vec<Event> {
        let query = EventQuery { limit: 100_000, ..EventQuery::default() };
        let page = self.store.events(query).await.expect("the store works");
        page.rows.into_iter().map(|(_, event)| event).collect()
    }

    /// The names of everything that happened, in order.
    pub async fn told(&self) -> Vec<EventName> {
        self.events().await.iter().map(|event| event.what.name()).collect()
    }

    /// Every link with its page.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn links(&self) -> Vec<Watched> {
        let query = LinkQuery { limit: 100_000, ..LinkQuery::default() };
        self.store.links(query).await.expect("the store works").rows
    }

    /// The only link there is.
    ///
    /// # Panics
    /// When there is another number of links.
    pub async fn only_link(&self) -> Link {
        let links = self.links().await;
        assert_eq!(links.len(), 1, "one link is expected");
        links[0].link.clone()
    }
}

/// A monitor that may ask loopback hosts and takes the farm's time.
///
/// # Panics
/// When the HTTP client cannot be made.
pub fn monitor(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Monitor {
    monitor_through(AddressGate::default().allow("127.0.0.0/8".parse().expect("a network")), store, clock)
}

/// A monitor that may ask the hosts that `gate` allows.
///
/// # Panics
/// When the HTTP client cannot be made.
pub fn monitor_through(gate: AddressGate, store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Monitor {
    let agent = UserAgent::new(Some("https://ours.example/bot")).expect("a contact");
    let fetch = HttpFetch::new(FetchSettings { agent, gate }).expect("a client");
    let sites = vec![Target::parse("ours.example").expect("a target")];
    Monitor::new(
        store,
        Arc::new(fetch),
        clock,
        MonitorSettings { sites, own_pages: false, ..MonitorSettings::default() },
    )
}

/// Every broken promise of politeness that a log proves: two requests at once to a host, a rest that was
/// cut short, a first request that did not ask for robots.txt, a request without our name.
pub fn rudeness(log: &[Asked], rest: SignedDuration) -> Vec<String> {
    let mut faults = Vec::new();
    let mut hosts: Vec<&HostKey> = log.iter().map(|asked| &asked.host).collect();
    hosts.sort();
    hosts.dedup();
    for host in hosts {
        let asked: Vec<&Asked> = log.iter().filter(|asked| asked.host == *host).collect();
        if asked[0].path != "/robots.txt" {
            faults.push(format!("{host} was asked for {} before its robots.txt", asked[0].path));
        }
        for pair in asked.windows(2) {
            let pause = pair[1].at.duration_since(pair[0].ended);
            if pause < rest {
                faults.push(format!("{host} rested {pause:#} before {}", pair[1].path));
            }
        }
        for line in &asked {
            if line.in_flight > 1 {
                faults.push(format!("{host} had {} requests at once", line.in_flight));
            }
            if !line.agent.as_deref().is_some_and(|agent| agent.starts_with("trackward/")) {
                faults.push(format!("{host} was asked by {:?}", line.agent));
            }
        }
    }
    faults
}
