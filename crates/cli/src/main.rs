//! `trackward`: the command line. The only place that prints, reads the environment and ends with exit codes.

mod args;
mod commands;
mod context;
mod csv_out;
mod doctor;
mod failure;
mod files;
mod import;
mod json;
mod length;
mod logging;
mod output;
mod pdf;
mod progress;
mod settings;
mod signals;
mod streams;
mod systemd;

use std::process::ExitCode;

use crate::args::Cli;

/// sled takes and gives back many small pieces, often from different threads (docs/decisions/0016).
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    logging::escape_panics();
    let cli = Cli::read();
    logging::start(&cli);
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            return failure::Failure::failed(format!("cannot start the async runtime: {error}")).report();
        }
    };
    match runtime.block_on(async {
        signals::outlive_file_size_limit();
        commands::dispatch(cli).await
    }) {
        Ok(code) => code.into(),
        Err(failure) => failure.report(),
    }
}
