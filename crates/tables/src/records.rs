//! Text as records: RFC 4180 with any separator and line end. A record that is broken costs its first line.

use std::io;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use trackward_core::import::Row;

use crate::limits::Limits;
use crate::text::Text;

/// One record of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A row.
    Row(Row),
    /// What is none: its first line as one cell, and why.
    Broken(Row, String),
}

/// The records of a text.
pub(crate) struct Records {
    text: Text,
    reader: Reader,
    /// Text from the beginning of the present record.
    buffer: Vec<u8>,
    /// The number of fields of most records, where it is known: one over several lines must have it.
    width: Option<usize>,
    line: u64,
    after_return: bool,
    fields: Vec<u8>,
    ends: Vec<usize>,
}

/// What came of reading a record.
enum Read {
    /// It took so many bytes and has so many fields.
    Whole(usize, usize),
    /// It cannot be one.
    Broken(&'static str),
    /// There is no more.
    End,
}

impl Records {
    pub(crate) fn new(text: Text, separator: u8, width: Option<usize>) -> Self {
        Self {
            text,
            reader: ReaderBuilder::new().delimiter(separator).build(),
            buffer: Vec::new(),
            width,
            line: 1,
            after_return: false,
            fields: vec![0; 4 * 1024],
            ends: vec![0; 64],
        }
    }

    /// The next record.
    pub(crate) fn next(&mut self) -> io::Result<Option<Record>> {
        self.skip_line_ends()?;
        self.reader.reset();
        match self.read()? {
            Read::End => Ok(None),
            Read::Broken(why) => self.give_up(why).map(Some),
            Read::Whole(bytes, fields) => match self.fault(bytes, fields) {
                Some(why) => self.give_up(why).map(Some),
                None => Ok(Some(Record::Row(self.take(bytes, fields)))),
            },
        }
    }

    /// Goes on to the first character of a record.
    fn skip_line_ends(&mut self) -> io::Result<()> {
        loop {
            let blank = self.buffer.iter().position(|byte| !is_line_end(*byte)).unwrap_or(self.buffer.len());
            self.pass(blank);
            if !self.buffer.is_empty() || !self.text.fill(&mut self.buffer)? {
                return Ok(());
            }
        }
    }

    fn read(&mut self) -> io::Result<Read> {
        let (mut taken, mut written, mut ended) = (0, 0, 0);
        let mut is_last = false;
        loop {
            let rest = &self.buffer[taken..];
            let (result, bytes, out, ends) =
                self.reader.read_record(rest, &mut self.fields[written..], &mut self.ends[ended..]);
            (taken, written, ended) = (taken + bytes, written + out, ended + ends);
            let open = written - ended.checked_sub(1).map_or(0, |last| self.ends[last]);
            match result {
                ReadRecordResult::Record => return Ok(Read::Whole(taken, ended)),
                ReadRecordResult::End => return Ok(Read::End),
                _ if open > Limits::FIELD_BYTES => {
                    return Ok(Read::Broken("a field that does not end: is a quote not closed?"));
                }
                _ if taken > Limits::RECORD_BYTES => {
                    return Ok(Read::Broken("a row that does not end: is a quote not closed?"));
                }
                ReadRecordResult::OutputFull => self.fields.resize(self.fields.len() * 2, 0),
                ReadRecordResult::OutputEndsFull if ended > Limits::COLUMNS => {
                    return Ok(Read::Broken("more columns than a table may have"));
                }
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::InputEmpty if is_last => return Ok(Read::End),
                ReadRecordResult::InputEmpty => is_last = !self.text.fill(&mut self.buffer)?,
            }
        }
    }

    /// Why a whole record is none after all: it runs over lines, and does not fit.
    fn fault(&self, bytes: usize, fields: usize) -> Option<&'static str> {
        let raw = self.buffer[..bytes].trim_ascii_end();
        let start = |n: usize| if n == 0 { 0 } else { self.ends[n - 1] };
        if (0..fields).any(|n| self.ends[n] - start(n) > Limits::FIELD_BYTES) {
            return Some("a field that is too long");
        }
        if fields > Limits::COLUMNS {
            return Some("more columns than a table may have");
        }
        if !raw.iter().any(|byte| is_line_end(*byte)) {
            return None;
        }
        let is_open = raw.iter().fold(false, |open, byte| open ^ (*byte == b'"'));
        let fits = self.width.is_none_or(|width| width == fields);
        (is_open || !fits).then_some("a quote that is not closed, or not meant as one")
    }

    fn take(&mut self, bytes: usize, fields: usize) -> Row {
        let mut row = Row::new(self.line);
        let mut start = 0;
        for end in &self.ends[..fields] {
            row.push(&String::from_utf8_lossy(&self.fields[start..*end]));
            start = *end;
        }
        self.pass(bytes);
        row
    }

    /// Leaves out the first line of what cannot be a record.
    fn give_up(&mut self, why: &str) -> io::Result<Record> {
        let end = loop {
            let end = self.buffer.iter().position(|byte| is_line_end(*byte));
            let long = self.buffer.len() > Limits::RECORD_BYTES;
            match end {
                Some(end) => break end,
                None if long => break self.buffer.len(),
                None if !self.text.fill(&mut self.buffer)? => break self.buffer.len(),
                None => {}
            }
        };
        let mut row = Row::new(self.line);
        let shown = &self.buffer[..end.min(Limits::FIELD_BYTES)];
        row.push(&String::from_utf8_lossy(shown));
        self.pass(end);
        Ok(Record::Broken(row, why.to_owned()))
    }

    /// Goes past bytes and counts their lines.
    fn pass(&mut self, bytes: usize) {
        for byte in self.buffer.drain(..bytes) {
            self.line += u64::from(byte == b'\r' || (byte == b'\n' && !self.after_return));
            self.after_return = byte == b'\r';
        }
    }
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}
