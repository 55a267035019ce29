//! `trackward watch`: runs that follow one another, each over what becomes due while it goes on.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;
use trackward_core::RunRecord;
use trackward_monitor::{Progress, WatchRequest};
use trackward_store::{OpenOptions, SledStore};

use crate::args::{Global, IntervalArgs, WatchArgs};
use crate::commands::forget::forget_expired;
use crate::commands::run::{is_idle, summarise};
use crate::commands::store::compact_where_worth_it;
use crate::context::Context;
use crate::failure::{Ending, Failure};
use crate::length::Length;
use crate::progress::RunProgress;
use crate::settings::Settings;
use crate::signals::{self, Hangups};
use crate::systemd::{Systemd, WatchdogClock};

/// How long one run goes on: as long as between two hourly ones, so that it sees as much before it trusts itself.
const RUN_LASTS: SignedDuration = SignedDuration::from_hours(1);

/// Least pause between two runs in which those who wait for the store get it: ten of their tries.
const HANDOVER: SignedDuration = SignedDuration::from_secs(1);

/// The same after a run that checked nothing, though pages were due: so it never turns in circles.
const IDLE: SignedDuration = SignedDuration::from_mins(1);

/// How often it is looked, while nothing is due, whether others have added what is.
const LOOK: SignedDuration = SignedDuration::from_secs(5);

/// How long the store is waited for before it is looked whether to stop.
const LOCK_WAIT: Duration = Duration::from_secs(1);

/// Checks what is due as it becomes due, until it is told to stop.
pub(crate) async fn watch(global: &Global, args: WatchArgs) -> Result<Ending, Failure> {
    let mut service = Service::begin(global, args.interval)?;
    let options = OpenOptions { wait_lock: global.wait_lock.map(Length::to_std) };
    let mut opened = Some(Context::of(service.settings.clone(), options, global.json).await?);
    service.systemd.ready();
    while let Some(mut context) = opened {
        context.clock = Arc::new(WatchdogClock::new(service.systemd.clone()));
        let next = context.store.next_due().await?.unwrap_or(Timestamp::MAX);
        let had_run = !is_idle(next, &context.settings, context.clock.now());
        let pause = if had_run { service.run(&context).await? } else { SignedDuration::ZERO };
        service.let_go_and_wait(context, had_run, pause).await;
        opened = service.open_again(global.json).await?;
    }
    Ok(Ending::Done)
}

/// What outlives the runs of a watch.
struct Service<'a> {
    global: &'a Global,
    interval: IntervalArgs,
    settings: Settings,
    systemd: Arc<Systemd>,
    stop: CancellationToken,
    hangups: Hangups,
}

impl<'a> Service<'a> {
    fn begin(global: &'a Global, interval: IntervalArgs) -> Result<Self, Failure> {
        let settings = Settings::load(global)?.with_interval(&interval);
        let (systemd, stop) = (Arc::new(Systemd::of_environment()), signals::stop_token());
        let (told, stopped) = (systemd.clone(), stop.clone());
        tokio::spawn(async move {
            stopped.cancelled().await;
            told.stopping();
        });
        Ok(Self { global, interval, settings, systemd, stop, hangups: Hangups::listen() })
    }

    /// One run, told; answers how long to pause after it.
    async fn run(&mut self, context: &Context) -> Result<SignedDuration, Failure> {
        let record = self.check(context).await?;
        let expired = forget_expired(context).await;
        summarise(&record, context.json)?;
        expired?;
        context.ending(Ending::Done)?;
        Ok(if record.pages == 0 { IDLE } else { HANDOVER })
    }

    /// Checks what becomes due; SIGHUP cuts that short.
    async fn check(&mut self, context: &Context) -> Result<RunRecord, Failure> {
        let until = context.clock.now().saturating_add(RUN_LASTS).unwrap_or(Timestamp::MAX);
        let (cut, stop) = (CancellationToken::new(), self.stop.clone());
        let request = WatchRequest { until, cut: cut.clone(), stop };
        let monitor = context.monitor()?;
        let progress = RunProgress::new(&*context.clock);
        let show = |page: &Progress<'_>| progress.show(page);
        let mut running = std::pin::pin!(monitor.watch(request, &show));
        loop {
            tokio::select! {
                record = &mut running => return Ok(record?),
                () = self.reloaded() => cut.cancel(),
            }
        }
    }

    /// Waits for SIGHUP and reads the configuration again; one that is at fault, or names another store, is not taken.
    async fn reloaded(&mut self) {
        self.hangups.next().await;
        self.systemd.reloading();
        match Settings::read(self.global) {
            Ok(settings) if settings.store != self.settings.store => {
                tracing::error!("going on as before: another store takes a restart");
            }
            Ok(settings) => {
                self.settings = settings.with_interval(&self.interval);
                tracing::info!("read the configuration again");
            }
            Err(none) => {
                tracing::error!(
                    fault = none.in_a_line(),
                    "going on as before: the configuration is at fault"
                );
            }
        }
        self.systemd.ready();
    }

    /// Closes the store and waits, at least for a pause, until a page is due or there was a signal. Others may have the
    /// store meanwhile; when they have let it go its seal says what is due.
    async fn let_go_and_wait(&mut self, context: Context, had_run: bool, pause: SignedDuration) {
        let (clock, settings) = (context.clock.clone(), context.settings.clone());
        if had_run {
            compact_where_worth_it(context).await;
        } else {
            drop(context);
        }
        let opens_at = clock.now() + RUN_LASTS;
        let mut wakes_at = clock.now() + pause;
        loop {
            let (stop, waking) = (self.stop.clone(), clock.sleep_until(wakes_at));
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.reloaded() => return,
                () = waking => {}
            }
            let now = clock.now();
            match SledStore::peek_next_due(&settings.store) {
                Some(next) if is_idle(next, &settings, now) => wakes_at = next.min(now + LOOK),
                None if now < opens_at => wakes_at = now + LOOK,
                _ => return,
            }
        }
    }

    /// Opens the store, however long others hold it; none when it was told to stop.
    async fn open_again(&self, json: bool) -> Result<Option<Context>, Failure> {
        let mut is_told = false;
        while !self.stop.is_cancelled() {
            let options = OpenOptions { wait_lock: Some(LOCK_WAIT) };
            match Context::of(self.settings.clone(), options, json).await {
                Err(held) if held.is_held() => {
                    if !std::mem::replace(&mut is_told, true) {
                        tracing::info!(%held, "waiting for the store");
                    }
                }
                opened => return Ok(Some(opened?)),
            }
        }
        Ok(None)
    }
}
