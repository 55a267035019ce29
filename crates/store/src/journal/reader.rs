//! Reading the journal: line by line, naming what is damaged and going on after it.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::vec::IntoIter;

use crate::StoreError;
use crate::contract::Result;
use crate::journal::line::{Line, Unread, VERSION};
use crate::journal::segment::months_of;
use crate::journal::{Month, Position};

/// Longest line that is read, in bytes: a commit of 500 pages with 500 entries each stays below.
const LINE_BYTES: u64 = 64 * 1024 * 1024;

/// What comes next in a journal.
#[derive(Debug)]
pub(crate) enum Token {
    /// A line that reads.
    Line(Line),
    /// A line that does not read, or lines that are missing; what follows is read all the same.
    Damaged(String),
    /// The last line is not whole: a power cut left it, nobody was told that it was written.
    Torn,
}

/// The lines of a journal from a position on.
pub(crate) struct Reader {
    dir: PathBuf,
    months: IntoIter<Month>,
    current: Option<(BufReader<File>, Month)>,
    end: Position,
    /// A damaged line was passed: the next number need not be the one that follows.
    after_damage: bool,
}

impl Reader {
    /// Reads from the first line on.
    pub(crate) fn whole(dir: &Path) -> Result<Self> {
        let months = months_of(dir)?.into_iter();
        Ok(Self { dir: dir.to_owned(), months, current: None, end: Position::default(), after_damage: false })
    }

    /// Reads what follows a line; none when the journal does not reach so far.
    pub(crate) fn after(dir: &Path, end: Position) -> Result<Option<Self>> {
        if end.seq == 0 {
            return Self::whole(dir).map(Some);
        }
        let months: Vec<Month> = months_of(dir)?.into_iter().filter(|month| *month > end.month).collect();
        let path = end.month.file(dir);
        if !path.is_file() {
            return Ok(None);
        }
        let mut file = open(&path)?;
        let length = file.get_ref().metadata().map_err(StoreError::io("read", &path))?.len();
        if length < end.offset {
            return Ok(None);
        }
        file.seek(SeekFrom::Start(end.offset)).map_err(StoreError::io("read", &path))?;
        let current = Some((file, end.month));
        let months = months.into_iter();
        Ok(Some(Self { dir: dir.to_owned(), months, current, end, after_damage: false }))
    }

    /// The end of the last line that was read.
    pub(crate) fn end(&self) -> Position {
        self.end
    }

    /// The next line.
    ///
    /// # Errors
    /// When a segment cannot be read, or a later release wrote it.
    pub(crate) fn next(&mut self) -> Result<Option<Token>> {
        loop {
            let Some((file, month)) = &mut self.current else {
                let Some(month) = self.months.next() else { return Ok(None) };
                self.current = Some((open(&month.file(&self.dir))?, month));
                continue;
            };
            let month = *month;
            let begin = if month == self.end.month { self.end.offset } else { 0 };
            let path = month.file(&self.dir);
            let mut bytes = Vec::new();
            let read = file.by_ref().take(LINE_BYTES).read_until(b'\n', &mut bytes);
            if read.map_err(StoreError::io("read", &path))? == 0 {
                self.current = None;
                continue;
            }
            let is_last = self.months.len() == 0 && is_at_end(file, &path)?;
            let end = Position { month, offset: begin + bytes.len() as u64, seq: self.end.seq };
            return self.token(&bytes, end, is_last).map(Some);
        }
    }

    fn token(&mut self, bytes: &[u8], mut end: Position, is_last: bool) -> Result<Token> {
        let read = match bytes.strip_suffix(b"\n") {
            Some(line) => Line::decode(line),
            None => Err(Unread::Damaged("it has no end")),
        };
        let name = || format!("the journal's line {} in {}", end.seq + 1, end.month);
        match read {
            Ok(line) if line.seq == end.seq + 1 || (self.after_damage && line.seq > end.seq) => {
                end.seq = line.seq;
                self.end = end;
                self.after_damage = false;
                Ok(Token::Line(line))
            }
            Ok(line) => {
                let damaged = format!("{} is missing, line {} stands there", name(), line.seq);
                // Read again from there, without asking for the number.
                self.after_damage = line.seq > end.seq;
                self.seek_to(if self.after_damage { None } else { Some(end) })?;
                Ok(Token::Damaged(damaged))
            }
            Err(Unread::Newer(found)) => Err(StoreError::Newer { what: name(), found, known: VERSION }),
            Err(Unread::Damaged(_)) if is_last => Ok(Token::Torn),
            Err(Unread::Damaged(why)) => {
                let damaged = format!("{} is damaged: {why}", name());
                self.end = end;
                self.after_damage = true;
                Ok(Token::Damaged(damaged))
            }
        }
    }

    /// Goes back to the end of the last line that was read, or on to another place.
    fn seek_to(&mut self, place: Option<Position>) -> Result<()> {
        if let Some(place) = place {
            self.end = place;
            return Ok(());
        }
        if let Some((file, month)) = &mut self.current {
            let begin = if *month == self.end.month { self.end.offset } else { 0 };
            let path = month.file(&self.dir);
            file.seek(SeekFrom::Start(begin)).map_err(StoreError::io("read", &path))?;
        }
        Ok(())
    }
}

