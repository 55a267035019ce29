//! Watches in the order in which a store lies: a database that is filled in order writes each of its pages once.
//!
//! An external merge sort: sorted runs of what fits into memory go to files without a name, which no crash leaves
//! behind, and are merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};

use trackward_core::{NewWatch, PageId};

use crate::StoreError;
use crate::contract::Result;

/// Watches that are held in memory: some 20 MB of them.
const HELD: usize = 20_000;

type Keyed = (PageId, NewWatch);

/// Takes watches in any order and gives them back by host and page; those of one page stay in the order they came in.
#[derive(Debug)]
pub struct Sorter {
    folder: PathBuf,
    held: Vec<Keyed>,
    runs: Vec<File>,
}

impl Sorter {
    /// A sorter that puts what it cannot hold on the disk of an existing folder.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), held: Vec::new(), runs: Vec::new() }
    }

    /// Takes a watch in.
    ///
    /// # Errors
    /// When the disk cannot be written.
    pub fn push(&mut self, watch: NewWatch) -> Result<()> {
        self.held.push((PageId::of(&watch.page), watch));
        if self.held.len() < HELD {
            return Ok(());
        }
        let held = self.take_held();
        self.runs.push(write_run(&self.folder, held).map_err(StoreError::io("write", &self.folder))?);
        Ok(())
    }

    /// All watches in order.
    ///
    /// # Errors
    /// When what was put on disk cannot be read back; the watches end there.
    pub fn into_sorted(mut self) -> impl Iterator<Item = Result<NewWatch>> {
        let held = self.take_held();
        let files = self.runs.into_iter().map(|file| Box::new(Run(BufReader::new(file))) as Watches);
        let runs = files.chain([Box::new(held.into_iter().map(Ok)) as Watches]).collect();
        Merge::of(runs).map(move |watch| watch.map_err(|error| StoreError::io("read", &self.folder)(error)))
    }

    fn take_held(&mut self) -> Vec<Keyed> {
        let mut held = std::mem::take(&mut self.held);
        held.sort_by_key(|(page, _)| *page);
        held
    }
}

/// Sorted watches.
type Watches = Box<dyn Iterator<Item = io::Result<Keyed>>>;

/// Writes each watch behind its length.
fn write_run(folder: &Path, watches: Vec<Keyed>) -> io::Result<File> {
    let mut out = BufWriter::new(tempfile::tempfile_in(folder)?);
    let mut bytes = Vec::new();
    for watch in watches {
        bytes = postcard::to_extend(&watch, bytes).map_err(io::Error::other)?;
        out.write_all(&(bytes.len() as u64).to_le_bytes())?;
        out.write_all(&bytes)?;
        bytes.clear();
    }
    let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok(file)
}

/// A run that is read back.
struct Run(BufReader<File>);

impl Run {
    fn read(&mut self) -> io::Result<Option<Keyed>> {
        let mut length = [0; 8];
        match self.0.read_exact(&mut length) {
            Err(end) if end.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read?,
        }
        let mut bytes = Vec::new();
        self.0.by_ref().take(u64::from_le_bytes(length)).read_to_end(&mut bytes)?;
        postcard::from_bytes(&bytes).map(Some).map_err(io::Error::other)
    }
}

impl Iterator for Run {
    type Item = io::Result<Keyed>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// Runs merged; of watches with one page those of the earlier run come first.
struct Merge {
    runs: Vec<Watches>,
    /// The first watch of each run that is left.
    heads: Vec<Option<NewWatch>>,
    order: BinaryHeap<Reverse<(PageId, usize)>>,
    failure: Option<io::Error>,
}

impl Merge {
    fn of(runs: Vec<Watches>) -> Self {
        let heads = runs.iter().map(|_| None).collect();
        let mut merge = Self { runs, heads, order: BinaryHeap::new(), failure: None };
        (0..merge.runs.len()).for_each(|run| merge.advance(run));
        merge
    }

    fn advance(&mut self, run: usize) {
        match self.runs[run].next() {
            Some(Ok((page, watch))) => {
                self.heads[run] = Some(watch);
                self.order.push(Reverse((page, run)));
            }
            Some(Err(error)) => self.failure = Some(error),
            None => {}
        }
    }
}

impl Iterator for Merge {
    type Item = io::Result<NewWatch>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(failure) = self.failure.take() {
            self.order.clear();
            return Some(Err(failure));
        }
        let Reverse((_, run)) = self.order.pop()?;
        let watch = self.heads[run].take();
        self.advance(run);
        watch.map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trackward_core::{PageUrl, Target};

    /// A watch on one of a hundred pages, with a note that tells when it came.
    fn watch(n: usize) -> NewWatch {
        let page = PageUrl::parse(&format!("https://host{}.example/{}", n * 7 % 10, n * 3 % 10)).unwrap();
        let target = Target::parse("https://ours.example/a").unwrap();
        NewWatch { note: Some(format!("{n:09}")), ..NewWatch::new(page, target) }
    }

    #[test]
    fn watches_come_back_by_page_and_those_of_a_page_as_they_came() {
        let folder = tempfile::tempdir().unwrap();
        for count in [0, 1, HELD - 1, HELD, 2 * HELD + 7] {
            let mut sorter = Sorter::new(folder.path());
            (0..count).for_each(|n| sorter.push(watch(n)).unwrap());
            assert!(sorter.held.len() < HELD, "no more is held in memory");
            let watches: Vec<NewWatch> = sorter.into_sorted().map(Result::unwrap).collect();
            let mut expected: Vec<NewWatch> = (0..count).map(watch).collect();
            expected.sort_by_key(|watch| PageId::of(&watch.page));
            assert!(watches == expected, "{count} watches");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left");
    }

    #[test]
    fn folder_that_cannot_be_written_is_named() {
        let mut sorter = Sorter::new(Path::new("/nowhere"));
        (0..HELD - 1).for_each(|n| sorter.push(watch(n)).unwrap());
        let error = sorter.push(watch(0)).unwrap_err();
        assert!(error.is_io() && error.to_string().contains("/nowhere"), "{error}");
    }

    #[test]
    fn run_that_does_not_read_ends_the_watches_with_an_error() {
        let runs = || {
            let broken = [Ok((PageId::of(&watch(0).page), watch(0))), Err(io::Error::other("bad sector"))];
            vec![Box::new(broken.into_iter()) as Watches]
        };
        let read: Vec<_> = Merge::of(runs()).collect();
        assert!(matches!(read[..], [.., Err(_)]), "{read:?}");
    }
}
