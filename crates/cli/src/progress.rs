//! How long work shows itself: a bar on a terminal, a log line now and then elsewhere.

use std::io::{IsTerminal, stderr};
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::{SignedDuration, Timestamp};
use tracing::info;
use trackward_core::Clock;
use trackward_monitor::Progress;

/// Time between two log lines where there is no bar.
const LOG_EVERY: SignedDuration = SignedDuration::from_secs(15);

/// Shows how a run goes on.
#[derive(Debug)]
pub(crate) struct RunProgress<'a> {
    bar: ProgressBar,
    clock: &'a dyn Clock,
    logged: Mutex<Timestamp>,
}

impl<'a> RunProgress<'a> {
    pub(crate) fn new(clock: &'a dyn Clock) -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} pages · {elapsed} · {wide_msg}");
        bar.set_style(style.expect("the template is well formed"));
        if stderr().is_terminal() {
            bar.enable_steady_tick(Duration::from_millis(250));
        }
        Self { bar, clock, logged: Mutex::new(clock.now()) }
    }

    /// One more page was checked.
    pub(crate) fn show(&self, progress: &Progress<'_>) {
        self.bar.set_length(progress.checked + progress.waiting);
        self.bar.set_position(progress.checked);
        self.bar.set_message(crate::output::safe(progress.page));
        if !stderr().is_terminal() {
            self.log(progress);
        }
    }

    fn log(&self, progress: &Progress<'_>) {
        let now = self.clock.now();
        let mut logged = self.logged.lock().expect("no holder panics");
        if now.duration_since(*logged) >= LOG_EVERY {
            *logged = now;
            info!(checked = progress.checked, waiting = progress.waiting, "checking pages");
        }
    }
}

impl Drop for RunProgress<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