fn open(path: &Path) -> Result<BufReader<File>> {
    Ok(BufReader::new(File::open(path).map_err(StoreError::io("open", path))?))
}

fn is_at_end(file: &mut BufReader<File>, path: &Path) -> Result<bool> {
    Ok(file.fill_buf().map_err(StoreError::io("read", path))?.is_empty())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;
    use crate::journal::Journal;
    use crate::journal::line::tests::of_each_kind;
    use crate::journal::writer::open_file;

    /// A journal of four lines in two months, and the end of each.
    fn four_lines() -> (TempDir, Vec<Position>) {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::new(dir.path(), Position::default(), Box::new(open_file)).unwrap();
        let months = ["2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z", "2026-12-01T00:00:00Z"];
        let mut ends = Vec::new();
        for at in months.into_iter().chain(["2026-12-02T00:00:00Z"]) {
            ends.push(journal.append(at.parse().ok(), of_each_kind(1).put).unwrap());
        }
        (dir, ends)
    }

    /// Numbers of the lines that read, and what was said of the others.
    fn all(mut reader: Reader) -> (Vec<u64>, Vec<String>) {
        let (mut lines, mut others) = (Vec::new(), Vec::new());
        while let Some(token) = reader.next().unwrap() {
            match token {
                Token::Line(line) => {
                    assert_eq!(reader.end().seq, line.seq);
                    lines.push(line.seq);
                }
                Token::Damaged(what) => others.push(what),
                Token::Torn => others.push("torn".into()),
            }
        }
        (lines, others)
    }

    fn whole(dir: &TempDir) -> (Vec<u64>, Vec<String>) {
        all(Reader::whole(dir.path()).unwrap())
    }

    fn change(dir: &TempDir, month: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let path = dir.path().join(format!("{month}.ndjson"));
        let mut bytes = fs::read(&path).unwrap();
        change(&mut bytes);
        fs::write(&path, bytes).unwrap();
    }

    #[test]
    fn lines_come_in_order_over_segments_from_the_beginning_and_from_any_end() {
        let (dir, ends) = four_lines();
        assert_eq!(whole(&dir), (vec![1, 2, 3, 4], vec![]));
        for end in ends {
            let rest = all(Reader::after(dir.path(), end).unwrap().unwrap());
            assert_eq!(rest, ((end.seq + 1..=4).collect(), vec![]), "after {end:?}");
        }
    }

    #[test]
    fn damaged_line_is_named_and_the_next_ones_are_read() {
        let (dir, ends) = four_lines();
        let middle = usize::try_from(ends[0].offset).unwrap();
        change(&dir, "2026-11", |bytes| bytes[middle - 10] ^= 1);
        let (lines, others) = whole(&dir);
        assert_eq!(lines, [2, 3, 4]);
        assert!(others.len() == 1 && others[0].contains("line 1 in 2026-11 is damaged"), "{others:?}");
    }

    #[test]
    fn line_that_is_missing_is_named() {
        let (dir, ends) = four_lines();
        let first = usize::try_from(ends[0].offset).unwrap();
        change(&dir, "2026-11", |bytes| drop(bytes.drain(..first)));
        let (lines, others) = whole(&dir);
        assert_eq!(lines, [2, 3, 4]);
        assert!(others.len() == 1 && others[0].contains("line 1 in 2026-11 is missing"), "{others:?}");
    }

    #[test]
    fn line_that_stands_there_twice_is_named_and_counts_once() {
        let (dir, ends) = four_lines();
        let first = usize::try_from(ends[0].offset).unwrap();
        change(&dir, "2026-11", |bytes| {
            let line = bytes[..first].to_vec();
            bytes.splice(first..first, line);
        });
        let (lines, others) = whole(&dir);
        assert_eq!((lines, others.len()), (vec![1, 2, 3, 4], 1));
    }

    #[test]
    fn last_line_cut_anywhere_is_torn_and_that_of_an_earlier_segment_is_damaged() {
        for (month, expected) in [("2026-12", "torn"), ("2026-11", "it has no end")] {
            let (dir, _) = four_lines();
            change(&dir, month, |bytes| bytes.truncate(bytes.len() - 1));
            let (lines, others) = whole(&dir);
            assert_eq!(lines.len(), 3, "{month}");
            assert!(others.len() == 1 && others[0].contains(expected), "{others:?}");
        }
    }

    #[test]
    fn journal_that_ends_before_a_position_is_said_not_to_reach_it() {
        let (dir, ends) = four_lines();
        change(&dir, "2026-12", |bytes| bytes.truncate(bytes.len() - 1));
        assert!(Reader::after(dir.path(), ends[3]).unwrap().is_none());
        fs::remove_file(dir.path().join("2026-12.ndjson")).unwrap();
        assert!(Reader::after(dir.path(), ends[2]).unwrap().is_none());
        assert!(Reader::after(dir.path(), ends[1]).unwrap().is_some());
    }
}
