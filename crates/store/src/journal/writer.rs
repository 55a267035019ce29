//! Adding lines: each is on disk before the next step, or it is not there at all.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::StoreError;
use crate::contract::Result;
use crate::directory::{create_private, open_private, sync_directory};
use crate::journal::segment::months_of;
use crate::journal::{Entry, Line, Month, Position};

/// A segment that is written to: a file, or in tests one that fails.
pub(crate) trait Segment: Send {
    /// Writes at the end of what was written.
    fn add(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Returns when all that was added is on disk.
    fn sync(&mut self) -> io::Result<()>;
    /// Takes back all beyond a length.
    fn cut(&mut self, length: u64) -> io::Result<()>;
}

/// How a segment is opened, created where it is missing.
pub(crate) type OpenSegment = Box<dyn Fn(&Path) -> io::Result<Box<dyn Segment>> + Send>;

impl Segment for File {
    fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)?;
        self.seek(SeekFrom::Start(length))?;
        Ok(())
    }
}

/// Opens a segment that only its owner may read.
pub(crate) fn open_file(path: &Path) -> io::Result<Box<dyn Segment>> {
    Ok(Box::new(open_private(path)?))
}

/// Cuts off what follows the last line that counts: part of a line that nobody was told of.
pub(crate) fn cut_off_after(dir: &Path, end: Position) -> Result<()> {
    for month in months_of(dir)?.into_iter().filter(|month| *month >= end.month) {
        let path = month.file(dir);
        let length = if month == end.month { end.offset } else { 0 };
        let cut = || {
            let file = open_private(&path)?;
            file.set_len(length)?;
            file.sync_all()
        };
        cut().map_err(StoreError::io("cut", &path))?;
    }
    Ok(())
}

/// The journal of a store, open for adding lines.
pub(crate) struct Journal {
    dir: PathBuf,
    open: OpenSegment,
    /// The segment that was written to last in this process.
    segment: Option<Box<dyn Segment>>,
    end: Position,
    /// A failed line could not be taken back: what follows it would not be read.
    is_stuck: bool,
}

impl Journal {
    /// The journal in a directory, to go on at its end.
    pub(crate) fn new(dir: &Path, end: Position, open: OpenSegment) -> Result<Self> {
        create_private(dir)?;
        Ok(Self { dir: dir.to_owned(), open, segment: None, end, is_stuck: false })
    }

    /// The end of the last line.
    pub(crate) fn end(&self) -> Position {
        self.end
    }

    /// Adds one line with all of these entries; it is on disk when this answers its end.
    ///
    /// `at` says which month it is, as far as that is not before the last line's.
    ///
    /// # Errors
    /// When it cannot be written; nothing of it is left then.
    pub(crate) fn append(&mut self, at: Option<Timestamp>, put: Vec<Entry>) -> Result<Position> {
        let line = Line::new(self.end.seq + 1, at, put).encode()?;
        let month = at.map_or(self.end.month, Month::of).max(self.end.month);
        let from = if month == self.end.month { self.end.offset } else { 0 };
        let path = month.file(&self.dir);
        let failed = StoreError::io("add to", &path);
        self.write(month, from, &line, &path).map_err(failed)?;
        let offset = from + line.len() as u64;
        self.end = Position { month, offset, seq: self.end.seq + 1 };
        Ok(self.end)
    }

    fn write(&mut self, month: Month, from: u64, line: &[u8], path: &Path) -> io::Result<()> {
        if self.is_stuck {
            return Err(io::Error::other("an earlier line could not be taken back"));
        }
        if month != self.end.month {
            self.segment = None;
        }
        if self.segment.is_none() {
            self.segment = Some(self.begin(from, path)?);
        }
        let segment = self.segment.as_mut().expect("it was just opened");
        let written = segment.add(line).and_then(|()| segment.sync());
        if written.is_err() {
            self.is_stuck = segment.cut(from).is_err();
        }
        written
    }

