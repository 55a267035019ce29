//! How a report presents itself: in the name and colours of whoever sends it.

use std::io::Cursor;

use zune_core::bytestream::ZCursor;
use zune_jpeg::JpegDecoder;

/// How a report presents itself. Settings, no templates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Brand {
    /// Whose report it is.
    pub name: Option<String>,
    /// Their logo.
    pub logo: Option<Logo>,
    /// Colour of headings and links.
    pub colour: Option<Colour>,
    /// Colour of what is marked.
    pub accent: Option<Colour>,
    /// What stands below.
    pub footer: Option<String>,
    /// What the client that a report is limited to is called in it, in place of its name.
    pub client: Option<String>,
    /// Whether our own name stays out of every format.
    pub hide_product: bool,
}

/// A raster logo that was decoded once to see that it is one.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    bytes: Vec<u8>,
    kind: LogoKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LogoKind {
    Png,
    Jpeg,
}

/// Why a file is no logo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BrandError {
    /// Above [`Logo::BYTES`].
    #[error("the logo is larger than {kib} KiB, make it smaller", kib = Logo::BYTES >> 10)]
    TooLarge,
    /// Above [`Logo::PIXELS`] on a side.
    #[error("the logo is {0} × {1} pixels, make it at most {most} on each side", most = Logo::PIXELS)]
    TooWide(usize, usize),
    /// Neither PNG nor JPEG.
    #[error("the logo is neither PNG nor JPEG, save it as one of these")]
    NoImage,
    /// It cannot be decoded.
    #[error("the logo cannot be decoded ({0}), save it anew")]
    Damaged(String),
    /// No `#rrggbb`.
    #[error("'{0}' is not a colour, write it as #1d4f80")]
    NoColour(String),
}

impl Logo {
    /// Largest logo, in bytes.
    pub const BYTES: usize = 256 * 1024;
    /// Longest side of a logo, in pixels.
    pub const PIXELS: usize = 4_096;

    /// Reads a PNG or JPEG, whole.
    ///
    /// # Errors
    /// When it is neither, too large, or cannot be decoded.
    pub fn read(bytes: Vec<u8>) -> Result<Self, BrandError> {
        if bytes.len() > Self::BYTES {
            return Err(BrandError::TooLarge);
        }
        let kind = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            decode_png(&bytes)?;
            LogoKind::Png
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            decode_jpeg(&bytes)?;
            LogoKind::Jpeg
        } else {
            return Err(BrandError::NoImage);
        };
        Ok(Self { bytes, kind })
    }

    /// The logo as an address that holds it.
    pub(crate) fn data_uri(&self) -> String {
        let kind = match self.kind {
            LogoKind::Png => "png",
            LogoKind::Jpeg => "jpeg",
        };
        format!("data:image/{kind};base64,{}", base64(&self.bytes))
    }
}

impl std::fmt::Debug for Logo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Logo").field("kind", &self.kind).field("bytes", &self.bytes.len()).finish()
    }
}

fn decode_png(bytes: &[u8]) -> Result<(), BrandError> {
    let damaged = |error: png::DecodingError| BrandError::Damaged(error.to_string());
    let limits = png::Limits { bytes: 4 * Logo::PIXELS * Logo::PIXELS };
    let mut reader =
        png::Decoder::new_with_limits(Cursor::new(bytes), limits).read_info().map_err(damaged)?;
    let (width, height) = reader.info().size();
    fits(width as usize, height as usize)?;
    while reader.next_row().map_err(damaged)?.is_some() {}
    Ok(())
}

fn decode_jpeg(bytes: &[u8]) -> Result<(), BrandError> {
    let mut decoder = JpegDecoder::new(ZCursor::new(bytes));
    let damaged = |error: zune_jpeg::errors::DecodeErrors| BrandError::Damaged(error.to_string());
    decoder.decode_headers().map_err(damaged)?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    fits(width, height)?;
    decoder.decode().map_err(damaged)?;
    Ok(())
}

fn fits(width: usize, height: usize) -> Result<(), BrandError> {
    let fits = width.max(height) <= Logo::PIXELS && width.min(height) > 0;
    if fits { Ok(()) } else { Err(BrandError::TooWide(width, height)) }
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let part = |n: usize| u32::from(chunk.get(n).copied().unwrap_or(0));
        let bits = part(0) << 16 | part(1) << 8 | part(2);
        for digit in 0..4 {
            let index = (bits >> (18 - 6 * digit)) & 63;
            text.push(if digit <= chunk.len() { DIGITS[index as usize].into() } else { '=' });
        }
    }
    text
}

