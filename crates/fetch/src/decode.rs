//! Undoes content encodings, in bounded steps.

use std::error::Error;
use std::io::{self, ErrorKind, Read};

use brotli_decompressor::Decompressor;
use flate2::read::MultiGzDecoder;
use trackward_core::{BodyEnd, Cut, Headers};

use crate::body::{Wire, make_room};
use crate::limits::Limits;

/// A content encoding that we ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Gzip,
    Brotli,
}

/// The encodings of a body, in the order they were applied (RFC 9110, 8.4).
///
/// # Errors
/// [`Cut::Encoding`] for one that is not asked for, or more than [`Limits::ENCODINGS`].
pub(crate) fn encodings(headers: &Headers) -> Result<Vec<Encoding>, Cut> {
    let mut encodings = Vec::new();
    let names = headers.all("content-encoding").flat_map(|value| value.split(',')).map(str::trim);
    for name in names.filter(|name| !name.is_empty()) {
        match name.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => encodings.push(Encoding::Gzip),
            "br" => encodings.push(Encoding::Brotli),
            "identity" => {}
            other => {
                return Err(Cut::Encoding(format!("'{}' was not asked for", crate::trouble::shorten(other))));
            }
        }
    }
    if encodings.len() > Limits::ENCODINGS {
        return Err(Cut::Encoding(format!("more than {} on top of one another", Limits::ENCODINGS)));
    }
    Ok(encodings)
}

/// Decodes a body as far as its bytes and `cap` allow.
pub(crate) fn decode(wire: Wire, encodings: &[Encoding], cap: usize) -> (Vec<u8>, BodyEnd) {
    if encodings.is_empty() || wire.bytes.is_empty() {
        return (wire.bytes, wire.ending);
    }
    let most = Most::of(&wire, cap);
    let mut reader: Box<dyn Read + '_> = Box::new(wire.bytes.as_slice());
    for encoding in encodings.iter().rev() {
        let decoder: Box<dyn Read + '_> = match encoding {
            Encoding::Gzip => Box::new(MultiGzDecoder::new(reader)),
            Encoding::Brotli => Box::new(Brotli(Decompressor::new(reader, Limits::DECODE_STEP))),
        };
        reader = Box::new(Metered { inner: decoder, left: most.bytes });
    }
    let mut body = Vec::new();
    let ending = match (read_to_end(&mut reader, &mut body, most.bytes), wire.ending) {
        (Ok(_), ending) => ending,
        // What the wire cut short cannot be decoded to its end.
        (Err(_), BodyEnd::Cut(cut)) => BodyEnd::Cut(cut),
        (Err(error), BodyEnd::Complete) => BodyEnd::Cut(most.cut(&error)),
    };
    (body, ending)
}

fn read_to_end(reader: &mut impl Read, body: &mut Vec<u8>, cap: usize) -> io::Result<usize> {
    let ordinary = reader.by_ref().take(Limits::ORDINARY_BYTES as u64).read_to_end(body)?;
    if body.len() == Limits::ORDINARY_BYTES && body.len() < cap {
        make_room(body, 1, cap);
    }
    Ok(ordinary + reader.read_to_end(body)?)
}

/// How many bytes a body may unfold to, and what it is when there are more.
#[derive(Debug, PartialEq, Eq)]
struct Most {
    bytes: usize,
    above: Cut,
}

impl Most {
    fn of(wire: &Wire, cap: usize) -> Self {
        let steepest = (wire.bytes.len() * Limits::DECODE_RATIO).max(Limits::DECODE_RATIO_FROM);
        if steepest < cap {
            let above = format!("unfolds to more than {} times its size", Limits::DECODE_RATIO);
            return Self { bytes: steepest, above: Cut::Encoding(above) };
        }
        Self { bytes: cap, above: Cut::TooLarge }
    }

    fn cut(self, error: &io::Error) -> Cut {
        if error.get_ref().is_some_and(<dyn Error + Send + Sync>::is::<Overflow>) {
            self.above
        } else if error.kind() == ErrorKind::UnexpectedEof {
            Cut::Truncated
        } else {
            Cut::Encoding(crate::trouble::shorten(&error.to_string()))
        }
    }
}

/// Passes on at most [`Limits::DECODE_STEP`] bytes at once and `left` in all; every decoder has its own,
/// so that what unfolds only in between is bounded too.
struct Metered<R> {
    inner: R,
    left: usize,
}

#[derive(Debug, thiserror::Error)]
#[error("more than the limit")]
struct Overflow;

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !buffer.is_empty() {
            let beyond = self.inner.read(&mut [0])?;
            return if beyond == 0 { Ok(0) } else { Err(io::Error::other(Overflow)) };
        }
        let step = buffer.len().min(self.left).min(Limits::DECODE_STEP);
        let read = self.inner.read(&mut buffer[..step])?;
        self.left -= read;
        Ok(read)
    }
}

/// A brotli stream that must end where its bytes do; the decoder alone looks no further than its buffer.
struct Brotli<R: Read>(Decompressor<R>);

impl<R: Read> Read for Brotli<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer).map_err(in_words)?;
        if read == 0 && !buffer.is_empty() {
            // After the end, one more read fails when bytes are left in the buffer.
            self.0.read(buffer).map_err(in_words)?;
            if self.0.get_mut().read(&mut [0])? > 0 {
                return Err(in_words(ErrorKind::InvalidData.into()));
            }
        }
        Ok(read)
    }
}

fn in_words(error: io::Error) -> io::Error {
    match error.kind() {
        ErrorKind::InvalidData => {
            io::Error::new(ErrorKind::InvalidData, "corrupt or unfinished brotli stream")
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests;
