//! A CSV file of links: its columns found by name, its rows read one by one.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord, Trim};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use trackward_core::NewWatch;

use crate::args::FactArgs;
use crate::failure::Failure;
use crate::watch_input::read_watch;

/// What a file may hold; one that holds more is refused as a whole.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    bytes: u64,
    rows: usize,
}

impl Limits {
    /// Largest file that is imported, in bytes.
    pub(crate) const FILE_BYTES: u64 = 256 * 1024 * 1024;
    /// Most rows that are imported, those that are rejected and not the header counted.
    pub(crate) const ROWS: usize = 1_000_000;
    const SPLIT: &str = "split it and import the parts";
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: Self::FILE_BYTES, rows: Self::ROWS }
    }
}

/// A row that was not taken, and why.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reject {
    /// Line of the file on which the row begins, counted from 1.
    pub(crate) line: u64,
    pub(crate) reason: String,
}

/// A CSV file whose header was read.
#[derive(Debug)]
pub(crate) struct CsvFile {
    text: String,
    columns: Columns,
}

impl CsvFile {
    /// Reads a file and finds its columns; not more than the limits allow, whatever the file says of itself.
    pub(crate) fn open(path: &Path, limits: Limits) -> Result<Self, Failure> {
        let name = path.display();
        let wrong = |what: String, help: &str| Failure::usage(format!("{name}: {what}"), help);
        let unreadable = |error: std::io::Error| wrong(format!("cannot be read: {error}"), "name a CSV file");
        let file = File::open(path).map_err(unreadable)?;
        let mut bytes = Vec::new();
        let read = file.take(limits.bytes + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if read as u64 > limits.bytes {
            return Err(wrong(format!("larger than {}", in_words(limits.bytes)), Limits::SPLIT));
        }
        let text = String::from_utf8(bytes).map_err(|_| {
            wrong("not UTF-8 text".to_owned(), "save the file as \"CSV UTF-8\" and import it again")
        })?;
        let file = Self::parse(&text).map_err(|what| wrong(what, Columns::HELP))?;
        if reader(&file.text).into_records().nth(limits.rows).is_some() {
            return Err(wrong(format!("more than {} rows", limits.rows), Limits::SPLIT));
        }
        Ok(file)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
        let mut rows = reader(&text);
        let header = rows.headers().map_err(|error| error.to_string())?;
        Ok(Self { columns: Columns::find(header)?, text })
    }

    /// Columns that are not known.
    pub(crate) fn ignored(&self) -> &[String] {
        &self.columns.ignored
    }

    /// Reads all rows: what is to be watched, and what was not taken.
    pub(crate) fn read(&self, zone: &TimeZone, now: Timestamp) -> (Vec<NewWatch>, Vec<Reject>) {
        let (mut watches, mut rejects) = (Vec::new(), Vec::new());
        let mut lines = Lines { text: &self.text, at: 0, line: 1 };
        for row in reader(&self.text).into_records() {
            let position = row.as_ref().map_or_else(csv::Error::position, StringRecord::position);
            let line = lines.of(position.map_or(0, csv::Position::byte));
            let read = match &row {
                Ok(row) => self.columns.read(row, zone, now),
                Err(error) => Err(error.to_string()),
            };
            match read {
                Ok(watch) => watches.push(watch),
                Err(reason) => rejects.push(Reject { line, reason }),
            }
        }
        (watches, rejects)
    }
}

fn in_words(bytes: u64) -> String {
    if bytes >> 20 == 0 { format!("{bytes} bytes") } else { format!("{} MiB", bytes >> 20) }
}

fn reader(text: &str) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(text.as_bytes())
}

/// Counts lines up to a place; empty ones before a row belong to it no more.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn of(&mut self, byte: u64) -> u64 {
        let bytes = self.text.as_bytes();
        let mut to = usize::try_from(byte).unwrap_or(usize::MAX).min(bytes.len());
        while bytes.get(to) == Some(&b'\n') {
            to += 1;
        }
        let passed = self.text.get(self.at..to).unwrap_or_default();
        self.line += passed.matches('\n').count() as u64;
        self.at = self.at.max(to);
        self.line
    }
}

/// Where the columns are.
#[derive(Debug)]
struct Columns {
    all: usize,
    source: usize,
    target: usize,
    facts: [Option<usize>; Self::FACTS.len()],
    ignored: Vec<String>,
}

impl Columns {
    const HELP: &str = "its first line must name the columns, divided by commas: source,target and any of \
        kind,sent,client,campaign,owner,tags,cost,weight,note,agreed_rel,agreed_anchor,agreed_target,\
        agreed_placement,deadline,guaranteed_until,replaces";
    const FACTS: [&str; 16] = [
        "kind",
        "sent",
        "client",
        "campaign",
        "owner",
        "tags",
        "cost",
        "weight",
        "note",
        "agreed_rel",
        "agreed_anchor",
        "agreed_target",
        "agreed_placement",
        "deadline",
        "guaranteed_until",
        "replaces",
    ];

