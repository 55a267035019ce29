//! Log lines on stderr.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, IsTerminal, Write, stderr};
use std::str::FromStr;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::Directive;
use trackward_report::{json_line, terminal_lines, terminal_text};

use crate::args::{Cli, Command, LogFormat};

/// Begins to log: `TRACKWARD_LOG` sets the level; without it a terminal sees warnings, a file also progress.
/// `doctor` tells what there is to warn of by itself.
pub(crate) fn start(cli: &Cli) {
    let level = match cli.command {
        Command::Doctor(_) => "off",
        _ if stderr().is_terminal() => "warn",
        _ => "warn,trackward=info",
    };
    let filter = EnvFilter::try_from_env("TRACKWARD_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    // The parser would write whole pages into the log, with all that stands in them.
    let filter = filter.add_directive(Directive::from_str("html5ever=info").expect("it is well formed"));
    let lines =
        tracing_subscriber::fmt().with_env_filter(filter).with_target(false).log_internal_errors(false);
    match cli.global.log_format {
        LogFormat::Text => lines.with_ansi(false).with_writer(|| Line(stderr(), terminal_text)).init(),
        LogFormat::Json => lines.json().flatten_event(true).with_writer(|| Line(stderr(), json_line)).init(),
    }
}

/// Has a panic told like anything else on stderr: its words may quote a page.
pub(crate) fn escape_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let mut words = format!("trackward is broken, {panic}");
        let backtrace = Backtrace::capture();
        if backtrace.status() == BacktraceStatus::Captured {
            words = format!("{words}\n{backtrace}");
        }
        // A panic within a panic would tell nothing at all.
        let _ = writeln!(stderr(), "{}", terminal_lines(&words));
    }));
}

/// Takes one line at a time, as `tracing_subscriber` writes them, and makes it safe to look at.
struct Line<W>(W, fn(&str) -> String);

impl<W: Write> Write for Line<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let (text, end) = text.strip_suffix('\n').map_or((&*text, ""), |text| (text, "\n"));
        self.0.write_all(format!("{}{end}", (self.1)(text)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::process;
    use std::sync::{Arc, Mutex};

    use super::*;

    /// A second writer of the same bytes.
    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_event_is_one_log_line_without_control_characters() {
        let written = Shared::default();
        let to = written.clone();
        let lines =
            tracing_subscriber::fmt().with_ansi(false).with_writer(move || Line(to.clone(), terminal_text));
        tracing::subscriber::with_default(lines.finish(), || {
            let title = "\u{1b}]0;owned\u{7}\n2026-01-01T00:00:00Z ERROR forged\u{9b}\u{202e}\u{200b}";
            tracing::warn!(title, error = ?title, shown = %title, "odd");
            tracing::warn!("{title}");
        });
        let written = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        assert_eq!(written.lines().count(), 2, "{written:?}");
        assert_eq!(terminal_lines(&written), written, "nothing is left to spell out");
    }

    #[test]
    fn panic_is_told_without_control_characters() {
        const ASKED: &str = "TRACKWARD_TEST_PANIC";
        if std::env::var_os(ASKED).is_some() {
            escape_panics();
            panic!("title is \u{1b}[31m\u{9b}\u{202e}");
        }
        let test = "logging::tests::panic_is_told_without_control_characters";
        let output = process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .env(ASKED, "1")
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("title is \\u{1b}[31m\\u{9b}\\u{202e}"), "{told:?}");
    }
}
