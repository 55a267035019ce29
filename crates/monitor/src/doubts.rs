//! When a run distrusts itself: so much is missing or unreachable at once that the fault may be ours.

use jiff::Timestamp;
use trackward_core::{Policy, RunGuard, RunId, StateName};
use trackward_store::{Result, Store};

use crate::settings::Limits;

/// What a run must know of itself and of the runs before it.
#[derive(Debug)]
pub(crate) struct Doubts {
    /// What went wrong over all hosts.
    pub(crate) guard: RunGuard,
    /// Live links of the whole store before the run.
    live: u64,
    started: Timestamp,
    /// Runs that were held lately, with their beginnings, oldest first.
    held: Vec<(RunId, Timestamp)>,
}

impl Doubts {
    /// Reads which runs were held lately, and how much is live.
    pub(crate) async fn load(store: &dyn Store, now: Timestamp) -> Result<Self> {
        let lately = now.saturating_sub(Limits::HELD_RUNS).unwrap_or(Timestamp::MIN);
        let runs = store.runs(lately, now).await?;
        let held = runs.iter().filter(|run| run.held.is_some()).map(|run| (run.id, run.started)).collect();
        let live = store.counts().await?.get(&StateName::Live).copied().unwrap_or(0);
        Ok(Self { guard: RunGuard::default(), live, started: now, held })
    }

    /// The policy under which the misses of held runs count for nothing.
    /// Those of `doubted` too.
    pub(crate) fn policy(&self, policy: &Policy, doubted: Option<RunId>) -> Policy {
        let held = self.held.iter().map(|(run, _)| *run);
        Policy { held_runs: held.chain(doubted).collect(), ..policy.clone() }
    }

    /// Live links of the whole store before the run.
    pub(crate) fn live(&self) -> u64 {
        self.live
    }

    /// Whether as much was missing a day or more before: then it is believed, host by host.
    pub(crate) fn is_believed(&self) -> bool {
        let long_ago =
            |(_, at): &(RunId, Timestamp)| self.started.duration_since(*at) >= Limits::BELIEVED_AFTER;
        self.held.last().is_some_and(long_ago)
    }

    /// Why the run is held, in words. A second run that misses as much a day later is believed.
    pub(crate) fn hold(&self) -> Option<String> {
        let misses = self.guard.misses_in_doubt(self.live).filter(|_| !self.is_believed());
        self.guard.network_in_doubt().or(misses)
    }
}
