//! What divides the fields of a table.

use std::io;

use crate::records::{Record, Records};
use crate::text::Text;

/// Separators that are tried; the first of equals wins.
const SEPARATORS: [u8; 4] = *b"\t,;|";
/// Records that are looked at.
const RECORDS: usize = 50;

/// The separator that divides most of the first records alike, and into how many fields. Records before the first
/// of them do not count: some tools write lines of words above a table. Where none does, the one that divides the
/// first record most, if that is no address; with one column only, TAB.
pub(crate) fn sniff(open: &mut dyn FnMut() -> io::Result<Text>) -> io::Result<(u8, usize)> {
    let (mut best, mut of_first) = ((b'\t', 1, 0), (b'\t', 1));
    for separator in SEPARATORS {
        let mut records = Records::new(open()?, separator, None);
        let mut widths = Vec::new();
        while let (true, Some(record)) = (widths.len() < RECORDS, records.next()?) {
            if let Record::Row(row) = record {
                widths.push(row.len());
                let is_first = widths.len() == 1 && !row.cell(0).contains("://");
                if is_first && row.len() > of_first.1 {
                    of_first = (separator, row.len());
                }
            }
        }
        let (width, alike) = most(&widths);
        if alike > best.2 {
            best = (separator, width, alike);
        }
    }
    Ok(if best.2 == 0 { of_first } else { (best.0, best.1) })
}

/// The number of fields, two at least, that most records have from the first of them on, and how many have it.
fn most(widths: &[usize]) -> (usize, usize) {
    let alike = |width: usize| widths.iter().filter(|own| **own == width).count();
    let candidates = widths.iter().copied().filter(|width| *width >= 2);
    let Some(width) = candidates.max_by_key(|width| (alike(*width), *width)) else { return (1, 0) };
    let first = widths.iter().position(|own| *own == width).unwrap_or(0);
    if alike(width) * 2 > widths.len() - first { (width, alike(width)) } else { (1, 0) }
}

#[cfg(test)]
mod tests {
    use encoding_rs::UTF_8;

    use super::*;

    fn separator(text: &'static str) -> (char, usize) {
        let (separator, width) = sniff(&mut || Ok(Text::new(Box::new(text.as_bytes()), UTF_8))).unwrap();
        (char::from(separator), width)
    }

    #[test]
    fn separator_is_the_one_that_divides_most_records_alike() {
        assert_eq!(separator("a,b\n1,2\n3,4\n"), (',', 2));
        assert_eq!(separator("a;b\n\"1,5\";2\n3;4,5\n"), (';', 2));
        assert_eq!(separator("a\tb,c\n1\t2,3\n"), ('\t', 2));
        assert_eq!(separator("a|b|c\n1|2|3\n"), ('|', 3));
    }

    #[test]
    fn words_above_a_table_do_not_count() {
        assert_eq!(separator("Report for x\nof today\nhello\n\"all, of it\"\na,b,c\n1,2,3\n"), (',', 3));
    }

    #[test]
    fn table_whose_rows_are_broken_is_divided_as_its_header_is() {
        assert_eq!(separator("a,b,c\n\"x\n1\n\"y\n2\n3\n"), (',', 3));
    }

    #[test]
    fn list_of_addresses_has_one_column_though_some_hold_commas() {
        assert_eq!(
            separator("https://a.example/\nhttps://b.example/1,2\nhttps://c.example/\nhttps://d.example/\n"),
            ('\t', 1)
        );
    }
}
