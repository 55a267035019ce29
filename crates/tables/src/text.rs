//! Bytes as text: which encoding they are in, and decoding as they are read.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Share of control characters, in percent, from which on bytes are no text: packed or binary data has ten.
const CONTROLS: u64 = 5;
/// Bytes that are looked at for a mark or a pattern of NULs.
const HEAD: usize = 1_024;

/// Finds the encoding of bytes that come in pieces: a byte order mark, else NULs at every other place, else UTF-8
/// as long as it holds, else windows-1252.
#[derive(Debug)]
pub(crate) struct Detector {
    head: Vec<u8>,
    utf8: Decoder,
    is_utf8: bool,
    bytes: u64,
    controls: u64,
    scratch: String,
}

impl Detector {
    pub(crate) fn new() -> Self {
        Self {
            head: Vec::new(),
            utf8: UTF_8.new_decoder_without_bom_handling(),
            is_utf8: true,
            bytes: 0,
            controls: 0,
            scratch: String::new(),
        }
    }

    /// Looks at the next bytes.
    pub(crate) fn look_at(&mut self, bytes: &[u8]) {
        let room = HEAD - self.head.len();
        self.head.extend(&bytes[..room.min(bytes.len())]);
        self.bytes += bytes.len() as u64;
        self.controls += bytes.iter().filter(|byte| is_control(**byte)).count() as u64;
        if self.is_utf8 {
            self.decode(bytes, false);
        }
    }

    fn decode(&mut self, bytes: &[u8], last: bool) {
        self.scratch.clear();
        self.scratch.reserve(
            self.utf8.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len()),
        );
        let (result, _) = self.utf8.decode_to_string_without_replacement(bytes, &mut self.scratch, last);
        self.is_utf8 = matches!(result, DecoderResult::InputEmpty);
    }

    /// The encoding; none where it is no text.
    pub(crate) fn settle(mut self) -> Option<&'static Encoding> {
        if self.is_utf8 {
            self.decode(&[], true);
        }
        let marked = Encoding::for_bom(&self.head).map(|(encoding, _)| encoding);
        let encoding = marked.or_else(|| nul_pattern(&self.head));
        match encoding {
            Some(encoding) => Some(encoding),
            None if self.controls * 100 > self.bytes * CONTROLS => None,
            None if self.is_utf8 => Some(UTF_8),
            None => Some(WINDOWS_1252),
        }
    }
}

/// What no text holds; 0x1a ends files of old systems.
fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x1a | 0x1b)
}

/// UTF-16 without a mark: Latin text has a NUL at every other place.
fn nul_pattern(head: &[u8]) -> Option<&'static Encoding> {
    let nuls = |offset: usize| head.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, pairs) = (nuls(0), nuls(1), head.len() / 2);
    match (even * 10 > pairs * 7, odd * 10 > pairs * 7) {
        _ if pairs == 0 => None,
        (true, false) => Some(UTF_16BE),
        (false, true) => Some(UTF_16LE),
        _ => None,
    }
}

/// A stream of bytes as UTF-8, without its byte order mark. What is no character becomes U+FFFD.
pub(crate) struct Text {
    bytes: Box<dyn Read + Send>,
    decoder: Decoder,
    buffer: Vec<u8>,
    ended: bool,
}

impl Text {
    pub(crate) fn new(bytes: Box<dyn Read + Send>, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self { bytes, decoder, buffer: vec![0; 64 * 1024], ended: false }
    }

    /// Adds more text; says whether there was any.
    pub(crate) fn fill(&mut self, out: &mut Vec<u8>) -> io::Result<bool> {
        let before = out.len();
        while out.len() == before && !self.ended {
            let read = self.bytes.read(&mut self.buffer)?;
            self.ended = read == 0;
            let room = self.decoder.max_utf8_buffer_length(read).unwrap_or(read * 3 + 16);
            out.resize(before + room, 0);
            let (_, _, written, _) =
                self.decoder.decode_to_utf8(&self.buffer[..read], &mut out[before..], self.ended);
            out.truncate(before + written);
        }
        Ok(out.len() > before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(bytes: &[u8]) -> Option<&'static str> {
        let mut detector = Detector::new();
        bytes.chunks(3).for_each(|piece| detector.look_at(piece));
        detector.settle().map(Encoding::name)
    }

    fn utf16(text: &str, mark: bool) -> Vec<u8> {
        let marked = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
        marked.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn encoding_is_told_by_its_mark_its_nuls_or_its_bytes() {
        assert_eq!(detect("\u{feff}a,b".as_bytes()), Some("UTF-8"));
        assert_eq!(detect("größe,דף".as_bytes()), Some("UTF-8"));
        assert_eq!(detect(b"gr\xf6\xdfe"), Some("windows-1252"));
        assert_eq!(detect(&utf16("source\ttarget", true)), Some("UTF-16LE"));
        assert_eq!(detect(&utf16("source\ttarget", false)), Some("UTF-16LE"));
        let big: Vec<u8> = "source\ttarget".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(detect(&big), Some("UTF-16BE"));
        assert_eq!(detect(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), None);
        assert_eq!(
            detect("cut in a character: \u{20ac}".as_bytes().split_last().unwrap().1),
            Some("windows-1252")
        );
    }

    #[test]
    fn text_comes_as_utf8_whatever_the_pieces() {
        let mut text = Text::new(Box::new(io::Cursor::new(utf16("größe\tדף", true))), UTF_16LE);
        let mut out = Vec::new();
        while text.fill(&mut out).unwrap() {}
        assert_eq!(String::from_utf8(out).unwrap(), "größe\tדף");
    }
}
