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

/// `640 B`, `1.5 KiB`, `12.0 MiB`.
pub(crate) fn bytes(n: u64) -> String {
    let (mut amount, mut unit) = (n as f64, "B");
    for larger in ["KiB", "MiB", "GiB"] {
        if amount >= 1024.0 {
            (amount, unit) = (amount / 1024.0, larger);
        }
    }
    if unit == "B" { format!("{n} B") } else { format!("{amount:.1} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_in_the_unit_that_reads_best() {
        let told = [0, 1023, 1024, 1536, 1_048_576, 5_368_709_120].map(bytes);
        assert_eq!(told, ["0 B", "1023 B", "1.0 KiB", "1.5 KiB", "1.0 MiB", "5.0 GiB"]);
    }
}
