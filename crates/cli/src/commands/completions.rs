//! `trackward completions`.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use crate::args::Cli;
use crate::failure::{Ending, Failure};
use crate::output;

/// Writes what completes commands and options in a shell.
pub(crate) fn completions(shell: Shell) -> Result<Ending, Failure> {
    let mut script = Vec::new();
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    generate(shell, &mut command, name, &mut script);
    output::block(&String::from_utf8_lossy(&script))?;
    Ok(Ending::Done)
}
