//! The frontier and the one loop: leases hosts, visits their due pages politely, commits what was seen.
//!
//! [`Monitor::run`] is one run over what is due, the job of a cron line. A pure [`Frontier`] says which host
//! may be asked next, a pure [`Visit`] says what to ask for, and one loop spawns single requests: nobody
//! waits for politeness inside a concurrency slot (`docs/architecture.md`).
//!
//! Deliberately absent: background threads, retries inside a request, more than one request a host at a time.
//!
//! ```
//! use std::sync::Arc;
//! use trackward_fetch::{AddressGate, FetchSettings, HttpFetch, UserAgent};
//! use trackward_monitor::{Monitor, MonitorSettings, RunRequest, SystemClock};
//! use trackward_store::MemoryStore;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let agent = UserAgent::new(Some("https://example.com/bot"))?;
//! let fetch = HttpFetch::new(FetchSettings { agent, gate: AddressGate::default() })?;
//! let store = Arc::new(MemoryStore::new());
//! let monitor = Monitor::new(store, Arc::new(fetch), Arc::new(SystemClock::new()), MonitorSettings::default());
//! let run = monitor.run(RunRequest::due(), &|page| println!("{}", page.page)).await?;
//! assert_eq!(run.pages, 0);
//! # Ok(())
//! # }
//! ```

mod access;
mod ask;
mod claims;
mod clock;
mod doubts;
mod explore;
mod forecast;
mod frontier;
mod inquiry;
mod leased;
mod look;
mod monitor;
mod pace;
mod progress;
mod run;
mod settings;
mod tally;
mod timetable;
mod visit;
mod watched_hosts;
mod week;

pub use access::Access;
pub use claims::follow_claims;
pub use clock::{SimulatedClock, SystemClock};
pub use explore::{ExploreRequest, Explored, Explorer, Orders};
pub use forecast::{Forecast, HostForecast};
pub use frontier::{Frontier, VisitId};
pub use look::{Look, RobotsLook, look, look_at_robots};
pub use monitor::{Monitor, MonitorError, RunRequest, WatchRequest};
pub use progress::Progress;
pub use settings::MonitorSettings;
pub use visit::{LearnedRobots, Need, Taken, Visit};
pub use week::{Spending, Week};
