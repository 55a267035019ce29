//! What commands share: the settings, the store, the monitor.

use std::sync::Arc;

use trackward_core::Clock;
use trackward_fetch::HttpFetch;
use trackward_monitor::{Monitor, SystemClock};
use trackward_store::{OpenOptions, SledStore, Store, StoreError};

use crate::args::Global;
use crate::failure::{Ending, Failure};
use crate::length::Length;
use crate::output::count;
use crate::settings::Settings;

/// What a command runs with.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) settings: Settings,
    pub(crate) store: Arc<dyn Store>,
    /// The same store, for what only a store in a folder can say.
    pub(crate) sled: Arc<SledStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) json: bool,
}

impl Context {
    /// Reads the configuration and opens the store.
    pub(crate) async fn open(global: &Global) -> Result<Self, Failure> {
        Self::with(Settings::load(global)?, global).await
    }

    /// Opens the store of these settings.
    pub(crate) async fn with(settings: Settings, global: &Global) -> Result<Self, Failure> {
        let options = OpenOptions { wait_lock: global.wait_lock.map(Length::to_std) };
        Ok(Self::of(settings, options, global.json).await?)
    }

    /// The same, for those who go on where others hold the store.
    pub(crate) async fn of(settings: Settings, options: OpenOptions, json: bool) -> Result<Self, StoreError> {
        let sled = Arc::new(SledStore::open(&settings.store, options).await?);
        Ok(Self { settings, store: sled.clone(), sled, clock: Arc::new(SystemClock::new()), json })
    }

    /// How a command ends that ended so: a damaged record that was skipped is told by the exit code.
    pub(crate) fn ending(&self, ending: Ending) -> Result<Ending, Failure> {
        let skipped = self.store.skipped();
        if skipped == 0 {
            return Ok(ending);
        }
        let records = count(skipped, "damaged record was", "damaged records were");
        Err(Failure::cannot_write(format!(
            "{records} skipped: what was told is incomplete; the next command restores from the journal what it can"
        )))
    }

    /// A monitor over the store that asks real hosts.
    pub(crate) fn monitor(&self) -> Result<Monitor, Failure> {
        if self.settings.contact.is_none() {
            tracing::warn!(
                "no contact is configured, so only loopback networks that allow_networks names are checked; \
                 set contact = \"https://…\" or \"you@…\" in trackward.toml"
            );
        }
        let fetch = fetcher(&self.settings, &[])?;
        let settings = self.settings.monitor_settings();
        Ok(Monitor::new(self.store.clone(), fetch, self.clock.clone(), settings))
    }
}

/// The polite fetcher of these settings.
pub(crate) fn fetcher(
    settings: &Settings,
    also_allow: &[trackward_fetch::Network],
) -> Result<Arc<HttpFetch>, Failure> {
    let fetch = HttpFetch::new(settings.fetch_settings(also_allow));
    Ok(Arc::new(fetch.map_err(|error| Failure::failed(error.to_string()))?))
}
