//! A run that goes on with what becomes due meanwhile: a part of a watch.

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::Run;
use super::errand::Errand;
use crate::monitor::MonitorError;
use crate::settings::Limits;

/// How a run of a watch goes on, and until when.
#[derive(Debug)]
pub(super) struct Watching {
    until: Timestamp,
    cut: CancellationToken,
    /// When the store is asked next for what has become due.
    looks_at: Timestamp,
    /// It is over, as was noticed at the beginning of a turn of the loop; so it stays the same all through it.
    is_over: bool,
}

impl Watching {
    pub(super) fn new(until: Timestamp, cut: CancellationToken, now: Timestamp) -> Self {
        Self { until, cut, looks_at: now, is_over: false }
    }
}

impl Run<'_> {
    /// Begins a turn of the loop: notices that the run is over, and lets the store be asked again now and then, while
    /// pages wait here, for what has become due.
    pub(super) fn keep_watch(&mut self) {
        let now = self.now();
        let Some(watching) = &mut self.watching else { return };
        watching.is_over |= watching.cut.is_cancelled() || now >= watching.until;
        if now >= watching.looks_at {
            watching.looks_at = now + Limits::LOOK;
            self.drained = false;
        }
    }

    /// Whether the run is over: only what it needs to decide on removals is still asked for.
    pub(super) fn is_over(&self) -> bool {
        self.is_spent || self.watching.as_ref().is_some_and(|watching| watching.is_over)
    }

    /// When a watch has to wake up, whatever else it waits for.
    pub(super) fn watch_wakes_at(&self) -> Option<Timestamp> {
        let watching = self.watching.as_ref().filter(|watching| !watching.is_over)?;
        Some(watching.looks_at.min(watching.until))
    }

    /// Waits, with nothing left to do, for what becomes due in this run; answers whether anything may.
    pub(super) async fn wait_for_more(&mut self) -> Result<bool, MonitorError> {
        if self.watching.is_none() || self.is_over() {
            return Ok(false);
        }
        self.flush().await?; // lets go of hosts: pages of theirs may be due again
        if self.lease_again().await? {
            return Ok(true);
        }
        let (next, now) = (self.monitor.store.next_due().await?, self.now());
        let Some(watching) = &mut self.watching else { return Ok(false) };
        // What is due and cannot be leased is in hand: it waits for the decision on its removals.
        let soonest = |next: Timestamp| if next > now { next } else { now + Limits::LOOK };
        watching.looks_at = next.map_or(Timestamp::MAX, soonest);
        if watching.looks_at >= watching.until {
            return Ok(false);
        }
        self.wait(None).await?;
        self.flush_in_time().await?;
        Ok(true)
    }

    /// Gives up the visits that wait for their hosts; their pages stay due. What is in flight is finished.
    pub(super) fn put_back_waiting(&mut self) {
        let hosts: Vec<_> = self.hosts.keys().cloned().collect();
        for host in hosts {
            for id in self.frontier.take_waiting(&host) {
                let is_control = matches!(self.errands.get(&id), Some(Errand::Control(_)));
                // Its robots.txt was paid for.
                let is_promised = self.is_spent && self.promised.contains(&id);
                if is_control || is_promised {
                    self.frontier.enqueue(&host, id);
                } else {
                    self.give_up(id);
                }
            }
        }
        for id in std::mem::take(&mut self.awaiting_robots).into_values().flatten() {
            self.give_up(id);
        }
        self.targets_to_ask.clear();
    }

    fn give_up(&mut self, id: crate::frontier::VisitId) {
        self.errands.remove(&id);
        self.leave(id);
    }
}

/// Ends when a watch is told to cut its run short, unless it is over already.
pub(super) async fn told_to_cut(watching: Option<&Watching>) {
    match watching {
        Some(watching) if !watching.is_over => watching.cut.cancelled().await,
        _ => std::future::pending().await,
    }
}
