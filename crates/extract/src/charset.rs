//! Bytes to text: which charset a page is in.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::markup::{self, Reader, Strictness, Tag};

/// How far into the page a declaration is looked for, in bytes.
///
/// Browsers look through 1,024 bytes and decode again when one comes later: the same result.
pub(crate) const DECLARATION_BYTES: usize = 16 * 1024;

/// A page as text.
#[derive(Debug)]
pub(crate) struct Decoded<'a> {
    /// Its text; bytes that mean nothing in its charset are U+FFFD.
    pub(crate) text: Cow<'a, str>,
    /// The charset it was read in.
    pub(crate) charset: &'static Encoding,
    /// The charset the header names, where it was not believed.
    pub(crate) disbelieved: Option<&'static Encoding>,
}

/// Decodes a body: byte order mark, then header, then declaration, then valid UTF-8, then windows-1252.
pub(crate) fn decode<'a>(body: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    if let Some((charset, mark)) = Encoding::for_bom(body) {
        return in_charset(&body[mark..], charset);
    }
    let Some(named) = content_type.and_then(header_charset) else {
        return in_charset(body, declared(body).unwrap_or_else(|| guess(body)));
    };
    let believed =
        if named == UTF_8 && std::str::from_utf8(body).is_err() { believe_declaration(body) } else { None };
    believed.unwrap_or_else(|| in_charset(body, named))
}

/// Many hosts send `charset=utf-8` with everything: a declaration that decodes clean is believed instead.
fn believe_declaration(body: &[u8]) -> Option<Decoded<'_>> {
    let declared = declared(body).filter(|charset| *charset != UTF_8)?;
    let text = declared.decode_without_bom_handling_and_without_replacement(body)?;
    Some(Decoded { text, charset: declared, disbelieved: Some(UTF_8) })
}

fn in_charset<'a>(body: &'a [u8], charset: &'static Encoding) -> Decoded<'a> {
    let (text, _) = charset.decode_without_bom_handling(body);
    Decoded { text, charset, disbelieved: None }
}

fn guess(body: &[u8]) -> &'static Encoding {
    if std::str::from_utf8(body).is_ok() { UTF_8 } else { WINDOWS_1252 }
}

/// The charset of a `Content-Type`; an unknown label is passed over, so UTF-7 is never used.
fn header_charset(content_type: &str) -> Option<&'static Encoding> {
    let label = content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    })?;
    Encoding::for_label_no_replacement(label.as_bytes())
}

/// The charset that the page itself declares.
fn declared(body: &[u8]) -> Option<&'static Encoding> {
    let start = &body[..body.len().min(DECLARATION_BYTES)];
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(start);
    let mut declaration = Declaration(xml_encoding(&text));
    markup::read(&text, Strictness::Lenient, &mut declaration);
    // What could be read as ASCII so far is not UTF-16, whatever it says.
    declaration.0.map(|charset| if charset == UTF_16LE || charset == UTF_16BE { UTF_8 } else { charset })
}

fn xml_encoding(text: &str) -> Option<&'static Encoding> {
    let declaration = text.strip_prefix("<?xml")?.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let label = value.strip_prefix(['"', '\''])?.split(['"', '\'']).next()?;
    Encoding::for_label_no_replacement(label.as_bytes())
}

/// The first charset a `meta` element names.
struct Declaration(Option<&'static Encoding>);

impl Reader for Declaration {
    fn start(&mut self, tag: &Tag<'_, '_, '_>, _depth: usize) {
        if tag.name != "meta" {
            return;
        }
        self.0 = match tag.attr("charset") {
            Some(label) => Encoding::for_label_no_replacement(label.as_bytes()),
            None if tag.attr("http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("content-type")) => {
                tag.attr("content").as_deref().and_then(header_charset)
            }
            None => None,
        };
    }

    fn end(&mut self, _name: &str, _depth: usize) {}

    fn is_done(&self) -> bool {
        self.0.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charset(body: &[u8], header: Option<&str>) -> &'static str {
        decode(body, header).charset.name()
    }

    #[test]
    fn sources_of_the_charset_rank_as_browsers_rank_them() {
        let koi = b"<meta charset=koi8-r>\xf0".as_slice();
        for (body, header, expected) in [
            (b"\xef\xbb\xbfx".as_slice(), Some("text/html; charset=koi8-r"), "UTF-8"),
            (b"\xff\xfex\0", None, "UTF-16LE"),
            (koi, Some("text/html; charset=\"ISO-8859-1\""), "windows-1252"),
            (koi, Some("text/html"), "KOI8-R"),
            (koi, Some("text/html; charset=nonsense"), "KOI8-R"),
            (koi, Some("text/html; charset=utf-7"), "KOI8-R"),
            (b"<?xml version='1.0' encoding='euc-jp'?><p>", None, "EUC-JP"),
            (b"<meta http-equiv=Content-Type content='text/html; charset=Shift_JIS'>", None, "Shift_JIS"),
            (b"<meta charset=utf-16>", None, "UTF-8"),
            (b"<!-- <meta charset=koi8-r> --><p>plain", None, "UTF-8"),
            ("gr\u{fc}n".as_bytes(), None, "UTF-8"),
            (b"gr\xfcn", None, "windows-1252"),
        ] {
            assert_eq!(charset(body, header), expected, "{:?}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn declaration_is_read_to_its_limit_and_not_beyond() {
        let page =
            |padding: usize| format!("{}<meta charset=koi8-r>\u{e4}", " ".repeat(padding)).into_bytes();
        let meta = "<meta charset=koi8-r>".len();
        assert_eq!(charset(&page(DECLARATION_BYTES - meta), None), "KOI8-R");
        assert_eq!(charset(&page(DECLARATION_BYTES - meta + 1), None), "UTF-8");
    }

    #[test]
    fn header_that_is_wrong_gives_way_to_a_declaration_that_fits() {
        let page = b"<meta charset=iso-8859-1>gr\xfcn";
        let decoded = decode(page, Some("text/html; charset=utf-8"));
        assert_eq!(decoded.charset, WINDOWS_1252);
        assert_eq!(decoded.disbelieved, Some(UTF_8));
        assert!(decoded.text.ends_with("gr\u{fc}n"));
    }

    #[test]
    fn bytes_that_mean_nothing_never_fail() {
        let decoded = decode(b"a\xffb", Some("text/html; charset=utf-8"));
        assert_eq!(decoded.text, "a\u{fffd}b");
    }
}
