//! Log lines on stderr.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;

use crate::args::{Global, LogFormat};

/// Begins to log: `TRACKWARD_LOG` sets the level; without it a terminal sees warnings, a file also progress.
pub(crate) fn start(global: &Global) {
    let level = if stderr().is_terminal() { "warn" } else { "warn,trackward=info" };
    let filter = EnvFilter::try_from_env("TRACKWARD_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_target(false)
        .log_internal_errors(false);
    match global.log_format {
        LogFormat::Text => lines.with_ansi(false).init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}
