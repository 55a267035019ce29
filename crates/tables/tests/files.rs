//! Files of rows as people have them, and as they should not.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::io::{Cursor, Write};
use std::ops::ControlFlow;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use trackward_tables::{Limits, Record, TableError, Tables};
use zip::write::SimpleFileOptions;

fn open(bytes: &[u8]) -> Result<(Tables, tempfile::TempDir), TableError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    fs::write(&path, bytes).unwrap();
    Tables::open(&path).map(|tables| (tables, dir))
}

/// All records of the first table: its lines with the cells, or with what is broken about them.
fn records(bytes: &[u8]) -> Vec<(u64, Result<Vec<String>, String>)> {
    let (tables, _kept) = open(bytes).unwrap();
    let mut all = Vec::new();
    let read = tables.each(0, &mut |record| {
        all.push(match record {
            Record::Row(row) => (row.line, Ok(row.cells().map(str::to_owned).collect())),
            Record::Broken(row, why) => (row.line, Err(why)),
        });
        ControlFlow::Continue(())
    });
    read.unwrap();
    all
}

fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    records(bytes).into_iter().map(|(_, row)| row.unwrap()).collect()
}

fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::best());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

#[test]
fn quotes_line_ends_and_separators_are_read_as_they_are_meant() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["a;b;c", "1;\"x; \"\"y\"\" \u{a0}z\";3", "", "4;\"two", "lines\";6"].join(end);
        let read = records(text.as_bytes());
        let lines: Vec<u64> = read.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 2, 4], "{end:?}");
        let cells: Vec<_> = read.into_iter().map(|(_, row)| row.unwrap()).collect();
        assert_eq!(cells[1], ["1", "x; \"y\" \u{a0}z", "3"], "{end:?}");
        assert_eq!(cells[2], ["4", &format!("two{end}lines"), "6"]);
    }
}

#[test]
fn quote_that_is_not_closed_costs_its_line_and_not_the_file() {
    let good = |n: usize| format!("https://a.example/{n},https://ours.example/,note\n");
    let text = format!(
        "source,target,note\n{}https://b.example/,https://ours.example/,\"open\n{}{}",
        good(1),
        good(2),
        good(3)
    );
    let read = records(text.as_bytes());
    let broken: Vec<u64> = read.iter().filter(|(_, row)| row.is_err()).map(|(line, _)| *line).collect();
    assert_eq!((broken, read.len()), (vec![3], 5));
    assert_eq!(read[4].1.as_ref().unwrap()[0], "https://a.example/3");
}

#[test]
fn quote_that_swallows_much_is_given_up_at_the_limit_of_a_field() {
    let row = "https://a.example/,https://ours.example/,x\n".repeat(2_000);
    let text = format!("source,target,note\nhttps://b.example/,https://ours.example/,\"open\n{row}");
    let read = records(text.as_bytes());
    assert_eq!((read.len(), read[1].0, read[1].1.is_err()), (2_002, 2, true));
}

#[test]
fn field_and_columns_one_above_their_limits_break_the_row() {
    let field = |bytes: usize| format!("a,b\n1,{}\n3,4\n", "x".repeat(bytes));
    assert!(records(field(Limits::FIELD_BYTES).as_bytes())[1].1.is_ok());
    let broken = records(field(Limits::FIELD_BYTES + 1).as_bytes());
    assert!(broken[1].1.is_err() && broken[2].1.is_ok());
    let row = |n: usize| vec!["x"; n].join(",");
    let most = row(Limits::COLUMNS);
    let read = records(format!("{most}\n{}\n{most}\n", row(Limits::COLUMNS + 1)).as_bytes());
    assert!(read[0].1.is_ok() && read[1].1.is_err() && read[2].1.is_ok());
}

#[test]
fn record_that_does_not_end_is_given_up_at_its_limit() {
    // Many short quoted fields with line ends, none of which closes the row.
    let text = format!("a,b\n1,2\n{}", "\"x\n\",".repeat(Limits::RECORD_BYTES / 5 + 1));
    let read = records(text.as_bytes());
    assert!(read[2].1.is_err(), "{:?}", read[2]);
}

#[test]
fn packed_files_are_read_in_place_whatever_they_are_called() {
    let table = b"source,target\nhttps://a.example/,https://ours.example/\n";
    assert_eq!(cells(&gzip(table)), cells(table));
    let zip = archive(&[
        ("../../etc/passwd", table),
        ("photo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"),
        ("x/", b""),
    ]);
    let (tables, _kept) = open(&zip).unwrap();
    let names: Vec<_> = tables.tables().iter().map(|table| table.name.as_str()).collect();
    assert_eq!(names, ["../../etc/passwd"], "a label, and what is no text is left out");
    assert_eq!(cells(&zip), cells(table));
}

