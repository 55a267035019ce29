//! `trackward man`.

use std::path::Path;

use clap::CommandFactory;
use clap_mangen::Man;

use crate::args::Cli;
use crate::failure::{Ending, Failure};
use crate::files::write_whole;
use crate::output;

/// Writes the man page of trackward to stdout, or those of all commands into a folder.
pub(crate) fn man(dir: Option<&Path>) -> Result<Ending, Failure> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build(); // names the pages of commands below others
    match dir {
        None => output::block(&page(&Man::new(command))?)?,
        Some(dir) => write_all(&command, dir)?,
    }
    Ok(Ending::Done)
}

/// Writes the page of a command, and those of all below it.
fn write_all(command: &clap::Command, dir: &Path) -> Result<(), Failure> {
    for below in command.get_subcommands() {
        write_all(below, dir)?;
    }
    let man = Man::new(command.clone());
    let file = dir.join(man.get_filename());
    write_whole(&file, &page(&man)?)?;
    output::line(format!("wrote {}", file.display()))?;
    Ok(())
}

fn page(man: &Man) -> Result<String, Failure> {
    let mut page = Vec::new();
    man.render(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
