//! How a command ends: the exit codes of the cron contract, and the words on stderr.

use std::io::{self, Write};
use std::process::ExitCode;

use miette::{Diagnostic, Report};
use trackward_monitor::MonitorError;
use trackward_report::terminal_lines;
use trackward_store::StoreError;

/// How a command ended; `docs/operating.md` lists the codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Finished.
    Done = 0,
    /// Failed.
    Failed = 1,
    /// Wrong usage or configuration.
    Usage = 2,
    /// Finished, and what `--fail-on` names happened.
    Happened = 10,
    /// Cannot write, or a record is corrupt.
    CannotWrite = 74,
    /// Another process holds the store.
    Held = 75,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        Self::from(ending as u8)
    }
}

/// Why a command could not finish, and the code it ends with.
#[derive(Debug)]
pub(crate) struct Failure {
    ending: Ending,
    report: Option<Report>,
}

impl Failure {
    /// Wrong usage or configuration, with what to do about it.
    pub(crate) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(Ending::Usage, &message.into(), Some(&help.into()))
    }

    /// Wrong usage or configuration, with the place that is wrong; its words are safe to look at.
    pub(crate) fn configuration(diagnostic: impl Diagnostic + Send + Sync + 'static) -> Self {
        Self { ending: Ending::Usage, report: Some(Report::new(diagnostic)) }
    }

    /// A file or folder that cannot be written.
    pub(crate) fn cannot_write(message: impl Into<String>) -> Self {
        Self::new(Ending::CannotWrite, &message.into(), None)
    }

    /// Anything else.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new(Ending::Failed, &message.into(), None)
    }

    /// The words may quote a page, a file or an argument: they are made safe before they are laid out.
    fn new(ending: Ending, message: &str, help: Option<&str>) -> Self {
        let message = terminal_lines(message);
        let report = match help.map(terminal_lines) {
            Some(help) => miette::miette!(help = help, "{message}"),
            None => miette::miette!("{message}"),
        };
        Self { ending, report: Some(report) }
    }

    /// Says on stderr what went wrong and answers the exit code.
    pub(crate) fn report(self) -> ExitCode {
        if let Some(report) = self.report {
            // The exit code tells even where stderr cannot be written.
            let _ = writeln!(io::stderr(), "{report:?}");
        }
        self.ending.into()
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let ending = if error.is_held() {
            Ending::Held
        } else if error.is_io() {
            Ending::CannotWrite
        } else {
            Ending::Usage
        };
        Self::new(ending, &chain(&error), advice(&error))
    }
}

/// What to do about a store that cannot be opened or written.
pub(crate) fn advice(error: &StoreError) -> Option<&'static str> {
    let StoreError::Io { source, .. } = error else { return None };
    match source.kind() {
        io::ErrorKind::PermissionDenied => {
            Some("run it as the user that owns the folder, or name another with `store` or --store")
        }
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
            Some("a file is in the way: name a folder with `store` or --store")
        }
        io::ErrorKind::StorageFull => Some("make room on the disk; nothing that was said before is lost"),
        io::ErrorKind::FileTooLarge => Some("raise the limit of file sizes (`ulimit -f`)"),
        io::ErrorKind::ReadOnlyFilesystem => {
            Some("name a folder that can be written with `store` or --store")
        }
        _ => None,
    }
}

impl From<MonitorError> for Failure {
    fn from(error: MonitorError) -> Self {
        match error {
            MonitorError::Store(error) => error.into(),
            other => Self::failed(chain(&other)),
        }
    }
}

/// A reader that went away is no failure; everything else on stdout is.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self { ending: Ending::Done, report: None };
        }
        Self::cannot_write(format!("cannot write to stdout: {error}"))
    }
}

/// An error with its causes, as one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        cause = error.source();
    }
    words
}
