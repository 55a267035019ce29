//! How much of what is watched was checked in the period.

use serde::Serialize;
use trackward_core::{Period, RunId, RunRecord, RunScope};

use crate::percent::Percent;
use crate::words::count;

/// How many watched links had a conclusive check in the period, and whether that is enough.
///
/// Taken from the records of the period's runs, never from the links as they are now, so a past week's
/// coverage stays what it was. It counts the whole store, also in a report on one campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Links with a conclusive check in the period.
    pub checked: u64,
    /// Links that were watched at the last run of the period.
    pub watched: u64,
    /// The share; none for a small base.
    pub percent: Option<Percent>,
    /// Runs that began in the period.
    pub runs: u64,
    /// Whether the report can be taken as complete.
    pub completeness: Completeness,
}

/// Whether a report can be taken as complete. Its numbers are confirmed facts in any case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "level", rename_all = "snake_case")]
pub enum Completeness {
    /// At least 95 % were checked.
    Complete,
    /// At least 80 % were checked.
    Note,
    /// Less than 80 % were checked.
    Warning,
    /// The latest runs did not come to their end, or there was none.
    Incomplete {
        /// Runs without end after the last whole one; empty when there was no run at all.
        unfinished: Vec<Unfinished>,
    },
}

/// A run that did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unfinished {
    /// The run.
    pub run: RunId,
    /// Due pages that it did not come to, where it could still say so.
    pub left: Option<u64>,
    /// Why the run distrusted itself, where it did: its misses count for nothing.
    pub held: Option<String>,
}

impl Coverage {
    /// Per cent of the watched links from which nothing is said.
    const COMPLETE_PERCENT: u64 = 95;
    /// Per cent below which a note becomes a warning.
    const WARNING_PERCENT: u64 = 80;

    pub(crate) fn of(period: &Period, runs: &[RunRecord]) -> Self {
        let watched = runs.iter().max_by_key(|run| run.id).map_or(0, RunRecord::watched);
        let covered: u64 = runs.iter().map(|run| run.newly_covered_since(period.start)).sum();
        // Links that were archived since they were checked are covered and no longer watched.
        let checked = covered.min(watched);
        Self {
            checked,
            watched,
            percent: Percent::of(checked, watched),
            runs: runs.len() as u64,
            completeness: completeness(runs, checked, watched),
        }
    }

    /// "412 of 437 links checked (94.3 %), 25 not checked".
    pub(crate) fn in_words(&self) -> String {
        if self.runs == 0 {
            return "Nothing was checked".to_owned();
        }
        let watched = count(self.watched, "link", "links");
        let percent = self.percent.map_or_else(String::new, |percent| format!(" ({percent})"));
        let left = match self.watched - self.checked {
            0 => String::new(),
            left => format!(", {left} not checked"),
        };
        format!("{} of {watched} checked{percent}{left}", self.checked)
    }

    /// What a reader must know before the numbers; nothing when the report is complete.
    pub(crate) fn notice(&self) -> Option<Notice> {
        let facts = "What is reported is confirmed; what is missing could not be looked at.";
        let (word, text) = match &self.completeness {
            Completeness::Complete => return None,
            Completeness::Note => ("NOTE", format!("Not everything was checked: {}.", self.in_words())),
            Completeness::Warning => {
                ("WARNING", format!("Much was not checked: {}. {facts}", self.in_words()))
            }
            Completeness::Incomplete { unfinished } if unfinished.is_empty() => {
                ("INCOMPLETE", "There was no run in this period, so nothing was checked.".to_owned())
            }
            Completeness::Incomplete { unfinished } => {
                let runs: Vec<String> = unfinished.iter().map(Unfinished::in_words).collect();
                ("INCOMPLETE", format!("{}. {facts}", runs.join("; ")))
            }
        };
        Some(Notice { word, text })
    }
}

/// What a reader must know before the numbers.
#[derive(Debug)]
pub(crate) struct Notice {
    /// How grave it is.
    pub(crate) word: &'static str,
    pub(crate) text: String,
}

impl Unfinished {
    fn of(run: &RunRecord) -> Self {
        Self { run: run.id, left: run.ended.map(|_| run.left), held: run.held.clone() }
    }

    fn in_words(&self) -> String {
        if let Some(why) = &self.held {
            return format!("Run {} was held: {why}", self.run);
        }
        match self.left {
            Some(left) => {
                format!("Run {} stopped with {} left", self.run, count(left, "due page", "due pages"))
            }
            None => format!("Run {} did not come to its end", self.run),
        }
    }
}

fn completeness(runs: &[RunRecord], checked: u64, watched: u64) -> Completeness {
    let unfinished = unfinished(runs);
    if runs.is_empty() || !unfinished.is_empty() {
        Completeness::Incomplete { unfinished }
    } else if checked * 100 >= watched * Coverage::COMPLETE_PERCENT {
        Completeness::Complete
    } else if checked * 100 >= watched * Coverage::WARNING_PERCENT {
        Completeness::Note
    } else {
        Completeness::Warning
    }
}

/// Runs without end that no later run made up for. A run over some hosts makes up for nothing.
fn unfinished(runs: &[RunRecord]) -> Vec<Unfinished> {
    let finished = |run: &RunRecord| run.ended.is_some() && run.left == 0 && run.held.is_none();
    let whole = |run: &RunRecord| finished(run) && !matches!(run.scope, RunScope::Hosts(_));
    let last_whole = runs.iter().filter(|run| whole(run)).map(|run| run.id).max();
    let mut open: Vec<_> =
        runs.iter().filter(|run| !finished(run) && Some(run.id) > last_whole).map(Unfinished::of).collect();
    open.sort_by_key(|unfinished| unfinished.run);
    open
}
