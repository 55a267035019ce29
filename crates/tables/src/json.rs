//! JSON as tables: each list of objects in a document, or an object a line. The names of the fields are its header.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;
use std::rc::Rc;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use trackward_core::import::Row;

use crate::error::TableError;
use crate::limits::Limits;
use crate::records::Record;
use crate::text::Text;

/// Objects that are the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Objects {
    /// The names of the fields that lead to the list, with points between; none for an object a line.
    pub(crate) list: Option<String>,
    /// Its fields, by name; those of an object in an object are joined with a point.
    columns: Vec<String>,
}

/// Opens the text anew.
type Open<'a> = &'a mut dyn FnMut() -> io::Result<Text>;

/// Whether a text begins as JSON does that holds objects.
pub(crate) fn is_json(open: Open<'_>) -> io::Result<bool> {
    let mut source = Source::new(open()?);
    let mut first = [0; 2];
    for byte in &mut first {
        *byte = source.next_visible()?;
    }
    Ok(matches!(&first, b"{\"" | b"[{"))
}

/// The tables of a text that is JSON.
pub(crate) fn tables(open: Open<'_>) -> Result<Vec<Objects>, TableError> {
    let mut found: Vec<(Option<String>, Columns)> = Vec::new();
    if is_an_object_a_line(open)? {
        let mut columns = Columns::default();
        each_line(open()?, &mut |_, value| {
            columns.see(value.ok().as_ref());
            ControlFlow::Continue(())
        })?;
        found.push((None, columns));
    } else {
        let mut fault = None;
        walk(open()?, None, &mut |list, value| {
            let known = found.iter().position(|(name, _)| name.as_deref() == Some(list));
            if !value.is_object() {
                return ControlFlow::Continue(());
            }
            if known.is_none() && found.len() == Limits::LISTS {
                fault = Some(TableError::Lists);
                return ControlFlow::Break(());
            }
            let at = known.unwrap_or_else(|| {
                found.push((Some(list.to_owned()), Columns::default()));
                found.len() - 1
            });
            found[at].1.see(Some(&value));
            ControlFlow::Continue(())
        })?;
        fault.map_or(Ok(()), Err)?;
    }
    Ok(found.into_iter().map(|(list, columns)| Objects { list, columns: columns.names }).collect())
}

impl Objects {
    /// Hands over the names of the fields as a row, then the objects.
    pub(crate) fn each(
        &self,
        text: Text,
        take: &mut dyn FnMut(Record) -> ControlFlow<()>,
    ) -> Result<(), TableError> {
        if take(Record::Row(row_of(0, &self.columns))).is_break() {
            return Ok(());
        }
        let Some(list) = &self.list else {
            return each_line(text, &mut |line, value| match value {
                Ok(value) => take(self.record(line, &value)),
                Err(why) => take(broken(line, "", why)),
            });
        };
        let mut place = 0;
        walk(text, Some(list), &mut |_, value| {
            place += 1;
            take(self.record(place, &value))
        })
    }

    fn record(&self, place: u64, value: &Value) -> Record {
        let Some(object) = value.as_object() else {
            return broken(place, &value.to_string(), "this is no object".to_owned());
        };
        let mut cells = vec![String::new(); self.columns.len()];
        let mut fault = None;
        each_field(
            object,
            "",
            &mut |name, text| match self.columns.binary_search_by(|own| (**own).cmp(name)) {
                Ok(_) if text.len() > Limits::FIELD_BYTES => fault = Some("a field that is too long"),
                Ok(at) => cells[at] = text,
                Err(_) => fault = Some("more columns than a table may have"),
            },
        );
        let row = row_of(place, &cells);
        match fault {
            None => Record::Row(row),
            Some(why) => Record::Broken(row, why.to_owned()),
        }
    }
}

fn broken(place: u64, shown: &str, why: String) -> Record {
    let shown = shown.chars().take(Limits::FIELD_BYTES / 4).collect();
    Record::Broken(row_of(place, &[shown]), why)
}

fn row_of(place: u64, cells: &[String]) -> Row {
    let mut row = Row::new(place);
    for cell in cells {
        row.push(cell);
    }
    row
}

/// The names of fields, sorted, as many as a table may have.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
}

impl Columns {
    fn see(&mut self, value: Option<&Value>) {
        let Some(object) = value.and_then(Value::as_object) else { return };
        each_field(object, "", &mut |name, _| {
            let place = self.names.binary_search_by(|own| (**own).cmp(name));
            if let (Err(at), true) = (place, self.names.len() < Limits::COLUMNS && name.len() <= NAME_BYTES) {
                self.names.insert(at, name.to_owned());
            }
        });
    }
}

/// Longest name of a field in bytes: a longer one is no column.
const NAME_BYTES: usize = 1_024;