    /// Finds the columns by name, in any order and case.
    fn find(header: &StringRecord) -> Result<Self, String> {
        let names: Vec<String> = header.iter().map(|name| name.trim().to_ascii_lowercase()).collect();
        if let Some(twice) = names.iter().enumerate().find(|(n, name)| names[..*n].contains(name)) {
            return Err(format!("there are two columns '{}'", twice.1));
        }
        let find = |wanted: &str| names.iter().position(|name| name == wanted);
        let must = |wanted: &str| find(wanted).ok_or_else(|| format!("there is no column '{wanted}'"));
        let known =
            |name: &&String| Self::FACTS.contains(&name.as_str()) || *name == "source" || *name == "target";
        let ignored = names.iter().filter(|name| !known(name)).cloned().collect();
        Ok(Self {
            all: names.len(),
            source: must("source")?,
            target: must("target")?,
            facts: Self::FACTS.map(find),
            ignored,
        })
    }

    fn read(&self, row: &StringRecord, zone: &TimeZone, now: Timestamp) -> Result<NewWatch, String> {
        if row.iter().any(|field| field.contains('\n')) {
            return Err("a field holds a line break: is a quote not closed?".to_owned());
        }
        if row.iter().skip(self.all).any(|field| !field.is_empty()) {
            let (fields, all) = (row.len(), self.all);
            return Err(format!("{fields} fields for {all} columns: is a text with a comma not in quotes?"));
        }
        let must = |at: usize, name: &str| {
            row.get(at).filter(|text| !text.is_empty()).ok_or_else(|| format!("there is no {name}"))
        };
        let mut facts = self.facts.iter().map(|at| at.and_then(|at| row.get(at)).map(str::to_owned));
        let mut next = || facts.next().flatten();
        let facts = FactArgs {
            kind: next(),
            sent: next(),
            client: next(),
            campaign: next(),
            owner: next(),
            tags: next(),
            cost: next(),
            weight: next(),
            note: next(),
            agreed_rel: next(),
            agreed_anchor: next(),
            agreed_target: next(),
            agreed_placement: next(),
            deadline: next(),
            guaranteed_until: next(),
            replaces: next(),
        };
        read_watch(must(self.source, "source")?, must(self.target, "target")?, &facts, zone, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<NewWatch>, Vec<Reject>) {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        CsvFile::parse(text).unwrap().read(&TimeZone::UTC, now)
    }

    #[test]
    fn rejects_name_their_line_with_any_line_end_and_after_empty_lines() {
        for text in [
            "source,target\nhttps://a.example/,ours.example\nftp://a.example/,ours.example\n",
            "source,target\r\nhttps://a.example/,ours.example\r\nftp://a.example/,ours.example\r\n",
            "source,target\nhttps://a.example/,ours.example\n\n\nftp://a.example/,ours.example\n",
        ] {
            let (watches, rejects) = read(text);
            let line = 1 + text.lines().position(|line| line.starts_with("ftp")).unwrap() as u64;
            assert_eq!((watches.len(), rejects[0].line), (1, line), "{text:?}");
        }
    }

    #[test]
    fn quote_that_is_not_closed_is_told() {
        let (watches, rejects) = read(
            "source,target,note\nhttps://a.example/,ours.example,\"open\nhttps://b.example/,ours.example,x\n",
        );
        assert_eq!((watches.len(), rejects.len()), (0, 1));
        assert!(rejects[0].reason.contains("quote"), "{}", rejects[0].reason);
    }

    #[test]
    fn row_with_more_fields_than_columns_is_not_taken() {
        let (watches, rejects) = read(
            "source,target,note\nhttps://a.example/,ours.example,one, two\n\
             https://b.example/,ours.example,\"one, two\",\nhttps://c.example/,ours.example\n",
        );
        assert_eq!((watches.len(), rejects.len()), (2, 1));
        assert!(rejects[0].reason.contains("4 fields for 3 columns"), "{}", rejects[0].reason);
    }

    #[test]
    fn unknown_columns_are_named_and_doubled_ones_refused() {
        let file = CsvFile::parse("\u{feff}Target,Source,Campain\n").unwrap();
        assert_eq!(file.ignored(), ["campain"]);
        assert!(CsvFile::parse("source,source,target\n").unwrap_err().contains("two columns"));
        assert!(CsvFile::parse("source;target\n").unwrap_err().contains("no column 'source'"));
    }
    #[test]
    fn file_is_refused_one_byte_or_one_row_above_the_limit() {
        let text = "source,target\nhttps://a.example/,ours.example\nnonsense\n";
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("links.csv");
        std::fs::write(&path, text).unwrap();
        let open = |bytes, rows| CsvFile::open(&path, Limits { bytes, rows });
        let bytes = text.len() as u64;
        assert!(open(bytes, 2).is_ok());
        let told = |file: Result<CsvFile, Failure>| format!("{:?}", file.unwrap_err());
        assert!(told(open(bytes - 1, 2)).contains("larger than"), "a byte more");
        assert!(told(open(bytes, 1)).contains("more than 1 rows"), "a row more");
    }

    #[test]
    fn limits_of_a_file_are_those_of_the_manual() {
        let Limits { bytes, rows } = Limits::default();
        assert_eq!((in_words(bytes).as_str(), rows), ("256 MiB", 1_000_000));
    }
}