    /// Opens a segment at the end of its last line, in a directory that is sure to name it.
    fn begin(&self, from: u64, path: &Path) -> io::Result<Box<dyn Segment>> {
        let mut segment = (self.open)(path)?;
        segment.cut(from)?;
        sync_directory(&self.dir)?;
        Ok(segment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::line::tests::of_each_kind;

    fn journal(dir: &Path, open: OpenSegment) -> Journal {
        Journal::new(dir, Position::default(), open).unwrap()
    }

    fn append(journal: &mut Journal, at: &str) -> Result<Position> {
        journal.append(Some(at.parse().unwrap()), of_each_kind(1).put)
    }

    #[test]
    fn lines_are_numbered_on_over_months_and_time_that_goes_back_stays_in_its_segment() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = journal(dir.path(), Box::new(open_file));
        for at in ["2026-11-30T23:00:00Z", "2026-12-01T00:00:00Z", "2026-11-30T23:30:00Z"] {
            append(&mut journal, at).unwrap();
        }
        assert_eq!(journal.end().seq, 3);
        let lines = |month: &str| {
            let path = dir.path().join(format!("{month}.ndjson"));
            std::fs::read_to_string(path).unwrap().lines().count()
        };
        assert_eq!((lines("2026-11"), lines("2026-12")), (1, 2));
        assert_eq!(months_of(dir.path()).unwrap().len(), 2);
    }

    /// Takes half a line and then says that the disk is full.
    struct Full(File);

    impl Segment for Full {
        fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
            self.0.write_all(&bytes[..bytes.len() / 2])?;
            Err(io::ErrorKind::StorageFull.into())
        }

        fn sync(&mut self) -> io::Result<()> {
            Ok(())
        }

        fn cut(&mut self, length: u64) -> io::Result<()> {
            self.0.cut(length)
        }
    }

    fn open_full(path: &Path) -> io::Result<Box<dyn Segment>> {
        Ok(Box::new(Full(open_private(path)?)))
    }

    #[test]
    fn line_that_does_not_fit_leaves_nothing_and_the_next_goes_on_there() {
        let dir = tempfile::tempdir().unwrap();
        let first = append(&mut journal(dir.path(), Box::new(open_file)), "2026-11-30T23:00:00Z").unwrap();
        let mut full = Journal::new(dir.path(), first, Box::new(open_full)).unwrap();
        assert!(append(&mut full, "2026-11-30T23:00:00Z").unwrap_err().is_io());
        assert_eq!(full.end(), first);
        assert_eq!(std::fs::metadata(first.month.file(dir.path())).unwrap().len(), first.offset);
        let mut again = Journal::new(dir.path(), first, Box::new(open_file)).unwrap();
        assert_eq!(append(&mut again, "2026-11-30T23:00:00Z").unwrap().seq, 2);
    }

    /// Neither writes nor takes back.
    struct Broken;

    impl Segment for Broken {
        fn add(&mut self, _: &[u8]) -> io::Result<()> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn sync(&mut self) -> io::Result<()> {
            Ok(())
        }

        fn cut(&mut self, length: u64) -> io::Result<()> {
            if length == 0 { Ok(()) } else { Err(io::ErrorKind::ReadOnlyFilesystem.into()) }
        }
    }

    #[test]
    fn nothing_is_added_after_a_line_that_could_not_be_taken_back() {
        let dir = tempfile::tempdir().unwrap();
        let end = Position { offset: 1, ..Position::default() };
        let mut stuck = Journal::new(dir.path(), end, Box::new(|_| Ok(Box::new(Broken)))).unwrap();
        stuck.segment = Some(Box::new(Broken));
        for expected in ["no storage space", "could not be taken back"] {
            let StoreError::Io { source, .. } = stuck.append(None, Vec::new()).unwrap_err() else { panic!() };
            assert!(source.to_string().contains(expected), "{source}");
        }
    }
}
