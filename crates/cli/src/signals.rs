//! Ctrl-C and SIGTERM: the first finishes what is in flight, the second stops.

use std::io::{Write, stderr};

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A token that is cancelled by the first Ctrl-C or SIGTERM; the second ends the process with exit code 1.
///
/// From the return on neither ends the process by itself.
pub(crate) fn stop_token() -> CancellationToken {
    let token = CancellationToken::new();
    let stop = token.clone();
    let mut signals = Signals::listen();
    tokio::spawn(async move {
        signals.next().await;
        stop.cancel();
        // Whether or not stderr can be written, the run stops.
        let _ = writeln!(stderr(), "stopping: finishing what is in flight; once more to stop at once");
        signals.next().await;
        std::process::exit(1);
    });
    token
}

/// SIGHUP, by which a service is asked to read its configuration again; from the first call on it ends no process.
pub(crate) struct Hangups(#[cfg(unix)] Option<Signal>);

impl Hangups {
    #[cfg(unix)]
    pub(crate) fn listen() -> Self {
        Self(signal(SignalKind::hangup()).ok())
    }

    #[cfg(not(unix))]
    pub(crate) fn listen() -> Self {
        Self()
    }

    /// The next one.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(hangups) = &mut self.0
            && hangups.recv().await.is_some()
        {
            return;
        }
        std::future::pending::<()>().await;
    }
}

/// Makes a write beyond the limit of file sizes (`ulimit -f`) an error like a full disk, not the end of the process.
///
/// Whatever listens, the signal no longer kills; nobody needs to hear it.
pub(crate) fn outlive_file_size_limit() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        /// SIGXFSZ on Linux and on the BSDs.
        const FILE_SIZE: i32 = 25;
        // Where it cannot be listened for, all is as before.
        let _ = signal(SignalKind::from_raw(FILE_SIZE));
    }
}

#[cfg(unix)]
struct Signals(Option<(Signal, Signal)>);

#[cfg(unix)]
impl Signals {
    fn listen() -> Self {
        let both =
            signal(SignalKind::interrupt()).and_then(|ctrl_c| Ok((ctrl_c, signal(SignalKind::terminate())?)));
        Self(both.ok())
    }

    async fn next(&mut self) {
        let Some((ctrl_c, terminate)) = &mut self.0 else { return std::future::pending().await };
        tokio::select! {
            _ = ctrl_c.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> Self {
        Self
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