/// A colour of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl Colour {
    /// Least contrast of text with its ground (WCAG 2.2, 1.4.3, level AA).
    const CONTRAST: f64 = 4.5;

    /// Reads `#rrggbb`.
    ///
    /// # Errors
    /// When it is written otherwise.
    pub fn parse(text: &str) -> Result<Self, BrandError> {
        let wrong = || BrandError::NoColour(text.to_owned());
        let digits = text.strip_prefix('#').filter(|hex| hex.len() == 6).ok_or_else(wrong)?;
        // A sign would read as a number too.
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| wrong());
        Ok(Self([part(0)?, part(2)?, part(4)?]))
    }

    /// The nearest shade of it that can be read on this ground: darker on a light one, lighter on a dark one.
    #[must_use]
    pub fn readable_on(self, ground: Self) -> Self {
        let towards = if ground.luminance() > 0.18 { 0 } else { 255 };
        let shade = |percent: u32| {
            let mixed = |channel: u8| (u32::from(channel) * (100 - percent) + towards * percent) / 100;
            #[expect(clippy::cast_possible_truncation, reason = "a mean of two bytes is a byte")]
            Self(self.0.map(|channel| mixed(channel) as u8))
        };
        let readable = |shade: &Self| shade.contrast(ground) >= Self::CONTRAST;
        (0..=100).map(shade).find(readable).unwrap_or(shade(100))
    }

    /// Contrast with another, as WCAG defines it: 1 to 21.
    pub(crate) fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn luminance(self) -> f64 {
        let channel = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0.map(channel);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&vec![0; (width * height) as usize]).unwrap();
        drop(writer);
        bytes
    }

    #[test]
    fn logo_is_decoded_before_it_is_taken() {
        let whole = png(3, 2);
        assert!(
            Logo::read(whole.clone()).unwrap().data_uri().starts_with("data:image/png;base64,iVBORw0KGgo")
        );
        let mut flipped = whole.clone();
        let middle = flipped.len() - 20;
        flipped[middle] ^= 0xff;
        for (bytes, told) in [
            (flipped, "cannot be decoded"),
            (whole[..whole.len() - 30].to_vec(), "cannot be decoded"),
            (b"\xff\xd8\xff\xe0 no picture".to_vec(), "cannot be decoded"),
            (b"<svg onload=alert(1)>".to_vec(), "neither PNG nor JPEG"),
            (Vec::new(), "neither PNG nor JPEG"),
        ] {
            let error = Logo::read(bytes).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }

    #[test]
    fn logo_at_its_limits_is_taken_and_one_above_is_not() {
        let most = u32::try_from(Logo::PIXELS).unwrap();
        assert!(Logo::read(png(most, 1)).is_ok());
        assert_eq!(Logo::read(png(most + 1, 1)), Err(BrandError::TooWide(Logo::PIXELS + 1, 1)));
        // What follows the end of a PNG is no part of the picture.
        let mut padded = png(1, 1);
        padded.resize(Logo::BYTES, 0);
        assert!(Logo::read(padded.clone()).is_ok());
        padded.push(0);
        assert_eq!(Logo::read(padded), Err(BrandError::TooLarge));
    }

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn colour_is_read_in_one_form_only() {
        assert_eq!(Colour::parse("#1D4f80").unwrap().to_string(), "#1d4f80");
        for wrong in ["1d4f80", "#1d4f8", "#1d4f800", "red", "#+d4f80", "#1d4f8ä", ""] {
            assert!(Colour::parse(wrong).unwrap_err().to_string().contains("#1d4f80"), "{wrong}");
        }
    }

    #[test]
    fn every_colour_is_made_readable_on_light_and_dark() {
        let grounds = ["#ffffff", "#f6f6f3", "#13161a", "#1b1f24"].map(|text| Colour::parse(text).unwrap());
        for step in 0_u32..512 {
            let part = |shift: u32| u8::try_from((step >> shift & 7) * 36).unwrap();
            let colour = Colour([part(0), part(3), part(6)]);
            for ground in grounds {
                let readable = colour.readable_on(ground);
                assert!(readable.contrast(ground) >= Colour::CONTRAST, "{colour} on {ground}: {readable}");
            }
        }
        let navy = Colour::parse("#1d4f80").unwrap();
        assert_eq!(navy.readable_on(grounds[0]), navy, "what is readable stays");
    }
}
