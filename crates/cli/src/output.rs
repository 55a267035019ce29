//! Results on stdout: safe to look at, readable without colour.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write, stdout};

use trackward_report::{Style, json_line, terminal_lines, terminal_text};

/// Writes a line, or lines of our own, without anything that could deceive a terminal; text from the web
/// that has to stay on its line goes through [`safe`] first.
pub(crate) fn line(text: impl Display) -> io::Result<()> {
    writeln!(stdout().lock(), "{}", terminal_lines(&text.to_string()))
}

/// Writes text that is laid out already.
pub(crate) fn block(text: &str) -> io::Result<()> {
    stdout().lock().write_all(text.as_bytes())
}

/// Writes one JSON value, a line for itself.
pub(crate) fn json(value: &serde_json::Value) -> io::Result<()> {
    writeln!(stdout().lock(), "{}", json_line(&value.to_string()))
}

/// Text from the web or a file, made safe for a terminal.
pub(crate) fn safe(text: impl Display) -> String {
    terminal_text(&text.to_string())
}

/// How reports are laid out here: colour only on a terminal, and never with `NO_COLOR`.
pub(crate) fn style() -> Style {
    let terminal = stdout().is_terminal();
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(100);
    if terminal && !no_colour { Style::coloured(width) } else { Style::plain(width) }
}

/// `1 page`, `2 pages`.
pub(crate) fn count(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
