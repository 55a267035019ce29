//! `trackward init`.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use crate::args::Global;
use crate::failure::{Ending, Failure};
use crate::output;
use crate::settings::{ANNOTATED, FILE_NAME};

/// Writes the annotated configuration; never over an existing file.
pub(crate) fn init(global: &Global) -> Result<Ending, Failure> {
    let path = global.config.as_deref().unwrap_or(Path::new(FILE_NAME));
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            return Failure::usage(
                format!("{} exists already", path.display()),
                "edit it, or name another with --config",
            );
        }
        Failure::cannot_write(format!("cannot write {}: {error}", path.display()))
    })?;
    file.write_all(ANNOTATED.as_bytes())
        .map_err(|error| Failure::cannot_write(format!("cannot write {}: {error}", path.display())))?;
    output::line(format!("wrote {}", path.display()))?;
    output::line("next: set `contact` and `sites` in it, then `trackward import links.csv --run`")?;
    Ok(Ending::Done)
}
