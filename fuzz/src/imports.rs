//! Any file is either refused or read to its end, the same each time; what comes out of it keeps to its limits.

use std::ops::ControlFlow;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use trackward_core::import::{Header, Reader, Row, Survey, Terms, guess, recognise};
use trackward_core::{Calendar, DateOrder, Limits, NewWatch, Ours, Target};
use trackward_tables::{Limits as FileLimits, Record, Tables};

/// Checks a file.
pub fn check(input: &[u8]) {
    let dir = tempfile::tempdir().expect("a folder for temporary files");
    let path = dir.path().join("file");
    std::fs::write(&path, input).expect("a file there");
    let Ok(tables) = Tables::open(&path) else { return };
    for table in 0..tables.tables().len() {
        let records = read(&tables, table);
        assert_eq!(records, read(&tables, table));
        check_records(&records);
        let rows: Vec<Row> = records.into_iter().filter_map(row).collect();
        check_rows(&rows);
    }
}

fn read(tables: &Tables, table: usize) -> Vec<Record> {
    let mut records = Vec::new();
    // A workbook may break off in the middle.
    let _ = tables.each(table, &mut |record| {
        records.push(record);
        ControlFlow::Continue(())
    });
    records
}

fn row(record: Record) -> Option<Row> {
    match record {
        Record::Row(row) => Some(row),
        Record::Broken(..) => None,
    }
}

fn check_records(records: &[Record]) {
    let mut last = 0;
    for record in records {
        let (Record::Row(row) | Record::Broken(row, _)) = record;
        assert!(row.line > last, "lines go up: {} after {last}", row.line);
        last = row.line;
        assert!(row.len() <= FileLimits::COLUMNS);
        // A byte that is no character becomes three.
        assert!(row.cells().all(|cell| cell.len() <= 3 * FileLimits::FIELD_BYTES));
    }
}

fn check_rows(rows: &[Row]) {
    let ours = Ours::new([Target::parse("ours.example").expect("a site")], Vec::new());
    let found = recognise(rows, "file").ok().flatten().or_else(|| guess(rows, &ours));
    let Some(Header { layout, rows: above }) = found else { return };
    let mut survey = Survey::new(&layout, &ours);
    rows[above..].iter().for_each(|row| survey.look_at(row));
    let Ok(orders) = survey.settle(Some(DateOrder::Dmy)) else { return };
    let terms = Terms {
        calendar: Calendar { zone: &TimeZone::UTC, now: Timestamp::UNIX_EPOCH, order: None },
        ours: &ours,
        target: Target::parse("ours.example").ok(),
        facts: Vec::new(),
        competitor: false,
        pending: false,
        spread: None,
        day: jiff::civil::date(2026, 11, 22),
        reach: &|_| Ok(()),
    };
    let reader = Reader::new(&layout, &terms, orders);
    rows[above..].iter().filter_map(|row| reader.read(row).ok()).for_each(|watch| check_watch(&ours, &watch));
}

fn check_watch(ours: &Ours, watch: &NewWatch) {
    assert!(ours.has(&watch.target) && !ours.is_self_link(&watch.page, &watch.target));
    assert!(watch.tags.iter().count() <= Limits::TAGS);
    if let Some(claim) = &watch.claim {
        assert!(claim.fields.len() <= Limits::CLAIM_FIELDS);
        let texts = claim.fields.iter().flat_map(|(name, value)| [name, value]);
        assert!(texts.into_iter().all(|text| (1..=Limits::CLAIM_CHARS).contains(&text.chars().count())));
    }
}
