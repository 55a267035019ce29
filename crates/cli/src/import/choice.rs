//! Which tables of a file are imported, and what each is taken for.

use std::io::{IsTerminal, Write, stderr, stdin};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use trackward_core::DateOrder;
use trackward_core::import::{Format, Header, Refusal, Row, Survey, guess, recognise};
use trackward_tables::{Limits, Record, Tables};

use super::refused;
use super::rules::Rules;
use crate::failure::Failure;
use crate::output;

/// Rows that are looked at before a table is taken for anything.
const HEAD: usize = 220;

/// A table that is imported.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub(crate) path: PathBuf,
    pub(crate) tables: Arc<Tables>,
    /// Its place among the tables of the file.
    pub(crate) at: usize,
    pub(crate) header: Header,
    /// The order of day and month in its columns.
    pub(crate) orders: Vec<Option<DateOrder>>,
    /// Rows below the header, broken ones too.
    pub(crate) rows: u64,
    /// Its number among the tables of the file that are imported.
    pub(crate) number: usize,
}

impl Chosen {
    /// What people call the table: the file, and the table in it where there are several.
    pub(crate) fn name(&self) -> String {
        let file = self.path.display();
        match self.tables.tables() {
            [_] => file.to_string(),
            tables => format!("{file}, {}", tables[self.at].name),
        }
    }
}

/// A table that is not taken, and why.
#[derive(Debug)]
pub(crate) struct LeftOut {
    pub(crate) name: String,
    pub(crate) refusal: Refusal,
}

/// The tables of a file.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    pub(crate) chosen: Vec<Chosen>,
    pub(crate) left_out: Vec<LeftOut>,
}

/// Takes the tables of a file for what they are.
///
/// # Errors
/// When none can be taken, or the file holds too many rows.
pub(crate) fn choose(path: &Path, tables: Tables, rules: &Rules, yes: bool) -> Result<Choice, Failure> {
    let tables = Arc::new(tables);
    let (mut choice, mut rows) = (Choice::default(), 0);
    for (at, name, found) in taken(path, &tables, rules)? {
        let header = match found {
            Ok(header) => header,
            Err(refusal) => {
                choice.left_out.push(LeftOut { name, refusal });
                continue;
            }
        };
        let mut survey = Survey::new(&header.layout, &rules.ours);
        let mut broken = 0;
        each(path, &tables, at, header.rows, &mut |record| match record {
            Record::Row(row) => survey.look_at(&row),
            Record::Broken(..) => broken += 1,
        })?;
        let counted = survey.rows() + broken;
        rows += counted;
        check_rows(path, rows)?;
        match survey.settle(rules.order) {
            Ok(orders) => {
                confirm(path, &name, &header, yes)?;
                let number = choice.chosen.len();
                let (path, tables) = (path.to_owned(), tables.clone());
                choice.chosen.push(Chosen { path, tables, at, header, orders, rows: counted, number });
            }
            Err(refusal) => choice.left_out.push(LeftOut { name, refusal }),
        }
    }
    if choice.chosen.is_empty() { Err(none_chosen(path, &choice.left_out)) } else { Ok(choice) }
}

/// What a table of a file is taken for: its place and name, and its header or why it is refused.
type Taken = (usize, String, Result<Header, Refusal>);

/// What the tables of a file are taken for. Where our own list is among them, it alone: the other tables of a report
/// say no more of its links.
fn taken(path: &Path, tables: &Tables, rules: &Rules) -> Result<Vec<Taken>, Failure> {
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut all = Vec::new();
    for (at, table) in tables.tables().iter().enumerate() {
        let name = if table.name.is_empty() { file.clone() } else { table.name.clone() };
        let found = take(path, tables, at, &name, rules)?;
        if found.as_ref().is_ok_and(|header| header.layout.format == Format::Trackward) {
            return Ok(vec![(at, name, found)]);
        }
        all.push((at, name, found));
    }
    Ok(all)
}

fn check_rows(path: &Path, rows: u64) -> Result<(), Failure> {
    if rows <= Limits::ROWS {
        return Ok(());
    }
    Err(refused(path, &format!("more than {} rows", Limits::ROWS), "split it and import the parts"))
}

