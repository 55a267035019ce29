//! What became of each row: numbers that add up, for people and for programs.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::SignedDuration;
use serde_json::{Value, json};
use trackward_core::Claim;
use trackward_core::import::{Layout, Reject, Why};
use trackward_store::AddOutcome;
use trackward_tables::Table;

use super::choice::LeftOut;
use crate::output;

/// Rejects that are told one by one; all are in the file of rejects.
const TOLD: usize = 20;
/// Rejects that are listed as JSON.
const LISTED: usize = 1_000;

/// What became of a row that was taken.
pub(crate) type Outcome = AddOutcome;

/// What became of the rows of a table. Rows = outcomes + rejects.
#[derive(Debug, Default)]
pub(crate) struct TableAccount {
    /// The file, and the table in it where there are several.
    name: String,
    /// What it was taken for.
    format: &'static str,
    /// Whose claims it holds.
    vendor: &'static str,
    /// How its bytes were read.
    form: String,
    /// What the number of a row counts.
    unit: &'static str,
    /// What its columns were taken for.
    columns: Vec<(String, &'static str)>,
    /// Columns that are kept as claims under their own names.
    claims: usize,
    pub(crate) rows: u64,
    outcomes: BTreeMap<Outcome, u64>,
    rejected: BTreeMap<Why, u64>,
    rejects: Vec<Reject>,
    pub(crate) rejects_file: Option<PathBuf>,
}

impl TableAccount {
    /// The account of a table before its first row.
    pub(crate) fn new(name: String, layout: &Layout, table: &Table) -> Self {
        let columns = layout.meanings().map(|(column, meaning)| (column.to_owned(), meaning)).collect();
        let claims = layout.names().count() - layout.meanings().count();
        Self {
            name,
            format: layout.format.in_words(),
            vendor: layout.format.vendor(),
            form: table.form(),
            unit: table.unit(),
            columns,
            claims,
            ..Self::default()
        }
    }

    /// Counts a row that was taken.
    pub(crate) fn count(&mut self, outcome: Outcome) {
        self.rows += 1;
        *self.outcomes.entry(outcome).or_default() += 1;
    }

    /// Counts a row that was not.
    pub(crate) fn reject(&mut self, reject: Reject) {
        self.rows += 1;
        *self.rejected.entry(reject.why).or_default() += 1;
        if self.rejects.len() < LISTED {
            self.rejects.push(reject);
        }
    }

    fn rejected(&self) -> u64 {
        self.rejected.values().sum()
    }

    fn of(&self, outcome: Outcome) -> u64 {
        self.outcomes.get(&outcome).copied().unwrap_or(0)
    }

    /// Whether nothing was taken though there were rows.
    fn is_refused(&self) -> bool {
        self.outcomes.is_empty() && self.rejected() > 0
    }

    fn to_json(&self) -> Value {
        let of = |outcome| self.of(outcome);
        let rejects: Vec<_> = (self.rejects.iter())
            .map(|reject| json!({ "line": reject.line, "why": reject.why.as_str(), "reason": reject.reason }))
            .collect();
        let by_reason: BTreeMap<_, _> =
            self.rejected.iter().map(|(why, rows)| (why.as_str(), rows)).collect();
        json!({
            "table": self.name,
            "format": self.format,
            "vendor": self.vendor,
            "form": self.form,
            "unit": self.unit,
            "columns": self.columns.iter().cloned().collect::<BTreeMap<_, _>>(),
            "rows": self.rows,
            "new": of(Outcome::New),
            "updated": of(Outcome::Updated),
            "unchanged": of(Outcome::Unchanged),
            "skipped": { "archived": of(Outcome::Archived) },
            "rejected": self.rejected(),
            "rejected_by_reason": by_reason,
            "rejects": rejects,
            "rejects_file": self.rejects_file,
        })
    }

    /// Which columns hold what: the addresses and facts, and how many hold claims.
    fn columns_in_words(&self) -> String {
        let is_claim = |meaning: &str| Claim::KNOWN.contains(&meaning) || meaning == "left out";
        let told = self.columns.iter().filter(|(_, meaning)| !is_claim(meaning));
        let told: Vec<String> = told
            .map(|(column, meaning)| match column {
                same if same == meaning => same.clone(),
                other => format!("{meaning} from '{other}'"),
            })
            .collect();
        let claims =
            self.claims + self.columns.iter().filter(|(_, meaning)| Claim::KNOWN.contains(meaning)).count();
        let claimed = match claims {
            0 => String::new(),
            claims => {
                let columns = output::count(claims as u64, "column is", "columns are");
                format!("; {columns} kept as claims of {}", self.vendor)
            }
        };
        format!("{}{claimed}", told.join(", "))
    }

