//! Lines of a file that may be packed, of any length and in any bytes.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use memchr::memchr;

/// Bytes read at once.
const CHUNK_BYTES: usize = 256 * 1024;

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Gives each line without its end to `line`; `None` for a line longer than `longest` bytes. Unpacks gzip, known by
/// its first bytes (also several members one after another, as log rotation makes them).
///
/// # Errors
/// When reading or unpacking fails.
pub(crate) fn each_line(
    mut input: impl Read,
    longest: usize,
    line: impl FnMut(Option<&[u8]>),
) -> io::Result<()> {
    let mut head = Vec::with_capacity(GZIP.len());
    input.by_ref().take(GZIP.len() as u64).read_to_end(&mut head)?;
    let packed = head == GZIP;
    let whole = io::Cursor::new(head).chain(input);
    if packed { split(MultiGzDecoder::new(whole), longest, line) } else { split(whole, longest, line) }
}

fn split(mut input: impl Read, longest: usize, mut line: impl FnMut(Option<&[u8]>)) -> io::Result<()> {
    let mut room = vec![0; CHUNK_BYTES + longest];
    let mut held = 0;
    let mut too_long = false;
    loop {
        let read = match input.read(&mut room[held..]) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if read == 0 {
            break;
        }
        let filled = held + read;
        let mut start = 0;
        let mut searched = held;
        while let Some(end) = memchr(b'\n', &room[searched..filled]).map(|at| searched + at) {
            let whole = &room[start..end];
            line(Some(whole).filter(|whole| !too_long && whole.len() <= longest));
            too_long = false;
            start = end + 1;
            searched = start;
        }
        too_long |= filled - start > longest;
        let kept = if too_long { filled..filled } else { start..filled };
        held = kept.len();
        room.copy_within(kept, 0);
    }
    if held > 0 || too_long {
        line(Some(&room[..held]).filter(|_| !too_long));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn lines(input: impl Read, longest: usize) -> Vec<Option<String>> {
        let mut all = Vec::new();
        each_line(input, longest, |line| {
            all.push(line.map(|line| String::from_utf8_lossy(line).into_owned()));
        })
        .unwrap();
        all
    }

    fn packed(text: &str) -> Vec<u8> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(text.as_bytes()).unwrap();
        packer.finish().unwrap()
    }

    /// Gives one byte at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            self.0.read(&mut room[..1])
        }
    }

    #[test]
    fn a_long_line_is_passed_over_and_the_next_one_read() {
        let expected =
            [Some("ab".to_owned()), None, Some("cd".to_owned()), Some(String::new()), Some("e".to_owned())];
        assert_eq!(lines(&b"ab\nlonger than that\ncd\n\ne"[..], 4), expected);
        assert_eq!(lines(Slow(b"ab\nlonger than that\ncd\n\ne"), 4), expected);
        assert_eq!(lines(&b"12345"[..], 4), [None]);
        assert_eq!(lines(&b""[..], 4), []);
    }

    #[test]
    fn a_line_longer_than_a_chunk_is_one_line() {
        let text = format!("{}\nab", "x".repeat(3 * CHUNK_BYTES));
        assert_eq!(lines(text.as_bytes(), 4), [None, Some("ab".to_owned())]);
    }

    #[test]
    fn packed_members_are_unpacked_one_after_another() {
        let file = [packed("one\ntw"), packed("o\n")].concat();
        assert_eq!(lines(&file[..], 99), [Some("one".to_owned()), Some("two".to_owned())]);
    }

    #[test]
    fn a_packed_file_cut_short_is_an_error() {
        let file = packed("one\ntwo\n");
        assert!(each_line(&file[..file.len() - 6], 99, |_| ()).is_err());
    }
}