/// Goes over the records of a table from a row on.
fn each(
    path: &Path,
    tables: &Tables,
    at: usize,
    from: usize,
    look: &mut dyn FnMut(Record),
) -> Result<(), Failure> {
    let mut passed = 0;
    let read = tables.each(at, &mut |record| {
        if passed < from {
            passed += 1;
        } else {
            look(record);
        }
        ControlFlow::Continue(())
    });
    read.map_err(|error| refused(path, &error.to_string(), error.advice()))
}

/// What a table is by its header, or by what its columns hold.
fn take(
    path: &Path,
    tables: &Tables,
    at: usize,
    name: &str,
    rules: &Rules,
) -> Result<Result<Header, Refusal>, Failure> {
    let mut head: Vec<Row> = Vec::new();
    let read = tables.each(at, &mut |record| {
        head.push(match record {
            Record::Row(row) | Record::Broken(row, _) => row,
        });
        if head.len() < HEAD { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    read.map_err(|error| refused(path, &error.to_string(), error.advice()))?;
    let found = match recognise(&head, name) {
        Err(refusal) => return Ok(Err(refusal)),
        Ok(found) => found.or_else(|| guess(&head, &rules.ours)),
    };
    let Some(header) = found else { return Ok(Err(unknown())) };
    let is_aimed = header.layout.has_targets() || rules.target.is_some();
    if !is_aimed && header.layout.format != Format::AhrefsIntersect {
        return Ok(Err(Refusal {
            what: "it does not say which page of yours each link points to".to_owned(),
            instead: "say which site is meant with --target, such as --target example.com".to_owned(),
        }));
    }
    Ok(Ok(header))
}

fn unknown() -> Refusal {
    Refusal {
        what: "there is no column 'source' in it, nor one that is known to hold pages".to_owned(),
        instead: "its first line names the columns: source,target and any of the options of `trackward add`, such as \
                  kind,sent,campaign; see `trackward import --help` for the files of other tools"
            .to_owned(),
    }
}

/// A table that is only guessed is imported when that was allowed, or is now.
fn confirm(path: &Path, name: &str, header: &Header, yes: bool) -> Result<(), Failure> {
    if header.layout.format != Format::Guessed || yes {
        return Ok(());
    }
    let (source, target) = header.layout.addresses();
    let source = output::safe(source.unwrap_or_default());
    let target =
        target.map_or("one of your sites".to_owned(), |target| format!("'{}'", output::safe(target)));
    let guess =
        format!("no header is known, but '{source}' seems to hold the pages, and they point to {target}");
    if stdin().is_terminal() && stderr().is_terminal() {
        // A terminal that went away answers no.
        let _ = write!(stderr(), "{}: {guess}. Import it so? [y/N] ", output::safe(name));
        let mut answer = String::new();
        let _ = stdin().read_line(&mut answer);
        if matches!(answer.trim(), "y" | "Y" | "yes") {
            return Ok(());
        }
    }
    Err(refused(path, &guess, "say --yes if that is right, or name the columns source and target"))
}

impl LeftOut {
    /// The table, why it is not taken, and what to do.
    pub(crate) fn in_words(&self) -> String {
        format!("{}: {}; {}", self.name, self.refusal.what, self.refusal.instead)
    }
}

fn none_chosen(path: &Path, left_out: &[LeftOut]) -> Failure {
    if let [only] = left_out {
        return refused(path, &only.refusal.what, &only.refusal.instead);
    }
    let mut reasons: Vec<(Vec<&str>, &Refusal)> = Vec::new();
    for LeftOut { name, refusal } in left_out {
        match reasons.iter_mut().find(|(_, known)| *known == refusal) {
            Some((names, _)) => names.push(name),
            None => reasons.push((vec![name], refusal)),
        }
    }
    let all: Vec<String> = reasons
        .into_iter()
        .map(|(names, refusal)| format!("{}: {}; {}", names.join(", "), refusal.what, refusal.instead))
        .collect();
    refused(path, "no table in it can be imported", &all.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_is_refused_one_row_above_the_limit() {
        let path = Path::new("links.csv");
        assert!(check_rows(path, 1_000_000).is_ok());
        assert!(format!("{:?}", check_rows(path, 1_000_001).unwrap_err()).contains("more than 1000000 rows"));
    }
}
