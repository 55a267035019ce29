//! The library people embed: a store, something to fetch with, a clock, and runs over what is due.

use std::sync::Arc;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use trackward_core::{Clock, RunRecord, RunScope};
use trackward_fetch::Fetch;
use trackward_store::{Store, StoreError};

use crate::access::Access;
use crate::explore::{ExploreRequest, Explored, Orders};
use crate::progress::Progress;
use crate::run::Run;
use crate::settings::MonitorSettings;

/// Why a run could not go on. Trouble with pages is no error, it is what a run observes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MonitorError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One run: what to look at, and when to stop.
#[derive(Debug, Clone)]
pub struct RunRequest {
    /// What to look at.
    pub scope: RunScope,
    /// No request begins after this instant.
    pub deadline: Option<Timestamp>,
    /// Cancelled to stop: what is in flight is finished and committed.
    pub stop: CancellationToken,
}

impl RunRequest {
    /// A run over what is due, to its end.
    pub fn due() -> Self {
        Self { scope: RunScope::Due, deadline: None, stop: CancellationToken::new() }
    }
}

/// One run of a watch: until when it goes on, and when to stop.
#[derive(Debug, Clone)]
pub struct WatchRequest {
    /// It ends at this instant, or before when nothing more becomes due until then.
    pub until: Timestamp,
    /// Cancelled to have it end sooner, in order: what is in flight is finished, removals are decided, the rest stays due.
    pub cut: CancellationToken,
    /// Cancelled to stop: what is in flight is finished and committed.
    pub stop: CancellationToken,
}

/// Visits due pages politely and writes down what follows: the library behind `trackward run`.
#[derive(Debug)]
pub struct Monitor {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) fetch: Arc<dyn Fetch>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: MonitorSettings,
}

impl Monitor {
    /// A monitor over a store, with something to fetch with and a clock.
    pub fn new(
        store: Arc<dyn Store>,
        fetch: Arc<dyn Fetch>,
        clock: Arc<dyn Clock>,
        settings: MonitorSettings,
    ) -> Self {
        Self { store, fetch, clock, settings }
    }

    /// What owners of hosts have told the team.
    pub(crate) async fn access(&self) -> Result<Arc<Access>, MonitorError> {
        let opt_outs = self.store.opt_outs().await?.into_iter().collect();
        Ok(Arc::new(Access { opt_outs, ignore_robots: self.settings.ignore_robots.clone() }))
    }

    /// Visits everything in scope once and answers what was done; `progress` hears of each page.
    ///
    /// # Errors
    /// When the store fails; what was committed before stays.
    pub async fn run(
        &self,
        request: RunRequest,
        progress: &(dyn Fn(&Progress<'_>) + Send + Sync),
    ) -> Result<RunRecord, MonitorError> {
        let run = Box::pin(Run::begin(self, request, false, progress)).await?;
        Box::pin(run.finish()).await
    }

    /// As [`Monitor::run`] over what is due, and goes on with what becomes due meanwhile: the library behind
    /// `trackward watch`, which makes such a run again and again.
    ///
    /// # Errors
    /// When the store fails; what was committed before stays.
    pub async fn watch(
        &self,
        request: WatchRequest,
        progress: &(dyn Fn(&Progress<'_>) + Send + Sync),
    ) -> Result<RunRecord, MonitorError> {
        let WatchRequest { until, cut, stop } = request;
        let run =
            Box::pin(Run::begin(self, RunRequest { stop, ..RunRequest::due() }, true, progress)).await?;
        Box::pin(run.watch(until, cut).finish()).await
    }

    /// Looks at pages that nobody told us of, as they are asked for, until nobody asks any more. Those with references to
    /// us are watched from then on; `progress` hears of each page.
    ///
    /// # Errors
    /// When the store fails; what was committed before stays.
    pub async fn explore(
        &self,
        request: ExploreRequest,
        orders: Orders,
        progress: &(dyn Fn(&Progress<'_>) + Send + Sync),
    ) -> Result<Explored, MonitorError> {
        let (deadline, stop) = (request.deadline, request.stop.clone());
        let run = RunRequest { scope: RunScope::Discovery, deadline, stop };
        let run = Box::pin(Run::begin(self, run, false, progress)).await?;
        Box::pin(run.explore(request, orders)).await
    }
}
