//! One line of the journal: a JSON object with version, sequence number, entries and checksum.
//!
//! The checksum is the CRC-32 of all bytes before `,"crc"`, as eight hexadecimal digits.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::journal::entry::Entry;

/// Version of the lines this release writes; a reader of every released version stays.
pub(crate) const VERSION: u32 = 1;

/// What follows the bytes that the checksum covers, before its digits.
const CRC: &str = ",\"crc\":\"";
/// Digits of the checksum.
const DIGITS: usize = 8;
/// What follows the digits.
const END: &str = "\"}";

/// What one commit changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    /// Version of this form.
    v: u32,
    /// Counts the lines from 1, without a gap.
    pub(crate) seq: u64,
    /// The latest instant that its records name: about when it was written.
    pub(crate) at: Option<Timestamp>,
    /// The records as they are now.
    pub(crate) put: Vec<Entry>,
}

/// Why a line cannot be read.
#[derive(Debug)]
pub(crate) enum Unread {
    /// It is not what was written.
    Damaged(&'static str),
    /// A later release wrote it.
    Newer(u32),
}

impl Line {
    pub(crate) fn new(seq: u64, at: Option<Timestamp>, put: Vec<Entry>) -> Self {
        Self { v: VERSION, seq, at, put }
    }

    /// The bytes of the line, its line feed included.
    ///
    /// # Errors
    /// When a record cannot be written as JSON, which none can today.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, StoreError> {
        let unwritable = |_| StoreError::Corrupt { what: "a record that JSON cannot hold".into() };
        let mut line = without_nulls(&serde_json::to_vec(self).map_err(unwritable)?);
        line.pop(); // the closing brace: the checksum goes before it
        let crc = crc32fast::hash(&line);
        line.extend_from_slice(format!("{CRC}{crc:08x}{END}\n").as_bytes());
        Ok(line)
    }

    /// Reads the bytes of a line, without its line feed.
    ///
    /// # Errors
    /// When it is damaged, or a later release wrote it.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Unread> {
        let body = checked_body(bytes).ok_or(Unread::Damaged("its checksum does not fit"))?;
        let closed = [body, b"}"].concat();
        match serde_json::from_slice::<Version>(&closed) {
            Ok(Version { v: VERSION }) => {}
            Ok(Version { v }) => return Err(Unread::Newer(v)),
            Err(_) => return Err(Unread::Damaged("it is no JSON object with a version")),
        }
        serde_json::from_slice(&closed).map_err(|_| Unread::Damaged("its records do not read"))
    }
}

/// What every version of a line has.
#[derive(Deserialize)]
struct Version {
    v: u32,
}

/// The bytes that the checksum covers, when it fits.
fn checked_body(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_suffix(END.as_bytes())?;
    let (rest, digits) = rest.split_at_checked(rest.len().checked_sub(DIGITS)?)?;
    let body = rest.strip_suffix(CRC.as_bytes())?;
    let crc = format!("{:08x}", crc32fast::hash(body));
    (crc.as_bytes() == digits).then_some(body)
}

/// JSON without the fields that are null: readers take a missing field for none.
///
/// It has no blanks between its parts, as `serde_json` writes it.
fn without_nulls(json: &[u8]) -> Vec<u8> {
    const NULL: &[u8] = b":null";
    let mut out = Vec::with_capacity(json.len());
    let (mut rest, mut name) = (json, 0);
    while let Some(byte) = rest.first() {
        if *byte == b'"' {
            let (text, after) = rest.split_at(length_of_text(rest));
            name = out.len();
            out.extend_from_slice(text);
            rest = after;
        } else if let Some(after) = rest.strip_prefix(NULL) {
            out.truncate(name);
            // With the field goes the comma before it, or where it is the first the one after it.
            let is_first = out.pop_if(|last| *last == b',').is_none();
            rest = after.strip_prefix(b",").filter(|_| is_first).unwrap_or(after);
        } else {
            out.push(*byte);
            rest = &rest[1..];
        }
    }
    out
}

/// Bytes of the text in quotes that begins here.
fn length_of_text(json: &[u8]) -> usize {
    let mut escaped = true; // the opening quote ends nothing
    let end = json.iter().position(|byte| {
        let is_end = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        is_end
    });
    end.map_or(json.len(), |end| end + 1)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::golden;
    use crate::journal::entry::{EventEntry, HostEntry};
    use trackward_core::EventSeq;

    /// A line with a record of each kind.
    pub(crate) fn of_each_kind(seq: u64) -> Line {
        let event = Box::new(EventEntry { seq: EventSeq(258), event: golden::event() });
        let host = golden::host_record().state;
        let put = vec![
            Entry::Link(Box::new(golden::link())),
            Entry::Page(Box::new(golden::page_record().into())),
            Entry::Event(event),
            Entry::Run(Box::new(golden::run())),
            Entry::Host(HostEntry { host: host.host, free_at: host.free_at }),
        ];
        Line::new(seq, Some(golden::event().at), put)
    }

    fn text(line: &Line) -> String {
        String::from_utf8(line.encode().unwrap()).unwrap()
    }

    #[test]
    fn line_of_every_kind_reads_back_and_is_one_json_object() {
        let line = of_each_kind(7);
        let text = text(&line);
        assert_eq!(Line::decode(text.trim_end().as_bytes()).unwrap(), line);
        assert_eq!(text.lines().count(), 1);
        assert!(serde_json::from_str::<serde_json::Value>(&text).unwrap().is_object());
        assert!(!text.contains("null"), "{text}");
    }

    #[test]
    fn fields_that_are_null_are_left_out_with_their_comma_and_texts_stay() {
        for (json, expected) in [
            (r#"{"a":null}"#, "{}"),
            (r#"{"a":null,"b":1}"#, r#"{"b":1}"#),
            (r#"{"a":1,"b":null}"#, r#"{"a":1}"#),
            (r#"{"a":null,"b":null,"c":[{"d":null},null,2],"e":null}"#, r#"{"c":[{},null,2]}"#),
            (r#"{"a":"\"",":null":"\\\":null,"}"#, r#"{"a":"\"",":null":"\\\":null,"}"#),
        ] {
            assert_eq!(String::from_utf8(without_nulls(json.as_bytes())).unwrap(), expected);
        }
    }

    #[test]
    fn line_with_any_byte_changed_or_cut_off_is_damaged() {
        let bytes = of_each_kind(7).encode().unwrap();
        let whole = &bytes[..bytes.len() - 1];
        for at in 0..whole.len() {
            let mut flipped = whole.to_vec();
            flipped[at] ^= 1;
            assert!(matches!(Line::decode(&flipped), Err(Unread::Damaged(_))), "byte {at}");
            assert!(matches!(Line::decode(&whole[..at]), Err(Unread::Damaged(_))), "cut to {at}");
        }
    }

    #[test]
    fn line_of_a_later_version_is_told_from_damage() {
        let later = Line { v: 2, ..of_each_kind(1) }.encode().unwrap();
        assert!(matches!(Line::decode(later.trim_ascii_end()), Err(Unread::Newer(2))));
    }
}
