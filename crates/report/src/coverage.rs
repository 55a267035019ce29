//! How much of what is watched was checked in the period.

use schemars::JsonSchema;
use serde::Serialize;
use trackward_core::{Period, RunId, RunRecord, RunScope};

use crate::percent::Percent;
use crate::words::count;

/// How many watched links had a conclusive check in the period, and whether that is enough.
///
/// Taken from the records of the period's runs, never from the links as they are now, so a past week's
/// coverage stays what it was. It counts the whole store, also in a report on one campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Coverage {
    /// Links with a conclusive check in the period; not in a client's report, since it counts all clients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked: Option<u64>,
    /// Links that were watched at the last run of the period; not in a client's report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watched: Option<u64>,
    /// The share; none for a small base.
    pub percent: Option<Percent>,
    /// Runs that began in the period; not in a client's report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runs: Option<u64>,
    /// Whether the report can be taken as complete.
    pub completeness: Completeness,
}

/// Whether a report can be taken as complete. Its numbers are confirmed facts in any case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "level", rename_all = "snake_case")]
pub enum Completeness {
    /// At least 95 % were checked.
    Complete,
    /// At least 80 % were checked.
    Note,
    /// Less than 80 % were checked.
    Warning,
    /// The latest runs did not come to their end.
    Incomplete {
        /// Runs without end after the last whole one; not named in a client's report.
        unfinished: Vec<Unfinished>,
    },
    /// There was no run.
    NoRun,
}

/// A run that did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unfinished {
    /// The run.
    #[schemars(with = "u64")]
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

    /// The coverage of a period by its runs; others are left out.
    pub(crate) fn of(period: &Period, runs: &[RunRecord]) -> Self {
        let runs: Vec<&RunRecord> = runs.iter().filter(|run| period.contains(run.started)).collect();
        let watched = runs.iter().max_by_key(|run| run.id).map_or(0, |run| run.watched());
        let covered: u64 = runs.iter().map(|run| run.newly_covered_since(period.start)).sum();
        // Links that were archived since they were checked are covered and no longer watched.
        let checked = covered.min(watched);
        Self {
            checked: Some(checked),
            watched: Some(watched),
            percent: Percent::of(checked, watched),
            runs: Some(runs.len() as u64),
            completeness: completeness(&runs, checked, watched),
        }
    }

    /// The share in tenths of a per cent, for a bar.
    pub(crate) fn permille(&self) -> u64 {
        match (self.checked, self.watched, self.percent) {
            (Some(checked), Some(watched), _) => (checked * 1_000).checked_div(watched).unwrap_or(0),
            (.., Some(percent)) => percent.tenths(),
            _ => 0,
        }
    }

    /// The same without what is not for a client.
    pub(crate) fn for_client(self) -> Self {
        let completeness = match self.completeness {
            Completeness::Incomplete { .. } => Completeness::Incomplete { unfinished: Vec::new() },
            other => other,
        };
        Self { checked: None, watched: None, runs: None, completeness, ..self }
    }

    /// "412 of 437 links checked (94.3 %), 25 not checked", or the share alone.
    pub(crate) fn in_words(&self) -> String {
        if self.completeness == Completeness::NoRun {
            return "Nothing was checked".to_owned();
        }
        let (Some(checked), Some(watched)) = (self.checked, self.watched) else {
            return match self.percent {
                Some(percent) => format!("{percent} of all links checked"),
                None => "Links were checked".to_owned(),
            };
        };
        let percent = self.percent.map_or_else(String::new, |percent| format!(" ({percent})"));
        let left = match watched - checked {
            0 => String::new(),
            left => format!(", {left} not checked"),
        };
        format!("{checked} of {} checked{percent}{left}", count(watched, "link", "links"))
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
            Completeness::NoRun => {
                ("INCOMPLETE", "There was no run in this period, so nothing was checked.".to_owned())
            }
            Completeness::Incomplete { unfinished } if unfinished.is_empty() => {
                ("INCOMPLETE", format!("The last checks did not come to their end. {facts}"))
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

fn completeness(runs: &[&RunRecord], checked: u64, watched: u64) -> Completeness {
    let unfinished = unfinished(runs);
    if runs.is_empty() {
        Completeness::NoRun
    } else if !unfinished.is_empty() {
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
fn unfinished(runs: &[&RunRecord]) -> Vec<Unfinished> {
    let finished = |run: &RunRecord| run.ended.is_some() && run.left == 0 && run.held.is_none();
    let whole = |run: &RunRecord| finished(run) && !matches!(run.scope, RunScope::Hosts(_));
    let last_whole = runs.iter().filter(|run| whole(run)).map(|run| run.id).max();
    let mut open: Vec<_> = runs
        .iter()
        .filter(|run| !finished(run) && Some(run.id) > last_whole)
        .map(|run| Unfinished::of(run))
        .collect();
    open.sort_by_key(|unfinished| unfinished.run);
    open
}