    fn tell(&self) -> std::io::Result<()> {
        let rows = output::count(self.rows, "row", "rows");
        output::line(format!("{}: {}, {}, {rows}", output::safe(&self.name), self.format, self.form))?;
        output::line(format!("           {}", output::safe(self.columns_in_words())))?;
        for (outcome, rows) in &self.outcomes {
            output::line(format!("{rows:>9}  {}", in_words(*outcome)))?;
        }
        let written = self.rejects_file.as_ref().map(|file| format!(", written to {}", file.display()));
        output::line(format!(
            "{:>9}  rejected{}",
            self.rejected(),
            output::safe(written.unwrap_or_default())
        ))?;
        for (why, rows) in &self.rejected {
            output::line(format!("{rows:>20}  {}", why.in_words()))?;
        }
        for reject in self.rejects.iter().take(TOLD) {
            let (unit, reason) = (self.unit, output::safe(&reject.reason));
            output::line(format!("           {unit} {}: {reason}", reject.line))?;
        }
        match self.rejected().saturating_sub(TOLD as u64) {
            0 => Ok(()),
            more => output::line(format!("           and {more} more")),
        }
    }
}

/// What became of a watch, for people.
pub(crate) fn in_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::New => "new",
        Outcome::Updated => "updated",
        Outcome::Unchanged => "watched already",
        Outcome::Archived => "skipped: archived before",
    }
}

/// What became of all rows of an import.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) tables: Vec<TableAccount>,
    pub(crate) left_out: Vec<LeftOut>,
    /// The time over which first checks are spread.
    pub(crate) spread: Option<SignedDuration>,
    /// Pages that are checked sooner because vendors claim that links on them are lost.
    pub(crate) forward: u64,
    pub(crate) dry_run: bool,
}

impl Account {
    /// Whether no row of any table was taken though there were some.
    pub(crate) fn is_refused(&self) -> bool {
        self.tables.iter().any(TableAccount::is_refused)
            && self.tables.iter().all(|table| table.outcomes.is_empty())
    }

    pub(crate) fn to_json(&self) -> Value {
        let sum = |of: &dyn Fn(&TableAccount) -> u64| self.tables.iter().map(of).sum::<u64>();
        json!({
            "schema": "trackward.import/1",
            "dry_run": self.dry_run,
            "rows": sum(&|table| table.rows),
            "new": sum(&|table| table.of(Outcome::New)),
            "updated": sum(&|table| table.of(Outcome::Updated)),
            "unchanged": sum(&|table| table.of(Outcome::Unchanged)),
            "skipped": { "archived": sum(&|table| table.of(Outcome::Archived)) },
            "rejected": sum(&TableAccount::rejected),
            "spread_s": self.spread.map(|spread| spread.as_secs()),
            "checked_sooner": self.forward,
            "tables": self.tables.iter().map(TableAccount::to_json).collect::<Vec<_>>(),
            "left_out": self.left_out.iter()
                .map(|table| json!({ "table": table.name, "what": table.refusal.what, "instead": table.refusal.instead }))
                .collect::<Vec<_>>(),
        })
    }

    pub(crate) fn tell(&self) -> std::io::Result<()> {
        self.tables.iter().try_for_each(TableAccount::tell)?;
        for table in &self.left_out {
            output::line(format!("left out: {}", output::safe(table.in_words())))?;
        }
        if self.forward > 0 {
            let pages = output::count(self.forward, "page is", "pages are");
            output::line(format!("{pages} checked sooner: a link there is claimed to be lost"))?;
        }
        if let Some(spread) = self.spread {
            let days = u64::try_from(spread.as_hours()).unwrap_or(0).div_ceil(24);
            output::line(format!("first checks are spread over {}", output::count(days, "day", "days")))?;
        }
        if self.dry_run {
            output::line("nothing was changed: this was a dry run")?;
        }
        Ok(())
    }
}
