//! Ctrl-C and SIGTERM: the first finishes what is in flight, the second stops.

use std::io::{Write, stderr};

use tokio_util::sync::CancellationToken;

/// A token that is cancelled by the first Ctrl-C or SIGTERM; the second ends the process with exit code 1.
pub(crate) fn stop_token() -> CancellationToken {
    let token = CancellationToken::new();
    let stop = token.clone();
    tokio::spawn(async move {
        signal().await;
        stop.cancel();
        // Whether or not stderr can be written, the run stops.
        let _ = writeln!(stderr(), "stopping: finishing what is in flight; once more to stop at once");
        signal().await;
        std::process::exit(1);
    });
    token
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
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        result = tokio::signal::ctrl_c() => if result.is_err() { std::future::pending().await },
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