#[test]
fn file_above_the_limit_is_refused_before_it_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    fs::File::create(&path).unwrap().set_len(Limits::BYTES + 1).unwrap();
    assert!(matches!(Tables::open(&path), Err(TableError::TooLarge)));
}

#[test]
fn archive_that_unfolds_too_far_or_holds_too_much_is_refused() {
    let bomb = vec![b'a'; 8 << 20];
    assert!(matches!(open(&gzip(&bomb)), Err(TableError::Unfolds)));
    assert!(matches!(open(&archive(&[("a.csv", &bomb)])), Err(TableError::Unfolds)));
    let small = vec![b'a'; usize::try_from(Limits::RATIO_FROM).unwrap()];
    assert!(open(&gzip(&small)).is_ok(), "a small file may unfold as it likes");
    let many = |n: usize| {
        let names: Vec<String> = (0..n).map(|n| format!("{n}.csv")).collect();
        let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"a,b\n"[..])).collect();
        open(&archive(&members)).map(drop)
    };
    assert!(many(Limits::MEMBERS).is_ok());
    assert!(matches!(many(Limits::MEMBERS + 1), Err(TableError::Members)));
}

#[test]
fn what_is_no_table_is_refused_with_advice() {
    let old = open(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on").unwrap_err();
    assert!(matches!(old, TableError::OldSpreadsheet) && old.advice().contains("XLSX or CSV"));
    assert!(matches!(open(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"), Err(TableError::NoText)));
    assert!(matches!(open(b"PK\x03\x04 is no archive"), Err(TableError::Damaged(_))));
    assert!(matches!(open(b"\x1f\x8b\x08\x00 is no gzip"), Err(TableError::Damaged(_))));
    let workbook = archive(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<nonsense")]);
    assert!(matches!(open(&workbook), Err(TableError::Damaged(_))));
    let texts = vec![b'<'; usize::try_from(Limits::SHARED_TEXT_BYTES).unwrap() + 1];
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [("[Content_Types].xml", &b"<Types/>"[..]), ("xl/sharedStrings.xml", &texts)] {
        zip.start_file(name, stored).unwrap();
        zip.write_all(bytes).unwrap();
    }
    assert!(matches!(open(&zip.finish().unwrap().into_inner()), Err(TableError::SharedText)));
    assert!(matches!(Tables::open("/nowhere/at/all".as_ref()), Err(TableError::Read(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_line_that_is_no_quote_of_another_is_found_again(
        rows in prop::collection::vec(("[a-z]{1,5}", "[a-z ,\"\n]{0,8}", "[a-z]{1,5}"), 3..20),
    ) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let lines = rows.iter().map(|(one, two, three)| format!("{one},{},{three}\n", quoted(two)));
        let text: String = std::iter::once("one,two,three\n".to_owned()).chain(lines).collect();
        let read = cells(text.as_bytes());
        prop_assert_eq!(read.len(), rows.len() + 1);
        for (cells, (one, two, three)) in read[1..].iter().zip(&rows) {
            prop_assert_eq!(cells, &[one.clone(), two.trim().to_owned(), three.clone()]);
        }
    }

    #[test]
    fn no_bytes_are_read_by_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), magic in 0..4usize) {
        let begun = [&b""[..], b"PK\x03\x04", b"\x1f\x8b\x08", b"\xff\xfe"][magic];
        if let Ok((tables, _kept)) = open(&[begun, &bytes].concat()) {
            for table in 0..tables.tables().len() {
                let _ = tables.each(table, &mut |_| ControlFlow::Continue(()));
            }
        }
    }
}

/// The names and forms of the tables of a text, and of each its rows as they are shown.
type Shown = Vec<(String, String, Vec<(u64, String)>)>;

fn shown(bytes: &[u8]) -> Result<Shown, TableError> {
    let (tables, _kept) = open(bytes)?;
    let each = tables.tables().iter().enumerate().map(|(at, table)| {
        let mut rows = Vec::new();
        tables.each(at, &mut |record| {
            let (row, why) = match record {
                Record::Row(row) => (row, String::new()),
                Record::Broken(row, why) => (row, format!(" !{why}")),
            };
            let cells: Vec<&str> = row.cells().collect();
            rows.push((row.line, format!("{}{why}", cells.join("|"))));
            ControlFlow::Continue(())
        })?;
        Ok((table.name.clone(), table.form(), rows))
    });
    each.collect()
}

#[test]
fn each_list_of_objects_in_a_document_is_a_table() {
    let text = r#" {"schema": "x/1", "n": [1, 2], "of": {"links": [
        {"b": "two", "a": 1.5, "in": {"c": true}, "rows": [{"x": 1}]},
        null, {"a": "\u00e9", "tags": ["p", 2]}]}, "empty": [], "more": [{"z": null}]}"#;
    let rows = |rows: &[(u64, &str)]| rows.iter().map(|(n, row)| (*n, (*row).to_owned())).collect::<Vec<_>>();
    let expected = [
        (
            "of.links",
            rows(&[
                (0, "a|b|in.c|rows|tags"),
                (1, "1.5|two|true||"),
                (2, "null !this is no object"),
                (3, "é||||p, 2"),
            ]),
        ),
        ("more", rows(&[(0, "z"), (1, "")])),
    ];
    let expected = expected.map(|(name, rows)| (name.to_owned(), "UTF-8, JSON".to_owned(), rows));
    assert_eq!(shown(text.as_bytes()).unwrap(), expected);
    let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(shown(&utf16).unwrap()[1].2, expected[1].2);
    assert_eq!(shown(b"[{\"a\":1},{\"a\":2}]").unwrap()[0].2, rows(&[(0, "a"), (1, "1"), (2, "2")]));
}

#[test]
fn line_that_is_no_object_costs_itself_alone() {
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(Limits::RECORD_BYTES));
    let text = format!("{{\"a\":1,\"tags\":[]}}\n\n{{\"a\":\n{long}\n[]\n{{\"a\":2}}");
    let read = shown(text.as_bytes()).unwrap();
    assert_eq!((read.len(), read[0].1.as_str()), (1, "UTF-8, JSON, an object a line"));
    let rows: Vec<(u64, &str)> = read[0].2.iter().map(|(n, row)| (*n, row.as_str())).collect();
    assert_eq!((rows[0], rows[1]), ((0, "a|tags"), (1, "1|")));
    assert!(rows[2].0 == 3 && rows[2].1.contains("!this is no JSON: EOF"), "{:?}", rows[2]);
    assert_eq!(rows[3], (4, " !an object that is too long"));
    assert_eq!((rows[4], rows[5]), ((5, "[] !this is no object"), (6, "2|")));
}

#[test]
fn document_that_does_not_hold_together_is_refused_and_names_the_place() {
    let told = |text: &str| shown(text.as_bytes()).unwrap_err().to_string();
    assert!(told("[{\"a\":1},\n{\"a\":}]").contains("line 2"), "{}", told("[{\"a\":1},\n{\"a\":}]"));
    assert!(told("[{\"a\":1}] {\"b\":2}").contains("trailing"));
    assert_eq!(told("{\"a\":\n1}"), "JSON without a list of objects");
    let deep = format!("[{{\"a\":{}", "[".repeat(100_000));
    assert!(told(&deep).contains("recursion"), "{}", told(&deep));
    let long = |bytes: usize| format!("[\n{{\"a\":1}},{{\"a\":\"{}\"}}]", "x".repeat(bytes));
    assert!(told(&long(Limits::RECORD_BYTES)).contains("an object that is too long"));
    let row = |bytes| shown(long(bytes).as_bytes()).unwrap()[0].2[2].1.clone();
    assert_eq!(row(Limits::FIELD_BYTES).len(), Limits::FIELD_BYTES);
    assert!(row(Limits::FIELD_BYTES + 1).ends_with("!a field that is too long"));
}

#[test]
fn document_has_so_many_lists_and_columns() {
    let lists = |n: usize| {
        let all: Vec<String> = (0..n).map(|n| format!("\"l{n}\":[{{\"a\":{n}}}]")).collect();
        shown(format!("{{{}}}", all.join(",")).as_bytes())
    };
    assert_eq!(lists(Limits::LISTS).unwrap().len(), Limits::LISTS);
    assert!(matches!(lists(Limits::LISTS + 1), Err(TableError::Lists)));
    let columns = |n: usize| {
        let all: Vec<String> = (0..n).map(|n| format!("\"c{n}\":1")).collect();
        shown(format!("[{{{}}}]", all.join(",")).as_bytes()).unwrap()[0].2[1].1.clone()
    };
    assert!(columns(Limits::COLUMNS).ends_with('1'));
    assert!(columns(Limits::COLUMNS + 1).ends_with("!more columns than a table may have"));
}
