//! A plain list of pages: one address a line, `#` begins a comment line; packed with gzip or not.
//!
//! For whatever another program can write: an export of a search console, of a backlink index, of a mail box. Only the
//! addresses are read; tables with columns are the business of the import of watches.

use std::io::{self, Read};

use trackward_core::PageUrl;

use crate::lines::each_line;
use crate::unusable::Unusable;

/// Longest line, in bytes.
pub const LINE_BYTES: usize = 16 * 1024;
/// Addresses that are taken from one list.
pub const ADDRESSES: usize = 1_000_000;

/// What a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// The pages in their order, as often as they are listed.
    pub pages: Vec<PageUrl>,
    /// Lines that are no address, by their number.
    pub unusable: Unusable,
    /// Addresses beyond [`ADDRESSES`], which were left out.
    pub dropped: u64,
}

/// Reads a list.
///
/// # Errors
/// When the file cannot be read or unpacked; a bad line is no error.
pub fn read(input: impl Read) -> io::Result<List> {
    let mut list = List::default();
    let mut number = 0;
    each_line(input, LINE_BYTES, |line| {
        number += 1;
        match line.map_or_else(|| Err(format!("the line is longer than {LINE_BYTES} bytes")), address) {
            Ok(None) => {}
            Ok(Some(_)) if list.pages.len() >= ADDRESSES => list.dropped += 1,
            Ok(Some(page)) => list.pages.push(page),
            Err(why) => list.unusable.push(number, why),
        }
    })?;
    Ok(list)
}

/// The address on a line; `None` for a blank line or a comment.
fn address(line: &[u8]) -> Result<Option<PageUrl>, String> {
    // Editors of Windows put a mark in front.
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii();
    if line.is_empty() || line.starts_with(b"#") {
        return Ok(None);
    }
    let text = std::str::from_utf8(line).map_err(|_| "the line is not UTF-8".to_owned())?;
    PageUrl::parse(text).map(Some).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_read_one_a_line() {
        let list =
            read(&b"\xef\xbb\xbf# pages\r\nhttps://a.net/1\r\n\r\n  http://b.net/#top \nhttps://a.net/1"[..])
                .unwrap();
        let pages: Vec<&str> = list.pages.iter().map(PageUrl::as_str).collect();
        assert_eq!(pages, ["https://a.net/1", "http://b.net/", "https://a.net/1"]);
        assert_eq!(list.unusable, Unusable::default());
    }

    #[test]
    fn bad_lines_are_named_with_their_number() {
        let text =
            [b"https://a.net/\nb.net\nftp://c.net/\n\xff\n".to_vec(), vec![b'x'; LINE_BYTES + 1]].concat();
        let list = read(&text[..]).unwrap();
        let expected = [
            (2, "'b.net' is not a full web address, write it as https://host/path"),
            (3, "'ftp://c.net/' is not an http or https address"),
            (4, "the line is not UTF-8"),
            (5, "the line is longer than 16384 bytes"),
        ];
        assert_eq!(list.unusable.named, expected.map(|(number, why)| (number, why.to_owned())));
        assert_eq!((list.pages.len(), list.unusable.count), (1, 4));
    }

    #[test]
    fn bad_lines_are_named_up_to_a_bound_and_all_counted() {
        let list = read("x\n".repeat(crate::unusable::NAMED + 5).as_bytes()).unwrap();
        assert_eq!((list.unusable.named.len(), list.unusable.count), (crate::unusable::NAMED, 1005));
    }

    #[test]
    fn addresses_beyond_the_bound_are_counted() {
        let list = read("http://a.net\n".repeat(ADDRESSES + 2).as_bytes()).unwrap();
        assert_eq!((list.pages.len(), list.dropped), (ADDRESSES, 2));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes[..]);
        }
    }
}