/// The fields of an object that say something, as text: words of a list with commas between, no lists of objects.
fn each_field(object: &Map<String, Value>, within: &str, see: &mut dyn FnMut(&str, String)) {
    for (name, value) in object {
        let name = format!("{within}{name}");
        match value {
            Value::Object(inner) => each_field(inner, &format!("{name}."), see),
            Value::Array(parts) => {
                let words: Vec<String> = parts.iter().filter_map(text_of).collect();
                see(&name, words.join(", "));
            }
            plain => see(&name, text_of(plain).unwrap_or_default()),
        }
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether the first line is an object by itself, and one that is a row: it holds no list of objects.
fn is_an_object_a_line(open: Open<'_>) -> Result<bool, TableError> {
    let mut is_row = false;
    each_line(open()?, &mut |_, value| {
        is_row = value.is_ok_and(|value| value.is_object() && !holds_list(&value));
        ControlFlow::Break(())
    })?;
    Ok(is_row)
}

fn holds_list(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.values().any(holds_list),
        Value::Array(parts) => parts.iter().any(Value::is_object),
        _ => false,
    }
}

/// Reads each line that is not blank by itself, so that one that is broken costs no other.
fn each_line(
    text: Text,
    take: &mut dyn FnMut(u64, Result<Value, String>) -> ControlFlow<()>,
) -> Result<(), TableError> {
    let mut source = Source::new(text);
    let (mut line, mut number) = (Vec::new(), 0);
    loop {
        line.clear();
        source.since.set(0);
        let most = Limits::RECORD_BYTES as u64;
        if source.by_ref().take(most).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        number += 1;
        let is_whole = line.len() < Limits::RECORD_BYTES || line.ends_with(b"\n");
        if !is_whole {
            source.skip_line()?;
        }
        let value = match is_whole {
            _ if line.trim_ascii().is_empty() => continue,
            true => serde_json::from_slice(line.trim_ascii()).map_err(|error| {
                // Each line is read by itself, so that to its reader it is the first.
                format!("this is no JSON: {error}").replace(" at line 1 column", " at column")
            }),
            false => Err(TOO_LONG.to_owned()),
        };
        if take(number, value).is_break() {
            return Ok(());
        }
    }
}

/// Goes over a document and hands over each part of its lists, or of the one that is wanted.
fn walk(
    text: Text,
    wanted: Option<&str>,
    take: &mut dyn FnMut(&str, Value) -> ControlFlow<()>,
) -> Result<(), TableError> {
    let source = Source::new(text);
    let since = source.since.clone();
    let mut document = serde_json::Deserializer::from_reader(source);
    let mut walk = Walk { since, path: String::new(), wanted, take, is_done: false };
    let walked = walk.deserialize(&mut document);
    if walk.is_done {
        return Ok(());
    }
    walked.and_then(|()| document.end()).map_err(|error| TableError::Damaged(error.to_string()))
}

/// A place in a document.
struct Walk<'w> {
    /// Bytes that were read since the present object began.
    since: Rc<Cell<usize>>,
    path: String,
    wanted: Option<&'w str>,
    take: &'w mut dyn FnMut(&str, Value) -> ControlFlow<()>,
    /// Whether nothing more is wanted.
    is_done: bool,
}

impl<'de> DeserializeSeed<'de> for &mut Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, here: D) -> Result<(), D::Error> {
        here.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let outside = self.path.len();
        loop {
            self.since.set(0);
            let Some(name) = fields.next_key::<String>()? else { return Ok(()) };
            if outside > 0 {
                self.path.push('.');
            }
            self.path.push_str(&name);
            fields.next_value_seed(&mut *self)?;
            self.path.truncate(outside);
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<(), A::Error> {
        let is_wanted = self.wanted.is_none_or(|wanted| wanted == self.path);
        loop {
            self.since.set(0);
            if !is_wanted {
                if parts.next_element::<IgnoredAny>()?.is_none() {
                    return Ok(());
                }
                continue;
            }
            let Some(value) = parts.next_element()? else { return Ok(()) };
            self.is_done = (self.take)(&self.path, value).is_break();
            if self.is_done {
                return Err(A::Error::custom("nothing more is wanted"));
            }
        }
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

const TOO_LONG: &str = "an object that is too long";

/// A text as bytes; a fault where more than an object may have were read since it began.
struct Source {
    text: Text,
    buffer: Vec<u8>,
    at: usize,
    since: Rc<Cell<usize>>,
}

impl Source {
    fn new(text: Text) -> Self {
        Self { text, buffer: Vec::new(), at: 0, since: Rc::default() }
    }

    /// The next byte that is no blank; 0 at the end.
    fn next_visible(&mut self) -> io::Result<u8> {
        loop {
            let Some(byte) = self.fill_buf()?.first().copied() else { return Ok(0) };
            self.consume(1);
            if !byte.is_ascii_whitespace() {
                return Ok(byte);
            }
        }
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let bytes = self.fill_buf()?;
            let (passed, is_end) = match bytes.iter().position(|byte| *byte == b'\n') {
                Some(end) => (end + 1, true),
                None => (bytes.len(), bytes.is_empty()),
            };
            self.consume(passed);
            if is_end {
                return Ok(());
            }
        }
    }
}

impl BufRead for Source {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.buffer.len() {
            self.buffer.clear();
            self.at = 0;
            self.text.fill(&mut self.buffer)?;
        }
        Ok(&self.buffer[self.at..])
    }

    fn consume(&mut self, bytes: usize) {
        self.at += bytes;
    }
}

impl Read for Source {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?;
        let read = bytes.len().min(out.len());
        out[..read].copy_from_slice(&bytes[..read]);
        self.consume(read);
        self.since.set(self.since.get() + read);
        if self.since.get() > Limits::RECORD_BYTES {
            return Err(io::Error::other(TOO_LONG));
        }
        Ok(read)
    }
}
