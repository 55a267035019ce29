//! What a file is by its first bytes, and its parts as streams of bytes.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::read::{DeflateDecoder, MultiGzDecoder};
use zip::CompressionMethod;
use zip::result::ZipError;

use crate::error::TableError;
use crate::limits::Limits;

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Container {
    /// One table as it lies there, or packed by gzip, or files of an archive.
    Texts(Vec<Part>),
    /// A spreadsheet.
    Workbook,
}

/// A stream of bytes in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// What the archive calls it; empty for the file itself.
    pub(crate) name: String,
    packing: Packing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
    Member { start: u64, packed: u64, deflated: bool },
}

/// Finds out what a file is, and that it unfolds to no more than is allowed.
pub(crate) fn open(path: &Path) -> Result<Container, TableError> {
    let mut file = File::open(path)?;
    let mut magic = [0; 8];
    let read = read_up_to(&mut file, &mut magic)?;
    match &magic[..read] {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => open_archive(path, file),
        [0x1f, 0x8b, ..] => Ok(Container::Texts(vec![Part { name: String::new(), packing: Packing::Gzip }])),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(TableError::OldSpreadsheet),
        _ => Ok(Container::Texts(vec![Part { name: String::new(), packing: Packing::None }])),
    }
}

/// Reads until the buffer is full or nothing more comes.
pub(crate) fn read_up_to(from: &mut dyn Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut read = 0;
    while read < buffer.len() {
        match from.read(&mut buffer[read..])? {
            0 => break,
            more => read += more,
        }
    }
    Ok(read)
}

fn open_archive(path: &Path, file: File) -> Result<Container, TableError> {
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(of_zip)?;
    if archive.index_for_name("[Content_Types].xml").is_some() {
        let texts = archive.index_for_name("xl/sharedStrings.xml");
        let members = members(&mut archive, usize::MAX)?;
        let sizes = sizes(path, &members)?;
        let of_texts = members.iter().position(|(n, _)| Some(*n) == texts).map(|at| sizes[at]);
        return match of_texts {
            Some(bytes) if bytes > Limits::SHARED_TEXT_BYTES => Err(TableError::SharedText),
            _ => Ok(Container::Workbook),
        };
    }
    let members = members(&mut archive, Limits::MEMBERS)?;
    sizes(path, &members)?;
    Ok(Container::Texts(members.into_iter().map(|(_, part)| part).collect()))
}

fn of_zip(error: ZipError) -> TableError {
    match error {
        ZipError::Io(error) => TableError::Read(error),
        other => TableError::Damaged(other.to_string()),
    }
}

/// The files of an archive by their number, without folders and what systems leave in archives.
fn members(
    archive: &mut zip::ZipArchive<BufReader<File>>,
    most: usize,
) -> Result<Vec<(usize, Part)>, TableError> {
    let mut members = Vec::new();
    for n in 0..archive.len() {
        let member = archive.by_index_raw(n).map_err(of_zip)?;
        let name = member.name().map_err(of_zip)?.into_owned();
        if member.is_dir() || name.starts_with("__MACOSX/") || name.ends_with(".DS_Store") {
            continue;
        }
        if members.len() == most {
            return Err(TableError::Members);
        }
        if member.encrypted() {
            return Err(TableError::Locked);
        }
        let deflated = match member.compression() {
            CompressionMethod::Stored => false,
            CompressionMethod::Deflated => true,
            other => return Err(TableError::Damaged(format!("it is packed by {other}"))),
        };
        let start =
            member.data_start().ok_or_else(|| TableError::Damaged("a file of it lies nowhere".into()))?;
        let packing = Packing::Member { start, packed: member.compressed_size(), deflated };
        members.push((n, Part { name, packing }));
    }
    Ok(members)
}

/// What each member unfolds to, read rather than believed.
fn sizes(path: &Path, members: &[(usize, Part)]) -> Result<Vec<u64>, TableError> {
    let mut budget = Budget::new(Limits::BYTES);
    members.iter().map(|(_, part)| part.measure(path, &mut budget, &mut |_| ())).collect()
}

/// Bytes that a file may still unfold to.
#[derive(Debug)]
pub(crate) struct Budget(u64);

impl Budget {
    pub(crate) fn new(bytes: u64) -> Self {
        Self(bytes)
    }

    fn spend(&mut self, bytes: u64) -> Result<(), TableError> {
        self.0 = self.0.checked_sub(bytes).ok_or(TableError::TooLarge)?;
        Ok(())
    }
}

impl Part {
    /// The bytes of the part, unpacked.
    pub(crate) fn read(&self, path: &Path) -> Result<Box<dyn Read + Send>, TableError> {
        let mut file = File::open(path)?;
        Ok(match self.packing {
            Packing::None => Box::new(file),
            Packing::Gzip => Box::new(MultiGzDecoder::new(BufReader::new(file))),
            Packing::Member { start, packed, deflated } => {
                file.seek(SeekFrom::Start(start))?;
                let member = BufReader::new(file.take(packed));
                if deflated { Box::new(DeflateDecoder::new(member)) } else { Box::new(member) }
            }
        })
    }

    /// Goes over the bytes of the part and answers how many they are.
    pub(crate) fn measure(
        &self,
        path: &Path,
        budget: &mut Budget,
        look: &mut dyn FnMut(&[u8]),
    ) -> Result<u64, TableError> {
        let length = path.metadata()?.len();
        let packed = match self.packing {
            Packing::None if length > Limits::BYTES => return Err(TableError::TooLarge),
            Packing::None => u64::MAX,
            Packing::Gzip => length,
            Packing::Member { packed, .. } => packed,
        };
        let mut bytes = self.read(path)?;
        let mut buffer = vec![0; 64 * 1024];
        let mut size = 0;
        loop {
            let read = match bytes.read(&mut buffer) {
                Ok(0) => return Ok(size),
                Ok(read) => read,
                Err(error) if self.packing == Packing::None => return Err(TableError::Read(error)),
                Err(error) => return Err(TableError::Damaged(error.to_string())),
            };
            size += read as u64;
            budget.spend(read as u64)?;
            if size > Limits::RATIO_FROM && size > packed.saturating_mul(Limits::RATIO) {
                return Err(TableError::Unfolds);
            }
            look(&buffer[..read]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_together_may_unfold_to_the_limit_and_no_byte_more() {
        let mut budget = Budget::new(Limits::BYTES);
        assert!(budget.spend(Limits::BYTES - 1).is_ok() && budget.spend(1).is_ok());
        assert!(matches!(budget.spend(1), Err(TableError::TooLarge)));
    }
}
